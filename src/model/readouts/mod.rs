//! Twins and typed builders of the built-in readouts, one file each. To the rest of neuropil they are neurons.

pub(super) mod leaky_rate_readout;
pub(super) mod leaky_spike_readout;

pub use leaky_rate_readout::LeakyRateReadout;
pub use leaky_spike_readout::LeakySpikeReadout;
