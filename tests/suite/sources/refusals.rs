//! What a stimulus may not be told, word for word.

use neuropil::network::{Array, Network, NetworkFile, Population, Stimulus, StimulusModel, Value, uniform};
use neuropil::plan::{LowerOptions, Plan};
use neuropil::units::Literal;

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
         spike_times, poisson_spikes, current_step, current_ramp, current_sine, ornstein_uhlenbeck, white_noise, or a .wgsl file",
    );
    check(
        "kind = \"trace\"",
        "9:8: stimulus[0].kind: there is no stimulus `trace`; legal: poisson_input, poisson_encoder, current, dense, \
         spike_times, poisson_spikes, current_step, current_ramp, current_sine, ornstein_uhlenbeck, white_noise, or a .wgsl file",
    );
    check(
        "kind = \"poisson_spikes\"\nrates = \"1 Hz\"",
        "10:9: stimulus[0].rates: stimulus poisson_spikes has no `rates` (did you mean `rate`?); legal: rate, weight",
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

/// What a file's reader sees at once a builder may still say.
#[test]
fn what_a_stimulus_may_not_be_told_by_its_catalogue_name() {
    let check = |stimulus: Stimulus, expected: &str| {
        let mut net = Network::new(0.1.ms());
        net.add(Population::new("p", 3, "lif"));
        net.stimulate(stimulus);
        assert_eq!(net.check().unwrap_err().to_string(), format!("stimulus[0]{expected}"));
    };
    let of = |kind: &str| StimulusModel::new("p", kind);
    let times = || Array::inline(vec![1.0], &[1], "ms").unwrap();
    check(of("current").into(), ": a current needs the key `value` or the key `trace`");
    let both = of("current").param("value", 1.0.ma()).param("trace", times());
    check(both.into(), ".trace: a current has either `value` or `trace`, not both");
    let port = of("current").param("value", 1.0.ma()).port("in");
    check(port.into(), ".port: stimulus current enters no port; legal: no key `port`");
    check(
        of("current").param("values", 1.0.ma()).into(),
        ".values: stimulus current has no `values` (did you mean `value`?); legal: value, trace, start, stop",
    );
    check(of("current").param("trace", 1.0.ma()).into(), ".trace: is 1 mA; legal: an array");
    check(
        of("spike_times").param("times", times()).param("weight", 1.0.mv()).into(),
        ".neurons: a stimulus of given spikes needs them; legal: the neuron of each spike",
    );
    check(
        of("spike_times").param("times", uniform(1.0.ms(), 2.0.ms())).neurons([1]).into(),
        ".times: is a distribution; legal: an array of times",
    );
    check(of("dense").param("weight", 1.0.ma()).into(), ".input: a dense input needs it; legal: an array");
    let input = || of("poisson_input").param("rate", 1.0.hz()).param("weight", 1.0.mv());
    check(input().into(), ".sources: a Poisson input needs it; legal: a whole number from 0 to 4294967295");
    for (sources, said) in [(-1.0, "-1"), (0.5, "0.5"), (5e9, "5e9")] {
        let said = format!(".sources: is {said}; legal: a whole number from 0 to 4294967295");
        check(input().param("sources", sources).into(), &said);
    }
    let legal = "legal: auto, normal, binomial or poisson";
    for (value, said) in [(Value::choice("exact"), "exact"), (2.0.into(), "2")] {
        let input = input().param("sources", 5.0).param("sampler", value);
        check(input.into(), &format!(".sampler: is {said}; {legal}"));
    }
}
