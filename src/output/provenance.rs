//! Where results come from: the network's text as it was read, and the files that it refers to, by their hashes.

use crate::{Error, Result, hash};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The copy of the network file, beside the summary that has its hash.
pub(super) const COPY: &str = "network.toml";

/// A network file, as a run read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkText {
    /// The file, as the user named it.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

/// A file that a run read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    /// The file, by the path that the run opened.
    pub path: PathBuf,
    /// SHA-256 of its bytes, as 64 hexadecimal digits; none for what is no plain file, as a pipe.
    pub sha256: Option<String>,
}

/// Files that a network refers to, watched while it is lowered: then their hashes are of what was read.
#[derive(Debug)]
pub struct Inputs(Vec<(PathBuf, Option<Stamp>)>);

/// Length and time of the last change; none where a file is no plain one.
type Stamp = (u64, Option<SystemTime>);

impl Inputs {
    /// From now on. Files that are missing are left to whoever reads them.
    pub fn watch(files: &[PathBuf]) -> Self {
        Self(files.iter().map(|path| (path.clone(), stamp(path))).collect())
    }

    /// Hashes them.
    ///
    /// # Errors
    /// [`Error::File`] if one cannot be read; [`Error::Data`] if one has changed since.
    pub fn hashed(&self) -> Result<Vec<InputFile>> {
        let hashed = |(path, before): &(PathBuf, Option<Stamp>)| {
            let sha256 = before.map(|_| hash::of_file(path)).transpose()?;
            Ok(InputFile { path: path.clone(), sha256 })
        };
        let hashed = self.0.iter().map(hashed).collect::<Result<_>>()?;
        self.check("the network was built", "the run begins")?;
        Ok(hashed)
    }

    /// Makes sure that they are what they were, for who reads them again and again.
    ///
    /// # Errors
    /// [`Error::Data`] if one has changed since.
    pub fn unchanged(&self) -> Result<()> {
        self.check("the sweep ran", "the sweep ends")
    }

    fn check(&self, during: &str, until: &str) -> Result<()> {
        let Some((path, _)) = self.0.iter().find(|(path, before)| stamp(path) != *before) else { return Ok(()) };
        Err(Error::Data {
            path: path.clone(),
            problem: format!("it changed while {during}"),
            legal: format!("a file that stays as it is until {until}"),
        })
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let data = path.metadata().ok().filter(|data| data.is_file())?;
    Some((data.len(), data.modified().ok()))
}

/// Makes sure that a `network.toml` in the folder is the copy of an earlier run: a user's own would be lost.
///
/// # Errors
/// [`Error::Data`] if it is not what the summary beside it says.
pub(super) fn check_copy(dir: &Path) -> Result<()> {
    let path = dir.join(COPY);
    if path.symlink_metadata().is_err() {
        return Ok(());
    }
    let said = || -> Option<String> {
        let summary: serde_json::Value = serde_json::from_slice(&std::fs::read(dir.join("summary.json")).ok()?).ok()?;
        Some(summary["network_file"]["sha256"].as_str()?.to_owned())
    };
    if said().is_some_and(|said| hash::of_file(&path).is_ok_and(|found| found == said)) {
        return Ok(());
    }
    let problem = "it is not the copy that an earlier run left here, and would be replaced".to_owned();
    Err(Error::Data { path, problem, legal: "another folder for the results, or this file in another".to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changes_while_it_is_watched_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let [file, missing] = ["w.npy", "missing.npy"].map(|name| folder.path().join(name));
        std::fs::write(&file, "abc").unwrap();
        // A folder stands for what is no plain file.
        let all = [file.clone(), missing.clone(), folder.path().to_owned()];
        let hashed = Inputs::watch(&all).hashed().unwrap();
        let expected =
            [Some("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad".to_owned()), None, None];
        assert_eq!(hashed.iter().map(|input| input.sha256.clone()).collect::<Vec<_>>(), expected);

        let problem = "it changed while the network was built; legal: a file that stays as it is until the run begins";
        for (changed, text) in [(&file, Some("abcd")), (&missing, Some("new")), (&file, None)] {
            let watched = Inputs::watch(&all);
            match text {
                Some(text) => std::fs::write(changed, text).unwrap(),
                // The same length, at another time.
                None => std::fs::File::options()
                    .write(true)
                    .open(changed)
                    .and_then(|file| file.set_modified(SystemTime::UNIX_EPOCH))
                    .unwrap(),
            }
            assert_eq!(watched.hashed().unwrap_err().to_string(), format!("{}: {problem}", changed.display()));
            let problem = "it changed while the sweep ran; legal: a file that stays as it is until the sweep ends";
            assert_eq!(watched.unchanged().unwrap_err().to_string(), format!("{}: {problem}", changed.display()));
        }
    }
}
