//! Puts texts and fragments together into one WGSL module, and knows for each of its bytes where it came from.
//!
//! Several fragments in one module all declare `Params`, `State` and helpers of their own, so each fragment's names
//! get its tag. It happens token by token: comments, members and lines stay as they are.

use super::items::Items;
use super::lexer::{TokenKind, tokens, words};
use super::place::{Fault, byte_order_mark, quote};
use super::{Fragment, Kernel, Text, diagnose};
use crate::error::Location;
use crate::{Error, Result};
use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;
use std::path::PathBuf;

/// What a fragment's name `ident` becomes in a module where the fragment has the tag `tag`.
pub fn renamed(tag: &str, ident: &str) -> String {
    format!("{ident}_{tag}")
}

/// Collects the texts of a module, in order.
#[derive(Debug, Default)]
pub struct Composer {
    text: String,
    segments: Vec<Segment>,
    pieces: Vec<Piece>,
    renames: Vec<(String, String)>,
}

/// A WGSL module made of several texts, and the way back from its bytes to theirs.
#[derive(Debug, Clone)]
pub struct Composed {
    text: String,
    segments: Vec<Segment>,
    pieces: Vec<Piece>,
    /// (in this module, in the fragment)
    renames: Vec<(String, String)>,
}

#[derive(Debug, Clone)]
struct Segment {
    path: PathBuf,
    text: Cow<'static, str>,
    fragment: bool,
}

/// Bytes of the module that stem from consecutive bytes of one text; equal in length unless a name grew.
#[derive(Debug, Clone)]
struct Piece {
    composed: Range<usize>,
    segment: usize,
    origin: Range<usize>,
}

impl Composer {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text of neuropil's own, as it is.
    pub fn plain(self, path: impl Into<PathBuf>, text: impl Into<Cow<'static, str>>) -> Self {
        self.verbatim(path.into(), text.into(), false)
    }

    /// Adds texts of neuropil's own, each as it is.
    pub(crate) fn texts<'t>(self, texts: impl IntoIterator<Item = &'t Text>) -> Self {
        texts.into_iter().fold(self, |composer, (path, text)| composer.plain(*path, *text))
    }

    /// Adds generated text; `label` stands for a file in errors.
    pub fn glue(self, label: &str, text: impl Into<Cow<'static, str>>) -> Self {
        self.verbatim(PathBuf::from(label), text.into(), false)
    }

    /// Adds a fragment with each name that it declares at module scope made into [`renamed`]`(tag, name)`.
    ///
    /// `tag` is of ASCII letters and digits, and another for each fragment: then no two names can meet.
    pub fn fragment(self, fragment: &Fragment, tag: &str) -> Self {
        self.tagged(fragment.path.clone(), fragment.text.clone(), tag, true)
    }

    /// Adds a text of neuropil's own, of which a module has several: with its names renamed as those of fragments are.
    pub(crate) fn glue_tagged(self, label: &str, text: String, tag: &str) -> Self {
        self.tagged(PathBuf::from(label), text.into(), tag, false)
    }

    fn tagged(mut self, path: PathBuf, text: Cow<'static, str>, tag: &str, fragment: bool) -> Self {
        let items = Items::of(&text);
        let names: HashSet<&str> = items.names().map(|name| name.text.as_str()).collect();
        let members: HashSet<usize> = items.member_starts().collect();
        let suffix = format!("_{tag}");
        let segment = self.open(path, text.clone(), fragment);
        let mut copied = byte_order_mark(&text);
        let mut before = None;
        for token in tokens(&text) {
            if matches!(token.kind, TokenKind::Doc | TokenKind::ModuleDoc) {
                continue;
            }
            let word = &text[token.range.clone()];
            let keeps_name = matches!(before, Some(TokenKind::Mark('.' | '@'))) || members.contains(&token.range.start);
            before = Some(token.kind);
            // A local name that looks like a renamed one gets the tag too: so different names stay different.
            let declared = names.contains(word) || names.contains(word.trim_end_matches(suffix.as_str()));
            if token.kind == TokenKind::Word && !keeps_name && declared {
                self.copy(segment, copied..token.range.start);
                self.piece(segment, token.range.clone(), &renamed(tag, word));
                copied = token.range.end;
            }
        }
        self.copy(segment, copied..text.len());
        self.close();
        self.renames.extend(names.into_iter().map(|name| (renamed(tag, name), name.to_owned())));
        self
    }

    /// The module.
    pub fn finish(self) -> Composed {
        Composed { text: self.text, segments: self.segments, pieces: self.pieces, renames: self.renames }
    }

    /// Adds a fragment as it is, to be judged alone.
    pub(super) fn unrenamed(self, fragment: &Fragment) -> Self {
        self.verbatim(fragment.path.clone(), fragment.text.clone(), true)
    }

    fn verbatim(mut self, path: PathBuf, text: Cow<'static, str>, fragment: bool) -> Self {
        let all = byte_order_mark(&text)..text.len();
        let segment = self.open(path, text, fragment);
        self.copy(segment, all);
        self.close();
        self
    }

    fn open(&mut self, path: PathBuf, text: Cow<'static, str>, fragment: bool) -> usize {
        self.segments.push(Segment { path, text, fragment });
        self.segments.len() - 1
    }

    fn close(&mut self) {
        if !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    fn copy(&mut self, segment: usize, origin: Range<usize>) {
        let start = self.text.len();
        self.text.push_str(&self.segments[segment].text[origin.clone()]);
        self.pieces.push(Piece { composed: start..self.text.len(), segment, origin });
    }

    fn piece(&mut self, segment: usize, origin: Range<usize>, text: &str) {
        let start = self.text.len();
        self.text.push_str(text);
        self.pieces.push(Piece { composed: start..self.text.len(), segment, origin });
    }
}

impl Composed {
    /// The module's WGSL.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the module's byte `byte` was written, and that line with a caret below.
    pub fn locate(&self, byte: usize) -> (Location, String) {
        match self.origin(byte) {
            Some((segment, at)) => quote(&segment.path, &segment.text, at..at),
            None => quote("".as_ref(), "", 0..0),
        }
    }

    /// Parses and validates the module for a device of `capabilities`.
    ///
    /// # Errors
    /// [`Error::Shader`] at the place, in the file that was given, of the first thing wrong.
    pub fn validate(&self, capabilities: naga::valid::Capabilities) -> Result<naga::Module> {
        diagnose::check(&self.text, capabilities).map_err(|finding| self.blame(&finding.spans, &finding.problem))
    }

    /// Parses and validates the module, for its entry point `entry`.
    ///
    /// # Errors
    /// As those of [`validate`](Self::validate).
    pub(crate) fn kernel(&self, entry: &'static str) -> Result<Kernel> {
        let kernel = Kernel::parse(&self.text, entry);
        let kernel = kernel.map_err(|finding| self.blame(&finding.spans, &finding.problem))?;
        Ok(Kernel { renames: self.renames.as_slice().into(), ..kernel })
    }

    /// An error of wgpu's at bytes `span` of the module, told in the file that those stem from.
    ///
    /// Without `span` the first fragment's beginning is shown. Names in `problem` lose their tags.
    pub fn error(&self, span: Option<Range<usize>>, problem: &str) -> Error {
        self.blame(span.as_slice(), problem)
    }

    /// Of `spans`, the likeliest cause first, takes the first that lies in a fragment: that is what a user can mend.
    fn blame(&self, spans: &[Range<usize>], problem: &str) -> Error {
        let in_fragment = |span: &&Range<usize>| self.origin(span.start).is_some_and(|(segment, _)| segment.fragment);
        let span = spans.iter().find(in_fragment).or(spans.first()).cloned().unwrap_or_else(|| self.first_fragment());
        let problem = self.untagged(problem);
        let Some((segment, start)) = self.origin(span.start) else {
            return Fault::new(0..0, problem).in_file("".as_ref(), "");
        };
        // The end is that of the last byte covered: the byte after it may be of another text.
        let end = match self.origin(span.end.saturating_sub(1)) {
            Some((other, last)) if std::ptr::eq(other, segment) && span.end > span.start => {
                self.end_after(span.end, last)
            }
            _ => start,
        };
        Fault::new(start..end, problem).in_file(&segment.path, &segment.text)
    }

    /// A sentence with the names that fragments have of their own.
    fn untagged(&self, sentence: &str) -> String {
        let own = |part| self.renames.iter().find(|(new, _)| new == part).map_or(part, |(_, old)| old.as_str());
        words(sentence).map(|(_, part)| own(part)).collect()
    }

    fn first_fragment(&self) -> Range<usize> {
        let piece = self.pieces.iter().find(|piece| self.segments[piece.segment].fragment);
        piece.map_or(0..0, |piece| piece.composed.start..piece.composed.start)
    }

    fn piece_at(&self, byte: usize) -> Option<&Piece> {
        let after = self.pieces.partition_point(|piece| piece.composed.start <= byte);
        self.pieces[..after].iter().rev().find(|piece| !piece.composed.is_empty()).or(self.pieces.first())
    }

    fn origin(&self, byte: usize) -> Option<(&Segment, usize)> {
        let piece = self.piece_at(byte)?;
        let at = piece.origin.start + byte.saturating_sub(piece.composed.start);
        Some((&self.segments[piece.segment], at.min(piece.origin.end)))
    }

    fn end_after(&self, end: usize, last: usize) -> usize {
        match self.piece_at(end.saturating_sub(1)) {
            // A name that grew is covered as a whole.
            Some(piece) if piece.composed.end == end => piece.origin.end,
            _ => last + 1,
        }
    }
}
