//! Replacing a file whole or not at all: written beside it under a temporary name, flushed to the disk, then renamed.

use crate::{Error, Result};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Writes `path` anew with `fill`.
///
/// # Errors
/// [`Error::File`] naming `path`, which is then as it was before; the temporary file is gone.
pub fn replace(path: &Path, fill: impl FnOnce(&mut File) -> io::Result<()>) -> Result<()> {
    let temporary = Temporary(temporary_name(path));
    let written = File::create(&temporary.0).and_then(|mut file| {
        fill(&mut file)?;
        // Some file systems report a full disk only here.
        file.sync_all()
    });
    let replaced = written.and_then(|()| std::fs::rename(&temporary.0, path));
    replaced.map_err(|source| Error::File { action: "write", path: path.to_owned(), source })
}

/// A file that is removed in the end, unless it has another name by then.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // A first failure is what the user must hear of; that the rest is left behind is not worse.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// In the same folder, so that a rename does not copy; with the process's number and one of its own, so that neither two programs
/// nor two threads share it.
fn temporary_name(path: &Path) -> PathBuf {
    static NAMES: AtomicU32 = AtomicU32::new(0);
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.{}.tmp", std::process::id(), NAMES.fetch_add(1, Ordering::Relaxed)));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_write_that_fails_half_way_leaves_the_older_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cell.safetensors");
        std::fs::write(&path, "older").unwrap();
        let error = replace(&path, |file| {
            file.write_all(b"half of the newer")?;
            Err(io::Error::from(io::ErrorKind::StorageFull))
        });
        let error = error.unwrap_err();
        assert_eq!(error.to_string(), format!("cannot write {}: no storage space", path.display()));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "older");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "the temporary file is gone");

        replace(&path, |file| file.write_all(b"newer")).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "newer");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
