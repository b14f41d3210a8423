//! Projections whose targets gather what their sources give in each step: values of graded models, and potentials through gap junctions.

mod alike;
mod coupled;
mod files;
mod golden;
mod refused;

use crate::device::cpu;
use neuropil::Backend;
use neuropil::cpu::Precision;

/// All that computes them but for the reference.
fn engines() -> Vec<Backend> {
    let device = (!cfg!(without_device)).then(crate::device::device);
    [cpu(Precision::F32), cpu(Precision::F64)].into_iter().chain(device).collect()
}

/// All that computes them, the reference first.
fn backends() -> Vec<Backend> {
    std::iter::once(Backend::Reference).chain(engines()).collect()
}
