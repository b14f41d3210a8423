//! A folder of results that never holds files of two runs.
//!
//! A run writes its files aside, in a [`Staging`] folder within. When all are complete and on the disk, those of the earlier
//! run are taken out, and only then the new ones put in; the file that says that a run is whole goes first and comes
//! last. Each step is one renaming. So whenever a process is killed, its folder has files of one run or some of
//! them, and the next run that begins there completes what it finds. Files of other names are never touched.

use super::staging::{Found, Staging};
use crate::{Error, Result};
use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// How a file or folder gets another name: tests look on, or fail.
type Rename<'a> = &'a mut dyn FnMut(&Path, &Path) -> io::Result<()>;

/// A folder that a run is going to fill. Dropped before it is, it is as it was, with the files of the earlier run.
///
/// Only one run at a time can have it.
#[derive(Debug)]
pub struct Folder {
    dir: PathBuf,
    staging: Staging,
}

impl Folder {
    /// Creates a folder where it does not exist, makes sure that files of these names can be put there, and completes or
    /// removes what killed runs have left in it.
    ///
    /// # Errors
    /// [`Error::File`], naming the folder or a file in it that cannot be replaced; [`Error::Request`] if another run is
    /// writing there.
    pub(crate) fn begin(dir: &Path, names: &[&str]) -> Result<Self> {
        std::fs::create_dir_all(dir).map_err(|source| cannot("create", dir, source))?;
        let refused = |source| cannot("write to", dir, source);
        let staging = Staging::create(dir).map_err(refused)?;
        for other in staging.others(dir).map_err(refused)? {
            match Staging::adopt(other) {
                Found::Busy => {
                    let problem = "another run is writing to this folder";
                    let legal = "another folder, or to wait until that run has ended";
                    return Err(Error::request(dir.display().to_string(), problem, legal));
                }
                Found::Left(left) => complete(dir, &left)?,
                Found::Unknown => {}
            }
        }
        for name in names {
            refuse_folder(&dir.join(name))?;
        }
        Ok(Self { dir: dir.to_owned(), staging })
    }

    /// The folder.
    pub(super) fn path(&self) -> &Path {
        &self.dir
    }

    /// Begins a file.
    pub(super) fn file(&self, name: &str) -> Result<StagedFile> {
        let path = self.dir.join(name);
        match File::create(self.staging.new_files().join(name)) {
            Ok(file) => Ok(StagedFile { path, file }),
            Err(source) => Err(cannot("write", &path, source)),
        }
    }

    /// Writes a file whole.
    pub(crate) fn stage(&self, name: &str, fill: impl FnOnce(&mut File) -> io::Result<()>) -> Result<PathBuf> {
        let mut file = self.file(name)?;
        file.write(fill)?;
        file.finish()
    }

    /// Takes the earlier run's files of these names out, and puts those that were written in. The first name is that of the
    /// file that says that the others are there.
    ///
    /// # Errors
    /// [`Error::File`], naming the file at fault. The folder is then as it was before, and the error says where the new
    /// files are.
    pub(crate) fn place(self, names: &[&str]) -> Result<()> {
        self.place_by(names, &mut |from, to| std::fs::rename(from, to))
    }

    fn place_by(self, names: &[&str], rename: Rename<'_>) -> Result<()> {
        let kept = self.staging.keep_names(names).map_err(|source| cannot("write to", &self.dir, source));
        match kept.and_then(|()| switch(&self.dir, names, &self.staging, rename)) {
            Ok(()) => remove_old(names, &self.staging),
            Err(error) => {
                let back = switch_back(&self.dir, names, &self.staging, rename);
                return Err(self.keep(error, back, rename));
            }
        }
        Ok(())
    }

    /// Does not place what was written, for this reason, and leaves it where it can be found: it may have taken hours.
    pub(super) fn give_up(self, error: Error) -> Error {
        self.keep(error, Ok(()), &mut |from, to| std::fs::rename(from, to))
    }

    /// The error, with where the new files are. `back` is whether the old ones are in their places.
    fn keep(self, mut error: Error, back: io::Result<()>, rename: Rename<'_>) -> Error {
        let kept = self.dir.join(format!("not-placed-{}", self.staging.id()));
        let said = match back.is_ok().then(|| rename(&self.staging.new_files(), &kept)) {
            Some(Ok(())) => format!("the folder is as it was, and the files of this run are in {}", kept.display()),
            Some(Err(_)) => "the folder is as it was, and the files of this run are lost".to_owned(),
            None => "the next run into this folder will put the files of this one in their places first".to_owned(),
        };
        match &mut error {
            Error::File { source, .. } => *source = io::Error::new(source.kind(), format!("{source}; {said}")),
            Error::Data { problem, .. } => *problem = format!("{problem}; {said}"),
            _ => {}
        }
        error
    }
}

/// A file of a run while it is written.
#[derive(Debug)]
pub(super) struct StagedFile {
    /// Where it will be.
    path: PathBuf,
    file: File,
}

impl StagedFile {
    /// Lets `fill` write on.
    pub fn write(&mut self, fill: impl FnOnce(&mut File) -> io::Result<()>) -> Result<()> {
        fill(&mut self.file).map_err(|source| cannot("write", &self.path, source))
    }

    /// Makes sure that it is on the disk, and returns where it will be.
    pub fn finish(self) -> Result<PathBuf> {
        // Some file systems report a full disk only here.
        match self.file.sync_all() {
            Ok(()) => Ok(self.path),
            Err(source) => Err(cannot("write", &self.path, source)),
        }
    }
}

fn cannot(action: &'static str, path: &Path, source: io::Error) -> Error {
    Error::File { action, path: path.to_owned(), source }
}

/// Links that lead nowhere are there too.
fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// A folder of that name is the user's, whatever is in it.
fn refuse_folder(path: &Path) -> Result<()> {
    match path.symlink_metadata() {
        Ok(data) if data.is_dir() => {
            Err(cannot("replace", path, io::Error::new(ErrorKind::IsADirectory, "it is a folder")))
        }
        _ => Ok(()),
    }
}

/// From the earlier run's files to the new ones. What is already done of it is not done again, so that a switch which was
/// cut off can be completed.
fn switch(dir: &Path, names: &[&str], staging: &Staging, rename: Rename<'_>) -> Result<()> {
    let (new, old, placing) = (staging.new_files(), staging.old_files(), staging.files_to_place());
    if new.exists() {
        sync(&new);
        std::fs::create_dir_all(&old).map_err(|source| cannot("write to", dir, source))?;
        for name in names {
            let file = dir.join(name);
            refuse_folder(&file)?;
            if is_there(&file) {
                rename(&file, &old.join(name)).map_err(|source| cannot("replace", &file, source))?;
            }
        }
        sync(dir);
        rename(&new, &placing).map_err(|source| cannot("write to", dir, source))?;
    }
    for name in names.iter().rev() {
        let (from, to) = (placing.join(name), dir.join(name));
        if is_there(&from) {
            rename(&from, &to).map_err(|source| cannot("replace", &to, source))?;
        }
    }
    sync(dir);
    Ok(())
}

/// From a switch that failed half-way to the folder as it was.
fn switch_back(dir: &Path, names: &[&str], staging: &Staging, rename: Rename<'_>) -> io::Result<()> {
    let (new, old, placing) = (staging.new_files(), staging.old_files(), staging.files_to_place());
    if placing.exists() {
        // None of the files in their places is the earlier run's.
        for name in names.iter().filter(|name| is_there(&dir.join(name))) {
            rename(&dir.join(name), &placing.join(name))?;
        }
        rename(&placing, &new)?;
    }
    for name in names.iter().rev().filter(|name| is_there(&old.join(name))) {
        rename(&old.join(name), &dir.join(name))?;
    }
    match std::fs::remove_dir(&old) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// Completes the switch that a killed run had begun. One that had not begun leaves nothing to complete.
fn complete(dir: &Path, left: &Staging) -> Result<()> {
    if !left.old_files().exists() {
        return Ok(());
    }
    let names = left.names().map_err(|source| cannot("write to", dir, source))?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    switch(dir, &names, left, &mut |from, to| std::fs::rename(from, to))?;
    remove_old(&names, left);
    Ok(())
}

/// Removes the earlier run's files. What cannot be removed now is left to the next run.
fn remove_old(names: &[&str], staging: &Staging) {
    let old = staging.old_files();
    for name in names {
        let _ = std::fs::remove_file(old.join(name));
    }
    let _ = std::fs::remove_dir(old);
}

/// Has the names in a folder on the disk, where the system can: a power cut must not undo a renaming and keep the next.
fn sync(dir: &Path) {
    let _ = File::open(dir).and_then(|dir| dir.sync_all());
}

#[cfg(test)]
mod tests;
