//! What runs recorded, as NumPy arrays that look into the library's own memory.

use crate::errors::{detached, refused};
use crate::known::Known;
use neuropil::output::{self, RunInfo};
use neuropil::recording::{self, PopulationSpikes, Trace};
use numpy::ndarray::ArrayView;
use numpy::{Element, PyArray, PyArrayDyn};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::path::PathBuf;
use std::sync::Arc;

/// What one run, or several that continue each other, recorded. It never changes.
#[pyclass(frozen, module = "neuropil._neuropil")]
pub struct Recording {
    recorded: Arc<recording::Recording>,
    known: Arc<Known>,
    /// What to say if nobody spiked.
    silence: Option<String>,
    /// Whether Ctrl-C ended the run.
    #[pyo3(get)]
    interrupted: bool,
}

impl Recording {
    /// Of a run, with what is known of it.
    pub fn new(recorded: recording::Recording, known: Known, interrupted: bool) -> Self {
        let silence = recorded.silence(known.spiking());
        Self { recorded: Arc::new(recorded), known: Arc::new(known), silence, interrupted }
    }

    fn population(&self, py: Python<'_>, name: &str) -> PyResult<&PopulationSpikes> {
        self.recorded.population(name).ok_or_else(|| {
            let legal: Vec<_> = self.recorded.populations.iter().map(|population| population.name.as_str()).collect();
            refused(py, "recording", format!("there is no population `{name}`"), legal.join(", "))
        })
    }

    fn trace(&self, py: Python<'_>, population: &str, variable: &str) -> PyResult<&Trace> {
        self.recorded.trace(population, variable).ok_or_else(|| {
            let legal: Vec<_> =
                self.recorded.traces.iter().map(|trace| format!("{}.{}", trace.population, trace.variable)).collect();
            let problem = format!("`{variable}` of `{population}` was not recorded");
            let legal = if legal.is_empty() { "none, nothing but spikes was".to_owned() } else { legal.join(", ") };
            refused(py, "recording", problem, legal)
        })
    }
}

/// Numbers that `owner` holds as an array that may be read alone, and keeps it alive.
fn lent<'py, T: Element>(owner: &Bound<'py, Recording>, numbers: &[T], shape: &[usize]) -> PyResult<Bound<'py, PyAny>> {
    let view = ArrayView::from_shape(shape.to_vec(), numbers)
        .map_err(|error| refused(owner.py(), "recording", error.to_string(), ""))?;
    #[expect(unsafe_code, reason = "the owner is frozen and holds an `Arc` of these numbers, which nobody changes")]
    let array: Bound<'py, PyArrayDyn<T>> = unsafe { PyArray::borrow_from_array(&view, owner.clone().into_any()) };
    array.getattr("flags")?.setattr("writeable", false)?;
    Ok(array.into_any())
}

#[pymethods]
impl Recording {
    /// \[ms\] the time step.
    #[getter]
    fn dt_ms(&self) -> f64 {
        self.recorded.dt_ms
    }

    /// Number of batch items.
    #[getter]
    fn batch(&self) -> u32 {
        self.recorded.batch
    }

    /// The first step.
    #[getter]
    fn first_step(&self) -> u32 {
        self.recorded.first_step
    }

    /// Number of steps.
    #[getter]
    fn steps(&self) -> u32 {
        self.recorded.steps
    }

    /// The populations, with their sizes.
    fn populations(&self) -> Vec<(String, u32)> {
        self.recorded.populations.iter().map(|population| (population.name.clone(), population.size)).collect()
    }

    /// The traces: population and variable.
    fn traces(&self) -> Vec<(String, String)> {
        self.recorded.traces.iter().map(|trace| (trace.population.clone(), trace.variable.clone())).collect()
    }

    /// Step, neuron and batch item of each spike of a population, and the neurons that were recorded.
    fn spikes<'py>(slf: &Bound<'py, Self>, population: &str) -> PyResult<[Bound<'py, PyAny>; 4]> {
        let found = slf.get().population(slf.py(), population)?;
        let recording::Spikes { step, neuron, batch } = &found.spikes;
        let of = |column: &[u32]| lent(slf, column, &[column.len()]);
        Ok([of(step)?, of(neuron)?, of(batch)?, of(&found.neurons)?])
    }

    /// A trace: its values `[T, batch, n]`, its steps and neurons, and its unit.
    fn trace_of<'py>(
        slf: &Bound<'py, Self>,
        population: &str,
        variable: &str,
    ) -> PyResult<([Bound<'py, PyAny>; 3], String)> {
        let found = slf.get().trace(slf.py(), population, variable)?;
        let shape = [found.steps.len(), found.batch as usize, found.neurons.len()];
        let values = lent(slf, &found.values, &shape)?;
        let of = |column: &[u32]| lent(slf, column, &[column.len()]);
        Ok(([values, of(&found.steps)?, of(&found.neurons)?], found.unit.clone()))
    }

    /// \[Hz\] the mean rate of a population from a time \[ms\] on.
    fn rate_hz(&self, py: Python<'_>, population: &str, from_ms: f64) -> PyResult<Option<f64>> {
        Ok(self.recorded.rate_hz(self.population(py, population)?, from_ms))
    }

    /// The irregularity of a population from a time \[ms\] on.
    fn cv_isi(&self, py: Python<'_>, population: &str, from_ms: f64) -> PyResult<Option<f64>> {
        let found = self.population(py, population)?;
        Ok(py.detach(|| self.recorded.cv_isi(found, from_ms)))
    }

    /// The rate of a population over time: the start \[ms\] of each bin, and its rate \[Hz\].
    #[pyo3(signature = (population, bin_steps, item))]
    fn rate_over_time<'py>(
        &self,
        py: Python<'py>,
        population: &str,
        bin_steps: u32,
        item: Option<u32>,
    ) -> PyResult<Option<(Bound<'py, PyAny>, Bound<'py, PyAny>)>> {
        let found = self.population(py, population)?;
        let rate = py.detach(|| self.recorded.population_rate(found, bin_steps, item));
        let array = |numbers: Vec<f64>| PyArray::from_vec(py, numbers).into_any();
        Ok(rate.map(|rate| (array(rate.start_ms), array(rate.hz))))
    }

    /// SHA-256 of all recorded spikes.
    fn spike_hash(&self, py: Python<'_>) -> String {
        py.detach(|| self.recorded.spike_hash())
    }

    /// The picture that the program draws, as a PNG.
    fn raster<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let drawn = detached(py, || Ok(output::raster(&self.known.info.network, &self.recorded)))?;
        let drawn = drawn.map_err(|problem| refused(py, "raster", problem, ""))?;
        Ok(PyBytes::new(py, &drawn))
    }

    /// Writes a folder as `neuropil run` does; returns its files.
    fn save(&self, py: Python<'_>, folder: PathBuf) -> PyResult<Vec<PathBuf>> {
        let info = self.known.info(self.warnings());
        let written = detached(py, || output::write(&folder, &info, &self.recorded))?;
        let output::Written { summary, spikes, traces, raster, network } = written;
        Ok([summary, spikes, traces].into_iter().chain(raster).chain(network).collect())
    }

    /// This recording with what a run that continued it recorded.
    fn joined(&self, py: Python<'_>, later: &Self) -> PyResult<Self> {
        let recorded = detached(py, || {
            let mut whole = (*self.recorded).clone();
            whole.append((*later.recorded).clone())?;
            Ok(whole)
        })?;
        Ok(Self::new(recorded, self.known.joined(&later.known), later.interrupted))
    }

    /// The recording of each item of a batch, as if it had been alone.
    fn items(&self, py: Python<'_>) -> PyResult<Vec<Self>> {
        let items = detached(py, || (*self.recorded).clone().into_items())?;
        let alone = |(number, item)| Self::new(item, self.known.item(number), self.interrupted);
        Ok((0..).zip(items).map(alone).collect())
    }

    /// What the network is called, what computed it, and how long that took \[s\]: building, and running.
    fn about(&self) -> (String, String, f64, f64) {
        let RunInfo { network, device, build_s, run_s, .. } = &self.known.info;
        (network.clone(), device.name.clone(), *build_s, *run_s)
    }

    /// What was legal but suspicious.
    #[getter]
    fn warnings(&self) -> Vec<String> {
        self.known.warnings().into_iter().chain(self.silence.clone()).collect()
    }

    /// The items for which what ends a run held: item, step, and rate \[Hz\].
    #[getter]
    fn stopped(&self) -> Vec<(u32, u32, f64)> {
        self.known.info.stopped.iter().map(|stopped| (stopped.item, stopped.step, stopped.rate_hz)).collect()
    }

    /// How a device went through the windows, and why.
    #[getter]
    fn schedule(&self) -> Option<String> {
        self.known.info.schedule.as_ref().map(ToString::to_string)
    }
}
