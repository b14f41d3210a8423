//! Where things stand on the device and who does what: numbers that several kernels and the host must agree on.

use super::{Delivery, EngineOptions};
use crate::gpu::{AdapterKind, Gpu};
use crate::plan::Plan;
use crate::random::key;
use crate::shader::FieldKind;
use crate::{Error, Result};

/// Groups, and batch items, that a delivery task can name: it has 16 bits for each.
const NAMED: usize = 1 << 16;

/// Constants of a run, the same for all its kernels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    /// Invocations of a workgroup.
    pub workgroup: u32,
    /// Words of one step's spikes of one batch item: a bit for each neuron, each slab from a new word on.
    pub spike_words: u32,
    /// Who delivers.
    pub delivery: Delivery,
    /// Delivery tasks of one shard and window at most; 0 where update kernels deliver directly.
    pub task_capacity: u32,
    /// Workgroups that stride over the tasks of a shard.
    pub deliver_workgroups: u32,
    /// Invocations of such a workgroup.
    pub deliver_workgroup: u32,
}

impl Layout {
    /// Chooses for a plan on a device.
    ///
    /// # Errors
    /// [`Error::Request`] for options that the device or the plan does not allow; [`Error::TooLarge`] for too many
    /// workgroups.
    pub(super) fn choose(gpu: &Gpu, plan: &Plan, options: &EngineOptions) -> Result<Self> {
        let limits = gpu.limits();
        let largest = limits.max_workgroup_size;
        let workgroup = options.workgroup.unwrap_or_else(|| plan.workgroup(limits));
        if workgroup == 0 || workgroup > largest {
            return Err(Error::request("workgroup size", workgroup.to_string(), format!("1 to {largest}")));
        }
        plan.check_workgroups(workgroup, limits, &gpu.info().name)?;
        let software = gpu.info().kind == AdapterKind::Software;
        let table = &plan.synapses;
        // A subgroup shares out a row among all its lanes, so none may be missing.
        let possible = limits.subgroups() && workgroup.is_multiple_of(limits.max_subgroup) && table.shards() == 1;
        let delivery = match options.delivery {
            Some(Delivery::Direct) if !possible => {
                let legal = "an adapter with subgroups, whole subgroups in a workgroup, and one shard";
                return Err(Error::request("delivery", "direct delivery is not possible here", legal));
            }
            Some(chosen) => chosen,
            // A dispatch less is what counts on a software driver. On hardware it waits to be measured.
            None if possible && (software || check_tasks(plan).is_err()) => Delivery::Direct,
            None => Delivery::Tasks,
        };
        if delivery == Delivery::Tasks {
            check_tasks(plan)?;
        }
        let tasks = match delivery {
            Delivery::Tasks => plan.tasks_per_step().saturating_mul(u64::from(plan.window)),
            Delivery::Direct => 0,
        };
        Ok(Self {
            workgroup,
            spike_words: plan.spike_words().1,
            delivery,
            task_capacity: u32::try_from(tasks).unwrap_or(u32::MAX),
            // Enough to fill the device, few enough to start quickly.
            deliver_workgroups: if software { 8 } else { 1024 },
            // A software driver runs the subgroups of a workgroup one after the other: a task is best left to one.
            deliver_workgroup: if software { limits.max_subgroup.clamp(1, workgroup) } else { workgroup },
        })
    }

    /// The constants as WGSL, for the head of every kernel.
    pub(super) fn constants(&self, plan: &Plan) -> String {
        let table = &plan.synapses;
        let own_delay = table.groups.iter().any(|group| group.delay.is_none());
        // Where no entry holds a delay, a cell may need all 32 bits: the shift is never used then.
        let shift = if own_delay { table.cell_bits } else { 0 };
        let [seed_low, seed_high] = key(plan.seed);
        let constants = [
            ("WORKGROUP", self.workgroup),
            ("DELIVER_WORKGROUP", self.deliver_workgroup),
            ("BATCH", plan.batch),
            ("CELLS", plan.cells),
            ("SLOTS", plan.slots),
            ("SPIKE_WORDS", self.spike_words),
            ("SEED_LOW", seed_low),
            ("SEED_HIGH", seed_high),
            ("CHUNK", table.chunk),
            ("SHARD_BITS", table.shard.ilog2()),
            ("SHARDS", table.shards()),
            ("TASK_CAPACITY", self.task_capacity),
            ("CELL_MASK", table.cell_mask()),
            ("DELAY_SHIFT", shift),
        ];
        let lines = constants.iter().map(|(name, value)| format!("const {name} = {value}u;\n"));
        lines.collect::<String>() + &format!("const DT = {};\n", float(plan.dt_ms))
    }
}

/// Can delivery tasks name every group and batch item?
fn check_tasks(plan: &Plan) -> Result<()> {
    let (groups, items) = (plan.synapses.groups.len(), plan.batch as usize);
    if groups <= NAMED && items <= NAMED {
        return Ok(());
    }
    let problem = format!(
        "{groups} groups of equal source population, weight and delay, in {items} items of the batch, are more than a \
         task can name"
    );
    let legal = format!("at most {NAMED} of each; arrays of weights and delays make one group of many projections");
    Err(Error::request("delivery", problem, legal))
}

/// The WGSL literal of a number, rounded to f32.
pub(super) fn float(number: f64) -> String {
    format!("{:e}f", f32::from_bits(FieldKind::F32.word(number)))
}
