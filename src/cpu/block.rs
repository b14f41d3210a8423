//! Neurons of one population and batch item that are stepped together, with their ports and stimuli: as many as stay in the first-level cache.
//!
//! The order within a step is that of the semantics, and sums are added up as in the device's kernels: stimuli first, then ports.

use super::share::Tile;
use crate::model::{
    Compiled, Definition, Drawing, Given, Inputs, Make, NeuronBlock, OutputBlock, Precision, StateBlock, StimulusBlock,
    StimulusSite, SynapseBlock, Twin,
};
use crate::number::Arch;
use crate::plan::{Column, Plan, Target};
use crate::random;
use crate::{Error, Result};

/// Neurons of a block at most.
pub(super) const BLOCK: u32 = 1024;

/// Neurons that are stepped together.
pub(super) struct Block<N: Precision> {
    /// Index in its population of the first neuron.
    pub(super) first: u32,
    pub(super) size: u32,
    /// Item of the batch.
    pub(super) batch: u32,
    neuron: Box<dyn NeuronBlock<N>>,
    ports: Vec<Port<N>>,
    stimuli: Vec<Option<Stimulus<N>>>,
    /// Which model has each variable, and as which of its own.
    variables: Vec<(Owner, usize)>,
    input: Inputs<N>,
    /// Does anything add to currents, to jumps of V?
    driven: [bool; 2],
    /// V, where outputs ask for it.
    v: Vec<N>,
    key: [u32; 2],
}

/// Whose a variable is.
#[derive(Debug, Clone, Copy)]
enum Owner {
    Neuron,
    Port(usize),
    Stimulus(usize),
}

struct Port<N: Precision> {
    synapse: Option<Box<dyn SynapseBlock<N>>>,
    output: Box<dyn OutputBlock<N>>,
    /// Place among the inputs onto variables.
    onto: Option<usize>,
    /// The weight that the whole number 1 stands for.
    unit_weight: N,
    g: Vec<N>,
}

struct Stimulus<N: Precision> {
    model: Box<dyn StimulusBlock<N>>,
    target: Target,
    stream: u32,
    /// A bit for each neuron of a chunk that it acts on; none: all.
    active: Vec<u32>,
}

impl<N: Precision> Block<N> {
    /// A block of a population, in the state 0.
    ///
    /// # Errors
    /// [`Error::Request`] if one of its models is a user's, of WGSL alone.
    pub(super) fn new(plan: &Plan, population: usize, (first, size): (u32, u32), batch: u32) -> Result<Self> {
        let place = &plan.populations[population];
        let slab = &plan.slabs[place.slab];
        let here = Place { first: first as usize, size: size as usize, dt: plan.dt_ms };
        let neuron = here.made(&slab.neuron, N::neuron, &place.params)?;
        let mut variables: Vec<_> = (0..slab.neuron.reflection.state.len()).map(|own| (Owner::Neuron, own)).collect();
        let chunks = (size as usize).div_ceil(N::WIDTH);
        let zeros = || vec![N::of(0.0); chunks];
        let mut input = Inputs { current: zeros(), slope: Vec::new(), jump: zeros(), onto: Vec::new() };
        let (mut driven, mut wants_v) = ([false; 2], false);
        let mut ports = Vec::with_capacity(slab.ports.len());
        for (index, (models, values)) in slab.ports.iter().zip(&place.ports).enumerate() {
            let synapse = match &models.synapse {
                Some(model) => {
                    variables.extend((0..model.reflection.state.len()).map(|own| (Owner::Port(index), own)));
                    Some(here.made(model, N::synapse, &values.synapse_params)?)
                }
                None => None,
            };
            let output = here.made(&models.output, N::output, &values.output_params)?;
            let onto = models.onto.map(|variable| {
                let known = input.onto.iter().position(|(other, _)| *other == variable);
                known.unwrap_or_else(|| {
                    input.onto.push((variable, zeros()));
                    input.onto.len() - 1
                })
            });
            if models.output.has("current") {
                (driven[0], wants_v) = (true, true);
                if output.is_conductance() && input.slope.is_empty() {
                    input.slope = zeros();
                }
            } else if onto.is_none() {
                driven[1] = true;
            }
            ports.push(Port { synapse, output, onto, unit_weight: N::of(values.scale.weight(1)), g: zeros() });
        }
        let mut stimuli = Vec::with_capacity(slab.stimuli.len());
        for (index, (slot, values)) in slab.stimuli.iter().zip(&place.stimuli).enumerate() {
            variables.extend((0..slot.model.reflection.state.len()).map(|own| (Owner::Stimulus(index), own)));
            let Some(values) = values else {
                stimuli.push(None);
                continue;
            };
            match slot.target {
                Target::Current => driven[0] = true,
                Target::Jump => driven[1] = true,
                Target::Port(_) => {}
            }
            let active = if values.active == Column::Constant(1.0) {
                Vec::new()
            } else {
                let acts = |neuron: u32| neuron < size && values.active.at((first + neuron) as usize) != 0.0;
                let chunk = |chunk: usize| {
                    let lanes = 0..N::WIDTH as u32;
                    let bit = |lane| u32::from(acts((chunk * N::WIDTH) as u32 + lane)) << lane;
                    lanes.map(bit).fold(0, |bits, bit| bits | bit)
                };
                (0..chunks).map(chunk).collect()
            };
            let model = here.made(&slot.model, N::stimulus, &values.params)?;
            stimuli.push(Some(Stimulus { model, target: slot.target, stream: values.stream, active }));
        }
        Ok(Self {
            first,
            size,
            batch,
            neuron,
            ports,
            stimuli,
            variables,
            input,
            driven,
            v: if wants_v { zeros() } else { Vec::new() },
            key: random::key(plan.seed),
        })
    }

    /// One step. What arrives stands in the tile of each port from the place `from` on, and is left with zeros.
    pub(super) fn step(&mut self, arch: Arch, step: u32, data: &[u32], tiles: &mut [Tile], from: usize) {
        let zero = N::of(0.0);
        self.neuron.begin(arch, &mut self.v);
        if self.driven[0] {
            self.input.current.fill(zero);
            self.input.slope.fill(zero);
        }
        if self.driven[1] {
            self.input.jump.fill(zero);
        }
        self.input.onto.iter_mut().for_each(|(_, sums)| sums.fill(zero));
        for (port, tile) in self.ports.iter_mut().zip(tiles) {
            let arrived = &mut tile.ring[from..][..self.size as usize];
            arch.dispatch(
                #[inline(always)]
                || take(arrived, port.unit_weight, &mut port.g),
            );
        }
        let site = StimulusSite { batch: self.batch, step };
        for stimulus in self.stimuli.iter_mut().flatten() {
            let sum = match stimulus.target {
                Target::Current => &mut self.input.current,
                Target::Jump => &mut self.input.jump,
                Target::Port(port) => &mut self.ports[port].g,
            };
            let drawing = Drawing { first: self.first, site, stream: stimulus.stream, key: self.key, data };
            stimulus.model.add(arch, &drawing, &stimulus.active, sum);
        }
        let Inputs { current, slope, jump, onto } = &mut self.input;
        for port in &mut self.ports {
            if let Some(synapse) = &mut port.synapse {
                synapse.update(arch, &mut port.g);
            }
            let jump = port.onto.map_or(&mut *jump, |place| &mut onto[place].1);
            port.output.act(arch, (&port.g, &self.v), (current, slope), jump);
        }
        self.neuron.update(arch, &self.input);
    }

    /// Who spiked in the last step, a bit for each neuron of a chunk.
    pub(super) fn spikes(&self) -> &[u32] {
        self.neuron.spikes()
    }

    /// The value of a variable, by its index in [`Plan::variables`]; 0 for that of a stimulus that the population lacks.
    pub(super) fn value(&self, variable: usize, neuron: usize) -> f64 {
        let (owner, own) = self.variables[variable];
        self.owner(owner).map_or(0.0, |state| state.value(own, neuron))
    }

    /// Sets it. Who set all calls [`Block::ready`].
    pub(super) fn set_value(&mut self, variable: usize, neuron: usize, value: f64) {
        let (owner, own) = self.variables[variable];
        match owner {
            Owner::Neuron => self.neuron.set_value(own, neuron, value),
            Owner::Port(port) => {
                self.ports[port].synapse.iter_mut().for_each(|synapse| synapse.set_value(own, neuron, value));
            }
            Owner::Stimulus(slot) => {
                self.stimuli[slot].iter_mut().for_each(|stimulus| stimulus.model.set_value(own, neuron, value));
            }
        }
    }

    /// After values were set.
    pub(super) fn ready(&mut self, arch: Arch) {
        self.neuron.note_spikes(arch);
    }

    /// Its variables.
    pub(super) fn variables(&self) -> usize {
        self.variables.len()
    }

    /// The first neuron and variable whose value is not finite, with the value.
    pub(super) fn odd(&self) -> Option<(u32, usize, f64)> {
        let states = || {
            let ports = self.ports.iter().filter_map(|port| port.synapse.as_ref()).map(|synapse| synapse.is_finite());
            let stimuli = self.stimuli.iter().flatten().map(|stimulus| stimulus.model.is_finite());
            std::iter::once(self.neuron.is_finite()).chain(ports).chain(stimuli)
        };
        if states().all(|finite| finite) {
            return None;
        }
        let all = (0..self.size).flat_map(|neuron| (0..self.variables.len()).map(move |variable| (neuron, variable)));
        let values = all.map(|(neuron, variable)| (neuron, variable, self.value(variable, neuron as usize)));
        values
            .map(|(neuron, variable, value)| (neuron, variable, f64::from(value as f32)))
            .find(|odd| !odd.2.is_finite())
    }

    fn owner(&self, owner: Owner) -> Option<&dyn StateBlock> {
        match owner {
            Owner::Neuron => Some(&*self.neuron as &dyn StateBlock),
            Owner::Port(port) => self.ports[port].synapse.as_ref().map(|synapse| &**synapse as &dyn StateBlock),
            Owner::Stimulus(slot) => self.stimuli[slot].as_ref().map(|stimulus| &*stimulus.model as &dyn StateBlock),
        }
    }
}

/// Takes what arrived, in the port's unit.
#[inline(always)]
fn take<N: Precision>(arrived: &mut [i32], unit: N, g: &mut [N]) {
    for (arrived, g) in arrived.chunks_mut(N::WIDTH).zip(g) {
        *g = N::of_integers(arrived) * unit;
        arrived.fill(0);
    }
}

/// The neurons of a block, for the models that are made for it.
struct Place {
    first: usize,
    size: usize,
    /// \[ms\] The length of a step.
    dt: f64,
}

impl Place {
    /// A model's part of the block.
    fn made<B: ?Sized>(
        &self,
        model: &Definition,
        maker: impl Fn(Compiled) -> Option<Make<B>>,
        columns: &[Column],
    ) -> Result<Box<B>> {
        let make = compiled(model).and_then(maker).ok_or_else(|| {
            Error::request(
                format!("the {} model `{}` on the CPU", model.kind, model.name()),
                "it is given as WGSL alone, which needs a GPU or a software driver",
                "a GPU adapter, or a model of the catalogue",
            )
        })?;
        let shared = columns.iter().all(|column| matches!(column, Column::Constant(_)));
        let value = |field: usize, neuron: usize| columns[field].at(self.first + neuron);
        Ok(make(&Given { size: self.size, shared, value: &value }, self.dt))
    }
}

fn compiled(model: &Definition) -> Option<Compiled> {
    match model.twin? {
        Twin::Neuron(twin) => twin.compiled(),
        Twin::Synapse(twin) => twin.compiled(),
        Twin::Output(twin) => twin.compiled(),
        Twin::Stimulus(twin) => twin.compiled(),
    }
}
