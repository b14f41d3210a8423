//! What is large in a network, when it is written as text.

use crate::network::Array;

/// What becomes of what is large.
pub(in crate::network) enum Bulk<'a> {
    /// It stands in the text.
    Text,
    /// The text only has names for arrays, which are here.
    Shelf(Vec<&'a Array>),
    /// Files beside the text have it, which are to be written.
    Files(Files<'a>),
}

/// Files that a text names, and that are to be written beside it.
pub(in crate::network) struct Files<'a> {
    /// The folder beside the text that they are in.
    pub folder: String,
    pub(super) files: Vec<(String, Contents<'a>)>,
}

pub(super) enum Contents<'a> {
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
