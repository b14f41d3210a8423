//! From a network to a plan: names resolved, dimensions checked, everything laid out.

use super::arrays::Files;
use super::carries::{Carries, carried};
use super::columns::population_plan;
use super::estimate;
use super::fingerprint;
use super::given::given_by;
use super::held::check_column;
use super::items::{Networks, join_populations};
use super::period::steps;
use super::resolve::{Seeds, in_unit};
use super::slabs::{Resolved, levels, placements, slabs};
use super::sources::Sources;
use super::stimulus::{Stimuli, Tables};
use super::until::Until;
use super::wiring;
use super::{Column, Plan, PopulationPlan};
use crate::gpu::Limits;
use crate::memory::{bytes_of, needs};
use crate::network::Network;
use crate::random::INDEX_BITS;
use crate::rows::{Progress, WeightsOfItems, Wiring};
use crate::units::Unit;
use crate::{Error, Result, Warning};
use std::path::PathBuf;
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
    /// Inlets of a block of synapses at most, as a power of two; chosen if `None`. It changes no result.
    pub block_bits: Option<u32>,
    /// Threads that each own blocks of synapses, for the CPU engine: blocks are then small enough for all to have some. It changes no
    /// result.
    pub threads: Option<usize>,
    /// A folder for rows of synapses: what was built before for the same network is read from there, and what is built is left
    /// there. Nobody removes it.
    pub cache: Option<PathBuf>,
    /// Told how far drawing synapses has come, which takes most of the time.
    pub progress: Progress,
}

impl Default for LowerOptions {
    fn default() -> Self {
        Self {
            batch: 1,
            limits: Limits::generous(),
            adapter: "any adapter".to_owned(),
            binding: None,
            block_bits: None,
            threads: None,
            cache: None,
            progress: Progress::default(),
        }
    }
}

impl LowerOptions {
    /// For an executor that has the host's memory, and no other limit.
    pub(crate) fn for_host(batch: u32, name: &str) -> Self {
        Self { batch, limits: Limits::none(), adapter: name.to_owned(), ..Self::default() }
    }
}

/// What was found of a network that is not to be run.
#[derive(Debug)]
pub struct Examined {
    /// Its neurons.
    pub neurons: u64,
    /// Its synapses; those that are expected, if they were not drawn.
    pub synapses: u64,
    /// Were they drawn?
    pub drawn: bool,
    /// What is legal, but suspicious.
    pub warnings: Vec<Warning>,
}

/// A plan that has no synapses yet, and what they are drawn from.
struct Prepared {
    plan: Plan,
    resolved: Vec<Resolved>,
    /// Of all items, or of each.
    wirings: Vec<Vec<Arc<Wiring>>>,
    weights: WeightsOfItems,
    /// What each projection carries.
    carries: Vec<Carries>,
}

impl Prepared {
    fn drawn(self, networks: Networks<'_>, options: &LowerOptions) -> Result<Plan> {
        let Self { mut plan, resolved, wirings, weights, carries } = self;
        let gathers = (carries.as_slice(), &options.progress);
        plan.draw_gathers(networks.first, &resolved, (&wirings, &weights), gathers)?;
        plan.draw(networks, &resolved, (&wirings, &weights), (&carries, options))?;
        plan.choose_window(&options.limits);
        plan.check(&options.limits, &options.adapter)?;
        plan.fingerprint = plan.fingerprinted();
        Ok(plan)
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
        check_batch(options.batch, options)?;
        match network.of_own_wirings(options.batch)? {
            Some(networks) => Self::lower_each(&networks, false, options),
            None => Self::lower_named(Networks::of(network, options.batch), options),
        }
    }

    /// Lowers networks that may be items of one batch; each has passed [`Network::check`]. `items_end`: each may end alone.
    ///
    /// # Errors
    /// As [`Plan::lower`].
    pub(crate) fn lower_each(networks: &[Network], items_end: bool, options: &LowerOptions) -> Result<Self> {
        Self::lower_named(Networks::each(networks, items_end)?, options)
    }

    fn lower_named(networks: Networks<'_>, options: &LowerOptions) -> Result<Self> {
        let network = networks.first;
        let lowered = Self::prepared(networks, options).and_then(|prepared| prepared.drawn(networks, options));
        let mut plan = lowered.map_err(|error| network.with_names(error))?;
        network.name_warnings(&mut plan.warnings);
        Ok(plan)
    }

    /// Looks for what is wrong with a network, and for what is suspicious, without making ready to run it. Its synapses are drawn if no
    /// more than `most` are expected; what their weights are is not looked at otherwise.
    ///
    /// # Errors
    /// As [`Plan::lower`].
    pub fn examine(network: &Network, options: &LowerOptions, most: u64) -> Result<Examined> {
        network.check()?;
        let mut examined = Self::examine_numbered(network, options, most).map_err(|error| network.with_names(error))?;
        network.name_warnings(&mut examined.warnings);
        Ok(examined)
    }

    /// The same, with errors and warnings that know projections and stimuli by their numbers, as all that follows.
    fn examine_numbered(network: &Network, options: &LowerOptions, most: u64) -> Result<Examined> {
        let networks = Networks::of(network, options.batch);
        let prepared = Self::prepared(networks, options)?;
        let expected = prepared.wirings.iter().flatten().map(|wiring| wiring.expected());
        let synapses = expected.fold(0, u64::saturating_add);
        let neurons = prepared.plan.populations.iter().map(|population| u64::from(population.size)).sum();
        let drawn = synapses <= most;
        if drawn {
            let plan = prepared.drawn(networks, options)?;
            let synapses = plan.synapses.count.saturating_add(plan.gathered_synapses());
            return Ok(Examined { neurons, synapses, drawn, warnings: plan.warnings });
        }
        Ok(Examined { neurons, synapses, drawn, warnings: prepared.plan.warnings })
    }

    /// All but the synapses.
    fn prepared(networks: Networks<'_>, options: &LowerOptions) -> Result<Prepared> {
        let Networks { first: network, batch, .. } = networks;
        check_batch(batch, options)?;
        let dt_ms = in_unit(&network.dt, &Unit::MILLISECOND, "dt")?;
        check_column(&Column::Constant(dt_ms), &Unit::MILLISECOND, "dt")?;
        check_streams(network)?;
        let mut warnings = Vec::new();
        let duration = network.duration.as_ref();
        let duration = duration.map(|time| steps(time, dt_ms, "duration", "0 ms, or ", &mut warnings)).transpose()?;
        let until = network.until.as_ref();
        let until = until.map(|until| Until::lower(until, network, (dt_ms, duration), &mut warnings)).transpose()?;
        let resolved: Vec<_> = network.populations.iter().map(Resolved::of).collect::<Result<_>>()?;
        let neurons: u64 = network.populations.iter().map(|population| u64::from(population.size)).sum();
        if neurons > u64::from(u32::MAX) {
            return Err(Error::request("network", format!("{neurons} neurons"), "at most 4294967295"));
        }
        let files = Files::default();
        let stimuli = Stimuli::lower(networks, &resolved, &files, (dt_ms, duration))?;
        let sources = Sources::lower(networks, &files, dt_ms)?;
        let carries = carried(network, &resolved, &sources)?;
        let (populations, projections) = given_by(network, &resolved, files, (networks.batch_of_arrays(), dt_ms))?;
        estimate::check(&populations, (&projections, &carries), batch, networks.own_wirings())?;
        let wirings = wiring::wirings(networks, &resolved, (projections, &carries), dt_ms)?;
        let weights = match wirings.as_slice() {
            [shared] => wiring::weights_of_items(networks, &resolved, (shared, &carries))?,
            _ => WeightsOfItems::new(),
        };
        let levels = levels(network, &wirings.concat())?;
        let (mut slabs, inlets) = slabs(&resolved, &levels, network)?;
        let placements = placements(&slabs, network);
        let (of_populations, Tables { data, held_rates, warnings: of_stimuli }) =
            stimuli.place(&placements, &mut slabs);
        let sources = sources.place(&placements, &mut slabs);
        warnings.extend(of_stimuli);
        needs(bytes_of::<u64>(batch.into()), &format!("the seeds of {batch} items"), "a smaller batch")?;
        let seeds = networks.seeds();
        // Of an ensemble the values of the first network come first, and then those of the others.
        let of_first = &seeds[..networks.batch_of_arrays() as usize];
        let parts = populations
            .into_iter()
            .zip(placements.iter().cloned().enumerate())
            .zip(of_populations.into_iter().zip(sources));
        let population = |((given, place), (stimuli, sources))| {
            let plan =
                population_plan(given, place, dt_ms, Seeds { items: of_first, wiring: network.seed_of_wiring() })?;
            Ok(PopulationPlan { stimuli, sources, ..plan })
        };
        let mut populations: Vec<_> = parts.map(population).collect::<Result<_>>()?;
        join_populations(&mut populations, networks, &resolved, &placements, dt_ms)?;
        let mut plan = Self {
            dt_ms,
            seeds,
            wiring_seeds: networks.wiring_seeds(),
            batch,
            items_end: networks.items_end,
            threads: options.threads,
            window: 1,
            submission: 1,
            slots: 0,
            inlets,
            duration,
            until,
            populations,
            slabs,
            projections: network.projection_paths(),
            synapses: Arc::default(),
            channels: Vec::new(),
            gathers: Vec::new(),
            value_slots: 0,
            rounded: 0,
            wired: fingerprint::with_weights(fingerprint::of_wirings(network, &wirings), &weights),
            data,
            held_rates,
            recorders: Vec::new(),
            fingerprint: 0,
            warnings,
        };
        plan.add_recorders(network)?;
        // What is too large without any synapse need not wait for them.
        plan.check(&options.limits, &options.adapter)?;
        Ok(Prepared { plan, resolved, wirings, weights, carries })
    }

    /// Index of the population of that name.
    pub fn population_index(&self, name: &str) -> Option<usize> {
        self.populations.iter().position(|population| population.name == name)
    }
}

fn check_batch(batch: u32, options: &LowerOptions) -> Result<()> {
    let most = options.limits.max_workgroups;
    let problem = || Error::request("batch", format!("{batch} items"), format!("1 to {most}"));
    if (1..=most).contains(&batch) { Ok(()) } else { Err(problem()) }
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
