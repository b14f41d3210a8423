//! Sampled variables: the right neurons in the right order, the right steps, the same however the run is cut up.

use crate::device::{advance, backends, engine, gpu, name, plan, run};
use crate::tolerances::V_RUN;
use neuropil::model::{LifRef, Reset};
use neuropil::network::{Connect, Current, Network, Population, Port, Record, SpikeTimes};
use neuropil::recording::Recording;
use neuropil::reference::Reference;
use neuropil::sim::{EngineOptions, Schedule};
use neuropil::units::Literal;

/// [mV] V of every neuron lies within this distance of the threshold.
const DISTANCE: f64 = 10.0;

/// Twelve driven cells that kick eight others: no feedback, so device and reference stay together.
fn chain() -> Network {
    let neuron = LifRef::new().tau(10.0.ms()).v_th(10.0.mv()).reset(Reset::Hard).tau_ref(1.05.ms());
    let mut net = Network::new(0.1.ms()).seed(11);
    let driven = net.add(Population::new("driven", 12, neuron.clone()));
    let others = net.add(Population::new("others", 8, neuron).port("p", Port::expon(3.0.ms()).cuba()));
    net.stimulate(Current::new(&driven, (0..12).map(|i| (11.0 + 3.7 * f64::from(i)).ma()).collect::<Vec<_>>()));
    net.connect(&driven, &others, "p", Connect::all_to_all(), 6.0.ma(), 0.5.ms());
    net.record(Record::new(&driven, ["v"]).every(0.7.ms()).neurons([7, 0, 11]));
    net.record(Record::new(&others, ["p.g", "v"]).every(0.3.ms()));
    net.record(Record::new(&driven, ["held"]).neurons([5]));
    net
}

#[test]
fn samples_come_from_the_named_neurons_every_so_many_steps() {
    for backend in backends() {
        let recording = run(&chain(), &backend, 50);
        let shapes = recording.traces.iter().map(|trace| {
            let name = format!("{}.{}", trace.population, trace.variable);
            (name, trace.neurons.clone(), trace.steps.len(), trace.steps[1], trace.values.len())
        });
        let all: Vec<u32> = (0..8).collect();
        let expected = [
            ("driven.v".to_owned(), vec![7, 0, 11], 8, 7, 24),
            ("others.p.g".to_owned(), all.clone(), 17, 3, 136),
            ("others.v".to_owned(), all, 17, 3, 136),
            ("driven.held".to_owned(), vec![5], 50, 1, 50),
        ];
        assert_eq!(shapes.collect::<Vec<_>>(), expected, "{}", name(&backend));
        let units: Vec<_> = recording.traces.iter().map(|trace| trace.unit.as_str()).collect();
        assert_eq!(units, ["mV", "mA", "mV", "steps"]);
    }
}

#[test]
fn samples_are_the_values_after_their_steps() {
    for backend in backends() {
        let recording = run(&chain(), &backend, 43);
        let trace = &recording.traces[0];
        assert_eq!(trace.steps, [0, 7, 14, 21, 28, 35, 42]);
        // Neuron 0 is driven by 11 mV and reaches the threshold of 10 mV much later: V = RI (1 − e^(−t/τ)).
        for (&step, row) in trace.steps.iter().zip(trace.values.chunks_exact(3)) {
            let expected = 11.0 * (1.0 - (-f64::from(step + 1) * 0.01).exp());
            let found = f64::from(row[1]);
            assert!((found - expected).abs() < V_RUN * DISTANCE, "{}: step {step}: {found}", name(&backend));
        }
    }
}

/// Holds spikes and samples of the device against the reference's.
fn check_alike(device: &Recording, oracle: &Recording) {
    assert_eq!(device.populations, oracle.populations);
    for (found, expected) in device.traces.iter().zip(&oracle.traces) {
        assert_eq!((&found.steps, found.values.len()), (&expected.steps, expected.values.len()));
        let bound = if found.variable == "held" { 0.0 } else { V_RUN * DISTANCE };
        for (at, (found_value, expected)) in found.values.iter().zip(&expected.values).enumerate() {
            let difference = f64::from((found_value - expected).abs());
            assert!(difference <= bound, "{} value {at}: {found_value}, expected {expected}", found.variable);
        }
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn device_and_reference_record_the_same() {
    let gpu = gpu();
    let plan = plan(&gpu, &chain());
    let device = advance(&mut engine(&gpu, &plan, &EngineOptions::default()), 700);
    let oracle = Reference::new(plan).unwrap().run(700, &mut |_| ()).unwrap();
    assert!(device.populations.iter().all(|population| population.spikes.len() > 50));
    check_alike(&device, &oracle);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn samples_are_taken_up_to_the_last_step_that_can_be_counted() {
    let gpu = gpu();
    let mut net = chain();
    // Once in a run: in step 3,000,000,000.
    net.record(Record::new("driven", ["v"]).every(300_000.0.s()));
    let plan = plan(&gpu, &net);
    let options = EngineOptions { windows_per_submission: Some(1), ..EngineOptions::default() };
    let mut engine = engine(&gpu, &plan, &options);
    let mut reference = Reference::new(plan).unwrap();
    // Submissions of a window then begin at each of the last steps.
    for (end, samples) in [(3_000_000_003, 1), (u32::MAX, 0)] {
        let mut state = reference.state().unwrap();
        state.step = end - 41;
        engine.restore(&state).unwrap();
        reference.restore(&state).unwrap();
        for steps in [30, 1, 1, 1, 1, 5, 1, 1] {
            let device = advance(&mut engine, steps);
            check_alike(&device, &reference.run(steps, &mut |_| ()).unwrap());
        }
        assert_eq!(engine.step(), end);
        reference.restore(&state).unwrap();
        let recording = reference.run(41, &mut |_| ()).unwrap();
        assert_eq!(recording.traces[4].steps.len(), samples);
        assert_eq!(recording.traces[0].steps.last(), Some(&((end - 1) / 7 * 7)));
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn submissions_do_not_change_samples() {
    let gpu = gpu();
    let plan = plan(&gpu, &chain());
    let with = |windows| {
        let options = EngineOptions { windows_per_submission: windows, ..EngineOptions::default() };
        advance(&mut engine(&gpu, &plan, &options), 200)
    };
    let free = with(None);
    for windows in [1, 2, 3, 1000] {
        assert_eq!(with(Some(windows)), free, "{windows} windows a submission");
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn the_longest_submission_has_room_for_all_it_records() {
    let gpu = gpu();
    let mut net = Network::new(0.1.ms());
    let relay = LifRef::new().reset(Reset::Hard).tau_ref(0.0.ms());
    let [first, second] =
        ["first", "second"].map(|name| net.add(Population::new(name, 3, relay.clone()).port("p", Port::delta())));
    net.connect(&first, &second, "p", Connect::one_to_one(), 2.0.mv(), 0.0.ms());
    net.connect(&second, &first, "p", Connect::list([(0, 1)]), 2.0.mv(), 0.1.ms());
    let spikes = (0..240).map(|at| (at % 3, (1.7 * f64::from(at)).ms()));
    net.stimulate(SpikeTimes::new(&first, spikes, 2.0.mv()));
    for (population, interval) in [(&first, 0.3), (&second, 0.7)] {
        net.record(Record::new(population, ["v"]).every(interval.ms()));
    }
    let plan = plan(&gpu, &net);
    assert_eq!((plan.window, plan.levels(), plan.submission), (1, 2, 4096));
    let with = |schedule, windows_per_submission| {
        let options = EngineOptions { schedule, windows_per_submission, ..EngineOptions::default() };
        advance(&mut engine(&gpu, &plan, &options), 4096)
    };
    let expected = with(None, Some(100));
    // The 80 spikes of neuron 0 come back to neuron 1.
    assert_eq!(expected.populations.iter().map(|of| of.spikes.len()).collect::<Vec<_>>(), [320, 320]);
    for schedule in [None, Some(Schedule::Windowed), Some(Schedule::Resident)] {
        assert_eq!(with(schedule, Some(4096)), expected, "{schedule:?}");
    }
}
