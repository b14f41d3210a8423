//! Neurons of one population and batch item that are stepped together, with their ports and stimuli: as many as stay in the first-level cache.
//!
//! The order within a step is that of the semantics, and sums are added up as in the device's kernels: stimuli first, then ports.

use super::desk::Desk;
use super::gather::{Gathering, Moment};
use super::tile::Tile;
use crate::model::{
    Compiled, Definition, Drawing, Given, Inputs, Make, NeuronBlock, OutputBlock, Precision, ProjectionBlock,
    StateBlock, StimulusBlock, StimulusSite, SynapseBlock,
};
use crate::number::Single;
use crate::plan::{Column, Gives, Plan, Target};
use crate::random;
use crate::recording::Period;
use crate::{Error, Result};

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
    /// Models of its projections, by slot, each with its number.
    sources: Vec<Option<Source<N>>>,
    /// Which model has each variable, and as which of its own.
    variables: Vec<(Owner, usize)>,
    /// Variables that ports add to.
    onto: Vec<usize>,
    /// What it gathers of what others gave.
    gathers: Vec<Gathering<N>>,
    /// What its neurons give in each step, each with its channel.
    gives: Vec<(usize, Gives)>,
    /// Index of V, where gap junctions act on it.
    coupled: Option<usize>,
    /// Does a current depend on V?
    conductance: bool,
    key: [u32; 2],
}

/// The number of a model of projections, and the model.
type Source<N> = (u32, Box<dyn ProjectionBlock<N>>);

/// Whose a variable is.
#[derive(Debug, Clone, Copy)]
enum Owner {
    Neuron,
    Port(usize),
    Stimulus(usize),
    Source(usize),
}

struct Port<N: Precision> {
    synapse: Option<Box<dyn SynapseBlock<N>>>,
    output: Box<dyn OutputBlock<N>>,
    /// Place among the inputs onto variables.
    onto: Option<usize>,
    /// The weight that the whole number 1 stands for.
    unit_weight: N,
}

struct Stimulus<N: Precision> {
    model: Box<dyn StimulusBlock<N>>,
    target: Target,
    stream: u32,
    /// A bit for each neuron of a chunk that it acts on; none: all.
    active: Vec<u32>,
    /// The steps in which it acts.
    steps: Period,
}

impl<N: Precision> Block<N> {
    /// A block of a population, in the state 0.
    ///
    /// # Errors
    /// [`Error::Request`] if one of its models is a user's, of WGSL alone.
    pub(super) fn new(plan: &Plan, population: usize, (first, size): (u32, u32), batch: u32) -> Result<Self> {
        let place = &plan.populations[population];
        let slab = &plan.slabs[place.slab];
        let before = batch as usize * place.size as usize + first as usize;
        let here = Place { first: before, size: size as usize, dt: plan.dt_ms };
        let neuron = here.made(&slab.neuron, N::neuron, &place.params)?;
        let mut variables: Vec<_> = (0..slab.neuron.reflection.state.len()).map(|own| (Owner::Neuron, own)).collect();
        let chunks = (size as usize).div_ceil(N::WIDTH);
        let (mut onto, mut conductance) = (Vec::new(), false);
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
            let place = models.onto.map(|variable| {
                onto.iter().position(|other| *other == variable).unwrap_or_else(|| {
                    onto.push(variable);
                    onto.len() - 1
                })
            });
            conductance |= output.is_conductance();
            ports.push(Port { synapse, output, onto: place, unit_weight: N::of(values.scale_of(batch).weight(1)) });
        }
        let mut stimuli = Vec::with_capacity(slab.stimuli.len());
        for (index, (slot, values)) in slab.stimuli.iter().zip(&place.stimuli).enumerate() {
            variables.extend((0..slot.model.reflection.state.len()).map(|own| (Owner::Stimulus(index), own)));
            let Some(values) = values else {
                stimuli.push(None);
                continue;
            };
            let active = if values.active == Column::Constant(1.0) {
                Vec::new()
            } else {
                let acts = |neuron: u32| neuron < size && values.active.at(before + neuron as usize) != 0.0;
                let chunk = |chunk: usize| {
                    let lanes = 0..N::WIDTH as u32;
                    let bit = |lane| u32::from(acts((chunk * N::WIDTH) as u32 + lane)) << lane;
                    lanes.map(bit).fold(0, |bits, bit| bits | bit)
                };
                (0..chunks).map(chunk).collect()
            };
            let model = here.made(&slot.model, N::stimulus, &values.params)?;
            stimuli.push(Some(Stimulus {
                model,
                target: slot.target,
                stream: values.stream,
                active,
                steps: values.steps,
            }));
        }
        let mut sources = Vec::with_capacity(slab.sources.len());
        for (index, (model, values)) in slab.sources.iter().zip(&place.sources).enumerate() {
            variables.extend((0..model.reflection.state.len()).map(|own| (Owner::Source(index), own)));
            let source =
                values.as_ref().map(|values| Ok((values.number, here.made(model, N::projection, &values.params)?)));
            sources.push(source.transpose()?);
        }
        let gathers = Gathering::all(plan, population, (first, size), batch);
        let is_coupled = gathers.iter().any(|gathering| gathering.port.is_none());
        let own = plan.channels.iter().enumerate().filter(|(_, channel)| channel.population == population);
        Ok(Self {
            first,
            size,
            batch,
            coupled: slab.neuron.variable("v").filter(|_| is_coupled),
            gathers,
            gives: own.map(|(index, channel)| (index, channel.gives)).collect(),
            neuron,
            ports,
            stimuli,
            sources,
            variables,
            onto,
            conductance: conductance || is_coupled,
            key: random::key(plan.seeds[batch as usize]),
        })
    }

    /// One step. What arrives stands in the tile of each port from the place `from` on, and is left with zeros.
    pub(super) fn step(&mut self, moment: &Moment<'_, N>, (tiles, from): (&mut [Tile], usize), desk: &mut Desk<N>) {
        let (size, zero) = (self.size as usize, N::of(0.0));
        let chunks = size.div_ceil(N::WIDTH);
        let &Moment { arch, step, .. } = moment;
        let Desk { current, slope, jump, v, g, onto, amplitudes, stored, numbers, totals } = desk;
        let numbers = &mut numbers[..chunks];
        let (current, jump) = (&mut current[..chunks], &mut jump[..chunks]);
        let (slope, v) = (&mut slope[..if self.conductance { chunks } else { 0 }], &mut v[..chunks]);
        let stored = &mut stored[..if self.coupled.is_some() { chunks } else { 0 }];
        self.coupled.iter().for_each(|&v| self.neuron.write(v, stored));
        self.neuron.begin(arch, if self.conductance { v } else { &mut [] });
        current.fill(zero);
        slope.fill(zero);
        jump.fill(zero);
        onto[..self.onto.len()].iter_mut().for_each(|sums| sums[..chunks].fill(zero));
        for ((port, tile), g) in self.ports.iter().zip(tiles).zip(&mut *g) {
            let arrived = &mut tile.ring[from..][..size];
            arch.dispatch(
                #[inline(always)]
                || take(arrived, port.unit_weight, g),
            );
        }
        for gathering in &self.gathers {
            if let Some(port) = gathering.port {
                gathering.sum(moment, totals, &[], numbers);
                g[port].iter_mut().zip(&*numbers).for_each(|(g, &sum)| *g = *g + sum);
            }
        }
        let site = StimulusSite { batch: self.batch, step };
        for stimulus in self.stimuli.iter_mut().flatten().filter(|stimulus| stimulus.steps.contains(step)) {
            let sum = match stimulus.target {
                Target::Current => &mut *current,
                Target::Jump => &mut *jump,
                Target::Port(port) => &mut g[port][..chunks],
            };
            let drawing =
                Drawing { first: self.first, site, stream: stimulus.stream, key: self.key, data: &moment.plan.data };
            stimulus.model.add(arch, &drawing, &stimulus.active, sum);
        }
        for (port, g) in self.ports.iter_mut().zip(g) {
            let g = &mut g[..chunks];
            if let Some(synapse) = &mut port.synapse {
                synapse.update(arch, g);
            }
            let jump = port.onto.map_or(&mut *jump, |place| &mut onto[place][..chunks]);
            port.output.act(arch, (g, v), (current, slope), jump);
        }
        for gathering in self.gathers.iter().filter(|gathering| gathering.port.is_none()) {
            gathering.sum(moment, totals, stored, numbers);
            for (chunk, &conductance) in gathering.conductance.iter().enumerate() {
                let flowing = numbers[chunk] + conductance * (stored[chunk] - v[chunk]);
                // mS·mV is µA.
                current[chunk] = current[chunk] + N::of(1e-3) * flowing;
                slope[chunk] = slope[chunk] - N::of(1e-3) * conductance;
            }
        }
        self.neuron.update(arch, &Inputs { current, slope, jump, onto: (&self.onto, onto) });
        for (number, model) in self.sources.iter_mut().flatten() {
            model.update(arch, self.neuron.spikes(), &mut amplitudes[*number as usize][..chunks]);
        }
        for &(channel, gives) in &self.gives {
            match gives {
                Gives::Potential(variable) => self.neuron.write(variable, numbers),
                Gives::Value(slot) => self.sources[slot].iter().for_each(|(_, model)| model.give(arch, numbers)),
            }
            let slot = moment.plan.value_slot(step, 0);
            let row = &moment.values.row(channel, slot, self.batch)[self.first as usize..][..size];
            row.iter().zip(numbers.iter().flat_map(N::singles)).for_each(|(cell, number)| number.store(cell));
        }
    }

    /// Models of its projections.
    pub(super) fn models(&self) -> usize {
        self.sources.iter().flatten().count()
    }

    /// The amplitude for a model, by number, of the spike of a neuron in the last step, after which the desk has served no other block.
    pub(super) fn amplitude(&self, desk: &Desk<N>, model: usize, neuron: usize) -> u32 {
        desk.amplitudes[model][neuron / N::WIDTH].lane(neuron % N::WIDTH) as u32
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
        let state = match owner {
            Owner::Neuron => Some(self.neuron.state_mut()),
            Owner::Port(port) => self.ports[port].synapse.as_mut().map(|synapse| synapse.state_mut()),
            Owner::Stimulus(slot) => self.stimuli[slot].as_mut().map(|stimulus| stimulus.model.state_mut()),
            Owner::Source(slot) => self.sources[slot].as_mut().map(|(_, model)| model.state_mut()),
        };
        if let Some(state) = state {
            state.set_value(own, neuron, value);
        }
    }

    /// Takes the state of a block of the same neurons.
    pub(super) fn take_state(&mut self, other: &Self) {
        for variable in 0..self.variables.len() {
            (0..self.size as usize).for_each(|neuron| self.set_value(variable, neuron, other.value(variable, neuron)));
        }
        self.ready();
    }

    /// After values were set.
    pub(super) fn ready(&mut self) {
        self.neuron.note_spikes();
    }

    /// Its variables.
    pub(super) fn variables(&self) -> usize {
        self.variables.len()
    }

    /// The first neuron and variable whose value is not finite, with the value.
    pub(super) fn odd(&self) -> Option<(u32, usize, f64)> {
        let ports = self.ports.iter().filter_map(|port| port.synapse.as_ref()).map(|synapse| synapse.state());
        let stimuli = self.stimuli.iter().flatten().map(|stimulus| stimulus.model.state());
        let sources = self.sources.iter().flatten().map(|(_, model)| model.state());
        if std::iter::once(self.neuron.state())
            .chain(ports)
            .chain(stimuli)
            .chain(sources)
            .all(|state| state.is_finite())
        {
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
            Owner::Neuron => Some(self.neuron.state()),
            Owner::Port(port) => self.ports[port].synapse.as_ref().map(|synapse| synapse.state()),
            Owner::Stimulus(slot) => self.stimuli[slot].as_ref().map(|stimulus| stimulus.model.state()),
            Owner::Source(slot) => self.sources[slot].as_ref().map(|(_, model)| model.state()),
        }
    }
}

/// Takes what arrived, in the port's unit.
#[inline(always)]
fn take<N: Precision>(arrived: &mut [i32], unit: N, g: &mut [N]) {
    for (arrived, g) in arrived.chunks_mut(N::WIDTH).zip(g) {
        *g = N::of_integers(arrived) * unit;
        // What nobody writes need not go back to memory.
        if arrived.iter().fold(0, |any, arrived| any | arrived) != 0 {
            arrived.fill(0);
        }
    }
}

/// The neurons of a block, for the models that are made for it.
struct Place {
    /// The place `[item, neuron]` of the first.
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
        let make = model.compiled.and_then(maker).ok_or_else(|| {
            Error::request(
                format!("the {} `{}` on the CPU", model.kind.model(), model.name()),
                "it is given as WGSL alone, which needs a GPU or a software driver",
                "a GPU adapter, or a model of the catalogue",
            )
        })?;
        let shared = !columns.iter().any(Column::is_each);
        let value = |field: usize, neuron: usize| columns[field].at(self.first + neuron);
        Ok(make(&Given { size: self.size, shared, value: &value }, self.dt))
    }
}
