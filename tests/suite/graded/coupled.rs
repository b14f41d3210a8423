//! Gap junctions against closed forms of passive neurons.

use crate::device::{backends, is_exact, name, simulation};
use neuropil::Backend;
use neuropil::model::Lif;
use neuropil::network::{Array, Connect, Current, Network, Part, Population, Port, SpikeTimes};
use neuropil::units::Literal;

/// \[ms\] Of the membrane; \[ohm\] its resistance; and R·G of the junction, whose G is 2⁻¹² mS, as f32 holds it.
const TAU: f64 = 10.0;
const R: f64 = 1_024_000.0;
const RG: f64 = 0.25;

/// \[mS\] The junction.
fn g() -> uom::si::f64::ElectricalConductance {
    (1e3 * RG / R).millisiemens()
}

/// Neurons that never fire, each with this V at first.
fn passive(v: &[f64], dt: f64) -> Network {
    let mut net = Network::new(dt.ms());
    let model = Lif::new().tau(TAU.ms()).r(R.ohm()).v_th(1e6.mv());
    let v = Array::inline(v.to_vec(), &[v.len()], "mV").expect("the shape fits");
    let size = v_len(&v);
    net.add(Population::new("cells", size, model).init("v", v));
    net
}

fn v_len(array: &Array) -> u32 {
    match array {
        Array::Inline { values, .. } => values.len() as u32,
        Array::Npy { .. } => 0,
    }
}

fn tolerance(backend: &Backend) -> f64 {
    if is_exact(backend) { 1e-12 } else { 1e-5 }
}

/// V after each of these steps.
fn voltages(net: &Network, backend: &Backend, steps: u32) -> Vec<Vec<f64>> {
    let mut simulation = simulation(net, backend);
    let step = |_| {
        simulation.run_steps(1, &mut |_| ()).expect("the run succeeds");
        simulation.read("cells", "v", 0, ..).expect("it is there")
    };
    (0..steps).map(step).collect()
}

#[test]
fn two_neurons_do_what_exponential_euler_says() {
    let dt = 0.5;
    let mut net = passive(&[20.0, -4.0], dt);
    net.couple("cells", "cells", Connect::all_to_all().autapses(false), g());
    // The slope has the junction in it; V of the other is that after the step before.
    let j = -(1.0 + RG) / TAU;
    let far = (dt * j).exp_m1() / j;
    for backend in backends() {
        let mut v = [20.0, -4.0];
        for (step, found) in voltages(&net, &backend, 60).iter().enumerate() {
            v = [0, 1].map(|own: usize| v[own] + far / TAU * (RG * (v[1 - own] - v[own]) - v[own]));
            for (found, expected) in found.iter().zip(v) {
                assert!(
                    (found - expected).abs() < tolerance(&backend),
                    "{} step {step}: {found} {expected}",
                    name(&backend)
                );
            }
        }
    }
}

/// Sum and difference of V decay each for itself: with 1/τ, and with (1 + 2·g·R)/τ.
#[test]
fn sum_and_difference_decay_as_they_must() {
    for backend in backends() {
        let error = |dt: f64| {
            let mut net = passive(&[20.0, -4.0], dt);
            net.couple("cells", "cells", Connect::all_to_all().autapses(false), g());
            let steps = (8.0 / dt).round() as u32;
            let found = voltages(&net, &backend, steps).pop().expect("there are steps");
            let modes = [found[0] + found[1], found[0] - found[1]];
            let expected = [16.0 * (-8.0 / TAU).exp(), 24.0 * (-8.0 * (1.0 + 2.0 * RG) / TAU).exp()];
            modes.iter().zip(expected).map(|(found, expected)| (found - expected).abs()).fold(0.0, f64::max)
        };
        let [coarse, fine] = [0.2, 0.1].map(error);
        println!("{}: {coarse:e} {fine:e}", name(&backend));
        assert!(fine < 0.05 && (coarse / fine - 2.0).abs() < 0.2, "of first order: {coarse:e} {fine:e}");
    }
}

#[test]
fn where_all_have_one_potential_nothing_flows() {
    for backend in backends() {
        let run = |coupled: bool| {
            let mut net = passive(&[7.3; 9], 0.1);
            net.stimulate(Current::new("cells", (1.7e-6).ma()));
            if coupled {
                net.couple("cells", "cells", Connect::fixed_indegree(4), 1e-4.millisiemens());
            }
            let mut simulation = simulation(&net, &backend);
            simulation.run_steps(200, &mut |_| ()).expect("the run succeeds");
            simulation.read("cells", "v", 0, ..).expect("it is there")
        };
        let [coupled, alone] = [true, false].map(run);
        assert!(coupled.iter().all(|v| v.to_bits() == coupled[0].to_bits()), "{}: {coupled:?}", name(&backend));
        // With a junction the step is another one towards the same end, which is not reached yet.
        assert!((coupled[0] - alone[0]).abs() < 0.2, "{} {}", coupled[0], alone[0]);
    }
}

/// A junction with a neuron whose V stays where it is acts as a conductance that drives V there.
#[test]
fn a_junction_with_a_held_neuron_is_a_conductance() {
    for backend in backends() {
        let mut net = Network::new(0.1.ms());
        let held = Lif::new().tau(1e12.ms()).v_th(1e6.mv());
        net.add(Population::new("held", 1, held).init("v", 10.0.mv()));
        let model = Lif::new().tau(20.0.ms()).r(1e8.ohm()).v_th(1e6.mv());
        net.add(Population::new("coupled", 1, model.clone()));
        let port = Port::unfiltered(Part::new("coba").param("e", 10.0.mv()));
        net.add(Population::new("driven", 1, model).port("in", port));
        net.couple("held", "coupled", Connect::all_to_all(), 1e-6.millisiemens());
        // A conductance of 1 nS in each step.
        let times = (0..4000).map(|step| (0, (0.1 * f64::from(step)).ms()));
        net.stimulate(SpikeTimes::new("driven", times, 1e-6.millisiemens()).port("in"));
        let mut simulation = simulation(&net, &backend);
        simulation.run_steps(4000, &mut |_| ()).expect("the run succeeds");
        let v = |name: &str| simulation.read(name, "v", 0, ..).expect("it is there")[0];
        // 1 nS beside the 10 nS of the membrane.
        assert!((v("coupled") - 10.0 / 11.0).abs() < 1e-4, "{}: {} mV", name(&backend), v("coupled"));
        assert!((v("coupled") - v("driven")).abs() < 1e-5, "{}: {} mV", name(&backend), v("driven"));
    }
}

/// No current flows from a neuron to itself, whatever a spike does to V within a step.
#[test]
fn a_neuron_has_no_junction_with_itself() {
    let mut net = passive(&[1.0, 2.0, 3.0], 0.1);
    net.couple("cells", "cells", Connect::all_to_all(), g());
    for backend in backends() {
        let simulation = simulation(&net, &backend);
        let found = simulation.synapses("cells→cells.gap_junction").expect("it is there");
        assert_eq!(found.pre.len(), 6);
        assert!(found.pre.iter().zip(&found.post).all(|(pre, post)| pre != post));
    }
}
