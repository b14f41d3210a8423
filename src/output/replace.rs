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
    let temporary = temporary_name(&path);
    let written = write_then_rename(&temporary, &path, fill);
    written.map_err(|source| {
        // The first failure is what the user must hear of; that the rest is left behind is not worse.
        let _ = std::fs::remove_file(&temporary);
        Error::File { action: "write", path: path.clone(), source }
    })?;
    Ok(path)
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

fn write_then_rename(temporary: &Path, path: &Path, fill: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let mut file = File::create(temporary)?;
    fill(&mut file)?;
    // Some file systems report a full disk only here.
    file.sync_all()?;
    drop(file);
    std::fs::rename(temporary, path)
}

/// In the same folder, so that a rename does not copy; with the process's number, so that two runs do not share it.
fn temporary_name(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.tmp", std::process::id()));
    path.with_file_name(name)
}
