//! Lowers the models of projections: what each keeps of its source neurons becomes a slot in the slab of the source population, beside
//! the neurons' own state. So it is saved, recorded and computed as that is.

use super::arrays::{Files, given};
use super::items::{Joined, Networks, draws, of_item};
use super::resolve::{Context, check_name, fields};
use super::shapes::check_each;
use super::slabs::{self, Placement};
use super::{Column, PopulationPlan, SlabPlan, SourcePlan};
use crate::Result;
use crate::memory::{bytes_of, needs};
use crate::model::{Definition, ModelKind};
use crate::network::{Network, Part, Projection, Sides};
use crate::random::Purpose;
use crate::shader::Field;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// A network's models of projections, lowered.
pub(super) struct Sources {
    /// Those of each population, in order; none has a slot yet.
    of_population: Vec<Vec<(Arc<Definition>, SourcePlan)>>,
}

impl Sources {
    /// Lowers them. Of networks that are items each gets the values of all.
    ///
    /// # Errors
    /// [`Error::Field`](crate::Error::Field), [`Error::NamedFile`](crate::Error::NamedFile),
    /// [`Error::HostMemory`](crate::Error::HostMemory).
    pub(super) fn lower(networks: Networks<'_>, files: &Files, dt_ms: f64) -> Result<Self> {
        let first = networks.first;
        let mut of_population: Vec<Vec<_>> = first.populations.iter().map(|_| Vec::new()).collect();
        for index in 0..first.projections.len() {
            let Some((pre, model, mut plan)) = of_all(networks, index, files, dt_ms)? else { continue };
            plan.number = u32::try_from(of_population[pre].len()).unwrap_or(u32::MAX);
            of_population[pre].push((model, plan));
        }
        Ok(Self { of_population })
    }

    /// The projections whose model gives values, by their indices.
    pub(super) fn graded(&self) -> BTreeSet<usize> {
        let all = self.of_population.iter().flatten();
        all.filter(|(model, _)| model.is_graded()).map(|(_, plan)| plan.projection).collect()
    }

    /// Gives each a slot in its slab: the k-th of one model of every population shares a slot. With what each population has in the slots
    /// of its slab.
    pub(super) fn place(self, places: &[Placement], slabs: &mut [SlabPlan]) -> Vec<Vec<Option<SourcePlan>>> {
        let mut of_populations: Vec<Vec<_>> = places.iter().map(|_| Vec::new()).collect();
        for ((plans, place), sources) in of_populations.iter_mut().zip(places).zip(self.of_population) {
            let slots = &mut slabs[place.slab].sources;
            for (model, plan) in sources {
                let free = |index: usize| plans.get(index).is_none_or(Option::is_none);
                let fits = |index: &usize| free(*index) && same(&slots[*index], &model);
                let slot = (0..slots.len()).find(fits).unwrap_or_else(|| {
                    slots.push(model.clone());
                    slots.len().saturating_sub(1)
                });
                plans.resize_with(plans.len().max(slot.saturating_add(1)), || None);
                plans[slot] = Some(plan);
            }
        }
        for (plans, place) in of_populations.iter_mut().zip(places) {
            plans.resize_with(slabs[place.slab].sources.len(), || None);
        }
        of_populations
    }

    /// The model of one projection again, of which values have changed; with its population.
    ///
    /// # Errors
    /// As those of [`lower`](Self::lower).
    pub(super) fn lower_one(networks: Networks<'_>, index: usize, dt_ms: f64) -> Result<Option<(usize, SourcePlan)>> {
        Ok(of_all(networks, index, &Files::default(), dt_ms)?.map(|(population, _, plan)| (population, plan)))
    }
}

/// Is it the same text? One of a user's own is read for each projection.
fn same(one: &Definition, other: &Definition) -> bool {
    (&one.fragment.path, &one.fragment.text) == (&other.fragment.path, &other.fragment.text)
}

/// The number of a projection among those of its source population that have a model, if it has one.
pub(super) fn number_of(network: &Network, index: usize) -> Option<u32> {
    let modelled = |projection: &Projection| projection.model.is_some() && !projection.is_gap_junction();
    let own = network.projections.get(index).filter(|own| modelled(own))?;
    let before = network.projections.iter().take(index);
    let before = before.filter(|other| modelled(other) && other.pre.population == own.pre.population);
    Some(u32::try_from(before.count()).unwrap_or(u32::MAX))
}

/// A projection's model with the values of all networks, and its source population.
fn of_all(
    networks: Networks<'_>,
    index: usize,
    files: &Files,
    dt_ms: f64,
) -> Result<Option<(usize, Arc<Definition>, SourcePlan)>> {
    let first = networks.first;
    let lowering = Lowering { index, dt_ms, batch: networks.batch_of_arrays() };
    let Some((pre, model, mut plan)) = lowering.of(first, files)? else { return Ok(None) };
    if !networks.others.is_empty() {
        let what = format!("projection[{index}].model");
        let of_first = &first.projections[index].model;
        let mut joined = Joined::new(plan.columns_mut(), first.populations[pre].size, networks.batch, &what);
        for (item, network) in networks.others() {
            let own = &network.projections[index].model;
            let drawn = networks.own_wirings() && own.iter().any(|part| draws(&part.params));
            if own == of_first && !drawn {
                joined.add(None::<[&Column; 0]>)?;
                continue;
            }
            let own = lowering.of(network, &Files::default()).map_err(|error| of_item(error, item))?;
            joined.add(own.as_ref().map(|(_, _, plan)| plan.columns()))?;
        }
        joined.finish();
    }
    Ok(Some((pre, model, plan)))
}

impl SourcePlan {
    /// Its parameters and initial values.
    pub(super) fn columns(&self) -> impl Iterator<Item = &Column> {
        self.params.iter().chain(&self.init)
    }

    /// The same, in the same order.
    fn columns_mut(&mut self) -> impl Iterator<Item = &mut Column> {
        self.params.iter_mut().chain(&mut self.init)
    }
}

impl PopulationPlan {
    /// Its models of projections by their numbers, each with its slot.
    pub(crate) fn numbered_sources(&self) -> Vec<(usize, &SourcePlan)> {
        let there = self.sources.iter().enumerate();
        let mut sources: Vec<_> = there.filter_map(|(slot, source)| Some((slot, source.as_ref()?))).collect();
        sources.sort_by_key(|(_, source)| source.number);
        sources
    }
}

/// What models of a projection are lowered by.
struct Lowering {
    index: usize,
    dt_ms: f64,
    /// Items that arrays may have values for.
    batch: u32,
}

impl Lowering {
    /// That of one network.
    fn of(&self, network: &Network, files: &Files) -> Result<Option<(usize, Arc<Definition>, SourcePlan)>> {
        let projection = &network.projections[self.index];
        let Some(part) = projection.model.as_ref().filter(|_| !projection.is_gap_junction()) else { return Ok(None) };
        let path = format!("projection[{}]", self.index);
        let pre = network.population_index(format!("{path}.pre"), &projection.pre.population)?;
        let post = network.population_index(format!("{path}.post"), &projection.post.population)?;
        let population = &network.populations[pre];
        let neurons = Sides::of(projection, population, &network.populations[post]).sources();
        let path = format!("{path}.model");
        let model = slabs::model(ModelKind::Projection, &part.model, &path)?;
        let columns = self.columns(network, part, &model, (neurons.clone(), population.size), files)?;
        let (params, init) = columns;
        let name = network.projection_name(self.index);
        Ok(Some((pre, model, SourcePlan { projection: self.index, name, number: 0, neurons, params, init })))
    }

    /// Parameters and initial values of all neurons of a population of so many, of which the projection leads from some.
    fn columns(
        &self,
        network: &Network,
        part: &Part,
        model: &Definition,
        (neurons, size): (Range<u32>, u32),
        files: &Files,
    ) -> Result<(Vec<Column>, Vec<Column>)> {
        let path = format!("projection[{}].model.{}", self.index, model.name());
        let owner = format!("model {}", model.name());
        let (own, batch) = (neurons.len(), self.batch as usize);
        let (params, state) = (&model.reflection.params, &model.reflection.state);
        let opened = part.params.iter().map(|(key, value)| {
            // The key "" stands for the first.
            let key = if key.is_empty() { params.first().map_or("", |field| field.name.as_str()) } else { key };
            check_name(key, params, &path, &owner)?;
            let path = format!("{path}.{key}");
            let check = |shape: &[usize]| check_each(shape, own, batch, &path);
            Ok((key.to_owned(), given(value, &path, files, &check)?))
        });
        let opened: BTreeMap<_, _> = opened.collect::<Result<_>>()?;
        let several = opened.values().any(|value| !matches!(value, crate::network::Value::Constant(_)));
        let columns = if several { params.len().saturating_add(state.len()) } else { 0 };
        let values = [columns, size as usize, batch].into_iter().fold(1, usize::saturating_mul);
        let hint = "fewer neurons, or one value for all instead of one for each";
        needs(bytes_of::<f64>(values as u64).saturating_mul(2), &format!("lowering {path}"), hint)?;
        let context = Context {
            dt_ms: self.dt_ms,
            seeds: std::slice::from_ref(network.seed_of_wiring()),
            purpose: Purpose::Projections,
            // It has 16 that may be drawn at most.
            index: (self.index as u64) << 4,
            size: own,
            batch,
            port_unit: "1",
            path: &path,
            owner: &owner,
        };
        let columns = fields(opened, params, context)?;
        let defaults = fields(BTreeMap::new(), state, context)?;
        let begins = |(field, default): (&Field, Column)| {
            let same = params.iter().position(|param| param.name == field.name);
            same.map_or(default, |param| columns[param].clone())
        };
        let init = state.iter().zip(defaults).map(begins).map(|column| spread(column, &neurons, size)).collect();
        Ok((columns.into_iter().map(|column| spread(column, &neurons, size)).collect(), init))
    }
}

/// A column over a part of a population as one over all of it; the others have what its first neuron has, which is legal.
#[expect(clippy::arithmetic_side_effects, reason = "places of values that are in memory")]
fn spread(column: Column, neurons: &Range<u32>, size: u32) -> Column {
    let own = neurons.len();
    match &column {
        Column::Each(values) if own < size as usize => {
            let place = |neuron: u32| if neurons.contains(&neuron) { (neuron - neurons.start) as usize } else { 0 };
            let of_item = |item: usize| (0..size).map(move |neuron| values[item * own + place(neuron)]);
            Column::Each((0..values.len() / own.max(1)).flat_map(of_item).collect())
        }
        _ => column,
    }
}
