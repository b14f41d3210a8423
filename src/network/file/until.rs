//! What ends a run: `"rate(exc) > 200 Hz"`, or a table of it and of when it is looked at.

use super::indices;
use super::keys::{Key, read, set};
use super::shape::Shape;
use super::tree::Node;
use super::values::quantity;
use super::variables;
use crate::Result;
use crate::nearest::hint;
use crate::network::{Comparison, Measure, Until};
use crate::units::Quantity;

const CONDITION: &str = "a condition such as \"rate(exc) > 200 Hz\"";

/// In the place of a condition: there is none.
const NONE: &str = "none";

pub(super) const KEYS: &[Key<Until>] = &[
    Key::needed(
        "condition",
        Shape::Text,
        "what ends the run: `\"rate(exc) > 200 Hz\"`, or `\"spikes(exc) >= 1000\"`",
        |it, node, _| condition(it, node, &format!("{CONDITION} (where none is wanted, `until` itself is \"{NONE}\")")),
    ),
    Key::or(
        "`\"10 ms\"`",
        "over",
        Shape::Time("at least one step"),
        "the length of a stretch: over which a rate is taken, and how often it, or a number of spikes, is looked at; one step where that is longer than 10 ms",
        |it, node, _| set(&mut it.over, quantity(node).map(Some)),
    ),
    Key::or(
        "0 ms",
        "start",
        Shape::Time("0 or more"),
        "when the first stretch begins: what comes before is neither looked at nor counted",
        |it, node, _| set(&mut it.start, quantity(node).map(Some)),
    ),
];

/// A condition, or the table of one; or `"none"`.
pub(super) fn until(node: &Node<'_>) -> Result<Option<Until>> {
    if node.value.get_ref().as_str() == Some(NONE) {
        return Ok(None);
    }
    let expected = format!("{CONDITION}, or {{ condition = \"rate(exc) > 200 Hz\", over = \"50 ms\" }}, or \"{NONE}\"");
    let mut it = Until {
        measure: Measure::Rate,
        of: "".into(),
        comparison: Comparison::Above,
        bound: Quantity::number(0.0),
        over: None,
        start: None,
    };
    if node.value.get_ref().is_table() {
        return read(&node.table(&expected)?, node.key, KEYS, it).map(Some);
    }
    condition(&mut it, node, &expected)?;
    Ok(Some(it))
}

/// Reads `rate(exc[0..400]) > 2 * r`. Whether there is such a population, the network's check says.
fn condition(it: &mut Until, node: &Node<'_>, expected: &str) -> Result<()> {
    let text = node.str(expected)?;
    let wrong =
        |rest: &str, problem: String| node.error_within(text.len() - rest.len(), format!("`{}`: {problem}", node.key));
    let (measure, rest) = text.split_once('(').ok_or_else(|| node.unexpected(expected))?;
    let name = measure.trim();
    let words = Measure::ALL.map(|(word, _)| word);
    let Some((_, counted)) = Measure::ALL.into_iter().find(|(word, _)| *word == name) else {
        let hint = hint(name, words);
        let problem = format!("there is no `{name}` of a population{hint}; legal: {}", words.join(", "));
        return Err(wrong(text.trim_start(), problem));
    };
    it.measure = counted;
    let Some(end) = closing(rest) else {
        return Err(wrong(&text[measure.len()..], "the parenthesis that begins here is not closed".to_owned()));
    };
    let of = rest[..end].trim();
    it.of = indices::end_of(node, of, |legal| wrong(rest.trim_start(), format!("`{of}` must be {legal}")))?;
    let compared = rest[end + 1..].trim_start();
    let signs = Comparison::ALL.map(|(sign, _)| sign);
    let Some((sign, comparison)) = Comparison::ALL.into_iter().find(|(sign, _)| compared.starts_with(sign)) else {
        let found = if compared.is_empty() { "nothing".to_owned() } else { format!("`{compared}`") };
        let problem =
            format!("a comparison is needed behind `{}`, found {found}", &text[..text.len() - rest.len() + end + 1]);
        return Err(wrong(compared, format!("{problem}; legal: {}", signs.join(", "))));
    };
    it.comparison = comparison;
    it.bound = variables::quantity(node, compared[sign.len()..].trim_start())?;
    Ok(())
}

/// Where the parenthesis closes that was opened before the text.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    text.char_indices().find_map(|(at, c)| {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
        None
    })
}
