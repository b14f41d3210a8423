//! Units: a symbol, a power of ten and a dimension, and the grammar in which people write them.

use super::{Dimension, Quantity};
use std::borrow::Cow;
use std::fmt;

/// A unit that is a power of ten of its SI unit, or a multiple of one, as `0.275 mV`.
///
/// Two units are equal if they mean the same, however they are written: `ohm` and `Ω`, `1/s` and `Hz`.
#[derive(Debug, Clone)]
pub struct Unit {
    symbol: Cow<'static, str>,
    /// How many of the symbol's unit it is; 1 but for a multiple.
    number: f64,
    exponent: i32,
    dimension: Dimension,
}

/// The units that may bear a prefix: symbol, power of ten to SI, dimension.
const BASES: [(&str, i32, Dimension); 13] = [
    ("s", 0, Dimension::TIME),
    ("V", 0, Dimension::VOLTAGE),
    ("A", 0, Dimension::CURRENT),
    ("ohm", 0, Dimension::RESISTANCE),
    ("Ω", 0, Dimension::RESISTANCE),
    ("\u{2126}", 0, Dimension::RESISTANCE),
    ("S", 0, Dimension::CONDUCTANCE),
    ("F", 0, Dimension::CAPACITANCE),
    ("Hz", 0, Dimension::FREQUENCY),
    ("mol", 0, Dimension::new(0, 0, 0, 0, 1)),
    ("M", 3, Dimension::CONCENTRATION),
    ("m", 0, Dimension::LENGTH),
    ("g", -3, Dimension::new(1, 0, 0, 0, 0)),
];

/// The prefixes and their powers of ten; both code points of the micro sign.
const PREFIXES: [(char, i32); 10] =
    [('f', -15), ('p', -12), ('n', -9), ('u', -6), ('µ', -6), ('\u{3bc}', -6), ('m', -3), ('k', 3), ('M', 6), ('G', 9)];

/// What an unknown unit's message offers.
const LEGAL: &str = "s, V, A, ohm (Ω), S, F, Hz, mol, M (molar), m, g, with a prefix f p n u (µ) m k M G or none; 1; \
                     and expressions of these with * / ^ and parentheses";

/// [characters] Longer expressions are refused: it bounds the parser's recursion.
const LONGEST: usize = 64;

/// Powers of ten beyond this are refused: no f64 could be converted.
const LARGEST_EXPONENT: i32 = 300;

impl Unit {
    /// A pure number.
    pub const ONE: Self = Self::known("1", 0, Dimension::NONE);
    /// s.
    pub const SECOND: Self = Self::known("s", 0, Dimension::TIME);
    /// ms.
    pub const MILLISECOND: Self = Self::known("ms", -3, Dimension::TIME);
    /// V.
    pub const VOLT: Self = Self::known("V", 0, Dimension::VOLTAGE);
    /// mV.
    pub const MILLIVOLT: Self = Self::known("mV", -3, Dimension::VOLTAGE);
    /// A.
    pub const AMPERE: Self = Self::known("A", 0, Dimension::CURRENT);
    /// mA.
    pub const MILLIAMPERE: Self = Self::known("mA", -3, Dimension::CURRENT);
    /// Ohm.
    pub const OHM: Self = Self::known("ohm", 0, Dimension::RESISTANCE);
    /// S.
    pub const SIEMENS: Self = Self::known("S", 0, Dimension::CONDUCTANCE);
    /// mS.
    pub const MILLISIEMENS: Self = Self::known("mS", -3, Dimension::CONDUCTANCE);
    /// F.
    pub const FARAD: Self = Self::known("F", 0, Dimension::CAPACITANCE);
    /// pF.
    pub const PICOFARAD: Self = Self::known("pF", -12, Dimension::CAPACITANCE);
    /// Hz.
    pub const HERTZ: Self = Self::known("Hz", 0, Dimension::FREQUENCY);
    /// Millimolar: mol/m³.
    pub const MILLIMOLAR: Self = Self::known("mM", 0, Dimension::CONCENTRATION);
    /// mm.
    pub const MILLIMETRE: Self = Self::known("mm", -3, Dimension::LENGTH);
    /// m/s: mm/ms.
    pub const METRE_PER_SECOND: Self = Self::known("m/s", 0, Dimension::VELOCITY);

    const fn known(symbol: &'static str, exponent: i32, dimension: Dimension) -> Self {
        Self { symbol: Cow::Borrowed(symbol), number: 1.0, exponent, dimension }
    }

    /// Reads a unit: a prefix and a symbol (`ms`, `nS`, `mM`), `1`, or an expression (`1/(ms*mM)`, `mV/ms`, `s^-1`).
    ///
    /// # Errors
    /// A sentence that quotes the text and lists the legal units.
    ///
    /// ```
    /// use neuropil::units::{Dimension, Unit};
    /// assert_eq!(Unit::parse("mV").unwrap().dimension(), Dimension::VOLTAGE);
    /// assert_eq!(Unit::parse("1/s").unwrap(), Unit::HERTZ);
    /// assert!(Unit::parse("min").unwrap_err().starts_with("`min` is not a unit"));
    /// ```
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.chars().count() > LONGEST {
            return Err(format!("a unit has at most {LONGEST} characters, this one {}", text.chars().count()));
        }
        let mut parser = Parser { rest: text };
        let unit = parser.product();
        let (exponent, dimension) = match (unit, parser.rest.trim_start()) {
            (Ok(unit), "") => unit,
            (Err(Bad::Range), _) => return Err(format!("the unit `{text}` is beyond the range of numbers")),
            (Err(Bad::Word(word)), _) if !word.is_empty() && word != text => {
                return Err(format!("`{word}` in `{text}` is not a unit; legal: {LEGAL}"));
            }
            _ => return Err(format!("`{text}` is not a unit; legal: {LEGAL}")),
        };
        Ok(Self { symbol: Cow::Owned(text.to_owned()), number: 1.0, exponent, dimension })
    }

    /// Reads a unit, or a number with a unit: what each number of an array stands for. Counts of synapses of 0.275 mV have the
    /// unit `0.275 mV`.
    ///
    /// # Errors
    /// As [`Unit::parse`]; a sentence for a number that is 0 or not finite.
    ///
    /// ```
    /// use neuropil::units::Unit;
    /// let (mut counts, unit) = ([1.0, -4.0], Unit::parse_multiple("0.275 mV").unwrap());
    /// unit.convert(&mut counts, &Unit::MILLIVOLT).unwrap();
    /// assert_eq!(counts, [0.275, -1.1]);
    /// ```
    pub fn parse_multiple(text: &str) -> Result<Self, String> {
        let problem = match Self::parse(text) {
            Ok(unit) => return Ok(unit),
            Err(problem) => problem,
        };
        if !text.trim_start().starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | '+' | '-')) {
            return Err(problem);
        }
        let quantity = Quantity::parse(text)?;
        if quantity.value() == 0.0 {
            return Err(format!("`{text}` is 0, so it is no unit"));
        }
        Ok(Self::multiple(&quantity))
    }

    /// The unit of this meaning, by the symbol that it has with one of the prefixes; by its dimension where it has none.
    pub(super) fn of(exponent: i32, dimension: Dimension) -> Self {
        let symbol = named(exponent, dimension).unwrap_or_else(|| match exponent {
            0 => dimension.name(),
            _ => format!("1e{exponent} {}", dimension.name()),
        });
        Self { symbol: Cow::Owned(symbol), number: 1.0, exponent, dimension }
    }

    /// The product with the other one, or (`sign` is -1) the quotient; none beyond the range of numbers. Neither is a multiple.
    pub(super) fn times(&self, other: &Self, sign: i8) -> Option<Self> {
        let exponent = in_range(self.exponent.checked_add(other.exponent * i32::from(sign))).ok()?;
        let dimension = self.dimension.times(other.dimension.power(sign)?)?;
        let symbol = match (self, other) {
            _ if named(exponent, dimension).is_some() => None,
            (one, other) if *one == Self::ONE && sign == 1 => Some(other.symbol.to_string()),
            (unit, one) if *one == Self::ONE => Some(unit.symbol.to_string()),
            (unit, other) if sign == 1 => Some(format!("{}*{}", unit.symbol, other.symbol)),
            (unit, other) if other.symbol.contains(['*', '/', '·', '⋅']) => {
                Some(format!("{}/({})", unit.symbol, other.symbol))
            }
            (unit, other) => Some(format!("{}/{}", unit.symbol, other.symbol)),
        };
        let unit = Self::of(exponent, dimension);
        let symbol = symbol.filter(|symbol| symbol.chars().count() <= LONGEST);
        Some(symbol.map_or(unit.clone(), |symbol| Self { symbol: Cow::Owned(symbol), ..unit }))
    }

    /// A multiple of a unit: what a quantity is, which is not 0.
    pub(crate) fn multiple(of: &Quantity) -> Self {
        Self { number: of.value(), ..of.unit().clone() }
    }

    /// How many of the unit of its symbol it is: 1 but for a multiple.
    pub(super) fn number(&self) -> f64 {
        self.number
    }

    /// The unit of its symbol.
    pub(super) fn single(&self) -> Self {
        Self { number: 1.0, ..self.clone() }
    }

    /// As it was written, without the number of a multiple.
    pub fn symbol(&self) -> &str {
        &self.symbol
    }

    /// What it measures.
    pub fn dimension(&self) -> Dimension {
        self.dimension
    }

    /// Its power of ten: one of it, or of what it is a multiple of, is 10^exponent of the SI unit.
    pub fn exponent(&self) -> i32 {
        self.exponent
    }

    /// The factor to the SI unit: 10^exponent, rounded to f64, times the number of a multiple.
    pub fn factor(&self) -> f64 {
        10f64.powi(self.exponent) * self.number
    }

    /// Converts numbers of this unit in place. One rounding each: a product with, or a quotient by, a power of ten; before it
    /// one more for a multiple, and after it one for a multiple as the goal.
    ///
    /// # Errors
    /// `expected voltage (mV), found time (ms)`: the dimensions differ; nothing was converted.
    pub fn convert(&self, numbers: &mut [f64], to: &Unit) -> Result<(), String> {
        if self.dimension != to.dimension {
            return Err(format!("{}, found {}", expected(to), self.described()));
        }
        if self.number != 1.0 {
            numbers.iter_mut().for_each(|number| *number *= self.number);
        }
        let shift = self.exponent - to.exponent;
        let power = 10f64.powi(shift.abs());
        match shift {
            0 => {}
            1.. => numbers.iter_mut().for_each(|number| *number *= power),
            // 10^-k has no exact f64, 10^k has (to k = 22).
            ..0 => numbers.iter_mut().for_each(|number| *number /= power),
        }
        if to.number != 1.0 {
            numbers.iter_mut().for_each(|number| *number /= to.number);
        }
        Ok(())
    }

    /// `time (us)`: the dimension's name with this very unit.
    pub(super) fn described(&self) -> String {
        if *self == Self::ONE {
            "a number without unit".to_owned()
        } else {
            format!("{} ({self})", self.dimension.name())
        }
    }
}

/// `expected time (ms)`.
pub(super) fn expected(unit: &Unit) -> String {
    format!("expected {}", unit.described())
}

impl PartialEq for Unit {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number && self.exponent == other.exponent && self.dimension == other.dimension
    }
}

impl Eq for Unit {}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.number != 1.0 {
            write!(f, "{} ", self.number)?;
        }
        f.write_str(&self.symbol)
    }
}

type Meaning = (i32, Dimension);

/// Why an expression is no unit.
enum Bad {
    /// This word is unknown; empty where a word, an exponent or a parenthesis is missing.
    Word(String),
    /// An exponent is too large.
    Range,
}

/// Reads `product = factor (('*' | '·' | '⋅' | '/') factor)*`, `factor = ('1' | word | '(' product ')') ('^' integer)?`.
struct Parser<'a> {
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn product(&mut self) -> Result<Meaning, Bad> {
        let mut meaning = self.factor()?;
        loop {
            let sign = if self.take(&['*', '·', '⋅']) {
                1
            } else if self.take(&['/']) {
                -1
            } else {
                return Ok(meaning);
            };
            let (exponent, dimension) = power(self.factor()?, sign)?;
            let product = meaning.1.times(dimension).ok_or(Bad::Range)?;
            meaning = (in_range(meaning.0.checked_add(exponent))?, product);
        }
    }

    fn factor(&mut self) -> Result<Meaning, Bad> {
        let meaning = if self.take(&['(']) {
            let inner = self.product()?;
            if !self.take(&[')']) {
                return Err(Bad::Word(self.rest.to_owned()));
            }
            inner
        } else {
            let word = self.leading(|c| c.is_alphanumeric() || c == '\u{2126}');
            if word == "1" { (0, Dimension::NONE) } else { symbol(word).ok_or_else(|| Bad::Word(word.to_owned()))? }
        };
        if !self.take(&['^']) {
            return Ok(meaning);
        }
        let written = self.leading(|c| c.is_ascii_digit() || c == '-');
        power(meaning, written.parse().map_err(|_| Bad::Word(written.to_owned()))?)
    }

    fn take(&mut self, any: &[char]) -> bool {
        let trimmed = self.rest.trim_start();
        let taken = trimmed.strip_prefix(any);
        if let Some(rest) = taken {
            self.rest = rest;
        }
        taken.is_some()
    }

    fn leading(&mut self, legal: impl Fn(char) -> bool) -> &'a str {
        let trimmed = self.rest.trim_start();
        let end = trimmed.find(|c| !legal(c)).unwrap_or(trimmed.len());
        self.rest = &trimmed[end..];
        &trimmed[..end]
    }
}

fn power((exponent, dimension): Meaning, by: i8) -> Result<Meaning, Bad> {
    Ok((in_range(exponent.checked_mul(by.into()))?, dimension.power(by).ok_or(Bad::Range)?))
}

fn in_range(exponent: Option<i32>) -> Result<i32, Bad> {
    exponent.filter(|exponent| exponent.abs() <= LARGEST_EXPONENT).ok_or(Bad::Range)
}

/// The symbol, with or without a prefix, of this meaning.
fn named(exponent: i32, dimension: Dimension) -> Option<String> {
    if (exponent, dimension) == (0, Dimension::NONE) {
        return Some("1".to_owned());
    }
    if dimension == Dimension::VELOCITY {
        return named(exponent, Dimension::LENGTH).map(|length| format!("{length}/s"));
    }
    let (symbol, base, _) = BASES.iter().find(|(_, _, of)| *of == dimension)?;
    match exponent - base {
        0 => Some((*symbol).to_owned()),
        tens => PREFIXES.iter().find(|(_, of)| *of == tens).map(|(prefix, _)| format!("{prefix}{symbol}")),
    }
}

/// A symbol with or without a prefix. The bare symbol goes first: `m` is the metre, `M` is molar.
fn symbol(word: &str) -> Option<Meaning> {
    let base = |name: &str| BASES.iter().find(|(symbol, _, _)| *symbol == name).map(|(_, exponent, d)| (*exponent, *d));
    base(word).or_else(|| {
        let prefix = word.chars().next()?;
        let (_, tens) = PREFIXES.iter().find(|(letter, _)| *letter == prefix)?;
        let (exponent, dimension) = base(&word[prefix.len_utf8()..])?;
        Some((exponent + tens, dimension))
    })
}
