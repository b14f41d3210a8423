//! A number that tells plans of different networks apart, so that a state is not taken for one of another network.
//!
//! It follows from all that the next steps depend on, and from nothing else: not from recorders or the duration, nor from
//! how synapses are stored and cut into blocks, or the window shortened, for a device. It guards against mistakes, not against malice.

use super::{Column, Plan, SlabPlan, Target, Words};
use crate::model::Definition;
use crate::network::{Network, Rule};
use crate::rows::{Values, WeightsOfItems, Wiring};
use rayon::prelude::*;
use std::sync::Arc;

/// Elements of an array that are one job.
const JOB: usize = 1 << 16;

/// Words so far, mixed: an odd factor carries each bit upwards, the shift brings it down again.
struct Hash(u64);

impl Hash {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn word(&mut self, word: u64) {
        let product = (self.0 ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = product ^ product >> 32;
    }

    fn words(&mut self, words: impl IntoIterator<Item = impl Into<u64>>) {
        words.into_iter().for_each(|word| self.word(word.into()));
    }

    fn text(&mut self, text: &str) {
        self.word(text.len() as u64);
        self.words(text.bytes());
    }

    fn column(&mut self, column: &Column) {
        match column {
            Column::Constant(_) | Column::Held(_) => self.word(0),
            Column::Each(values) => self.word(values.len() as u64),
        }
        self.words(column.values().iter().map(|value| value.to_bits()));
    }

    fn columns(&mut self, columns: &[Column]) {
        self.word(columns.len() as u64);
        columns.iter().for_each(|column| self.column(column));
    }

    fn values<T: Sync>(&mut self, values: &Values<T>, word: impl Fn(&T) -> u64 + Sync) {
        match values {
            Values::Constant(value) => self.words([0, word(value)]),
            Values::Drawn(law) => {
                self.word(1);
                self.text(&format!("{law:?}"));
            }
            Values::Each(values) => {
                self.words([2, values.len() as u64]);
                self.words(in_parts(values, word));
            }
        }
    }

    fn model(&mut self, model: &Definition) {
        self.text(model.name());
        self.text(&model.fragment.text);
    }

    fn slab(&mut self, slab: &SlabPlan) {
        self.model(&slab.neuron);
        self.words([slab.size, slab.level]);
        self.words([slab.ports.len() as u64, slab.stimuli.len() as u64]);
        for port in &slab.ports {
            self.word(u64::from(port.synapse.is_some()));
            port.synapse.iter().for_each(|synapse| self.model(synapse));
            self.model(&port.output);
            self.word(port.onto.map_or(0, |variable| (variable as u64).saturating_add(1)));
        }
        for slot in &slab.stimuli {
            self.model(&slot.model);
            self.word(match slot.target {
                Target::Current => 0,
                Target::Jump => 1,
                Target::Port(port) => (port as u64).saturating_add(2),
            });
        }
        slab.sources.iter().for_each(|model| self.model(model));
    }
}

impl Plan {
    /// The fingerprint that the plan should have.
    pub(crate) fn fingerprinted(&self) -> u64 {
        let mut hash = Hash::new();
        hash.word(self.dt_ms.to_bits());
        hash.words(self.wiring_seeds.iter().copied());
        hash.words(self.seeds.iter().copied());
        hash.words([self.batch, self.inlets]);
        hash.words([self.slabs.len() as u64, self.populations.len() as u64]);
        self.slabs.iter().for_each(|slab| hash.slab(slab));
        for population in &self.populations {
            hash.text(&population.name);
            hash.words([u64::from(population.size), population.slab as u64, u64::from(population.first_in_slab)]);
            hash.columns(&population.params);
            hash.columns(&population.init);
            for port in &population.ports {
                hash.text(&port.name);
                hash.words([port.first_inlet, port.scale.power.cast_unsigned()]);
                hash.words(port.item_scales.iter().map(|scale| scale.power.cast_unsigned()));
                [&port.synapse_params, &port.synapse_init, &port.output_params]
                    .into_iter()
                    .for_each(|columns| hash.columns(columns));
            }
            for stimulus in &population.stimuli {
                hash.word(u64::from(stimulus.is_some()));
                let Some(stimulus) = stimulus else { continue };
                hash.word(u64::from(stimulus.stream));
                let Words { first, len, places, room: _ } = stimulus.words;
                hash.word(stimulus.params.len() as u64);
                for (index, column) in stimulus.params.iter().enumerate() {
                    // Wherever its words are.
                    match places.contains(&index) {
                        true => hash.column(&column.map(|place| place - first as f64)),
                        false => hash.column(column),
                    }
                }
                hash.columns(&stimulus.init);
                hash.column(&stimulus.active);
                hash.words([stimulus.steps.start, stimulus.steps.stop].map(u64::from));
                hash.word(len as u64);
                hash.words(self.data.iter().skip(first).take(len).copied());
            }
            for (slot, source) in population.numbered_sources() {
                hash.words([slot as u64, u64::from(source.number)]);
                hash.columns(&source.params);
                hash.columns(&source.init);
            }
        }
        for gather in &self.gathers {
            hash.words([gather.projection as u64, u64::from(gather.port.is_some())]);
        }
        hash.word(self.wired);
        hash.0
    }
}

/// A number that follows from all that synapses are drawn from, but for the sizes of populations; `items` are the wirings that all
/// share, or those of each.
pub(super) fn of_wirings(network: &Network, items: &[Vec<Arc<Wiring>>]) -> u64 {
    let mut hash = Hash::new();
    hash.word(items.first().map_or(0, Vec::len) as u64);
    for wiring in items.iter().flatten() {
        let Wiring {
            index,
            seed,
            pre,
            post,
            port,
            rule,
            sides,
            weights,
            delays,
            precision,
            storage: _,
            space,
            symmetric,
            modelled,
        } = &**wiring;
        hash.words([u64::from(*index), *seed, *pre as u64, *post as u64, *port as u64]);
        for (end, population, neurons) in [(7u32, *pre, sides.sources()), (8, *post, sides.targets())] {
            if neurons != (0..network.populations[population].size) {
                hash.words([end, neurons.start, neurons.end]);
            }
        }
        hash.words([u8::from(sides.autapses), u8::from(sides.multapses)]);
        match rule {
            Rule::AllToAll => hash.word(0),
            Rule::OneToOne => hash.word(1),
            Rule::PairwiseBernoulli(p) => hash.words([2, p.to_bits()]),
            Rule::FixedIndegree(k) => hash.words([3, *k]),
            Rule::FixedOutdegree(k) => hash.words([4, *k]),
            Rule::FixedTotalNumber(number) => hash.words([5, *number]),
            Rule::List(pairs) => {
                hash.words([6, pairs.len() as u64]);
                hash.words(in_parts(pairs, |[source, target]| u64::from(*source) << 32 | u64::from(*target)));
            }
        }
        hash.values(weights, |weight| weight.to_bits());
        hash.values(delays, |delay| u64::from(*delay));
        hash.word(precision.map_or(0, |precision| (precision as u64).saturating_add(1)));
        if let Some(space) = space {
            hash.word(9);
            space.each_word(|word| hash.word(word));
        }
        if *symmetric {
            hash.word(10);
        }
        modelled.iter().for_each(|number| hash.words([11, *number]));
    }
    hash.0
}

/// That number with the weights that items have of their own.
pub(super) fn with_weights(wired: u64, weights: &WeightsOfItems) -> u64 {
    let mut hash = Hash(wired);
    for (projection, weights) in weights {
        hash.word(*projection as u64);
        hash.words(weights.iter().map(|weight| weight.to_bits()));
    }
    hash.0
}

/// For some elements after the others a number that follows from them.
fn in_parts<T: Sync>(elements: &[T], word: impl Fn(&T) -> u64 + Sync) -> Vec<u64> {
    let of = |part: &[T]| {
        let mut hash = Hash::new();
        hash.words(part.iter().map(&word));
        hash.0
    };
    elements.par_chunks(JOB).map(of).collect()
}

#[cfg(test)]
mod tests;
