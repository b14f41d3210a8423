//! Networks for ensembles, with values that are drawn for each item.

use crate::networks::zoo;
use neuropil::model::LifRef;
use neuropil::network::{
    Array, Connect, Dense, ItemWiring, Network, PoissonEncoder, Population, Port, Record, SpikeTimes, StimulusModel,
    Storage, Value, uniform,
};
use neuropil::units::Literal;

/// Choices, as random as a test needs, and always the same.
pub struct Choices(u64);

impl Choices {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, number: usize) -> usize {
        (self.word() % number as u64) as usize
    }

    /// A number from `low` to `high`.
    fn number(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.below(1 << 20) as f64 / f64::from(1 << 20))
    }

    fn array(&mut self, [low, high]: [f64; 2], shape: &[usize], unit: &str) -> Array {
        let values = (0..shape.iter().product::<usize>()).map(|_| self.number(low, high)).collect();
        Array::inline(values, shape, unit).expect("the shape fits")
    }
}

/// What may be put at a path.
enum Put {
    /// A number from the first to the second, in this unit.
    Number(f64, f64, &'static str),
    /// As many of them.
    Array([f64; 2], &'static [usize], &'static str),
    /// One of these.
    OneOf(&'static [&'static str]),
}

use Put::{Array as Many, Number, OneOf};

const OF_ZOO: &[(&str, Put)] = &[
    ("population[cells0].params.tau", Number(8.0, 20.0, "ms")),
    ("population[cells1].params.v_th", Number(-51.0, -48.0, "mV")),
    ("population[cells2].params.tau", Many([9.0, 15.0], &[59], "ms")),
    ("population[cells3].params.reset", OneOf(&["hard", "soft"])),
    ("population[cells4].params.tau_ref", Number(0.0, 3.0, "ms")),
    ("population[cells5].params.r", OneOf(&["{ uniform = [\"90 Mohm\", \"120 Mohm\"] }", "80 Mohm"])),
    ("population[cells0].ports.ampa.tau", Number(2.0, 9.0, "ms")),
    ("population[cells1].ports.ampa.output.coba", Number(-5.0, 5.0, "mV")),
    ("population[cells2].ports.gaba.output.coba", Many([-90.0, -70.0], &[59], "mV")),
    ("population[cells3].init.v", Number(-60.0, -50.0, "mV")),
    ("population[cells4].init.ampa.g", OneOf(&["{ normal = [\"3 nS\", \"2 nS\"] }", "1 nS"])),
    ("population[relay].params.tau", Number(5.0, 12.0, "ms")),
    ("projection[0].weight", Number(0.0, 6.0, "nS")),
    ("projection[0].weight", OneOf(&["2 nS", "2.5 nS", "-1 nS", "0 nS"])),
    ("projection[1].weight", Number(0.1, 9.0, "nS")),
    ("projection[2].weight", Number(0.1, 90.0, "nS")),
    ("projection[3].weight", Number(0.1, 3.0, "nS")),
    ("projection[6].weight", Number(0.0, 4.0, "mA")),
    ("projection[8].weight", Number(0.5, 5.0, "nS")),
    ("stimulus[0].value", Number(100.0, 300.0, "pA")),
    ("stimulus[1].value", Many([90.0, 300.0], &[48], "pA")),
    ("stimulus[1].value", Number(90.0, 300.0, "pA")),
    ("stimulus[2].neurons", OneOf(&["[3, 3, 9]", "[4]", "[0, 11, 12, 47]"])),
    ("stimulus[3].trace", Many([0.0, 300.0], &[90], "pA")),
    ("stimulus[4].trace", Many([0.0, 300.0], &[120, 2], "pA")),
    ("stimulus[4].neurons", OneOf(&["[1, 2]", "[30, 7]"])),
    ("stimulus[5].rate", Number(10.0, 60.0, "Hz")),
    ("stimulus[5].sources", OneOf(&["60", "1", "300"])),
    ("stimulus[5].weight", Number(0.5, 3.0, "nS")),
    ("stimulus[6].rate", Many([10.0, 60.0], &[70], "Hz")),
    (
        "stimulus[7].neurons",
        OneOf(&[
            "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29]",
        ]),
    ),
    ("stimulus[7].rate", Number(0.0, 60.0, "Hz")),
    ("stimulus[8].rate", Number(5.0, 12.0, "Hz")),
    ("stimulus[9].weight", Number(1.0, 5.0, "nS")),
    ("stimulus[9].times", Many([0.0, 20.0], &[60], "ms")),
    ("stimulus[10].weight", Number(1.0, 5.0, "mV")),
];

/// Every stimulus that the zoo lacks.
fn driven() -> Network {
    let mut net = Network::new(0.1.ms());
    let lif = LifRef::new().tau(10.0.ms()).v_th((-50.0).mv()).v_reset((-60.0).mv()).v_rest((-60.0).mv());
    let cells = Population::new("cells", 40, lif.r(100.0.megaohm())).init("v", uniform((-60.0).mv(), (-50.0).mv()));
    let cells = net.add(cells.port("in", Port::expon(5.0.ms()).coba(0.0.mv())));
    let more = Population::new("more", 19, LifRef::new().v_th(1.0.mv()).tau(5.0.ms())).port("in", Port::delta());
    let more = net.add(more.port("again", Port::delta()));
    // Each port has two projections, of which one or both may differ; some are drawn anew whenever their source spikes.
    net.connect(&cells, &cells, "in", Connect::fixed_outdegree(5), 1.0.nanosiemens(), 1.0.ms());
    net.connect(&more, &cells, "in", Connect::fixed_indegree(3), 2.0.nanosiemens(), 0.5.ms());
    net.connect(&cells, &more, "in", Connect::fixed_outdegree(4), 0.4.mv(), uniform(0.2.ms(), 2.0.ms()));
    net.connect(&more, &more, "in", Connect::pairwise_bernoulli(0.2), (-0.1).mv(), 0.3.ms());
    net.connect(
        &cells,
        &more,
        "again",
        Connect::pairwise_bernoulli(0.3).autapses(false),
        0.2.mv(),
        uniform(0.2.ms(), 2.0.ms()),
    );
    for drawn in [2, 3] {
        net.projections[drawn].storage = Storage::Procedural;
    }
    net.stimulate(PoissonEncoder::new(&cells, 300.0.hz(), 2.0.nanosiemens()).port("in"));
    let rates = Array::inline((0..80).map(|i| f64::from(i % 9) * 50.0).collect(), &[80], "Hz").expect("it fits");
    net.stimulate(PoissonEncoder::trace(&cells, rates, 1.0.mv()));
    let input = Array::inline((0..150).map(|i| f64::from(i % 5)).collect(), &[50, 3], "1").expect("it fits");
    net.stimulate(Dense::new(&cells, input, 10.0.pa()));
    let noise = StimulusModel::new(&cells, "ornstein_uhlenbeck");
    net.stimulate(noise.param("mean", 50.0.pa()).param("sigma", 30.0.pa()).param("tau", 5.0.ms()));
    net.stimulate(StimulusModel::new(&cells, "poisson_spikes").param("rate", 200.0.hz()).param("weight", 1.0.mv()));
    net.stimulate(StimulusModel::new(&cells, "current_sine").param("amplitude", 50.0.pa()).neurons(3..9));
    net.stimulate(
        StimulusModel::new(&cells, "current_step")
            .param("amplitude", 80.0.pa())
            .param("start", 5.0.ms())
            .param("stop", 20.0.ms()),
    );
    net
}

const OF_DRIVEN: &[(&str, Put)] = &[
    ("population[cells].init.v", OneOf(&["-55 mV", "{ uniform = [\"-58 mV\", \"-50 mV\"] }"])),
    ("projection[0].weight", Number(0.1, 6.0, "nS")),
    ("projection[1].weight", Number(0.1, 6.0, "nS")),
    ("projection[2].weight", Number(0.1, 2.0, "mV")),
    ("projection[2].weight", Number(0.1, 2.0, "mV")),
    ("projection[3].weight", Number(-0.4, 0.1, "mV")),
    ("projection[4].weight", OneOf(&["0.2 mV", "0.21 mV", "30 mV"])),
    ("stimulus[0].rate", Number(100.0, 900.0, "Hz")),
    ("stimulus[0].rate", Many([0.0, 900.0], &[40], "Hz")),
    ("stimulus[0].weight", Number(1.0, 3.0, "nS")),
    ("stimulus[1].rates", Many([0.0, 900.0], &[60], "Hz")),
    ("stimulus[1].rates", Many([0.0, 900.0], &[30, 40], "Hz")),
    ("stimulus[2].input", Many([0.0, 5.0], &[70, 3], "1")),
    ("stimulus[2].weight", Number(5.0, 20.0, "pA")),
    ("stimulus[2].weight", Many([5.0, 20.0], &[3, 40], "pA")),
    ("stimulus[3].mean", Number(0.0, 100.0, "pA")),
    ("stimulus[3].sigma", Many([0.0, 50.0], &[40], "pA")),
    ("stimulus[3].tau", Number(1.0, 9.0, "ms")),
    ("stimulus[4].rate", Number(0.0, 900.0, "Hz")),
    ("stimulus[4].weight", Number(0.5, 2.0, "mV")),
    ("stimulus[5].amplitude", Number(10.0, 100.0, "pA")),
    ("stimulus[5].neurons", OneOf(&["[1, 2]", "[39]"])),
    ("stimulus[6].start", Number(0.0, 9.0, "ms")),
];

fn put(net: &mut Network, path: &str, put: &Put, choices: &mut Choices) {
    let set = match put {
        Number(low, high, unit) => net.set(path, format!("{} {unit}", choices.number(*low, *high))),
        OneOf(texts) => net.set(path, texts[choices.below(texts.len())]),
        Many(range, shape, unit) => {
            let (list, key) = path.rsplit_once('.').expect("a key");
            let array = Value::Array(choices.array(*range, shape, unit));
            net.set(&format!("{list}.{key}"), array)
        }
    };
    set.unwrap_or_else(|error| panic!("{path}: {error}"));
}

/// What items with wirings of their own may differ in, too.
const OF_ZOO_OWN: &[(&str, Put)] = &[
    ("population[cells2].params.tau", OneOf(&["{ uniform = [\"9 ms\", \"15 ms\"] }"])),
    ("projection[0].connect", OneOf(&["{ fixed_outdegree = 5 }", "{ pairwise_bernoulli = 0.1 }"])),
    ("projection[0].weight", OneOf(&["{ normal = [\"2 nS\", \"0.5 nS\"] }", "1 nS"])),
    ("projection[1].delay", OneOf(&["{ uniform = [\"0.3 ms\", \"3 ms\"] }", "0.4 ms", "2 ms"])),
];

const OF_DRIVEN_OWN: &[(&str, Put)] = &[
    ("population[cells].params.tau", OneOf(&["{ uniform = [\"8 ms\", \"15 ms\"] }"])),
    ("projection[0].delay", Number(0.2, 3.0, "ms")),
    ("projection[0].weight", OneOf(&["{ lognormal = [\"2 nS\", 0.5] }", "1 nS"])),
    ("projection[1].connect", OneOf(&["{ fixed_indegree = 6 }", "{ pairwise_bernoulli = 0.1 }", "\"all_to_all\""])),
    ("projection[2].connect", OneOf(&["{ fixed_outdegree = 9 }", "{ fixed_total_number = 100 }"])),
    ("projection[2].weight", OneOf(&["{ normal = [\"0.4 mV\", \"0.2 mV\"] }"])),
    ("projection[3].connect", OneOf(&["{ pairwise_bernoulli = 0.05 }", "{ pairwise_bernoulli = 0.4 }"])),
    ("projection[3].storage", OneOf(&["stored"])),
    ("projection[4].weights", OneOf(&["exact"])),
    ("stimulus[3].sigma", OneOf(&["{ uniform = [\"10 pA\", \"50 pA\"] }"])),
];

/// So many ensembles of three or four networks, each with a name; of values most are the same.
pub fn cases(choices: &mut Choices, number: usize) -> Vec<(String, Vec<Network>)> {
    ensembles(choices, number, ItemWiring::Shared, |_| true)
}

/// The same, of networks that differ in weights.
pub fn weights(choices: &mut Choices, number: usize) -> Vec<(String, Vec<Network>)> {
    ensembles(choices, number, ItemWiring::Shared, |path| path.starts_with("projection"))
}

/// The same, of networks with wirings of their own.
pub fn wirings(choices: &mut Choices, number: usize) -> Vec<(String, Vec<Network>)> {
    ensembles(choices, number, ItemWiring::Own, |_| true)
}

fn ensembles(
    choices: &mut Choices,
    number: usize,
    wiring: ItemWiring,
    of: impl Fn(&str) -> bool,
) -> Vec<(String, Vec<Network>)> {
    let case = |index| {
        let (mut first, puts, own) =
            if index % 2 == 0 { (zoo(), OF_ZOO, OF_ZOO_OWN) } else { (driven(), OF_DRIVEN, OF_DRIVEN_OWN) };
        let own_wirings = wiring == ItemWiring::Own;
        // As often as the others, of which there are more.
        let own = own.iter().cycle().take(if own_wirings { puts.len() } else { 0 });
        let puts: Vec<_> = puts.iter().chain(own).filter(|(path, _)| of(path)).collect();
        let recorded = first.populations[0].name.clone();
        first.record(Record::new(recorded, ["spikes", "v"]).every(0.7.ms()).neurons([3, 1]));
        for name in first.populations.iter().skip(1).map(|population| population.name.clone()).collect::<Vec<_>>() {
            first.record(Record::new(name, ["spikes"]));
        }
        let first = first.wiring_seed(choices.word()).wiring(wiring);
        let paths: Vec<_> = (0..1 + choices.below(6)).map(|_| puts[choices.below(puts.len())]).collect();
        let item = |item: usize| {
            let seed = if choices.below(3) == 0 { 5 } else { choices.word() };
            let mut net = first.clone().seed(seed);
            if own_wirings && choices.below(3) > 0 {
                net = net.wiring_seed(choices.word());
            }
            for (path, value) in &paths {
                // Some have what the first has.
                if item > 0 || choices.below(2) == 0 {
                    put(&mut net, path, value, choices);
                }
            }
            net
        };
        let networks = (0..3 + index % 2).map(item).collect();
        let paths: Vec<_> = paths.iter().map(|(path, _)| *path).collect();
        (format!("case {index} with {}", paths.join(", ")), networks)
    };
    (0..number).map(case).collect()
}

/// Matrices that initialisers draw are an item's own, as other draws are.
#[test]
fn items_with_wirings_of_their_own_have_matrices_of_their_own() {
    let networks = (0..3).map(|item| {
        let mut net = driven().wiring_seed(item).wiring(ItemWiring::Own);
        net.set("stimulus[2].weight", "{ kaiming_normal = \"50 pA\" }").unwrap();
        net
    });
    let networks: Vec<_> = networks.collect();
    for engine in crate::device::backends() {
        super::check("matrices", &networks, &engine, &neuropil::sim::EngineOptions::default());
    }
}

/// The same with spikes at times of an item's own, as many as it likes.
#[test]
fn items_have_spikes_of_their_own() {
    let item = |count: u32| {
        let mut net = Network::new(0.1.ms()).wiring_seed(1);
        let cells = net.add(Population::new("cells", 5, "lif").port("in", Port::delta()));
        let times = (0..count).map(|index| (index % 5, (0.1 + 1.7 * f64::from(index)).ms()));
        net.stimulate(SpikeTimes::new(&cells, times, 40.0.mv()));
        net
    };
    let networks = [item(3), item(9), item(0), item(9)];
    for engine in crate::device::backends() {
        super::check("spike times", &networks[..2], &engine, &neuropil::sim::EngineOptions::default());
    }
}
