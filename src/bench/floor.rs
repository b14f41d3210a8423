//! The floors: kernels that do only what cannot be avoided.

use crate::Result;
use crate::gpu::{BindGroup, Buffer, Gpu, Pipeline, Usage};
use crate::plan::Plan;
use crate::shader::{self, Composer, Text, text};
use std::collections::VecDeque;
use std::time::Instant;

const COPY: Text = text!("kernels/floor_copy.wgsl");
const ADD: Text = text!("kernels/floor_add.wgsl");
const NOTHING: Text = text!("kernels/floor_nothing.wgsl");

/// Invocations of a workgroup, as many as an update kernel has.
fn workgroup(gpu: &Gpu) -> u32 {
    256.min(gpu.limits().max_workgroup_size)
}

/// A kernel with its buffers.
struct Kernel {
    pipeline: Pipeline,
    group: BindGroup,
}

fn pipeline(gpu: &Gpu, text: Text, entry: &'static str, constants: &[(&str, u32)]) -> Result<Pipeline> {
    let composed = Composer::new().glue("constants", shader::constants(constants)).texts([&text]).finish();
    gpu.pipeline(entry, &composed.kernel(entry)?)
}

/// Moves the words that updates of one slab without spikes move.
pub(super) struct Copy {
    gpu: Gpu,
    kernel: Kernel,
    workgroups: u32,
    window: u32,
    slots: u32,
}

impl Copy {
    /// For a plan of one slab with one port.
    pub(super) fn new(gpu: &Gpu, plan: &Plan) -> Result<Self> {
        let (neurons, variables) = (plan.slabs[0].size, plan.slabs[0].variable_count() as u32);
        let workgroup = workgroup(gpu);
        let constants = [
            ("WORKGROUP", workgroup),
            ("NEURONS", neurons),
            ("VARIABLES", variables),
            ("WINDOW", plan.window),
            ("SLOTS", plan.slots),
        ];
        let pipeline = pipeline(gpu, COPY, "copy", &constants)?;
        let state: Buffer<u32> = gpu.buffer("state to copy", (variables * neurons) as usize, Usage::Storage)?;
        let ring: Buffer<u32> = gpu.buffer("ring to read", plan.ring_len() as usize, Usage::Storage)?;
        let group = gpu.bind(&pipeline, &[&state, &ring])?;
        Ok(Self {
            gpu: gpu.clone(),
            kernel: Kernel { pipeline, group },
            workgroups: neurons.div_ceil(workgroup),
            window: plan.window,
            slots: plan.slots,
        })
    }

    /// [ns] for so many windows.
    pub(super) fn time(&self, windows: u32) -> Result<f64> {
        let Kernel { pipeline, group } = &self.kernel;
        let timing = self.gpu.time("copy", |pass| {
            for index in 0..windows {
                let slot = index * self.window % self.slots;
                pass.dispatch(pipeline, group, bytemuck::bytes_of(&slot), [self.workgroups, 1, 1]);
            }
        })?;
        Ok(timing.ns)
    }
}

/// Adds to the ring at each synapse's target, row after row: what delivery is without its bookkeeping.
pub(super) struct Add {
    gpu: Gpu,
    kernel: Kernel,
    workgroups: u32,
    /// Additions of one dispatch.
    pub adds: usize,
}

impl Add {
    /// For a plan of one slab with one port and constant delays, in rows of `row` synapses. A subgroup takes a row.
    pub(super) fn new(gpu: &Gpu, plan: &Plan, row: u32, workgroups: u32) -> Result<Self> {
        let inlets = (0..plan.populations[0].size).flat_map(|neuron| plan.synapses.row(0, neuron));
        let targets: Vec<u32> = inlets.map(|synapse| synapse.inlet).collect();
        let adds = targets.len();
        let constants = [
            ("WORKGROUP", gpu.limits().max_subgroup.max(8)),
            ("ROW", row),
            ("ROWS", adds as u32 / row),
            ("INLETS", plan.inlets),
            ("SLOTS", plan.slots),
        ];
        let pipeline = pipeline(gpu, ADD, "add", &constants)?;
        let targets = gpu.buffer_of("targets", &targets, Usage::Storage)?;
        let ring: Buffer<i32> = gpu.buffer("ring", plan.ring_len() as usize, Usage::Storage)?;
        let group = gpu.bind(&pipeline, &[&targets, &ring])?;
        Ok(Self { gpu: gpu.clone(), kernel: Kernel { pipeline, group }, workgroups, adds })
    }

    /// [ns] for all synapses once.
    pub(super) fn time(&self) -> Result<f64> {
        let Kernel { pipeline, group } = &self.kernel;
        let timing = self.gpu.time("add", |pass| {
            pass.dispatch(pipeline, group, bytemuck::bytes_of(&0u32), [self.workgroups, 1, 1]);
        })?;
        Ok(timing.ns)
    }
}

/// Empty dispatches, recorded and submitted as a run does.
pub(super) struct Nothing {
    gpu: Gpu,
    kernel: Kernel,
    dispatches: Vec<[u32; 3]>,
}

impl Nothing {
    /// With these workgroups in each window.
    pub(super) fn new(gpu: &Gpu, dispatches: Vec<[u32; 3]>) -> Result<Self> {
        let constants = [("WORKGROUP", workgroup(gpu))];
        let pipeline = pipeline(gpu, NOTHING, "nothing", &constants)?;
        let buffer: Buffer<u32> = gpu.buffer("nothing", 1, Usage::Storage)?;
        let group = gpu.bind(&pipeline, &[&buffer])?;
        Ok(Self { gpu: gpu.clone(), kernel: Kernel { pipeline, group }, dispatches })
    }

    /// [ns] by the host's clock for so many windows, at most `together` in a submission and two submissions under way.
    pub(super) fn time(&self, [windows, together]: [u32; 2]) -> Result<f64> {
        let start = Instant::now();
        let mut flights = VecDeque::new();
        let mut index = 0;
        while index < windows {
            let mut recorder = self.gpu.recorder("nothing");
            let end = windows.min(index + together.max(1));
            {
                let mut pass = recorder.pass("nothing");
                for window in index..end {
                    for &workgroups in &self.dispatches {
                        let Kernel { pipeline, group } = &self.kernel;
                        pass.dispatch(pipeline, group, bytemuck::bytes_of(&window), workgroups);
                    }
                }
            }
            flights.push_back(recorder.submit()?);
            index = end;
            if flights.len() > 1
                && let Some(oldest) = flights.pop_front()
            {
                self.gpu.wait(&oldest)?;
            }
        }
        flights.iter().try_for_each(|flight| self.gpu.wait(flight))?;
        Ok(start.elapsed().as_nanos() as f64)
    }
}
