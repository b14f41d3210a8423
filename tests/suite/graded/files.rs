//! Network files say what the builder does, and are written as they were read.

use neuropil::model::{Ampa, BioNmda};
use neuropil::network::{Connect, Network, NetworkFile, Population, Port, Record};
use neuropil::plan::{LowerOptions, Plan};
use neuropil::units::{Literal, Quantity};

const FILE: &str = r#"
dt = "0.1 ms"

[[population]]
name = "exc"
size = 20
model = "lif"
ports = { in = { output = { coba = "0 mV" } } }

[[projection]]
name = "fast"
pre = "exc"
post = "exc"
port = "in"
connect = { fixed_indegree = 5 }
weight = "0.2 mS"
delay = "1 ms"
model = { ampa = { alpha = "1.1 1/(ms*mM)", beta = "0.2 1/ms" } }

[[projection]]
pre = "exc"
post = "exc"
port = "in"
connect = "all_to_all"
weight = "0.1 mS"
delay = "1 ms"
model = "bio_nmda"

[[projection]]
pre = "exc[8..20]"
post = "exc[2..8]"
connect = { pairwise_bernoulli = 0.5 }
weight = "0.05 mS"
model = "gap_junction"

[[record]]
projection = "fast"
what = ["g"]
"#;

fn built() -> Network {
    let mut net = Network::new(0.1.ms());
    let exc = net.add(Population::new("exc", 20, "lif").port("in", Port::coba(0.0.mv())));
    let alpha = Quantity::parse("1.1 1/(ms*mM)").expect("a quantity");
    let fast = Ampa::new().alpha(alpha).beta(200.0.hz());
    let rule = Connect::fixed_indegree(5).name("fast").model(fast);
    net.connect(&exc, &exc, "in", rule, 0.2.millisiemens(), 1.0.ms());
    let rule = Connect::all_to_all().model(BioNmda::new());
    net.connect(&exc, &exc, "in", rule, 0.1.millisiemens(), 1.0.ms());
    let [from, part] = [8..20, 2..8].map(|neurons| neuropil::network::End::part(&exc, neurons));
    net.couple(from, part, Connect::pairwise_bernoulli(0.5), 0.05.millisiemens());
    net.record(Record::of_projection("fast", ["g"]));
    net
}

#[test]
fn files_and_builder_say_the_same() {
    let file = NetworkFile::parse(FILE, "n.toml").expect("a network").network;
    let lower = |net: &Network| Plan::lower(net, &LowerOptions::default()).expect("it can be lowered");
    let [read, made] = [&file, &built()].map(lower);
    assert_eq!(read.fingerprint, made.fingerprint);
    assert_eq!(read.projection_names().collect::<Vec<_>>(), ["fast", "exc→exc.in", "exc→exc.gap_junction"]);
    // 100 from a rule, 400 of all pairs, and what chance makes of 72.
    assert_eq!(read.synapses.count, 0);
    let counts: Vec<u64> = read.gathers.iter().map(|gather| gather.synapses[0].synapses).collect();
    assert_eq!(counts[..2], [100, 400]);
    assert!((20..53).contains(&counts[2]), "{counts:?}");
    // A step from the potentials on; ten from the values on would be the window otherwise.
    assert_eq!((read.window, read.value_slots), (1, 11));
}

#[test]
fn a_network_is_written_as_it_was_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("saved.toml");
    for net in [NetworkFile::parse(FILE, "n.toml").expect("a network").network, built()] {
        net.save(&path).expect("it is written");
        let saved = NetworkFile::read(&path).expect("it is read");
        assert_eq!(saved.network, net, "{}", saved.text);
        assert!(saved.text.contains("model = \"gap_junction\""), "{}", saved.text);
    }
}

#[test]
fn values_are_found_and_set_by_their_paths() {
    let mut net = built();
    assert_eq!(net.get("projection[exc→exc.gap_junction].weight").expect("it is there").to_string(), "0.05 mS");
    net.set("projection[exc->exc.gap_junction].weight", "0.07 mS").expect("it is legal");
    net.set("projection[fast].model.ampa.beta", "0.3 1/ms").expect("it is legal");
    assert_eq!(net.get("projection[fast].model.ampa.beta").expect("it is there").to_string(), "0.3 1/ms");
    let error = net.set("projection[2].delay", "1 ms").expect_err("it has none");
    assert_eq!(
        error.to_string(),
        "projection[exc→exc.gap_junction].delay: gap junctions have no `delay`: they act on V, and see the V of their sources after \
         the step before"
    );
}
