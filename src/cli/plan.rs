//! `neuropil plan`: what a network asks of a device and of the host. Nothing is allocated on a device.

use super::progress::{building, drawing};
use super::report::{say, warn};
use super::{Target, backend};
use clap::Args;
use neuropil::gpu::Gpu;
use neuropil::network::Network;
use neuropil::plan::{LowerOptions, Plan};
use neuropil::sim;
use neuropil::{Backend, Device, Error};
use std::io::Write;

/// What to plan.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    target: Target,
}

/// Prints a network's plan.
pub fn plan(options: &Options, out: &mut impl Write) -> anyhow::Result<()> {
    let file = options.target.read()?;
    let spinner = building("the network");
    let (lower, on_device) = lower_options(&options.target, &file.network)?;
    let lower = options.target.lower(lower, drawing(&spinner));
    let plan = Plan::lower(&file.network, &lower);
    spinner.finish_and_clear();
    let plan = plan.map_err(|error| file.locate(error))?;
    warn(&plan.warnings);
    write!(out, "for {}\n{plan}", lower.adapter)?;
    if on_device {
        let engine = options.target.engine();
        write!(out, "{}", sim::describe(&plan, &lower.limits, &lower.adapter, &engine)?)?;
        let taken = if engine.schedule.is_some() { "asked for" } else { "usual here" };
        writeln!(out, "schedules")?;
        for possible in sim::schedules(&plan, &lower.limits, &lower.adapter, &engine)? {
            match &possible.name {
                Ok(name) => writeln!(out, "  {name:<15} {}", if possible.taken { taken } else { "possible" })?,
                Err(reason) => writeln!(out, "  {:<15} not possible: {reason}", possible.schedule.to_string())?,
            }
        }
    }
    Ok(())
}

/// For what a run would take, and whether that is a device. With `auto` its driver is tested, for that decides which it is.
fn lower_options(target: &Target, network: &Network) -> Result<(LowerOptions, bool), Error> {
    match &target.device {
        Device::Adapter(choice) => Ok((Backend::Gpu(Gpu::open(choice)?).lower_options(target.batch), true)),
        device => match backend::open(device, Some(network)) {
            Err(error) if error.exit_status() == 3 => {
                say(&format!("note: planning for the limits of a large adapter: {error}"));
                Ok((LowerOptions { batch: target.batch, ..LowerOptions::default() }, true))
            }
            opened => {
                let backend = opened?;
                Ok((backend.lower_options(target.batch), matches!(backend, Backend::Gpu(_))))
            }
        },
    }
}
