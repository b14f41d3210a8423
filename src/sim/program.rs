//! A plan as a program: its buffers, its kernels, and what one window dispatches.

use super::deliver::{DeliverKernel, deliver_kernel, draw_kernel};
use super::deliveries::{RowDelivery, row_deliveries};
use super::recorders::{Track, tracks};
use super::schedule::Schedule;
use super::update::update_kernel;
use super::{Delivery, finite};
use crate::Result;
use crate::gpu::Limits;
use crate::plan::Plan;
use crate::program::{BufferId, Program, ReturnId};

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
    /// Rows of spikes: one for each step.
    pub spike_rows: ReturnId,
    /// Recorders of variables, and the rows of each.
    pub tracks: Vec<(Track, ReturnId)>,
}

/// The synapses on the device.
struct Synapses {
    starts: BufferId,
    /// The entries of each part; of none, where there are no synapses.
    parts: Vec<BufferId>,
}

impl<'p> NetworkProgram<'p> {
    /// What a device of these limits is to do, by this schedule.
    ///
    /// # Errors
    /// [`Error::Shader`](crate::Error::Shader) for a model that does not fit its kernel.
    #[expect(clippy::cast_possible_truncation, reason = "`Plan::check` found a binding to hold each of these tables")]
    pub(super) fn new(plan: &'p Plan, schedule: &Schedule, limits: &Limits) -> Result<Self> {
        let max_steps = plan.submission_steps();
        let tracks = tracks(plan, max_steps);
        let mut data = plan.data.clone();
        tracks.iter().for_each(|track| track.append_columns(&mut data));
        let kernels = (0..plan.slabs.len()).map(|slab| update_kernel(plan, slab, schedule, &tracks, &mut data));
        let kernels = kernels.collect::<Result<Vec<_>>>()?;

        let mut program = Program::new(CLOCK, finite::words(plan, plan.submission))?;
        let data = program.buffer_of("parameters and stimuli", data);
        let ring = program.buffer("delay ring", plan.ring_len() as usize, None);
        let steps = max_steps as usize;
        let spike_row = (plan.batch as usize).saturating_mul(schedule.spike_words as usize);
        let spikes = program.buffer("recorded spikes", steps.saturating_mul(spike_row), None);
        let traces = program.buffer("recorded variables", plan.sample_words(max_steps) as usize, None);
        let synapses = Synapses::new(&mut program, plan);

        let (mut states, mut updates) = (Vec::new(), Vec::new());
        for (slab, update) in plan.slabs.iter().zip(kernels) {
            let words = plan.state_len(states.len()) as usize;
            let state = program.buffer("neuron state", words, None);
            let tables = program.buffer_of("slab tables", update.tables);
            let named = [
                ("tables", tables),
                ("data", data),
                ("state", state),
                ("ring", ring),
                ("starts", synapses.starts),
                ("entries0", synapses.parts[0]),
                ("spikes", spikes),
                ("report", Program::REPORT),
                ("traces", traces),
            ];
            let label = format!("update {}", slab.neuron.name());
            let kernel = program.kernel(&label, update.kernel, &named)?;
            updates.push((kernel, [slab.size.div_ceil(schedule.workgroup), plan.batch, 1]));
            states.push(state);
        }
        let mut deliveries = Vec::new();
        if schedule.delivery == Delivery::Separate && plan.synapses.count > 0 {
            for delivery in row_deliveries(plan, limits) {
                let DeliverKernel { kernel, tables, most_strips } = match &delivery.parts {
                    Some(parts) => deliver_kernel(plan, schedule, &plan.synapses.parts[parts.clone()])?,
                    None => draw_kernel(plan, schedule)?,
                };
                let tables = program.buffer_of("strips", tables);
                let parts = delivery.parts.clone().unwrap_or(0..0);
                let entries: Vec<_> =
                    (0..parts.len()).map(|number| format!("entries{number}")).zip(&synapses.parts[parts]).collect();
                let mut named = vec![
                    ("tables", tables),
                    ("spikes", spikes),
                    ("ring", ring),
                    ("report", Program::REPORT),
                    ("starts", synapses.starts),
                ];
                named.extend(entries.iter().map(|(name, buffer)| (name.as_str(), **buffer)));
                deliveries.push((program.kernel("deliver", kernel, &named)?, delivery, most_strips));
            }
        }
        for (level, words) in (0..).zip(level_words(plan)) {
            let told = [("first_word", words[0]), ("words", words[1])];
            for (slab, (kernel, workgroups)) in plan.slabs.iter().zip(&updates) {
                if slab.level == level {
                    program.dispatch(*kernel, *workgroups, &told)?;
                }
            }
            for (kernel, RowDelivery { levels, .. }, most_strips) in &deliveries {
                if levels.contains(&level) {
                    let workgroups = schedule.delivery_workgroups(plan, words[1], *most_strips, limits);
                    program.dispatch(*kernel, workgroups, &told)?;
                }
            }
        }
        let spike_rows = program.bring_back(spikes, 0, spike_row, steps);
        let bring_back = |track: Track| {
            let (first, row) = track.place(plan.batch);
            let rows = track.rows(0..max_steps);
            let id = program.bring_back(traces, first, row, rows);
            (track, id)
        };
        let tracks = tracks.into_iter().map(bring_back).collect();
        Ok(Self { program, places: Places { states, ring, spikes, data, spike_rows, tracks } })
    }
}

impl Synapses {
    fn new<'p>(program: &mut Program<'p>, plan: &'p Plan) -> Self {
        let table = &plan.synapses;
        let starts = program.buffer_of("row starts", &table.starts[..]);
        let mut add = |words| program.buffer_of("synapses", &table.entries[words]);
        let mut parts: Vec<_> = table.parts.iter().map(|part| add(part.words.clone())).collect();
        if parts.is_empty() {
            parts.push(add(0..0));
        }
        Self { starts, parts }
    }
}

/// The first word of each level's spikes in a step, and how many there are.
#[expect(clippy::arithmetic_side_effects, reason = "words of a step's spikes")]
fn level_words(plan: &Plan) -> Vec<[u32; 2]> {
    let (firsts, all) = plan.spike_words();
    let begins = |level: u32| {
        let slab = plan.slabs.iter().position(|slab| slab.level >= level);
        slab.map_or(all, |slab| firsts[slab])
    };
    (0..plan.levels()).map(|level| [begins(level), begins(level + 1) - begins(level)]).collect()
}
