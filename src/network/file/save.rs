//! A network as a network file, with what is large in files beside it.

use super::Part;
use super::part::text;
use super::write::{Bulk, Text};
use crate::network::Network;
use crate::replace::replace;
use crate::{Error, Result, npy};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Files that a text names, and that are to be written beside it.
pub(in crate::network) struct Files<'a> {
    /// The folder beside the text that they are in.
    folder: String,
    files: Vec<(String, Contents<'a>)>,
}

enum Contents<'a> {
    Text(&'a str),
    Array { values: &'a [f64], shape: &'a [usize] },
}

impl<'a> Files<'a> {
    /// Adds an array; returns the name of its file.
    pub fn array(&mut self, values: &'a [f64], shape: &'a [usize]) -> String {
        let name = format!("{}/{}.npy", self.folder, self.files.len());
        self.files.push((name.clone(), Contents::Array { values, shape }));
        name
    }

    /// Adds a model, once; returns the name of its file.
    pub fn model(&mut self, name: &str, text: &'a str) -> String {
        let same = |contents: &Contents<'_>| matches!(contents, Contents::Text(other) if *other == text);
        if let Some((name, _)) = self.files.iter().find(|(_, contents)| same(contents)) {
            return name.clone();
        }
        // The name of a file is that of its model, so two of one name cannot lie in one folder.
        let mut path = format!("{}/{name}.wgsl", self.folder);
        if self.files.iter().any(|(other, _)| *other == path) {
            path = format!("{}/{}/{name}.wgsl", self.folder, self.files.len());
        }
        self.files.push((path.clone(), Contents::Text(text)));
        path
    }
}

impl Network {
    /// Writes it as a network file, which says the same: reading it makes a network of the same spikes. Arrays of more than 64
    /// numbers, and models in WGSL, go into a folder beside it, `net.files` of `net.toml`; of files that the network names itself it has the absolute paths.
    /// Returns all files that were written, the network file last.
    ///
    /// # Errors
    /// [`Error::File`] for a file that cannot be written; older ones of these names are replaced.
    ///
    /// ```no_run
    /// use neuropil::network::{Network, NetworkFile, Population};
    /// use neuropil::units::Literal;
    /// let mut net = Network::new(0.1.ms());
    /// net.add(Population::new("exc", 100, "lif"));
    /// net.save("net.toml")?;
    /// assert_eq!(NetworkFile::read("net.toml")?.network, net);
    /// # Ok::<(), neuropil::Error>(())
    /// ```
    pub fn save(&self, path: impl AsRef<Path>) -> Result<Vec<PathBuf>> {
        let path = path.as_ref();
        let folder = format!("{}.files", path.file_stem().unwrap_or_default().to_string_lossy());
        let mut whole = Text { text: String::new(), bulk: Bulk::Files(Files { folder, files: Vec::new() }) };
        add(&mut whole, self);
        self.populations.iter().for_each(|part| add(&mut whole, part));
        self.projections.iter().for_each(|part| add(&mut whole, part));
        self.stimuli.iter().for_each(|part| add(&mut whole, part));
        self.records.iter().for_each(|part| add(&mut whole, part));
        let Text { text, bulk } = whole;
        let Bulk::Files(Files { files, .. }) = bulk else { return Ok(Vec::new()) };
        let mut written = Vec::new();
        for (name, contents) in files {
            let path = path.with_file_name(name);
            let folder = path.parent().unwrap_or(Path::new(""));
            fs::create_dir_all(folder).map_err(|source| Error::File {
                action: "create",
                path: folder.to_owned(),
                source,
            })?;
            match contents {
                Contents::Text(text) => replace(&path, |file| file.write_all(text.as_bytes()))?,
                Contents::Array { values, shape } => npy::write(&path, values, shape)?,
            }
            written.push(path);
        }
        replace(path, |file| file.write_all(text.as_bytes()))?;
        written.push(path.to_owned());
        Ok(written)
    }
}

/// Adds a part.
fn add<'a, P: Part>(whole: &mut Text<'a>, part: &'a P) {
    let between = if whole.text.is_empty() { "" } else { "\n" };
    let before = std::mem::replace(&mut whole.bulk, Bulk::Text);
    let Text { text, bulk } = text(part, before);
    whole.text.push_str(between);
    whole.text.push_str(&text);
    whole.bulk = bulk;
}
