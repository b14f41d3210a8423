//! Synaptic sums in whole numbers: their order does not matter, so a run's bits do not depend on the schedule.

/// A port's fixed-point scale, a power of two such that all |weights| arriving together cannot overflow an i32.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    /// A weight w is counted as round(w·2^power).
    pub power: i32,
}

impl Scale {
    /// The finest scale at which `total`, the largest sum of |weights| onto one neuron, stays below 2^31 − 2^16;
    /// the margin is for rounding each of up to 2^17 weights.
    pub fn for_total(total: f64) -> Self {
        if total <= 0.0 {
            return Self { power: 0 };
        }
        let room = f64::from(i32::MAX) - 65536.0;
        // 2^±120 keeps both the scale and its inverse inside f32.
        Self { power: ((room / total).log2().floor() as i32).clamp(-120, 120) }
    }

    /// The whole number that stands for a weight.
    pub fn count(self, weight: f64) -> i32 {
        (weight * 2f64.powi(self.power)).round() as i32
    }

    /// The weight that a whole number stands for; exact.
    pub fn weight(self, count: i32) -> f64 {
        f64::from(count) * 2f64.powi(-self.power)
    }
}
