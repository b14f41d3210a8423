//! Twins of the built-in synapses, one file each.

pub(super) mod alpha;
pub(super) mod dual_expon;
pub(super) mod expon;
pub(super) mod psc_exp;
#[cfg(test)]
mod tests;
