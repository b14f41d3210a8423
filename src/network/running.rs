//! Values that a network may have others of while it runs, and what it was before, for when that is refused later.

use super::path::{Change, List, Old, Place};
use super::{Array, Model, Network, Part, Population, Port, Positions, Stimulus, Value, Written};
use crate::{Error, Result};

/// An element of which a value has changed, as it was before.
pub(crate) enum Before {
    Population(usize, Box<Population>),
    Stimulus(usize, Box<Stimulus>),
    Weight(usize, Box<Value>),
    Source(usize, Box<Option<Part>>),
}

/// Where that is.
pub(crate) enum Running {
    Population(usize),
    Stimulus(u32),
    Weight(usize),
    Source(usize),
}

impl Before {
    pub(crate) fn at(&self) -> Running {
        match self {
            Self::Population(index, _) => Running::Population(*index),
            Self::Stimulus(index, _) => Running::Stimulus(u32::try_from(*index).unwrap_or(u32::MAX)),
            Self::Weight(index, _) => Running::Weight(*index),
            Self::Source(index, _) => Running::Source(*index),
        }
    }
}

/// What a running network may be told, for messages.
const LEGAL: &str = "params, ports and init of populations, what stimuli are told, weights of projections \
                     and parameters of their models";

impl Network {
    /// As [`Network::set`], for a value that a running network may have another of.
    ///
    /// # Errors
    /// Those of [`Network::set`]; [`Error::Field`] for what makes another network of it.
    pub(crate) fn set_running(&mut self, path: &str, value: &Written) -> Result<Before> {
        let refused = || Err(Error::field(path, "a network keeps it while it runs", LEGAL));
        let Place { element, keys } = self.place(path)?;
        let may_change = match element {
            Some((List::Populations | List::Stimuli, _)) => true,
            Some((List::Projections, _)) => matches!(keys.split('.').next(), Some("weight" | "model")),
            Some((List::Records, _)) | None => false,
        };
        if !may_change {
            // What is wrong with the path is said first.
            let own = self.path(path)?;
            let known = self.paths().contains(&own);
            return if known { Ok(()) } else { self.get(path).map(drop) }.and_then(|()| refused());
        }
        let of_model = keys.split('.').next() == Some("model");
        let Change { old, .. } = self.change(path, value.into())?;
        let index = element.map_or(0, |(_, index)| index);
        let before = match old {
            Old::Population(population) => Before::Population(index, population),
            Old::Stimulus(stimulus) => Before::Stimulus(index, stimulus),
            Old::Projection(old) if of_model => Before::Source(index, Box::new(old.model)),
            Old::Projection(old) => Before::Weight(index, Box::new(old.weight)),
            Old::Other => return refused(),
        };
        if self.runs_on(&before) {
            return Ok(before);
        }
        self.put_back(before);
        refused()
    }

    /// What [`set_running`](Self::set_running) of `stimulus[…].rate` makes of it, for rates that were found to be legal.
    pub(crate) fn told_rates(&mut self, stimulus: usize, rates: &Array) {
        if let Some(stimulus) = self.stimuli.get_mut(stimulus) {
            stimulus.params.insert("rate".to_owned(), rates.clone().into());
        }
    }

    /// Undoes a change.
    pub(crate) fn put_back(&mut self, before: Before) {
        match before {
            Before::Population(index, population) => self.populations[index] = *population,
            Before::Stimulus(index, stimulus) => self.stimuli[index] = *stimulus,
            Before::Weight(index, weight) => self.projections[index].weight = *weight,
            Before::Source(index, model) => self.projections[index].model = *model,
        }
    }

    /// Is it the same network still, but for values?
    fn runs_on(&self, before: &Before) -> bool {
        match before {
            Before::Population(index, old) => {
                let new = &self.populations[*index];
                let of = |it: &Population| -> (String, u32, Model, Option<Positions>) {
                    (it.name.clone(), it.size, it.model.clone(), it.positions.clone())
                };
                let ports = new.ports.iter().map(|(name, port)| (name, kinds(port)));
                of(new) == of(old) && ports.eq(old.ports.iter().map(|(name, port)| (name, kinds(port))))
            }
            Before::Stimulus(index, old) => {
                let new = &self.stimuli[*index];
                (&new.name, &new.target, &new.kind, &new.port, &new.neurons)
                    == (&old.name, &old.target, &old.kind, &old.port, &old.neurons)
            }
            Before::Weight(..) => true,
            Before::Source(index, old) => {
                let name = |model: &Option<Part>| model.as_ref().map(|part| part.model.clone());
                name(&self.projections[*index].model) == name(old)
            }
        }
    }
}

/// The models of a port, with the variable that it adds to: what makes it the port that it is, whatever its values are.
pub(crate) fn kinds(port: &Port) -> (Option<&Model>, &Model, Vec<&Value>) {
    let words = port.output.params.values().filter(|value| matches!(value, Value::Choice(_)));
    (port.synapse.as_ref().map(|part| &part.model), &port.output.model, words.collect())
}
