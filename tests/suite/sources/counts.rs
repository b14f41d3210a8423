//! Counts of Poisson inputs as each engine draws them, for each sampler on each side of its switch at np > 5 and
//! n(1 − p) > 5, and on the edge.

use super::{SIGMAS, counters, run};
use crate::device::engines;
use neuropil::network::{Network, PoissonInput, Record, Sampler};
use neuropil::units::Literal;

/// Sources of each neuron; with this and p in 128ths the edge of the switch is met exactly.
const SOURCES: u32 = 640;
/// [1/128] Probabilities: np and n(1 − p) below, at and above 5, and far above.
const PROBABILITIES: [f64; 7] = [0.75, 1.0, 1.5, 16.0, 126.5, 127.0, 127.25];
const SAMPLERS: [Sampler; 4] = [Sampler::Auto, Sampler::Normal, Sampler::Binomial, Sampler::Poisson];
const NEURONS: u32 = 400;
const STEPS: u32 = 250;
/// [standard deviations] of a standard normal: a χ² beyond has p < 1e-4.
const LIMIT: f64 = 3.719;

/// Logarithms of 0!, 1!, 2!, …
fn log_factorials(most: usize) -> Vec<f64> {
    let mut sum = 0.0;
    let next = |k: usize| {
        sum += if k > 0 { (k as f64).ln() } else { 0.0 };
        sum
    };
    (0..=most).map(next).collect()
}

/// The probability of each count.
fn distribution(sampler: Sampler, p: f64) -> Vec<f64> {
    let n = SOURCES as usize;
    let (sources, mean) = (f64::from(SOURCES), f64::from(SOURCES) * p);
    let factorials = log_factorials(2 * n);
    let binomial = |k: usize| {
        let ways = factorials[n] - factorials[k] - factorials[n - k];
        (ways + k as f64 * p.ln() + (n - k) as f64 * (1.0 - p).ln()).exp()
    };
    let normal = |k: usize| {
        let sd = (mean * (1.0 - p)).sqrt();
        // What lies beyond 0 and n falls on them.
        let low = if k == 0 { -20.0 } else { (k as f64 - 0.5 - mean) / sd };
        let high = if k == n { 20.0 } else { (k as f64 + 0.5 - mean) / sd };
        area(low.clamp(-20.0, 20.0), high.clamp(-20.0, 20.0))
    };
    match sampler {
        Sampler::Poisson => (0..=2 * n).map(|k| (k as f64 * mean.ln() - mean - factorials[k]).exp()).collect(),
        Sampler::Auto if mean > 5.0 && sources * (1.0 - p) > 5.0 => (0..=n).map(normal).collect(),
        Sampler::Normal => (0..=n).map(normal).collect(),
        Sampler::Auto | Sampler::Binomial => (0..=n).map(binomial).collect(),
    }
}

/// The area under the standard normal density, by Simpson's rule.
fn area(low: f64, high: f64) -> f64 {
    const PARTS: u32 = 2000;
    let h = (high - low) / f64::from(PARTS);
    let density = |i: u32| (-0.5 * (low + h * f64::from(i)).powi(2)).exp();
    let inner: f64 = (1..PARTS).map(|i| density(i) * if i % 2 == 1 { 4.0 } else { 2.0 }).sum();
    (density(0) + inner + density(PARTS)) * h / 3.0 / (2.0 * std::f64::consts::PI).sqrt()
}

/// How far χ² lies above what is expected, in standard deviations (Wilson and Hilferty, PNAS 17, 684, 1931). Counts that
/// are expected less than ten times are taken together with their neighbours.
fn excess(counts: &[u32], distribution: &[f64]) -> f64 {
    let total = f64::from(counts.iter().sum::<u32>());
    let mut bins: Vec<[f64; 2]> = Vec::new();
    let mut open = [0.0, 0.0];
    for (k, p) in distribution.iter().enumerate() {
        open = [open[0] + f64::from(counts.get(k).copied().unwrap_or(0)), open[1] + p * total];
        if open[1] >= 10.0 {
            bins.push(std::mem::take(&mut open));
        }
    }
    if let Some(last) = bins.last_mut() {
        *last = [last[0] + open[0], last[1] + open[1]];
    }
    let chi2: f64 = bins.iter().map(|[found, expected]| (found - expected).powi(2) / expected).sum();
    let freedom = bins.len() as f64 - 1.0;
    let spread = 2.0 / (9.0 * freedom);
    ((chi2 / freedom).cbrt() - (1.0 - spread)) / spread.sqrt()
}

/// How often each count was drawn.
fn histogram(values: &[f32]) -> Vec<u32> {
    let mut counts = vec![0; 2 * SOURCES as usize + 1];
    for value in values {
        counts[*value as usize] += 1;
    }
    counts
}

#[test]
fn counts_follow_their_distributions() {
    for engine in engines() {
        let mut net = Network::new(1.0.ms()).seed(11);
        let cases: Vec<_> = SAMPLERS.iter().flat_map(|sampler| PROBABILITIES.map(|p| (*sampler, p / 128.0))).collect();
        for (index, (sampler, p)) in cases.iter().enumerate() {
            let name = net.add(counters(&format!("p{index}"), NEURONS));
            net.stimulate(PoissonInput::new(&name, SOURCES, (p * 1000.0).hz(), 1.0.mv()).sampler(*sampler));
            net.record(Record::new(&name, ["v"]));
        }
        let recording = run(&net, &engine, STEPS);
        let draws = f64::from(NEURONS * STEPS);
        let mut rejected = 0;
        for ((sampler, p), trace) in cases.iter().zip(&recording.traces) {
            let expected = distribution(*sampler, *p);
            let moment = |centre: f64, power| -> f64 {
                expected.iter().enumerate().map(|(k, q)| q * (k as f64 - centre).powi(power)).sum()
            };
            let mean = moment(0.0, 1);
            let (variance, fourth) = (moment(mean, 2), moment(mean, 4));
            let values: Vec<f64> = trace.values.iter().map(|value| f64::from(*value)).collect();
            let found = values.iter().sum::<f64>() / draws;
            let spread = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / draws;
            let what = format!("{sampler:?} of {SOURCES} sources with p = {p}");
            let error = (variance / draws).sqrt();
            assert!((found - mean).abs() < SIGMAS * error, "{what}: mean {found}, expected {mean} ± {error}");
            let error = ((fourth - variance * variance) / draws).sqrt();
            assert!(
                (spread - variance).abs() < SIGMAS * error,
                "{what}: variance {spread}, expected {variance} ± {error}"
            );
            let counts = histogram(&trace.values);
            let excess_here = excess(&counts, &expected);
            assert!(excess_here < LIMIT, "{what}: χ² is {excess_here} standard deviations too large");
            // The test can fail: a Poisson count is not a binomial one.
            if *sampler == Sampler::Poisson && *p > 0.1 {
                assert!(excess(&counts, &distribution(Sampler::Binomial, *p)) > LIMIT, "{what}");
                rejected += 1;
            }
        }
        assert_eq!(rejected, 4);
    }
}
