//! `current`: a constant current, or one for each step that is looked up in a table.

use super::{Lowered, Lowering, Size, Stimulation, Tables, of_catalogue, word};
use crate::Result;
use crate::model::Definition;
use crate::network::Stimulus;
use crate::plan::held::{check_column, f32_words};
use crate::plan::{Column, Target};
use crate::units::Unit;
use std::sync::Arc;

pub(super) struct Current;

impl Lowering for Current {
    fn model(&self, stimulus: &Stimulus, _path: &str) -> Result<Arc<Definition>> {
        of_catalogue(if stimulus.params.contains_key("trace") { "trace" } else { "current" })
    }

    fn size(&self, it: &Stimulation<'_>) -> Size {
        Size { words: it.elements("trace"), working: 0 }
    }

    fn lower(&self, it: &mut Stimulation<'_>, columns: Vec<Column>, tables: &mut Tables) -> Result<Lowered> {
        if !it.told.contains_key("trace") {
            // A neuron may be chosen more than once.
            let sums = it.spread(&columns[0], |sum, value| sum + value);
            check_column(&sums, &Unit::MILLIAMPERE, &format!("{}.value", it.path))?;
            return Ok(Lowered::new(Target::Current, vec![sums]));
        }
        let (shape, values) = it.array("trace", &Unit::MILLIAMPERE)?;
        let (steps, width) = it.steps(&shape, "trace", "the trace has")?;
        let first = tables.append(f32_words(values))?;
        let column = it.column_of_each(width)?;
        Ok(Lowered::new(Target::Current, vec![word(first), word(steps), word(width), column]).with_places(&[0]))
    }
}
