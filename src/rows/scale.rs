//! Synaptic sums in whole numbers: their order does not matter, so a run's bits do not depend on the schedule.

/// A port's fixed-point scale, a power of two: a weight w is counted as round(w·2^power).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    /// A weight w is counted as round(w·2^power).
    pub power: i32,
}

impl Scale {
    /// The coarsest scale: a sum of 2³¹ is still within f32.
    pub(crate) const COARSEST: Self = Self { power: -96 };
    /// The finest scale: its inverse is still a normal f32.
    const FINEST: Self = Self { power: 120 };

    /// The finest scale at which a weight of this size can be counted. (Sums may need a coarser one.)
    #[expect(clippy::arithmetic_side_effects, reason = "an exponent has 11 bits")]
    pub fn finest(size: f64) -> Self {
        // As its bits say it, the same on every machine: size lies in 2^exponent to 2^(exponent + 1).
        let exponent = (size.abs().to_bits() >> 52) as i32 - 1023;
        Self { power: (30 - exponent).clamp(Self::COARSEST.power, Self::FINEST.power) }
    }

    /// The scale that counts in 2^`powers` times as large a unit, or the coarsest.
    pub(crate) fn coarser(self, powers: u32) -> Self {
        Self { power: self.power.saturating_sub_unsigned(powers).max(Self::COARSEST.power) }
    }

    /// The whole number that stands for a weight, the nearest; of two as near the one further from 0. `None` where an
    /// i32 cannot hold it.
    #[inline]
    #[expect(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        reason = "the number is in i32, rounded too"
    )]
    pub fn count(self, weight: f64) -> Option<i32> {
        let counted = weight * 2f64.powi(self.power);
        if counted.abs() < f64::from(i32::MAX) + 0.5 {
            // What a cast cuts off is exact; `round` is several times as slow.
            let whole = counted as i32;
            let rest = counted - f64::from(whole);
            return Some(whole + i32::from(rest >= 0.5) - i32::from(rest <= -0.5));
        }
        None
    }

    /// The weight that a whole number stands for; exact.
    #[inline]
    pub fn weight(self, count: i32) -> f64 {
        f64::from(count) / 2f64.powi(self.power)
    }

    /// What a weight is off by when it is counted, as a part of itself: at most 1, where it is lost; 0 for a weight of 0.
    pub(crate) fn loss(self, weight: f64) -> f64 {
        let counted = weight * 2f64.powi(self.power);
        if weight == 0.0 { 0.0 } else { ((counted.round() - counted) / counted).abs() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_rounded_to_the_nearest_whole_number_and_half_away_from_zero() {
        let whole = Scale { power: 0 };
        let below_half = 0.5f64.next_down();
        for (weight, count) in [(1.6, 2), (1.5, 2), (2.5, 3), (1.4, 1), (0.5, 1), (below_half, 0), (0.0, 0)] {
            assert_eq!((whole.count(weight), whole.count(-weight)), (Some(count), Some(-count)), "{weight}");
        }
        // 0.1 is 3602879701896397·2^-55, and 2^20 of it 104857.6 and a little.
        assert_eq!(Scale { power: 20 }.count(0.1), Some(104_858));
        assert_eq!(Scale { power: -3 }.count(-100.0), Some(-13));
    }

    #[test]
    fn nothing_is_counted_as_what_it_is_not() {
        let whole = Scale { power: 0 };
        assert_eq!(whole.count(2_147_483_647.0), Some(i32::MAX));
        assert_eq!(whole.count(-2_147_483_647.49), Some(-i32::MAX));
        for weight in [2_147_483_647.5, -2_147_483_648.0, 1e300, f64::INFINITY, f64::NAN] {
            assert_eq!((whole.count(weight), whole.count(-weight)), (None, None), "{weight}");
        }
        assert_eq!(Scale { power: 120 }.count(f64::MAX), None);
    }

    #[test]
    fn a_count_stands_for_exactly_one_weight() {
        for power in [-96, -1, 0, 1, 31, 120] {
            for count in [1, 3, -5, i32::MAX, -i32::MAX] {
                let scale = Scale { power };
                assert_eq!(scale.count(scale.weight(count)), Some(count), "2^{power}");
                // In exact arithmetic: moving the binary point changes the exponent alone.
                let moved = f64::from(count).to_bits().wrapping_sub((i64::from(power) << 52).cast_unsigned());
                assert_eq!(scale.weight(count).to_bits(), moved, "{count} at 2^{power}");
            }
        }
    }

    #[test]
    fn the_finest_scale_just_holds_the_weight() {
        for weight in [1.0, 0.1, 1.999_999_999, 2.0, 1e-9, 1e9, 6e-6, 2f64.powi(-60)] {
            let Scale { power } = Scale::finest(weight);
            assert_eq!(Scale::finest(-weight).power, power);
            let count = weight * 2f64.powi(power);
            assert!((2f64.powi(30)..2f64.powi(31)).contains(&count), "{weight}: {count}");
        }
        // Beyond what f32 could count with.
        assert_eq!(Scale::finest(f64::MAX), Scale::COARSEST);
        assert_eq!(Scale::finest(f64::MIN_POSITIVE / 4.0), Scale::FINEST);
        assert_eq!(Scale { power: 3 }.coarser(5), Scale { power: -2 });
        assert_eq!(Scale { power: 3 }.coarser(u32::MAX), Scale::COARSEST);
    }

    #[test]
    fn a_loss_is_a_part_of_the_weight() {
        let whole = Scale { power: 0 };
        for (weight, loss) in
            [(0.0, 0.0), (7.0, 0.0), (1.6, 0.25), (-1.6, 0.25), (0.25, 1.0), (0.5, 1.0), (8.5, 1.0 / 17.0)]
        {
            assert!((whole.loss(weight) - loss).abs() < 1e-15, "{weight}: {}", whole.loss(weight));
        }
    }
}
