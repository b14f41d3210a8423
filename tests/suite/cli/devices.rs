//! Adapters that are not there, and those that are.

use super::{Folder, INSTALL};

/// The adapters here, as `devices --json` lists them. Without any the caller's test fails, unless it was built to be
/// ignored.
pub fn adapters() -> Vec<serde_json::Value> {
    let mut adapters: Vec<_> = listed(Folder::new().run(&["devices", "--json"]).done());
    assert_eq!(adapters.pop(), Some(engine()), "the CPU engine stands behind them");
    assert!(!adapters.is_empty(), "this test needs an adapter");
    adapters
}

fn listed(json: String) -> Vec<serde_json::Value> {
    serde_json::from_str(&json).unwrap()
}

/// The CPU engine, as `devices --json` lists it.
fn engine() -> serde_json::Value {
    serde_json::json!({
        "index": null,
        "name": "cpu",
        "backend": "cpu",
        "driver": format!("neuropil {}", env!("CARGO_PKG_VERSION")),
        "driver_info": neuropil::cpu::describe(),
        "kind": "cpu",
    })
}

/// What is said where the CPU engine is chosen because there is nothing else.
const NO_GPU: &str = "note: running on the CPU: there is no GPU, or no driver for it\n";

#[test]
fn without_an_adapter_auto_means_the_cpu_and_says_so() {
    let folder = Folder::new();
    let ran = folder.run_without_adapter(&["run", "n.toml"]);
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), NO_GPU));
    assert!(ran.out.starts_with("n: 20 neurons, 100 synapses, 20 ms on cpu (cpu)\n"), "{}", ran.out);

    let plan = folder.run_without_adapter(&["plan", "n.toml"]);
    assert_eq!((plan.status, plan.err.as_str()), (Some(0), NO_GPU));
    assert!(plan.out.starts_with("for the CPU engine\n20 neurons in 1 population, 100 synapses\n"), "{}", plan.out);
    assert_eq!(plan.out, folder.run(&["plan", "n.toml", "--device", "cpu"]).done());
}

#[test]
fn without_an_adapter_a_model_in_wgsl_alone_cannot_run() {
    let folder = super::wgsl::folder("Mine.", "Mine.");
    let nothing = format!("no GPU adapter at all; found: none. {INSTALL}");
    folder.run_without_adapter(&["run", "n.toml"]).failed(3, &nothing);
    // A plan needs nothing to run on.
    let plan = folder.run_without_adapter(&["plan", "n.toml"]);
    assert_eq!(plan.err, format!("note: planning for the limits of a large adapter: {nothing}\n"));
    assert!(plan.out.starts_with("for any adapter\n"), "{}", plan.out);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn auto_takes_a_gpu_or_the_cpu_before_a_software_driver() {
    let adapters = adapters();
    let folder = Folder::new();
    let ran = folder.run(&["run", "n.toml", "--out", "here"]);
    let hardware = adapters.iter().find(|adapter| adapter["kind"] != "software");
    let (name, note) = match hardware {
        Some(gpu) => {
            let text = |key: &str| gpu[key].as_str().unwrap();
            let (name, backend) = (text("name"), text("backend"));
            (name, format!("running on {name} ({backend}), the first GPU whose driver computes rightly"))
        }
        None => {
            let driver = adapters[0]["name"].as_str().unwrap();
            ("cpu", format!("running on the CPU: there is no GPU, and {driver}, a software driver, is slower"))
        }
    };
    assert_eq!((ran.status, ran.err), (Some(0), format!("note: {note}\n")));
    assert_eq!(super::results::summary(&folder, "here")["device"]["name"], name);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn auto_takes_a_software_driver_for_a_model_in_wgsl_alone() {
    let adapters = adapters();
    let folder = super::wgsl::folder("Mine.", "Mine.");
    let ran = folder.run(&["run", "n.toml", "--out", "here"]);
    let name = adapters[0]["name"].as_str().unwrap();
    if adapters.iter().all(|adapter| adapter["kind"] == "software") {
        let why = "a software driver: mine.wgsl is given as WGSL alone, which the CPU engine cannot run";
        assert_eq!(ran.err, format!("note: running on {name}, {why}\n"));
        assert_eq!(super::results::summary(&folder, "here")["device"]["name"], name);
    }
    assert_eq!(ran.status, Some(0), "{}", ran.err);
}

/// What `summary.json` says of what a run took.
fn device(folder: &Folder, arguments: &[&str]) -> serde_json::Value {
    folder.run(&[&["run", "n.toml", "--out", "here"], arguments].concat()).done();
    super::results::summary(folder, "here")["device"].take()
}

#[test]
fn the_cpu_is_chosen_with_its_numbers_and_threads() {
    let folder = Folder::new();
    for (choice, precision) in [("cpu", "f32"), ("cpu:f32", "f32"), ("cpu:f64", "f64")] {
        let version = env!("CARGO_PKG_VERSION");
        let driver = format!("neuropil {version}, {precision}, {}, run by 1", neuropil::cpu::describe());
        let name = if precision == "f64" { "cpu:f64" } else { "cpu" };
        // So few neurons feed one thread, whatever is wanted.
        let expected = serde_json::json!({ "name": name, "backend": "cpu", "driver": driver });
        assert_eq!(device(&folder, &["--device", choice]), expected);
        let hash = super::results::summary(&folder, "here")["spike_hash"].take();
        for threads in ["1", "3"] {
            assert_eq!(device(&folder, &["--device", choice, "--threads", threads]), expected);
            assert_eq!(super::results::summary(&folder, "here")["spike_hash"], hash, "{threads} threads");
        }
        let printed = folder.run(&["run", "n.toml", "--device", choice]).done();
        assert!(printed.starts_with(&format!("n: 20 neurons, 100 synapses, 20 ms on {name} (cpu)\n")), "{printed}");
        assert!(folder.run(&["plan", "n.toml", "--device", choice]).done().starts_with("for the CPU engine\n"));
    }
}

#[test]
fn without_an_adapter_any_choice_of_one_fails() {
    let folder = Folder::new();
    for (choice, wanted) in [("0", "has index 0"), ("llvmpipe", "matches \"llvmpipe\"")] {
        let message = format!("no GPU adapter {wanted}; found: none. {INSTALL}");
        for command in ["run", "plan"] {
            folder.run_without_adapter(&[command, "n.toml", "--device", choice]).failed(3, &message);
        }
    }
    let message = format!("no GPU adapter has index 0; found: none. {INSTALL}");
    folder.run_without_adapter(&["doctor", "--device", "0"]).failed(3, &message);
    // Left to itself it goes on to the CPU engine.
    let examined = folder.run_without_adapter(&["doctor"]).done();
    let described = neuropil::cpu::describe();
    let nothing = format!("no GPU adapter at all; found: none. {INSTALL}\n\ncpu: the CPU engine in f32, {described}\n");
    assert!(examined.starts_with(&nothing), "{examined}");
    let tests: Vec<_> = examined[nothing.len()..].lines().collect();
    assert!(tests.len() > 2 && tests.iter().all(|line| line.starts_with("passed  required  ")), "{examined}");
}

#[test]
fn without_an_adapter_the_cpu_engine_alone_is_listed() {
    let folder = Folder::new();
    let described = neuropil::cpu::describe();
    let engine_alone = format!(
        "cpu  the CPU engine\n   kind      what runs where there is no GPU, {described}\n   numbers   f32; f64 as `cpu:f64`\n"
    );
    assert_eq!(folder.run_without_adapter(&["devices"]).done(), format!("no adapter. {INSTALL}\n{engine_alone}"));
    assert_eq!(listed(folder.run_without_adapter(&["devices", "--json"]).done()), [engine()]);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_choice_that_is_not_there_names_those_that_are() {
    let adapters = adapters();
    let names = adapters.iter().enumerate().map(|(index, adapter)| {
        let text = |key: &str| adapter[key].as_str().unwrap();
        format!("{index}: {} ({})", text("name"), text("backend"))
    });
    let found = names.collect::<Vec<_>>().join(", ");
    let hint = match adapters.len() {
        1 => "Choose auto, the index 0 or part of that name".to_owned(),
        n => format!("Choose auto, an index from 0 to {} or part of one of those names", n - 1),
    };
    let hint = format!("{hint}; or install the driver of the one that is missing");
    for (choice, wanted) in [("99", "has index 99"), ("Voodoo 3", "matches \"Voodoo 3\"")] {
        let message = format!("no GPU adapter {wanted}; found: {found}. {hint}");
        Folder::new().run(&["run", "n.toml", "--device", choice]).failed(3, &message);
        Folder::new().run(&["doctor", "--device", choice]).failed(3, &message);
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_network_that_the_adapter_cannot_hold() {
    let adapters = adapters();
    let adapter = &adapters[0];
    let limit = adapter["limits"]["max_binding"].as_u64().unwrap();
    // One variable of 4 bytes a neuron: just enough, and one too many.
    let alone = |neurons: u64| {
        let text = format!(
            "dt = \"0.1 ms\"\nduration = \"1 ms\"\n[[population]]\nname = \"a\"\nsize = {neurons}\nmodel = \"lif\"\n"
        );
        Folder::new().write("n.toml", text).run(&["plan", "n.toml", "--device", "0"])
    };
    alone(limit / 4).done();
    alone(limit / 4 + 1).failed(
        2,
        &format!(
            "neuron state needs {} bytes, but max_storage_buffer_binding_size of {} is {limit}; what helps: fewer neurons \
             of one model, or a smaller batch",
            limit + 4,
            adapter["name"].as_str().unwrap()
        ),
    );
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn an_adapter_is_described_and_examined() {
    let adapters = adapters();
    let adapter = &adapters[0];
    let name = adapter["name"].as_str().unwrap();
    let described = Folder::new().run(&["devices"]).done();
    assert!(described.starts_with(&format!("0  {name}\n   kind      ")), "{described}");
    for key in ["driver", "memory", "workgroup", "features"] {
        assert!(described.contains(&format!("\n   {key} ")), "{described}");
    }
    let examined = Folder::new().run(&["doctor", "--device", "0"]).done();
    assert!(examined.starts_with(&format!("0: {name} (")), "{examined}");
    for test in ["long_loops", "nan_bits", "atomics", "philox"] {
        assert!(examined.contains(&format!("\npassed  required  {test} ")), "{examined}");
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_network_runs_on_the_adapter() {
    let adapters = adapters();
    let adapter = &adapters[0];
    let folder = Folder::new();
    folder.run(&["run", "n.toml", "--device", "0", "--out", "device"]).done();
    folder.run(&["run", "n.toml", "--device", "reference", "--out", "reference"]).done();
    let [device, reference] = ["device", "reference"].map(|out| super::results::summary(&folder, out));
    assert_eq!(device["device"]["name"], adapter["name"]);
    // Ten seconds of model time would part them; this short a run has no near ties.
    assert_eq!(device["spike_hash"], reference["spike_hash"]);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_bench_stands_beside_its_floor() {
    adapters();
    let measured = Folder::new().run(&["bench", "update_window", "--json", "--device", "0"]).done();
    let measured: serde_json::Value = serde_json::from_str(&measured).unwrap();
    let bench = &measured["benches"][0];
    assert_eq!(bench["name"], "update_window");
    assert!(bench["value"].as_f64().unwrap() > 0.0 && bench["floor"].as_f64().unwrap() > 0.0, "{bench}");
    assert!(measured["device"]["name"].is_string(), "{measured}");
    // `deliver` is the CPU engine's.
    let names = neuropil::bench::list().map(|bench| bench.name).filter(|name| *name != "deliver");
    let names: Vec<_> = names.collect();
    let message = format!("bench: there is no `nothing`; legal: {}", names.join(", "));
    Folder::new().run(&["bench", "nothing", "--device", "0"]).failed(2, &message);
}
