//! Networks that write themselves: what is read again is the same.

use crate::network::{Array, Connect, End, Model, Network, NetworkFile, Neuron, Population, Port, Value, normal};
use crate::plan::{LowerOptions, Plan};
use crate::units::Literal;
use std::path::Path;

fn read(path: &Path) -> Network {
    NetworkFile::read(path).unwrap_or_else(|error| panic!("{error}")).network
}

#[test]
fn networks_of_files_come_back_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("again.toml");
    let networks = Path::new(env!("CARGO_MANIFEST_DIR")).join("networks");
    for name in ["brunel", "coba", "cuba", "decision", "izhikevich", "microcircuit", "working_memory"] {
        let network = read(&networks.join(name).with_extension("toml"));
        assert_eq!(network.save(&path).unwrap(), std::slice::from_ref(&path), "{name}");
        assert_eq!(read(&path), network, "{name}");
    }
}

#[test]
fn no_pairs_and_no_weights_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none.toml");
    let mut net = Network::new(0.1.ms());
    net.add(Population::new("one", 1, "lif").port("in", Port::delta()));
    let weights = Array::inline(Vec::new(), &[0], "mV").unwrap();
    net.connect("one", "one", "in", Connect::list([]), weights, 1.0.ms());
    net.save(&path).unwrap();
    assert_eq!(read(&path), net);
    Plan::lower(&read(&path), &LowerOptions::default()).unwrap();
}

const OWN: &str = "// own: a leak\n";

#[test]
fn arrays_and_models_go_into_files_of_their_own() {
    let mut net = Network::new(0.1.ms()).seed(7);
    let many: Vec<f64> = (0..100).map(|i| -55.0 - 0.1 * f64::from(i)).collect();
    let few = Array::inline(vec![19.0, 20.0, 1.0 / 3.0], &[3], "ms").unwrap();
    net.add(
        Population::new("many", 100, Neuron::from("lif").param("tau", normal(20.0.ms(), 2.0.ms())))
            .init("v", Array::inline(many.clone(), &[100], "mV").unwrap())
            .port("in", Port::delta()),
    );
    net.add(Population::new("few", 3, Neuron::from("lif").param("tau", few)).port("in", Port::delta()));
    let weights: Vec<f64> = (0..300).map(f64::from).collect();
    let weights = Array::inline(weights, &[100, 3], "0.275 mV").unwrap();
    net.connect("many", "few", "in", Connect::all_to_all(), weights, 1.0.ms());
    let (first, then) = (End::part("many", 5..40), End::part("few", 1..3));
    net.connect(first, then, "in", Connect::pairwise_bernoulli(0.5), 1.0.mv(), 1.0.ms());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.toml");
    let file = |name: &str| folder.path().join("net.files").join(name);
    assert_eq!(net.save(&path).unwrap(), [file("0.npy"), file("1.npy"), path.clone()]);
    let again = read(&path);
    assert_eq!(again.populations[1], net.populations[1]);
    assert_eq!(again.projections[1], net.projections[1]);
    let Value::Array(array @ Array::Npy { path: written, .. }) = &again.populations[0].init["v"] else { panic!() };
    assert_eq!((written, array.unit().to_string()), (&file("0.npy"), "mV".to_owned()));
    assert_eq!(crate::npy::read(written).unwrap().values, many);
    let fingerprint = |net: &Network| Plan::lower(net, &LowerOptions::default()).unwrap().fingerprint;
    assert_eq!(fingerprint(&again), fingerprint(&net));

    // Of models each is written once, and two of one name are told apart.
    let own = |text: &str| Model::Source { name: "own".to_owned(), text: text.to_owned() };
    for (index, text) in [OWN, OWN, "// another\n"].iter().enumerate() {
        net.add(Population::new(format!("own{index}"), 1, "lif"));
        net.populations[2 + index].model = own(text);
    }
    let expected = ["0.npy", "own.wgsl", "2/own.wgsl", "3.npy"].map(file);
    let written = net.save(&path).unwrap();
    assert_eq!(written[..4], expected);
    let again = read(&path);
    let models: Vec<_> = again.populations[2..].iter().map(|population| population.model.clone()).collect();
    assert_eq!(models, [&expected[1], &expected[1], &expected[2]].map(|path| Model::File(path.clone())));
    assert_eq!(std::fs::read_to_string(&expected[1]).unwrap(), OWN);
}

#[test]
fn files_that_a_network_names_are_found_from_elsewhere() {
    let mut net = Network::new(0.1.ms());
    net.add(Population::new("a", 2, Neuron::from("lif").param("tau", Array::npy("data/tau.npy", "ms").unwrap())));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.toml");
    net.save(&path).unwrap();
    let Value::Array(Array::Npy { path, .. }) = &read(&path).populations[0].params["tau"] else { panic!() };
    assert_eq!(*path, std::path::absolute("data/tau.npy").unwrap());
}

#[test]
fn a_folder_that_is_none_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none").join("net.toml");
    let mut net = Network::new(0.1.ms());
    net.add(Population::new("a", 2, "lif"));
    let error = net.save(&path).unwrap_err().to_string();
    assert_eq!(error, format!("cannot write {}: No such file or directory (os error 2)", path.display()));
}
