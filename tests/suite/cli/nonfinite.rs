//! A network whose numbers explode: the status, what is said, and how to go on.

use super::Folder;
use crate::device::gpu;
use serde_json::json;

/// Two neurons alike, one of which begins far below the parabola that its potential follows.
const NETWORK: &str = r#"dt = "0.1 ms"
duration = "20 ms"

[[population]]
name = "cells"
size = 2
model = "izhikevich"
init = { v = { values = [-65, -3e38], unit = "mV" } }

# So that the other spikes.
[[stimulus]]
kind = "current"
target = "cells"
value = "20 mA"

[[record]]
population = "cells"
what = ["v", "spikes"]
"#;

fn check(device: &str) {
    let folder = Folder::new().write("n.toml", NETWORK);
    let message = "v of neuron 1 of population `cells` (batch item 0) is NaN after steps 0 to 31, and the run's results \
                   are dropped; a smaller dt or a weaker input may help, and --allow-nonfinite (in Rust \
                   EngineOptions::allow_nonfinite, in Python allow_nonfinite=True) goes on";
    folder.run(&["run", "n.toml", "--device", device, "--out", "here"]).failed(1, message);
    assert!(!folder.path("here/summary.json").exists());

    let ran = folder.run(&["run", "n.toml", "--device", device, "--out", "here", "--allow-nonfinite"]);
    let warning = "population[cells]: v of neuron 1 (batch item 0) is NaN after steps 0 to 31, and at the end of the run \
                   1 of all 2 neurons of its model have such values; what they and those that they reach do means nothing";
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), format!("warning: {warning}\n").as_str()), "{device}");
    assert_eq!(super::results::summary(&folder, "here")["warnings"], json!([warning]), "{device}");
}

#[test]
fn an_explosion_is_an_error_unless_it_is_allowed() {
    for device in ["reference", "cpu", "cpu:f64"] {
        check(device);
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn an_explosion_on_an_adapter_too() {
    check(&gpu().info().index.to_string());
}
