//! Twins of the built-in stimuli, one file each.

pub(super) mod current;
pub(super) mod current_ramp;
pub(super) mod current_sine;
pub(super) mod current_step;
pub(super) mod dense;
pub(super) mod ornstein_uhlenbeck;
pub(super) mod poisson_encoder;
pub(super) mod poisson_input;
pub(super) mod poisson_spikes;
pub(super) mod spike_times;
pub(super) mod trace;
pub(super) mod white_noise;
