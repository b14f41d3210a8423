//! Networks that differ in values become the items of one plan: a column that is the same for all of them stays as it is, any
//! other one gets a part for each item.
//!
//! One network after the other is lowered and added, so that little more than the plan's own columns is held at a time. Who asks
//! has seen that the networks differ in nothing else.

use super::arrays::Files;
use super::columns::population_plan;
use super::given::GivenPopulation;
use super::resolve::Seeds;
use super::slabs::{Placement, Resolved};
use super::{Column, PopulationPlan};
use crate::memory::{bytes_of, needs};
use crate::network::{ItemWiring, Network, Population, Port, Value};
use crate::{Error, Result};
use std::collections::BTreeMap;

/// Whose values the items of a batch have.
#[derive(Clone, Copy)]
pub(super) struct Networks<'n> {
    /// The first item's network, or that of all.
    pub first: &'n Network,
    /// Those of the other items; none where all have the first.
    pub others: &'n [Network],
    /// Items.
    pub batch: u32,
    /// May each item end alone?
    pub items_end: bool,
}

impl<'n> Networks<'n> {
    /// One network for so many items.
    pub(super) fn of(network: &'n Network, batch: u32) -> Self {
        Self { first: network, others: &[], batch, items_end: false }
    }

    /// One network for each item.
    ///
    /// # Errors
    /// [`Error::Request`] without any.
    pub(super) fn each(networks: &'n [Network], items_end: bool) -> Result<Self> {
        let none = || Error::request("ensemble", "it has no network", "1 or more");
        let (first, others) = networks.split_first().ok_or_else(none)?;
        let batch = u32::try_from(networks.len()).unwrap_or(u32::MAX);
        Ok(Self { first, others, batch, items_end })
    }

    /// Items that arrays of a network may have values for.
    pub(super) fn batch_of_arrays(&self) -> u32 {
        if self.others.is_empty() { self.batch } else { 1 }
    }

    /// The seed of each item.
    pub(super) fn seeds(&self) -> Vec<u64> {
        if self.others.is_empty() {
            return (0..self.batch).map(|item| self.first.seed.wrapping_add(u64::from(item))).collect();
        }
        std::iter::once(self.first).chain(self.others).map(|network| network.seed).collect()
    }

    /// Has each item synapses, and drawn parameters, of its own?
    pub(super) fn own_wirings(&self) -> bool {
        self.first.wiring == ItemWiring::Own && !self.others.is_empty()
    }

    /// The seeds of synapses and of drawn parameters: of each item, or one for all.
    pub(super) fn wiring_seeds(&self) -> Vec<u64> {
        let others = self.others.iter().filter(|_| self.own_wirings());
        std::iter::once(self.first).chain(others).map(|network| *network.seed_of_wiring()).collect()
    }

    /// The others, with the numbers of their items.
    pub(super) fn others(&self) -> impl Iterator<Item = (usize, &'n Network)> + use<'n> {
        (1..).zip(self.others)
    }
}

/// An error of an item's network.
pub(crate) fn of_item(mut error: Error, item: usize) -> Error {
    if let Error::Field { field: text, .. }
    | Error::NamedFile { field: text, .. }
    | Error::TooLarge { what: text, .. }
    | Error::HostMemory { what: text, .. }
    | Error::Request { what: text, .. } = &mut error
    {
        *text = format!("item {item}: {text}");
    }
    error
}

/// The columns of a part of a plan, item by item.
pub(super) struct Joined<'c> {
    columns: Vec<Joining<'c>>,
    /// Neurons.
    size: usize,
    /// Items that are here, and all that will come.
    items: [usize; 2],
    /// What holds the columns, for messages.
    what: &'c str,
}

/// A column of items: that of the first, until another item has another.
struct Joining<'c> {
    /// That of the first, where all will be left.
    place: &'c mut Column,
    /// `[item, neuron]`, as soon as two differ.
    each: Vec<f64>,
}

impl<'c> Joined<'c> {
    /// The columns of the first of so many items, of a population of so many neurons.
    pub(super) fn new(columns: impl IntoIterator<Item = &'c mut Column>, size: u32, batch: u32, what: &'c str) -> Self {
        let columns = columns.into_iter().map(|place| Joining { place, each: Vec::new() }).collect();
        Self { columns, size: size as usize, items: [1, batch as usize], what }
    }

    /// Adds those of the next item, in the same order; `None` where they are the first item's.
    ///
    /// # Errors
    /// [`Error::HostMemory`].
    pub(super) fn add<'n>(&mut self, next: Option<impl IntoIterator<Item = &'n Column>>) -> Result<()> {
        let (size, [items, batch]) = (self.size, self.items);
        let mut next = next.map(IntoIterator::into_iter);
        for Joining { place, each } in &mut self.columns {
            let own = next.as_mut().and_then(Iterator::next);
            let over = |column: &Column| (0..size).map(|neuron| column.at(neuron)).collect::<Vec<_>>();
            if each.is_empty() {
                if own.is_none_or(|own| same(own, place)) {
                    continue;
                }
                let values = size.saturating_mul(batch);
                let what = format!("a value for each neuron of each of {batch} items, of {},", self.what);
                needs(bytes_of::<f64>(values as u64), &what, "fewer neurons, or fewer items")?;
                each.reserve_exact(values);
                let first = over(place);
                (0..items).for_each(|_| each.extend(&first));
            }
            each.extend(over(own.unwrap_or(place)));
        }
        self.items = [items.saturating_add(1), batch];
        Ok(())
    }

    /// Leaves the columns of all items where those of the first were.
    pub(super) fn finish(self) {
        for Joining { place, each } in self.columns {
            if !each.is_empty() {
                *place = Column::Each(each.into());
            }
        }
    }
}

/// Have two columns the same bits?
fn same(one: &Column, other: &Column) -> bool {
    let [a, b] = [one.values(), other.values()];
    matches!(one, Column::Constant(_)) == matches!(other, Column::Constant(_))
        && a.len() == b.len()
        && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits())
}

/// Gives the populations of the first network the values of all.
///
/// # Errors
/// As lowering the others.
pub(super) fn join_populations(
    plans: &mut [PopulationPlan],
    networks: Networks<'_>,
    resolved: &[Resolved],
    placements: &[Placement],
    dt_ms: f64,
) -> Result<()> {
    for (index, (plan, models)) in plans.iter_mut().zip(resolved).enumerate() {
        join_population(plan, networks, models, (index, &placements[index]), dt_ms)?;
    }
    Ok(())
}

/// The same, of one population.
pub(super) fn join_population(
    plan: &mut PopulationPlan,
    networks: Networks<'_>,
    models: &Resolved,
    (index, placement): (usize, &Placement),
    dt_ms: f64,
) -> Result<()> {
    if networks.others.is_empty() {
        return Ok(());
    }
    let first = &networks.first.populations[index];
    let what = format!("population[{}]", first.name);
    let mut joined = Joined::new(plan.own_columns_mut(), first.size, networks.batch, &what);
    for (item, network) in networks.others() {
        let population = &network.populations[index];
        let draws = draws(&population.init) || networks.own_wirings() && draws_params(population);
        if *population == *first && !draws {
            joined.add(None::<[&Column; 0]>)?;
            continue;
        }
        let lower = || {
            let given = GivenPopulation::of(population, models, &Files::default(), 1)?;
            let seeds = Seeds { items: std::slice::from_ref(&network.seed), wiring: network.seed_of_wiring() };
            population_plan(given, (index, placement.clone()), dt_ms, seeds)
        };
        let own = lower().map_err(|error| of_item(error, item))?;
        joined.add(Some(own.own_columns()))?;
    }
    joined.finish();
    Ok(())
}

/// Do some of these values follow from a seed?
pub(super) fn draws(values: &BTreeMap<String, Value>) -> bool {
    values.values().any(|value| matches!(value, Value::Drawn(_) | Value::Initialised(_)))
}

/// Do parameters follow from the wiring seed?
fn draws_params(population: &Population) -> bool {
    let of_port = |port: &Port| draws(&port.output.params) || port.synapse.iter().any(|part| draws(&part.params));
    draws(&population.params) || population.ports.values().any(of_port)
}

impl PopulationPlan {
    /// All its columns but those of stimuli.
    fn own_columns(&self) -> impl Iterator<Item = &Column> {
        let ports = self
            .ports
            .iter()
            .flat_map(|port| port.synapse_params.iter().chain(&port.synapse_init).chain(&port.output_params));
        self.params.iter().chain(&self.init).chain(ports)
    }

    /// The same, in the same order.
    fn own_columns_mut(&mut self) -> impl Iterator<Item = &mut Column> {
        let ports = self.ports.iter_mut().flat_map(|port| {
            port.synapse_params.iter_mut().chain(&mut port.synapse_init).chain(&mut port.output_params)
        });
        self.params.iter_mut().chain(&mut self.init).chain(ports)
    }
}
