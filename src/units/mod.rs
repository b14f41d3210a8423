//! Physical quantities: what a number means, and exact ways from one unit to another.
//!
//! A model's equations count in ms, mV and mA, people write what they like, and `uom` stores SI base units; this
//! module stands between them. It knows nothing of networks or models. All supported units are powers of ten of SI
//! units, so a number is kept as it was written and converted by moving its decimal point: "20 ms" is exactly 20.0 in
//! ms and exactly the `f64` written 0.02 in s.

mod arithmetic;
mod dimension;
mod literals;
mod quantity;
mod unit;

#[cfg(test)]
mod tests;

pub use dimension::Dimension;
pub use literals::{Literal, Physical};
pub use quantity::Quantity;
pub(crate) use quantity::{number_length, vanishes};
pub use unit::Unit;
