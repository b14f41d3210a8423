//! `h.npy` and `c.npy`: what recurrent cells gave, written while they run, so that a long sequence need not fit into
//! memory. It knows numbers and their shape, not the cells.

use super::npy::{write_header, write_values};
use crate::replace::Replacement;
use crate::{Error, Result};
use std::path::{Path, PathBuf};

/// Arrays `[T, batch, n_out]` while they are written. They appear when they are finished; given up before, they leave
/// nothing behind.
#[derive(Debug)]
pub struct Sequences {
    h: Array,
    c: Option<Array>,
}

impl Sequences {
    /// Begins `h.npy` of this shape in a folder that is there, and `c.npy` of the same if `with_c`.
    ///
    /// # Errors
    /// [`Error::File`], naming the file.
    pub fn create(dir: &Path, shape: [usize; 3], with_c: bool) -> Result<Self> {
        let array = |name: &str| Array::begin(dir.join(name), shape);
        Ok(Self { h: array("h.npy")?, c: with_c.then(|| array("c.npy")).transpose()? })
    }

    /// Writes the next steps of both; c is left aside where there is no `c.npy`.
    ///
    /// # Errors
    /// [`Error::File`], naming the file.
    pub fn write(&mut self, h: &[f32], c: &[f32]) -> Result<()> {
        self.h.write(h)?;
        self.c.as_mut().map_or(Ok(()), |array| array.write(c))
    }

    /// Puts the files in their places, `h.npy` last: where it is new, `c.npy` is. Files that are there are replaced.
    ///
    /// # Errors
    /// [`Error::File`], naming the file; [`Error::Request`] if it is not whole.
    pub fn finish(self) -> Result<Vec<PathBuf>> {
        self.h.check()?;
        let c = self.c.map(Array::finish).transpose()?;
        Ok(std::iter::once(self.h.finish()?).chain(c).collect())
    }
}

/// One of the files.
#[derive(Debug)]
struct Array {
    path: PathBuf,
    file: Replacement,
    shape: [usize; 3],
    written: usize,
}

impl Array {
    fn begin(path: PathBuf, shape: [usize; 3]) -> Result<Self> {
        let mut file = Replacement::begin(path.clone())?;
        file.write(|file| write_header::<f32>(file, &shape))?;
        Ok(Self { path, file, shape, written: 0 })
    }

    fn write(&mut self, values: &[f32]) -> Result<()> {
        self.written += values.len();
        self.file.write(|file| write_values(file, values))
    }

    /// Whether its numbers are as many as its shape says.
    fn check(&self) -> Result<()> {
        let needed = self.shape.iter().product::<usize>();
        if self.written == needed {
            return Ok(());
        }
        let problem = format!("{} of {needed} numbers were written", self.written);
        Err(Error::request(self.path.display().to_string(), problem, format!("as many as {:?} has", self.shape)))
    }

    fn finish(self) -> Result<PathBuf> {
        self.check()?;
        self.file.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::npy;

    fn names(dir: &Path) -> Vec<String> {
        let files = std::fs::read_dir(dir).unwrap();
        let mut names: Vec<String> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn arrays_appear_when_they_are_whole() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("h.npy"), "old").unwrap();
        let mut sequences = Sequences::create(folder.path(), [3, 1, 2], true).unwrap();
        sequences.write(&[1.0, 2.0], &[-1.0, -2.0]).unwrap();
        assert_eq!(std::fs::read(folder.path().join("h.npy")).unwrap(), b"old");
        assert!(!folder.path().join("c.npy").exists());
        sequences.write(&[3.0, 4.0, 5.0, 6.0], &[-3.0, -4.0, -5.0, -6.0]).unwrap();
        let paths = sequences.finish().unwrap();
        assert_eq!(paths, ["h.npy", "c.npy"].map(|name| folder.path().join(name)));
        for (path, sign) in paths.iter().zip([1.0, -1.0]) {
            let array = npy::read(path).unwrap();
            assert_eq!(array.shape, [3, 1, 2]);
            assert_eq!(array.values, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0].map(|value| sign * value));
        }
        assert_eq!(names(folder.path()), ["c.npy", "h.npy"]);
    }

    #[test]
    fn without_a_cell_state_there_is_no_c() {
        let folder = tempfile::tempdir().unwrap();
        let mut sequences = Sequences::create(folder.path(), [1, 1, 1], false).unwrap();
        sequences.write(&[1.0], &[]).unwrap();
        assert_eq!(sequences.finish().unwrap(), [folder.path().join("h.npy")]);
        assert_eq!(names(folder.path()), ["h.npy"]);
    }

    #[test]
    fn what_is_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut sequences = Sequences::create(folder.path(), [2, 1, 1], true).unwrap();
        sequences.write(&[1.0], &[1.0]).unwrap();
        assert_eq!(names(folder.path()).len(), 2);
        drop(sequences);
        assert_eq!(names(folder.path()), [""; 0]);

        let mut sequences = Sequences::create(folder.path(), [2, 1, 1], true).unwrap();
        sequences.write(&[1.0, 2.0], &[1.0]).unwrap();
        let path = folder.path().join("c.npy");
        let expected = format!("{}: 1 of 2 numbers were written; legal: as many as [2, 1, 1] has", path.display());
        assert_eq!(sequences.finish().unwrap_err().to_string(), expected);
        assert_eq!(names(folder.path()), [""; 0]);
    }
}
