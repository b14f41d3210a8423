//! Elements that are added key by key.

use crate::Error;
use crate::network::{Array, Model, Network, NetworkFile, Supplied, Value};
use crate::units::{Literal, Unit};

const FILE: &str = r#"
dt = "0.1 ms"
[[population]]
name = "exc"
size = 4
model = "lif_ref"
params = { tau = "20 ms" }
init = { v = { normal = ["-55 mV", "2 mV"] } }
ports = { ampa = { synapse = "expon", tau = "5 ms", output = { coba = "0 mV" } } }
[[population]]
name = "inh"
size = 2
model = "lif"
ports = { ampa = { output = "delta" } }
[[projection]]
pre = "exc"
post = ["exc", "inh"]
port = "ampa"
connect = { fixed_indegree = 1 }
weight = 0.5
delay = "0.1 ms"
[[stimulus]]
kind = "current"
target = "exc"
neurons = "0..2"
value = "2 mA"
[[record]]
population = "exc"
what = ["spikes", "v"]
neurons = [0, 3]
"#;

type Keys = &'static [(&'static str, &'static str)];

const EXC: Keys = &[
    ("name", "exc"),
    ("size", "4"),
    ("model", "lif_ref"),
    ("params", r#"{ tau = "20 ms" }"#),
    ("init", r#"{ v = { normal = ["-55 mV", "2 mV"] } }"#),
    ("ports", r#"{ ampa = { synapse = "expon", tau = "5 ms", output = { coba = "0 mV" } } }"#),
];
const INH: Keys = &[("name", "inh"), ("size", "2"), ("model", "lif"), ("ports", r#"{ ampa = { output = "delta" } }"#)];
const PROJECTION: Keys = &[
    ("pre", "exc"),
    ("post", r#"["exc", "inh"]"#),
    ("port", "ampa"),
    ("connect", "{ fixed_indegree = 1 }"),
    ("weight", "0.5"),
    ("delay", "0.1 ms"),
];

fn whole() -> Network {
    let mut net = Network::new(0.1.ms());
    let mut add = |list, keys: Keys| net.add_element(list, keys.iter().copied(), Supplied::new()).unwrap();
    assert_eq!((add("population", EXC), add("population", INH)), (0..1, 1..2));
    assert_eq!(add("projection", PROJECTION), 0..2);
    add("stimulus", &[("kind", "current"), ("target", "exc"), ("neurons", "0..2"), ("value", "2 mA")]);
    add("record", &[("population", "exc"), ("what", r#"["spikes", "v"]"#), ("neurons", "[0, 3]")]);
    net
}

#[test]
fn elements_that_are_added_are_those_of_a_file() {
    assert_eq!(whole(), NetworkFile::parse(FILE, "net.toml").unwrap().network);
}

#[test]
fn what_a_host_has_stands_for_files() {
    let mut net = whole();
    let mut supplied = Supplied::new();
    supplied.array("pairs", vec![0.0, 1.0, 3.0, 0.0], &[2, 2]).unwrap();
    supplied.array("weights", vec![1.0, 2.0], &[2]).unwrap();
    supplied.array("who", vec![3.0, 1.0], &[2]).unwrap();
    supplied.model("own.wgsl", "struct OwnParams {}");
    let pairs = [("connect", r#"{ list = { npy = "pairs" } }"#), ("weight", r#"{ npy = "weights", unit = "0.5 nS" }"#)];
    let keys = [("pre", "exc"), ("post", "inh"), ("port", "ampa"), ("delay", "1 ms")].into_iter().chain(pairs);
    net.add_element("projection", keys, supplied.clone()).unwrap();
    let unit = Unit::parse_multiple("0.5 nS").unwrap();
    let expected = Array::Inline { values: vec![1.0, 2.0], shape: vec![2], unit };
    assert_eq!(net.projections[2].weight, Value::Array(expected));
    let keys = [("population", "exc"), ("what", r#"["v"]"#), ("neurons", r#"{ npy = "who" }"#)];
    net.add_element("record", keys, supplied.clone()).unwrap();
    assert_eq!(net.records[1].neurons, Some(vec![3, 1]));
    net.add_element("population", [("name", "own"), ("size", "1"), ("model", "own.wgsl")], supplied).unwrap();
    let text = "struct OwnParams {}".to_owned();
    assert_eq!(net.populations[2].model, Model::Source { name: "own".to_owned(), text });
}

#[test]
fn what_no_file_could_say_is_refused() {
    let more = |others: &[(&'static str, &'static str)]| [&[("name", "more"), ("size", "3")], others].concat();
    let to = |post: &'static str, weight: &'static str| {
        let others = PROJECTION.iter().filter(|(key, _)| !matches!(*key, "post" | "weight"));
        others.copied().chain([("post", post), ("weight", weight)]).collect::<Vec<_>>()
    };
    let record = |neurons| vec![("population", "exc"), ("what", r#"["v"]"#), ("neurons", neurons)];
    let cases = [
        (
            "populations",
            vec![],
            "populations: the network has no `populations` (did you mean `population`?); legal: population, projection, stimulus, record",
        ),
        ("population", more(&[]), "population[more]: `population` lacks the key `model`"),
        (
            "population",
            vec![("name", "more"), ("size", "many")],
            "population[more].size: `size` must be a whole number from 1 to 4294967295, found the string \"many\"",
        ),
        (
            "population",
            more(&[("model", "lif"), ("parms", "{}")]),
            "population[more].parms: unknown key `parms` in `population` (did you mean `params`?); legal: name, size, model, params, reset, init, ports, positions, like",
        ),
        (
            "population",
            more(&[("model", "lif"), ("params", r#"{ tau = "20 mins" }"#)]),
            "population[more].params: `tau`: `mins` is not a unit; legal: s, V, A, ohm (Ω), S, F, Hz, mol, M (molar), m, g, with a prefix f p n u (µ) m k M G or none; 1; and expressions of these with * / ^ and parentheses",
        ),
        (
            "population",
            more(&[("model", "lif"), ("params", r#"{ tau = "20 ms" "#)]),
            "population[more].params: `{ tau = \"20 ms\"` is not TOML: unclosed inline table, expected `}`",
        ),
        (
            "population",
            more(&[("like", "cell")]),
            "population[more].like: there is no template `cell`; legal: the file has none, as [template.cell]",
        ),
        (
            "population",
            EXC.to_vec(),
            "population[2].name: `exc` is already the name of population 0; legal: a name of its own",
        ),
        (
            "projection",
            to("ihn", "1"),
            "projection[exc→ihn.ampa].post: there is no population `ihn` (did you mean `inh`?); legal: exc, inh",
        ),
        (
            "projection",
            to("inh", "1 lightyear"),
            "projection[2].weight: `lightyear` is not a unit; legal: s, V, A, ohm (Ω), S, F, Hz, mol, M (molar), m, g, with a prefix f p n u (µ) m k M G or none; 1; and expressions of these with * / ^ and parentheses",
        ),
        (
            "stimulus",
            vec![("kind", "current"), ("target", "exc")],
            "stimulus[1]: a current needs the key `value` or the key `trace`",
        ),
        (
            "record",
            record(r#"{ npy = "halves" }"#),
            "record[1].neurons: the number at [0] is 0.5; legal: one axis of whole numbers from 0 to 4294967295",
        ),
        (
            "record",
            record(r#"{ npy = "table" }"#),
            "record[1].neurons: its shape is [2, 2]; legal: one axis of whole numbers from 0 to 4294967295",
        ),
        ("record", record("[0, 4]"), "record[1].neurons: `exc` has 4 neurons, so there is no neuron 4; legal: 0 to 3"),
    ];
    let mut supplied = Supplied::new();
    supplied.array("halves", vec![0.5], &[1]).unwrap();
    supplied.array("table", vec![0.0; 4], &[2, 2]).unwrap();
    let mut differences = Vec::new();
    for (list, keys, expected) in cases {
        let mut net = whole();
        let error = net.add_element(list, keys.iter().copied(), supplied.clone()).unwrap_err();
        assert!(matches!(error, Error::Field { location: None, .. }), "{error:?}");
        assert_eq!(net, whole(), "a refused element changes nothing");
        let found = error.to_string();
        if found != expected {
            differences.push(format!("{keys:?}\n  got      {found}\n  expected {expected}"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    let few = Supplied::new().array("few", vec![1.0], &[2]).unwrap_err().to_string();
    assert_eq!(few, "array: 1 numbers do not fill the shape [2]; legal: as many numbers as the shape says");
}
