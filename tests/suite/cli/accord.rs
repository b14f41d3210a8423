//! `neuropil doctor --network`: the device against the CPU, told in a line.

use super::{Folder, Ran};

/// What a run records, by which two are told apart.
fn hash(folder: &Folder, arguments: &[&str]) -> (String, String) {
    let all = [&["run", "n.toml", "--out", "out"], arguments].concat();
    let ran: Ran = folder.run(&all);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    let text = std::fs::read_to_string(folder.0.path().join("out/summary.json")).unwrap();
    let summary: serde_json::Value = serde_json::from_str(&text).unwrap();
    (summary["spike_hash"].as_str().unwrap().to_owned(), summary["arithmetic"].to_string())
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn device_and_cpu_have_one_hash() {
    let folder = Folder::new();
    let name = crate::device::gpu().info().name.clone();
    let ran = folder.run(&["doctor", "--network", "n.toml", "--steps", "200", "--device", "0"]);
    let (expected, how) = hash(&folder, &["--device", "0"]);
    assert_eq!(how, "\"portable\"");
    let begins = format!("same hash {expected} on {name} and on the CPU: 200 steps, ");
    assert!(ran.status == Some(0) && ran.out.starts_with(&begins), "{ran:?}");
    assert!(ran.out.ends_with(" spikes, and all of the state\n"), "{ran:?}");
    assert_eq!(hash(&folder, &["--device", "cpu"]), (expected, how));
    assert_eq!(hash(&folder, &["--device", "0", "--arithmetic", "fast"]).1, "\"fast\"");
    assert_eq!(hash(&folder, &["--device", "cpu:f64"]).1, "null");
}

/// Mesa joins a product and the sum behind it where it may.
#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_device_that_computes_otherwise_is_told_where() {
    let info = crate::device::gpu().info().clone();
    if !info.name.contains("llvmpipe") {
        println!("not run: {} may round as the text has it", info.name);
        return;
    }
    let folder = Folder::with(&[("weight = \"1 mV\"", "weight = \"0.87 mV\"\nsampler = \"poisson\"")]);
    let ran = folder.run(&["doctor", "--network", "n.toml", "--device", "0", "--arithmetic", "fast"]);
    assert_eq!((ran.status, ran.out.as_str()), (Some(3), ""), "{ran:?}");
    let begins = format!(
        "error: the driver of {} ({}) fails the self-test `network`: the CPU engine computes otherwise, after step ",
        info.name,
        info.driver_text()
    );
    let ends = ". So it may with arithmetic that is fast: portable arithmetic is the same everywhere\n";
    assert!(ran.err.starts_with(&begins) && ran.err.ends_with(ends), "{ran:?}");
    assert!(ran.err.contains(", v of neuron ") && ran.err.contains(" of population `cells`: "), "{ran:?}");
}

#[test]
fn what_cannot_be_compared_is_said() {
    let folder = Folder::new();
    let own = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("networks/izhikevich.toml");
    let ran = folder.run(&["doctor", "--network", own.to_str().unwrap()]);
    assert_eq!((ran.status, ran.out.as_str()), (Some(2), ""), "{ran:?}");
    let ends =
        "own_neuron.wgsl is given as WGSL alone, which the CPU engine cannot run; legal: models of the catalogue\n";
    assert!(ran.err.starts_with("error: comparison with the CPU: ") && ran.err.ends_with(ends), "{ran:?}");
    folder
        .run(&["doctor", "--network", "n.toml", "--device", "cpu"])
        .failed(2, "comparison with the CPU: it is the CPU; legal: auto, or an adapter");
}
