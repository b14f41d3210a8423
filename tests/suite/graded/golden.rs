//! brainstate's traces of AMPA and GABAa and brainpy's of BioNMDA, as targets see them: weighed, added up, and later by the delay.

use crate::device::{backends, is_exact, name, simulation};
use crate::golden::{case, numbers};
use neuropil::Backend;
use neuropil::model::Lif;
use neuropil::network::{Array, Connect, Network, Part, Population, Port, SpikeTimes};
use neuropil::units::Literal;

/// [steps] The delay of the projection.
const DELAY: usize = 3;

/// In f64 what brainstate's own order of operations, and 12 decimals, may differ by; in f32 what 600 steps round, of sums of some 5 mV.
fn tolerance(backend: &Backend) -> f64 {
    if is_exact(backend) { 1e-10 } else { 2e-4 }
}

/// The largest difference of g, and of V of a target that adds up all values with these weights; `factor` is on one of the rates.
fn difference(case_name: &str, model: &str, backend: &Backend, factor: f64) -> f64 {
    let case = case(case_name);
    let dt = case["dt"].as_f64().expect("a number");
    let rows = |key: &str| -> Vec<Vec<f64>> { case[key].as_array().expect("an array").iter().map(numbers).collect() };
    let (spikes, output) = (rows("pre_spike"), rows("output"));
    let size = spikes[0].len();
    let params = case["params"].as_object().expect("a table");
    let part = params.keys().fold(Part::new(model), |part, key| {
        let unit = match key.as_str() {
            "alpha" | "alpha2" => "1/(ms*mM)",
            "T" => "mM",
            "T_dur" => "ms",
            _ => "1/ms",
        };
        let moved = if key.starts_with("beta") { factor } else { 1.0 };
        let values = numbers(&params[key]).into_iter().map(|value| value * moved).collect();
        part.param(key.to_lowercase(), Array::inline(values, &[size], unit).expect("the shape fits"))
    });
    let mut net = Network::new(dt.ms());
    let source = net.add(Population::new("source", size as u32, "spike_source"));
    let silent = Lif::new().tau(5.0.ms()).v_th(1e6.mv());
    let target = net.add(Population::new("target", 1, silent).port("in", Port::delta()));
    let fired = spikes.iter().enumerate().flat_map(|(step, row)| {
        (0..size).filter(|&neuron| row[neuron] == 1.0).map(move |neuron| (neuron as u32, (dt * step as f64).ms()))
    });
    net.stimulate(SpikeTimes::new(&source, fired.collect::<Vec<_>>(), 1.5.mv()));
    // f32 holds them.
    let weights: Vec<f64> = (0..size).map(|neuron| 0.25 * (neuron as f64 - 2.5)).collect();
    let weight = Array::inline(weights.clone(), &[size, 1], "mV").expect("the shape fits");
    let rule = Connect::all_to_all().name("p").model(part);
    net.connect(&source, &target, "in", rule, weight, (DELAY as f64 * dt).ms());
    let mut simulation = simulation(&net, backend);
    let (mut v, mut worst, far) = (0.0, 0.0f64, -(-dt / 5.0).exp_m1());
    for step in 0..spikes.len() {
        simulation.run_steps(1, &mut |_| ()).expect("the run succeeds");
        let g = simulation.read("source", "p.g", 0, ..).expect("it is there");
        for (found, expected) in g.iter().zip(&output[step]) {
            worst = worst.max((found - expected).abs());
        }
        let given = step.checked_sub(DELAY).map(|step| &output[step]);
        let sum: f64 = given.map_or(0.0, |given| given.iter().zip(&weights).map(|(g, weight)| g * weight).sum());
        v += far * -v + sum;
        worst = worst.max((simulation.read("target", "v", 0, ..).expect("it is there")[0] - v).abs());
    }
    assert!(v.abs() > 1.0, "{case_name}: the target sees something");
    worst
}

#[test]
fn values_reach_their_targets_as_brainstate_and_brainpy_have_them() {
    for backend in backends() {
        for (case, model) in [("AMPA", "ampa"), ("GABAa", "gabaa"), ("BioNMDA", "bio_nmda")] {
            let worst = difference(case, model, &backend, 1.0);
            println!("{}: {case}: {worst:e}", name(&backend));
            assert!(worst < tolerance(&backend), "{}: {case}: {worst:e}", name(&backend));
            let moved = difference(case, model, &backend, 1.01);
            assert!(moved > tolerance(&backend), "{}: {case}: a hundredth more of a rate is {moved:e}", name(&backend));
        }
    }
}
