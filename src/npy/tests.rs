//! Arrays in NumPy's own bytes, good and bad.

use super::{NpyArray, read};
use crate::Error;
use std::path::PathBuf;

/// A version 1.0 file, laid out as `numpy.save` does.
fn npy(descr: &str, fortran: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let mut header = format!("{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': {shape}, }}");
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

fn read_bytes(bytes: &[u8]) -> Result<NpyArray, Error> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.npy");
    std::fs::write(&path, bytes).unwrap();
    read(&path)
}

fn problem(bytes: &[u8]) -> String {
    let error = read_bytes(bytes).unwrap_err();
    assert!(matches!(error, Error::Data { .. }), "{error:?}");
    let message = error.to_string();
    assert!(message.contains("a.npy: ") && message.contains("legal: a .npy file of float32"), "{message}");
    message
}

#[test]
fn every_type_in_both_byte_orders() {
    let check = |descr: &str, data: Vec<u8>, expected: [f64; 2]| {
        let array = read_bytes(&npy(descr, "False", "(2,)", &data)).unwrap();
        assert_eq!(array, NpyArray { shape: vec![2], values: expected.to_vec() }, "{descr}");
    };
    check("'<f4'", [1.5f32, -2.0].iter().flat_map(|x| x.to_le_bytes()).collect(), [1.5, -2.0]);
    check("'>f4'", [1.5f32, -2.0].iter().flat_map(|x| x.to_be_bytes()).collect(), [1.5, -2.0]);
    check("'<f8'", [1e-300f64, 2.0].iter().flat_map(|x| x.to_le_bytes()).collect(), [1e-300, 2.0]);
    check("'>f8'", [1e-300f64, 2.0].iter().flat_map(|x| x.to_be_bytes()).collect(), [1e-300, 2.0]);
    check("'<i4'", [-1i32, 7].iter().flat_map(|x| x.to_le_bytes()).collect(), [-1.0, 7.0]);
    check("'>i4'", [-1i32, 7].iter().flat_map(|x| x.to_be_bytes()).collect(), [-1.0, 7.0]);
    check("'<i8'", [-1i64, 1 << 40].iter().flat_map(|x| x.to_le_bytes()).collect(), [-1.0, 1_099_511_627_776.0]);
    check("'>i8'", [-1i64, 1 << 40].iter().flat_map(|x| x.to_be_bytes()).collect(), [-1.0, 1_099_511_627_776.0]);
    check("'<u4'", [u32::MAX, 7].iter().flat_map(|x| x.to_le_bytes()).collect(), [4_294_967_295.0, 7.0]);
    check("'>u4'", [u32::MAX, 7].iter().flat_map(|x| x.to_be_bytes()).collect(), [4_294_967_295.0, 7.0]);
    check("'<u8'", [1u64 << 63, 7].iter().flat_map(|x| x.to_le_bytes()).collect(), [9_223_372_036_854_775_808.0, 7.0]);
    check("'>u8'", [1u64 << 63, 7].iter().flat_map(|x| x.to_be_bytes()).collect(), [9_223_372_036_854_775_808.0, 7.0]);
}

#[test]
fn fortran_order_becomes_row_major() {
    // np.asfortranarray(np.arange(24.).reshape(2, 3, 4)): the first axis runs fastest in the file.
    let mut data = Vec::new();
    for k in 0..4 {
        for j in 0..3 {
            for i in 0..2 {
                data.extend(f64::from(12 * i + 4 * j + k).to_le_bytes());
            }
        }
    }
    let array = read_bytes(&npy("'<f8'", "True", "(2, 3, 4)", &data)).unwrap();
    assert_eq!(array.shape, [2, 3, 4]);
    assert_eq!(array.values, (0..24).map(f64::from).collect::<Vec<_>>());
}

#[test]
fn a_single_number_and_an_empty_array() {
    let one = read_bytes(&npy("'<f4'", "False", "()", &2.5f32.to_le_bytes())).unwrap();
    assert_eq!(one, NpyArray { shape: vec![], values: vec![2.5] });
    for order in ["False", "True"] {
        let none = read_bytes(&npy("'<f4'", order, "(0, 3)", &[])).unwrap();
        assert_eq!(none, NpyArray { shape: vec![0, 3], values: vec![] });
    }
}

#[test]
fn what_is_no_array_of_numbers_is_refused() {
    assert!(problem(b"PK\x03\x04 an archive").contains("not a .npy file"));
    assert!(problem(b"").contains("not a .npy file"));
    assert!(problem(&npy("'<f8'", "False", "(2,)", &[])[..40]).contains("ends within its header"));
    assert!(problem(&npy("'<f2'", "False", "(1,)", &[0; 2])).contains("its type is '<f2'"));
    assert!(problem(&npy("'|b1'", "False", "(1,)", &[0])).contains("its type is '|b1'"));
    assert!(problem(&npy("'<c8'", "False", "(1,)", &[0; 8])).contains("its type is '<c8'"));
    assert!(problem(&npy("[('x', '<f8')]", "False", "(1,)", &[0; 8])).contains("its type is [('x', '<f8')"));
}

#[test]
fn a_truncated_array_is_refused() {
    let message = problem(&npy("'<f8'", "False", "(2, 3)", &[0; 47]));
    assert!(message.contains("ends after 47 of 48 bytes of its shape [2, 3]"), "{message}");
    let message = problem(&npy("'<f8'", "False", "(1000000000000,)", &[0; 8]));
    assert!(message.contains("ends after 8 of 8000000000000 bytes"), "{message}");
}

#[test]
fn a_missing_file_is_an_error_of_the_file() {
    let path = PathBuf::from("no/such/file.npy");
    let error = read(&path).unwrap_err();
    assert!(matches!(&error, Error::File { action: "read", path: culprit, .. } if *culprit == path), "{error:?}");
}
