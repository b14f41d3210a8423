//! Network files: the manual's example, every complaint word for word, and places.

mod expressions;
mod fields;
mod save;
mod short;
mod space;
mod syntax;
mod until;
mod variables;

use super::*;
use crate::network::{Array, Model, Precision, Storage};

/// The example of the manual.
pub(crate) const EXAMPLE: &str = r#"dt = "0.1 ms"
duration = "1 s"
seed = 42
[[population]]
name = "exc"
size = 3200
model = "lif_ref"                       # a catalogue name, or a path to a user's .wgsl
reset = "hard"
params = { tau = "20 ms", r = "100 Mohm", v_th = "-50 mV", v_reset = "-60 mV", v_rest = "-60 mV", tau_ref = "5 ms" }
init   = { v = { normal = ["-55 mV", "2 mV"] } }
ports  = { ampa = { synapse = "expon", tau = "5 ms", output = { coba = "0 mV" } } }
[[projection]]
pre = "exc"
post = "exc"
port = "ampa"
connect = { pairwise_bernoulli = 0.02 }
weight = "6 nS"
delay = "0.1 ms"
[[stimulus]]
kind = "poisson_input"                  # also current (constant, or a trace), spike_times
target = "exc"
sources = 1000
rate = "8 Hz"
weight = "0.1 mV"
[[record]]
population = "exc"
what = ["spikes", "v"]
every = "1 ms"
neurons = [0, 1, 2]
"#;

/// What the unknown-unit messages say; `{units}` in the tables.
const UNITS: &str = "legal: s, V, A, ohm (Ω), S, F, Hz, mol, M (molar), m, g, with a prefix f p n u (µ) m k M G or none; \
                     1; and expressions of these with * / ^ and parentheses";

/// The keys of the network and of a population, as complaints list them; `{network}`, `{population}` in the tables.
const KEYS: [(&str, &str); 2] = [
    (
        "{network}",
        "format, include, let, dt, duration, until, seed, wiring_seed, wiring, template, population, projection, stimulus, record",
    ),
    ("{population}", "name, size, model, params, reset, init, ports, positions, like"),
];

/// The example with `from`, which it has once, replaced by `to`; and the message that this gets.
fn changed(from: &str, to: &str) -> (String, String) {
    assert_eq!(EXAMPLE.matches(from).count(), 1, "`{from}` must stand in the example once");
    let text = EXAMPLE.replace(from, to);
    let message = NetworkFile::parse(&text, "n.toml").map_or_else(|error| error.to_string(), |_| "legal".to_owned());
    (text, message)
}

/// Every `(from, to, "line:column: message")`; all differences are reported at once.
fn check(cases: &[(&str, &str, &str)], whole: impl Fn(&str, &str) -> String) {
    let differences = cases.iter().filter_map(|(from, to, expected)| {
        let (text, message) = changed(from, to);
        let expected =
            KEYS.iter().fold(expected.replace("{units}", UNITS), |text, (name, keys)| text.replace(name, keys));
        let expected = whole(&text, &expected);
        (message != expected).then(|| format!("{from:?} -> {to:?}\n  got      {message}\n  expected {expected}"))
    });
    let differences: Vec<String> = differences.collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Complaints that end in the line they stand at.
fn check_syntax(cases: &[(&str, &str, &str)]) {
    check(cases, |text, expected| {
        let line: usize = expected.split(':').next().unwrap().parse().unwrap();
        format!("n.toml:{expected}\n  {}", text.lines().nth(line - 1).unwrap())
    });
}

/// Complaints that name a field.
fn check_fields(cases: &[(&str, &str, &str)]) {
    check(cases, |_, expected| format!("n.toml:{expected}"));
}

#[test]
fn how_synapses_are_kept_is_said() {
    let of = |keys: &str| {
        let text = EXAMPLE.replace("weight = \"6 nS\"", &format!("weight = \"6 nS\"\n{keys}"));
        let projection = NetworkFile::parse(&text, "n.toml").unwrap().network.projections.remove(0);
        (projection.precision, projection.storage)
    };
    assert_eq!(of(""), (None, Storage::Stored));
    assert_eq!(of("weights = \"exact\"\nstorage = \"procedural\""), (Some(Precision::Exact), Storage::Procedural));
    assert_eq!(of("weights = \"compact\"\nstorage = \"stored\""), (Some(Precision::Compact), Storage::Stored));
}

#[test]
fn the_example_is_legal() {
    let file = NetworkFile::parse(EXAMPLE, "nets/n.toml").unwrap();
    assert_eq!(file.network.populations[0].size, 3200);
    assert_eq!(file.network.populations[0].params.len(), 7);
    assert_eq!(file.text, EXAMPLE);
}

#[test]
fn paths_become_relative_to_the_file() {
    let text = EXAMPLE
        .replace("\"lif_ref\"", "\"own.wgsl\"")
        .replace("\"6 nS\"", "{ npy = \"data/w.npy\", unit = \"nS\" }")
        .replace("\"20 ms\"", "{ npy = \"/abs/tau.npy\", unit = \"ms\" }");
    let Network { populations, projections, .. } = NetworkFile::parse(&text, "nets/n.toml").unwrap().network;
    assert_eq!(populations[0].model, Model::File("nets/own.wgsl".into()));
    assert_eq!(projections[0].weight, Array::npy("nets/data/w.npy", "nS").unwrap().into());
    assert_eq!(populations[0].params["tau"], Array::npy("/abs/tau.npy", "ms").unwrap().into());
}

#[test]
fn legal_variants() {
    for (from, to) in [
        ("seed = 42", ""),
        ("seed = 42", "seed = 18446744073709551615"),
        ("seed = 42", "seed = 0x2a"),
        ("size = 3200", "size = 3_200"),
        ("{ pairwise_bernoulli = 0.02 }", "\"all_to_all\""),
        ("{ pairwise_bernoulli = 0.02 }", "{ all_to_all = true, autapses = false }"),
        ("{ pairwise_bernoulli = 0.02 }", "{ one_to_one = true, autapses = true }"),
        ("{ pairwise_bernoulli = 0.02 }", "{ pairwise_bernoulli = 1 }"),
        ("{ pairwise_bernoulli = 0.02 }", "{ fixed_outdegree = 5000 }"),
        ("{ pairwise_bernoulli = 0.02 }", "{ fixed_total_number = 10236800, autapses = false, multapses = false }"),
        ("{ pairwise_bernoulli = 0.02 }", "{ list = [] }"),
        ("{ pairwise_bernoulli = 0.02 }", "{ list = { npy = \"pairs.npy\" } }"),
        ("{ coba = \"0 mV\" }", "\"cuba\""),
        ("{ coba = \"0 mV\" }", "{ coba = { e = { normal = [\"0 mV\", \"1 mV\"] } } }"),
        ("sources = 1000", "sources = 1000\nsampler = \"binomial\"\nneurons = [5, 5]"),
        ("weight = \"6 nS\"", "weight = -0.5"),
        ("\n", "\r\n"),
    ] {
        let text = EXAMPLE.replace(from, to);
        assert_ne!(text, EXAMPLE);
        NetworkFile::parse(&text, "n.toml").map_err(|error| error.to_string()).unwrap();
    }
}

/// The line and column where `field` is located, and the text from there.
fn place(field: &str) -> String {
    let text = EXAMPLE.replace("\"2 mV\"] } }", "\"2 mV\"] }, \"ampa.g\" = \"1 nS\" }");
    let file = NetworkFile::parse(&text, "n.toml").unwrap();
    let Error::Field { location: Some(place), .. } = file.locate(Error::field(field, "", "")) else {
        panic!("{field} has no place")
    };
    let rest: String = text.lines().nth(place.line - 1).unwrap().chars().skip(place.column - 1).take(16).collect();
    format!("{}:{} {rest}", place.line, place.column)
}

#[test]
fn fields_are_located_as_deep_as_they_exist() {
    for (field, expected) in [
        ("dt", "1:6 \"0.1 ms\""),
        ("population[exc]", "4:1 [[population]]"),
        ("population[0]", "4:1 [[population]]"),
        ("population[exc].params.tau", "9:18 \"20 ms\""),
        ("population[exc].params.tau_w", "9:10 { tau = \"20 ms\","),
        ("population[exc].params.reset", "8:9 \"hard\""),
        ("population[exc].reset", "8:9 \"hard\""),
        ("population[exc].init.v", "10:16 { normal = [\"-55"),
        ("population[exc].init.ampa.g", "10:60 \"1 nS\" }"),
        ("population[exc].ports.ampa.tau", "11:46 \"5 ms\", output "),
        ("population[exc].ports.ampa.output", "11:63 { coba = \"0 mV\" "),
        ("population[exc].ports.ampa.output.coba", "11:72 \"0 mV\" } } }"),
        ("population[exc].ports.ampa.output.e", "11:63 { coba = \"0 mV\" "),
        ("population[exc].ports.gaba.tau", "11:10 { ampa = { synap"),
        ("population[exc].model", "7:9 \"lif_ref\"       "),
        ("population[exc].size", "6:8 3200"),
        ("population[inh].size", "4:1 [[population]]"),
        ("projection[0].weight", "17:10 \"6 nS\""),
        ("projection[0].connect", "16:11 { pairwise_berno"),
        ("projection[0].list", "12:1 [[projection]]"),
        ("projection[exc→exc.ampa].connect", "16:11 { pairwise_berno"),
        ("projection[exc->exc.ampa].connect.pairwise_bernoulli", "16:34 0.02 }"),
        ("stimulus[0].rate", "23:8 \"8 Hz\""),
        ("record[0].what", "27:8 [\"spikes\", \"v\"]"),
        ("record[9].what", "25:1 [[record]]"),
        ("nonsense[", "1:1 dt = \"0.1 ms\""),
        ("", "1:1 dt = \"0.1 ms\""),
    ] {
        let place = place(field);
        assert!(place.starts_with(expected), "{field}: {place}, expected {expected}");
    }
}

#[test]
fn projections_and_stimuli_have_names_and_places() {
    let named = EXAMPLE
        .replace("[[projection]]\n", "[[projection]]\nname = \"recurrent\"\n")
        .replace("[[stimulus]]\n", "[[stimulus]]\nname = \"noise\"\n");
    let file = NetworkFile::parse(&named, "n.toml").unwrap();
    let of = (file.network.projections[0].name.as_deref(), file.network.stimuli[0].name.as_deref());
    assert_eq!(of, (Some("recurrent"), Some("noise")));
    for (from, to, expected) in [
        ("8 Hz", "-8 Hz", "25:8: stimulus[noise].rate: is -8 Hz; legal: a frequency of 0 or more"),
        (
            "delay = \"0.1 ms\"",
            "delay = \"-1 ms\"",
            "19:9: projection[recurrent].delay: is -1 ms; legal: a time of 0 or more",
        ),
        (
            "\"recurrent\"",
            "\"a→b\"",
            "13:8: projection[a→b].name: `a→b` is not a name; legal: one or more of A-Z a-z 0-9 _ -",
        ),
        (
            "\"noise\"",
            "\"3\"",
            "21:8: stimulus[3].name: `3` is a number, by which another may be called; legal: a name that is no number",
        ),
    ] {
        let error = NetworkFile::parse(&named.replace(from, to), "n.toml").unwrap_err().to_string();
        assert_eq!(error, format!("n.toml:{expected}"));
    }
    let twice = EXAMPLE.replace(
        "[[record]]",
        "[[stimulus]]\nname = \"noise\"\nkind = \"current\"\ntarget = \"exc\"\nvalue = 1\n[[record]]",
    );
    let error = NetworkFile::parse(
        &twice.replace("kind = \"poisson_input\"", "name = \"noise\"\nkind = \"poisson_input\""),
        "n.toml",
    );
    let expected = "n.toml:27:8: stimulus[1].name: `noise` is already the name of stimulus 0; legal: a name of its own";
    assert_eq!(error.unwrap_err().to_string(), expected);
}

#[test]
fn what_was_put_has_no_place_in_the_file() {
    let mut file = NetworkFile::parse(EXAMPLE, "nets/n.toml").unwrap();
    file.set("projection[exc->exc.ampa].weight", "{ npy = 'w.npy', unit = 'nS' }").unwrap();
    file.set("population[0].params.tau", "10 ms").unwrap();
    file.set("dt", "0 ms").unwrap_err();
    assert_eq!(file.files, [PathBuf::from("nets/w.npy")]);
    assert_eq!(file.network.projections[0].weight, Array::npy("nets/w.npy", "nS").unwrap().into());
    let set = file.set.iter().map(ToString::to_string).collect::<Vec<_>>();
    let weight = "projection[exc->exc.ampa].weight={ npy = 'w.npy', unit = 'nS' }";
    assert_eq!(set, [weight, "population[0].params.tau=10 ms"]);
    assert_eq!(file.text, EXAMPLE);
    for (field, place) in [
        ("projection[0].weight", ""),
        ("projection[exc→exc.ampa].weight[3]", ""),
        ("projection[exc→exc.ampa].weights", "nets/n.toml:12:1: "),
        ("projection[exc→exc.ampa].delay", "nets/n.toml:18:9: "),
        ("population[exc].params.tau", ""),
        ("population[exc].params", ""),
        ("population[exc].params.tau_ref", "nets/n.toml:9:109: "),
        ("dt", "nets/n.toml:1:6: "),
    ] {
        let located = file.locate(Error::field(field, "is odd", "")).to_string();
        assert_eq!(located, format!("{place}{field}: is odd"));
    }
}

#[test]
fn columns_count_characters() {
    let text = EXAMPLE.replace("r = \"100 Mohm\"", "r = \"100 MΩ\"").replace("\"5 ms\" }\n", "\"5 mΩx\" }\n");
    let Err(Error::Syntax { location, quoted, .. }) = NetworkFile::parse(&text, "n.toml") else { panic!() };
    assert_eq!((location.line, location.column), (9, 107));
    assert!(quoted.ends_with("\"5 mΩx\" }"));
}

#[test]
fn long_lines_are_quoted_in_part() {
    let numbers = "10, ".repeat(1000);
    let text = EXAMPLE.replace("[0, 1, 2]", &format!("[{numbers}-1, {numbers}]"));
    let Err(Error::Syntax { location, quoted, .. }) = NetworkFile::parse(&text, "n.toml") else { panic!() };
    assert_eq!((location.line, location.column), (29, 4012));
    assert!(quoted.starts_with('…') && quoted.contains(" -1, ") && quoted.ends_with('…'), "{quoted}");
    assert!(quoted.chars().count() < 210);
}

#[test]
fn other_errors_pass_through() {
    let file = NetworkFile::parse(EXAMPLE, "n.toml").unwrap();
    assert_eq!(file.locate(Error::request("a", "b", "c")).to_string(), "a: b; legal: c");
    let located = file.locate(Error::field("dt", "is odd", ""));
    assert_eq!(file.locate(located).to_string(), "n.toml:1:6: dt: is odd");
}

#[test]
fn a_file_s_error_is_located_at_the_field_that_names_it() {
    let file = NetworkFile::parse(EXAMPLE, "n.toml").unwrap();
    let missing = || Error::File { action: "read", path: "w.npy".into(), source: std::io::ErrorKind::NotFound.into() };
    let named = missing().named_by("projection[0].weight");
    assert_eq!(named.to_string(), "projection[0].weight: cannot read w.npy: entity not found");
    let located = file.locate(named);
    assert_eq!(located.to_string(), "n.toml:17:10: projection[0].weight: cannot read w.npy: entity not found");
    assert!(matches!(&located, Error::NamedFile { source, .. } if matches!(**source, Error::File { .. })));
    assert_eq!((located.exit_status(), file.locate(missing()).to_string()), (2, missing().to_string()));
}

#[test]
fn neurons_may_stand_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("n.toml");
    let read = |bytes: Option<(&str, &str, Vec<u8>)>| {
        if let Some((kind, shape, numbers)) = bytes {
            let mut header = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}");
            header += &" ".repeat(117 - header.len());
            let start = [b"\x93NUMPY\x01\x00\x76\x00".as_slice(), header.as_bytes(), b"\n"].concat();
            std::fs::write(folder.path().join("driven.npy"), [start, numbers].concat()).unwrap();
        }
        let text = EXAMPLE.replace("[0, 1, 2]", "{ npy = \"driven.npy\" }");
        let text = text.replace("sources = 1000", "sources = 1000\nneurons = { npy = \"driven.npy\" }");
        std::fs::write(&path, text).unwrap();
        NetworkFile::read(&path)
    };
    let file = folder.path().join("driven.npy");
    let said = |bytes| {
        let error = read(bytes).unwrap_err();
        assert_eq!(error.exit_status(), 2);
        let start = format!("{}:23:11: stimulus[0].neurons: ", path.display());
        error
            .to_string()
            .strip_prefix(&start)
            .unwrap_or_else(|| panic!("{error}"))
            .replace(&file.display().to_string(), "FILE")
    };
    assert_eq!(said(None), "cannot read FILE: No such file or directory (os error 2)");
    let legal = "legal: one axis of whole numbers from 0 to 4294967295";
    let ones = |numbers: &[f64]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
    assert_eq!(said(Some(("<f8", "(2,)", ones(&[1.0, -1.0])))), format!("FILE: the number at [1] is -1; {legal}"));
    assert_eq!(said(Some(("<f8", "(2,)", ones(&[0.5, 1.0])))), format!("FILE: the number at [0] is 0.5; {legal}"));
    assert_eq!(said(Some(("<f8", "(1, 2)", ones(&[0.0, 1.0])))), format!("FILE: its shape is [1, 2]; {legal}"));
    let cut = said(Some(("<u4", "(2,)", vec![1, 0, 0, 0])));
    assert_eq!(
        cut,
        "FILE: it ends after 4 of 8 bytes of its shape [2]; legal: a .npy file of float32, float64, int32, int64, uint32 or uint64"
    );
    assert_eq!(
        said(Some(("<u4", "(1,)", 3200u32.to_le_bytes().to_vec()))),
        "`exc` has 3200 neurons, so there is no neuron 3200; legal: 0 to 3199"
    );
    let numbers: Vec<u8> = [7u32, 3199].iter().flat_map(|number| number.to_le_bytes()).collect();
    let file = read(Some(("<u4", "(2,)", numbers))).unwrap();
    assert_eq!(file.network.stimuli[0].neurons, Some(vec![7, 3199]));
    assert_eq!(file.network.records[0].neurons, Some(vec![7, 3199]));
    assert_eq!(file.files, [folder.path().join("driven.npy")]);
}

#[test]
fn unreadable_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("n.toml");
    assert!(matches!(NetworkFile::read(&path), Err(Error::File { action: "read", .. })));
    std::fs::write(&path, b"dt = 1\nseed = \xff").unwrap();
    let expected = format!("{}:2:8: is not UTF-8 text\n  seed = \u{fffd}", path.display());
    assert_eq!(NetworkFile::read(&path).unwrap_err().to_string(), expected);
    std::fs::write(&path, EXAMPLE).unwrap();
    assert_eq!(NetworkFile::read(&path).unwrap().network.seed, 42);
}
