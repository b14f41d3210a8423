//! WGSL expressions for the values of a slab's populations: as literal as they can be, because a constant costs
//! nothing, a table read something, and on software drivers a lot.

use super::layout::float;
use crate::plan::{Column, PopulationPlan};
use crate::shader::FieldKind;

/// Up to this many populations, a value is chosen by comparisons instead of read from a table.
const CHOSEN: usize = 4;

/// Writes expressions for one slab; what is not literal goes to the slab's tables or to the words of all slabs.
pub(super) struct Values<'a> {
    populations: Vec<&'a PopulationPlan>,
    /// Words of the slab, a column of one word for each population.
    pub(super) tables: Vec<u32>,
    /// Words shared by all slabs.
    data: &'a mut Vec<u32>,
}

impl<'a> Values<'a> {
    /// For the populations of a slab, in order.
    pub(super) fn new(populations: Vec<&'a PopulationPlan>, data: &'a mut Vec<u32>) -> Self {
        Self { populations, tables: Vec::new(), data }
    }

    /// The populations, in order.
    pub(super) fn populations(&self) -> &[&'a PopulationPlan] {
        &self.populations
    }

    /// A whole number of each population, for the neuron at `place`.
    pub(super) fn word(&mut self, word: impl Fn(&PopulationPlan) -> u32) -> String {
        let words: Vec<u32> = self.populations.iter().map(|population| word(population)).collect();
        self.choose(&words, |word| format!("{word}u"), |read| read)
    }

    /// A number of each population.
    pub(super) fn number(&mut self, number: impl Fn(&PopulationPlan) -> f32) -> String {
        let numbers: Vec<f32> = self.populations.iter().map(|population| number(population)).collect();
        self.choose(&numbers, float, |read| format!("bitcast<f32>({read})"))
    }

    /// A column, of which a population may have none.
    pub(super) fn column<'c>(
        &mut self,
        column: impl Fn(&'a PopulationPlan) -> Option<&'c Column>,
        kind: FieldKind,
    ) -> String {
        let columns: Vec<Option<&Column>> = self.populations.iter().map(|population| column(population)).collect();
        let value = |index: usize, neuron| columns[index].map_or(0.0, |column| column.at(neuron));
        if columns.iter().flatten().all(|column| matches!(column, Column::Constant(_))) {
            let values: Vec<f64> = (0..columns.len()).map(|index| value(index, 0)).collect();
            return match kind {
                FieldKind::F32 => {
                    let values: Vec<f32> = values.into_iter().map(|value| value as f32).collect();
                    self.choose(&values, float, |read| format!("bitcast<f32>({read})"))
                }
                FieldKind::U32 => {
                    let values: Vec<u32> = values.into_iter().map(|value| value as u32).collect();
                    self.choose(&values, |word| format!("{word}u"), |read| read)
                }
            };
        }
        let first = self.data.len();
        for (index, population) in self.populations.iter().enumerate() {
            let words = (0..population.size as usize).map(|neuron| match kind {
                FieldKind::F32 => (value(index, neuron) as f32).to_bits(),
                FieldKind::U32 => value(index, neuron) as u32,
            });
            self.data.extend(words);
        }
        match kind {
            FieldKind::F32 => format!("data_f32({first}u + place.id)"),
            FieldKind::U32 => format!("data_u32({first}u + place.id)"),
        }
    }

    /// A literal where all populations agree, a choice between literals where there are few, or a table read.
    fn choose<T: Word>(
        &mut self,
        values: &[T],
        literal: impl Fn(T) -> String,
        read: impl Fn(String) -> String,
    ) -> String {
        let Some(&first) = values.first() else { return literal(T::default()) };
        if values.iter().all(|value| value.word() == first.word()) {
            return literal(first);
        }
        if values.len() <= CHOSEN {
            let others = values.iter().enumerate().skip(1);
            return others.fold(literal(first), |sum, (index, &value)| {
                format!("select({sum}, {}, place.population >= {index}u)", literal(value))
            });
        }
        let at = self.tables.len();
        self.tables.extend(values.iter().map(|value| value.word()));
        read(format!("tables[{at}u + place.population]"))
    }
}

/// What fits one word of a table.
trait Word: Copy + Default {
    fn word(self) -> u32;
}

impl Word for u32 {
    fn word(self) -> u32 {
        self
    }
}

impl Word for f32 {
    fn word(self) -> u32 {
        self.to_bits()
    }
}
