//! Projections whose targets gather what their sources give in each step: values of graded models, and potentials through gap junctions.

mod alike;
mod coupled;
mod files;
mod golden;
mod own;
mod refused;
