//! Lowers projections: draws who is connected to whom, and lays out the synapse table.

use super::resolve::{Context, array_in, matrix, numbers, whole_or};
use super::suspicious::negative;
use super::weights::Counted;
use super::{Column, Group, SynapseTable, connect};
use crate::memory::{bytes_of, grow};
use crate::network::{Projection, Rule, Value};
use crate::random::Purpose;
use crate::shader::FieldKind;
use crate::units::{Quantity, Unit};
use crate::{Error, Result, Warning};

/// Entries of one delivery task at most.
const CHUNK: u32 = 256;

/// A projection's ends, as lowered so far.
#[derive(Clone, Copy)]
pub(super) struct Ends<'a> {
    /// Index of the source population.
    pub pre: usize,
    /// Neurons of the source population.
    pub pre_size: u32,
    /// Index of the target population.
    pub post: usize,
    /// Neurons of the target population.
    pub post_size: u32,
    /// Index of the target's port.
    pub port: usize,
    /// The port's unit.
    pub unit: &'a str,
    /// Ring cell of the port of the target's first neuron.
    pub first_cell: u32,
}

/// A projection with its synapses, weights and delays.
pub(super) struct Bundle<'a> {
    /// Index of the projection.
    pub index: u32,
    pub ends: Ends<'a>,
    pub synapses: connect::Csr,
    /// In the port's unit.
    pub weights: Column,
    /// Are the weights drawn? Then some are near 0 by chance.
    pub drawn: bool,
    /// [steps]
    pub delays: Column,
}

impl Bundle<'_> {
    /// [bytes] that it takes.
    pub(super) fn bytes(&self) -> u64 {
        let connect::Csr { starts, targets, pair } = &self.synapses;
        let own = |column: &Column| shared(column).map_or(column.values().len(), |_| 0);
        let words = [targets.len(), pair.as_ref().map_or(0, Vec::len)].map(|len| bytes_of::<u32>(len as u64));
        let long = [starts.len(), own(&self.weights), own(&self.delays)].map(|len| bytes_of::<u64>(len as u64));
        words.into_iter().chain(long).sum()
    }
}

/// Draws a projection's synapses.
///
/// # Errors
/// [`Error::Field`] for an impossible rule, a wrong dimension, a value that is not finite, a delay below one step.
pub(super) fn bundle<'a>(
    projection: &Projection,
    index: u32,
    ends: Ends<'a>,
    dt_ms: f64,
    seed: u64,
    warnings: &mut Vec<Warning>,
) -> Result<Bundle<'a>> {
    let path = format!("projection[{index}]");
    let connect_path = format!("{path}.connect");
    let pairs = match &projection.connect.rule {
        Rule::List(array) => pairs(array_in(array, &Unit::ONE, &connect_path)?, &connect_path)?,
        _ => Vec::new(),
    };
    let rule = match &projection.connect.rule {
        Rule::AllToAll => connect::Rule::AllToAll,
        Rule::OneToOne => connect::Rule::OneToOne,
        Rule::PairwiseBernoulli(p) => connect::Rule::PairwiseBernoulli(*p),
        Rule::FixedIndegree(n) => connect::Rule::FixedIndegree(*n),
        Rule::FixedOutdegree(n) => connect::Rule::FixedOutdegree(*n),
        Rule::FixedTotalNumber(n) => connect::Rule::FixedTotalNumber(*n),
        Rule::List(_) => connect::Rule::List(&pairs),
    };
    let sides = connect::Sides {
        n_pre: ends.pre_size,
        n_post: ends.post_size,
        same_population: ends.pre == ends.post,
        autapses: projection.connect.autapses,
        multapses: projection.connect.multapses,
    };
    let synapses =
        connect::connect(rule, sides, seed, index).map_err(|problem| Error::field(connect_path, problem, ""))?;
    let context = Context {
        dt_ms,
        seed,
        purpose: Purpose::Weights,
        index: u64::from(index),
        size: synapses.targets.len(),
        batch: 1,
        port_unit: ends.unit,
        path: &path,
        owner: "projection",
    };
    let weight_unit = Unit::parse(ends.unit).map_err(|problem| Error::field(&path, problem, ""))?;
    let weight_path = format!("{path}.weight");
    let weights = each(&projection.weight, &weight_unit, &weight_path, sides, projection, context)?;
    warnings.extend(negative(weight_path, &weights, context.size, &weight_unit));
    let delay_path = format!("{path}.delay");
    let context = Context { purpose: Purpose::Delays, ..context };
    let delays = each(&projection.delay, &Unit::MILLISECOND, &delay_path, sides, projection, context)?;
    let drawn = matches!(projection.delay, Value::Drawn(_));
    let delays = in_listed_order(delay_steps(&delays, drawn, dt_ms, &delay_path)?, &projection.delay, &synapses);
    let weights = in_listed_order(weights, &projection.weight, &synapses);
    let drawn = matches!(projection.weight, Value::Drawn(_) | Value::Initialised(_));
    Ok(Bundle { index, ends, synapses, weights, drawn, delays })
}

/// A value for each synapse. For all-to-all an array is a matrix `[n_pre, n_post]`, and an initialiser may draw it.
#[expect(clippy::arithmetic_side_effects, reason = "no population is without neurons")]
fn each(
    value: &Value,
    unit: &Unit,
    path: &str,
    sides: connect::Sides,
    projection: &Projection,
    context: Context<'_>,
) -> Result<Column> {
    let all = projection.connect.rule == Rule::AllToAll;
    let shape = [sides.n_pre as usize, sides.n_post as usize];
    match value {
        Value::Initialised(_) if !all => {
            let problem = "an initialiser draws a whole matrix";
            return Err(Error::field(path, problem, "connect = \"all_to_all\", or a distribution"));
        }
        Value::Initialised(_) | Value::Array(_) if all => {}
        Value::Array(array) => {
            let (found, values) = array_in(array, unit, path)?;
            if found != [context.size] {
                let problem = format!("the array has shape {found:?}");
                return Err(Error::field(path, problem, format!("[{}], one for each synapse", context.size)));
            }
            return Ok(Column::Each(values.into()));
        }
        _ => return numbers(value, unit, path, context),
    }
    let weights = matrix(value, shape, unit, path, context.index << 1, context)?;
    if sides.autapses || !sides.same_population {
        return Ok(weights);
    }
    // Without autapses the diagonal stands for no synapse.
    let off_diagonal = weights.values().iter().enumerate().filter(|(at, _)| at / shape[1] != at % shape[1]);
    Ok(Column::Each(off_diagonal.map(|(_, weight)| *weight).collect()))
}

/// The pairs of an explicit list.
fn pairs((shape, values): (Vec<usize>, Vec<f64>), path: &str) -> Result<Vec<[u32; 2]>> {
    if shape.len() != 2 || shape[1] != 2 {
        return Err(Error::field(path, format!("the list has shape {shape:?}"), "[n, 2]: source, target"));
    }
    if let Some(value) = values.iter().find(|value| !FieldKind::U32.holds(**value)) {
        return Err(Error::field(path, format!("{value} is not an index"), "whole numbers from 0"));
    }
    Ok(values.chunks_exact(2).map(|pair| [pair[0], pair[1]].map(whole)).collect())
}

/// An array given for a list has the list's order; the synapses are sorted by source.
fn in_listed_order(column: Column, value: &Value, synapses: &connect::Csr) -> Column {
    match (column, value, &synapses.pair) {
        (Column::Each(values), Value::Array(_), Some(order)) => {
            Column::Each(order.iter().map(|&pair| values[pair as usize]).collect())
        }
        (column, ..) => column,
    }
}

/// Delays in whole steps. A drawn delay below one step becomes one step; a stated one is an error.
fn delay_steps(delays: &Column, drawn: bool, dt_ms: f64, path: &str) -> Result<Column> {
    let steps = delays.map(|ms| whole_or(ms / dt_ms, f64::round));
    for (index, (&ms, &steps)) in delays.values().iter().zip(steps.values()).enumerate() {
        let below = ms != 0.0 && ms < dt_ms * (1.0 - 1e-9);
        if (below && !drawn) || steps > f64::from(u32::MAX >> 2) {
            let which = if delays.values().len() > 1 { format!("value {index} is ") } else { String::new() };
            let legal = format!("{dt_ms} ms (one step) to {} steps, or 0 where that closes no loop", u32::MAX >> 2);
            let time = Quantity::new(ms, &Unit::MILLISECOND);
            return Err(Error::field(path, format!("{which}{time}"), legal));
        }
    }
    Ok(if drawn { steps.map(|steps| steps.max(1.0)) } else { steps })
}

/// What a group's synapses share, before it has a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    source: usize,
    weight: Option<i32>,
    delay: Option<u32>,
}

/// A population's first row and its groups.
pub(super) type Place = (u32, std::ops::Range<u32>);

/// Lays out all synapses.
///
/// Returns the table, and each population's place in it.
///
/// # Errors
/// [`Error::Request`] if cells and delays do not fit an entry together, or there are too many synapses or rows.
pub(super) fn table(
    bundles: &[Counted<'_>],
    sizes: &[u32],
    cells: u32,
    max_shard_bytes: u64,
) -> Result<(SynapseTable, Vec<Place>)> {
    let key = |bundle: &Counted<'_>| Key {
        source: bundle.ends.pre,
        weight: bundle.counts.shared(),
        delay: shared(&bundle.delays).map(whole),
    };
    let with_synapses = || bundles.iter().filter(|bundle| !bundle.synapses.targets.is_empty());
    let mut keyed: Vec<(Key, &Counted<'_>)> = with_synapses().map(|bundle| (key(bundle), bundle)).collect();
    // Within a group bundles keep the network's order.
    keyed.sort_by_key(|(key, _)| *key);
    let groups: Vec<_> = keyed.chunk_by(|(one, _), (other, _)| one == other).collect();
    let keys: Vec<Key> = groups.iter().map(|members| members[0].0).collect();

    let all_delays = || with_synapses().flat_map(|bundle| bundle.delays.values());
    let max_delay = whole(all_delays().copied().fold(1.0, f64::max));
    let has_longest = |bundle: &Counted<'_>| bundle.delays.values().contains(&f64::from(max_delay));
    let longest = bundles.iter().position(|bundle| !bundle.synapses.targets.is_empty() && has_longest(bundle));
    let min_delay = all_delays().copied().filter(|delay| *delay > 0.0).fold(f64::INFINITY, f64::min);
    let min_delay = if min_delay.is_finite() { whole(min_delay) } else { u32::MAX };
    let own_delays = keys.iter().any(|key| key.delay.is_none());
    let cell_bits = u32::BITS.saturating_sub(cells.saturating_sub(1).leading_zeros());
    // What is left of an entry beside the cell.
    let longest_own = u32::MAX.checked_shr(cell_bits).unwrap_or(0);
    if own_delays && max_delay > longest_own {
        return Err(Error::request(
            "synapse table",
            format!("{cells} ports of neurons and delays of up to {max_delay} steps do not fit 32 bits together"),
            format!("delays of up to {longest_own} steps here, or one constant delay per projection"),
        ));
    }
    let (places, rows) = places(&keys, sizes)?;

    let shard = (max_shard_bytes / 4).clamp(u64::from(CHUNK), 1 << 29);
    let shard = 1u32 << shard.ilog2();
    let mut table = SynapseTable {
        count: bundles.iter().map(|bundle| bundle.synapses.targets.len() as u64).sum(),
        groups: keys.iter().map(|key| Group { source: key.source, weight: key.weight, delay: key.delay }).collect(),
        rows: vec![[0, 0]; rows as usize],
        cell_bits,
        shard,
        chunk: CHUNK,
        max_delay,
        longest,
        min_delay,
        ..SynapseTable::default()
    };
    let most = u64::from(u32::MAX).saturating_sub(u64::from(shard));
    let Some(count) = usize::try_from(table.count).ok().filter(|_| table.count <= most) else {
        let problem = format!("{} synapses exceed 32-bit indices", table.count);
        return Err(Error::request("synapse table", problem, format!("at most {most}")));
    };
    let own = with_synapses().filter(|bundle| bundle.counts.shared().is_none());
    let own = own.map(|bundle| bundle.synapses.targets.len()).sum();
    make_room(&mut table, count, own)?;
    // Groups whose synapses have weights of their own come first, so that `weights` stays short.
    let own_weights_first = |index: &usize| keys[*index].weight.is_some();
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by_key(own_weights_first);
    for index in order {
        let source = keys[index].source;
        for (source, row) in (0..sizes[source]).zip(rows_of(index, &places[source])) {
            let count: usize = groups[index].iter().map(|(_, bundle)| bundle.synapses.row(source).len()).sum();
            align(&mut table, count, keys[index].weight.is_none())?;
            table.rows[row] = begin_row(&table, count)?;
            for (_, bundle) in groups[index] {
                append(&mut table, bundle, source, keys[index]);
            }
        }
    }
    Ok((table, places))
}

/// Each population's place in the table, and the number of rows.
#[expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "there are no more groups than projections, and two u32 have their product in a u64"
)]
fn places(keys: &[Key], sizes: &[u32]) -> Result<(Vec<Place>, u32)> {
    let mut rows = 0u64;
    let mut places = Vec::with_capacity(sizes.len());
    for (source, size) in sizes.iter().enumerate() {
        let first = keys.partition_point(|key| key.source < source) as u32;
        let last = keys.partition_point(|key| key.source <= source) as u32;
        places.push((u32::try_from(rows).unwrap_or(u32::MAX), first..last));
        rows = rows.saturating_add(u64::from(*size) * u64::from(last - first));
    }
    let rows = u32::try_from(rows).map_err(|_| {
        let problem = format!("{rows} rows, one for each source neuron and group of equal weight and delay");
        Error::request("synapse table", problem, format!("at most {}: fewer constant weights and delays", u32::MAX))
    })?;
    Ok((places, rows))
}

/// The rows of a group, one for each neuron of its source, whose place this is.
#[expect(clippy::arithmetic_side_effects, reason = "a row of the table, and more groups than the one")]
fn rows_of(group: usize, (first, groups): &Place) -> impl Iterator<Item = usize> + use<> {
    (*first as usize + group - groups.start as usize..).step_by(groups.len())
}

/// A row of `count` synapses that begins here.
fn begin_row(table: &SynapseTable, count: usize) -> Result<[u32; 2]> {
    if let [Ok(first), Ok(count)] = [table.entries.len(), count].map(u32::try_from)
        && first.checked_add(count).is_some()
    {
        return Ok([first, count]);
    }
    let problem = format!("{} synapses and the gaps between rows exceed 32-bit indices", table.count);
    Err(Error::request("synapse table", problem, "shorter rows, or fewer synapses"))
}

/// Makes room for so many entries and weights.
fn make_room(table: &mut SynapseTable, entries: usize, weights: usize) -> Result<()> {
    let (what, hint) = ("the synapse table", "fewer synapses");
    grow(&mut table.entries, entries, what, hint)?;
    grow(&mut table.weights, weights, what, hint)
}

/// Makes room for a row, and leaves a gap before it where it would cross a shard's end: it starts at the next shard instead.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "places in a shard, which has one entry at least, and lengths in memory"
)]
fn align(table: &mut SynapseTable, count: usize, own_weights: bool) -> Result<()> {
    let used = table.entries.len() & (table.shard as usize - 1);
    let crosses = used != 0 && used + count > table.shard as usize;
    let gap = if crosses { table.shard as usize - used } else { 0 };
    let weighted = !table.weights.is_empty() && table.weights.len() == table.entries.len();
    make_room(table, gap + count, if own_weights || weighted { gap + count } else { 0 })?;
    table.entries.resize(table.entries.len() + gap, 0);
    if weighted {
        table.weights.resize(table.entries.len(), 0);
    }
    Ok(())
}

#[expect(clippy::arithmetic_side_effects, reason = "cells and delays have been found to fit an entry together")]
fn append(table: &mut SynapseTable, bundle: &Counted<'_>, source: u32, key: Key) {
    let first = bundle.synapses.starts[source as usize];
    debug_assert!(key.delay.is_some() || table.cell_bits < 32 && table.cell_mask() >= bundle.ends.first_cell);
    for (offset, &target) in bundle.synapses.row(source).iter().enumerate() {
        let cell = bundle.ends.first_cell + target;
        let delay = match key.delay {
            Some(_) => 0,
            None => whole(bundle.delays.at(first + offset)) << table.cell_bits,
        };
        table.entries.push(cell | delay);
        if key.weight.is_none() {
            table.weights.push(bundle.counts.at(first + offset));
        }
    }
}

/// A number that has been found to be whole.
fn whole(number: f64) -> u32 {
    FieldKind::U32.word(number)
}

fn shared(column: &Column) -> Option<f64> {
    match column {
        Column::Constant(value) => Some(*value),
        Column::Each(_) => None,
    }
}

#[cfg(test)]
mod tests;
