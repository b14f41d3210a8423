//! Projections whose targets gather what their sources give in each step: values of graded models, and potentials through gap junctions.

mod coupled;
mod files;
mod golden;
mod refused;

use neuropil::Backend;

/// All that computes them, the reference first.
fn backends() -> Vec<Backend> {
    vec![Backend::Reference]
}
