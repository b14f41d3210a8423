//! What a stimulus may not be told, word for word.

use neuropil::network::NetworkFile;
use neuropil::plan::{LowerOptions, Plan};

#[test]
fn what_a_stimulus_may_not_be_told() {
    let check = |stimulus: &str, expected: &str| {
        let population =
            "[[population]]\nname = \"p\"\nsize = 3\nmodel = \"lif\"\nports = { in = { output = \"delta\" } }";
        let text = format!("dt = \"0.1 ms\"\n{population}\n[[stimulus]]\ntarget = \"p\"\n{stimulus}\n");
        let file = NetworkFile::parse(&text, "n.toml").unwrap();
        let error = Plan::lower(&file.network, &LowerOptions::default()).map(|_| ());
        let error = error.expect_err(stimulus);
        assert_eq!(file.locate(error).to_string(), format!("n.toml:{expected}"), "{stimulus}");
    };
    check(
        "kind = \"noise\"",
        "9:8: stimulus[0].kind: there is no stimulus `noise`; legal: poisson_input, poisson_encoder, current, dense, \
         spike_times, poisson_spikes, current_step, current_ramp, current_sine, ornstein_uhlenbeck",
    );
    check(
        "kind = \"trace\"",
        "9:8: stimulus[0].kind: there is no stimulus `trace`; legal: poisson_input, poisson_encoder, current, dense, \
         spike_times, poisson_spikes, current_step, current_ramp, current_sine, ornstein_uhlenbeck",
    );
    check(
        "kind = \"poisson_spikes\"\nrates = \"1 Hz\"",
        "10:9: stimulus[0].rates: stimulus poisson_spikes has no `rates`; legal: rate, weight",
    );
    check(
        "kind = \"poisson_spikes\"\nthreshold = 5",
        "10:13: stimulus[0].threshold: stimulus poisson_spikes has no `threshold`; legal: rate, weight",
    );
    check(
        "kind = \"poisson_spikes\"\nrate = \"20 kHz\"",
        "10:8: stimulus[0].rate: 20000 Hz is 2 events in a step of 0.1 ms; legal: at most one event in a step: \
         0 to 10000 Hz",
    );
    check("kind = \"poisson_spikes\"\nrate = \"-1 Hz\"", "10:8: stimulus[0].rate: -1 Hz; legal: >= 0 Hz");
    check(
        "kind = \"poisson_spikes\"\nneurons = [1, 1]",
        "10:11: stimulus[0].neurons: a neuron is listed twice; legal: each once",
    );
    check(
        "kind = \"current_step\"\namplitude = \"1 mV\"\nstop = \"1 ms\"",
        "10:13: stimulus[0].amplitude: 1 mV has dimension voltage, expected current (mA)",
    );
    check(
        "kind = \"current_step\"\namplitude = \"1 mA\"",
        "7:1: stimulus[0].stop: stimulus current_step needs a value, it has no default; legal: a quantity in ms",
    );
    check(
        "kind = \"current_step\"\nstart = \"2 ms\"\nstop = \"1 ms\"",
        "11:8: stimulus[0].stop: 1 ms; legal: >= start (2 ms)",
    );
    check(
        "kind = \"ornstein_uhlenbeck\"\nport = \"in\"",
        "10:8: stimulus[0].port: stimulus ornstein_uhlenbeck is a current, which enters no port; legal: no key `port`",
    );
    check(
        "kind = \"poisson_encoder\"\nweight = \"1 mV\"\nrates = { values = [1, 20], unit = \"kHz\" }",
        "11:9: stimulus[0].rates: 20000 Hz is 2 events in a step of 0.1 ms; legal: at most one event in a step: \
         0 to 10000 Hz",
    );
}
