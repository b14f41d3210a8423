//! Paths: whom they call, what stands there, what may be put there, and what is said of those that lead nowhere.

mod added;
mod refused;

use crate::network::{
    Array, Connect, Current, Distribution, End, Initialiser, Kernel, Model, Network, NetworkFile, Neuron, Part,
    PoissonInput, Population, Port, Positions, Precision, Record, Scheme, SpikeTimes, StimulusModel, Storage, Until,
    Value, conduction, exponential, lognormal, normal, truncated_normal, uniform,
};
use crate::units::{Literal, Quantity};
use std::path::Path;

/// A network with a value of each kind, in each place.
fn network() -> Network {
    let mut net = Network::new(0.1.ms()).seed(u64::MAX).duration(1.0.s());
    net = net.until(Until::rate_below(End::part("exc", 1..3), 0.3.hz()).over(2.0.ms()));
    let neuron =
        Neuron::from("lif_ref").param("tau", normal(20.0.ms(), 2.0.ms())).param("reset", Value::choice("hard"));
    let exc = Population::new("exc", 4, neuron)
        .init("v", Array::inline(vec![-55.0, -56.0, -57.0, -58.0], &[4], "mV").unwrap())
        .init("ampa.g", 1.0.nanosiemens())
        .port("ampa", Port::expon(uniform(4.0.ms(), 5.0.ms())).coba(0.0.mv()))
        .port("jump", Port::delta().onto("v"))
        .port("own", Port::unfiltered(Part::new("coba").param("e", (-70.0).mv())))
        .positions(Positions::random([9.0.mm()]));
    net.add(exc);
    let sheet = Positions::grid([2, 2], [1.0.mm(), 200.0.um()]).periodic();
    let inh = Population::new("inh", 4, Neuron::source("own", "fn own() {}")).port("in", Port::delta());
    net.add(inh.positions(sheet));
    let far = Population::new("far", 2, Neuron::file("nets/own.wgsl").param("a", 0.7)).port("in", Port::sum());
    net.add(far.positions(Positions::given(Array::inline(vec![0.0, 1.5], &[2, 1], "mm").unwrap())));
    net.connect("exc", "inh", "in", Connect::list([(0, 1), (2, 3)]), 1.5e-7.mv(), 0.0.ms());
    let weights = Array::inline(vec![1.0, 2.5, -3.0, 1e300, 5e-324, 0.0, 7.0, 8.0], &[4, 2], "0.275 mV").unwrap();
    net.connect("inh", "far", "in", Connect::all_to_all().name("out"), weights, exponential(1.0.ms()));
    net.connect(
        "inh",
        "inh",
        "in",
        Connect::pairwise_bernoulli(0.02).autapses(false),
        lognormal(1.0.mv(), 0.4),
        1.0.ms(),
    );
    net.projections[2].storage = Storage::Procedural;
    let delay = truncated_normal(2.0.ms(), 1.0.ms(), 1.0.ms(), 3.0.ms());
    let near = Connect::fixed_indegree(3).multapses(false).kernel(Kernel::gaussian(2.0.mm())).mask(30.0.mm());
    net.connect("exc", "exc", "jump", near, -1.0.mv(), delay);
    net.projections[3].precision = Some(Precision::Exact);
    net.connect(
        "exc",
        "exc",
        "jump",
        Connect::fixed_outdegree(3),
        Array::npy("w.npy", "mV").unwrap(),
        conduction(0.3.m_per_s(), 0.5.ms()),
    );
    let weight = Initialiser::new(Scheme::Orthogonal, 1.0.mv());
    net.connect("exc", "exc", "ampa", Connect::one_to_one(), weight, 1.0.ms());
    net.stimulate(PoissonInput::new("exc", 1000, 8.0.hz(), 0.1.mv()).neurons([0, 0, 1]).name("drive"));
    net.stimulate(Current::trace("exc", Array::npy("i.npy", "mA").unwrap()));
    net.stimulate(SpikeTimes::new("exc", [(0, 1.0.ms()), (3, 2.5.ms())], 6.0.nanosiemens()).port("ampa"));
    net.stimulate(StimulusModel::new("exc", "ornstein_uhlenbeck").param("sigma", 0.1.na()));
    net.record(Record::new("exc", ["spikes", "v"]).every(1.0.ms()).neurons([0, 2]));
    net.record(Record::new("inh", ["spikes"]));
    net.check().unwrap();
    net
}

/// Puts every value of a network back at its place; returns the paths of those that have none.
fn put_back(net: &Network) -> Vec<String> {
    let mut changed = net.clone();
    let mut without = Vec::new();
    for path in net.paths() {
        match net.get(&path) {
            Ok(value) => {
                changed.set(&path, value.clone()).unwrap_or_else(|error| panic!("{path} = {value}: {error}"));
                assert_eq!(changed, *net, "{path} = {value}");
            }
            Err(error) => {
                assert_eq!(error.to_string(), format!("{path}: the network says nothing of it"));
                without.push(path);
            }
        }
    }
    without
}

#[test]
fn what_is_found_can_be_put_back() {
    let mut net = network();
    // What no network file could say is at its place all the same, but cannot be read from a text.
    let own = (net.populations[1].model.clone(), net.populations[2].model.clone());
    net.populations[1].model = Model::Catalogue("lif".into());
    net.populations[2].model = Model::Catalogue("lif".into());
    let expected = [
        "wiring_seed",
        "wiring",
        "projection[exc→inh.in].name",
        "projection[exc→inh.in].weights",
        "projection[exc→inh.in].model",
        "projection[out].weights",
        "projection[out].model",
        "projection[inh→inh.in].name",
        "projection[inh→inh.in].weights",
        "projection[inh→inh.in].model",
        "projection[3].name",
        "projection[3].model",
        "projection[4].name",
        "projection[4].weights",
        "projection[4].model",
        "projection[exc→exc.ampa].name",
        "projection[exc→exc.ampa].weights",
        "projection[exc→exc.ampa].model",
        "stimulus[drive].port",
        "stimulus[drive].sampler",
        "stimulus[drive].start",
        "stimulus[drive].stop",
        "stimulus[1].name",
        "stimulus[1].neurons",
        "stimulus[1].start",
        "stimulus[1].stop",
        "stimulus[2].name",
        "stimulus[2].start",
        "stimulus[2].stop",
        "record[0].start",
        "record[0].stop",
        "record[1].every",
        "record[1].start",
        "record[1].stop",
        "record[1].neurons",
    ];
    assert_eq!(put_back(&net), expected);
    (net.populations[1].model, net.populations[2].model) = own;
    assert_eq!(net.get("population[inh].model").unwrap().to_string(), "own");
    for name in ["coba", "cuba", "brunel", "izhikevich", "microcircuit"] {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("networks").join(name).with_extension("toml");
        put_back(&NetworkFile::read(file).unwrap().network);
    }
}

#[test]
fn every_value_has_a_path() {
    let net = network();
    let paths = net.paths();
    for path in &paths {
        net.place(path).unwrap_or_else(|error| panic!("{error}"));
    }
    let of = |element: &str| paths.iter().filter(|path| path.starts_with(element)).cloned().collect::<Vec<_>>();
    assert_eq!(paths[..7], ["dt", "duration", "seed", "until.condition", "until.over", "wiring_seed", "wiring"]);
    let keys = [
        "init.ampa.g",
        "init.v",
        "model",
        "name",
        "params.reset",
        "params.tau",
        "ports.ampa.output.coba",
        "ports.ampa.synapse",
        "ports.ampa.tau",
        "ports.jump.output.delta.onto",
        "ports.own.output.coba.e",
        "positions.extent",
        "positions.random",
        "size",
    ];
    assert_eq!(of("population[exc]"), keys.map(|key| format!("population[exc].{key}")));
    let keys = [
        "connect.autapses",
        "connect.fixed_indegree",
        "connect.kernel.gaussian",
        "connect.mask",
        "connect.multapses",
        "delay",
        "port",
        "post",
        "pre",
        "storage",
        "weight",
        "weights",
        "name",
        "model",
    ];
    assert_eq!(of("projection[3]"), keys.map(|key| format!("projection[3].{key}")));
    let keys = ["kind", "name", "neurons", "rate", "sources", "target", "weight", "port", "sampler", "start", "stop"];
    assert_eq!(of("stimulus[drive]"), keys.map(|key| format!("stimulus[drive].{key}")));
    let keys = ["every", "neurons", "population", "what", "start", "stop"];
    assert_eq!(of("record[0]"), keys.map(|key| format!("record[0].{key}")));
}

#[test]
fn values_are_found_by_names_and_by_numbers() {
    let net = network();
    for (path, expected) in [
        ("dt", "0.1 ms"),
        ("seed", "18446744073709551615"),
        ("population[exc].size", "4"),
        ("population[0].params.tau", "{ normal = [\"20 ms\", \"2 ms\"] }"),
        ("population[exc].params.tau.normal", "[\"20 ms\", \"2 ms\"]"),
        ("population[exc].reset", "hard"),
        ("population[exc].init.ampa.g", "1e-6 mS"),
        ("population[exc].ports.ampa.output", "{ coba = \"0 mV\" }"),
        ("projection[exc→inh.in].weight", "1.5e-7 mV"),
        ("projection[exc->inh.in].connect.list", "{ values = [[0, 1], [2, 3]] }"),
        ("projection[out].connect", "{ all_to_all = true, autapses = true, multapses = true }"),
        ("projection[2].weight", "{ lognormal = [\"1 mV\", 0.4] }"),
        ("projection[3].delay", "{ truncated_normal = [\"2 ms\", \"1 ms\", \"1 ms\", \"3 ms\"] }"),
        ("projection[4].weight", "{ npy = \"w.npy\", unit = \"mV\" }"),
        ("projection[exc→exc.ampa].weight", "{ orthogonal = \"1 mV\" }"),
        ("population[exc].positions", "{ random = true, extent = [\"9 mm\"] }"),
        ("population[far].positions", "{ values = [[0], [1.5]], unit = \"mm\" }"),
        ("population[inh].positions", "{ grid = [2, 2], extent = [\"1 mm\", \"0.2 mm\"], periodic = true }"),
        ("population[inh].positions.extent", "[\"1 mm\", \"0.2 mm\"]"),
        ("projection[3].connect.kernel", "{ gaussian = \"2 mm\" }"),
        ("projection[3].connect.mask", "30 mm"),
        ("projection[4].delay", "{ velocity = \"0.3 m/s\", offset = \"0.5 ms\" }"),
        ("projection[4].delay.velocity", "0.3 m/s"),
        ("stimulus[drive].rate", "8 Hz"),
        ("stimulus[0].neurons", "[0, 0, 1]"),
        ("stimulus[3].kind", "ornstein_uhlenbeck"),
        ("record[0].what", "[\"spikes\", \"v\"]"),
    ] {
        let found = net.get(path).map_or_else(|error| error.to_string(), |value| value.to_string());
        assert_eq!(found, expected, "{path}");
    }
    let weights = "{ values = [[1, 2.5], [-3, 1e300], [5e-324, 0], [7, 8]], unit = \"0.275 mV\" }";
    assert_eq!(net.get("projection[out].weight").unwrap().to_string(), weights);
}

#[test]
fn values_are_put_as_a_file_would_say_them_or_typed() {
    let mut net = network();
    net.set("dt", "0.05 ms").unwrap();
    net.set("duration", 2.0.s()).unwrap();
    net.set("seed", "7").unwrap();
    net.set("wiring_seed", "8").unwrap();
    net.set("population[exc].params.r", "100 Mohm").unwrap();
    net.set("population[exc].params.tau", Quantity::parse("15 ms").unwrap()).unwrap();
    net.set("population[exc].reset", "soft").unwrap();
    net.set("population[exc].init.jump.x", "\"1 mV\"").unwrap();
    net.set("population[exc].ports.ampa.tau", "{ exponential = '3 ms' }").unwrap();
    net.set("population[exc].ports.new", "{ output = \"delta\" }").unwrap();
    net.set("projection[exc->inh.in].connect", "{ fixed_total_number = 5 }").unwrap();
    net.set("projection[exc->inh.in].model", "stp").unwrap();
    // A word alone takes the defaults; a parameter may come later.
    net.set("projection[exc->inh.in].model.stp.u", 0.3).unwrap();
    net.set("projection[exc->inh.in].model.stp.tau_d", "0.1 s").unwrap();
    net.set("projection[exc→exc.ampa].model", "\"own.wgsl\"").unwrap();
    net.set("projection[exc→exc.ampa].model.own.wgsl.p", 2.0).unwrap();
    net.set("population[exc].ports.ampa.output", "mg_block").unwrap();
    net.set("population[exc].ports.ampa.output.mg_block.cc_mg", 1.3).unwrap();
    net.set("projection[inh→inh.in].connect.pairwise_bernoulli", 0.5).unwrap();
    net.set("projection[inh→inh.in].storage", "stored").unwrap();
    net.set("projection[out].weight", Array::inline(vec![1.0, 2.0], &[2], "mV").unwrap()).unwrap();
    net.set("stimulus[drive].sources", "10").unwrap();
    net.set("stimulus[drive].sampler", "poisson").unwrap();
    net.set("stimulus[1].name", "trace").unwrap();
    net.set("stimulus[0].neurons", "[3]").unwrap();
    net.set("record[1].every", "0.5 ms").unwrap();

    let mut expected = network().seed(7).wiring_seed(8).duration(2.0.s());
    expected.dt = 0.05.ms().into();
    let exc = &mut expected.populations[0];
    exc.params.insert("r".into(), Quantity::parse("100 Mohm").unwrap().into());
    exc.params.insert("tau".into(), 15.0.ms().into());
    exc.params.insert("reset".into(), Value::choice("soft"));
    exc.init.insert("jump.x".into(), 1.0.mv().into());
    let tau = Distribution::Exponential { mean: 3.0.ms().into() };
    exc.ports.get_mut("ampa").unwrap().synapse.as_mut().unwrap().params.insert("tau".into(), tau.into());
    exc.ports.insert("new".into(), Port::delta());
    let mg_block = Part::new("mg_block").param("cc_mg", 1.3);
    expected.populations[0].ports.get_mut("ampa").unwrap().output = mg_block;
    expected.projections[0].connect = Connect::fixed_total_number(5);
    expected.projections[0].model = Some(Part::new("stp").param("u", 0.3).param("tau_d", 0.1.s()));
    expected.projections[5].model = Some(Part::file("own.wgsl").param("p", 2.0));
    expected.projections[2].connect = Connect::pairwise_bernoulli(0.5).autapses(false);
    expected.projections[2].storage = Storage::Stored;
    expected.projections[1].weight = Array::inline(vec![1.0, 2.0], &[2], "mV").unwrap().into();
    expected.stimuli[0].params.insert("sources".into(), 10.0.into());
    expected.stimuli[0].params.insert("sampler".into(), Value::choice("poisson"));
    expected.stimuli[1].name = Some("trace".into());
    expected.stimuli[0].neurons = Some(vec![3]);
    expected.records[1].every = Some(0.5.ms().into());
    assert_eq!(net, expected);
}

#[test]
fn a_projection_between_parts_is_called_by_its_populations() {
    let mut net = network();
    net.projections.remove(0);
    net.connect(End::part("exc", 0..2), End::part("inh", 1..4), "in", Connect::all_to_all(), 1.0.mv(), 1.0.ms());
    assert!(net.paths().contains(&"projection[exc→inh.in].pre".to_owned()));
    assert_eq!(net.get("projection[exc→inh.in].pre").unwrap().to_string(), "exc[0..2]");
    assert_eq!(net.get("projection[exc->inh.in].post").unwrap().to_string(), "inh[1..4]");
    put_back_ends(&net);
    net.set("projection[exc->inh.in].pre", "exc[3..4]").unwrap();
    assert_eq!(net.projections[5].pre, End::part("exc", 3..4));
    net.set("projection[exc->inh.in].post", "inh").unwrap();
    assert_eq!(net.projections[5].post, End::from("inh"));
    let refused = net.set("projection[exc->inh.in].pre", "exc[3..5]").unwrap_err().to_string();
    assert_eq!(
        refused,
        "projection[exc→inh.in].pre: `exc[3..5]` goes beyond the 4 neurons of `exc`; legal: exc[first..end] with first below end, \
         and end at most 4"
    );
    let refused = net.set("projection[exc->inh.in].pre", "exc[3.5..4]").unwrap_err().to_string();
    assert_eq!(
        refused,
        "projection[exc→inh.in].pre: `pre` must be the name of a population, or a part of one such as \"exc[0..400]\", of whole \
         numbers from 0 to 4294967295, found the string \"exc[3.5..4]\""
    );
    net.projections[5].pre = End::part("exc", 3..4);
    net.populations[0].init.clear();
    net.stimuli.clear();
    net.records.clear();
    let refused = net.set("population[exc].size", "3").unwrap_err().to_string();
    assert_eq!(
        refused,
        "projection[exc→inh.in].pre: `exc[3..4]` goes beyond the 3 neurons of `exc`; legal: exc[first..end] with first below end, \
         and end at most 3"
    );
    // Parts of the same populations have one name, and go by their numbers.
    net.connect(End::part("exc", 2..3), "inh", "in", Connect::all_to_all(), 1.0.mv(), 1.0.ms());
    let ambiguous = net.get("projection[exc->inh.in].pre").unwrap_err().to_string();
    assert_eq!(
        ambiguous,
        "projection[exc->inh.in].pre: 2 are called `exc→inh.in`; legal: projection[5], projection[6]"
    );
    assert_eq!(net.get("projection[6].pre").unwrap().to_string(), "exc[2..3]");
}

/// Puts the ends of all projections back.
fn put_back_ends(net: &Network) {
    let mut changed = net.clone();
    for path in net.paths().iter().filter(|path| path.ends_with(".pre") || path.ends_with(".post")) {
        changed.set(path, net.get(path).unwrap()).unwrap();
        assert_eq!(changed, *net, "{path}");
    }
}

#[test]
fn what_is_not_exchanged_is_kept_as_it_is() {
    let mut net = network();
    // No text could say these.
    let nan = Array::Inline {
        values: vec![f64::from_bits(0x7ff8_0000_0000_0001); 4],
        shape: vec![4],
        unit: crate::units::Unit::VOLT,
    };
    net.populations[1].params.insert("x".into(), nan.into());
    let bits = |net: &Network| {
        let Value::Array(Array::Inline { values, .. }) = &net.populations[1].params["x"] else { panic!() };
        values.iter().map(|value| value.to_bits()).collect::<Vec<_>>()
    };
    let before = bits(&net);
    let mut changed = net.clone();
    // Not checked again, for it was in no way changed; so it would be refused.
    let refused = changed.set("population[inh].params.y", "1 ms").unwrap_err().to_string();
    assert_eq!(refused, "population[inh].params.x[0]: is NaN V; legal: a finite number");
    changed.set("population[inh].params.x", "1 ms").unwrap();
    assert_eq!(changed.populations[1].model, net.populations[1].model);
    assert_eq!(bits(&net), before);
}
