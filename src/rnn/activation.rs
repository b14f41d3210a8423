//! Activation functions: names, and values in f64. `shaders/lib/activations.wgsl` has them in WGSL.
//!
//! They are those of brainstate 0.2.1, with its default parameters. Where its formulas lose digits (differences of near
//! numbers, infinity times 0) the same function is written so that it does not: values here are right to a few roundings
//! for every x, infinity gives the limit, and NaN gives NaN.

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
        match self {
            Self::Tanh => x.tanh(),
            // `max` would drop NaN.
            Self::Relu => x.clamp(0.0, f64::INFINITY),
            Self::Sigmoid => sigmoid(x),
            Self::Softplus => softplus(x),
            Self::SoftSign if x.is_infinite() => x.signum(),
            Self::SoftSign => x / (1.0 + x.abs()),
            Self::Silu => gated(x, sigmoid(x)),
            Self::Elu | Self::Celu => elu(x),
            Self::LeakyRelu if x >= 0.0 => x,
            Self::LeakyRelu => 0.01 * x,
            Self::HardTanh => x.clamp(-1.0, 1.0),
            Self::Selu if x > 0.0 => SELU_SCALE * x,
            Self::Selu => SELU_SCALE * SELU_ALPHA * elu(x),
            // 1 + tanh y = 2 σ(2y), without a difference where y is far below 0.
            Self::Gelu => gated(x, sigmoid((8.0 / std::f64::consts::PI).sqrt() * x * (1.0 + 0.044715 * x * x))),
            Self::Relu6 => x.clamp(0.0, 6.0),
            Self::HardSigmoid => hard_sigmoid(x),
            Self::HardSilu => gated(x, hard_sigmoid(x)),
            Self::Mish => gated(x, softplus(x).tanh()),
            Self::LogSigmoid => -softplus(-x),
            Self::TanhShrink => tanh_shrink(x),
            Self::HardShrink if x.abs() <= 0.5 => 0.0,
            Self::HardShrink => x,
            Self::SoftShrink => x - x.clamp(-0.5, 0.5),
            Self::Squareplus if x < 0.0 => 2.0 / (x.hypot(2.0) - x),
            Self::Squareplus => 0.5 * x + 0.5 * x.hypot(2.0),
        }
    }
}

const SELU_SCALE: f64 = 1.050_700_987_355_480_5;
const SELU_ALPHA: f64 = 1.673_263_242_354_377_2;

fn sigmoid(x: f64) -> f64 {
    let e = (-x.abs()).exp();
    if x < 0.0 { e / (1.0 + e) } else { 1.0 / (1.0 + e) }
}

fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

fn elu(x: f64) -> f64 {
    if x > 0.0 { x } else { x.exp_m1() }
}

fn hard_sigmoid(x: f64) -> f64 {
    (x + 3.0).clamp(0.0, 6.0) / 6.0
}

/// x times a gate which closes faster than x falls.
fn gated(x: f64, open: f64) -> f64 {
    if x == f64::NEG_INFINITY { 0.0 } else { x * open }
}

/// Near 0 (x cosh x − sinh x)/cosh x, whose numerator is the series Σ 2k/(2k + 1)! x^(2k + 1) without differences.
fn tanh_shrink(x: f64) -> f64 {
    if x.abs() < 1.0 {
        let (mut sum, mut power) = (0.0, x);
        for k in 1..12 {
            let k = f64::from(2 * k);
            // x^(2k + 1)/(2k + 1)!
            power *= x * x / (k * (k + 1.0));
            sum += k * power;
        }
        sum / x.cosh()
    } else {
        x - x.tanh()
    }
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
