//! How spikes travel: delays, rows, ports, batch items; and that threads change nothing.

use super::tiny::{LIF, RELAY, Tiny, constants, spikes};
use crate::recording::Recording;

/// A relay kicked in `steps`, and one neuron with a delta port that integrates what arrives.
fn relay_and_target(slots: u32, steps: &[u32]) -> Tiny {
    let mut tiny = Tiny::new(1, slots);
    tiny.population("lif", 1, constants(&RELAY), constants(&[0.0]));
    tiny.population("lif", 1, constants(&[1e9, 1.0, 1e6, 0.0, 0.0, 0.0]), constants(&[0.0]));
    tiny.port(1, None, ("delta", Vec::new()), 0);
    tiny.kick(0, steps);
    tiny
}

/// V of the target, to a whole number, after each of `count` steps; its leak over those is far less.
fn target_steps(tiny: Tiny, count: u32) -> Vec<i64> {
    let mut reference = tiny.build();
    let mut step = || {
        reference.run(1, &mut |_| ()).unwrap();
        reference.value(1, 0, 0, 0).round() as i64
    };
    (0..count).map(|_| step()).collect()
}

#[test]
fn a_spike_arrives_after_its_delay() {
    for (delay, slots) in [(1, 2), (1, 4), (3, 4), (4, 5), (7, 8), (5, 16)] {
        let mut tiny = relay_and_target(slots, &[2]);
        tiny.synapse([0, 0], [1, 0, 0], delay, 5);
        let v = target_steps(tiny, 12);
        let expected: Vec<i64> = (0..12).map(|step| if step >= 2 + delay { 5 } else { 0 }).collect();
        assert_eq!(v, expected, "delay {delay}, {slots} slots");
    }
}

#[test]
fn a_slot_is_emptied_before_it_is_filled_again() {
    // With one slot more than the delay has steps, each slot is filled right after its turn.
    let mut tiny = relay_and_target(3, &[0, 2, 4]);
    tiny.synapse([0, 0], [1, 0, 0], 2, 1);
    assert_eq!(target_steps(tiny, 9), [0, 0, 1, 1, 2, 2, 3, 3, 3]);
}

#[test]
fn synapses_of_one_source_keep_their_own_delays_and_weights() {
    let mut tiny = relay_and_target(8, &[1]);
    tiny.synapse([0, 0], [1, 0, 0], 2, 3);
    tiny.synapse([0, 0], [1, 0, 0], 2, -10);
    tiny.synapse([0, 0], [1, 0, 0], 6, 100);
    assert_eq!(target_steps(tiny, 9), [0, 0, 0, -7, -7, -7, -7, 93, 93]);
}

#[test]
fn ports_and_neurons_have_cells_of_their_own() {
    let mut tiny = Tiny::new(1, 2);
    tiny.population("lif", 2, constants(&RELAY), constants(&[0.0]));
    tiny.kick(0, &[0]);
    let target = tiny.population("lif", 3, constants(&[5.0, 0.0, 1e6, 0.0, 0.0, 0.0]), constants(&[0.0]));
    for _ in 0..2 {
        tiny.port(target, Some(("expon", constants(&[8.0]))), ("cuba", constants(&[1.0])), 2);
    }
    tiny.synapse([0, 0], [target, 0, 2], 1, 4);
    tiny.synapse([0, 1], [target, 1, 1], 1, 8);
    let mut reference = tiny.build();
    reference.run(2, &mut |_| ()).unwrap();
    let g = |port: usize| [0, 1, 2].map(|neuron| reference.value(target, 1 + port, 0, neuron));
    assert_eq!((g(0), g(1)), ([0.0, 0.0, 1.0], [0.0, 2.0, 0.0]));
}

#[test]
fn a_chain_passes_a_spike_on_in_every_batch_item() {
    let (length, batch) = (5, 3);
    let mut tiny = Tiny::new(batch, 4);
    tiny.population("lif", length, constants(&RELAY), constants(&[0.0]));
    tiny.port(0, None, ("delta", Vec::new()), 0);
    for neuron in 1..length as usize {
        tiny.synapse([0, neuron - 1], [0, 0, neuron], 3, 2);
    }
    let mut reference = tiny.build();
    let mut state = reference.state().unwrap();
    state.ring[length as usize] = 1; // slot 0, batch item 1, neuron 0
    reference.restore(&state).unwrap();
    let recording = reference.run(20, &mut |_| ()).unwrap();
    let fired: Vec<_> = recording.populations[0].spikes.iter().collect();
    assert_eq!(fired, [(0, 1, 0), (3, 1, 1), (6, 1, 2), (9, 1, 3), (12, 1, 4)]);
}

/// Enough neurons, in two batch items, that threads share a step; weights of both signs keep it irregular.
fn large() -> Tiny {
    let (size, out) = (1500, 20);
    let mut tiny = Tiny::new(2, 6);
    let v: Vec<f64> = (0..2 * size).map(|index| f64::from(index * 7919 % 1000) / 1000.0).collect();
    tiny.population("lif", size, constants(&LIF), vec![super::tiny::each(&v)]);
    tiny.port(0, Some(("expon", constants(&[2.0]))), ("cuba", constants(&[1.0])), 10);
    let current = super::tiny::model(crate::model::ModelKind::Stimulus, "current");
    tiny.stimulus(0, current, crate::plan::Target::Current, constants(&[1.2]));
    for source in 0..size {
        for other in 1..=out {
            let target = (source * 31 + other * 977) % size;
            let weight = if other % 3 == 0 { -90 } else { 40 };
            tiny.synapse([0, source as usize], [0, 0, target as usize], 1 + other % 5, weight);
        }
    }
    tiny
}

fn run_on(threads: usize, mut tiny: Tiny) -> Recording {
    tiny.record(0, 0, 50, None);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| tiny.build().run(500, &mut |_| ()).unwrap())
}

#[test]
fn threads_change_nothing() {
    let one = run_on(1, large());
    assert!(one.populations[0].spikes.len() > 3000, "{} spikes", one.populations[0].spikes.len());
    assert_eq!(one, run_on(3, large()));
    let mut order: Vec<_> = one.populations[0].spikes.iter().collect();
    order.sort_unstable();
    assert!(order.into_iter().eq(one.populations[0].spikes.iter()), "spikes come by step, batch item and neuron");
}

#[test]
fn without_delay_a_spike_arrives_in_its_own_step() {
    let mut tiny = relay_and_target(2, &[2, 5]);
    tiny.plan.slabs[1].level = 1;
    tiny.synapse([0, 0], [1, 0, 0], 0, 5);
    assert_eq!(target_steps(tiny, 8), [0, 0, 5, 5, 5, 10, 10, 10]);
}

#[test]
fn a_ring_too_short_for_the_delays_is_refused() {
    let mut tiny = relay_and_target(3, &[0]);
    tiny.synapse([0, 0], [1, 0, 0], 4, 1);
    let error = crate::reference::Reference::new(tiny.plan()).err().unwrap().to_string();
    assert!(error.contains("3 slots") && error.contains("4 steps"), "{error}");
}

#[test]
fn populations_do_not_hear_themselves_without_synapses() {
    let mut tiny = relay_and_target(1, &[0, 5]);
    assert_eq!(tiny.plan.populations.len(), 2);
    tiny.plan.slots = 1;
    let mut reference = tiny.build();
    assert_eq!(spikes(&mut reference, 10, 0), [(0, 0), (5, 0)]);
    assert_eq!(reference.value(1, 0, 0, 0), 0.0);
}
