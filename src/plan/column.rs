//! The values of one parameter or state variable for all neurons of a population.

use std::sync::Arc;

/// One value for all, or one for each.
///
/// Values are f64 here; the device gets each of them rounded once to f32 (or as a whole number).
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// The same for all.
    Constant(f64),
    /// The same for all, and set while the network ran: it may be set again, and so stands in no kernel's text.
    Held(f64),
    /// One for each neuron, or one for each batch item and neuron, `[batch, neuron]`. None where a
    /// stimulus acts on no neuron.
    Each(Arc<[f64]>),
}

impl Column {
    /// The value of a neuron, by its place `item·size + neuron`; 0 where there is none.
    pub fn at(&self, index: usize) -> f64 {
        match self {
            Self::Constant(value) | Self::Held(value) => *value,
            Self::Each(values) => index.checked_rem(values.len()).map_or(0.0, |index| values[index]),
        }
    }

    /// Has each batch item values of its own, in a population of so many neurons?
    pub(crate) fn is_of_items(&self, size: u32) -> bool {
        self.values().len() > size as usize
    }

    /// Has each neuron a value of its own?
    pub(crate) fn is_each(&self) -> bool {
        matches!(self, Self::Each(_))
    }

    /// This column in the place of an earlier one, while a network runs: what has become another is held from then on.
    pub(super) fn after(self, earlier: &Self) -> Self {
        match (self, earlier) {
            (Self::Constant(value), Self::Constant(before)) if value.to_bits() == before.to_bits() => {
                Self::Constant(value)
            }
            (Self::Constant(value), _) => Self::Held(value),
            (column, _) => column,
        }
    }

    /// All values: one, or one for each.
    pub fn values(&self) -> &[f64] {
        match self {
            Self::Constant(value) | Self::Held(value) => std::slice::from_ref(value),
            Self::Each(values) => values,
        }
    }

    /// The column with each value `f`'d.
    pub fn map(&self, f: impl Fn(f64) -> f64) -> Self {
        match self {
            Self::Constant(value) => Self::Constant(f(*value)),
            Self::Held(value) => Self::Held(f(*value)),
            Self::Each(values) => Self::Each(values.iter().map(|&value| f(value)).collect()),
        }
    }
}
