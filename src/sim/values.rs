//! WGSL expressions for the values of a slab's populations: as literal as they can be, because a constant costs
//! nothing, a table read something, and on software drivers a lot.

use super::tuning::float;
use crate::plan::{Column, PopulationPlan};
use crate::shader::FieldKind;

/// Up to this many populations, a value is chosen by comparisons instead of read from a table.
const CHOSEN: usize = 8;

/// Writes expressions for one slab; what is not literal goes to the slab's tables or to the words of all slabs.
pub(super) struct Values<'a, 'd> {
    populations: Vec<&'a PopulationPlan>,
    /// Words of the slab, a column of one word for each population.
    pub(super) tables: Vec<u32>,
    /// Words shared by all slabs.
    data: &'d mut Vec<u32>,
    /// Items that may have values of their own.
    pub(super) items: u32,
    /// All items.
    batch: u32,
}

impl<'a, 'd> Values<'a, 'd> {
    /// For the populations of a slab, in order; its tables come behind these. Of items come those that may have columns of their own, or 1,
    /// and all.
    pub(super) fn new(
        populations: Vec<&'a PopulationPlan>,
        tables: Vec<u32>,
        data: &'d mut Vec<u32>,
        [items, batch]: [u32; 2],
    ) -> Self {
        Self { populations, tables, data, items, batch }
    }

    /// The populations, in order.
    pub(super) fn populations(&self) -> &[&'a PopulationPlan] {
        &self.populations
    }

    /// A whole number of each population, for the neuron at `place`.
    pub(super) fn word(&mut self, word: impl Fn(&PopulationPlan) -> u32) -> String {
        let words: Vec<u32> = self.populations.iter().map(|population| word(population)).collect();
        self.choose(&words, FieldKind::U32)
    }

    /// A number of each population and batch item.
    pub(super) fn of_items(&mut self, number: impl Fn(&PopulationPlan, u32) -> f64) -> String {
        let words = |item: u32| self.populations.iter().map(move |population| (*population, item));
        let words = |item: u32| words(item).map(|(of, item)| FieldKind::F32.word(number(of, item))).collect::<Vec<_>>();
        let first = words(0);
        let items: Vec<_> = (0..self.batch).map(words).collect();
        if items.iter().all(|words| *words == first) {
            return self.choose(&first, FieldKind::F32);
        }
        let read = format!("tables[{}u + place.batch * {}u + place.population]", self.tables.len(), first.len());
        self.tables.extend(items.into_iter().flatten());
        format!("bitcast<f32>({read})")
    }

    /// A column, of which a population may have none.
    pub(super) fn column<'c>(
        &mut self,
        column: impl Fn(&'a PopulationPlan) -> Option<&'c Column>,
        kind: FieldKind,
    ) -> String {
        let columns: Vec<Option<&Column>> = self.populations.iter().map(|population| column(population)).collect();
        let word = |column: &Option<&Column>, neuron| kind.word(column.map_or(0.0, |column| column.at(neuron)));
        if columns.iter().flatten().all(|column| matches!(column, Column::Constant(_))) {
            let words: Vec<u32> = columns.iter().map(|column| word(column, 0)).collect();
            return self.choose(&words, kind);
        }
        let first = self.data.len();
        if !columns.iter().flatten().any(|column| column.is_each()) {
            self.data.extend(columns.iter().map(|column| word(column, 0)));
            let population = if columns.len() > 1 { " + place.population" } else { "" };
            return read(kind, &format!("{first}u{population}"));
        }
        let sizes = || self.populations.iter().map(|population| population.size);
        let of_items = columns.iter().zip(sizes()).any(|(column, size)| column.is_some_and(|it| it.is_of_items(size)));
        let (items, item) = if of_items { (self.items as usize, " + place.batch * SLAB") } else { (1, "") };
        for item in 0..items {
            for (column, size) in columns.iter().zip(sizes()) {
                let places = (0..size as usize).map(|neuron| item.saturating_mul(size as usize).saturating_add(neuron));
                self.data.extend(places.map(|place| word(column, place)));
            }
        }
        read(kind, &format!("{first}u{item} + place.id"))
    }

    /// Room for so many columns of numbers that the device computes, for all items: their first word.
    pub(super) fn computed(&mut self, columns: usize) -> usize {
        let first = self.data.len();
        let neurons = self.populations.iter().map(|population| population.size as usize).fold(0, usize::saturating_add);
        let words = neurons.saturating_mul(columns).saturating_mul(self.items as usize);
        self.data.resize(first.saturating_add(words), 0);
        first
    }

    /// A literal where all populations agree, a choice between literals where there are few, or a table read.
    fn choose(&mut self, words: &[u32], kind: FieldKind) -> String {
        let literal = |word: u32| match kind {
            FieldKind::F32 => float(kind.number(word)),
            FieldKind::U32 => format!("{word}u"),
        };
        let Some((&first, others)) = words.split_first() else { return literal(0) };
        if others.iter().all(|&word| word == first) {
            return literal(first);
        }
        if words.len() <= CHOSEN {
            return (1..).zip(others).fold(literal(first), |sum, (index, &word)| {
                format!("select({sum}, {}, place.population >= {index}u)", literal(word))
            });
        }
        let read = format!("tables[{}u + place.population]", self.tables.len());
        self.tables.extend(words);
        match kind {
            FieldKind::F32 => format!("bitcast<f32>({read})"),
            FieldKind::U32 => read,
        }
    }
}

/// Reads one of the words of all slabs.
fn read(kind: FieldKind, at: &str) -> String {
    match kind {
        FieldKind::F32 => format!("data_f32({at})"),
        FieldKind::U32 => format!("data_u32({at})"),
    }
}
