//! `neuropil rnn`: cells with weights from a file, over a sequence from a file.

mod refusals;

use super::{Folder, Ran};
use crate::cells::{Case, golden, torch};
use crate::tolerances::{CELL_PROGRAM, TORCH};
use neuropil::rnn::reference::Reference;
use neuropil::rnn::{Cell, CellKind, Lstm, file};
use npyz::{NpyFile, WriterBuilder};

/// A .npy file of numbers as they are.
fn npy<T: npyz::AutoSerialize + Copy>(shape: &[usize], values: &[T]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let shape: Vec<u64> = shape.iter().map(|&axis| axis as u64).collect();
    let options = npyz::WriteOptions::new().default_dtype().shape(&shape);
    let mut array = options.writer(&mut bytes).begin_nd().unwrap();
    array.extend(values.iter().copied()).unwrap();
    array.finish().unwrap();
    bytes
}

/// An array that the program wrote, which must be of float32.
fn array(folder: &Folder, name: &str) -> (Vec<usize>, Vec<f32>) {
    let bytes = std::fs::read(folder.path(name)).unwrap();
    let array = NpyFile::new(&bytes[..]).unwrap();
    let shape = array.shape().iter().map(|&axis| axis as usize).collect();
    (shape, array.into_vec().unwrap())
}

/// A folder with a cell in `w.safetensors`, `h0` and `c0` included, and its input in `x.npy`.
fn folder(case: &Case, cell: &Cell) -> Folder {
    let folder = Folder::new();
    file::write(&folder.path("w.safetensors"), cell, Some(&case.state), file::Precision::F64).unwrap();
    let steps = case.x.len() / (case.batch * cell.n_in());
    folder.write("x.npy", npy(&[steps, case.batch, cell.n_in()], &case.x))
}

/// `neuropil rnn` on the reference, from `w.safetensors` and `x.npy` to `o`.
fn run(folder: &Folder, cell: &str, arguments: &[&str]) -> Ran {
    let line = ["rnn", cell, "--weights", "w.safetensors", "--input", "x.npy", "--out", "o", "--device", "reference"];
    folder.run(&[&line, arguments].concat())
}

/// How far h and c of the program are from what they must be.
fn difference(case: &Case, cell: &Cell) -> f64 {
    let folder = folder(case, cell);
    run(&folder, &cell.kind().to_string(), &["--activation", cell.activation().name()]).done();
    let expected: &[&str] = if case.c.is_empty() { &["h.npy"] } else { &["c.npy", "h.npy"] };
    assert_eq!(folder.names("o"), expected, "{}", case.name);
    let values = |name: &str| -> Vec<f64> {
        let (shape, values) = array(&folder, &format!("o/{name}"));
        assert_eq!(shape, [30, 5, 20], "{}", case.name);
        values.into_iter().map(f64::from).collect()
    };
    let c = if case.c.is_empty() { Vec::new() } else { values("c.npy") };
    case.difference(&values("h.npy"), &c, 1.0)
}

#[test]
fn golden_cells_come_out_of_the_program() {
    for case in golden::cases() {
        let difference = difference(&case, &case.cell);
        println!("{}: off by {difference:.1e}", case.name);
        assert!(difference < CELL_PROGRAM, "{}: off by {difference:e}", case.name);
    }
}

#[test]
fn a_ten_thousandth_in_one_weight_is_noticed() {
    for case in golden::cases().into_iter().filter(|case| case.name.ends_with("tanh")) {
        let cell = &case.perturbed(1e-4)[0];
        let difference = difference(&case, cell);
        assert!(difference > CELL_PROGRAM, "{}: off by {difference:e} only", case.name);
    }
}

/// The golden LSTM with tanh.
fn lstm() -> Case {
    golden::cases().into_iter().find(|case| case.name == "LSTMCell_tanh").unwrap()
}

#[test]
fn a_run_says_what_it_did() {
    let case = lstm();
    let printed = run(&folder(&case, &case.cell), "lstm", &[]).done();
    let expected = "lstm, tanh: 1 layer, 12 inputs, 20 units, batch 5, 30 steps on reference (cpu)\n\nbuilt in ";
    assert!(printed.starts_with(expected), "{printed}");
    assert!(printed.contains(" s, ran in ") && printed.contains(" steps a second\n"), "{printed}");
    assert!(printed.ends_with("\nh.npy, c.npy in o\n"), "{printed}");

    let gru = golden::cases().into_iter().find(|case| case.name == "GRUCell_relu").unwrap();
    let printed = run(&folder(&gru, &gru.cell), "gru", &["--activation", "relu", "--reset", "before"]).done();
    assert!(printed.starts_with("gru, relu: 1 layer, ") && printed.ends_with("\nh.npy in o\n"), "{printed}");
}

/// The weights of a module of PyTorch, and its input in f32.
fn of_pytorch(case: &torch::Case) -> (Folder, Vec<f32>) {
    let folder = Folder::new();
    let weights = format!("{}/tests/data/torch/{}.safetensors", env!("CARGO_MANIFEST_DIR"), case.name);
    std::fs::copy(weights, folder.path("w.safetensors")).unwrap();
    let n_in = case.cells[0].n_in();
    let x: Vec<f32> = case.x.iter().map(|&x| x as f32).collect();
    (folder.write("x.npy", npy(&[x.len() / (case.batch * n_in), case.batch, n_in], &x)), x)
}

#[test]
fn modules_of_pytorch_run_with_all_their_layers() {
    for case in torch::cases() {
        let (folder, x) = of_pytorch(&case);
        let (cell, arguments): (_, &[&str]) = match case.cells[0].kind() {
            CellKind::GruAfter => ("gru", &["--reset", "after"]),
            CellKind::Vanilla => ("vanilla", &["--activation", case.cells[0].activation().name()]),
            _ => ("lstm", &[]),
        };
        let printed = run(&folder, cell, arguments).done();
        let layers = match case.cells.len() {
            1 => "1 layer".to_owned(),
            n => format!("{n} layers"),
        };
        let expected = format!("{}, {}: {layers}, ", case.cells[0].kind(), case.cells[0].activation());
        assert!(printed.starts_with(&expected), "{printed}");

        // The same as the library gives, from a state of 0, to the last bit.
        let mut reference = Reference::new(&case.cells, case.batch).unwrap();
        let wide: Vec<f64> = x.into_iter().map(f64::from).collect();
        let h: Vec<f32> = reference.run(&wide).unwrap().h.into_iter().map(|h| h as f32).collect();
        let shape = vec![h.len() / (case.batch * case.cells[0].n_out()), case.batch, case.cells[0].n_out()];
        assert_eq!(array(&folder, "o/h.npy"), (shape, h), "{}", case.name);
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn cells_run_on_the_adapter() {
    let adapters = super::devices::adapters();
    let adapter = &adapters[0];
    let case = torch::cases().find(|case| case.cells.len() > 1).unwrap();
    let (folder, _) = of_pytorch(&case);
    run(&folder, "lstm", &[]).done();
    let expected = ["o/h.npy", "o/c.npy"].map(|name| array(&folder, name));
    let line = ["rnn", "lstm", "--weights", "w.safetensors", "--input", "x.npy", "--out", "device", "--device", "0"];
    let printed = folder.run(&line).done();
    let name = adapter["name"].as_str().unwrap();
    assert!(printed.contains(&format!(" 11 steps on {name} (")), "{printed}");
    for (name, expected) in ["device/h.npy", "device/c.npy"].iter().zip(expected) {
        let found = array(&folder, name);
        assert_eq!(found.0, expected.0);
        let largest = expected.1.iter().fold(0.0, |largest: f32, value| largest.max(value.abs()));
        for (found, expected) in found.1.iter().zip(&expected.1) {
            let difference = f64::from((found - expected).abs() / largest);
            assert!(difference < TORCH, "{name}: {difference:e}");
        }
    }
}

#[test]
fn files_of_an_earlier_run_are_replaced_and_nothing_else() {
    let case = lstm();
    let folder = folder(&case, &case.cell);
    run(&folder, "lstm", &[]).done();
    let before = array(&folder, "o/h.npy");
    let folder = folder.write("o/mine.txt", "kept");
    run(&folder, "lstm", &["--activation", "sigmoid"]).done();
    assert_ne!(array(&folder, "o/h.npy"), before);
    assert_eq!(folder.names("o"), ["c.npy", "h.npy", "mine.txt"]);
    run(&folder, "lstm", &[]).done();
    assert_eq!(array(&folder, "o/h.npy"), before);
}

#[test]
fn a_c_of_an_earlier_run_is_neither_taken_away_nor_left_beside_another_h() {
    let (case, gru) = (lstm(), golden::cases().into_iter().find(|case| case.name == "GRUCell_relu").unwrap());
    let folder = folder(&case, &case.cell);
    run(&folder, "lstm", &[]).done();
    let before = ["o/h.npy", "o/c.npy"].map(|name| array(&folder, name));
    file::write(&folder.path("w.safetensors"), &gru.cell, Some(&gru.state), file::Precision::F64).unwrap();
    let c = std::path::Path::new("o").join("c.npy");
    let refused = format!(
        "{}: it is there, and a cell without a cell state would leave an h.npy of another run beside it; legal: another \
         folder, or none of that name",
        c.display()
    );
    run(&folder, "gru", &[]).failed(2, &refused);
    assert!(["o/h.npy", "o/c.npy"].map(|name| array(&folder, name)) == before);
}

#[test]
fn no_steps_are_an_empty_array() {
    let case = lstm();
    let folder = folder(&case, &case.cell).write("x.npy", npy::<f32>(&[0, 5, 12], &[]));
    let printed = run(&folder, "lstm", &[]).done();
    assert!(printed.contains("batch 5, 0 steps on") && !printed.contains("a second"), "{printed}");
    for name in ["o/h.npy", "o/c.npy"] {
        assert_eq!(array(&folder, name), (vec![0, 5, 20], vec![]));
    }
}

#[test]
fn without_an_adapter_auto_means_the_cpu_and_says_so() {
    let case = lstm();
    let folder = folder(&case, &case.cell);
    let line = ["rnn", "lstm", "--weights", "w.safetensors", "--input", "x.npy", "--out", "o"];
    let ran = folder.run_without_adapter(&line);
    let note = "note: running on the CPU: there is no GPU, or no driver for it\n";
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), note));
    assert!(ran.out.contains("30 steps on cpu (cpu)\n"), "{}", ran.out);
}

#[test]
fn a_sequence_of_many_chunks_is_written_whole() {
    // 40 items of 64 units: a chunk has some dozen steps.
    let cell = Lstm::new(2, 64).seed(3).build().unwrap();
    let folder = Folder::new();
    file::write(&folder.path("w.safetensors"), &cell, None, file::Precision::F64).unwrap();
    let x: Vec<f32> = (0..100 * 40 * 2).map(|i| (i as f32 * 0.37).sin()).collect();
    let folder = folder.write("x.npy", npy(&[100, 40, 2], &x));
    run(&folder, "lstm", &[]).done();
    let wide: Vec<f64> = x.into_iter().map(f64::from).collect();
    let sequence = Reference::new(&[cell], 40).unwrap().run(&wide).unwrap();
    for (name, expected) in [("o/h.npy", sequence.h), ("o/c.npy", sequence.c)] {
        let expected = expected.into_iter().map(|value| value as f32).collect();
        assert!(array(&folder, name) == (vec![100, 40, 64], expected), "{name}");
    }
}
