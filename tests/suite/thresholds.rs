//! At exactly its threshold a neuron spikes, and a hair below it does not, on the device and in the reference; one whose
//! threshold must be exceeded spikes a hair above it.
//!
//! Membranes that have no time to move are kicked from one exactly representable potential to another.

use crate::device::{backends, name, run};
use neuropil::model::{ModelKind, catalogue};
use neuropil::network::{Network, Neuron, Population, SpikeTimes};
use neuropil::units::{Literal, Quantity};

/// A model, with what holds its membrane, where it starts, and its threshold.
struct Case {
    model: &'static str,
    params: &'static [(&'static str, &'static str)],
    init: &'static [(&'static str, f64)],
    threshold: f64,
}

/// With a time constant or a capacitance of 1e30 nothing moves V but jumps.
const CASES: [Case; 12] = [
    Case { model: "if", params: &[("tau", "1e30 ms")], init: &[("v", 0.0)], threshold: 1.0 },
    Case { model: "lif", params: &[("tau", "1e30 ms")], init: &[("v", 0.0)], threshold: 1.0 },
    Case { model: "lif_ref", params: &[("tau", "1e30 ms")], init: &[("v", 0.0)], threshold: 1.0 },
    Case {
        model: "alif",
        params: &[("tau", "1e30 ms"), ("tau_a", "1e30 ms"), ("beta", "0.25 mV")],
        init: &[("v", 0.0), ("a", 4.0)],
        threshold: 2.0,
    },
    // u = 140 mV balances what is left of the parabola at v = 0.
    Case { model: "izhikevich", params: &[], init: &[("v", 0.0), ("u", 140.0)], threshold: 30.0 },
    Case { model: "adex", params: &[("c", "1e30 pF"), ("tau_w", "1e30 ms")], init: &[("v", 15.0)], threshold: 20.0 },
    Case { model: "exp_if", params: &[("tau", "1e30 ms")], init: &[("v", -32.0)], threshold: -30.0 },
    Case { model: "quadratic_if", params: &[("tau", "1e30 ms")], init: &[("v", 15.0)], threshold: 20.0 },
    Case { model: "iaf_psc_exp", params: &[("tau_m", "1e30 ms")], init: &[("v", -70.0)], threshold: -55.0 },
    Case {
        model: "hodgkin_huxley",
        params: &[("c", "1e30 pF"), ("v_th", "-20 mV")],
        init: &[("v", -24.0)],
        threshold: -20.0,
    },
    Case { model: "spike_source", params: &[], init: &[], threshold: 1.0 },
    // A step of 64 time constants takes V all the way to what drives it: e^-64 is lost in the rounding.
    Case { model: "leaky_spike_readout", params: &[("tau", "0.015625 ms")], init: &[("v", 0.0)], threshold: 1.0 },
];

/// Its threshold must be exceeded, and a kick acts in the step after its own.
const STRICT: Case =
    Case { model: "lif_syn", params: &[("tau_m", "1e30 ms")], init: &[("v", -48.0)], threshold: -45.0 };

/// Two cells, each kicked once, by the numbers of mV given.
fn kicked(case: &Case, kicks: [f64; 2]) -> Network {
    let mut net = Network::new(1.0.ms());
    let set = |neuron: Neuron, (param, value): &(&str, &str)| {
        neuron.param(*param, Quantity::parse(value).expect("the table is sound"))
    };
    let neuron = case.params.iter().fold(Neuron::from(case.model), set);
    let unit = |variable: &str, value: f64| match variable {
        "a" => Quantity::number(value),
        _ => value.mv().into(),
    };
    let cells = Population::new("cells", 2, neuron);
    net.add(case.init.iter().fold(cells, |cells, (variable, value)| cells.init(*variable, unit(variable, *value))));
    for (cell, kick) in (0..).zip(kicks) {
        assert_eq!(f64::from(kick as f32), kick, "{}: a float32 holds it", case.model);
        net.stimulate(SpikeTimes::new("cells", [(cell, 0.0.ms())], kick.mv()));
    }
    net
}

#[test]
fn the_threshold_itself_is_reached() {
    for case in &CASES {
        let start = case.init.first().map_or(0.0, |(_, v)| *v);
        let below = f64::from((case.threshold as f32).next_down());
        let net = kicked(case, [case.threshold - start, below - start]);
        for backend in backends() {
            let mut spikes: Vec<_> = run(&net, &backend, 2).populations[0].spikes.iter().collect();
            // Who has spiked is reset in the next step, and does not spike again. (The other may rise by itself by then.)
            spikes.retain(|(step, _, cell)| *step == 0 || *cell == 0);
            assert_eq!(spikes, [(0, 0, 0)], "{}: {}", name(&backend), case.model);
        }
    }
}

#[test]
fn a_strict_threshold_is_exceeded() {
    let (start, above) = (STRICT.init[0].1, f64::from((STRICT.threshold as f32).next_up()));
    let net = kicked(&STRICT, [STRICT.threshold - start, above - start]);
    for backend in backends() {
        let spikes: Vec<_> = run(&net, &backend, 3).populations[0].spikes.iter().collect();
        assert_eq!(spikes, [(1, 0, 1)], "{}", name(&backend));
    }
}

#[test]
fn who_starts_at_the_threshold_does_not_rise_through_it() {
    let case = |v| Case {
        model: "hodgkin_huxley",
        params: &[("c", "1e30 pF"), ("v_th", "-20 mV")],
        init: v,
        threshold: -20.0,
    };
    for backend in backends() {
        let spikes = |v, kick| run(&kicked(&case(v), [kick, 0.0]), &backend, 1).populations[0].spikes.neuron.clone();
        assert_eq!(spikes(&[("v", -20.0)], 5.0), [0; 0], "{}", name(&backend));
        assert_eq!(spikes(&[("v", -21.0)], 5.0), [0], "{}", name(&backend));
    }
}

#[test]
fn every_neuron_with_a_threshold_was_looked_at() {
    let neurons = catalogue().expect("the catalogue is sound").iter().filter(|model| model.kind == ModelKind::Neuron);
    let mut names: Vec<_> = neurons.map(|model| model.name()).collect();
    // The one never spikes, the other is looked at above.
    names.retain(|name| !["leaky_rate_readout", STRICT.model].contains(name));
    assert_eq!(names, CASES.map(|case| case.model));
}
