//! What no sweep can be, said before anything runs.

use super::{Folder, RATE, sweep};

/// A sweep with these arguments fails with this message, and nothing is written.
#[track_caller]
fn refused(arguments: &[&str], message: &str) {
    let folder = Folder::new();
    sweep(&folder, "reference", arguments).failed(2, message);
    assert!(!folder.path("here").exists());
}

#[test]
fn a_value_that_no_item_may_have() {
    refused(
        &["--set", "dt=[0.1 ms, 0.05 ms]", "--set", "stimulus[0].rate=[1 Hz, 3 nS]"],
        "--set 'stimulus[0].rate=3 nS': stimulus[0].rate: 3 nS has dimension conductance, expected frequency (Hz); legal: a \
         frequency of 0 or more",
    );
    refused(
        &["--set", "stimulus[0].rate=8 ms..9 ms/3"],
        "--set 'stimulus[0].rate=8 ms': stimulus[0].rate: 8 ms has dimension time, expected frequency (Hz); legal: a frequency of \
         0 or more",
    );
    refused(
        &["--set", "population[cell].size=[1, 2]"],
        "--set 'population[cell].size=1': population[cell].size: there is no population `cell` (did you mean `cells`?); legal: cells",
    );
}

#[test]
fn a_first_item_that_cannot_be_lowered() {
    refused(
        &["--set", RATE, "--set", "population[cells].params.v_th=-20 mV..20 mV/3"],
        "--set 'population[cells].params.v_th=-20 mV': population[cells].params.v_th: -20 mV; legal: > v_reset (0 mV)",
    );
    refused(
        &["--set", RATE, "--duration", "0.04 ms"],
        "--duration: 0.04 ms is less than half a step; legal: 0 ms, or 0.1 ms (one step) or more",
    );
    let folder = Folder::with(&[("v_th = \"20 mV\"", "v_th = \"-20 mV\"")]);
    let message = "n.toml:10:34: population[cells].params.v_th: -20 mV; legal: > v_reset (0 mV)";
    sweep(&folder, "reference", &["--set", RATE]).failed(2, message);
    let folder = Folder::with(&[("duration = \"20 ms\"\n", "")]);
    let message = "n.toml: the network file has no `duration`, and there is no --duration; legal: one of the two, as duration = \
                   \"1 s\"";
    sweep(&folder, "reference", &["--set", RATE]).failed(2, message);
}

#[test]
fn what_is_varied_twice() {
    refused(
        &["--set", RATE, "--set", RATE],
        "--set stimulus[0].rate: it is varied twice; legal: one --set for each path, with all its values",
    );
    for [one, other] in [
        ["projection[0].weight", "projection[cells->cells.in].weight"],
        ["population[cells].size", "population[0].size"],
        ["population[cells].reset", "population[0].params.reset"],
    ] {
        refused(
            &["--set", &format!("{one}=[1, 2]"), "--set", &format!("{other}=[3, 4]")],
            &format!(
                "--set {other}: it is varied twice, before as {one}; legal: one --set for each path, with all its values"
            ),
        );
    }
    refused(&["--set", "seed=[1, 2]"], "--set seed: the seeds of items have an option of their own; legal: --seeds");
    refused(
        &["--set", "duration=[1 ms, 2 ms]", "--duration", "1 ms"],
        "--set duration: --duration gives all items theirs; legal: one of the two",
    );
}

#[test]
fn more_items_than_anybody_runs() {
    let legal = "legal: up to 10000000, with fewer values or seeds, or --zip";
    let sets = ["a", "b", "c", "d", "e"].map(|path| format!("{path}=0..1/4000"));
    let set = sets.each_ref().map(|set| ["--set", set]).concat();
    refused(&set[..4], &format!("--set: all combinations are 16000000 items; {legal}"));
    let problem = "all combinations are more than 18446744073709551615 items";
    refused(&[&set[..], &["--seeds", "0..4000"]].concat(), &format!("--set: {problem}; {legal}"));
}

#[test]
fn lists_of_several_lengths_together() {
    refused(
        &["--zip", "--set", RATE, "--set", "projection[0].weight=[1 mV, 2 mV]"],
        "--zip: stimulus[0].rate has 3 values, and projection[0].weight has 2; legal: as many of each",
    );
}

#[test]
fn what_is_no_range() {
    let hint = "\n\nFor more information, try '--help'.";
    let set = "PATH=A..B/N (N values from A to B), PATH=A..B/N log, PATH=[A, B, C] or PATH=A, as 'projection[0].weight=1 nS..3 \
               nS/21'; PATH, PATH=… for several that change together";
    let problem = "`1 Hz..2 Hz` does not say how many values there are";
    refused(
        &["--set", "stimulus[0].rate=1 Hz..2 Hz"],
        &format!(
            "invalid value 'stimulus[0].rate=1 Hz..2 Hz' for '--set <PATH=VALUES>': {problem}; legal: {set}{hint}"
        ),
    );
    let seeds = "A..B (without B), [A, B, C] or A, of whole numbers from 0 to 18446744073709551615";
    refused(
        &["--seeds", "x"],
        &format!("invalid value 'x' for '--seeds <SEEDS>': `x` are no seeds; legal: {seeds}{hint}"),
    );
    refused(
        &["--keep", "v"],
        &format!("invalid value 'v' for '--keep <WHAT>'\n  [possible values: spikes, traces]{hint}"),
    );
}
