//! Tables of laws.
