//! Documents that repeat what the code says: they must say it as it is.
//!
//! `NEUROPIL_UPDATE=1 cargo test --release documents` writes the generated parts anew.

use neuropil::model::markdown;
use neuropil::network::NetworkFile;
use neuropil::plan::{LowerOptions, Plan};
use std::path::{Path, PathBuf};

#[path = "../../examples/coba.rs"]
#[expect(dead_code, reason = "its main is the example's")]
mod coba;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The part of a document between `<!-- name:begin -->` and `<!-- name:end -->` must be `expected`.
fn check_generated(document: &str, name: &str, expected: &str) {
    let path = root().join(document);
    let text = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let (begin, end) = (format!("<!-- {name}:begin -->\n"), format!("<!-- {name}:end -->"));
    let (head, rest) = text.split_once(&begin).unwrap_or_else(|| panic!("{document} lacks {begin}"));
    let (found, tail) = rest.split_once(&end).unwrap_or_else(|| panic!("{document} lacks {end}"));
    let expected = format!("\n{}\n\n", expected.trim_end());
    if found == expected {
        return;
    }
    let update = std::env::var_os("NEUROPIL_UPDATE").is_some();
    if update {
        std::fs::write(&path, format!("{head}{begin}{expected}{end}{tail}")).unwrap();
    }
    let remedy = if update { "now written anew" } else { "run again with NEUROPIL_UPDATE=1" };
    panic!("the part `{name}` of {document} is stale: {remedy}; it should be\n{expected}");
}

#[test]
fn the_readme_has_the_models_of_the_catalogue() {
    check_generated("README.md", "models", &markdown::overview().unwrap());
}

#[test]
fn the_manual_has_the_models_of_the_catalogue() {
    check_generated("docs/network-file.md", "models", &markdown::manual().unwrap());
}

#[test]
fn the_manual_has_the_keys_of_every_stimulus() {
    check_generated("docs/network-file.md", "stimuli", &neuropil::network::stimuli::markdown());
}

#[test]
fn the_manual_has_the_keys_of_every_table() {
    for (name, table) in neuropil::network::markdown() {
        check_generated("docs/network-file.md", name, &table);
    }
}

#[test]
fn the_cells_and_their_activations_are_those_of_the_registry() {
    check_generated("docs/recurrent-cells.md", "cells", &neuropil::rnn::markdown::cells());
    check_generated("docs/recurrent-cells.md", "activations", &neuropil::rnn::markdown::activations());
}

#[test]
fn what_models_show_as_written_in_a_network_file_is_legal_there() {
    let cells = "dt = \"0.1 ms\"\n[[population]]\nname = \"cells\"\nsize = 2\nmodel = \"lif\"\n\
                 ports = { in = { output = \"delta\" } }\n";
    let models = neuropil::model::catalogue().unwrap().iter();
    let examples: Vec<_> = models.filter(|model| !model.reflection.example.is_empty()).collect();
    for model in &examples {
        let text = format!("{cells}{}\n", model.reflection.example);
        let file = NetworkFile::parse(&text, model.name()).unwrap_or_else(|error| panic!("{error}"));
        let plan = Plan::lower(&file.network, &LowerOptions::default());
        let plan = plan.unwrap_or_else(|error| panic!("{}", file.locate(error)));
        let slots: Vec<_> = plan.slabs[0].stimuli.iter().map(|slot| slot.model.name()).collect();
        assert_eq!(slots, [model.name()], "{text}");
    }
    let names: Vec<_> = examples.iter().map(|model| model.name()).collect();
    assert_eq!(names, ["trace", "dense", "poisson_input", "spike_times", "poisson_encoder"]);
}

#[test]
fn no_link_between_documents_is_broken() {
    let documents = [
        "README.md",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "docs/network-file.md",
        "docs/recurrent-cells.md",
        "docs/fly-brain.md",
        "docs/sweeps.md",
        "docs/own-models.md",
        "docs/from-other-simulators.md",
        "docs/report.md",
        "python/README.md",
    ];
    let mut links = 0;
    for document in documents {
        let path = root().join(document);
        let text = std::fs::read_to_string(&path).unwrap();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target) {
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            if file.starts_with("http") {
                continue;
            }
            let file: PathBuf = if file.is_empty() { path.clone() } else { path.with_file_name("").join(file) };
            assert!(file.exists(), "{document} links to {target}, which is not there");
            if !anchor.is_empty() {
                let text = std::fs::read_to_string(&file).unwrap();
                assert!(headings(&text).any(|slug| slug == anchor), "{document} links to {target}: no such heading");
            }
            links += 1;
        }
    }
    assert!(links > 5, "only {links} links were found");
}

/// The anchors of a document's headings, as GitHub makes them.
fn headings(text: &str) -> impl Iterator<Item = String> + '_ {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings.map(|line| {
        let kept = line.trim_start_matches('#').trim().to_lowercase();
        kept.chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
            .map(|c| if c == ' ' { '-' } else { c })
            .collect()
    })
}

#[test]
fn every_ready_network_is_named_in_the_readme() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    for entry in std::fs::read_dir(root().join("networks")).unwrap() {
        let name = format!("networks/{}", entry.unwrap().file_name().display());
        assert!(readme.contains(&name), "README.md does not name {name}");
    }
}

#[test]
fn the_example_is_the_network_of_the_file() {
    let file = NetworkFile::read(root().join("networks/coba.toml")).unwrap().network;
    assert_eq!(coba::network(), file);
}
