//! Files that a network names, and files that cannot be read.

use super::{Folder, check, check_change};

/// A .npy file of f32.
pub fn npy(values: &[f32]) -> Vec<u8> {
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
        "n.toml:10:18: population[cells].params.tau: value 5 is NaN ms; legal: 0, or 1.2e-38 to 3.4e38 ms in size",
    );
    values[5] = -1.0;
    check(&folder("ms", &npy(&values)), "n.toml:10:18: population[cells].params.tau: value 5 is -1 ms; legal: > 0 ms");
}

#[test]
fn an_array_of_the_wrong_length_or_unit() {
    check(
        &folder("ms", &npy(&[20.0; 3])),
        "n.toml:10:18: population[cells].params.tau: the array has shape [3]; legal: [20], one for each",
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
        "n.toml:10:18: population[cells].params.tau: tau.npy: it is not a .npy file (magic not found for NPY file); \
         legal: a .npy file of float32, float64, int32, int64, uint32 or uint64",
    );
    let whole = npy(&[20.0; 20]);
    check(
        &folder("ms", &whole[..whole.len() - 3]),
        "n.toml:10:18: population[cells].params.tau: tau.npy: it ends after 77 of 80 bytes of its shape [20]; legal: \
         a .npy file of float32, float64, int32, int64, uint32 or uint64",
    );
}

#[cfg(unix)]
#[test]
fn a_file_that_is_missing_or_unreadable() {
    let folder = folder("ms", b"");
    std::fs::remove_file(folder.path("tau.npy")).unwrap();
    let reason = "No such file or directory (os error 2)";
    check(&folder, &format!("n.toml:10:18: population[cells].params.tau: cannot read tau.npy: {reason}"));
    check_change(
        "weight = \"0.5 mV\"",
        "weight = { npy = \"data/w.npy\", unit = \"mV\" }",
        &format!("n.toml:18:10: projection[cells→cells.in].weight: cannot read data/w.npy: {reason}"),
    );
    check_change(
        "connect = { fixed_indegree = 5 }",
        "connect = { list = { npy = \"pairs.npy\" } }",
        &format!("n.toml:17:11: projection[cells→cells.in].connect: cannot read pairs.npy: {reason}"),
    );
    check_change(
        "[[stimulus]]",
        "[[stimulus]]\nkind = \"current\"\ntarget = \"cells\"\ntrace = { npy = \"i.npy\", unit = \"mA\" }\n\n[[stimulus]]",
        &format!("n.toml:24:9: stimulus[0].trace: cannot read i.npy: {reason}"),
    );
    check_change(
        "model = \"lif\"",
        "model = \"own.wgsl\"",
        &format!("n.toml:8:9: population[cells].model: cannot read own.wgsl: {reason}"),
    );
    folder.run(&["run", "gone.toml"]).failed(2, "cannot read gone.toml: No such file or directory (os error 2)");
    // A folder cannot be read by anybody, the superuser included.
    folder.run(&["plan", "."]).failed(2, "cannot read .: Is a directory (os error 21)");
}
