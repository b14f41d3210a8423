//! The tables of a network file: which keys each has and what they become.

pub(super) mod population;
pub(crate) mod projection;
pub(super) mod record;

use super::keys::{self, Key, Said, names, nothing, one_of, read, said, set, words};
use super::shape::Shape;
use super::stimulus::{self, stimulus};
use super::tree::{Node, Table};
use super::until;
use super::values::quantity;
use crate::Result;
use crate::network::path::List;
use crate::network::{ItemWiring, Network};
use crate::units::Literal;

const WIRINGS: [(&str, ItemWiring); 2] = [("shared", ItemWiring::Shared), ("own", ItemWiring::Own)];

/// The network's keys.
const NETWORK: &[Key<Network>] = &[
    Key::or("1", "format", Shape::Only(1), "the version of what this page says; others are refused", |_, node, _| {
        version(node)
    }),
    Key::or(
        "none",
        "include",
        Shape::Paths,
        "[files](#templates-and-included-files) whose elements come before those of this one",
        nothing,
    ),
    Key::or("none", "let", Shape::Variables, "[variables](#variables-and-arithmetic)", nothing),
    Key::needed("dt", Shape::Time("above 0"), "the time step", |it, node, _| set(&mut it.dt, quantity(node))),
    Key::or(
        "none",
        "duration",
        Shape::Time("0 or more"),
        "how long `neuropil run` simulates unless `--duration` says otherwise",
        |it, node, _| set(&mut it.duration, quantity(node).map(Some)),
    ),
    Key::or("none", "until", Shape::Until, "what [ends a run](#stopping) before its time", |it, node, _| {
        set(&mut it.until, until::until(node))
    }),
    Key::or(
        "0",
        "seed",
        Shape::Whole(0, u64::MAX),
        "seed of noise and of initial values that are drawn; in a batch that of the first item, and each other item has the next",
        |it, node, _| set(&mut it.seed, node.whole(0..=u64::MAX)),
    ),
    Key::or(
        "that of `seed` in the file",
        "wiring_seed",
        Shape::Whole(0, u64::MAX),
        "seed of synapses and of parameters that are drawn",
        |it, node, _| set(&mut it.wiring_seed, node.whole(0..=u64::MAX).map(Some)),
    ),
    Key::or(
        "`\"shared\"`",
        "wiring",
        Shape::Words(&words(&WIRINGS)),
        "items of a batch share synapses and drawn parameters, or each has its own: that of the next wiring seed",
        |it, node, _| set(&mut it.wiring, one_of(node, WIRINGS)),
    ),
    Key::or("none", "template", Shape::Templates, "[templates](#templates-and-included-files) by name", nothing),
    Key::or(
        "at least one",
        "population",
        Shape::Elements("population"),
        "[populations](#populations)",
        |it, node, _| {
            set(
                &mut it.populations,
                elements(node, |table, path| read(table, path, population::KEYS, population::blank())),
            )
        },
    ),
    Key::or("none", "projection", Shape::Elements("projection"), "[projections](#projections)", |it, node, _| {
        set(&mut it.projections, elements(node, projection::projection))
    }),
    Key::or("none", "stimulus", Shape::Elements("stimulus"), "[stimuli](#stimuli)", |it, node, _| {
        set(&mut it.stimuli, elements(node, stimulus))
    }),
    Key::or("none", "record", Shape::Elements("record"), "[records](#records)", |it, node, _| {
        set(&mut it.records, elements(node, |table, path| read(table, path, record::KEYS, record::blank())))
    }),
];

/// What is said of the keys of all tables, by name. (Kinds of stimuli have more.)
pub(crate) fn tables() -> [(&'static str, Vec<Said>); 7] {
    [
        ("network", said(NETWORK)),
        ("until", said(until::KEYS)),
        ("population", said(population::KEYS)),
        ("port", said(population::PORT)),
        ("projection", said(projection::KEYS)),
        ("stimulus", said(stimulus::COMMON)),
        ("record", said(record::KEYS)),
    ]
}

/// The manual's tables of keys, by name.
pub(super) fn markdown() -> [(&'static str, String); 7] {
    tables().map(|(name, said)| (name, keys::markdown(&said)))
}

/// A network, from what its file says.
pub(super) fn network(table: &Table<'_>) -> Result<Network> {
    read(table, "", NETWORK, Network::new(0.0.ms()))
}

/// The version of the format that a file is written in.
fn version(node: &Node<'_>) -> Result<()> {
    let number = node.value.get_ref().as_integer().and_then(|number| number.as_str().parse::<u64>().ok());
    match number {
        Some(1) => Ok(()),
        Some(later) => {
            let program = crate::version::VERSION;
            Err(node.error(format!(
                "format {later} is not known to neuropil {program}; legal: 1; a later neuropil may read it"
            )))
        }
        None => Err(node.unexpected("the version of the format, 1")),
    }
}

/// The tables of an array of tables, each of which is told its path.
fn elements<T>(node: &Node<'_>, read: impl Fn(&Table<'_>, &str) -> Result<T>) -> Result<Vec<T>> {
    let key = node.key;
    let tables = node.tables()?;
    tables.iter().enumerate().map(|(index, table)| read(table, &format!("{key}[{index}]"))).collect()
}

/// The keys of a table that are values of the network, which paths name.
pub(super) fn values<T>(keys: &[Key<T>]) -> Vec<&'static str> {
    let of_the_text = ["format", "include", "let", "template", "like"];
    names(keys).into_iter().filter(|name| !of_the_text.contains(name)).collect()
}

/// The keys of a network that are no lists.
pub(in crate::network) fn head() -> Vec<&'static str> {
    values(NETWORK).into_iter().filter(|name| List::ALL.iter().all(|list| list.key() != *name)).collect()
}
