//! Does the device agree with the reference? The comparisons that several themes share.
//!
//! In lockstep the reference starts every window from the device's own state, so that only the roundings of one window
//! lie between them. Running free, both go their own ways until the first neuron so close to its threshold that a
//! rounding decides; what comes after is chaos and says nothing.

use crate::device::{advance, engine};
use crate::tolerances::{G_WINDOW, V_FREE, V_WINDOW};
use neuropil::gpu::Gpu;
use neuropil::plan::{Plan, State};
use neuropil::recording::Recording;
use neuropil::reference::{Near, Reference};
use neuropil::shader::FieldKind;
use neuropil::sim::{Engine, EngineOptions};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Step, population, batch item, neuron.
type Spike = (u32, usize, u32, u32);

/// The device and the reference, each with a plan of the same network.
pub struct Pair {
    pub engine: Engine,
    pub reference: Reference,
    plan: Arc<Plan>,
    /// For each population, each neuron's distance from reset to threshold.
    distances: Vec<Vec<f64>>,
}

/// What was found equal.
#[derive(Debug, Default)]
pub struct Agreement {
    /// Spikes that both fired.
    pub spikes: usize,
    /// Spikes of one of them alone, of neurons that came within the bound of their threshold.
    pub ties: usize,
    /// [of the distance from reset to threshold] largest difference of V.
    pub v: f64,
}

impl Pair {
    pub fn new(gpu: &Gpu, plan: &Arc<Plan>, options: &EngineOptions) -> Self {
        Self::of_two(gpu, plan, plan, options)
    }

    /// With a plan of its own for the reference, of the same shape.
    pub fn of_two(gpu: &Gpu, plan: &Arc<Plan>, other: &Arc<Plan>, options: &EngineOptions) -> Self {
        let reference = Reference::new(other.clone()).expect("every model has equations in f64");
        let distances = (0..plan.populations.len()).map(|population| distances(plan, population)).collect();
        Self { engine: engine(gpu, plan, options), reference, plan: plan.clone(), distances }
    }

    /// Runs both for `steps` steps, the reference re-seeded from the device before every window. The error says what
    /// differs first.
    pub fn lockstep(&mut self, steps: u32) -> Result<Agreement, String> {
        let mut agreement = Agreement::default();
        let end = self.engine.step() + steps;
        let mut state = self.engine.state().expect("the state comes back");
        while self.engine.step() < end {
            let count = self.plan.window.min(end - self.engine.step());
            self.reference.restore(&state).expect("both plans have the same shape");
            let device = spikes(&advance(&mut self.engine, count));
            let (oracle, near) = self.reference.run_watching(count, self.band(V_WINDOW)).expect("the run is short");
            let oracle = spikes(&oracle);
            let mut expected = self.reference.state();
            state = self.engine.state().expect("the state comes back");

            let mut tied = BTreeSet::new();
            for spike in device.symmetric_difference(&oracle) {
                let (step, population, batch, neuron) = *spike;
                // Having decided otherwise once, a neuron is elsewhere for the rest of the window.
                if !near.iter().any(|near| near.step <= step && self.excuses(near, spike, V_WINDOW)) {
                    return Err(format!("only {} spikes: {}", side(&device, spike), self.describe(spike)));
                }
                tied.insert((population, batch, neuron));
                self.correct(&mut expected.ring, spike, device.contains(spike));
                agreement.ties += 1;
            }
            agreement.spikes += device.intersection(&oracle).count();
            compare_rings(&state, &expected)?;
            agreement.v = agreement.v.max(self.compare_variables(&state, &expected, &tied)?);
        }
        Ok(agreement)
    }

    /// Runs both for `steps` steps on their own, and compares up to the first tie.
    pub fn free(&mut self, steps: u32) -> Result<Agreement, String> {
        let device = spikes(&advance(&mut self.engine, steps));
        let (oracle, near) = self.reference.run_watching(steps, self.band(V_FREE)).expect("the run is short");
        let oracle = spikes(&oracle);
        let mut different = device.symmetric_difference(&oracle).peekable();
        let Some(&&(first, ..)) = different.peek() else {
            return Ok(Agreement { spikes: device.len(), ..Agreement::default() });
        };
        let mut agreement = Agreement { spikes: device.range(..(first, 0, 0, 0)).count(), ..Agreement::default() };
        for spike in different.take_while(|spike| spike.0 == first) {
            if !near.iter().any(|near| near.step == first && self.excuses(near, spike, V_FREE)) {
                return Err(format!("only {} spikes: {}", side(&device, spike), self.describe(spike)));
            }
            agreement.ties += 1;
        }
        Ok(agreement)
    }

    /// Does a neuron's nearness to its threshold excuse that one of the two spikes alone?
    fn excuses(&self, near: &Near, spike: &Spike, bound: f64) -> bool {
        let (_, population, batch, neuron) = *spike;
        (near.population, near.batch, near.neuron) == (population, batch, neuron)
            && near.distance.abs() <= bound * self.distances[population][neuron as usize]
    }

    /// A band around the threshold that is wide enough for all neurons.
    fn band(&self, bound: f64) -> f64 {
        bound * self.distances.iter().flatten().copied().fold(0.0, f64::max)
    }

    /// Adds the weights of a spike to the ring, or takes them back.
    fn correct(&self, ring: &mut [i32], &(step, population, batch, neuron): &Spike, add: bool) {
        let source = &self.plan.populations[population];
        let first = source.first_row + neuron * source.groups.len() as u32;
        for (group, row) in source.groups.clone().zip(first..) {
            for synapse in self.plan.synapses.row(group, row) {
                let slot = (step + synapse.delay) % self.plan.slots;
                let cell = (slot * self.plan.batch + batch) * self.plan.cells + synapse.cell;
                ring[cell as usize] += if add { synapse.weight } else { -synapse.weight };
            }
        }
    }

    /// Compares all variables but those of neurons in a tie; returns the largest difference of V.
    fn compare_variables(
        &self,
        found: &State,
        expected: &State,
        tied: &BTreeSet<(usize, u32, u32)>,
    ) -> Result<f64, String> {
        let mut worst = 0.0f64;
        for (population, place) in self.plan.populations.iter().enumerate() {
            let (found, expected) = (&found.slabs[place.slab], &expected.slabs[place.slab]);
            for (index, variable) in self.plan.variables(place.slab).iter().enumerate() {
                let at = |batch, neuron| self.plan.state_index(population, index, batch, neuron);
                for batch in 0..self.plan.batch {
                    let here = at(batch, 0)..at(batch, 0) + place.size as usize;
                    let largest = expected[here].iter().fold(0.0f64, |largest, value| largest.max(value.abs()));
                    for neuron in 0..place.size {
                        if variable.port.is_none() && tied.contains(&(population, batch, neuron)) {
                            continue;
                        }
                        let distance = self.distances[population][neuron as usize];
                        let bound = match (variable.kind, variable.port) {
                            (FieldKind::U32, _) => 0.0,
                            (_, Some(_)) => G_WINDOW * largest,
                            (_, None) => V_WINDOW * distance,
                        };
                        let (found, expected) = (found[at(batch, neuron)], expected[at(batch, neuron)]);
                        let difference = (found - expected).abs();
                        if difference.is_nan() || difference > bound {
                            let variable = self.plan.variable_name(population, variable);
                            return Err(format!(
                                "{}.{variable} of neuron {neuron}, item {batch}, before step {}: {found}, \
                                 expected {expected} ± {bound:e}",
                                place.name,
                                self.engine.step()
                            ));
                        }
                        if variable.port.is_none() && variable.kind == FieldKind::F32 {
                            worst = worst.max(difference / distance);
                        }
                    }
                }
            }
        }
        Ok(worst)
    }

    fn describe(&self, &(step, population, batch, neuron): &Spike) -> String {
        format!("{} neuron {neuron}, item {batch}, step {step}", self.plan.populations[population].name)
    }
}

fn side(device: &BTreeSet<Spike>, spike: &Spike) -> &'static str {
    if device.contains(spike) { "the device" } else { "the reference" }
}

fn compare_rings(found: &State, expected: &State) -> Result<(), String> {
    match found.ring.iter().zip(&expected.ring).position(|(found, expected)| found != expected) {
        None => Ok(()),
        Some(cell) => Err(format!(
            "ring cell {cell} before step {}: {}, expected {}",
            found.step, found.ring[cell], expected.ring[cell]
        )),
    }
}

fn spikes(recording: &Recording) -> BTreeSet<Spike> {
    let populations = recording.populations.iter().enumerate();
    let each = populations.flat_map(|(index, population)| {
        population.spikes.iter().map(move |(step, batch, neuron)| (step, index, batch, neuron))
    });
    each.collect()
}

/// Each neuron's distance from reset to threshold.
fn distances(plan: &Plan, population: usize) -> Vec<f64> {
    let place = &plan.populations[population];
    let fields = &plan.slabs[place.slab].neuron.reflection.params;
    let column = |name| &place.params[fields.iter().position(|field| field.name == name).expect("it has a threshold")];
    let (v_th, v_reset) = (column("v_th"), column("v_reset"));
    (0..place.size as usize).map(|neuron| v_th.at(neuron) - v_reset.at(neuron)).collect()
}
