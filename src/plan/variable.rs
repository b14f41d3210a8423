//! The state variables of a slab, in the order in which every backend lays them out.

use super::{Plan, SlabPlan};
use crate::model::{Definition, ModelKind};
use crate::shader::{Field, FieldKind};

/// A state variable: of the neuron (none of `port`, `stimulus` and `source`), of a port's synapse, of a stimulus, or of a projection's
/// model.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// Index of the port.
    pub port: Option<usize>,
    /// Index of the stimulus' slot in the slab.
    pub stimulus: Option<usize>,
    /// Index of the slot of a projection's model in the slab.
    pub source: Option<usize>,
    /// Its name in the WGSL file; for a stimulus with the model's name before it.
    pub name: String,
    /// Its unit, as the WGSL file says it; `port` stands for the port's own unit.
    pub unit: String,
    /// How the device holds it.
    pub kind: FieldKind,
}

impl Variable {
    /// Can the device hold this value? It may round it to the nearest f32, but not cut it off. What is nearer to 0 than an
    /// f32 tells comes of computing too, and is 0.
    pub fn holds(&self, value: f64) -> bool {
        match self.kind {
            FieldKind::F32 => value.abs() <= f64::from(f32::MAX),
            FieldKind::U32 => FieldKind::U32.holds(value),
        }
    }

    /// The values that the device can hold, for messages.
    pub(crate) fn legal(&self) -> &'static str {
        match self.kind {
            FieldKind::F32 => "numbers of at most 3.4e38 in size",
            FieldKind::U32 => "whole numbers from 0 to 4294967295",
        }
    }
}

impl SlabPlan {
    /// Its models: the neuron's, then those of ports and stimuli, and of projections that lead from here.
    pub(crate) fn models(&self) -> impl Iterator<Item = &Definition> {
        let ports = self.ports.iter().flat_map(|port| port.synapse.iter().chain([&port.output]));
        let stimuli = self.stimuli.iter().map(|slot| &slot.model);
        std::iter::once(&self.neuron).chain(ports).chain(stimuli).chain(&self.sources).map(AsRef::as_ref)
    }

    /// Number of its state variables, see [`Plan::variables`].
    pub(crate) fn variable_count(&self) -> usize {
        // An output has no state.
        self.models().filter(|model| model.kind != ModelKind::Output).map(|model| model.reflection.state.len()).sum()
    }
}

impl Plan {
    /// A slab's state variables: the neuron's, then each port's synapse's, then each stimulus', then those of each model of projections.
    pub fn variables(&self, slab: usize) -> Vec<Variable> {
        let slab = &self.slabs[slab];
        let variable = |field: &Field, port, stimulus, prefix: &str| Variable {
            port,
            stimulus,
            source: None,
            name: format!("{prefix}{}", field.name),
            unit: field.unit.clone(),
            kind: field.kind,
        };
        let mut variables: Vec<_> =
            slab.neuron.reflection.state.iter().map(|field| variable(field, None, None, "")).collect();
        for (port, models) in slab.ports.iter().enumerate() {
            let fields = models.synapse.iter().flat_map(|synapse| &synapse.reflection.state);
            variables.extend(fields.map(|field| variable(field, Some(port), None, "")));
        }
        for (index, slot) in slab.stimuli.iter().enumerate() {
            let before = slab.stimuli[..index].iter().filter(|other| other.model.name() == slot.model.name()).count();
            let number = if before == 0 { String::new() } else { before.saturating_add(1).to_string() };
            let prefix = format!("{}{number}.", slot.model.name());
            let fields = slot.model.reflection.state.iter();
            variables.extend(fields.map(|field| variable(field, None, Some(index), &prefix)));
        }
        for (slot, model) in slab.sources.iter().enumerate() {
            let of_source = |field| Variable { source: Some(slot), ..variable(field, None, None, "") };
            variables.extend(model.reflection.state.iter().map(of_source));
        }
        variables
    }

    /// A variable's name as users write it: `v`, `ampa.g`, or `ornstein_uhlenbeck.x`; a population's second stimulus
    /// of one model has a number, `ornstein_uhlenbeck2.x`. A variable of a projection's model has the projection's name before it.
    pub fn variable_name(&self, population: usize, variable: &Variable) -> String {
        let place = &self.populations[population];
        let source = || place.sources.get(variable.source?)?.as_ref();
        match variable.port {
            None => {
                source().map_or_else(|| variable.name.clone(), |source| format!("{}.{}", source.name, variable.name))
            }
            Some(port) => format!("{}.{}", place.ports[port].name, variable.name),
        }
    }

    /// The names of a population's variables.
    pub fn variable_names(&self, population: usize) -> Vec<String> {
        let variables = self.variables(self.populations[population].slab);
        let own = variables.iter().filter(|variable| self.has(population, variable));
        own.map(|variable| self.variable_name(population, variable)).collect()
    }

    /// Index of a population's variable of that name.
    pub fn variable_index(&self, population: usize, name: &str) -> Option<usize> {
        let variables = self.variables(self.populations[population].slab);
        variables
            .iter()
            .position(|variable| self.has(population, variable) && self.variable_name(population, variable) == name)
    }

    /// A population may lack a stimulus, or a projection's model, that others of its slab have.
    fn has(&self, population: usize, variable: &Variable) -> bool {
        let place = &self.populations[population];
        variable.stimulus.is_none_or(|slot| place.stimuli[slot].is_some())
            && variable.source.is_none_or(|slot| place.sources[slot].is_some())
    }

    /// Where a variable of a population's neuron stands in [`super::State::slabs`].
    #[expect(clippy::arithmetic_side_effects, reason = "the place of a value in memory")]
    pub fn state_index(&self, population: usize, variable: usize, batch: u32, neuron: u32) -> usize {
        let place = &self.populations[population];
        let slab = &self.slabs[place.slab];
        let variables = slab.variable_count();
        (batch as usize * variables + variable) * slab.size as usize + (place.first_in_slab + neuron) as usize
    }
}
