//! What a simulation carries from step to step, as arrays that files can hold.

use neuropil::plan;
use numpy::{PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

/// All that a simulation carries from step to step.
#[pyclass(frozen, module = "neuropil._neuropil")]
pub struct State(pub plan::State);

#[pymethods]
impl State {
    /// Of its parts.
    #[new]
    fn new(
        step: u32,
        fingerprint: u64,
        ring: PyReadonlyArray1<'_, i32>,
        values: PyReadonlyArray1<'_, f64>,
        slabs: Vec<PyReadonlyArray1<'_, f64>>,
    ) -> Self {
        let ring = ring.as_array().iter().copied().collect();
        let values = values.as_array().iter().copied().collect();
        let slabs = slabs.iter().map(|slab| slab.as_array().iter().copied().collect()).collect();
        Self(plan::State { step, slabs, ring, values, fingerprint })
    }

    /// The step that comes next.
    #[getter]
    fn step(&self) -> u32 {
        self.0.step
    }

    /// Whose state it is.
    #[getter]
    fn fingerprint(&self) -> u64 {
        self.0.fingerprint
    }

    /// The delay ring.
    fn ring<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<i32>> {
        PyArray1::from_slice(py, &self.0.ring)
    }

    /// What neurons gave to graded projections and gap junctions.
    fn values<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        PyArray1::from_slice(py, &self.0.values)
    }

    /// The variables of each slab.
    fn slabs<'py>(&self, py: Python<'py>) -> Vec<Bound<'py, PyArray1<f64>>> {
        self.0.slabs.iter().map(|slab| PyArray1::from_slice(py, slab)).collect()
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
