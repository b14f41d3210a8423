//! Keys as data: a key's name, what it may be told, its default, what it means and how it is read stand once. Reading, the legal keys of
//! complaints and the manual's tables go by them.

use super::tree::{Node, Table};
use crate::Result;
use std::fmt::Write;

/// A key of the tables that become a `T`.
pub(super) struct Key<T> {
    pub name: &'static str,
    /// What it may be told, in the words of the manual.
    pub form: &'static str,
    /// What holds without it; none: it must be given.
    pub default: Option<&'static str>,
    pub meaning: &'static str,
    pub read: Read<T>,
}

/// How a key is read: into what becomes of its table, whose path in the network comes last.
type Read<T> = fn(&mut T, &Node<'_>, &str) -> Result<()>;

impl<T> Key<T> {
    /// A key that must be given.
    pub const fn needed(name: &'static str, form: &'static str, meaning: &'static str, read: Read<T>) -> Self {
        Self { name, form, default: None, meaning, read }
    }

    /// A key without which a default holds.
    pub const fn or(
        default: &'static str,
        name: &'static str,
        form: &'static str,
        meaning: &'static str,
        read: Read<T>,
    ) -> Self {
        Self { name, form, default: Some(default), meaning, read }
    }

    /// The key of all elements that names a template, which was followed when the texts were written out.
    pub const fn like() -> Self {
        let meaning = "a [template](#templates-and-included-files), which has the keys that are not given here";
        Self::or("none", "like", "string", meaning, nothing)
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

/// Reads a table, from what holds where nothing is said.
pub(super) fn read<T>(table: &Table<'_>, path: &str, keys: &[Key<T>], mut it: T) -> Result<T> {
    table.only(&keys.iter().map(|key| key.name).collect::<Vec<_>>())?;
    for key in keys {
        match table.get(key.name) {
            Some(node) => (key.read)(&mut it, &node, path)?,
            None if key.default.is_none() => drop(table.need(key.name)?),
            None => {}
        }
    }
    Ok(it)
}

/// One row for each key.
pub(super) fn markdown<T>(keys: &[Key<T>]) -> String {
    let mut table = "| key | type | default | meaning |\n|---|---|---|---|\n".to_owned();
    for Key { name, form, default, meaning, .. } in keys {
        let _ = writeln!(table, "| `{name}` | {form} | {} | {meaning} |", default.unwrap_or("needed"));
    }
    table
}
