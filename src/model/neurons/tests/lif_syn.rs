//! `lif_syn` against closed forms, and the whole steps between its spikes: those of Brian2's rule, by which a neuron that
//! spiked in step k is refractory while ⌊t/dt⌋ − k < ⌊t_ref/dt⌋. (Whole runs of Brian2 are in `tests/suite/fly_brain.rs`.)

use super::*;
use crate::network::{Current, Neuron, Port, Record, SpikeTimes};
use crate::units::Literal;

/// One neuron of each of these models, with a port onto g, that records V and g.
fn network(neuron: impl Into<Neuron>, size: u32) -> Network {
    let mut network = Network::new(0.1.ms());
    network.add(Population::new("cells", size, neuron).port("in", Port::delta().onto("g")));
    network.record(Record::new("cells", ["v", "g"]));
    network
}

/// \[mV\] V and g in each step, on the reference and on the device.
fn traces(network: &Network, steps: u32) -> [[Vec<f64>; 2]; 2] {
    let recordings = [reference(network).run(steps, &mut |_| ()).unwrap(), on_device(network, steps)];
    recordings.map(|recording| {
        ["v", "g"].map(|name| {
            let values = &recording.trace("cells", name).expect("it is recorded").values;
            values.iter().map(|&value| f64::from(value)).collect()
        })
    })
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn v_and_g_follow_the_closed_form_for_any_time_constants() {
    // What 10 mV in g at time 0 leave after t: 10·(e^(−t/tau_m) − e^(−t/tau_s))·tau_s/(tau_m − tau_s), or 10·t/tau·e^(−t/tau).
    for (tau_m, tau_s) in [(20.0, 5.0), (5.0, 20.0), (8.0, 8.0), (8.0, 8.000_001), (0.01, 20.0), (20.0, 0.01)] {
        let neuron = LifSyn::new().tau_m(tau_m.ms()).tau_s(tau_s.ms()).v_th(1e6.mv());
        let mut network = network(neuron, 1);
        network.populations[0].init.insert("g".to_owned(), 10.0.mv().into());
        for [v, g] in traces(&network, 300) {
            for step in 0..300 {
                let t = 0.1 * (step as f64 + 1.0);
                let difference: f64 = tau_m - tau_s;
                let expected = if difference.abs() < 1e-3 {
                    10.0 * t / tau_m * (-t / tau_m).exp()
                } else {
                    10.0 * tau_s / difference * ((-t / tau_m).exp() - (-t / tau_s).exp())
                };
                // 1e-5 of the 10 mV; V stands at −52 mV, where an f32 has steps of 4e-6.
                assert!((v[step] + 52.0 - expected).abs() < 1e-4, "{tau_m} ms, {tau_s} ms, step {step}: V {}", v[step]);
                assert!((g[step] - 10.0 * (-t / tau_s).exp()).abs() < 1e-4, "step {step}: g {}", g[step]);
            }
        }
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn what_arrives_acts_from_the_next_step_on() {
    let mut network = network(LifSyn::new().v_th(1e6.mv()), 1);
    network.stimulate(SpikeTimes::new("cells", [(0, 0.2.ms())], 10.0.mv()).port("in"));
    network.stimulate(SpikeTimes::new("cells", [(0, 0.4.ms())], 3.0.mv()));
    for [v, g] in traces(&network, 6) {
        assert_eq!((v[..3].to_vec(), g[..3].to_vec()), (vec![-52.0; 3], vec![0.0, 0.0, 10.0]));
        assert!((0.0..0.06).contains(&(v[3] + 52.0)), "g drives V in the step after: {}", v[3]);
        assert!((v[4] + 52.0) < 0.1, "the jump waits: {}", v[4]);
        assert!((v[5] + 52.0 - 3.0).abs() < 0.15, "and is there: {}", v[5]);
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn spikes_are_as_far_apart_as_brian2_s() {
    // [ms] t_ref, and steps from spike to spike under a current that lifts V over the threshold in each step that it is free.
    let cases =
        [(0.0, 1), (0.05, 1), (0.1, 1), (0.19, 1), (0.2, 2), (0.3, 3), (1.7, 17), (2.2, 22), (2.25, 22), (100.0, 1000)];
    let periods = array(&cases.map(|(ms, _)| ms), "ms");
    let mut network = network(Neuron::from("lif_syn").param("t_ref", periods), cases.len() as u32);
    network.stimulate(Current::new("cells", 1e4.ma()));
    for recording in [reference(&network).run(3500, &mut |_| ()).unwrap(), on_device(&network, 3500)] {
        for (neuron, (ms, steps)) in (0..).zip(cases) {
            let spikes = steps_of(&recording, neuron);
            assert!(spikes.windows(2).all(|two| two[1] - two[0] == steps), "{ms} ms: {:?}", &spikes[..3]);
            assert_eq!(spikes.len(), 3500usize.div_ceil(steps as usize), "{ms} ms");
        }
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn what_finds_it_refractory_or_spiking_is_lost() {
    // A jump makes it spike in step 1: it is held in steps 2 to 22, and reset as step 2 begins.
    let lost: Vec<u32> = (1..23).collect();
    let kicks = std::iter::once(0).chain(lost.clone()).map(|step| (0, (0.1 * f64::from(step)).ms()));
    let mut network = network(LifSyn::new(), 1);
    network.stimulate(SpikeTimes::new("cells", kicks, 68.75.mv()));
    let events = lost.iter().map(|&step| (0, (0.1 * f64::from(step)).ms()));
    network.stimulate(SpikeTimes::new("cells", events, 5.0.mv()).port("in"));
    let recordings = [reference(&network).run(200, &mut |_| ()).unwrap(), on_device(&network, 200)];
    assert!(recordings.iter().all(|recording| steps_of(recording, 0) == [1]), "{:?}", steps_of(&recordings[0], 0));
    for [v, g] in traces(&network, 200) {
        assert!(v[2..].iter().all(|&v| v == -52.0) && g[2..].iter().all(|&g| g == 0.0), "{g:?}");
    }
    // The first step in which something counts again.
    for (port, weight, expected) in [(None, 68.75, vec![1, 24]), (Some("in"), 1e4, vec![1, 24])] {
        let mut network = network.clone();
        let stimulus = SpikeTimes::new("cells", [(0, 2.3.ms())], weight.mv());
        network.stimulate(match port {
            Some(port) => stimulus.port(port),
            None => stimulus,
        });
        for recording in [reference(&network).run(60, &mut |_| ()).unwrap(), on_device(&network, 60)] {
            assert_eq!(steps_of(&recording, 0), expected, "{port:?}");
        }
    }
}
