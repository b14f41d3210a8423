//! Which variant of a product is best for its shape: what a bench has found on software drivers, a measurement on hardware.
//!
//! All variants add up in the same order, so a choice that turns out otherwise another time changes no result; where a
//! driver's compiler rounds differently from kernel to kernel, the test `variants_agree_bit_for_bit` fails.

use super::measure::Plain;
use super::shape::Shape;
use super::variant::{Variant, lanes};
use crate::gpu::{AdapterKind, Gpu};
use crate::{Error, Result};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// What was measured in this process.
static MEASURED: Mutex<Option<HashMap<Key, Variant>>> = Mutex::new(None);

/// The adapter's name and interface, shape and rows. The same adapter has other limits through another interface.
type Key = (String, String, Shape, usize);

/// [ns] What a measurement of one variant should take.
const ENOUGH: f64 = 2e6;

/// The best for so many rows.
pub(super) fn variant(gpu: &Gpu, shape: Shape, rows: usize) -> Result<Variant> {
    if gpu.info().kind == AdapterKind::Software && lanes(gpu) > 0 {
        return Ok(on_software(shape, rows));
    }
    let key = (gpu.info().name.clone(), gpu.info().backend.clone(), shape, rows);
    let known = |key| MEASURED.lock().unwrap_or_else(PoisonError::into_inner).as_ref()?.get(key).copied();
    if let Some(variant) = known(&key).filter(|variant| variant.possible(gpu)) {
        return Ok(variant);
    }
    let variant = measured(gpu, shape, rows)?;
    let mut all = MEASURED.lock().unwrap_or_else(PoisonError::into_inner);
    all.get_or_insert_default().insert(key, variant);
    Ok(variant)
}

/// By the bench `product`: loads are what takes time there, and subgroups save them. The more rows share a load the
/// better, to 16; a lane's quads help where there are rows enough.
fn on_software(shape: Shape, rows: usize) -> Variant {
    let rows = rows.next_power_of_two().min(16);
    Variant::Lanes { rows, quads: if rows < 8 { 1 } else { (4 / shape.gates).max(1) } }
}

/// The fastest of the candidates, here and now. One that cannot be measured is none: there may be no room for numbers
/// beside those of the cells, or a driver may refuse a kernel.
pub(super) fn measured(gpu: &Gpu, shape: Shape, rows: usize) -> Result<Variant> {
    // 64 invocations, and a little memory: possible wherever a workgroup has memory at all.
    let small = Variant::Tile { columns: 16, lines: 1, split: 4, rows: 1, quads: 1 };
    let candidates = Variant::candidates(gpu, shape.gates, rows);
    let first = [small].into_iter().filter(|small| small.possible(gpu)).chain(candidates.first().copied()).next();
    let first = first.ok_or_else(|| {
        let what = format!("recurrent cells on {}", gpu.info().name);
        let problem = "there is neither workgroup memory nor are there subgroups of one size";
        Error::request(what, problem, "an adapter with one of them, or the reference")
    })?;
    let mut best = (f64::INFINITY, first);
    for variant in candidates {
        match time(gpu, shape, rows, variant) {
            Ok(each) if each < best.0 => best = (each, variant),
            Err(lost @ Error::DeviceLost { .. }) => return Err(lost),
            Ok(_) | Err(_) => {}
        }
    }
    Ok(best.1)
}

/// [ns] for one product.
fn time(gpu: &Gpu, shape: Shape, rows: usize, variant: Variant) -> Result<f64> {
    let plain = Plain::new(gpu, shape, rows, variant)?;
    // The first compiles; the second says how often to repeat.
    plain.time(1)?;
    let times = (ENOUGH / plain.time(1)?.max(1.0)).clamp(1.0, 200.0) as usize;
    // The better of two: the first may still find the device asleep.
    Ok(plain.time(times)?.min(plain.time(times)?) / times as f64)
}
