//! One small file for each kind of cell: its matrices, its defaults, and its unit's step.

pub(super) mod gru;
pub(super) mod gru_after;
pub(super) mod lstm;
pub(super) mod mgu;
pub(super) mod ur_lstm;
pub(super) mod vanilla;
