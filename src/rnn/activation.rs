//! Activation functions: names, and values, written over `Number`. `shaders/lib/activations.wgsl` has them in WGSL.
//!
//! They are those of brainstate 0.2.1, with its default parameters. Where its formulas lose digits (differences of near
//! numbers, infinity times 0) the same function is written so that it does not: values here are right to a few roundings
//! for every x, infinity gives the limit, and NaN gives NaN.

use crate::number::Number;
use crate::{Error, Result};

/// Declares the enum from names, and what each function computes.
macro_rules! activations {
    ($($variant:ident = $name:literal: $what:literal,)*) => {
        /// An elementwise function φ.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Activation {
            $(#[doc = $what] $variant,)*
        }

        impl Activation {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its name, as brainstate's.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// What it computes, in a line.
            pub fn what(self) -> &'static str {
                match self {
                    $(Self::$variant => $what,)*
                }
            }

            /// The name of its WGSL function.
            pub fn function(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("phi_", $name),)*
                }
            }
        }
    };
}

activations! {
    Tanh = "tanh": "tanh x",
    Relu = "relu": "max(x, 0)",
    Sigmoid = "sigmoid": "σ(x) = 1/(1 + e^−x)",
    Softplus = "softplus": "ln(1 + e^x)",
    SoftSign = "soft_sign": "x/(1 + |x|)",
    Silu = "silu": "x σ(x)",
    Elu = "elu": "x above 0, else e^x − 1",
    LeakyRelu = "leaky_relu": "x above 0, else x/100",
    HardTanh = "hard_tanh": "x between −1 and 1",
    Celu = "celu": "as elu, whose α is 1 too",
    Selu = "selu": "1.0507 x above 0, else 1.0507 · 1.6733 (e^x − 1) (Klambauer et al., arXiv:1706.02515)",
    Gelu = "gelu": "x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))), the usual approximation (Hendrycks and Gimpel, arXiv:1606.08415)",
    Relu6 = "relu6": "x between 0 and 6",
    HardSigmoid = "hard_sigmoid": "(x + 3)/6 between 0 and 1",
    HardSilu = "hard_silu": "x hard_sigmoid(x)",
    Mish = "mish": "x tanh(softplus(x)) (Misra, arXiv:1908.08681)",
    LogSigmoid = "log_sigmoid": "ln σ(x)",
    TanhShrink = "tanh_shrink": "x − tanh x",
    HardShrink = "hard_shrink": "x beyond ±1/2, else 0",
    SoftShrink = "soft_shrink": "x less its part between −1/2 and 1/2",
    Squareplus = "squareplus": "(x + √(x² + 4))/2",
}

impl Activation {
    /// φ(x).
    pub fn of(self, x: f64) -> f64 {
        self.apply(x)
    }

    /// φ of a number, or of several side by side.
    #[inline(always)]
    pub(super) fn apply<N: Number>(self, x: N) -> N {
        let (zero, one) = (N::of(0.0), N::of(1.0));
        match self {
            Self::Tanh => x.hyperbolic_tangent(),
            Self::Relu => x.between(0.0, f64::INFINITY),
            Self::Sigmoid => sigmoid(x),
            Self::Softplus => x.greatest(zero) + softplus_of_minus_size(x),
            // Beyond 1e30 it is 1.
            Self::SoftSign => {
                let c = x.between(-1e30, 1e30);
                c / (one + c.size())
            }
            Self::Silu => gated(x, sigmoid(x)),
            Self::Elu | Self::Celu => elu(x),
            Self::LeakyRelu => N::select(x.at_least(zero), x, N::of(0.01) * x),
            Self::HardTanh => x.between(-1.0, 1.0),
            Self::Selu => N::of(SELU_SCALE) * N::select(x.above(zero), x, N::of(SELU_ALPHA) * elu(x)),
            Self::Gelu => gelu(x),
            Self::Relu6 => x.between(0.0, 6.0),
            Self::HardSigmoid => hard_sigmoid(x),
            Self::HardSilu => gated(x, hard_sigmoid(x)),
            Self::Mish => mish(x),
            Self::LogSigmoid => x.least(zero) - softplus_of_minus_size(x),
            Self::TanhShrink => tanh_shrink(x),
            Self::HardShrink => N::select(N::of(0.5).at_least(x.size()), zero, x),
            Self::SoftShrink => x - x.between(-0.5, 0.5),
            Self::Squareplus => squareplus(x),
        }
    }
}

const SELU_SCALE: f64 = 1.050_700_987_355_480_5;
const SELU_ALPHA: f64 = 1.673_263_242_354_377_2;

/// σ(y), and σ(−y) = 1 − σ(y).
pub(super) struct Gate<N> {
    pub(super) open: N,
    pub(super) shut: N,
}

/// A gate, neither of whose parts is a difference.
#[inline(always)]
pub(super) fn gate<N: Number>(y: N) -> Gate<N> {
    let e = (-y.size()).exponential();
    let near = N::of(1.0) / (N::of(1.0) + e);
    let far = e * near;
    let below = y.below(N::of(0.0));
    Gate { open: N::select(below, far, near), shut: N::select(below, near, far) }
}

/// The logistic function.
#[inline(always)]
pub(super) fn sigmoid<N: Number>(x: N) -> N {
    opened(x, (-x.size()).exponential())
}

/// σ of what is below 0 where x is, from e to the power of minus its magnitude.
#[inline(always)]
fn opened<N: Number>(x: N, e: N) -> N {
    N::select(x.below(N::of(0.0)), e, N::of(1.0)) / (N::of(1.0) + e)
}

/// ln(1 + e^−|x|).
#[inline(always)]
fn softplus_of_minus_size<N: Number>(x: N) -> N {
    (-x.size()).exponential().logarithm_of_1_and()
}

#[inline(always)]
fn elu<N: Number>(x: N) -> N {
    // Below −80 it is −1.
    let c = x.between(-80.0, 0.0);
    N::select(x.above(N::of(0.0)), x, c * c.exp_relative())
}

#[inline(always)]
fn hard_sigmoid<N: Number>(x: N) -> N {
    (x + N::of(3.0)).between(0.0, 6.0) / N::of(6.0)
}

/// x times a gate which closes faster than x falls.
#[inline(always)]
fn gated<N: Number>(x: N, open: N) -> N {
    N::select(x.equals(N::of(f64::NEG_INFINITY)), N::of(0.0), x * open)
}

/// With y = √(8/π) (x + 0.044715 x³), 1 + tanh(y/2) = 2 σ(y), without a difference where y is far below 0.
#[inline(always)]
fn gelu<N: Number>(x: N) -> N {
    let linear = (8.0 / std::f64::consts::PI).sqrt();
    // At −40 it is far below the smallest number.
    let e = x.size().between(0.0, 40.0).exponential_of_cubic(linear, 0.044715 * linear);
    gated(x, opened(x, e))
}

/// With e = e^x, tanh(ln(1 + e)) = e(e + 2)/(e(e + 2) + 2); above 0 numerator and denominator are divided by e².
#[inline(always)]
fn mish<N: Number>(x: N) -> N {
    let e = (-x.size()).exponential();
    let (below, one, two) = (x.below(N::of(0.0)), N::of(1.0), N::of(2.0));
    let numerator = N::select(below, e.fma(e, two * e), two.fma(e, one));
    let denominator = numerator + two * N::select(below, one, e * e);
    gated(x, numerator / denominator)
}

/// 2k/(2k + 1)! from k = 12 down to 1.
const TANH_SHRINK: [f64; 12] = {
    let mut all = [0.0; 12];
    let mut factorial = 1.0;
    let mut k = 1;
    while k <= 12 {
        let twice = 2.0 * k as f64;
        factorial *= twice * (twice + 1.0);
        all[12 - k] = twice / factorial;
        k += 1;
    }
    all
};

/// Near 0 (x cosh x − sinh x)/cosh x, whose numerator is the series Σ 2k/(2k + 1)! x^(2k + 1) without differences.
#[inline(always)]
fn tanh_shrink<N: Number>(x: N) -> N {
    let c = x.between(-1.5, 1.5);
    let y = c * c;
    let series = TANH_SHRINK.iter().fold(N::of(0.0), |sum, &coefficient| sum.fma(y, N::of(coefficient)));
    let e = c.exponential();
    let cosh = N::of(0.5) * (e + N::of(1.0) / e);
    N::select(x.size().below(N::of(1.5)), c * y * series / cosh, x - x.hyperbolic_tangent())
}

/// With s = √(x² + 4), (s + x)(s − x) = 4. Above 1e9 s is |x|, and the square may exceed the type.
#[inline(always)]
fn squareplus<N: Number>(x: N) -> N {
    let (size, half) = (x.size(), N::of(0.5));
    let c = size.between(0.0, 1e9);
    let s = N::select(size.above(N::of(1e9)), size, c.fma(c, N::of(4.0)).root());
    N::select(x.below(N::of(0.0)), N::of(2.0) / (s + size), half * x + half * s)
}

impl std::fmt::Display for Activation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Activation {
    type Err = Error;

    /// # Errors
    /// [`Error::Request`] for a name that is not among those of [`Activation::ALL`].
    fn from_str(name: &str) -> Result<Self> {
        Self::ALL.iter().copied().find(|activation| activation.name() == name).ok_or_else(|| {
            let legal: Vec<&str> = Self::ALL.iter().map(|activation| activation.name()).collect();
            Error::request("activation", format!("there is none named `{name}`"), legal.join(", "))
        })
    }
}

#[cfg(test)]
mod tests;
