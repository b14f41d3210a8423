//! A plan for people: memory, dispatches per window, shards.

use super::columns::port_unit;
use super::suspicious::resolution;
use super::{HostTable, Phase, Plan, SlabPlan};
use crate::memory::shown as bytes;
use crate::rows::Entries;
use std::fmt;

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let neurons: u64 = self.populations.iter().map(|population| u64::from(population.size)).sum();
        let table = &self.synapses;
        let populations = several(self.populations.len() as u64, "population");
        let items = if table.own { format!(" of {} items", self.batch) } else { String::new() };
        let synapses = several(self.synapse_count(), "synapse");
        writeln!(f, "{} in {populations}, {synapses}{items}", several(neurons, "neuron"))?;
        for (index, population) in self.populations.iter().enumerate() {
            let slab = &self.slabs[population.slab];
            let ports: Vec<_> = population.ports.iter().map(|port| port.name.as_str()).collect();
            writeln!(
                f,
                "  {:<12} {:>9} x {:<12} ports [{}], {} stimuli",
                population.name,
                population.size,
                slab.neuron.name(),
                ports.join(", "),
                population.stimuli.iter().flatten().count(),
            )?;
            self.write_ports(f, index, slab)?;
        }
        writeln!(f, "time step {} ms, batch {}", self.dt_ms, self.batch)?;
        let of_spikes = (table.count > 0).then_some([table.min_delay, table.max_delay]);
        let delays = match outermost(of_spikes, self.gathered_delays()) {
            None => "no delays".to_owned(),
            // Where all are 0, there is none that is the least but 0.
            Some([least, greatest]) => format!("delays {} to {greatest} steps", least.min(greatest)),
        };
        writeln!(f, "window {} ({delays}, ring of {})", several(self.window, "step"), several(self.slots, "slot"))?;
        self.print_gathers(f)?;
        self.until.iter().try_for_each(|until| writeln!(f, "until {}", until.in_counts()))?;
        let memory = self.memory();
        if let Some(threads) = self.threads {
            let levels = if self.levels() > 1 { " and level" } else { "" };
            let threads = several(threads as u64, "thread");
            writeln!(f, "{threads} at most, which meet once in each window{levels}")?;
        }
        if table.count > 0 {
            let words = table.entries.len().saturating_add(table.starts.len());
            let drawn = table.procedural.iter().map(|drawn| drawn.synapses).fold(0, u64::saturating_add);
            let held = table.count.saturating_sub(drawn);
            if held > 0 {
                let blocks = several(table.blocks.len() as u64, "block");
                let each = 4.0 * words as f64 / held as f64;
                writeln!(
                    f,
                    "  {each:.2} bytes a synapse, in {blocks} of at most {} neurons",
                    1u64 << table.block_bits
                )?;
            }
            if drawn > 0 {
                writeln!(f, "  {} drawn whenever their source spikes", several(drawn, "synapse"))?;
            }
            let rounding = match self.rounded {
                0 => "no weight is rounded but to its port's multiples".to_owned(),
                rounded => format!("{} rounded to 10 significant bits", several(rounded, "weight")),
            };
            writeln!(f, "  {rounding}")?;
        }
        let [lowering, running] = [Phase::Lowering, Phase::Running].map(|phase| bytes(memory.on_host(phase)));
        writeln!(f, "host memory {lowering} to lower it, {running} to run it, and recordings on top")?;
        for HostTable { name, bytes: size, phase } in memory.host.iter().filter(|table| table.bytes > 0) {
            let when = match phase {
                Phase::Lowering => "  while it is lowered",
                Phase::Always => "",
                Phase::Running => "  while it runs",
            };
            writeln!(f, "  {name:<24} {:>12}{when}", bytes(*size))?;
        }
        self.print_recordings(f)
    }
}

impl Plan {
    /// What ends at each port of a population, and how spikes are counted there.
    fn write_ports(&self, f: &mut fmt::Formatter<'_>, index: usize, slab: &SlabPlan) -> fmt::Result {
        let population = &self.populations[index];
        for (number, (port, models)) in population.ports.iter().zip(&slab.ports).enumerate() {
            let gathered = self.gathered_at(index, number);
            write!(f, "    {:<12} {}", port.name, several(port.synapses.saturating_add(gathered), "synapse"))?;
            match (gathered, port.synapses) {
                (0, _) => {}
                (_, 0) => write!(f, ", which gather values in each step")?,
                _ => write!(f, ", of which {gathered} gather values in each step")?,
            }
            if port.synapses > 0 {
                let unit = port_unit(models);
                write!(f, ", weights counted in multiples of {}", resolution(port.scale, unit))?;
                let finest = port.item_scales.iter().max_by_key(|scale| scale.power);
                let coarsest = port.item_scales.iter().min_by_key(|scale| scale.power);
                if let (Some(finest), Some(coarsest)) = (finest, coarsest) {
                    let [finest, coarsest] = [finest, coarsest].map(|scale| resolution(*scale, unit));
                    write!(f, " in item 0, and of {finest} to {coarsest} in all")?;
                }
            }
            writeln!(f)?;
        }
        for (slot, source) in population.numbered_sources() {
            let sources = several(source.neurons.len() as u64, "source");
            writeln!(f, "    {:<12} model {} of {sources}", source.name, slab.sources[slot].name())?;
        }
        Ok(())
    }

    /// Synapses that gather values at a port, of all items together where they have their own.
    fn gathered_at(&self, post: usize, port: usize) -> u64 {
        let here = self.gathers.iter().filter(|gather| gather.post == post && gather.port == Some(port));
        here.flat_map(|gather| &gather.synapses).map(|incoming| incoming.synapses).fold(0, u64::saturating_add)
    }

    /// What is gathered in each step.
    fn print_gathers(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.gathers.is_empty() {
            return Ok(());
        }
        let values = several(self.given_len(), "value");
        writeln!(f, "{values} given in each step, in {}", several(self.value_slots, "slot"))?;
        for gather in &self.gathers {
            let name = self.projections.get(gather.projection).map_or("", String::as_str);
            let each = &gather.synapses[0];
            let reads = gather.synapses.iter().map(|incoming| incoming.synapses).fold(0, u64::saturating_add);
            let how = match &each.entries {
                Entries::All { .. } => "one weight for all pairs, no table".to_owned(),
                Entries::Matrix { .. } => format!("dense, a matrix of {}", bytes(self.table_bytes(gather))),
                Entries::Listed { .. } => format!("lists of sources, {}", bytes(self.table_bytes(gather))),
            };
            let what = if gather.port.is_some() { "values" } else { "potentials" };
            writeln!(f, "  {name}: {} read in each step, {how}", several(reads, what.trim_end_matches('s')))?;
        }
        Ok(())
    }

    /// What a run leaves behind, or a second of model time where nobody says how long it runs.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "what is not negative, or the largest number"
    )]
    fn print_recordings(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = self.duration.unwrap_or((1e3 / self.dt_ms).round() as u32);
        let ms = f64::from(steps) * self.dt_ms;
        writeln!(f, "recordings of {} ms", (ms * 1e6).round() / 1e6)?;
        let mut line = |name: &str, on_host: u64, on_disk: u64, of: &str| {
            let [on_host, on_disk] = [on_host, on_disk].map(bytes);
            writeln!(f, "  {name:<24} {on_host:>12} of the host's memory, at most {on_disk} on disk{of}")
        };
        if self.samplers().next().is_some() {
            line("variables", self.trace_bytes(steps), self.trace_bytes(steps), "")?;
        }
        // Step, neuron and item of each; a file leaves the item out where there is only one.
        let recorded: u64 = self.spike_recorders().map(|recorder| u64::from(recorder.width(self))).sum();
        let spikes = recorded as f64 * f64::from(self.batch) * ms / 1e3;
        let [held, written] = [12.0, if self.batch > 1 { 12.0 } else { 8.0 }].map(|each| (spikes * each).ceil() as u64);
        line("spikes", held, written, ", for each Hz of the mean rate")
    }
}

/// The least and the greatest of two ranges, where there are any.
fn outermost(one: Option<[u32; 2]>, other: Option<[u32; 2]>) -> Option<[u32; 2]> {
    one.into_iter().chain(other).reduce(|[low, high], [least, greatest]| [low.min(least), high.max(greatest)])
}

/// A number of things for people.
pub(super) fn several(count: impl Into<u64>, thing: &str) -> String {
    let count = count.into();
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}
