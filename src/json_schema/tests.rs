//! The schema against networks that are legal and such that are not, by a validator of its own.

mod manual;
mod validator;

use super::*;
use crate::model::catalogue;
use crate::network::{EXAMPLE, NetworkFile};
use std::path::{Path, PathBuf};
use validator::errors;

/// What the schema finds in a network file.
fn found(text: &str) -> Vec<String> {
    let tree: Value = toml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut found = errors(&schema().unwrap(), &tree);
    // What is checked of all kinds and of one is found twice.
    found.sort();
    found.dedup();
    found
}

fn legal(text: &str, of: &str) {
    assert_eq!(found(text), [""; 0], "{of}\n{text}");
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A document's blocks of TOML.
fn blocks(document: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root().join(document)).unwrap().replace("\r\n", "\n");
    let blocks = text.split("```toml\n").skip(1).map(|rest| rest.split_once("```").unwrap().0.to_owned());
    blocks.collect()
}

/// A part of a network with what every network has.
fn completed(part: &str) -> String {
    let dt = if part.starts_with("dt =") || part.contains("\ndt =") { "" } else { "dt = \"0.1 ms\"\n" };
    let population = "\n[[population]]\nname = \"more\"\nsize = 1\nmodel = \"lif\"\n";
    format!("{dt}{part}{}", if part.contains("[[population]]") { "" } else { population })
}

#[test]
fn every_network_is_legal() {
    legal(EXAMPLE, "the example");
    let files = std::fs::read_dir(root().join("networks")).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|found| found == "toml")).collect();
    assert!(files.len() >= 7);
    for file in files {
        legal(&std::fs::read_to_string(&file).unwrap(), &file.display().to_string());
    }
    for model in catalogue().unwrap().iter().filter(|model| !model.reflection.example.is_empty()) {
        legal(&completed(&model.reflection.example), model.name());
    }
    let mut networks = 0;
    for document in ["README.md", "docs/network-file.md", "docs/fly-brain.md"] {
        for block in blocks(document).iter().filter(|block| block.contains('[')) {
            // Some keys of an element stand alone.
            if block.lines().any(|line| line.starts_with('[')) {
                legal(&completed(block), document);
                networks += 1;
            }
        }
    }
    assert!(networks >= 7, "{networks}");
}

/// Pairs of a part of the example and what stands in its place.
const LEGAL: [(&str, &str); 77] = [
    ("seed = 42", ""),
    ("seed = 42", "format = 1\nwiring_seed = 18446744073709551615"),
    ("seed = 42", "seed = \"2 * 21\""),
    ("seed = 42", "seed = 42\n[let]\ng = 5\nJ = \"0.1 mV\"\nK = \"-g * J\""),
    ("seed = 42", "seed = 42\ninclude = [\"cells.toml\"]"),
    ("dt = \"0.1 ms\"", "include = [\"cells.toml\"]"),
    ("duration = \"1 s\"", "duration = \"0 s\""),
    ("seed = 42", "until = \"rate(exc) > 2 * nu\""),
    ("seed = 42", "until = { condition = \"rate(exc) > 3 Hz\", over = \"50 ms\", start = \"t\" }"),
    ("size = 3200", "size = \"4 * n\""),
    ("size = 3200", "like = \"cell\""),
    ("seed = 42", "[template.cell]\nmodel = \"lif\"\nparams = { tau = \"1 ms\" }\n[template.from]\npre = \"exc\""),
    ("seed = 42", "[template.drive]\nkind = \"poisson_input\"\nrate = \"1 Hz\"\n[template.all]\nwhat = [\"v\"]"),
    ("seed = 42", "[template.a]\nlike = \"b\"\nsize = 10\n[template.b]\nports = { in = { output = \"sum\" } }"),
    ("model = \"lif_ref\"", "model = \"own.wgsl\""),
    ("reset = \"hard\"", ""),
    ("reset = \"hard\"", "reset = \"soft\""),
    ("tau = \"20 ms\"", "tau = { normal = [\"20 ms\", \"2 ms\"] }"),
    ("tau = \"20 ms\"", "tau = { uniform = [\"10 ms\", \"2 * tau\"] }"),
    ("tau = \"20 ms\"", "tau = { exponential = \"5 ms\" }"),
    ("tau = \"20 ms\"", "tau = { lognormal = [\"5 ms\", 0.4] }"),
    ("tau = \"20 ms\"", "tau = { truncated_normal = [\"20 ms\", \"2 ms\", \"16 ms\", \"24 ms\"] }"),
    ("tau = \"20 ms\"", "tau = { values = [19, 20, 21], unit = \"ms\" }"),
    ("tau = \"20 ms\"", "tau = { npy = \"tau.npy\", unit = \"0.5 ms\" }"),
    ("tau = \"20 ms\"", "tau = \"2 * half\""),
    ("\"2 mV\"] } }", "\"2 mV\"] }, held = 3, \"ampa.g\" = \"1 nS\" }"),
    ("{ coba = \"0 mV\" }", "\"cuba\""),
    ("{ coba = \"0 mV\" }", "\"own.wgsl\""),
    ("{ coba = \"0 mV\" }", "{ \"own.wgsl\" = \"0 mV\" }"),
    ("{ coba = \"0 mV\" }", "{ \"nets/own.wgsl\" = { e = \"0 mV\", steepness = 2 } }"),
    ("synapse = \"expon\", tau = \"5 ms\"", "synapse = \"own.wgsl\", tau = \"5 ms\", saturates = \"yes\""),
    ("kind = \"poisson_input\"", "kind = \"own.wgsl\"\nwidth = \"3 ms\""),
    ("{ coba = \"0 mV\" }", "{ coba = { e = { normal = [\"0 mV\", \"1 mV\"] } } }"),
    ("{ coba = \"0 mV\" }", "{ coba = { values = [0.0], unit = \"mV\" } }"),
    ("{ coba = \"0 mV\" }", "{ delta = { onto = \"g\" } }"),
    ("{ coba = \"0 mV\" }", "{ delta = \"g\" }"),
    ("{ coba = \"0 mV\" }", "{ cuba = 2 }"),
    ("synapse = \"expon\", tau = \"5 ms\", ", ""),
    ("synapse = \"expon\", tau = \"5 ms\"", "synapse = \"psc_exp\", tau_m = \"5 ms\""),
    ("pre = \"exc\"", "pre = [\"exc\", \"inh\"]"),
    ("pre = \"exc\"", "name = \"recurrent\"\npre = \"exc\""),
    ("pre = \"exc\"", "weights = \"exact\"\nstorage = \"procedural\"\npre = \"exc\""),
    ("{ pairwise_bernoulli = 0.02 }", "\"all_to_all\""),
    ("{ pairwise_bernoulli = 0.02 }", "{ all_to_all = true, autapses = false }"),
    ("{ pairwise_bernoulli = 0.02 }", "{ one_to_one = true, autapses = true }"),
    ("{ pairwise_bernoulli = 0.02 }", "{ pairwise_bernoulli = \"2 * p\" }"),
    ("{ pairwise_bernoulli = 0.02 }", "{ fixed_total_number = 10236800, autapses = false, multapses = false }"),
    ("{ pairwise_bernoulli = 0.02 }", "{ fixed_indegree = \"n / 10\" }"),
    ("{ pairwise_bernoulli = 0.02 }", "{ list = [] }"),
    ("{ pairwise_bernoulli = 0.02 }", "{ list = [[0, 1], [1, 2]] }"),
    ("{ pairwise_bernoulli = 0.02 }", "{ list = { npy = \"pairs.npy\" } }"),
    (
        "{ pairwise_bernoulli = 0.02 }",
        "{ pairwise_bernoulli = 0.02, symmetric = true, kernel = { box = \"1 mm\" }, mask = \"1 mm\" }",
    ),
    ("delay = \"0.1 ms\"", "delay = { velocity = \"1 m/s\" }"),
    ("delay = \"0.1 ms\"", "delay = { velocity = \"1 m/s\", offset = \"1 ms\" }"),
    ("size = 3200", "size = 3200\npositions = { grid = [\"n\", 2], extent = [\"1 mm\", \"1 mm\"], periodic = true }"),
    ("size = 3200", "size = 3200\npositions = { random = true, extent = [\"1 mm\"] }"),
    ("size = 3200", "size = 3200\npositions = { values = [[0, 1], [1, 2]], unit = \"mm\" }"),
    ("size = 3200", "size = 3200\npositions = { npy = \"p.npy\", unit = \"mm\", extent = [\"1 mm\"] }"),
    ("size = 3200", "size = 3200\npositions = [\"1 mm\", \"2 mm\"]"),
    ("weight = \"6 nS\"", "weight = -0.5"),
    ("weight = \"6 nS\"", "weight = { kaiming_normal = \"1 nS\" }"),
    ("delay = \"0.1 ms\"", "delay = { uniform = [\"1 ms\", \"2 ms\"] }"),
    ("sources = 1000", "sources = 1000\nsampler = \"binomial\"\nneurons = [5, 5]"),
    ("sources = 1000", "sources = 1000\nname = \"noise\"\nport = \"ampa\"\nstart = \"1 ms\"\nstop = \"t\""),
    ("kind = \"poisson_input\"", "like = \"drive\""),
    ("target = \"exc\"\nsources = 1000\nrate = \"8 Hz\"\nweight = \"0.1 mV\"", "target = [\"exc\"]\nlike = \"drive\""),
    (
        "neurons = [0, 1, 2]",
        "[[stimulus]]\nkind = \"poisson_encoder\"\ntarget = \"exc\"\nrates = [\"8 Hz\", \"9 Hz\"]\nweight = 1",
    ),
    ("neurons = [0, 1, 2]", "neurons = \"0..50 step 5\""),
    ("neurons = [0, 1, 2]", "neurons = [\"0..10\", 15, \"n\"]"),
    ("neurons = [0, 1, 2]", "neurons = { npy = \"driven.npy\" }"),
    ("neurons = [0, 1, 2]", ""),
    ("neurons = [0, 1, 2]", "[[record]]\nlike = \"all\""),
    ("population = \"exc\"", "population = [\"exc\", \"inh\"]"),
    ("every = \"1 ms\"", "every = \"10 * dt\""),
    (
        "neurons = [0, 1, 2]",
        "[[stimulus]]\nkind = \"current\"\ntarget = \"exc\"\ntrace = [[\"1 nA\", 2], [\"0 nA\", 1]]",
    ),
    (
        "neurons = [0, 1, 2]",
        "[[stimulus]]\nkind = \"dense\"\ntarget = \"exc\"\ninput = [[1, 2]]\nweight = { orthogonal = 1 }",
    ),
    (
        "neurons = [0, 1, 2]",
        "[[stimulus]]\nkind = \"spike_times\"\ntarget = \"exc\"\nneurons = [1]\ntimes = \"0 ms..9 ms step 1 ms\"\nweight = 1",
    ),
];

#[test]
fn what_may_be_said_is_legal() {
    for (from, to) in LEGAL {
        let text = EXAMPLE.replacen(from, to, 1);
        assert_ne!(text, EXAMPLE, "{from}");
        legal(&text, to);
    }
}

/// A part of the example, what stands in its place, and what the schema finds.
const ILLEGAL: [(&str, &str, &str); 78] = [
    ("seed = 42", "sed = 42", ".sed: false"),
    ("seed = 42", "seed = -1", ".seed: minimum"),
    ("seed = 42", "seed = 1.5", ".seed: type"),
    ("seed = 42", "format = 2", ".format: const"),
    ("seed = 42", "include = \"cells.toml\"", ".include: type"),
    ("seed = 42", "let = { \"2g\" = 5 }", ".let: propertyNames"),
    ("seed = 42", "let = { g = [5] }", ".let.g: type"),
    ("seed = 42", "let = { g = true }", ".let.g: type"),
    ("seed = 42", "[template.cell]\nmodle = \"lif\"", ".template.cell: anyOf"),
    ("seed = 42", "[template.cell]\nmodel = \"lif\"\nparams = { tua = \"1 ms\" }", ".template.cell: anyOf"),
    ("dt = \"0.1 ms\"", "", ": required"),
    ("dt = \"0.1 ms\"", "dt = 0.1", ".dt: type"),
    ("duration = \"1 s\"", "duration = [\"1 s\"]", ".duration: type"),
    ("seed = 42", "until = 200", ".until: type"),
    ("seed = 42", "until = { over = \"50 ms\" }", ".until: required"),
    ("seed = 42", "until = { condition = \"rate(exc) > 3 Hz\", ovr = 1 }", ".until.ovr: false"),
    ("name = \"exc\"", "", ".population[0]: required"),
    ("name = \"exc\"", "name = \"e c\"", ".population[0].name: pattern"),
    ("size = 3200", "size = 0", ".population[0].size: minimum"),
    ("size = 3200", "size = 4294967296", ".population[0].size: maximum"),
    ("size = 3200", "size = 3200\nsise = 1", ".population[0].sise: false"),
    ("size = 3200", "size = 3200\npositions = { extent = [\"1 mm\"] }", ".population[0].positions: anyOf"),
    ("size = 3200", "size = 3200\npositions = { grid = 20 }", ".population[0].positions.grid: type"),
    (
        "size = 3200",
        "size = 3200\npositions = { random = true, unit = \"mm\" }",
        ".population[0].positions: propertyNames",
    ),
    ("{ pairwise_bernoulli = 0.02 }", "{ kernel = { box = \"1 mm\" } }", ".projection[0].connect: anyOf"),
    (
        "{ pairwise_bernoulli = 0.02 }",
        "{ pairwise_bernoulli = 0.02, kernel = { bx = \"1 mm\" } }",
        ".projection[0].connect.kernel.bx: false",
    ),
    ("{ pairwise_bernoulli = 0.02 }", "{ pairwise_bernoulli = 0.02, mask = 1 }", ".projection[0].connect.mask: type"),
    (
        "{ pairwise_bernoulli = 0.02 }",
        "{ pairwise_bernoulli = 0.02, mask = { doughnut = [\"1 mm\"] } }",
        ".projection[0].connect.mask.doughnut: minItems",
    ),
    ("delay = \"0.1 ms\"", "delay = { offset = \"1 ms\" }", ".projection[0].delay: required"),
    ("weight = \"6 nS\"", "weight = { velocity = \"1 m/s\" }", ".projection[0].weight.velocity: false"),
    ("model = \"lif_ref\"", "model = \"lif_fer\"", ".population[0].model: anyOf"),
    ("model = \"lif_ref\"", "model = 1", ".population[0].model: anyOf"),
    ("reset = \"hard\"", "reset = \"hrad\"", ".population[0].reset: enum"),
    ("tau = \"20 ms\"", "tua = \"20 ms\"", ".population[0].params.tua: false"),
    ("tau = \"20 ms\"", "tau = 20", ".population[0].params.tau: type"),
    ("tau = \"20 ms\"", "tau = [\"20 ms\"]", ".population[0].params.tau: type"),
    ("tau = \"20 ms\"", "tau = {}", ".population[0].params.tau: minProperties"),
    ("tau = \"20 ms\"", "tau = { normal = [\"20 ms\"] }", ".population[0].params.tau.normal: minItems"),
    ("tau = \"20 ms\"", "tau = { normal = [\"1 ms\", 1, 1] }", ".population[0].params.tau.normal: maxItems"),
    ("tau = \"20 ms\"", "tau = { norml = [\"20 ms\"] }", ".population[0].params.tau.norml: false"),
    (
        "tau = \"20 ms\"",
        "tau = { exponential = 1, unit = \"ms\" }",
        ".population[0].params.tau: anyOf .population[0].params.tau: propertyNames",
    ),
    ("tau = \"20 ms\"", "tau = { unit = \"ms\" }", ".population[0].params.tau: anyOf"),
    ("tau = \"20 ms\"", "tau = { values = [\"1 ms\"] }", ".population[0].params.tau.values[0]: type"),
    ("tau = \"20 ms\"", "tau = { orthogonal = \"1 ms\" }", ".population[0].params.tau.orthogonal: false"),
    ("init   = { v", "init = { w", ".population[0].init.w: false"),
    ("ampa = { synapse", "ampa = { synapes", ".population[0].ports.ampa: propertyNames"),
    ("synapse = \"expon\"", "synapse = \"exponn\"", ".population[0].ports.ampa.synapse: anyOf"),
    ("synapse = \"expon\", ", "", ".population[0].ports.ampa: propertyNames"),
    ("tau = \"5 ms\", ", "tau_m = \"5 ms\", ", ".population[0].ports.ampa.tau_m: false"),
    (", output = { coba = \"0 mV\" }", "", ".population[0].ports.ampa: required"),
    ("{ coba = \"0 mV\" }", "\"kuba\"", ".population[0].ports.ampa.output: anyOf"),
    ("{ coba = \"0 mV\" }", "{ kuba = 1 }", ".population[0].ports.ampa.output.kuba: false"),
    ("{ coba = \"0 mV\" }", "{ coba = 1 }", ".population[0].ports.ampa.output.coba: type"),
    ("{ coba = \"0 mV\" }", "{ coba = { f = 1 } }", ".population[0].ports.ampa.output.coba: anyOf"),
    ("pre = \"exc\"", "pre = []", ".projection[0].pre: minItems"),
    ("pre = \"exc\"", "pre = \"exc\"\nname = \"3\"", ".projection[0].name: pattern"),
    ("pre = \"exc\"", "pre = \"exc\"\nweights = \"exakt\"", ".projection[0].weights: enum"),
    ("pre = \"exc\"", "pre = \"exc\"\nstorage = true", ".projection[0].storage: enum .projection[0].storage: type"),
    ("port = \"ampa\"", "", ".projection[0]: required"),
    ("{ pairwise_bernoulli = 0.02 }", "\"all\"", ".projection[0].connect: enum"),
    (
        "{ pairwise_bernoulli = 0.02 }",
        "{ pairwise_bernoulli = 2 }",
        ".projection[0].connect.pairwise_bernoulli: maximum",
    ),
    ("{ pairwise_bernoulli = 0.02 }", "{ autapses = false }", ".projection[0].connect: anyOf"),
    ("{ pairwise_bernoulli = 0.02 }", "{ all_to_all = false }", ".projection[0].connect.all_to_all: const"),
    ("{ pairwise_bernoulli = 0.02 }", "{ fixed_indegree = 1.5 }", ".projection[0].connect.fixed_indegree: type"),
    ("{ pairwise_bernoulli = 0.02 }", "{ list = [[0, 1, 2]] }", ".projection[0].connect.list[0]: maxItems"),
    ("delay = \"0.1 ms\"", "delay = 1", ".projection[0].delay: type"),
    ("kind = \"poisson_input\"", "kind = \"poisson\"", ".stimulus[0].kind: anyOf"),
    ("kind = \"poisson_input\"", "kind = \"poisson_spikes\"", ".stimulus[0].sources: false"),
    ("sources = 1000", "", ".stimulus[0]: required"),
    ("sources = 1000", "sources = 1000\nsampler = \"best\"", ".stimulus[0].sampler: enum"),
    ("sources = 1000", "sources = 1000\nstart = 1", ".stimulus[0].start: type"),
    ("rate = \"8 Hz\"", "rate = 8", ".stimulus[0].rate: type"),
    ("neurons = [0, 1, 2]", "neurons = [-1]", ".record[0].neurons[0]: minimum"),
    ("neurons = [0, 1, 2]", "neurons = \"all\"", ".record[0].neurons: pattern"),
    (
        "neurons = [0, 1, 2]",
        "neurons = { values = [1] }",
        ".record[0].neurons.values: false .record[0].neurons: required",
    ),
    ("[\"spikes\", \"v\"]", "\"v\"", ".record[0].what: type"),
    (
        "neurons = [0, 1, 2]",
        "[[stimulus]]\nkind = \"current\"\ntarget = \"exc\"\nvalue = 1\ntrace = [1]",
        ".stimulus[1]: not",
    ),
    (
        "neurons = [0, 1, 2]",
        "[[stimulus]]\nkind = \"current\"\ntarget = \"exc\"\nport = \"in\"",
        ".stimulus[1].port: false .stimulus[1]: anyOf",
    ),
];

#[test]
fn what_may_not_be_said_is_found() {
    let differences = ILLEGAL.iter().filter_map(|(from, to, expected)| {
        let text = EXAMPLE.replacen(from, to, 1);
        assert_ne!(text, EXAMPLE, "{from}");
        let found = found(&text).join(" ");
        (found != *expected).then(|| format!("{to}\n  found    {found}\n  expected {expected}"))
    });
    let differences: Vec<_> = differences.collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn what_the_schema_refuses_is_refused_by_reader_or_models() {
    for (from, to, _) in ILLEGAL {
        let text = EXAMPLE.replacen(from, to, 1);
        // A template that nobody is like is never read.
        if to.starts_with("[template") {
            continue;
        }
        let plan = |file: NetworkFile| {
            crate::plan::Plan::lower(&file.network, &crate::plan::LowerOptions::default()).map(drop)
        };
        let read = NetworkFile::parse(&text, "n.toml").and_then(plan);
        assert!(read.is_err(), "{to}");
    }
}
