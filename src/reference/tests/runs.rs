//! Runs that continue, are saved, restored, sampled and watched.

use super::tiny::{LIF, RELAY, Tiny, constants, each, model};
use crate::model::{Definition, ModelKind};
use crate::plan::Target;
use crate::reference::{Near, Reference};
use std::sync::Arc;

/// A few neurons that drive each other with delays of up to 4 steps.
fn ring_of_neurons() -> Tiny {
    let size = 10;
    let mut tiny = Tiny::new(2, 5);
    let v: Vec<f64> = (0..2 * size).map(|index| f64::from(index) / 25.0).collect();
    let mut params = constants(&LIF);
    params.push(each(&(0..size).map(f64::from).collect::<Vec<_>>()));
    tiny.population("lif_ref", size, params, vec![each(&v), crate::plan::Column::Constant(0.0)]);
    tiny.port(0, Some(("expon", constants(&[2.0]))), ("cuba", constants(&[1.0])), 10);
    tiny.stimulus(0, model(ModelKind::Stimulus, "current"), Target::Current, constants(&[1.5]));
    for source in 0..size as usize {
        tiny.synapse([0, source], [0, 0, (source + 3) % size as usize], 1 + source as u32 % 4, 900);
    }
    tiny.record(0, 0, 1, None);
    tiny
}

#[test]
fn two_runs_are_one() {
    let whole = ring_of_neurons().build().run(300, &mut |_| ()).unwrap();
    assert!(whole.populations[0].spikes.len() > 50);
    let mut parts = ring_of_neurons().build();
    let mut recording = parts.run(123, &mut |_| ()).unwrap();
    let later = parts.run(177, &mut |_| ()).unwrap();
    assert_eq!((later.first_step, later.steps), (123, 177));
    recording.append(later).unwrap();
    assert_eq!(recording, whole);
}

#[test]
fn a_restored_state_continues_alike() {
    let mut original = ring_of_neurons().build();
    original.run(123, &mut |_| ()).unwrap();
    let state = original.state().unwrap();
    let mut copy = ring_of_neurons().build();
    copy.restore(&state).unwrap();
    assert_eq!(copy.state().unwrap(), state);
    assert_eq!(copy.run(177, &mut |_| ()).unwrap(), original.run(177, &mut |_| ()).unwrap());
    assert_eq!(copy.state().unwrap(), original.state().unwrap());
}

#[test]
fn it_starts_in_the_plan_s_initial_state() {
    let reference = ring_of_neurons().build();
    assert_eq!(reference.state().unwrap(), reference.plan().initial_state().unwrap());
    assert_eq!(reference.value(0, 0, 1, 3), 13.0 / 25.0);
}

#[test]
fn state_is_laid_out_as_the_plan_says() {
    // Two populations of one slab, more than one block each, so that every index counts.
    let sizes = [300, 400];
    let mut tiny = Tiny::new(2, 1);
    for size in sizes {
        let v: Vec<f64> = (0..2 * size).map(|index| f64::from(index) + f64::from(size) * 10.0).collect();
        tiny.population("lif", size, constants(&LIF), vec![each(&v)]);
    }
    tiny.plan.slabs.pop();
    tiny.plan.slabs[0].populations = vec![0, 1];
    tiny.plan.slabs[0].size = 700;
    tiny.plan.populations[1].slab = 0;
    tiny.plan.populations[1].first_in_slab = 300;
    let mut reference = tiny.build();
    let state = reference.state().unwrap();
    for (population, size) in sizes.into_iter().enumerate() {
        for batch in 0..2 {
            for neuron in 0..size {
                let place = reference.plan().state_index(population, 0, batch, neuron);
                assert_eq!(state.slabs[0][place], reference.value(population, 0, batch, neuron));
                assert_eq!(state.slabs[0][place], f64::from(batch * size + neuron) + f64::from(size) * 10.0);
            }
        }
    }
    reference.run(3, &mut |_| ()).unwrap();
    reference.restore(&state).unwrap();
    assert_eq!(reference.state().unwrap(), state);
}

#[test]
fn a_state_of_another_network_is_refused() {
    let mut reference = ring_of_neurons().build();
    let before = reference.state().unwrap();
    let mut short = before.clone();
    short.ring.pop();
    let mut narrow = before.clone();
    narrow.slabs[0].pop();
    for state in [short, narrow] {
        let error = reference.restore(&state).unwrap_err().to_string();
        assert!(error.contains("[60]") && error.contains("100"), "{error}");
    }
    assert_eq!(reference.state().unwrap(), before);
}

#[test]
fn recorders_sample_after_steps_that_are_multiples() {
    let mut tiny = ring_of_neurons();
    tiny.record(0, 2, 3, Some(vec![7, 0]));
    let mut reference = tiny.build();
    reference.run(4, &mut |_| ()).unwrap();
    let recording = reference.run(6, &mut |_| ()).unwrap();
    let [all, some] = &recording.traces[..] else { panic!("two recorders") };
    assert_eq!((all.variable.as_str(), some.variable.as_str()), ("v", "port0.g"));
    assert_eq!((all.steps.as_slice(), some.steps.as_slice()), (&[4, 5, 6, 7, 8, 9][..], &[6, 9][..]));
    assert_eq!((all.values.len(), some.values.len()), (6 * 2 * 10, 2 * 2 * 2));
    assert_eq!(some.neurons, [7, 0]);
    let last: Vec<f32> =
        [(0, 7), (0, 0), (1, 7), (1, 0)].map(|(batch, neuron)| reference.value(0, 2, batch, neuron) as f32).to_vec();
    assert_eq!(some.values[4..], last);
}

#[test]
fn progress_comes_now_and_then_and_at_the_end() {
    let mut reference = Tiny::neurons("lif", 1, constants(&LIF), constants(&[0.0])).build();
    let mut told = Vec::new();
    reference.run(2501, &mut |done| told.push(done)).unwrap();
    assert!(told.len() <= 1001 && told.is_sorted(), "{} calls", told.len());
    assert_eq!(told.last(), Some(&2501));
    reference.run(0, &mut |_| panic!("nothing to tell of no steps")).unwrap();
}

#[test]
fn neurons_near_their_threshold_are_told() {
    let mut tiny = Tiny::new(1, 1);
    tiny.population("lif", 1, constants(&LIF), constants(&[0.0]));
    tiny.population("lif", 3, constants(&[1e12, 1.0, 1.0, 0.0, 0.0, 0.0]), vec![each(&[0.9990, 0.5, 0.9996])]);
    let mut reference = tiny.build();
    reference.run(4, &mut |_| ()).unwrap();
    let (recording, near) = reference.run_watching(1, 5e-4).unwrap();
    assert!(recording.populations.iter().all(|population| population.spikes.is_empty()));
    let [Near { step: 4, population: 1, batch: 0, neuron: 2, distance }] = near[..] else { panic!("{near:?}") };
    assert!((distance + 4e-4).abs() < 1e-9);
    assert!(reference.run_watching(1, 1e-5).unwrap().1.is_empty());
}

#[test]
fn a_spike_counts_as_near_too() {
    let mut tiny = Tiny::neurons("lif", 1, constants(&RELAY), constants(&[0.0]));
    tiny.kick(0, &[1]);
    let near = tiny.build().run_watching(3, 0.0).unwrap().1;
    assert_eq!(near, [Near { step: 1, population: 0, batch: 0, neuron: 0, distance: 0.0 }]);
}

#[test]
fn the_step_counter_does_not_overflow() {
    let mut reference = Tiny::neurons("lif", 1, constants(&LIF), constants(&[0.0])).build();
    let mut state = reference.state().unwrap();
    state.step = u32::MAX - 2;
    reference.restore(&state).unwrap();
    let error = reference.run(3, &mut |_| ()).unwrap_err().to_string();
    assert!(error.contains("at most 2 steps"), "{error}");
    assert_eq!(reference.run(2, &mut |_| ()).unwrap().end_step(), u64::from(u32::MAX));
}

#[test]
fn a_run_that_failed_half_way_leaves_a_state_that_must_be_set() {
    let mut reference = ring_of_neurons().build();
    let state = reference.state().unwrap();
    let whole = reference.run(50, &mut |_| ()).unwrap();
    // As spikes without room leave it.
    reference.broken = true;
    let error = reference.run(1, &mut |_| ()).unwrap_err().to_string();
    assert_eq!(error, "run: an earlier run failed half-way; legal: restore a state first");
    reference.restore(&state).unwrap();
    assert_eq!(reference.run(50, &mut |_| ()).unwrap(), whole);
}

#[test]
fn a_model_without_equations_is_named() {
    let lif = model(ModelKind::Neuron, "lif");
    let own = Definition {
        kind: ModelKind::Neuron,
        fragment: crate::shader::Fragment { name: "my_neuron".into(), ..lif.fragment.clone() },
        reflection: lif.reflection.clone(),
        twin: None,
        compiled: None,
    };
    let mut tiny = Tiny::neurons("lif", 1, constants(&LIF), constants(&[0.0]));
    tiny.plan.slabs[0].neuron = Arc::new(own);
    let error = Reference::new(tiny.plan()).err().unwrap();
    let text = error.to_string();
    assert!(text.contains("neuron model `my_neuron`") && text.contains("GPU"), "{text}");
    assert_eq!(error.exit_status(), 2);
}
