//! The keys of a projection.

use super::super::connect::connect;
use super::super::indices;
use super::super::keys::{Key, one_of, read, set, some_text, text, words};
use super::super::shape::Shape;
use super::super::tree::{Node, Table};
use super::super::values::value;
use super::population::part;
use crate::Result;
use crate::network::{Connect, Part, Precision, Projection, Rule, STATIC, Storage, Value};
use crate::units::Quantity;

const PRECISIONS: [(&str, Precision); 2] = [("compact", Precision::Compact), ("exact", Precision::Exact)];
const STORAGES: [(&str, Storage); 2] = [("stored", Storage::Stored), ("procedural", Storage::Procedural)];

pub(in super::super) const KEYS: &[Key<Projection>] = &[
    Key::or(
        "none",
        "name",
        Shape::NameNoNumber,
        "what [paths](#paths) call it; without, `pre→post.port`, or `pre→post.gap_junction`",
        |it, node, _| some_text(&mut it.name, node),
    ),
    Key::needed(
        "pre",
        Shape::Populations,
        "the source population, or a [part](#parts-of-populations) of it; of several each makes a projection",
        |it, node, _| set(&mut it.pre, indices::end(node)),
    ),
    Key::needed("post", Shape::Populations, "the same of the target population", |it, node, _| {
        set(&mut it.post, indices::end(node))
    }),
    Key::or(NEEDED, ENDS[0], Shape::Text, "a port of the target", |it, node, _| text(&mut it.port, node)),
    Key::needed("connect", Shape::Connect, "the [connection rule](#connection-rules)", |it, node, _| {
        set(&mut it.connect, connect(node))
    }),
    Key::needed(
        "weight",
        Shape::Weight,
        "what a spike adds to the port, or what a graded value is multiplied by; the conductance of [gap junctions](#gap-junctions), in mS",
        |it, node, _| set(&mut it.weight, value(node)),
    ),
    Key::or(
        NEEDED,
        ENDS[1],
        Shape::Delay,
        "from the spike, or the value, to its arrival; 0 only where it closes no loop of such projections",
        |it, node, _| set(&mut it.delay, value(node)),
    ),
    Key::or(
        "see below",
        "weights",
        Shape::Words(&words(&PRECISIONS)),
        "how precisely weights that differ are kept",
        |it, node, _| set(&mut it.precision, one_of(node, PRECISIONS).map(Some)),
    ),
    Key::or(
        "`\"stored\"`",
        "storage",
        Shape::Words(&words(&STORAGES)),
        "are synapses held in memory, or drawn again whenever their source spikes?",
        |it, node, _| set(&mut it.storage, one_of(node, STORAGES)),
    ),
    Key::or(
        "`\"static\"`",
        "model",
        Shape::Plastic,
        "what becomes of its sources' spikes, or which value they [give in each step](#graded-projections), a [model](#models) of the catalogue or the path of a `.wgsl` file: \
         `\"stp\"`, or `{ stp = { u = 0.2 } }` with its parameters, of which each source may have its own; `\"static\"` brings whole weights, and `\"gap_junction\"` \
         makes [gap junctions](#gap-junctions)",
        |it, node, _| set(&mut it.model, model(node)),
    ),
    Key::like(),
];

/// The keys that gap junctions lack, and all others need.
pub(crate) const ENDS: [&str; 2] = ["port", "delay"];
const NEEDED: &str = "needed, but not of gap junctions";

/// Reads a projection.
///
/// # Errors
/// [`Error::Syntax`](crate::Error::Syntax), as of any table; for a key that gap junctions lack, or others need.
pub(in super::super) fn projection(table: &Table<'_>, path: &str) -> Result<Projection> {
    let found = read(table, path, KEYS, blank())?;
    for key in ENDS {
        match (found.is_gap_junction(), table.get(key)) {
            (false, None) => drop(table.need(key)?),
            (true, Some(node)) => {
                let problem = format!(
                    "gap junctions have no `{key}`: they act on V, and see the V of their sources after the step before"
                );
                return Err(node.error(problem));
            }
            _ => {}
        }
    }
    Ok(found)
}

/// One of which nothing is said yet.
fn blank() -> Projection {
    let connect = Connect::from(Rule::AllToAll);
    let (weight, delay) = (Value::Constant(Quantity::number(0.0)), Projection::no_delay());
    let [pre, post] = [""; 2].map(Into::into);
    let port = String::new();
    let storage = Storage::default();
    Projection { name: None, pre, post, port, connect, weight, delay, precision: None, storage, model: None }
}

fn model(node: &Node<'_>) -> Result<Option<Part>> {
    if node.value.get_ref().as_str() == Some(STATIC) {
        return Ok(None);
    }
    part(node, "a name such as \"stp\", or { stp = { u = 0.2 } }").map(Some)
}
