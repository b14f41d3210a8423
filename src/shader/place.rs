//! From bytes of a text to the line and column a person reads, with the line quoted and a caret below it.

use crate::Error;
use crate::error::Location;
use std::ops::Range;
use std::path::Path;

/// Something wrong at some bytes of one text, not yet tied to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// The bytes to point at.
    pub range: Range<usize>,
    /// What is wrong.
    pub problem: String,
}

impl Fault {
    pub fn new(range: Range<usize>, problem: impl Into<String>) -> Self {
        Self { range, problem: problem.into() }
    }

    /// The error in the file that the text came from.
    pub fn in_file(self, path: &Path, text: &str) -> Error {
        let (location, quoted) = quote(path, text, self.range);
        Error::Shader { location, problem: self.problem, quoted }
    }
}

/// The place of `range` in a file, its line, and carets below what `range` covers of it.
pub(super) fn quote(path: &Path, text: &str, range: Range<usize>) -> (Location, String) {
    let start = character_start(text, range.start);
    let line_start = text[..start].rfind('\n').map_or_else(|| byte_order_mark(text).min(start), |at| at + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let before = &text[line_start..start];
    let location = Location {
        file: path.to_owned(),
        line: text[..start].matches('\n').count() + 1,
        column: before.chars().count() + 1,
    };
    let line = text[line_start..line_end].trim_end();
    // A tab stays a tab, so that the caret stands right whatever width the terminal gives it.
    let indent: String = before.chars().map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    let end = character_start(text, range.end.min(line_start + line.len()));
    let carets = text.get(start..end).map_or(1, |covered| covered.chars().count().max(1));
    (location, format!("{line}\n  {indent}{}", "^".repeat(carets)))
}

/// The bytes a byte order mark takes at the start of `text`.
pub(super) fn byte_order_mark(text: &str) -> usize {
    if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

fn character_start(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}
