//! A plan as a program: its buffers, its kernels, and what one window dispatches.

use super::deliver::{DeliverKernel, deliver_kernel};
use super::deliveries::{RowDelivery, level_words, row_deliveries};
use super::recorders::{Track, tracks};
use super::rows::Rows;
use super::tuning::Tuning;
use super::update::{SlabText, UpdateKernel, Updates, state_of};
use super::{Schedule, amplitudes, finite, gathers};
use crate::Result;
use crate::gpu::Limits;
use crate::plan::Plan;
use crate::program::{BufferId, KernelId, Program, ReturnId, StageId};
use std::ops::Range;

/// The words that change from one window to the next: see `shaders/kernels/window.wgsl`.
const CLOCK: &[&str] = &["step", "steps", "slot", "index", "first_step"];

/// A window of a submission.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    /// Its first step, and how many.
    pub step: u32,
    pub steps: u32,
    /// Ring slot of the first.
    pub slot: u32,
    /// Its number in the submission.
    pub index: u32,
    /// The first step of the submission.
    pub first_step: u32,
}

impl Window {
    /// One of no steps.
    pub(super) const NOTHING: Self = Self { step: 0, steps: 0, slot: 0, index: 0, first_step: 0 };

    /// As the program's clock has it.
    pub(super) fn clock(self) -> [u32; CLOCK.len()] {
        let Self { step, steps, slot, index, first_step } = self;
        [step, steps, slot, index, first_step]
    }
}

/// A network's program, and what is where.
pub(super) struct NetworkProgram<'p> {
    pub program: Program<'p>,
    pub places: Places,
}

/// Which buffers hold what.
#[derive(Debug)]
pub(super) struct Places {
    /// Each slab's state, `[batch, variable, neuron]`.
    pub states: Vec<BufferId>,
    /// The delay ring, in tiles: for each block `[slot, batch, inlet]`.
    pub ring: BufferId,
    /// Spikes of each step of a submission, one bit a neuron.
    pub spikes: BufferId,
    /// The plan's words, and behind them those of columns.
    pub data: BufferId,
    /// What is computed once, before the first window, if anything is.
    pub derive: Option<StageId>,
    /// What a window dispatches, or all windows of a submission together.
    pub window: StageId,
    /// Rows of spikes: one for each step.
    pub spike_rows: ReturnId,
    /// Recorders of variables, and the rows of each.
    pub tracks: Vec<(Track, ReturnId)>,
}

/// The synapses on the device.
struct Synapses {
    starts: BufferId,
    /// The entries of each part.
    parts: Vec<BufferId>,
}

impl<'p> NetworkProgram<'p> {
    /// What a device of these limits is to do, by this schedule.
    ///
    /// # Errors
    /// [`Error::Shader`](crate::Error::Shader) for a model that does not fit its kernel.
    #[expect(clippy::cast_possible_truncation, reason = "`Plan::check` found a binding to hold each of these tables")]
    pub(super) fn new(plan: &'p Plan, tuning: &Tuning, limits: &Limits) -> Result<Self> {
        let max_steps = plan.submission_steps();
        let (tracks, mut data) = tracked(plan);
        let mut kernels = Updates::new(plan, tuning, limits, &tracks, &mut data);
        let kernels = match tuning.schedule {
            Schedule::Resident => vec![kernels.resident()?],
            Schedule::Windowed | Schedule::Direct => {
                (0..plan.slabs.len()).map(|slab| kernels.of_slab(slab)).collect::<Result<_>>()?
            }
        };

        let mut program = Program::new(CLOCK, finite::words(plan, plan.submission))?;
        let data = program.buffer_of("parameters and stimuli", data);
        // Behind it stands what neurons give in each step.
        let ring = program.buffer("delay ring", plan.ring_len().saturating_add(plan.values_len()) as usize);
        let steps = max_steps as usize;
        let spike_row = (plan.batch as usize).saturating_mul(tuning.spike_words as usize);
        let of_spikes = steps.saturating_mul(spike_row).saturating_add(amplitudes::words(plan));
        let spikes = program.buffer("recorded spikes", of_spikes);
        let traces = program.buffer("recorded variables", plan.sample_words(max_steps) as usize);
        let synapses = Synapses::new(&mut program, plan);
        let gathers =
            program.buffer_made("tables of graded projections", gathers::words(plan), || Ok(gathers::tables(plan)));

        let state = |slab| program.buffer("neuron state", plan.state_len(slab) as usize);
        let states: Vec<_> = (0..plan.slabs.len()).map(state).collect();
        let shared = [
            ("data", data),
            ("ring", ring),
            ("spikes", spikes),
            ("report", Program::REPORT),
            ("traces", traces),
            ("starts", synapses.starts),
            ("gathers", gathers),
        ];
        let derive = kernels.iter().any(|kernel| !kernel.derive.is_empty()).then(|| program.stage("once"));
        let window = program.stage(match tuning.schedule {
            Schedule::Resident => "each submission",
            Schedule::Windowed | Schedule::Direct => "each window",
        });
        let (shared, synapses) = (&shared, &synapses);
        let mut builder = Builder { plan, tuning, limits, program: &mut program, derive, window, shared, synapses };
        match tuning.schedule {
            Schedule::Resident => kernels.into_iter().try_for_each(|kernel| builder.resident(kernel, &states))?,
            Schedule::Windowed | Schedule::Direct => builder.windowed(kernels, &states)?,
        }
        let spike_rows = program.bring_back(spikes, 0, spike_row, steps);
        let bring_back = |track: Track| {
            let (first, row) = track.place(plan.batch);
            let rows = track.room(max_steps);
            let id = program.bring_back(traces, first, row, rows);
            (track, id)
        };
        let tracks = tracks.into_iter().map(bring_back).collect();
        Ok(Self { program, places: Places { states, ring, spikes, data, derive, window, spike_rows, tracks } })
    }
}

/// Recorders of variables, and the words that the plan and they have.
fn tracked(plan: &Plan) -> (Vec<Track>, Vec<u32>) {
    let tracks = tracks(plan, plan.submission_steps());
    let mut data = plan.data.clone();
    tracks.iter().for_each(|track| track.append_columns(&mut data));
    (tracks, data)
}

/// All that a plan's values are for a device: in the texts of kernels, or as words that these read.
pub(super) struct Values {
    /// Where they are equal, so are the kernels and their tables.
    pub parts: Vec<SlabText>,
    /// What the buffer [`Places::data`] holds at first.
    pub data: Vec<u32>,
}

impl Values {
    pub(super) fn of(plan: &Plan, tuning: &Tuning, limits: &Limits) -> Self {
        let (tracks, mut data) = tracked(plan);
        let parts = Updates::new(plan, tuning, limits, &tracks, &mut data).parts();
        Self { parts, data }
    }
}

/// Adds kernels and dispatches.
struct Builder<'b, 'p> {
    plan: &'p Plan,
    tuning: &'b Tuning,
    limits: &'b Limits,
    program: &'b mut Program<'p>,
    /// What is added to.
    derive: Option<StageId>,
    window: StageId,
    /// Buffers of one name in all kernels.
    shared: &'b [(&'static str, BufferId)],
    synapses: &'b Synapses,
}

impl Builder<'_, '_> {
    /// A kernel that sees its own tables, these buffers, entries of these parts, and those that all may see.
    fn kernel(
        &mut self,
        label: &str,
        UpdateKernel { kernel, tables, derive }: UpdateKernel,
        own: &[(&str, BufferId)],
        parts: Range<usize>,
    ) -> Result<KernelId> {
        let tables = self.program.tables(label, tables);
        let parts = self.synapses.parts.get(parts).unwrap_or_default();
        let entries: Vec<_> = (0..parts.len()).map(|number| format!("entries{number}")).collect();
        let entries = entries.iter().map(String::as_str).zip(parts.iter().copied());
        let named = self.shared.iter().copied().chain([("tables", tables)]).chain(own.iter().copied());
        let named: Vec<_> = named.chain(entries).collect();
        if let Some(stage) = self.derive {
            for (slab, kernel) in derive {
                let slab = &self.plan.slabs[slab];
                let workgroups = [slab.size.div_ceil(kernel.workgroup.max(1)), self.plan.items(slab), 1];
                let kernel = self.program.kernel(&format!("derive {}", slab.neuron.name()), kernel, &named)?;
                self.program.dispatch(stage, kernel, workgroups, &[])?;
            }
        }
        self.program.kernel(label, kernel, &named)
    }

    /// One dispatch for many windows, a workgroup for each item.
    fn resident(&mut self, kernel: UpdateKernel, states: &[BufferId]) -> Result<()> {
        let names: Vec<_> = (0..states.len()).map(state_of).collect();
        let own: Vec<_> = names.iter().map(String::as_str).zip(states.iter().copied()).collect();
        let kernel = self.kernel("resident", kernel, &own, 0..self.synapses.parts.len())?;
        self.program.dispatch(self.window, kernel, [self.plan.batch, 1, 1], &[("first_word", 0), ("words", 0)])
    }

    /// The updates of each level, and then its deliveries.
    fn windowed(&mut self, kernels: Vec<UpdateKernel>, states: &[BufferId]) -> Result<()> {
        let (plan, tuning, limits) = (self.plan, self.tuning, self.limits);
        let mut updates = Vec::with_capacity(kernels.len());
        for ((slab, state), kernel) in plan.slabs.iter().zip(states).zip(kernels) {
            let label = format!("update {}", slab.neuron.name());
            let kernel = self.kernel(&label, kernel, &[("state", *state)], 0..self.synapses.parts.len())?;
            updates.push((kernel, [slab.size.div_ceil(tuning.workgroup), plan.batch, 1]));
        }
        let mut deliveries = Vec::new();
        let separate = tuning.schedule == Schedule::Windowed;
        for RowDelivery { parts, levels } in row_deliveries(plan, limits).into_iter().filter(|_| separate) {
            let rows = match &parts {
                Some(parts) => Rows { parts: &plan.synapses.parts[parts.clone()], drawn: &[] },
                None => Rows { parts: &[], drawn: &plan.synapses.procedural },
            };
            let DeliverKernel { kernel, tables, most_strips } = deliver_kernel(plan, tuning, rows)?;
            let kernel = self.kernel(
                "deliver",
                UpdateKernel { kernel, tables, derive: Vec::new() },
                &[],
                parts.unwrap_or(0..0),
            )?;
            deliveries.push((kernel, levels, most_strips));
        }
        for (level, words) in (0..).zip(level_words(plan)) {
            let told = [("first_word", words[0]), ("words", words[1])];
            let of_level = plan.slabs.iter().zip(&updates).filter(|(slab, _)| slab.level == level);
            for (_, (kernel, workgroups)) in of_level {
                self.program.dispatch(self.window, *kernel, *workgroups, &told)?;
            }
            for (kernel, _, strips) in deliveries.iter().filter(|(_, levels, _)| levels.contains(&level)) {
                let workgroups = tuning.delivery_workgroups(plan, words[1], *strips, limits);
                self.program.dispatch(self.window, *kernel, workgroups, &told)?;
            }
        }
        Ok(())
    }
}

impl Synapses {
    fn new<'p>(program: &mut Program<'p>, plan: &'p Plan) -> Self {
        let table = &plan.synapses;
        let starts = program.buffer_of("row starts", &table.starts[..]);
        let mut add = |words| program.buffer_of("synapses", &table.entries[words]);
        let parts = table.parts.iter().map(|part| add(part.words.clone())).collect();
        Self { starts, parts }
    }
}
