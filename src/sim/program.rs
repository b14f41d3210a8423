//! A plan on the device: its buffers, its compiled kernels, and what one window dispatches.

use super::deliver::{deliver_kernel, group_words};
use super::layout::Layout;
use super::recorders::Track;
use super::update::{UpdateKernel, update_kernel};
use super::{Delivery, IMMEDIATES, finite};
use crate::Result;
use crate::gpu::{Access, BindGroup, Binding, Buffer, Gpu, Pass, Pipeline, Report, Usage, count};
use crate::plan::Plan;
use Access::{ReadOnly, ReadWrite};

/// Kernels and buffers of a plan.
pub(super) struct Program {
    levels: Vec<Level>,
    /// Workgroups of a window, known before any is dispatched: so one that is not is missed.
    workgroups: u32,
    /// Each slab's state, `[batch, variable, neuron]`.
    pub states: Vec<Buffer<u32>>,
    /// The delay ring, `[slot, batch, cell]`.
    pub ring: Buffer<i32>,
    /// Delivery tasks of each window and shard of a submission.
    pub task_counts: Buffer<u32>,
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
    /// One for each shard of the synapse table.
    delivers: Vec<Dispatch>,
}

#[derive(Clone)]
struct Dispatch {
    pipeline: Pipeline,
    group: BindGroup,
    workgroups: [u32; 3],
}

/// The synapse table on the device.
struct Synapses {
    rows: Buffer<[u32; 2]>,
    /// Entries and weights of each shard.
    shards: Vec<(Buffer<u32>, Buffer<i32>)>,
}

/// The lists that update kernels leave for the delivery kernel.
struct Tasks {
    list: Buffer<u32>,
    counts: Buffer<u32>,
}

impl Program {
    /// Allocates and compiles.
    #[expect(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        reason = "`Plan::check` found a binding to hold each of these tables"
    )]
    pub(super) fn new(gpu: &Gpu, plan: &Plan, layout: &Layout, tracks: &[Track]) -> Result<Self> {
        let max_steps = plan.submission_steps();
        let mut data = plan.data.clone();
        tracks.iter().for_each(|track| track.append_columns(&mut data));
        let kernels = (0..plan.slabs.len()).map(|slab| update_kernel(plan, slab, layout, tracks, &mut data));
        let kernels = kernels.collect::<Result<Vec<_>>>()?;
        let data = gpu.buffer_of("parameters and stimuli", &data, Usage::Storage)?;

        let shards = plan.synapses.shards() as usize;
        let ring = gpu.buffer("delay ring", plan.ring_len() as usize, Usage::Storage)?;
        let list = 3 * layout.task_capacity as usize * shards;
        let counts = plan.submission as usize * plan.levels() as usize * shards;
        let tasks = Tasks {
            list: gpu.buffer("delivery tasks", list, Usage::Storage)?,
            counts: gpu.buffer("task counts", counts, Usage::Storage)?,
        };
        let spike_words = max_steps as usize * plan.batch as usize * layout.spike_words as usize;
        let spikes = gpu.buffer("recorded spikes", spike_words, Usage::Storage)?;
        let traces = gpu.buffer("recorded variables", plan.sample_words(max_steps) as usize, Usage::Storage)?;
        let synapses = Synapses::new(gpu, plan)?;
        let report = Report::new(gpu, finite::words(plan, plan.submission))?;

        let mut states = Vec::with_capacity(plan.slabs.len());
        let mut updates = Vec::with_capacity(plan.slabs.len());
        for (slab, kernel) in kernels.iter().enumerate() {
            let state = gpu.buffer("neuron state", plan.state_len(slab) as usize, Usage::Storage)?;
            let tables = gpu.buffer_of("slab tables", &kernel.tables, Usage::Storage)?;
            let mut bound: Vec<(&dyn Binding, Access)> =
                vec![(&tables, ReadOnly), (&data, ReadOnly), (&state, ReadWrite), (&ring, ReadWrite)];
            bound.push((&synapses.rows, ReadOnly));
            match layout.delivery {
                Delivery::Tasks => bound.extend([(&tasks.list as &dyn Binding, ReadWrite), (&tasks.counts, ReadWrite)]),
                Delivery::Direct => {
                    let (entries, weights) = &synapses.shards[0];
                    bound.extend([(entries as &dyn Binding, ReadOnly), (weights, ReadOnly)]);
                }
            }
            bound.extend([(&spikes as &dyn Binding, ReadWrite), (report.words(), ReadWrite)]);
            if !plan.recorders.is_empty() {
                bound.push((&traces, ReadWrite));
            }
            updates.push(update(gpu, plan, slab, kernel, &bound, layout)?);
            states.push(state);
        }
        let delivers = match layout.delivery {
            Delivery::Tasks if plan.synapses.count > 0 => {
                delivers(gpu, plan, layout, &synapses, &tasks, [&ring, report.words()])?
            }
            _ => Vec::new(),
        };
        let mut levels: Vec<Level> =
            (0..plan.levels()).map(|_| Level { updates: Vec::new(), delivers: Vec::new() }).collect();
        for (slab, update) in plan.slabs.iter().zip(updates) {
            let level = &mut levels[slab.level as usize];
            level.updates.push(update);
            if slab.populations.iter().any(|&index| !plan.populations[index].groups.is_empty()) {
                level.delivers.clone_from(&delivers);
            }
        }
        let mut program =
            Self { levels, workgroups: 0, states, ring, task_counts: tasks.counts, spikes, traces, data, report };
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
        for (level, Level { updates, delivers }) in (0..).zip(&self.levels) {
            let list = index * levels + level;
            let immediates = |shard: usize| [step, steps, slot, list, first_step, shard as u32];
            for Dispatch { pipeline, group, workgroups } in updates {
                pass.dispatch(pipeline, group, bytemuck::bytes_of(&immediates(0)), *workgroups);
            }
            for (shard, Dispatch { pipeline, group, workgroups }) in delivers.iter().enumerate() {
                pass.dispatch(pipeline, group, bytemuck::bytes_of(&immediates(shard)), *workgroups);
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
    #[expect(clippy::arithmetic_side_effects, reason = "places in tables, and one shard beyond")]
    fn new(gpu: &Gpu, plan: &Plan) -> Result<Self> {
        let table = &plan.synapses;
        let size = table.shard as usize;
        let upload = |shard: usize| {
            let range = |len: usize| (shard * size).min(len)..((shard + 1) * size).min(len);
            let (entries, weights) =
                (&table.entries[range(table.entries.len())], &table.weights[range(table.weights.len())]);
            let entries = gpu.buffer_of("synapses", entries, Usage::Storage)?;
            Ok((entries, gpu.buffer_of("synaptic weights", weights, Usage::Storage)?))
        };
        let shards = (0..table.shards() as usize).map(upload).collect::<Result<_>>()?;
        Ok(Self { rows: gpu.buffer_of("synapse rows", &table.rows, Usage::Storage)?, shards })
    }
}

fn update(
    gpu: &Gpu,
    plan: &Plan,
    slab: usize,
    kernel: &UpdateKernel,
    bound: &[(&dyn Binding, Access)],
    layout: &Layout,
) -> Result<Dispatch> {
    let (buffers, access): (Vec<&dyn Binding>, Vec<Access>) = bound.iter().copied().unzip();
    let label = format!("update {}", plan.slabs[slab].neuron.name());
    let pipeline = gpu.pipeline(&label, kernel.composed.text(), "update", &access, IMMEDIATES)?;
    let group = gpu.bind(&pipeline, &buffers)?;
    let workgroups = plan.slabs[slab].size.div_ceil(layout.workgroup);
    Ok(Dispatch { pipeline, group, workgroups: [workgroups, plan.batch, 1] })
}

fn delivers(
    gpu: &Gpu,
    plan: &Plan,
    layout: &Layout,
    synapses: &Synapses,
    tasks: &Tasks,
    written: [&dyn Binding; 2],
) -> Result<Vec<Dispatch>> {
    let kernel = deliver_kernel(plan, layout)?;
    let groups = gpu.buffer_of("synapse groups", &group_words(plan), Usage::Storage)?;
    let access = [ReadOnly, ReadOnly, ReadOnly, ReadOnly, ReadOnly, ReadWrite, ReadWrite];
    let [ring, report] = written;
    let deliver = |(entries, weights): &(Buffer<u32>, Buffer<i32>)| {
        let pipeline = gpu.pipeline("deliver", kernel.text(), "deliver", &access, IMMEDIATES)?;
        let group = gpu.bind(&pipeline, &[&groups, entries, weights, &tasks.list, &tasks.counts, ring, report])?;
        Ok(Dispatch { pipeline, group, workgroups: [layout.deliver_workgroups, 1, 1] })
    };
    synapses.shards.iter().map(deliver).collect()
}
