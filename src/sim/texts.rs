//! Texts that several kernels of networks share, each with its path.

use crate::shader::Composer;

/// A text of a kernel, with its path.
pub(super) type Text = (&'static str, &'static str);
/// What the host says of a window, for every kernel.
pub(super) const WINDOW: Text = ("shaders/kernels/window.wgsl", include_str!("../../shaders/kernels/window.wgsl"));
/// Random words.
pub(super) const PHILOX: Text = ("shaders/lib/philox.wgsl", include_str!("../../shaders/lib/philox.wgsl"));
/// The first lane of a ballot.
pub(super) const FIRST_LANE: Text =
    ("shaders/kernels/first_lane.wgsl", include_str!("../../shaders/kernels/first_lane.wgsl"));

/// What walks words of spikes by subgroups.
pub(super) const WORDS_OF_LANES: Text =
    ("shaders/kernels/words_of_lanes.wgsl", include_str!("../../shaders/kernels/words_of_lanes.wgsl"));

/// Adds texts of neuropil's own.
pub(super) fn plain<'a>(composer: Composer, texts: impl IntoIterator<Item = &'a Text>) -> Composer {
    texts.into_iter().fold(composer, |composer, (path, text)| composer.plain(*path, *text))
}
