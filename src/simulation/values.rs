//! Values that a host sets between runs: parameters, what stimuli are told, weights. The state stays, and the result is that of the
//! changed network, bit for bit.

use super::{Executor, Simulation, Which};
use crate::ensemble::difference_at;
use crate::network::{Array, Before, Network, Running, Written};
use crate::plan::{Plan, of_item};
use crate::{Error, Result};
use std::collections::BTreeSet;
use std::sync::Arc;

impl Simulation {
    /// The network that runs, with the values that were set; of an ensemble that of each item. None where the simulation was made of a plan.
    pub fn networks(&self) -> &[Network] {
        &self.networks
    }

    /// Puts a value at a path, in all items, as [`Network::set`] does, from the next step on; the state stays. So the network is another one: what it
    /// does is, bit for bit, what a simulation of it does that has the state restored. States that were saved before can be restored still.
    ///
    /// It may be of `params`, `ports` and `init` of a population (`population[exc].params.tau`, `population[exc].ports.ampa.tau`; initial
    /// values are those of the next [`reset_state`](Self::reset_state)), what a stimulus is told (`stimulus[drive].value`, `stimulus[0].rate`), the
    /// weight of a projection, and parameters of its model (`projection[recurrent].model.stp.u`).
    ///
    /// What a kernel reads from memory is written there. That is so with values that differ from neuron to neuron, and with all
    /// that was set once. What stands in a kernel's text makes another kernel, which takes as long as compiling: so the first time takes
    /// longer than all others. `start` and `stop` of stimuli stand in the text whenever they are set. A stimulus that is told more than it
    /// has room for makes kernels anew, too, and has twice the room then that it needs.
    ///
    /// Files that values of the same population or stimulus come from are read again, as they are then: who sets a parameter of a
    /// population again and again has its others better in the network than in `.npy` files.
    ///
    /// Weights are another table of synapses, which takes as long as making a simulation. Where the port is
    /// counted by another scale then, arrivals that are under way are counted anew, each rounded to the nearest. What trials have
    /// found of schedules stays, unless the table is of another shape. Items that have [ended](Simulation::ended) stay so, whatever is set.
    ///
    /// # Errors
    /// Those of [`Network::set`] and of lowering the value; [`Error::Field`] for a size, a delay, a model or what else makes another
    /// network; [`Error::Request`] where the simulation was made of a plan, and where an arrival that is under way is too large for the
    /// new weights. Nothing has changed then. [`Error::DeviceLost`], and what compiling may fail with: the values are those from before then,
    /// but where a device failed while it computed, a state must be restored before another run.
    pub fn set(&mut self, path: &str, value: impl Into<Written>) -> Result<()> {
        self.set_all([(path, value)])
    }

    /// As [`Simulation::set`] of several values, all or none: kernels are compiled once.
    ///
    /// # Errors
    /// Those of [`Simulation::set`].
    ///
    /// ```
    /// # use neuropil::network::{Current, Network, Population};
    /// # use neuropil::{Backend, Simulation, units::Literal};
    /// # let mut net = Network::new(0.1.ms());
    /// # let exc = net.add(Population::new("exc", 100, "lif"));
    /// # net.stimulate(Current::new(&exc, 0.5.ma()).name("drive"));
    /// let mut simulation = Simulation::on(&net, &Backend::Reference)?;
    /// simulation.run(10.0.ms())?;
    /// simulation.set_all([("population[exc].params.tau", "15 ms"), ("stimulus[drive].value", "0.7 mA")])?;
    /// simulation.run(10.0.ms())?;
    /// # Ok::<(), neuropil::Error>(())
    /// ```
    pub fn set_all<P: AsRef<str>, V: Into<Written>>(&mut self, values: impl IntoIterator<Item = (P, V)>) -> Result<()> {
        self.set_items(.., values)
    }

    /// As [`Simulation::set_all`], in some items of an [`Ensemble`](crate::Ensemble) alone.
    ///
    /// # Errors
    /// Those of [`Simulation::set`]; [`Error::Request`] for an item that is not there, for some items only where all share one network,
    /// and as [`Ensemble::new`](crate::Ensemble::new) for what items cannot differ in.
    pub fn set_items<P: AsRef<str>, V: Into<Written>>(
        &mut self,
        items: impl Into<Which>,
        values: impl IntoIterator<Item = (P, V)>,
    ) -> Result<()> {
        let values: Vec<_> = values.into_iter().map(|(path, value)| (path, value.into())).collect();
        let mut items = items.into().among(self.plan.batch, || "items of the batch".to_owned())?;
        items.sort_unstable();
        items.dedup();
        if self.networks.is_empty() {
            let path = values.first().map_or("set", |(path, _)| path.as_ref());
            let problem = "the simulation was made of a plan, and does not know the network";
            return Err(Error::request(path, problem, "Simulation::on, with_options or of_ensemble"));
        }
        if self.networks.len() == 1 {
            if items.len() < self.plan.batch as usize {
                let legal = "all of them, or some of those of an Ensemble";
                return Err(Error::request("items of the batch", "they share one network", legal));
            }
            items.truncate(1);
        }
        let mut networks = std::mem::take(&mut self.networks);
        let mut undo = Vec::new();
        let set = self.follow(&mut networks, &items, &values, &mut undo);
        let set = set.map_err(|error| networks[0].with_names(error));
        if set.is_err() {
            undo.into_iter().rev().for_each(|(item, before)| networks[item].put_back(before));
        }
        self.networks = networks;
        set
    }

    /// Sets the rates \[Hz\] of a stimulus that holds them ([`PoissonEncoder::new`](crate::network::PoissonEncoder::new)), from the
    /// next step on: one for each neuron that it acts on, in the order of its `neurons`, the same for all batch items.
    /// `stimulus` is its index in the network. It is [`Simulation::set`] of `stimulus[…].rate`, but faster, and of a plan alone too.
    ///
    /// # Errors
    /// [`Error::Request`] if the stimulus does not hold its rates, or acts on more neurons in some items than in others; for a wrong
    /// number of rates or an illegal one; [`Error::DeviceLost`].
    pub fn set_rates(&mut self, stimulus: usize, rates: &[f64]) -> Result<()> {
        let (_, words) = self.plan.thresholds(stimulus, rates)?;
        let told = Array::inline(rates.to_vec(), &[rates.len()], "Hz")?;
        let index = u32::try_from(stimulus).unwrap_or(u32::MAX);
        let (plan, population) = self.plan.with_rates(index, &words)?;
        self.exchange(plan, &BTreeSet::from([population]))?;
        self.networks.iter_mut().for_each(|network| network.told_rates(stimulus, &told));
        Ok(())
    }

    /// Changes the networks of these items, and goes on with them; `undo` takes what was there before.
    fn follow<P: AsRef<str>>(
        &mut self,
        networks: &mut [Network],
        items: &[u32],
        values: &[(P, Written)],
        undo: &mut Vec<(usize, Before)>,
    ) -> Result<()> {
        let (mut plan, mut populations, mut rebuilt) = (None::<Plan>, BTreeSet::new(), false);
        for (path, value) in values {
            let mut at = None;
            for item in items.iter().map(|item| *item as usize) {
                let set = networks[item].set_running(path.as_ref(), value);
                let before = set.map_err(|error| if item == 0 { error } else { of_item(error, item) })?;
                at = Some(before.at());
                undo.push((item, before));
            }
            if let Some(at) = &at {
                check_items(networks, items, at)?;
            }
            let present = plan.as_ref().unwrap_or(&self.plan);
            let (next, population) = match at {
                Some(Running::Population(index)) => (present.with_population(networks, index)?, index),
                Some(Running::Stimulus(index)) => present.with_stimulus(networks, index)?,
                Some(Running::Source(index)) => present.with_source(networks, index)?,
                Some(Running::Weight(_)) => {
                    rebuilt = true;
                    continue;
                }
                None => continue,
            };
            plan = Some(next);
            populations.insert(population);
        }
        match plan {
            _ if rebuilt => self.rebuild(networks),
            Some(plan) => self.exchange(plan, &populations),
            None => Ok(()),
        }
    }

    /// Goes on with a plan that differs in the values of these populations, and of their stimuli, alone.
    fn exchange(&mut self, plan: Plan, populations: &BTreeSet<usize>) -> Result<()> {
        let plan = Arc::new(plan);
        match &mut self.executor {
            Executor::Device(engine) => engine.exchange(plan.clone())?,
            Executor::Cpu(engine) => engine.exchange(plan.clone(), populations)?,
            Executor::Reference(reference) => reference.exchange(plan.clone(), populations)?,
        }
        self.earlier.insert(self.plan.fingerprint);
        self.plan = plan;
        Ok(())
    }

    /// Goes on with another executor of networks with other synapses.
    fn rebuild(&mut self, networks: &[Network]) -> Result<()> {
        let options = self.backend.lower_options(self.plan.batch);
        let plan = match networks {
            [network] if !self.plan.items_end => Plan::lower(network, &options)?,
            _ => Plan::lower_each(networks, self.plan.items_end, &options)?,
        };
        let plan = plan.after(&self.plan);
        let counted_alike = self.plan.counts_as(&plan);
        let state = plan.carried(self.state()?, &self.plan)?;
        let plan = Arc::new(plan);
        let mut executor = self.executor.after(plan.clone(), &self.backend, &self.options)?;
        executor.restore(&state)?;
        executor.stand_in(&mut self.executor);
        self.executor = executor;
        // A state that counts weights otherwise is not one of this network.
        if counted_alike {
            self.earlier.insert(self.plan.fingerprint);
        } else {
            self.earlier.clear();
        }
        self.plan = plan;
        Ok(())
    }
}

/// Holds those that changed somewhere against the first, which may be one of them.
///
/// # Errors
/// As those of [`Ensemble::new`](crate::Ensemble::new).
fn check_items(networks: &[Network], items: &[u32], at: &Running) -> Result<()> {
    let first = &networks[0];
    let others: Vec<usize> = match items {
        [0, ..] => (1..networks.len()).collect(),
        items => items.iter().map(|item| *item as usize).collect(),
    };
    let apart = |item: usize| Some(difference_at(first, &networks[item], at)?.refused(first, item));
    others.into_iter().find_map(apart).map_or(Ok(()), Err)
}
