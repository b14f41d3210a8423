//! A hidden folder `.neuropil-PROCESS-NUMBER` in which a run's files are prepared, and who may still need one.
//!
//! Its owner holds a lock on the file `lock` in it for as long as it lives; the operating system gives it back however
//! the owner ends. So what a killed run has left is told from what a run is working on, on any machine that shares
//! the disk.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

const PREFIX: &str = ".neuropil-";
const LOCK: &str = "lock";

/// The names of the files that are taken out and put in, one in a line.
const NAMES: &str = "names";
/// Files while they are written.
const NEW: &str = "new";
/// Files of the earlier run: there from when all that is new is complete until it is in its place.
const OLD: &str = "old";
/// What was `new`, once none of the earlier run's files is in its place any more.
const PLACING: &str = "placing";

/// A staging folder that this process holds.
#[derive(Debug)]
pub(super) struct Staging {
    path: PathBuf,
    /// None before it is claimed.
    lock: Option<File>,
}

/// A staging folder that somebody made.
pub(super) enum Found {
    /// Its process lives.
    Busy,
    /// Its process does not; now it is held here.
    Left(Staging),
    /// It is being made or removed, or the file system has no locks.
    Unknown,
}

impl Staging {
    /// Makes one in `dir`.
    pub fn create(dir: &Path) -> io::Result<Self> {
        // No name is used twice by a process: who finds an old one must not take it for a new one.
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        loop {
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let path = dir.join(format!("{PREFIX}{}-{number}", std::process::id()));
            match std::fs::create_dir(&path) {
                // Of a killed process of the same number.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
                made => made?,
            }
            let mut staging = Self { path, lock: None };
            if staging.claim()? {
                std::fs::create_dir(staging.new_files())?;
                return Ok(staging);
            }
        }
    }

    /// Locks a folder that was just made. False if somebody took it for a dead process's in between.
    fn claim(&mut self) -> io::Result<bool> {
        let path = self.path.join(LOCK);
        let lock = match File::create_new(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            lock => lock?,
        };
        if matches!(lock.try_lock(), Err(TryLockError::WouldBlock)) {
            return Ok(false);
        }
        // Where the file system has no locks, nobody will adopt it.
        self.lock = Some(lock);
        Ok(path.exists())
    }

    /// What stands behind the prefix in its name.
    pub fn id(&self) -> String {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        name.trim_start_matches(PREFIX).to_owned()
    }

    /// Keeps the names of a switch, for whoever has to complete it.
    pub fn keep_names(&self, names: &[&str]) -> io::Result<()> {
        let mut file = File::create(self.path.join(NAMES))?;
        file.write_all(names.join("\n").as_bytes())?;
        file.sync_all()
    }

    /// The names that were kept.
    pub fn names(&self) -> io::Result<Vec<String>> {
        Ok(std::fs::read_to_string(self.path.join(NAMES))?.lines().map(str::to_owned).collect())
    }

    pub fn new_files(&self) -> PathBuf {
        self.path.join(NEW)
    }

    pub fn old_files(&self) -> PathBuf {
        self.path.join(OLD)
    }

    pub fn files_to_place(&self) -> PathBuf {
        self.path.join(PLACING)
    }

    /// All others in `dir`.
    pub fn others(&self, dir: &Path) -> io::Result<Vec<PathBuf>> {
        let paths = std::fs::read_dir(dir)?.map(|entry| entry.map(|entry| entry.path()));
        let others = |path: &PathBuf| is_staging(path) && path.file_name() != self.path.file_name();
        paths.filter(|path| path.as_ref().map_or(true, others)).collect()
    }

    /// Takes hold of one that somebody made, if nobody does.
    pub fn adopt(path: PathBuf) -> Found {
        match OpenOptions::new().read(true).write(true).open(path.join(LOCK)) {
            Ok(lock) => match lock.try_lock() {
                Ok(()) => Found::Left(Self { path, lock: Some(lock) }),
                Err(TryLockError::WouldBlock) => Found::Busy,
                Err(TryLockError::Error(_)) => Found::Unknown,
            },
            Err(_) => {
                // Its process died before it came to the lock; a folder that is not empty stays.
                let _ = std::fs::remove_dir(path);
                Found::Unknown
            }
        }
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // Nobody can be told what fails here; what is left behind, the next run finds with its lock.
        if self.old_files().exists() {
            return;
        }
        let _ = std::fs::remove_dir_all(self.new_files());
        let _ = std::fs::remove_dir(self.files_to_place());
        let _ = std::fs::remove_file(self.path.join(NAMES));
        if std::fs::read_dir(&self.path).is_ok_and(|left| left.count() > 1) {
            return;
        }
        drop(self.lock.take());
        let _ = std::fs::remove_file(self.path.join(LOCK));
        let _ = std::fs::remove_dir(&self.path);
    }
}

/// Whether this is a folder whose name only a process of neuropil would choose.
fn is_staging(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_prefix(PREFIX));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let named = name.and_then(|name| name.split_once('-')).is_some_and(|(a, b)| is_number(a) && is_number(b));
    named && path.symlink_metadata().is_ok_and(|data| data.is_dir())
}
