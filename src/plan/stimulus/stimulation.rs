//! On whom a stimulus acts and what it is told: names resolved, arrays read, values for its neurons spread over their population.

use crate::model::{Definition, Unfit};
use crate::network::{Value, repeated};
use crate::plan::arrays::{Given, GivenByName};
use crate::plan::resolve::Context;
use crate::plan::{Column, Target};
use crate::random::Purpose;
use crate::units::Unit;
use crate::{Error, Result};
use std::sync::Arc;

/// A stimulus of a population.
pub(super) struct Stimulation<'a> {
    /// Its path in the network.
    pub path: &'a str,
    /// The model that computes it.
    pub model: Arc<Definition>,
    /// [ms] length of a step.
    pub dt_ms: f64,
    /// [steps] that the network asks for.
    pub duration: Option<u32>,
    /// Seed of the network.
    pub seed: &'a u64,
    /// Neurons of the population.
    pub size: usize,
    /// Those that it acts on; all if `None`.
    pub chosen: Option<&'a [u32]>,
    /// Its index in the network.
    pub index: u32,
    /// Items of the batch.
    pub batch: u32,
    /// Unit of a jump: that of V.
    pub jump_unit: &'a str,
    /// The port that it names, if any: index and unit.
    pub port: Option<(usize, &'a str)>,
    /// What it is told, by key, and was not taken yet.
    pub told: GivenByName<'a>,
}

impl<'a> Stimulation<'a> {
    /// Does anything differ from neuron to neuron?
    pub fn differs(&self) -> bool {
        self.told.values().any(|value| matches!(value, Value::Drawn(_) | Value::Array(_)))
    }

    /// The shape of an array that is still to be read.
    pub fn shape(&self, key: &str) -> &[usize] {
        if let Some(Value::Array(array)) = self.told.get(key) { array.shape() } else { &[0] }
    }

    /// How many numbers an array has that is still to be read.
    pub fn elements(&self, key: &str) -> u64 {
        if let Some(Value::Array(array)) = self.told.get(key) { array.elements() } else { 0 }
    }

    /// What a key says that must be given, and is not asked for again.
    pub fn take(&mut self, key: &str) -> Result<Given<'a>> {
        self.told.remove(key).ok_or_else(|| self.refused(key, "is not given", "a value"))
    }

    /// An array's shape, and its numbers in `unit`.
    pub fn array(&mut self, key: &str, unit: &Unit) -> Result<(Vec<usize>, Vec<f64>)> {
        match self.take(key)? {
            Value::Array(array) => array.read(unit, &format!("{}.{key}", self.path)),
            other => Err(self.refused(key, format!("is {}", other.described()), "an array")),
        }
    }

    /// How many neurons are chosen, each as often as it is listed.
    pub fn count(&self) -> usize {
        self.chosen.map_or(self.size, <[u32]>::len)
    }

    /// How its values are resolved, one for each of the chosen neurons. It has 16 that may be drawn at most.
    pub fn context<'b>(&self, owner: &'b str) -> Context<'b>
    where
        'a: 'b,
    {
        Context {
            dt_ms: self.dt_ms,
            seeds: std::slice::from_ref(self.seed),
            batch: 1,
            purpose: Purpose::Stimuli,
            index: u64::from(self.index) << 4,
            size: self.count(),
            port_unit: self.port.map_or(self.jump_unit, |(_, unit)| unit),
            path: self.path,
            owner,
        }
    }

    /// The target of events.
    pub fn target(&self) -> Target {
        self.port.map_or(Target::Jump, |(port, _)| Target::Port(port))
    }

    /// A column over the chosen neurons as a column over the population: 0 where none was chosen.
    pub fn spread(&self, column: &Column, join: impl Fn(f64, f64) -> f64) -> Column {
        let Some(chosen) = self.chosen else { return column.clone() };
        let mut all = vec![0.0; self.size];
        for (index, &neuron) in chosen.iter().enumerate() {
            all[neuron as usize] = join(all[neuron as usize], column.at(index));
        }
        Column::Each(all.into())
    }

    /// As [`Self::spread`] where neurons differ; what is the same for all stays so, for nobody looks where none was chosen.
    pub fn spread_each(&self, column: Column) -> Column {
        match column {
            Column::Constant(_) | Column::Held(_) => column,
            Column::Each(_) => self.spread(&column, |_, value| value),
        }
    }

    /// 1 for the chosen neurons, each of which is chosen once.
    pub fn active(&self) -> Result<Column> {
        self.each_once()?;
        Ok(self.spread(&Column::Constant(1.0), |_, one| one))
    }

    pub fn each_once(&self) -> Result<()> {
        if self.repeats() { Err(self.refused("neurons", "a neuron is listed twice", "each once")) } else { Ok(()) }
    }

    /// Is a neuron chosen twice?
    pub fn repeats(&self) -> bool {
        repeated(self.chosen.unwrap_or_default()).is_some()
    }

    /// The shape of an array of steps: how many there are, and the width of each, 1 where all neurons share it. `what` are the
    /// words for the array.
    pub fn steps(&self, shape: &[usize], key: &str, what: &str) -> Result<(usize, usize)> {
        let neurons = self.count();
        match *shape {
            [steps] => Ok((steps, 1)),
            [steps, width] if width == neurons => Ok((steps, width)),
            _ => Err(self.refused(key, format!("{what} shape {shape:?}"), format!("[T] or [T, {neurons}]"))),
        }
    }

    /// The column of each neuron in a table of `width` values a step; beyond the width where none was chosen.
    pub fn column_of_each(&self, width: usize) -> Result<Column> {
        self.each_once()?;
        Ok(match (self.chosen, width) {
            (None, 1) => Column::Constant(0.0),
            (None, _) => Column::Each((0..self.size).map(|neuron| neuron as f64).collect()),
            (Some(chosen), _) => {
                let mut columns = vec![f64::from(u32::MAX); self.size];
                for (index, &neuron) in chosen.iter().enumerate() {
                    columns[neuron as usize] = if width == 1 { 0.0 } else { index as f64 };
                }
                Column::Each(columns.into())
            }
        })
    }

    /// What is wrong with a key.
    pub fn refused(&self, key: &str, problem: impl Into<String>, legal: impl Into<String>) -> Error {
        Error::field(format!("{}.{key}", self.path), problem, legal)
    }

    /// As [`Self::refused`], of a parameter that the model cannot have.
    pub fn unfit(&self, Unfit { parameter, problem, legal }: Unfit) -> Error {
        self.refused(parameter, problem, legal)
    }
}
