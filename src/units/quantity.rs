//! Quantities: a number with its unit, kept as written.

use super::unit::expected;
use super::{Dimension, Unit};
use crate::shorten::shortened;
use std::fmt;

/// [characters] As much of a text is quoted that is no quantity.
const SHOWN: usize = 60;

/// A number with its unit.
///
/// It keeps both as written, and moves the decimal point to convert: no power of ten is ever rounded into the number.
/// Two quantities are equal if they mean the same: 20 ms and 0.02 s.
///
/// ```
/// use neuropil::units::{Quantity, Unit};
/// let tau = Quantity::parse("20 ms").unwrap();
/// assert_eq!(tau.in_unit(&Unit::MILLISECOND), Ok(20.0));
/// assert_eq!(tau.si(), 0.02);
/// assert_eq!(tau.in_unit(&Unit::MILLIVOLT).unwrap_err(), "20 ms has dimension time, expected voltage (mV)");
/// ```
#[derive(Debug, Clone)]
pub struct Quantity {
    value: f64,
    unit: Unit,
}

impl Quantity {
    /// `value` of `unit`; of a multiple's unit, where it is one.
    pub fn new(value: f64, unit: &Unit) -> Self {
        Self { value: value * unit.number(), unit: unit.single() }
    }

    /// A number without unit.
    pub fn number(value: f64) -> Self {
        Self { value, unit: Unit::ONE }
    }

    /// Reads a number and a unit: `20 ms`, `-50mV`, `0.98 1/(ms*mM)`, `0.18 /ms`, `0.5`.
    ///
    /// # Errors
    /// A sentence that quotes the text: the number is missing or not finite, or the unit is unknown.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let split = number_length(text);
        let (number, unit) = (&text[..split], text[split..].trim_start());
        // An empty number does not parse; 1e999 parses as infinite.
        let Some(value) = number.parse::<f64>().ok().filter(|value| value.is_finite()) else {
            let text = shortened(text, SHOWN);
            return Err(format!("`{text}` is not a finite number with a unit, such as \"20 ms\""));
        };
        if vanishes(number, value) {
            return Err(format!("`{}` is too near to 0 to be told from it", shortened(text, SHOWN)));
        }
        let unit = match unit.strip_prefix('/') {
            _ if unit.is_empty() => Unit::ONE,
            Some(_) => Unit::parse(&format!("1{unit}"))?,
            None => Unit::parse(unit)?,
        };
        Ok(Self { value, unit })
    }

    /// The number as written.
    pub fn value(&self) -> f64 {
        self.value
    }

    /// The unit as written.
    pub fn unit(&self) -> &Unit {
        &self.unit
    }

    /// What it measures.
    pub fn dimension(&self) -> Dimension {
        self.unit.dimension()
    }

    /// The number in SI units.
    pub fn si(&self) -> f64 {
        shift_point(self.value, self.unit.exponent())
    }

    /// The number in `unit`: exactly what one would write by hand.
    ///
    /// # Errors
    /// `-50 mV has dimension voltage, expected time (ms)`; or the number leaves the range of f64.
    pub fn in_unit(&self, unit: &Unit) -> Result<f64, String> {
        if self.dimension() != unit.dimension() {
            let has = match self.dimension() {
                Dimension::NONE => "has no unit".to_owned(),
                dimension => format!("has dimension {}", dimension.name()),
            };
            return Err(format!("{self} {has}, {}", expected(unit)));
        }
        let number = shift_point(self.value, self.unit.exponent() - unit.exponent()) / unit.number();
        if number.is_infinite() && self.value.is_finite() {
            return Err(format!("{self} is too large to be counted in {unit}"));
        }
        if number == 0.0 && self.value != 0.0 {
            return Err(format!("{self} is too small to be counted in {unit}"));
        }
        Ok(number)
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        other.in_unit(&self.unit) == Ok(self.value)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.value.abs();
        if size == 0.0 || !size.is_finite() || (1e-4..1e9).contains(&size) {
            write!(f, "{}", self.value)?;
        } else {
            write!(f, "{:e}", self.value)?;
        }
        if self.unit == Unit::ONE { Ok(()) } else { write!(f, " {}", self.unit) }
    }
}

impl From<f64> for Quantity {
    fn from(number: f64) -> Self {
        Self::number(number)
    }
}

/// `value`·10^`by`, by moving the decimal point of the shortest number that reads back as `value`: the result is what a
/// person would write, free of the two roundings of a binary product (0.07·1000 is 70.00000000000001).
pub(super) fn shift_point(value: f64, by: i32) -> f64 {
    if by == 0 || value == 0.0 || !value.is_finite() {
        return value;
    }
    let written = format!("{value:e}");
    let (digits, exponent) = written.split_once('e').expect("{:e} writes an exponent");
    let exponent: i32 = exponent.parse().expect("{:e} writes a whole exponent");
    format!("{digits}e{}", exponent + by).parse().expect("digits and an exponent are a number")
}

/// Whether a decimal number that was written is not 0, though it is read as 0: `1e-999`.
pub(crate) fn vanishes(written: &str, read: f64) -> bool {
    let digits = written.split(['e', 'E']).next().unwrap_or_default();
    read == 0.0 && digits.contains(|digit: char| ('1'..='9').contains(&digit))
}

/// The length of the longest prefix that has the form of a decimal number.
pub(crate) fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut end = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    end += digits(end);
    if bytes.get(end) == Some(&b'.') {
        end += 1 + digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let length = if end + 1 + sign <= bytes.len() { digits(end + 1 + sign) } else { 0 };
        if length > 0 {
            end += 1 + sign + length;
        }
    }
    end
}
