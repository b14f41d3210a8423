//! One slab's update kernel: its text and the words of its tables.

use super::Delivery;
use super::deliver::{FIRST_LANE, PHILOX, Text, WINDOW, plain, stored_rows};
use super::glue::{Glue, glue};
use super::recorders::{Track, sample_function};
use super::schedule::Schedule;
use super::strips::Strips;
use super::values::Values;
use crate::Result;
use crate::model::LIBRARY;
use crate::plan::Plan;
use crate::program::report::{self, REPORT};
use crate::shader::{Composer, Kernel};
use std::fmt::Write;

/// Where it has the report of a submission.
const REPORT_AT: usize = 7;

/// An update kernel.
pub(super) struct UpdateKernel {
    /// The module, with entry point `update`.
    pub kernel: Kernel,
    /// The slab's tables.
    pub tables: Vec<u32>,
}

const WORDS: Text =
    ("shaders/kernels/hand_over_words.wgsl", include_str!("../../shaders/kernels/hand_over_words.wgsl"));
const DIRECT: Text =
    ("shaders/kernels/hand_over_directly.wgsl", include_str!("../../shaders/kernels/hand_over_directly.wgsl"));
const NOT_FINITE: Text = ("shaders/kernels/not_finite.wgsl", include_str!("../../shaders/kernels/not_finite.wgsl"));
const ANY_LANE: Text = ("shaders/kernels/any_lane.wgsl", include_str!("../../shaders/kernels/any_lane.wgsl"));
/// The same without subgroups: each for itself.
const ALONE: &str = "fn any_lane(holds: bool) -> bool {\n    return holds;\n}\n";
const UPDATE: Text = ("shaders/kernels/update.wgsl", include_str!("../../shaders/kernels/update.wgsl"));

/// Composes a slab's update kernel. Values of single neurons are appended to `data`, which all slabs share.
pub(super) fn update_kernel(
    plan: &Plan,
    slab: usize,
    schedule: &Schedule,
    tracks: &[Track],
    data: &mut Vec<u32>,
) -> Result<UpdateKernel> {
    let populations = plan.slabs[slab].populations.iter().map(|&index| &plan.populations[index]).collect();
    let mut values = Values::new(populations, data);
    let glue = glue(plan, slab, &mut values);
    let mut tables = values.tables;
    let mut constants = schedule.constants(plan);
    let _ = writeln!(constants, "const FIRST_SPIKE_WORD = {}u;", plan.spike_words().0[slab]);
    let variables = plan.slabs[slab].variable_count();
    let _ = writeln!(constants, "const VARIABLES = {variables}u;");
    let _ = writeln!(
        constants,
        "const SLABS = {}u;\nconst NOT_FINITE = {}u;",
        plan.slabs.len(),
        report::WORDS.saturating_add(slab)
    );
    constants += &report::binding(REPORT_AT);
    let sample = sample_function(plan, slab, &glue, tracks);
    let mut composer = compose(constants, &glue, sample, schedule);
    if schedule.delivery == Delivery::Direct {
        let (parts, sources) = (&plan.synapses.parts, plan.slabs[slab].populations.iter().copied());
        composer = stored_rows(composer, Strips::of(plan, parts, sources), parts.len(), &mut tables);
    }
    let composed = composer.finish();
    Ok(UpdateKernel { kernel: composed.kernel("update")?, tables })
}

fn compose(constants: String, glue: &Glue<'_>, sample: String, schedule: &Schedule) -> Composer {
    let constants = if schedule.subgroups { constants } else { constants + ALONE };
    let lanes: &[Text] = if schedule.subgroups { &[ANY_LANE] } else { &[] };
    let mut composer = plain(
        Composer::new().glue("constants", constants),
        LIBRARY.iter().chain([&PHILOX, &WINDOW, &REPORT]).chain(lanes),
    );
    for (fragment, tag) in &glue.fragments {
        composer = composer.fragment(fragment, tag);
    }
    let hand_over = match schedule.delivery {
        Delivery::Separate => &[WORDS][..],
        Delivery::Direct => &[FIRST_LANE, DIRECT],
    };
    plain(composer, [UPDATE, NOT_FINITE].iter().chain(hand_over))
        .glue("neuron", glue.text.clone())
        .glue("samples", sample)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::Usage;
    use crate::gpu::tests::gpu;

    const BALLOTS: &str = "
        @group(0) @binding(0) var<storage, read> ballots: array<vec4<u32>>;
        @group(0) @binding(1) var<storage, read_write> first: array<u32>;
        @compute @workgroup_size(1) fn ballot(@builtin(workgroup_id) id: vec3<u32>) {
            first[id.x] = first_lane(ballots[id.x]);
        }";

    /// No device of ours has subgroups of more than 32 lanes.
    #[test]
    #[cfg_attr(without_device, ignore = "there is no device")]
    fn the_first_lane_of_any_ballot_is_found() {
        let gpu = gpu();
        let text = format!("{}{BALLOTS}", FIRST_LANE.1);
        // Each lane alone, and with all behind it.
        let ballot = |lanes: u128| [0, 32, 64, 96].map(|shift| (lanes >> shift) as u32);
        let ballots: Vec<[u32; 4]> = (0..128).flat_map(|lane| [ballot(1 << lane), ballot(u128::MAX << lane)]).collect();
        let given = gpu.buffer_of("ballots", &ballots, Usage::Storage).unwrap();
        let found = gpu.buffer::<u32>("first lanes", ballots.len(), Usage::Storage).unwrap();
        let pipeline = gpu.compile("ballot", &text, "ballot").unwrap();
        let group = gpu.bind(&pipeline, &[&given, &found]).unwrap();
        let mut recorder = gpu.recorder("ballot");
        recorder.pass("ballot").dispatch(&pipeline, &group, &[], [ballots.len() as u32, 1, 1]);
        recorder.submit().unwrap();
        let expected: Vec<u32> = (0..128).flat_map(|lane| [lane, lane]).collect();
        assert_eq!(gpu.read(&found, 0..ballots.len()).unwrap(), expected);
    }
}
