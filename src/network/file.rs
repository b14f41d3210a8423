//! Network files: TOML text into a [`Network`], with every complaint at its line.
//!
//! A file's tree is read by hand rather than through derived deserialisers, so that each complaint can name the place,
//! what is there and what would be legal. No model is known here: names of models, parameters and ports pass through.

mod connect;
mod locate;
mod part;
mod schema;
mod stimulus;
mod tree;
mod values;
mod write;

#[cfg(test)]
mod tests;

pub(super) use part::{Part, all, find, with};
pub(super) use schema::HEAD;

use super::path::{Change, List};
use super::{Network, Setting, Written};
use crate::{Error, Result};
use std::path::{Path, PathBuf};
use tree::{Source, Table};

/// A network with the file it came from, so that later errors still find their line.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkFile {
    /// What the file says. Paths in it are relative to the working directory, no longer to the file.
    pub network: Network,
    /// The file, as the user named it.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// The files that it refers to: arrays and models. They are read when the network is lowered, but for lists of neurons,
    /// which are read with this file.
    pub files: Vec<PathBuf>,
    /// The values that were put in the place of what it says, in order.
    pub set: Vec<Setting>,
    /// Their paths, by numbers.
    set_at: Vec<String>,
}

impl NetworkFile {
    /// Reads and checks a network file.
    ///
    /// # Errors
    /// [`Error::File`] if it cannot be read; otherwise those of [`NetworkFile::parse`].
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let bytes =
            std::fs::read(path).map_err(|source| Error::File { action: "read", path: path.to_owned(), source })?;
        match String::from_utf8(bytes) {
            Ok(text) => Self::parse(&text, path),
            Err(error) => {
                let end = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes());
                Err(Source::new(path, &text).error(end, "is not UTF-8 text"))
            }
        }
    }

    /// Reads the text of a network file that is, or could be, at `path`, and checks it as [`Network::check`] does.
    ///
    /// # Errors
    /// [`Error::Syntax`] for text that is not TOML, and for any key, type or value that a network file may not have;
    /// [`Error::NamedFile`] for a file of `neurons` that cannot be read, or holds something else;
    /// [`Error::Field`] with its location for what contradicts the rest of the network.
    pub fn parse(text: &str, path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let source = Source::new(path, text);
        let tree = source.tree()?;
        let network = schema::network(&Table::root(&source, &tree))?;
        let file = Self {
            network,
            path: path.to_owned(),
            text: text.to_owned(),
            files: source.files(),
            set: Vec::new(),
            set_at: Vec::new(),
        };
        file.network.check().map_err(|error| file.locate(error))?;
        Ok(file)
    }

    /// Puts a value at a path, as [`Network::set`] does; a file that it names is relative to this file, as any that the text names.
    ///
    /// # Errors
    /// Those of [`Network::set`].
    pub fn set(&mut self, path: &str, value: impl Into<Written>) -> Result<()> {
        let value = value.into();
        let Change { path: at, files } = self.network.change(path, &value, &self.path)?;
        let new = files.into_iter().filter(|file| !self.files.contains(file)).collect::<Vec<_>>();
        self.files.extend(new);
        self.set.push(Setting { path: path.to_owned(), value });
        self.set_at.push(at);
        Ok(())
    }

    /// Adds the place in this file to an [`Error::Field`] or [`Error::NamedFile`] that has none. Other errors pass unchanged.
    ///
    /// The place is that of the deepest element on the field's path that the file has: a missing key is reported where
    /// its table begins. What was put in the place of a value of the file has none.
    pub fn locate(&self, mut error: Error) -> Error {
        if let Error::Field { field, location: location @ None, .. }
        | Error::NamedFile { field, location: location @ None, .. } = &mut error
        {
            let at = self.network.by_numbers(field, &List::ALL);
            // Either may be a part of the other.
            let within = |one: &str, other: &str| {
                one.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            };
            if self.set_at.iter().any(|set| within(set, &at) || within(&at, set)) {
                return error;
            }
            // Populations are found by their names, and may be called by numbers.
            let field = self.network.by_numbers(field, &[List::Projections, List::Stimuli]);
            let source = Source::new(&self.path, &self.text);
            *location = source.tree().ok().map(|tree| source.location(locate::offset(&tree, &field)));
        }
        error
    }
}
