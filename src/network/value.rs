//! A value that a population, a projection or a stimulus may choose: one quantity, a distribution or an array.

use super::Conduction;
use crate::units::{Physical, Quantity, Unit};
use crate::{Error, Result};
use std::path::PathBuf;

/// A parameter, an initial value, a weight or a delay; `A` is how one value for each is given, here as an array that may stand
/// in a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<A = Array> {
    /// The same for all.
    Constant(Quantity),
    /// Drawn for each from the network's seed.
    Drawn(Distribution),
    /// One value for each.
    Array(A),
    /// A matrix of weights, drawn from the network's seed.
    Initialised(Initialiser),
    /// Delays that follow from the distance between source and target.
    Conducted(Conduction),
    /// One of a parameter's named choices, as `reset = "hard"`.
    Choice(String),
}

/// A distribution to draw from, of quantities; or of plain numbers, once units are gone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Distribution<Q = Quantity> {
    /// Normal.
    Normal {
        /// Mean.
        mean: Q,
        /// Standard deviation.
        sd: Q,
    },
    /// Uniform in low ≤ x < high.
    Uniform {
        /// Smallest value.
        low: Q,
        /// Upper end, excluded.
        high: Q,
    },
    /// Exponential.
    Exponential {
        /// Mean.
        mean: Q,
    },
    /// Log-normal, by the mean and the standard deviation of the logarithm of |x| in its own unit. All values have the sign of
    /// their median.
    Lognormal {
        /// Median, above 0 or below: its size is e to the mean of ln |x|.
        median: Q,
        /// Standard deviation of ln |x|, without unit.
        sigma: f64,
    },
    /// Normal, drawn again until it lies in low ≤ x ≤ high.
    TruncatedNormal {
        /// Mean of the normal.
        mean: Q,
        /// Standard deviation of the normal, before it is truncated.
        sd: Q,
        /// Smallest value.
        low: Q,
        /// Largest value.
        high: Q,
    },
}

impl<Q> Distribution<Q> {
    /// The same distribution of other numbers.
    pub(crate) fn convert<P, E>(
        &self,
        mut number: impl FnMut(&Q) -> std::result::Result<P, E>,
    ) -> std::result::Result<Distribution<P>, E> {
        Ok(match self {
            Self::Normal { mean, sd } => Distribution::Normal { mean: number(mean)?, sd: number(sd)? },
            Self::Uniform { low, high } => Distribution::Uniform { low: number(low)?, high: number(high)? },
            Self::Exponential { mean } => Distribution::Exponential { mean: number(mean)? },
            Self::Lognormal { median, sigma } => Distribution::Lognormal { median: number(median)?, sigma: *sigma },
            Self::TruncatedNormal { mean, sd, low, high } => Distribution::TruncatedNormal {
                mean: number(mean)?,
                sd: number(sd)?,
                low: number(low)?,
                high: number(high)?,
            },
        })
    }
}

/// How a matrix of weights `[n_in, n_out]` is drawn, by its numbers of rows and columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Initialiser {
    /// What is drawn.
    pub scheme: Scheme,
    /// What the scheme's numbers are multiplied with; it gives them their unit.
    pub scale: Quantity,
}

/// The schemes of initialisers.
///
/// Their normals are truncated at ±2σ, with a σ that gives the truncated numbers the variance stated here
/// (brainstate's and JAX's `VarianceScaling`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Normal of variance 2/n_in (He et al. 2015).
    KaimingNormal,
    /// Normal of variance 2/(n_in + n_out) (Glorot and Bengio 2010).
    XavierNormal,
    /// Uniform of variance 2/(n_in + n_out).
    XavierUniform,
    /// Normal of variance 1/n_in (LeCun et al. 1998).
    LecunNormal,
    /// A random matrix whose shorter sides are orthonormal: WᵀW = I for n_in ≥ n_out, otherwise WWᵀ = I.
    Orthogonal,
}

impl Scheme {
    /// All schemes, with their names in network files.
    pub const ALL: [(&'static str, Self); 5] = [
        ("kaiming_normal", Self::KaimingNormal),
        ("xavier_normal", Self::XavierNormal),
        ("xavier_uniform", Self::XavierUniform),
        ("lecun_normal", Self::LecunNormal),
        ("orthogonal", Self::Orthogonal),
    ];
}

/// ```
/// use neuropil::network::{Connect, Initialiser, Network, Scheme};
/// use neuropil::units::Literal;
/// let mut net = Network::new(1.0.ms());
/// let weight = Initialiser::new(Scheme::KaimingNormal, 1.0.mv());
/// net.connect("hidden", "out", "in", Connect::all_to_all(), weight, 0.0.ms());
/// ```
impl Initialiser {
    /// A scheme's numbers, times a scale in the unit of the weights.
    pub fn new(scheme: Scheme, scale: impl Into<Quantity>) -> Self {
        Self { scheme, scale: scale.into() }
    }
}

impl From<Initialiser> for Value {
    fn from(initialiser: Initialiser) -> Self {
        Self::Initialised(initialiser)
    }
}

/// An array of numbers in one unit.
#[derive(Debug, Clone, PartialEq)]
pub enum Array {
    /// Numbers given here, row-major.
    Inline {
        /// The numbers, in `unit`.
        values: Vec<f64>,
        /// Their shape.
        shape: Vec<usize>,
        /// Their unit.
        unit: Unit,
    },
    /// A NumPy file of f32, f64, i32, i64, u32 or u64.
    Npy {
        /// The file; relative paths in a network file are relative to that file (and made whole when it is read).
        path: PathBuf,
        /// Its unit.
        unit: Unit,
    },
}

impl From<Quantity> for Value {
    fn from(quantity: Quantity) -> Self {
        Self::Constant(quantity)
    }
}

impl<Q: Physical> From<Q> for Value {
    fn from(quantity: Q) -> Self {
        Self::Constant(quantity.into())
    }
}

impl From<Distribution> for Value {
    fn from(distribution: Distribution) -> Self {
        Self::Drawn(distribution)
    }
}

impl From<Array> for Value {
    fn from(array: Array) -> Self {
        Self::Array(array)
    }
}

impl Distribution {
    /// The unit of what is drawn.
    pub fn unit(&self) -> &Unit {
        match self {
            Self::Normal { mean, .. } | Self::Exponential { mean } | Self::TruncatedNormal { mean, .. } => mean.unit(),
            Self::Uniform { low, .. } => low.unit(),
            Self::Lognormal { median, .. } => median.unit(),
        }
    }
}

impl Value {
    /// One of a parameter's named choices: `Value::choice("hard")`.
    pub fn choice(word: impl Into<String>) -> Self {
        Self::Choice(word.into())
    }

    /// The same value, with another kind of array.
    pub(crate) fn with_array<'a, A, E>(
        &'a self,
        array: impl FnOnce(&'a Array) -> std::result::Result<A, E>,
    ) -> std::result::Result<Value<A>, E> {
        Ok(match self {
            Self::Constant(quantity) => Value::Constant(quantity.clone()),
            Self::Drawn(distribution) => Value::Drawn(distribution.clone()),
            Self::Array(given) => Value::Array(array(given)?),
            Self::Initialised(initialiser) => Value::Initialised(initialiser.clone()),
            Self::Conducted(conduction) => Value::Conducted(conduction.clone()),
            Self::Choice(word) => Value::Choice(word.clone()),
        })
    }
}

impl<A> Value<A> {
    /// What it is, for a message: a quantity or word as it is, anything else by its kind.
    pub(crate) fn described(&self) -> String {
        match self {
            Self::Constant(quantity) => quantity.to_string(),
            Self::Choice(word) => word.clone(),
            Self::Drawn(_) => "a distribution".to_owned(),
            Self::Array(_) => "an array".to_owned(),
            Self::Initialised(_) => "an initialiser".to_owned(),
            Self::Conducted(_) => "a delay by distance".to_owned(),
        }
    }
}

impl Array {
    /// Numbers in `unit` (`"mA"`, `"1"`, `"0.275 mV"`), row-major in `shape`.
    ///
    /// # Errors
    /// [`Error::Request`] if the unit is unknown, or the shape holds another number of numbers.
    pub fn inline(values: Vec<f64>, shape: &[usize], unit: &str) -> Result<Self> {
        let unit = parse_unit(unit)?;
        if shape.iter().try_fold(1usize, |size, side| size.checked_mul(*side)) != Some(values.len()) {
            let problem = format!("{} numbers do not fill the shape {shape:?}", values.len());
            return Err(Error::request("array", problem, "as many numbers as the shape says"));
        }
        Ok(Self::Inline { values, shape: shape.to_vec(), unit })
    }

    /// A NumPy file of numbers in `unit` (`"mA"`, `"1"`, `"0.275 mV"`); it is read when the network is lowered.
    ///
    /// # Errors
    /// [`Error::Request`] if the unit is unknown.
    pub fn npy(path: impl Into<PathBuf>, unit: &str) -> Result<Self> {
        Ok(Self::Npy { path: path.into(), unit: parse_unit(unit)? })
    }

    /// The unit of its numbers.
    pub fn unit(&self) -> &Unit {
        match self {
            Self::Inline { unit, .. } | Self::Npy { unit, .. } => unit,
        }
    }
}

fn parse_unit(text: &str) -> Result<Unit> {
    Unit::parse_multiple(text).map_err(|problem| Error::request("array", problem, ""))
}
