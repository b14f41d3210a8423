//! A thread's part of the delay ring.

/// The delay ring of a block of rows.
pub(super) struct Tile {
    /// Index of the block of rows.
    pub(super) block: usize,
    /// `[slot, batch, inlet]`
    pub(super) ring: Vec<i32>,
}
