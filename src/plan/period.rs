//! Times that become whole steps: how long something is, and from when to when.

use super::arrays::GivenByName;
use super::held::steps_u32;
use super::resolve::{in_unit, whole_or};
use crate::network::Value;
use crate::recording::Period;
use crate::shader::{Field, Rounding};
use crate::units::{Quantity, Unit};
use crate::{Error, Result, Warning};

/// A time in whole steps, at least one where the time is not 0; with a warning where it is rounded. `besides` is what is
/// legal below one step.
pub(super) fn steps(
    time: &Quantity,
    dt_ms: f64,
    path: &str,
    besides: &str,
    warnings: &mut Vec<Warning>,
) -> Result<u32> {
    let ms = in_unit(time, &Unit::MILLISECOND, path)?;
    let steps = steps_u32((ms / dt_ms).round(), dt_ms, path, || time.to_string())?;
    if steps == 0 && ms > 0.0 {
        let legal = format!("{besides}{dt_ms} ms (one step) or more");
        return Err(Error::field(path, format!("{time} is less than half a step"), legal));
    }
    warnings.extend(rounded(time, ms / dt_ms, dt_ms, path));
    Ok(steps)
}

/// Says that a time of so many steps is no whole number of them.
fn rounded(time: &Quantity, steps: f64, dt_ms: f64, path: &str) -> Option<Warning> {
    if !whole_or(steps, |_| f64::NAN).is_nan() {
        return None;
    }
    let problem = format!("{time} is no whole number of steps of {dt_ms} ms, and is rounded to {}", steps.round());
    Some(Warning::new(path, problem, "give a multiple of dt"))
}

/// The same of times that a model's parameters are, where they are rounded to the nearest number of steps.
///
/// # Errors
/// [`Error::Field`] for what is no time.
pub(super) fn rounded_params(
    values: &GivenByName<'_>,
    fields: &[Field],
    (dt_ms, path): (f64, &str),
) -> Result<Vec<Warning>> {
    let mut warnings = Vec::new();
    for field in fields.iter().filter(|field| field.steps.is_some_and(|steps| steps.rounding == Rounding::Round)) {
        if let Some(Value::Constant(time)) = values.get(&field.name) {
            let path = format!("{path}.{}", field.name);
            let ms = in_unit(time, &Unit::MILLISECOND, &path)?;
            warnings.extend(rounded(time, ms / dt_ms, dt_ms, &path));
        }
    }
    Ok(warnings)
}

/// From the key `start` to the key `stop` of what is at a path, so many steps at least; from the first step, and to the last, where they
/// say nothing.
pub(super) fn period(
    [start, stop]: [Option<&Quantity>; 2],
    shortest: u32,
    dt_ms: f64,
    path: &str,
    warnings: &mut Vec<Warning>,
) -> Result<Period> {
    let mut step = |key: &str, time: Option<&Quantity>, otherwise| match time {
        Some(time) => steps(time, dt_ms, &format!("{path}.{key}"), "0 ms, or ", warnings),
        None => Ok(otherwise),
    };
    let all = Period::default();
    let period = Period { start: step("start", start, all.start)?, stop: step("stop", stop, all.stop)? };
    if period.stop.checked_sub(period.start).is_some_and(|steps| steps >= shortest) {
        return Ok(period);
    }
    let problem = format!("it ends at step {}, and begins at step {}", period.stop, period.start);
    let legal = if shortest == 0 { "the time of `start`, or one after it" } else { "a time after `start`" };
    Err(Error::field(format!("{path}.stop"), problem, legal))
}
