//! What must hold of a value: finite numbers, distributions that exist, times and rates of the right dimension and sign.

use crate::network::{Array, Distribution, Value};
use crate::units::{Quantity, Unit};
use crate::{Error, Result};

/// A value of any dimension.
pub(in crate::network) fn value(field: &str, value: &Value) -> Result<()> {
    match value {
        Value::Constant(quantity) => finite(field, quantity),
        Value::Drawn(distribution) => exists(field, distribution),
        Value::Array(array) => all_finite(field, array),
        Value::Initialised(initialiser) => finite(field, &initialiser.scale),
        Value::Conducted(_) => {
            Err(Error::field(field, "a velocity makes delays of distances", "a value of another kind"))
        }
        Value::Choice(_) => Ok(()),
    }
}

/// A quantity of time, 0 or more.
pub(in crate::network) fn time(field: &str, quantity: &Quantity) -> Result<()> {
    not_negative(field, quantity, &Unit::MILLISECOND, "a time of 0 or more")
}

/// Times, each 0 or more as far as that can be seen.
pub(in crate::network) fn times(field: &str, value: &Value) -> Result<()> {
    of_unit(field, value, &Unit::MILLISECOND, "a time of 0 or more")
}

/// A quantity above 0 of a unit's dimension.
pub(in crate::network) fn positive(field: &str, quantity: &Quantity, unit: &Unit, legal: &str) -> Result<()> {
    not_negative(field, quantity, unit, legal)?;
    if quantity.value() > 0.0 { Ok(()) } else { Err(Error::field(field, format!("is {quantity}"), legal)) }
}

/// A whole number, 0 or more.
pub(in crate::network) fn whole(field: &str, number: &Quantity, legal: &str) -> Result<()> {
    not_negative(field, number, &Unit::ONE, legal)?;
    if number.value().fract() == 0.0 { Ok(()) } else { Err(Error::field(field, format!("is {number}"), legal)) }
}

/// Rates, each 0 or more as far as that can be seen.
pub(in crate::network) fn frequency(field: &str, value: &Value) -> Result<()> {
    of_unit(field, value, &Unit::HERTZ, "a frequency of 0 or more")
}

/// An array of times, each 0 or more as far as that can be seen.
pub(in crate::network) fn array_of_times(field: &str, array: &Array) -> Result<()> {
    array_of_unit(field, array, &Unit::MILLISECOND, "times of 0 or more")
}

/// An array of rates, each 0 or more as far as that can be seen.
pub(in crate::network) fn array_of_rates(field: &str, array: &Array) -> Result<()> {
    array_of_unit(field, array, &Unit::HERTZ, "frequencies of 0 or more")
}

/// A finite quantity.
fn finite(field: &str, quantity: &Quantity) -> Result<()> {
    if quantity.value().is_finite() {
        return Ok(());
    }
    Err(Error::field(field, format!("is {quantity}"), "a finite number"))
}

/// All numbers that are given in place are finite, and as many as their shape says.
pub(in crate::network) fn all_finite(field: &str, array: &Array) -> Result<()> {
    let Array::Inline { values, shape, unit } = array else { return Ok(()) };
    if shape.iter().try_fold(1usize, |size, side| size.checked_mul(*side)) != Some(values.len()) {
        let problem = format!("has {} numbers in the shape {shape:?}", values.len());
        return Err(Error::field(field, problem, "as many numbers as the shape says"));
    }
    match values.iter().position(|value| !value.is_finite()) {
        None => Ok(()),
        Some(index) => finite(&format!("{field}[{index}]"), &Quantity::new(values[index], unit)),
    }
}

pub(in crate::network) fn not_negative(field: &str, quantity: &Quantity, unit: &Unit, legal: &str) -> Result<()> {
    finite(field, quantity)?;
    match quantity.in_unit(unit) {
        Err(problem) => Err(Error::field(field, problem, legal)),
        Ok(0.0..) => Ok(()),
        Ok(_) => Err(Error::field(field, format!("is {quantity}"), legal)),
    }
}

fn of_unit(field: &str, given: &Value, unit: &Unit, legal: &str) -> Result<()> {
    value(field, given)?;
    let dimension = |quantity: &Quantity| match quantity.in_unit(unit) {
        Ok(_) => Ok(()),
        Err(problem) => Err(Error::field(field, problem, legal)),
    };
    match given {
        Value::Constant(quantity) => not_negative(field, quantity, unit, legal),
        // A normal may draw below 0; what is drawn is seen when the network is lowered.
        Value::Drawn(Distribution::Normal { mean, .. }) => dimension(mean),
        Value::Drawn(Distribution::Uniform { low, .. }) => not_negative(field, low, unit, legal),
        Value::Drawn(Distribution::Exponential { mean }) => dimension(mean),
        Value::Drawn(Distribution::Lognormal { median, .. }) => not_negative(field, median, unit, legal),
        Value::Drawn(Distribution::TruncatedNormal { low, .. }) => not_negative(field, low, unit, legal),
        Value::Array(array) => array_of_unit(field, array, unit, legal),
        Value::Initialised(_) => Err(Error::field(field, "an initialiser is for matrices of weights", legal)),
        // Refused above, where it is no delay.
        Value::Conducted(_) => Ok(()),
        Value::Choice(word) => Err(Error::field(field, format!("is the word `{word}`"), legal)),
    }
}

fn array_of_unit(field: &str, array: &Array, unit: &Unit, legal: &str) -> Result<()> {
    all_finite(field, array)?;
    let (given, values) = match array {
        Array::Inline { values, unit, .. } => (unit, values.as_slice()),
        Array::Npy { unit, .. } => (unit, [].as_slice()),
    };
    given.convert(&mut [], unit).map_err(|problem| Error::field(field, problem, legal))?;
    let negative = values.iter().find(|value| **value < 0.0);
    negative.map_or(Ok(()), |value| not_negative(field, &Quantity::new(*value, given), unit, legal))
}

/// Can this distribution be drawn from?
fn exists(field: &str, distribution: &Distribution) -> Result<()> {
    let refused = |problem: String, legal: &str| Err(Error::field(field, problem, legal));
    let (parts, number) = match distribution {
        Distribution::Normal { mean, sd } => ([mean, sd], 0.0),
        Distribution::Uniform { low, high } => ([low, high], 0.0),
        Distribution::Exponential { mean } => ([mean, mean], 0.0),
        Distribution::Lognormal { median, sigma } => ([median, median], *sigma),
        Distribution::TruncatedNormal { mean, sd, low, high } => {
            exists(field, &Distribution::Normal { mean: mean.clone(), sd: sd.clone() })?;
            if sd.value() == 0.0 {
                return refused(format!("the standard deviation is {sd}"), "above 0");
            }
            mean.in_unit(low.unit()).map_err(|problem| Error::field(field, problem, ""))?;
            ([low, high], 0.0)
        }
    };
    for part in parts {
        finite(field, part)?;
    }
    finite(field, &Quantity::number(number))?;
    let [first, second] = parts;
    // In one unit the numbers compare as the quantities do.
    let second = second.in_unit(first.unit()).map_err(|problem| Error::field(field, problem, ""))?;
    match distribution {
        Distribution::Normal { sd, .. } if second < 0.0 => {
            refused(format!("the standard deviation is {sd}"), "0 or more")
        }
        Distribution::Uniform { low, high } if second < first.value() => {
            refused(format!("is uniform from {low} to {high}"), "low ≤ high")
        }
        Distribution::TruncatedNormal { low, high, .. } if second <= first.value() => {
            refused(format!("is truncated to {low} to {high}"), "low < high")
        }
        Distribution::Exponential { mean } if second <= 0.0 => refused(format!("the mean is {mean}"), "above 0"),
        Distribution::Lognormal { median, .. } if second == 0.0 => {
            refused(format!("the median is {median}"), "above 0, or below it for values that are negative")
        }
        Distribution::Lognormal { sigma, .. } if *sigma < 0.0 => {
            refused(format!("the standard deviation of the logarithm is {sigma}"), "0 or more")
        }
        _ => Ok(()),
    }
}
