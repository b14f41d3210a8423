//! Projections that have a model: spikes bring parts of their weights, as their sources' plasticity says, on all executors alike.

mod golden;
mod items;
mod nest;
mod own;
mod refused;

use crate::device::{backends, name, run, simulation};
use neuropil::model::{LifRef, Reset, Std, Stp, Tsodyks2};
use neuropil::network::{
    Connect, End, Network, Part, PoissonSpikes, Population, Port, Precision, Record, SpikeTimes, Storage, normal,
    uniform,
};
use neuropil::plan::{LowerOptions, Plan};
use neuropil::recording::Recording;
use neuropil::units::Literal;

fn lif() -> LifRef {
    LifRef::new().tau(10.0.ms()).v_th(10.0.mv()).reset(Reset::Hard).tau_ref(1.0.ms())
}

/// Populations that share a slab or not, with projections of each model between the same ones and beside static ones, from parts of them,
/// with windows of several steps, and with and without delays; entries of each length.
pub fn network() -> Network {
    let mut net = Network::new(0.1.ms()).seed(31);
    let ports = |cells: Population| cells.port("exc", Port::delta()).port("inh", Port::expon(3.0.ms()).cuba());
    let exc = net.add(ports(Population::new("exc", 150, lif())));
    let inh = net.add(ports(Population::new("inh", 70, lif())));
    let late = net.add(Population::new("late", 40, lif()).port("in", Port::delta()));
    let facilitating = Stp::new().u(uniform(0.1, 0.6)).tau_f(80.0.ms()).tau_d(uniform(10.0.ms(), 60.0.ms()));
    let each: Vec<f64> = (0..150).map(|index| 0.1 + f64::from(index) / 200.0).collect();
    let depressing = Part::from(Std::new().tau(40.0.ms()))
        .param("u", neuropil::network::Array::inline(each, &[150], "1").expect("sound"));
    let of_nest = Tsodyks2::new().u(0.4).tau_rec(30.0.ms()).tau_fac(20.0.ms());
    let some = || Connect::fixed_indegree(12);
    net.connect(&exc, &exc, "exc", some(), 0.3.mv(), 0.5.ms());
    let rule = some().name("recurrent").model(facilitating.clone());
    net.connect(&exc, &exc, "exc", rule, normal(1.0.mv(), 0.2.mv()), uniform(0.5.ms(), 2.0.ms()));
    net.connect(&exc, &inh, "exc", some().model(depressing), 1.5.mv(), 0.7.ms());
    net.connect(&exc, &inh, "exc", some().model(of_nest.clone()), uniform(0.5.mv(), 2.0.mv()), 0.7.ms());
    net.projections[3].precision = Some(Precision::Exact);
    net.connect(&inh, &exc, "inh", some().name("back").model(of_nest), (-1.0).ma(), uniform(0.5.ms(), 1.0.ms()));
    let parts = (End::part(&inh, 10..50), End::part(&exc, 20..90));
    net.connect(parts.0, parts.1, "inh", some().name("part").model(facilitating), (-2.0).ma(), 0.6.ms());
    net.connect(&exc, &late, "in", some().model(Std::new().u(0.3)), 2.0.mv(), 0.0.ms());
    net.connect(&exc, &late, "in", some(), 1.0.mv(), 0.0.ms());
    net.stimulate(PoissonSpikes::new(&exc, 800.0.hz(), 4.0.mv()));
    net.stimulate(PoissonSpikes::new(&inh, 500.0.hz(), 4.0.mv()));
    net.record(Record::new(&exc, ["spikes", "v"]).neurons(0..150));
    net.record(Record::new(&inh, ["spikes"]));
    net.record(Record::new(&late, ["spikes"]));
    net.record(Record::of_projection("recurrent", ["u", "x"]));
    net.record(Record::of_projection("part", ["x"]).every(0.5.ms()));
    net.record(Record::of_projection("back", ["u", "since"]).neurons([3, 1]));
    net
}

/// The same with rules that may be drawn again whenever a source spikes, and half of them are.
pub fn drawn() -> Network {
    let mut net = network();
    for (index, projection) in net.projections.iter_mut().enumerate() {
        let rules = [Connect::fixed_outdegree(9), Connect::pairwise_bernoulli(0.1), Connect::fixed_total_number(900)];
        projection.connect = rules[index % 3].clone();
        projection.precision = None;
        projection.storage = if index % 2 == 1 { Storage::Procedural } else { Storage::Stored };
    }
    net
}

fn hash(recording: &Recording) -> (usize, String) {
    (recording.populations.iter().map(|population| population.spikes.len()).sum(), recording.spike_hash())
}

#[test]
fn drawn_rows_bring_what_stored_ones_do() {
    let stored = |net: &Network| {
        let mut net = net.clone();
        net.projections.iter_mut().for_each(|projection| projection.storage = Storage::Stored);
        net
    };
    for backend in backends() {
        let [found, expected] = [drawn(), stored(&drawn())].map(|net| run(&net, &backend, 400));
        assert_eq!(found, expected, "{}", name(&backend));
        assert!(hash(&found).0 > 500, "{} spikes", hash(&found).0);
    }
}

#[test]
fn a_run_goes_on_from_a_saved_state() {
    for backend in backends() {
        let mut whole = simulation(&network(), &backend);
        let mut expected = whole.run_steps(200, &mut |_| ()).unwrap();
        let state = whole.state().unwrap();
        let rest = whole.run_steps(150, &mut |_| ()).unwrap();
        let mut other = simulation(&network(), &backend);
        other.restore(&state).unwrap();
        let found = other.run_steps(150, &mut |_| ()).unwrap();
        assert_eq!(found, rest, "{}", name(&backend));
        expected.append(rest).unwrap();
        let mut at_once = simulation(&network(), &backend);
        assert_eq!(at_once.run_steps(350, &mut |_| ()).unwrap(), expected, "{}", name(&backend));
    }
}

/// What is known of one synapse: weight times amplitude, counted in whole numbers.
#[test]
fn a_spike_brings_the_part_that_its_amplitude_says() {
    let mut net = Network::new(0.1.ms());
    let source = net.add(Population::new("source", 2, "spike_source"));
    let silent = neuropil::network::Neuron::from("lif").param("v_th", 1e6.mv()).param("tau", 1e9.ms());
    let target = net.add(Population::new("target", 3, silent).port("in", Port::delta()));
    net.stimulate(SpikeTimes::new(&source, [(1, 0.2.ms()), (1, 0.9.ms()), (0, 1.5.ms())], 1.5.mv()));
    let part = End::part(&source, 1..2);
    let plastic = Std::new().u(0.5).tau(1e9.ms());
    net.connect(
        part.clone(),
        End::part(&target, 0..1),
        "in",
        Connect::all_to_all().name("p").model(plastic),
        3.0.mv(),
        0.3.ms(),
    );
    net.connect(part, End::part(&target, 1..2), "in", Connect::all_to_all(), 3.0.mv(), 0.3.ms());
    net.record(Record::new(&target, ["v"]));
    net.record(Record::of_projection("p", ["x"]));
    for backend in backends() {
        let recording = run(&net, &backend, 20);
        let [v, x] = [0, 1].map(|trace: usize| &recording.traces[trace]);
        assert_eq!((x.population.as_str(), x.variable.as_str(), &x.neurons[..]), ("p", "x", &[1][..]));
        let of = |step: usize, neuron: usize| v.values[3 * step + neuron];
        let close = |found: f32, expected: f32| {
            assert!((found - expected).abs() < 1e-5, "{}: {found}, not {expected}", name(&backend))
        };
        // x is 1 at the first spike, and a half at the second.
        for (step, plastic, whole) in [(4, 0.0, 0.0), (5, 3.0, 3.0), (11, 3.0, 3.0), (12, 4.5, 6.0), (19, 4.5, 6.0)] {
            close(of(step, 0), plastic);
            close(of(step, 1), whole);
            close(of(step, 2), 0.0);
        }
        for (step, left) in [(1, 1.0), (2, 0.5), (8, 0.5), (9, 0.25), (19, 0.25)] {
            close(x.values[step], left);
        }
    }
}

#[test]
fn static_is_no_model() {
    let text = "dt = \"0.1 ms\"\n[[population]]\nname = \"a\"\nsize = 9\nmodel = \"lif\"\nports = { in = { output = \"delta\" } }\n\
                [[projection]]\npre = \"a\"\npost = \"a\"\nport = \"in\"\nconnect = \"all_to_all\"\nweight = \"1 mV\"\ndelay = \"1 ms\"\n";
    let read =
        |more: &str| neuropil::network::NetworkFile::parse(&format!("{text}{more}\n"), "net.toml").unwrap().network;
    assert_eq!(read("model = \"static\""), read(""));
    assert_eq!(read("model = \"stp\"").projections[0].model, Some(Part::new("stp")));
    let written = read("model = { stp = { u = 0.15, tau_f = \"1500 ms\", tau_d = \"200 ms\" } }");
    let typed = Stp::new().u(0.15).tau_f(1500.0.ms()).tau_d(200.0.ms());
    assert_eq!(written.projections[0].model, Some(typed.into()));
    assert_eq!(read("model = { stp = 0.15 }").projections[0].model, Some(Part::new("stp").param("", 0.15)));
}

#[test]
fn a_state_is_of_its_plasticity() {
    let fingerprint = |net: &Network| Plan::lower(net, &LowerOptions::default()).unwrap().fingerprint;
    let net = network();
    let with = |path: &str, value: &str| {
        let mut other = net.clone();
        other.set(path, value).unwrap();
        fingerprint(&other)
    };
    let own = fingerprint(&net);
    assert_eq!(fingerprint(&net.clone()), own);
    assert_ne!(with("projection[back].model.tsodyks2.u", "0.41"), own);
    assert_ne!(with("projection[part].model", "std"), own);
    assert_ne!(with("projection[2].model", "static"), own);
}

/// Values that are set while it runs are those of the changed network.
#[test]
fn a_model_may_be_told_other_values_between_runs() {
    let paths = [("projection[back].model.tsodyks2.u", "0.8"), ("projection[recurrent].model.stp.tau_d", "90 ms")];
    let mut changed = network();
    paths.iter().for_each(|(path, value)| changed.set(path, *value).unwrap());
    for backend in backends() {
        let mut set = neuropil::Simulation::on(&network(), &backend).unwrap();
        set.run_steps(150, &mut |_| ()).unwrap();
        let mut state = set.state().unwrap();
        set.set_all(paths).unwrap();
        let mut other = neuropil::Simulation::on(&changed, &backend).unwrap();
        state.fingerprint = other.plan().fingerprint;
        other.restore(&state).unwrap();
        let [found, expected] =
            [&mut set, &mut other].map(|simulation| simulation.run_steps(200, &mut |_| ()).unwrap());
        assert_eq!(found, expected, "{}", name(&backend));
        // And it matters.
        let mut left = neuropil::Simulation::on(&network(), &backend).unwrap();
        assert_ne!(hash(&left.run_steps(350, &mut |_| ()).unwrap()).1, hash(&found).1);
    }
    let mut set = neuropil::Simulation::on(&network(), &neuropil::Backend::Reference).unwrap();
    let refused = set.set("projection[back].model", "stp").unwrap_err().to_string();
    assert_eq!(
        refused,
        "projection[back].model: a network keeps it while it runs; legal: params, ports and init of populations, what stimuli are \
         told, weights of projections and parameters of their models"
    );
}
