//! What neurons give in each step besides spikes, and who gathers it: values of graded models, kept at the source, and potentials, which
//! gap junctions see. Whoever gives leaves a number in each step; each target adds up those of its own sources, weighed.

use super::carries::{Carries, unit_of_weights};
use super::slabs::Resolved;
use super::suspicious::{driven_apart, empty, filtered, negative_weights};
use super::{Plan, PopulationPlan};
use crate::memory::bytes_of;
use crate::network::Network;
use crate::rows::{Incoming, Progress, WeightsOfItems, Wiring};
use crate::units::Unit;
use crate::{Error, Result, Warning};
use std::sync::Arc;

/// What weights onto a target may add up to: products with values, and differences of potentials, are to stay within f32.
const LARGEST_SUM: f64 = 1e30;

/// A number that each neuron of a population gives in each step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Channel {
    /// Index of the population.
    pub population: usize,
    /// What it is.
    pub gives: Gives,
}

/// What a neuron gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    /// The value of the model of a projection, by its slot in the slab, after the step. Before the first step it was 0.
    Value(usize),
    /// V after the step, before a reset: the variable of this index. Before the first step it was what it is at first.
    Potential(usize),
}

/// A projection whose targets gather what its sources give.
#[derive(Debug, Clone)]
pub struct Gather {
    /// Index of the projection.
    pub projection: usize,
    /// Index of its channel.
    pub channel: usize,
    /// Index of the target population.
    pub post: usize,
    /// The port to whose arrivals the sum of weight·value is added; none for gap junctions, of which weight·(V of the source − V) is a
    /// current.
    pub port: Option<usize>,
    /// Its synapses: of all items, or of each.
    pub synapses: Vec<Arc<Incoming>>,
    /// The weight of all synapses in each item, where items have different ones; else none.
    pub weights: Vec<f32>,
}

impl Gather {
    /// Its synapses in a batch item.
    pub fn incoming(&self, item: u32) -> &Incoming {
        self.synapses.get(item as usize).unwrap_or(&self.synapses[0])
    }

    /// The weight of all synapses in a batch item; `None` where each has its own.
    pub fn weight(&self, item: u32) -> Option<f32> {
        self.weights.get(item as usize).copied().or(self.incoming(item).weight)
    }

    /// Calls `found` with source, weight and delay of each synapse onto a target in a batch item: in the order of the sources, and of
    /// one source in that of the draws.
    pub fn each(&self, item: u32, target: u32, mut found: impl FnMut(u32, f32, u32)) {
        let own = self.weights.get(item as usize).copied();
        self.incoming(item).each(target, |source, weight, delay| found(source, own.unwrap_or(weight), delay));
    }

    /// Words that a device has of it: see `sim/gathers.rs`.
    pub(crate) fn device_words(&self, batch: u32) -> u64 {
        let of = |incoming: &Arc<Incoming>| incoming.device_words();
        let tables = self.synapses.iter().map(of).fold(0, u64::saturating_add);
        let items = if self.weights.is_empty() { self.synapses.len() as u64 } else { batch.into() };
        let targets = self.synapses[0].targets.len() as u64;
        // Each target of gap junctions has the sum of its weights.
        let sums = if self.port.is_none() { targets.saturating_mul(items) } else { 0 };
        tables.saturating_add(sums)
    }

    /// Sums of weights must stay far within f32, in which they are computed.
    fn check_sums(&self, unit: &str) -> Result<()> {
        let of_items = self.weights.iter().copied();
        let largest = of_items.chain(self.synapses.iter().map(|incoming| incoming.largest_weight()));
        let largest = largest.fold(0.0f32, |largest, weight| largest.max(weight.abs()));
        let most = self.synapses.iter().map(|incoming| incoming.most_sources()).max().unwrap_or(0);
        if f64::from(largest) * f64::from(most) <= LARGEST_SUM {
            return Ok(());
        }
        let problem = format!("a target has up to {most} synapses, of up to {largest:e} {unit} each");
        let legal = format!("|weights| onto a target that add up to {LARGEST_SUM:e} {unit} at most, for sums in f32");
        Err(Error::field(format!("projection[{}].weight", self.projection), problem, legal))
    }

    /// How many weights are below 0, of all items together where they have synapses of their own, and the least.
    fn below(&self) -> (u64, f64) {
        let (mut many, mut least) = (0u64, 0.0f32);
        let mut found = |weight: f32, synapses: u64| {
            many = many.saturating_add(if weight < 0.0 { synapses } else { 0 });
            least = least.min(weight);
        };
        for (item, incoming) in (0..).zip(&self.synapses) {
            match (incoming.weight, self.weights.iter().copied().reduce(f32::min)) {
                (_, Some(weight)) | (Some(weight), None) => found(weight, incoming.synapses),
                (None, None) => {
                    incoming
                        .targets
                        .clone()
                        .for_each(|target| self.each(item, target, |_, weight, _| found(weight, 1)));
                }
            }
        }
        // As people write it, not as f64 has what f32 holds.
        (many, least.to_string().parse().unwrap_or(f64::from(least)))
    }

    /// \[mS\] The sum of the weights onto a target in a batch item, added in f64, in order. Who computes in f32 rounds it once.
    pub fn conductance(&self, item: u32, target: u32) -> f64 {
        let mut sum = 0.0;
        self.each(item, target, |_, weight, _| sum += f64::from(weight));
        sum
    }
}

impl Plan {
    /// Draws the synapses that gather; `items` has the wirings that all share, or those of each.
    pub(super) fn draw_gathers(
        &mut self,
        network: &Network,
        resolved: &[Resolved],
        (items, weights): (&[Vec<Arc<Wiring>>], &WeightsOfItems),
        (carries, progress): (&[Carries], &Progress),
    ) -> Result<()> {
        for (index, carries) in carries.iter().copied().enumerate().filter(|(_, it)| *it != Carries::Spikes) {
            let of_items = items.iter().map(|wirings| &wirings[index]);
            let drawn = of_items.map(|wiring| Incoming::draw(wiring, index, progress).map(Arc::new));
            let drawn: Vec<_> = drawn
                .collect::<std::result::Result<_, _>>()
                .map_err(|failure| super::wiring::refused(failure, network, resolved))?;
            let Some(wiring) = items.first().and_then(|wirings| wirings.get(index)) else { continue };
            let channel = self.channel(index, wiring, carries, resolved);
            let port = (carries == Carries::Values).then_some(wiring.port);
            #[expect(clippy::cast_possible_truncation, reason = "weights are rounded to f32")]
            let weights = weights.get(&index).into_iter().flatten().map(|&weight| weight as f32).collect();
            let gather = Gather { projection: index, channel, post: wiring.post, port, synapses: drawn, weights };
            let unit = unit_of_weights(&resolved[wiring.post], wiring.port, carries);
            gather.check_sums(unit)?;
            let warnings = self.suspicious(&gather, network, unit)?;
            self.warnings.extend(warnings);
            self.gathers.push(gather);
        }
        Ok(())
    }

    /// What is legal, but most likely not meant.
    fn suspicious(&self, gather: &Gather, network: &Network, unit: &str) -> Result<Vec<Warning>> {
        let path = format!("projection[{}]", gather.projection);
        let unit = Unit::parse(unit).map_err(|problem| Error::field(&*path, problem, ""))?;
        let all = gather.synapses.iter().map(|incoming| incoming.synapses).fold(0, u64::saturating_add);
        if all == 0 {
            return Ok(vec![empty(gather.projection)]);
        }
        let below = Some(gather.below());
        let weight = format!("{path}.weight");
        let warning = match gather.port {
            Some(_) => negative_weights(weight, below, all, &unit),
            None => driven_apart(weight, below, all, &unit),
        };
        let mut warnings: Vec<_> = warning.into_iter().collect();
        let slab = &self.slabs[self.populations[gather.post].slab];
        if let Some(port) = gather.port
            && let Some(synapse) = &slab.ports[port].synapse
        {
            let name = network.populations[gather.post].ports.keys().nth(port).map_or("", String::as_str);
            warnings.push(filtered(format!("{path}.port"), name, synapse.name()));
        }
        Ok(warnings)
    }

    /// Index of what the sources of a projection give.
    fn channel(&mut self, projection: usize, wiring: &Wiring, carries: Carries, resolved: &[Resolved]) -> usize {
        let place = &self.populations[wiring.pre];
        let of_projection =
            |source: &Option<super::SourcePlan>| source.as_ref().is_some_and(|source| source.projection == projection);
        let gives = match carries {
            Carries::Potentials => Gives::Potential(resolved[wiring.pre].neuron.variable("v").unwrap_or_default()),
            _ => Gives::Value(place.sources.iter().position(of_projection).unwrap_or_default()),
        };
        let channel = Channel { population: wiring.pre, gives };
        self.channels.iter().position(|known| *known == channel).unwrap_or_else(|| {
            self.channels.push(channel);
            self.channels.len().saturating_sub(1)
        })
    }

    /// \[steps\] The least delay of what is gathered, but 0, and the greatest; potentials come a step later.
    pub(super) fn gathered_delays(&self) -> Option<[u32; 2]> {
        let of = |gather: &Gather| match gather.port {
            None => [1; 2],
            Some(_) => {
                let delays = gather.synapses.iter().map(|incoming| incoming.delays);
                delays.fold([u32::MAX, 0], |[least, greatest], [one, other]| [least.min(one), greatest.max(other)])
            }
        };
        let all = self.gathers.iter().map(of);
        all.reduce(|[least, greatest], [one, other]| [least.min(one), greatest.max(other)])
    }

    /// Synapses that gather, of all items where they have their own.
    pub fn gathered_synapses(&self) -> u64 {
        let all = self.gathers.iter().flat_map(|gather| &gather.synapses);
        all.map(|incoming| incoming.synapses).fold(0, u64::saturating_add)
    }

    /// All synapses, of all items together where they have their own.
    pub fn synapse_count(&self) -> u64 {
        self.synapses.count.saturating_add(self.gathered_synapses())
    }

    /// The synapses of a batch item: those that all share, or its own.
    pub fn synapse_count_of(&self, item: u32) -> u64 {
        if !self.synapses.own && self.wiring_seeds.len() < 2 {
            return self.synapse_count();
        }
        (0..).zip(&self.projections).map(|(number, _)| self.synapses_of(number, item)).fold(0, u64::saturating_add)
    }

    /// \[bytes\] What a device has of a projection that gathers.
    pub(super) fn table_bytes(&self, gather: &Gather) -> u64 {
        bytes_of::<u32>(gather.device_words(self.batch))
    }

    /// Words of the tables that a device has of all projections that gather.
    pub(crate) fn gather_words(&self) -> u64 {
        self.gathers.iter().map(|gather| gather.device_words(self.batch)).fold(0, u64::saturating_add)
    }

    /// Numbers that are given in a step of one batch item: those of all channels, one after the other.
    pub(crate) fn given_len(&self) -> u64 {
        let sizes = self.channels.iter().map(|channel| u64::from(self.populations[channel.population].size));
        sizes.fold(0, u64::saturating_add)
    }

    /// Numbers of the ring of what was given, `[channel, slot, batch, neuron]`; `u64::MAX` stands for anything beyond.
    pub fn values_len(&self) -> u64 {
        self.given_numbers(self.value_slots)
    }

    /// The same of a ring of so many slots.
    pub(super) fn given_numbers(&self, slots: u32) -> u64 {
        self.given_len().saturating_mul(slots.into()).saturating_mul(self.batch.into())
    }

    /// Where in that ring the numbers of a channel begin, `[slot, batch, neuron]`.
    pub(crate) fn first_value(&self, channel: usize) -> u64 {
        let before = self.channels.iter().take(channel);
        let sizes = before.map(|channel| u64::from(self.populations[channel.population].size));
        let given = sizes.fold(0, u64::saturating_add);
        given.saturating_mul(self.value_slots.into()).saturating_mul(self.batch.into())
    }

    /// The slot of the ring in which a step leaves what is given, and in which others find what was given `delay` steps before it.
    pub(crate) fn value_slot(&self, step: u32, delay: u32) -> u32 {
        self.slot_before(step.checked_rem(self.value_slots).unwrap_or(0), delay)
    }

    /// The slot `delay` steps before one.
    #[inline(always)]
    #[expect(clippy::arithmetic_side_effects, reason = "a delay is below the number of slots")]
    pub(crate) fn slot_before(&self, slot: u32, delay: u32) -> u32 {
        if slot < delay { slot + self.value_slots - delay } else { slot - delay }
    }

    /// The ring as it is before the first step.
    #[expect(clippy::arithmetic_side_effects, reason = "places in the ring, for which there is room")]
    pub(super) fn initial_values(&self, slabs: &[Vec<f64>]) -> Vec<f64> {
        let len = usize::try_from(self.values_len()).unwrap_or(usize::MAX);
        let mut values = Vec::with_capacity(len);
        for channel in &self.channels {
            let place: &PopulationPlan = &self.populations[channel.population];
            for row in 0..self.value_slots * self.batch {
                match channel.gives {
                    Gives::Value(_) => values.resize(values.len() + place.size as usize, 0.0),
                    Gives::Potential(variable) => {
                        let first = self.state_index(channel.population, variable, row % self.batch, 0);
                        values.extend_from_slice(&slabs[place.slab][first..][..place.size as usize]);
                    }
                }
            }
        }
        values
    }

    /// [bytes] of the tables of those that gather, on the host.
    pub(super) fn gather_bytes(&self) -> u64 {
        let all = self.gathers.iter().flat_map(|gather| &gather.synapses);
        all.map(|incoming| incoming.bytes()).fold(0, u64::saturating_add)
    }
}
