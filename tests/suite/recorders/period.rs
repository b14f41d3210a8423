//! Records that begin and end: what they hold is what a record of the whole run has in these steps.

use super::{BATCH, STEPS, lowered, network, simulation};
use crate::device::backends;
use neuropil::Backend;
use neuropil::network::{Network, Record};
use neuropil::plan::{LowerOptions, Plan};
use neuropil::recording::{Period, Recording, Trace};
use neuropil::sim::{EngineOptions, Schedule};
use neuropil::units::Literal;

/// With spikes and V of all relays, and of some again from a step on that is no sample, and with the sources' spikes until later.
fn recorded(with_periods: bool) -> Network {
    let mut net = network();
    let mut record = |record: Record, start: f64, stop: f64| {
        net.record(if with_periods { record.start(start.ms()).stop(stop.ms()) } else { record });
    };
    record(Record::new("relays", ["spikes", "v"]), 7.2, 21.7);
    record(Record::new("relays", ["v"]).every(0.5.ms()).neurons([69, 3]), 10.3, 10.8);
    record(Record::new("second", ["spikes"]).neurons([5, 32]), 0.0, 12.9);
    net
}

/// What of a whole recording is of these periods.
fn cut(whole: &Recording, like: &Recording) -> Recording {
    let mut cut = whole.clone();
    for (population, period) in cut.populations.iter_mut().zip(like.populations.iter().map(|it| it.period)) {
        let spikes: Vec<_> = population.spikes.iter().filter(|(step, ..)| period.contains(*step)).collect();
        population.period = period;
        population.spikes.step = spikes.iter().map(|it| it.0).collect();
        population.spikes.batch = spikes.iter().map(|it| it.1).collect();
        population.spikes.neuron = spikes.iter().map(|it| it.2).collect();
    }
    for (trace, period) in cut.traces.iter_mut().zip([(72, 217), (103, 108)]) {
        let Trace { neurons, steps, values, .. } = trace;
        let row = neurons.len() * BATCH as usize;
        let kept: Vec<_> = (0..steps.len()).filter(|&at| (period.0..period.1).contains(&steps[at])).collect();
        *values = kept.iter().flat_map(|at| values[at * row..(at + 1) * row].to_vec()).collect();
        *steps = kept.iter().map(|at| steps[*at]).collect();
    }
    cut
}

#[test]
fn a_record_holds_what_happens_in_its_period() {
    let [whole, parts] = [false, true].map(recorded);
    for backend in backends() {
        let schedules = if matches!(backend, Backend::Gpu(_)) { 3 } else { 1 };
        let expected = simulation(&whole, &backend, &EngineOptions::default()).run_steps(STEPS, &mut |_| ()).unwrap();
        for (schedule, _) in &Schedule::ALL[..schedules] {
            let options = EngineOptions { schedule: Some(*schedule), ..EngineOptions::default() };
            let mut run = simulation(&parts, &backend, &options);
            let found = run.run_steps(STEPS, &mut |_| ()).unwrap();
            assert_eq!(found, cut(&expected, &found));
            assert_eq!(found.traces.iter().map(|trace| trace.steps.len()).collect::<Vec<_>>(), [145, 1]);
            assert!(found.populations.iter().filter(|it| !it.neurons.is_empty()).all(|it| it.spikes.len() > 10));
            // Parts of a run have it too, be the border in a period or not.
            run.reset_state().unwrap();
            let mut joined = run.run_steps(3, &mut |_| ()).unwrap();
            for steps in [100, 4, 1, 60, STEPS - 168] {
                joined.append(run.run_steps(steps, &mut |_| ()).unwrap()).unwrap();
            }
            assert_eq!(joined, found);
        }
    }
}

#[test]
fn figures_are_of_the_period() {
    let backend = &backends()[0];
    let [whole, parts] = [false, true].map(|periods| {
        simulation(&recorded(periods), backend, &EngineOptions::default()).run_steps(STEPS, &mut |_| ()).unwrap()
    });
    let relays = &parts.populations[3];
    assert_eq!(relays.period, Period { start: 72, stop: 217 });
    let seconds = 145.0 * 1e-4 * 70.0 * f64::from(BATCH);
    let close = |found: Option<f64>, expected: f64| (found.unwrap() - expected).abs() < 1e-9;
    assert!(close(parts.rate_hz(relays, 0.0), relays.spikes.len() as f64 / seconds));
    let later = |step: &u32| *step >= 100;
    let counted = relays.spikes.step.iter().filter(|step| later(step)).count();
    assert!(close(parts.rate_hz(relays, 10.0), counted as f64 / (seconds / 145.0 * 117.0)));
    assert_eq!(parts.rate_hz(relays, 25.0), None, "nothing is recorded then");
    let rate = parts.population_rate(relays, 50, None).unwrap();
    assert_eq!(rate.start_ms, [72.0, 122.0, 172.0].map(|step| step * 0.1));
    let of_whole = whole.population_rate(&whole.populations[3], 1, Some(1)).unwrap();
    let of_parts = parts.population_rate(relays, 1, Some(1)).unwrap();
    assert_eq!(of_parts.hz[..], of_whole.hz[72..217]);
}

#[test]
fn a_period_takes_room_for_what_it_holds() {
    let bytes = |net: &Network| lowered(net).trace_bytes(1_000_000);
    let mut net = network();
    net.record(Record::new("relays", ["v"]).start(1.0.s()).stop(1.0015.s()));
    assert_eq!(bytes(&net), 4 * (15 * 70 * u64::from(BATCH) + 15 + 70));
    net.records[0].stop = None;
    assert_eq!(bytes(&net), 4 * (1_000_000 * 70 * u64::from(BATCH) + 1_000_000 + 70), "from whatever step on");
}

#[test]
fn periods_that_contradict_are_refused() {
    let refused = |records: Vec<Record>| {
        let mut net = network();
        net.records.extend(records);
        Plan::lower(&net, &LowerOptions::default()).unwrap_err().to_string()
    };
    let spikes = || Record::new("first", ["spikes"]);
    for (records, expected) in [
        (
            vec![spikes().start(2.0.ms()).stop(1.0.ms())],
            "record[0].stop: it ends at step 10, and begins at step 20; legal: a time after `start`",
        ),
        (
            vec![spikes().start(2.0.ms()).stop(2.0.ms())],
            "record[0].stop: it ends at step 20, and begins at step 20; legal: a time after `start`",
        ),
        (
            vec![spikes().stop(0.04.ms())],
            "record[0].stop: 0.04 ms is less than half a step; legal: 0 ms, or 0.1 ms (one step) or more",
        ),
        (vec![spikes().start((-1.0).ms())], "record[0].start: is -1 ms; legal: a time of 0 or more"),
        (
            vec![spikes(), spikes().start(1.0.ms()).stop(3.0.ms()).neurons([1])],
            "record[1]: spikes of `first` are recorded from 1 ms to 3 ms here, and from 0 ms to the end by record[0]; legal: \
             the same times for all records of its spikes",
        ),
    ] {
        assert_eq!(refused(records), expected);
    }
}
