//! Holds what a plan asks of a device against an adapter's limits, and says what helps where it is too much.

use super::{Plan, SlabPlan};
use crate::gpu::Limits;
use crate::{Error, Result};

/// Invocations of a workgroup of an update where nobody asks for another number, and they suffice.
const WORKGROUP: u32 = 256;

impl Plan {
    /// Holds every table, and the workgroups of every update, against an adapter's limits.
    ///
    /// # Errors
    /// [`Error::TooLarge`] naming what it is, what it needs and the limit.
    pub fn check(&self, limits: &Limits, adapter: &str) -> Result<()> {
        let limits_of_tables =
            [("max_storage_buffer_binding_size", limits.max_binding), ("max_buffer_size", limits.max_buffer)];
        for table in self.device_tables() {
            let exceeded = limits_of_tables.into_iter().find(|(_, limit)| table.binding > *limit);
            if let Some((limit_name, limit)) = exceeded {
                return Err(Error::TooLarge {
                    what: if table.name == "delay ring" { self.ring_text() } else { table.name.to_owned() },
                    needed: table.binding,
                    unit: "bytes",
                    limit_name,
                    limit,
                    adapter: adapter.to_owned(),
                    hint: table.hint.to_owned(),
                });
            }
        }
        self.check_workgroups(self.workgroup(limits), limits, adapter)
    }

    /// Invocations of an update's workgroup: more than usual where there would be too many workgroups.
    pub(crate) fn workgroup(&self, limits: &Limits) -> u32 {
        let largest = self.slabs.iter().map(|slab| slab.size).max().unwrap_or(0);
        let wanted = largest.div_ceil(limits.max_workgroups.max(1)).checked_next_power_of_two().unwrap_or(u32::MAX);
        wanted.max(WORKGROUP).min(limits.max_workgroup_size)
    }

    /// Holds the workgroups of every update against an adapter's limit.
    ///
    /// # Errors
    /// [`Error::TooLarge`].
    pub(crate) fn check_workgroups(&self, workgroup: u32, limits: &Limits, adapter: &str) -> Result<()> {
        let workgroups = |slab: &SlabPlan| slab.size.div_ceil(workgroup);
        let Some(slab) = self.slabs.iter().find(|slab| workgroups(slab) > limits.max_workgroups) else { return Ok(()) };
        Err(Error::TooLarge {
            what: format!("an update of {} neurons of {}, {workgroup} in a workgroup,", slab.size, slab.neuron.name()),
            needed: u64::from(workgroups(slab)),
            unit: "workgroups",
            limit_name: "max_compute_workgroups_per_dimension",
            limit: u64::from(limits.max_workgroups),
            adapter: adapter.to_owned(),
            hint: "fewer neurons of one model".to_owned(),
        })
    }

    /// The delay ring, with what makes it large.
    pub(super) fn ring_text(&self) -> String {
        let Self { slots, inlets, batch, .. } = self;
        let longest = self.synapses.longest.and_then(|projection| self.projections.get(projection));
        let delay = longest.map_or_else(String::new, |projection| {
            format!(" (the longest delay, of {projection}, has {} steps)", self.synapses.max_delay)
        });
        let items = if *batch > 1 { format!(" and {batch} batch items") } else { String::new() };
        format!("the delay ring of {slots} slots{delay} for {inlets} ports of neurons{items}")
    }
}
