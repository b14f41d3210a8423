//! Networks that differ in values and run side by side, as the items of one batch.
//!
//! A sweep over a parameter is many networks with the same neurons and synapses. Together they take one plan: synapses are drawn once,
//! and each dispatch serves all of them. What an item computes does not depend on the others.

mod difference;

use crate::network::Network;
use crate::plan::{LowerOptions, Plan, of_item};
use crate::{Error, Result};
use difference::difference;
pub(crate) use difference::difference_at;

/// Networks that differ in values (and seeds) and run side by side, as the items of one batch. Item i is, bit for bit, its network
/// alone: it has the same spikes and the same samples.
///
/// Each may have its own `seed`; parameters of neurons, ports and stimuli; initial values; the neurons that stimuli act on, their times,
/// traces and rates; and weights, where one weight is that of all synapses of a projection. All have the same populations, connections and
/// records, stimuli that start and stop together, and one `wiring_seed`: synapses are drawn once, for all.
///
/// With [`ItemWiring::Own`](crate::network::ItemWiring::Own) in each, networks may also have wiring seeds, connection rules, weights and
/// delays of their own: each item then holds its own synapses. Populations, and which of them are connected, are the same.
///
/// Weights are counted in whole numbers whose scale follows from all weights onto a port. So of items that share synapses, of which some
/// of a port have weights that are drawn or given one by one, [`Ensemble::plan`] refuses a constant weight beside them that would change
/// this scale between items; and it refuses two projections from one population onto one port, where the weight of one differs between
/// items.
///
/// An item whose state becomes infinite or no number ends alone ([`Simulation::ended`](crate::Simulation::ended)), and the others go on.
///
/// ```
/// use neuropil::network::{Connect, Current, Network, Population, Port};
/// use neuropil::sim::EngineOptions;
/// use neuropil::units::Literal;
/// use neuropil::{Backend, Ensemble, Simulation};
/// use std::sync::Arc;
///
/// let mut net = Network::new(0.1.ms()).seed(1).wiring_seed(1);
/// let cells = net.add(Population::new("cells", 50, "lif").port("in", Port::delta()));
/// net.connect(&cells, &cells, "in", Connect::fixed_indegree(5), 0.1.mv(), 1.0.ms());
/// net.stimulate(Current::new(&cells, 1.5.ma()));
/// let networks = ["1.5 mA", "2 mA", "3 mA"].map(|current| {
///     let mut net = net.clone();
///     net.set("stimulus[0].value", current).expect("the path exists");
///     net
/// });
///
/// let ensemble = Ensemble::new(networks.to_vec())?;
/// let backend = Backend::Reference;
/// let plan = ensemble.plan(&backend.lower_options(3))?;
/// let mut simulation = Simulation::of_plan(Arc::new(plan), &backend, &EngineOptions::default())?;
/// let recording = simulation.run(50.0.ms())?;
/// let rate = |item| recording.populations[0].spikes.batch.iter().filter(|of| **of == item).count();
/// assert!(rate(0) < rate(1) && rate(1) < rate(2));
/// # Ok::<(), neuropil::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Ensemble {
    networks: Vec<Network>,
}

impl Ensemble {
    /// Puts networks together, each one item.
    ///
    /// # Errors
    /// [`Error::Request`] without networks, and naming the first difference that is more than values: another population, size, model,
    /// port, connection, delay, weight that is not one for all synapses of its projection, record, `dt`, `duration`, `until` or wiring seed.
    /// What [`Network::check`] says of each.
    pub fn new(networks: Vec<Network>) -> Result<Self> {
        let Some((first, others)) = networks.split_first() else {
            return Err(Error::request("ensemble", "it has no network", "1 or more"));
        };
        first.check()?;
        for (item, network) in (1..).zip(others) {
            // Of what is not sound nobody need know how it differs.
            network.check().map_err(|error| of_item(error, item))?;
            if let Some(difference) = difference(first, network) {
                return Err(difference.refused(first, item));
            }
        }
        Ok(Self { networks })
    }

    /// Whether two networks, each of which is sound, can be items of one batch.
    ///
    /// # Errors
    /// [`Error::Request`] naming the first difference that is more than values, as [`Ensemble::new`].
    pub fn compare(first: &Network, other: &Network) -> Result<()> {
        difference(first, other).map_or(Ok(()), |difference| Err(difference.refused(first, 1)))
    }

    /// The network of each item.
    pub fn networks(&self) -> &[Network] {
        &self.networks
    }

    /// Lowers them to one plan, whose batch has an item for each network; `options.batch` does not matter.
    ///
    /// # Errors
    /// As [`Plan::lower`], with the item before the field where it is not that of the first network.
    pub fn plan(&self, options: &LowerOptions) -> Result<Plan> {
        Plan::lower_each(&self.networks, true, options)
    }
}
