//! `neuropil plan`: what a network asks of a device and of the host. Nothing is allocated on a device.

use super::how::Lasting;
use super::progress::{building, drawing};
use super::report::{say, warn};
use super::{Target, backend};
use clap::Args;
use neuropil::gpu::Gpu;
use neuropil::network::Network;
use neuropil::plan::{LowerOptions, Plan};
use neuropil::sim::{self, Adapter};
use neuropil::{Backend, Device, Error};
use std::io::Write;

/// What to plan.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    lasting: Lasting,
}

/// Prints a network's plan.
pub fn plan(options: &Options, out: &mut impl Write) -> anyhow::Result<()> {
    let mut file = options.target.read()?;
    options.lasting.put(&mut file.network);
    let spinner = building("the network");
    let (lower, device) = lower_options(&options.target, &file.network)?;
    let lower = options.target.how.lower(lower, drawing(&spinner));
    let plan = Plan::lower(&file.network, &lower);
    spinner.finish_and_clear();
    let mut plan = plan.map_err(|error| options.lasting.own(error).unwrap_or_else(|other| file.locate(other)))?;
    options.lasting.name_own(&mut plan.warnings);
    warn(&file.warnings());
    warn(&plan.warnings);
    write!(out, "for {}\n{plan}", lower.adapter)?;
    let Some(gpu) = device else { return Ok(()) };
    let engine = options.target.how.engine();
    let there = Adapter { limits: &lower.limits, name: &lower.adapter, info: None };
    let on = gpu.as_ref().map_or(there, Adapter::from);
    write!(out, "{}", sim::describe(&plan, on, &engine)?)?;
    write!(out, "{}", sim::schedules_text(&sim::schedules(&plan, on, &engine)?))?;
    Ok(())
}

/// For what a run would take, and its device, if it is one; that may not be here. With `auto` its driver is tested, for that decides
/// which it is.
fn lower_options(target: &Target, network: &Network) -> Result<(LowerOptions, Option<Option<Gpu>>), Error> {
    let of = |backend: Backend| {
        let lower = backend.lower_options(target.batch);
        let gpu = if let Backend::Gpu(gpu) = backend { Some(Some(gpu)) } else { None };
        (lower, gpu)
    };
    match &target.how.device {
        Device::Adapter(choice) => Ok(of(Backend::Gpu(Gpu::open(choice)?))),
        device => match backend::open(device, Some(network)) {
            Err(error) if error.exit_status() == 3 => {
                say(&format!("note: planning for the limits of a large adapter: {error}"));
                Ok((LowerOptions { batch: target.batch, ..LowerOptions::default() }, Some(None)))
            }
            opened => Ok(of(opened?)),
        },
    }
}
