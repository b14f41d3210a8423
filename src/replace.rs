//! Replacing a file whole or not at all: written beside it under a temporary name, flushed to the disk, then renamed.

use crate::{Error, Result};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// Writes `path` anew with `fill` and returns it.
///
/// # Errors
/// [`Error::File`] naming `path`, which is then as it was before; the temporary file is gone.
pub fn replace(path: PathBuf, fill: impl FnOnce(&mut File) -> io::Result<()>) -> Result<PathBuf> {
    let mut replacement = Replacement::begin(path)?;
    replacement.write(fill)?;
    replacement.finish()
}

/// A file while it is being written, piece by piece. Given up before it is finished, it leaves nothing behind.
#[derive(Debug)]
pub struct Replacement {
    path: PathBuf,
    // Closed before it is removed: fields are dropped in their order.
    file: File,
    temporary: Temporary,
}

impl Replacement {
    /// Creates the temporary file.
    ///
    /// # Errors
    /// [`Error::File`] naming `path`.
    pub fn begin(path: PathBuf) -> Result<Self> {
        let temporary = Temporary(temporary_name(&path));
        match File::create(&temporary.0) {
            Ok(file) => Ok(Self { path, file, temporary }),
            Err(source) => Err(Error::File { action: "write", path, source }),
        }
    }

    /// Lets `fill` write on.
    ///
    /// # Errors
    /// [`Error::File`] naming the file that is to be replaced.
    pub fn write(&mut self, fill: impl FnOnce(&mut File) -> io::Result<()>) -> Result<()> {
        let cannot_write = |source| Error::File { action: "write", path: self.path.clone(), source };
        fill(&mut self.file).map_err(cannot_write)
    }

    /// Puts the file in its place, and returns it.
    ///
    /// # Errors
    /// [`Error::File`] naming the file, which is then as it was before.
    pub fn finish(self) -> Result<PathBuf> {
        let Self { path, file, temporary } = self;
        // Some file systems report a full disk only here.
        let flushed = file.sync_all();
        drop(file);
        match flushed.and_then(|()| std::fs::rename(&temporary.0, &path)) {
            Ok(()) => Ok(path),
            Err(source) => Err(Error::File { action: "write", path, source }),
        }
    }
}

/// A file that is removed in the end, unless it has another name by then.
#[derive(Debug)]
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // A first failure is what the user must hear of; that the rest is left behind is not worse.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Creates a file in `dir` and removes it.
///
/// # Errors
/// [`Error::File`] naming the folder.
pub fn probe(dir: &Path) -> Result<()> {
    let temporary = temporary_name(&dir.join("probe"));
    let probed = File::create(&temporary).and_then(|_| std::fs::remove_file(&temporary));
    probed.map_err(|source| Error::File { action: "write to", path: dir.to_owned(), source })
}

/// In the same folder, so that a rename does not copy; with the process's number, so that two runs do not share it.
fn temporary_name(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.tmp", std::process::id()));
    path.with_file_name(name)
}
