//! One slab's update kernel: its text and the words of its tables.

use super::Delivery;
use super::deliver::{ENTRIES, Text, WINDOW, group_words, plain};
use super::glue::{Glue, glue};
use super::layout::Layout;
use super::recorders::{Track, sample_function};
use super::values::Values;
use crate::Result;
use crate::gpu::{REPORT, Report};
use crate::model::LIBRARY;
use crate::plan::Plan;
use crate::shader::{Composed, Composer};
use std::fmt::Write;

/// Where it has the report of a submission.
const REPORT_AT: usize = 8;

/// An update kernel.
pub(super) struct UpdateKernel {
    /// The module, with entry point `update`.
    pub composed: Composed,
    /// The slab's tables.
    pub tables: Vec<u32>,
}

const PHILOX: Text = ("shaders/lib/philox.wgsl", include_str!("../../shaders/lib/philox.wgsl"));
const TASKS: Text =
    ("shaders/kernels/hand_over_tasks.wgsl", include_str!("../../shaders/kernels/hand_over_tasks.wgsl"));
const DIRECT: Text =
    ("shaders/kernels/hand_over_directly.wgsl", include_str!("../../shaders/kernels/hand_over_directly.wgsl"));
const NOT_FINITE: Text = ("shaders/kernels/not_finite.wgsl", include_str!("../../shaders/kernels/not_finite.wgsl"));
const FIRST_LANE: Text = ("shaders/kernels/first_lane.wgsl", include_str!("../../shaders/kernels/first_lane.wgsl"));
const UPDATE: Text = ("shaders/kernels/update.wgsl", include_str!("../../shaders/kernels/update.wgsl"));

/// Composes a slab's update kernel. Values of single neurons are appended to `data`, which all slabs share.
pub(super) fn update_kernel(
    plan: &Plan,
    slab: usize,
    layout: &Layout,
    tracks: &[Track],
    data: &mut Vec<u32>,
) -> Result<UpdateKernel> {
    let populations = plan.slabs[slab].populations.iter().map(|&index| &plan.populations[index]).collect();
    let mut values = Values::new(populations, data);
    let glue = glue(plan, slab, &mut values);
    let mut tables = values.tables;
    let mut constants = layout.constants(plan);
    let _ = writeln!(constants, "const FIRST_SPIKE_WORD = {}u;", plan.spike_words().0[slab]);
    let _ = writeln!(constants, "const GROUP_WORDS = {}u;", tables.len());
    let variables = plan.slabs[slab].variable_count();
    let _ = writeln!(constants, "const VARIABLES = {variables}u;\nconst LEVELS = {}u;", plan.levels());
    let _ = writeln!(
        constants,
        "const SLABS = {}u;\nconst NOT_FINITE = {}u;",
        plan.slabs.len(),
        Report::WORDS.saturating_add(slab)
    );
    constants += &Report::binding(REPORT_AT);
    tables.extend(group_words(plan).into_iter().flatten());
    let sample = sample_function(plan, slab, &glue, tracks);
    let composed = compose(constants, &glue, sample, layout.delivery);
    composed.validate(naga::valid::Capabilities::all())?;
    Ok(UpdateKernel { composed, tables })
}

fn compose(constants: String, glue: &Glue<'_>, sample: String, delivery: Delivery) -> Composed {
    let mut composer =
        plain(Composer::new().glue("constants", constants), LIBRARY.iter().chain([&PHILOX, &WINDOW, &REPORT]));
    for (fragment, tag) in &glue.fragments {
        composer = composer.fragment(fragment, tag);
    }
    let hand_over = match delivery {
        Delivery::Tasks => &[TASKS][..],
        Delivery::Direct => &[ENTRIES, FIRST_LANE, DIRECT],
    };
    plain(composer, [UPDATE, NOT_FINITE].iter().chain(hand_over))
        .glue("cell", glue.text.clone())
        .glue("samples", sample)
        .finish()
}
