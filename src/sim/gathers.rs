//! What neurons gather on a device: where the tables of projections are, the words by which kernels find them, and the ring of what is
//! given, which stands behind the delay ring. Kernels of networks without such projections know nothing of them.

use super::bindings::Ring;
use super::tables::table;
use super::texts::GATHER;
use super::values::Values;
use crate::plan::{Gather, Gives, Plan, PopulationPlan};
use crate::rows::{Entries, Incoming, SLICE};
use crate::shader::{Text, constants};

/// The kernel's words for how synapses are had, and flags: see `gather.wgsl`.
const KINDS: [u32; 3] = [0, 1, 2];
const OWN_WEIGHTS: u32 = 1;
const OWN_DELAYS: u32 = 2;
const APART: u32 = 4;

/// Does anybody gather?
pub(super) fn any(plan: &Plan) -> bool {
    !plan.gathers.is_empty()
}

/// Words of all tables.
#[expect(clippy::cast_possible_truncation, reason = "`Plan::check` found a binding to hold them")]
pub(super) fn words(plan: &Plan) -> usize {
    plan.gather_words() as usize
}

/// The head of kernels: how numbers of the ring and words of tables are read.
pub(super) fn head(plan: &Plan, ring: Ring) -> String {
    if !any(plan) {
        return String::new();
    }
    let [load, store] = match ring {
        Ring::Own => ["ring[at]", "ring[at] = bitcast<i32>(value)"],
        Ring::Atomic => ["atomicLoad(&ring[at])", "atomicStore(&ring[at], bitcast<i32>(value))"],
    };
    let (buffer, word) = match words(plan) {
        0 => ("", "0u"),
        _ => ("var<storage, read> gathers: array<u32>;\n", "gathers[at]"),
    };
    constants(&[("VALUE_SLOTS", plan.value_slots)])
        + &format!(
            "{buffer}fn gather_word(at: u32) -> u32 {{\n    return {word};\n}}\n\
             fn load_value(at: u32) -> f32 {{\n    return bitcast<f32>({load});\n}}\n\
             fn store_value(at: u32, value: f32) {{\n    {store};\n}}\n"
        )
}

/// Where the tables of a projection are.
struct Place {
    /// Those of all items, or of each.
    tables: Vec<usize>,
    /// The sums of the weights onto each target, of all items or of each; none but of gap junctions.
    sums: Vec<usize>,
}

/// Items whose tables, or weights, differ.
fn items_of(gather: &Gather, batch: u32) -> u32 {
    if gather.synapses.len() > 1 || !gather.weights.is_empty() { batch } else { 1 }
}

/// Where the tables of each projection are, one behind the other.
#[expect(clippy::arithmetic_side_effects, clippy::cast_possible_truncation, reason = "words that a binding holds")]
fn places(plan: &Plan) -> Vec<Place> {
    let mut next = 0;
    let mut take = |words: usize| {
        next += words;
        next - words
    };
    let mut of = |gather: &Gather| {
        let tables = gather.synapses.iter().map(|incoming| take(incoming.device_words() as usize)).collect();
        let targets = gather.synapses[0].targets.len();
        let items = if gather.port.is_none() { items_of(gather, plan.batch) } else { 0 };
        Place { tables, sums: (0..items).map(|_| take(targets)).collect() }
    };
    plan.gathers.iter().map(&mut of).collect()
}

/// The words of all tables.
#[expect(clippy::cast_possible_truncation, reason = "sums are rounded to f32")]
pub(super) fn tables(plan: &Plan) -> Vec<u32> {
    let mut all = Vec::with_capacity(words(plan));
    for gather in &plan.gathers {
        gather.synapses.iter().for_each(|incoming| append(incoming, &mut all));
        let items = 0..if gather.port.is_none() { items_of(gather, plan.batch) } else { 0 };
        for item in items {
            let targets = gather.incoming(item).targets.clone();
            all.extend(targets.map(|target| (gather.conductance(item, target) as f32).to_bits()));
        }
    }
    all
}

/// Appends one table, as `Incoming::device_words` counts it.
#[expect(clippy::arithmetic_side_effects, clippy::cast_possible_truncation, reason = "words that a binding holds")]
fn append(incoming: &Incoming, all: &mut Vec<u32>) {
    let (starts, sources, weights, delays) = match &incoming.entries {
        Entries::All { .. } => return,
        Entries::Matrix { weights, .. } => return all.extend(weights.iter().map(|weight| weight.to_bits())),
        Entries::Listed { starts, sources, weights, delays } => (starts, sources, weights, delays),
    };
    let each = SLICE * incoming.entry_words();
    let targets = starts.len() - 1;
    let mut first = all.len() + targets.div_ceil(SLICE) + targets;
    for longest in incoming.longest_of_slices() {
        all.push(first as u32);
        first += longest as usize * each;
    }
    all.extend(starts.windows(2).map(|two| two[1] - two[0]));
    for (slice, longest) in incoming.longest_of_slices().enumerate() {
        let begin = all.len();
        all.resize(begin + longest as usize * each, 0);
        for (lane, target) in (slice * SLICE..targets.min((slice + 1) * SLICE)).enumerate() {
            for (at, entry) in (starts[target] as usize..starts[target + 1] as usize).enumerate() {
                let own = [weights.get(entry).map(|weight| weight.to_bits()), delays.get(entry).copied()];
                let entry_words = std::iter::once(sources[entry]).chain(own.into_iter().flatten());
                for (kind, word) in entry_words.enumerate() {
                    all[begin + at * each + kind * SLICE + lane] = word;
                }
            }
        }
    }
}

/// A slab's gathering: the text of its kernel, and constants for it; words of the slab's tables are appended.
pub(super) fn of_slab(plan: &Plan, slab: usize, values: &mut Values<'_, '_>) -> Option<(Text, String)> {
    let own = &plan.slabs[slab];
    let gathers =
        |population: usize| plan.gathers.iter().zip(places(plan)).filter(move |(it, _)| it.post == population);
    let gives = |population: usize| plan.channels.iter().any(|channel| channel.population == population);
    if !own.populations.iter().any(|&population| gathers(population).next().is_some() || gives(population)) {
        return None;
    }
    let of_items = |&population: &usize| gathers(population).any(|(gather, _)| items_of(gather, plan.batch) > 1);
    let items = if own.populations.iter().any(of_items) { plan.batch } else { 1 };
    let ports = own.ports.len();
    let (mut firsts, mut words, mut count) = (Vec::new(), Vec::new(), 0u32);
    for item in 0..items {
        for port in (0..ports).map(Some).chain([None]) {
            for &population in &own.populations {
                firsts.push(count);
                for (gather, place) in gathers(population).filter(|(gather, _)| gather.port == port) {
                    words.extend(described(plan, gather, &place, item));
                    count = count.saturating_add(1);
                }
            }
        }
    }
    firsts.push(count);
    let text = table("GATHER_FIRSTS", firsts, &mut values.tables) + &table("GATHERS", words, &mut values.tables);
    let numbers = [
        ("GATHER_PORTS", ports),
        ("GATHER_ITEMS", if items > 1 { ports.saturating_add(1) } else { 0 }),
        ("GATHER_POPULATIONS", own.populations.len()),
    ];
    Some((GATHER, text + &constants(&numbers)))
}

/// The words of a projection in an item.
#[expect(clippy::cast_possible_truncation, reason = "`Plan::check` found bindings to hold the rings and the tables")]
fn described(plan: &Plan, gather: &Gather, place: &Place, item: u32) -> [u32; 12] {
    let incoming = gather.incoming(item);
    let givers = plan.populations[plan.channels[gather.channel].population].size;
    let (kind, apart) = match &incoming.entries {
        Entries::Listed { .. } => (KINDS[0], false),
        Entries::Matrix { apart, .. } => (KINDS[1], *apart),
        Entries::All { apart } => (KINDS[2], *apart),
    };
    let flags = [(incoming.weight.is_none(), OWN_WEIGHTS), (incoming.delay.is_none(), OWN_DELAYS), (apart, APART)];
    let flags = flags.into_iter().filter(|(holds, _)| *holds).map(|(_, flag)| flag).fold(0, |all, flag| all | flag);
    let of_item = |places: &[usize]| places.get(item as usize).or(places.first()).copied().unwrap_or(0) as u32;
    [
        kind,
        incoming.targets.start,
        incoming.targets.len() as u32,
        plan.ring_len().saturating_add(plan.first_value(gather.channel)) as u32,
        givers,
        gather.weight(item).unwrap_or(0.0).to_bits(),
        incoming.delay.unwrap_or(0),
        flags,
        of_item(&place.tables),
        incoming.sources.start,
        incoming.sources.len() as u32,
        of_item(&place.sums),
    ]
}

/// Where in the ring's buffer it stands what a population gives of this kind; none where it gives nothing.
#[expect(clippy::cast_possible_truncation, reason = "`Plan::check` found a binding to hold the rings")]
pub(super) fn given(plan: &Plan, population: &PopulationPlan, gives: impl Fn(Gives) -> bool) -> Option<u32> {
    let index = plan.populations.iter().position(|known| std::ptr::eq(known, population))?;
    let channel = plan.channels.iter().position(|channel| channel.population == index && gives(channel.gives))?;
    Some(plan.ring_len().saturating_add(plan.first_value(channel)) as u32)
}
