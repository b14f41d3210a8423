//! A network as a network file, with what is large in files beside it.

use super::Part;
use super::bulk::{Bulk, Contents, Files};
use super::part::text;
use super::write::Text;
use crate::network::Network;
use crate::replace::replace;
use crate::{Error, Result, npy};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

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
