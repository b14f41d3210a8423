//! The keys of a record.

use super::super::indices::indices;
use super::super::keys::{Key, set, some_text, text};
use super::super::shape::Shape;
use super::super::values::{list, quantity};
use crate::network::Record;

pub(in super::super) const KEYS: &[Key<Record>] = &[
    Key::or(
        "needed, or `projection`",
        "population",
        Shape::Populations,
        "its name; of several each makes a record",
        |it, node, _| text(&mut it.population, node),
    ),
    Key::or(
        "none",
        "projection",
        Shape::Text,
        "in place of a population: the name of a projection whose `model` has variables, `\"u\"`, which are recorded of its sources",
        |it, node, _| some_text(&mut it.projection, node),
    ),
    Key::needed(
        "what",
        Shape::Texts,
        "`\"spikes\"`; variables of the neuron, `\"v\"`; of a port's synapse, `\"ampa.g\"`; of a stimulus, \
                  `\"ornstein_uhlenbeck.x\"`, a second one of the kind `\"ornstein_uhlenbeck2.x\"`",
        |it, node, _| {
            let expected = "an array of strings";
            it.what = list(node, expected, |node| Ok(node.str(expected)?.to_owned()))?;
            Ok(())
        },
    ),
    Key::or(
        "every step",
        "every",
        Shape::Time("at least one step"),
        "interval between samples of variables",
        |it, node, _| set(&mut it.every, quantity(node).map(Some)),
    ),
    Key::or("0 ms", "start", Shape::Time("0 or more"), "when recording begins", |it, node, _| {
        set(&mut it.start, quantity(node).map(Some))
    }),
    Key::or("the end", "stop", Shape::Time("after `start`"), "when recording ends", |it, node, _| {
        set(&mut it.stop, quantity(node).map(Some))
    }),
    Key::or("all", "neurons", Shape::Indices, "of which it is recorded", |it, node, path| {
        set(&mut it.neurons, indices(node, &format!("{path}.neurons")).map(Some))
    }),
    Key::like(),
];

/// One of which nothing is said yet.
pub(in super::super) fn blank() -> Record {
    let (population, what) = (String::new(), Vec::new());
    Record { population, projection: None, what, every: None, start: None, stop: None, neurons: None }
}
