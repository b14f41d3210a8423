//! What of a weight arrives: its count in the port's scale, exactly, however many synapses a neuron has.

use crate::device::{backends, is_exact, name, simulation};
use crate::tolerances::ONE_ROUNDING;
use neuropil::network::{
    Array, Connect, Network, PoissonSpikes, Population, Port, Precision, Record, SpikeTimes, Value,
};
use neuropil::units::Literal;

/// A neuron whose V is the sum of what arrives in a step, and never fires.
fn meter() -> Population {
    Population::new("meter", 1, neuropil::network::Neuron::from("spike_source").param("v_th", 1e9.mv()))
        .port("p", Port::delta())
}

/// The finest power of two at which all |weights| fit an i32 together, each rounded: found by trial.
fn power_of(weights: &[f64]) -> i32 {
    let sum = |power: i32| weights.iter().map(|weight| (weight.abs() * 2f64.powi(power)).round()).sum::<f64>();
    (-30..60).rev().find(|&power| sum(power) <= f64::from(i32::MAX)).expect("the weights are moderate")
}

/// Sources that fire one after the other, from step 0 on, then all at once, onto one neuron: `[projection, source]`.
fn check(projections: &[Vec<f64>]) {
    let mut net = Network::new(1.0.ms());
    net.add(meter());
    let all = projections.concat();
    let mut fired = 0;
    for (index, weights) in projections.iter().enumerate() {
        let sources = net.add(Population::new(format!("sources{index}"), weights.len() as u32, "spike_source"));
        // One weight is the projection's own, more are an array.
        let weight: Value = match weights[..] {
            [weight] => weight.mv().into(),
            _ => Array::inline(weights.clone(), &[weights.len(), 1], "mV").unwrap().into(),
        };
        net.connect(&sources, "meter", "p", Connect::all_to_all(), weight, 1.0.ms());
        net.projections[index].precision = Some(Precision::Exact);
        let alone = (0..weights.len()).map(|source| (source as u32, ((fired + source) as f64).ms()));
        let together = (0..weights.len()).map(|source| (source as u32, (all.len() as f64).ms()));
        net.stimulate(SpikeTimes::new(&sources, alone.chain(together), 1.0.mv()));
        fired += weights.len();
    }
    let power = power_of(&all);
    let counts: Vec<i32> = all.iter().map(|weight| (weight * 2f64.powi(power)).round() as i32).collect();
    let arriving: Vec<i32> = counts.iter().copied().chain([counts.iter().sum()]).collect();
    for backend in backends() {
        let mut simulation = simulation(&net, &backend);
        simulation.run_steps(1, &mut |_| ()).unwrap();
        for (step, &count) in arriving.iter().enumerate() {
            // Nothing else is under way.
            let sum: i32 = simulation.state().unwrap().ring.iter().sum();
            assert_eq!(sum, count, "{}: under way after step {step}", name(&backend));
            simulation.run_steps(1, &mut |_| ()).unwrap();
            let found = simulation.variable("meter", "v").unwrap()[0];
            let exact = f64::from(count) * 2f64.powi(-power);
            let bound = if is_exact(&backend) { 0.0 } else { ONE_ROUNDING * exact.abs() };
            assert!((found - exact).abs() <= bound, "{}: {found}, not {exact}, in step {step}", name(&backend));
        }
    }
}

#[test]
fn weights_arrive_as_they_are_counted() {
    check(&[vec![0.1, -0.3, 1.0 / 3.0, 1.1, -2.7, 1000.0 / 7.0, 1e-3, std::f64::consts::PI]]);
    check(&[vec![0.1]]);
    check(&[vec![-6e-6, 67e-6]]);
}

#[test]
fn all_projections_onto_a_port_share_its_scale() {
    // The jump of both together is 1000.001 mV.
    check(&[vec![1000.0], vec![0.001]]);
    check(&[vec![0.001], vec![1000.0]]);
    check(&[vec![0.7, 0.1], vec![12.3], vec![-5.5, 1e-4, 0.9]]);
}

#[test]
fn excitation_and_inhibition_do_not_cancel_in_the_scale() {
    check(&[vec![0.3], vec![-0.3]]);
    check(&[vec![0.3, -0.3, 0.3, -0.3]]);
}

#[test]
fn a_million_weights_that_are_rounded_up_do_not_wrap() {
    // Sixteen bits finer, each would be 2047.75; 2^20 of 2048 are beyond an i32.
    let weight = 0.001_952_886_581_420_898;
    let mut net = Network::new(1.0.ms());
    let sources = net.add(Population::new("sources", 1 << 20, "spike_source"));
    net.add(meter());
    net.connect(&sources, "meter", "p", Connect::all_to_all(), weight.mv(), 1.0.ms());
    net.stimulate(PoissonSpikes::new(&sources, 1.0.khz(), 1.0.mv()));
    net.record(Record::new("meter", ["v"]));
    for backend in backends() {
        let mut simulation = simulation(&net, &backend);
        assert_eq!(simulation.plan().populations[1].ports[0].scale.power, 19);
        let recording = simulation.run_steps(3, &mut |_| ()).unwrap();
        // 1024·2^20 in units of 2^-19.
        assert_eq!(recording.traces[0].values, [0.0, 2048.0, 2048.0], "{}", name(&backend));
    }
}

/// Weights that are rounded up together, because compact ones are multiples of what the largest asks for, still fit an i32.
#[test]
fn compact_weights_far_below_the_largest_overflow_nothing() {
    let small = 60_000;
    let mut weights = vec![f64::from(1000u32 << 21)];
    let fits = |weights: &[f64], more: f64| {
        let sum = weights.iter().sum::<f64>() + more + 64.0 * f64::from(small);
        let spread = sum / 1024.0 + 2.0 * (weights.len() as f64 + 1.0 + f64::from(small)) + 2.0;
        sum + spread <= f64::from(i32::MAX)
    };
    for bits in (3..=20).rev() {
        let weight = f64::from(512u32 << bits);
        while fits(&weights, weight) {
            weights.push(weight);
        }
    }
    weights.extend(std::iter::repeat_n(64.0, small as usize));
    let sources = weights.len() as u32;
    let mut net = Network::new(1.0.ms());
    net.add(meter());
    net.add(Population::new("sources", 1, "spike_source"));
    let values = Array::inline(weights, &[sources as usize], "mV").unwrap();
    net.connect("sources", "meter", "p", Connect::list((0..sources).map(|_| (0, 0))), values, 1.0.ms());
    net.projections[0].precision = Some(Precision::Compact);
    let plan = neuropil::plan::Plan::lower(&net, &neuropil::plan::LowerOptions::default()).unwrap();
    let sum: i64 = plan.synapses.row(1, 0).iter().map(|synapse| i64::from(synapse.weight).abs()).sum();
    // At the next finer scale it would not fit.
    assert!((i64::from(i32::MAX) / 4..=i64::from(i32::MAX)).contains(&sum), "{sum}");
}
