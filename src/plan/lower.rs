//! From a network to a plan: names resolved, dimensions checked, everything laid out.

use super::columns::{columns, port_unit};
use super::estimate;
use super::fingerprint;
use super::held::{check_column, steps_u32};
use super::resolve::{in_unit, whole_or};
use super::slabs::{Resolved, driven_unit, levels, place_cells, place_in_slab, slabs};
use super::stimulus::{self, Lowered};
use super::wiring::{self, port_index};
use super::{Column, Encoder, Plan, PopulationPlan, Recorder, SlabPlan, StimulusSlot, Target};
use crate::gpu::Limits;
use crate::network::{Network, Record};
use crate::random::INDEX_BITS;
use crate::rows::{self, Progress};
use crate::units::{Quantity, Unit};
use crate::{Error, Result, Warning};
use std::sync::Arc;

/// For what a network is lowered.
#[derive(Debug, Clone)]
pub struct LowerOptions {
    /// Items of the batch.
    pub batch: u32,
    /// The adapter's limits.
    pub limits: Limits,
    /// The adapter's name, for messages.
    pub adapter: String,
    /// \[bytes\] what one binding holds of the synapses; the adapter's limit if `None`.
    pub binding: Option<u64>,
    /// Cells of a block of synapses at most, as a power of two; chosen if `None`. It changes no result.
    pub block_bits: Option<u32>,
    /// Told how far drawing synapses has come, which takes most of the time.
    pub progress: Progress,
}

impl Default for LowerOptions {
    fn default() -> Self {
        Self { batch: 1, limits: Limits::generous(), adapter: "any adapter".to_owned(), binding: None, block_bits: None, progress: Progress::default() }
    }
}

impl Plan {
    /// Lowers a network.
    ///
    /// # Errors
    /// [`Error::Field`] naming the field, its value and the legal range; [`Error::NamedFile`] and [`Error::Shader`] for files
    /// that the network names; [`Error::TooLarge`] where the adapter cannot hold it, [`Error::HostMemory`] where the host
    /// cannot.
    pub fn lower(network: &Network, options: &LowerOptions) -> Result<Self> {
        network.check()?;
        if options.batch == 0 || options.batch > options.limits.max_workgroups {
            let legal = format!("1 to {}", options.limits.max_workgroups);
            return Err(Error::request("batch", format!("{} items", options.batch), legal));
        }
        let dt_ms = in_unit(&network.dt, &Unit::MILLISECOND, "dt")?;
        check_column(&Column::Constant(dt_ms), &Unit::MILLISECOND, "dt")?;
        check_streams(network)?;
        let mut warnings = Vec::new();
        let duration = network.duration.as_ref();
        let duration = duration.map(|time| steps(time, dt_ms, "duration", "0 ms, or ", &mut warnings)).transpose()?;
        let resolved: Vec<_> = network.populations.iter().map(Resolved::of).collect::<Result<_>>()?;
        let neurons: u64 = network.populations.iter().map(|population| u64::from(population.size)).sum();
        if neurons > u64::from(u32::MAX) {
            return Err(Error::request("network", format!("{neurons} neurons"), "at most 4294967295"));
        }
        estimate::check(network, options.batch)?;
        let wirings = wiring::wirings(network, &resolved, dt_ms)?;
        let levels = levels(network, &wirings)?;
        let mut slabs = slabs(&resolved, &levels, network);
        let cells = place_cells(&mut slabs)?;
        let mut populations = Vec::with_capacity(resolved.len());
        for (index, (population, models)) in network.populations.iter().zip(&resolved).enumerate() {
            populations.push(columns(population, models, index, dt_ms, network.seed, options.batch)?);
            place_in_slab(&mut populations[index], index, &slabs, network);
        }

        let wired = fingerprint::of_wirings(&wirings);
        let request = rows::Request {
            wirings: wirings.clone(),
            sizes: &populations.iter().map(|population| population.size).collect::<Vec<_>>(),
            first_cells: &populations.iter().map(PopulationPlan::first_cells).collect::<Vec<_>>(),
            block_bits: options.block_bits,
            binding: options.binding.unwrap_or(u64::MAX).min(options.limits.max_binding),
            progress: &options.progress,
        };
        let built = rows::build(request).map_err(|failure| wiring::refused(failure, network, &resolved, dt_ms))?;
        warnings.extend(wiring::warnings(&wirings, &built, network, &resolved)?);
        drop(wirings);
        let rows::Built { table: synapses, scales, synapses: onto, .. } = built;
        for (population, (scales, onto)) in populations.iter_mut().zip(scales.into_iter().zip(onto)) {
            for (port, (scale, synapses)) in population.ports.iter_mut().zip(scales.into_iter().zip(onto)) {
                (port.scale, port.synapses) = (scale, synapses);
            }
        }
        let places = (&mut populations[..], &mut slabs[..]);
        let (data, encoders) = lower_stimuli(network, &resolved, places, dt_ms, options.batch, &mut warnings)?;
        let mut plan = Self {
            dt_ms,
            seed: network.seed,
            batch: options.batch,
            window: 1,
            submission: 1,
            slots: synapses.max_delay,
            cells,
            duration,
            populations,
            slabs,
            synapses,
            wired,
            data,
            encoders,
            recorders: Vec::new(),
            fingerprint: 0,
            warnings,
        };
        for (index, record) in network.records.iter().enumerate() {
            plan.add_recorders(record, index)?;
        }
        plan.choose_window(&options.limits);
        plan.check(&options.limits, &options.adapter)?;
        plan.fingerprint = plan.fingerprinted();
        Ok(plan)
    }

    fn add_recorders(&mut self, record: &Record, index: usize) -> Result<()> {
        let path = format!("record[{index}]");
        let population = self.population_index(&record.population).unwrap_or(0);
        let every = match &record.every {
            Some(every) => steps(every, self.dt_ms, &format!("{path}.every"), "", &mut self.warnings)?,
            None => 1,
        };
        for what in record.what.iter().filter(|what| *what != "spikes") {
            let variable = self.variable_index(population, what).ok_or_else(|| {
                let names = self.variable_names(population);
                let legal: Vec<_> = std::iter::once("spikes".to_owned()).chain(names).collect();
                let problem = format!("population `{}` has no variable `{what}`", record.population);
                Error::field(format!("{path}.what"), problem, legal.join(", "))
            })?;
            self.recorders.push(Recorder { population, variable, every, neurons: record.neurons.clone() });
        }
        Ok(())
    }

    /// Index of the population of that name.
    pub fn population_index(&self, name: &str) -> Option<usize> {
        self.populations.iter().position(|population| population.name == name)
    }
}

/// A time in whole steps, at least one where the time is not 0; with a warning where it is rounded. `besides` is what is
/// legal below one step.
fn steps(time: &Quantity, dt_ms: f64, path: &str, besides: &str, warnings: &mut Vec<Warning>) -> Result<u32> {
    let ms = in_unit(time, &Unit::MILLISECOND, path)?;
    let steps = steps_u32((ms / dt_ms).round(), dt_ms, path, || time.to_string())?;
    if steps == 0 && ms > 0.0 {
        let legal = format!("{besides}{dt_ms} ms (one step) or more");
        return Err(Error::field(path, format!("{time} is less than half a step"), legal));
    }
    if whole_or(ms / dt_ms, |_| f64::NAN).is_nan() {
        let problem = format!("{time} is no whole number of steps of {dt_ms} ms, and is rounded to {steps}");
        warnings.push(Warning::new(path, problem, "give a multiple of dt"));
    }
    Ok(steps)
}

/// Each projection and each stimulus draws from random streams of its own.
fn check_streams(network: &Network) -> Result<()> {
    for (list, len) in [("projection", network.projections.len()), ("stimulus", network.stimuli.len())] {
        if len > 1 << INDEX_BITS {
            return Err(Error::field(list, format!("the network has {len}"), format!("at most {}", 1 << INDEX_BITS)));
        }
    }
    Ok(())
}

/// Lowers all stimuli and gives each a slot in its slab: the k-th of one kind and target of every population shares
/// a slot.
fn lower_stimuli(
    network: &Network,
    resolved: &[Resolved],
    (populations, slabs): (&mut [PopulationPlan], &mut [SlabPlan]),
    dt_ms: f64,
    batch: u32,
    warnings: &mut Vec<Warning>,
) -> Result<(Vec<u32>, Vec<Encoder>)> {
    let (mut data, mut encoders) = (Vec::new(), Vec::new());
    let mut lowered: Vec<Vec<Lowered>> = populations.iter().map(|_| Vec::new()).collect();
    for (index, stimulus) in (0..).zip(&network.stimuli) {
        let target = network.populations.iter().position(|population| population.name == stimulus.target).unwrap_or(0);
        let path = format!("stimulus[{index}].port");
        let port =
            stimulus.kind.port().map(|name| port_index(&network.populations[target], name, &path)).transpose()?;
        let port = port.map(|port| (port, port_unit(&resolved[target].ports[port])));
        let size = populations[target].size as usize;
        let neuron = &resolved[target].neuron;
        let jump_unit = driven_unit(neuron);
        let site = stimulus::Site { dt_ms, seed: network.seed, size, index, batch, jump_unit, port };
        let (stimulus, encoder) = stimulus::lower(stimulus, &site, &mut data, warnings)?;
        if stimulus.target == Target::Current && neuron.variable("v").is_none() {
            let problem = format!("a current acts on v, which model {} lacks", neuron.name());
            let legal = "a neuron with a state variable v";
            return Err(Error::field(format!("stimulus[{index}].target"), problem, legal));
        }
        lowered[target].push(stimulus);
        encoders.extend(encoder);
    }
    for (population, lowered) in populations.iter_mut().zip(lowered) {
        let slots = &mut slabs[population.slab].stimuli;
        for Lowered { model, target, plan } in lowered {
            let free = |index: usize| population.stimuli.get(index).is_none_or(Option::is_none);
            let fits = |slot: &StimulusSlot| slot.target == target && Arc::ptr_eq(&slot.model, &model);
            let slot = (0..slots.len()).find(|&index| free(index) && fits(&slots[index])).unwrap_or_else(|| {
                slots.push(StimulusSlot { model: model.clone(), target });
                slots.len().saturating_sub(1)
            });
            while population.stimuli.len() <= slot {
                population.stimuli.push(None);
            }
            population.stimuli[slot] = Some(plan);
        }
    }
    for population in populations {
        population.stimuli.resize_with(slabs[population.slab].stimuli.len(), || None);
    }
    Ok((data, encoders))
}
