//! The network that remembers: what was cued keeps firing until the reset, as in Brunel & Wang 2001, and NMDA receptors are why.

use crate::device::{cpu, rate_between, run};
use neuropil::cpu::Precision;
use neuropil::network::NetworkFile;
use neuropil::recording::Recording;
use std::path::Path;

/// `networks/working_memory.toml` with other values of some variables, so many seconds of it.
fn recorded(variables: &[(&str, &str)], seconds: f64) -> Recording {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("networks/working_memory.toml");
    let mut file = NetworkFile::read(path).unwrap();
    for (name, value) in variables {
        file.set(&format!("let.{name}"), *value).unwrap();
    }
    run(&file.network, &cpu(Precision::F32), (1e4 * seconds) as u32)
}

/// Rates of `a`, `b`, `other` and `inh` in Hz from one time to another.
fn rates(recording: &Recording, from: f64, to: f64) -> [f64; 4] {
    let rates = ["a", "b", "other", "inh"].map(|name| rate_between(recording, name, [from, to]));
    println!("{from} s to {to} s: {rates:.1?} Hz");
    rates
}

/// Before a cue excitatory neurons fire at some Hz, and interneurons at more.
fn check_spontaneous([a, b, other, inh]: [f64; 4]) {
    for rate in [a, b, other] {
        assert!((0.4..4.0).contains(&rate), "{a}, {b}, {other} Hz");
    }
    assert!((4.0..10.0).contains(&inh), "{inh} Hz");
}

#[test]
fn what_was_cued_is_kept_until_the_reset() {
    let recording = recorded(&[], 2.9);
    check_spontaneous(rates(&recording, 0.1, 0.5));
    let [cued, ..] = rates(&recording, 0.5, 0.75);
    assert!(cued > 25.0, "{cued} Hz while the cue is there");
    for [from, to] in [[0.85, 1.35], [1.35, 1.8], [1.8, 2.25]] {
        let [a, b, other, inh] = rates(&recording, from, to);
        assert!((20.0..45.0).contains(&a), "{a} Hz");
        assert!(b < 2.0 && other < 2.5, "{b} and {other} Hz");
        assert!((8.0..14.0).contains(&inh), "{inh} Hz");
    }
    let [a, b, other, _] = rates(&recording, 2.6, 2.9);
    assert!(a < 8.0 && b < 8.0 && other < 4.0, "{a}, {b} and {other} Hz after the reset");
}

#[test]
fn without_a_cue_nothing_is_kept() {
    let recording = recorded(&[("cue", "0 Hz")], 2.0);
    for [from, to] in [[0.1, 0.7], [0.7, 1.4], [1.4, 2.0]] {
        check_spontaneous(rates(&recording, from, to));
    }
}

/// The rates before the cue are the same, for the background is stronger.
#[test]
fn without_nmda_receptors_nothing_is_kept() {
    let none = [("g_nmda", "0 nS"), ("g_nmda_inh", "0 nS"), ("background", "3.9 Hz")];
    let recording = recorded(&none, 1.3);
    check_spontaneous(rates(&recording, 0.1, 0.5));
    let [cued, ..] = rates(&recording, 0.5, 0.75);
    assert!(cued > 4.0, "{cued} Hz while the cue is there");
    check_spontaneous(rates(&recording, 0.85, 1.3));
}
