//! How fast a device or the CPU engine is, kernel by kernel and network by network, each beside its floor.
//!
//! A floor is a small kernel that does only what cannot be avoided: moves the same words, adds the same weights,
//! dispatches nothing as often. It is measured in turns with the thing itself, so that a ratio stands even where a
//! busy machine makes the times themselves worth little. No test asserts any of them.

mod cases;
mod cells;
mod deliver;
mod floor;
mod host;
mod models;
mod networks;
mod plasticity;
mod profile;
mod report;
mod table;
mod turns;
mod update;

pub use profile::{Kernel, Profile, Profiled, networks, profile, tried};
pub use report::report;
pub use table::table;

use crate::options::Arithmetic;
use crate::{Backend, Error, Result};
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

/// Runs the benches, on a device with this arithmetic, whose names begin with one of `names`; all that the backend has, if there are none. It takes seconds each.
///
/// # Errors
/// [`Error::Request`] for a name that no bench of the backend has, and for the reference, which is not meant to be fast; whatever
/// the device may fail with.
pub fn run(backend: &Backend, arithmetic: Arithmetic, names: &[String]) -> Result<Vec<Measurement>> {
    type Measure<'a> = Box<dyn Fn() -> Result<Vec<Measurement>> + 'a>;
    let of_case = |case: &'static cases::Case| -> Option<(Bench, Measure<'_>)> {
        let bench = case.bench;
        let measure: Measure<'_> = match backend {
            Backend::Gpu(gpu) => {
                case.device.map(|measure| Box::new(move || measure(&gpu.computing(arithmetic), &bench)) as Measure<'_>)
            }
            Backend::Cpu { precision, .. } => {
                case.cpu.map(|measure| Box::new(move || measure(*precision, &bench)) as Measure<'_>)
            }
            Backend::Reference => None,
        }?;
        Some((bench, measure))
    };
    let there: Vec<_> = cases::ALL.iter().filter_map(of_case).collect();
    let is_reference = there.is_empty();
    let wanted = known(there, |(bench, _)| bench.name, names)?;
    if is_reference {
        return Err(Error::request("bench", "the reference is not meant to be fast", "a device, cpu or cpu:f64"));
    }
    let mut measured = Vec::new();
    for (_, measure) in wanted {
        measured.extend(measure()?);
    }
    Ok(measured)
}

/// Those whose names begin with one of `names`; all if there are none.
///
/// # Errors
/// [`Error::Request`] for a name that none has.
fn known<T>(there: Vec<T>, name_of: impl Fn(&T) -> &'static str, names: &[String]) -> Result<Vec<T>> {
    let is_wanted = |one: &T, name: &String| name_of(one).starts_with(name.as_str());
    if let Some(unknown) = names.iter().find(|name| !there.iter().any(|one| is_wanted(one, name))) {
        let all: Vec<_> = there.iter().map(name_of).collect();
        return Err(Error::request("bench", format!("there is no `{unknown}`"), all.join(", ")));
    }
    let wanted = |one: &T| names.is_empty() || names.iter().any(|name| is_wanted(one, name));
    Ok(there.into_iter().filter(wanted).collect())
}
