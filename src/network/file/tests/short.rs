//! What is short in a file: ranges, lists of names, templates, included files; what they stand for, and every complaint.

use super::EXAMPLE;
use crate::network::{Array, End, Network, NetworkFile, Stimulus, Value};
use crate::units::Unit;
use std::fs;

/// The example with other words in the place of some.
fn with(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(EXAMPLE.to_owned(), |text, (from, to)| {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        text.replace(from, to)
    })
}

fn read(changes: &[(&str, &str)]) -> Network {
    NetworkFile::parse(&with(changes), "n.toml").unwrap_or_else(|error| panic!("{error}")).network
}

#[track_caller]
fn refused(changes: &[(&str, &str)], expected: &str) {
    let found = NetworkFile::parse(&with(changes), "n.toml").unwrap_err().to_string();
    assert_eq!(found, format!("n.toml:{expected}"));
}

#[test]
fn indices_may_be_ranges() {
    for (written, expected) in [
        ("\"0..4\"", vec![0, 1, 2, 3]),
        ("\"0..10 step 4\"", vec![0, 4, 8]),
        ("\"0..8 step 4\"", vec![0, 4]),
        ("[\"0..2\", 15, \"20..30 step 5\"]", vec![0, 1, 15, 20, 25]),
        ("\"5..5\"", vec![]),
        ("\"2 * 5..24 / 2\"", vec![10, 11]),
        ("[]", vec![]),
    ] {
        let network = read(&[("neurons = [0, 1, 2]", &format!("neurons = {written}"))]);
        assert_eq!(network.records[0].neurons, Some(expected), "{written}");
    }
    let network = read(&[("sources = 1000", "sources = 1000\nneurons = \"0..50 step 10\"")]);
    assert_eq!(network.stimuli[0].neurons, Some(vec![0, 10, 20, 30, 40]));
    let of = |to: &str, expected: &str| refused(&[("neurons = [0, 1, 2]", to)], expected);
    let expected = "a range such as \"0..50\" or \"0..50 step 5\", of whole numbers from 0 to 4294967295";
    for range in ["0.5..3", "0...5", "0..5 / 2", "0..3 step 0.5", "-3..3", "0 ms..3 ms step 1 ms", "0..1e11"] {
        of(
            &format!("neurons = {range:?}"),
            &format!("29:11: `neurons` must be {expected}, found the string {range:?}\n  neurons = {range:?}"),
        );
    }
    of(
        "neurons = \"9..3\"",
        "29:11: `neurons`: the range ends before it begins; legal: a range such as \"0..50\" or \"0..50 step 5\"\n  neurons = \"9..3\"",
    );
    of("neurons = \"0..3 step 0\"", "29:11: `neurons`: the step is 0; legal: above 0\n  neurons = \"0..3 step 0\"");
    of(
        "neurons = \"0..\"",
        "29:11: `neurons`: the range has no end; legal: a range such as \"0..50\" or \"0..50 step 5\"\n  neurons = \"0..\"",
    );
    of(
        "neurons = \" ..3\"",
        "29:11: `neurons`: the range has no first number; legal: a range such as \"0..50\" or \"0..50 step 5\"\n  neurons = \" ..3\"",
    );
    of(
        "neurons = \"0..3 step 1 ms\"",
        "29:11: `neurons`: 0 has no unit, expected time (ms) of the step\n  neurons = \"0..3 step 1 ms\"",
    );
    of(
        "neurons = \"0..3300\"",
        "29:11: record[0].neurons: `exc` has 3200 neurons, so there is no neuron 3200; legal: 0 to 3199",
    );
    of(
        "neurons = 3",
        "29:11: `neurons` must be an array of whole numbers, \"0..50\", or { npy = \"file.npy\" }, found 3\n  neurons = 3",
    );
}

/// Spikes at these times, of as many neurons.
fn spikes(neurons: &str, times: &str) -> String {
    format!(
        "[[stimulus]]\nkind = \"spike_times\"\ntarget = \"exc\"\nneurons = {neurons}\ntimes = {times}\nweight = \"1 mV\"\n[[record]]"
    )
}

#[test]
fn times_and_other_arrays_may_be_lists_of_quantities_and_ranges() {
    let array = |stimulus: &Stimulus, key: &str| match &stimulus.params[key] {
        Value::Array(Array::Inline { values, shape, unit }) => (values.clone(), shape.clone(), unit.clone()),
        other => panic!("{other:?}"),
    };
    for (neurons, times, expected) in [
        ("[0, 1]", "[\"1 ms\", \"2.5 ms\"]", vec![1.0, 2.5]),
        ("[0, 1]", "[\"1 ms\", \"0.0025 s\"]", vec![1.0, 2.5]),
        ("\"0..3\"", "\"1 ms..2.5 ms step 0.5 ms\"", vec![1.0, 1.5, 2.0]),
        // An end that steps reach is left out, though 3 * 0.1 is a little more than 0.3.
        ("\"0..3\"", "\"0 ms..0.3 ms step 0.1 ms\"", vec![0.0, 0.1, 0.2]),
        ("\"0..2\"", "{ values = [1, 2], unit = \"ms\" }", vec![1.0, 2.0]),
    ] {
        let network = read(&[("[[record]]", &spikes(neurons, times))]);
        let (values, shape, unit) = array(&network.stimuli[1], "times");
        assert_eq!((shape, unit), (vec![expected.len()], Unit::MILLISECOND), "{times}");
        assert!(values.iter().zip(&expected).all(|(found, expected)| (found - expected).abs() < 1e-15), "{values:?}");
    }
    let trace = "[[stimulus]]\nkind = \"current\"\ntarget = \"exc\"\nneurons = [0, 1]\ntrace = [[\"1 nA\", \"2 nA\"], [\"3 nA\", \"-4 pA\"]]\n[[record]]";
    let (values, shape, _) = array(&read(&[("[[record]]", trace)]).stimuli[1], "trace");
    assert_eq!((values, shape), (vec![1.0, 2.0, 3.0, -0.004], vec![2, 2]));
    let of = |times: &str, expected: &str| {
        refused(&[("[[record]]", &spikes("[0]", times))], &format!("{expected}\n  times = {times}"));
    };
    of("[\"1 ms\", \"2 mV\"]", "29:18: `times`: 2 mV has dimension voltage, expected time (ms) as the first");
    of("[\"1 ms\", true]", "29:18: `times` must be a quantity such as \"20 ms\", or a number, found true");
    of("\"0 ms..3 ms\"", "29:9: `times`: 0 ms has dimension time, expected a number without unit of the step");
    of(
        "3",
        "29:9: `times` must be { npy = \"file.npy\", unit = \"ms\" }, { values = [1, 2], unit = \"ms\" }, [\"1 ms\", \"2 ms\"], or \"0 ms..10 ms step 2 ms\", found 3",
    );
}

const INH: &str = "[[population]]\nname = \"inh\"\nsize = 800\nmodel = \"lif_ref\"\nports = { ampa = { output = \"delta\" } }\n[[projection]]";

#[test]
fn of_names_in_a_list_each_makes_an_element() {
    let network = read(&[
        ("[[projection]]", INH),
        ("pre = \"exc\"", "pre = [\"exc\", \"inh\"]"),
        ("post = \"exc\"", "post = [\"inh\", \"exc\"]"),
        ("target = \"exc\"", "target = [\"exc\", \"inh\"]"),
        ("population = \"exc\"", "population = [\"inh\", \"exc\"]"),
    ]);
    let ends: Vec<_> =
        network.projections.iter().map(|it| (it.pre.population.as_str(), it.post.population.as_str())).collect();
    assert_eq!(ends, [("exc", "inh"), ("exc", "exc"), ("inh", "inh"), ("inh", "exc")]);
    assert!(network.projections.iter().all(|it| it.weight == network.projections[0].weight));
    assert_eq!(network.stimuli.iter().map(|it| it.target.as_str()).collect::<Vec<_>>(), ["exc", "inh"]);
    assert_eq!(network.records.iter().map(|it| it.population.as_str()).collect::<Vec<_>>(), ["inh", "exc"]);
    let (pre, target) = ("pre = \"exc\"", "target = \"exc\"");
    refused(
        &[("[[projection]]", INH), (pre, "name = \"both\"\npre = [\"exc\", \"inh\"]")],
        "18:8: `name` would be that of 2 elements, which the lists of `pre` and `post` make; legal: no name here\n  name = \"both\"",
    );
    refused(
        &[(pre, "pre = [\"exc\", \"ecx\"]")],
        "13:15: projection[ecx→exc.ampa].pre: there is no population `ecx` (did you mean `exc`?); legal: exc",
    );
    refused(&[(pre, "pre = []")], "13:7: `pre` must be a name, or an array of names, found an empty array\n  pre = []");
    refused(
        &[(target, "target = [3]")],
        "21:11: `target` must be a name, or an array of names, found 3\n  target = [3]",
    );
}

#[test]
fn an_end_may_be_a_part_of_a_population() {
    let (pre, post, seed) = ("pre = \"exc\"", "post = \"exc\"", "seed = 42");
    let ends =
        |network: &Network| network.projections.iter().map(|it| format!("{} {}", it.pre, it.post)).collect::<Vec<_>>();
    let network = read(&[(pre, "pre = \"exc[0..400]\""), (post, "post = \"exc[ 400 .. 3200 ]\"")]);
    assert_eq!(ends(&network), ["exc[0..400] exc[400..3200]"]);
    assert_eq!(network.projections[0].pre, End::part("exc", 0..400));
    let computed = read(&[(seed, "seed = 42\nlet.n = 800"), (pre, "pre = \"exc[n / 2..2 * n]\"")]);
    assert_eq!(ends(&computed), ["exc[400..1600] exc"]);
    let several = read(&[("[[projection]]", INH), (pre, "pre = [\"exc[0..400]\", \"inh\", \"exc[7..9]\"]")]);
    assert_eq!(ends(&several), ["exc[0..400] exc", "inh exc", "exc[7..9] exc"]);

    let of = |pre_is: &str, expected: &str| {
        let line = format!("pre = {pre_is:?}");
        refused(&[(pre, &line)], &format!("{expected}\n  {line}"));
    };
    let expected = "`pre` must be the name of a population, or a part of one such as \"exc[0..400]\"";
    for text in ["exc[0-400]", "exc[0..400", "exc[]", "exc[0..4]x", "exc[0..4 step 2]", "exc[0..]", "exc[ ..4]"] {
        of(text, &format!("13:7: {expected}, found the string {text:?}"));
    }
    for text in ["exc[0..1.5]", "exc[-1..4]", "exc[0..4294967296]", "exc[0 ms..4 ms]"] {
        of(text, &format!("13:7: {expected}, of whole numbers from 0 to 4294967295, found the string {text:?}"));
    }
    refused(&[(pre, "pre = 3")], "13:7: `pre` must be a string, found 3\n  pre = 3");
    // The place within the string, where what is computed has one.
    refused(
        &[(seed, "seed = 42\nlet.n = 800"), (pre, "pre = \"exc[0..n + few]\"")],
        "14:19: `pre`: there is no variable `few`; legal: n; or a unit, as mV\n  pre = \"exc[0..n + few]\"",
    );
    // Whether there are such neurons is asked of the network, and located where it was said.
    let legal = "; legal: exc[first..end] with first below end, and end at most 3200";
    for (end, problem) in [
        ("exc[5..5]", "`exc[5..5]` has no neurons"),
        ("exc[9..5]", "`exc[9..5]` ends before it begins"),
        ("exc[3199..3201]", "`exc[3199..3201]` goes beyond the 3200 neurons of `exc`"),
    ] {
        let expected = |path: &str| format!("{path}: {problem}{legal}");
        refused(&[(pre, &format!("pre = {end:?}"))], &expected("13:7: projection[exc→exc.ampa].pre"));
        refused(&[(post, &format!("post = {end:?}"))], &expected("14:8: projection[exc→exc.ampa].post"));
        // Two of the same populations have numbers.
        refused(&[(post, &format!("post = [\"exc\", {end:?}]"))], &expected("14:16: projection[1].post"));
    }
}

#[test]
fn templates_fill_what_is_not_given() {
    let template = "seed = 42\n[template.cell]\nmodel = \"lif\"\nsize = 5\nparams = { tau = \"10 ms\", v_th = \"15 mV\" }\n\
                    ports = { gaba = { output = \"delta\" } }\n[template.small]\nlike = \"cell\"\nsize = 3\nparams = { tau = \"9 ms\" }";
    let like = |name: &str, more: &str| format!("[[population]]\nname = {name:?}\n{more}\n[[projection]]");
    let network =
        read(&[("seed = 42", template), ("[[projection]]", &like("a", "like = \"small\"\nparams.v_th = \"14 mV\""))]);
    let of = |key: &str| network.populations[1].params[key].clone();
    assert_eq!((network.populations[1].size, network.populations[1].ports.len()), (3, 1));
    assert_eq!(of("tau"), Value::Constant("9 ms".parse_quantity()));
    assert_eq!(of("v_th"), Value::Constant("14 mV".parse_quantity()));
    // Each kind of element may be like a template.
    let of_projection = "seed = 42\ntemplate.same = { connect = \"one_to_one\", delay = \"1 ms\" }";
    let network = read(&[("seed = 42", of_projection), ("connect = { pairwise_bernoulli = 0.02 }", "like = \"same\"")]);
    assert_eq!(network.projections[0].connect, crate::network::Connect::one_to_one());
    assert_eq!(network.projections[0].delay, Value::Constant("0.1 ms".parse_quantity()));

    // What is wrong in a template is said at its line.
    let bad = template.replace("size = 3", "sise = 3").replace("\"9 ms\"", "\"9 mms\"");
    refused(
        &[("seed = 42", &bad), ("[[projection]]", &like("a", "like = \"small\""))],
        "11:1: unknown key `sise` in `population` (did you mean `size`?); legal: name, size, model, params, reset, init, ports, positions, like\n  sise = 3",
    );
    let bad = template.replace("\"9 ms\"", "{ exponential = \"-9 ms\" }");
    refused(
        &[("seed = 42", &bad), ("[[projection]]", &like("a", "like = \"small\""))],
        "12:18: population[a].params.tau: the mean is -9 ms; legal: above 0",
    );
    for (name, expected) in [
        ("smal", "there is no template `smal` (did you mean `small`?); legal: cell, small"),
        ("other", "there is no template `other`; legal: cell, small"),
    ] {
        let text = like("a", &format!("like = {name:?}"));
        refused(&[("seed = 42", template), ("[[projection]]", &text)], &format!("23:8: {expected}\n  like = {name:?}"));
    }
    refused(
        &[("[[projection]]", &like("a", "like = \"cell\""))],
        "14:8: there is no template `cell`; legal: the file has none, as [template.cell]\n  like = \"cell\"",
    );
    let circle = template.replace("model = \"lif\"", "like = \"small\"");
    refused(
        &[("seed = 42", &circle), ("[[projection]]", &like("a", "like = \"small\""))],
        "5:8: a template is like itself: `small` is like `cell` is like `small`\n  like = \"small\"",
    );
    refused(
        &[("seed = 42", "seed = 42\ntemplate.cell = 3"), ("[[projection]]", &like("a", "like = \"cell\""))],
        "4:17: `cell` must be a table with keys of a population, found 3\n  template.cell = 3",
    );
    refused(
        &[("[[projection]]", &like("a", "like = 3"))],
        "14:8: `like` must be the name of a template, found 3\n  like = 3",
    );
}

trait ParseQuantity {
    fn parse_quantity(&self) -> crate::units::Quantity;
}

impl ParseQuantity for str {
    fn parse_quantity(&self) -> crate::units::Quantity {
        crate::units::Quantity::parse(self).unwrap()
    }
}

/// What a folder of network files says; the first is read.
fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, Result<NetworkFile, String>) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let said = |error: crate::Error| error.to_string().replace(&format!("{}/", folder.path().display()), "");
    let file = NetworkFile::read(folder.path().join(files[0].0)).map_err(said);
    (folder, file)
}

const CELLS: &str =
    "include = [\"../base.toml\"]\n[let]\ng = 4\n[[population]]\nname = \"a\"\nlike = \"cell\"\nsize = \"n\"\n";
const BASE: &str = "dt = \"0.5 ms\"\nseed = 1\n[let]\nn = 2\ng = 3\n[template.cell]\nmodel = \"own.wgsl\"\n";

#[test]
fn included_files_come_before_the_file_itself() {
    let main = "include = [\"base.toml\", \"cells/cells.toml\"]\nseed = 2\nlet.n = 7\n[[population]]\nname = \"b\"\nlike = \"cell\"\nsize = \"g\"\n";
    let base = BASE.replace("[let]\n", "[let]\nspare = 1\n");
    let (folder, file) = folder(&[("n.toml", main), ("cells/cells.toml", CELLS), ("base.toml", &base)]);
    let file = file.unwrap();
    assert_eq!(file.warnings(), [], "`spare` may be of use to other networks");
    let network = &file.network;
    assert_eq!((network.dt.to_string().as_str(), network.seed), ("0.5 ms", 2));
    let populations: Vec<_> = network.populations.iter().map(|it| (it.name.as_str(), it.size)).collect();
    assert_eq!(populations, [("a", 7), ("b", 4)]);
    // Paths are relative to the file that names them, and all files are told.
    assert_eq!(network.populations[0].model, crate::network::Model::File(folder.path().join("own.wgsl")));
    let files: Vec<_> =
        file.files.iter().map(|path| path.strip_prefix(folder.path()).unwrap().to_str().unwrap()).collect();
    assert_eq!(files, ["base.toml", "cells/cells.toml", "own.wgsl"]);
    let located = file.locate(crate::Error::field("population[a].size", "is odd", "")).to_string();
    assert_eq!(located, format!("{}/cells/cells.toml:7:8: population[a].size: is odd", folder.path().display()));
}

#[test]
fn complaints_about_included_files_name_them() {
    let main = "include = [\"cells/cells.toml\"]\n";
    let cells = |from: &str, to: &str| CELLS.replace(from, to);
    for (main, of_cells, expected) in [
        (
            main,
            cells("name = \"a\"", "nam = \"a\""),
            "cells/cells.toml:5:1: unknown key `nam` in `population` (did you mean `name`?); legal: name, size, model, params, reset, init, ports, positions, like\n  nam = \"a\"",
        ),
        (
            main,
            cells("size = \"n\"", "size = \"n * m2\""),
            "cells/cells.toml:7:13: `size`: there is no variable `m2`; legal: g, n; or a unit, as mV\n  size = \"n * m2\"",
        ),
        (
            main,
            cells("name = \"a\"", "name = \"a"),
            "cells/cells.toml:5:10: invalid basic string, expected `\"`\n  name = \"a",
        ),
        (
            main,
            cells("name = \"a\"", "name = \"a b\""),
            "cells/cells.toml:5:8: population[0].name: `a b` is not a name; legal: one or more of A-Z a-z 0-9 _ -",
        ),
        (
            main,
            cells("../base.toml", "../bass.toml"),
            "cells/cells.toml:1:12: include: cannot read cells/../bass.toml: {missing}",
        ),
        (
            main,
            cells("../base.toml", "../n.toml"),
            "cells/cells.toml:1:12: a file includes itself: `n.toml` includes `cells/cells.toml` includes `cells/../n.toml`\n  include = [\"../n.toml\"]",
        ),
        (
            "include = \"base.toml\"",
            cells("", ""),
            "n.toml:1:11: `include` must be an array of paths, as [\"cells.toml\"], found the string \"base.toml\"\n  include = \"base.toml\"",
        ),
        (
            "include = [3]",
            cells("", ""),
            "n.toml:1:12: `include` must be an array of paths, as [\"cells.toml\"], found 3\n  include = [3]",
        ),
    ] {
        let (_folder, found) = folder(&[("n.toml", main), ("cells/cells.toml", &of_cells), ("base.toml", BASE)]);
        let missing = std::io::Error::from_raw_os_error(2).to_string();
        assert_eq!(found.unwrap_err(), expected.replace("{missing}", &missing));
    }
}

#[test]
fn other_formats_are_refused() {
    assert_eq!(read(&[("seed = 42", "format = 1")]).seed, 0);
    let version = crate::version::VERSION;
    refused(
        &[("seed = 42", "format = 2")],
        &format!(
            "3:10: format 2 is not known to neuropil {version}; legal: 1; a later neuropil may read it\n  format = 2"
        ),
    );
    refused(
        &[("seed = 42", "format = \"1\"")],
        "3:10: `format` must be the version of the format, 1, found the string \"1\"\n  format = \"1\"",
    );
}
