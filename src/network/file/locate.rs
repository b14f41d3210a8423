//! Where a field's path, in the words of an error, stands in the tree of a file.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The byte offset of the deepest element on the path `field` that exists: `population[exc].params.tau`.
///
/// `[x]` is the element whose `name` is x, otherwise the x-th from 0.
pub(super) fn offset(tree: &DeTable<'_>, field: &str) -> usize {
    let mut segments = field.split('.').peekable();
    let Some((mut found, mut in_population)) = segments.next().and_then(|segment| first(tree, segment)) else {
        return 0;
    };
    while let (Some(segment), DeValue::Table(table)) = (segments.next(), found.get_ref()) {
        // `reset = …` of a population is short for `params.reset`; a file never has both.
        let sugar = in_population && segment == "params" && segments.peek() == Some(&"reset");
        let short = if sugar { table.get("reset") } else { None };
        let Some(next) = short.or_else(|| table.get(segment)) else { break };
        (found, in_population) = (next, false);
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
