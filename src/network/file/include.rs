//! The texts of a network: its file's, and those of the files that it includes.

use super::tree::{Node, Source, Table};
use super::values::list;
use crate::{Error, Result};
use std::path::{Path, PathBuf};
use toml::de::DeTable;

/// The files that a text includes, at its key `include`.
fn named<'a>(source: &'a Source<'a>, tree: &'a DeTable<'a>) -> Result<Vec<(Node<'a>, PathBuf)>> {
    let Some(node) = Table::root(source, tree).get("include") else { return Ok(Vec::new()) };
    let expected = "an array of paths, as [\"cells.toml\"]";
    list(&node, expected, |node| Ok((*node, node.file(node.str(expected)?))))
}

/// The texts that the text at `path` includes, directly or not, each once: what a text includes comes before it.
///
/// # Errors
/// [`Error::NamedFile`] for a file that cannot be read; [`Error::Syntax`] for one that is not TOML, and for a circle.
pub(super) fn texts(path: &Path, text: &str) -> Result<Vec<(PathBuf, String)>> {
    let mut texts = Vec::new();
    collect(path, text, &mut vec![path.to_owned()], &mut texts)?;
    Ok(texts)
}

/// Adds what one text includes; `within` are the files that include each the next, this one last.
fn collect(path: &Path, text: &str, within: &mut Vec<PathBuf>, texts: &mut Vec<(PathBuf, String)>) -> Result<()> {
    let source = Source::new(path, text);
    let tree = source.tree()?;
    for (node, file) in named(&source, &tree)? {
        if let Some(first) = within.iter().position(|other| same(other, &file)) {
            let circle = within[first..].iter().chain([&file]).map(|path| format!("`{}`", path.display()));
            let circle = circle.collect::<Vec<_>>().join(" includes ");
            return Err(node.error(format!("a file includes itself: {circle}")));
        }
        if texts.iter().any(|(other, _)| same(other, &file)) {
            continue;
        }
        let read = no_pipe(&file).and_then(|()| super::text_of(&file));
        let text = read.map_err(|error| match error {
            error @ (Error::File { .. } | Error::Data { .. }) => node.located(error.named_by("include")),
            error => error,
        })?;
        within.push(file.clone());
        collect(&file, &text, within, texts)?;
        within.pop();
        texts.push((file, text));
    }
    Ok(())
}

/// Refuses what is no file: nobody may ever write into a pipe, or stop doing so.
fn no_pipe(path: &Path) -> Result<()> {
    match path.metadata() {
        Ok(data) if !data.is_file() && !data.is_dir() => {
            let (path, problem) = (path.to_owned(), "it is a pipe or a device".to_owned());
            Err(Error::Data { path, problem, legal: "a file".to_owned() })
        }
        // What else is wrong, reading says.
        _ => Ok(()),
    }
}

/// Whether two paths are of one file.
fn same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    one == other || real(one) == real(other)
}
