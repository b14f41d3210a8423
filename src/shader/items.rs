//! What a WGSL text declares at module scope: names, members, signatures, attributes, documentation, with their bytes.
//!
//! naga keeps no place for a struct's members and counts their comments wrongly where one has none, so the places come
//! from here. What is not well-formed makes the list incomplete; naga then says what is wrong.

use super::lexer::{Token, TokenKind, tokens};
use std::ops::Range;

/// The declarations of a text.
#[derive(Debug, Default)]
pub(super) struct Items {
    pub items: Vec<Item>,
    /// The `//!` comments.
    pub module_docs: Vec<Range<usize>>,
    /// Whether everything was understood.
    pub complete: bool,
}

/// One declaration.
#[derive(Debug)]
pub(super) struct Item {
    /// `fn`, `struct`, `var` …
    pub keyword: Word,
    /// What it is called; a directive and `const_assert` have no name.
    pub name: Option<Word>,
    pub attributes: Vec<Word>,
    pub docs: Vec<Range<usize>>,
    pub shape: Shape,
}

/// A word and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub text: String,
    pub range: Range<usize>,
}

/// What a declaration holds.
#[derive(Debug)]
pub(super) enum Shape {
    Struct(Vec<Member>),
    Function {
        arguments: Vec<Member>,
        /// Empty where it returns nothing.
        result: String,
        /// With its braces.
        body: Range<usize>,
    },
    /// The type that an alias stands for.
    Alias(String),
    Other,
}

/// A member of a struct, or an argument.
#[derive(Debug)]
pub(super) struct Member {
    pub name: Word,
    pub type_text: String,
    pub attributes: Vec<Word>,
    pub docs: Vec<Range<usize>>,
}

impl Items {
    /// Lists the declarations of `text`.
    pub fn of(text: &str) -> Self {
        let all = tokens(text);
        let mut scan = Scan { text, tokens: &all, at: 0 };
        let mut found = Self { complete: true, ..Self::default() };
        let (mut docs, mut attributes) = (Vec::new(), Vec::new());
        while let Some(token) = scan.peek().cloned() {
            match token.kind {
                TokenKind::ModuleDoc => {
                    found.module_docs.push(token.range);
                    scan.at += 1;
                }
                TokenKind::Doc => {
                    docs.push(token.range);
                    scan.at += 1;
                }
                TokenKind::Mark(';') => scan.at += 1,
                TokenKind::Mark('@') => attributes.extend(scan.attribute()),
                TokenKind::Word => match scan.item() {
                    Some((keyword, name, shape)) => {
                        let (docs, attributes) = (std::mem::take(&mut docs), std::mem::take(&mut attributes));
                        found.items.push(Item { keyword, name, attributes, docs, shape });
                    }
                    None => found.complete = false,
                },
                _ => {
                    found.complete = false;
                    scan.at += 1;
                }
            }
        }
        found
    }

    /// The members of the struct called `name`.
    pub fn structure(&self, name: &str) -> Option<&[Member]> {
        self.items.iter().find_map(|item| match &item.shape {
            Shape::Struct(members) if item.is_called(name) => Some(members.as_slice()),
            _ => None,
        })
    }

    /// All names declared at module scope.
    pub fn names(&self) -> impl Iterator<Item = &Word> {
        self.items.iter().filter_map(|item| item.name.as_ref())
    }

    /// Where the names of members and of their like stand, which no renaming may touch.
    pub fn member_starts(&self) -> impl Iterator<Item = usize> {
        self.items
            .iter()
            .flat_map(|item| match &item.shape {
                Shape::Struct(members) => members.as_slice(),
                _ => &[],
            })
            .map(|member| member.name.range.start)
    }
}

impl Item {
    pub fn is_called(&self, name: &str) -> bool {
        self.name.as_ref().is_some_and(|word| word.text == name)
    }
}

struct Scan<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
}

impl Scan<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn skip_docs(&mut self) {
        while self.peek().is_some_and(|token| matches!(token.kind, TokenKind::Doc | TokenKind::ModuleDoc)) {
            self.at += 1;
        }
    }

    fn mark(&mut self, mark: char) -> Option<()> {
        self.skip_docs();
        self.is_mark(mark).then(|| self.at += 1)
    }

    fn is_mark(&self, mark: char) -> bool {
        self.peek().is_some_and(|token| token.kind == TokenKind::Mark(mark))
    }

    fn word(&mut self) -> Option<Word> {
        self.skip_docs();
        let token = self.peek().filter(|token| token.kind == TokenKind::Word)?;
        let word = Word { text: self.text[token.range.clone()].to_owned(), range: token.range.clone() };
        self.at += 1;
        Some(word)
    }

    /// Skips a token, or all of a bracketed group where it opens one; `None` where the group has no end.
    fn group(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        while let Some(token) = self.peek() {
            match token.kind {
                TokenKind::Mark('(' | '[' | '{') => depth += 1,
                TokenKind::Mark(')' | ']' | '}') => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Some(());
            }
        }
        None
    }

    fn attribute(&mut self) -> Option<Word> {
        self.at += 1;
        let name = self.word()?;
        if self.is_mark('(') {
            self.group()?;
        }
        Some(name)
    }

    fn item(&mut self) -> Option<(Word, Option<Word>, Shape)> {
        let keyword = self.word()?;
        let (name, shape) = match keyword.text.as_str() {
            "struct" => {
                let name = self.word()?;
                self.mark('{')?;
                (Some(name), Shape::Struct(self.members('}')?))
            }
            "fn" => {
                let name = self.word()?;
                self.mark('(')?;
                let arguments = self.members(')')?;
                let result = self.result()?;
                self.is_mark('{').then_some(())?;
                let start = self.at;
                self.group()?;
                let body = self.tokens[start].range.start..self.tokens[self.at - 1].range.end;
                (Some(name), Shape::Function { arguments, result, body })
            }
            "alias" => {
                let name = self.word()?;
                self.mark('=')?;
                let type_text = self.type_text(&[';']);
                self.mark(';')?;
                (Some(name), Shape::Alias(type_text))
            }
            "const" | "override" | "var" => {
                if self.mark('<').is_some() {
                    self.type_text(&['>']);
                    self.mark('>')?;
                }
                let name = self.word()?;
                self.statement()?;
                (Some(name), Shape::Other)
            }
            "const_assert" | "enable" | "requires" | "diagnostic" => {
                self.statement()?;
                (None, Shape::Other)
            }
            _ => return None,
        };
        Some((keyword, name, shape))
    }

    fn statement(&mut self) -> Option<()> {
        while self.peek()?.kind != TokenKind::Mark(';') {
            self.group()?;
        }
        self.mark(';')
    }

    fn members(&mut self, close: char) -> Option<Vec<Member>> {
        let mut members = Vec::new();
        let (mut docs, mut attributes) = (Vec::new(), Vec::new());
        loop {
            let token = self.peek()?.clone();
            match token.kind {
                TokenKind::Doc => {
                    docs.push(token.range);
                    self.at += 1;
                }
                TokenKind::ModuleDoc => self.at += 1,
                TokenKind::Mark('@') => attributes.push(self.attribute()?),
                TokenKind::Mark(mark) if mark == close => {
                    self.at += 1;
                    return Some(members);
                }
                _ => {
                    let name = self.word()?;
                    self.mark(':')?;
                    let type_text = self.type_text(&[',', close]);
                    let (docs, attributes) = (std::mem::take(&mut docs), std::mem::take(&mut attributes));
                    members.push(Member { name, type_text, attributes, docs });
                    if !self.is_mark(close) {
                        self.mark(',')?;
                    }
                }
            }
        }
    }

    fn result(&mut self) -> Option<String> {
        self.skip_docs();
        if self.is_mark('{') {
            return Some(String::new());
        }
        self.mark('-')?;
        self.mark('>')?;
        while self.is_mark('@') {
            self.attribute()?;
        }
        Some(self.type_text(&['{']))
    }

    /// The type up to one of `ends`, written as a person would.
    fn type_text(&mut self, ends: &[char]) -> String {
        let (mut written, mut depth) = (String::new(), 0_usize);
        while let Some(token) = self.peek() {
            match token.kind {
                TokenKind::Mark(mark) if depth == 0 && ends.contains(&mark) => break,
                TokenKind::Mark('<' | '(' | '[') => depth += 1,
                TokenKind::Mark('>' | ')' | ']') => depth = depth.saturating_sub(1),
                TokenKind::Doc | TokenKind::ModuleDoc => {
                    self.at += 1;
                    continue;
                }
                _ => {}
            }
            written.push_str(&self.text[token.range.clone()]);
            if token.kind == TokenKind::Mark(',') {
                written.push(' ');
            }
            self.at += 1;
        }
        written
    }
}
