//! A network that runs: on a device, or on the CPU.
//!
//! The way in for Rust hosts and for the program; what it does stands in `plan`, `sim`, `cpu` and `reference`.

use crate::backend::{Backend, Device};
use crate::cpu;
use crate::ensemble::Ensemble;
use crate::memory::{bytes_of, needs};
use crate::network::Network;
use crate::options::Arithmetic;
use crate::plan::{Ended, LowerOptions, Plan, State, Stopped, Synapses};
use crate::recording::Recording;
use crate::sim::{Chosen, EngineOptions};
use crate::units::{Quantity, Unit};
use crate::{Error, Result, Warning};
use std::collections::HashSet;
use std::sync::Arc;
use uom::si::f64::Time;

mod executor;
mod values;
mod which;

use executor::Executor;
pub use which::Which;

/// A network that runs, and may be continued, looked at and changed between runs.
pub struct Simulation {
    /// What the plan was lowered from, with the values that it has now: one network for all items, or one for each; none for who gave
    /// a plan alone.
    networks: Vec<Network>,
    plan: Arc<Plan>,
    executor: Executor,
    backend: Backend,
    options: EngineOptions,
    /// The fingerprints that the plan had before values were set: states of these are of this network, too.
    earlier: HashSet<u64>,
}

impl Simulation {
    /// Lowers a network and makes it ready to run on `device`.
    ///
    /// # Errors
    /// As [`Backend::for_network`] and [`Simulation::on`].
    pub fn new(network: &Network, device: &Device) -> Result<Self> {
        Self::with_batch(network, device, 1)
    }

    /// As [`Simulation::new`], with so many items that run side by side. Item i is, bit for bit, the network alone with the seed `seed + i` and
    /// the same `wiring_seed`: noise and drawn initial values are its own, and what is given `[batch, n]`, as initial values and inputs may be.
    ///
    /// # Errors
    /// As [`Simulation::new`].
    pub fn with_batch(network: &Network, device: &Device, batch: u32) -> Result<Self> {
        Self::with_options(network, &Backend::for_network(device, network)?, batch, &EngineOptions::default())
    }

    /// Lowers a network and makes it ready to run on a backend that is open already. Opening and testing a device takes longer than
    /// many a run does: who makes many simulations opens it once ([`Backend::open`]). Kernels that it has compiled are not compiled again.
    ///
    /// # Errors
    /// As [`Plan::lower`] and [`Simulation::of_plan`].
    pub fn on(network: &Network, backend: &Backend) -> Result<Self> {
        Self::with_options(network, backend, 1, &EngineOptions::default())
    }

    /// As [`Simulation::on`], with so many items, as in [`Simulation::with_batch`], and other options.
    ///
    /// # Errors
    /// As [`Simulation::on`].
    pub fn with_options(network: &Network, backend: &Backend, batch: u32, options: &EngineOptions) -> Result<Self> {
        Self::lowered(network, backend, &backend.lower_options(batch), options)
    }

    /// As [`Simulation::with_options`], of a network that is lowered as it is said here; see [`Backend::lower_options`].
    ///
    /// # Errors
    /// As [`Simulation::on`].
    pub fn lowered(
        network: &Network,
        backend: &Backend,
        lower: &LowerOptions,
        options: &EngineOptions,
    ) -> Result<Self> {
        let plan = Plan::lower(network, lower)?;
        let simulation = Self::of_plan(Arc::new(plan), backend, options)?;
        let networks = network.of_own_wirings(lower.batch)?.unwrap_or_else(|| vec![network.clone()]);
        Ok(Self { networks, ..simulation })
    }

    /// Makes an ensemble ready to run on a backend that is open already: each of its networks is an item.
    ///
    /// # Errors
    /// As [`Ensemble::plan`] and [`Simulation::of_plan`].
    pub fn of_ensemble(ensemble: &Ensemble, backend: &Backend, options: &EngineOptions) -> Result<Self> {
        Self::lowered_ensemble(ensemble, backend, &backend.lower_options(1), options)
    }

    /// As [`Simulation::of_ensemble`], of networks that are lowered as it is said here; see [`Backend::lower_options`].
    ///
    /// # Errors
    /// As [`Simulation::of_ensemble`].
    pub fn lowered_ensemble(
        ensemble: &Ensemble,
        backend: &Backend,
        lower: &LowerOptions,
        options: &EngineOptions,
    ) -> Result<Self> {
        let plan = ensemble.plan(lower)?;
        let simulation = Self::of_plan(Arc::new(plan), backend, options)?;
        Ok(Self { networks: ensemble.networks().to_vec(), ..simulation })
    }

    /// Makes a plan ready to run. It does not know the network, which [`Simulation::set`] asks for.
    ///
    /// # Errors
    /// As [`Engine::new`](crate::sim::Engine::new); [`Error::Request`] for a model in WGSL alone on the CPU.
    pub fn of_plan(plan: Arc<Plan>, backend: &Backend, options: &EngineOptions) -> Result<Self> {
        let executor = Executor::new(plan.clone(), backend, options)?;
        let (backend, options) = (backend.clone(), options.clone());
        Ok(Self { networks: Vec::new(), plan, executor, backend, options, earlier: HashSet::new() })
    }

    /// The plan that is executed.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Runs for a duration, rounded to whole steps; a later call continues. Where the network says
    /// [`until`](crate::network::Until) when to stop, it may be shorter: see [`Simulation::stopped`].
    ///
    /// # Errors
    /// As [`Simulation::steps_in`] and [`Simulation::run_steps`].
    pub fn run(&mut self, duration: Time) -> Result<Recording> {
        self.run_steps(self.steps_in(duration)?, &mut |_| ())
    }

    /// The steps of a duration, rounded to whole ones.
    ///
    /// # Errors
    /// [`Error::Request`] for a duration that is no time, that is negative, that is above 0 and less than half a step, or that is too long.
    pub fn steps_in(&self, duration: impl Into<Quantity>) -> Result<u32> {
        let ms = duration.into().in_unit(&Unit::MILLISECOND);
        let ms = ms.map_err(|problem| Error::request("run", problem, ""))?;
        let dt_ms = self.plan.dt_ms;
        let steps = (ms / dt_ms).round();
        if steps == 0.0 && ms > 0.0 {
            let problem = format!("a duration of {ms} ms is less than half a step");
            return Err(Error::request("run", problem, format!("0 ms, or {dt_ms} ms (one step) or more")));
        }
        if !(0.0..=f64::from(u32::MAX)).contains(&steps) {
            return Err(Error::request("run", format!("a duration of {ms} ms"), "0 to 4294967295 steps"));
        }
        Ok(steps as u32)
    }

    /// Runs a number of steps; `progress` is told how many are done. They are fewer where [`EngineOptions::interrupt`] ends the run.
    ///
    /// # Errors
    /// [`Error::NonFinite`], [`Error::DeviceLost`], [`Error::Unfinished`], [`Error::Validation`]: then a state must be restored
    /// before another run. [`Error::Request`] past the last step that can be counted.
    pub fn run_steps(&mut self, steps: u32, progress: &mut dyn FnMut(u32)) -> Result<Recording> {
        self.executor.run(steps, progress)
    }

    /// Threads that step the network; none on a device, whose they are not, and on the reference.
    pub fn threads(&self) -> Option<usize> {
        match &self.executor {
            Executor::Cpu(engine) => Some(engine.threads()),
            Executor::Device(_) | Executor::Reference(_) => None,
        }
    }

    /// How it rounds in f32, which the CPU engine does by the text in any case; `None` in f64.
    pub fn arithmetic(&self) -> Option<Arithmetic> {
        match &self.executor {
            Executor::Device(_) => Some(self.options.arithmetic),
            Executor::Cpu(engine) => (engine.precision() == cpu::Precision::F32).then_some(Arithmetic::Portable),
            Executor::Reference(_) => None,
        }
    }

    /// How a device goes through the windows, and why; none on the CPU and the reference, which have one way. Trials on a run may
    /// choose another.
    pub fn schedule(&self) -> Option<&Chosen> {
        match &self.executor {
            Executor::Device(engine) => Some(engine.chosen()),
            Executor::Cpu(_) | Executor::Reference(_) => None,
        }
    }

    /// Has this called whenever trials on a run have chosen how a device goes on, while it runs.
    pub fn on_schedule(&mut self, told: impl FnMut(&Chosen) + Send + 'static) {
        if let Executor::Device(engine) = &mut self.executor {
            engine.on_schedule(told);
        }
    }

    /// What was suspicious in the last run; of the network, see [`Plan::warnings`].
    pub fn warnings(&self) -> &[Warning] {
        self.executor.warnings()
    }

    /// The items of the batch that ended alone, in their order, each with the state variable that became infinite or no number. That is how
    /// items of an [`Ensemble`] end, while the others go on; of other networks it ends the run in [`Error::NonFinite`].
    /// A state that is restored is that of items that have not ended.
    pub fn ended(&self) -> Vec<Ended> {
        self.executor.ended()
    }

    /// The items of the batch that stopped, for what their network runs [`until`](crate::network::Until) has come; in their order.
    ///
    /// A run ends with the stretch in which the last item stopped; items that have [ended](Simulation::ended) are not waited for. It has no
    /// spikes of an item from its step on, and samples that are no numbers, up to the run's end. The state is that of the
    /// run's end, for all items: to there they are computed on.
    ///
    /// A run that follows goes on. If the one before ended because all had stopped, all items go on, and none has stopped; if it ended with
    /// its duration, those that had stopped stay so. So runs that follow each other come to what one run does. After a state was
    /// [restored](Simulation::restore) no item has stopped, and the stretch in which it lies is not looked at, unless it begins there.
    pub fn stopped(&self) -> &[Stopped] {
        self.executor.seen().stopped()
    }

    /// All that is carried from step to step; [`Simulation::restore`] sets it, here or in another simulation of the
    /// same plan.
    ///
    /// # Errors
    /// [`Error::DeviceLost`], [`Error::OutOfMemory`], [`Error::HostMemory`]; [`Error::Request`] after a run that failed half-way.
    pub fn state(&self) -> Result<State> {
        self.executor.state()
    }

    /// Sets the whole state. One that this simulation had before values were [set](Simulation::set) is its own still.
    ///
    /// # Errors
    /// [`Error::Request`] if it is of another network ([`State::fingerprint`]), or has a value that the device cannot
    /// hold; [`Error::DeviceLost`].
    pub fn restore(&mut self, state: &State) -> Result<()> {
        if self.earlier.contains(&state.fingerprint) {
            return self.executor.restore(&State { fingerprint: self.plan.fingerprint, ..state.clone() });
        }
        self.executor.restore(state)
    }

    /// Goes back to the initial state and step 0: the next run is the first one again, bit for bit.
    ///
    /// # Errors
    /// [`Error::DeviceLost`].
    pub fn reset_state(&mut self) -> Result<()> {
        let initial = self.plan.initial_state()?;
        self.restore(&initial)
    }

    /// A state variable, `v` or `ampa.g`, of some items and neurons of a population: `[items, neurons]`, row-major. Only these come
    /// from the device.
    ///
    /// # Errors
    /// [`Error::Request`] naming the legal names and numbers, or after a run that failed half-way; [`Error::HostMemory`],
    /// [`Error::DeviceLost`], [`Error::OutOfMemory`].
    ///
    /// ```
    /// # use neuropil::network::{Network, Population};
    /// # use neuropil::{Backend, Simulation, units::Literal};
    /// # let mut net = Network::new(0.1.ms());
    /// # net.add(Population::new("exc", 100, "lif"));
    /// # let mut simulation = Simulation::on(&net, &Backend::Reference)?;
    /// let of_some = simulation.read("exc", "v", 0, [7, 3])?;
    /// let of_all_items = simulation.read("exc", "v", .., 10..20)?;
    /// # assert_eq!((of_some.len(), of_all_items.len()), (2, 10));
    /// # Ok::<(), neuropil::Error>(())
    /// ```
    pub fn read(
        &self,
        population: &str,
        variable: &str,
        items: impl Into<Which>,
        neurons: impl Into<Which>,
    ) -> Result<Vec<f64>> {
        let place = self.find(population, variable)?;
        let size = self.plan.populations[place.0].size;
        let items = items.into().among(self.plan.batch, || "items of the batch".to_owned())?;
        let neurons = neurons.into().among(size, || format!("neurons of population `{population}`"))?;
        // Each is a number; it has a place among words on the way, and comes as a word.
        let bytes = bytes_of::<[f64; 3]>((items.len() as u64).saturating_mul(neurons.len() as u64));
        needs(bytes, &format!("reading `{variable}` of population `{population}`"), "fewer items or neurons at once")?;
        self.executor.read(place, &items, &neurons)
    }

    /// A state variable of all neurons of a population, of batch item 0: [`Simulation::read`] of `0` and `..`.
    ///
    /// # Errors
    /// As [`Simulation::read`].
    pub fn variable(&self, population: &str, variable: &str) -> Result<Vec<f64>> {
        self.read(population, variable, 0, ..)
    }

    /// Sets a state variable of all neurons of a population, in every batch item. Items that have ended stay so.
    ///
    /// # Errors
    /// [`Error::Request`] for an unknown name, a wrong number of values or one that the device cannot hold;
    /// [`Error::DeviceLost`].
    pub fn set_variable(&mut self, population: &str, variable: &str, values: &[f64]) -> Result<()> {
        let what = format!("variable {population}.{variable}");
        let (population, variable) = self.find(population, variable)?;
        let size = self.plan.populations[population].size;
        if values.len() != size as usize {
            return Err(Error::request(
                what,
                format!("{} values", values.len()),
                format!("{size}, one for each neuron"),
            ));
        }
        let kind = &self.plan.variables(self.plan.populations[population].slab)[variable];
        if let Some(index) = values.iter().position(|&value| !kind.holds(value)) {
            let value = Quantity::number(values[index]);
            return Err(Error::request(what, format!("value {index} is {value}"), kind.legal()));
        }
        let mut state = self.state()?;
        for batch in 0..self.plan.batch {
            for (neuron, &value) in values.iter().enumerate() {
                let at = self.plan.state_index(population, variable, batch, neuron as u32);
                state.slabs[self.plan.populations[population].slab][at] = value;
            }
        }
        self.executor.restore_some(&state)
    }

    /// The synapses of a projection as they are, of batch item 0: in the order of their sources, and of one source
    /// in that of their targets. A projection is called by its name, else `pre→post.port`, else by its number.
    ///
    /// # Errors
    /// [`Error::Request`] for an unknown name; [`Error::HostMemory`].
    ///
    /// ```
    /// # use neuropil::network::{Connect, Network, Population, Port};
    /// # use neuropil::{Backend, Simulation, units::Literal};
    /// # let mut net = Network::new(0.1.ms());
    /// # net.add(Population::new("exc", 3, "lif").port("in", Port::delta()));
    /// net.connect("exc", "exc", "in", Connect::list([(2, 0), (0, 1)]).name("pair"), 0.5.mv(), 1.0.ms());
    /// let simulation = Simulation::on(&net, &Backend::Reference)?;
    /// let synapses = simulation.synapses("pair")?;
    /// assert_eq!((synapses.pre, synapses.post), (vec![0, 2], vec![1, 0]));
    /// assert_eq!((synapses.weight, synapses.delay), (vec![0.5; 2], vec![1.0; 2]));
    /// # Ok::<(), neuropil::Error>(())
    /// ```
    pub fn synapses(&self, projection: &str) -> Result<Synapses> {
        self.synapses_of_item(projection, 0)
    }

    /// The same, of a batch item, which may have weights or synapses of its own.
    ///
    /// # Errors
    /// As [`Simulation::synapses`]; [`Error::Request`] for an item that there is not.
    pub fn synapses_of_item(&self, projection: &str, item: u32) -> Result<Synapses> {
        let number = self.plan.projection_number(projection)?;
        if item >= self.plan.batch {
            let legal = format!("0 to {}", self.plan.batch.saturating_sub(1));
            return Err(Error::request("item", format!("there is no item {item} of the batch"), legal));
        }
        self.plan.read_synapses(number, item)
    }

    fn find(&self, population: &str, variable: &str) -> Result<(usize, usize)> {
        let index = self.plan.population_index(population).ok_or_else(|| {
            let names: Vec<_> = self.plan.populations.iter().map(|population| population.name.as_str()).collect();
            Error::request("population", format!("there is no `{population}`"), names.join(", "))
        })?;
        let variable = self.plan.variable_index(index, variable).ok_or_else(|| {
            let names = self.plan.variable_names(index);
            Error::request(format!("population `{population}`"), format!("no variable `{variable}`"), names.join(", "))
        })?;
        Ok((index, variable))
    }
}
