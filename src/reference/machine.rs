//! One population as the reference steps it: its twins, with their parameters ready to hand.
//!
//! The order within a step is that of the semantics: arrivals, synapses, stimuli, neuron, threshold. Nothing here knows how
//! spikes travel or what is recorded.

use super::rows::Rows;
use crate::model::{Definition, Input, NeuronTwin, OutputTwin, ProjectionTwin, Site, StimulusTwin, SynapseTwin, Twin};
use crate::plan::{Channel, Gather, Gives, Plan, SlabPlan, SourcePlan, Target};
use crate::random::{key, philox4x32};
use crate::recording::Period;
use crate::rows::{Entries, amplitude};
use crate::{Error, Result};
use std::ops::Range;

/// A population's equations.
pub(super) struct Machine {
    /// Its place in the order within a step.
    pub(super) level: u32,
    /// Neurons of the population.
    size: usize,
    neuron: &'static dyn NeuronTwin,
    params: Rows,
    /// Index of the membrane potential, which currents depend on.
    v: Option<usize>,
    neuron_variables: usize,
    /// State variables of one neuron and its synapses.
    pub(super) variables: usize,
    ports: Vec<Port>,
    /// Stimuli that act on the neuron itself.
    drives: Vec<Drive>,
    /// Models of its projections, by their numbers.
    sources: Vec<Source>,
    /// What its neurons give in each step, in the order of the plan's channels.
    gives: Vec<Given>,
    /// Gap junctions onto them.
    couplings: Vec<Gathering>,
}

/// What a neuron gives in each step: of a source, by its place among all, or a variable.
enum Given {
    Value(usize),
    Variable(usize),
}

/// What some neurons gather from others.
struct Gathering {
    gather: Gather,
    /// Where the ring of what they give begins, and how many they are.
    first: usize,
    givers: usize,
    /// Of gap junctions the sum of the weights onto each neuron, `[batch, neuron]`.
    conductances: Vec<f64>,
}

impl Gathering {
    /// Those of a plan onto a population that are wanted.
    fn all(plan: &Plan, population: usize, wanted: impl Fn(&Gather) -> bool) -> Vec<Self> {
        let own = plan.gathers.iter().filter(|gather| gather.post == population && wanted(gather));
        let of = |gather: &Gather| {
            let givers = plan.populations[plan.channels[gather.channel].population].size as usize;
            let neurons = 0..if gather.port.is_none() { plan.populations[population].size } else { 0 };
            let of_item = |item: u32| neurons.clone().map(move |neuron| gather.conductance(item, neuron));
            let conductances = (0..plan.batch).flat_map(of_item).collect();
            Self { gather: gather.clone(), first: plan.first_value(gather.channel) as usize, givers, conductances }
        };
        own.map(of).collect()
    }

    /// The sum of weight·(value − `from`) over all synapses onto a neuron.
    fn sum(&self, item: u32, neuron: u32, from: f64, moment: &Moment) -> f64 {
        let value = |source: u32, delay: u32| {
            let row = moment.plan.value_slot(moment.step, delay) as usize * moment.plan.batch as usize + item as usize;
            moment.values[self.first + row * self.givers + source as usize] - from
        };
        let mut sum = 0.0;
        if let Entries::All { .. } = self.gather.incoming(item).entries {
            self.gather.each(item, neuron, |source, _, delay| sum += value(source, delay));
            return f64::from(self.gather.weight(item).unwrap_or(0.0)) * sum;
        }
        self.gather.each(item, neuron, |source, weight, delay| sum += f64::from(weight) * value(source, delay));
        sum
    }
}

struct Source {
    twin: &'static dyn ProjectionTwin,
    params: Rows,
    /// Its variables among those of the neuron.
    state: Range<usize>,
}

struct Port {
    synapse: Option<Synapse>,
    output: &'static dyn OutputTwin,
    output_params: Rows,
    /// Index of the neuron's variable that jumps are added to; none: they are the neuron's own.
    onto: Option<usize>,
    /// The weight that the whole number 1 stands for, in each batch item.
    unit_weights: Vec<f64>,
    /// Inlet of the population's first neuron.
    first_inlet: usize,
    /// Stimuli that arrive here.
    drives: Vec<Drive>,
    /// Graded projections that end here.
    gathers: Vec<Gathering>,
}

struct Synapse {
    twin: &'static dyn SynapseTwin,
    params: Rows,
    /// Its variables among those of the neuron.
    state: Range<usize>,
}

struct Drive {
    twin: &'static dyn StimulusTwin,
    params: Rows,
    target: Target,
    stream: u32,
    /// Does it draw a random word?
    random: bool,
    /// 1 where it acts.
    active: Rows,
    /// The steps in which it acts.
    steps: Period,
    /// Its variables, among those behind the neuron's.
    state: Range<usize>,
}

/// What all neurons of the network share in one step.
pub(super) struct Moment<'a> {
    /// What is executed.
    pub(super) plan: &'a Plan,
    /// Number of the step.
    pub(super) step: u32,
    /// [ms] its length.
    pub(super) dt: f64,
    /// The seed of each batch item.
    pub(super) seeds: &'a [u64],
    /// Bulk words that stimuli read.
    pub(super) data: &'a [u32],
    /// The ring's slot of this step, `[batch, inlet]`.
    pub(super) arrivals: &'a [i32],
    /// What neurons gave in the steps before, for each channel `[slot, batch, neuron]`.
    pub(super) values: &'a [f64],
    /// Inlets, of one batch item.
    pub(super) inlets: usize,
    /// [threshold's unit] States no further than this from the threshold are noted; negative: none.
    pub(super) band: f64,
    /// Is it the last step of a window?
    pub(super) closes: bool,
}

/// Some neurons of one population and batch item, with their state: what one thread works on at a time.
pub(super) struct Block {
    /// Index of the population.
    pub(super) population: usize,
    /// Item of the batch.
    pub(super) batch: u32,
    /// Index of the first neuron in the population.
    pub(super) first: u32,
    /// Neurons.
    pub(super) size: u32,
    /// Their state, `[neuron, variable]`.
    pub(super) state: Vec<f64>,
    /// The neurons that spiked in the last step, by index in the population.
    pub(super) spikes: Vec<u32>,
    /// Their amplitudes, `[spike, model]`.
    pub(super) amplitudes: Vec<u32>,
    /// What they give in the last step, `[channel of the population, neuron]`.
    pub(super) given: Vec<f64>,
    /// The neurons that came close to their threshold in the last step, and the distance above it.
    pub(super) near: Vec<(u32, f64)>,
    /// The first of the state's values that was not finite at the end of the last window.
    pub(super) not_finite: Option<usize>,
}

impl Machine {
    /// The machine of a population.
    ///
    /// # Errors
    /// [`Error::Request`] if one of its models has no twin.
    pub(super) fn new(plan: &Plan, population: usize) -> Result<Self> {
        let place = &plan.populations[population];
        let slab = &plan.slabs[place.slab];
        let Some(Twin::Neuron(neuron)) = slab.neuron.twin else { return Err(no_twin(&slab.neuron)) };
        let neuron_variables = slab.neuron.reflection.state.len();
        let mut variables = neuron_variables;
        let mut ports = Vec::with_capacity(slab.ports.len());
        for (index, (models, values)) in slab.ports.iter().zip(&place.ports).enumerate() {
            let synapse = match &models.synapse {
                None => None,
                Some(model) => {
                    let Some(Twin::Synapse(twin)) = model.twin else { return Err(no_twin(model)) };
                    let state = variables..variables + model.reflection.state.len();
                    variables = state.end;
                    Some(Synapse { twin, params: Rows::new(&values.synapse_params), state })
                }
            };
            let Some(Twin::Output(output)) = models.output.twin else { return Err(no_twin(&models.output)) };
            ports.push(Port {
                synapse,
                output,
                output_params: Rows::new(&values.output_params),
                onto: models.onto,
                unit_weights: (0..plan.batch).map(|item| values.scale_of(item).weight(1)).collect(),
                first_inlet: values.first_inlet as usize,
                drives: drives(plan, population, slab, |target| target == Target::Port(index))?,
                gathers: Gathering::all(plan, population, |gather| gather.port == Some(index)),
            });
        }
        variables += slab.stimuli.iter().map(|slot| slot.model.reflection.state.len()).sum::<usize>();
        let mut firsts = Vec::with_capacity(slab.sources.len());
        for model in &slab.sources {
            firsts.push(variables);
            variables += model.reflection.state.len();
        }
        let source = |(slot, source): (usize, &SourcePlan)| {
            let model = &slab.sources[slot];
            let Some(Twin::Projection(twin)) = model.twin else { return Err(no_twin(model)) };
            let state = firsts[slot]..firsts[slot] + model.reflection.state.len();
            Ok(Source { twin, params: Rows::new(&source.params), state })
        };
        let numbered = place.numbered_sources();
        let given = |channel: &Channel| match channel.gives {
            Gives::Value(slot) => Given::Value(numbered.iter().position(|(own, _)| *own == slot).unwrap_or_default()),
            Gives::Potential(variable) => Given::Variable(variable),
        };
        let gives = plan.channels.iter().filter(|channel| channel.population == population).map(given).collect();
        let sources = numbered.iter().copied().map(source).collect::<Result<_>>()?;
        Ok(Self {
            level: slab.level,
            size: place.size as usize,
            neuron,
            params: Rows::new(&place.params),
            v: slab.neuron.variable("v"),
            neuron_variables,
            variables,
            ports,
            drives: drives(plan, population, slab, |target| !matches!(target, Target::Port(_)))?,
            sources,
            gives,
            couplings: Gathering::all(plan, population, |gather| gather.port.is_none()),
        })
    }

    /// One step of a block; leaves its spikes in it.
    pub(super) fn advance(&self, block: &mut Block, moment: &Moment) {
        block.spikes.clear();
        block.amplitudes.clear();
        block.near.clear();
        block.given.resize(self.gives.len() * block.size as usize, 0.0);
        let arrivals = &moment.arrivals[block.batch as usize * moment.inlets..][..moment.inlets];
        let mut onto =
            vec![0.0; if self.ports.iter().any(|port| port.onto.is_some()) { self.neuron_variables } else { 0 }];
        for (offset, state) in block.state.chunks_exact_mut(self.variables).enumerate() {
            let neuron = block.first + offset as u32;
            let site = Site { neuron, batch: block.batch, step: moment.step, dt: moment.dt };
            let above = self.step(state, site, arrivals, &mut onto, moment);
            let spiked = above >= 0.0;
            if spiked {
                block.spikes.push(neuron);
            }
            let place = block.batch as usize * self.size + neuron as usize;
            for Source { twin, params, state: variables } in &self.sources {
                let fraction = twin.advance(params.of(place), &mut state[variables.clone()], spiked, moment.dt);
                block.amplitudes.extend(spiked.then(|| amplitude(fraction)));
            }
            for (channel, given) in self.gives.iter().enumerate() {
                block.given[channel * block.size as usize + offset] = match given {
                    Given::Variable(variable) => state[*variable],
                    Given::Value(source) => {
                        let Source { twin, state: variables, .. } = &self.sources[*source];
                        twin.value(&state[variables.clone()]).unwrap_or(0.0)
                    }
                };
            }
            if above.abs() <= moment.band {
                block.near.push((neuron, above));
            }
        }
        let odd = || block.state.iter().position(|&value| !(value as f32).is_finite());
        block.not_finite = if moment.closes { odd() } else { None };
    }

    /// One step of one neuron; returns how far it then lies above its threshold. `onto` has room for what is added to its
    /// variables.
    fn step(&self, state: &mut [f64], site: Site, arrivals: &[i32], onto: &mut [f64], moment: &Moment) -> f64 {
        onto.fill(0.0);
        let index = site.neuron as usize;
        let (neuron, synapses) = state.split_at_mut(self.neuron_variables);
        let place = site.batch as usize * self.size + index;
        let params = self.params.of(place);
        // As gap junctions of others see it, too.
        let stored = self.v.map_or(0.0, |v| neuron[v]);
        if self.neuron.above_threshold(params, neuron) >= 0.0 {
            self.neuron.reset(params, neuron);
        }
        let v = self.v.map_or(0.0, |v| neuron[v]);
        let mut input = Input::default();
        for port in &self.ports {
            let mut g = f64::from(arrivals[port.first_inlet + index]) * port.unit_weights[site.batch as usize];
            for gathering in &port.gathers {
                g += gathering.sum(site.batch, site.neuron, 0.0, moment);
            }
            for drive in &port.drives {
                g += drive.draw(site, place, synapses, moment);
            }
            if let Some(synapse) = &port.synapse {
                let variables = synapse.state.start - self.neuron_variables..synapse.state.end - self.neuron_variables;
                let (params, state) = (synapse.params.of(place), &mut synapses[variables]);
                synapse.twin.update(params, state, g, moment.dt);
                g = synapse.twin.output(params, state);
            }
            let params = port.output_params.of(place);
            if let Some(current) = port.output.current(params, g, v) {
                input.current += current.value;
                input.slope += current.slope;
            }
            if let Some(jump) = port.output.jump(params, g) {
                *port.onto.map_or(&mut input.jump, |variable| &mut onto[variable]) += jump;
            }
        }
        for drive in &self.drives {
            let number = drive.draw(site, place, synapses, moment);
            *if drive.target == Target::Jump { &mut input.jump } else { &mut input.current } += number;
        }
        for coupling in &self.couplings {
            let conductance = coupling.conductances[place];
            let flowing = coupling.sum(site.batch, site.neuron, stored, moment);
            // mS·mV is µA.
            input.current += 1e-3 * (flowing + conductance * (stored - v));
            input.slope -= 1e-3 * conductance;
        }
        let held = self.neuron.held(params, neuron);
        self.neuron.update(params, neuron, input, moment.dt);
        if !held {
            neuron.iter_mut().zip(onto).for_each(|(variable, sum)| *variable += *sum);
        }
        self.neuron.above_threshold(params, neuron)
    }
}

impl Drive {
    /// Its number for the neuron of this place; `state` is what lies behind the neuron's own.
    fn draw(&self, site: Site, place: usize, state: &mut [f64], moment: &Moment) -> f64 {
        if self.active.of(place) == [0.0] || !self.steps.contains(site.step) {
            return 0.0;
        }
        let random = if self.random {
            let counter = [site.neuron, site.step >> 2, self.stream, 0];
            philox4x32(counter, key(moment.seeds[site.batch as usize]))[(site.step & 3) as usize]
        } else {
            0
        };
        self.twin.advance(self.params.of(place), &mut state[self.state.clone()], site, random, moment.data)
    }
}

/// The stimuli of a population whose target is `wanted`, in the slab's order.
fn drives(plan: &Plan, population: usize, slab: &SlabPlan, wanted: impl Fn(Target) -> bool) -> Result<Vec<Drive>> {
    let place = &plan.populations[population];
    let mut drives = Vec::new();
    let synapses = slab.ports.iter().flat_map(|port| &port.synapse);
    let mut next: usize = synapses.map(|synapse| synapse.reflection.state.len()).sum();
    for (slot, values) in slab.stimuli.iter().zip(&place.stimuli) {
        let state = next..next + slot.model.reflection.state.len();
        next = state.end;
        let Some(values) = values else { continue };
        if !wanted(slot.target) {
            continue;
        }
        let Some(Twin::Stimulus(twin)) = slot.model.twin else { return Err(no_twin(&slot.model)) };
        let params = Rows::new(&values.params);
        drives.push(Drive {
            twin,
            params,
            target: slot.target,
            stream: values.stream,
            random: slot.model.draws(),
            active: Rows::new(std::slice::from_ref(&values.active)),
            steps: values.steps,
            state,
        });
    }
    Ok(drives)
}

fn no_twin(model: &Definition) -> Error {
    Error::request(
        format!("the {} `{}` on the CPU reference", model.kind.model(), model.name()),
        "it has no equations in f64: a model given as WGSL alone needs a GPU",
        "a GPU adapter, or a model of the catalogue",
    )
}
