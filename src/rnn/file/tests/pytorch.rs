//! PyTorch's layout.

use super::{Raw, check, read_raw};
use crate::rnn::file::Layout;
use crate::rnn::{Activation, CellKind};

/// A layer of `gates · 2` rows for 2 units, whose numbers tell where they were: 100 for each part, 10 for each row, 1 for
/// each column.
fn layer(prefix: &str, layer: usize, gates: usize, n_in: usize) -> Vec<Raw> {
    let parts = [("weight_ih", Some(n_in)), ("weight_hh", Some(2)), ("bias_ih", None), ("bias_hh", None)];
    let part = |(part, (name, columns)): (usize, (&str, Option<usize>))| {
        let (rows, name) = (2 * gates, format!("{prefix}{name}_l{layer}"));
        let number = |row: usize, column: usize| (100 * (part + 1) + 10 * row + column) as f64;
        match columns {
            Some(columns) => {
                let values: Vec<f64> = (0..rows * columns).map(|at| number(at / columns, at % columns)).collect();
                Raw::new(&name, &[rows, columns], &values)
            }
            None => Raw::new(&name, &[rows], &(0..rows).map(|row| number(row, 0)).collect::<Vec<f64>>()),
        }
    };
    parts.into_iter().enumerate().map(part).collect()
}

/// The tensors but for one.
fn without(tensors: &[Raw], name: &str) -> Vec<Raw> {
    tensors.iter().filter(|raw| raw.name != name).cloned().collect()
}

/// The tensors, one of them replaced.
fn replaced(tensors: &[Raw], by: Raw) -> Vec<Raw> {
    [without(tensors, &by.name), vec![by]].concat()
}

#[test]
fn lstm_gates_find_their_columns() {
    let stored = read_raw(CellKind::Lstm, &layer("", 0, 4, 1)).unwrap();
    assert_eq!((stored.layout, stored.layers.len()), (Layout::PyTorch, 1));
    let layer = &stored.layers[0];
    assert_eq!((layer.n_in, layer.n_out), (1, 2));
    // Rows of theirs: i 0-1, f 2-3, g 4-5, o 6-7; columns of ours: i, g, f, o.
    let linear = &layer.weights.linears[0];
    assert_eq!(linear.weight[..8], [100.0, 110.0, 140.0, 150.0, 120.0, 130.0, 160.0, 170.0], "x");
    assert_eq!(linear.weight[8..16], [200.0, 210.0, 240.0, 250.0, 220.0, 230.0, 260.0, 270.0], "h of unit 0");
    assert_eq!(linear.weight[16..], [201.0, 211.0, 241.0, 251.0, 221.0, 231.0, 261.0, 271.0], "h of unit 1");
    // 300 + 400, and 10 of each for a row; f less 1.
    assert_eq!(linear.bias, [700.0, 720.0, 780.0, 800.0, 739.0, 759.0, 820.0, 840.0]);
    assert!(layer.weights.vector.is_empty());
}

#[test]
fn gru_gates_find_their_columns() {
    let layer = &read_raw(CellKind::GruAfter, &layer("", 0, 3, 1)).unwrap().layers[0];
    // Rows of theirs: r 0-1, z 2-3, n 4-5.
    let (rz, h) = (&layer.weights.linears[0], &layer.weights.linears[1]);
    let rows = [[100.0, 110.0, -120.0, -130.0], [200.0, 210.0, -220.0, -230.0], [201.0, 211.0, -221.0, -231.0]];
    assert_eq!(rz.weight, rows.concat());
    assert_eq!(rz.bias, [700.0, 720.0, -740.0, -760.0]);
    assert_eq!(h.weight, [140.0, 150.0, 240.0, 250.0, 241.0, 251.0]);
    assert_eq!(h.bias, [340.0, 350.0], "of the product with x");
    assert_eq!(layer.weights.vector, [440.0, 450.0], "of the product with h");
}

#[test]
fn rnn_without_biases_has_zeros() {
    let stored = read_raw(CellKind::Vanilla, &layer("", 0, 1, 3)[..2]).unwrap();
    let linear = &stored.layers[0].weights.linears[0];
    assert_eq!(linear.weight, [100.0, 110.0, 101.0, 111.0, 102.0, 112.0, 200.0, 210.0, 201.0, 211.0]);
    assert_eq!(linear.bias, [0.0, 0.0]);
    // What the step adds is taken away all the same.
    let stored_lstm = read_raw(CellKind::Lstm, &layer("", 0, 4, 3)[..2]).unwrap();
    assert_eq!(stored_lstm.layers[0].weights.linears[0].bias, [0.0, 0.0, 0.0, 0.0, -1.0, -1.0, 0.0, 0.0]);
    // The file does not say what φ is; PyTorch's own default is tanh, ours is relu.
    assert_eq!(stored.clone().into_cells(None).unwrap()[0].activation(), Activation::Tanh);
    assert_eq!(stored.into_cells(Some(Activation::Relu)).unwrap()[0].activation(), Activation::Relu);
}

#[test]
fn layers_and_a_prefix_are_read() {
    for prefix in ["", "lstm.", "encoder.rnn."] {
        // Eleven, so that l10 comes after l9 and not after l1.
        let mut tensors = layer(prefix, 0, 4, 5);
        tensors.extend((1..11).flat_map(|index| layer(prefix, index, 4, 2)));
        let name = format!("{prefix}weight_ih_l10");
        let last = tensors.iter().find(|raw| raw.name == name).unwrap().clone().with(0, 9.0);
        let stored = read_raw(CellKind::Lstm, &replaced(&tensors, last)).unwrap();
        let sizes: Vec<_> = stored.layers.iter().map(|layer| (layer.n_in, layer.n_out)).collect();
        assert_eq!(sizes, [&[(5, 2)][..], &[(2, 2); 10]].concat());
        let firsts: Vec<_> = stored.layers.iter().map(|layer| layer.weights.linears[0].weight[0]).collect();
        assert_eq!(firsts, [&[100.0; 10][..], &[9.0]].concat());
        assert_eq!(stored.into_cells(None).unwrap().len(), 11);
    }
}

#[test]
fn a_gru_is_no_gru_with_its_reset_before() {
    let expected = "`rnn.weight_hh_l0` [6, 2] is of a torch.nn.GRU: PyTorch's GRU resets h after its product with the \
                    matrix, `gru` before it; legal: the cell gru_after, which is gru with reset = \"after\"";
    check(CellKind::Gru, &layer("rnn.", 0, 3, 4), expected);
}

#[test]
fn a_module_of_another_kind_is_named() {
    let expected = "`weight_hh_l0` [8, 2] is of a torch.nn.LSTM, which is no gru_after; legal: the cell lstm";
    check(CellKind::GruAfter, &layer("", 0, 4, 3), expected);
    let expected = "`weight_hh_l0` [8, 2] is of a torch.nn.LSTM, which is no gru; legal: the cell lstm";
    check(CellKind::Gru, &layer("", 0, 4, 3), expected);
    let expected = "`weight_hh_l0` [2, 2] is of a torch.nn.RNN, which is no ur_lstm; legal: the cell vanilla";
    check(CellKind::UrLstm, &layer("", 0, 1, 3), expected);
    let expected = "`weight_hh_l0` [6, 2] is of a torch.nn.GRU, which is no vanilla; legal: the cell gru_after";
    check(CellKind::Vanilla, &layer("", 0, 3, 3), expected);
    let expected = "PyTorch has no cell mgu, but it holds `bias_ih_l0` [4]; legal: `Wf.weight` [n_in + n_out, n_out], \
                    `Wf.bias` [n_out], `Wh.weight` [n_in + n_out, n_out], `Wh.bias` [n_out], and optionally `h0` \
                    [batch, n_out]";
    check(CellKind::Mgu, &[Raw::any("bias_ih_l0", &[4])], expected);
}

#[test]
fn what_no_stack_of_cells_can_be_is_refused() {
    let and = |more: Raw| [layer("", 0, 4, 3), vec![more]].concat();
    let expected = "`weight_ih_l0_reverse` [8, 3] is of a bidirectional module, which also runs backwards in time; legal: \
                    a module with bidirectional=False";
    check(CellKind::Lstm, &and(Raw::any("weight_ih_l0_reverse", &[8, 3])), expected);
    let expected =
        "`weight_hr_l0` [1, 2] is a projection of h, which no cell here has; legal: a module with proj_size=0";
    check(CellKind::Lstm, &and(Raw::any("weight_hr_l0", &[1, 2])), expected);
    let expected = "`fc.weight` [4, 2] is no tensor of a recurrent module of PyTorch; legal: `weight_ih_lK`, \
                    `weight_hh_lK`, `bias_ih_lK`, `bias_hh_lK`";
    check(CellKind::Lstm, &and(Raw::any("fc.weight", &[4, 2])), expected);
    // No such name, since a layer is written as 0.
    let expected = expected.replace("fc.weight", "weight_ih_l00");
    check(CellKind::Lstm, &and(Raw::any("weight_ih_l00", &[4, 2])), &expected);
    let two = [layer("encoder.", 0, 4, 3), layer("decoder.", 0, 4, 3)].concat();
    let expected = "it holds two modules, with the prefixes `decoder.` and `encoder.`; legal: one prefix, or none";
    check(CellKind::Lstm, &two, expected);
    let expected = "it holds two modules, with the prefixes `` and `encoder.`; legal: one prefix, or none";
    check(CellKind::Lstm, &[layer("encoder.", 0, 4, 3), layer("", 1, 4, 3)].concat(), expected);
}

#[test]
fn a_missing_tensor_is_named() {
    let needs = "`weight_ih_l0` [3·n_out, n_in], `weight_hh_l0` [3·n_out, n_out], and `bias_ih_l0` [3·n_out] with \
                 `bias_hh_l0` [3·n_out] or neither, so for each layer";
    let gru = layer("", 0, 3, 4);
    let missing = |tensors: &[Raw], expected: &str| {
        check(CellKind::GruAfter, tensors, &format!("{expected}; legal: {needs}"));
    };
    missing(&gru[..1], "`weight_hh_l0` is missing among `weight_ih_l0` [6, 4]");
    let among = "`bias_ih_l0` [6], `weight_hh_l0` [6, 2], `weight_ih_l0` [6, 4]";
    missing(&gru[..3], &format!("`bias_hh_l0` is missing among {among}"));
    let among = "`bias_hh_l0` [6], `bias_ih_l0` [6], `weight_hh_l0` [6, 2]";
    missing(&gru[1..], &format!("`weight_ih_l0` is missing among {among}"));
    let whole = "`bias_hh_l0` [6], `bias_ih_l0` [6]";
    let rest = "`weight_hh_l0` [6, 2]";
    let gap = [gru.clone(), layer("", 18_446_744_073_709_551_615, 3, 2)[..1].to_vec()].concat();
    let last = "`weight_ih_l0` [6, 4], `weight_ih_l18446744073709551615` [6, 2]";
    missing(&gap, &format!("`weight_ih_l1` is missing among {whole}, {rest}, {last}"));
    // A stack has biases in all layers or in none.
    let mixed = [gru, layer("", 1, 3, 2)[..2].to_vec()].concat();
    let last = "`weight_hh_l1` [6, 2], `weight_ih_l0` [6, 4], `weight_ih_l1` [6, 2]";
    missing(&mixed, &format!("`bias_ih_l1` is missing among {whole}, {rest}, {last}"));
}

#[test]
fn a_wrong_shape_is_shown_beside_the_right_one() {
    let stack = [layer("", 0, 4, 3), layer("", 1, 4, 2)].concat();
    let with = |name: &str, shape: &[usize]| replaced(&stack, Raw::any(name, shape));
    let sizes = "[4·n_out, n_in], where n_in and n_out are at least 1";
    let expected = format!("`weight_ih_l0` has shape [9, 3]; legal: {sizes}");
    check(CellKind::Lstm, &with("weight_ih_l0", &[9, 3]), &expected);
    let expected = format!("`weight_ih_l0` has shape [8, 0]; legal: {sizes}");
    check(CellKind::Lstm, &with("weight_ih_l0", &[8, 0]), &expected);
    let expected = format!("`weight_ih_l0` has shape [24]; legal: {sizes}");
    check(CellKind::Lstm, &with("weight_ih_l0", &[24]), &expected);
    check(CellKind::Lstm, &with("weight_hh_l0", &[8, 3]), "`weight_hh_l0` has shape [8, 3]; legal: [8, 2]");
    let expected = "`weight_hh_l0` has shape [0, 4611686018427387904]; legal: [8, 2]";
    check(CellKind::Lstm, &with("weight_hh_l0", &[0, 1 << 62]), expected);
    check(CellKind::Lstm, &with("bias_hh_l0", &[8, 1]), "`bias_hh_l0` has shape [8, 1]; legal: [8]");
    check(CellKind::Lstm, &with("weight_ih_l1", &[8, 3]), "`weight_ih_l1` has shape [8, 3]; legal: [8, 2]");
    check(CellKind::Lstm, &with("weight_hh_l1", &[12, 3]), "`weight_hh_l1` has shape [12, 3]; legal: [8, 2]");
    check(CellKind::Lstm, &with("bias_ih_l1", &[12]), "`bias_ih_l1` has shape [12]; legal: [8]");
}

#[test]
fn a_number_that_no_cell_can_have_is_shown_as_the_file_has_it() {
    let mut lstm = layer("lstm.", 0, 4, 3);
    lstm[0] = lstm[0].clone().with(7, f64::NAN);
    let finite = "legal: finite numbers in the range of f32";
    check(CellKind::Lstm, &lstm, &format!("`lstm.weight_ih_l0`[2, 1] is NaN; {finite}"));
    // Each is in range, their sum is not.
    let lstm = layer("", 0, 4, 3);
    let large = |raw: &Raw| raw.clone().with(1, f64::from(f32::MAX));
    let tensors = [lstm[0].clone(), lstm[1].clone(), large(&lstm[2]), large(&lstm[3])];
    let error = read_raw(CellKind::Lstm, &tensors).unwrap().into_cells(None).unwrap_err().to_string();
    assert!(error.starts_with("W.bias of the lstm cell: the number at [1] is 6805"), "{error}");
}
