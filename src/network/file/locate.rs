//! Where a field's path, in the words of an error, stands in the tree of a file.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The byte offset of the deepest element on the path `field` that exists: `population[exc].params.tau`.
///
/// `[x]` is the element whose `name` is x, otherwise the x-th from 0.
pub(super) fn offset(tree: &DeTable<'_>, field: &str) -> usize {
    let (segment, mut rest) = field.split_once('.').unwrap_or((field, ""));
    let Some((mut found, mut in_population)) = first(tree, segment) else { return 0 };
    while let DeValue::Table(table) = found.get_ref() {
        // `reset = …` of a population is short for `params.reset`; a file never has both.
        let short = if in_population && rest == "params.reset" { table.get("reset") } else { None };
        // The whole rest may be one key: `"ampa.g"` of `init`.
        let (segment, after) = rest.split_once('.').unwrap_or((rest, ""));
        let Some(next) = short.or_else(|| table.get(rest)).or_else(|| table.get(segment)) else { break };
        (found, rest, in_population) = (next, after, false);
    }
    found.span().start
}

/// The element that `population[exc]` or `dt` names, and whether it is a population.
fn first<'a, 'i>(tree: &'a DeTable<'i>, segment: &str) -> Option<(&'a Spanned<DeValue<'i>>, bool)> {
    let Some((key, selector)) = segment.strip_suffix(']').and_then(|segment| segment.split_once('[')) else {
        return Some((tree.get(segment)?, false));
    };
    let list = tree.get(key)?;
    let elements = list.get_ref().as_array()?;
    let name = |element: &Spanned<DeValue<'i>>| {
        element.get_ref().get("name").map(|name| name.get_ref().as_str() == Some(selector))
    };
    let element = elements.iter().find(|element| name(element) == Some(true));
    let element = element.or_else(|| elements.get(selector.parse::<usize>().ok()?));
    Some((element.unwrap_or(list), key == "population"))
}
