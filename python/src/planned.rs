//! What a network would take, as `neuropil plan` prints it, and what of it hosts ask for.

use crate::backends;
use crate::how::How;
use crate::network::Network;
use crate::waiting::{Raised, built};
use neuropil::network::NetworkFile;
use neuropil::plan::{Phase, Plan};
use neuropil::sim::{self, EngineOptions, Possible};
use neuropil::{Backend, Result};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// What a plan asks of a backend.
pub struct Planned {
    text: String,
    device: String,
    neurons: u64,
    synapses: u64,
    batch: u32,
    dt_ms: f64,
    window: u32,
    lowering_bytes: u64,
    running_bytes: u64,
    device_bytes: u64,
    schedules: Vec<Possible>,
    warnings: Vec<String>,
}

impl Planned {
    /// Of a plan on a backend.
    ///
    /// # Errors
    /// As [`sim::describe`].
    pub fn of(plan: &Plan, backend: &Backend, options: &EngineOptions, warnings: Vec<String>) -> Result<Self> {
        let device = backend.lower_options(1).adapter;
        let memory = plan.memory();
        let mut text = format!("for {device}\n{plan}");
        let mut schedules = Vec::new();
        let mut device_bytes = 0;
        if let Backend::Gpu(gpu) = backend {
            device_bytes = memory.total();
            schedules = sim::schedules(plan, gpu.into(), options)?;
            text += &sim::describe(plan, gpu.into(), options)?;
            text += &sim::schedules_text(&schedules);
        }
        Ok(Self {
            text,
            device,
            neurons: plan.populations.iter().map(|population| u64::from(population.size)).sum(),
            synapses: plan.synapse_count(),
            batch: plan.batch,
            dt_ms: plan.dt_ms,
            window: plan.window,
            lowering_bytes: memory.on_host(Phase::Lowering),
            running_bytes: memory.on_host(Phase::Running),
            device_bytes,
            schedules,
            warnings,
        })
    }

    /// As Python takes it.
    ///
    /// # Errors
    /// What keeps a dictionary from being made.
    pub fn into_dict(self, py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
        let found = PyDict::new(py);
        found.set_item("text", self.text)?;
        found.set_item("device", self.device)?;
        found.set_item("neurons", self.neurons)?;
        found.set_item("synapses", self.synapses)?;
        found.set_item("batch", self.batch)?;
        found.set_item("dt", self.dt_ms)?;
        found.set_item("window", self.window)?;
        found.set_item("lowering_bytes", self.lowering_bytes)?;
        found.set_item("running_bytes", self.running_bytes)?;
        found.set_item("device_bytes", self.device_bytes)?;
        let schedules = self.schedules.into_iter().map(|Possible { schedule, name, taken, tried }| match name {
            Ok(name) => (name, None, taken, tried),
            Err(reason) => (schedule.to_string(), Some(reason), taken, tried),
        });
        found.set_item("schedules", schedules.collect::<Vec<_>>())?;
        found.set_item("warnings", self.warnings)?;
        Ok(found)
    }
}

/// What is legal but suspicious in a network, and what a device goes without.
pub fn suspicious(backend: &Backend, network: &Network, plan: &Plan) -> Vec<String> {
    let of_file = network.file().into_iter().flat_map(NetworkFile::warnings).map(|warning| warning.to_string());
    let of_plan = plan.warnings.iter().map(ToString::to_string);
    backends::lacks(backend).into_iter().chain(of_file).chain(of_plan).collect()
}

/// What a network would take. Nothing is allocated on a device.
#[pyfunction]
fn plan<'py>(py: Python<'py>, network: &Network, how: How) -> PyResult<Bound<'py, PyDict>> {
    let mut network = network.clone();
    let found = built(py, |progress| {
        how.seed.into_iter().for_each(|seed| network.reseed(seed));
        let options = how.engine(&Raised::default())?;
        let backend = backends::open(&how.device, Some(network.network()))?;
        let plan = Plan::lower(network.network(), &how.lower(&backend, progress));
        let plan = plan.map_err(|error| network.locate(error))?;
        Planned::of(&plan, &backend, &options, suspicious(&backend, &network, &plan))
    })?;
    found.into_dict(py)
}

/// Adds this function.
pub fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(plan, module)?)
}
