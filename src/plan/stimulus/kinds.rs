//! Who lowers which kind of stimulus.

mod current;
mod dense;
mod model;
mod poisson_encoder;
mod poisson_input;
mod spike_times;

pub use poisson_encoder::HeldRates;

use super::stimulation::Stimulation;
use super::{Lowered, Size, Tables};
use crate::model::{Definition, ModelKind, find};
use crate::network::{Stimulus, StimulusKind};
use crate::plan::Column;
use crate::{Error, Result};
use std::sync::Arc;

/// How stimuli of a kind are lowered.
pub(super) trait Lowering: Sync {
    /// The model of the catalogue that computes it.
    fn model(&self, stimulus: &Stimulus, _path: &str) -> Result<Arc<Definition>> {
        of_catalogue(&stimulus.kind.name())
    }

    /// What lowering it takes, from the shapes of its arrays.
    fn size(&self, _it: &Stimulation<'_>) -> Size {
        Size::default()
    }

    /// What it becomes; `columns` are those of the model's parameters, over the chosen neurons, with 0 for words.
    fn lower(&self, it: &mut Stimulation<'_>, columns: Vec<Column>, tables: &mut Tables) -> Result<Lowered>;
}

/// One line for each kind.
pub(super) fn lowering(kind: &StimulusKind) -> &'static dyn Lowering {
    match kind {
        StimulusKind::PoissonInput => &poisson_input::PoissonInput,
        StimulusKind::PoissonEncoder => &poisson_encoder::PoissonEncoder,
        StimulusKind::Current => &current::Current,
        StimulusKind::Dense => &dense::Dense,
        StimulusKind::SpikeTimes => &spike_times::SpikeTimes,
        StimulusKind::Model(_) => &model::Model,
    }
}

fn of_catalogue(name: &str) -> Result<Arc<Definition>> {
    find(ModelKind::Stimulus, name)?
        .ok_or_else(|| Error::request(format!("stimulus {name}"), "the catalogue lacks it", ""))
}

/// The same number for all neurons. (More steps than words count are as good as their largest: none comes after.)
fn word(number: impl TryInto<u32>) -> Column {
    Column::Constant(f64::from(number.try_into().unwrap_or(u32::MAX)))
}
