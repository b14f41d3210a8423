//! What is wrong with a network file is said with its line. The file format's own tests have every key; here is one of
//! each kind, whole.

use super::{Folder, check, check_change};

#[test]
fn text_that_is_not_toml() {
    check_change("seed = 1", "seed = = 1", "n.toml:3:8: extra `=`, expected nothing\n  seed = = 1");
    check(
        &Folder::new().write("n.toml", b"dt = \"0.1 ms\"\n# caf\xe9\n"),
        "n.toml:2:6: is not UTF-8 text\n  # caf\u{fffd}",
    );
}

#[test]
fn an_unknown_key() {
    check_change(
        "seed = 1",
        "sed = 1",
        "n.toml:3:1: unknown key `sed` in the network (did you mean `seed`?); legal: format, include, let, dt, duration, until, seed, wiring_seed, wiring, template, \
         population, projection, stimulus, record\n  sed = 1",
    );
    check_change(
        "tau = \"20 ms\"",
        "tao = \"20 ms\"",
        "n.toml:10:18: population[cells].params.tao: model lif has no `tao` (did you mean `tau`?); legal: tau, r, v_th, v_reset, v_rest, \
         reset",
    );
}

#[test]
fn a_wrong_dimension() {
    check_change(
        "tau = \"20 ms\"",
        "tau = \"20 mV\"",
        "n.toml:10:18: population[cells].params.tau: 20 mV has dimension voltage, expected time (ms)",
    );
    check_change(
        "weight = \"0.5 mV\"",
        "weight = \"0.5 nS\"",
        "n.toml:18:10: projection[cells→cells.in].weight: 0.5 nS has dimension conductance, expected voltage (mV)",
    );
    check_change(
        "dt = \"0.1 ms\"",
        "dt = \"0.1 mV\"",
        "n.toml:1:6: dt: 0.1 mV has dimension voltage, expected time (ms); legal: a time above 0",
    );
}

#[test]
fn an_unknown_unit() {
    check_change(
        "tau = \"20 ms\"",
        "tau = \"20 mins\"",
        "n.toml:10:18: `tau`: `mins` is not a unit; legal: s, V, A, ohm (Ω), S, F, Hz, mol, M (molar), m, g, with a \
         prefix f p n u (µ) m k M G or none; 1; and expressions of these with * / ^ and parentheses\n  \
         params = { tau = \"20 mins\", v_th = \"20 mV\" }",
    );
}

#[test]
fn an_unknown_name() {
    check_change(
        "model = \"lif\"",
        "model = \"liff\"",
        &format!(
            "n.toml:8:9: population[cells].model: there is no neuron `liff` (did you mean `lif`?); legal: {}",
            crate::networks::neurons()
        ),
    );
    check_change(
        "pre = \"cells\"",
        "pre = \"cell\"",
        "n.toml:14:7: projection[cell→cells.in].pre: there is no population `cell` (did you mean `cells`?); legal: cells",
    );
    check_change(
        "port = \"in\"",
        "port = \"inn\"",
        "n.toml:16:8: projection[cells→cells.inn].port: population `cells` has no port `inn` (did you mean `in`?); legal: in",
    );
    check_change(
        "reset = \"hard\"",
        "reset = \"firm\"",
        "n.toml:9:9: population[cells].params.reset: `firm` is not a choice of model lif; legal: soft or hard",
    );
    check_change(
        "[[projection]]",
        "[[record]]\npopulation = \"cells\"\nwhat = [\"u\"]\n\n[[projection]]",
        "n.toml:15:8: record[0].what: population `cells` has no variable `u`; legal: spikes, v",
    );
}

#[test]
fn a_value_out_of_range() {
    check_change(
        "v_th = \"20 mV\"",
        "v_th = \"-20 mV\"",
        "n.toml:10:34: population[cells].params.v_th: -20 mV; legal: > v_reset (0 mV)",
    );
    check_change(
        "delay = \"1 ms\"",
        "delay = \"0.01 ms\"",
        "n.toml:19:9: projection[cells→cells.in].delay: 0.01 ms; legal: 0.1 ms (one step) to 1073741823 steps, or 0 where \
         that closes no loop",
    );
    check_change(
        "duration = \"20 ms\"",
        "duration = \"-1 s\"",
        "n.toml:2:12: duration: is -1 s; legal: a time of 0 or more",
    );
    check_change(
        "duration = \"20 ms\"",
        "duration = \"1e9 s\"",
        "n.toml:2:12: duration: 1e9 s is 1e13 steps; legal: 0 to 429496729.5 ms",
    );
    check_change(
        "duration = \"20 ms\"",
        "duration = \"0.04 ms\"",
        "n.toml:2:12: duration: 0.04 ms is less than half a step; legal: 0 ms, or 0.1 ms (one step) or more",
    );
    check_change(
        "size = 20",
        "size = 0",
        "n.toml:7:8: `size` must be a whole number from 1 to 4294967295, found 0\n  size = 0",
    );
    check_change(
        "connect = { fixed_indegree = 5 }",
        "connect = { fixed_indegree = 50, multapses = false }",
        "n.toml:17:11: projection[cells→cells.in].connect: fixed_indegree is 50, but each target has only 20 possible sources; \
         legal: at most 20, or multapses",
    );
}

#[test]
fn a_number_that_f32_does_not_hold() {
    let legal = "legal: 0, or 1.2e-38 to 3.4e38 ms in size";
    for tau in ["1e39 ms", "1e-50 ms"] {
        check_change(
            "tau = \"20 ms\"",
            &format!("tau = \"{tau}\""),
            &format!("n.toml:10:18: population[cells].params.tau: {tau}; {legal}"),
        );
    }
    let too_near = "is too near to 0 to be told from it";
    check_change(
        "tau = \"20 ms\"",
        "tau = \"1e-999 ms\"",
        &format!("n.toml:10:18: `tau`: `1e-999 ms` {too_near}\n  params = {{ tau = \"1e-999 ms\", v_th = \"20 mV\" }}"),
    );
}

#[test]
fn no_duration_anywhere() {
    let folder = Folder::with(&[("duration = \"20 ms\"\n", "")]);
    check(
        &folder,
        "n.toml: the network file has no `duration`, and there is no --duration; legal: one of the two, as \
         duration = \"1 s\"",
    );
    folder.run(&["run", "n.toml", "--device", "reference", "--duration", "1 ms"]).done();
}

#[test]
fn more_neurons_than_are_counted() {
    let alone = "dt = \"0.1 ms\"\nduration = \"1 ms\"\n";
    let cells = |name: &str| format!("[[population]]\nname = \"{name}\"\nsize = 2200000000\nmodel = \"lif\"\n");
    check(
        &Folder::new().write("n.toml", format!("{alone}{}{}", cells("a"), cells("b"))),
        "network: 4400000000 neurons; legal: at most 4294967295",
    );
}

#[test]
#[cfg(unix)]
fn an_included_file_is_a_file() {
    let folder = Folder::with(&[("seed = 1\n", "seed = 1\ninclude = [\"pipe.toml\"]\n")]);
    assert!(std::process::Command::new("mkfifo").arg(folder.path("pipe.toml")).status().unwrap().success());
    let expected = "n.toml:4:12: include: pipe.toml: it is a pipe or a device; legal: a file";
    folder.run(&["run", "n.toml", "--device", "reference"]).failed(2, expected);
}
