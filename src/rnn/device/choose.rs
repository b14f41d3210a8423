//! Which variant of a product is best for its shape, and whether a cell's steps are done at once: what a bench has found on
//! software drivers, a measurement on hardware.
//!
//! All variants add up in the same order, so a choice that turns out otherwise another time changes no result; where a
//! driver's compiler rounds differently from kernel to kernel, the test `variants_agree_bit_for_bit` fails.

use super::measure::{Plain, Steps};
use super::resident::{Form, Layout};
use super::shape::Shape;
use super::variant::{Variant, lanes};
use crate::gpu::{AdapterKind, Gpu};
use crate::options::Arithmetic;
use crate::rnn::phase::phases;
use crate::rnn::{Cell, CellKind};
use crate::team::cores;
use crate::{Error, Result};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// What was measured in this process.
static PRODUCTS: Known<(Shape, usize), Variant> = Mutex::new(None);
static STEPS: Known<(CellKind, usize, usize, bool), bool> = Mutex::new(None);

/// By the adapter's name and interface (the same one has other limits through another interface), and by how it computes.
type Known<K, V> = Mutex<Option<HashMap<(String, String, Arithmetic, K), V>>>;

/// [ns] What a measurement of one variant should take.
const ENOUGH: f64 = 2e6;

/// Steps that are taken one by one before a software driver is made to compile what does many at once, for it takes a second.
pub(super) const PATIENCE: usize = 2000;

/// The best for so many rows.
pub(super) fn variant(gpu: &Gpu, shape: Shape, rows: usize) -> Result<Variant> {
    if gpu.info().kind == AdapterKind::Software && lanes(gpu) > 0 {
        return Ok(on_software(shape, rows));
    }
    once(gpu, &PRODUCTS, (shape, rows), |variant| variant.possible(gpu), || measured(gpu, shape, rows))
}

/// What is known of a key, if it serves, or else what is then measured.
fn once<K: Eq + Hash + Clone, V: Copy>(
    gpu: &Gpu,
    all: &Known<K, V>,
    key: K,
    serves: impl Fn(&V) -> bool,
    measure: impl FnOnce() -> Result<V>,
) -> Result<V> {
    let key = (gpu.info().name.clone(), gpu.info().backend.clone(), gpu.arithmetic(), key);
    let known = |key| all.lock().unwrap_or_else(PoisonError::into_inner).as_ref()?.get(key).copied();
    if let Some(value) = known(&key).filter(serves) {
        return Ok(value);
    }
    let value = measure()?;
    all.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default().insert(key, value);
    Ok(value)
}

/// How many steps of a cell can be done at once, if workgroups of the adapter have room for it.
pub(super) fn form(gpu: &Gpu, cell: &Cell, batch: usize) -> Option<Form> {
    let (rows, after) = match gpu.info().kind {
        // A load for each number of the operand, written out: slow, and slow to compile.
        AdapterKind::Software if lanes(gpu) == 0 => return None,
        // It does workgroups side by side on all cores; there is no gain in more.
        AdapterKind::Software => (batch.div_ceil(cores()), PATIENCE),
        _ => (1, 0),
    };
    let form = Form { rows, lanes: lanes(gpu), after };
    Layout::new(cell, batch, form).possible(gpu).then_some(form)
}

/// Whether many steps of a cell are done at once, and how.
pub(super) fn steps(gpu: &Gpu, cell: &Cell, batch: usize, half: bool) -> Result<Option<Form>> {
    let Some(form) = form(gpu, cell, batch) else { return Ok(None) };
    if gpu.info().kind == AdapterKind::Software {
        return Ok(steps_on_software(cell, batch, form.rows, cores()).then_some(form));
    }
    let product = |shape, rows| variant(gpu, shape, rows);
    let faster = || match Steps::new(gpu, cell, (batch, half), form, &product).and_then(|mut steps| steps.faster()) {
        Err(lost @ Error::DeviceLost { .. }) => Err(lost),
        // What cannot be measured is no choice.
        faster => Ok(faster.unwrap_or(false)),
    };
    let faster = once(gpu, &STEPS, (cell.kind(), cell.n_out(), batch, half), |_| true, faster)?;
    Ok(faster.then_some(form))
}

/// By the bench `steps`, in ns. One by one: a dispatch for each product, and its weights, which serve up to 16 rows each time
/// that they are loaded; all cores share them. At once: a core has the rows of a workgroup, with weights that are held; the
/// operand is read anew for each eight quads.
pub(super) fn steps_on_software(cell: &Cell, batch: usize, rows: usize, cores: usize) -> bool {
    let tile = (1.0 + 0.19 * batch.min(16) as f64) * batch.div_ceil(16) as f64 / cores as f64;
    let phases = phases(cell);
    let sizes = phases.iter().map(|phase| (Shape::of_h(phase).packed() as f64, phase.gates() as f64));
    let (mut one_by_one, mut at_once) = (0.0, 0.0);
    for (weights, gates) in sizes {
        one_by_one += 1e4 + tile * weights;
        at_once += 0.17 * rows as f64 * (weights + weights / gates);
    }
    at_once <= one_by_one
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
    let mut plain = Plain::new(gpu, shape, rows, variant)?;
    // The first compiles; the second says how often to repeat.
    plain.time(1)?;
    let times = (ENOUGH / plain.time(1)?.max(1.0)).clamp(1.0, 200.0) as usize;
    // The better of two: the first may still find the device asleep.
    Ok(plain.time(times)?.min(plain.time(times)?) / times as f64)
}
