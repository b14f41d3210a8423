//! Twins of the built-in outputs, one file each.

pub(super) mod coba;
pub(super) mod cuba;
pub(super) mod delta;
pub(super) mod mg_block;
pub(super) mod sum;
