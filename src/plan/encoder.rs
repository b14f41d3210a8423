//! Rates that the host sets between runs: where the thresholds of a Poisson encoder stand in the plan's words.

use super::Plan;
use crate::model::threshold;
use crate::{Error, Result};

/// A Poisson encoder whose rates the host may set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoder {
    /// Index of the stimulus in the network.
    pub stimulus: usize,
    /// Place in [`Plan::data`] of its first neuron's threshold; the others follow.
    pub first: usize,
    /// Neurons that it acts on.
    pub neurons: usize,
}

impl Plan {
    /// The thresholds for these rates \[Hz\] of a Poisson encoder, and the place of the first in [`Plan::data`].
    ///
    /// # Errors
    /// [`Error::Request`] if the stimulus is no encoder whose rates may be set, for a wrong number of rates, and for a
    /// rate that is negative or more than one event in a step.
    pub fn thresholds(&self, stimulus: usize, rates: &[f64]) -> Result<(usize, Vec<u32>)> {
        let what = format!("rates of stimulus {stimulus}");
        let Some(encoder) = self.encoders.iter().find(|encoder| encoder.stimulus == stimulus) else {
            let indices: Vec<_> = self.encoders.iter().map(|encoder| encoder.stimulus.to_string()).collect();
            let legal = if indices.is_empty() { "the network has none".to_owned() } else { indices.join(", ") };
            return Err(Error::request(what, "it is not a poisson_encoder with the key `rate`", legal));
        };
        if rates.len() != encoder.neurons {
            let legal = format!("{}, one for each neuron that it acts on", encoder.neurons);
            return Err(Error::request(what, format!("{} rates", rates.len()), legal));
        }
        let word = |(index, &rate): (usize, &f64)| {
            let refused = |unfit: crate::model::Unfit| {
                Error::request(&*what, format!("rate {index}: {}", unfit.problem), unfit.legal)
            };
            threshold(rate, self.dt_ms).map_err(refused)
        };
        Ok((encoder.first, rates.iter().enumerate().map(word).collect::<Result<_>>()?))
    }
}
