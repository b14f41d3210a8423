//! Stimuli: where their numbers go, and which random word they draw.

use super::tiny::{LIF, Tiny, constants, each, model};
use crate::counts::CountTable;
use crate::model::ModelKind;
use crate::plan::{Column, Target};
use crate::random::philox4x32;

fn stimulus(name: &str) -> std::sync::Arc<crate::model::Definition> {
    model(ModelKind::Stimulus, name)
}

/// Neurons that add up what jumps them, without leaking noticeably.
fn counters(size: u32) -> Tiny {
    Tiny::neurons("lif", size, constants(&[1e12, 1.0, 1e9, 0.0, 0.0, 0.0]), constants(&[0.0]))
}

#[test]
fn a_trace_gives_each_step_its_current() {
    let mut tiny = Tiny::neurons("lif", 2, constants(&LIF), constants(&[0.0]));
    tiny.plan.data = [9.0f32, 0.5, 0.25].map(f32::to_bits).to_vec();
    // Neuron 0 has the only column of a trace of 2 steps at word 1; neuron 1 has none.
    let params = vec![Column::Constant(1.0), Column::Constant(2.0), Column::Constant(1.0), each(&[0.0, 7.0])];
    tiny.stimulus(0, stimulus("trace"), Target::Current, params);
    let mut lif = tiny.build();
    let decay = (-0.1f64 / 5.0).exp();
    let mut expected = 0.0;
    for current in [0.5, 0.25, 0.0, 0.0] {
        expected = expected * decay + current * (1.0 - decay);
        lif.run(1, &mut |_| ()).unwrap();
        assert!((lif.value(0, 0, 0, 0) - expected).abs() < 1e-12);
        assert_eq!(lif.value(0, 0, 0, 1), 0.0);
    }
}

#[test]
fn currents_add_up_and_each_neuron_has_its_own() {
    let mut tiny = Tiny::neurons("lif", 2, constants(&LIF), constants(&[0.0]));
    tiny.stimulus(0, stimulus("current"), Target::Current, vec![each(&[0.5, 2.0])]);
    tiny.stimulus(0, stimulus("current"), Target::Current, constants(&[-1.0]));
    let mut lif = tiny.build();
    lif.run(1, &mut |_| ()).unwrap();
    let gain = 1.0 - (-0.1f64 / 5.0).exp();
    for (neuron, current) in [-0.5, 1.0].into_iter().enumerate() {
        assert!((lif.value(0, 0, 0, neuron as u32) - current * gain).abs() < 1e-12);
    }
}

#[test]
fn given_spikes_join_the_arrivals_before_the_synapse() {
    let mut tiny = Tiny::neurons("lif", 1, constants(&[5.0, 0.0, 1.0, 0.0, 0.0, 0.0]), constants(&[0.0]));
    tiny.port(0, Some(("expon", constants(&[8.0]))), ("cuba", constants(&[1.0])), 3);
    tiny.plan.data = vec![1, 3, 3];
    tiny.stimulus(0, stimulus("spike_times"), Target::Port(0), constants(&[0.75, 0.0, 3.0]));
    tiny.plan.slots = 2;
    let mut reference = tiny.build();
    let mut state = reference.state().unwrap();
    state.ring[1] = 4; // 0.5 arrives in step 1 too
    reference.restore(&state).unwrap();
    let decay = (-0.1f64 / 8.0).exp();
    let mut expected = 0.0;
    for arrivals in [0.0, 1.25, 0.0, 1.5, 0.0] {
        expected = expected * decay + arrivals; // what arrives has not decayed yet
        reference.run(1, &mut |_| ()).unwrap();
        assert!((reference.value(0, 1, 0, 0) - expected).abs() < 1e-12);
    }
}

#[test]
fn a_poisson_input_draws_the_word_of_its_items_seed_stream_neuron_and_step() {
    let (size, batch, steps, stream) = (3, 2, 11, 5);
    let mut tiny = counters(size);
    tiny.plan.batch = batch;
    // Three words of something else; then smallest count 2, 2 bits, and 2² − 1 thresholds.
    let thresholds = [0x4000_0000, 0x8000_0000, 0xc000_0000];
    tiny.plan.data = vec![0, 0, 0, 2, 2];
    tiny.plan.data.extend(thresholds);
    // A guide of one bit: both halves have one threshold that all of their words pass, or none, and one that some pass.
    let table = CountTable { first: 2, thresholds: thresholds.to_vec() };
    tiny.plan.data.extend(table.guide(1));
    tiny.stimulus(0, stimulus("poisson_input"), Target::Jump, constants(&[10.0, 8.0, 0.5, 3.0, 2.0, 8.0, 31.0]));
    tiny.plan.populations[0].stimuli[0].as_mut().unwrap().stream = stream;
    tiny.plan.seeds = vec![7, 1 << 40 | 8];
    let keys: Vec<_> = tiny.plan.seeds.iter().map(|seed| crate::random::key(*seed)).collect();
    let mut reference = tiny.build();
    let mut expected = vec![0.0; (batch * size) as usize];
    for step in 0..steps {
        reference.run(1, &mut |_| ()).unwrap();
        for item in 0..batch {
            for neuron in 0..size {
                let word = philox4x32([neuron, step >> 2, stream, 0], keys[item as usize])[(step & 3) as usize];
                let count = 2.0 + f64::from(word >> 30);
                let sum = &mut expected[(item * size + neuron) as usize];
                *sum += 0.5 * count;
                let v = reference.value(0, 0, item, neuron);
                assert!((v - *sum).abs() < 1e-9, "step {step}, item {item}, neuron {neuron}: {v}, expected {sum}");
            }
        }
    }
    assert!(expected.iter().any(|sum| *sum != expected[0]), "neurons draw different words");
}

#[test]
fn a_population_without_the_slab_s_stimulus_does_without() {
    let mut tiny = Tiny::neurons("lif", 1, constants(&LIF), constants(&[0.0]));
    tiny.kick(0, &[0]);
    tiny.plan.populations[0].stimuli[0] = None;
    let mut reference = tiny.build();
    reference.run(3, &mut |_| ()).unwrap();
    assert_eq!(reference.value(0, 0, 0, 0), 0.0);
}
