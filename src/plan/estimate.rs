//! What lowering a network takes of the host's memory, counted from its sizes alone before anything is drawn, and before the numbers
//! of large arrays are read.
//!
//! The counts are what is usual, and mostly more; what is larger, as the entries of projections that share rows, asks again. Stimuli
//! ask for themselves, and are lowered before this is asked.

use super::arrays::Given;
use super::carries::Carries;
use super::given::{GivenPopulation, GivenProjection};
use crate::Result;
use crate::memory::{bytes_of, needs};
use crate::network::{Precision, Rule, Storage, Value};

/// [neurons] Of a block, where entries need small ones, and where they do not.
const BLOCKS: [u64; 2] = [1 << 13, 1 << 31];

/// [bytes] What a part of a network takes.
struct Part {
    /// The part, as `the 3200 neurons of population[exc]`.
    what: String,
    /// Until the plan is made.
    kept: u64,
    /// While the part itself is made.
    working: u64,
}

/// Is there room to lower a network?
///
/// # Errors
/// [`crate::Error::HostMemory`], naming the part that takes most.
pub(super) fn check(
    populations: &[GivenPopulation<'_>],
    (projections, carries): (&[GivenProjection<'_>], &[Carries]),
    batch: u32,
    own_wirings: bool,
) -> Result<()> {
    let sizes = |ends: [usize; 2]| ends.map(|end| u64::from(populations[end].population.size));
    let tables = if own_wirings { u64::from(batch) } else { 1 };
    let of_all = |part: Part| Part { kept: part.kept.saturating_mul(tables), ..part };
    let projections = projections.iter().zip(carries);
    let projections = projections.map(|(given, carries)| of_all(of_projection(given, *carries, sizes(given.ends))));
    let populations = populations.iter().map(|given| of_population(given, u64::from(batch)));
    let parts: Vec<Part> = populations.chain(projections).collect();
    let kept = parts.iter().fold(0u64, |sum, part| sum.saturating_add(part.kept));
    let working = parts.iter().map(|part| part.working).max().unwrap_or(0);
    let whole = |part: &&Part| part.kept.saturating_add(part.working);
    let Some(largest) = parts.iter().max_by_key(whole) else { return Ok(()) };
    needs(
        kept.saturating_add(working),
        &format!("lowering the network, most of all {},", largest.what),
        "fewer neurons or synapses, one value for all instead of one for each, or a smaller batch",
    )
}

/// Its values, each column of which is copied twice while it is made.
fn of_population(given: &GivenPopulation<'_>, batch: u64) -> Part {
    let GivenPopulation { population, params, init, ports, .. } = given;
    let size = u64::from(population.size);
    let params = ports.iter().flat_map(|port| port.synapse.values().chain(port.output.values())).chain(params.values());
    let init = ports.iter().flat_map(|port| port.init.values()).chain(init.values());
    let all = size.saturating_mul(batch);
    // One for each item is repeated for its neurons.
    let repeated =
        |value: &Given<'_>| matches!(value, Value::Array(array) if size > 1 && array.shape().last() == Some(&1));
    let of = |value: &Given<'_>, drawn| if repeated(value) { all } else { values(value, drawn) };
    let columns = params.map(|value| of(value, size)).chain(init.map(|value| of(value, all)));
    let (sum, largest) =
        columns.fold((0u64, 0), |(sum, largest), column| (sum.saturating_add(column), column.max(largest)));
    let what = format!("the {size} neurons of population[{}]", population.name);
    Part { what, kept: bytes_of::<f64>(sum), working: bytes_of::<[f64; 2]>(largest) }
}

/// [bytes] What synapses take.
struct Taken {
    /// Of each synapse, until the plan is made.
    each: u64,
    /// Beside that, for all of them together.
    all: u64,
    /// While they are made: of each synapse.
    working_each: u64,
    /// The same for all of them together.
    working: u64,
}

/// Its synapses, as they are drawn and as they are laid out, between populations of these sizes.
#[expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "bytes of a synapse are few, and a mean of draws is not negative and at most the product of two u32"
)]
fn of_projection(given: &GivenProjection<'_>, carries: Carries, sizes: [u64; 2]) -> Part {
    let GivenProjection { index, rule, weight, delay, .. } = given;
    let expected = given.expected();
    let synapses = match rule {
        Rule::PairwiseBernoulli(_) => expected.saturating_add((6.0 * (expected as f64).sqrt()) as u64),
        _ => expected,
    };
    // [bytes] of what is a synapse's own.
    let own = |value: &Given<'_>| if matches!(value, Value::Array(_) | Value::Initialised(_)) { 8 } else { 0 };
    let own = own(weight) + own(delay);
    let (pair, listed) = if matches!(rule, Rule::List(_)) { (8 + 4, 16) } else { (0, 0) };
    // Columns are copied once, and a matrix is turned round.
    let matrix = if matches!(rule, Rule::AllToAll) && own > 0 { 8 } else { 0 };
    let values = synapses.saturating_mul(listed + own + matrix);
    let taken = match carries {
        Carries::Spikes => of_rows(given, synapses, sizes),
        Carries::Values | Carries::Potentials => of_lists(given),
    };
    Part {
        what: format!("the {synapses} synapses of projection[{index}]"),
        kept: synapses.saturating_mul(taken.each + own + pair).saturating_add(taken.all),
        working: values.saturating_add(synapses.saturating_mul(taken.working_each)).saturating_add(taken.working),
    }
}

/// Rows, of synapses that spikes go through.
fn of_rows(given: &GivenProjection<'_>, synapses: u64, [pre, post]: [u64; 2]) -> Taken {
    let procedural = given.projection.storage == Storage::Procedural;
    let each = match (constant(&given.weight), constant(&given.delay)) {
        _ if procedural => 0,
        (true, true) => 2,
        (true, false) => 4,
        (false, _) if given.projection.precision == Some(Precision::Exact) => 8,
        (false, _) => 4,
    };
    // Its rows begin somewhere in each block, and are counted before; blocks are small only where entries are shorter for it, by
    // more than that takes. The weights of each target are added up.
    let [small, large] = BLOCKS.map(|size| pre.saturating_mul(post.div_ceil(size)));
    let rows = if procedural { 0 } else { small.min((synapses / 3).saturating_add(large)) };
    Taken {
        each,
        all: bytes_of::<u32>(rows),
        working_each: 0,
        working: bytes_of::<[u32; 2]>(rows).saturating_add(bytes_of::<[u64; 4]>(post)),
    }
}

/// The sources of each target, of synapses that gather: see `rows/incoming.rs`.
#[expect(clippy::arithmetic_side_effects, reason = "a few words")]
fn of_lists(given: &GivenProjection<'_>) -> Taken {
    let own = |value: &Given<'_>| u64::from(!constant(value));
    let none = Taken { each: 0, all: 0, working_each: 0, working: 0 };
    let words = own(&given.weight) + own(&given.delay);
    if matches!(given.rule, Rule::AllToAll) && constant(&given.delay) {
        return Taken { each: bytes_of::<u32>(own(&given.weight)), ..none };
    }
    // Source and target as they are drawn, what is a synapse's own, and the order in which they are copied, which is sorted.
    let working_each = bytes_of::<u32>(2 + words + 2);
    // Where those of each target begin.
    let starts = u64::from(given.sides.n_post).saturating_add(1);
    Taken { each: bytes_of::<u32>(1 + words), all: bytes_of::<u32>(starts), working_each, ..none }
}

/// Have all synapses the same?
fn constant(value: &Given<'_>) -> bool {
    matches!(value, Value::Constant(_))
}

/// How many values there are, where there is one for each of `n`.
fn values(value: &Given<'_>, n: u64) -> u64 {
    match value {
        Value::Drawn(_) => n,
        Value::Array(array) => array.elements(),
        Value::Constant(_) | Value::Initialised(_) | Value::Conducted(_) | Value::Choice(_) => 0,
    }
}
