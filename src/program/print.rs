//! A program for people: what each stage dispatches, and what a device and the host's side of it allocate.

use super::{Dispatch, KernelPlan, Program, Stage, UNDER_WAY, Word};
use crate::memory::shown;
use std::fmt;

impl fmt::Display for Program<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Stage { name, dispatches } in &self.stages {
            let count = dispatches.len();
            writeln!(f, "{name}: {count} {}", if count == 1 { "dispatch" } else { "dispatches" })?;
            for Dispatch { kernel, grid, told } in dispatches {
                let KernelPlan { label, kernel, .. } = &self.kernels[kernel.0];
                write!(f, "  {label:<24} {} workgroups of {}", grid.shown(self.clock), kernel.workgroup)?;
                let fixed = kernel.immediates.iter().zip(told).filter_map(|(name, word)| match word {
                    Word::Fixed(word) => Some(format!("{name} {word}")),
                    Word::Clock(_) => None,
                });
                let fixed: Vec<_> = fixed.collect();
                writeln!(f, "{}{}", if fixed.is_empty() { "" } else { ", " }, fixed.join(", "))?;
            }
        }
        // Columns of all lines, if names are no longer than usual.
        let wide = self.buffers.iter().map(|buffer| buffer.what.chars().count()).max().unwrap_or(0).max(28);
        writeln!(f, "device memory {}", shown(self.bytes()))?;
        for buffer in &self.buffers {
            writeln!(f, "  {:<wide$} {:>12}", buffer.what, shown(buffer.bytes()))?;
        }
        let back = |words: usize| shown(super::read_back(words));
        writeln!(f, "read back, {UNDER_WAY} times each")?;
        for returned in &self.returned {
            writeln!(f, "  {:<wide$} {:>12}", self.buffers[returned.buffer.0].what, back(returned.capacity()))?;
        }
        let report = &self.buffers[Self::REPORT.0];
        writeln!(f, "  {:<wide$} {:>12}", report.what, back(report.words))
    }
}
