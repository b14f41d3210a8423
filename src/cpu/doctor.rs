//! The self-test of the CPU engine on this machine: do the instructions that were chosen compute as they should?

use super::{Engine, Precision};
use crate::Result;
use crate::model::{LifRef, Reset};
use crate::network::{Connect, Network, PoissonInput, Population, Port, uniform};
use crate::number::{Arch, F32s, F64s, Lanes, Number, WordLanes};
use crate::options::EngineOptions;
use crate::plan::{LowerOptions, Plan};
use crate::random::philox4x32;
use crate::reference::Reference;
use crate::units::Literal;
use serde::Serialize;
use std::sync::Arc;

/// What one test found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The test's name.
    pub test: &'static str,
    /// Whether all was as it should be.
    pub passed: bool,
    /// What was computed.
    pub detail: String,
}

/// Tests the engine in these numbers.
///
/// # Errors
/// [`crate::Error::HostMemory`].
pub fn examine(precision: Precision) -> Result<Vec<Finding>> {
    let functions = match precision {
        Precision::F32 => functions::<F32s>(f64::from(f32::EPSILON)),
        Precision::F64 => functions::<F64s>(f64::EPSILON),
    };
    Ok(vec![functions, random_words(), network(precision)?])
}

/// The largest errors of elementary functions that are allowed: parts of the last digit.
const DIGITS: f64 = 8.0;

fn functions<N: Lanes>(epsilon: f64) -> Finding {
    let arguments: Vec<f64> = (0..4096).map(|index| (f64::from(index) - 2048.0) / 64.0 + 0.007).collect();
    let mut worst = 0.0;
    for some in arguments.chunks(N::WIDTH) {
        let z = N::from_lanes(|lane| some[lane.min(some.len() - 1)]);
        let found = Arch::new().dispatch(
            #[inline(always)]
            || [z.exponential(), z.exp_relative(), N::of(0.1).exp_step(z), z.root()],
        );
        for lane in 0..some.len() {
            let z = z.lane(lane);
            let exact = [z.exp(), Number::exp_relative(z), Number::exp_step(N::of(0.1).lane(0), z), z.sqrt()];
            for (found, exact) in found.iter().zip(exact) {
                let error = ((found.lane(lane) - exact) / exact).abs() / epsilon;
                // A root of what is below 0 is no number, for both.
                worst = if exact.is_nan() && found.lane(lane).is_nan() { worst } else { error.max(worst) };
            }
        }
    }
    let detail = format!("exp, (e^z - 1)/z, exponential Euler, square root: errors up to {worst:.1} of the last digit");
    Finding { test: "functions", passed: worst <= DIGITS, detail }
}

fn random_words() -> Finding {
    type W = <F32s as Number>::Word;
    let differs = |step: u32| {
        let first = W::from_lanes(|lane| 7 * step + lane as u32);
        let words = Arch::new().dispatch(
            #[inline(always)]
            || W::philox(first, [step, 3, 1], [11, 13]),
        );
        let differs = |lane: usize| {
            let expected = philox4x32([first.lane(lane), step, 3, 1], [11, 13]);
            words.map(|words| words.lane(lane)) != expected
        };
        (0..F32s::WIDTH).any(differs)
    };
    let differing = (0..256).filter(|&step| differs(step)).count();
    let detail = format!("Philox4x32-10: {differing} of 256 groups of counters differ");
    Finding { test: "random words", passed: differing == 0, detail }
}

/// A network with all that matters: chance, conductances, delays, refractory periods.
fn small() -> Network {
    let mut net = Network::new(0.1.ms());
    let neuron = LifRef::new().tau(20.0.ms()).r(100.0.megaohm()).tau_ref(2.0.ms()).reset(Reset::Hard);
    let neuron = neuron.v_th((-50.0).mv()).v_reset((-60.0).mv()).v_rest((-60.0).mv());
    let cells = Population::new("cells", 3000, neuron)
        .init("v", uniform((-60.0).mv(), (-50.0).mv()))
        .port("e", Port::expon(5.0.ms()).coba(0.0.mv()))
        .port("i", Port::delta());
    let cells = net.add(cells);
    net.connect(&cells, &cells, "e", Connect::fixed_indegree(20), 0.5.nanosiemens(), 0.3.ms());
    net.connect(&cells, &cells, "i", Connect::fixed_indegree(5), (-0.1).mv(), 0.2.ms());
    net.stimulate(PoissonInput::new(&cells, 100, 100.0.hz(), 0.1.mv()));
    net
}

fn network(precision: Precision) -> Result<Finding> {
    let steps = 500;
    let options = LowerOptions { block_bits: Some(10), ..LowerOptions::for_host(1, "the CPU engine") };
    let plan = Arc::new(Plan::lower(&small(), &options)?);
    let run = |threads| {
        let options = EngineOptions { threads, ..EngineOptions::default() };
        Engine::new(plan.clone(), precision, &options)?.run(steps, &mut |_| ())
    };
    let (one, all) = (run(Some(1))?, run(Some(3))?);
    let oracle = Reference::new(plan.clone())?.run(steps, &mut |_| ())?;
    let count = |recording: &crate::recording::Recording| recording.populations[0].spikes.len();
    let (found, expected) = (count(&one), count(&oracle));
    let same = if one.spike_hash() == all.spike_hash() { "the same" } else { "not the same" };
    let near = match precision {
        Precision::F32 => found.abs_diff(expected) * 50 <= expected,
        Precision::F64 => one.spike_hash() == oracle.spike_hash(),
    };
    let passed = near && expected > 1000 && one.spike_hash() == all.spike_hash();
    let detail = format!("{found} spikes, the reference has {expected}; {same} with 1 and 3 threads");
    Ok(Finding { test: "network", passed, detail })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_computes_as_it_should() {
        for precision in [Precision::F32, Precision::F64] {
            for finding in examine(precision).unwrap() {
                assert!(finding.passed, "{precision}: {finding:?}");
            }
        }
    }
}
