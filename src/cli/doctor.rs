//! `neuropil doctor`: does an adapter's driver compute rightly, and does the CPU engine? And do the two compute a network alike?

use super::progress::{Progress, building, drawing};
use neuropil::accord::{Accord, compare};
use neuropil::cpu::{self, Precision};
use neuropil::gpu::{DeviceChoice, Gpu, doctor};
use neuropil::network::NetworkFile;
use neuropil::plan::{LowerOptions, Plan};
use neuropil::sim::{Arithmetic, EngineOptions};
use neuropil::{Backend, Device, Error, sim};
use std::io::Write;
use std::sync::Arc;

/// Steps of a network that are compared where nothing is said: long enough for one rounding to become another spike in networks that
/// are driven as cortex is, and seconds on a CPU.
pub const STEPS: u32 = 2000;

/// Prints whether a device computes the steps of a network as the CPU engine does in f32; an error if it does not.
pub fn network(
    device: &Device,
    file: &NetworkFile,
    (steps, arithmetic): (u32, Arithmetic),
    out: &mut impl Write,
) -> anyhow::Result<()> {
    if let Some(model) = file.network.model_in_wgsl_alone() {
        let problem = format!("{model} is given as WGSL alone, which the CPU engine cannot run");
        return Err(Error::request("comparison with the CPU", problem, "models of the catalogue").into());
    }
    let choice = match device {
        Device::Adapter(choice) => choice.clone(),
        Device::Auto => DeviceChoice::Auto,
        Device::Cpu(_) | Device::Reference => {
            return Err(Error::request("comparison with the CPU", "it is the CPU", "auto, or an adapter").into());
        }
    };
    let gpu = doctor::self_test(&Gpu::open(&choice)?)?;
    let (name, driver) = (gpu.info().name.clone(), gpu.info().driver_text());
    let backends = [Backend::Gpu(gpu), Backend::Cpu { precision: Precision::F32, reason: None }];
    let spinner = building("the network");
    let lower = LowerOptions { progress: drawing(&spinner), ..backends[0].lower_options(1) };
    let plan = Plan::lower(&file.network, &lower).map_err(|error| file.locate(error))?;
    spinner.finish_and_clear();
    let mut progress = Progress::of_model_time(steps, plan.dt_ms);
    let [one, other] = &backends;
    let found = compare(
        &Arc::new(plan),
        [one, other],
        &EngineOptions { arithmetic, ..EngineOptions::default() },
        steps,
        &mut |done| {
            progress.at(u64::from(done));
        },
    );
    progress.finish();
    match found? {
        Accord::Same { hash, spikes } => Ok(writeln!(
            out,
            "same hash {hash} on {name} and on the CPU: {steps} steps, {spikes} spikes, and all of the state"
        )?),
        Accord::Different(difference) => Err(Error::WrongDriver {
            adapter: name,
            driver,
            test: "network",
            problem: format!("the CPU engine computes otherwise, {difference}"),
            hint: match arithmetic {
                Arithmetic::Portable => "Please report it, with the network".to_owned(),
                Arithmetic::Fast => {
                    "So it may with arithmetic that is fast: portable arithmetic is the same everywhere".to_owned()
                }
            },
        }
        .into()),
    }
}

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

/// Steps of a network that every schedule does; the last window is cut off.
const BY_SCHEDULES: u32 = 301;

/// Prints what every schedule leaves of some steps of a network; an error if they differ.
pub fn schedules(device: &Device, file: &NetworkFile, out: &mut impl Write) -> anyhow::Result<()> {
    let choice = match device {
        Device::Auto => &DeviceChoice::Auto,
        Device::Adapter(choice) => choice,
        Device::Cpu(_) | Device::Reference => {
            return Err(Error::request("doctor", "only a device has schedules", "auto, or an adapter").into());
        }
    };
    let gpu = doctor::self_test(&Gpu::open(choice)?)?;
    let info = gpu.info();
    writeln!(out, "{}: {} ({}), {}", info.index, info.name, info.backend, info.driver_text())?;
    let mut told = Ok(());
    let ways = sim::agree(&gpu, &file.network, BY_SCHEDULES, &mut |way| {
        if told.is_ok() {
            told = writeln!(out, "{way}").and_then(|()| out.flush());
        }
    });
    told?;
    let finding = sim::finding(&ways.map_err(|error| file.locate(error))?);
    doctor::judge(&gpu, std::slice::from_ref(&finding))?;
    Ok(writeln!(out, "{}", finding.detail)?)
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
