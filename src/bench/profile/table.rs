//! A profile for people: a line for each dispatch of a window, what remains, and the whole.

use super::{Kernel, Profile};
use std::fmt;

/// What stands in the columns.
const HEADING: [&str; 8] =
    ["schedule", "kernel", "workgroups", "ns a step", "%", "bytes a step", "GB/s", "ns an event"];
/// Of the first three columns, which have words.
const WORDS: usize = 3;

impl Profile {
    /// Its heading, in a sentence.
    pub fn title(&self) -> String {
        let Self { network, neurons, synapses, dt_ms, window, clock, .. } = self;
        format!(
            "{network}: {neurons} neurons, {synapses} synapses, steps of {dt_ms} ms, windows of {window}; kernels {clock}; whole steps \
             of a run by the host's clock"
        )
    }

    /// Its table, below a heading.
    pub fn rows(&self) -> Vec<[String; 8]> {
        let mut rows = vec![HEADING.map(str::to_owned)];
        for profiled in &self.schedules {
            let mut name = profiled.schedule.clone();
            let line = |name: &mut String, what: &str, workgroups: String, ns: f64, percent: f64| {
                let [bytes, rate, event] = [const { String::new() }; 3];
                let (ns, percent) = (format!("{ns:.0}"), format!("{percent:.1}"));
                [std::mem::take(name), what.to_owned(), workgroups, ns, percent, bytes, rate, event]
            };
            for Kernel { kernel, workgroups, ns_per_step, percent, bytes_per_step, events_per_step } in
                &profiled.kernels
            {
                let workgroups = workgroups.map(|count| count.to_string()).join(" x ");
                let mut row = line(&mut name, kernel, workgroups, *ns_per_step, *percent);
                if let Some(bytes) = bytes_per_step {
                    row[5] = format!("{bytes:.0}");
                    row[6] = format!("{:.2}", bytes / ns_per_step);
                }
                if let Some(events) = events_per_step.filter(|events| *events > 0.0) {
                    row[7] = format!("{:.2}", ns_per_step / events);
                }
                rows.push(row);
            }
            if let (Some(whole), Some(rest)) = (profiled.whole_ns, profiled.rest_ns) {
                rows.push(line(&mut name, "starting, waiting", String::new(), rest, 100.0 * rest / whole));
                let mut row = line(&mut name, "the whole", String::new(), whole, 100.0);
                if let Some(events) = profiled.events_per_step {
                    row[2] = format!("{events:.1} events");
                }
                rows.push(row);
            }
            if let Some(why) = &profiled.why_not {
                let mut row = [const { String::new() }; 8];
                (row[0], row[1]) = (name, why.clone());
                rows.push(row);
            }
        }
        rows
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.title())?;
        let rows = self.rows();
        // A reason is as long as it must be.
        let is_reason = |row: &[String; 8]| row[3].is_empty();
        let sized = || rows.iter().filter(|row| !is_reason(row));
        let width = |column: usize| sized().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<_> = (0..HEADING.len()).map(width).collect();
        for row in &rows {
            let mut line = String::new();
            for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
                line += &if column < WORDS { format!("{cell:<width$}  ") } else { format!("{cell:>width$}  ") };
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}
