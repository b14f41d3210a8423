//! A synthetic graph of the size and the degree statistics of the fly's connectome, for `networks/fly_brain.toml`.
//!
//! `cargo run --release --example fly_graph [folder [neurons draws [seed]]]`, by default `networks/fly_brain 138639
//! 15090000 1`. It takes some seconds, and the same numbers give the same files:
//!
//! | file | what is in it |
//! |---|---|
//! | `pairs.npy` | `[edges, 2]` u32: source and target of each edge, sorted; no neuron onto itself, no pair twice |
//! | `count.npy` | `[edges]` i32: the synapses of each edge, negative where the source inhibits |
//! | `driven.npy` | `[21]` u32: the neurons that are driven |
//! | `refractory.npy` | `[neurons]` f64: the refractory period of each in ms, 0 for those that are driven |
//!
//! Each neuron has a propensity to send and one to receive, both log-normal with σ = 1. Source and target of each draw follow
//! them; pairs that were drawn before, and neurons with themselves, are dropped. So 15,090,000 draws leave some 15.04 million
//! edges. The synapses of an edge are heavy-tailed, with a mean of 3.7; a source excites or inhibits (65 % excite) with all
//! its edges. Driven are the 21 neurons with the largest propensity to send. Who has the published tables needs none of
//! this: see `docs/fly-brain.md`.

use neuropil::random::{Purpose, Stream};
use npyz::{AutoSerialize, WriterBuilder};
use rand_distr::weighted::WeightedAliasIndex;
use rand_distr::{Distribution, LogNormal, Pareto};
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

/// Neurons of the connectome (FlyWire, version 783).
const NEURONS: u32 = 138_639;
/// Edges that are drawn, as many as the connectome has but for 2,000.
const DRAWS: usize = 15_090_000;
/// Neurons that are driven: in Shiu et al. the sugar-sensing neurons of one side.
const DRIVEN: usize = 21;
/// Exponent of the tail of the synapses of an edge.
const TAIL: f64 = 1.25;
/// Their largest number.
const MOST: f64 = 500.0;
/// The part of the sources that excite.
const EXCITATORY: f64 = 0.65;
/// \[ms\] refractory period of all but the driven.
const REFRACTORY: f64 = 2.2;

/// Who is connected to whom, by how many synapses, and who is driven.
pub struct Graph {
    /// Number of neurons.
    pub neurons: u32,
    /// Source and target of each edge, sorted.
    pub pairs: Vec<[u32; 2]>,
    /// Synapses of each edge, negative where its source inhibits.
    pub counts: Vec<i32>,
    /// The neurons that are driven, the one with the largest propensity to send first.
    pub driven: Vec<u32>,
}

impl Graph {
    /// Draws a graph; some of the draws find no new edge.
    pub fn draw(neurons: u32, draws: usize, seed: u64) -> anyhow::Result<Self> {
        let stream = |index| Stream::new(seed, Purpose::Partners, index, 0);
        let propensities = |index| -> anyhow::Result<Vec<f64>> {
            Ok(LogNormal::new(0.0, 1.0)?.sample_iter(stream(index)).take(neurons as usize).collect())
        };
        let (to_send, to_receive) = (propensities(0)?, propensities(1)?);
        let mut driven: Vec<u32> = (0..neurons).collect();
        driven.sort_by(|&a, &b| to_send[b as usize].total_cmp(&to_send[a as usize]));
        driven.truncate(DRIVEN);

        let sources = WeightedAliasIndex::new(to_send)?.sample_iter(stream(2));
        let targets = WeightedAliasIndex::new(to_receive)?.sample_iter(stream(3));
        let drawn = sources.zip(targets).take(draws).filter(|(source, target)| source != target);
        let mut keys: Vec<u64> = drawn.map(|(source, target)| (source as u64) << 32 | target as u64).collect();
        keys.sort_unstable();
        keys.dedup();

        let mut signs = stream(4);
        let signs: Vec<i32> = (0..neurons).map(|_| if signs.open_unit() < EXCITATORY { 1 } else { -1 }).collect();
        let synapses = Pareto::new(1.0, TAIL)?.sample_iter(stream(5));
        let pairs: Vec<[u32; 2]> = keys.into_iter().map(|key| [(key >> 32) as u32, key as u32]).collect();
        let count = |(&[source, _], drawn): (&[u32; 2], f64)| signs[source as usize] * drawn.floor().min(MOST) as i32;
        let counts = pairs.iter().zip(synapses).map(count).collect();
        Ok(Self { neurons, pairs, counts, driven })
    }

    /// Writes the four files into a folder, which is made where there is none.
    pub fn write(&self, folder: &Path) -> anyhow::Result<()> {
        std::fs::create_dir_all(folder)?;
        let mut refractory = vec![REFRACTORY; self.neurons as usize];
        self.driven.iter().for_each(|&neuron| refractory[neuron as usize] = 0.0);
        save(&folder.join("pairs.npy"), &[self.pairs.len(), 2], self.pairs.iter().flatten())?;
        save(&folder.join("count.npy"), &[self.counts.len()], &self.counts)?;
        save(&folder.join("driven.npy"), &[self.driven.len()], &self.driven)?;
        save(&folder.join("refractory.npy"), &[refractory.len()], &refractory)
    }
}

fn save<'v, T: AutoSerialize + 'v>(
    path: &Path,
    shape: &[usize],
    values: impl IntoIterator<Item = &'v T>,
) -> anyhow::Result<()> {
    let shape: Vec<u64> = shape.iter().map(|&axis| axis as u64).collect();
    let file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut writer = npyz::WriteOptions::new().default_dtype().shape(&shape).writer(file).begin_nd()?;
    writer.extend(values)?;
    Ok(writer.finish()?)
}

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or_else(|| "networks/fly_brain".to_owned());
    let neurons = arguments.next().map_or(Ok(NEURONS), |text| text.parse())?;
    let draws = arguments.next().map_or(Ok(DRAWS), |text| text.parse())?;
    let seed = arguments.next().map_or(Ok(1), |text| text.parse())?;
    let graph = Graph::draw(neurons, draws, seed)?;
    graph.write(Path::new(&folder))?;
    let synapses: u64 = graph.counts.iter().map(|count| u64::from(count.unsigned_abs())).sum();
    let mean = synapses as f64 / graph.counts.len() as f64;
    println!("{folder}: {neurons} neurons, {} edges, {synapses} synapses, {mean:.2} an edge", graph.pairs.len());
    Ok(())
}
