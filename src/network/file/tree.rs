//! The TOML tree with places: what a table may hold, what an element must be, and complaints that say so.

use crate::error::Location;
use crate::units::vanishes;
use crate::{Error, Result};
use std::cell::RefCell;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A text and its name.
pub(in crate::network) struct Source<'a> {
    pub path: &'a Path,
    pub text: &'a str,
    /// The files that the text was found to refer to.
    files: RefCell<Vec<PathBuf>>,
}

impl<'a> Source<'a> {
    pub fn new(path: &'a Path, text: &'a str) -> Self {
        Self { path, text, files: RefCell::default() }
    }

    /// The files that the text was found to refer to, each once.
    pub fn files(self) -> Vec<PathBuf> {
        self.files.into_inner()
    }

    pub fn tree(&self) -> Result<DeTable<'a>> {
        match DeTable::parse(self.text) {
            Ok(tree) => Ok(tree.into_inner()),
            Err(error) => {
                let offset = error.span().map_or(self.text.len(), |span| span.start);
                Err(self.error(offset, error.message()))
            }
        }
    }

    /// The place of a byte offset.
    pub fn location(&self, offset: usize) -> Location {
        let (before, _) = self.around(offset);
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Location {
            file: self.path.to_owned(),
            line: 1 + before.matches('\n').count(),
            column: 1 + before[start..].chars().count(),
        }
    }

    /// A complaint about the byte at `offset`, with its line.
    pub fn error(&self, offset: usize, problem: impl Into<String>) -> Error {
        let (before, after) = self.around(offset);
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let end = after.find('\n').unwrap_or(after.len());
        let quoted = clipped(&before[start..], after[..end].trim_end());
        Error::Syntax { location: self.location(offset), problem: problem.into(), quoted }
    }

    /// The text before and after an offset; a byte inside a character counts as its start.
    fn around(&self, offset: usize) -> (&'a str, &'a str) {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        self.text.split_at(offset)
    }
}

/// The line of `before` and `after`, or what is near their border: an array may be one line of a megabyte.
fn clipped(before: &str, after: &str) -> String {
    const NEAR: usize = 100;
    let start = before.char_indices().rev().nth(NEAR).map(|(index, _)| index);
    let end = after.char_indices().nth(NEAR).map(|(index, _)| index);
    let dots = |clipped: bool| if clipped { "…" } else { "" };
    let (head, tail) = (&before[start.unwrap_or(0)..], &after[..end.unwrap_or(after.len())]);
    format!("{}{head}{tail}{}", dots(start.is_some()), dots(end.is_some()))
}

/// An element of the tree, with the key it stands under.
#[derive(Clone, Copy)]
pub(in crate::network) struct Node<'a> {
    pub source: &'a Source<'a>,
    pub key: &'a str,
    pub value: &'a Spanned<DeValue<'a>>,
}

impl<'a> Node<'a> {
    pub fn error(&self, problem: impl Into<String>) -> Error {
        self.source.error(self.value.span().start, problem)
    }

    /// An error of a file that this element names, with its place.
    pub fn located(&self, mut error: Error) -> Error {
        if let Error::NamedFile { location, .. } = &mut error {
            *location = Some(self.source.location(self.value.span().start));
        }
        error
    }

    /// "`size` must be a whole number, found the string "many"".
    pub fn unexpected(&self, expected: &str) -> Error {
        let found = match self.value.get_ref() {
            DeValue::String(text) => format!("the string {text:?}"),
            DeValue::Integer(number) => number.to_string(),
            DeValue::Float(number) => number.to_string(),
            DeValue::Boolean(truth) => truth.to_string(),
            DeValue::Datetime(_) => "a date".to_owned(),
            DeValue::Array(_) => "an array".to_owned(),
            DeValue::Table(table) if table.is_empty() => "an empty table".to_owned(),
            DeValue::Table(table) => {
                let keys: Vec<&str> = table.keys().map(|key| key.get_ref().as_ref()).collect();
                format!("a table with {}", keys.join(", "))
            }
        };
        self.error(format!("`{}` must be {expected}, found {found}", self.key))
    }

    pub fn str(&self, expected: &str) -> Result<&'a str> {
        self.value.get_ref().as_str().ok_or_else(|| self.unexpected(expected))
    }

    /// The file of this path; a relative one is relative to the folder of the text.
    pub fn file(&self, path: &str) -> PathBuf {
        let file = self.source.path.parent().unwrap_or(Path::new("")).join(path);
        let mut files = self.source.files.borrow_mut();
        if !files.contains(&file) {
            files.push(file.clone());
        }
        file
    }

    pub fn boolean(&self) -> Result<bool> {
        self.value.get_ref().as_bool().ok_or_else(|| self.unexpected("true or false"))
    }

    /// A whole number among these.
    pub fn whole(&self, legal: RangeInclusive<u64>) -> Result<u64> {
        let number = self.value.get_ref().as_integer();
        let number = number.and_then(|number| u64::from_str_radix(number.as_str(), number.radix()).ok());
        let expected = || format!("a whole number from {} to {}", legal.start(), legal.end());
        number.filter(|number| legal.contains(number)).ok_or_else(|| self.unexpected(&expected()))
    }

    /// A whole number of 32 bits, from `least` on.
    pub fn whole_u32(&self, least: u32) -> Result<u32> {
        let number = self.whole(least.into()..=u32::MAX.into())?;
        Ok(u32::try_from(number).expect("`whole` keeps to its bounds"))
    }

    /// A finite number, whole or not; none if this is not a number at all.
    pub fn number(&self) -> Option<Result<f64>> {
        let number: f64 = match self.value.get_ref() {
            DeValue::Float(number) => {
                let read = number.as_str().parse().ok()?;
                if vanishes(number.as_str(), read) {
                    return Some(Err(self.unexpected("0, or a number that can be told from it")));
                }
                read
            }
            // Hexadecimal and other radices are legal TOML and fit in u64 here or are refused below.
            DeValue::Integer(number) if number.radix() != 10 => {
                u64::from_str_radix(number.as_str(), number.radix()).map_or(f64::INFINITY, |number| number as f64)
            }
            DeValue::Integer(number) => number.as_str().parse().ok()?,
            _ => return None,
        };
        Some(if number.is_finite() { Ok(number) } else { Err(self.unexpected("a finite number")) })
    }

    pub fn array(&self, expected: &str) -> Result<impl ExactSizeIterator<Item = Node<'a>> + use<'a>> {
        let Self { source, key, value } = *self;
        let array = value.get_ref().as_array().ok_or_else(|| self.unexpected(expected))?;
        Ok(array.iter().map(move |value| Node { source, key, value }))
    }

    pub fn table(&self, expected: &str) -> Result<Table<'a>> {
        let entries = self.value.get_ref().as_table().ok_or_else(|| self.unexpected(expected))?;
        Ok(Table { source: self.source, start: self.value.span().start, key: Some(self.key), entries })
    }
}

/// A table of the tree.
pub(in crate::network) struct Table<'a> {
    pub source: &'a Source<'a>,
    start: usize,
    /// The key it stands under; none for the whole file.
    key: Option<&'a str>,
    entries: &'a DeTable<'a>,
}

impl<'a> Table<'a> {
    pub fn root(source: &'a Source<'a>, entries: &'a DeTable<'a>) -> Self {
        Self { source, start: 0, key: None, entries }
    }

    pub fn error(&self, problem: impl Into<String>) -> Error {
        self.source.error(self.start, problem)
    }

    /// Refuses keys that are not among `legal`.
    pub fn only(&self, legal: &[&str]) -> Result<()> {
        // The tree is sorted by key; complain about what comes first in the text.
        let unknown = self.entries.keys().filter(|key| !legal.contains(&key.get_ref().as_ref()));
        match unknown.min_by_key(|key| key.span().start) {
            None => Ok(()),
            Some(key) => {
                let problem =
                    format!("unknown key `{}` in {}; legal: {}", key.get_ref(), self.name(), legal.join(", "));
                Err(self.source.error(key.span().start, problem))
            }
        }
    }

    /// What to call it in a complaint.
    pub fn name(&self) -> String {
        self.key.map_or_else(|| "the network".to_owned(), |key| format!("`{key}`"))
    }

    pub fn get(&self, key: &str) -> Option<Node<'a>> {
        let (key, value) = self.entries.get_key_value(key)?;
        Some(Node { source: self.source, key: key.get_ref(), value })
    }

    pub fn need(&self, key: &str) -> Result<Node<'a>> {
        self.get(key).ok_or_else(|| self.error(format!("{} lacks the key `{key}`", self.name())))
    }

    /// The elements but those of `except`.
    pub fn rest(&self, except: &'static [&'static str]) -> impl Iterator<Item = Node<'a>> + use<'a> {
        let source = self.source;
        let nodes = self.entries.iter().map(move |(key, value)| Node { source, key: key.get_ref(), value });
        nodes.filter(move |node| !except.contains(&node.key))
    }

    /// The tables of an array of tables, none if the key is absent.
    pub fn tables(&self, key: &str) -> Result<Vec<Table<'a>>> {
        let Some(node) = self.get(key) else { return Ok(Vec::new()) };
        let expected = format!("tables, each under [[{key}]]");
        node.array(&expected)?.map(|element| element.table(&expected)).collect()
    }
}
