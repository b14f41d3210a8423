//! A value that is infinite or no number: how it is told, whoever found it.

use super::{Plan, Sampled, State};
use crate::error::span;
use crate::recording::Trace;
use crate::shader::FieldKind;
use crate::{Error, Warning};

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

impl Plan {
    /// The first of a recorder's samples, from the value `from` on, that is not finite: it may have come and gone within a window.
    #[expect(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        reason = "places in a trace, which has neurons, a step for each sample, and u32 items"
    )]
    pub(crate) fn sampled(&self, (recorder, sampling): Sampled<'_>, trace: &Trace, from: usize) -> Option<NotFinite> {
        let at = from + trace.values.get(from..)?.iter().position(|value| !value.is_finite())?;
        let place = &self.populations[recorder.population];
        let (row, column) = (at / trace.neurons.len(), at % trace.neurons.len());
        let (sample, item) = (row / self.batch as usize, row % self.batch as usize);
        Some(NotFinite {
            slab: place.slab,
            item: item as u32,
            id: place.first_in_slab + trace.neurons[column],
            variable: sampling.variable,
            value: f64::from(trace.values[at]),
            first_step: trace.steps[sample],
            steps: 1,
        })
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
