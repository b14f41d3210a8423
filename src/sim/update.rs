//! The update kernel of a slab, and the kernel that steps all slabs of a small network: their texts and the words of their tables.

use super::amplitudes::{self, Heard};
use super::bindings::{self, Ring};
use super::deliver::{SPIKE, spike_tables};
use super::deliveries::level_words;
use super::finite;
use super::gathers;
use super::glue::{Fragments, glue};
use super::recorders::{Track, sample_function};
use super::rows::{Rows, in_order_of_bits, rows};
use super::texts::{AMPLITUDES, FIRST_LANE, PHILOX, WINDOW, WORDS_OF_LANES};
use super::tuning::{Tuning, dt};
use super::values::Values;
use crate::Result;
use crate::gpu::Limits;
use crate::model::{DATA, LIBRARY};
use crate::options::Schedule;
use crate::plan::{Plan, SlabPlan};
use crate::program::report::{self, REPORT};
use crate::random::key;
use crate::shader::{Composer, Kernel, Text, constants as constants_of, renamed, text};
use std::fmt::Write;

const WORDS: Text = text!("kernels/hand_over_words.wgsl");
const DIRECT: Text = text!("kernels/hand_over_directly.wgsl");
const SHARED_RING: Text = text!("kernels/shared_ring.wgsl");
const UPDATE_DIRECTLY: Text = text!("kernels/update_directly.wgsl");
const RESIDENT: Text = text!("kernels/resident.wgsl");
const NOT_FINITE: Text = text!("kernels/not_finite.wgsl");
const DERIVE: Text = text!("kernels/derive.wgsl");
const TINY: Text = text!("kernels/tiny.wgsl");
const ANY_LANE: Text = text!("kernels/any_lane.wgsl");
/// The same without subgroups: each for itself.
const ALONE: &str = "fn any_lane(holds: bool) -> bool {\n    return holds;\n}\n";
const NOTE_AMPLITUDE: Text = text!("kernels/note_amplitude.wgsl");
const UPDATE: Text = text!("kernels/update.wgsl");

/// Neurons of one slab that an invocation keeps through all windows, at most.
const KEPT: u32 = 4;

/// A kernel that steps neurons.
pub(super) struct UpdateKernel {
    /// Its module and entry point.
    pub kernel: Kernel,
    /// Its tables.
    pub tables: Vec<u32>,
    /// Kernels that see the same tables and compute once what it reads, each with its slab.
    pub derive: Vec<(usize, Kernel)>,
}

/// What kernels that step neurons are made of.
pub(super) struct Updates<'p, 'd> {
    plan: &'p Plan,
    tuning: &'d Tuning,
    tracks: &'d [Track],
    /// Invocations of a workgroup of what is computed once, the same for all schedules.
    derive_workgroup: u32,
    /// Words that all slabs share: values of single neurons are appended.
    data: &'d mut Vec<u32>,
    /// WGSL that knows the seed of an item.
    seeds: String,
}

/// A slab's part of a kernel.
#[derive(PartialEq)]
pub(super) struct SlabText {
    /// Its texts, with their paths.
    texts: Vec<(&'static str, String)>,
    /// The tables so far, with its own.
    tables: Vec<u32>,
    /// What is computed once: a kernel but for the models; empty if nothing is.
    derive: String,
}

/// The name by which the `slab`-th state is bound where there are several.
pub(super) fn state_of(slab: usize) -> String {
    renamed(&tag(slab), "state")
}

fn tag(slab: usize) -> String {
    format!("slab{slab}")
}

/// WGSL that knows the seed of an item; where there are several, they are appended to these words.
fn seeds(plan: &Plan, data: &mut Vec<u32>) -> String {
    let seed = match plan.seeds.as_slice() {
        [seed] => {
            let [low, high] = key(*seed);
            format!("vec2<u32>({low}u, {high}u)")
        }
        seeds => {
            let first = data.len();
            data.extend(seeds.iter().copied().flat_map(key));
            format!("vec2<u32>(data[{first}u + 2u * item], data[{first}u + 2u * item + 1u])")
        }
    };
    format!("fn seed_of(item: u32) -> vec2<u32> {{\n    return {seed};\n}}\n")
}

impl<'p, 'd> Updates<'p, 'd> {
    pub(super) fn new(
        plan: &'p Plan,
        tuning: &'d Tuning,
        limits: &Limits,
        tracks: &'d [Track],
        data: &'d mut Vec<u32>,
    ) -> Self {
        let seeds = seeds(plan, data);
        Self { plan, tuning, tracks, derive_workgroup: plan.workgroup(limits), data, seeds }
    }

    /// A slab's update kernel.
    ///
    /// # Errors
    /// [`Error::Shader`](crate::Error::Shader) for a model that does not fit it.
    pub(super) fn of_slab(&mut self, slab: usize) -> Result<UpdateKernel> {
        let direct = self.tuning.schedule == Schedule::Direct;
        let mut fragments = Fragments::new();
        let SlabText { texts, mut tables, derive } = self.slab(slab, Vec::new(), &mut fragments);
        let derive = self.derive([(slab, derive)], &fragments)?;
        let ring = if direct { Ring::Atomic } else { Ring::Own };
        let mut composer = self.head(ring, &fragments).glue("window", bindings::WINDOW);
        if direct {
            let sources = self.plan.slabs[slab].populations.iter().copied();
            (composer, _) = rows(
                composer.texts([&FIRST_LANE]),
                self.plan,
                Rows::all(self.plan),
                sources,
                &mut tables,
                Heard::Lanes(slab),
            );
        }
        composer = texts.into_iter().fold(composer, |composer, (path, text)| composer.plain(path, text));
        if direct {
            composer = composer.texts([&UPDATE_DIRECTLY]);
        }
        Ok(UpdateKernel { kernel: composer.finish().kernel("update")?, tables, derive })
    }

    /// The kernel of all slabs, each of which has its state bound as [`state_of`] says.
    ///
    /// # Errors
    /// [`Error::Shader`](crate::Error::Shader) for a model that does not fit it.
    pub(super) fn resident(&mut self) -> Result<UpdateKernel> {
        let plan = self.plan;
        let (mut fragments, mut slabs, mut tables) = (Fragments::new(), Vec::new(), Vec::new());
        let mut derive = Vec::new();
        for slab in 0..plan.slabs.len() {
            let text = self.slab(slab, tables, &mut fragments);
            tables = text.tables;
            slabs.push(text.texts);
            derive.push((slab, text.derive));
        }
        let derive = self.derive(derive, &fragments)?;
        let sources: Vec<_> = in_order_of_bits(plan).collect();
        let head = self.head(Ring::Atomic, &fragments).glue("tables of spikes", spike_tables(plan, &mut tables));
        let composer = head.texts([&FIRST_LANE]);
        let (mut composer, _) = rows(composer, plan, Rows::all(plan), sources.into_iter(), &mut tables, Heard::Atomics);
        for (slab, texts) in slabs.into_iter().enumerate() {
            let text: Vec<_> = texts.into_iter().map(|(_, text)| text).collect();
            composer = composer.glue_tagged(&format!("slab {slab}"), text.concat(), &tag(slab));
        }
        let composer = composer.texts([&SPIKE, &WORDS_OF_LANES, &RESIDENT]).glue("resident", self.entry());
        Ok(UpdateKernel { kernel: composer.finish().kernel("resident")?, tables, derive })
    }

    /// What of the plan's values stands in kernels: the parts of all slabs, one after the other.
    pub(super) fn parts(&mut self) -> Vec<SlabText> {
        let mut fragments = Fragments::new();
        (0..self.plan.slabs.len()).map(|slab| self.slab(slab, Vec::new(), &mut fragments)).collect()
    }

    /// What comes before slabs.
    fn head(&self, ring: Ring, fragments: &Fragments<'_>) -> Composer {
        let mut constants = self.tuning.constants(self.plan);
        let _ = writeln!(constants, "const SLABS = {}u;", self.plan.slabs.len());
        let _ = writeln!(constants, "const REPORTED = {}u;", finite::items(self.plan));
        constants += &self.seeds;
        constants += &bindings::of_neurons(ring, !self.tracks.is_empty());
        constants += &gathers::head(self.plan, ring);
        let lanes: &[Text] = if self.tuning.subgroups { &[ANY_LANE] } else { &[] };
        if lanes.is_empty() {
            constants += ALONE;
        }
        let noted: &[Text] = if amplitudes::any(self.plan) { &[AMPLITUDES, NOTE_AMPLITUDE] } else { &[] };
        let texts = LIBRARY.iter().chain([&PHILOX, &TINY, &WINDOW, &REPORT]).chain(lanes).chain(noted);
        let composer = Composer::new().glue("constants", constants).texts(texts);
        fragments.iter().fold(composer, |composer, (fragment, tag)| composer.fragment(fragment, tag))
    }

    /// The kernels that compute once what slabs of these texts read.
    fn derive(
        &self,
        slabs: impl IntoIterator<Item = (usize, String)>,
        fragments: &Fragments<'_>,
    ) -> Result<Vec<(usize, Kernel)>> {
        let texts = LIBRARY.iter().filter(|text| **text != DATA).chain([&REPORT, &DERIVE]);
        let of = |(slab, text): (usize, String)| {
            let constants = constants_of(&[("DERIVE_WORKGROUP", self.derive_workgroup)]) + &dt(self.plan);
            let tables = bindings::TABLES;
            let composer = Composer::new().glue("constants", constants + tables).texts(texts.clone());
            let composer =
                fragments.iter().fold(composer, |composer, (fragment, tag)| composer.fragment(fragment, tag));
            Ok((slab, composer.glue("derive", text).finish().kernel("derive")?))
        };
        slabs.into_iter().filter(|(_, text)| !text.is_empty()).map(of).collect()
    }

    /// A slab's part.
    fn slab(&mut self, slab: usize, tables: Vec<u32>, fragments: &mut Fragments<'p>) -> SlabText {
        let plan = self.plan;
        let populations = plan.slabs[slab].populations.iter().map(|&index| &plan.populations[index]).collect();
        let mut values = Values::new(populations, tables, self.data, [plan.items(&plan.slabs[slab]), plan.batch]);
        let glue = glue(plan, slab, &mut values, fragments);
        let gathering = gathers::of_slab(plan, slab, &mut values);
        let constants = [
            ("FIRST_SPIKE_WORD", plan.spike_words().0[slab] as usize),
            ("VARIABLES", plan.slabs[slab].variable_count()),
            ("NOT_FINITE", (finite::items(plan) as usize).saturating_mul(slab).saturating_add(report::WORDS)),
        ];
        let mut constants = constants_of(&constants);
        constants.extend(gathering.iter().map(|(_, text)| text.as_str()));
        let size = constants_of(&[("SLAB", plan.slabs[slab].size)]);
        let derive = match glue.derive.as_str() {
            "" => String::new(),
            body => format!("{size}{}fn derive_of(place: Place) {{\n{body}}}\n", glue.population_of),
        };
        let hand_over: &[Text] = match self.tuning.schedule {
            Schedule::Windowed => &[WORDS],
            Schedule::Direct => &[SHARED_RING, DIRECT],
            Schedule::Resident => &[SHARED_RING],
        };
        let own = [UPDATE, NOT_FINITE].iter().chain(hand_over).map(|(path, text)| (*path, (*text).to_owned()));
        let sample = sample_function(plan, slab, &glue, self.tracks);
        let mut texts = vec![("constants", size + &constants)];
        texts.extend(own);
        texts.extend(gathering.map(|((path, text), _)| (path, text.to_owned())));
        texts.extend([("neuron", glue.text), ("samples", sample)]);
        SlabText { texts, tables: values.tables, derive }
    }

    /// The entry point `resident`. Who shares a level steps together, and none sees another's spikes. Few neurons of an invocation stay
    /// with it through all windows: loops over them are short, and unrolled.
    fn entry(&self) -> String {
        let workgroup = self.tuning.workgroup.max(1);
        let rounds = |slab: &SlabPlan| slab.size.div_ceil(workgroup);
        let (mut begin, mut end) = (String::new(), String::new());
        let mut levels = String::new();
        let words = level_words(self.plan);
        for (index, slab) in self.plan.slabs.iter().enumerate() {
            let name = |name: &str| renamed(&tag(index), name);
            let [neuron, load, store, place_of] = ["Neuron", "load", "store", "place_of"].map(name);
            let [size, record] = ["SLAB", "record_spikes"].map(name);
            let each = |indent: usize, body: &str| {
                let (pad, rounds) = (" ".repeat(indent), rounds(slab));
                format!(
                    "{pad}for (var k = 0u; k < {rounds}u; k++) {{\n\
                     {pad}    let place = {place_of}(k * WORKGROUP + id, item);\n\
                     {pad}    if (place.id < {size}) {{\n{body}{pad}    }}\n{pad}}}\n"
                )
            };
            if rounds(slab) <= KEPT {
                let all = format!("neurons{index}");
                let _ = writeln!(begin, "    var {all}: array<{neuron}, {}>;", rounds(slab));
                begin += &each(4, &format!("            {all}[k] = {load}(place);\n"));
                let own = format!("            var neuron = {all}[k];\n");
                end += &each(4, &format!("{own}            {store}(&neuron, place);\n"));
                let step = name("step_window");
                levels += &each(
                    8,
                    &format!(
                        "    {own}                {record}(place, {step}(&neuron, place));\n                \
                         {all}[k] = neuron;\n"
                    ),
                );
            } else {
                let compute = name("compute");
                levels += &each(8, &format!("                {record}(place, {compute}(place));\n"));
            }
            // What one invocation leaves another reads.
            if self.plan.slabs.get(index.saturating_add(1)).is_none_or(|next| next.level > slab.level) {
                let [first, count] = words[slab.level as usize];
                let _ = write!(
                    levels,
                    "        storageBarrier();\n        \
                     deliver_level(item, id, lane, lanes, {first}u, {count}u);\n        storageBarrier();\n"
                );
            }
        }
        format!(
            "@compute @workgroup_size(WORKGROUP)\nfn resident(\n    \
                 @builtin(workgroup_id) workgroup: vec3<u32>,\n    \
                 @builtin(subgroup_id) subgroup: u32,\n    \
                 @builtin(subgroup_invocation_id) lane: u32,\n    \
                 @builtin(subgroup_size) lanes: u32,\n) {{\n    \
                 let item = workgroup.x;\n    \
                 let id = subgroup * lanes + lane;\n    \
                 window = submission;\n{begin}    \
                 for (var done = 0u; done < submission.steps; done += WINDOW) {{\n        \
                     begin_window(done);\n{levels}    }}\n{end}    \
                 if (subgroup == 0u && lane == 0u) {{\n        count_workgroup();\n    }}\n}}\n"
        )
    }
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
