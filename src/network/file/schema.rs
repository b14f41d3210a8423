//! The tables of a network file: which keys each has and what they become.

pub(super) mod population;
pub(super) mod projection;
pub(super) mod record;

use super::keys::{self, Key, nothing, read, set};
use super::stimulus::stimulus;
use super::tree::{Node, Table};
use super::values::quantity;
use crate::Result;
use crate::network::Network;
use crate::network::path::List;
use crate::units::Literal;

/// The network's keys.
const NETWORK: &[Key<Network>] = &[
    Key::or("1", "format", "1", "the version of what this page says; others are refused", |_, node, _| version(node)),
    Key::or(
        "none",
        "include",
        "array of paths",
        "[files](#templates-and-included-files) whose elements come before those of this one",
        nothing,
    ),
    Key::or("none", "let", "table of quantities", "[variables](#variables-and-arithmetic)", nothing),
    Key::needed("dt", "time, above 0", "the time step", |it, node, _| set(&mut it.dt, quantity(node))),
    Key::or(
        "none",
        "duration",
        "time, 0 or more",
        "how long `neuropil run` simulates unless `--duration` says otherwise",
        |it, node, _| set(&mut it.duration, quantity(node).map(Some)),
    ),
    Key::or(
        "0",
        "seed",
        "whole number, 0 to 2⁶⁴ − 1",
        "seed of noise and of initial values that are drawn; in a batch that of the first item, and each other item has the next",
        |it, node, _| set(&mut it.seed, node.whole(0..=u64::MAX)),
    ),
    Key::or(
        "that of `seed` in the file",
        "wiring_seed",
        "whole number, 0 to 2⁶⁴ − 1",
        "seed of synapses and of parameters that are drawn, which all items of a batch share",
        |it, node, _| set(&mut it.wiring_seed, node.whole(0..=u64::MAX).map(Some)),
    ),
    Key::or("none", "template", "table of tables", "[templates](#templates-and-included-files) by name", nothing),
    Key::or(
        "at least one",
        "population",
        "tables, each under `[[population]]`",
        "[populations](#populations)",
        |it, node, _| {
            set(
                &mut it.populations,
                elements(node, |table, path| read(table, path, population::KEYS, population::blank())),
            )
        },
    ),
    Key::or(
        "none",
        "projection",
        "tables, each under `[[projection]]`",
        "[projections](#projections)",
        |it, node, _| {
            set(
                &mut it.projections,
                elements(node, |table, path| read(table, path, projection::KEYS, projection::blank())),
            )
        },
    ),
    Key::or("none", "stimulus", "tables, each under `[[stimulus]]`", "[stimuli](#stimuli)", |it, node, _| {
        set(&mut it.stimuli, elements(node, stimulus))
    }),
    Key::or("none", "record", "tables, each under `[[record]]`", "[records](#records)", |it, node, _| {
        set(&mut it.records, elements(node, |table, path| read(table, path, record::KEYS, record::blank())))
    }),
];

/// The manual's tables of keys, by name.
pub(super) fn markdown() -> [(&'static str, String); 4] {
    [
        ("network", keys::markdown(NETWORK)),
        ("populations", keys::markdown(population::KEYS)),
        ("projections", keys::markdown(projection::KEYS)),
        ("records", keys::markdown(record::KEYS)),
    ]
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
    keys.iter().map(|key| key.name).filter(|name| !of_the_text.contains(name)).collect()
}

/// The keys of a network that are no lists.
pub(in crate::network) fn head() -> Vec<&'static str> {
    values(NETWORK).into_iter().filter(|name| List::ALL.iter().all(|list| list.key() != *name)).collect()
}
