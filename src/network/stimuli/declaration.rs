//! What a kind of stimulus may be told: its keys as data, for whoever reads a file, checks a network or writes the manual.

use super::Stimulus;
use crate::nearest;
use crate::network::Value;
use crate::network::check::values;
use crate::units::Unit;
use crate::{Error, Result};

/// A kind of stimulus that has keys of its own.
#[derive(Debug)]
pub struct Declaration {
    /// Its name, the value of the key `kind`.
    pub name: &'static str,
    /// What one of them is called: `an encoder`.
    pub called: &'static str,
    /// Its keys, besides those that all stimuli have.
    pub keys: &'static [Key],
    /// What the key `port` names; `None`: it has no such key.
    pub port: Option<&'static str>,
    /// What the key `neurons` lists where it must be given.
    pub neurons: Option<&'static str>,
    /// What must hold of keys together, of a stimulus with this path in the network.
    pub(super) together: fn(&Stimulus, &str) -> Result<()>,
}

/// A key of a stimulus.
#[derive(Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it may be told.
    pub form: Form,
    /// Whether it must be given.
    pub need: Need,
    /// What it means, in the words of the manual.
    pub meaning: &'static str,
}

/// What a key may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One value for all neurons, or one for each.
    Value,
    /// The same of frequencies, each 0 or more.
    Frequency,
    /// A matrix: an initialiser, or numbers by any other value.
    Matrix,
    /// An array.
    Array,
    /// An array of frequencies, each 0 or more.
    Frequencies,
    /// An array of times, each 0 or more.
    Times,
    /// One time for all neurons, 0 or more.
    Time,
    /// A whole number of 32 bits.
    Whole,
    /// One of these words.
    Word(&'static [&'static str]),
}

/// Whether a key must be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It must.
    Needed,
    /// It, or another that says the same; not both.
    Either,
    /// Without it, this holds.
    Default(&'static str),
}

impl Key {
    pub(super) const fn needed(name: &'static str, form: Form, meaning: &'static str) -> Self {
        Self { name, form, need: Need::Needed, meaning }
    }

    pub(super) const fn either(name: &'static str, form: Form, meaning: &'static str) -> Self {
        Self { name, form, need: Need::Either, meaning }
    }
}

impl Declaration {
    /// When it acts: keys that all stimuli have.
    pub(crate) const WINDOW: &'static [Key] = &[
        Key { name: "start", form: Form::Time, need: Need::Default("0 ms"), meaning: "when it begins to act" },
        Key { name: "stop", form: Form::Time, need: Need::Default("never"), meaning: "when it ends" },
    ];

    /// Its keys, with those that all stimuli have.
    pub(crate) fn all_keys(&self) -> impl Iterator<Item = &'static Key> + use<> {
        self.keys.iter().chain(Self::WINDOW)
    }

    /// What is wrong with the choice between keys that say the same, and the key that is too many.
    pub(in crate::network) fn choice(&self, given: impl Fn(&str) -> bool) -> Option<(Option<&'static str>, String)> {
        let names: Vec<_> = self.keys.iter().filter(|key| key.need == Need::Either).map(|key| key.name).collect();
        let given: Vec<_> = names.iter().filter(|name| given(name)).collect();
        let called = self.called;
        match given[..] {
            [] if !names.is_empty() => {
                Some((None, format!("{called} needs the key `{}`", names.join("` or the key `"))))
            }
            [_, more, ..] => Some((Some(more), format!("{called} has either `{}`, not both", names.join("` or `")))),
            _ => None,
        }
    }

    /// What must hold of a stimulus of this kind whatever the models are.
    pub(super) fn check(&self, stimulus: &Stimulus, path: &str) -> Result<()> {
        let field = |key: &str| format!("{path}.{key}");
        if stimulus.port.is_some() && self.port.is_none() {
            let problem = format!("stimulus {} enters no port", self.name);
            return Err(Error::field(field("port"), problem, "no key `port`"));
        }
        if let (Some(meaning), None) = (self.neurons, &stimulus.neurons) {
            return Err(Error::field(field("neurons"), format!("{} needs them", self.called), meaning));
        }
        let names = || self.all_keys().map(|key| key.name);
        if let Some(key) = stimulus.params.keys().find(|key| names().all(|name| name != *key)) {
            let problem = format!("stimulus {} has no `{key}`{}", self.name, nearest::hint(key, names()));
            return Err(Error::field(field(key), problem, names().collect::<Vec<_>>().join(", ")));
        }
        if let Some((key, problem)) = self.choice(|key| stimulus.params.contains_key(key)) {
            return Err(Error::field(key.map_or(path.to_owned(), field), problem, ""));
        }
        for key in self.all_keys() {
            match stimulus.params.get(key.name) {
                Some(value) => key.form.check(&field(key.name), value)?,
                None if key.need == Need::Needed => {
                    let problem = format!("{} needs it", self.called);
                    return Err(Error::field(field(key.name), problem, key.form.legal()));
                }
                None => {}
            }
        }
        (self.together)(stimulus, path)
    }
}

impl Form {
    /// Its name in the manual.
    pub fn name(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Frequency => "frequency",
            Self::Matrix => "value or initialiser",
            Self::Array => "array",
            Self::Frequencies => "array of frequencies",
            Self::Times => "array of times",
            Self::Time => "time",
            Self::Whole => "whole number",
            Self::Word(_) => "word",
        }
    }

    /// What is legal, for messages.
    pub(in crate::network) fn legal(self) -> String {
        match self {
            Self::Word([most @ .., last]) => format!("{} or {last}", most.join(", ")),
            Self::Whole => format!("a whole number from 0 to {}", u32::MAX),
            _ => format!("{} {}", if self.name().starts_with('a') { "an" } else { "a" }, self.name()),
        }
    }

    fn check(self, field: &str, value: &Value) -> Result<()> {
        match (self, value) {
            (Self::Value | Self::Matrix, _) => values::value(field, value),
            (Self::Frequency, _) => values::frequency(field, value),
            (Self::Array, Value::Array(array)) => values::all_finite(field, array),
            (Self::Frequencies, Value::Array(array)) => values::array_of_rates(field, array),
            (Self::Times, Value::Array(array)) => values::array_of_times(field, array),
            (Self::Time, Value::Constant(time)) => values::time(field, time),
            (Self::Whole, Value::Constant(number)) if number.in_unit(&Unit::ONE).is_ok_and(is_whole) => Ok(()),
            (Self::Word(words), Value::Choice(word)) if words.contains(&word.as_str()) => Ok(()),
            _ => Err(Error::field(field, format!("is {}", value.described()), self.legal())),
        }
    }
}

fn is_whole(number: f64) -> bool {
    number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number)
}
