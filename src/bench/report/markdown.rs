//! A report for people, as Markdown.

use super::{Part, Report};
use crate::bench::{Measurement, Profile};
use crate::gpu::doctor::Finding;
use crate::sim::Chosen;
use std::fmt;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let device = &self.device;
        writeln!(f, "# {}", device.name)?;
        writeln!(f)?;
        let mut line = |key: &str, value: &str| writeln!(f, "- {key}: {}", in_line(value));
        line("neuropil", &crate::version::text())?;
        line("date", self.date.as_deref().unwrap_or("unknown"))?;
        line("system", &format!("{}, {}; {}", self.system.os, self.system.arch, self.system.cpu))?;
        line("kind", &format!("{:?}, {}", device.kind, device.backend).to_lowercase())?;
        line("driver", &device.driver_text())?;
        line("arithmetic", self.arithmetic)?;
        line("features", &device.features.join(", "))?;
        self.lacks.iter().try_for_each(|lack| line("wrong", lack))?;
        // Whatever limits there are: each by its own name.
        if let Ok(serde_json::Value::Object(limits)) = serde_json::to_value(&device.limits) {
            writeln!(f, "\n## Limits\n")?;
            table(f, ["limit", "value"], limits.iter().map(|(name, value)| [name.clone(), value.to_string()]))?;
        }
        writeln!(f, "\n## Self-test of the driver\n")?;
        part(f, &self.findings, |f, found| findings(f, found))?;
        writeln!(f, "\n## Benches\n")?;
        let measured = self.benches.iter().filter_map(|bench| bench.measured.as_deref()).flatten();
        benches(f, measured)?;
        writeln!(f)?;
        for bench in &self.benches {
            writeln!(f, "- `{}`: {}; its floor: {}", bench.bench.name, bench.bench.what, bench.bench.floor)?;
            bench.error.iter().try_for_each(|error| writeln!(f, "  **failed**: {}", in_line(error)))?;
        }
        writeln!(f, "\n## Schedules")?;
        for tried in &self.schedules {
            writeln!(f, "\n### {}\n", tried.name)?;
            part(f, tried, schedules)?;
        }
        writeln!(f, "\n## Where a step's time goes")?;
        for profiled in &self.profiles {
            writeln!(f, "\n### {}\n", profiled.name)?;
            part(f, profiled, profile)?;
        }
        Ok(())
    }
}

/// What was found, or the error in its place.
fn part<T>(
    f: &mut fmt::Formatter<'_>,
    part: &Part<T>,
    show: impl FnOnce(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    match (&part.found, &part.error) {
        (Some(found), _) => show(f, found),
        (None, Some(error)) => writeln!(f, "**failed**: {}", in_line(error)),
        (None, None) => Ok(()),
    }
}

fn findings(f: &mut fmt::Formatter<'_>, findings: &[Finding]) -> fmt::Result {
    let row = |finding: &Finding| {
        let verdict = if finding.passed { "passed" } else { "**failed**" };
        [finding.test.to_owned(), verdict.to_owned(), finding.need.to_string(), finding.detail.clone()]
    };
    table(f, ["test", "verdict", "need", "found"], findings.iter().map(row))
}

fn benches<'m>(f: &mut fmt::Formatter<'_>, measured: impl Iterator<Item = &'m Measurement>) -> fmt::Result {
    let row = |one: &Measurement| {
        let number = |value: f64| format!("{value:.4e}");
        let or_none = |value: Option<String>| value.unwrap_or_default();
        [
            one.name.clone(),
            number(one.value),
            number(one.min),
            number(one.max),
            or_none(one.floor.map(number)),
            or_none(one.ratio.map(|ratio| format!("{ratio:.2}"))),
            one.unit.to_owned(),
            one.what.clone(),
        ]
    };
    table(f, ["bench", "median", "min", "max", "floor", "× floor", "unit", "what"], measured.map(row))
}

fn schedules(f: &mut fmt::Formatter<'_>, chosen: &Chosen) -> fmt::Result {
    writeln!(f, "Taken: {chosen}.\n")?;
    let row = |trial: &crate::sim::Trial| {
        let time = trial.ns_per_step.map_or(String::new(), |ns| format!("{ns:.0}"));
        let won = if trial.schedule == chosen.schedule { "won" } else { "" };
        [trial.schedule.clone(), time, trial.dropped.clone().unwrap_or_else(|| won.to_owned())]
    };
    table(f, ["schedule", "ns a step", ""], chosen.trials.iter().map(row))
}

fn profile(f: &mut fmt::Formatter<'_>, profile: &Profile) -> fmt::Result {
    writeln!(f, "{}.\n", profile.title())?;
    let mut rows = profile.rows().into_iter();
    let Some(heading) = rows.next() else { return Ok(()) };
    table(f, heading.each_ref().map(String::as_str), rows)
}

fn table<const N: usize>(
    f: &mut fmt::Formatter<'_>,
    heading: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> fmt::Result {
    writeln!(f, "| {} |", heading.join(" | "))?;
    writeln!(f, "|{}", "---|".repeat(N))?;
    for row in rows {
        writeln!(f, "| {} |", row.map(|cell| in_line(&cell).replace('|', "\\|")).join(" | "))?;
    }
    Ok(())
}

/// In one line, as lists and tables want it.
fn in_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
