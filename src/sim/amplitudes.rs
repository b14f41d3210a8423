//! Amplitudes of spikes for projections that have a model: where update kernels leave them, and how who delivers a spike finds them. They
//! stand behind the words of spikes, for one window: `[step of the window][batch item][model and neuron]`.
//!
//! Kernels of networks without models know nothing of them.

use super::tables::table;
use super::texts::{AMPLITUDES, RELEASED};
use crate::plan::{Plan, SlabPlan};
use crate::shader::{Composer, constants};
use std::fmt::Write;

/// In place of where the amplitudes of a population are: there are none.
const NONE: u32 = u32::MAX;

/// How who delivers a spike gets its amplitudes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Heard {
    /// From words that nobody writes now.
    Words,
    /// From words that others write in the same dispatch, before a barrier.
    Atomics,
    /// From the lane of the same subgroup whose neuron of this slab has spiked.
    Lanes(usize),
}

/// Has any projection a model that gives spikes amplitudes?
pub(super) fn any(plan: &Plan) -> bool {
    plan.slabs.iter().any(of_slab)
}

/// Has a projection from a slab such a model?
fn of_slab(slab: &SlabPlan) -> bool {
    slab.sources.iter().any(|model| !model.is_graded())
}

/// Where amplitudes are, as constants.
pub(super) fn places(plan: &Plan, spike_words: u32) -> String {
    if !any(plan) {
        return String::new();
    }
    let first = [plan.submission_steps(), plan.batch, spike_words].into_iter().fold(1, u32::saturating_mul);
    constants(&[("AMPLITUDES", first), ("AMPLITUDE_WORDS", plan.amplitudes().1)])
}

/// Words of the amplitudes of a window.
pub(super) fn words(plan: &Plan) -> usize {
    let sizes = [plan.window, plan.batch, plan.amplitudes().1].map(|size| size as usize);
    sizes.into_iter().fold(1, usize::saturating_mul)
}

/// Where the amplitudes of a population's neurons are among those of a step and item, for the model of this number.
#[expect(clippy::arithmetic_side_effects, reason = "`Plan::check` found a binding to hold all of them")]
pub(super) fn place_of(plan: &Plan, population: usize, modelled: Option<u32>) -> u32 {
    let place = &plan.populations[population];
    let mut sources = place.sources.iter();
    let slot = sources.position(|source| source.as_ref().is_some_and(|source| Some(source.number) == modelled));
    let firsts = plan.amplitudes().0;
    slot.and_then(|slot| firsts[place.slab].get(slot)).map_or(NONE, |first| first + place.first_in_slab)
}

/// Adds what rows ask of amplitudes, but for [`of_rows`].
pub(super) fn found(composer: Composer, plan: &Plan, heard: Heard) -> Composer {
    let lanes = if let Heard::Lanes(slab) = heard { Some(slab) } else { None };
    let known = lanes.map_or_else(|| any(plan), |slab| of_slab(&plan.slabs[slab]));
    let mut text = String::new();
    const HEAR: &str = "fn hear_amplitudes(id: u32, item: u32, offset: u32, speaker: u32, lane: u32) {\n";
    if !known {
        text += "const NO_AMPLITUDES = 0xffffffffu;\n\
                 fn released(count: i32, amplitude: u32) -> i32 {\n    return count;\n}\n\
                 fn released_each(counts: vec4<i32>, amplitude: u32) -> vec4<i32> {\n    return counts;\n}\n\
                 fn amplitude_of(place: u32, row: u32, slot: u32, item: u32) -> u32 {\n    return 0u;\n}\n";
        if lanes.is_some() {
            let _ = writeln!(text, "{HEAR}}}");
        }
        return composer.glue("amplitudes", text);
    }
    let read = |at: &str| {
        if matches!(heard, Heard::Words) { format!("spikes[{at}]") } else { format!("atomicLoad(&spikes[{at}])") }
    };
    let mut value = read("amplitude_word(offset, item, place + row)");
    if let Some(slab) = lanes {
        let firsts = plan.amplitudes().0[slab].clone();
        let models = plan.slabs[slab].sources.iter().zip(firsts).filter(|(model, _)| !model.is_graded());
        let firsts: Vec<u32> = models.map(|(_, first)| first).collect();
        text += HEAR;
        let mut members = String::new();
        for (slot, first) in firsts.iter().enumerate() {
            let _ = writeln!(members, "var<private> amplitude{slot}: u32;");
            let word = read(&format!("amplitude_word(offset, item, {first}u + id)"));
            let _ = write!(
                text,
                "    var own{slot} = 0u;\n    \
                     if (lane == speaker) {{\n        own{slot} = {word};\n    }}\n    \
                     amplitude{slot} = subgroupShuffle(own{slot}, speaker);\n"
            );
        }
        text = members + &text + "}\n";
        let others = firsts.iter().enumerate().skip(1);
        value = others.fold("amplitude0".to_owned(), |value, (slot, first)| {
            format!("select({value}, amplitude{slot}, place >= {first}u)")
        });
    }
    let _ = write!(
        text,
        "fn amplitude_of(place: u32, row: u32, slot: u32, item: u32) -> u32 {{\n    \
             if (place == NO_AMPLITUDES) {{\n        return WHOLE;\n    }}\n    \
             let offset = select(slot - window.slot, slot + SLOTS - window.slot, slot < window.slot);\n    \
             return {value};\n}}\n"
    );
    let texts: &[_] = if matches!(heard, Heard::Words) { &[RELEASED, AMPLITUDES] } else { &[RELEASED] };
    composer.texts(texts).glue("amplitudes", text)
}

/// The function that says which amplitude a spike has for the strips, or the projections that are drawn, by their number; `places` are
/// where those of their source populations are.
pub(super) fn of_rows(of: &str, places: Vec<u32>, tables: &mut Vec<u32>) -> String {
    let none = places.iter().all(|&place| place == NONE);
    let name = format!("{}_AMPLITUDES", of.to_uppercase());
    let (constant, place) = match none {
        true => (String::new(), "NO_AMPLITUDES".to_owned()),
        false => (table(&name, places, tables), format!("tables[{name} + index]")),
    };
    format!(
        "{constant}fn {of}_amplitude(index: u32, row: u32, slot: u32, item: u32) -> u32 {{\n    \
             return amplitude_of({place}, row, slot, item);\n}}\n"
    )
}
