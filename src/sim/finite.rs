//! What update kernels report of state that is not finite: the test in their stores, and its words on the host.

use crate::plan::{NotFinite, Plan};
use crate::program::report;
use crate::shader::FieldKind;
use std::fmt::Write;

/// Words of the report for so many windows, behind those that every report has.
pub(super) fn words(plan: &Plan, windows: u32) -> usize {
    (windows as usize).saturating_mul(plan.slabs.len()).saturating_mul(items(plan) as usize)
}

/// Items with words of their own: all where each may end or stop alone, else one word for all.
pub(super) fn items(plan: &Plan) -> u32 {
    if plan.items_apart() { plan.batch } else { 1 }
}

/// The body of a slab's `check`. A neuron's variables are tested together, once in a window; it is the only cost where all is well.
pub(super) fn test(variables: &[(String, FieldKind)]) -> String {
    let numbers: Vec<usize> = (0..variables.len()).filter(|&index| variables[index].1 == FieldKind::F32).collect();
    let Some((&last, before)) = numbers.split_last() else { return String::new() };
    let mut text = String::new();
    for &index in &numbers {
        let _ = writeln!(text, "    let bits{index} = bitcast<u32>((*neuron).{});", variables[index].0);
    }
    let magnitude = |index: usize| format!("(bits{index} & MAGNITUDE)");
    let largest = before.iter().fold(magnitude(last), |sum, &index| format!("max({sum}, {})", magnitude(index)));
    let _ = writeln!(text, "    if ({largest} >= INFINITE) {{\n        var found = vec2<u32>({last}u, bits{last});");
    for &index in before.iter().rev() {
        let _ = writeln!(
            text,
            "        if ({} >= INFINITE) {{\n            found = vec2<u32>({index}u, bits{index});\n        }}",
            magnitude(index)
        );
    }
    text + "        report_not_finite(place, found.x, found.y);\n    }\n"
}

/// What a submission of `steps` steps from `first_step` on reports: the first value, or that of each item where items are apart; the
/// first of all before the others.
#[expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "places in one submission's windows and in one binding, which words name; there is no slab without neuron or variable"
)]
pub(super) fn found(plan: &Plan, words: &[u32], first_step: u32, steps: u32) -> Vec<NotFinite> {
    let (slabs, items) = (plan.slabs.len(), items(plan) as usize);
    let found = |(at, word): (usize, &u32)| {
        let (value, kind) = (!word / 4, !word % 4);
        let dispatch = at / items;
        let (slab, before) = (dispatch % slabs, (dispatch / slabs) as u32 * plan.window);
        let (size, variables) = (plan.slabs[slab].size, plan.slabs[slab].variable_count() as u32);
        NotFinite {
            slab,
            item: value / variables / size,
            id: value / variables % size,
            variable: (value % variables) as usize,
            value: [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::NAN][kind as usize],
            first_step: first_step + before,
            steps: plan.window.min(steps.saturating_sub(before)),
        }
    };
    let reported = words.get(report::WORDS..).unwrap_or_default().iter().enumerate();
    let mut firsts = Vec::new();
    for found in reported.filter(|(_, word)| **word != 0).map(found) {
        plan.keep_first(&mut firsts, found);
    }
    firsts.sort_by_key(|found| plan.order(found));
    firsts
}
