//! Indices of neurons, and ranges: `[0, 1]`, `"0..50 step 5"`, `["0..10", 15]`, `{ npy = "driven.npy" }`; parts of populations: `"exc[0..400]"`.

use super::tree::Node;
use super::variables;
use crate::memory::{bytes_of, needs};
use crate::network::End;
use crate::npy;
use crate::units::{Quantity, Unit};
use crate::{Error, Result};
use std::path::Path;

/// What a range is, for messages.
const RANGE: &str = "a range such as \"0..50\" or \"0..50 step 5\"";

/// What may stand for neurons.
const EXPECTED: &str = "an array of whole numbers, \"0..50\", or { npy = \"file.npy\" }";

/// Numbers from the first on, each by a step more than the one before, and all before the end.
struct Range {
    first: Quantity,
    step: Quantity,
    /// In the unit of the step.
    end: f64,
    count: f64,
}

/// The range that a string is, if it is one.
fn range(node: &Node<'_>) -> Option<Result<Range>> {
    let text = node.value.get_ref().as_str()?;
    let (first, rest) = text.split_once("..")?;
    let (end, step) = rest.split_once(" step ").map_or((rest, None), |(end, step)| (end, Some(step)));
    Some(bounds(node, first, end, step))
}

fn bounds(node: &Node<'_>, first: &str, end: &str, step: Option<&str>) -> Result<Range> {
    let parts = [("first number", Some(first)), ("end", Some(end)), ("step", step)];
    if let Some((missing, _)) = parts.iter().find(|(_, text)| text.is_some_and(|text| text.trim().is_empty())) {
        return Err(node.error(format!("`{}`: the range has no {missing}; legal: {RANGE}", node.key)));
    }
    let of = |text: &str| variables::quantity(node, text);
    let (first, end) = (of(first)?, of(end)?);
    let step = step.map_or(Ok(Quantity::number(1.0)), of)?;
    let wrong = |problem: &str| node.error(format!("`{}`: {problem}", node.key));
    // In the unit of the step.
    let number =
        |quantity: &Quantity| quantity.in_unit(step.unit()).map_err(|problem| wrong(&format!("{problem} of the step")));
    let (low, high) = (number(&first)?, number(&end)?);
    if step.value() <= 0.0 {
        return Err(wrong(&format!("the step is {step}; legal: above 0")));
    }
    // An end that is a whole number of steps away is not reached, whatever its last digit.
    let count = ((high - low) / step.value() - 1e-9).ceil().max(0.0);
    Ok(Range { first: Quantity::new(low, step.unit()), step, end: high, count })
}

impl Range {
    fn numbers(&self) -> Result<impl Iterator<Item = f64>> {
        needs(bytes_of::<f64>(self.count as u64), "a range of the network file", "a shorter range, or a longer step")?;
        let (first, step) = (self.first.value(), self.step.value());
        Ok((0..self.count as u64).map(move |index| first + index as f64 * step))
    }
}

/// The numbers of a range, and their unit; none if this is no range.
pub(super) fn numbers(node: &Node<'_>) -> Option<Result<(Vec<f64>, Unit)>> {
    let read = |range: Range| Ok((range.numbers()?.collect(), range.step.unit().clone()));
    Some(range(node)?.and_then(read))
}

/// Indices of neurons; `field` is what they are called in complaints about a file, which is read here.
pub(super) fn indices(node: &Node<'_>, field: &str) -> Result<Vec<u32>> {
    if let Some(range) = range(node) {
        return of_range(node, &range?);
    }
    if node.value.get_ref().is_table() {
        let table = node.table(EXPECTED)?;
        table.only(&["npy"])?;
        let npy = table.need("npy")?;
        let name = npy.str("a file's path")?;
        let found = match npy.supplied().numbers_named(name) {
            Some((values, shape)) => whole_numbers(values, shape).map_err(|(problem, legal)| Error::Field {
                field: field.to_owned(),
                problem,
                legal,
                location: None,
            }),
            None => whole_numbers_of(&npy.file(name)).map_err(|error| error.named_by(field)),
        };
        return found.map_err(|error| node.located(error));
    }
    let mut all = Vec::new();
    for element in node.array(EXPECTED)? {
        match range(&element) {
            Some(range) => all.extend(of_range(&element, &range?)?),
            None => all.push(element.whole_u32(0)?),
        }
    }
    Ok(all)
}

/// A population by its name, or a part of one. Whether they are there, the network's check says.
pub(super) fn end(node: &Node<'_>) -> Result<End> {
    end_of(node, node.str("a string")?, |legal| node.unexpected(legal))
}

/// The same, of a part of a string of the file; `unexpected` is told what was.
pub(super) fn end_of(node: &Node<'_>, text: &str, unexpected: impl Fn(&str) -> Error) -> Result<End> {
    let Some((population, rest)) = text.split_once('[') else { return Ok(text.into()) };
    let expected = "the name of a population, or a part of one such as \"exc[0..400]\"";
    let range =
        rest.trim_end().strip_suffix(']').and_then(|range| range.split_once("..")).filter(|(first, end)| {
            !end.contains(" step ") && [first, end].iter().all(|bound| !bound.trim().is_empty())
        });
    let (first, end) = range.ok_or_else(|| unexpected(expected))?;
    let bound = |text: &str| {
        let bound = variables::quantity(node, text)?;
        let number = index(bound.value()).filter(|_| *bound.unit() == Unit::ONE);
        number.ok_or_else(|| unexpected(&format!("{expected}, of whole numbers from 0 to {}", u32::MAX)))
    };
    Ok(End::part(population, bound(first)?..bound(end)?))
}

/// A whole number that a u32 holds.
fn index(number: f64) -> Option<u32> {
    let fits = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
    fits.then_some(number as u32)
}

fn of_range(node: &Node<'_>, range: &Range) -> Result<Vec<u32>> {
    let last = range.first.value() + (range.count - 1.0).max(0.0) * range.step.value();
    let numbers = [range.first.value(), range.step.value(), last, range.end];
    let whole = numbers.into_iter().all(|number| index(number).is_some());
    if !whole || *range.step.unit() != Unit::ONE {
        let legal = format!("{RANGE}, of whole numbers from 0 to {}", u32::MAX);
        return Err(node.unexpected(&legal));
    }
    if range.end < range.first.value() {
        return Err(node.error(format!("`{}`: the range ends before it begins; legal: {RANGE}", node.key)));
    }
    Ok(range.numbers()?.filter_map(index).collect())
}

/// A NumPy file of one axis whose numbers are whole and fit a u32.
fn whole_numbers_of(path: &Path) -> Result<Vec<u32>> {
    let file = npy::read(path)?;
    let found = whole_numbers(&file.values, &file.shape);
    found.map_err(|(problem, legal)| Error::Data { path: path.to_owned(), problem, legal })
}

/// Numbers of one axis that are whole and fit a u32; else, what is wrong and what is legal.
fn whole_numbers(values: &[f64], shape: &[usize]) -> Result<Vec<u32>, (String, String)> {
    let wrong = |problem| (problem, format!("one axis of whole numbers from 0 to {}", u32::MAX));
    if shape.len() != 1 {
        return Err(wrong(format!("its shape is {shape:?}")));
    }
    let whole =
        |(at, &value): (usize, &f64)| index(value).ok_or_else(|| wrong(format!("the number at [{at}] is {value}")));
    values.iter().enumerate().map(whole).collect()
}
