//! The integration tests: what neuropil promises, shown through its public API, a module per theme.
//!
//! Tests that need a device are skipped without one, and say so; with `NEUROPIL_REQUIRE_GPU=1` they fail instead. All
//! tolerances stand in `tolerances.rs`, each with its reason.

mod agreement;
mod device;
mod networks;
mod tolerances;

mod batch;
mod cells;
mod cli;
mod continuing;
mod counts;
mod determinism;
mod documents;
mod errors;
mod exact;
mod functions;
mod golden;
mod hangs;
mod house;
mod levels;
mod lockstep;
mod ranges;
mod readouts;
mod recordings;
mod recurrent;
mod rules;
mod slabs;
mod sources;
mod stimuli;
mod user_neuron;
mod validation;
