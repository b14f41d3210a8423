//! What a kind of model must declare, and the checks that name what is missing, wrong or not allowed.
//!
//! They read the fragment's declarations only. So a user who forgot `struct Params` hears of that, and not of the
//! first place where naga misses it.

use super::Fragment;
use super::docs::Docs;
use super::grammar::EXAMPLE;
use super::items::{Item, Items, Member, Shape, Word};
use super::lexer::{TokenKind, is_identifier, tokens};
use super::names::{is_collective, predeclared};
use super::place::Fault;
use crate::units::Unit;
use std::ops::Range;

/// What all fragments of one kind have in common.
#[derive(Debug, Clone, Copy)]
pub struct Contract {
    /// The kind in a user's words: `neuron`, `synapse`.
    pub kind: &'static str,
    /// What a fragment may use: (path, WGSL).
    pub prelude: &'static [(&'static str, &'static str)],
    /// The functions of the kind.
    pub signatures: &'static [Signature],
    /// Whether `struct Params` must be there. If it need not and is not, no function has an argument of it.
    pub needs_params: bool,
    /// The functions of which it must have one, if there are such: by their suffixes.
    pub one_of: &'static [&'static str],
    /// May it have only one of these?
    pub one_alone: bool,
    /// The functions whose comment begins with the unit in brackets of what arrives, if there are such: by their suffixes.
    pub with_unit: &'static [&'static str],
    /// Whether `struct State` must be there. If it need not and is not, no function has an argument of it, and those
    /// that return it fall away. So it is with `struct Derived`, which nobody must have.
    pub needs_state: bool,
}

/// A function of a kind of model.
#[derive(Debug, Clone, Copy)]
pub struct Signature {
    /// The function is called `<fragment's name>_<suffix>`.
    pub suffix: &'static str,
    /// The types as written, `State`, or `s: State` to propose a name where the message shows it.
    pub arguments: &'static [&'static str],
    /// The type of the result; empty for none.
    pub result: &'static str,
    /// Whether each fragment must have it.
    pub required: bool,
}

/// A fragment before its contract.
pub(super) struct Case<'a> {
    pub fragment: &'a Fragment,
    pub contract: &'a Contract,
    pub items: &'a Items,
}

impl Signature {
    fn types(&self) -> impl Iterator<Item = &'static str> {
        self.arguments.iter().map(|argument| argument.split_once(':').map_or(*argument, |(_, kind)| kind).trim())
    }
}

impl Case<'_> {
    /// What no fragment may be called, declare or use.
    pub fn forbidden(&self) -> Result<(), Fault> {
        let name = &self.fragment.name;
        if !is_identifier(name) {
            return Err(Fault::new(
                0..0,
                format!(
                    "`{name}` cannot name {}, because its functions are called `{name}_…`: rename the file to ASCII \
                     letters, digits and `_`, a letter first",
                    self.kind()
                ),
            ));
        }
        for item in &self.items.items {
            allowed(item)?;
            if let Some(name) = &item.name {
                self.shadows(name)?;
            }
        }
        self.collective()
    }

    /// What each fragment of the kind must declare, and how.
    pub fn kept(&self) -> Result<(), Fault> {
        for (name, needed) in [("Params", self.contract.needs_params), ("State", self.contract.needs_state)] {
            if needed && self.items.structure(name).is_none() {
                let kind = self.kind();
                let problem =
                    format!("{kind} needs `struct {name}` with a comment above each member, for example {EXAMPLE}");
                return Err(Fault::new(0..0, problem));
            }
        }
        for signature in self.contract.signatures {
            match self.function(&self.full_name(signature)) {
                Some((name, arguments, result)) => self.agrees(signature, name, arguments, result)?,
                None if signature.required && self.applies(signature) => return Err(self.missing(signature)),
                None => {}
            }
        }
        let one_of = || self.contract.signatures.iter().filter(|one| self.contract.one_of.contains(&one.suffix));
        if one_of().count() > 0 && one_of().all(|one| self.function(&self.full_name(one)).is_none()) {
            let expected: Vec<_> =
                one_of().filter(|one| self.applies(one)).map(|one| format!("`{}`", self.expected(one))).collect();
            let problem = format!("{} needs one of {}, which are missing", self.kind(), expected.join(", "));
            return Err(Fault::new(0..0, problem));
        }
        if self.contract.one_alone {
            let names = one_of().map(|one| self.full_name(one));
            let there: Vec<_> = names.filter_map(|name| Some((self.function(&name)?.0.range.clone(), name))).collect();
            if let [(_, one), (at, other), ..] = there.as_slice() {
                let problem = format!("{} has `{one}` or `{other}`, and not both", self.kind());
                return Err(Fault::new(at.clone(), problem));
            }
        }
        self.stray()
    }

    /// The unit of what arrives, of a kind that has one: the comment of its function begins with it.
    pub fn unit(&self) -> Result<Option<String>, Fault> {
        for suffix in self.contract.with_unit {
            let name = format!("{}_{suffix}", self.fragment.name);
            let Some(item) = self.items.items.iter().find(|item| item.is_called(&name)) else { continue };
            let docs = Docs::of(&self.fragment.text, &item.docs);
            let unit = docs.text.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(unit, _)| unit.trim());
            let Some(unit) = unit else {
                let problem = format!(
                    "the comment of `{name}` does not begin with the unit of g in brackets, which is that of the port's \
                     weights; for example `/// [mS] a conductance`"
                );
                let at = item.name.as_ref().map_or(0..0, |word| word.range.clone());
                return Err(Fault::new(at, problem));
            };
            Unit::parse(unit)
                .map_err(|problem| Fault::new(docs.in_file(0..unit.len() + 2), format!("the unit of g: {problem}")))?;
            return Ok(Some(unit.to_owned()));
        }
        Ok(None)
    }

    /// The suffixes of the contract's functions that are there.
    pub fn present(&self) -> Vec<String> {
        let there = |signature: &&Signature| self.function(&self.full_name(signature)).is_some();
        self.contract.signatures.iter().filter(there).map(|signature| signature.suffix.to_owned()).collect()
    }

    /// The kind with its article.
    fn kind(&self) -> String {
        let kind = self.contract.kind;
        format!("{} {kind}", if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" })
    }

    fn full_name(&self, signature: &Signature) -> String {
        format!("{}_{}", self.fragment.name, signature.suffix)
    }

    fn has(&self, kind: &str) -> bool {
        !matches!(kind, "Params" | "State" | "Derived") || self.items.structure(kind).is_some()
    }

    fn applies(&self, signature: &Signature) -> bool {
        self.has(signature.result) && signature.types().all(|kind| kind != "State" || self.has(kind))
    }

    /// Name, arguments and result of the function called `name`.
    fn function(&self, name: &str) -> Option<(&Word, &[Member], &str)> {
        self.items.items.iter().find_map(|item| match (&item.shape, &item.name) {
            (Shape::Function { arguments, result, .. }, Some(word)) if word.text == name => {
                Some((word, arguments.as_slice(), result.as_str()))
            }
            _ => None,
        })
    }

    /// The parameters, by number, from which what is derived follows: those that its function names, or all where it hands them on.
    pub fn derived_from(&self, params: &[&str]) -> Vec<usize> {
        let name = format!("{}_derive", self.fragment.name);
        let found = self.items.items.iter().find_map(|item| match &item.shape {
            Shape::Function { arguments, body, .. } if item.is_called(&name) => Some((arguments.first()?, body)),
            _ => None,
        });
        let Some((argument, body)) = found else { return Vec::new() };
        let text = &self.fragment.text[body.clone()];
        let tokens = tokens(text);
        let words: Vec<_> = tokens.iter().map(|token| &text[token.range.clone()]).collect();
        let of = |at: usize| (words.get(at + 1) == Some(&".")).then(|| words.get(at + 2)).flatten();
        let uses = (0..words.len()).filter(|&at| words[at] == argument.name.text && (at == 0 || words[at - 1] != "."));
        let named: Option<Vec<_>> = uses.map(of).collect();
        let reads = |param: &str| named.as_ref().is_none_or(|named| named.contains(&&param));
        (0..params.len()).filter(|&index| reads(params[index])).collect()
    }

    /// The type behind a fragment's own aliases.
    pub fn meant<'t>(&'t self, mut kind: &'t str) -> &'t str {
        // As many turns as there are items: an alias of itself must not keep us here.
        for _ in &self.items.items {
            let alias = self.items.items.iter().find_map(|item| match &item.shape {
                Shape::Alias(behind) if item.is_called(kind) => Some(behind.as_str()),
                _ => None,
            });
            kind = alias.unwrap_or(kind);
        }
        kind
    }

    fn agrees(&self, signature: &Signature, name: &Word, arguments: &[Member], result: &str) -> Result<(), Fault> {
        let expected = signature.types().filter(|kind| self.has(kind));
        let same = expected.eq(arguments.iter().map(|one| self.meant(&one.type_text)))
            && self.meant(result) == signature.result;
        if same {
            return Ok(());
        }
        let found =
            written(&name.text, arguments.iter().map(|one| format!("{}: {}", one.name.text, one.type_text)), result);
        Err(Fault::new(
            name.range.clone(),
            format!("{} needs `{}`, but this is `{found}`", self.kind(), self.expected(signature)),
        ))
    }

    fn expected(&self, signature: &Signature) -> String {
        let scalars = signature.arguments.iter().filter(|argument| argument.starts_with(|c: char| c.is_lowercase()));
        let several = scalars.count() > 1;
        let arguments =
            signature.arguments.iter().zip(signature.types()).enumerate().filter(|(_, (_, kind))| self.has(kind));
        let arguments = arguments.map(|(at, (argument, kind))| match kind {
            _ if argument.contains(':') => (*argument).to_owned(),
            "Params" => "p: Params".to_owned(),
            "State" => "s: State".to_owned(),
            "Derived" => "d: Derived".to_owned(),
            _ if kind.starts_with(|c: char| c.is_uppercase()) => format!("{}: {kind}", kind.to_lowercase()),
            _ if several => format!("x{at}: {kind}"),
            _ => format!("x: {kind}"),
        });
        written(&self.full_name(signature), arguments, signature.result)
    }

    fn missing(&self, signature: &Signature) -> Fault {
        let (kind, expected) = (self.kind(), self.expected(signature));
        let suffix = format!("_{}", signature.suffix);
        let other = self.items.items.iter().find_map(|item| match (&item.shape, &item.name) {
            (Shape::Function { .. }, Some(word)) if word.text.ends_with(&suffix) => Some(word),
            _ => None,
        });
        match other {
            Some(word) => Fault::new(
                word.range.clone(),
                format!(
                    "{kind} needs `{expected}`; functions must be called `{}_…` after their file, and this is `{}`",
                    self.fragment.name, word.text
                ),
            ),
            None => Fault::new(0..0, format!("{kind} needs `{expected}`, which is missing")),
        }
    }

    /// A function that looks like one of the contract's and is never called: a slip that would pass in silence.
    fn stray(&self) -> Result<(), Fault> {
        let words: Vec<&str> = self.words().map(|(word, _)| word).collect();
        let known: Vec<String> = self.contract.signatures.iter().map(|signature| self.full_name(signature)).collect();
        for item in self.items.items.iter().filter(|item| item.keyword.text == "fn") {
            let Some(name) = &item.name else { continue };
            let own = name.text.starts_with(&format!("{}_", self.fragment.name));
            let suffixed =
                self.contract.signatures.iter().any(|signature| name.text.ends_with(&format!("_{}", signature.suffix)));
            let called = words.iter().filter(|word| **word == name.text).count() > 1;
            if (own || suffixed) && !called && !known.contains(&name.text) {
                return Err(Fault::new(
                    name.range.clone(),
                    format!(
                        "`{}` is never called and is none of the functions of {}; legal: `{}`",
                        name.text,
                        self.kind(),
                        known.join("`, `")
                    ),
                ));
            }
        }
        Ok(())
    }

    fn shadows(&self, name: &Word) -> Result<(), Fault> {
        let Word { text: name, range } = name;
        let declares = |text: &str| Items::of(text).names().any(|known| known.text == *name);
        let of_prelude = || self.contract.prelude.iter().find(|(_, text)| declares(text));
        let shadowed = predeclared(name).map(|what| format!("the built-in {what}"));
        let shadowed = shadowed.or_else(|| of_prelude().map(|(path, _)| format!("the `{name}` of {path}")));
        let Some(shadowed) = shadowed else { return Ok(()) };
        Err(Fault::new(range.clone(), format!("`{name}` shadows {shadowed}; call it something else")))
    }

    fn collective(&self) -> Result<(), Fault> {
        let Some((word, range)) = self.words().find(|(word, _)| is_collective(word)) else { return Ok(()) };
        let problem = format!(
            "`{word}` is not for a fragment: what one element computes may not depend on its neighbours in a workgroup"
        );
        Err(Fault::new(range, problem))
    }

    /// All words of the text, and where they stand.
    fn words(&self) -> impl Iterator<Item = (&str, Range<usize>)> {
        let text = self.fragment.text.as_ref();
        let words = tokens(text).into_iter().filter(|token| token.kind == TokenKind::Word);
        words.map(move |token| (&text[token.range.clone()], token.range))
    }
}

fn allowed(item: &Item) -> Result<(), Fault> {
    let attribute = |names: &[&str]| item.attributes.iter().find(|one| names.contains(&one.text.as_str()));
    if let Some(binding) = attribute(&["group", "binding"]) {
        let problem = "a fragment has no bindings: what it may see comes in its functions' arguments";
        return Err(Fault::new(binding.range.clone(), problem));
    }
    if let Some(stage) = attribute(&["compute", "vertex", "fragment", "task", "mesh"]) {
        let problem = format!("a fragment has no entry points: drop `@{}`, the kernels call its functions", stage.text);
        return Err(Fault::new(stage.range.clone(), problem));
    }
    let problem = match item.keyword.text.as_str() {
        "override" => "a fragment has no `override`: use `const`, or a member of `struct Params`",
        "var" => {
            "a fragment has no variables at module scope: what lasts belongs in `struct State`, the rest in functions"
        }
        "enable" | "requires" | "diagnostic" => {
            "a fragment has no directives, for it stands among others in one module"
        }
        _ => return Ok(()),
    };
    Err(Fault::new(item.keyword.range.clone(), problem))
}

fn written(name: &str, arguments: impl Iterator<Item = String>, result: &str) -> String {
    let arguments = arguments.collect::<Vec<_>>().join(", ");
    if result.is_empty() { format!("fn {name}({arguments})") } else { format!("fn {name}({arguments}) -> {result}") }
}
