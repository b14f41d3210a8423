//! Texts that several kernels of networks share, each with its path.

use crate::shader::{Text, text};

/// What the host says of a window, for every kernel.
pub(super) const WINDOW: Text = text!("kernels/window.wgsl");
/// Random words.
pub(super) const PHILOX: Text = text!("lib/philox.wgsl");
/// Where amplitudes of spikes are, and what they make of weights.
pub(super) const AMPLITUDES: Text = text!("kernels/amplitudes.wgsl");
pub(super) const RELEASED: Text = text!("rows/released.wgsl");
/// What neurons gather.
pub(super) const GATHER: Text = text!("kernels/gather.wgsl");
/// The first lane of a ballot.
pub(super) const FIRST_LANE: Text = text!("kernels/first_lane.wgsl");
/// What walks words of spikes by subgroups.
pub(super) const WORDS_OF_LANES: Text = text!("kernels/words_of_lanes.wgsl");
