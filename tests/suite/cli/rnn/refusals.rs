//! What `neuropil rnn` refuses, in its own words; and that nothing is left behind then.

use super::{Folder, array, folder, lstm, npy, run};
use safetensors::Dtype;
use safetensors::tensor::TensorView;

/// The golden LSTM, its state and its input.
fn sound() -> Folder {
    let case = lstm();
    folder(&case, &case.cell)
}

/// It fails with status 2 and this message, and no folder `o` is made.
#[track_caller]
fn check(folder: &Folder, cell: &str, arguments: &[&str], message: &str) {
    run(folder, cell, arguments).failed(2, message);
    assert!(!folder.path("o").exists());
}

/// The same for what the command line alone shows.
#[track_caller]
fn check_line(cell: &str, arguments: &[&str], message: &str) {
    check(&sound(), cell, arguments, &format!("{message}\n\nFor more information, try '--help'."));
}

#[test]
fn a_cell_an_activation_or_a_reset_that_there_is_not() {
    check_line(
        "gruu",
        &[],
        "invalid value 'gruu' for '<CELL>': cell: there is none named `gruu`; legal: vanilla, gru, gru_after, mgu, \
         lstm, ur_lstm",
    );
    check_line(
        "lstm",
        &["--activation", "tan"],
        "invalid value 'tan' for '--activation <NAME>': activation: there is none named `tan`; legal: tanh, relu, \
         sigmoid, softplus, soft_sign, silu, elu, leaky_relu, hard_tanh, celu, selu, gelu, relu6, hard_sigmoid, \
         hard_silu, mish, log_sigmoid, tanh_shrink, hard_shrink, soft_shrink, squareplus",
    );
    check_line(
        "gru",
        &["--reset", "never"],
        "invalid value 'never' for '--reset <WHEN>'\n  [possible values: before, after]",
    );
    for cell in ["lstm", "gru_after"] {
        let message = format!("--reset: the cell {cell} has no reset to choose; legal: with the cell gru only");
        check(&sound(), cell, &["--reset", "after"], &message);
    }
}

#[test]
fn a_missing_argument() {
    Folder::new().run(&["rnn", "lstm", "--weights", "w.safetensors"]).failed(
        2,
        "the following required arguments were not provided:\n  --input <FILE.npy>\n  --out <DIR>\n\n\
         Usage: neuropil rnn --weights <FILE.safetensors> --input <FILE.npy> --out <DIR> <CELL>\n\n\
         For more information, try '--help'.",
    );
}

#[cfg(unix)]
#[test]
fn a_file_that_is_missing() {
    for file in ["w.safetensors", "x.npy"] {
        let folder = sound();
        std::fs::remove_file(folder.path(file)).unwrap();
        check(&folder, "lstm", &[], &format!("cannot read {file}: No such file or directory (os error 2)"));
    }
}

#[test]
fn weights_of_another_cell_or_shape() {
    check(
        &sound(),
        "gru",
        &[],
        "w.safetensors: `Wrz.weight` is missing among `W.bias` [80], `W.weight` [32, 80], `c0` [5, 20], `h0` [5, 20]; \
         legal: `Wrz.weight` [n_in + n_out, 2·n_out], `Wrz.bias` [2·n_out], `Wh.weight` [n_in + n_out, n_out], \
         `Wh.bias` [n_out], and optionally `h0` [batch, n_out]",
    );
    let numbers = [0u8; 4 * 5 * 8];
    let tensor = |shape: &[usize]| {
        let size = 4 * shape.iter().product::<usize>();
        TensorView::new(Dtype::F32, shape.to_vec(), &numbers[..size]).unwrap()
    };
    let bytes = safetensors::serialize([("W.weight", tensor(&[5, 8])), ("W.bias", tensor(&[4]))], None).unwrap();
    let folder = sound().write("w.safetensors", bytes);
    check(&folder, "lstm", &[], "w.safetensors: `W.bias` has shape [4]; legal: [8]");
}

#[test]
fn a_gru_of_pytorch_without_its_reset() {
    let weights = std::fs::read(format!("{}/tests/data/torch/gru.safetensors", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let folder = sound().write("w.safetensors", weights);
    for arguments in [&[][..], &["--reset", "before"]] {
        check(
            &folder,
            "gru",
            arguments,
            "w.safetensors: `weight_hh_l0` [21, 7] is of a torch.nn.GRU: PyTorch's GRU resets h after its product with \
             the matrix, `gru` before it; legal: the cell gru_after, which is gru with reset = \"after\"",
        );
    }
}

#[test]
fn an_input_of_another_shape() {
    let legal = "[T, batch, 12] with a batch of at least 1, for w.safetensors has 12 inputs";
    for (shape, text) in [
        (&[30, 5, 11][..], "[30, 5, 11]"),
        (&[30, 12], "[30, 12]"),
        (&[30, 5, 1, 12], "[30, 5, 1, 12]"),
        (&[30, 0, 12], "[30, 0, 12]"),
        (&[], "[]"),
    ] {
        let folder = sound().write("x.npy", npy(shape, &vec![0.0f32; shape.iter().product()]));
        check(&folder, "lstm", &[], &format!("x.npy: its shape is {text}; legal: {legal}"));
    }
}

#[test]
fn an_input_that_is_not_finite() {
    for (number, text) in [(f64::NAN, "NaN"), (f64::INFINITY, "inf"), (-1e39, "-1e39")] {
        let mut case = lstm();
        case.x[(7 * 5 + 3) * 12 + 11] = number;
        let folder = folder(&case, &case.cell);
        let message = format!("x.npy: the number at [7, 3, 11] is {text}; legal: finite numbers in the range of f32");
        check(&folder, "lstm", &[], &message);
    }
    let mut single = vec![0.0f32; 2 * 5 * 12];
    single[5 * 12] = f32::NAN;
    let folder = sound().write("x.npy", npy(&[2, 5, 12], &single));
    check(&folder, "lstm", &[], "x.npy: the number at [1, 0, 0] is NaN; legal: finite numbers in the range of f32");
}

#[test]
fn an_input_that_is_none() {
    let legal = "a .npy file of float32, float64, int32, int64, uint32 or uint64";
    let folder = sound().write("x.npy", "0.5");
    check(
        &folder,
        "lstm",
        &[],
        &format!("x.npy: it is not a .npy file (magic not found for NPY file); legal: {legal}"),
    );
    let whole = npy(&[30, 5, 12], &[0.5f32; 30 * 5 * 12]);
    let folder = sound().write("x.npy", &whole[..whole.len() - 1]);
    let problem = "it ends after 7199 of 7200 bytes of its shape [30, 5, 12]";
    check(&folder, "lstm", &[], &format!("x.npy: {problem}; legal: {legal}"));
}

#[test]
fn an_initial_state_of_another_batch() {
    let folder = sound().write("x.npy", npy(&[2, 3, 12], &[0.5f32; 2 * 3 * 12]));
    check(&folder, "lstm", &[], "w.safetensors: `h0` has shape [5, 20]; legal: [3, 20], [20]");
    let folder = folder.write("x.npy", npy(&[2, 5, 12], &[0.5f32; 2 * 5 * 12]));
    run(&folder, "lstm", &[]).done();
}

#[test]
fn weights_in_16_bits_on_the_reference() {
    run(&sound(), "lstm", &["--f16"]).failed(
        2,
        "weights in f16: the reference computes in 64 bits; legal: weights as they are, or an adapter whose `shader_f16` \
         is true",
    );
}

#[cfg(unix)]
#[test]
fn a_file_in_the_folders_place() {
    let folder = sound().write("o", "");
    run(&folder, "lstm", &[]).failed(1, "cannot create o: File exists (os error 17)");
}

/// No file may have a byte; a disk that is full answers in the same place.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk() {
    let folder = sound();
    run(&folder, "lstm", &[]).done();
    let before = ["o/h.npy", "o/c.npy"].map(|name| array(&folder, name));
    let line = ["rnn", "lstm", "--weights", "w.safetensors", "--input", "x.npy", "--out", "o", "--device", "reference"];
    folder
        .run_with_files_up_to(0, &[&line[..], &["--activation", "relu"]].concat())
        .failed(1, "cannot write o/h.npy: File too large (os error 27)");
    assert!(["o/h.npy", "o/c.npy"].map(|name| array(&folder, name)) == before);
    assert_eq!(folder.names("o"), ["c.npy", "h.npy"]);
}
