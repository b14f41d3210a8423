//! Twins and typed builders of the built-in neurons, one file each.

pub(super) mod adex;
pub(super) mod alif;
pub(super) mod exp_if;
pub(super) mod hodgkin_huxley;
pub(super) mod iaf_psc_exp;
pub(super) mod r#if;
pub(super) mod izhikevich;
pub(super) mod lif;
pub(super) mod lif_ref;
pub(super) mod lif_syn;
pub(super) mod quadratic_if;
pub(super) mod spike_source;

pub use adex::AdEx;
pub use alif::Alif;
pub use exp_if::ExpIf;
pub use hodgkin_huxley::HodgkinHuxley;
pub use iaf_psc_exp::IafPscExp;
pub use r#if::If;
pub use izhikevich::Izhikevich;
pub use lif::Lif;
pub use lif_ref::LifRef;
pub use lif_syn::LifSyn;
pub use quadratic_if::QuadraticIf;
pub use spike_source::SpikeSource;

#[cfg(test)]
mod tests;
