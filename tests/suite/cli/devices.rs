//! Adapters that are not there, and those that are.

use super::{Folder, INSTALL};

/// The adapters here, as `devices --json` lists them. Without any the caller's test fails, unless it was built to be
/// ignored.
pub fn adapters() -> Vec<serde_json::Value> {
    let adapters: Vec<_> = serde_json::from_str(&Folder::new().run(&["devices", "--json"]).done()).unwrap();
    assert!(!adapters.is_empty(), "this test needs an adapter");
    adapters
}

#[test]
fn without_an_adapter_auto_means_the_reference_and_says_so() {
    let folder = Folder::new();
    let ran = folder.run_without_adapter(&["run", "n.toml"]);
    assert_eq!(
        ran.err,
        format!("note: running on the reference (the CPU, slower): no GPU adapter at all; found: none. {INSTALL}\n")
    );
    assert_eq!(ran.status, Some(0));
    assert!(ran.out.starts_with("n: 20 neurons, 100 synapses, 20 ms on reference (cpu)\n"), "{}", ran.out);

    let plan = folder.run_without_adapter(&["plan", "n.toml"]);
    assert_eq!(
        plan.err,
        format!("note: planning for the limits of a large adapter: no GPU adapter at all; found: none. {INSTALL}\n")
    );
    let of_reference = folder.run(&["plan", "n.toml", "--device", "reference"]).done();
    assert_eq!(plan.out, of_reference.replace("for the reference\n", "for any adapter\n"));
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
    let message = format!("no GPU adapter at all; found: none. {INSTALL}");
    folder.run_without_adapter(&["doctor"]).failed(3, &message);
}

#[test]
fn without_an_adapter_the_list_is_empty() {
    let folder = Folder::new();
    assert_eq!(folder.run_without_adapter(&["devices"]).done(), format!("no adapter. {INSTALL}\n"));
    assert_eq!(folder.run_without_adapter(&["devices", "--json"]).done(), "[]\n");
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
    let measured = Folder::new().run(&["bench", "update_window", "--json"]).done();
    let measured: serde_json::Value = serde_json::from_str(&measured).unwrap();
    let bench = &measured["benches"][0];
    assert_eq!(bench["name"], "update_window");
    assert!(bench["value"].as_f64().unwrap() > 0.0 && bench["floor"].as_f64().unwrap() > 0.0, "{bench}");
    assert!(measured["device"]["name"].is_string(), "{measured}");
    let names: Vec<_> = neuropil::bench::list().map(|bench| bench.name).collect();
    let message = format!("bench: there is no `nothing`; legal: {}", names.join(", "));
    Folder::new().run(&["bench", "nothing"]).failed(2, &message);
}
