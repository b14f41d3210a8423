//! A network that runs: continued, looked at, changed, saved and restored between runs.

use crate::backends;
use crate::errors::{Failure, caught, raised, refused};
use crate::how::How;
use crate::known::{Items, Known, Origin};
use crate::network::Network;
use crate::planned::{Planned, suspicious};
use crate::process;
use crate::recording::Recording;
use crate::state::State;
use crate::waiting::{Raised, built};
use neuropil::output::{DeviceInfo, RunInfo};
use neuropil::plan;
use neuropil::sim::EngineOptions;
use neuropil::simulation::Which;
use neuropil::units::Quantity;
use neuropil::{Backend, Ensemble, Error, Result};
use numpy::{PyArray1, PyReadonlyArray1};
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};
use std::time::{Instant, SystemTime};

/// A network that runs.
#[pyclass(frozen, module = "neuropil._neuropil")]
pub struct Simulation {
    /// Locked only by who has given back the interpreter's lock.
    simulation: Mutex<neuropil::Simulation>,
    raised: Raised,
    info: RunInfo,
    items: Arc<Items>,
    backend: Backend,
    options: EngineOptions,
    /// How long it runs, unless it is told otherwise.
    duration: Option<Quantity>,
}

/// An item of an ensemble: values at paths, and a seed.
type Item = (Vec<(String, String)>, Option<u64>);

/// An item that ended alone: its number, population, neuron, and the variable with its value.
type Ended = (u32, String, u32, String, f64);

/// Networks that are to run.
pub enum What {
    /// One, in all items.
    Network(Box<Network>),
    /// Each in an item, with where it comes from.
    Ensemble(Box<Network>, Vec<(neuropil::network::Network, Arc<Origin>)>),
}

impl Simulation {
    /// Makes networks ready to run.
    pub fn build(py: Python<'_>, what: What, how: &How) -> PyResult<Self> {
        let raised = Raised::default();
        let started = SystemTime::now();
        let clock = Instant::now();
        let (simulation, (info, items), backend, options, duration) = built(py, |progress| {
            let options = how.engine(&raised)?;
            let (network, simulation, backend, origins);
            match what {
                What::Network(mut of) => {
                    how.seed.into_iter().for_each(|seed| of.reseed(seed));
                    backend = backends::open(&how.device, Some(of.network()))?;
                    let lower = how.lower(&backend, progress);
                    let lowered = neuropil::Simulation::lowered(of.network(), &backend, &lower, &options);
                    simulation = lowered.map_err(|error| of.locate(error))?;
                    origins = vec![Arc::new(Origin::of(&of, Origin::text(&of), &[]))];
                    network = of;
                }
                What::Ensemble(of, networks) => {
                    backend = backends::open(&how.device, Some(of.network()))?;
                    let lower = how.lower(&backend, progress);
                    let (networks, of_items): (Vec<_>, Vec<_>) = networks.into_iter().unzip();
                    let ensemble = Ensemble::new(networks).map_err(|error| of.locate(error))?;
                    let lowered = neuropil::Simulation::lowered_ensemble(&ensemble, &backend, &lower, &options);
                    simulation = lowered.map_err(|error| of.locate(error))?;
                    (origins, network) = (of_items, of);
                }
            }
            let mut device = backends::describe(&backend);
            if let Some(threads) = simulation.threads() {
                device.driver += &format!(", run by {threads}");
            }
            let plan = simulation.plan();
            let info = RunInfo {
                started: Some(started),
                network: network.called().to_owned(),
                seed: plan.seeds[0],
                wiring_seed: plan.wiring_seeds[0],
                device,
                arithmetic: simulation.arithmetic(),
                synapses: plan.synapse_count(),
                until: plan.until.as_ref().map(ToString::to_string),
                warnings: suspicious(&backend, &network, plan),
                build_s: clock.elapsed().as_secs_f64(),
                ..RunInfo::default()
            };
            let items = Arc::new(Items::of(plan, &origins));
            Ok((simulation, (info, items), backend, options, network.network().duration.clone()))
        })?;
        Ok(Self { simulation: Mutex::new(simulation), raised, info, items, backend, options, duration })
    }

    /// Calls the simulation without the interpreter's lock.
    fn with<T: Send>(
        &self,
        py: Python<'_>,
        call: impl FnOnce(&mut neuropil::Simulation) -> Result<T> + Send,
    ) -> PyResult<T> {
        let found = py.detach(|| {
            let mut simulation = self.lock()?;
            caught(|| call(&mut simulation))
        });
        found.map_err(|failure| {
            if let Failure::Error(error) = &failure {
                backends::forget_after(error);
            }
            raised(py, failure)
        })
    }

    fn lock(&self) -> Result<MutexGuard<'_, neuropil::Simulation>, Failure> {
        process::is_that_of_its_threads()?;
        match self.simulation.try_lock() {
            Ok(simulation) => Ok(simulation),
            // What it was doing then failed, and it says so itself.
            Err(TryLockError::Poisoned(poisoned)) => Ok(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => {
                let legal = "a simulation of its own for each thread";
                Err(Error::request("simulation", "it is in use by another thread", legal).into())
            }
        }
    }
}

#[pymethods]
impl Simulation {
    /// Makes a network ready to run.
    #[new]
    fn new(py: Python<'_>, network: &Network, how: How) -> PyResult<Self> {
        Self::build(py, What::Network(Box::new(network.clone())), &how)
    }

    /// Makes the networks that these values and seeds make ready to run side by side: each is an item.
    #[staticmethod]
    fn ensemble(py: Python<'_>, network: &Network, items: Vec<Item>, how: How) -> PyResult<Self> {
        let text = Origin::text(network);
        let of = |(values, seed): Item| {
            let mut item = network.clone();
            values.iter().try_for_each(|(path, value)| item.set(py, path, value))?;
            seed.into_iter().for_each(|seed| item.reseed(seed));
            Ok((item.network().clone(), Arc::new(Origin::of(&item, text.clone(), &values))))
        };
        let networks = items.into_iter().map(of).collect::<PyResult<Vec<_>>>()?;
        Self::build(py, What::Ensemble(Box::new(network.clone()), networks), &how)
    }

    /// Runs for a duration (none: the network's), and tells `progress` of steps that are done, and of how many. Ctrl-C ends it: the
    /// recording is then as long as it came.
    #[pyo3(signature = (duration, progress))]
    fn run(&self, py: Python<'_>, duration: Option<&str>, progress: Option<Py<PyAny>>) -> PyResult<Recording> {
        let duration = match duration {
            Some(text) => Quantity::parse(text).map_err(|problem| refused(py, "run", problem, ""))?,
            None => self.duration.clone().ok_or_else(|| {
                refused(py, "run", "the network has no `duration`, and none was given", "one of the two, as \"1 s\"")
            })?,
        };
        let raised = &self.raised;
        let (recording, mut known, came) = self.with(py, |simulation| {
            raised.begin();
            let steps = simulation.steps_in(duration)?;
            let clock = Instant::now();
            let recording = simulation.run_steps(steps, &mut |done| {
                if let Some(progress) = &progress {
                    raised.tell(progress, done, steps);
                }
            })?;
            let run_s = clock.elapsed().as_secs_f64();
            let info = RunInfo { schedule: simulation.schedule().cloned(), run_s, ..self.info.clone() };
            Ok((recording, Known::of_run(info, &self.items, simulation), raised.take()))
        })?;
        let interrupted = match came {
            // Its results are what was wanted, most likely.
            Some(error) if error.is_instance_of::<PyKeyboardInterrupt>(py) => true,
            Some(error) => return Err(error),
            None => false,
        };
        if interrupted {
            known.warn(format!("the run was interrupted at step {}", recording.end_step()));
        }
        Ok(Recording::new(recording, known, interrupted))
    }

    /// Runs a number of steps, and says nothing of how far it is.
    fn run_steps(&self, py: Python<'_>, steps: u32) -> PyResult<Recording> {
        let (recording, known, came) = self.with(py, |simulation| {
            self.raised.begin();
            let recording = simulation.run_steps(steps, &mut |_| ())?;
            Ok((recording, Known::of_run(self.info.clone(), &self.items, simulation), self.raised.take()))
        })?;
        match came {
            Some(error) if error.is_instance_of::<PyKeyboardInterrupt>(py) => {
                Ok(Recording::new(recording, known, true))
            }
            Some(error) => Err(error),
            None => Ok(Recording::new(recording, known, false)),
        }
    }

    /// A state variable of some items and neurons (all of them if none are given), item after item.
    #[pyo3(signature = (population, variable, items, neurons))]
    fn read<'py>(
        &self,
        py: Python<'py>,
        population: &str,
        variable: &str,
        items: Option<Vec<u32>>,
        neurons: Option<Vec<u32>>,
    ) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let of = |which: Option<Vec<u32>>| which.map_or(Which::All, Which::Each);
        let (items, neurons) = (of(items), of(neurons));
        let found = self.with(py, |simulation| simulation.read(population, variable, items, neurons))?;
        Ok(PyArray1::from_vec(py, found))
    }

    /// Sets a state variable of all neurons of a population, in every batch item.
    fn write(
        &self,
        py: Python<'_>,
        population: &str,
        variable: &str,
        values: PyReadonlyArray1<'_, f64>,
    ) -> PyResult<()> {
        let values: Vec<f64> = values.as_array().iter().copied().collect();
        self.with(py, |simulation| simulation.set_variable(population, variable, &values))
    }

    /// Puts values at paths, all or none, in all items or in some of them.
    #[pyo3(signature = (values, items))]
    fn set(&self, py: Python<'_>, values: Vec<(String, String)>, items: Option<Vec<u32>>) -> PyResult<()> {
        let items = items.map_or(Which::All, Which::Each);
        self.with(py, |simulation| simulation.set_items(items, values))
    }

    /// Sets the rates \[Hz\] of a stimulus that holds them.
    fn set_rates(&self, py: Python<'_>, stimulus: usize, rates: PyReadonlyArray1<'_, f64>) -> PyResult<()> {
        let rates: Vec<f64> = rates.as_array().iter().copied().collect();
        self.with(py, |simulation| simulation.set_rates(stimulus, &rates))
    }

    /// The value at a path, as it is now, of an item.
    fn get(&self, py: Python<'_>, path: &str, item: usize) -> PyResult<String> {
        self.with(py, |simulation| {
            let networks = simulation.networks();
            let network = networks.get(item).or(networks.first().filter(|_| networks.len() == 1));
            let missing = || Error::request("items of the batch", format!("there is no number {item}"), "");
            Ok(network.ok_or_else(missing)?.get(path)?.to_string())
        })
    }

    /// All that is carried from step to step.
    fn state(&self, py: Python<'_>) -> PyResult<State> {
        self.with(py, |simulation| simulation.state()).map(State)
    }

    /// Sets the whole state.
    fn restore(&self, py: Python<'_>, state: &State) -> PyResult<()> {
        self.with(py, |simulation| simulation.restore(&state.0))
    }

    /// Goes back to the initial state and step 0.
    fn reset(&self, py: Python<'_>) -> PyResult<()> {
        self.with(py, neuropil::Simulation::reset_state)
    }

    /// The synapses of a projection: source, target, weight, delay \[ms\].
    #[expect(clippy::type_complexity, reason = "a tuple for Python, which names its parts")]
    fn synapses<'py>(
        &self,
        py: Python<'py>,
        projection: &str,
        item: u32,
    ) -> PyResult<(
        Bound<'py, PyArray1<u32>>,
        Bound<'py, PyArray1<u32>>,
        Bound<'py, PyArray1<f64>>,
        Bound<'py, PyArray1<f64>>,
    )> {
        let found = self.with(py, |simulation| simulation.synapses_of_item(projection, item))?;
        let plan::Synapses { pre, post, weight, delay } = found;
        let (pre, post) = (PyArray1::from_vec(py, pre), PyArray1::from_vec(py, post));
        Ok((pre, post, PyArray1::from_vec(py, weight), PyArray1::from_vec(py, delay)))
    }

    /// What it asks of a device and of the host, with the values that it has now.
    fn plan<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let warnings = self.info.warnings.clone();
        let found = self.with(py, |simulation| Planned::of(simulation.plan(), &self.backend, &self.options, warnings));
        found?.into_dict(py)
    }

    /// The items that ended alone: item, population, neuron, variable and value.
    fn ended(&self, py: Python<'_>) -> PyResult<Vec<Ended>> {
        self.with(py, |simulation| {
            let of = |ended: plan::Ended| (ended.item, ended.population, ended.neuron, ended.variable, ended.value);
            Ok(simulation.ended().into_iter().map(of).collect())
        })
    }

    /// Items that run side by side.
    #[getter]
    fn batch(&self, py: Python<'_>) -> PyResult<u32> {
        self.with(py, |simulation| Ok(simulation.plan().batch))
    }

    /// \[ms\] the time step.
    #[getter]
    fn dt_ms(&self, py: Python<'_>) -> PyResult<f64> {
        self.with(py, |simulation| Ok(simulation.plan().dt_ms))
    }

    /// What computes it.
    #[getter]
    fn device(&self) -> (String, String, String) {
        let DeviceInfo { name, backend, driver } = &self.info.device;
        (name.clone(), backend.clone(), driver.clone())
    }

    /// What is legal but suspicious in the network.
    #[getter]
    fn warnings(&self) -> Vec<String> {
        self.info.warnings.clone()
    }
}
