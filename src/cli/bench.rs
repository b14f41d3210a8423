//! `neuropil bench`: how fast a device or the CPU engine is, each bench beside its floor.

use super::backend;
use neuropil::sim::Arithmetic;
use neuropil::{Backend, Device, bench};
use std::io::Write;

/// Runs the benches whose names begin with one of `names`, or all.
pub fn bench(
    names: &[String],
    device: &Device,
    arithmetic: Arithmetic,
    json: bool,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let backend = backend::open(device, None)?;
    let measured = bench::run(&backend, arithmetic, names)?;
    let info = backend::describe(&backend);
    if json {
        let device = match &backend {
            Backend::Gpu(gpu) => serde_json::to_value(gpu.info())?,
            _ => serde_json::to_value(&info)?,
        };
        let all = serde_json::json!({ "device": device, "benches": measured });
        return Ok(writeln!(out, "{}", serde_json::to_string_pretty(&all)?)?);
    }
    writeln!(out, "{}, {}\n", info.name, info.driver)?;
    Ok(write!(out, "{}", bench::table(&measured))?)
}
