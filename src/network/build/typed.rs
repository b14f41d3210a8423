//! Values whose dimension the compiler knows.

use crate::network::{Array, Conduction, Distribution, Value};
use crate::units::{Physical, Quantity, Unit};
use crate::{Error, Result};
use std::marker::PhantomData;
use std::path::PathBuf;
use uom::si::f64::Time;

/// A value that measures `Q`: one quantity, a distribution or an array.
///
/// A setter that takes `impl Into<Typed<Time>>` accepts `20.0.ms()`, `normal(20.0.ms(), 2.0.ms())` and
/// `vec![20.0.ms(), 21.0.ms()]`, but nothing in mV:
///
/// ```
/// use neuropil::network::{Typed, normal};
/// use neuropil::units::Literal;
/// use uom::si::f64::Time;
///
/// fn tau(tau: impl Into<Typed<Time>>) {}
/// tau(20.0.ms());
/// tau(normal(20.0.ms(), 2.0.ms()));
/// tau(vec![20.0.ms(), 21.0.ms()]);
/// ```
/// ```compile_fail,E0277
/// # use neuropil::network::Typed;
/// # use neuropil::units::Literal;
/// # use uom::si::f64::Time;
/// # fn tau(tau: impl Into<Typed<Time>>) {}
/// tau(20.0.mv());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Typed<Q> {
    value: Value,
    quantity: PhantomData<Q>,
}

impl<Q: Physical> Typed<Q> {
    fn new(value: impl Into<Value>) -> Self {
        Self { value: value.into(), quantity: PhantomData }
    }

    /// One number for each, in `unit` (`"ms"`).
    ///
    /// # Errors
    /// [`Error::Request`] if the unit is unknown or measures something else.
    pub fn array(values: Vec<f64>, unit: &str) -> Result<Self> {
        let shape = [values.len()];
        Self::of(Array::inline(values, &shape, unit)?)
    }

    /// One number for each, in `unit` (`"ms"`), from a NumPy file that is read when the network is lowered.
    ///
    /// # Errors
    /// [`Error::Request`] if the unit is unknown or measures something else.
    pub fn npy(path: impl Into<PathBuf>, unit: &str) -> Result<Self> {
        Self::of(Array::npy(path, unit)?)
    }

    fn of(array: Array) -> Result<Self> {
        let wrong = |problem| Error::request("array", problem, "");
        array.unit().convert(&mut [], &Q::unit()).map_err(wrong)?;
        Ok(Self::new(array))
    }
}

impl Typed<Time> {
    /// A delay by distance.
    pub(in crate::network) fn conducted(conduction: Conduction) -> Self {
        Self::new(conduction)
    }
}

impl<Q> Typed<Q> {
    /// One of a parameter's named choices.
    pub(crate) fn choice(word: &str) -> Self {
        Self { value: Value::Choice(word.to_owned()), quantity: PhantomData }
    }
}

impl<Q: Physical> From<Q> for Typed<Q> {
    fn from(quantity: Q) -> Self {
        Self::new(quantity)
    }
}

impl From<Quantity> for Typed<Quantity> {
    /// What no type of `uom`'s measures: its dimension is checked when the network is lowered.
    fn from(quantity: Quantity) -> Self {
        Self { value: Value::Constant(quantity), quantity: PhantomData }
    }
}

impl<Q: Physical> From<Vec<Q>> for Typed<Q> {
    fn from(quantities: Vec<Q>) -> Self {
        Self::new(in_own_unit(&quantities))
    }
}

impl<Q> From<Typed<Q>> for Value {
    fn from(typed: Typed<Q>) -> Self {
        typed.value
    }
}

/// An array `[n]` in the unit that models count this quantity in.
pub(in crate::network) fn in_own_unit<Q: Physical>(quantities: &[Q]) -> Array {
    let unit: Unit = Q::unit();
    // The conversion into a quantity is into this very unit.
    let values = quantities.iter().map(|quantity| (*quantity).into().value()).collect();
    Array::Inline { values, shape: vec![quantities.len()], unit }
}

/// Drawn for each from a normal distribution.
pub fn normal<Q: Physical>(mean: Q, sd: Q) -> Typed<Q> {
    Typed::new(Distribution::Normal { mean: mean.into(), sd: sd.into() })
}

/// Drawn for each, uniform in low ≤ x < high.
pub fn uniform<Q: Physical>(low: Q, high: Q) -> Typed<Q> {
    Typed::new(Distribution::Uniform { low: low.into(), high: high.into() })
}

/// Drawn for each from an exponential distribution.
pub fn exponential<Q: Physical>(mean: Q) -> Typed<Q> {
    Typed::new(Distribution::Exponential { mean: mean.into() })
}

/// Drawn for each from a log-normal distribution, by its median and the standard deviation of ln |x|. All values have the sign of the median.
pub fn lognormal<Q: Physical>(median: Q, sigma: f64) -> Typed<Q> {
    Typed::new(Distribution::Lognormal { median: median.into(), sigma })
}

/// Drawn for each from a normal distribution of this mean and standard deviation, within low ≤ x ≤ high.
pub fn truncated_normal<Q: Physical>(mean: Q, sd: Q, low: Q, high: Q) -> Typed<Q> {
    let [mean, sd, low, high] = [mean, sd, low, high].map(Into::into);
    Typed::new(Distribution::TruncatedNormal { mean, sd, low, high })
}
