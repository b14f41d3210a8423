//! Splits WGSL into tokens with their bytes, for renaming and for naming places in a user's file.
//!
//! It knows of WGSL only what keeps words apart from comments, numbers and marks, and it never fails: what is no
//! token becomes a mark, and naga says what is wrong with it.

use std::ops::Range;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// An identifier or a keyword.
    Word,
    /// A number with its suffix.
    Number,
    /// Any other single character that is not blank.
    Mark(char),
    /// A comment `///` or `/** */`.
    Doc,
    /// A comment `//!` or `/*! */`.
    ModuleDoc,
}

/// A token and the bytes it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: TokenKind,
    pub range: Range<usize>,
}

/// All tokens of `text` in order, documentation included, other comments and blanks left out.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let (kind, length) = if rest.starts_with("//") {
            line_comment(rest)
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if is_blank(first) {
            (None, first.len_utf8())
        } else if first.is_ascii_digit() || (first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit())) {
            (Some(TokenKind::Number), number(rest))
        } else if is_word_part(first) {
            (Some(TokenKind::Word), rest.find(|c| !is_word_part(c)).unwrap_or(rest.len()))
        } else {
            (Some(TokenKind::Mark(first)), first.len_utf8())
        };
        if let Some(kind) = kind {
            found.push(Token { kind, range: at..at + length });
        }
        at += length;
    }
    found
}

/// Splits a text into words (`true`) and what is between them (`false`).
pub(super) fn words(text: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let word = is_word_part(rest.chars().next()?);
        let (part, after) = rest.split_at(rest.find(|c| is_word_part(c) != word).unwrap_or(rest.len()));
        rest = after;
        Some((word, part))
    })
}

/// Whether `name` is an ASCII identifier that WGSL takes.
pub(super) fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn line_comment(rest: &str) -> (Option<TokenKind>, usize) {
    let end = rest.find(is_line_break).unwrap_or(rest.len());
    let kind = if rest.starts_with("//!") {
        Some(TokenKind::ModuleDoc)
    } else if rest.starts_with("///") && !rest.starts_with("////") {
        Some(TokenKind::Doc)
    } else {
        None
    };
    (kind, end)
}

fn block_comment(rest: &str) -> (Option<TokenKind>, usize) {
    let bytes = rest.as_bytes();
    let (mut depth, mut at) = (1, 2);
    while depth > 0 && at < bytes.len() {
        let step = match bytes[at..] {
            [b'*', b'/', ..] => {
                depth -= 1;
                2
            }
            [b'/', b'*', ..] => {
                depth += 1;
                2
            }
            _ => 1,
        };
        at += step;
    }
    let kind = match bytes.get(2) {
        // No comment at all, so that nobody takes the text for complete.
        _ if depth > 0 => Some(TokenKind::Mark('/')),
        Some(b'!') => Some(TokenKind::ModuleDoc),
        Some(b'*') if at > 4 && !rest.starts_with("/***") => Some(TokenKind::Doc),
        _ => None,
    };
    (kind, at)
}

fn number(rest: &str) -> usize {
    let hexadecimal = rest.starts_with("0x") || rest.starts_with("0X");
    let exponent = if hexadecimal { ['p', 'P'] } else { ['e', 'E'] };
    let mut previous = '0';
    rest.find(|c: char| {
        let signed = matches!(c, '+' | '-') && exponent.contains(&previous);
        previous = c;
        !(signed || c == '.' || c.is_ascii_alphanumeric())
    })
    .unwrap_or(rest.len())
}

// Any character beyond ASCII that is not blank counts as part of a word: so a word is never cut where naga's
// Unicode tables see one.
fn is_word_part(c: char) -> bool {
    c == '_' || c.is_ascii_alphanumeric() || (!c.is_ascii() && !is_blank(c))
}

fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t' || matches!(c, '\u{200e}' | '\u{200f}' | '\u{feff}') || is_line_break(c)
}

fn is_line_break(c: char) -> bool {
    matches!(c, '\u{a}'..='\u{d}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}
