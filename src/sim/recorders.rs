//! Recorded variables: where an update kernel writes its samples, and how they come back.

use super::glue::Glue;
use crate::plan::{Plan, Sampled, Sampling};
use crate::recording::Period;
use crate::shader::FieldKind;
use std::fmt::Write;
use std::ops::Range;

/// Marks a neuron that a recorder does not sample.
const UNSAMPLED: u32 = u32::MAX;

/// A recorder's part of the traces buffer.
#[derive(Debug, Clone)]
pub(super) struct Track {
    /// First word of its part.
    first: u32,
    /// Sampled neurons.
    width: u32,
    /// \[steps\] The interval.
    every: u32,
    period: Period,
    /// First word in `data` of each neuron's column, and the columns; `None` where all are sampled in order.
    columns: Option<(u32, Vec<u32>)>,
}

impl Track {
    /// The rows that samples of these steps fill.
    pub(super) fn rows(&self, steps: Range<u32>) -> usize {
        self.period.samples(self.every, steps).len()
    }

    /// The rows that so many steps fill at most.
    pub(super) fn room(&self, steps: u32) -> usize {
        self.period.most_samples(self.every, steps) as usize
    }

    /// The word of its first row, and words of a row.
    pub(super) fn place(&self, batch: u32) -> (usize, usize) {
        (self.first as usize, (batch as usize).saturating_mul(self.width as usize))
    }

    /// Appends its columns to the words of all slabs, as [`tracks`] has foreseen.
    pub(super) fn append_columns(&self, data: &mut Vec<u32>) {
        data.extend(self.columns.iter().flat_map(|(_, columns)| columns));
    }
}

/// Lays out all recorders' parts for submissions of `steps` steps.
#[expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "`Plan::check` found one binding to hold all samples, and one all columns"
)]
pub(super) fn tracks(plan: &Plan, steps: u32) -> Vec<Track> {
    let mut first = 0;
    let mut next_column = plan.data.len() as u32;
    let lay = |(recorder, Sampling { every, .. }): Sampled<'_>| {
        let size = plan.populations[recorder.population].size;
        let width = recorder.width(plan);
        let columns = recorder.neurons.as_ref().map(|neurons| {
            let mut columns = vec![UNSAMPLED; size as usize];
            for (column, &neuron) in (0..).zip(neurons) {
                columns[neuron as usize] = column;
            }
            let at = next_column;
            next_column += size;
            (at, columns)
        });
        let track = Track { first, width, every, period: recorder.period, columns };
        let (at, row) = track.place(plan.batch);
        first = (at + row * track.room(steps)) as u32;
        track
    };
    plan.samplers().map(lay).collect()
}

/// The function `sample` of a slab.
pub(super) fn sample_function(plan: &Plan, slab: usize, glue: &Glue, tracks: &[Track]) -> String {
    let mut body = String::new();
    for ((recorder, sampling), track) in plan.samplers().zip(tracks) {
        let population = plan.slabs[slab].populations.iter().position(|&index| index == recorder.population);
        let Some(population) = population else { continue };
        let (variable, kind) = &glue.variables[sampling.variable];
        let value = match kind {
            FieldKind::F32 => format!("(*neuron).{variable}"),
            FieldKind::U32 => format!("f32((*neuron).{variable})"),
        };
        let column = match &track.columns {
            Some((at, _)) => format!("data[{at}u + place.neuron]"),
            None => "place.neuron".to_owned(),
        };
        let &Track { every, first, width, period: Period { start, stop }, .. } = track;
        let (mut within, mut begin) = (String::new(), "window.first_step".to_owned());
        if start > 0 {
            (within, begin) = (format!(" && step >= {start}u"), format!("max({begin}, {start}u)"));
        }
        if stop < u32::MAX {
            within += &format!(" && step < {stop}u");
        }
        // As many samples of this submission lie before this one as whole intervals do. (No number here exceeds u32.)
        let _ = write!(
            body,
            "    if (place.population == {population}u && step % {every}u == 0u{within}) {{\n        \
                     let column = {column};\n        \
                     let row = (step - {begin}) / {every}u * BATCH + place.batch;\n        \
                     if (column != {UNSAMPLED}u) {{\n            \
                         traces[{first}u + row * {width}u + column] = {value};\n        \
                     }}\n    }}\n",
        );
    }
    format!("fn sample(neuron: ptr<function, Neuron>, place: Place, step: u32) {{\n{body}}}\n")
}
