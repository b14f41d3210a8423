//! Models of the catalogue, and a user's, that need their parameters alone.
//!
//! A parameter of unit [word] that follows from the others is its model's affair: see `StimulusTwin::words`.

use super::{Lowered, Lowering, Stimulation, Tables, of_catalogue};
use crate::model::{Definition, ModelKind, Twin, catalogue};
use crate::nearest;
use crate::network::{self, Stimulus, StimulusKind};
use crate::plan::{Column, Target, slabs};
use crate::{Error, Result};
use std::sync::Arc;

pub(super) struct Model;

impl Lowering for Model {
    fn model(&self, stimulus: &Stimulus, path: &str) -> Result<Arc<Definition>> {
        if let StimulusKind::Model(own @ (network::Model::File(_) | network::Model::Source { .. })) = &stimulus.kind {
            let path = format!("{path}.kind");
            let model = slabs::model(ModelKind::Stimulus, own, &path)?;
            let word = model.reflection.params.iter().find(|field| !field.is_given());
            return word.map_or(Ok(model.clone()), |field| {
                let problem = format!("`{}` of {} is of unit [word], which nobody can give", field.name, model.name());
                Err(Error::field(path, problem, "a unit, or [1] for a pure number"))
            });
        }
        let declared = || StimulusKind::DECLARED.iter().map(|declaration| declaration.name);
        let models = catalogue()?.iter().filter(|model| model.is_general()).map(|model| model.name());
        let models: Vec<_> = models.filter(|name| declared().all(|other| other != *name)).collect();
        let name = stimulus.kind.name();
        let name = &*name;
        if models.contains(&name) {
            return of_catalogue(name);
        }
        let legal: Vec<_> = declared().chain(models).collect();
        let hint = nearest::hint(name, legal.iter().copied());
        Err(Error::field(
            format!("{path}.kind"),
            format!("there is no stimulus `{name}`{hint}"),
            format!("{}, or a .wgsl file", legal.join(", ")),
        ))
    }

    /// The columns over the population, with the words that follow from them.
    fn lower(&self, it: &mut Stimulation<'_>, mut columns: Vec<Column>, _tables: &mut Tables) -> Result<Lowered> {
        let (active, target) = (it.active()?, target(it)?);
        let fields = &it.model.reflection.params;
        let words: Vec<usize> = (0..fields.len()).filter(|&index| !fields[index].is_given()).collect();
        if let Some(Twin::Stimulus(twin)) = it.model.twin
            && !words.is_empty()
        {
            let constant = columns.iter().all(|column| matches!(column, Column::Constant(_)));
            let rows = if constant { 1 } else { columns.iter().map(|c| c.values().len()).max().unwrap_or(1) };
            let mut found = vec![Vec::with_capacity(rows); words.len()];
            for row in 0..rows {
                let values: Vec<f64> = columns.iter().map(|column| column.at(row)).collect();
                let row = twin.words(&values, it.dt_ms).map_err(|unfit| it.unfit(unfit))?;
                found.iter_mut().zip(row).for_each(|(column, word)| column.push(f64::from(word)));
            }
            for (index, values) in words.into_iter().zip(found) {
                columns[index] = if rows == 1 { Column::Constant(values[0]) } else { Column::Each(values.into()) };
            }
        }
        let params = columns.into_iter().map(|column| it.spread_each(column)).collect();
        Ok(Lowered { active, ..Lowered::new(target, params) })
    }
}

/// Events have a weight in the unit of what they enter; all else is a current.
fn target(it: &Stimulation<'_>) -> Result<Target> {
    if it.model.reflection.params.iter().any(|field| field.unit == "target") {
        return Ok(it.target());
    }
    if it.port.is_some() {
        let problem = format!("stimulus {} is a current, which enters no port", it.model.name());
        return Err(it.refused("port", problem, "no key `port`"));
    }
    Ok(Target::Current)
}
