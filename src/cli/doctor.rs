//! `neuropil doctor`: does an adapter's driver compute rightly?

use neuropil::gpu::{DeviceChoice, Gpu, doctor};
use std::io::Write;

/// Prints what every self-test found; an error if a required one failed, and what runs go without if an optional one did.
pub fn doctor(choice: &DeviceChoice, out: &mut impl Write) -> anyhow::Result<()> {
    let gpu = Gpu::open(choice)?;
    let info = gpu.info();
    writeln!(out, "{}: {} ({}), {}", info.index, info.name, info.backend, info.driver_text())?;
    let findings = doctor::examine(&gpu)?;
    for finding in &findings {
        let verdict = if finding.passed { "passed" } else { "failed" };
        writeln!(out, "{verdict}  {:<8}  {:<14} {}", finding.need, finding.test, finding.detail)?;
    }
    // Before the error, which goes elsewhere.
    out.flush()?;
    for lack in doctor::judge(&gpu, &findings)?.lacks() {
        writeln!(out, "{lack}")?;
    }
    Ok(())
}
