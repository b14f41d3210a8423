//! A plan of which a network's values have changed while it runs: what changed is lowered anew, and all else stays as it is, above
//! all the synapses.
//!
//! A value that becomes another is *held* from then on ([`Column::Held`]): kernels read it, so that it may be set again and again. A
//! stimulus' words stay where they are as long as there is room for them.

use super::arrays::Files;
use super::columns::{population_plan, port_unit};
use super::estimate;
use super::given::GivenPopulation;
use super::held;
use super::items::{Networks, join_population};
use super::resolve::Seeds;
use super::slabs::{Placement, Resolved};
use super::sources::Sources;
use super::stimulus::{HeldRates, Stimuli};
use super::{Column, Plan, PopulationPlan, PortPlan, State, StimulusPlan, StimulusSlot, Words};
use crate::memory::{bytes_of, needs};
use crate::network::Network;
use crate::units::{Quantity, Unit};
use crate::{Error, Result};

/// Words that a stimulus has room for at least, once it needs more than it had.
const ROOM: usize = 1 << 10;

impl Plan {
    /// The plan of the network, of which one population's own values have changed.
    ///
    /// # Errors
    /// As those of [`Plan::lower`].
    pub(crate) fn with_population(&self, networks: &[Network], index: usize) -> Result<Self> {
        let networks = self.networks(networks)?;
        let batch = networks.batch_of_arrays();
        let old = &self.populations[index];
        let models = self.resolved(index);
        let population = &networks.first.populations[index];
        let given = GivenPopulation::of(population, &models, &Files::default(), batch)?;
        estimate::check(std::slice::from_ref(&given), (&[], &[]), self.batch, false)?;
        let first_inlets = old.ports.iter().map(|port| port.first_inlet).collect();
        let place = Placement { slab: old.slab, first_in_slab: old.first_in_slab, first_inlets };
        let seeds = Seeds { items: &self.seeds[..batch as usize], wiring: &self.wiring_seeds[0] };
        let mut new = population_plan(given, (index, place.clone()), self.dt_ms, seeds)?;
        join_population(&mut new, networks, &models, (index, &place), self.dt_ms)?;
        let port = |(new, old): (PortPlan, &PortPlan)| {
            let PortPlan { synapses, scale, item_scales, .. } = old.clone();
            PortPlan { synapses, scale, item_scales, ..new }
        };
        let ports = new.ports.into_iter().zip(&old.ports).map(port).collect();
        let mut plan = self.clone();
        plan.populations[index] =
            PopulationPlan { ports, stimuli: old.stimuli.clone(), sources: old.sources.clone(), ..new }.after(old);
        plan.fingerprint = plan.fingerprinted();
        Ok(plan)
    }

    /// The plan of the network, of which what one stimulus is told has changed; with the index of its population.
    ///
    /// # Errors
    /// As those of [`Plan::lower`]; [`Error::Field`] where another model computes it now, or it acts on something else.
    pub(crate) fn with_stimulus(&self, networks: &[Network], index: u32) -> Result<(Self, usize)> {
        let (population, slot) = self.place_of_stimulus(index)?;
        let resolved: Vec<_> = (0..self.populations.len()).map(|population| self.resolved(population)).collect();
        let networks = self.networks(networks)?;
        let (found, mut new, tables) = Stimuli::lower_one(networks, index as usize, &resolved, self.dt_ms)?;
        let StimulusSlot { model, target } = &self.slabs[self.populations[population].slab].stimuli[slot];
        if *target != found.target || model.name() != found.model.name() {
            let problem = "with these keys, or a value in this unit, it is another kind of input";
            let legal = "the keys that it has, in the same units";
            return Err(Error::field(format!("stimulus[{index}]"), problem, legal));
        }
        let mut plan = self.clone();
        let Some(old) = &mut plan.populations[population].stimuli[slot] else { return Err(unknown(index)) };
        let first = plan.data.len();
        let (to, room) = place_of_words(&old.words, first, tables.data.len())?;
        new.moved(to, room);
        plan.data.resize(first.max(to.saturating_add(room)), 0);
        let words = tables.data.len();
        plan.data.iter_mut().skip(to).zip(tables.data).for_each(|(word, new)| *word = new);
        for (column, old) in new.params.iter_mut().zip(&old.params) {
            take_after(column, old);
        }
        debug_assert_eq!(new.words.len, words, "all of its words are its own");
        *old = new;
        plan.held_rates.retain(|held| held.stimulus != index as usize);
        let held = tables.held_rates.into_iter().map(|held| HeldRates { first: held.first.saturating_add(to), ..held });
        plan.held_rates.extend(held);
        plan.held_rates.sort_by_key(|held| held.first);
        plan.fingerprint = plan.fingerprinted();
        Ok((plan, population))
    }

    /// The plan of the network, of which what the model of one projection is told has changed; with the index of its source population.
    ///
    /// # Errors
    /// As those of [`Plan::lower`].
    pub(crate) fn with_source(&self, networks: &[Network], index: usize) -> Result<(Self, usize)> {
        let unknown = || Error::request(format!("projection[{index}].model"), "the plan has none", "");
        let networks = self.networks(networks)?;
        let (population, new) = Sources::lower_one(networks, index, self.dt_ms)?.ok_or_else(unknown)?;
        let mut plan = self.clone();
        let mut sources = plan.populations[population].sources.iter_mut().flatten();
        let old = sources.find(|source| source.projection == index).ok_or_else(unknown)?;
        old.init = new.init;
        for (column, new) in old.params.iter_mut().zip(new.params) {
            *column = new.after(column);
        }
        plan.fingerprint = plan.fingerprinted();
        Ok((plan, population))
    }

    /// The plan with other words for the rates that a stimulus holds, in all items; with the population of the stimulus.
    ///
    /// # Errors
    /// [`Error::Request`] if it has no such stimulus.
    pub(crate) fn with_rates(&self, stimulus: u32, words: &[u32]) -> Result<(Self, usize)> {
        let (population, _) = self.place_of_stimulus(stimulus)?;
        let mut plan = self.clone();
        for held in self.held_rates.iter().filter(|held| held.stimulus == stimulus as usize) {
            plan.data.iter_mut().skip(held.first).zip(words).for_each(|(word, new)| *word = *new);
        }
        plan.fingerprint = plan.fingerprinted();
        Ok((plan, population))
    }

    /// A plan of the same network with other weights, with what an earlier one had held.
    #[must_use]
    pub(crate) fn after(mut self, earlier: &Self) -> Self {
        let populations = std::mem::take(&mut self.populations).into_iter().zip(&earlier.populations);
        self.populations = populations.map(|(new, old)| new.after_all(old)).collect();
        self
    }

    /// A state of an earlier plan, in which weights were counted by other scales, as one of this plan.
    ///
    /// # Errors
    /// [`Error::Request`] where an arrival that is under way is too large for its port now.
    #[expect(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        reason = "places in the ring, whose rows are a u32, and powers of scales, which are small"
    )]
    pub(crate) fn carried(&self, mut state: State, earlier: &Self) -> Result<State> {
        let inlets = (self.inlets as usize).max(1);
        for (new, old) in self.populations.iter().zip(&earlier.populations) {
            let models = &self.slabs[new.slab].ports;
            for ((port, before), models) in new.ports.iter().zip(&old.ports).zip(models) {
                let own = port.first_inlet as usize..port.first_inlet as usize + new.size as usize;
                for (row, slot) in state.ring.chunks_exact_mut(inlets).enumerate() {
                    let item = row as u32 % self.batch.max(1);
                    let [scale, before] = [port, before].map(|port| port.scale_of(item));
                    let powers = scale.power - before.power;
                    if powers == 0 {
                        continue;
                    }
                    for count in &mut slot[own.clone()] {
                        *count = recounted(*count, powers).ok_or_else(|| {
                            let weight = before.weight(*count);
                            let weight = Unit::parse(port_unit(models))
                                .map_or_else(|_| Quantity::number(weight), |unit| Quantity::new(weight, &unit));
                            let problem =
                                format!("{weight} is under way to it, more than it can count with these weights");
                            let legal = "such weights once no spike is under way, or in another simulation";
                            Error::request(format!("port `{}` of population `{}`", port.name, new.name), problem, legal)
                        })?;
                    }
                }
            }
        }
        Ok(State { fingerprint: self.fingerprint, ..state })
    }

    /// Does it count all weights as another plan does?
    pub(crate) fn counts_as(&self, other: &Self) -> bool {
        let scales = |plan: &Self| -> Vec<_> {
            plan.populations
                .iter()
                .flat_map(|population| &population.ports)
                .map(|port| (port.scale, port.item_scales.clone()))
                .collect()
        };
        scales(self) == scales(other)
    }

    /// Those whose values its items have: one for all, or one for each.
    fn networks<'n>(&self, networks: &'n [Network]) -> Result<Networks<'n>> {
        match networks {
            [network] => Ok(Networks { items_end: self.items_end, ..Networks::of(network, self.batch) }),
            _ => Networks::each(networks, self.items_end),
        }
    }

    /// Population and slot of a stimulus.
    fn place_of_stimulus(&self, index: u32) -> Result<(usize, usize)> {
        let of = |population: &PopulationPlan| {
            population.stimuli.iter().position(|plan| plan.as_ref().is_some_and(|plan| plan.stream == index))
        };
        let found = self.populations.iter().enumerate().find_map(|(index, it)| of(it).map(|slot| (index, slot)));
        found.ok_or_else(|| unknown(index))
    }

    /// The models of a population, which no file need be read for.
    fn resolved(&self, population: usize) -> Resolved {
        let slab = &self.slabs[self.populations[population].slab];
        Resolved { neuron: slab.neuron.clone(), ports: slab.ports.clone() }
    }
}

/// Where so many words go that a stimulus has now, and how much room they have there: what does not fit goes to the end of all words, with
/// room for more.
///
/// # Errors
/// [`Error::Request`] where no word could name the place, [`Error::HostMemory`].
fn place_of_words(old: &Words, end: usize, words: usize) -> Result<(usize, usize)> {
    if words <= old.room {
        return Ok((old.first, old.room));
    }
    let room = words.saturating_mul(2).max(ROOM);
    let all = end.saturating_add(room);
    held::place(all)?;
    needs(bytes_of::<u32>(all as u64), "what stimuli are told", "fewer neurons, steps or inputs")?;
    Ok((end, room))
}

fn unknown(stimulus: u32) -> Error {
    Error::request(format!("stimulus[{stimulus}]"), "the plan has none of this number", "")
}

/// A count by a scale that is finer by so many powers of two, the nearest.
#[expect(clippy::cast_possible_truncation, reason = "it is a whole number, and small enough")]
fn recounted(count: i32, powers: i32) -> Option<i32> {
    let counted = f64::from(count) * 2f64.powi(powers);
    (counted.abs() <= f64::from(i32::MAX)).then(|| counted.round() as i32)
}

fn take_after(column: &mut Column, old: &Column) {
    *column = std::mem::replace(column, Column::Constant(0.0)).after(old);
}

fn all_after(columns: &mut [Column], old: &[Column]) {
    columns.iter_mut().zip(old).for_each(|(column, old)| take_after(column, old));
}

impl PopulationPlan {
    /// With what has become another held. Initial values are not: nobody reads them while it runs.
    fn after(mut self, old: &Self) -> Self {
        all_after(&mut self.params, &old.params);
        for (port, old) in self.ports.iter_mut().zip(&old.ports) {
            all_after(&mut port.synapse_params, &old.synapse_params);
            all_after(&mut port.output_params, &old.output_params);
        }
        self
    }

    /// The same, with its stimuli.
    fn after_all(self, old: &Self) -> Self {
        let mut new = self.after(old);
        for (stimulus, old) in new.stimuli.iter_mut().zip(&old.stimuli) {
            if let (Some(stimulus), Some(old)) = (stimulus, old) {
                all_after(&mut stimulus.params, &old.params);
            }
        }
        for (source, old) in new.sources.iter_mut().zip(&old.sources) {
            if let (Some(source), Some(old)) = (source, old) {
                all_after(&mut source.params, &old.params);
            }
        }
        new
    }
}

impl StimulusPlan {
    /// Of one that was lowered alone: its words are elsewhere, and have so much room.
    fn moved(&mut self, to: usize, room: usize) {
        let Words { first, places, .. } = self.words;
        for &index in places {
            self.params[index] = self.params[index].map(|place| place - first as f64 + to as f64);
        }
        self.words = Words { first: to, room, ..self.words };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_get_room_that_was_asked_for() {
        let old = Words { first: 7, len: 3, room: 5, places: &[] };
        assert_eq!(place_of_words(&old, 100, 5).unwrap(), (7, 5));
        assert_eq!(place_of_words(&old, 100, 6).unwrap(), (100, ROOM));
        assert_eq!(place_of_words(&old, 100, 6000).unwrap(), (100, 12_000));
        assert_eq!(
            place_of_words(&old, 100, 1 << 31).unwrap_err().to_string(),
            "stimuli: their tables have more than 4294967396 words; legal: at most 4294967295"
        );
    }
}
