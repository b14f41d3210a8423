//! The reference held against numbers from elsewhere: computed by hand, by formula, or by brainstate.

mod golden;
mod network;
mod neurons;
mod runs;
mod stimuli;
mod tiny;
