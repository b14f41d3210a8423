//! Recorded spikes: those of the neurons that records name, and of no others, on the device and in the reference alike.

mod period;

use crate::device::{backends, gpu};
use neuropil::model::{Lif, Reset};
use neuropil::network::{Connect, Network, PoissonSpikes, Population, Port, Record};
use neuropil::plan::{LowerOptions, Plan, Recorded};
use neuropil::recording::{PopulationSpikes, Recording, Spikes};
use neuropil::sim::EngineOptions;
use neuropil::units::Literal;
use neuropil::{Backend, Simulation};
use std::sync::Arc;

const BATCH: u32 = 3;
const STEPS: u32 = 300;

/// Three populations of sources in one slab, none of which begins or ends with a word but the first, and relays of the first
/// in another slab. Device and reference decide on no spike differently: sources count events, and relays get 2 mV or nothing.
fn network() -> Network {
    let mut net = Network::new(0.1.ms()).seed(5);
    for (name, size) in [("first", 70), ("second", 33), ("third", 100)] {
        let sources = net.add(Population::new(name, size, "spike_source"));
        net.stimulate(PoissonSpikes::new(&sources, 400.0.hz(), 1.0.mv()));
    }
    let relay = Lif::new().reset(Reset::Hard);
    let relays = net.add(Population::new("relays", 70, relay).port("p", Port::delta()));
    net.connect("first", &relays, "p", Connect::one_to_one(), 2.0.mv(), 0.3.ms());
    net
}

/// The neurons of each population that are recorded, some of them named twice: those beside borders of words, nobody, all.
fn chosen() -> (Network, [Vec<u32>; 4]) {
    let mut net = network();
    net.record(Record::new("relays", ["spikes"]).neurons([7]));
    net.record(Record::new("second", ["spikes", "v"]).every(1.0.ms()).neurons([32, 25, 26]));
    net.record(Record::new("first", ["spikes"]).neurons([64, 0, 69, 31, 32, 63]));
    net.record(Record::new("third", ["v"]).neurons([4]));
    net.record(Record::new("relays", ["spikes", "v"]));
    net.record(Record::new("second", ["spikes"]).neurons([26, 5]));
    (net, [vec![0, 31, 32, 63, 64, 69], vec![5, 25, 26, 32], vec![], (0..70).collect()])
}

fn lowered(net: &Network) -> Arc<Plan> {
    Arc::new(Plan::lower(net, &LowerOptions { batch: BATCH, ..LowerOptions::default() }).unwrap())
}

fn simulation(net: &Network, backend: &Backend, options: &EngineOptions) -> Simulation {
    let plan = Arc::new(Plan::lower(net, &backend.lower_options(BATCH)).unwrap());
    Simulation::of_plan(plan, backend, options).unwrap()
}

/// What of a recording of all neurons is of these.
fn filtered(whole: &Recording, neurons: &[Vec<u32>]) -> Vec<PopulationSpikes> {
    let of = |(population, neurons): (&PopulationSpikes, &Vec<u32>)| {
        let mut spikes = Spikes::default();
        for (step, batch, neuron) in population.spikes.iter().filter(|(_, _, neuron)| neurons.contains(neuron)) {
            spikes.step.push(step);
            spikes.batch.push(batch);
            spikes.neuron.push(neuron);
        }
        PopulationSpikes { neurons: neurons.clone(), spikes, ..population.clone() }
    };
    whole.populations.iter().zip(neurons).map(of).collect()
}

/// Population and neurons of each recorder of spikes.
fn spike_recorders(plan: &Plan) -> Vec<(usize, Option<&[u32]>)> {
    let spikes = plan.recorders.iter().filter(|recorder| recorder.what == Recorded::Spikes);
    spikes.map(|recorder| (recorder.population, recorder.neurons.as_deref())).collect()
}

#[test]
fn records_of_one_population_s_spikes_are_one_recorder() {
    let (net, [first, second, ..]) = chosen();
    let plan = lowered(&net);
    let places: Vec<_> = plan.populations.iter().map(|place| (place.slab, place.first_in_slab)).collect();
    assert_eq!(places, [(0, 0), (0, 70), (0, 103), (1, 0)]);
    assert_eq!(spike_recorders(&plan), [(0, Some(&first[..])), (1, Some(&second)), (3, None)]);
    assert_eq!(plan.recorders.len(), 3 + 3, "variables keep a recorder each");
    assert_eq!(plan.fingerprint, lowered(&network()).fingerprint);
}

#[test]
fn where_no_record_names_spikes_all_are_recorded() {
    let all = [(0, None), (1, None), (2, None), (3, None)];
    assert_eq!(spike_recorders(&lowered(&network())), all);
    let mut net = network();
    net.record(Record::new("third", ["v"]).neurons([4]));
    assert_eq!(spike_recorders(&lowered(&net)), all);
    // It names spikes, if of nobody.
    net.record(Record::new("third", ["spikes"]).neurons([]));
    assert_eq!(spike_recorders(&lowered(&net)), [(2, Some(&[][..]))]);
}

#[test]
fn the_neurons_that_records_name_are_recorded_and_no_others() {
    let (net, neurons) = chosen();
    let mut found = Vec::new();
    for backend in backends() {
        let mut all = simulation(&network(), &backend, &EngineOptions::default());
        let whole = all.run_steps(STEPS, &mut |_| ()).unwrap();
        assert!(whole.populations.iter().all(|of| of.is_whole() && of.spikes.len() > 1000));
        let mut some = simulation(&net, &backend, &EngineOptions::default());
        let recording = some.run_steps(STEPS, &mut |_| ()).unwrap();
        assert_eq!(recording.populations, filtered(&whole, &neurons));
        assert!(recording.populations[1].spikes.neuron.contains(&32), "the last of its word");
        // 70 relays repeat 70 sources; of these 6 are recorded.
        let [sources, relays] = [0, 3].map(|index| recording.populations[index].count().unwrap());
        assert!(sources * 9 < relays, "{sources} {relays}");
        assert_eq!(recording.populations[2].count(), None);
        assert_eq!(some.state().unwrap(), all.state().unwrap(), "what is recorded changes nothing");
        found.push(recording.populations);
    }
    assert!(found.iter().all(|of| *of == found[0]), "the reference's, and those of all others");
}

#[test]
fn recordings_of_some_neurons_are_continued() {
    let (net, _) = chosen();
    for backend in backends() {
        let whole = simulation(&net, &backend, &EngineOptions::default()).run_steps(STEPS, &mut |_| ()).unwrap();
        let mut parts = simulation(&net, &backend, &EngineOptions::default());
        let mut joined = parts.run_steps(1, &mut |_| ()).unwrap();
        for steps in [130, 0, 9, STEPS - 140] {
            joined.append(parts.run_steps(steps, &mut |_| ()).unwrap()).unwrap();
        }
        assert_eq!(joined, whole);
        let others = simulation(&network(), &backend, &EngineOptions::default()).run_steps(STEPS, &mut |_| ()).unwrap();
        let error = Recording { first_step: STEPS, ..others };
        assert_eq!(
            joined.append(error).unwrap_err().to_string(),
            "appending a recording: the later one has the populations first [70], second [33], third [100], relays [70]; \
             legal: first [6 of 70], second [4 of 33], third [0 of 100], relays [70], and spikes of the same neurons"
        );
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn submissions_do_not_change_which_spikes_are_recorded() {
    let backend = Backend::Gpu(gpu());
    let with = |windows_per_submission| {
        let options = EngineOptions { windows_per_submission, ..EngineOptions::default() };
        simulation(&chosen().0, &backend, &options).run_steps(STEPS, &mut |_| ()).unwrap()
    };
    let free = with(None);
    for windows in [1, 7] {
        assert_eq!(with(Some(windows)), free, "{windows} windows a submission");
    }
}
