//! A program for people: what each window dispatches, and what a device and the host's side of it allocate.

use super::{Dispatch, Program, UNDER_WAY, Word};
use crate::memory::shown;
use std::fmt;

impl fmt::Display for Program<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dispatches = if self.window.len() == 1 { "dispatch" } else { "dispatches" };
        writeln!(f, "each window: {} {dispatches}", self.window.len())?;
        for Dispatch { kernel, workgroups: [x, y, z], told } in &self.window {
            let plan = &self.kernels[kernel.0];
            write!(f, "  {:<24} {x} x {y} x {z} workgroups of {}", plan.label, plan.kernel.workgroup)?;
            let fixed = plan.kernel.immediates.iter().zip(told).filter_map(|(name, word)| match word {
                Word::Fixed(word) => Some(format!("{name} {word}")),
                Word::Clock(_) => None,
            });
            let fixed: Vec<_> = fixed.collect();
            writeln!(f, "{}{}", if fixed.is_empty() { "" } else { ", " }, fixed.join(", "))?;
        }
        writeln!(f, "device memory {}", shown(self.bytes()))?;
        for buffer in &self.buffers {
            writeln!(f, "  {:<28} {:>12}", buffer.what, shown(buffer.bytes()))?;
        }
        let back = |words: usize| shown(super::read_back(words));
        writeln!(f, "read back, {UNDER_WAY} times each")?;
        for returned in &self.returned {
            writeln!(f, "  {:<28} {:>12}", self.buffers[returned.buffer.0].what, back(returned.capacity()))?;
        }
        let report = &self.buffers[Self::REPORT.0];
        writeln!(f, "  {:<28} {:>12}", report.what, back(report.words))
    }
}
