//! Arithmetic of quantities whose dimension is known only when they are read: what expressions in network files compute with.
//!
//! Numbers stay in the units in which they were written, so that `-5 * 0.1 mV` is -0.5 mV, and no power of ten is rounded into them.

use super::quantity::shift_point;
use super::{Dimension, Quantity, Unit};
use std::cmp::Ordering;

/// What is said of what left the range of numbers.
const RANGE: &str = "it leaves the range of numbers";

impl Quantity {
    /// The product.
    ///
    /// # Errors
    /// A sentence: it leaves the range of numbers.
    pub fn times(&self, other: &Self) -> Result<Self, String> {
        finite(self.value() * other.value(), self.unit().times(other.unit(), 1))
    }

    /// The quotient.
    ///
    /// # Errors
    /// A sentence: it leaves the range of numbers, or `other` is 0.
    pub fn over(&self, other: &Self) -> Result<Self, String> {
        if other.value() == 0.0 {
            return Err("it is divided by 0".to_owned());
        }
        finite(self.value() / other.value(), self.unit().times(other.unit(), -1))
    }

    /// The sum, in the unit of `self`.
    ///
    /// # Errors
    /// A sentence: the dimensions differ, or it leaves the range of numbers.
    pub fn plus(&self, other: &Self) -> Result<Self, String> {
        finite(self.value() + self.counting(other)?, Some(self.unit().clone()))
    }

    /// The same size, of the other sign.
    #[must_use]
    pub fn negated(&self) -> Self {
        Self::new(-self.value(), self.unit())
    }

    /// Its power.
    ///
    /// # Errors
    /// A sentence: it leaves the range of numbers.
    pub fn power(&self, by: i8) -> Result<Self, String> {
        let unit = (0..by.unsigned_abs()).try_fold(Unit::ONE, |unit, _| unit.times(self.unit(), by.signum()));
        finite(self.value().powi(by.into()), unit)
    }

    /// The square root.
    ///
    /// # Errors
    /// A sentence: it is negative, or its dimension is no square.
    pub fn sqrt(&self) -> Result<Self, String> {
        let Dimension { kg, m, s, a, mol } = self.dimension();
        if [kg, m, s, a, mol].iter().any(|exponent| exponent % 2 != 0) {
            return Err(format!("{self} has dimension {}, which is no square", self.dimension().name()));
        }
        if self.value() < 0.0 {
            return Err(format!("{self} is negative, so it has no root"));
        }
        // A power of ten that is no square becomes one.
        let odd = self.unit().exponent().rem_euclid(2);
        let value = if odd == 1 { self.value() * 10.0 } else { self.value() };
        let half = Dimension::new(kg / 2, m / 2, s / 2, a / 2, mol / 2);
        // And one that has no prefix the next below it that has.
        let exponent = (self.unit().exponent() - odd) / 2;
        let tens = exponent.rem_euclid(3);
        finite(shift_point(value.sqrt(), tens), Some(Unit::of(exponent - tens, half)))
    }

    /// Which is the larger.
    ///
    /// # Errors
    /// A sentence: the dimensions differ.
    pub fn compared(&self, other: &Self) -> Result<Ordering, String> {
        Ok(self.value().total_cmp(&self.counting(other)?))
    }

    /// How many of the unit of `self` the other is.
    fn counting(&self, other: &Self) -> Result<f64, String> {
        if self.dimension() == other.dimension() {
            return other.in_unit(self.unit());
        }
        let said = |it: &Self| match it.dimension() {
            Dimension::NONE => "no unit".to_owned(),
            dimension => format!("dimension {}", dimension.name()),
        };
        Err(format!("{self} has {}, and {other} has {}", said(self), said(other)))
    }
}

/// What was computed, if there is such a number and such a unit.
fn finite(value: f64, unit: Option<Unit>) -> Result<Quantity, String> {
    let found = unit.filter(|_| value.is_finite()).map(|unit| Quantity::new(value, &unit));
    let found = found.ok_or_else(|| RANGE.to_owned())?;
    // A number without unit counts ones, whatever it was made of: 1 s / 0.1 ms is 10000.
    if found.dimension() == Dimension::NONE { found.in_unit(&Unit::ONE).map(Quantity::number) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Quantity {
        Quantity::parse(text).unwrap()
    }

    /// As a person would write it.
    fn said(result: Result<Quantity, String>) -> String {
        result.map_or_else(|problem| problem, |quantity| quantity.to_string())
    }

    #[test]
    fn units_go_where_their_numbers_go() {
        for (found, expected) in [
            (of("-5").times(&of("0.1 mV")), "-0.5 mV"),
            (of("20 ms").times(&of("1 kHz")), "20"),
            (of("10 mV").over(&of("2 Mohm")), "5 nA"),
            (of("1 s").over(&of("0.1 ms")), "10000"),
            (of("1").over(&of("2 ms")), "0.5 kHz"),
            (of("3 mV").over(&of("2 ms")), "1.5 mV/ms"),
            (of("3 mV").over(&of("2 ms*mM")), "1.5 mV/(ms*mM)"),
            (of("3 mV/ms").times(&of("2 m")), "6 mV/ms*m"),
            (of("250 pF").over(&of("10 ms")), "25 nS"),
            (of("1 s").plus(&of("20 ms")), "1.02 s"),
            (of("20 ms").plus(&of("-1 s")), "-980 ms"),
            (of("3 ms").power(2), "9 ms*ms"),
            (of("2 ms").power(-1), "0.5 kHz"),
            (of("2 ms").power(0), "1"),
            (of("9 ms^2").sqrt(), "3 ms"),
            (of("90 mA*V/S").sqrt(), "300 mV"),
            (of("2 mV").over(&of("0 mV")), "it is divided by 0"),
            (of("1e300 mV").times(&of("1e300")), "it leaves the range of numbers"),
            (of("1 ms^100").times(&of("1 ms^100")), "it leaves the range of numbers"),
            (of("20 ms").plus(&of("1 mV")), "20 ms has dimension time, and 1 mV has dimension voltage"),
            (of("20 ms").plus(&of("1")), "20 ms has dimension time, and 1 has no unit"),
            (of("20 ms").sqrt(), "20 ms has dimension time, which is no square"),
            (of("-4").sqrt(), "-4 is negative, so it has no root"),
        ] {
            assert_eq!(said(found), expected);
        }
        assert_eq!(of("1 s").compared(&of("20 ms")), Ok(Ordering::Greater));
        assert_eq!(
            of("1 ms").compared(&of("1 mV")).unwrap_err(),
            "1 ms has dimension time, and 1 mV has dimension voltage"
        );
    }
}
