//! `neuropil doctor`: does an adapter's driver compute rightly, and does the CPU engine?

use neuropil::cpu::{self, Precision};
use neuropil::gpu::{DeviceChoice, Gpu, doctor};
use neuropil::{Device, Error};
use std::io::Write;

/// Prints what every self-test found; an error if a required one failed, and what runs go without if an optional one did.
pub fn doctor(device: &Device, out: &mut impl Write) -> anyhow::Result<()> {
    match device {
        Device::Adapter(choice) => adapter(choice, out),
        Device::Cpu(precision) => engine(*precision, out),
        Device::Auto => {
            let examined = adapter(&DeviceChoice::Auto, out);
            let none = examined.as_ref().err().and_then(|error| error.downcast_ref::<Error>());
            let none = none.filter(|error| matches!(error, Error::NoAdapter { .. })).map(ToString::to_string);
            none.iter().try_for_each(|error| writeln!(out, "{error}"))?;
            writeln!(out)?;
            engine(Precision::F32, out)?;
            if none.is_some() { Ok(()) } else { examined }
        }
        Device::Reference => Err(Error::request("doctor", "the reference", "auto, cpu, cpu:f64, or an adapter").into()),
    }
}

fn adapter(choice: &DeviceChoice, out: &mut impl Write) -> anyhow::Result<()> {
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

fn engine(precision: Precision, out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(out, "cpu: the CPU engine in {precision}, {}", cpu::describe())?;
    let findings = cpu::doctor::examine(precision)?;
    for finding in &findings {
        let verdict = if finding.passed { "passed" } else { "failed" };
        writeln!(out, "{verdict}  required  {:<14} {}", finding.test, finding.detail)?;
    }
    out.flush()?;
    match findings.iter().find(|finding| !finding.passed) {
        Some(failed) => anyhow::bail!(
            "the CPU engine computes wrongly here: its self-test `{}` found {}; please report it, with the CPU's name",
            failed.test,
            failed.detail
        ),
        None => Ok(()),
    }
}
