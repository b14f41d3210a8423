//! Plans made by hand, small enough to follow step by step.

use crate::model::{Definition, ModelKind, find};
use crate::plan::*;
use crate::recording::Period;
use crate::reference::Reference;
use crate::rows::tests::by_hand::{self, Edge};
use crate::rows::{Block, Scale};
use std::sync::Arc;

/// A plan in the making: every population is a slab of its own.
pub struct Tiny {
    pub plan: Plan,
    synapses: Vec<Synapse>,
}

/// From `[population, neuron]` to `[population, port, neuron]`, a delay and a weight.
type Synapse = ([usize; 2], [usize; 3], u32, i32);

/// A model of the catalogue.
pub fn model(kind: ModelKind, name: &str) -> Arc<Definition> {
    find(kind, name).expect("the catalogue is sound").expect("the model is in the catalogue")
}

/// A column for each number.
pub fn constants(values: &[f64]) -> Vec<Column> {
    values.iter().map(|&value| Column::Constant(value)).collect()
}

/// A column of one value for each neuron.
pub fn each(values: &[f64]) -> Column {
    Column::Each(values.into())
}

/// The defaults of `lif`: tau, r, v_th, v_reset, v_rest, reset.
pub const LIF: [f64; 6] = [5.0, 1.0, 1.0, 0.0, 0.0, 0.0];

/// A `lif` that relays: any jump of 1 mV or more makes it spike, once, in the step of the jump.
pub const RELAY: [f64; 6] = [5.0, 1.0, 1.0, 0.0, 0.0, 1.0];

impl Tiny {
    pub fn new(batch: u32, slots: u32) -> Self {
        let plan = Plan {
            dt_ms: 0.1,
            seeds: vec![0x0123_4567_89ab_cdef; batch as usize],
            wiring_seeds: vec![0x0123_4567_89ab_cdef],
            batch,
            threads: None,
            window: 1,
            submission: 1,
            slots,
            inlets: 0,
            duration: None,
            until: None,
            populations: Vec::new(),
            slabs: Vec::new(),
            projections: Vec::new(),
            synapses: Arc::default(),
            rounded: 0,
            channels: Vec::new(),
            gathers: Vec::new(),
            value_slots: 0,
            wired: 0,
            data: Vec::new(),
            held_rates: Vec::new(),
            items_end: false,
            recorders: Vec::new(),
            fingerprint: 0,
            warnings: Vec::new(),
        };
        Self { plan, synapses: Vec::new() }
    }

    /// One population of one neuron model, without ports.
    pub fn neurons(name: &str, size: u32, params: Vec<Column>, init: Vec<Column>) -> Self {
        let mut tiny = Self::new(1, 1);
        tiny.population(name, size, params, init);
        tiny
    }

    /// Adds a population, called by its model and index, whose spikes are recorded, and returns the index.
    pub fn population(&mut self, name: &str, size: u32, params: Vec<Column>, init: Vec<Column>) -> usize {
        let index = self.plan.populations.len();
        self.plan.slabs.push(SlabPlan {
            neuron: model(ModelKind::Neuron, name),
            ports: Vec::new(),
            stimuli: Vec::new(),
            sources: Vec::new(),
            populations: vec![index],
            size,
            first_inlet: 0,
            level: 0,
        });
        self.plan.populations.push(PopulationPlan {
            name: format!("{name}{index}"),
            size,
            slab: index,
            first_in_slab: 0,
            params,
            init,
            ports: Vec::new(),
            stimuli: Vec::new(),
            sources: Vec::new(),
        });
        self.plan.recorders.push(Recorder {
            population: index,
            projection: None,
            neurons: None,
            period: Period::default(),
            what: Recorded::Spikes,
        });
        index
    }

    /// Adds a port whose weights are counted in 2^−`power`.
    pub fn port(
        &mut self,
        population: usize,
        synapse: Option<(&str, Vec<Column>)>,
        output: (&str, Vec<Column>),
        power: i32,
    ) -> &mut Self {
        let (synapse, synapse_params) = synapse.unzip();
        self.plan.slabs[population].ports.push(PortModels {
            synapse: synapse.map(|name| model(ModelKind::Synapse, name)),
            output: model(ModelKind::Output, output.0),
            onto: None,
        });
        let ports = &mut self.plan.populations[population].ports;
        ports.push(PortPlan {
            name: format!("port{}", ports.len()),
            synapse_init: constants(if synapse.is_some() { &[0.0] } else { &[] }),
            synapse_params: synapse_params.unwrap_or_default(),
            output_params: output.1,
            first_inlet: 0,
            synapses: 0,
            scale: Scale { power },
            item_scales: Vec::new(),
        });
        self
    }

    /// Adds a stimulus to a population.
    pub fn stimulus(&mut self, population: usize, model: Arc<Definition>, target: Target, params: Vec<Column>) {
        self.plan.slabs[population].stimuli.push(StimulusSlot { model, target });
        let stimuli = &mut self.plan.populations[population].stimuli;
        let stream = (population * 16 + stimuli.len()) as u32;
        stimuli.push(Some(StimulusPlan {
            stream,
            params,
            init: Vec::new(),
            active: Column::Constant(1.0),
            steps: Period::default(),
            words: Words::default(),
        }));
    }

    /// A jump of 1 mV into each neuron in each of `steps`.
    pub fn kick(&mut self, population: usize, steps: &[u32]) {
        let first = self.plan.data.len() as f64;
        self.plan.data.extend(steps);
        let params = constants(&[1.0, first, steps.len() as f64]);
        self.stimulus(population, model(ModelKind::Stimulus, "spike_times"), Target::Jump, params);
    }

    /// Adds a synapse from `[population, neuron]` to `[population, port, neuron]`.
    pub fn synapse(&mut self, from: [usize; 2], to: [usize; 3], delay: u32, weight: i32) {
        self.synapses.push((from, to, delay, weight));
    }

    /// Samples a variable of some neurons.
    pub fn record(&mut self, population: usize, variable: usize, every: u32, neurons: Option<Vec<u32>>) {
        let what = Recorded::Samples(Sampling { variable, every });
        self.plan.recorders.push(Recorder { population, projection: None, neurons, period: Period::default(), what });
    }

    /// The plan, with inlets and synapses laid out.
    pub fn plan(mut self) -> Arc<Plan> {
        for population in &mut self.plan.populations {
            for port in &mut population.ports {
                port.first_inlet = self.plan.inlets;
                self.plan.inlets += population.size;
            }
        }
        self.lay_out_synapses();
        self.plan.fingerprint = self.plan.fingerprinted();
        Arc::new(self.plan)
    }

    fn lay_out_synapses(&mut self) {
        let populations = &self.plan.populations;
        let inlet = |population: usize, port: usize| populations[population].ports[port].first_inlet;
        let blocks = populations.iter().enumerate().flat_map(|(population, place)| {
            let block =
                move |port| Block { population, port, first: 0, size: place.size, inlet: inlet(population, port) };
            (0..place.ports.len()).map(block)
        });
        let edge = |&(from, [population, port, neuron], delay, weight): &Synapse| Edge {
            from,
            inlet: inlet(population, port) + neuron as u32,
            delay,
            weight,
        };
        let sizes: Vec<u32> = populations.iter().map(|population| population.size).collect();
        self.plan.synapses = by_hand::table(blocks.collect(), &sizes, self.synapses.iter().map(edge).collect()).into();
    }

    /// The network, ready to run.
    pub fn build(self) -> Reference {
        Reference::new(self.plan()).expect("every model has a twin")
    }
}

/// Runs `steps` steps and returns each spike of a population as (step, neuron), all batch items together.
pub fn spikes(reference: &mut Reference, steps: u32, population: usize) -> Vec<(u32, u32)> {
    let recording = reference.run(steps, &mut |_| ()).expect("the run is short");
    recording.populations[population].spikes.iter().map(|(step, _, neuron)| (step, neuron)).collect()
}
