//! PyTorch's layout: which of its modules is which of our cells, gate by gate.
//!
//! PyTorch's equations are those of the documentation of `torch.nn.RNN`, `LSTM` and `GRU`.

mod names;
mod read;
mod tensors;

pub(super) use names::is_name;
pub(super) use read::read;
pub(super) use tensors::tensors;

use super::times;
use crate::rnn::CellKind;

/// A recurrent module of PyTorch.
#[derive(Debug)]
struct Module {
    name: &'static str,
    kind: CellKind,
    /// In PyTorch's order.
    gates: &'static [Gate],
}

/// Where a gate of PyTorch stands with us, and how: ours is `sign` times PyTorch's sum, less `shift`.
#[derive(Debug)]
struct Gate {
    /// Our matrix.
    linear: usize,
    /// The gate's place in the matrix.
    column: usize,
    sign: f64,
    /// What our step adds by itself.
    shift: f64,
    /// Whether the bias of the product with h is our vector, for something comes between the two products.
    apart: bool,
}

const PLAIN: Gate = Gate { linear: 0, column: 0, sign: 1.0, shift: 0.0, apart: false };

static MODULES: [Module; 3] = [
    Module { name: "torch.nn.RNN", kind: CellKind::Vanilla, gates: &[PLAIN] },
    Module {
        name: "torch.nn.GRU",
        kind: CellKind::GruAfter,
        // r, z, n. Its h' = (1 − z)n + z h; ours (1 − z)h + z h̃, and 1 − σ(y) = σ(−y).
        gates: &[PLAIN, Gate { column: 1, sign: -1.0, ..PLAIN }, Gate { linear: 1, apart: true, ..PLAIN }],
    },
    Module {
        name: "torch.nn.LSTM",
        kind: CellKind::Lstm,
        // i, f, g, o; ours i, g, f, o with σ(f + 1).
        gates: &[
            PLAIN,
            Gate { column: 2, shift: 1.0, ..PLAIN },
            Gate { column: 1, ..PLAIN },
            Gate { column: 3, ..PLAIN },
        ],
    },
];

/// Why PyTorch's GRU is not `gru`.
const OTHER_GRU: &str = "PyTorch's GRU resets h after its product with the matrix, `gru` before it";
/// What is.
const OTHER_GRU_LEGAL: &str = "the cell gru_after, which is gru with reset = \"after\"";

fn module_of(kind: CellKind) -> Option<&'static Module> {
    MODULES.iter().find(|module| module.kind == kind)
}

/// The tensors of this kind with their shapes in words; `None` if PyTorch has no such cell.
pub(super) fn needs(kind: CellKind) -> Option<String> {
    module_of(kind).map(|module| {
        let rows = times(module.gates.len());
        format!(
            "`weight_ih_l0` [{rows}, n_in], `weight_hh_l0` [{rows}, n_out], and `bias_ih_l0` [{rows}] with `bias_hh_l0` \
             [{rows}] or neither, so for each layer"
        )
    })
}
