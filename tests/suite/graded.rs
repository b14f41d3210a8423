//! Projections whose targets gather what their sources give in each step: values of graded models, and potentials through gap junctions.

mod coupled;
mod files;
mod golden;
mod refused;

use crate::device::cpu;
use neuropil::Backend;
use neuropil::cpu::Precision;

/// All that computes them, the reference first.
fn backends() -> Vec<Backend> {
    vec![Backend::Reference, cpu(Precision::F32), cpu(Precision::F64)]
}
