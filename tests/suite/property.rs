//! Networks that nobody thought of: all that a network may say is drawn from a seed, and how it is executed; and what holds of every
//! network must hold of each. Its file says the same; the CPU engine in f64 runs it as the reference does; the device and the CPU in f32
//! have the same bits; each item is its network alone; and each step of each engine is the reference's from the same state.
//!
//! A case that fails is made as simple as it can be while it still fails, and printed as a network file.

mod axes;
mod case;
mod check;
mod dice;
mod draw;
mod shrink;
mod tests;

use case::Case;
use check::{Failure, Seen, check};
use std::fmt::Write;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Which seeds the long run draws from, `7000..7100`, where others are asked for.
pub const SEEDS: &str = "NEUROPIL_DRAWN";
/// How long a failure is made simpler, and how many are.
const SHRINKING: (Duration, usize) = (Duration::from_secs(100), 3);
/// Cases at once: a driver compiles a kernel on one thread.
const AT_ONCE: usize = 2;

/// Checks a case of each seed; returns what was seen, or panics with what failed.
fn check_all(seeds: Range<u64>) -> Vec<(Case, Seen)> {
    let next = AtomicU64::new(seeds.start);
    let (seen, failed) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return;
            }
            let case = draw::case(seed);
            match check(&case) {
                Ok(found) => {
                    println!("seed {seed} agrees: {} spikes, {} synapses", found.spikes, found.synapses);
                    seen.lock().expect("nobody panics here").push((case, found));
                }
                Err(failure) => {
                    println!("seed {seed}: {failure}");
                    failed.lock().expect("nobody panics here").push((seed, case, failure));
                }
            }
        }
    };
    std::thread::scope(|scope| (0..AT_ONCE).for_each(|_| drop(scope.spawn(work))));
    let failed = failed.into_inner().expect("nobody panics here");
    let mut said = String::new();
    for (seed, case, failure) in failed.iter().take(SHRINKING.1) {
        let _ = write!(said, "\nseed {seed}: {}", simplest(case, failure));
    }
    assert!(failed.is_empty(), "{} of {} cases failed{said}", failed.len(), seeds.end - seeds.start);
    seen.into_inner().expect("nobody panics here")
}

/// What is said of a failure: the simplest case that fails in the same way, as a network file.
fn simplest(case: &Case, failure: &Failure) -> String {
    let fails = |simpler: &Case| check::fails(simpler, failure.way);
    let simpler = if failure.way.can_shrink() { shrink::shrink(case, SHRINKING.0, fails) } else { case.clone() };
    let what = check(&simpler).err().map_or_else(|| "it does not fail again".to_owned(), |found| found.to_string());
    format!("{failure}\nSimpler: {what}\n{simpler}")
}
