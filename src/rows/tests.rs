//! What several tests of rows need.

pub(crate) mod by_hand;
