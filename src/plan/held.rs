//! What a word of the device holds, an f32 or a u32: any other number is refused, before it could become infinite, 0 or
//! another on its way to a kernel.

use super::Column;
use crate::shader::FieldKind;
use crate::units::{Quantity, Unit};
use crate::{Error, Result};

/// The numbers that an f32 holds, for messages.
fn f32_range(unit: &Unit) -> String {
    let unit = if *unit == Unit::ONE { String::new() } else { format!(" {unit}") };
    format!("0, or 1.2e-38 to 3.4e38{unit} in size")
}

/// Refuses a column with a number in `unit` that an f32 does not hold.
///
/// # Errors
/// [`Error::Field`] with the first such number.
pub(super) fn check_column(column: &Column, unit: &Unit, path: &str) -> Result<()> {
    let Some(index) = column.values().iter().position(|&value| !FieldKind::F32.holds(value)) else { return Ok(()) };
    let value = Quantity::new(column.at(index), unit);
    let problem = match column {
        Column::Constant(_) | Column::Held(_) => value.to_string(),
        Column::Each(_) => format!("value {index} is {value}"),
    };
    Err(Error::field(path, problem, f32_range(unit)))
}

/// An array's numbers, given in one unit, in another. What an f32 holds with fewer digits only (subnormal, as the ends of decaying
/// curves are) counts as 0, which drivers may make of it anyway.
///
/// # Errors
/// [`Error::Field`] for another dimension, and for the first number that an f32 does not hold.
pub(super) fn converted(mut values: Vec<f64>, from: &Unit, to: &Unit, path: &str) -> Result<Vec<f64>> {
    let refused = |problem| Error::field(path, format!("the array's unit is wrong: {problem}"), "");
    from.convert(&mut [], to).map_err(refused)?;
    for (index, value) in values.iter_mut().enumerate() {
        let given = *value;
        from.convert(std::slice::from_mut(value), to).map_err(refused)?;
        let nearest = FieldKind::F32.rounded(*value);
        if nearest != 0.0 && nearest.is_finite() && !FieldKind::F32.holds(*value) {
            *value = 0.0;
            continue;
        }
        // 0 was given, or it is below f64 in this unit.
        if !FieldKind::F32.holds(*value) || *value == 0.0 && given != 0.0 {
            let given = Quantity::new(given, from);
            return Err(Error::field(path, format!("value {index} is {given}"), f32_range(to)));
        }
    }
    Ok(values)
}

/// The words of numbers that an f32 holds.
pub(super) fn f32_words(values: impl IntoIterator<Item = f64>) -> impl Iterator<Item = u32> {
    values.into_iter().map(|value| FieldKind::F32.word(value))
}

/// A number of steps as a u32.
///
/// # Errors
/// [`Error::Field`] where it is none: `time` are the words for what so many steps are.
pub(super) fn steps_u32(steps: f64, dt_ms: f64, path: &str, time: impl FnOnce() -> String) -> Result<u32> {
    if FieldKind::U32.holds(steps) {
        return Ok(FieldKind::U32.word(steps));
    }
    let longest = Quantity::new(f64::from(u32::MAX) * dt_ms, &Unit::MILLISECOND);
    let problem = format!("{} is {} steps", time(), Quantity::number(steps));
    Err(Error::field(path, problem, format!("0 to {longest}")))
}

/// The place of the next of the words that stimuli read.
///
/// # Errors
/// [`Error::Request`] where a word cannot name it.
pub(super) fn next_place(data: &[u32]) -> Result<u32> {
    place(data.len())
}

/// The place behind so many words.
///
/// # Errors
/// As [`next_place`].
pub(super) fn place(words: usize) -> Result<u32> {
    u32::try_from(words).map_err(|_| {
        let problem = format!("their tables have more than {words} words");
        Error::request("stimuli", problem, format!("at most {}", u32::MAX))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_decaying_curves_count_as_0() {
        let of = |value| converted(vec![1.0, value], &Unit::ONE, &Unit::ONE, "x");
        for value in [1.1e-38, -1e-40, 1.5e-45, 0.0] {
            assert_eq!(of(value).unwrap(), [1.0, 0.0], "{value}");
        }
        assert_eq!(of(1.2e-38).unwrap(), [1.0, 1.2e-38]);
        let refused = "x: value 1 is 1e-46; legal: 0, or 1.2e-38 to 3.4e38 in size";
        assert_eq!(of(1e-46).unwrap_err().to_string(), refused);
    }
}
