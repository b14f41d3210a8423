//! A condition that ends a run before its time: a rate of a population that is reached, or a number of its spikes.

use super::{End, Network};
use crate::units::Quantity;
use std::fmt;
use uom::si::f64::{Frequency, Time};

/// Ends a run when the rate of a population, or of a part of one, has come to a value: `rate(exc) > 200 Hz`; or when so many spikes of it
/// were counted: `spikes(exc) >= 1000`.
///
/// Time is cut into stretches of `over` from `start` on, in the network's time, whatever runs there are. At the end of each the rate
/// of all these neurons is taken, recorded or not: their spikes in the stretch, for each neuron and second. Spikes are counted from `start` on,
/// through all stretches and runs; from 0 again in a run that follows one which this condition has ended, and where a state was restored. The
/// run ends with the first stretch for which the condition holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Until {
    /// What is counted.
    pub measure: Measure,
    /// Of these neurons.
    pub of: End,
    /// How it is compared.
    pub comparison: Comparison,
    /// With what: a rate, or a number of spikes.
    pub bound: Quantity,
    /// The length of a stretch; 10 ms, or one step where that is longer, if absent.
    pub over: Option<Quantity>,
    /// When the first stretch begins; with step 0 if absent.
    pub start: Option<Quantity>,
}

/// What is counted of neurons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Their rate in the last stretch: `rate(exc)`.
    Rate,
    /// Their spikes since the start: `spikes(exc)`.
    Spikes,
}

impl Measure {
    /// All with their words.
    pub(crate) const ALL: [(&'static str, Self); 2] = [("rate", Self::Rate), ("spikes", Self::Spikes)];

    /// As a network file writes it.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, measure)| *measure == self).map_or("", |(word, _)| word)
    }
}

/// How a rate, or a number, is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `>`
    Above,
    /// `>=`
    AtLeast,
    /// `<`
    Below,
    /// `<=`
    AtMost,
}

impl Comparison {
    /// All with their signs; of two that begin alike the longer comes first.
    pub(crate) const ALL: [(&'static str, Self); 4] =
        [(">=", Self::AtLeast), ("<=", Self::AtMost), (">", Self::Above), ("<", Self::Below)];

    /// As a network file writes it.
    pub fn sign(self) -> &'static str {
        Self::ALL.iter().find(|(_, comparison)| *comparison == self).map_or("", |(sign, _)| sign)
    }
}

impl fmt::Display for Until {
    /// The condition as a network file says it: `rate(exc) > 200 Hz`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({}) {} {}", self.measure.word(), self.of, self.comparison.sign(), self.bound)
    }
}

/// Conditions:
///
/// ```
/// use neuropil::network::{End, Network, Population, Until};
/// use neuropil::units::Literal;
///
/// let mut net = Network::new(0.1.ms()).duration(10.0.s()).until(Until::rate_above("exc", 200.0.hz()));
/// net.add(Population::new("exc", 400, "lif"));
/// net.check()?;
/// // Of the first half, over 50 ms, and not before 200 ms.
/// let half = End::part("exc", 0..200);
/// let net = net.until(Until::rate_at_most(half, 1.0.hz()).over(50.0.ms()).start(200.0.ms()));
/// net.check()?;
/// // With the step of the hundredth spike.
/// let net = net.until(Until::spikes_at_least("exc", 100).over(0.1.ms()));
/// net.check()?;
/// # Ok::<(), neuropil::Error>(())
/// ```
impl Until {
    fn new(measure: Measure, of: impl Into<End>, comparison: Comparison, bound: Quantity) -> Self {
        Self { measure, of: of.into(), comparison, bound, over: None, start: None }
    }

    fn rate(of: impl Into<End>, comparison: Comparison, rate: Frequency) -> Self {
        Self::new(Measure::Rate, of, comparison, rate.into())
    }

    /// A population, by name, or a part of one, has had so many spikes, or more.
    pub fn spikes_at_least(of: impl Into<End>, spikes: u32) -> Self {
        Self::new(Measure::Spikes, of, Comparison::AtLeast, Quantity::number(spikes.into()))
    }

    /// It has had so many spikes at most.
    pub fn spikes_at_most(of: impl Into<End>, spikes: u32) -> Self {
        Self::new(Measure::Spikes, of, Comparison::AtMost, Quantity::number(spikes.into()))
    }

    /// The rate of a population, by name, or of a part of one, is above this one.
    pub fn rate_above(of: impl Into<End>, rate: Frequency) -> Self {
        Self::rate(of, Comparison::Above, rate)
    }

    /// It is this one, or above.
    pub fn rate_at_least(of: impl Into<End>, rate: Frequency) -> Self {
        Self::rate(of, Comparison::AtLeast, rate)
    }

    /// It is below this one.
    pub fn rate_below(of: impl Into<End>, rate: Frequency) -> Self {
        Self::rate(of, Comparison::Below, rate)
    }

    /// It is this one, or below.
    pub fn rate_at_most(of: impl Into<End>, rate: Frequency) -> Self {
        Self::rate(of, Comparison::AtMost, rate)
    }

    /// Over which time a rate is taken, and how often it, or a number of spikes, is looked at.
    pub fn over(mut self, over: Time) -> Self {
        self.over = Some(over.into());
        self
    }

    /// When the first stretch begins: what comes before is not looked at.
    pub fn start(mut self, start: Time) -> Self {
        self.start = Some(start.into());
        self
    }
}

impl Network {
    /// Ends runs when this holds, if they have not ended before.
    pub fn until(mut self, until: Until) -> Self {
        self.until = Some(until);
        self
    }
}
