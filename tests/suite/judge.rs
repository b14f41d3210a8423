//! Holds one window of an engine, a device or the CPU, against the reference, which starts it from the engine's own state: so
//! nothing but the roundings of one window lies between them.

use crate::device::is_exact;
use crate::tolerances::{G_WINDOW, G_WINDOW_F64, STEP, STEP_F64, V_WINDOW, V_WINDOW_F64};
use neuropil::Backend;
use neuropil::plan::{Gives, Plan, State};
use neuropil::recording::Recording;
use neuropil::reference::{Near, Reference};
use neuropil::rows::Synapse;
use neuropil::shader::FieldKind;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Step, population, batch item, neuron.
pub type Spike = (u32, usize, u32, u32);

/// What was found equal.
#[derive(Debug, Default)]
pub struct Agreement {
    /// Spikes that both fired.
    pub spikes: usize,
    /// Spikes of one of them alone, of neurons that came within the bound of their threshold.
    pub ties: usize,
    /// [of its range] largest difference of a variable of a neuron or a stimulus.
    pub v: f64,
}

/// What values may differ by after a window.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// [of its range] A variable of a neuron or a stimulus.
    pub variable: f64,
    /// [of the largest in its population] One of a synapse.
    pub synapse: f64,
    /// [2⁻¹⁶ of the weight] What a spike brings whose amplitude a projection's model says: that is a whole number, which a rounding may
    /// make the next one.
    pub amplitude: u32,
}

impl Bounds {
    /// After a window of many steps.
    pub fn of_window(backend: &Backend) -> Self {
        let (variable, synapse) = if is_exact(backend) { (V_WINDOW_F64, G_WINDOW_F64) } else { (V_WINDOW, G_WINDOW) };
        Self { variable, synapse, amplitude: u32::from(!is_exact(backend)) }
    }

    /// After one step.
    pub fn of_step(backend: &Backend) -> Self {
        Self { variable: if is_exact(backend) { STEP_F64 } else { STEP }, ..Self::of_window(backend) }
    }
}

/// The reference, and how far the engine may be from it.
pub struct Judge {
    pub reference: Reference,
    /// The engine's plan.
    plan: Arc<Plan>,
    /// For each population and variable the range of which a difference is a part; those of synapses have a bound of their
    /// own.
    ranges: Vec<Vec<f64>>,
    bounds: Bounds,
}

impl Judge {
    /// A plan of its own for the reference, of the same shape as the engine's.
    pub fn new(plan: &Arc<Plan>, other: &Arc<Plan>, ranges: Vec<Vec<f64>>, bounds: Bounds) -> Self {
        let reference = Reference::new(other.clone()).expect("every model has equations in f64");
        Self { reference, plan: plan.clone(), ranges, bounds }
    }

    /// Holds the window that led the engine from one state to another, with these spikes, against the reference's. The
    /// error says what differs first.
    pub fn window(
        &mut self,
        before: &State,
        after: &State,
        recording: &Recording,
        agreement: &mut Agreement,
    ) -> Result<(), String> {
        // The reference's network may differ on purpose.
        let start = State { fingerprint: self.reference.plan().fingerprint, ..before.clone() };
        self.reference.restore(&start).expect("both plans have the same shape");
        let steps = after.step - before.step;
        let engine = spikes(recording);
        let (oracle, near) =
            self.reference.run_watching(steps, self.band(self.bounds.variable)).expect("the run is short");
        let oracle = spikes(&oracle);
        let mut expected = self.reference.state().expect("there is room for it");
        let mut tied = BTreeSet::new();
        for spike in engine.symmetric_difference(&oracle) {
            let (step, population, batch, neuron) = *spike;
            // Having decided otherwise once, a neuron is elsewhere for the rest of the window.
            if !near.iter().any(|near| near.step <= step && self.excuses(near, spike, self.bounds.variable)) {
                return Err(self.alone(&engine, spike));
            }
            tied.insert((population, batch, neuron));
            self.correct(&mut expected.ring, spike, engine.contains(spike));
            agreement.ties += 1;
        }
        agreement.spikes += engine.intersection(&oracle).count();
        if !tied.is_empty() && self.plan.levels() > 1 {
            // Without delay others have heard of it in the same window.
            return Ok(());
        }
        compare_rings(after, &expected, &self.slack(&engine, &oracle))?;
        self.compare_given(after, &expected, &tied)?;
        agreement.v = agreement.v.max(self.compare_variables(after, &expected, &tied)?);
        Ok(())
    }

    /// Says that one of both fired a spike alone.
    pub fn alone(&self, engine: &BTreeSet<Spike>, spike: &Spike) -> String {
        let side = if engine.contains(spike) { "the engine" } else { "the reference" };
        let &(step, population, batch, neuron) = spike;
        let name = &self.plan.populations[population].name;
        format!("only {side} spikes: {name} neuron {neuron}, item {batch}, step {step}")
    }

    /// Does a neuron's nearness to its threshold excuse that one of the two spikes alone?
    pub fn excuses(&self, near: &Near, spike: &Spike, bound: f64) -> bool {
        let (_, population, batch, neuron) = *spike;
        (near.population, near.batch, near.neuron) == (population, batch, neuron)
            && near.distance.abs() <= bound * self.range_of_v(population)
    }

    /// A band around the threshold that is wide enough for all neurons.
    pub fn band(&self, bound: f64) -> f64 {
        bound * (0..self.ranges.len()).map(|population| self.range_of_v(population)).fold(0.0, f64::max)
    }

    /// The range of what the threshold is a threshold of.
    fn range_of_v(&self, population: usize) -> f64 {
        let neuron = &self.plan.slabs[self.plan.populations[population].slab].neuron;
        self.ranges[population][neuron.variable("v").unwrap_or(0)]
    }

    /// Adds the weights of a spike to the ring, or takes them back.
    fn correct(&self, ring: &mut [i32], &(step, population, batch, neuron): &Spike, add: bool) {
        self.plan.synapses.each_of_item(population, neuron, batch, |synapse| {
            let cell = self.cell(step, batch, &synapse);
            ring[cell] += if add { synapse.weight } else { -synapse.weight };
        });
    }

    /// The number of the ring that a synapse adds to.
    fn cell(&self, step: u32, batch: u32, synapse: &Synapse) -> usize {
        let slot = (step + synapse.delay) % self.plan.slots;
        ((slot * self.plan.batch + batch) * self.plan.inlets + synapse.inlet) as usize
    }

    /// What each number of the ring may be off by, for models say what part of their weights spikes bring; nothing where there are none.
    fn slack(&self, engine: &BTreeSet<Spike>, oracle: &BTreeSet<Spike>) -> Vec<u64> {
        let modelled = |population: usize| {
            let place = &self.plan.populations[population];
            let mut models = self.plan.slabs[place.slab].sources.iter().zip(&place.sources);
            models.any(|(model, source)| source.is_some() && !model.is_graded())
        };
        if !(0..self.plan.populations.len()).any(modelled) {
            return Vec::new();
        }
        let mut slack = vec![0; (self.plan.slots * self.plan.batch * self.plan.inlets) as usize];
        for spike @ &(step, population, batch, neuron) in engine.union(oracle).filter(|spike| modelled(spike.1)) {
            let both = engine.contains(spike) && oracle.contains(spike);
            self.plan.synapses.each_of_item(population, neuron, batch, |synapse| {
                let weight = u64::from(synapse.weight.unsigned_abs());
                // A spike of one alone was corrected by the whole weight.
                let off = if both { u64::from(self.bounds.amplitude) * ((weight >> 16) + 1) } else { weight };
                slack[self.cell(step, batch, &synapse)] += off;
            });
        }
        slack
    }

    /// Compares what neurons gave, but for those in a tie.
    fn compare_given(&self, found: &State, expected: &State, tied: &BTreeSet<(usize, u32, u32)>) -> Result<(), String> {
        let mut first = 0;
        for channel in &self.plan.channels {
            let size = self.plan.populations[channel.population].size as usize;
            let numbers = size * (self.plan.batch * self.plan.value_slots) as usize;
            let range = match channel.gives {
                Gives::Potential(_) => self.range_of_v(channel.population),
                Gives::Value(_) => {
                    expected.values[first..][..numbers].iter().fold(0.0, |most, value| value.abs().max(most))
                }
            };
            let bound = self.bounds.variable * range;
            for (at, (value, wanted)) in
                found.values[first..][..numbers].iter().zip(&expected.values[first..]).enumerate()
            {
                let (neuron, item) = ((at % size) as u32, (at / size) as u32 % self.plan.batch);
                let difference = (value - wanted).abs();
                let excused = tied.contains(&(channel.population, item, neuron));
                if !excused && (difference.is_nan() || difference > bound) {
                    let name = &self.plan.populations[channel.population].name;
                    return Err(format!(
                        "what neuron {neuron} of {name} gave, item {item}, before step {}: {value}, expected {wanted} ± {bound:e}",
                        found.step
                    ));
                }
            }
            first += numbers;
        }
        Ok(())
    }

    /// Compares all variables but those of neurons in a tie; returns the largest difference, as a part of the range.
    fn compare_variables(
        &self,
        found: &State,
        expected: &State,
        tied: &BTreeSet<(usize, u32, u32)>,
    ) -> Result<f64, String> {
        let mut worst = 0.0f64;
        for (population, place) in self.plan.populations.iter().enumerate() {
            let (values, wanted) = (&found.slabs[place.slab], &expected.slabs[place.slab]);
            for (index, variable) in self.plan.variables(place.slab).iter().enumerate() {
                let at = |batch, neuron| self.plan.state_index(population, index, batch, neuron);
                for batch in 0..self.plan.batch {
                    let here = at(batch, 0)..at(batch, 0) + place.size as usize;
                    let largest = wanted[here].iter().fold(0.0f64, |largest, value| largest.max(value.abs()));
                    let range = self.ranges[population][index];
                    let bound = match (variable.kind, variable.port) {
                        (FieldKind::U32, _) => 0.0,
                        (_, Some(_)) => self.bounds.synapse * largest,
                        (_, None) => self.bounds.variable * range,
                    };
                    for neuron in 0..place.size {
                        if variable.port.is_none() && tied.contains(&(population, batch, neuron)) {
                            continue;
                        }
                        let (value, wanted) = (values[at(batch, neuron)], wanted[at(batch, neuron)]);
                        let difference = (value - wanted).abs();
                        if difference.is_nan() || difference > bound {
                            let variable = self.plan.variable_name(population, variable);
                            return Err(format!(
                                "{}.{variable} of neuron {neuron}, item {batch}, before step {}: {value}, \
                                 expected {wanted} ± {bound:e}",
                                place.name, found.step
                            ));
                        }
                        if variable.port.is_none() && variable.kind == FieldKind::F32 && difference > 0.0 {
                            worst = worst.max(difference / range);
                        }
                    }
                }
            }
        }
        Ok(worst)
    }
}

/// Where there is no slack, they are the same.
fn compare_rings(found: &State, expected: &State, slack: &[u64]) -> Result<(), String> {
    let mut pairs = found.ring.iter().zip(&expected.ring).enumerate();
    let off = |(at, (found, expected)): &(usize, (&i32, &i32))| {
        u64::from(found.abs_diff(**expected)) > slack.get(*at).copied().unwrap_or(0)
    };
    match pairs.find(off) {
        None => Ok(()),
        Some((at, (value, expected))) => {
            Err(format!("number {at} of the ring before step {}: {value}, expected {expected}", found.step))
        }
    }
}

/// All spikes of a recording.
pub fn spikes(recording: &Recording) -> BTreeSet<Spike> {
    let populations = recording.populations.iter().enumerate();
    let each = populations.flat_map(|(index, population)| {
        population.spikes.iter().map(move |(step, batch, neuron)| (step, index, batch, neuron))
    });
    each.collect()
}
