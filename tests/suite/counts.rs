//! Poisson input: the device draws exactly the counts that the reference draws, and V jumps by weight times count.

use crate::device::{advance, backends, engine, gpu, name, plan, run};
use neuropil::model::Lif;
use neuropil::network::{Network, PoissonInput, Population, Port, Record, Sampler};
use neuropil::sim::EngineOptions;
use neuropil::units::Literal;

/// Sources, rate in Hz, sampler, and the mean and variance of a step's count.
const CASES: [(u32, f64, Sampler, f64, f64); 6] = [
    (1000, 8.0, Sampler::Auto, 0.8, 0.7994),
    (10_000, 25.0, Sampler::Auto, 25.0, 24.9375 + 1.0 / 12.0),
    (10_000, 25.0, Sampler::Normal, 25.0, 24.9375 + 1.0 / 12.0),
    (40, 3000.0, Sampler::Binomial, 12.0, 8.4),
    (500, 20_000.0, Sampler::Poisson, 1000.0, 1000.0),
    (3, 10_000.0, Sampler::Binomial, 3.0, 0.0),
];
const SIZE: u32 = 300;
const STEPS: u32 = 37;

/// Cells that keep what they get: a leak of 1e-13 a step is lost in the rounding of an f32.
fn keeper() -> Lif {
    Lif::new().tau(1e12.ms()).v_th(1e9.mv())
}

fn counters(weight_mv: f64, port: bool) -> Network {
    let mut net = Network::new(0.1.ms()).seed(1 << 40 | 99);
    for (index, (sources, rate, sampler, ..)) in CASES.into_iter().enumerate() {
        let cells = net.add(Population::new(format!("cells{index}"), SIZE, keeper()).port("p", Port::delta()));
        let input = PoissonInput::new(&cells, sources, rate.hz(), weight_mv.mv()).sampler(sampler);
        net.stimulate(if port { input.port("p") } else { input });
        net.record(Record::new(&cells, ["v"]));
    }
    net
}

/// Every case's counts, `[step, neuron]`, from V in whole mV.
fn counts(net: &Network, backend: &neuropil::Backend) -> Vec<Vec<u32>> {
    let recording = run(net, backend, STEPS);
    let differences = |values: &[f32]| {
        let size = SIZE as usize;
        let before = |at: usize| if at < size { 0.0 } else { values[at - size] };
        let difference = |at: usize| {
            assert_eq!(values[at].fract(), 0.0, "V is a sum of whole jumps");
            (values[at] - before(at)) as u32
        };
        (0..values.len()).map(difference).collect()
    };
    recording.traces.iter().map(|trace| differences(&trace.values)).collect()
}

#[test]
fn device_and_reference_count_alike() {
    let mut seen = Vec::new();
    for backend in backends() {
        for port in [false, true] {
            let counts = counts(&counters(1.0, port), &backend);
            // Into a port or into V, the numbers are those of the stimulus.
            if seen.is_empty() {
                seen = counts;
            } else {
                assert!(seen == counts, "{}, port {port}", name(&backend));
            }
        }
    }
}

#[test]
fn counts_have_their_mean_and_variance() {
    for backend in backends() {
        for (counts, case) in counts(&counters(1.0, false), &backend).iter().zip(CASES) {
            let (n, (_, _, _, mean, variance)) = (counts.len() as f64, case);
            let found = counts.iter().map(|&count| f64::from(count)).sum::<f64>() / n;
            let spread = counts.iter().map(|&count| (f64::from(count) - found).powi(2)).sum::<f64>() / n;
            // Four standard errors of the mean, and of the variance of something near normal.
            let (error, spread_error) = (4.0 * (variance / n).sqrt(), 4.0 * variance * (2.5 / n).sqrt());
            assert!((found - mean).abs() <= error, "{}: {case:?}: mean {found}", name(&backend));
            assert!((spread - variance).abs() <= spread_error, "{}: {case:?}: variance {spread}", name(&backend));
        }
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn v_jumps_by_weight_times_count() {
    let gpu = gpu();
    let whole = counts(&counters(1.0, false), &neuropil::Backend::Gpu(gpu.clone()));
    let scaled = advance(&mut engine(&gpu, &plan(&gpu, &counters(0.1, false)), &EngineOptions::default()), 1);
    for (counts, trace) in whole.iter().zip(&scaled.traces) {
        for (&count, &v) in counts.iter().zip(&trace.values) {
            assert_eq!(v, count as f32 * 0.1);
        }
    }
}

#[test]
fn only_the_listed_are_driven_and_duplicates_count_twice() {
    let mut net = Network::new(0.1.ms());
    let cells = net.add(Population::new("cells", 10, keeper()));
    net.stimulate(PoissonInput::new(&cells, 100, 1000.0.hz(), 1.0.mv()).neurons([4, 9, 4]));
    net.record(Record::new(&cells, ["v"]).every(100.0.ms()));
    for backend in backends() {
        let recording = run(&net, &backend, 3001);
        let last = &recording.traces[0].values[30..];
        for (neuron, &v) in last.iter().enumerate() {
            // 10 and 20 events a step over 3001 steps; the standard deviations are 164 and 232.
            let (mean, error) = match neuron {
                4 => (60_020.0, 930.0),
                9 => (30_010.0, 660.0),
                _ => (0.0, 0.0),
            };
            assert!((v - mean).abs() <= error, "{}: neuron {neuron} got {v}", name(&backend));
        }
    }
}

#[test]
fn neurons_stimuli_and_seeds_draw_differently() {
    let with_seed = |seed| {
        let mut net = Network::new(0.1.ms()).seed(seed);
        for name in ["one", "other"] {
            let cells = net.add(Population::new(name, 2, keeper()));
            net.stimulate(PoissonInput::new(&cells, 1000, 100.0.hz(), 1.0.mv()));
            net.record(Record::new(&cells, ["v"]));
        }
        net
    };
    for backend in backends() {
        let column = |seed, trace: usize, neuron: usize| -> Vec<f32> {
            let recording = run(&with_seed(seed), &backend, 20);
            recording.traces[trace].values.iter().copied().skip(neuron).step_by(2).collect()
        };
        let base = column(1, 0, 0);
        assert_eq!(base, column(1, 0, 0));
        for other in [column(1, 0, 1), column(1, 1, 0), column(2, 0, 0), column(1 | 1 << 32, 0, 0)] {
            assert_ne!(base, other, "{}", name(&backend));
        }
    }
}
