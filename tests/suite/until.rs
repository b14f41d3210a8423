//! A run that ends when a rate has come to a value: at the same step whatever runs it, with all that a run to that step has.

mod items;

use crate::batch::of_item;
use crate::device::{backends, device, name};
use neuropil::network::{
    Connect, Current, End, Network, PoissonInput, Population, Port, Record, Until, normal, uniform,
};
use neuropil::plan::Stopped;
use neuropil::recording::Recording;
use neuropil::sim::{EngineOptions, Schedule};
use neuropil::units::Literal;
use neuropil::{Backend, Simulation};

/// Cells that fire the more the longer a ramp goes on, and others that they reach; windows have three steps. Only some of what is
/// sampled is recorded.
fn network(seed: u64) -> Network {
    let mut net = Network::new(0.1.ms()).seed(seed).wiring_seed(3);
    let cells = Population::new("cells", 70, "lif_ref").init("v", uniform((-60.0).mv(), (-50.0).mv()));
    let cells = net.add(cells.port("in", Port::delta()));
    let others = Population::new("others", 45, "lif_ref").init("v", normal((-58.0).mv(), 2.0.mv()));
    let others = net.add(others.port("in", Port::delta()));
    net.connect(&cells, &others, "in", Connect::fixed_indegree(9), 1.0.mv(), 0.3.ms());
    net.connect(&others, &cells, "in", Connect::fixed_indegree(5), (-0.5).mv(), 0.8.ms());
    net.stimulate(PoissonInput::new(&cells, 50, 40.0.hz(), 0.6.mv()));
    net.stimulate(Current::new(&cells, 4000.0.ma()).start(25.0.ms()));
    net.record(Record::new(&others, ["spikes"]));
    net.record(Record::new(&cells, ["v"]).every(0.7.ms()).neurons([3, 1]));
    net
}

/// \[steps\] A stretch.
const OVER: u32 = 20;

/// Which neurons of `cells` are counted; none of their spikes is recorded.
const COUNTED: std::ops::Range<u32> = 5..41;

/// Spikes of a stretch are more than this many.
fn until(spikes: u32) -> Until {
    let hz = f64::from(spikes) / (COUNTED.len() as f64 * 2e-3);
    Until::rate_above(End::part("cells", COUNTED), hz.hz()).over(2.0.ms())
}

/// How many spikes each stretch of the network without a condition has, of a recording of all.
fn counts(seed: u64) -> Vec<u32> {
    let mut network = network(seed);
    network.records = vec![Record::new("cells", ["spikes"])];
    let recording = run(&mut simulation(&network, &Backend::Reference, &EngineOptions::default(), 1), STEPS);
    let mut counts = vec![0; (STEPS / OVER) as usize];
    for (step, _) in of_item(&recording, 0, 0).into_iter().filter(|(_, neuron)| COUNTED.contains(neuron)) {
        counts[(step / OVER) as usize] += 1;
    }
    counts
}

/// With how many spikes a run with seed 1 goes beyond its first ten stretches, and ends before its last; and its end.
fn late() -> (u32, u32) {
    let counts = counts(1);
    let most = *counts[..10].iter().max().expect("there are ten");
    (most, end(&counts, most, 0).expect("the current makes them fire more"))
}

/// The end of the first stretch from a step on with more spikes than this.
fn end(counts: &[u32], most: u32, from: u32) -> Option<u32> {
    let found = (0..).zip(counts).find(|(stretch, count)| stretch * OVER >= from && **count > most);
    found.map(|(stretch, _)| (stretch + 1) * OVER)
}

/// Longer than any run lasts.
const STEPS: u32 = 600;

fn simulation(network: &Network, backend: &Backend, options: &EngineOptions, batch: u32) -> Simulation {
    Simulation::with_options(network, backend, batch, options).expect("the network is sound")
}

fn run(simulation: &mut Simulation, steps: u32) -> Recording {
    simulation.run_steps(steps, &mut |_| ()).expect("the run succeeds")
}

/// All that runs networks, a device by each of its schedules.
fn ways() -> Vec<(Backend, EngineOptions)> {
    let options = |windows| EngineOptions { windows_per_submission: windows, ..EngineOptions::default() };
    let usual = backends()
        .into_iter()
        .flat_map(|backend| [None, Some(1), Some(7), Some(1000)].map(|windows| (backend.clone(), options(windows))));
    let schedules = Schedule::ALL
        .iter()
        .filter(|_| !cfg!(without_device))
        .map(|(schedule, _)| (device(), EngineOptions { schedule: Some(*schedule), ..options(None) }));
    usual.chain(schedules).collect()
}

fn called((backend, options): &(Backend, EngineOptions)) -> String {
    format!("{} by {:?}, {:?} windows", name(backend), options.schedule, options.windows_per_submission)
}

/// Runs that end by themselves have what runs have that end there because they were told to; and all end at one step.
fn check(until: Until, expected: &[Stopped]) {
    let plain = network(1);
    let network = plain.clone().until(until);
    for way in ways() {
        let ((backend, options), what) = (&way, called(&way));
        let mut stopping = simulation(&network, backend, options, 1);
        let mut told = 0;
        let found = stopping.run_steps(STEPS, &mut |done| told = done).expect("the run succeeds");
        // In f64 a neuron may spike a step earlier or later.
        assert_eq!(stopping.stopped(), expected, "{what}");
        let end = expected.first().map_or(STEPS, |stopped| stopped.step);
        assert_eq!((found.steps, told), (end, end), "{what}");
        let mut alone = simulation(&plain, backend, options, 1);
        assert_eq!(found, run(&mut alone, end), "{what}");
        assert!(found.ends.is_empty() && alone.stopped().is_empty(), "{what}");
        assert_eq!(stopping.state().unwrap(), alone.state().unwrap(), "{what}: the states are of one network");
    }
}

/// What the reference says.
fn stopped(until: Until) -> Vec<Stopped> {
    let mut simulation = simulation(&network(1).until(until), &Backend::Reference, &EngineOptions::default(), 1);
    run(&mut simulation, STEPS);
    simulation.stopped().to_vec()
}

#[test]
fn a_run_ends_at_one_step_whatever_runs_it_with_what_a_run_to_there_has() {
    let (most, end) = late();
    let expected = stopped(until(most));
    assert_eq!(expected.iter().map(|stopped| (stopped.item, stopped.step)).collect::<Vec<_>>(), [(0, end)]);
    let spikes = counts(1)[(end / OVER - 1) as usize];
    assert_eq!(expected[0].spikes, u64::from(spikes));
    let hz = f64::from(spikes) / (COUNTED.len() as f64 * 2e-3);
    assert!((expected[0].rate_hz - hz).abs() < 1e-6, "{expected:?}");
    check(until(most), &expected);
}

#[test]
fn spikes_are_counted_from_the_start_and_anew_once_they_ended_a_run() {
    let counts = counts(1);
    let since = |first: usize, end: usize| counts[first..end].iter().sum::<u32>();
    let wanted = since(2, counts.len()) / 4;
    let until = || Until::spikes_at_least(End::part("cells", COUNTED), wanted).over(2.0.ms()).start(4.0.ms());
    let next = |from: usize| (from + 1..=counts.len()).find(|&end| since(from, end) >= wanted).expect("there are more");
    let ends = [next(2), next(next(2))];
    let told = |first: usize, end: usize| {
        let (step, spikes) = (end as u32 * OVER, u64::from(since(first, end)));
        let seconds = f64::from(step - first as u32 * OVER) * 1e-4;
        let rate_hz = (spikes as f64 / (COUNTED.len() as f64 * seconds) * 1e6).round() / 1e6;
        (step, spikes, rate_hz)
    };
    let expected = stopped(until());
    check(until(), &expected);
    let network = network(1).until(until());
    for backend in backends() {
        let what = name(&backend);
        let mut simulation = simulation(&network, &backend, &EngineOptions::default(), 1);
        let stopped = |simulation: &Simulation| {
            let all = simulation.stopped().iter();
            all.map(|it| (it.step, it.spikes, it.rate_hz)).collect::<Vec<_>>()
        };
        // In pieces, of which one ends within a stretch.
        run(&mut simulation, 47);
        assert_eq!(stopped(&simulation), [], "{what}");
        run(&mut simulation, STEPS - 47);
        assert_eq!(stopped(&simulation), [told(2, ends[0])], "{what}");
        run(&mut simulation, STEPS - ends[0] as u32 * OVER);
        assert_eq!(stopped(&simulation), [told(ends[0], ends[1])], "{what}");
        // From where a state was restored.
        let state = simulation.state().unwrap();
        simulation.reset_state().unwrap();
        run(&mut simulation, 60);
        simulation.restore(&state).unwrap();
        run(&mut simulation, OVER);
        let few = u64::from(since(ends[1], ends[1] + 1)) < u64::from(wanted);
        assert_eq!(stopped(&simulation).is_empty(), few, "{what}");
    }
}

#[test]
fn it_may_end_with_the_first_stretch_or_with_none() {
    let at_once = || Until::rate_at_least("others", 0.0.hz()).over(0.7.ms());
    let steps = |until| stopped(until).iter().map(|stopped| stopped.step).collect::<Vec<_>>();
    assert_eq!(steps(at_once()), [7]);
    check(at_once(), &stopped(at_once()));
    let later = || at_once().start(3.3.ms());
    assert_eq!(steps(later()), [40]);
    check(later(), &stopped(later()));
    assert_eq!(steps(Until::rate_at_least("others", 0.0.hz())), [100], "10 ms are usual");
    check(Until::rate_above("cells", 9999.0.hz()), &[]);
}

#[test]
fn pieces_come_to_what_one_run_does_and_a_later_run_goes_on() {
    let ((most, end), counts) = (late(), counts(1));
    let plain = network(1);
    let network = plain.clone().until(until(most));
    for backend in backends() {
        let what = name(&backend);
        let options = EngineOptions::default();
        let mut whole = simulation(&network, &backend, &options, 1);
        let whole = run(&mut whole, STEPS);
        let mut pieces = simulation(&network, &backend, &options, 1);
        let mut found = run(&mut pieces, 13);
        while pieces.stopped().is_empty() {
            // Synapses that are built anew, or a variable that is set, change nothing of what was counted.
            pieces.set("projection[0].weight", "1 mV").unwrap();
            let v = pieces.variable("others", "v").unwrap();
            pieces.set_variable("others", "v", &v).unwrap();
            found.append(run(&mut pieces, 33)).unwrap();
        }
        assert_eq!(found, whole, "{what}");
        // From there on it is looked at anew.
        found.append(run(&mut pieces, STEPS - end)).unwrap();
        let next = self::end(&counts, most, end);
        assert_eq!(
            pieces.stopped().iter().map(|stopped| stopped.step).collect::<Vec<_>>(),
            Vec::from_iter(next),
            "{what}"
        );
        assert_eq!(found.steps, next.unwrap_or(STEPS), "{what}");
        let mut alone = simulation(&plain, &backend, &options, 1);
        assert_eq!(found, run(&mut alone, found.steps), "{what}");
        assert_eq!(pieces.state().unwrap(), alone.state().unwrap(), "{what}");
    }
}

#[test]
fn a_stretch_of_which_only_a_part_was_seen_is_not_looked_at() {
    let network = network(1).until(Until::rate_at_least("cells", 0.0.hz()).over(2.0.ms()));
    for backend in backends() {
        let mut simulation = simulation(&network, &backend, &EngineOptions::default(), 1);
        let mut ends = |first: u32| {
            simulation.reset_state().unwrap();
            run(&mut simulation, first);
            let state = simulation.state().unwrap();
            simulation.restore(&state).unwrap();
            assert!(simulation.stopped().is_empty());
            run(&mut simulation, STEPS);
            simulation.stopped().iter().map(|stopped| stopped.step).collect::<Vec<_>>()
        };
        assert_eq!([7, 20].map(&mut ends), [[40], [40]], "{}", name(&backend));
        run(&mut simulation, 0);
        run(&mut simulation, 20);
        assert_eq!(simulation.stopped()[0].step, 60, "{}", name(&backend));
    }
}
