//! What a member of `Params`, `State` or `Derived` is, as data: the single source for defaults, checks, help and errors.

use std::fmt;

/// A member of a fragment's `Params` or `State`, as its comment says, or of its `Derived`, of which that says no more than unit and meaning:
///
/// ```text
/// /// [unit] meaning; default D; range C and C; steps R; one of a, b; equals neuron's a or b
/// ```
///
/// `[1]` is the unit of a pure number. `D` is a number or one of the choices. `C` is `>`, `>=`, `<` or `<=` and then a
/// number or a parameter's name. `R` is `ceil`, `round` or `floor`, with `- 1` and the like behind it where needed.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The member's name.
    pub name: String,
    /// Its type on the device.
    pub kind: FieldKind,
    /// Its unit, as written between the brackets: one that [`crate::units::Unit`] reads, or `steps`, `port`, `target`, `word`.
    pub unit: String,
    /// What it is.
    pub meaning: String,
    /// Its value where none is given; in `unit`.
    pub default: Option<FieldDefault>,
    /// What its values must satisfy, all of it; in `unit`.
    pub range: Vec<Bound>,
    /// How a time in `unit` becomes whole steps, for a `u32` that counts steps.
    pub steps: Option<Steps>,
    /// The names of its values 0, 1, …, for a `u32` that chooses.
    pub choices: Vec<String>,
    /// The neuron's parameters of which it must equal the first that there is.
    pub of_neuron: Vec<String>,
}

/// The type of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldKind {
    /// `f32`
    F32,
    /// `u32`
    U32,
}

/// A member's default.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FieldDefault {
    /// A number, in the member's unit.
    Number(f64),
    /// Which of the member's choices, from 0.
    Choice(usize),
}

/// One condition of a range.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// How the value compares with `limit`.
    pub comparison: Comparison,
    /// What it compares with.
    pub limit: Limit,
}

/// A comparison of a value with its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
}

/// What a value is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Limit {
    /// A number, in the member's unit.
    Number(f64),
    /// The value of this parameter.
    Field(String),
}

/// How a time becomes whole steps: rounded after division by dt, then `offset` added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Steps {
    /// How.
    pub rounding: Rounding,
    /// \[steps\] added after rounding.
    pub offset: i32,
}

/// A rounding to whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// Up.
    Ceil,
    /// To the nearest.
    Round,
    /// Down.
    Floor,
}

impl FieldKind {
    /// Whether a word of this type holds a number. An f32 holds those that it tells to its full precision, and 0: what lies
    /// nearer to 0 becomes 0 on many drivers.
    pub fn holds(self, number: f64) -> bool {
        match self {
            Self::F32 => number == 0.0 || (number as f32).is_normal(),
            Self::U32 => number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number),
        }
    }

    /// The word of a number: rounded to an f32, or the whole number nearest below it that a u32 holds.
    pub(crate) fn word(self, number: f64) -> u32 {
        match self {
            Self::F32 => (number as f32).to_bits(),
            Self::U32 => number as u32,
        }
    }

    /// The number that a word of this type is.
    pub(crate) fn number(self, word: u32) -> f64 {
        match self {
            Self::F32 => f64::from(f32::from_bits(word)),
            Self::U32 => f64::from(word),
        }
    }

    /// What a word of this type makes of a number.
    pub(crate) fn rounded(self, number: f64) -> f64 {
        self.number(self.word(number))
    }
}

impl Comparison {
    /// Whether `value` compares with `limit` in this way; never for NaN.
    pub fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Self::Greater => value > limit,
            Self::GreaterEqual => value >= limit,
            Self::Less => value < limit,
            Self::LessEqual => value <= limit,
        }
    }
}

impl Field {
    /// Does its comment say which values it may have?
    pub(super) fn is_told(&self) -> bool {
        let Self { default, range, steps, choices, of_neuron, .. } = self;
        default.is_some() || !range.is_empty() || steps.is_some() || !choices.is_empty() || !of_neuron.is_empty()
    }

    /// Is it for people to give? Words are places in tables that the plan fills in.
    pub fn is_given(&self) -> bool {
        self.unit != "word"
    }

    /// Its unit for a person: some have that of the port they belong to.
    pub fn unit_text(&self) -> &str {
        match self.unit.as_str() {
            "port" | "target" => "port's unit",
            unit => unit,
        }
    }

    /// Its default, with its unit: `5 ms`, `soft`.
    pub fn default_text(&self) -> Option<String> {
        Some(match self.default? {
            FieldDefault::Choice(index) => self.choices.get(index)?.clone(),
            FieldDefault::Number(number) => match self.unit.as_str() {
                "1" | "port" | "target" => number.to_string(),
                unit => format!("{number} {unit}"),
            },
        })
    }

    /// What it is, its default and its legal values, in a line.
    pub fn said(&self) -> String {
        let mut said = self.meaning.clone();
        match self.default_text() {
            Some(default) => said.push_str(&format!("; default {default}")),
            None => said.push_str("; needed"),
        }
        if !self.range.is_empty() || !self.choices.is_empty() || !self.of_neuron.is_empty() {
            said.push_str(&format!("; legal: {}", self.range_text()));
        }
        said
    }

    /// The legal values for a person: `> 0`, `> v_reset`, `soft or hard`.
    pub fn range_text(&self) -> String {
        if let [others @ .., last] = self.choices.as_slice() {
            return if others.is_empty() { last.clone() } else { format!("{} or {last}", others.join(", ")) };
        }
        if !self.of_neuron.is_empty() {
            return format!("the neuron's {}", self.of_neuron.join(" or "));
        }
        if !self.range.is_empty() {
            return self.range.iter().map(Bound::to_string).collect::<Vec<_>>().join(" and ");
        }
        match (self.kind, self.steps) {
            (FieldKind::U32, None) => "any whole number from 0".to_owned(),
            _ => "any number".to_owned(),
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::Less => "<",
            Self::LessEqual => "<=",
        })
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Field(name) => f.write_str(name),
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.comparison, self.limit)
    }
}
