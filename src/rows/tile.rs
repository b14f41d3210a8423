//! A block's part of the delay ring, as whoever delivers sees it.

/// A block's part of the delay ring: `[slot][batch item][inlet]`, no more values than a u32 counts.
#[derive(Debug)]
pub(crate) struct Tile<'a> {
    pub(crate) values: &'a mut [i32],
    /// More than the longest delay.
    pub(crate) slots: u32,
    /// Items of the batch.
    pub(crate) batch: u32,
    /// Inlets.
    pub(crate) size: u32,
}

impl Tile<'_> {
    /// The slot that comes so many steps after this one, in a ring of so many; both together are below twice as many.
    #[inline(always)]
    pub(super) fn later(slot: u32, steps: u32, slots: u32) -> u32 {
        let slot = slot.wrapping_add(steps);
        // What is below 0 wraps to what is large.
        slot.min(slot.wrapping_sub(slots))
    }
}
