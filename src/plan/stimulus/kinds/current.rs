//! `current`: a constant current, or one for each step that is looked up in a table.

use super::{Given, Lowered, Lowering, Size, Stimulation, Tables, of_catalogue, word};
use crate::Result;
use crate::model::Definition;
use crate::network::StimulusKind;
use crate::plan::held::{check_column, f32_words};
use crate::plan::{Column, Target};
use crate::units::Unit;
use std::sync::Arc;

pub(super) struct Current;

impl Lowering for Current {
    fn model(&self, kind: &StimulusKind, given: &Given<'_>, _path: &str) -> Result<Arc<Definition>> {
        of_catalogue(if given.get("trace").is_some() { "trace" } else { kind.name() })
    }

    fn size(&self, _stimulation: &Stimulation<'_>, given: &Given<'_>) -> Size {
        Size { words: given.elements("trace"), working: 0 }
    }

    fn lower(
        &self,
        stimulation: &Stimulation<'_>,
        given: &mut Given<'_>,
        _model: &Definition,
        columns: Vec<Column>,
        tables: &mut Tables,
    ) -> Result<Lowered> {
        if given.get("trace").is_none() {
            // A neuron may be chosen more than once.
            let sums = stimulation.spread(&columns[0], |sum, value| sum + value);
            check_column(&sums, &Unit::MILLIAMPERE, &format!("{}.value", stimulation.path))?;
            return Ok(Lowered::new(Target::Current, vec![sums]));
        }
        let (shape, values) = given.array("trace", &Unit::MILLIAMPERE)?;
        let (steps, width) = stimulation.steps(&shape, "trace", "the trace has")?;
        let first = tables.append(f32_words(values))?;
        let column = stimulation.column_of_each(width)?;
        Ok(Lowered::new(Target::Current, vec![word(first), word(steps), word(width), column]))
    }
}
