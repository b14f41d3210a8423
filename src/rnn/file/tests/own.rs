//! Our own layout.

use super::{Folder, Raw, bytes, cell, check, read_raw};
use crate::Error;
use crate::rnn::file::{Initial, Layout, read};
use crate::rnn::{Activation, CellKind, State};
use half::{bf16, f16};
use safetensors::Dtype;

/// An LSTM of 2 inputs and 3 units.
fn lstm() -> Vec<Raw> {
    vec![Raw::any("W.weight", &[5, 12]), Raw::any("W.bias", &[12])]
}

fn lstm_and(more: Raw) -> Vec<Raw> {
    [lstm(), vec![more]].concat()
}

const LSTM: &str = "`W.weight` [n_in + n_out, 4·n_out], `W.bias` [4·n_out], and optionally `h0`, `c0` [batch, n_out]";

#[test]
fn sizes_follow_from_the_shapes() {
    for kind in CellKind::ALL {
        for (n_in, n_out) in [(1, 1), (2, 3), (5, 1), (4, 7)] {
            let cell = cell(kind, n_in, n_out);
            let folder = Folder::new();
            super::super::write(&folder.path(), &cell, None, super::super::Precision::F64).unwrap();
            let stored = read(&folder.path(), kind).unwrap();
            assert_eq!((stored.kind, stored.layout, stored.layers.len()), (kind, Layout::Own, 1));
            assert_eq!((stored.layers[0].n_in, stored.layers[0].n_out), (n_in, n_out));
        }
    }
}

#[test]
fn every_type_of_number_is_read() {
    // Exact in all of them; one is subnormal in F16.
    let values = [1.0, -0.5, 2f64.powi(-20), 1024.0];
    let of = |dtype: Dtype| -> Vec<u8> {
        values
            .iter()
            .flat_map(|&value| match dtype {
                Dtype::F16 => f16::from_f64(value).to_le_bytes().to_vec(),
                Dtype::BF16 => bf16::from_f64(value).to_le_bytes().to_vec(),
                Dtype::F32 => (value as f32).to_le_bytes().to_vec(),
                _ => value.to_le_bytes().to_vec(),
            })
            .collect()
    };
    for dtype in [Dtype::F16, Dtype::BF16, Dtype::F32, Dtype::F64] {
        let bias = Raw { name: "W.bias".to_owned(), dtype, shape: vec![4], bytes: of(dtype) };
        let stored = read_raw(CellKind::Vanilla, &[bias, Raw::any("W.weight", &[5, 4])]).unwrap();
        assert_eq!(stored.layers[0].weights.linears[0].bias, values, "{dtype}");
    }
}

#[test]
fn more_numbers_than_are_read_at_once_keep_their_places() {
    let (n_in, n_out) = (300, 100);
    let values: Vec<f64> = (0..(n_in + n_out) * n_out).map(|index| index as f64).collect();
    let tensors = [Raw::new("W.weight", &[n_in + n_out, n_out], &values), Raw::any("W.bias", &[n_out])];
    assert!(tensors[0].bytes.len() > 1 << 18);
    assert_eq!(read_raw(CellKind::Vanilla, &tensors).unwrap().layers[0].weights.linears[0].weight, values);
}

#[test]
fn a_missing_tensor_is_named() {
    let expected = format!("`W.bias` is missing among `W.weight` [5, 12]; legal: {LSTM}");
    check(CellKind::Lstm, &lstm()[..1], &expected);
    let ur_lstm = "`W.weight` [n_in + n_out, 4·n_out], `bias` [n_out], and optionally `h0`, `c0` [batch, n_out]";
    check(CellKind::UrLstm, &lstm()[..1], &format!("`bias` is missing among `W.weight` [5, 12]; legal: {ur_lstm}"));
    let gru = "`Wrz.weight` [n_in + n_out, 2·n_out], `Wrz.bias` [2·n_out], `Wh.weight` [n_in + n_out, n_out], `Wh.bias` \
               [n_out], `bias` [n_out], and optionally `h0` [batch, n_out]";
    let expected = format!("`Wrz.weight` is missing among `Wh.weight` [3, 2]; legal: {gru}");
    check(CellKind::GruAfter, &[Raw::any("Wh.weight", &[3, 2])], &expected);
}

#[test]
fn a_tensor_too_many_is_named() {
    let expected = format!("`head.weight` [2, 3] is no tensor of the cell lstm; legal: {LSTM}");
    check(CellKind::Lstm, &lstm_and(Raw::any("head.weight", &[2, 3])), &expected);
    // Whatever its type.
    let whole = Raw { dtype: Dtype::I64, ..Raw::any("head.weight", &[2, 3]) };
    check(CellKind::Lstm, &lstm_and(whole), &expected);
    let vanilla = "`W.weight` [n_in + n_out, n_out], `W.bias` [n_out], and optionally `h0` [batch, n_out]";
    let tensors = [Raw::any("W.weight", &[3, 2]), Raw::any("W.bias", &[2]), Raw::any("c0", &[2])];
    check(CellKind::Vanilla, &tensors, &format!("`c0` [2] is no tensor of the cell vanilla; legal: {vanilla}"));
}

#[test]
fn a_file_of_something_else_says_what_it_holds() {
    let tensors: Vec<_> = (0..10).map(|layer| Raw::any(&format!("conv{layer}"), &[2])).collect();
    let expected = format!(
        "it has no tensor of the cell lstm, but `conv0` [2], `conv1` [2], `conv2` [2], `conv3` [2], `conv4` [2], `conv5` \
         [2], `conv6` [2], `conv7` [2], and 2 more; legal: {LSTM}, or PyTorch's `weight_ih_l0` [4·n_out, n_in], \
         `weight_hh_l0` [4·n_out, n_out], and `bias_ih_l0` [4·n_out] with `bias_hh_l0` [4·n_out] or neither, so for each \
         layer"
    );
    check(CellKind::Lstm, &tensors, &expected);
    let expected = format!(
        "it mixes two layouts: `W.bias` [12], `W.weight` [5, 12], `weight_ih_l0` [12, 2]; legal: {LSTM}, or PyTorch's \
         `weight_ih_l0` [4·n_out, n_in], `weight_hh_l0` [4·n_out, n_out], and `bias_ih_l0` [4·n_out] with `bias_hh_l0` \
         [4·n_out] or neither, so for each layer"
    );
    check(CellKind::Lstm, &lstm_and(Raw::any("weight_ih_l0", &[12, 2])), &expected);
}

#[test]
fn a_wrong_type_is_named() {
    let whole = Raw { dtype: Dtype::I64, ..Raw::any("W.bias", &[12]) };
    let expected = "`W.bias` [12] is of type I64; legal: F32, F64, F16, BF16";
    check(CellKind::Lstm, &[lstm()[0].clone(), whole], expected);
    let whole = Raw { dtype: Dtype::C64, ..Raw::any("W.weight", &[5, 12]) };
    let expected = "`W.weight` [5, 12] is of type C64; legal: F32, F64, F16, BF16";
    check(CellKind::Lstm, &[whole, lstm()[1].clone()], expected);
}

#[test]
fn a_wrong_shape_is_shown_beside_the_right_one() {
    let matrix = |shape: &[usize]| vec![Raw::any("W.weight", shape), lstm()[1].clone()];
    let sizes = "[n_in + n_out, 4·n_out], where n_in and n_out are at least 1";
    check(CellKind::Lstm, &matrix(&[5, 13]), &format!("`W.weight` has shape [5, 13]; legal: {sizes}"));
    check(CellKind::Lstm, &matrix(&[3, 12]), &format!("`W.weight` has shape [3, 12]; legal: {sizes}"));
    check(CellKind::Lstm, &matrix(&[5, 0]), &format!("`W.weight` has shape [5, 0]; legal: {sizes}"));
    check(CellKind::Lstm, &matrix(&[60]), &format!("`W.weight` has shape [60]; legal: {sizes}"));
    check(CellKind::Lstm, &matrix(&[1, 5, 12]), &format!("`W.weight` has shape [1, 5, 12]; legal: {sizes}"));

    check(CellKind::Lstm, &matrix(&[5, 8]), "`W.bias` has shape [12]; legal: [8]");
    let bias = [lstm()[0].clone(), Raw::any("W.bias", &[1, 12])];
    check(CellKind::Lstm, &bias, "`W.bias` has shape [1, 12]; legal: [12]");
    let mgu = [("Wf.weight", [5, 3]), ("Wh.weight", [6, 3])].map(|(name, shape)| Raw::any(name, &shape));
    let biases = ["Wf.bias", "Wh.bias"].map(|name| Raw::any(name, &[3]));
    check(CellKind::Mgu, &[mgu.as_slice(), &biases].concat(), "`Wh.weight` has shape [6, 3]; legal: [5, 3]");
    let ur_lstm = [lstm()[0].clone(), Raw::any("bias", &[12])];
    check(CellKind::UrLstm, &ur_lstm, "`bias` has shape [12]; legal: [3]");

    let legal = "[batch, 3] with a batch of at least 1, [3]";
    for shape in [&[4][..], &[4, 4], &[0, 3], &[1, 2, 3], &[]] {
        let expected = format!("`h0` has shape {shape:?}; legal: {legal}");
        check(CellKind::Lstm, &lstm_and(Raw::any("h0", shape)), &expected);
        check(CellKind::Lstm, &lstm_and(Raw::any("c0", shape)), &expected.replace("h0", "c0"));
    }
}

#[test]
fn a_number_that_no_cell_can_have_is_shown_with_its_place() {
    let with = |index, value| vec![lstm()[0].clone().with(index, value), lstm()[1].clone()];
    let finite = "legal: finite numbers in the range of f32";
    check(CellKind::Lstm, &with(12 + 7, f64::NAN), &format!("`W.weight`[1, 7] is NaN; {finite}"));
    check(CellKind::Lstm, &with(59, f64::INFINITY), &format!("`W.weight`[4, 11] is inf; {finite}"));
    check(CellKind::Lstm, &with(0, -1e39), &format!("`W.weight`[0, 0] is -1e39; {finite}"));
    let bias = [lstm()[0].clone(), lstm()[1].clone().with(11, f64::NEG_INFINITY)];
    check(CellKind::Lstm, &bias, &format!("`W.bias`[11] is -inf; {finite}"));
    let state = lstm_and(Raw::any("c0", &[2, 3]).with(4, f64::NAN));
    check(CellKind::Lstm, &state, &format!("`c0`[1, 1] is NaN; {finite}"));
    // Beyond the first piece that is read.
    let large = [Raw::any("W.weight", &[400, 100]).with(39_999, f64::NAN), Raw::any("W.bias", &[100])];
    check(CellKind::Vanilla, &large, &format!("`W.weight`[399, 99] is NaN; {finite}"));
    let half = Raw { dtype: Dtype::F16, bytes: f16::NAN.to_le_bytes().repeat(12), ..lstm()[1].clone() };
    check(CellKind::Lstm, &[lstm()[0].clone(), half], &format!("`W.bias`[0] is NaN; {finite}"));
    assert!(read_raw(CellKind::Lstm, &with(0, f64::from(f32::MAX))).is_ok());
}

#[test]
fn initial_states_are_for_a_batch_or_for_all() {
    let h0 = Raw::new("h0", &[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    let c0 = Raw::new("c0", &[3], &[7.0, 8.0, 9.0]);
    let folder = Folder::holding(&bytes(&[lstm(), vec![h0, c0]].concat()));
    let stored = read(&folder.path(), CellKind::Lstm).unwrap();
    let layer = &stored.layers[0];
    let (h, c) = (vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0], vec![7.0, 8.0, 9.0]);
    assert_eq!(layer.h0, Some(Initial { batch: Some(2), values: h.clone() }));
    assert_eq!(layer.c0, Some(Initial { batch: None, values: c.clone() }));
    assert_eq!(stored.states(2).unwrap(), [State { h, c: c.repeat(2) }]);
    let error = stored.states(5).unwrap_err();
    assert!(matches!(error, Error::Data { .. }));
    assert_eq!(folder.message(&error), "w.safetensors: `h0` has shape [2, 3]; legal: [5, 3], [3]");
    for batch in [0, usize::MAX] {
        let expected = format!("the batch of the cells: it is {batch}; legal: 1 to 357913941");
        assert_eq!(stored.states(batch).unwrap_err().to_string(), expected);
    }

    let without = read_raw(CellKind::Lstm, &lstm()).unwrap();
    assert_eq!((&without.layers[0].h0, &without.layers[0].c0), (&None, &None));
    assert_eq!(without.states(2).unwrap(), [State { h: vec![0.0; 6], c: vec![0.0; 6] }]);
    let vanilla = [Raw::any("W.weight", &[3, 2]), Raw::any("W.bias", &[2])];
    let state = read_raw(CellKind::Vanilla, &vanilla).unwrap().states(3).unwrap();
    assert_eq!(state, [State { h: vec![0.0; 6], c: vec![] }]);
}

#[test]
fn the_activation_is_the_kind_s_where_nothing_else_is_said() {
    let tensors = [Raw::any("W.weight", &[3, 2]), Raw::any("W.bias", &[2])];
    let stored = read_raw(CellKind::Vanilla, &tensors).unwrap();
    assert_eq!(stored.clone().into_cells(None).unwrap()[0].activation(), Activation::Relu);
    assert_eq!(stored.into_cells(Some(Activation::Sigmoid)).unwrap()[0].activation(), Activation::Sigmoid);
}
