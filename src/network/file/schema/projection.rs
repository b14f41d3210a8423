//! The keys of a projection.

use super::super::connect::connect;
use super::super::keys::{Key, set, text};
use super::super::tree::Node;
use super::super::values::value;
use crate::Result;
use crate::network::{Connect, Precision, Projection, Rule, Storage, Value};
use crate::units::Quantity;

pub(in super::super) const KEYS: &[Key<Projection>] = &[
    Key::or(
        "none",
        "name",
        "string of `A-Z a-z 0-9 _ -`, no number",
        "what [paths](#paths) call it; without, `pre→post.port`",
        |it, node, _| set(&mut it.name, node.str("a string").map(|name| Some(name.to_owned()))),
    ),
    Key::needed(
        "pre",
        "string, or array of strings",
        "name of the source population; of several each makes a projection",
        |it, node, _| text(&mut it.pre, node),
    ),
    Key::needed("post", "string, or array of strings", "the same of the target population", |it, node, _| {
        text(&mut it.post, node)
    }),
    Key::needed("port", "string", "a port of the target", |it, node, _| text(&mut it.port, node)),
    Key::needed("connect", "string or table", "the [connection rule](#connection-rules)", |it, node, _| {
        set(&mut it.connect, connect(node))
    }),
    Key::needed("weight", "value in the port's unit", "what a spike adds to the port", |it, node, _| {
        set(&mut it.weight, value(node))
    }),
    Key::needed(
        "delay",
        "time, at least one step, or 0",
        "from the spike to its arrival; 0 only where it closes no loop of such projections",
        |it, node, _| set(&mut it.delay, value(node)),
    ),
    Key::or(
        "see below",
        "weights",
        "`\"compact\"` or `\"exact\"`",
        "how precisely weights that differ are kept",
        |it, node, _| {
            let legal = [("compact", Precision::Compact), ("exact", Precision::Exact)];
            it.precision = Some(one_of(node, legal)?);
            Ok(())
        },
    ),
    Key::or(
        "`\"stored\"`",
        "storage",
        "`\"stored\"` or `\"procedural\"`",
        "are synapses held in memory, or drawn again whenever their source spikes?",
        |it, node, _| {
            set(&mut it.storage, one_of(node, [("stored", Storage::Stored), ("procedural", Storage::Procedural)]))
        },
    ),
    Key::like(),
];

/// One of which nothing is said yet.
pub(in super::super) fn blank() -> Projection {
    let connect = Connect { rule: Rule::AllToAll, autapses: true, multapses: true };
    let [weight, delay] = [0.0; 2].map(|number| Value::Constant(Quantity::number(number)));
    let [pre, post, port] = [const { String::new() }; 3];
    Projection { name: None, pre, post, port, connect, weight, delay, precision: None, storage: Storage::default() }
}

fn one_of<T>(node: &Node<'_>, words: [(&str, T); 2]) -> Result<T> {
    let legal = words.each_ref().map(|(word, _)| format!("{word:?}")).join(" or ");
    let found = node.str(&legal)?;
    words.into_iter().find(|(word, _)| *word == found).map(|(_, it)| it).ok_or_else(|| node.unexpected(&legal))
}
