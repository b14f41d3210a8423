//! Which variant of a product is best for its shape: what a bench has found on software drivers, a measurement on hardware.
//!
//! All variants give the same bits, so a choice that turns out otherwise another time changes no result.

use super::measure::Plain;
use super::shape::Shape;
use super::variant::{Variant, lanes};
use crate::Result;
use crate::gpu::{AdapterKind, Gpu};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// What was measured in this process, by the adapter's name.
static MEASURED: Mutex<Option<HashMap<Key, Variant>>> = Mutex::new(None);

/// Adapter, shape and rows.
type Key = (String, Shape, usize);

/// [ns] What a measurement of one variant should take.
const ENOUGH: f64 = 2e6;

/// The best for so many rows.
pub(super) fn variant(gpu: &Gpu, shape: Shape, rows: usize) -> Result<Variant> {
    if gpu.info().kind == AdapterKind::Software && lanes(gpu.limits()) > 0 {
        return Ok(on_software(shape, rows));
    }
    let key = (gpu.info().name.clone(), shape, rows);
    let known = |key| MEASURED.lock().unwrap_or_else(PoisonError::into_inner).as_ref()?.get(key).copied();
    if let Some(variant) = known(&key) {
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

/// The fastest of the candidates, here and now.
pub(super) fn measured(gpu: &Gpu, shape: Shape, rows: usize) -> Result<Variant> {
    // Possible everywhere: it needs 64 invocations.
    let mut best = (f64::INFINITY, Variant::Tile { columns: 16, lines: 1, split: 4, rows: 1, quads: 1 });
    for variant in Variant::candidates(gpu.limits(), shape.gates, rows) {
        let plain = Plain::new(gpu, shape, rows, variant)?;
        // The first compiles; the second says how often to repeat.
        plain.time(1)?;
        let times = (ENOUGH / plain.time(1)?.max(1.0)).clamp(1.0, 200.0) as usize;
        let each = plain.time(times)? / times as f64;
        if each < best.0 {
            best = (each, variant);
        }
    }
    Ok(best.1)
}
