//! The models that NEST has too, against its results in `tests/data/nest`, whose script says how they were made.

use super::*;
use crate::network::{Array, Neuron, Part, Record, SpikeTimes, Stimulus, StimulusModel, Synapse};
use crate::units::{Literal, Quantity};

/// NEST prints 17 digits; what its own order of operations may differ by, in mV or pA.
const EXACT: f64 = 1e-9;

/// NEST gives the end of the step, in ms.
fn end_of_step(step: u32, dt: f64) -> f64 {
    ((f64::from(step) + 1.0) * dt * 1e6).round() / 1e6
}

fn spike_times(recording: &Recording, neuron: u32) -> Vec<f64> {
    steps_of(recording, neuron).into_iter().map(|step| end_of_step(step, recording.dt_ms)).collect()
}

fn iaf_network(case: &serde_json::Value, dt: f64) -> Network {
    let params = &case["params"];
    let get = |name: &str, default: f64| params.get(name).map_or(default, number);
    let neuron = IafPscExp::new()
        .c_m(get("C_m", 250.0).pf())
        .tau_m(get("tau_m", 10.0).ms())
        .e_l(get("E_L", -70.0).mv())
        .v_th(get("V_th", -55.0).mv())
        .v_reset(get("V_reset", -70.0).mv())
        .i_e(get("I_e", 0.0).pa())
        .t_ref(get("t_ref", 2.0).ms());
    let port = |tau: &str| {
        let part = Part::new("psc_exp").param("tau", get(tau, 2.0).ms());
        Synapse::from(part.param("tau_m", get("tau_m", 10.0).ms())).cuba()
    };
    let mut network = Network::new(dt.ms());
    network.add(
        Population::new("cells", 1, neuron)
            .init("v", get("V_m", -70.0).mv())
            .port("ex", port("tau_syn_ex"))
            .port("in", port("tau_syn_in")),
    );
    for spike in rows(&case["spikes"]) {
        let [time, weight, delay] = spike[..] else { panic!("a spike has time, weight and delay") };
        // A spike at the end of step k − 1 arrives in step k − 1 + delay.
        let arrival = ((time + delay) / dt).round() - 1.0;
        let port = if weight > 0.0 { "ex" } else { "in" };
        network.stimulate(SpikeTimes::new("cells", [(0, (arrival * dt).ms())], weight.pa()).port(port));
    }
    network.record(Record::new("cells", ["v", "ex.i", "in.i"]));
    network
}

#[test]
fn iaf_psc_exp_follows_nest() {
    let fixture = fixture("nest/iaf_psc_exp.json");
    let dt = number(&fixture["dt"]);
    for case in fixture["cases"].as_array().unwrap() {
        let network = iaf_network(case, dt);
        let mut neuron = reference(&network);
        let v = numbers(&case["V_mV"]);
        let currents = |name: &str| case.get(name).map(numbers);
        let (ex, inh) = (currents("I_ex_pA"), currents("I_in_pA"));
        let mut times = Vec::new();
        for (step, &expected) in v.iter().enumerate() {
            let recording = neuron.run(1, &mut |_| ()).unwrap();
            let fired = spike_times(&recording, 0);
            // NEST resets at once, and shows the reset.
            if fired.is_empty() {
                let v = neuron.value(0, 0, 0, 0);
                assert!((v - expected).abs() < EXACT, "step {step}: V = {v}, NEST has {expected}");
            }
            times.extend(fired);
            for (variable, expected) in [(2, &ex), (4, &inh)] {
                let Some(expected) = expected else { continue };
                let i = neuron.value(0, variable, 0, 0) * 1e9;
                // A port counts weights in whole numbers, 2^-31 of the greatest sum.
                assert!((i - expected[step]).abs() < 1e-4, "step {step}: {i} pA, NEST has {}", expected[step]);
            }
        }
        assert_eq!(times, numbers(&case["spike_times_ms"]));
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn iaf_psc_exp_follows_nest_on_the_device() {
    let fixture = fixture("nest/iaf_psc_exp.json");
    for case in fixture["cases"].as_array().unwrap() {
        let v = numbers(&case["V_mV"]);
        let recording = on_device(&iaf_network(case, 0.1), v.len() as u32);
        let fired = steps_of(&recording, 0);
        for (step, (&found, expected)) in recording.traces[0].values.iter().zip(v).enumerate() {
            let difference = (f64::from(found) - expected).abs();
            // Of 15 mV from reset to threshold, 1e-5.
            assert!(fired.contains(&(step as u32)) || difference < 1.5e-4, "step {step}: V differs by {difference} mV");
        }
        assert_eq!(spike_times(&recording, 0), numbers(&case["spike_times_ms"]));
    }
}

#[test]
fn iaf_psc_exp_fires_as_published() {
    let mut network = Network::new(0.1.ms());
    network.add(Population::new("cells", 1, IafPscExp::new().i_e(400.0.pa())));
    let recording = reference(&network).run(1200, &mut |_| ()).unwrap();
    assert_eq!(spike_times(&recording, 0), [27.8, 57.6, 87.4, 117.2]);
}

#[test]
fn izhikevich_follows_nest() {
    let fixture = fixture("nest/izhikevich.json");
    let runs = fixture["runs"].as_array().unwrap();
    for run in runs {
        let get = |name: &str| number(&run[name]);
        // The paper's a is in 1/ms: 1 kHz.
        let neuron = Izhikevich::new().a(get("a").khz()).b(get("b")).c(get("c").mv()).d(get("d").mv());
        let mut network = Network::new(1.0.ms());
        network.add(Population::new("cells", 1, neuron).init("u", (get("b") * -65.0).mv()));
        network.stimulate(constant(Quantity::from(number(&fixture["current_mV"]).ma())));
        let mut neuron = reference(&network);
        let mut times = Vec::new();
        for (step, (v, u)) in numbers(&run["V_mV"]).into_iter().zip(numbers(&run["U_mV"])).enumerate() {
            let recording = neuron.run(1, &mut |_| ()).unwrap();
            let fired = spike_times(&recording, 0);
            // NEST resets at once, and shows the reset; the last v of a spike shows in u alone.
            let v_after = if fired.is_empty() { neuron.value(0, 0, 0, 0) } else { get("c") };
            let u_after = neuron.value(0, 1, 0, 0) + if fired.is_empty() { 0.0 } else { get("d") };
            let (found, expected) = ([v_after, u_after], [v, u]);
            let same = found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < EXACT);
            assert!(same, "{} step {step}: {found:?}, NEST has {expected:?}", run["kind"]);
            times.extend(fired);
            // The next step starts from NEST's: the upswing in steps of 1 ms magnifies what another order of operations makes
            // of the last bit.
            let mut state = neuron.state().unwrap();
            state.slabs[0] = vec![v, u];
            neuron.restore(&state).unwrap();
        }
        assert_eq!(times, numbers(&run["spike_times_ms"]), "{}", run["kind"]);
    }
    assert_eq!(runs.len(), 4);
}

fn constant(current: Quantity) -> Stimulus {
    StimulusModel::new("cells", "current").param("value", current).into()
}

/// One neuron of the model for each current, all spikes of `duration` ms.
fn driven(neuron: impl Into<Neuron>, currents: &[f64], dt: f64, duration: f64) -> Vec<Vec<f64>> {
    let mut network = Network::new(dt.ms());
    network.add(Population::new("cells", currents.len() as u32, neuron));
    let values = Array::inline(currents.to_vec(), &[currents.len()], "pA").unwrap();
    network.stimulate(StimulusModel::new("cells", "current").param("value", values));
    let recording = reference(&network).run((duration / dt).round() as u32, &mut |_| ()).unwrap();
    (0..currents.len() as u32).map(|neuron| spike_times(&recording, neuron)).collect()
}

/// Asserts as many spikes as NEST has, each within `tolerance` \[ms\].
fn assert_close(found: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}: {found:?}, NEST has {expected:?}");
    let worst = found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(worst <= tolerance, "{what}: a spike is {worst} ms off");
}

fn runs(fixture: &serde_json::Value) -> (Vec<f64>, Vec<Vec<f64>>) {
    let runs = fixture["runs"].as_array().unwrap();
    runs.iter().map(|run| (number(&run["current_pA"]), numbers(&run["spike_times_ms"]))).unzip()
}

#[test]
fn adex_follows_nest() {
    let (currents, expected) = runs(&fixture("nest/aeif_cond_exp.json"));
    // A spike is seen up to a step late, and the later ones, up to 28, inherit that.
    for (dt, tolerance) in [(0.01, 0.3), (0.1, 3.0)] {
        let found = driven(AdEx::new(), &currents, dt, 400.0);
        for ((found, expected), current) in found.iter().zip(&expected).zip(&currents) {
            assert_close(found, expected, tolerance, &format!("{current} pA, dt {dt}"));
        }
    }
}

#[test]
fn hodgkin_huxley_follows_nest() {
    let fixture = fixture("nest/hh_psc_alpha.json");
    let (currents, expected) = runs(&fixture);
    for (dt, tolerance) in [(0.01, 0.025), (0.05, 0.3), (0.1, 1.25)] {
        for ((found, expected), current) in
            driven(HodgkinHuxley::new(), &currents, dt, 200.0).iter().zip(&expected).zip(&currents)
        {
            // NEST takes the peak for the spike, not the rise through 0: intervals are what both agree on.
            let from_first = |times: &[f64]| times.iter().map(|time| time - times[0]).collect::<Vec<_>>();
            assert_close(&from_first(found), &from_first(expected), tolerance, &format!("{current} pA, dt {dt}"));
            assert!(
                expected[0] > found[0] && expected[0] - found[0] < 0.5,
                "{current} pA: {}, {}",
                found[0],
                expected[0]
            );
        }
    }
}

#[test]
fn hodgkin_huxley_rests_and_starts_to_fire_where_nest_does() {
    let fixture = fixture("nest/hh_psc_alpha.json");
    let mut network = Network::new(0.01.ms());
    network.add(Population::new("cells", 1, HodgkinHuxley::new()));
    let mut neuron = reference(&network);
    neuron.run(50_000, &mut |_| ()).unwrap();
    for (variable, name) in ["V_m", "Act_n", "Act_m", "Inact_h"].into_iter().enumerate() {
        let (found, expected) = (neuron.value(0, variable, 0, 0), number(&fixture["rest"][name]));
        assert!((found - expected).abs() < 1e-5, "{name} rests at {found}, NEST's at {expected}");
    }
    // NEST's figures are to 0.5 pA.
    let one = number(&fixture["one_spike_pA"]);
    let spikes = driven(HodgkinHuxley::new(), &[one - 1.5, one + 1.0], 0.01, 50.0);
    assert_eq!([spikes[0].len(), spikes[1].len()], [0, 1], "one spike from {one} pA on");
    let many = number(&fixture["many_spikes_pA"]);
    let spikes = driven(HodgkinHuxley::new(), &[many - 4.0, many + 4.0], 0.01, 500.0);
    assert!(spikes[0].len() <= 15 && spikes[1].len() > 15, "repetitive from {many} pA on");
}
