//! ALIF's and Izhikevich's adaptation, refractory periods, and what arrives between and during spikes.

use super::*;
use crate::network::{Current, Part, Port, Record, SpikeTimes, Synapse};
use crate::units::Literal;

fn alone(neuron: impl Into<crate::network::Neuron>, milliamperes: f64) -> Network {
    let mut network = Network::new(0.1.ms());
    network.add(Population::new("cells", 1, neuron));
    network.stimulate(Current::new("cells", milliamperes.ma()));
    network
}

#[test]
fn alif_fires_ever_more_slowly() {
    for (reset, expected) in
        [(crate::model::Reset::Soft, [34, 74, 117, 163]), (crate::model::Reset::Hard, [34, 74, 120, 171])]
    {
        let recording = reference(&alone(Alif::new().reset(reset), 2.0)).run(200, &mut |_| ()).unwrap();
        assert_eq!(steps_of(&recording, 0)[..4], expected, "{reset:?}");
    }
}

#[test]
fn alif_adds_up_its_faded_spikes() {
    let mut neuron = reference(&alone(Alif::new().tau_a(30.0.ms()), 3.0));
    let mut fired: Vec<u32> = Vec::new();
    for step in 0..2000 {
        // A spike counts from the step after it on.
        let expected: f64 = fired.iter().map(|spike| (-0.1 * f64::from(step - spike) / 30.0).exp()).sum();
        fired.extend(steps_of(&neuron.run(1, &mut |_| ()).unwrap(), 0));
        let a = neuron.value(0, 1, 0, 0);
        assert!((a - expected).abs() < 1e-12, "step {step}: a = {a}, expected {expected}");
    }
    assert!(fired.len() > 20);
}

#[test]
fn if_leaks_towards_the_current() {
    let mut neuron = reference(&alone(If::new().v_th(100.0.mv()).tau(20.0.ms()), 3.0));
    for step in 1..500 {
        neuron.run(1, &mut |_| ()).unwrap();
        let expected = 3.0 * (1.0 - (-0.1 * f64::from(step) / 20.0).exp());
        assert!((neuron.value(0, 0, 0, 0) - expected).abs() < 1e-12);
    }
}

/// How many steps V stays where the reset put it, for a model that is driven hard.
fn held_steps(mut network: Network, reset: f64) -> usize {
    network.record(Record::new("cells", ["v"]));
    let mut neuron = reference(&network);
    let recording = neuron.run(3000, &mut |_| ()).unwrap();
    let first = steps_of(&recording, 0)[0] as usize;
    let v = &recording.traces[0].values;
    v[first + 1..].iter().take_while(|v| f64::from(**v) == f64::from(reset as f32)).count()
}

#[test]
fn refractory_periods_are_whole_steps_of_reset() {
    assert_eq!(held_steps(alone(ExpIf::new(), 10.0), -68.0), 17);
    assert_eq!(held_steps(alone(QuadraticIf::new().tau_ref(3.0.ms()), 20.0), -80.0), 30);
    assert_eq!(held_steps(alone(AdEx::new().tau_ref(2.0.ms()), 1e-6), -70.6), 20);
    assert_eq!(held_steps(alone(IafPscExp::new(), 1e-6), -70.0), 20);
    assert_eq!(held_steps(alone(AdEx::new(), 1e-6), -70.6), 0);
}

#[test]
fn adaptation_goes_on_while_v_is_held() {
    let network = alone(AdEx::new().tau_ref(50.0.ms()).a(0.0.nanosiemens()), 1e-6);
    let mut neuron = reference(&network);
    while steps_of(&neuron.run(1, &mut |_| ()).unwrap(), 0).is_empty() {}
    let before = neuron.value(0, 1, 0, 0);
    neuron.run(100, &mut |_| ()).unwrap();
    let expected = (before + 80.5) * (-10.0f64 / 144.0).exp();
    assert!((neuron.value(0, 1, 0, 0) - expected).abs() < 1e-9);
}

#[test]
fn a_jump_comes_after_the_integration_and_is_lost_while_held() {
    for (neuron, rest) in [
        (crate::network::Neuron::from("if"), 0.0),
        (ExpIf::new().into(), -65.0),
        (QuadraticIf::new().into(), -65.0),
        (AdEx::new().into(), -70.6),
        (IafPscExp::new().into(), -70.0),
    ] {
        let one = |jump: f64| {
            let mut network = Network::new(0.1.ms());
            network.add(Population::new("cells", 1, neuron.clone()).init("v", (rest + 0.3).mv()));
            network.stimulate(SpikeTimes::new("cells", [(0, 0.0.ms())], jump.mv()));
            let mut neuron = reference(&network);
            neuron.run(1, &mut |_| ()).unwrap();
            neuron.value(0, 0, 0, 0)
        };
        assert!((one(0.5) - one(0.0) - 0.5).abs() < 1e-8, "{neuron:?}");
    }
    let kicked = |at: f64| {
        let mut network = alone(ExpIf::new(), 10.0);
        network.stimulate(SpikeTimes::new("cells", [(0, at.ms())], 5.0.mv()));
        let mut neuron = reference(&network);
        let recording = neuron.run(1000, &mut |_| ()).unwrap();
        steps_of(&recording, 0)
    };
    let free = kicked(99.9);
    let after_first = f64::from(free[0] + 1) * 0.1;
    assert_eq!(kicked(after_first + 1.6)[..3], free[..3], "the last held step loses what comes");
    assert!(kicked(after_first + 1.7)[1] < free[1], "the next step does not");
}

#[test]
fn hodgkin_huxley_spikes_once_for_each_rise() {
    let mut network = alone(HodgkinHuxley::new(), 1e-6);
    network.record(Record::new("cells", ["v"]));
    let recording = reference(&network).run(2000, &mut |_| ()).unwrap();
    let v = &recording.traces[0].values;
    let rises = (1..v.len()).filter(|&step| v[step - 1] < 0.0 && v[step] >= 0.0).map(|step| step as u32);
    let rises: Vec<u32> = rises.collect();
    assert_eq!(steps_of(&recording, 0), rises);
    assert!(rises.len() > 10, "{} spikes", rises.len());
}

#[test]
fn psc_exp_gives_the_charge_of_its_exponential() {
    // Without a leak to speak of, V rises by weight·τ/C once the current has faded.
    let neuron = IafPscExp::new().tau_m(1e9.ms()).v_th(1e3.mv());
    let port = |synapse: Part| Synapse::from(synapse).cuba();
    let mut network = Network::new(0.1.ms());
    network.add(
        Population::new("cells", 1, neuron)
            .port("exact", port(Part::new("psc_exp").param("tau", 2.0.ms()).param("tau_m", 1e9.ms())))
            .port("plain", Port::expon(2.0.ms()).cuba()),
    );
    network.stimulate(SpikeTimes::new("cells", [(0, 1.0.ms())], 100.0.pa()).port("exact"));
    let mut neuron = reference(&network);
    neuron.run(11, &mut |_| ()).unwrap();
    assert!((neuron.value(0, 0, 0, 0) + 70.0).abs() < 1e-9, "nothing moves in the step of arrival");
    neuron.run(989, &mut |_| ()).unwrap();
    let rise = neuron.value(0, 0, 0, 0) + 70.0;
    assert!((rise - 100.0 * 2.0 / 250.0).abs() < 1e-6, "V rises by {rise} mV");
}
