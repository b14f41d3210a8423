//! What lowering a network takes of the host's memory, counted from its sizes alone before anything is drawn or read.
//!
//! The counts are what is usual, and mostly more; what is larger, as the entries of projections that share rows, asks again. Stimuli ask for themselves, and are lowered before this is asked.

use crate::Result;
use crate::memory::{bytes_of, needs};
use crate::network::{Array, Network, Population, Precision, Projection, Rule, Storage, Value};
use crate::npy::NpyFile;

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
pub(super) fn check(network: &Network, batch: u32) -> Result<()> {
    let size = |name: &str| {
        let found = network.populations.iter().find(|population| population.name == name);
        found.map_or(0, |population| population.size)
    };
    let populations = network.populations.iter().map(|population| of_population(population, u64::from(batch)));
    let projections = network.projections.iter().zip(0..).map(|(projection, index)| {
        of_projection(projection, index, [&projection.pre, &projection.post].map(|name| size(name)))
    });
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
fn of_population(population: &Population, batch: u64) -> Part {
    let parts = population.ports.values().flat_map(|port| port.synapse.iter().chain([&port.output]));
    let params = population.params.values().chain(parts.flat_map(|part| part.params.values()));
    let size = u64::from(population.size);
    let params = params.map(|value| values(value, size));
    let columns = params.chain(population.init.values().map(|value| values(value, size.saturating_mul(batch))));
    let (sum, largest) =
        columns.fold((0u64, 0), |(sum, largest), column| (sum.saturating_add(column), column.max(largest)));
    let what = format!("the {size} neurons of population[{}]", population.name);
    Part { what, kept: bytes_of::<f64>(sum), working: bytes_of::<[f64; 2]>(largest) }
}

/// Its synapses, as they are drawn and as they are laid out.
#[expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "two u32 have their product in a u64, and a mean of draws is not negative and at most that"
)]
fn of_projection(projection: &Projection, index: usize, [n_pre, n_post]: [u32; 2]) -> Part {
    let connect = &projection.connect;
    let partners = |n: u32| u64::from(n) - u64::from(n > 0 && projection.pre == projection.post && !connect.autapses);
    let (pre, post) = (u64::from(n_pre), u64::from(n_post));
    let synapses = match &connect.rule {
        Rule::AllToAll => pre * partners(n_post),
        Rule::OneToOne => pre.min(post),
        Rule::PairwiseBernoulli(p) => {
            let mean = p * (pre * partners(n_post)) as f64;
            (mean + 6.0 * mean.sqrt()) as u64
        }
        Rule::FixedIndegree(degree) => u64::from(*degree) * post,
        Rule::FixedOutdegree(degree) => u64::from(*degree) * pre,
        Rule::FixedTotalNumber(number) => *number,
        Rule::List(pairs) => elements(pairs) / 2,
    };
    // [bytes] of a synapse: its entry, and what is its own.
    let constant = |value: &Value| matches!(value, Value::Constant(_));
    let given = |value: &Value| if matches!(value, Value::Array(_) | Value::Initialised(_)) { 8 } else { 0 };
    let entry = match (constant(&projection.weight), constant(&projection.delay)) {
        _ if projection.storage == Storage::Procedural => 0,
        (true, true) => 2,
        (true, false) => 4,
        (false, _) if projection.precision == Some(Precision::Exact) => 8,
        (false, _) => 4,
    };
    let own = given(&projection.weight) + given(&projection.delay);
    let (pair, listed) = if matches!(connect.rule, Rule::List(_)) { (8 + 4, 16) } else { (0, 0) };
    // Columns are copied once, and a matrix is turned round.
    let matrix = if connect.rule == Rule::AllToAll && own > 0 { 8 } else { 0 };
    let kept = synapses.saturating_mul(entry + own + pair);
    let working = synapses.saturating_mul(listed + own + matrix);
    // Its rows begin somewhere in each block, and are counted before; blocks are small only where entries are shorter for it, by
    // more than that takes. The weights of each target are added up.
    let [small, large] = BLOCKS.map(|size| pre.saturating_mul(post.div_ceil(size)));
    let rows =
        if projection.storage == Storage::Procedural { 0 } else { small.min((synapses / 3).saturating_add(large)) };
    Part {
        what: format!("the {synapses} synapses of projection[{index}]"),
        kept: kept.saturating_add(bytes_of::<u32>(rows)),
        working: working.saturating_add(bytes_of::<[u32; 2]>(rows)).saturating_add(bytes_of::<[u64; 4]>(post)),
    }
}

/// How many values there are, where there is one for each of `n`.
fn values(value: &Value, n: u64) -> u64 {
    match value {
        Value::Drawn(_) => n,
        Value::Array(array) => elements(array),
        Value::Constant(_) | Value::Initialised(_) | Value::Choice(_) => 0,
    }
}

fn elements(array: &Array) -> u64 {
    shape(array).iter().fold(1u64, |product, &axis| product.saturating_mul(axis as u64))
}

/// What is wrong with a file is said when it is read. What is no file, as a pipe, can be read only once.
fn shape(array: &Array) -> Vec<usize> {
    match array {
        Array::Inline { shape, .. } => shape.clone(),
        Array::Npy { path, .. } if path.is_file() => {
            NpyFile::open(path).map_or_else(|_| vec![0], |file| file.shape().to_vec())
        }
        Array::Npy { .. } => vec![0],
    }
}
