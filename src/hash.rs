//! SHA-256 as 64 hexadecimal digits: of spikes, of texts and of files.

use crate::{Error, Result};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind};
use std::path::Path;

/// \[bytes\] of a file hashed at a time.
const PIECE: usize = 1 << 18;

/// Of what the hasher was fed.
pub fn hex(hasher: Sha256) -> String {
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Of bytes.
pub fn of_bytes(bytes: &[u8]) -> String {
    hex(Sha256::new_with_prefix(bytes))
}

/// Of a file's bytes.
///
/// # Errors
/// [`Error::File`] if it cannot be read.
pub fn of_file(path: &Path) -> Result<String> {
    let cannot_read = |source| Error::File { action: "read", path: path.to_owned(), source };
    let mut reader = BufReader::with_capacity(PIECE, File::open(path).map_err(cannot_read)?);
    let mut hasher = Sha256::new();
    loop {
        let length = match reader.fill_buf() {
            Ok([]) => return Ok(hex(hasher)),
            Ok(piece) => {
                hasher.update(piece);
                piece.len()
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => 0,
            Err(error) => return Err(cannot_read(error)),
        };
        reader.consume(length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_hashes() {
        // FIPS 180-2, B.1; and of a file of several pieces what its bytes have.
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(of_bytes(b"abc"), abc);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let bytes: Vec<u8> = (0..3 * PIECE + 1).map(|i| (i % 251) as u8).collect();
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(of_file(&path).unwrap(), of_bytes(&bytes));
        assert!(matches!(of_file(&folder.path().join("none")), Err(Error::File { action: "read", .. })));
    }
}
