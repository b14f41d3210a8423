//! The house's invariants, as far as a search can check them.

use neuropil::model::{ModelKind, catalogue};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a folder and below, with their texts, by their path from the root.
fn files(folder: &str, extension: &str) -> Vec<(String, String)> {
    let mut folders = vec![root().join(folder)];
    let mut paths: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("the folder can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                paths.push(path);
            }
        }
    }
    paths.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("the file is text");
        let name = path.strip_prefix(root()).expect("it lies below the root");
        (name.to_string_lossy().replace('\\', "/"), text)
    };
    paths.into_iter().map(read).collect()
}

fn sources() -> Vec<(String, String)> {
    let sources = files("src", "rs");
    assert!(sources.len() > 50, "{} files", sources.len());
    sources
}

/// The lines of code, without comments, that contain any of the words, as `file:line: text`.
fn found(files: &[(String, String)], words: &[&str]) -> Vec<String> {
    let lines = files.iter().flat_map(|(file, text)| text.lines().enumerate().map(move |line| (file, line)));
    let code = lines.filter(|(_, (_, text))| !text.trim_start().starts_with("//"));
    let hits = code.filter(|(_, (_, text))| words.iter().any(|word| text.contains(word)));
    hits.map(|(file, (number, text))| format!("{file}:{}: {}", number + 1, text.trim())).collect()
}

#[test]
fn only_the_device_s_own_modules_name_its_library() {
    let others: Vec<_> =
        sources().into_iter().filter(|(file, _)| !["src/gpu/"].iter().any(|home| file.starts_with(home))).collect();
    assert!(others.iter().any(|(file, _)| file.starts_with("src/plan/")));
    assert_eq!(found(&others, &["wgpu::", "use wgpu"]), [""; 0]);
    // And a network, a plan or a program does not reach for a device through others.
    let homes = ["src/network/", "src/plan/", "src/program/"];
    let pure: Vec<_> =
        others.iter().filter(|(file, _)| homes.iter().any(|home| file.starts_with(home))).cloned().collect();
    assert_eq!(found(&pure, &["Gpu", "crate::sim", "crate::reference"]), [""; 0]);
    // Nor does a recurrent cell, or anything of it but what runs there.
    let own =
        |file: &str| file.starts_with("src/rnn/") && !file.starts_with("src/rnn/device/") && !file.contains("/tests");
    let cells: Vec<_> = others.into_iter().filter(|(file, _)| own(file)).collect();
    assert!(cells.len() > 10);
    assert_eq!(found(&cells, &["Gpu", "crate::gpu", "crate::sim", "crate::plan", "crate::reference"]), [""; 0]);
}

#[test]
fn rows_know_no_unit_model_file_or_plan() {
    let rows: Vec<_> =
        sources().into_iter().filter(|(file, _)| file.starts_with("src/rows/") && !file.contains("/tests")).collect();
    assert!(rows.len() > 15);
    let others = ["units", "model", "plan", "sim", "gpu", "reference", "shader", "recording"]
        .map(|part| format!("crate::{part}"));
    let others: Vec<_> = others.iter().map(String::as_str).chain(["std::fs", "wgpu"]).collect();
    assert_eq!(found(&rows, &others), [""; 0]);
    // Of a network's words those of rules, distributions and how synapses are kept.
    let of_network = found(&rows, &["crate::network"]);
    let known = [
        "Kernel",
        "Mask",
        "Rule",
        "Sides",
        "Sampler",
        "Precision",
        "Storage",
        "{",
        "}",
        ",",
        ";",
        "use crate::network::",
    ];
    let others: Vec<_> = of_network
        .into_iter()
        .filter(|line| {
            let text = line.split_once(": ").map_or("", |(_, text)| text);
            !known.iter().fold(text.to_owned(), |rest, word| rest.replace(word, "")).trim().is_empty()
        })
        .collect();
    assert_eq!(others, [""; 0]);
}

#[test]
fn the_reference_knows_no_shader_text() {
    let homes = ["src/reference/", "src/rnn/reference"];
    let own = |file: &str| homes.iter().any(|home| file.starts_with(home)) && !file.contains("/tests");
    let reference: Vec<_> = sources().into_iter().filter(|(file, _)| own(file)).collect();
    for home in homes {
        assert!(reference.iter().any(|(file, _)| file.starts_with(home)), "{home}");
    }
    assert_eq!(found(&reference, &["wgsl", "crate::sim", "crate::gpu", "crate::shader"]), [""; 0]);
}

#[test]
fn the_program_uses_the_public_library_alone() {
    let program: Vec<_> =
        sources().into_iter().filter(|(file, _)| file == "src/main.rs" || file.starts_with("src/cli/")).collect();
    let own = |line: &String| line.contains("crate::cli") || line.contains("pub(crate)");
    let reaching: Vec<_> = found(&program, &["crate::", "#[path"]).into_iter().filter(|line| !own(line)).collect();
    assert_eq!(reaching, [""; 0]);
}

#[test]
fn every_model_file_is_in_the_catalogue() {
    let folders: [&[&str]; 5] = [
        &["shaders/neurons", "shaders/readouts"],
        &["shaders/synapses"],
        &["shaders/outputs"],
        &["shaders/stimuli"],
        &["shaders/projections"],
    ];
    let models = catalogue().expect("the catalogue is sound");
    for (kind, folders) in ModelKind::ALL.into_iter().zip(folders) {
        let mut known: Vec<_> = models
            .iter()
            .filter(|model| model.kind == kind)
            .map(|model| model.fragment.path.to_string_lossy().into_owned())
            .collect();
        known.sort();
        let there = folders.iter().flat_map(|folder| files(folder, "wgsl")).map(|(file, _)| file);
        let there: Vec<_> = there.collect();
        assert!(!there.is_empty());
        assert_eq!(known, there, "{folders:?}");
    }
}

#[test]
fn a_stimulus_is_named_in_its_own_files_and_the_registries() {
    for kind in neuropil::network::StimulusKind::DECLARED {
        let name = kind.name;
        let builder: String =
            name.split('_').map(|word| word[..1].to_uppercase() + &word[1..]).collect::<Vec<_>>().concat();
        let mut own = ["network/stimuli", "plan/stimulus"].map(|home| format!("src/{home}/kinds/{name}.rs")).to_vec();
        // (What measures is a host, as a user's program is.)
        own.push(format!("src/model/stimuli/{name}.rs"));
        for file in &own {
            assert!(root().join(file).is_file(), "{file} is not there");
        }
        own.extend(
            ["network/stimuli/kinds.rs", "plan/stimulus/kinds.rs", "model/mod.rs"].map(|file| format!("src/{file}")),
        );
        own.push("src/model/stimuli/mod.rs".to_owned());
        let others: Vec<_> = sources()
            .into_iter()
            .filter(|(file, _)| !own.contains(file) && !file.contains("tests") && !file.starts_with("src/bench/"))
            .collect();
        // `current` is a dimension, too, and what an output may be.
        let literal = format!("\"{name}\"");
        let words = [format!("StimulusKind::{builder}"), literal].into_iter().filter(|word| word != "\"current\"");
        let words: Vec<String> = words.collect();
        let naming = found(&others, &words.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(naming, [""; 0], "{name}");
    }
}

#[test]
fn every_cell_file_is_registered() {
    let mut known: Vec<_> = neuropil::rnn::CellKind::ALL.map(|kind| kind.definition().wgsl.0).to_vec();
    known.sort_unstable();
    let there: Vec<_> = files("shaders/cells", "wgsl").into_iter().map(|(file, _)| file).collect();
    assert!(there.len() >= 6);
    assert_eq!(known, there);
}

#[test]
fn every_model_has_a_twin_and_says_what_it_is() {
    for model in catalogue().expect("the catalogue is sound") {
        assert!(model.twin.is_some(), "{} {} lacks its equations in f64", model.kind, model.name());
        for field in model.reflection.params.iter().chain(&model.reflection.state) {
            assert!(!field.unit.is_empty() && !field.meaning.is_empty(), "{}.{}", model.name(), field.name);
        }
    }
}

/// The words of a text, as names are made of them.
fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.map(str::to_lowercase).collect()
}

#[test]
fn every_model_begins_with_its_equations() {
    for model in catalogue().expect("the catalogue is sound") {
        let head = &model.reflection.head;
        let labels: &[&str] = match model.kind {
            ModelKind::Neuron => &["Equation:", "Step:", "Spike:", "Reset:", "Refractory:", "Source:"],
            ModelKind::Synapse | ModelKind::Projection => &["Equation:", "Step:", "Source:"],
            ModelKind::Output | ModelKind::Stimulus => &["Equation:"],
        };
        let mut lines = head.lines();
        for label in labels {
            let said = lines.find_map(|line| line.strip_prefix(label)).map(str::trim);
            assert!(said.is_some_and(|said| !said.is_empty()), "{} {} lacks {label}\n{head}", model.kind, model.name());
        }
        let words = words(head);
        let fields = model.reflection.params.iter().chain(&model.reflection.state);
        for field in fields.filter(|field| field.unit != "word") {
            assert!(
                words.contains(&field.name),
                "the head of {} does not say what {} is for",
                model.name(),
                field.name
            );
        }
    }
}

#[test]
fn every_unit_of_a_model_is_one() {
    for model in catalogue().expect("the catalogue is sound") {
        for field in model.reflection.params.iter().chain(&model.reflection.state) {
            let special = ["steps", "port", "target", "word"].contains(&field.unit.as_str());
            let known = special || neuropil::units::Unit::parse(&field.unit).is_ok();
            assert!(known, "[{}] of {}.{}", field.unit, model.name(), field.name);
        }
    }
}

#[test]
fn every_typed_neuron_is_documented_by_its_file() {
    // Rustdoc cannot be asked here, but there is one way to declare them.
    let typed = std::fs::read_to_string(root().join("src/model/typed.rs")).expect("the file is text");
    let declared = typed.split_once("macro_rules! typed_params").expect("it declares their parameters").1;
    let (params, neuron) = declared.split_once("macro_rules! typed_neuron").expect("it declares them");
    assert!(params.contains("#[doc = concat!(") && params.contains("include_str!("));
    let neuron = neuron.split_once("macro_rules!").map_or(neuron, |(neuron, _)| neuron);
    assert!(neuron.contains("typed_params! {"), "{neuron}");
    let neurons = catalogue().expect("the catalogue is sound").iter().filter(|model| model.kind == ModelKind::Neuron);
    let folders = ["src/model/neurons", "src/model/readouts"].map(|folder| files(folder, "rs"));
    for model in neurons {
        let folder = if model.fragment.path.starts_with("shaders/readouts") { "readouts" } else { "neurons" };
        let declared = format!(" = \"{}\" in \"{folder}\" {{", model.name());
        let found = folders.iter().flatten().filter(|(_, text)| text.contains(&declared)).count();
        assert_eq!(found, 1, "{}", model.name());
    }
}

#[test]
fn every_file_says_why_it_exists() {
    for (file, text) in sources().iter().chain(&files("tests", "rs")).chain(&files("examples", "rs")) {
        assert!(text.starts_with("//! "), "{file} does not begin with a //! paragraph");
    }
    for (file, text) in files("shaders", "wgsl") {
        assert!(text.starts_with("//"), "{file} does not begin with a comment");
    }
}

#[test]
fn a_test_that_opens_the_device_can_be_ignored_where_there_is_none() {
    let attribute = "#[cfg_attr(without_device, ignore = \"there is no device\")]";
    // Put together, so that this file does not find itself.
    let words = [["gpu", "()"], [" device", "()"], ["&device", "()"], ["adapters", "()"], ["Gpu::open", "("]];
    let words: Vec<String> = words.iter().map(|parts| parts.concat()).collect();
    let mut all = sources();
    all.extend(files("tests", "rs"));
    let mut opening = 0;
    for (file, text) in &all {
        for test in text.split("#[test]\n").skip(1) {
            // A function ends at the first brace that stands as far to the left as it does.
            let (attributes, function) = test.split_once("fn ").expect("an attribute belongs to a function");
            let indent = &test[..test.len() - test.trim_start_matches(' ').len()];
            let body = function.split_once(&format!("\n{indent}}}\n")).map_or(function, |(body, _)| body);
            if words.iter().any(|word| body.contains(word.as_str())) {
                let name = body.lines().next().expect("a function has a name");
                assert!(attributes.contains(attribute), "{file}: {name} lacks {attribute}");
                opening += 1;
            }
        }
    }
    assert!(opening > 100, "{opening}");
}

#[test]
fn nothing_is_left_half_done() {
    let mut all = sources();
    all.extend(files("shaders", "wgsl"));
    all.extend(files("examples", "rs"));
    // Put together, so that this file does not find itself.
    let words = [["TO", "DO"], ["FIX", "ME"], ["XX", "X"], ["to", "do!("], ["unimple", "mented!("], ["dbg", "!("]];
    let words: Vec<String> = words.iter().map(|parts| parts.concat()).collect();
    for (file, text) in &all {
        for word in &words {
            assert!(!text.contains(word.as_str()), "{file} contains {word}");
        }
    }
}

/// Each package of the library and the program with its features, as `cargo tree` resolves them along such edges.
fn resolved(edges: &str) -> BTreeSet<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut tree = std::process::Command::new(cargo);
    tree.current_dir(root()).args(["tree", "--offline", "--locked", "--prefix", "none", "--format", "{p} {f}"]);
    let said = tree.args(["--no-dedupe", "--edges", edges]).output().expect("cargo can be started");
    let (out, err) = (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    assert!(said.status.success(), "{err}");
    out.lines().map(str::to_owned).collect()
}

#[test]
fn what_tests_need_changes_no_feature_of_what_the_program_needs() {
    // Or `cargo test` and `cargo run` would each build wgpu, which takes minutes, with features of their own.
    let (program, tests) = (resolved("normal,build"), resolved("normal,build,dev"));
    assert!(program.iter().any(|package| package.starts_with("wgpu-core v")), "{program:?}");
    let changed: Vec<_> = program.difference(&tests).collect();
    assert_eq!(changed, [""; 0], "a dev-dependency adds features: name them in [dependencies], or do without it");
}

#[test]
fn lints_are_not_silenced_in_passing() {
    let mut all = sources();
    all.extend(files("tests", "rs"));
    all.extend(files("examples", "rs"));
    let silenced = [["#[al", "low"], ["#![al", "low"], ["un", "safe {"], ["un", "safe fn"], ["un", "safe impl"]];
    let silenced: Vec<String> = silenced.iter().map(|parts| parts.concat()).collect();
    let words: Vec<&str> = silenced.iter().map(String::as_str).collect();
    assert_eq!(found(&all, &words), [""; 0]);
    for (file, text) in &all {
        for (at, _) in text.match_indices(&["ex", "pect("].concat()) {
            let lint = text[..at].ends_with("#[") || text[..at].ends_with("#![") || text[..at].ends_with(", ");
            let attribute = &text[at..text[at..].find(']').map_or(text.len(), |end| at + end)];
            assert!(!lint || attribute.contains("reason"), "{file}: {attribute}");
        }
    }
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("the manifest is text");
    assert!(manifest.contains("unsafe_code = \"forbid\""));
}
