//! Files that are no `.safetensors` file, or not a whole one.

use super::{Folder, Raw, bytes, check, check_bytes};
use crate::Error;
use crate::rnn::CellKind;
use crate::rnn::file::read;

/// A file with this header, and so many bytes behind.
fn with_header(header: &str, data: usize) -> Vec<u8> {
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(header.as_bytes());
    bytes.extend(vec![0; data]);
    bytes
}

fn whole() -> Vec<u8> {
    bytes(&[Raw::any("W.weight", &[5, 3]), Raw::any("W.bias", &[3])])
}

#[test]
fn a_file_that_is_cut_short_says_where() {
    let whole = whole();
    let header = u64::from_le_bytes(whole[..8].try_into().unwrap()) as usize;
    assert_eq!(whole.len(), 8 + header + 18 * 8);
    let check = |length: usize, expected: &str| check_bytes(CellKind::Vanilla, &whole[..length], expected);
    check(0, "it is empty; legal: a .safetensors file");
    check(5, "it ends after 5 of the 8 bytes before its header; legal: a .safetensors file");
    let expected = format!("it ends after 30 of the {header} bytes of its header; legal: a .safetensors file");
    check(38, &expected);
    // W.bias stands first.
    check(8 + header + 23, "it ends within `W.bias` [3], after 23 of 24 bytes; legal: a .safetensors file");
    check(8 + header + 24, "it ends within `W.weight` [5, 3], after 0 of 120 bytes; legal: a .safetensors file");
    check(whole.len() - 1, "it ends within `W.weight` [5, 3], after 119 of 120 bytes; legal: a .safetensors file");
    assert!(read(&Folder::holding(&whole).path(), CellKind::Vanilla).is_ok());
}

#[test]
fn a_file_of_another_format_is_told_from_a_short_one() {
    let pickle = b"PK\x03\x04\x00\x00\x08\x08and whatever PyTorch's own files hold";
    let expected = "it is of another format: its first 8 bytes would mean a header of 578712552184433488 bytes; legal: a .safetensors file";
    check_bytes(CellKind::Lstm, pickle, expected);
    let mut longer = whole();
    longer.extend([0; 3]);
    check_bytes(CellKind::Vanilla, &longer, "3 bytes follow its last tensor; legal: a .safetensors file");
}

#[test]
fn a_wrong_header_says_what_is_wrong() {
    let check = |header: &str, expected: &str| {
        let expected = format!("its header is wrong ({expected}); legal: a .safetensors file");
        check_bytes(CellKind::Vanilla, &with_header(header, 32), &expected);
    };
    check("{\"W.weight\": 3}", "invalid type: integer `3`, expected struct TensorInfo at line 1 column 15");
    check("no JSON", "expected ident at line 1 column 2");
    let tensor = |dtype: &str, shape: &str, offsets: &str| {
        format!("{{\"W.bias\":{{\"dtype\":\"{dtype}\",\"shape\":{shape},\"data_offsets\":{offsets}}}}}")
    };
    check(&tensor("F64", "[4]", "[0,24]"), "invalid shape, data type, or offset for tensor");
    check(&tensor("F64", "[4]", "[32,0]"), "invalid offset for tensor `W.bias`");
    check(&tensor("F64", "[4]", "[8,40]"), "invalid offset for tensor `W.bias`");
    let huge = "overflow computing buffer size from shape and/or element type";
    check(&tensor("F64", "[4294967296,4294967296]", "[0,32]"), huge);
    // More bytes than there can be, to the limit of what offsets can say.
    let huge = tensor("U8", "[2305843009213693951]", "[0,2305843009213693951]");
    let expected = "it ends within `W.bias` [2305843009213693951], after 32 of 2305843009213693951 bytes; legal: a \
                    .safetensors file";
    check_bytes(CellKind::Vanilla, &with_header(&huge, 32), expected);
}

#[test]
fn a_file_without_tensors_says_what_it_needs() {
    let expected = "it has no tensors; legal: `Wf.weight` [n_in + n_out, n_out], \
                    `Wf.bias` [n_out], `Wh.weight` [n_in + n_out, n_out], `Wh.bias` [n_out], and optionally `h0` \
                    [batch, n_out]";
    check_bytes(CellKind::Mgu, &with_header("{}", 0), expected);
    check(CellKind::Mgu, &[], expected);
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = Folder::new();
    let error = read(&folder.path(), CellKind::Lstm).unwrap_err();
    assert!(matches!(&error, Error::File { action: "read", path, .. } if *path == folder.path()), "{error:?}");
    assert_eq!(folder.message(&error), "cannot read w.safetensors: No such file or directory (os error 2)");
    std::fs::create_dir(folder.path()).unwrap();
    let error = read(&folder.path(), CellKind::Lstm).unwrap_err();
    assert!(matches!(&error, Error::File { action: "read", path, .. } if *path == folder.path()), "{error:?}");
}
