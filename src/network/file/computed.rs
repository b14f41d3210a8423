//! Numbers of a file that may be expressions.

use super::tree::Node;
use super::variables;
use crate::Result;
use crate::units::Unit;
use std::ops::RangeInclusive;

/// Numbers from here on are not told from their neighbours: no expression counts so far.
const WHOLE: f64 = 9_007_199_254_740_992.0;

impl Node<'_> {
    /// A whole number among these, or an expression of one.
    pub fn whole(&self, legal: RangeInclusive<u64>) -> Result<u64> {
        let expected = || format!("a whole number from {} to {}", legal.start(), legal.end());
        if let Some(number) = self.computed() {
            let number = number?;
            // What people mean by 0.07 * 100.
            let whole = Some(number.round()).filter(|whole| (number - whole).abs() <= 1e-9 * whole.abs().max(1.0));
            let whole = whole.filter(|whole| (0.0..WHOLE).contains(whole)).map(|whole| whole as u64);
            let fits = whole.filter(|whole| legal.contains(whole));
            return fits.ok_or_else(|| self.error(format!("`{}` must be {}, found {number}", self.key, expected())));
        }
        let number = self.value.get_ref().as_integer();
        let number = number.and_then(|number| u64::from_str_radix(number.as_str(), number.radix()).ok());
        number.filter(|number| legal.contains(number)).ok_or_else(|| self.unexpected(&expected()))
    }

    /// The number of an expression; none if this is not one.
    pub fn computed(&self) -> Option<Result<f64>> {
        let text = self.value.get_ref().as_str().filter(|text| variables::is_expression(self, text))?;
        let number = variables::quantity(self, text);
        let number =
            number.and_then(|it| it.in_unit(&Unit::ONE).map_err(|it| self.error(format!("`{}`: {it}", self.key))));
        Some(number)
    }

    /// A whole number of 32 bits, from `least` on.
    pub fn whole_u32(&self, least: u32) -> Result<u32> {
        let number = self.whole(least.into()..=u32::MAX.into())?;
        Ok(u32::try_from(number).expect("`whole` keeps to its bounds"))
    }

    /// A finite number, whole or not, or an expression of one; none if this is neither.
    pub fn number_or_expression(&self) -> Option<Result<f64>> {
        self.number().or_else(|| self.computed())
    }
}
