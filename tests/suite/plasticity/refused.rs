//! What a projection's model and its records may not be told.

use neuropil::network::{End, Network, NetworkFile, Record};
use neuropil::plan::{LowerOptions, Plan};

const HEAD: &str = "dt = \"0.1 ms\"\n[[population]]\nname = \"a\"\nsize = 4\nmodel = \"lif\"\nports = { in = { output = \"delta\" } }\n\
                    [[projection]]\nname = \"p\"\npre = \"a\"\npost = \"a\"\nport = \"in\"\nconnect = \"all_to_all\"\n\
                    weight = \"1 mV\"\ndelay = \"1 ms\"\n";

/// What is said of a file with these lines more, in its projection first.
fn said(more: &str) -> String {
    let text = format!("{HEAD}{more}\n");
    let lowered =
        |file: NetworkFile| Plan::lower(&file.network, &LowerOptions::default()).map_err(|error| file.locate(error));
    let found = NetworkFile::parse(&text, "n.toml").and_then(lowered);
    found.map_or_else(|error| error.to_string(), |_| "nothing".to_owned())
}

#[track_caller]
fn check(more: &str, expected: &str) {
    assert_eq!(said(more), expected, "{more}");
}

#[test]
fn models_are_those_of_the_catalogue_with_their_parameters() {
    check("model = \"stp\"", "nothing");
    check(
        "model = \"spt\"",
        "n.toml:15:9: projection[p].model: there is no projection model `spt` (did you mean `stp`?); legal: static, gap_junction, stp, std, tsodyks2, ampa, gabaa, bio_nmda, or a .wgsl file",
    );
    check(
        "model = 3",
        "n.toml:15:9: `model` must be a name such as \"stp\", or { stp = { u = 0.2 } }, found 3\n  model = 3",
    );
    check(
        "model = { stp = {}, std = {} }",
        "n.toml:15:9: `model` must be a name such as \"stp\", or { stp = { u = 0.2 } }, found a table with std, stp\n  model = { stp = {}, std = {} }",
    );
    check(
        "model = { stp = { tau = \"3 ms\" } }",
        "n.toml:15:25: projection[p].model.stp.tau: model stp has no `tau`; legal: u, tau_f, tau_d",
    );
    check("model = { std = { tau = \"0 ms\" } }", "n.toml:15:25: projection[p].model.std.tau: 0 ms; legal: > 0 ms");
    check(
        "model = { tsodyks2 = { u = 1.5 } }",
        "n.toml:15:28: projection[p].model.tsodyks2.u: 1.5; legal: >= 0 and <= 1",
    );
    check(
        "model = { stp = \"3 ms\" }",
        "n.toml:15:17: projection[p].model.stp.u: 3 ms has dimension time, expected a number without unit",
    );
    check(
        "model = { stp = { u = { values = [0.1, 0.2] } } }",
        "n.toml:15:23: projection[p].model.stp.u: the array has shape [2]; legal: [4], one for each",
    );
}

#[test]
fn records_are_of_a_population_or_of_a_projection() {
    let record = |keys: &str| format!("model = \"stp\"\n[[record]]\n{keys}");
    check(&record("projection = \"p\"\nwhat = [\"u\", \"x\"]"), "nothing");
    check(
        &record("what = [\"u\"]"),
        "n.toml:16:1: record[0]: it names neither a population nor a projection; legal: one of the keys `population` and `projection`",
    );
    check(
        &record("population = \"a\"\nprojection = \"p\"\nwhat = [\"u\"]"),
        "n.toml:16:1: record[0]: it names the population `a` and the projection `p`; legal: one of the keys `population` and `projection`",
    );
    check(
        &record("projection = \"q\"\nwhat = [\"u\"]"),
        "n.toml:17:14: record[0].projection: there is no projection `q`; legal: p",
    );
    check(
        &record("projection = \"p\"\nwhat = []"),
        "n.toml:18:8: record[0].what: nothing is recorded; legal: variables of the projection's model",
    );
    check(
        &record("projection = \"p\"\nwhat = [\"spikes\"]"),
        "n.toml:18:8: record[0].what: projection `p` has no variable `spikes`; legal: u, x",
    );
    check(
        "[[record]]\nprojection = \"p\"\nwhat = [\"u\"]",
        "n.toml:16:14: record[0].projection: `p` has no model, and so no variables; legal: a projection whose `model` has variables",
    );
}

#[test]
fn records_are_of_the_sources_of_their_projection() {
    let text = format!("{HEAD}model = \"stp\"\n");
    let mut net: Network = NetworkFile::parse(&text, "n.toml").unwrap().network;
    net.projections[0].pre = End::part("a", 1..3);
    net.record(Record::of_projection("p", ["u"]).neurons([2, 3]));
    let refused = net.check().unwrap_err().to_string();
    assert_eq!(refused, "record[0].neurons: the projection does not lead from neuron 3 of `a`; legal: 1 to 2");
}
