//! Comments without their marks: documentation, with the way back from each clause to its bytes in the file, and the head
//! that a file begins with.

use super::place::byte_order_mark;
use std::ops::Range;

/// The `//` lines that `source` begins with, and apart from them what they fence between three backticks. Line breaks and
/// indentation are kept.
pub(super) fn head(source: &str) -> (String, String) {
    let lines = source[byte_order_mark(source)..].trim_start().lines().map_while(|line| {
        let text = line.strip_prefix("//").filter(|text| !text.starts_with(['/', '!']))?;
        Some(text.strip_prefix(' ').unwrap_or(text).trim_end())
    });
    let (mut texts, mut fenced) = ([Vec::new(), Vec::new()], false);
    for line in lines {
        if line.starts_with("```") {
            fenced = !fenced;
        } else {
            texts[usize::from(fenced)].push(line);
        }
    }
    let [head, example] = texts.map(|lines| lines.join("\n").trim_matches('\n').to_owned());
    (head, example)
}

/// The text of consecutive comments, lines joined by single spaces.
#[derive(Debug, Default)]
pub(super) struct Docs {
    pub text: String,
    /// (start in `text`, start in the file), ascending.
    starts: Vec<(usize, usize)>,
}

impl Docs {
    /// The comments at `ranges` of `source`.
    pub fn of(source: &str, ranges: &[Range<usize>]) -> Self {
        let mut docs = Self::default();
        for range in ranges {
            let comment = &source[range.clone()];
            let body = comment.strip_suffix("*/").filter(|_| comment.starts_with("/*")).unwrap_or(comment);
            // Past `///`, `//!`, `/**` or `/*!`.
            let mut at = 3.min(body.len());
            for line in body[at..].split('\n') {
                docs.push(source, range.start + at..range.start + at + line.len());
                at += line.len() + 1;
            }
        }
        docs
    }

    fn push(&mut self, source: &str, line: Range<usize>) {
        let text = source[line.clone()].trim_start();
        let text = text.strip_prefix("* ").unwrap_or(text).trim_start();
        let start = line.end - text.len();
        let text = text.trim_end();
        if !text.is_empty() {
            if !self.text.is_empty() {
                self.text.push(' ');
            }
            self.starts.push((self.text.len(), start));
            self.text.push_str(text);
        }
    }

    /// The bytes of the file that `part` of the text was read from, as far as they stand on one line.
    pub fn in_file(&self, part: Range<usize>) -> Range<usize> {
        let after = self.starts.partition_point(|(start, _)| *start <= part.start);
        let (start, origin) = self.starts.get(after.saturating_sub(1)).copied().unwrap_or_default();
        let line_end = self.starts.get(after).map_or(self.text.len(), |(next, _)| next.saturating_sub(1));
        let end = part.end.min(line_end).max(part.start);
        origin + (part.start - start)..origin + (end - start)
    }
}
