//! A plan on the device: its buffers, its compiled kernels, and what one window dispatches.

use super::deliver::{deliver_kernel, draw_kernel};
use super::recorders::Track;
use super::schedule::Schedule;
use super::update::{UpdateKernel, update_kernel};
use super::{Delivery, finite};
use crate::Result;
use crate::gpu::{BindGroup, Binding, Buffer, Gpu, Pass, Pipeline, Report, Usage, count};
use crate::plan::Plan;

/// Kernels and buffers of a plan.
pub(super) struct Program {
    levels: Vec<Level>,
    /// Workgroups of a window, known before any is dispatched: so one that is not is missed.
    workgroups: u32,
    /// Each slab's state, `[batch, variable, neuron]`.
    pub states: Vec<Buffer<u32>>,
    /// The delay ring, in tiles: for each block `[slot, batch, inlet]`.
    pub ring: Buffer<i32>,
    /// Spikes of each step of a submission, one bit a neuron.
    pub spikes: Buffer<u32>,
    /// Samples of a submission, each recorder's in its own part.
    pub traces: Buffer<f32>,
    /// The plan's words, and behind them those of columns.
    pub data: Buffer<u32>,
    /// What the kernels of a submission tell of it.
    pub report: Report,
}

/// What is dispatched together: slabs that do not wait for each other's spikes, and the delivery of theirs.
struct Level {
    updates: Vec<Dispatch>,
    /// One for as many bindings of entries as a kernel has.
    delivers: Vec<Dispatch>,
    /// The first word of its spikes in a step, and how many there are.
    words: [u32; 2],
}

#[derive(Clone)]
struct Dispatch {
    pipeline: Pipeline,
    group: BindGroup,
    workgroups: [u32; 3],
}

/// The synapses on the device.
struct Synapses {
    starts: Buffer<u32>,
    /// The entries of each part; of none, where there are no synapses.
    parts: Vec<Buffer<u32>>,
}

impl Program {
    /// Allocates and compiles.
    #[expect(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        reason = "`Plan::check` found a binding to hold each of these tables"
    )]
    pub(super) fn new(gpu: &Gpu, plan: &Plan, schedule: &Schedule, tracks: &[Track]) -> Result<Self> {
        let max_steps = plan.submission_steps();
        let mut data = plan.data.clone();
        tracks.iter().for_each(|track| track.append_columns(&mut data));
        let kernels = (0..plan.slabs.len()).map(|slab| update_kernel(plan, slab, schedule, tracks, &mut data));
        let kernels = kernels.collect::<Result<Vec<_>>>()?;
        let data = gpu.buffer_of("parameters and stimuli", &data, Usage::Storage)?;

        let ring = gpu.buffer("delay ring", plan.ring_len() as usize, Usage::Storage)?;
        let spike_words = max_steps as usize * plan.batch as usize * schedule.spike_words as usize;
        let spikes = gpu.buffer("recorded spikes", spike_words, Usage::Storage)?;
        let traces = gpu.buffer("recorded variables", plan.sample_words(max_steps) as usize, Usage::Storage)?;
        let synapses = Synapses::new(gpu, plan)?;
        let report = Report::new(gpu, finite::words(plan, plan.submission))?;

        let mut states = Vec::with_capacity(plan.slabs.len());
        let mut updates = Vec::with_capacity(plan.slabs.len());
        for (slab, kernel) in kernels.iter().enumerate() {
            let state = gpu.buffer("neuron state", plan.state_len(slab) as usize, Usage::Storage)?;
            let tables = gpu.buffer_of("slab tables", &kernel.tables, Usage::Storage)?;
            let named: [(&str, &dyn Binding); 9] = [
                ("tables", &tables),
                ("data", &data),
                ("state", &state),
                ("ring", &ring),
                ("starts", &synapses.starts),
                ("entries0", &synapses.parts[0]),
                ("spikes", &spikes),
                ("report", report.words()),
                ("traces", &traces),
            ];
            let bound: Vec<_> = kernel
                .kernel
                .bindings
                .iter()
                .filter_map(|bound| named.iter().find(|n| n.0 == bound.name))
                .map(|n| n.1)
                .collect();
            updates.push(update(gpu, plan, slab, kernel, &bound, schedule)?);
            states.push(state);
        }
        let mut levels = levels(plan);
        for (slab, update) in plan.slabs.iter().zip(updates) {
            levels[slab.level as usize].updates.push(update);
        }
        if schedule.delivery == Delivery::Separate && plan.synapses.count > 0 {
            let buffers = (&synapses, &spikes, &ring, &report);
            deliver_from_all(gpu, plan, schedule, buffers, &mut levels)?;
        }
        let mut program = Self { levels, workgroups: 0, states, ring, spikes, traces, data, report };
        program.workgroups = program.dispatches().into_iter().map(count).fold(0, u32::wrapping_add);
        Ok(program)
    }

    /// Dispatches the `index`-th window of a submission that begins at `first_step`: `steps` steps from `step` on, the
    /// first of which is served from ring slot `slot`.
    #[expect(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        reason = "numbers of lists and of shards, for all of which there are buffers"
    )]
    pub(super) fn window(&self, pass: &mut Pass<'_>, index: u32, [step, steps, slot, first_step]: [u32; 4]) {
        let levels = self.levels.len() as u32;
        for (level, Level { updates, delivers, words: [first_word, words] }) in (0..).zip(&self.levels) {
            let immediates = [step, steps, slot, index * levels + level, first_step, *first_word, *words];
            for Dispatch { pipeline, group, workgroups } in updates.iter().chain(delivers) {
                pass.dispatch(pipeline, group, bytemuck::bytes_of(&immediates), *workgroups);
            }
        }
    }

    /// The workgroups of each dispatch of a window.
    pub(super) fn dispatches(&self) -> Vec<[u32; 3]> {
        let dispatches = self.levels.iter().flat_map(|level| level.updates.iter().chain(&level.delivers));
        dispatches.map(|dispatch| dispatch.workgroups).collect()
    }

    /// As a driver does that skips the `index`-th dispatch of each window.
    #[cfg(test)]
    pub(super) fn skip(&mut self, index: usize) {
        let dispatches = self.levels.iter_mut().flat_map(|level| level.updates.iter_mut().chain(&mut level.delivers));
        dispatches.skip(index).take(1).for_each(|dispatch| dispatch.workgroups = [0; 3]);
    }

    /// Dispatches what leaves the number of the step that is reached, after so many windows of a submission whose report
    /// was cleared.
    pub(super) fn finish(&self, pass: &mut Pass<'_>, windows: u32, reached: u32) {
        self.report.finish(pass, [0, reached], windows.wrapping_mul(self.workgroups));
    }
}

impl Synapses {
    fn new(gpu: &Gpu, plan: &Plan) -> Result<Self> {
        let table = &plan.synapses;
        let upload = |words| gpu.buffer_of("synapses", &table.entries[words], Usage::Storage);
        let mut parts = table.parts.iter().map(|part| upload(part.words.clone())).collect::<Result<Vec<_>>>()?;
        if parts.is_empty() {
            parts.push(upload(0..0)?);
        }
        Ok(Self { starts: gpu.buffer_of("row starts", &table.starts, Usage::Storage)?, parts })
    }
}

/// All levels, still without dispatches.
#[expect(clippy::arithmetic_side_effects, reason = "words of a step's spikes")]
fn levels(plan: &Plan) -> Vec<Level> {
    let (firsts, all) = plan.spike_words();
    let begins = |level: u32| {
        let slab = plan.slabs.iter().position(|slab| slab.level >= level);
        slab.map_or(all, |slab| firsts[slab])
    };
    let level = |level: u32| {
        let [first, end] = [begins(level), begins(level + 1)];
        Level { updates: Vec::new(), delivers: Vec::new(), words: [first, end - first] }
    };
    (0..plan.levels()).map(level).collect()
}

/// Adds the delivery of each part, and of what is drawn, to each level that reaches somebody.
fn deliver_from_all(
    gpu: &Gpu,
    plan: &Plan,
    schedule: &Schedule,
    (synapses, spikes, ring, report): (&Synapses, &Buffer<u32>, &Buffer<i32>, &Report),
    levels: &mut [Level],
) -> Result<()> {
    let most = gpu.limits().max_workgroups;
    for delivery in plan.row_deliveries() {
        let (kernel, parts) = match delivery.parts {
            Some(parts) => (deliver_kernel(plan, schedule, &plan.synapses.parts[parts.clone()])?, parts),
            None => (draw_kernel(plan, schedule)?, 0..0),
        };
        let tables = gpu.buffer_of("strips", &kernel.tables, Usage::Storage)?;
        let walked: [&dyn Binding; 4] = [&tables, spikes, ring, report.words()];
        let starts = (!parts.is_empty()).then_some(&synapses.starts);
        let stored = starts.into_iter().chain(&synapses.parts[parts]).map(|buffer| buffer as &dyn Binding);
        let buffers: Vec<_> = walked.into_iter().chain(stored).collect();
        let pipeline = gpu.pipeline("deliver", &kernel.kernel)?;
        let group = gpu.bind(&pipeline, &buffers)?;
        let shares = kernel.most_strips.clamp(1, schedule.shares);
        for level in delivery.levels {
            let level = &mut levels[level as usize];
            let words = level.words[1].div_ceil(schedule.deliver_workgroup.saturating_mul(schedule.words_each));
            let rows = plan.window.saturating_mul(plan.batch);
            let workgroups = [words.clamp(1, most), shares, rows.clamp(1, most)];
            level.delivers.push(Dispatch { pipeline: pipeline.clone(), group: group.clone(), workgroups });
        }
    }
    Ok(())
}

fn update(
    gpu: &Gpu,
    plan: &Plan,
    slab: usize,
    kernel: &UpdateKernel,
    bound: &[&dyn Binding],
    schedule: &Schedule,
) -> Result<Dispatch> {
    let label = format!("update {}", plan.slabs[slab].neuron.name());
    let pipeline = gpu.pipeline(&label, &kernel.kernel)?;
    let group = gpu.bind(&pipeline, bound)?;
    let workgroups = plan.slabs[slab].size.div_ceil(schedule.workgroup);
    Ok(Dispatch { pipeline, group, workgroups: [workgroups, plan.batch, 1] })
}
