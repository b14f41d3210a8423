//! The delivery kernel: its text and the words of the group table.

use super::layout::Layout;
use crate::Result;
use crate::gpu::{REPORT, Report};
use crate::plan::Plan;
use crate::shader::{Composed, Composer};

/// A text of a kernel, with its path.
pub(super) type Text = (&'static str, &'static str);
/// What the host says of a window, for every kernel.
pub(super) const WINDOW: Text = ("shaders/kernels/window.wgsl", include_str!("../../shaders/kernels/window.wgsl"));
const DELIVER: Text = ("shaders/kernels/deliver.wgsl", include_str!("../../shaders/kernels/deliver.wgsl"));
/// What the delivery kernel shares with update kernels that deliver directly.
pub(super) const ENTRIES: Text = ("shaders/kernels/entries.wgsl", include_str!("../../shaders/kernels/entries.wgsl"));

/// A group whose delays stand in its entries; a group whose weights stand beside them.
const OWN_DELAY: u32 = 1;
const OWN_WEIGHT: u32 = 2;

/// Where the kernel has the report of a submission.
const REPORT_AT: usize = 6;

/// The kernel with entry point `deliver`.
pub(super) fn deliver_kernel(plan: &Plan, layout: &Layout) -> Result<Composed> {
    let constants = layout.constants(plan) + &Report::binding(REPORT_AT);
    let composed = plain(Composer::new().glue("constants", constants), &[WINDOW, REPORT, ENTRIES, DELIVER]).finish();
    composed.validate(naga::valid::Capabilities::all())?;
    Ok(composed)
}

/// Adds texts of neuropil's own.
pub(super) fn plain<'a>(composer: Composer, texts: impl IntoIterator<Item = &'a Text>) -> Composer {
    texts.into_iter().fold(composer, |composer, (path, text)| composer.plain(*path, *text))
}

/// Weight, and delay with two flags below it, of each group.
pub(super) fn group_words(plan: &Plan) -> Vec<[u32; 2]> {
    let words = plan.synapses.groups.iter().map(|group| {
        let own_delay = if group.delay.is_none() { OWN_DELAY } else { 0 };
        let own_weight = if group.weight.is_none() { OWN_WEIGHT } else { 0 };
        [group.weight.unwrap_or(0).cast_unsigned(), group.delay.unwrap_or(0) << 2 | own_delay | own_weight]
    });
    words.collect()
}
