//! A value that is infinite or no number: how it is told, whoever found it.

use super::until::{Looks, Stopped};
use super::{Plan, Sampled, State};
use crate::error::span;
use crate::options::Interrupt;
use crate::recording::{Recording, Trace};
use crate::shader::FieldKind;
use crate::{Error, Result, Warning};

/// The first value of a run that is not finite. First is the window, then the slab in the order of levels, then the batch
/// item, the neuron and the variable.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct NotFinite {
    /// Index of its slab.
    pub slab: usize,
    /// Item of the batch.
    pub item: u32,
    /// Index of its neuron in the slab.
    pub id: u32,
    /// Index of its variable, see [`Plan::variables`].
    pub variable: usize,
    /// The value.
    pub value: f64,
    /// First step of the window at whose end it was found, or the step of the sample.
    pub first_step: u32,
    /// Steps of the window.
    pub steps: u32,
}

/// A batch item that ended before the others, for a state variable became infinite or no number.
///
/// From the first of its steps on an item has no spikes in a recording, and its samples are no numbers.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Ended {
    /// Item of the batch.
    pub item: u32,
    /// The population's name.
    pub population: String,
    /// Index of the neuron in it, the first of those that are alike.
    pub neuron: u32,
    /// The variable, as `v` or `ampa.g`.
    pub variable: String,
    /// Its value.
    pub value: f64,
    /// \[steps\] the first step of the window at whose end it was found: windows are as long as the smallest delay.
    pub first_step: u32,
    /// \[steps\] the window's length.
    pub steps: u32,
}

impl Ended {
    /// Why it ended: which variable is what, and since when.
    pub fn reason(&self) -> String {
        let Self { population, neuron, variable, value, first_step, steps, .. } = self;
        let after = span(*first_step, *steps);
        format!("{variable} of neuron {neuron} of population `{population}` is {value} after {after}")
    }
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "item {} ended: {}", self.item, self.reason())
    }
}

/// What runs of a plan do about state that is not finite, and what they found of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Watch {
    /// Whether runs go on as if nothing were.
    pub allow: bool,
    /// The first value of the last run, where runs go on.
    first: Option<NotFinite>,
    /// Why items ended, in their order.
    ended: Vec<NotFinite>,
    /// Items that had ended before the last run.
    before: Vec<u32>,
    /// Of what ends a run before its time.
    looks: Looks,
    /// What ends runs from without.
    interrupt: Interrupt,
    /// Whether it has ended the present run, or the last one.
    interrupted: bool,
}

impl Watch {
    pub(crate) fn new(allow: bool, interrupt: &Interrupt) -> Self {
        Self { allow, interrupt: interrupt.clone(), ..Self::default() }
    }

    /// Whether the run ends here, for somebody wants it.
    pub(crate) fn is_interrupted(&mut self) -> bool {
        self.interrupted = self.interrupted || self.interrupt.is_wanted();
        self.interrupted
    }

    /// May states have values that are not finite?
    pub(crate) fn tolerates(&self, plan: &Plan) -> bool {
        self.allow || plan.items_apart()
    }

    /// Another run begins.
    pub(crate) fn begin(&mut self) {
        self.first = None;
        self.before = self.ended.iter().map(|ended| ended.item).collect();
        self.looks.begin();
        self.interrupted = false;
    }

    /// The state is another one, at a step.
    pub(crate) fn restored(&mut self, step: u32) {
        self.ended.clear();
        self.looks.restored(step);
    }

    /// Up to which step a run to `end` may go on now, before [`look`](Self::look) is asked.
    pub(crate) fn next_look(&self, plan: &Plan, step: u32, end: u32) -> u32 {
        Looks::next(plan, step, end)
    }

    /// Counts spikes of those that the condition is about, of steps between two looks.
    pub(crate) fn count(&mut self, item: u32, spikes: u64) {
        self.looks.add(item, spikes);
    }

    /// Whether a run ends at this step, to which it has come.
    pub(crate) fn look(&mut self, plan: &Plan, step: u32) -> bool {
        let ended = &self.ended;
        self.looks.look(plan, step, |item| ended.binary_search_by_key(&item, |ended| ended.item).is_ok())
    }

    /// The items that stopped, in their order.
    pub(crate) fn stopped(&self) -> &[Stopped] {
        self.looks.stopped()
    }

    /// Ends the run, or an item, or notes what was found, the first value before the others.
    ///
    /// # Errors
    /// [`Error::NonFinite`].
    pub(crate) fn note(&mut self, plan: &Plan, found: Vec<NotFinite>) -> Result<()> {
        // Whoever has stopped is computed on, and that is nobody's result.
        for found in found.into_iter().filter(|found| !self.looks.has_stopped(found.item)) {
            if self.allow {
                // Others that are not finite are consequences of the first, most likely.
                self.first = self.first.or(Some(found));
            } else if plan.items_end {
                match self.ended.binary_search_by_key(&found.item, |ended| ended.item) {
                    Ok(at) if self.ended[at].first_step > found.first_step => self.ended[at] = found,
                    Ok(_) => {}
                    Err(at) => self.ended.insert(at, found),
                }
            } else {
                return Err(plan.refused(&found));
            }
        }
        Ok(())
    }

    /// The items that ended, in their order.
    pub(crate) fn ended(&self, plan: &Plan) -> Vec<Ended> {
        let of = |found: &NotFinite| {
            let (population, neuron, variable) = plan.names(found);
            let NotFinite { item, value, first_step, steps, .. } = *found;
            Ended { item, population, neuron, variable, value, first_step, steps }
        };
        self.ended.iter().map(of).collect()
    }

    /// Takes out of a recording what items did after their end; returns what people should know of the run that made it, which left
    /// the state `end`.
    ///
    /// # Errors
    /// As `end`.
    pub(crate) fn finish(
        &self,
        plan: &Plan,
        recording: &mut Recording,
        end: impl FnOnce() -> Result<State>,
    ) -> Result<Vec<Warning>> {
        let stopped = self.stopped().iter().map(|stopped| (stopped.item, stopped.step));
        let mut ends = vec![u32::MAX; plan.batch as usize];
        let found = self.ended.iter().map(|ended| (ended.item, ended.first_step)).chain(stopped);
        // Whoever has ended never stops, and the other way round.
        found.for_each(|(item, step)| ends[item as usize] = step);
        recording.end_items(ends);
        let first = self.first.as_ref().map(|found| Ok::<_, Error>(plan.warned(found, &end()?))).transpose()?;
        let new = self.ended(plan).into_iter().filter(|ended| !self.before.contains(&ended.item));
        let new = new.map(|ended| {
            let hint = "what it recorded from there on is left out, and the others go on";
            Warning::new(format!("population[{}]", ended.population), ended.to_string(), hint)
        });
        Ok(first.into_iter().chain(new).collect())
    }
}

impl Plan {
    /// For each item the first of a recorder's samples, from the value `from` on, that is not finite: it may have come and gone within a
    /// window.
    #[expect(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        reason = "places in a trace, which has neurons, a step for each sample, and u32 items"
    )]
    pub(crate) fn sampled(&self, (recorder, sampling): Sampled<'_>, trace: &Trace, from: usize) -> Vec<NotFinite> {
        let odd = trace.values.iter().enumerate().skip(from).filter(|(_, value)| !value.is_finite());
        let place = &self.populations[recorder.population];
        let found = |(at, value): (usize, &f32)| {
            let (row, column) = (at / trace.neurons.len(), at % trace.neurons.len());
            let (sample, item) = (row / self.batch as usize, row % self.batch as usize);
            NotFinite {
                slab: place.slab,
                item: item as u32,
                id: place.first_in_slab + trace.neurons[column],
                variable: sampling.variable,
                value: f64::from(*value),
                first_step: trace.steps[sample],
                steps: 1,
            }
        };
        let mut firsts: Vec<NotFinite> = Vec::new();
        for found in odd.map(found) {
            if let Err(at) = firsts.binary_search_by_key(&found.item, |first| first.item) {
                firsts.insert(at, found);
            }
        }
        // As they come: by step, then by item.
        firsts.sort_by_key(|found| (found.first_step, found.item));
        firsts
    }

    /// What comes before and what behind, of values that are not finite.
    pub(crate) fn order(&self, odd: &NotFinite) -> impl Ord + use<> {
        (odd.first_step, self.slabs[odd.slab].level, odd.slab, odd.item, odd.id, odd.variable)
    }

    /// Adds a value to those that came first in their items, which are in the items' order, unless it is behind that of its own.
    pub(crate) fn keep_first(&self, firsts: &mut Vec<NotFinite>, found: NotFinite) {
        match firsts.binary_search_by_key(&found.item, |first| first.item) {
            Ok(at) if self.order(&found) < self.order(&firsts[at]) => firsts[at] = found,
            Ok(_) => {}
            Err(at) => firsts.insert(at, found),
        }
    }

    /// As the end of a run.
    pub(crate) fn refused(&self, found: &NotFinite) -> Error {
        let (population, neuron, variable) = self.names(found);
        let NotFinite { item, value, first_step, steps, .. } = *found;
        Error::NonFinite { population, neuron, item, variable, value, first_step, steps }
    }

    /// As something that a run went on with, to this state.
    pub(crate) fn warned(&self, found: &NotFinite, end: &State) -> Warning {
        let (population, neuron, variable) = self.names(found);
        let NotFinite { slab, item, value, first_step, steps, .. } = *found;
        let size = self.slabs[slab].size as usize;
        let of_item = |values: &[f64]| {
            let finite = |id: usize| {
                values.iter().skip(id).step_by(size).all(|&value| FieldKind::F32.rounded(value).is_finite())
            };
            (0..size).filter(|&id| !finite(id)).count()
        };
        let items = end.slabs[slab].chunks_exact(size.saturating_mul(self.slabs[slab].variable_count()));
        let odd: usize = items.map(of_item).sum();
        Warning::new(
            format!("population[{population}]"),
            format!(
                "{variable} of neuron {neuron} (batch item {item}) is {value} after {}, and at the end of the run {odd} of \
                 all {} neurons of its model have such values",
                span(first_step, steps),
                size.saturating_mul(self.batch as usize)
            ),
            "what they and those that they reach do means nothing",
        )
    }

    /// Population, index in it, and variable as users write it.
    fn names(&self, found: &NotFinite) -> (String, u32, String) {
        let within = |index: &&usize| self.populations[**index].first_in_slab <= found.id;
        let last = self.slabs[found.slab].populations.iter().rfind(within).copied().unwrap_or_default();
        let variable = &self.variables(found.slab)[found.variable];
        let population = &self.populations[last];
        (population.name.clone(), found.id.saturating_sub(population.first_in_slab), self.variable_name(last, variable))
    }
}
