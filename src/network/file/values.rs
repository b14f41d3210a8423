//! Values of a network file: quantities, distributions, arrays and named choices.

use super::indices;
use super::shape::{Argument, Named};
use super::tree::{Node, Table};
use super::variables;
use crate::Result;
use crate::network::{Array, Conduction, Distribution, Initialiser, Scheme, Value};
use crate::units::{Quantity, Unit};
use toml::de::DeTable;

/// The keys of the tables that are values; the first key of a table says which.
pub(crate) const FORMS: [Named; 13] = {
    const fn form(name: &'static str, argument: Argument, meaning: &'static str) -> Named {
        Named { name, argument, meaning }
    }
    [
        form("normal", Argument::Quantities(2), "drawn for each: mean, standard deviation"),
        form("uniform", Argument::Quantities(2), "drawn for each: low ≤ x < high"),
        form("exponential", Argument::Quantity, "drawn for each: mean"),
        form(
            "lognormal",
            Argument::Quantities(2),
            "drawn for each: median, whose sign all have, and standard deviation of the logarithm of their size",
        ),
        form(
            "truncated_normal",
            Argument::Quantities(4),
            "drawn for each: mean and standard deviation of the normal, lowest and highest value",
        ),
        form("npy", Argument::File, "one for each, from a NumPy file of f32, f64, i32, i64, u32 or u64"),
        form("values", Argument::Numbers, "one for each"),
        form("kaiming_normal", Argument::Scale, "normal, variance 2/n_in"),
        form("xavier_normal", Argument::Scale, "normal, variance 2/(n_in + n_out)"),
        form("xavier_uniform", Argument::Scale, "uniform, variance 2/(n_in + n_out)"),
        form("lecun_normal", Argument::Scale, "normal, variance 1/n_in"),
        form("orthogonal", Argument::Scale, "WᵀW = 1 for n_in ≥ n_out, otherwise WWᵀ = 1"),
        form("velocity", Argument::Velocity, "of a delay: offset + distance/velocity"),
    ]
};

const QUANTITY: &str = "a quantity such as \"20 ms\", or a number";
const VALUE: &str = "a quantity such as \"20 ms\", a number, or a table with one of normal, uniform, exponential, \
                     lognormal, truncated_normal, npy, values, or of a matrix's kaiming_normal, xavier_normal, \
                     xavier_uniform, lecun_normal, orthogonal, or of a delay's velocity";

/// The key beside numbers that says what they count; and what it means.
pub(crate) const UNIT: (&str, &str) =
    ("unit", "of the numbers; left out where they have none; it may be a multiple, as `0.275 mV`");

/// Whether this table is a distribution or an array, rather than a table of named values.
pub(super) fn is_value(table: &DeTable<'_>) -> bool {
    FORMS.iter().any(|form| table.contains_key(form.name))
}

/// The elements of an array.
pub(super) fn list<'a, T>(node: &Node<'a>, expected: &str, read: impl Fn(&Node<'a>) -> Result<T>) -> Result<Vec<T>> {
    node.array(expected)?.map(|element| read(&element)).collect()
}

/// A quantity string, a bare number, or an expression.
pub(super) fn quantity(node: &Node<'_>) -> Result<Quantity> {
    if let Some(number) = node.number() {
        return Ok(Quantity::number(number?));
    }
    variables::quantity(node, node.str(QUANTITY)?)
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

/// As [`value`], or a word that is no variable's name.
pub(super) fn value_or_choice(node: &Node<'_>) -> Result<Value> {
    match node.value.get_ref().as_str() {
        Some(text) if is_word(text) && !variables::is_variable(node, text) => Ok(Value::Choice(text.to_owned())),
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

/// `{ velocity = "0.3 m/s", offset = "0.5 ms" }`.
fn conduction(table: &Table<'_>) -> Result<Conduction> {
    table.only(&["velocity", OFFSET.0])?;
    let offset = table.get(OFFSET.0).map(|node| quantity(&node)).transpose()?;
    let offset = offset.unwrap_or_else(|| Quantity::new(0.0, &Unit::MILLISECOND));
    Ok(Conduction { velocity: quantity(&table.need("velocity")?)?, offset })
}

/// The key beside a velocity, and what it means.
pub(crate) const OFFSET: (&str, &str) = ("offset", "what passes whatever the distance; default: 0 ms");

fn drawn_or_array(node: &Node<'_>) -> Result<Value> {
    let table = node.table(VALUE)?;
    let mut forms = FORMS.iter().map(|form| form.name);
    let Some(form) = forms.find(|form| table.get(form).is_some()) else { return Err(node.unexpected(VALUE)) };
    let argument = table.need(form)?;
    if let "npy" | "values" = form {
        return Ok(Value::Array(array(node)?));
    }
    if form == "velocity" {
        return Ok(Value::Conducted(conduction(&table)?));
    }
    table.only(&[form])?;
    if let Some((_, scheme)) = Scheme::ALL.iter().find(|(name, _)| *name == form) {
        return Ok(Value::Initialised(Initialiser { scheme: *scheme, scale: quantity(&argument)? }));
    }
    Ok(Value::Drawn(match form {
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
            let number =
                sigma.number_or_expression().unwrap_or_else(|| Err(sigma.unexpected("[median, number without unit]")));
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

/// `{ npy = "file.npy", unit = "ms" }`, `{ values = [1, 2], unit = "ms" }`, `["1 ms", "2.5 ms"]`, `"0 ms..10 ms step 2 ms"`.
pub(super) fn array(node: &Node<'_>) -> Result<Array> {
    let expected = "{ npy = \"file.npy\", unit = \"ms\" }, { values = [1, 2], unit = \"ms\" }, [\"1 ms\", \"2 ms\"], or \
                    \"0 ms..10 ms step 2 ms\"";
    if let Some(range) = indices::numbers(node) {
        let (values, unit) = range?;
        return Ok(Array::Inline { shape: vec![values.len()], values, unit });
    }
    if node.value.get_ref().is_array() {
        return quantities(node);
    }
    let table = node.table(expected)?;
    let Some(npy) = table.get("npy") else {
        if table.get("values").is_none() {
            return Err(node.unexpected(expected));
        }
        table.only(&["values", UNIT.0])?;
        let (values, shape) = numbers(&table.need("values")?)?;
        return Ok(Array::Inline { values, shape, unit: unit(&table)? });
    };
    table.only(&["npy", UNIT.0])?;
    let (name, unit) = (npy.str("a file's path")?, unit(&table)?);
    let supplied = npy.supplied().array_named(name, &unit);
    Ok(supplied.unwrap_or_else(|| Array::Npy { path: npy.file(name), unit }))
}

/// Quantities `[n]`, or rows of them, in the unit of the first.
fn quantities(node: &Node<'_>) -> Result<Array> {
    let (all, shape) =
        elements(node, "an array of quantities, or of rows of quantities", |node| Ok((*node, quantity(node)?)))?;
    let unit = all.first().map_or(Unit::ONE, |(_, first)| first.unit().clone());
    let number = |(node, quantity): (Node<'_>, Quantity)| {
        quantity.in_unit(&unit).map_err(|problem| node.error(format!("`{}`: {problem} as the first", node.key)))
    };
    let values = all.into_iter().map(number).collect::<Result<_>>()?;
    Ok(Array::Inline { values, shape, unit })
}

/// What the numbers of a table count.
pub(super) fn unit(table: &Table<'_>) -> Result<Unit> {
    let Some(node) = table.get(UNIT.0) else { return Ok(Unit::ONE) };
    let text = node.str("a unit such as \"ms\"")?;
    let parsed = Unit::parse_multiple(text);
    if variables::mentions(&node, text) || parsed.is_err() && variables::is_expression(&node, text) {
        let quantity = variables::quantity(&node, text)?;
        let nothing = || node.error(format!("`{text}` is 0, so it is no unit"));
        return if quantity.value() == 0.0 { Err(nothing()) } else { Ok(Unit::multiple(&quantity)) };
    }
    parsed.map_err(|problem| node.error(problem))
}

/// Numbers `[n]`, or rows of equally many numbers `[rows, n]`; with their shape.
pub(super) fn numbers(node: &Node<'_>) -> Result<(Vec<f64>, Vec<usize>)> {
    let expected = "an array of numbers, or of rows of numbers";
    elements(node, expected, |node| node.number().unwrap_or_else(|| Err(node.unexpected(expected))))
}

/// Elements `[n]`, or rows of equally many `[rows, n]`; with their shape.
fn elements<'a, T>(
    node: &Node<'a>,
    expected: &str,
    read: impl Fn(&Node<'a>) -> Result<T>,
) -> Result<(Vec<T>, Vec<usize>)> {
    let elements: Vec<Node<'a>> = node.array(expected)?.collect();
    let Some(first) = elements.first().filter(|first| first.value.get_ref().is_array()) else {
        let values = elements.iter().map(read).collect::<Result<Vec<_>>>()?;
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
            values.push(read(&cell)?);
        }
    }
    Ok((values, vec![elements.len(), width]))
}
