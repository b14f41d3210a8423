//! Networks for the CPU engine: one of all kinds at once, and one whose spikes no rounding decides.

use crate::networks::zoo;
use neuropil::model::{LeakyRateReadout, Lif, LifSyn, Reset};
use neuropil::network::{
    Array, Connect, Dense, Initialiser, Network, PoissonEncoder, PoissonSpikes, Population, Port, Record, Scheme,
    StimulusModel, Storage, lognormal, uniform,
};
use neuropil::units::Literal;

/// What the zoo has, and beside it every other stimulus, a port onto a variable, a readout, levels without delay, rows that are drawn
/// whenever they are needed, recorders of some neurons; populations of fewer neurons than lanes, and of more than a block.
pub fn everything() -> Network {
    let mut net = zoo();
    let long = net.add(
        Population::new("long", 1100, LifSyn::new()).port("onto", Port::delta().onto("g")).port("in", Port::delta()),
    );
    let tiny = net.add(Population::new("tiny", 1, Lif::new().v_th(2.0.mv())).port("in", Port::delta()));
    let few = Population::new("few", 13, Lif::new().v_th(5.0.mv()).tau(5.0.ms())).port("in", Port::delta());
    let few = few.port("nmda", Port::dual_expon(uniform(8.0.ms(), 12.0.ms()), 2.0.ms()).mg_block(50.0.mv()));
    let few = net.add(few.port("alpha", Port::alpha(uniform(2.0.ms(), 3.0.ms())).cuba()));
    let readout = net.add(Population::new("readout", 5, LeakyRateReadout::new()).port("x", Port::sum()));

    let drawn = |net: &mut Network| {
        net.projections.last_mut().expect("one was added").storage = Storage::Procedural;
    };
    net.connect("relay", &long, "in", Connect::pairwise_bernoulli(0.2), lognormal(0.4.mv(), 0.5), 0.5.ms());
    drawn(&mut net);
    net.connect(&long, &long, "onto", Connect::fixed_outdegree(7), 0.3.mv(), uniform(0.3.ms(), 1.2.ms()));
    drawn(&mut net);
    net.connect(&few, &tiny, "in", Connect::all_to_all(), 0.9.mv(), 0.0.ms());
    net.connect(
        &tiny,
        &few,
        "nmda",
        Connect::all_to_all(),
        uniform(10.0.millisiemens(), 60.0.millisiemens()),
        0.3.ms(),
    );
    net.connect(&long, &few, "alpha", Connect::fixed_indegree(20), uniform(0.1.ma(), 0.4.ma()), 0.5.ms());
    net.connect(&tiny, &few, "in", Connect::all_to_all(), (-0.2).mv(), 0.4.ms());
    let scheme = Initialiser::new(Scheme::LecunNormal, 1.0);
    net.connect(&few, &readout, "x", Connect::all_to_all(), scheme, 0.0.ms());

    net.stimulate(PoissonSpikes::new(&long, uniform(100.0.hz(), 900.0.hz()), 2.5.mv()).port("onto"));
    net.stimulate(PoissonEncoder::new(&few, uniform(0.0.hz(), 4000.0.hz()), 2.0.mv()));
    let rates = Array::inline((0..50).map(f64::from).collect(), &[50], "Hz").expect("the shape fits");
    net.stimulate(PoissonEncoder::trace(&long, rates, 3.0.mv()).port("in"));
    let model = |target, name: &str| StimulusModel::new(target, name);
    net.stimulate(model(&few, "ornstein_uhlenbeck").param("sigma", 3.0.ma()).param("tau", 2.0.ms()));
    let noise = model(&few, "white_noise").param("mean", 0.5.ma()).param("sigma", 2.0.ma());
    net.stimulate(noise.param("every", uniform(0.0.ms(), 0.9.ms())).param("start", 1.3.ms()).neurons(2..12));
    net.stimulate(model(&few, "current_step").param("amplitude", 4.0.ma()).param("stop", 9.0.ms()).neurons([2, 11]));
    let ramp = model(&few, "current_ramp").param("at_stop", 6.0.ma());
    net.stimulate(ramp.param("start", 3.0.ms()).param("stop", 20.0.ms()));
    net.stimulate(model(&tiny, "current_sine").param("amplitude", 3.0.ma()).param("frequency", 70.0.hz()));
    let input = Array::inline((0..80).map(|at| f64::from(at % 9) / 9.0).collect(), &[40, 2], "1");
    let weights = Array::inline((0..26).map(f64::from).collect(), &[2, 13], "mA").expect("the shape fits");
    net.stimulate(Dense::new(&few, input.expect("the shape fits"), weights));

    for cells in 0..6u32 {
        let record = Record::new(format!("cells{cells}"), ["spikes", "v", "ampa.g"]).every(1.3.ms());
        net.record(if cells % 2 == 0 { record.neurons([31, 3, 0]) } else { record });
    }
    net.record(Record::new("relay", ["spikes", "slow.g"]));
    net.record(Record::new(&long, ["spikes"]));
    net.record(Record::new(&long, ["v", "g"]).neurons([1099, 3, 1024, 1023]));
    net.record(Record::new(&few, ["nmda.g", "nmda.rise", "alpha.g", "alpha.h"]));
    for few in [&tiny, &few] {
        net.record(Record::new(few, ["spikes", "v"]));
    }
    net.record(Record::new(&readout, ["r"]));
    net
}

/// Sources of events and relays that get 2 mV or nothing: whatever computes, they spike alike. Beside them membranes that never spike.
pub fn relayed() -> Network {
    let mut net = Network::new(0.1.ms()).seed(5);
    let sources = net.add(Population::new("sources", 70, "spike_source"));
    net.stimulate(PoissonSpikes::new(&sources, 400.0.hz(), 1.0.mv()));
    let relays = Population::new("relays", 70, Lif::new().reset(Reset::Hard)).port("p", Port::delta());
    let relays = net.add(relays);
    net.connect(&sources, &relays, "p", Connect::one_to_one(), 2.0.mv(), 0.3.ms());
    let hearing = Population::new("hearing", 9, Lif::new().v_th(1e3.mv())).port("p", Port::expon(3.0.ms()).cuba());
    let hearing = net.add(hearing);
    net.connect(&relays, &hearing, "p", Connect::all_to_all(), uniform(0.1.ma(), 0.3.ma()), 0.7.ms());
    net.record(Record::new(&sources, ["spikes"]));
    net.record(Record::new(&relays, ["spikes"]));
    net.record(Record::new(&hearing, ["v"]));
    net
}
