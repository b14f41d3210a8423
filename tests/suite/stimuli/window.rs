//! Stimuli that begin and end.

use super::{SIZE, cells, check, none};
use crate::device::{backends, name, run};
use neuropil::network::{
    Current, Network, PoissonEncoder, PoissonInput, PoissonSpikes, Population, Record, SpikeTimes, Stimulus,
    StimulusModel,
};
use neuropil::plan::{LowerOptions, Plan};
use neuropil::units::Literal;

#[test]
fn stimuli_act_from_start_to_stop() {
    let current = Current::new("cells", 2.5.ma()).start(0.72.ms()).stop(2.0.ms());
    let given = SpikeTimes::new("cells", (0..40).map(|step| (2, (0.1 * f64::from(step)).ms())), 3.0.ma()).port("p");
    let net = cells([current.into(), given.start(1.0.ms()).stop(1.5.ms()).into()]);
    let within = |from: u32, to: u32, value: f64| move |step: u32| if (from..to).contains(&step) { value } else { 0.0 };
    let (current, arrival) = (within(7, 20, 2.5), within(10, 15, 3.0));
    check(&net, |step, _| current(step), none, |step, neuron| if neuron == 2 { arrival(step) } else { 0.0 });
}

/// Events in every step and of every kind: those of a stimulus that begins in the middle of four steps, for which random words are
/// drawn together, are those of the stimulus that always acts. Populations of one slab differ in when it acts.
#[test]
fn what_is_drawn_does_not_depend_on_when_a_stimulus_acts() {
    let windows = [None, Some((7, 33)), Some((0, 18)), Some((13, 14)), Some((20, 20))];
    for kind in 0..3 {
        let mut net = Network::new(0.1.ms()).seed(5);
        for (index, window) in windows.iter().enumerate() {
            let name = net.add(Population::new(format!("p{index}"), 64, "spike_source"));
            let mut add = |begin: &dyn Fn(&str) -> Stimulus| {
                let mut stimulus = begin(&name);
                if let Some((start, stop)) = window {
                    let time = |step: u32| (0.1 * f64::from(step)).ms().into();
                    stimulus.params.insert("start".to_owned(), time(*start));
                    stimulus.params.insert("stop".to_owned(), time(*stop));
                }
                net.stimulate(stimulus);
            };
            match kind {
                0 => add(&|name| PoissonInput::new(name, 10, 200.0.hz(), 1.0.mv()).into()),
                1 => add(&|name| PoissonSpikes::new(name, 2000.0.hz(), 1.0.mv()).into()),
                _ => add(&|name| PoissonEncoder::new(name, 2000.0.hz(), 1.0.mv()).into()),
            }
        }
        for backend in backends() {
            let steps_of = |net: &Network, population: usize| {
                let recording = run(net, &backend, 40);
                let spikes = &recording.populations[population].spikes;
                let mut spikes: Vec<_> = spikes.step.iter().copied().zip(spikes.neuron.iter().copied()).collect();
                spikes.sort_unstable();
                spikes
            };
            for (population, window) in windows.iter().enumerate() {
                let mut always = net.clone();
                for key in ["start", "stop"] {
                    always.stimuli[population].params.remove(key);
                }
                let expected: Vec<_> = steps_of(&always, population)
                    .into_iter()
                    .filter(|(step, _)| window.is_none_or(|(start, stop)| (start..stop).contains(step)))
                    .collect();
                assert_eq!(steps_of(&net, population), expected, "{}: kind {kind}, {window:?}", name(&backend));
                assert_eq!(expected.is_empty(), *window == Some((20, 20)), "{window:?}");
            }
        }
    }
}

/// Outside its window a process stands still.
#[test]
fn a_variable_of_a_stimulus_stands_still_outside() {
    let noise = StimulusModel::new("cells", "ornstein_uhlenbeck").param("sigma", 1.0.ma()).param("tau", 5.0.ms());
    let mut net = cells([noise.start(1.0.ms()).stop(2.0.ms()).into()]);
    net.record(Record::new("cells", ["ornstein_uhlenbeck.x"]));
    for backend in backends() {
        let recording = run(&net, &backend, 40);
        let x: Vec<_> = recording.traces[2].values.chunks(SIZE).map(<[f32]>::to_vec).collect();
        let moves: Vec<_> = (1..40).filter(|&step| x[step] != x[step - 1]).collect();
        assert_eq!(moves, (10..20).collect::<Vec<_>>(), "{}", name(&backend));
    }
}

#[test]
fn windows_that_cannot_be_are_refused() {
    let of = |stimulus: StimulusModel| {
        Plan::lower(&cells([stimulus.into()]), &LowerOptions::default()).unwrap_err().to_string()
    };
    let spikes = || StimulusModel::new("cells", "poisson_spikes");
    let both = |start: f64, stop: f64| of(spikes().start(start.ms()).stop(stop.ms()));
    assert_eq!(
        both(2.0, 1.0),
        "stimulus[0].stop: it ends at step 10, and begins at step 20; legal: the time of `start`, or one after it"
    );
    let few = "stimulus[0].start: 0.04 ms is less than half a step; legal: 0 ms, or 0.1 ms (one step) or more";
    assert_eq!(of(spikes().start(0.04.ms())), few);
    assert_eq!(both(-2.0, 1.0), "stimulus[0].start: -2 ms is -20 steps; legal: 0 to 429496729.5 ms");
    assert_eq!(
        of(spikes().param("start", 1.0.mv())),
        "stimulus[0].start: 1 mV has dimension voltage, expected time (ms)"
    );
    let each = neuropil::network::Array::inline(vec![1.0; 4], &[4], "ms").unwrap();
    assert_eq!(of(spikes().param("start", each)), "stimulus[0].start: is an array; legal: one time, for all neurons");
    let net = cells([Stimulus::from(Current::new("cells", 1.0.ma()).start((-1.0).ms()))]);
    assert_eq!(net.check().unwrap_err().to_string(), "stimulus[0].start: is -1 ms; legal: a time of 0 or more");
}
