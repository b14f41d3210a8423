//! Files that a network names, and files that cannot be read.

use super::{Folder, check};

/// A .npy file of f32.
fn npy(values: &[f32]) -> Vec<u8> {
    let header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({},), }}", values.len());
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16 + 1).to_le_bytes());
    bytes.extend(header.bytes().chain([b'\n']));
    bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    bytes
}

/// A network that draws its time constants from `tau.npy` in this unit.
fn folder(unit: &str, file: &[u8]) -> Folder {
    let array = format!("tau = {{ npy = \"tau.npy\", unit = \"{unit}\" }}");
    Folder::with(&[("tau = \"20 ms\"", &array)]).write("tau.npy", file)
}

#[test]
fn an_array_with_a_nan() {
    let mut values = [20.0; 20];
    folder("ms", &npy(&values)).run(&["run", "n.toml", "--device", "reference"]).done();
    values[5] = f32::NAN;
    check(
        &folder("ms", &npy(&values)),
        "n.toml:10:18: population[cells].params.tau: value 5 is NaN; legal: finite numbers",
    );
    values[5] = -1.0;
    check(&folder("ms", &npy(&values)), "n.toml:10:18: population[cells].params.tau: value 5 is -1 ms; legal: > 0 ms");
}

#[test]
fn an_array_of_the_wrong_length_or_unit() {
    check(
        &folder("ms", &npy(&[20.0; 3])),
        "n.toml:10:18: population[cells].params.tau: the array of shape [3] has 3 values; legal: 20, one for each",
    );
    check(
        &folder("mV", &npy(&[20.0; 20])),
        "n.toml:10:18: population[cells].params.tau: the array's unit is wrong: expected time (ms), found voltage (mV)",
    );
}

#[test]
fn an_array_that_is_none() {
    check(
        &folder("ms", b"20 ms"),
        "tau.npy: it is not a .npy file (magic not found for NPY file); legal: a .npy file of float32, float64, \
         int32, int64, uint32 or uint64",
    );
    let whole = npy(&[20.0; 20]);
    check(
        &folder("ms", &whole[..whole.len() - 3]),
        "tau.npy: it ends after 77 of 80 bytes of its shape [20]; legal: a .npy file of float32, float64, int32, \
         int64, uint32 or uint64",
    );
}

#[cfg(unix)]
#[test]
fn a_file_that_is_missing_or_unreadable() {
    let folder = folder("ms", b"");
    std::fs::remove_file(folder.path("tau.npy")).unwrap();
    check(&folder, "cannot read tau.npy: No such file or directory (os error 2)");
    folder.run(&["run", "gone.toml"]).failed(2, "cannot read gone.toml: No such file or directory (os error 2)");
    // A folder cannot be read by anybody, the superuser included.
    folder.run(&["plan", "."]).failed(2, "cannot read .: Is a directory (os error 21)");
}
