//! Weights of cells from and to `.safetensors`: in our own layout, and in that of PyTorch's recurrent modules.
//!
//! **Own layout.** One cell. Each matrix of its [`Definition`](super::Definition) is `NAME.weight` of `[n_in + n_out, gates · n_out]` and
//! `NAME.bias` of `[gates · n_out]`, its vector `bias` of `[n_out]`: the names of brainstate. `h0` and, for cells with a
//! cell state, `c0` of `[batch, n_out]` or `[n_out]` may stand beside them.
//!
//! **PyTorch's layout.** The `state_dict` of a `torch.nn.RNN` (`vanilla`), `torch.nn.LSTM` (`lstm`) or `torch.nn.GRU`
//! (`gru_after`): `weight_ih_l0` of `[gates · n_out, n_in]`, `weight_hh_l0` of `[gates · n_out, n_out]`, with or without
//! `bias_ih_l0` and `bias_hh_l0` of `[gates · n_out]`; then `_l1` and so on, a cell for each layer. All names may share a
//! prefix, as `encoder.rnn.`. What such a module computes, these cells compute:
//! - the two biases become one, their sum;
//! - its LSTM has no 1 in σ(f + 1), so 1 is taken from the bias of f;
//! - its GRU's z is our 1 − z, so z changes its sign; its reset acts after the product, so it is no `gru`, and the bias
//!   of that product becomes the vector of `gru_after`.
//!
//! Numbers are F32, F64, F16 or BF16, and must be finite and in the range of f32. Sizes follow from the shapes.
//!
//! ```
//! use neuropil::rnn::{Activation, Affine, Cell, CellKind, Weights, file};
//!
//! // Two inputs, one unit: a column for the gate, a row for each input and one for h.
//! let linears = vec![Affine { weight: vec![0.5, -0.25, 0.125], bias: vec![1.0] }];
//! let cell = Cell::new(CellKind::Vanilla, 2, 1, Activation::Tanh, Weights { linears, vector: vec![] })?;
//!
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("cell.safetensors");
//! file::write(&path, &cell, None, file::Precision::F32)?;
//! let stored = file::read(&path, CellKind::Vanilla)?;
//! assert_eq!((stored.layers[0].n_in, stored.layers[0].n_out), (2, 1));
//! assert_eq!(stored.into_cells(Some(Activation::Tanh))?, [cell]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod archive;
mod own;
mod pytorch;
mod write;

pub use write::Precision;

use super::cell::check_batch;
use super::{Activation, Cell, CellKind, State, Weights};
use crate::{Error, Result};
use archive::Archive;
use std::path::{Path, PathBuf};

/// Whose names and shapes a file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Ours.
    Own,
    /// PyTorch's.
    PyTorch,
}

/// What a file holds: one cell in our own layout, a stack of cells of the same kind in PyTorch's.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The kind that it was read as.
    pub kind: CellKind,
    /// Its layout.
    pub layout: Layout,
    /// The layers, the one that reads x first; at least one.
    pub layers: Vec<StoredLayer>,
    /// The file, for messages.
    path: PathBuf,
}

/// A layer of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredLayer {
    /// Inputs; at least 1.
    pub n_in: usize,
    /// Units; at least 1.
    pub n_out: usize,
    /// All numbers, of the shapes that kind and sizes ask for.
    pub weights: Weights,
    /// What h begins with, if the file says.
    pub h0: Option<Initial>,
    /// What c begins with, if the file says.
    pub c0: Option<Initial>,
}

/// An initial state.
#[derive(Debug, Clone, PartialEq)]
pub struct Initial {
    /// How many items of a batch it is for; `None` where all items begin alike.
    pub batch: Option<usize>,
    /// `[batch, n_out]` or `[n_out]`.
    pub values: Vec<f64>,
}

/// Reads the cells of `kind` that a file holds, in whichever layout its names are.
///
/// # Errors
/// [`Error::File`] if it cannot be read. [`Error::Data`] if it is empty, cut short or of another format; if its names
/// are of neither layout or of both; if a tensor is missing, too many, of a type other than F32, F64, F16 and BF16, or
/// of a wrong shape (with both shapes); if a number is NaN, infinite or beyond the range of f32 (with its place); if it
/// holds a module of PyTorch that is no such cell: of another kind, bidirectional or with projections.
pub fn read(path: &Path, kind: CellKind) -> Result<Stored> {
    let mut archive = Archive::open(path)?;
    let layout = layout(&archive, kind)?;
    let layers = match layout {
        Layout::Own => vec![own::read(&mut archive, kind.definition())?],
        Layout::PyTorch => pytorch::read(&mut archive, kind)?,
    };
    Ok(Stored { kind, layout, layers, path: path.to_owned() })
}

/// Writes a cell in our own layout, with a state for `h0` and `c0` if one is given. A file that is there is replaced,
/// whole or not at all.
///
/// # Errors
/// [`Error::Request`] if the state is not one of the cell; [`Error::File`] if it cannot be written.
pub fn write(path: &Path, cell: &Cell, state: Option<&State>, precision: Precision) -> Result<()> {
    if let Some(state) = state {
        // At least one item: a state of none says nothing.
        let batch = (state.h.len() / cell.n_out()).max(1);
        state.check(cell, batch, 0)?;
    }
    write::write(path, own::tensors(cell, state, precision))
}

/// Writes a stack of cells as the `state_dict` of a `torch.nn.RNN` (`vanilla`), `GRU` (`gru_after`) or `LSTM` (`lstm`)
/// with biases. The bias stands in `bias_ih`; `bias_hh` is 0 but for what is `gru_after`'s vector. Activation is tanh;
/// `vanilla` may have relu, for a module with `nonlinearity="relu"`, which the file does not say. A file that is there
/// is replaced, whole or not at all.
///
/// # Errors
/// [`Error::Request`] if there is no cell, if PyTorch has no such cell, or if the cells are no stack of the same kind,
/// activation and units; [`Error::File`] if it cannot be written.
pub fn write_pytorch(path: &Path, cells: &[Cell], precision: Precision) -> Result<()> {
    write::write(path, pytorch::tensors(cells, precision)?)
}

impl Stored {
    /// The cells. Without an activation they have that of the kind's definition, but tanh where they are from a
    /// `torch.nn.RNN`: it is PyTorch's default, and the file does not say.
    ///
    /// # Errors
    /// [`Error::Request`] if a matrix has more numbers than a cell may have, or if biases of PyTorch that are added
    /// leave the range of f32.
    pub fn into_cells(self, activation: Option<Activation>) -> Result<Vec<Cell>> {
        let default = match self.layout {
            Layout::Own => self.kind.definition().activation,
            Layout::PyTorch => Activation::Tanh,
        };
        let phi = activation.unwrap_or(default);
        self.layers.into_iter().map(|layer| Cell::new(self.kind, layer.n_in, layer.n_out, phi, layer.weights)).collect()
    }

    /// What the layers begin with: what the file says for all items alike or for just as many, and 0 elsewhere.
    ///
    /// # Errors
    /// [`Error::Data`] if the file has an initial state of another batch; [`Error::Request`] if the batch is 0 or too large.
    pub fn states(&self, batch: usize) -> Result<Vec<State>> {
        let widest = self.layers.iter().map(|layer| layer.n_in.max(layer.n_out)).max().unwrap_or(1);
        check_batch(batch, widest)?;
        let has_c = self.kind.definition().has_c;
        let state = |layer: &StoredLayer| {
            let h = self.initial("h0", layer.h0.as_ref(), batch, layer.n_out)?;
            let c = if has_c { self.initial("c0", layer.c0.as_ref(), batch, layer.n_out)? } else { vec![] };
            Ok(State { h, c })
        };
        self.layers.iter().map(state).collect()
    }

    fn initial(&self, name: &str, initial: Option<&Initial>, batch: usize, n_out: usize) -> Result<Vec<f64>> {
        match initial {
            None => Ok(vec![0.0; batch * n_out]),
            Some(Initial { batch: None, values }) => Ok(values.repeat(batch)),
            Some(Initial { batch: Some(items), values }) if *items == batch => Ok(values.clone()),
            Some(Initial { batch: Some(items), .. }) => {
                let problem = format!("`{name}` has shape [{items}, {n_out}]");
                let legal = format!("[{batch}, {n_out}], [{n_out}]");
                Err(Error::Data { path: self.path.clone(), problem, legal })
            }
        }
    }
}

/// Which layout the names of a file are of.
fn layout(archive: &Archive, kind: CellKind) -> Result<Layout> {
    let names = archive.names();
    let (needed, optional) = own::names(kind.definition());
    let own = names.iter().any(|name| needed.contains(name) || optional.contains(name));
    let pytorch = names.iter().any(|name| pytorch::is_name(name));
    let legal = || match pytorch::needs(kind) {
        Some(theirs) => format!("{}, or PyTorch's {theirs}", own::needs(kind.definition())),
        None => own::needs(kind.definition()),
    };
    match (own, pytorch) {
        (true, false) => Ok(Layout::Own),
        (false, true) => Ok(Layout::PyTorch),
        (true, true) => Err(archive.wrong(format!("it mixes two layouts: {}", archive.listed()), legal())),
        (false, false) => {
            let problem = match names.len() {
                0 => "it has no tensors".to_owned(),
                _ => format!("it has no tensor of the cell {kind}, but {}", archive.listed()),
            };
            Err(archive.wrong(problem, legal()))
        }
    }
}

/// So many n_out, in words.
pub(super) fn times(gates: usize) -> String {
    if gates == 1 { "n_out".to_owned() } else { format!("{gates}·n_out") }
}

#[cfg(test)]
mod tests;
