//! What was written is read again.

use super::{Folder, cell};
use crate::Error;
use crate::rnn::file::{Layout, Precision, read, write, write_pytorch};
use crate::rnn::{Activation, Cell, CellKind, State};

#[test]
fn every_cell_comes_back_from_our_own_layout() {
    for kind in CellKind::ALL {
        let cell = cell(kind, 3, 5);
        let c = if kind.definition().has_c { vec![0.25; 10] } else { vec![] };
        let state = State { h: (0..10).map(f64::from).collect(), c };
        // Its numbers are exact in f32.
        for precision in [Precision::F32, Precision::F64] {
            let folder = Folder::new();
            write(&folder.path(), &cell, Some(&state), precision).unwrap();
            let stored = read(&folder.path(), kind).unwrap();
            assert_eq!(stored.states(2).unwrap(), std::slice::from_ref(&state), "{kind}");
            assert_eq!(stored.into_cells(None).unwrap(), std::slice::from_ref(&cell), "{kind}");
        }
    }
}

#[test]
fn f64_is_exact_and_f32_the_nearest() {
    let plain = cell(CellKind::Mgu, 2, 3);
    let mut weights = plain.weights().clone();
    weights.linears[1].weight[4] = 0.1;
    let cell = Cell::new(CellKind::Mgu, 2, 3, Activation::Tanh, weights).unwrap();
    let folder = Folder::new();
    for (precision, expected) in [(Precision::F64, 0.1), (Precision::F32, f64::from(0.1f32))] {
        write(&folder.path(), &cell, None, precision).unwrap();
        let back = read(&folder.path(), CellKind::Mgu).unwrap().into_cells(None).unwrap();
        assert_eq!(back[0].weights().linears[1].weight[4], expected);
        assert_eq!(back[0] == cell, precision == Precision::F64);
    }
    let left = std::fs::read_dir(folder.0.path()).unwrap().count();
    assert_eq!(left, 1, "no temporary file");
}

/// A stack of two layers.
fn stack(kind: CellKind, phi: Activation) -> Vec<Cell> {
    let with_phi = |cell: Cell| Cell::new(kind, cell.n_in(), cell.n_out(), phi, cell.weights().clone()).unwrap();
    vec![with_phi(cell(kind, 3, 4)), with_phi(cell(kind, 4, 4))]
}

#[test]
fn a_stack_comes_back_from_pytorch_s_layout() {
    for (kind, phi) in [
        (CellKind::Vanilla, Activation::Relu),
        (CellKind::Vanilla, Activation::Tanh),
        (CellKind::Lstm, Activation::Tanh),
        (CellKind::GruAfter, Activation::Tanh),
    ] {
        for precision in [Precision::F32, Precision::F64] {
            let cells = stack(kind, phi);
            let folder = Folder::new();
            write_pytorch(&folder.path(), &cells, precision).unwrap();
            let written = std::fs::read(folder.path()).unwrap();
            let stored = read(&folder.path(), kind).unwrap();
            assert_eq!(stored.layout, Layout::PyTorch);
            assert!(stored.layers.iter().all(|layer| layer.h0.is_none() && layer.c0.is_none()));
            let back = stored.into_cells(Some(phi)).unwrap();
            assert_eq!(back, cells, "{kind}");
            write_pytorch(&folder.path(), &back, precision).unwrap();
            assert_eq!(std::fs::read(folder.path()).unwrap(), written, "{kind}");
        }
    }
}

#[test]
fn pytorch_s_own_tensors_come_back() {
    // Read, written and read as raw tensors: the sum of biases stands in the first, zero in the second.
    let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/torch");
    for (name, kind) in [("lstm", CellKind::Lstm), ("gru", CellKind::GruAfter), ("rnn_tanh", CellKind::Vanilla)] {
        let path = data.join(format!("{name}.safetensors"));
        let cells = read(&path, kind).unwrap().into_cells(None).unwrap();
        let folder = Folder::new();
        write_pytorch(&folder.path(), &cells, Precision::F32).unwrap();
        let (theirs, ours) = (std::fs::read(path).unwrap(), std::fs::read(folder.path()).unwrap());
        let theirs = safetensors::SafeTensors::deserialize(&theirs).unwrap();
        let ours = safetensors::SafeTensors::deserialize(&ours).unwrap();
        assert_eq!(theirs.len(), ours.len());
        for (name, tensor) in theirs.iter() {
            assert_eq!(tensor.shape(), ours.tensor(name).unwrap().shape(), "{name}");
            if name.starts_with("weight") {
                assert_eq!(tensor, ours.tensor(name).unwrap(), "{name}");
            }
        }
    }
}

fn refused(cells: &[Cell], expected: &str) {
    let folder = Folder::new();
    let error = write_pytorch(&folder.path(), cells, Precision::F32).unwrap_err();
    assert!(matches!(error, Error::Request { .. }), "{error:?}");
    assert_eq!(error.to_string(), format!("a module of PyTorch: {expected}"));
    assert!(!folder.path().exists());
}

#[test]
fn what_pytorch_has_not_is_refused() {
    refused(&[], "it has no layers; legal: 1 or more");
    let expected = "PyTorch's GRU resets h after its product with the matrix, `gru` before it; legal: the cell gru_after, \
                    which is gru with reset = \"after\"";
    refused(&stack(CellKind::Gru, Activation::Tanh), expected);
    let expected = "PyTorch has no cell ur_lstm; legal: vanilla, gru_after, lstm";
    refused(&stack(CellKind::UrLstm, Activation::Tanh), expected);
    refused(&stack(CellKind::Lstm, Activation::Relu), "the activation of its cells is relu; legal: tanh");
    let expected = "the activation of its cells is sigmoid; legal: tanh, relu";
    refused(&stack(CellKind::Vanilla, Activation::Sigmoid), expected);

    let mixed = [cell(CellKind::Lstm, 3, 4), stack(CellKind::GruAfter, Activation::Tanh)[1].clone()];
    refused(&mixed, "layer 1 is of the cell gru_after with tanh; legal: lstm with tanh, as layer 0");
    let mixed =
        [stack(CellKind::Vanilla, Activation::Relu)[0].clone(), stack(CellKind::Vanilla, Activation::Tanh)[1].clone()];
    refused(&mixed, "layer 1 is of the cell vanilla with tanh; legal: vanilla with relu, as layer 0");
    let narrowing = [cell(CellKind::Lstm, 3, 4), cell(CellKind::Lstm, 4, 2)];
    refused(&narrowing, "layer 1 has 4 inputs and 2 units; legal: 4 of each, as layer 0 has units");
    let apart = [cell(CellKind::Lstm, 3, 4), cell(CellKind::Lstm, 3, 4)];
    refused(&apart, "layer 1 has 3 inputs and 4 units; legal: 4 of each, as layer 0 has units");
}

#[test]
fn a_state_of_another_cell_is_refused() {
    let folder = Folder::new();
    let cell = cell(CellKind::Lstm, 2, 3);
    let refused = |h: usize, c: usize| {
        let state = State { h: vec![0.0; h], c: vec![0.0; c] };
        let error = write(&folder.path(), &cell, Some(&state), Precision::F32).unwrap_err();
        assert!(!folder.path().exists());
        error.to_string()
    };
    assert_eq!(refused(7, 6), "h of layer 0, the lstm cell: its shape is [7]; legal: [2, 3]");
    assert_eq!(refused(6, 0), "c of layer 0, the lstm cell: its shape is [0]; legal: [2, 3]");
    assert_eq!(refused(0, 0), "h of layer 0, the lstm cell: its shape is [0]; legal: [1, 3]");
}

#[test]
fn a_file_that_cannot_be_written_is_named() {
    let folder = Folder::new();
    let path = folder.0.path().join("no such folder").join("w.safetensors");
    for error in [
        write(&path, &cell(CellKind::Lstm, 2, 3), None, Precision::F32).unwrap_err(),
        write_pytorch(&path, &[cell(CellKind::Lstm, 2, 3)], Precision::F32).unwrap_err(),
    ] {
        assert!(matches!(&error, Error::File { action: "write", path: culprit, .. } if *culprit == path), "{error:?}");
    }
}
