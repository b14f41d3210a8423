//! Networks that several themes run.

use neuropil::model::{Lif, LifRef, Reset};
use neuropil::network::{
    Array, Connect, Current, Network, NetworkFile, PoissonInput, Population, Port, SpikeTimes, Typed, normal, uniform,
};
use neuropil::units::Literal;
use std::path::Path;

/// A network of `networks/`.
pub fn shipped(name: &str) -> Network {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("networks").join(format!("{name}.toml"));
    NetworkFile::read(path).expect("neuropil's own networks are sound").network
}

/// Brunel's network with a fifth of the neurons and synapses five times as strong: 625,000 synapses, delays of 15 steps.
pub fn small_brunel(seed: u64) -> Network {
    let neuron = LifRef::new().tau(20.0.ms()).v_th(20.0.mv()).reset(Reset::Hard).tau_ref(2.0.ms());
    let mut net = Network::new(0.1.ms()).seed(seed);
    let exc = net.add(Population::new("exc", 2000, neuron.clone()).port("spikes", Port::delta()));
    let inh = net.add(Population::new("inh", 500, neuron).port("spikes", Port::delta()));
    for post in [&exc, &inh] {
        net.connect(&exc, post, "spikes", Connect::fixed_indegree(200), 0.4.mv(), 1.5.ms());
        net.connect(&inh, post, "spikes", Connect::fixed_indegree(50), (-2.0).mv(), 1.5.ms());
        net.stimulate(PoissonInput::new(post, 1000, 25.0.hz(), 0.08.mv()));
    }
    net
}

/// Every way that values can reach a kernel at once: two slabs, one of six populations with parameters of their own, one of
/// them with a value for each neuron; two ports of different kinds; delays and weights constant and drawn, on several
/// projections; every stimulus, on some populations only, on some of their neurons only.
pub fn zoo() -> Network {
    let mut net = Network::new(0.1.ms()).seed(7);
    for index in 0..6u32 {
        let x = f64::from(index);
        let mut neuron = LifRef::new()
            .tau((15.0 + 2.0 * x).ms())
            .r(100.0.megaohm())
            .v_th((-50.0 + 0.3 * x).mv())
            .v_reset((-60.0 - 0.2 * x).mv())
            .v_rest((-58.0 - x).mv())
            .tau_ref((1.0 + 0.7 * x).ms());
        if index % 2 == 0 {
            neuron = neuron.reset(Reset::Hard);
        }
        let size = 37 + 11 * index;
        if index == 4 {
            let each = |first: f64, step: f64| (0..size).map(|neuron| first + step * f64::from(neuron)).collect();
            neuron = neuron.tau(Typed::array(each(10.0, 0.1), "ms").expect("ms is a time"));
            neuron = neuron.tau_ref(Typed::array(each(0.5, 0.07), "ms").expect("ms is a time"));
        }
        net.add(
            Population::new(format!("cells{index}"), size, neuron)
                .init("v", uniform((-60.0).mv(), (-50.0).mv()))
                .init("ampa.g", normal(5.0.nanosiemens(), 1.0.nanosiemens()))
                .port("ampa", Port::expon((3.0 + x).ms()).coba((0.5 * x).mv()))
                .port("gaba", Port::expon(8.0.ms()).coba((-80.0).mv())),
        );
    }
    let relay = net.add(
        Population::new("relay", 50, Lif::new().tau(10.0.ms()).v_th(15.0.mv()))
            .port("slow", Port::expon(4.0.ms()).cuba())
            .port("fast", Port::delta()),
    );
    let cells = |index: u32| format!("cells{index}");
    let jump = normal(1.5.mv(), 0.8.mv());
    let late = uniform(0.35.ms(), 2.6.ms());
    net.connect(cells(0), cells(1), "ampa", Connect::pairwise_bernoulli(0.3), 2.0.nanosiemens(), 0.4.ms());
    net.connect(cells(0), cells(5), "ampa", Connect::fixed_outdegree(9), 2.0.nanosiemens(), 0.4.ms());
    net.connect(cells(0), cells(2), "gaba", Connect::fixed_indegree(12), 3.0.nanosiemens(), late.clone());
    net.connect(cells(1), cells(1), "gaba", Connect::all_to_all().autapses(false), 1.0.nanosiemens(), 2.0.ms());
    let weight = uniform(1.0.nanosiemens(), 4.0.nanosiemens());
    net.connect(cells(3), cells(4), "ampa", Connect::fixed_total_number(900), weight, late.clone());
    net.connect(cells(5), &relay, "fast", Connect::pairwise_bernoulli(0.2), jump, late);
    net.connect(cells(2), &relay, "slow", Connect::pairwise_bernoulli(0.2), 2.0.ma(), 0.3.ms());
    net.connect(&relay, &relay, "fast", Connect::one_to_one(), (-1.0).mv(), 0.5.ms());
    net.connect(&relay, cells(3), "ampa", Connect::fixed_indegree(5), 2.0.nanosiemens(), 1.0.ms());

    net.stimulate(Current::new(cells(0), 150.0.pa()));
    net.stimulate(Current::new(cells(1), (0..48).map(|i| (80.0 + 2.0 * f64::from(i)).pa()).collect::<Vec<_>>()));
    net.stimulate(Current::new(cells(1), 20.0.pa()).neurons([3, 3, 9]));
    let wave = |step: u32| 120.0 * (1.0 + (f64::from(step) / 40.0).sin());
    let trace = Array::inline((0..300).map(wave).collect(), &[300], "pA").expect("the shape fits");
    net.stimulate(Current::trace(cells(5), trace));
    let columns = (0..200).flat_map(|step| [wave(step), 300.0 - wave(step)]).collect();
    let trace = Array::inline(columns, &[200, 2], "pA").expect("the shape fits");
    net.stimulate(Current::trace(cells(4), trace).neurons([7, 30]));
    net.stimulate(PoissonInput::new(cells(2), 80, 30.0.hz(), 1.5.nanosiemens()).port("ampa"));
    net.stimulate(PoissonInput::new(cells(3), 50, 60.0.hz(), 0.6.mv()));
    let rates: Vec<_> = (0..30).map(|i| (40.0 + f64::from(i)).hz()).collect();
    net.stimulate(PoissonInput::new(cells(4), 100, rates, 0.4.mv()).neurons(10..40));
    net.stimulate(PoissonInput::new(&relay, 1000, 9.0.hz(), 0.15.mv()));
    let times = (0..60).map(|i| (i % 40, (0.3 * f64::from(i)).ms()));
    net.stimulate(SpikeTimes::new(cells(5), times.clone(), 4.0.nanosiemens()).port("gaba"));
    net.stimulate(SpikeTimes::new(&relay, times, 3.0.mv()));
    net
}

/// What a population's `model` may be, as messages say it.
pub fn neurons() -> String {
    let models = neuropil::model::catalogue().unwrap().iter();
    let neurons = models.filter(|model| model.kind == neuropil::model::ModelKind::Neuron);
    let names: Vec<_> = neurons.map(|model| model.name()).collect();
    format!("{}, or a .wgsl file", names.join(", "))
}
