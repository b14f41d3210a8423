//! From a network to a plan: names resolved, dimensions checked, everything laid out.

use super::assemble::{Bundle, Ends, bundle, table};
use super::columns::{columns, port_unit};
use super::estimate;
use super::held::{check_column, steps_u32};
use super::resolve::{in_unit, whole_or};
use super::slabs::{Resolved, levels, place_cells, place_in_slab, slabs};
use super::stimulus::{Stimuli, Tables};
use super::weights::{choose_scales, counted};
use super::{Column, Plan, PopulationPlan, Recorder};
use crate::gpu::Limits;
use crate::network::{Network, Population, Record};
use crate::random::INDEX_BITS;
use crate::units::{Quantity, Unit};
use crate::{Error, Result, Warning};

/// For what a network is lowered.
#[derive(Debug, Clone)]
pub struct LowerOptions {
    /// Items of the batch.
    pub batch: u32,
    /// The adapter's limits.
    pub limits: Limits,
    /// The adapter's name, for messages.
    pub adapter: String,
    /// \[bytes\] the largest shard of the synapse table; the adapter's limit if `None`.
    pub shard_bytes: Option<u64>,
}

impl Default for LowerOptions {
    fn default() -> Self {
        Self { batch: 1, limits: Limits::generous(), adapter: "any adapter".to_owned(), shard_bytes: None }
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
        let stimuli = Stimuli::lower(network, &resolved, dt_ms, options.batch)?;
        estimate::check(network, options.batch)?;
        let levels = levels(network)?;
        let mut slabs = slabs(&resolved, &levels, network);
        let cells = place_cells(&mut slabs)?;
        let mut populations = Vec::with_capacity(resolved.len());
        for (index, (population, models)) in network.populations.iter().zip(&resolved).enumerate() {
            populations.push(columns(population, models, index, dt_ms, network.seed, options.batch)?);
            place_in_slab(&mut populations[index], index, &slabs, network);
        }

        let bundles = bundles(network, &resolved, &populations, dt_ms, &mut warnings)?;
        choose_scales(&bundles, &mut populations)?;
        let drawn_bytes = bundles.iter().map(Bundle::bytes).sum();
        let bundles = bundles.into_iter().map(|bundle| counted(bundle, &populations, &mut warnings));
        let bundles = bundles.collect::<Result<Vec<_>>>()?;
        let sizes: Vec<u32> = populations.iter().map(|population| population.size).collect();
        let shard_bytes = options.shard_bytes.unwrap_or(u64::MAX).min(options.limits.max_binding);
        let (synapses, rows) = table(&bundles, &sizes, cells, shard_bytes)?;
        drop(bundles);
        for (population, (first_row, groups)) in populations.iter_mut().zip(rows) {
            population.first_row = first_row;
            population.groups = groups;
        }
        let Tables { data, held_rates, warnings: of_stimuli } = stimuli.place(&mut populations, &mut slabs);
        warnings.extend(of_stimuli);
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
            drawn_bytes,
            data,
            held_rates,
            recorders: Vec::new(),
            fingerprint: 0,
            warnings,
        };
        for (index, record) in network.records.iter().enumerate() {
            let path = format!("record[{index}]");
            let population = network.population_index(format!("{path}.population"), &record.population)?;
            plan.add_recorders(record, population, &path)?;
        }
        plan.choose_window(&options.limits);
        plan.check(&options.limits, &options.adapter)?;
        plan.fingerprint = plan.fingerprinted();
        Ok(plan)
    }

    fn add_recorders(&mut self, record: &Record, population: usize, path: &str) -> Result<()> {
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

pub(super) fn port_index(population: &Population, name: &str, path: &str) -> Result<usize> {
    population.ports.keys().position(|port| port == name).ok_or_else(|| {
        let ports: Vec<_> = population.ports.keys().map(String::as_str).collect();
        let legal = if ports.is_empty() { "none, it has no ports".to_owned() } else { ports.join(", ") };
        Error::field(path, format!("population `{}` has no port `{name}`", population.name), legal)
    })
}

fn bundles(
    network: &Network,
    resolved: &[Resolved],
    places: &[PopulationPlan],
    dt_ms: f64,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<Bundle<'static>>> {
    let find = |name: &str| network.populations.iter().position(|population| population.name == name).unwrap_or(0);
    let lower = |(index, projection): (u32, &crate::network::Projection)| {
        let (pre, post) = (find(&projection.pre), find(&projection.post));
        let port = port_index(&network.populations[post], &projection.port, &format!("projection[{index}].port"))?;
        let post_size = places[post].size;
        let ends = Ends {
            pre,
            pre_size: places[pre].size,
            post,
            post_size,
            port,
            unit: port_unit(&resolved[post].ports[port]),
            first_cell: places[post].ports[port].first_cell,
        };
        bundle(projection, index, ends, dt_ms, network.seed, warnings)
    };
    (0..).zip(&network.projections).map(lower).collect()
}
