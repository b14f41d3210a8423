//! brainstate's traces of STP and STD, as all executors compute them.

use crate::device::{backends, name, run};
use crate::golden::{case, numbers};
use neuropil::model::{Std, Stp};
use neuropil::network::{Array, Connect, Network, Part, Population, Port, Record, SpikeTimes};
use neuropil::units::Literal;

/// u and x, which lie between 0 and 1, over 600 steps: traces are f32, and each step rounds some four times.
const TOLERANCE: f64 = 1e-5;

/// The largest difference of a variable, with a time constant off by a factor.
fn difference(case_name: &str, backend: &neuropil::Backend, factor: f64) -> f64 {
    let case = case(case_name);
    let of = |key: &str| case["params"][key].as_array().map(|_| numbers(&case["params"][key])).unwrap_or_default();
    let array =
        |values: Vec<f64>, unit: &str| Array::inline(values.clone(), &[values.len()], unit).expect("the shape fits");
    let times = |key: &str| of(key).into_iter().map(|tau| tau * factor).collect::<Vec<_>>();
    let (model, variables) = match case_name {
        "STP" => {
            let model = Part::from(Stp::new()).param("tau_f", array(of("tau_f"), "ms"));
            (model.param("tau_d", array(times("tau_d"), "ms")), vec!["u", "x"])
        }
        _ => (Part::from(Std::new()).param("tau", array(times("tau"), "ms")), vec!["x"]),
    };
    let spikes: Vec<Vec<f64>> = case["pre_spike"].as_array().expect("an array").iter().map(numbers).collect();
    let size = spikes[0].len();
    let mut net = Network::new(case["dt"].as_f64().expect("a number").ms());
    let source = net.add(Population::new("source", size as u32, "spike_source"));
    let target = net.add(Population::new("target", 1, "lif").port("in", Port::delta()));
    let fired = spikes.iter().enumerate().flat_map(|(step, row)| {
        let time = case["dt"].as_f64().expect("a number") * step as f64;
        (0..size).filter(|&neuron| row[neuron] == 1.0).map(move |neuron| (neuron as u32, time.ms()))
    });
    net.stimulate(SpikeTimes::new(&source, fired.collect::<Vec<_>>(), 1.5.mv()));
    let model = model.param("u", array(of("U"), "1"));
    net.connect(&source, &target, "in", Connect::all_to_all().name("p").model(model), 0.1.mv(), 0.1.ms());
    net.record(Record::of_projection("p", variables.clone()));
    let recording = run(&net, backend, spikes.len() as u32);
    let mut worst = 0.0f64;
    for (variable, trace) in variables.iter().zip(&recording.traces) {
        assert_eq!((trace.population.as_str(), trace.variable.as_str()), ("p", *variable));
        let expected = case[variable].as_array().expect("an array").iter().flat_map(numbers);
        assert_eq!(trace.values.len(), spikes.len() * size);
        let far = trace.values.iter().zip(expected).map(|(found, expected)| (f64::from(*found) - expected).abs());
        worst = far.fold(worst, f64::max);
    }
    worst
}

#[test]
fn plasticity_follows_brainstate() {
    for backend in backends() {
        for case in ["STP", "STD"] {
            let worst = difference(case, &backend, 1.0);
            println!("{}: {case}: {worst:e}", name(&backend));
            assert!(worst < TOLERANCE, "{}: {case}: {worst:e}", name(&backend));
            let moved = difference(case, &backend, 1.001);
            assert!(moved > TOLERANCE, "{}: {case}: a thousandth more of a time constant is {moved:e}", name(&backend));
        }
    }
}
