//! The TOML tree with places: what a table may hold, what an element must be, and complaints that say so.

use crate::error::Location;
use crate::nearest;
use crate::network::{Model, Supplied};
use crate::shorten::shortened;
use crate::units::{Quantity, vanishes};
use crate::{Error, Result};
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// [characters] As much of a string is quoted, its line aside.
const SHOWN: usize = 60;

/// The variables of a network file by name.
pub(in crate::network) type Values = BTreeMap<String, Quantity>;

/// The texts of a network: that of its file, and those that it includes. An offset goes on from each text to the next, so that a
/// place in any of them is one number.
pub(in crate::network) struct Source<'a> {
    texts: Vec<Text<'a>>,
    found: RefCell<Found>,
    variables: OnceCell<Values>,
    /// What stands before this offset was computed before, and names none.
    computed: usize,
    /// What stands in the place of files.
    supplied: Supplied,
}

/// What texts refer to.
#[derive(Debug, Default)]
pub(in crate::network) struct Found {
    /// Files, each once.
    pub files: Vec<PathBuf>,
    /// Variables and templates, as paths: `let.g`, `template.cell`.
    pub used: BTreeSet<String>,
}

/// A text, its name, and where it begins.
#[derive(Clone, Copy)]
pub(super) struct Text<'a> {
    pub path: &'a Path,
    pub text: &'a str,
    start: usize,
}

impl<'a> Source<'a> {
    pub fn new(path: &'a Path, text: &'a str) -> Self {
        Self::of([(path, text)])
    }

    /// Of several texts, the file's own first.
    pub fn of(texts: impl IntoIterator<Item = (&'a Path, &'a str)>) -> Self {
        let mut start = 0;
        let texts = texts.into_iter().map(|(path, text)| {
            let text = Text { path, text, start };
            // One more, for the end of a text is a place of its own.
            start += text.text.len() + 1;
            text
        });
        Self {
            texts: texts.collect(),
            found: RefCell::default(),
            variables: OnceCell::new(),
            computed: 0,
            supplied: Supplied::new(),
        }
    }

    /// The same, with what its host has in the place of files.
    pub fn with(self, supplied: Supplied) -> Self {
        Self { supplied, ..self }
    }

    /// The text of a part of a network, which names no variables, and that of a value that may name these.
    pub fn with_value(base: &'a Path, part: &'a str, value: &'a str, variables: &Values) -> Self {
        let mut source = Self::of([(base, part), (base, value)]);
        source.computed = source.last().start;
        source.knows(variables.clone());
        source
    }

    fn last(&self) -> Text<'a> {
        self.texts[self.texts.len() - 1]
    }

    /// A value that was read from the last text.
    pub fn value(&self, value: DeValue<'a>) -> Spanned<DeValue<'a>> {
        self.value_of(self.texts.len() - 1, value)
    }

    /// A value that was read from one of the texts.
    pub fn value_of(&self, index: usize, value: DeValue<'a>) -> Spanned<DeValue<'a>> {
        let Text { text, start, .. } = self.texts[index];
        moved_value(Spanned::new(0..text.len(), value), start)
    }

    /// What was found while they were read.
    pub fn found(self) -> Found {
        self.found.into_inner()
    }

    /// Notes that a variable, or a template, is used.
    pub fn uses(&self, list: &str, name: &str) {
        self.found.borrow_mut().used.insert(format!("{list}.{name}"));
    }

    /// Tells it the values of the variables, once.
    pub fn knows(&self, variables: Values) {
        self.variables.get_or_init(|| variables);
    }

    /// The variables that may be named at an offset; none before they are told.
    fn variables(&self, offset: usize) -> &Values {
        static NONE: Values = Values::new();
        self.variables.get().filter(|_| offset >= self.computed).unwrap_or(&NONE)
    }

    /// The tree of each text, in their order, with places as offsets of the whole.
    pub fn trees(&self) -> Result<Vec<DeTable<'a>>> {
        self.texts.iter().map(|text| self.tree_of(text)).collect()
    }

    /// The tree of the first text.
    pub fn tree(&self) -> Result<DeTable<'a>> {
        self.tree_of(&self.texts[0])
    }

    fn tree_of(&self, text: &Text<'a>) -> Result<DeTable<'a>> {
        match DeTable::parse(text.text) {
            Ok(tree) => Ok(moved(tree.into_inner(), text.start)),
            Err(error) => {
                let offset = error.span().map_or(text.text.len(), |span| span.start);
                Err(self.error(text.start + offset, error.message()))
            }
        }
    }

    /// The text in which an offset lies.
    pub(super) fn text(&self, offset: usize) -> Text<'a> {
        let after = self.texts.partition_point(|text| text.start <= offset);
        self.texts[after.saturating_sub(1)]
    }

    /// The place of an offset.
    pub fn location(&self, offset: usize) -> Location {
        let (text, before, _) = self.around(offset);
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Location {
            file: text.path.to_owned(),
            line: 1 + before.matches('\n').count(),
            column: 1 + before[start..].chars().count(),
        }
    }

    /// A complaint about the byte at `offset`, with its line.
    pub fn error(&self, offset: usize, problem: impl Into<String>) -> Error {
        let (_, before, after) = self.around(offset);
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let end = after.find('\n').unwrap_or(after.len());
        let quoted = clipped(&before[start..], after[..end].trim_end());
        Error::Syntax { location: self.location(offset), problem: problem.into(), quoted }
    }

    /// The text of an offset, before and after it; a byte inside a character counts as its start.
    fn around(&self, offset: usize) -> (Text<'a>, &'a str, &'a str) {
        let text = self.text(offset);
        let mut offset = (offset - text.start).min(text.text.len());
        while !text.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let (before, after) = text.text.split_at(offset);
        (text, before, after)
    }
}

/// A tree whose places begin at `start`.
fn moved(tree: DeTable<'_>, start: usize) -> DeTable<'_> {
    if start == 0 {
        return tree;
    }
    let at = |span: Range<usize>| span.start + start..span.end + start;
    tree.into_iter()
        .map(|(key, value)| (Spanned::new(at(key.span()), key.into_inner()), moved_value(value, start)))
        .collect()
}

fn moved_value(value: Spanned<DeValue<'_>>, start: usize) -> Spanned<DeValue<'_>> {
    let span = value.span();
    let value = match value.into_inner() {
        DeValue::Table(table) => DeValue::Table(moved(table, start)),
        DeValue::Array(array) => DeValue::Array(array.into_iter().map(|element| moved_value(element, start)).collect()),
        other => other,
    };
    Spanned::new(span.start + start..span.end + start, value)
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

    /// A complaint about the byte `at` of this string; about all of it where it is not written as it is read.
    pub fn error_within(&self, at: usize, problem: impl Into<String>) -> Error {
        let span = self.value.span();
        let text = self.source.text(span.start);
        let written = text.text.get(span.start - text.start..span.end - text.start).unwrap_or_default();
        let read = self.value.get_ref().as_str().unwrap_or_default();
        let plain = written.get(1..written.len().saturating_sub(1)) == Some(read);
        self.source.error(span.start + if plain { 1 + at } else { 0 }, problem)
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
        self.unexpected_but(expected, "")
    }

    /// The same, with a hint at what was meant.
    pub fn unexpected_but(&self, expected: &str, hint: &str) -> Error {
        let found = match self.value.get_ref() {
            DeValue::String(text) => format!("the string {:?}", shortened(text, SHOWN)),
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
        self.error(format!("`{}` must be {expected}, found {found}{hint}", self.key))
    }

    /// The variables that it may name.
    pub fn variables(&self) -> &'a Values {
        self.source.variables(self.value.span().start)
    }

    pub fn str(&self, expected: &str) -> Result<&'a str> {
        self.value.get_ref().as_str().ok_or_else(|| self.unexpected(expected))
    }

    /// The file of this path; a relative one is relative to the folder of the text that names it.
    pub fn file(&self, path: &str) -> PathBuf {
        let text = self.source.text(self.value.span().start);
        let file = text.path.parent().unwrap_or(Path::new("")).join(path);
        let files = &mut self.source.found.borrow_mut().files;
        if !files.contains(&file) {
            files.push(file.clone());
        }
        file
    }

    /// The model that a text names: a `.wgsl` file by its path, or one of the catalogue.
    pub fn model(&self, text: &str) -> Model {
        match self.source.supplied.model_named(text) {
            Some(supplied) => supplied,
            None if text.ends_with(".wgsl") => Model::File(self.file(text)),
            None => text.into(),
        }
    }

    /// What the host has in the place of files.
    pub fn supplied(&self) -> &'a Supplied {
        &self.source.supplied
    }

    pub fn boolean(&self) -> Result<bool> {
        self.value.get_ref().as_bool().ok_or_else(|| self.unexpected("true or false"))
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

    /// The tables of an array of tables.
    pub fn tables(&self) -> Result<Vec<Table<'a>>> {
        let expected = format!("tables, each under [[{}]]", self.key);
        self.array(&expected)?.map(|element| element.table(&expected)).collect()
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
                let (hint, legal) = (nearest::hint(key.get_ref(), legal.iter().copied()), legal.join(", "));
                let problem = format!("unknown key `{}` in {}{hint}; legal: {legal}", key.get_ref(), self.name());
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

    /// The elements.
    pub fn all(&self) -> impl Iterator<Item = Node<'a>> + use<'a> {
        let source = self.source;
        self.entries.iter().map(move |(key, value)| Node { source, key: key.get_ref(), value })
    }
}
