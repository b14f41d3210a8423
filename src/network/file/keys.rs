//! Keys as data: a key's name, what it may be told, its default, what it means and how it is read stand once. Reading, the legal keys of
//! complaints, the manual's tables and the schema for editors go by them.

use super::shape::Shape;
use super::tree::{Node, Table};
use crate::Result;
use crate::nearest::hint;
use std::fmt::Write;

/// A key of the tables that become a `T`.
pub(super) struct Key<T> {
    pub said: Said,
    pub read: Read<T>,
}

/// What is said of a key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said {
    pub name: &'static str,
    /// What it may be told.
    pub shape: Shape,
    /// What holds without it; none: it must be given.
    pub default: Option<&'static str>,
    /// What it means, in the words of the manual.
    pub meaning: &'static str,
}

/// How a key is read: into what becomes of its table, whose path in the network comes last.
type Read<T> = fn(&mut T, &Node<'_>, &str) -> Result<()>;

impl<T> Key<T> {
    /// A key that must be given.
    pub const fn needed(name: &'static str, shape: Shape, meaning: &'static str, read: Read<T>) -> Self {
        Self { said: Said { name, shape, default: None, meaning }, read }
    }

    /// A key without which a default holds.
    pub const fn or(
        default: &'static str,
        name: &'static str,
        shape: Shape,
        meaning: &'static str,
        read: Read<T>,
    ) -> Self {
        Self { said: Said { name, shape, default: Some(default), meaning }, read }
    }

    /// The key of all elements that names a template, which was followed when the texts were written out.
    pub const fn like() -> Self {
        let meaning = "a [template](#templates-and-included-files), which has the keys that are not given here";
        Self::or("none", "like", Shape::Text, meaning, nothing)
    }
}

/// Of a key that was read before, when the texts were written out.
pub(super) fn nothing<T>(_: &mut T, _: &Node<'_>, _: &str) -> Result<()> {
    Ok(())
}

/// Takes what was read.
pub(super) fn set<T>(to: &mut T, found: Result<T>) -> Result<()> {
    *to = found?;
    Ok(())
}

/// Takes a string.
pub(super) fn text(it: &mut String, node: &Node<'_>) -> Result<()> {
    node.str("a string")?.clone_into(it);
    Ok(())
}

/// Takes a string where there need be none.
pub(super) fn some_text(it: &mut Option<String>, node: &Node<'_>) -> Result<()> {
    set(it, node.str("a string").map(|text| Some(text.to_owned())))
}

/// The words of a key that is told one of two.
pub(super) const fn words<T>([(one, _), (other, _)]: &[(&'static str, T); 2]) -> [&'static str; 2] {
    [*one, *other]
}

/// What the word stands for that a key is told.
pub(super) fn one_of<T>(node: &Node<'_>, words: [(&str, T); 2]) -> Result<T> {
    let legal = words.each_ref().map(|(word, _)| format!("{word:?}")).join(" or ");
    let found = node.str(&legal)?;
    let hint = hint(found, words.each_ref().map(|(word, _)| *word));
    let it = words.into_iter().find(|(word, _)| *word == found).map(|(_, it)| it);
    it.ok_or_else(|| node.unexpected_but(&legal, &hint))
}

/// Reads a table, from what holds where nothing is said.
pub(super) fn read<T>(table: &Table<'_>, path: &str, keys: &[Key<T>], it: T) -> Result<T> {
    table.only(&names(keys))?;
    read_among(table, path, keys, it)
}

/// Reads these keys of a table that has others, too.
pub(super) fn read_among<T>(table: &Table<'_>, path: &str, keys: &[Key<T>], mut it: T) -> Result<T> {
    for key in keys {
        match table.get(key.said.name) {
            Some(node) => (key.read)(&mut it, &node, path)?,
            None if key.said.default.is_none() => drop(table.need(key.said.name)?),
            None => {}
        }
    }
    Ok(it)
}

/// The names of keys.
pub(super) fn names<T>(keys: &[Key<T>]) -> Vec<&'static str> {
    keys.iter().map(|key| key.said.name).collect()
}

/// What is said of keys, whatever becomes of their table.
pub(super) fn said<T>(keys: &[Key<T>]) -> Vec<Said> {
    keys.iter().map(|key| key.said).collect()
}

/// One row for each key.
pub(super) fn markdown(keys: &[Said]) -> String {
    let mut table = "| key | type | default | meaning |\n|---|---|---|---|\n".to_owned();
    for Said { name, shape, default, meaning } in keys {
        let _ = writeln!(table, "| `{name}` | {} | {} | {meaning} |", shape.form(), default.unwrap_or("needed"));
    }
    table
}
