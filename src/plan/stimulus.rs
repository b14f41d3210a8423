//! Lowers stimuli: what each is told becomes a target, columns and words of data, and a slot in its slab.
//!
//! What differs from kind to kind has a file for each below `kinds/`; here is what is the same for all.

mod kinds;
mod stimulation;

pub use kinds::HeldRates;

use super::arrays::{Files, GivenByName, given};
use super::columns::port_unit;
use super::given::port_index;
use super::held::next_place;
use super::items::{Joined, Networks, draws, of_item};
use super::period::{period, rounded_params};
use super::resolve::{fields, unit_of};
use super::slabs::{Placement, Resolved, driven_unit};
use super::suspicious::{idle, negative};
use super::{Column, SlabPlan, StimulusPlan, StimulusSlot, Target, Words};
use crate::memory::{Tally, bytes_of};
use crate::network::{Network, Stimulus, Value};
use crate::recording::Period;
use crate::{Error, Result, Warning};
use kinds::{Lowering, lowering};
use std::collections::BTreeMap;
use stimulation::Stimulation;

/// Columns that a stimulus may have for each neuron.
const COLUMNS: u64 = 8;

/// What lowering a stimulus takes of the host's memory, besides values for each neuron.
#[derive(Default)]
struct Size {
    /// Words that it will read.
    words: u64,
    /// [bytes] While these are made.
    working: u64,
}

/// What a stimulus has become.
struct Lowered {
    /// What its numbers act on.
    target: Target,
    /// The parameters of its model, over the neurons of the population.
    params: Vec<Column>,
    /// 1 for the neurons that it acts on, and 0 for the others, unless its parameters leave those alone.
    active: Column,
    /// Which of the parameters are places of words.
    places: &'static [usize],
}

impl Lowered {
    fn new(target: Target, params: Vec<Column>) -> Self {
        Self { target, params, active: Column::Constant(1.0), places: &[] }
    }

    /// One of which these parameters are places of words.
    fn with_places(self, places: &'static [usize]) -> Self {
        Self { places, ..self }
    }
}

/// What all stimuli of a network make together.
#[derive(Default)]
pub(super) struct Tables {
    /// The words that they read.
    pub data: Vec<u32>,
    /// The rates among these that the host may set.
    pub held_rates: Vec<HeldRates>,
    /// What is legal, but suspicious.
    pub warnings: Vec<Warning>,
}

impl Tables {
    /// Appends words; returns the place of the first.
    fn append(&mut self, words: impl IntoIterator<Item = u32>) -> Result<u32> {
        let first = next_place(&self.data)?;
        self.data.extend(words);
        Ok(first)
    }
}

/// A network's stimuli, lowered.
pub(super) struct Stimuli {
    /// Those of each population, in order; none has a slot yet.
    of_population: Vec<Vec<(StimulusSlot, StimulusPlan)>>,
    tables: Tables,
}

impl Stimuli {
    /// Lowers them, one after the other, for steps of a length \[ms\], and as many as the network asks for. Each asks for its memory when the shapes of its arrays are known, and before their
    /// numbers are read. Of networks that are items each stimulus gets the values of all.
    ///
    /// # Errors
    /// [`Error::Field`], [`Error::NamedFile`]; [`Error::HostMemory`] where there is no room for one.
    pub(super) fn lower(
        networks: Networks<'_>,
        resolved: &[Resolved],
        files: &Files,
        (dt_ms, duration): (f64, Option<u32>),
    ) -> Result<Self> {
        let first = networks.first;
        let mut of_population: Vec<_> = resolved.iter().map(|_| Vec::new()).collect();
        let mut lowering = OfNetwork {
            resolved,
            dt_ms,
            duration,
            batch: networks.batch_of_arrays(),
            tables: Tables::default(),
            asked: Tally::default(),
        };
        for index in 0..first.stimuli.len() {
            let (target, slot, plan) = lowering.of_all(networks, index, files)?;
            of_population[target].push((slot, plan));
        }
        Ok(Self { of_population, tables: lowering.tables })
    }

    /// Lowers one alone, as the first that has words.
    ///
    /// # Errors
    /// As those of [`lower`](Self::lower).
    pub(super) fn lower_one(
        networks: Networks<'_>,
        index: usize,
        resolved: &[Resolved],
        dt_ms: f64,
    ) -> Result<(StimulusSlot, StimulusPlan, Tables)> {
        let (batch, tables, asked) = (networks.batch_of_arrays(), Tables::default(), Tally::default());
        let mut lowering = OfNetwork { resolved, dt_ms, duration: None, batch, tables, asked };
        let (_, slot, plan) = lowering.of_all(networks, index, &Files::default())?;
        Ok((slot, plan, lowering.tables))
    }

    /// Gives each a slot in its slab: the k-th of one model and target of every population shares a slot. With what each
    /// population has in the slots of its slab.
    pub(super) fn place(
        self,
        places: &[Placement],
        slabs: &mut [SlabPlan],
    ) -> (Vec<Vec<Option<StimulusPlan>>>, Tables) {
        let mut of_populations: Vec<_> = places.iter().map(|_| Vec::new()).collect();
        for ((plans, place), stimuli) in of_populations.iter_mut().zip(places).zip(self.of_population) {
            let slots = &mut slabs[place.slab].stimuli;
            for (wanted, plan) in stimuli {
                let free = |index: usize| plans.get(index).is_none_or(Option::is_none);
                let fits = |slot: &StimulusSlot| slot.target == wanted.target && slot.model.is_same(&wanted.model);
                let slot = (0..slots.len()).find(|&index| free(index) && fits(&slots[index])).unwrap_or_else(|| {
                    slots.push(wanted);
                    slots.len().saturating_sub(1)
                });
                while plans.len() <= slot {
                    plans.push(None);
                }
                plans[slot] = Some(plan);
            }
        }
        for (plans, place) in of_populations.iter_mut().zip(places) {
            plans.resize_with(slabs[place.slab].stimuli.len(), || None);
        }
        (of_populations, self.tables)
    }
}

/// What all stimuli are lowered by.
struct OfNetwork<'a> {
    resolved: &'a [Resolved],
    dt_ms: f64,
    /// [steps] that the network asks for.
    duration: Option<u32>,
    /// Items that arrays may have values for.
    batch: u32,
    tables: Tables,
    asked: Tally,
}

impl OfNetwork<'_> {
    /// A stimulus with the values and words of all networks, with the population that it acts on.
    fn of_all(
        &mut self,
        networks: Networks<'_>,
        index: usize,
        files: &Files,
    ) -> Result<(usize, StimulusSlot, StimulusPlan)> {
        let (target, slot, mut plan) = self.one(networks.first, index, files)?;
        self.join(networks, index, (&slot, &mut plan))?;
        let len = self.tables.data.len().saturating_sub(plan.words.first);
        plan.words = Words { len, room: len, ..plan.words };
        Ok((target, slot, plan))
    }

    /// A stimulus of a network, with the population that it acts on.
    #[expect(clippy::cast_possible_truncation, reason = "a network has no more stimuli than streams of random numbers")]
    fn one(&mut self, network: &Network, index: usize, files: &Files) -> Result<(usize, StimulusSlot, StimulusPlan)> {
        let stimulus = &network.stimuli[index];
        let path = format!("stimulus[{index}]");
        let target = network.population_index(format!("{path}.target"), &stimulus.target)?;
        let (population, models) = (&network.populations[target], &self.resolved[target]);
        let port = stimulus.port.as_ref().map(|name| port_index(population, name, &format!("{path}.port")));
        let lowering = lowering(&stimulus.kind);
        // What shape is legal follows from the kind.
        let told =
            |(key, value): (&String, _)| Ok((key.clone(), given(value, &format!("{path}.{key}"), files, &|_| Ok(()))?));
        let stimulation = Stimulation {
            path: &path,
            model: lowering.model(stimulus, &path)?,
            dt_ms: self.dt_ms,
            duration: self.duration,
            seed: network.seed_of_wiring(),
            size: population.size as usize,
            chosen: stimulus.neurons.as_deref(),
            index: index as u32,
            batch: self.batch,
            jump_unit: driven_unit(&models.neuron),
            port: port.transpose()?.map(|port| (port, port_unit(&models.ports[port]))),
            told: stimulus.params.iter().map(told).collect::<Result<_>>()?,
        };
        let (slot, plan) = one(lowering, stimulus, stimulation, &mut self.asked, &mut self.tables)?;
        if slot.target == Target::Current && models.neuron.variable("v").is_none() {
            let problem = format!("a current acts on v, which model {} lacks", models.neuron.name());
            return Err(Error::field(format!("{path}.target"), problem, "a neuron with a state variable v"));
        }
        Ok((target, slot, plan))
    }

    /// Gives a stimulus of the first network the values of all. Where some have the same, it is lowered once, with one table of words.
    fn join(&mut self, networks: Networks<'_>, index: usize, first: (&StimulusSlot, &mut StimulusPlan)) -> Result<()> {
        let (slot, plan) = first;
        let (of_first, mut known) = (&networks.first.stimuli[index], Vec::<(&Stimulus, StimulusPlan)>::new());
        let size = networks.first.populations.iter().find(|population| population.name == of_first.target);
        let what = format!("stimulus[{index}]");
        let size = size.map_or(0, |population| population.size);
        let mut joined = Joined::new(plan.all_columns_mut(), size, networks.batch, &what);
        for (item, network) in networks.others() {
            let own = &network.stimuli[index];
            // What is drawn follows from an item's own wiring seed.
            let draws = networks.own_wirings() && draws(&own.params);
            if own == of_first && !draws {
                joined.add(None::<[&Column; 0]>)?;
                continue;
            }
            let at = match known.iter().position(|(other, _)| !draws && *other == own) {
                Some(at) => at,
                None => {
                    let warnings = self.tables.warnings.len();
                    let lowered = self.one(network, index, &Files::default());
                    let (_, its_slot, its_plan) = lowered.map_err(|error| of_item(error, item))?;
                    if its_slot.target != slot.target || !its_slot.model.is_same(&slot.model) {
                        let text = |slot: &StimulusSlot| format!("{} as {}", slot.model.name(), slot.target);
                        let problem = format!("it is {}, and {} in item 0", text(&its_slot), text(slot));
                        return Err(of_item(Error::field(what, problem, "the same in all items"), item));
                    }
                    // Of each thing people are warned once.
                    let new = self.tables.warnings.split_off(warnings);
                    for warning in new {
                        if self.tables.warnings.iter().all(|other| other.field != warning.field) {
                            self.tables.warnings.push(warning);
                        }
                    }
                    known.push((own, its_plan));
                    known.len().saturating_sub(1)
                }
            };
            joined.add(Some(known[at].1.all_columns()))?;
        }
        joined.finish();
        Ok(())
    }
}

impl StimulusPlan {
    /// Its parameters, initial values, and whom it acts on.
    fn all_columns(&self) -> impl Iterator<Item = &Column> {
        self.params.iter().chain(&self.init).chain([&self.active])
    }

    /// The same, in the same order.
    fn all_columns_mut(&mut self) -> impl Iterator<Item = &mut Column> {
        self.params.iter_mut().chain(&mut self.init).chain([&mut self.active])
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Current => f.write_str("a current"),
            Self::Jump => f.write_str("jumps"),
            Self::Port(_) => f.write_str("arrivals at a port"),
        }
    }
}

fn one(
    lowering: &dyn Lowering,
    stimulus: &Stimulus,
    mut stimulation: Stimulation<'_>,
    asked: &mut Tally,
    tables: &mut Tables,
) -> Result<(StimulusSlot, StimulusPlan)> {
    let path = stimulation.path;
    let model = stimulation.model.clone();
    let Size { words, working } = lowering.size(&stimulation);
    let each = words > 0 || stimulation.chosen.is_some() || stimulation.differs();
    let columns = if each { bytes_of::<f64>(stimulation.size as u64).saturating_mul(COLUMNS) } else { 0 };
    // Numbers are f64 before they are words.
    let words = bytes_of::<u32>(words).saturating_add(bytes_of::<f64>(words));
    let hint = "fewer neurons, one value for all instead of one for each, or fewer steps or inputs";
    asked.needs(columns.saturating_add(words).saturating_add(working), &format!("lowering {path}"), hint)?;

    let params = &model.reflection.params;
    let steps = window(&mut stimulation, &mut tables.warnings)?;
    tables.warnings.extend(idle(path, steps, stimulation.chosen, stimulation.duration));
    let owner = format!("stimulus {}", model.name());
    let of_model = |key: &str| stimulus.kind.declaration().is_none() || params.iter().any(|field| field.name == key);
    let told = |key: &str| stimulation.told.contains_key(key);
    let keys: Vec<_> = stimulus.params.keys().filter(|key| of_model(key) && told(key)).collect();
    let values = keys.into_iter();
    let values: GivenByName<'_> = values.map(|key| Ok((key.clone(), stimulation.take(key)?))).collect::<Result<_>>()?;
    tables.warnings.extend(rounded_params(&values, params, (stimulation.dt_ms, path))?);
    let context = stimulation.context(&owner);
    let columns = fields(values, params, context)?;
    let init = fields(BTreeMap::new(), &model.reflection.state, context)?;
    for (field, weights) in params.iter().zip(&columns).filter(|(field, _)| field.unit == "target") {
        let unit = unit_of(&field.unit, context.port_unit)?;
        tables.warnings.extend(negative(format!("{path}.{}", field.name), weights, context.size, &unit));
    }
    let first = tables.data.len();
    let Lowered { target, params, active, places } = lowering.lower(&mut stimulation, columns, tables)?;
    let len = tables.data.len().saturating_sub(first);
    let (stream, words) = (stimulation.index, Words { first, len, room: len, places });
    Ok((StimulusSlot { model, target }, StimulusPlan { stream, params, init, active, steps, words }))
}

/// Does this key, `start` or `stop`, say when a stimulus acts, or is it its model's own?
pub(crate) fn acts_by(stimulus: &Stimulus, key: &str) -> bool {
    let model = lowering(&stimulus.kind).model(stimulus, "");
    model.is_ok_and(|model| model.reflection.params.iter().all(|field| field.name != key))
}

/// The steps in which it acts; all where its model has keys of these names.
fn window(it: &mut Stimulation<'_>, warnings: &mut Vec<Warning>) -> Result<Period> {
    let mut time = |key: &str| {
        let own = it.model.reflection.params.iter().any(|field| field.name == key);
        if own || !it.told.contains_key(key) {
            return Ok(None);
        }
        match it.take(key)? {
            Value::Constant(time) => Ok(Some(time)),
            other => Err(it.refused(key, format!("is {}", other.described()), "one time, for all neurons")),
        }
    };
    let [start, stop] = [time("start")?, time("stop")?];
    period([start.as_ref(), stop.as_ref()], 0, it.dt_ms, it.path, warnings)
}
