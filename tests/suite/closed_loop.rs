//! The example with the host in the loop: it holds the rate that it is told, and a loop is as reproducible as a run.

use crate::device::{backends, is_exact, name};
use neuropil::Simulation;

#[path = "../../examples/closed_loop.rs"]
#[expect(dead_code, reason = "its main is the example's")]
mod example;

use example::{Controller, Cost, network, turn};

#[test]
fn a_host_in_the_loop_holds_a_rate() {
    let mut in_f32: Vec<Vec<(f64, Vec<f64>)>> = Vec::new();
    for backend in backends() {
        let mut simulation = Simulation::on(&network(), &backend).unwrap();
        let (mut controller, mut cost) = (Controller::new(20.0), Cost::default());
        let mut hold = |simulation: &mut Simulation, target: f64, ms: usize| -> Vec<_> {
            controller.target = target;
            (0..ms).map(|_| turn(simulation, &mut controller, &mut cost).unwrap()).collect()
        };
        let mut turns = Vec::new();
        for target in [20.0, 40.0] {
            let held = hold(&mut simulation, target, 500);
            let rates: Vec<f64> = held[250..].iter().map(|(rate, _)| *rate).collect();
            let mean = rates.iter().sum::<f64>() / rates.len() as f64;
            assert!((mean / target - 1.0).abs() < 0.1, "{}: {mean} Hz, not {target}", name(&backend));
            turns.extend(held);
        }
        assert!(turns.iter().any(|(_, v)| v.iter().any(|v| *v != v.round())), "V is looked at");
        if !is_exact(&backend) {
            in_f32.push(turns);
        }
    }
    // Spikes, V, and so all currents: to the last bit, wherever it is computed in f32.
    assert!(in_f32.iter().all(|turns| *turns == in_f32[0]));
}
