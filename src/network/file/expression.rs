//! Arithmetic in the values of a network file: `-g * 0.1 mV`, `4 * n`, `max(a, b) / 2`.
//!
//! A number with a unit directly behind it is one thing, as in `2 / 4 ms`. A word that no variable has for its name is a unit. An
//! expression is computed as it is read, with the units that its parts have.

use crate::Error;
use crate::nearest;
use crate::shorten::shortened;
use crate::units::{Quantity, Unit, number_length, vanishes};
use std::cmp::Ordering;

/// Parentheses, signs and functions within each other at most: it bounds the reader's recursion.
const DEEPEST: usize = 64;

/// [characters] As much of an expression is quoted, its line aside.
const SHOWN: usize = 60;

/// What is wrong with an expression.
pub(super) enum Problem {
    /// This, at a byte of it.
    At(usize, String),
    /// A variable that it names.
    Elsewhere(Error),
}

/// What knows the variables.
pub(super) trait Variables {
    /// The value of a variable; none if there is none of this name.
    fn value(&mut self, name: &str) -> Result<Option<Quantity>, Error>;

    /// Whether there is one of this name.
    fn has(&self, name: &str) -> bool;

    /// The names of all.
    fn names(&self) -> Vec<String>;
}

/// The functions: name, how many arguments, what they do.
type Function = (&'static str, Arguments, fn(&[Quantity]) -> Result<Quantity, String>);

#[derive(Clone, Copy, PartialEq)]
enum Arguments {
    One,
    Some,
}

const FUNCTIONS: [Function; 9] = [
    ("min", Arguments::Some, |of| extreme(of, Ordering::Less)),
    ("max", Arguments::Some, |of| extreme(of, Ordering::Greater)),
    ("abs", Arguments::One, |of| Ok(Quantity::new(of[0].value().abs(), of[0].unit()))),
    ("sqrt", Arguments::One, |of| of[0].sqrt()),
    ("exp", Arguments::One, |of| plain(&of[0], f64::exp)),
    ("log", Arguments::One, |of| plain(&of[0], f64::ln)),
    ("round", Arguments::One, |of| plain(&of[0], f64::round)),
    ("floor", Arguments::One, |of| plain(&of[0], f64::floor)),
    ("ceil", Arguments::One, |of| plain(&of[0], f64::ceil)),
];

/// The functions, for messages and the manual.
pub(super) fn functions() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|(name, _, _)| *name)
}

fn extreme(of: &[Quantity], wanted: Ordering) -> Result<Quantity, String> {
    let [first, rest @ ..] = of else { return Err("it has no argument".to_owned()) };
    rest.iter()
        .try_fold(first.clone(), |best, next| Ok(if next.compared(&best)? == wanted { next.clone() } else { best }))
}

/// A function of numbers without unit.
fn plain(of: &Quantity, function: impl Fn(f64) -> f64) -> Result<Quantity, String> {
    let number = function(of.in_unit(&Unit::ONE)?);
    if number.is_finite() { Ok(Quantity::number(number)) } else { Err(format!("it has no finite value at {of}")) }
}

/// Whether a text names one of the variables, where it is not the unit of a number.
pub(super) fn mentions(text: &str, is_variable: impl Fn(&str) -> bool) -> bool {
    let mut rest = text;
    let mut behind_number = false;
    while let Some(first) = rest.chars().next() {
        let number = number_length(rest);
        let length = if is_first(first) {
            let word = word(rest);
            if !behind_number && is_variable(word) {
                return true;
            }
            word.len()
        } else if number > 0 && first != '+' && first != '-' {
            number
        } else {
            first.len_utf8()
        };
        behind_number = !is_first(first) && length == number && number > 0 || behind_number && first.is_whitespace();
        rest = &rest[length..];
    }
    false
}

/// Whether a text is made of more than a number with a unit, or a word: then what is wrong with it is said as of an expression.
pub(super) fn is_composed(text: &str) -> bool {
    let text = text.trim();
    let unsigned = text.trim_start_matches(['+', '-']);
    let rest = &unsigned[number_length(unsigned)..];
    let has_number = rest.len() < unsigned.len();
    if !has_number && unsigned.len() < text.len() {
        return true;
    }
    // `^` may have a sign and a number behind it; a 1 may stand in a unit.
    let mut before = ' ';
    let odd = rest.char_indices().any(|(at, c)| {
        let composes = match c {
            '+' | ',' => true,
            '-' => before != '^',
            '*' | '/' | '(' => !has_number,
            '0'..='9' | '.' if matches!(before, '^' | '-') || before.is_alphanumeric() => false,
            '1' => rest[at + 1..].trim_start().starts_with(|next: char| next.is_alphanumeric() || next == '.'),
            '0' | '2'..='9' | '.' => true,
            _ => false,
        };
        before = if c.is_whitespace() { before } else { c };
        composes
    });
    odd || has_number && rest.trim_start().starts_with(['*', '(', '^'])
}

fn is_first(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '_' | '\u{2126}' | 'µ')
}

/// The word that a text begins with.
fn word(text: &str) -> &str {
    let end = text.find(|c: char| !is_first(c) && !c.is_ascii_digit()).unwrap_or(text.len());
    &text[..end]
}

/// The value of an expression.
pub(super) fn evaluate(text: &str, variables: &mut dyn Variables) -> Result<Quantity, Problem> {
    let mut reader = Reader { text, at: 0, depth: 0, variables };
    let value = reader.sum()?;
    match reader.next() {
        None => Ok(value),
        Some(c) => Err(reader.wrong(format!("`{c}` is not expected here; legal: + - * / ^, or the end"))),
    }
}

/// Reads `sum = product (('+' | '-') product)*`, `product = sign (('*' | '/') sign)*`, `sign = '-' sign | power`,
/// `power = atom ('^' integer)?`, `atom = number unit? | name | function '(' sum (',' sum)* ')' | '(' sum ')'`.
struct Reader<'a, 'v> {
    text: &'a str,
    at: usize,
    depth: usize,
    variables: &'v mut dyn Variables,
}

impl<'a> Reader<'a, '_> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// The next character that is not white.
    fn next(&mut self) -> Option<char> {
        self.at = self.text.len() - self.rest().trim_start().len();
        self.rest().chars().next()
    }

    fn take(&mut self, any: &[char]) -> Option<char> {
        let next = self.next().filter(|c| any.contains(c))?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn wrong(&self, problem: impl Into<String>) -> Problem {
        Problem::At(self.at, problem.into())
    }

    /// What is wrong with what stands from `start` to here.
    fn of(&self, start: usize, problem: &str) -> Problem {
        let text = shortened(self.text[start..self.at].trim_end(), SHOWN);
        Problem::At(start, format!("`{text}`: {problem}"))
    }

    fn sum(&mut self) -> Result<Quantity, Problem> {
        self.next();
        let start = self.at;
        let mut sum = self.product()?;
        while let Some(sign) = self.take(&['+', '-']) {
            let term = self.product()?;
            let term = if sign == '-' { term.negated() } else { term };
            sum = sum.plus(&term).map_err(|problem| self.of(start, &problem))?;
        }
        Ok(sum)
    }

    fn product(&mut self) -> Result<Quantity, Problem> {
        self.next();
        let start = self.at;
        let mut product = self.sign()?;
        while let Some(sign) = self.take(&['*', '·', '⋅', '/']) {
            let factor = self.sign()?;
            let joined = if sign == '/' { product.over(&factor) } else { product.times(&factor) };
            product = joined.map_err(|problem| self.of(start, &problem))?;
        }
        Ok(product)
    }

    fn sign(&mut self) -> Result<Quantity, Problem> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(
                self.wrong(format!("parentheses, signs and functions within each other; legal: at most {DEEPEST}"))
            );
        }
        let value = match self.take(&['-', '+']) {
            Some('-') => self.sign()?.negated(),
            Some(_) => self.sign()?,
            None => self.power()?,
        };
        self.depth -= 1;
        Ok(value)
    }

    fn power(&mut self) -> Result<Quantity, Problem> {
        self.next();
        let start = self.at;
        let base = self.atom()?;
        self.raised(base, start)
    }

    fn raised(&mut self, base: Quantity, start: usize) -> Result<Quantity, Problem> {
        if self.take(&['^']).is_none() {
            return Ok(base);
        }
        self.next();
        let digits = self.rest().find(|c: char| c != '-' && !c.is_ascii_digit()).unwrap_or(self.rest().len());
        let legal = "a whole number from -127 to 127 is needed behind `^`";
        let by = self.rest()[..digits].parse::<i8>().map_err(|_| self.wrong(legal))?;
        self.at += digits;
        base.power(by).map_err(|problem| self.of(start, &problem))
    }

    fn atom(&mut self) -> Result<Quantity, Problem> {
        let start = self.at;
        match self.next() {
            Some('(') => {
                self.at += 1;
                let value = self.sum()?;
                self.closed(start, "or )")?;
                Ok(value)
            }
            Some(c) if c.is_ascii_digit() || c == '.' => self.number(),
            Some(c) if is_first(c) => self.named(),
            Some(c) => Err(self.wrong(format!(
                "`{c}` stands where a value is needed; legal: a number, a variable, a unit, a function, ("
            ))),
            None => {
                Err(self.wrong("it ends where a value is needed; legal: a number, a variable, a unit, a function, ("))
            }
        }
    }

    /// Reads the end of a parenthesis that was opened there; `legal` is what may stand in its place.
    fn closed(&mut self, opened: usize, legal: &str) -> Result<(), Problem> {
        match self.next() {
            Some(')') => {
                self.at += 1;
                Ok(())
            }
            Some(c) => Err(self.wrong(format!("`{c}` is not expected here; legal: + - * / ^, {legal}"))),
            None => Err(Problem::At(opened, "the parenthesis that begins here is not closed".to_owned())),
        }
    }

    /// A number, and the unit behind it.
    fn number(&mut self) -> Result<Quantity, Problem> {
        let written = &self.rest()[..number_length(self.rest())];
        let number = written.parse::<f64>().ok().filter(|number| number.is_finite() && !vanishes(written, *number));
        let number =
            number.ok_or_else(|| self.wrong(format!("`{written}` is not a finite number, or too near to 0")))?;
        self.at += written.len();
        let number = Quantity::number(number);
        if !self.next().is_some_and(is_first) {
            return Ok(number);
        }
        let start = self.at;
        let symbol = word(self.rest());
        let unit = Unit::parse(symbol).map_err(|problem| self.wrong(problem))?;
        self.at += symbol.len();
        let unit = self.raised(Quantity::new(1.0, &unit), start)?;
        number.times(&unit).map_err(|problem| self.of(start, &problem))
    }

    fn named(&mut self) -> Result<Quantity, Problem> {
        let start = self.at;
        let name = word(self.rest());
        self.at += name.len();
        if self.next() == Some('(') {
            return self.function(name, start);
        }
        if let Some(value) = self.variables.value(name).map_err(Problem::Elsewhere)? {
            return Ok(value);
        }
        Unit::parse(name).map(|unit| Quantity::new(1.0, &unit)).map_err(|_| {
            let names = self.variables.names();
            let hint = nearest::hint(name, names.iter().map(String::as_str));
            let legal = if names.is_empty() { "[let] has none".to_owned() } else { names.join(", ") };
            Problem::At(start, format!("there is no variable `{name}`{hint}; legal: {legal}; or a unit, as mV"))
        })
    }

    fn function(&mut self, name: &str, start: usize) -> Result<Quantity, Problem> {
        let Some((_, arguments, function)) = FUNCTIONS.iter().find(|(known, _, _)| *known == name) else {
            let hint = nearest::hint(name, functions());
            let legal = functions().collect::<Vec<_>>().join(", ");
            return Err(Problem::At(start, format!("there is no function `{name}`{hint}; legal: {legal}")));
        };
        let opened = self.at;
        self.at += 1;
        let mut given = vec![self.sum()?];
        while self.take(&[',']).is_some() {
            given.push(self.sum()?);
        }
        self.closed(opened, "a comma, or )")?;
        if *arguments == Arguments::One && given.len() > 1 {
            return Err(self.of(start, &format!("{name} has one argument, found {}", given.len())));
        }
        function(&given).map_err(|problem| self.of(start, &problem))
    }
}
