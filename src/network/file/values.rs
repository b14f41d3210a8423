//! Values of a network file: quantities, distributions, arrays and named choices.

use super::tree::{Node, Table};
use crate::network::{Array, Distribution, Initialiser, Scheme, Value};
use crate::npy;
use crate::units::{Quantity, Unit};
use crate::{Error, Result};
use std::path::Path;
use toml::de::DeTable;

/// The keys of the tables that are values; the first key of a table says which.
const FORMS: [&str; 12] = [
    "normal",
    "uniform",
    "exponential",
    "lognormal",
    "truncated_normal",
    "npy",
    "values",
    "kaiming_normal",
    "xavier_normal",
    "xavier_uniform",
    "lecun_normal",
    "orthogonal",
];

const QUANTITY: &str = "a quantity such as \"20 ms\", or a number";
const VALUE: &str = "a quantity such as \"20 ms\", a number, or a table with one of normal, uniform, exponential, \
                     lognormal, truncated_normal, npy, values, or of a matrix's kaiming_normal, xavier_normal, \
                     xavier_uniform, lecun_normal, orthogonal";

/// Whether this table is a distribution or an array, rather than a table of named values.
pub(super) fn is_value(table: &DeTable<'_>) -> bool {
    table.keys().any(|key| FORMS.contains(&key.get_ref().as_ref()))
}

/// The elements of an array.
pub(super) fn list<'a, T>(node: &Node<'a>, expected: &str, read: impl Fn(&Node<'a>) -> Result<T>) -> Result<Vec<T>> {
    node.array(expected)?.map(|element| read(&element)).collect()
}

/// The neurons that a stimulus or a record names, if it does.
pub(super) fn neurons(table: &Table<'_>, path: &str) -> Result<Option<Vec<u32>>> {
    table.get("neurons").map(|node| indices(&node, &format!("{path}.neurons"))).transpose()
}

/// Indices of neurons, `[0, 1]` or `{ npy = "driven.npy" }`; `field` is what they are called in complaints about the file,
/// which is read here.
fn indices(node: &Node<'_>, field: &str) -> Result<Vec<u32>> {
    let expected = "an array of whole numbers, or { npy = \"file.npy\" }";
    if !node.value.get_ref().is_table() {
        return list(node, expected, |node| node.whole_u32(0));
    }
    let table = node.table(expected)?;
    table.only(&["npy"])?;
    let npy = table.need("npy")?;
    let path = npy.file(npy.str("a file's path")?);
    whole_numbers(&path).map_err(|error| node.located(error.named_by(field)))
}

/// A NumPy file of one axis whose numbers are whole and fit a u32.
fn whole_numbers(path: &Path) -> Result<Vec<u32>> {
    let wrong = |problem| {
        let legal = format!("one axis of whole numbers from 0 to {}", u32::MAX);
        Error::Data { path: path.to_owned(), problem, legal }
    };
    let file = npy::read(path)?;
    if file.shape.len() != 1 {
        return Err(wrong(format!("its shape is {:?}", file.shape)));
    }
    let whole = |(at, value): (usize, f64)| {
        let fits = value.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&value);
        if fits { Ok(value as u32) } else { Err(wrong(format!("the number at [{at}] is {value}"))) }
    };
    file.values.into_iter().enumerate().map(whole).collect()
}

/// A quantity string, or a bare number.
pub(super) fn quantity(node: &Node<'_>) -> Result<Quantity> {
    if let Some(number) = node.number() {
        return Ok(Quantity::number(number?));
    }
    Quantity::parse(node.str(QUANTITY)?).map_err(|problem| node.error(format!("`{}`: {problem}", node.key)))
}

/// A quantity, a distribution or an array.
pub(super) fn value(node: &Node<'_>) -> Result<Value> {
    if node.value.get_ref().is_table() {
        return drawn_or_array(node);
    }
    match node.value.get_ref().as_str() {
        None if node.number().is_none() => Err(node.unexpected(VALUE)),
        _ => Ok(Value::Constant(quantity(node)?)),
    }
}

/// As [`value`], or a word.
pub(super) fn value_or_choice(node: &Node<'_>) -> Result<Value> {
    match node.value.get_ref().as_str() {
        Some(text) if is_word(text) => Ok(Value::Choice(text.to_owned())),
        _ => value(node),
    }
}

/// A word that nobody means as a number.
fn is_word(text: &str) -> bool {
    let number = ["nan", "inf", "infinity"].iter().any(|number| text.eq_ignore_ascii_case(number));
    let mut characters = text.chars();
    let first = characters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    first && !number && characters.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

fn drawn_or_array(node: &Node<'_>) -> Result<Value> {
    let table = node.table(VALUE)?;
    let Some(form) = FORMS.iter().find(|form| table.get(form).is_some()) else { return Err(node.unexpected(VALUE)) };
    let argument = table.need(form)?;
    if let "npy" | "values" = *form {
        return Ok(Value::Array(array(node)?));
    }
    table.only(&[form])?;
    if let Some((_, scheme)) = Scheme::ALL.iter().find(|(name, _)| name == form) {
        return Ok(Value::Initialised(Initialiser { scheme: *scheme, scale: quantity(&argument)? }));
    }
    Ok(Value::Drawn(match *form {
        "normal" => {
            let (mean, sd) = pair(&argument, "[mean, standard deviation]")?;
            Distribution::Normal { mean: quantity(&mean)?, sd: quantity(&sd)? }
        }
        "uniform" => {
            let (low, high) = pair(&argument, "[low, high]")?;
            Distribution::Uniform { low: quantity(&low)?, high: quantity(&high)? }
        }
        "truncated_normal" => {
            let expected = "[mean, standard deviation, low, high]";
            let elements: Vec<Node<'_>> = argument.array(expected)?.collect();
            let [mean, sd, low, high] = elements.as_slice() else {
                let problem = format!("`{}` must be {expected}, found an array of {}", argument.key, elements.len());
                return Err(argument.error(problem));
            };
            let [mean, sd, low, high] = [quantity(mean)?, quantity(sd)?, quantity(low)?, quantity(high)?];
            Distribution::TruncatedNormal { mean, sd, low, high }
        }
        "lognormal" => {
            let (median, sigma) = pair(&argument, "[median, standard deviation of the logarithm]")?;
            let number = sigma.number().unwrap_or_else(|| Err(sigma.unexpected("[median, number without unit]")));
            Distribution::Lognormal { median: quantity(&median)?, sigma: number? }
        }
        _ => Distribution::Exponential { mean: quantity(&argument)? },
    }))
}

fn pair<'a>(node: &Node<'a>, expected: &str) -> Result<(Node<'a>, Node<'a>)> {
    let mut elements = node.array(expected)?;
    match (elements.next(), elements.next(), elements.next()) {
        (Some(first), Some(second), None) => Ok((first, second)),
        (first, second, third) => {
            let found = elements.len() + [first, second, third].iter().flatten().count();
            Err(node.error(format!("`{}` must be {expected}, found an array of {found}", node.key)))
        }
    }
}

/// `{ npy = "file.npy", unit = "ms" }` or `{ values = [1, 2], unit = "ms" }`.
pub(super) fn array(node: &Node<'_>) -> Result<Array> {
    let expected = "{ npy = \"file.npy\", unit = \"ms\" } or { values = [1, 2], unit = \"ms\" }";
    let table = node.table(expected)?;
    let Some(npy) = table.get("npy") else {
        if table.get("values").is_none() {
            return Err(node.unexpected(expected));
        }
        table.only(&["values", "unit"])?;
        let (values, shape) = numbers(&table.need("values")?)?;
        return Ok(Array::Inline { values, shape, unit: unit(&table)? });
    };
    table.only(&["npy", "unit"])?;
    Ok(Array::Npy { path: npy.file(npy.str("a file's path")?), unit: unit(&table)? })
}

fn unit(table: &Table<'_>) -> Result<Unit> {
    let Some(node) = table.get("unit") else { return Ok(Unit::ONE) };
    Unit::parse_multiple(node.str("a unit such as \"ms\"")?).map_err(|problem| node.error(problem))
}

/// Numbers `[n]`, or rows of equally many numbers `[rows, n]`; with their shape.
pub(super) fn numbers(node: &Node<'_>) -> Result<(Vec<f64>, Vec<usize>)> {
    let expected = "an array of numbers, or of rows of numbers";
    let number = |node: &Node<'_>| node.number().unwrap_or_else(|| Err(node.unexpected(expected)));
    let elements: Vec<Node<'_>> = node.array(expected)?.collect();
    let Some(first) = elements.first().filter(|first| first.value.get_ref().is_array()) else {
        let values = elements.iter().map(number).collect::<Result<Vec<_>>>()?;
        return Ok((values, vec![elements.len()]));
    };
    let width = first.array(expected)?.len();
    let mut values = Vec::with_capacity(elements.len() * width);
    for row in &elements {
        let cells = row.array(expected)?;
        if cells.len() != width {
            let problem = format!("`{}` must have rows of one length, found {width} and {}", node.key, cells.len());
            return Err(row.error(problem));
        }
        for cell in cells {
            values.push(number(&cell)?);
        }
    }
    Ok((values, vec![elements.len(), width]))
}
