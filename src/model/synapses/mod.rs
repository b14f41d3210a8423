//! Twins of the built-in synapses, one file each.

pub(super) mod expon;
pub(super) mod psc_exp;
