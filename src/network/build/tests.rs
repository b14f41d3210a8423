//! The builder says what a network file says.

use super::*;
use crate::network::{
    Array, Connect, Current, NetworkFile, PoissonEncoder, PoissonInput, PoissonSpikes, Sampler, SpikeTimes,
    StimulusModel,
};
use crate::units::{Literal, Unit};

/// The same network as a file and in Rust.
#[test]
fn files_and_builder_say_the_same() {
    let file = r#"
        dt = "0.1 ms"
        duration = "1 s"
        seed = 42
        [[population]]
        name = "exc"
        size = 3200
        model = "lif_ref"
        reset = "hard"
        params = { tau = "20 ms", v_th = { uniform = ["-51 mV", "-49 mV"] }, beta = 0.3 }
        init = { v = { normal = ["-55 mV", "2 mV"] }, a = { exponential = "0.2 mV" } }
        ports = { ampa = { synapse = "expon", tau = "5 ms", output = { coba = "0 mV" } }, jump = { output = "delta" } }
        [[population]]
        name = "inh"
        size = 2
        model = "own.wgsl"
        params.tau = { values = [20, 21.5], unit = "ms" }
        ports.gaba = { synapse = "dual_expon", tau_decay = "10 ms", tau_rise = "1 ms", output = "cuba" }
        ports.slow = { synapse = "alpha", tau = "80 ms", output = { mg_block = { e = "0 mV", cc_mg = "1.2 mM" } } }
        [[projection]]
        pre = "exc"
        post = "exc"
        port = "ampa"
        connect = { pairwise_bernoulli = 0.02, autapses = false }
        weight = "6 nS"
        delay = { lognormal = ["1.5 ms", 0.5] }
        [[projection]]
        name = "sparse"
        pre = "exc"
        post = "inh"
        port = "gaba"
        connect = { list = [[0, 1], [3, 0]], multapses = false }
        weight = { npy = "w.npy", unit = "mA" }
        delay = "0.1 ms"
        [[stimulus]]
        name = "drive"
        kind = "poisson_input"
        target = "exc"
        neurons = [3, 3]
        port = "jump"
        sources = 1000
        rate = "8 Hz"
        weight = "0.1 mV"
        sampler = "poisson"
        [[stimulus]]
        kind = "current"
        target = "exc"
        value = "300 pA"
        [[stimulus]]
        kind = "current"
        target = "inh"
        neurons = [1]
        trace = { values = [[1], [2]], unit = "nA" }
        [[stimulus]]
        kind = "spike_times"
        target = "exc"
        neurons = [0, 3]
        times = { values = [1, 2.5], unit = "ms" }
        weight = "6 nS"
        port = "ampa"
        [[stimulus]]
        kind = "poisson_spikes"
        target = "exc"
        neurons = [1]
        port = "jump"
        rate = "8 Hz"
        weight = "1 mV"
        [[stimulus]]
        kind = "poisson_encoder"
        target = "exc"
        rates = { values = [1, 2], unit = "kHz" }
        weight = "1 mV"
        [[stimulus]]
        kind = "poisson_encoder"
        target = "exc"
        neurons = [0]
        port = "jump"
        rate = "3 Hz"
        weight = "1 mV"
        [[stimulus]]
        kind = "current_sine"
        target = "inh"
        neurons = [1]
        amplitude = "1 mA"
        frequency = "50 Hz"
        [[record]]
        population = "exc"
        what = ["spikes", "v"]
        every = "1 ms"
        neurons = [0, 1, 2]
    "#;
    let mut net = Network::new(0.1.ms()).seed(42).duration(1.0.s());
    let lif_ref = Neuron::from("lif_ref")
        .param("tau", 20.0.ms())
        .param("v_th", uniform((-51.0).mv(), (-49.0).mv()))
        .param("beta", 0.3)
        .param("reset", Value::choice("hard"));
    let exc = net.add(
        Population::new("exc", 3200, lif_ref)
            .init("v", normal((-55.0).mv(), 2.0.mv()))
            .init("a", exponential(0.2.mv()))
            .port("ampa", Port::expon(5.0.ms()).coba(0.0.mv()))
            .port("jump", Port::delta()),
    );
    let mut slow = Port::alpha(80.0.ms()).mg_block(0.0.mv());
    slow.output = slow.output.param("cc_mg", 1.2.millimolar());
    let inh = net.add(
        Population::new("inh", 2, Neuron::file("own.wgsl").param("tau", Typed::from(vec![20.0.ms(), 21.5.ms()])))
            .port("gaba", Port::dual_expon(10.0.ms(), 1.0.ms()).cuba())
            .port("slow", slow),
    );
    let sparse = Connect::pairwise_bernoulli(0.02).autapses(false);
    net.connect(&exc, &exc, "ampa", sparse, 6.0.nanosiemens(), lognormal(1.5.ms(), 0.5));
    let pairs = Connect::list([(0, 1), (3, 0)]).multapses(false).name("sparse");
    net.connect("exc", inh, "gaba", pairs, Array::npy("w.npy", "mA").unwrap(), 0.1.ms());
    let poisson = PoissonInput::new(&exc, 1000, 8.0.hz(), 0.1.mv());
    net.stimulate(poisson.neurons([3, 3]).port("jump").sampler(Sampler::Poisson).name("drive"));
    net.stimulate(Current::new(&exc, 300.0.pa()));
    net.stimulate(Current::trace("inh", Array::inline(vec![1.0, 2.0], &[2, 1], "nA").unwrap()).neurons([1]));
    net.stimulate(SpikeTimes::new(&exc, [(0, 1.0.ms()), (3, 2.5.ms())], 6.0.nanosiemens()).port("ampa"));
    net.stimulate(PoissonSpikes::new(&exc, 8.0.hz(), 1.0.mv()).neurons([1]).port("jump"));
    let rates = Array::inline(vec![1.0, 2.0], &[2], "kHz").unwrap();
    net.stimulate(PoissonEncoder::trace(&exc, rates, 1.0.mv()));
    net.stimulate(PoissonEncoder::new(&exc, 3.0.hz(), 1.0.mv()).neurons([0]).port("jump"));
    let sine = StimulusModel::new("inh", "current_sine").param("amplitude", 1.0.ma());
    net.stimulate(sine.param("frequency", 50.0.hz()).neurons([1]));
    net.record(Record::new(&exc, ["spikes", "v"]).every(1.0.ms()).neurons([0, 1, 2]));
    assert_eq!(NetworkFile::parse(file, "net.toml").unwrap().network, net);
}

#[test]
fn typed_values_check_their_unit() {
    let tau: Typed<Time> = Typed::array(vec![1.0, 2.0], "s").unwrap();
    let array = Array::Inline { values: vec![1.0, 2.0], shape: vec![2], unit: Unit::SECOND };
    assert_eq!(Value::from(tau), Value::Array(array));
    let refused = |typed: crate::Result<Typed<Time>>| typed.unwrap_err().to_string();
    assert_eq!(refused(Typed::array(vec![1.0], "mV")), "array: expected time (ms), found voltage (mV)");
    assert_eq!(refused(Typed::npy("tau.npy", "1")), "array: expected time (ms), found a number without unit");
    assert!(refused(Typed::npy("tau.npy", "min")).starts_with("array: `min` is not a unit; legal: s, V"));
    let shape = Array::inline(vec![1.0], &[2, 3], "1").unwrap_err().to_string();
    assert_eq!(shape, "array: 1 numbers do not fill the shape [2, 3]; legal: as many numbers as the shape says");
}
