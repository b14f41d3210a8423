//! What a key may be told, as data: the manual's words and the schema for editors follow from it.

use std::borrow::Cow;

/// What a key of a network file may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// This number alone.
    Only(u64),
    /// A whole number from the first to the second.
    Whole(u64, u64),
    /// A time; and what must hold of it.
    Time(&'static str),
    /// The weight of a synapse.
    Weight,
    /// The delay of a synapse.
    Delay,
    /// Any text.
    Text,
    /// Several of it.
    Texts,
    /// Paths of files.
    Paths,
    /// The name of a population.
    Name,
    /// The name of what may also be called by a number.
    NameNoNumber,
    /// The name of a population, or of several.
    Populations,
    /// A model's word.
    Word,
    /// One of these words.
    Words(&'static [&'static str]),
    /// Indices of neurons.
    Indices,
    /// A neuron of the catalogue, or a user's.
    Neuron,
    /// A synapse of the catalogue.
    Synapse,
    /// An output of the catalogue, with its parameters.
    Output,
    /// A model of projections of the catalogue, with its parameters.
    Plastic,
    /// A kind of stimulus.
    Kind,
    /// Parameters of a neuron by name.
    Params,
    /// Initial values by name.
    Init,
    /// Ports by name.
    Ports,
    /// A connection rule.
    Connect,
    /// What ends a run.
    Until,
    /// Where neurons are.
    Positions,
    /// Variables by name.
    Variables,
    /// Templates by name.
    Templates,
    /// Tables under this name.
    Elements(&'static str),
}

impl Shape {
    /// Its words in the manual.
    pub(super) fn form(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Only(number) => return number.to_string().into(),
            Self::Whole(least, u64::MAX) => return format!("whole number, {least} to 2⁶⁴ − 1").into(),
            Self::Whole(least, most) => return format!("whole number, {least} to {most}").into(),
            Self::Time(what) => return format!("time, {what}").into(),
            Self::Elements(key) => return format!("tables, each under `[[{key}]]`").into(),
            Self::Words(words) => {
                let words: Vec<_> = words.iter().map(|word| format!("`\"{word}\"`")).collect();
                return words.join(" or ").into();
            }
            Self::Weight => "value in the port's unit",
            Self::Delay => "time, at least one step, or 0",
            Self::Text | Self::Neuron | Self::Synapse | Self::Kind => "string",
            Self::Texts => "array of strings",
            Self::Paths => "array of paths",
            Self::Name => "string of `A-Z a-z 0-9 _ -`",
            Self::NameNoNumber => "string of `A-Z a-z 0-9 _ -`, no number",
            Self::Populations => "string, or array of strings",
            Self::Word => "word",
            Self::Indices => "[indices](#indices-and-ranges)",
            Self::Output | Self::Connect | Self::Until | Self::Plastic => "string or table",
            Self::Params | Self::Init => "table of values",
            Self::Positions => "table",
            Self::Ports | Self::Templates => "table of tables",
            Self::Variables => "table of quantities",
        })
    }
}

/// A key that makes a table a value, or a connection rule.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Named {
    /// The key.
    pub name: &'static str,
    /// What it is told.
    pub argument: Argument,
    /// What the table then is, in the words of the manual.
    pub meaning: &'static str,
}

/// What such a key is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Argument {
    /// A quantity.
    Quantity,
    /// So many quantities.
    Quantities(usize),
    /// The scale of a matrix.
    Scale,
    /// The path of a NumPy file; with a unit beside it.
    File,
    /// Numbers, or rows of them; with a unit beside them.
    Numbers,
    /// Lengths, one for each dimension.
    Lengths,
    /// Nothing, which is written `true`.
    True,
    /// Whole numbers, one for each side of a grid.
    Sides,
    /// A velocity; with a time beside it.
    Velocity,
    /// A number from 0 to 1.
    Probability,
    /// A whole number up to this one.
    Count(u64),
    /// Pairs of indices, or a NumPy file of them.
    Pairs,
}
