//! Builders of the cells, one for each: sizes, activation, and weights that are given or drawn.

use super::cell::check_sizes;
use super::{Activation, Affine, Cell, CellKind, Weights};
use crate::draw::{Law, draw};
use crate::initialise::initialise;
use crate::random::Purpose;
use crate::{Error, Result};

/// When a GRU's reset acts on h.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GruReset {
    /// Before the product: h̃ = φ(\[x, r⊙h\]·Wh + b).
    #[default]
    Before,
    /// After the product: h̃ = φ(x·Wh + b + r⊙(h·Wh + bias)), as in cuDNN and PyTorch. Another cell: weights trained for
    /// the one give other results in the other.
    After,
}

/// What all builders hold.
#[derive(Debug, Clone)]
struct Draft {
    kind: CellKind,
    n_in: usize,
    n_out: usize,
    activation: Option<Activation>,
    seed: u64,
    weights: Option<Weights>,
}

impl Draft {
    fn new(kind: CellKind, n_in: usize, n_out: usize) -> Self {
        Self { kind, n_in, n_out, activation: None, seed: 0, weights: None }
    }

    fn build(self) -> Result<Cell> {
        let Self { kind, n_in, n_out, seed, .. } = self;
        let weights = self.weights.map_or_else(|| draw_weights(kind, n_in, n_out, seed), Ok)?;
        Cell::new(kind, n_in, n_out, self.activation.unwrap_or(kind.definition().activation), weights)
    }
}

/// A cell with drawn weights and its kind's activation.
///
/// # Errors
/// As [`Cell::new`]'s.
pub(crate) fn drawn(kind: CellKind, n_in: usize, n_out: usize) -> Result<Cell> {
    Draft::new(kind, n_in, n_out).build()
}

/// The weights of a cell to which none are given: matrices by its scheme, biases 0. The vector of UR-LSTM spreads the
/// gates evenly: b = −ln(1/U − 1) with U uniform between 1/n and 1 − 1/n (Gu et al., arXiv:1910.09890); that of a GRU is 0.
fn draw_weights(kind: CellKind, n_in: usize, n_out: usize, seed: u64) -> Result<Weights> {
    check_sizes(kind, n_in, n_out)?;
    let definition = kind.definition();
    let linears = (0..).zip(definition.linears).map(|(index, linear)| {
        let columns = linear.gates.len() * n_out;
        let weight = initialise(definition.scheme, [n_in + n_out, columns], seed, (Purpose::Cells, index));
        Affine { weight, bias: vec![0.0; if linear.bias { columns } else { 0 }] }
    });
    let linears: Vec<Affine> = linears.collect();
    let vector = match kind {
        CellKind::UrLstm if n_out < 2 => {
            let problem = "its biases are drawn between the logits of 1/n_out and 1 - 1/n_out, and n_out is 1";
            return Err(Error::request(
                format!("n_out of the {kind} cell"),
                problem,
                "2 or more, or weights that are given",
            ));
        }
        CellKind::UrLstm => {
            let low = 1.0 / n_out as f64;
            let uniform =
                draw(Law::Uniform { low, high: 1.0 - low }, n_out, seed, Purpose::Cells, linears.len() as u32);
            uniform.into_iter().map(|u| -(1.0 / u - 1.0).ln()).collect()
        }
        _ => vec![0.0; if definition.vector.is_some() { n_out } else { 0 }],
    };
    Ok(Weights { linears, vector })
}

/// Declares the builder of a cell.
macro_rules! typed_cell {
    ($(#[$doc:meta])* $type:ident = $kind:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $type(Draft);

        impl $type {
            /// A cell of `n_in` inputs and `n_out` units.
            pub fn new(n_in: usize, n_out: usize) -> Self {
                Self(Draft::new($kind, n_in, n_out))
            }

            /// φ, where it is not the cell's own.
            #[must_use]
            pub fn activation(mut self, activation: Activation) -> Self {
                self.0.activation = Some(activation);
                self
            }

            /// The seed from which the weights are drawn; 0 where nothing is said. Layers of a stack need one each, else
            /// those of the same kind and sizes are the same.
            #[must_use]
            pub fn seed(mut self, seed: u64) -> Self {
                self.0.seed = seed;
                self
            }

            /// Weights, instead of drawn ones.
            #[must_use]
            pub fn weights(mut self, weights: Weights) -> Self {
                self.0.weights = Some(weights);
                self
            }

            /// The cell.
            ///
            /// # Errors
            /// As [`Cell::new`]'s.
            pub fn build(self) -> Result<Cell> {
                self.0.build()
            }
        }
    };
}

typed_cell! {
    /// h = φ(\[x, h\]·W + b); φ is relu.
    ///
    /// ```
    /// use neuropil::rnn::{Activation, VanillaRnn};
    ///
    /// let cell = VanillaRnn::new(12, 20).activation(Activation::Tanh).seed(7).build()?;
    /// assert_eq!(cell.weights().linears[0].weight.len(), (12 + 20) * 20);
    /// # Ok::<(), neuropil::Error>(())
    /// ```
    VanillaRnn = CellKind::Vanilla
}
typed_cell! {
    /// Gated recurrent unit; φ is tanh. Matrices `Wrz` with the columns r, z, and `Wh`.
    Gru = CellKind::Gru
}
typed_cell! {
    /// Minimal gated unit; φ is tanh. Matrices `Wf` and `Wh`.
    Mgu = CellKind::Mgu
}
typed_cell! {
    /// Long short-term memory; φ is tanh. Matrix `W` with the columns i, g, f, o.
    Lstm = CellKind::Lstm
}
typed_cell! {
    /// Long short-term memory with uniform initial gates and a refine gate; φ is tanh. Matrix `W` with the columns f, r,
    /// u, o and no bias, and the vector `bias`. Weights are drawn for `n_out` of 2 or more only.
    UrLstm = CellKind::UrLstm
}

impl Gru {
    /// When the reset acts: before the product where nothing is said.
    #[must_use]
    pub fn reset(mut self, reset: GruReset) -> Self {
        self.0.kind = match reset {
            GruReset::Before => CellKind::Gru,
            GruReset::After => CellKind::GruAfter,
        };
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gru_s_reset_chooses_the_cell() {
        let kind = |gru: Gru| gru.build().unwrap().kind();
        assert_eq!(kind(Gru::new(2, 3)), CellKind::Gru);
        assert_eq!(kind(Gru::new(2, 3).reset(GruReset::Before)), CellKind::Gru);
        assert_eq!(kind(Gru::new(2, 3).reset(GruReset::After)), CellKind::GruAfter);
        let after = Gru::new(2, 3).reset(GruReset::After).build().unwrap();
        assert_eq!(after.weights().vector, [0.0; 3]);
    }

    #[test]
    fn drawn_weights_follow_the_cell_s_scheme_and_the_seed() {
        let cell = |seed| Gru::new(5, 4).seed(seed).build().unwrap();
        let [rz, h] = cell(1).weights().linears.clone().try_into().unwrap();
        // Nine rows and eight columns: the columns are orthonormal.
        for (i, j) in (0..8).flat_map(|i| (0..8).map(move |j| (i, j))) {
            let dot: f64 = (0..9).map(|row| rz.weight[row * 8 + i] * rz.weight[row * 8 + j]).sum();
            assert!((dot - f64::from(u8::from(i == j))).abs() < 1e-12, "{i} {j}: {dot}");
        }
        assert_eq!((rz.bias, h.bias), (vec![0.0; 8], vec![0.0; 4]));
        assert_ne!(rz.weight[0], h.weight[0]);
        assert_eq!(cell(1), cell(1));
        assert_ne!(cell(1), cell(2));
        assert_eq!(Gru::new(5, 4).build().unwrap(), cell(0));
    }

    #[test]
    fn gates_of_a_ur_lstm_are_spread_evenly() {
        let n = 4000;
        let cell = UrLstm::new(1, n).seed(3).build().unwrap();
        assert!(cell.weights().linears[0].bias.is_empty());
        let mut open: Vec<f64> = cell.weights().vector.iter().map(|b| 1.0 / (1.0 + (-b).exp())).collect();
        open.sort_by(f64::total_cmp);
        let n = n as f64;
        assert!(open[0] > 1.0 / n - 1e-12 && open[open.len() - 1] < 1.0 - 1.0 / n + 1e-12);
        // Kolmogorov's and Smirnov's distance; by chance one in a thousand would lie beyond.
        let distance = (0..).zip(&open).map(|(i, u)| (u - (f64::from(i) + 0.5) / n).abs()).fold(0.0, f64::max);
        assert!(distance < 1.95 / n.sqrt(), "{distance}");
    }

    #[test]
    fn a_ur_lstm_of_one_unit_needs_weights() {
        let expected = "n_out of the ur_lstm cell: its biases are drawn between the logits of 1/n_out and 1 - 1/n_out, and \
                        n_out is 1; legal: 2 or more, or weights that are given";
        assert_eq!(UrLstm::new(2, 1).build().unwrap_err().to_string(), expected);
        let weights = Weights { linears: vec![Affine { weight: vec![0.5; 12], bias: vec![] }], vector: vec![0.0] };
        assert!(UrLstm::new(2, 1).weights(weights).build().is_ok());
        assert_eq!(UrLstm::new(2, 2).build().unwrap().weights().vector, [0.0; 2]);
    }

    #[test]
    fn sizes_that_no_cell_can_have_allocate_nothing() {
        assert!(Lstm::new(usize::MAX, 8).build().is_err());
        assert!(Mgu::new(3, 1 << 40).build().is_err());
        assert!(VanillaRnn::new(0, 1).build().is_err());
    }
}
