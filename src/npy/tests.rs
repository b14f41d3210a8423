//! Arrays in NumPy's own bytes, good and bad.

use super::{NpyArray, NpyFile, read};
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

/// The shape, and the numbers as f32.
fn read_f32(bytes: &[u8]) -> Result<(Vec<usize>, Vec<f32>), Error> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.npy");
    std::fs::write(&path, bytes).unwrap();
    let file = NpyFile::open(&path)?;
    Ok((file.shape().to_vec(), file.finite_f32()?))
}

#[test]
fn numbers_are_rounded_to_f32() {
    let data: Vec<u8> = [0.1f64, -1e-300, 3e38].iter().flat_map(|x| x.to_le_bytes()).collect();
    assert_eq!(read_f32(&npy("'<f8'", "False", "(3, 1)", &data)).unwrap(), (vec![3, 1], vec![0.1, -0.0, 3e38]));
}

#[test]
fn many_pieces_make_one_array() {
    // More than is read at once, and no multiple of it.
    let numbers: Vec<f64> = (0..100_003).map(f64::from).collect();
    let data: Vec<u8> = numbers.iter().flat_map(|x| x.to_be_bytes()).collect();
    let file = npy("'>f8'", "False", "(100003,)", &data);
    assert_eq!(read_bytes(&file).unwrap().values, numbers);
    assert!(read_f32(&file).unwrap().1.iter().map(|&x| f64::from(x)).eq(numbers));
    let message = problem(&file[..file.len() - 1]);
    assert!(message.contains("ends after 800023 of 800024 bytes of its shape [100003]"), "{message}");
}

#[test]
fn a_number_that_is_not_finite_in_f32_is_refused_with_its_place() {
    let refused = |descr: &str, order: &str, data: Vec<u8>, expected: &str| {
        let file = npy(descr, order, "(2, 3)", &data);
        let message = read_f32(&file).unwrap_err().to_string();
        let expected = format!("a.npy: the number at {expected}; legal: finite numbers in the range of f32");
        assert!(message.ends_with(&expected), "{message}");
        assert!(read_bytes(&file).is_ok(), "as f64 it is read");
    };
    let bytes = |numbers: [f64; 6]| numbers.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>();
    refused("'<f8'", "False", bytes([0.0, 0.0, 0.0, 0.0, f64::NAN, 0.0]), "[1, 1] is NaN");
    refused("'<f8'", "True", bytes([0.0, 0.0, 0.0, 0.0, f64::NAN, 0.0]), "[0, 2] is NaN");
    refused("'<f8'", "False", bytes([0.0, 0.0, f64::NEG_INFINITY, 0.0, f64::NAN, 0.0]), "[0, 2] is -inf");
    refused("'<f8'", "False", bytes([0.0, 0.0, 0.0, -1e39, 0.0, 0.0]), "[1, 0] is -1e39");
    let singles = [0.0, 0.0, 0.0, 0.0, 0.0, f32::INFINITY].iter().flat_map(|x| x.to_le_bytes()).collect();
    refused("'<f4'", "False", singles, "[1, 2] is inf");
}

#[cfg(unix)]
#[test]
fn an_array_without_room_is_refused_before_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.npy");
    for (order, needed) in [("False", 800_000_000_000u64), ("True", 1_600_000_000_000)] {
        let header = npy("'<f4'", order, "(100, 1000000000)", &[]);
        std::fs::write(&path, &header).unwrap();
        // As large as it should be, without taking a place on the disk.
        std::fs::File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(header.len() as u64 + 400_000_000_000)
            .unwrap();
        let error = read(&path).unwrap_err();
        let Error::HostMemory { available: Some(available), .. } = error else { panic!("{error:?}") };
        let expected = format!(
            "the array of shape [100, 1000000000] in {} needs {needed} bytes of the host's memory, of which {available} are \
             available; what helps: a smaller array, or one of parts of it",
            path.display()
        );
        assert_eq!(error.to_string(), expected);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_pipe_is_read_as_far_as_it_goes() {
    use std::io::Write;
    let (reader, mut writer) = std::io::pipe().unwrap();
    let path = PathBuf::from(format!("/dev/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&reader)));
    let bytes = npy("'<f8'", "False", "(3,)", &[0; 16]);
    writer.write_all(&bytes).unwrap();
    drop(writer);
    let message = read(&path).unwrap_err().to_string();
    assert!(message.contains("it ends after 16 of 24 bytes of its shape [3]"), "{message}");
}
