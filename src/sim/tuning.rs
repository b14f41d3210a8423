//! Where things stand on the device and who does what: numbers that several kernels and the host must agree on.

use super::{EngineOptions, Schedule, amplitudes};
use crate::gpu::{AdapterInfo, Gpu, Limits};
use crate::plan::Plan;
use crate::shader::{self, FieldKind};
use crate::{Error, Result};

/// Constants of a run, the same for all its kernels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tuning {
    /// Invocations of a workgroup.
    pub workgroup: u32,
    /// Words of one step's spikes of one batch item: a bit for each neuron, each slab from a new word on.
    pub spike_words: u32,
    /// How windows are gone through.
    pub schedule: Schedule,
    /// Do subgroups walk the words of spikes?
    pub subgroups: bool,
    /// Invocations of a workgroup of the delivery kernel.
    pub deliver_workgroup: u32,
    /// Words of spikes that an invocation of it walks, where there are subgroups.
    pub words_each: u32,
    /// Is an atomic one of a processor?
    pub fetch: bool,
    /// Workgroups among which it shares out the strips of a row at most.
    pub shares: u32,
}

impl Tuning {
    /// Chooses for a plan on a device.
    ///
    /// # Errors
    /// [`Error::Request`] for options that the device or the plan does not allow; [`Error::TooLarge`] for too many
    /// workgroups.
    pub(super) fn choose(plan: &Plan, options: &EngineOptions, limits: &Limits, adapter: &str) -> Result<Self> {
        let of = |schedule| Self::of(plan, schedule, options.workgroup, limits, adapter);
        match options.schedule {
            Some(schedule) => of(schedule),
            // A dispatch less is what counts on a software driver, and there must be something to deliver.
            None if limits.software && plan.synapses.count > 0 => {
                of(Schedule::Direct).or_else(|_| of(Schedule::Windowed))
            }
            None => of(Schedule::Windowed),
        }
    }

    /// For a schedule, with workgroups of the usual size if nobody asks for another.
    ///
    /// # Errors
    /// As those of [`choose`](Self::choose).
    pub(super) fn of(
        plan: &Plan,
        schedule: Schedule,
        workgroup: Option<u32>,
        limits: &Limits,
        adapter: &str,
    ) -> Result<Self> {
        let largest = limits.max_workgroup_size;
        let workgroup = workgroup.unwrap_or_else(|| usual_workgroup(schedule, plan, limits));
        if workgroup == 0 || workgroup > largest {
            let problem = format!("a workgroup of {workgroup}");
            return Err(Error::request(
                format!("schedule `{schedule}`"),
                problem,
                format!("1 to {largest} invocations"),
            ));
        }
        if let Some(reason) = impossible(schedule, plan, workgroup, limits) {
            let lanes = limits.max_subgroup;
            let sizes =
                if limits.subgroups() { format!("{schedule} with multiples of {lanes}; ") } else { String::new() };
            let problem = format!("it is not possible here: {reason}");
            return Err(Error::request(
                format!("schedule `{schedule}`"),
                problem,
                format!("{sizes}{}", Schedule::Windowed),
            ));
        }
        plan.check_workgroups(workgroup, limits, adapter)?;
        let software = limits.software;
        // Software drivers go through a workgroup's subgroups one after the other: the smallest workgroups share out spikes best.
        let deliver_workgroup = match (limits.subgroups(), software) {
            (true, true) => limits.max_subgroup,
            (true, false) => 256u32.min(largest).next_multiple_of(limits.max_subgroup.max(1)),
            (false, true) => 64.min(largest),
            (false, false) => 256.min(largest),
        };
        Ok(Self {
            workgroup,
            spike_words: plan.spike_words().1,
            schedule,
            subgroups: limits.subgroups(),
            deliver_workgroup,
            words_each: if software { 8 } else { 1 },
            fetch: software,
            shares: if software { 1 } else { 16 },
        })
    }

    /// Of these schedules, with workgroups of these sizes or the usual one, those that are possible, each once.
    pub(super) fn possible_of(
        plan: &Plan,
        wanted: impl IntoIterator<Item = (Schedule, Option<u32>)>,
        limits: &Limits,
        adapter: &str,
    ) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        for (schedule, size) in wanted {
            if let Ok(tuning) = Self::of(plan, schedule, size, limits, adapter)
                && found.iter().all(|known| known.name() != tuning.name())
            {
                found.push(tuning);
            }
        }
        found
    }

    /// Its name, with the size of its workgroups.
    pub(super) fn name(&self) -> String {
        format!("{}:{}", self.schedule, self.workgroup)
    }

    /// Workgroups that deliver so many words of a step's spikes, by a kernel that has so many strips of a population.
    pub(super) fn delivery_workgroups(&self, plan: &Plan, words: u32, strips: u32, limits: &Limits) -> [u32; 3] {
        let words = words.div_ceil(self.deliver_workgroup.saturating_mul(self.words_each));
        let rows = plan.window.saturating_mul(plan.batch);
        let most = limits.max_workgroups;
        [words.clamp(1, most), strips.clamp(1, self.shares), rows.clamp(1, most)]
    }

    /// The constants as WGSL, for the head of every kernel.
    pub(super) fn constants(&self, plan: &Plan) -> String {
        let constants = [
            ("WORKGROUP", self.workgroup),
            ("DELIVER_WORKGROUP", self.deliver_workgroup),
            ("BATCH", plan.batch),
            ("SLOTS", plan.slots),
            ("WINDOW", plan.window),
            ("SPIKE_WORDS", self.spike_words),
            ("BLOCK", 1u32.checked_shl(plan.synapses.block_bits).unwrap_or(1 << 31)),
        ];
        let amplitudes = amplitudes::places(plan, self.spike_words);
        shader::constants(&constants) + &amplitudes + &dt(plan) + &format!("const FETCH = {};\n", self.fetch)
    }
}

/// \[ms\] the length of a step, as a constant.
pub(super) fn dt(plan: &Plan) -> String {
    format!("const DT = {};\n", float(plan.dt_ms))
}

/// An adapter, as who plans for it knows it.
#[derive(Debug, Clone, Copy)]
pub struct Adapter<'a> {
    /// What may be used of it.
    pub limits: &'a Limits,
    /// Its name, for errors.
    pub name: &'a str,
    /// What it is; none for an adapter that is not here, of which nothing was learnt.
    pub info: Option<&'a AdapterInfo>,
}

impl<'a> From<&'a Gpu> for Adapter<'a> {
    fn from(gpu: &'a Gpu) -> Self {
        Self { limits: gpu.limits(), name: &gpu.info().name, info: Some(gpu.info()) }
    }
}

/// A schedule of a plan on a device: its name with the size of its workgroups, or why it is not possible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Possible {
    /// Which.
    pub schedule: Schedule,
    /// Its name with the size of its workgroups, as `direct:256`, or why there is none.
    pub name: std::result::Result<String, String>,
    /// Why a run begins with it, where it does.
    pub taken: Option<String>,
    /// Those of its names that a run of which much is left tries.
    pub tried: Vec<String>,
}

/// Invocations of a workgroup where nobody asks for another number.
pub(super) fn usual_workgroup(schedule: Schedule, plan: &Plan, limits: &Limits) -> u32 {
    if schedule != Schedule::Resident {
        return plan.workgroup(limits);
    }
    let largest = plan.slabs.iter().map(|slab| slab.size).max().unwrap_or(1);
    let lanes = limits.max_subgroup.max(1);
    largest.next_multiple_of(lanes).clamp(1, limits.max_workgroup_size.min(1024))
}

/// Buffers that every kernel sees which steps neurons and delivers: tables, data, ring, spikes, report, starts.
const SHARED: usize = 6;

/// Why a schedule is not possible for a plan, if so.
pub(super) fn impossible(schedule: Schedule, plan: &Plan, workgroup: u32, limits: &Limits) -> Option<String> {
    if schedule == Schedule::Windowed {
        return None;
    }
    // A subgroup shares out a row among all its lanes, so none may be missing.
    if !limits.subgroups() {
        return Some("there are no subgroups".to_owned());
    }
    if !workgroup.is_multiple_of(limits.max_subgroup) {
        let lanes = limits.max_subgroup;
        return Some(format!("workgroups of {workgroup} are not whole subgroups of {lanes}"));
    }
    let states = if schedule == Schedule::Resident { plan.slabs.len() } else { 1 };
    let traces = usize::from(plan.samplers().next().is_some());
    let parts = plan.synapses.parts.len();
    let gathers = usize::from(plan.gather_words() > 0);
    let buffers = [SHARED, states, traces, parts, gathers].into_iter().fold(0, usize::saturating_add);
    let most = limits.max_storage_buffers;
    (buffers > most as usize).then(|| format!("a kernel would see {buffers} buffers, and may see {most}"))
}

/// The WGSL literal of a number, rounded to f32.
pub(super) fn float(number: f64) -> String {
    format!("{:e}f", f32::from_bits(FieldKind::F32.word(number)))
}
