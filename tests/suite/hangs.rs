//! A device that does not finish: a user's endless loop ends in an error that names it, and whoever held the device is free.
//!
//! A software driver goes on with the loop as long as the process lives, so each test needs one of its own.

use crate::device::gpu;
use neuropil::gpu::{DeviceChoice, Gpu};
use neuropil::network::{Network, Neuron, Population};
use neuropil::plan::Plan;
use neuropil::sim::EngineOptions;
use neuropil::units::Literal;
use neuropil::{Backend, Error, Simulation};
use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A neuron whose loop ends in steps before the third, and never from it on; no compiler can know.
const SPIN: &str = "
/// Ends late, or never.
struct Params {
    /// [1] what is subtracted; default 1
    a: f32,
}

struct State {
    /// [1] steps; default 0
    n: f32,
}

fn spin_reset(p: Params, s: State) -> State {
    return s;
}

fn spin_update(p: Params, s: State, input: Input, step: Step) -> State {
    var x = 3.0;
    loop {
        if (f32(step.index) < x) {
            break;
        }
        x = x * 0.5 - p.a;
    }
    // Used, or a compiler leaves the loop out.
    return State(s.n + select(0.0, 1.0, x > 2.0));
}

fn spin_threshold(p: Params, s: State) -> bool {
    return s.n >= 1e9;
}
";

/// Set in the process of its own.
const ALONE: &str = "NEUROPIL_TEST_HANGS";

/// Runs to the end, or is killed: status, standard output and error.
fn ended(command: &mut Command) -> (Option<i32>, String, String) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let start = Instant::now();
    while child.try_wait().expect("it is our child").is_none() {
        if start.elapsed() > Duration::from_secs(300) {
            child.kill().expect("it can be killed");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let text = |pipe: &mut dyn Read| {
        let mut text = String::new();
        pipe.read_to_string(&mut text).expect("it is text");
        text
    };
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let (out, err) = (out.map(|mut pipe| text(&mut pipe)), err.map(|mut pipe| text(&mut pipe)));
    (child.wait().expect("it ended").code(), out.unwrap_or_default(), err.unwrap_or_default())
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_loop_without_end_is_an_error_that_names_its_file() {
    check_ends(SPIN, "1", "update");
}

/// What is derived is computed before the first step.
#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_loop_without_end_in_what_is_derived_is_an_error_too() {
    let derived = "struct Derived {\n    /// [1] never known\n    x: f32,\n}\n\n\
                   fn spin_derive(p: Params, dt: f32) -> Derived {\n    var x = 3.0;\n    \
                   loop {\n        if (dt > x) {\n            break;\n        }\n        x = x * 0.5 + p.a;\n    }\n    \
                   return Derived(x);\n}\n\nstruct State {";
    let text = SPIN.replace("struct State {", derived).replace("update(p: Params, ", "update(p: Params, d: Derived, ");
    let text = text.replace("s.n + select(", "s.n + d.x + select(");
    check_ends(&text, "{ uniform = [\"1\", \"2\"] }", "derive");
}

fn check_ends(text: &str, a: &str, kernel: &str) {
    gpu();
    let folder = tempfile::tempdir().expect("there is room");
    let network = format!(
        "dt = \"0.1 ms\"\nduration = \"1 ms\"\n[[population]]\nname = \"a\"\nsize = 1\nmodel = \"spin.wgsl\"\nparams = {{ a = {a} }}\n"
    );
    std::fs::write(folder.path().join("spin.wgsl"), text).expect("there is room");
    std::fs::write(folder.path().join("n.toml"), network).expect("there is room");
    let mut program = Command::new(env!("CARGO_BIN_EXE_neuropil"));
    program
        .args(["run", "n.toml", "--timeout", "1.5 s", "--device", &gpu().info().index.to_string()])
        .current_dir(folder.path())
        .env("XDG_RUNTIME_DIR", folder.path());
    let (status, out, err) = ended(&mut program);
    let expected = format!(
        "error: the device has not finished kernel {kernel} spin (spin.wgsl) within 1.5 s, in the steps from 0 on: a \
         loop that does not end? A slow device needs a longer time limit\n"
    );
    assert_eq!((status, out.as_str(), err.as_str()), (Some(1), "", expected.as_str()));
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn whoever_held_the_device_is_free() {
    gpu();
    if std::env::var_os(ALONE).is_some() {
        return let_go();
    }
    let own = std::env::current_exe().expect("the tests have a path");
    let name = "hangs::whoever_held_the_device_is_free";
    let (status, out, err) = ended(Command::new(own).args([name, "--exact", "--nocapture"]).env(ALONE, "1"));
    assert_eq!(status, Some(0), "{out}{err}");
    assert!(out.contains("let go"), "{out}{err}");
}

/// In a process of its own: a simulation hangs, refuses everything after, and can be dropped.
fn let_go() {
    let gpu = Gpu::open(&DeviceChoice::Auto).expect("there is a device");
    let mut net = Network::new(0.1.ms());
    net.add(Population::new("a", 70, Neuron::source("spin", SPIN)));
    net.add(Population::new("b", 7, "lif"));
    let backend = Backend::Gpu(gpu.clone());
    let plan = Arc::new(Plan::lower(&net, &backend.lower_options(1)).expect("the network is sound"));
    let options = EngineOptions { timeout: Duration::from_secs(1), ..EngineOptions::default() };
    let mut simulation = Simulation::of_plan(plan.clone(), &backend, &options).expect("the plan fits");
    simulation.run_steps(3, &mut |_| ()).expect("three steps end");
    let state = simulation.state().expect("the state comes back");
    match simulation.run_steps(1, &mut |_| ()) {
        Err(Error::Hung { kernel, models, limit_s, step }) => {
            assert_eq!((kernel.as_str(), limit_s, step), ("kernel update spin", 1.0, 3));
            assert_eq!(models, [std::path::PathBuf::from("spin.wgsl")]);
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(simulation.run_steps(1, &mut |_| ()), Err(Error::Request { .. })));
    let lost = |result: neuropil::Result<()>| assert!(matches!(result, Err(Error::DeviceLost { .. })), "{result:?}");
    lost(simulation.state().map(|_| ()));
    lost(simulation.restore(&state));
    lost(Simulation::of_plan(plan, &backend, &options).map(|_| ()));
    drop((simulation, backend, gpu));
    println!("let go");
    // Not waiting for the harness's other threads: the loop takes both cores.
    std::process::exit(0);
}
