//! How fast a device is, kernel by kernel and network by network, each beside its floor.
//!
//! A floor is a small kernel that does only what cannot be avoided: moves the same words, adds the same weights,
//! dispatches nothing as often. It is measured in turns with the thing itself, so that a ratio stands even where a
//! busy machine makes the times themselves worth little. No test asserts any of them.

mod cases;
mod cells;
mod deliver;
mod floor;
mod networks;
mod table;
mod turns;
mod update;

pub use table::table;

use crate::gpu::Gpu;
use crate::{Error, Result};
use serde::Serialize;

/// A number that a bench measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measurement {
    /// The bench's name, see [`list`].
    pub name: String,
    /// What was measured.
    pub what: String,
    /// The unit of all values but `ratio`.
    pub unit: &'static str,
    /// The median over the repetitions.
    pub value: f64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
    /// The floor's median, measured in turns with it.
    pub floor: Option<f64>,
    /// How many times as long as its floor it takes: the median over the turns.
    pub ratio: Option<f64>,
}

/// A bench that can be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Bench {
    /// Its name.
    pub name: &'static str,
    /// What it measures.
    pub what: &'static str,
    /// What stands beside it.
    pub floor: &'static str,
}

/// All benches, in the order in which they run.
pub fn list() -> impl Iterator<Item = Bench> {
    cases::ALL.iter().map(|case| case.bench)
}

/// Runs the benches whose names begin with one of `names`; all, if there are none. It takes seconds each.
///
/// # Errors
/// [`Error::Request`] for a name that no bench has; whatever the device may fail with.
pub fn run(gpu: &Gpu, names: &[String]) -> Result<Vec<Measurement>> {
    if let Some(unknown) = names.iter().find(|name| !list().any(|bench| bench.name.starts_with(name.as_str()))) {
        let known: Vec<_> = list().map(|bench| bench.name).collect();
        return Err(Error::request("bench", format!("there is no `{unknown}`"), known.join(", ")));
    }
    let wanted = |name: &str| names.is_empty() || names.iter().any(|prefix| name.starts_with(prefix.as_str()));
    let mut measured = Vec::new();
    for case in cases::ALL.iter().filter(|case| wanted(case.bench.name)) {
        measured.extend((case.measure)(gpu, &case.bench)?);
    }
    Ok(measured)
}
