//! `poisson_encoder`: a table of thresholds, of each step and neuron; or one of each neuron, which the host may set between runs.

use super::{Lowered, Lowering, Size, Stimulation, Tables, word};
use crate::model::{Unfit, threshold};
use crate::plan::held::next_place;
use crate::plan::resolve::{Context, numbers};
use crate::plan::{Column, Plan};
use crate::units::Unit;
use crate::{Error, Result};

pub(super) struct PoissonEncoder;

impl Lowering for PoissonEncoder {
    fn size(&self, it: &Stimulation<'_>) -> Size {
        let words = if it.told.contains_key("rates") { it.elements("rates") } else { it.count() as u64 };
        Size { words, working: 0 }
    }

    fn lower(&self, it: &mut Stimulation<'_>, columns: Vec<Column>, tables: &mut Tables) -> Result<Lowered> {
        let active = it.active()?;
        let (first, dt_ms) = (next_place(&tables.data)?, it.dt_ms);
        let mut write = |rate: f64| threshold(rate, dt_ms).map(|word| tables.data.push(word));
        let (steps, stride, width) = if it.told.contains_key("rates") {
            let (shape, rates) = it.array("rates", &Unit::HERTZ)?;
            let (steps, width) = it.steps(&shape, "rates", "the rates have")?;
            let unfit = |unfit| it.unfit(Unfit { parameter: "rates", ..unfit });
            rates.into_iter().try_for_each(write).map_err(unfit)?;
            (steps, width, width)
        } else {
            // The weight is the first parameter drawn, the rate the second.
            let context = it.context("stimulus poisson_encoder");
            let context = Context { index: context.index.saturating_add(1), ..context };
            let path = format!("{}.rate", it.path);
            let rates = numbers(it.take("rate")?, &Unit::HERTZ, &path, context)?;
            let neurons = context.size;
            (0..neurons).try_for_each(|neuron| write(rates.at(neuron))).map_err(|unfit| it.unfit(unfit))?;
            tables.held_rates.push(HeldRates { stimulus: it.index as usize, first: first as usize, neurons });
            (u32::MAX as usize, 0, neurons)
        };
        let weight = it.spread_each(columns[0].clone());
        let column = it.column_of_each(width)?;
        let params = vec![weight, word(first), word(steps), word(stride), word(width), column];
        Ok(Lowered { active, ..Lowered::new(it.target(), params).with_places(&[1]) })
    }
}

/// The rates of a stimulus that holds them until the host sets others. Where the networks of an ensemble have several, there is one of
/// these for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRates {
    /// Index of the stimulus in the network.
    pub stimulus: usize,
    /// Place in [`Plan::data`] of its first neuron's threshold; the others follow.
    pub first: usize,
    /// Neurons that it acts on.
    pub neurons: usize,
}

impl Plan {
    /// The thresholds for these rates \[Hz\] of a stimulus that holds them, and the place of the first in [`Plan::data`]; where items hold
    /// rates of their own, that of the first item.
    ///
    /// # Errors
    /// [`Error::Request`] if the stimulus holds no rates, or acts on more neurons in some items than in others; for a wrong number of
    /// rates, and for a rate that is negative or more than one event in a step.
    pub fn thresholds(&self, stimulus: usize, rates: &[f64]) -> Result<(usize, Vec<u32>)> {
        let what = format!("rates of stimulus {stimulus}");
        let mut of_items = self.held_rates.iter().filter(|held| held.stimulus == stimulus);
        let Some(held) = of_items.next() else {
            let indices: Vec<_> = self.held_rates.iter().map(|held| held.stimulus.to_string()).collect();
            let legal = if indices.is_empty() { "the network has none".to_owned() } else { indices.join(", ") };
            return Err(Error::request(what, "it is not a poisson_encoder with the key `rate`", legal));
        };
        if let Some(other) = of_items.find(|other| other.neurons != held.neurons) {
            let problem =
                format!("it acts on {} neurons in some items, and on {} in others", held.neurons, other.neurons);
            return Err(Error::request(what, problem, "Simulation::set_items of its `rate`, for such items alone"));
        }
        if rates.len() != held.neurons {
            let legal = format!("{}, one for each neuron that it acts on", held.neurons);
            return Err(Error::request(what, format!("{} rates", rates.len()), legal));
        }
        let word = |(index, &rate): (usize, &f64)| {
            let refused =
                |unfit: Unfit| Error::request(&*what, format!("rate {index}: {}", unfit.problem), unfit.legal);
            threshold(rate, self.dt_ms).map_err(refused)
        };
        Ok((held.first, rates.iter().enumerate().map(word).collect::<Result<_>>()?))
    }
}
