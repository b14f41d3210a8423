//! From a value in physical units to a column of numbers in a model's own units, checked against its range.

use super::Column;
use super::arrays::{Given, GivenByName};
use super::held::{check_column, steps_u32};
use super::shapes::{check_each, check_matrix};
use crate::draw::draw;
use crate::initialise::initialise;
use crate::nearest;
use crate::network::{Initialiser, Value};
use crate::random::{INDEX_BITS, Purpose};
use crate::shader::{Field, FieldDefault, FieldKind, Limit, Rounding, Steps};
use crate::units::{Quantity, Unit};
use crate::{Error, Result};

/// The seeds of a network.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seeds<'a> {
    /// Of each item's noise and initial values.
    pub items: &'a [u64],
    /// Of what all items share.
    pub wiring: &'a u64,
}

/// For whom values are resolved, and from which random numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    /// [ms] length of a step.
    pub dt_ms: f64,
    /// Seeds of items that get draws of their own; one where all share them.
    pub seeds: &'a [u64],
    /// What drawn values are for.
    pub purpose: Purpose,
    /// Number of the first field among all that share the purpose; drawn values need one below 2²⁴.
    pub index: u64,
    /// Neurons, or synapses.
    pub size: usize,
    /// Batch items that arrays may have values of their own for; 1 where all share them.
    pub batch: usize,
    /// The unit of fields whose unit is the port's (`port`, `target`).
    pub port_unit: &'a str,
    /// Path of what holds the fields, as `population[exc].params`.
    pub path: &'a str,
    /// What holds the fields, for messages: `model lif_ref`.
    pub owner: &'a str,
}

/// Resolves a model's fields: each gets its value, or its default. Units are those of the fields, whole steps where
/// a field is counted in steps.
///
/// # Errors
/// [`Error::Field`] for an unknown name, a wrong dimension or shape, a value that no word holds or that is out of range.
pub(super) fn fields(values: GivenByName<'_>, fields: &[Field], context: Context<'_>) -> Result<Vec<Column>> {
    let mut values = values;
    values.keys().try_for_each(|name| check_name(name, fields, context.path, context.owner))?;
    let mut columns = Vec::with_capacity(fields.len());
    for (position, field) in fields.iter().enumerate() {
        let context = Context { index: context.index.saturating_add(position as u64), ..context };
        columns.push(match values.remove(&field.name) {
            Some(value) => one(value, field, context)?,
            None => default(field, context)?,
        });
    }
    for (field, column) in fields.iter().zip(&columns) {
        check_range(field, column, fields, &columns, context)?;
    }
    fields.iter().zip(columns).map(|(field, column)| in_steps(field, column, context)).collect()
}

/// Has the owner of these fields one of that name, for people to set?
pub(super) fn check_name(name: &str, fields: &[Field], path: &str, owner: &str) -> Result<()> {
    // Words are the plan's own affair.
    let names: Vec<_> = fields.iter().filter(|field| field.unit != "word").map(|field| field.name.as_str()).collect();
    if names.contains(&name) {
        return Ok(());
    }
    let hint = nearest::hint(name, names.iter().copied());
    let legal = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    Err(Error::field(format!("{path}.{name}"), format!("{owner} has no `{name}`{hint}"), legal))
}

/// A value in `unit`, one for all or one for each of `context.size`.
pub(super) fn numbers(value: Given<'_>, unit: &Unit, path: &str, context: Context<'_>) -> Result<Column> {
    let convert = |quantity: &Quantity| in_unit(quantity, unit, path);
    let column = match value {
        Value::Constant(quantity) => Column::Constant(convert(&quantity)?),
        Value::Drawn(distribution) => {
            let law = distribution.convert(convert)?;
            let index = stream(context.index, path)?;
            let seeds = context.seeds.iter();
            let each = seeds.flat_map(|seed| draw(law, context.size, *seed, context.purpose, index));
            Column::Each(each.collect())
        }
        Value::Array(array) => {
            check_each(array.shape(), context.size, context.batch, path)?;
            let (shape, values) = array.read(unit, path)?;
            // One for each item: the same for all of its neurons.
            let one_an_item = context.size > 1 && shape == [context.batch, 1] && context.batch > 1;
            let repeated = if one_an_item { context.size } else { 1 };
            Column::Each(values.into_iter().flat_map(|value| std::iter::repeat_n(value, repeated)).collect())
        }
        Value::Initialised(_) => {
            return Err(Error::field(path, "an initialiser draws a matrix", "a quantity, a distribution or an array"));
        }
        Value::Conducted(_) => {
            return Err(Error::field(path, "a velocity makes delays of distances", "a value of another kind"));
        }
        Value::Choice(word) => {
            return Err(Error::field(path, format!("`{word}` is not a quantity"), format!("a quantity in {unit}")));
        }
    };
    check_column(&column, unit, path)?;
    Ok(column)
}

/// The index of a random stream, of which there are 2²⁴ for each purpose.
///
/// # Errors
/// [`Error::Field`] beyond them: a number drawn twice would correlate what should not be.
fn stream(index: u64, path: &str) -> Result<u32> {
    u32::try_from(index).ok().filter(|index| index >> INDEX_BITS == 0).ok_or_else(|| {
        let problem = "it is drawn, and the random streams for such values are used up";
        let legal = "drawn values in the first 8192 populations and 15 ports of each, and in the first 2^20 stimuli";
        Error::field(path, problem, legal)
    })
}

/// A matrix of `shape`, rows and columns, row-major.
///
/// `index` tells apart the initialisers of a network.
pub(super) fn matrix(
    value: Given<'_>,
    shape: [usize; 2],
    unit: &Unit,
    path: &str,
    index: u64,
    context: Context<'_>,
) -> Result<Column> {
    match value {
        Value::Initialised(Initialiser { scheme, scale }) => {
            let scale = in_unit(&scale, unit, path)?;
            let weights = initialise(scheme, shape, context.seeds[0], (Purpose::Initialisers, stream(index, path)?))
                .into_iter()
                .map(|weight| scale * weight);
            let weights = Column::Each(weights.collect());
            check_column(&weights, unit, path)?;
            Ok(weights)
        }
        Value::Array(array) => {
            check_matrix(array.shape(), shape, path)?;
            Ok(Column::Each(array.read(unit, path)?.1.into()))
        }
        _ => numbers(value, unit, path, context),
    }
}

/// A quantity in `unit`.
pub(super) fn in_unit(quantity: &Quantity, unit: &Unit, path: &str) -> Result<f64> {
    quantity.in_unit(unit).map_err(|problem| Error::field(path, problem, ""))
}

/// The unit that a WGSL comment names; the port's own where it says so.
pub(super) fn unit_of(text: &str, port_unit: &str) -> Result<Unit> {
    let text = match text {
        "port" | "target" => port_unit,
        "steps" | "word" => "1",
        other => other,
    };
    Unit::parse(text).map_err(|problem| Error::request(format!("unit [{text}] of a model"), problem, ""))
}

fn one(value: Given<'_>, field: &Field, context: Context<'_>) -> Result<Column> {
    let path = format!("{}.{}", context.path, field.name);
    if !field.choices.is_empty() {
        let word = value.described();
        let index = field.choices.iter().position(|choice| *choice == word);
        return index.map(|index| Column::Constant(index as f64)).ok_or_else(|| {
            Error::field(path, format!("`{word}` is not a choice of {}", context.owner), field.choices.join(" or "))
        });
    }
    let column = numbers(value, &unit_of(&field.unit, context.port_unit)?, &path, context)?;
    if field.kind == FieldKind::U32
        && field.steps.is_none()
        && let Some(value) = column.values().iter().find(|value| !FieldKind::U32.holds(**value))
    {
        return Err(Error::field(path, format!("{value} is not a whole number"), "0 to 4294967295"));
    }
    Ok(column)
}

fn default(field: &Field, context: Context<'_>) -> Result<Column> {
    match field.default {
        Some(FieldDefault::Number(number)) => Ok(Column::Constant(number)),
        Some(FieldDefault::Choice(index)) => Ok(Column::Constant(index as f64)),
        // Filled in by the plan itself.
        None if field.unit == "word" => Ok(Column::Constant(0.0)),
        None => Err(Error::field(
            format!("{}.{}", context.path, field.name),
            format!("{} needs a value, it has no default", context.owner),
            format!("a quantity in {}", field.unit),
        )),
    }
}

fn check_range(field: &Field, column: &Column, fields: &[Field], columns: &[Column], c: Context<'_>) -> Result<()> {
    for bound in &field.range {
        let limits = match &bound.limit {
            Limit::Number(number) => &Column::Constant(*number),
            Limit::Field(name) => match fields.iter().position(|other| other.name == *name) {
                Some(position) => &columns[position],
                None => continue,
            },
        };
        let lens = [column.values().len(), limits.values().len()];
        let len = if lens.contains(&0) { 0 } else { lens[0].max(lens[1]) };
        let holds = |index: &usize| bound.comparison.holds(column.at(*index), limits.at(*index));
        if let Some(index) = (0..len).find(|index| !holds(index)) {
            let unit = unit_of(&field.unit, c.port_unit)?;
            let unit = if unit == Unit::ONE { String::new() } else { format!(" {unit}") };
            let mut problem = format!("{}{unit}", column.at(index));
            if len > 1 {
                problem = format!("value {index} is {problem}");
            }
            let mut legal = field.range_text();
            if matches!(bound.limit, Limit::Field(_)) {
                legal = format!("{legal} ({}{unit})", limits.at(index));
            } else {
                legal.push_str(&unit);
            }
            return Err(Error::field(format!("{}.{}", c.path, field.name), problem, legal));
        }
    }
    Ok(())
}

fn in_steps(field: &Field, column: Column, c: Context<'_>) -> Result<Column> {
    let Some(Steps { rounding, offset }) = field.steps else { return Ok(column) };
    let steps = column.map(|ms| {
        let steps = whole_or(ms / c.dt_ms, |x| match rounding {
            Rounding::Ceil => x.ceil(),
            Rounding::Floor => x.floor(),
            Rounding::Round => x.round(),
        });
        (steps + f64::from(offset)).max(0.0)
    });
    let path = format!("{}.{}", c.path, field.name);
    for (index, &count) in steps.values().iter().enumerate() {
        steps_u32(count, c.dt_ms, &path, || {
            let time = Quantity::new(column.at(index), &Unit::MILLISECOND);
            if steps.values().len() > 1 { format!("value {index}, {time},") } else { time.to_string() }
        })?;
    }
    Ok(steps)
}

/// The whole number next to `x` where `x` is one but for rounding (0.3/0.1 is not 3), otherwise `round(x)`.
pub(super) fn whole_or(x: f64, round: impl Fn(f64) -> f64) -> f64 {
    let nearest = x.round();
    if (x - nearest).abs() <= 1e-9 * nearest.abs().max(1.0) { nearest } else { round(x) }
}
