//! Stimuli that need their parameters alone, and Poisson encoders.
//!
//! A parameter of unit [word] that follows from the others is its model's affair: see `StimulusTwin::words`.

use super::super::held::next_place;
use super::super::resolve::{Context, array_in, numbers};
use super::super::{Column, Target};
use super::Placing;
use crate::model::{Definition, Kind, Twin, Unfit, catalogue, threshold};
use crate::network::Rates;
use crate::shader::Field;
use crate::units::Unit;
use crate::{Error, Result};

/// Stimuli that need more than parameters, and have keys of their own.
const SPECIAL: [&str; 5] = ["poisson_input", "poisson_encoder", "current", "dense", "spike_times"];

/// Is there a stimulus of that name which its parameters alone make?
pub(super) fn check_name(name: &str, path: &str) -> Result<()> {
    let general = || catalogue().map(|models| models.iter().filter(|model| is_general(model)));
    if general()?.any(|model| model.name() == name) {
        return Ok(());
    }
    let legal: Vec<_> = SPECIAL.into_iter().chain(general()?.map(|model| model.name())).collect();
    Err(Error::field(format!("{path}.kind"), format!("there is no stimulus `{name}`"), legal.join(", ")))
}

/// A stimulus whose words all follow from its other parameters.
fn is_general(model: &Definition) -> bool {
    let params = &model.reflection.params;
    let words = params.iter().filter(|field| is_word(field)).count();
    let Some(Twin::Stimulus(twin)) = model.twin else { return false };
    let known = twin.words(&vec![0.0; params.len()], 1.0).map_or(0, |words| words.len());
    model.kind == Kind::Stimulus && known == words && !SPECIAL.contains(&model.name())
}

fn is_word(field: &Field) -> bool {
    field.unit == "word"
}

impl Placing<'_> {
    /// Events have a weight in the unit of what they enter; all else is a current.
    pub(super) fn target_of(&self, model: &Definition) -> Result<Target> {
        if model.reflection.params.iter().any(|field| field.unit == "target") {
            return Ok(self.target());
        }
        if self.site.port.is_some() {
            let problem = format!("stimulus {} is a current, which enters no port", model.name());
            return Err(Error::field(format!("{}.port", self.path), problem, "no key `port`"));
        }
        Ok(Target::Current)
    }

    /// 1 for the chosen neurons, each of which is chosen once.
    pub(super) fn active(&self) -> Result<Column> {
        self.each_once()?;
        Ok(self.spread(&Column::Constant(1.0), |_, one| one))
    }

    /// The columns over the population, with the words that follow from them.
    pub(super) fn general(&self, model: &Definition, columns: Vec<Column>) -> Result<Vec<Column>> {
        let fields = &model.reflection.params;
        let Some(Twin::Stimulus(twin)) = model.twin else { return Ok(columns) };
        let words: Vec<usize> = (0..fields.len()).filter(|&index| is_word(&fields[index])).collect();
        let constant = |column: &Column| matches!(column, Column::Constant(_));
        let rows =
            if columns.iter().all(constant) { 1 } else { columns.iter().map(|c| c.values().len()).max().unwrap_or(1) };
        let mut found = vec![Vec::with_capacity(rows); words.len()];
        for row in 0..if words.is_empty() { 0 } else { rows } {
            let values: Vec<f64> = columns.iter().map(|column| column.at(row)).collect();
            let row = twin.words(&values, self.site.dt_ms).map_err(|unfit| self.refused(unfit))?;
            found.iter_mut().zip(row).for_each(|(column, word)| column.push(f64::from(word)));
        }
        let mut columns = columns;
        for (index, values) in words.into_iter().zip(found) {
            columns[index] = if rows == 1 { Column::Constant(values[0]) } else { Column::Each(values.into()) };
        }
        // Where no neuron was chosen the stimulus is not computed.
        let placed = |column: Column| if constant(&column) { column } else { self.spread(&column, |_, value| value) };
        Ok(columns.into_iter().map(placed).collect())
    }

    /// The parameters of a Poisson encoder; its table, and where that begins if the rates may be set.
    pub(super) fn encoder(
        &self,
        weight: &Column,
        rates: &Rates,
        context: Context<'_>,
        data: &mut Vec<u32>,
    ) -> Result<(Option<usize>, Vec<Column>)> {
        let neurons = context.size;
        let first_word = next_place(data)?;
        let first = data.len();
        let mut write = |rate: f64| threshold(rate, self.site.dt_ms).map(|word| data.push(word));
        let (steps, stride, width) = match rates {
            Rates::Held(rate) => {
                // The weight is the first parameter drawn, the rate the second.
                let context = Context { index: context.index.saturating_add(1), ..context };
                let rates = numbers(rate, &Unit::HERTZ, &format!("{}.rate", self.path), context)?;
                (0..neurons).try_for_each(|neuron| write(rates.at(neuron))).map_err(|unfit| self.refused(unfit))?;
                (u32::MAX as usize, 0, neurons)
            }
            Rates::Each(rates) => {
                let path = format!("{}.rates", self.path);
                let (shape, values) = array_in(rates, &Unit::HERTZ, &path)?;
                let (steps, width) = match shape[..] {
                    [steps] => (steps, 1),
                    [steps, width] if width == neurons => (steps, width),
                    _ => {
                        let legal = format!("[T] or [T, {neurons}]");
                        return Err(Error::field(path, format!("the rates have shape {shape:?}"), legal));
                    }
                };
                let refused = |unfit| self.refused(Unfit { parameter: "rates", ..unfit });
                values.into_iter().try_for_each(write).map_err(refused)?;
                (steps, width, width)
            }
        };
        let weight = match weight {
            Column::Constant(_) => weight.clone(),
            Column::Each(_) => self.spread(weight, |_, value| value),
        };
        let first_word = Column::Constant(f64::from(first_word));
        let [steps, stride, width_word] = [steps, stride, width].map(|word| Column::Constant(word as f64));
        let params = vec![weight, first_word, steps, stride, width_word, self.table_columns(width)?];
        Ok((matches!(rates, Rates::Held(_)).then_some(first), params))
    }

    fn refused(&self, unfit: Unfit) -> Error {
        Error::field(format!("{}.{}", self.path, unfit.parameter), unfit.problem, unfit.legal)
    }
}
