//! The integration tests: what neuropil promises, shown through its public API, a module per theme.
//!
//! Tests that need a device fail without one; built with `NEUROPIL_WITHOUT_DEVICE=1` they are ignored, and counted so.
//! Those of whatever runs networks leave the device out then.
//! All tolerances stand in `tolerances.rs`, each with its reason.

mod agreement;
mod course;
mod device;
mod judge;
mod networks;
mod own_neuron;
mod tolerances;

mod batch;
mod blocks;
mod cached;
mod cells;
mod cli;
mod closed_loop;
mod connectivity;
mod continuing;
mod counts;
mod cpu;
mod decision;
mod derived;
mod determinism;
mod documents;
mod drawn;
mod ensemble;
mod errors;
mod exact;
mod files;
mod finite;
mod fly_brain;
mod functions;
mod golden;
mod graded;
mod hangs;
mod house;
mod lacks;
mod levels;
mod lockstep;
mod looking;
mod memory;
mod microcircuit;
mod onto;
mod parts;
mod perturbation;
mod plasticity;
mod portable;
mod procedural;
mod property;
mod ranges;
mod readouts;
mod recorders;
mod recordings;
mod recurrent;
mod regimes;
mod rules;
mod setting;
mod shipped;
mod slabs;
mod sources;
mod space;
mod stimuli;
mod thresholds;
mod until;
mod user_models;
mod user_neuron;
mod validation;
mod warnings;
mod weights;
mod working_memory;
