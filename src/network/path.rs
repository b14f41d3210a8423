//! Paths: what values of a network are called, by people and in errors: `projection[exc→inh.ampa].weight`, `dt`.
//!
//! An element of a list is called by its name, or by its number from 0. A projection without a name of its own has that of its
//! ends, `pre→post.port`, for which `pre->post.port` may be typed; where several have it, their numbers tell them apart. Checks and
//! lowering speak of numbers, which are always clear; before an error reaches anybody, it gets names.

mod add;
mod list;
mod names;
mod set;
mod written;

#[cfg(test)]
mod tests;

pub(super) use list::{Change, Given, List, Old};
pub(super) use set::Place;
pub use written::{Setting, Written};
