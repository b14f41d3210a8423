//! `h.npy` and `c.npy`: what recurrent cells gave, written while they run, so that a long sequence need not fit into
//! memory. It knows numbers and their shape, not the cells.

use super::folder::{Folder, StagedFile};
use super::npy::{write_header, write_values};
use crate::{Error, Result};
use std::path::{Path, PathBuf};

const FILES: [&str; 2] = ["h.npy", "c.npy"];

/// Arrays `[T, batch, n_out]` while they are written. They appear when they are finished; given up before, they leave
/// the folder as it was.
#[derive(Debug)]
pub struct Sequences {
    // Closed before the folder is cleared: fields are dropped in their order.
    h: Array,
    c: Option<Array>,
    folder: Folder,
}

impl Sequences {
    /// Begins `h.npy` of this shape in a folder, and `c.npy` of the same if `with_c`: to be called before a long run. The
    /// folder is created where it does not exist, and nothing that is there is touched until the end.
    ///
    /// # Errors
    /// [`Error::File`], naming the folder or the file; [`Error::Request`] if another run is writing there, or if it has a
    /// `c.npy` and this run will have none: it would stand beside the h of another run, and may be the user's.
    pub fn create(dir: &Path, shape: [usize; 3], with_c: bool) -> Result<Self> {
        let c = dir.join(FILES[1]);
        if !with_c && c.exists() {
            let problem = "it is there, and a cell without a cell state would leave an h.npy of another run beside it";
            return Err(Error::request(c.display().to_string(), problem, "another folder, or none of that name"));
        }
        let folder = Folder::begin(dir, if with_c { &FILES } else { &FILES[..1] })?;
        let array = |name: &str| Array::begin(folder.file(name)?, dir.join(name), shape);
        let [h, c] = FILES;
        Ok(Self { h: array(h)?, c: with_c.then(|| array(c)).transpose()?, folder })
    }

    /// Writes the next steps of both; c is left aside where there is no `c.npy`.
    ///
    /// # Errors
    /// [`Error::File`], naming the file.
    pub fn write(&mut self, h: &[f32], c: &[f32]) -> Result<()> {
        self.h.write(h)?;
        self.c.as_mut().map_or(Ok(()), |array| array.write(c))
    }

    /// Puts the files in the place of an earlier run's.
    ///
    /// # Errors
    /// [`Error::File`], naming the file; [`Error::Request`] if it is not whole.
    pub fn finish(self) -> Result<Vec<PathBuf>> {
        let with_c = self.c.is_some();
        let written = std::iter::once(self.h).chain(self.c).map(Array::finish).collect::<Result<_>>()?;
        self.folder.place(if with_c { &FILES } else { &FILES[..1] })?;
        Ok(written)
    }
}

/// One of the files.
#[derive(Debug)]
struct Array {
    path: PathBuf,
    file: StagedFile,
    shape: [usize; 3],
    written: usize,
}

impl Array {
    fn begin(mut file: StagedFile, path: PathBuf, shape: [usize; 3]) -> Result<Self> {
        file.write(|file| write_header::<f32>(file, &shape))?;
        Ok(Self { path, file, shape, written: 0 })
    }

    fn write(&mut self, values: &[f32]) -> Result<()> {
        self.written += values.len();
        self.file.write(|file| write_values(file, values))
    }

    /// Its numbers must be as many as its shape says.
    fn finish(self) -> Result<PathBuf> {
        let needed = self.shape.iter().product::<usize>();
        if self.written == needed {
            return self.file.finish();
        }
        let problem = format!("{} of {needed} numbers were written", self.written);
        Err(Error::request(self.path.display().to_string(), problem, format!("as many as {:?} has", self.shape)))
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
    fn a_c_that_is_there_is_neither_taken_away_nor_left_beside_an_h_without() {
        let folder = tempfile::tempdir().unwrap();
        let c = folder.path().join("c.npy");
        let run = |with_c: bool| {
            let mut sequences = Sequences::create(folder.path(), [1, 1, 1], with_c)?;
            sequences.write(&[1.0], &[1.0])?;
            sequences.finish().map(|paths| paths.len())
        };
        assert_eq!(run(false).unwrap(), 1);
        assert_eq!(run(true).unwrap(), 2);
        let earlier = std::fs::read(&c).unwrap();
        let refused = format!(
            "{}: it is there, and a cell without a cell state would leave an h.npy of another run beside it; legal: another \
             folder, or none of that name",
            c.display()
        );
        assert_eq!(run(false).unwrap_err().to_string(), refused);
        assert_eq!(std::fs::read(&c).unwrap(), earlier);
        assert_eq!(names(folder.path()), ["c.npy", "h.npy"]);
    }

    #[test]
    fn what_is_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut sequences = Sequences::create(folder.path(), [2, 1, 1], true).unwrap();
        sequences.write(&[1.0], &[1.0]).unwrap();
        assert_eq!(names(folder.path()).len(), 1);
        drop(sequences);
        assert_eq!(names(folder.path()), [""; 0]);

        std::fs::write(folder.path().join("h.npy"), "old").unwrap();
        let mut sequences = Sequences::create(folder.path(), [2, 1, 1], true).unwrap();
        sequences.write(&[1.0, 2.0], &[1.0]).unwrap();
        let path = folder.path().join("c.npy");
        let expected = format!("{}: 1 of 2 numbers were written; legal: as many as [2, 1, 1] has", path.display());
        assert_eq!(sequences.finish().unwrap_err().to_string(), expected);
        assert_eq!(names(folder.path()), ["h.npy"]);
        assert_eq!(std::fs::read(folder.path().join("h.npy")).unwrap(), b"old");
    }
}
