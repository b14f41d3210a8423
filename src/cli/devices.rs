//! `neuropil devices`: the adapters, in the order in which `--device auto` prefers them, and the CPU engine.

use neuropil::gpu::{AdapterInfo, DeviceChoice, Gpu, adapters, known_bad};
use neuropil::{Error, cpu};
use std::io::{self, Write};

/// Prints all adapters, and the CPU engine.
pub fn devices(json: bool, out: &mut impl Write) -> anyhow::Result<()> {
    let found = adapters();
    if json {
        let mut all: Vec<_> = found.iter().map(serde_json::to_value).collect::<Result<_, _>>()?;
        all.push(serde_json::json!({
            "index": null,
            "name": "cpu",
            "backend": "cpu",
            "driver": format!("neuropil {}", env!("CARGO_PKG_VERSION")),
            "driver_info": cpu::describe(),
            "kind": "cpu",
        }));
        return Ok(writeln!(out, "{}", serde_json::to_string_pretty(&all)?)?);
    }
    if found.is_empty() {
        none(out)?;
    }
    found.iter().try_for_each(|info| describe(info, out))?;
    writeln!(out, "cpu  the CPU engine")?;
    writeln!(out, "   kind      what runs where there is no GPU, {}", cpu::describe())?;
    Ok(writeln!(out, "   numbers   f32; f64 as `cpu:f64`")?)
}

/// An empty list is no failure; what to install is the library's to say.
fn none(out: &mut impl Write) -> anyhow::Result<()> {
    match Gpu::open(&DeviceChoice::Auto) {
        Err(Error::NoAdapter { hint, .. }) => writeln!(out, "no adapter. {hint}")?,
        Err(error) => return Err(error.into()),
        Ok(gpu) => describe(gpu.info(), out)?,
    }
    Ok(())
}

fn describe(info: &AdapterInfo, out: &mut impl Write) -> io::Result<()> {
    let limits = &info.limits;
    writeln!(out, "{}  {}", info.index, info.name)?;
    let mut line = |key: &str, value: String| writeln!(out, "   {key:<9} {value}");
    line("kind", format!("{}, {}", format!("{:?}", info.kind).to_lowercase(), info.backend))?;
    line("driver", info.driver_text())?;
    line("memory", format!("{} a binding, {} a buffer", bytes(limits.max_binding), bytes(limits.max_buffer)))?;
    let workgroup = bytes(u64::from(limits.max_workgroup_memory));
    line("workgroup", format!("{} invocations, {workgroup} shared", limits.max_workgroup_size))?;
    line("features", if info.features.is_empty() { "none".to_owned() } else { info.features.join(", ") })?;
    if !info.is_usable() {
        line("unusable", "it lacks the feature IMMEDIATES".to_owned())?;
    }
    known_bad(info).map_or(Ok(()), |warning| line("warning", warning))
}

/// A number of bytes for people: the limits are, or are nearly, round.
fn bytes(count: u64) -> String {
    const UNITS: [(&str, u32); 4] = [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)];
    let unit = UNITS.into_iter().find(|(_, power)| count >= (1 << power) - 4096.min(1 << (power - 1)));
    match unit {
        Some((unit, power)) => {
            let text = format!("{:.1}", count as f64 / f64::from(power).exp2());
            format!("{} {unit}", text.trim_end_matches(".0"))
        }
        None => format!("{count} B"),
    }
}
