//! `neuropil bench`: how fast a device is, each bench beside its floor.

use super::report::say;
use neuropil::bench;
use neuropil::gpu::{DeviceChoice, Gpu, doctor};
use std::io::Write;

/// Runs the benches whose names begin with one of `names`, or all.
pub fn bench(names: &[String], device: &DeviceChoice, json: bool, out: &mut impl Write) -> anyhow::Result<()> {
    let gpu = doctor::self_test(&Gpu::open(device)?)?;
    gpu.lacks().iter().for_each(|lack| say(&format!("note: {lack}")));
    let measured = bench::run(&gpu, names)?;
    if json {
        let all = serde_json::json!({ "device": gpu.info(), "benches": measured });
        return Ok(writeln!(out, "{}", serde_json::to_string_pretty(&all)?)?);
    }
    writeln!(out, "{}, {}\n", gpu.info().name, gpu.info().driver_text())?;
    Ok(write!(out, "{}", bench::table(&measured))?)
}
