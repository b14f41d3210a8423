//! `neuropil doctor`: does an adapter's driver compute rightly?

use neuropil::gpu::{DeviceChoice, Gpu, doctor};
use std::io::Write;

/// Prints what every self-test found; an error if a required one failed.
pub fn doctor(choice: &DeviceChoice, out: &mut impl Write) -> anyhow::Result<()> {
    let gpu = Gpu::open(choice)?;
    let info = gpu.info();
    writeln!(out, "{}: {} ({}), {}", info.index, info.name, info.backend, info.driver_text())?;
    let findings = doctor::examine(&gpu)?;
    for finding in &findings {
        let verdict = if finding.passed { "passed" } else { "failed" };
        let weight = if finding.required { "required" } else { "informs" };
        writeln!(out, "{verdict}  {weight:<8}  {:<14} {}", finding.test, finding.detail)?;
    }
    // Before the error, which goes elsewhere.
    out.flush()?;
    Ok(doctor::judge(&gpu, &findings)?)
}
