//! Space: positions, rules and delays by distance, and mirrored synapses, on everything that runs networks.

use crate::agreement::Pair;
use crate::device::{backends, engines, name, run};
use crate::networks::shipped;
use neuropil::model::{Lif, Reset};
use neuropil::network::{
    Array, Connect, End, Kernel, Mask, Network, Population, Port, Positions, SpikeTimes, conduction, normal,
};
use neuropil::plan::{LowerOptions, Plan, Synapses};
use neuropil::sim::EngineOptions;
use neuropil::units::Literal;
use neuropil::{Backend, Simulation};
use std::sync::Arc;

fn synapses(net: &Network, projection: &str) -> Synapses {
    Simulation::on(net, &Backend::Reference).expect("it fits").synapses(projection).expect("it is there")
}

fn lowered(net: &Network) -> Result<Plan, String> {
    Plan::lower(net, &LowerOptions::default()).map_err(|error| error.to_string())
}

/// A sheet of relays that fire one after the other, and keep what arrives.
fn sheet(positions: Positions, connect: Connect) -> Network {
    let mut net = Network::new(0.1.ms()).seed(5);
    let relay = Lif::new().v_th(1.0.mv()).reset(Reset::Hard);
    let cells = net.add(Population::new("cells", 48, relay).port("p", Port::delta()).positions(positions));
    net.connect(
        &cells,
        &cells,
        "p",
        connect.name("near"),
        normal((-0.2).mv(), 0.02.mv()),
        conduction(0.2.m_per_s(), 0.15.ms()),
    );
    net.stimulate(SpikeTimes::new(&cells, (0..48).map(|i| (i, (0.3 * f64::from(i)).ms())), 30.0.mv()));
    net
}

fn layouts() -> [Positions; 4] {
    let given = Array::inline((0..144u32).map(|at| f64::from(at * 37 % 100) / 100.0).collect(), &[48, 3], "mm");
    [
        Positions::grid([6, 8], [0.6.mm(), 0.8.mm()]).periodic(),
        Positions::random([1.0.mm()]),
        Positions::random([1.0.mm(), 500.0.um()]),
        Positions::given(given.expect("the shape fits")),
    ]
}

#[test]
fn every_engine_delivers_what_distances_say() {
    for positions in layouts() {
        for connect in [
            Connect::pairwise_bernoulli(0.9).kernel(Kernel::gaussian(150.0.um())),
            Connect::pairwise_bernoulli(0.9).kernel(Kernel::exponential(200.0.um())).mask(450.0.um()).symmetric(true),
            Connect::pairwise_bernoulli(1.0).kernel(Kernel::box_within(250.0.um())).autapses(false),
            Connect::fixed_indegree(4).kernel(Kernel::gaussian(200.0.um())).autapses(false),
            Connect::pairwise_bernoulli(0.8).mask(Mask::doughnut(60.0.um(), 400.0.um())),
            Connect::fixed_outdegree(2).kernel(Kernel::exponential(300.0.um())).multapses(false),
            Connect::pairwise_bernoulli(0.3).symmetric(true),
            Connect::all_to_all().symmetric(true),
        ] {
            let what = format!("{positions:?} {connect:?}");
            let net = sheet(positions.clone(), connect);
            let plan = Arc::new(lowered(&net).unwrap_or_else(|error| panic!("{what}: {error}")));
            assert!(plan.synapses.count > 40 && plan.synapses.max_delay > plan.synapses.min_delay, "{what}");
            for engine in engines() {
                let agreement = Pair::new(&engine, &plan, &EngineOptions::default()).lockstep(170);
                let agreement = agreement.unwrap_or_else(|message| panic!("{}: {what}: {message}", name(&engine)));
                assert_eq!(agreement.spikes, 48, "{what}: each source fires once");
            }
        }
    }
}

/// Weights and delays of each pair.
fn by_pair(synapses: &Synapses) -> std::collections::BTreeMap<(u32, u32), (f64, f64)> {
    let values = synapses.weight.iter().copied().zip(synapses.delay.iter().copied());
    synapses.pre.iter().copied().zip(synapses.post.iter().copied()).zip(values).collect()
}

#[test]
fn mirrored_synapses_are_alike_both_ways() {
    for connect in [
        Connect::pairwise_bernoulli(0.4),
        Connect::pairwise_bernoulli(0.9).kernel(Kernel::gaussian(200.0.um())),
        Connect::all_to_all(),
    ] {
        let pairs =
            by_pair(&synapses(&sheet(Positions::random([1.0.mm(), 1.0.mm()]), connect.symmetric(true)), "near"));
        assert!(pairs.len() > 100);
        for ((source, target), values) in &pairs {
            assert_eq!(pairs.get(&(*target, *source)), Some(values));
        }
    }
    // Within a part, too.
    let mut net = Network::new(0.1.ms());
    net.add(Population::new("cells", 40, "lif").port("p", Port::delta()));
    let part = || End::part("cells", 10..40);
    net.connect(part(), part(), "p", Connect::pairwise_bernoulli(0.5).symmetric(true), 1.0.mv(), 1.0.ms());
    let pairs = by_pair(&synapses(&net, "0"));
    assert!(pairs.keys().all(|(source, target)| *source >= 10 && pairs.contains_key(&(*target, *source))));
}

#[test]
fn a_grid_is_laid_out_row_by_row_around_the_origin() {
    // 2 by 3 neurons, a millimetre apart: neuron 3·x + y is at (x, y).
    let place = |neuron: u32| [f64::from(neuron / 3), f64::from(neuron % 3)];
    let delays = |positions: Positions| {
        let mut net = Network::new(0.1.ms());
        net.add(Population::new("grid", 6, "lif").port("p", Port::delta()).positions(positions));
        let middle = Array::inline(vec![0.0, 0.0], &[1, 2], "mm").expect("the shape fits");
        net.add(Population::new("middle", 1, "lif").port("p", Port::delta()).positions(Positions::given(middle)));
        net.connect(
            "grid",
            "grid",
            "p",
            Connect::all_to_all().name("within"),
            1.0.mv(),
            conduction(0.5.m_per_s(), 1.0.ms()),
        );
        net.connect(
            "grid",
            "middle",
            "p",
            Connect::all_to_all().name("in"),
            1.0.mv(),
            conduction(0.5.m_per_s(), 0.0.ms()),
        );
        net
    };
    let extent = [2.0.mm(), 3.0.mm()];
    let net = delays(Positions::grid([2, 3], extent));
    let within = synapses(&net, "within");
    for ((source, target), delay) in within.pre.iter().zip(&within.post).zip(&within.delay) {
        let [from, to] = [place(*source), place(*target)];
        let distance = (from[0] - to[0]).hypot(from[1] - to[1]);
        // 2 ms a millimetre.
        assert!((delay - (10.0 + 20.0 * distance).round() * 0.1).abs() < 1e-9, "{source} to {target}: {delay} ms");
    }
    let to_middle = synapses(&net, "in").delay;
    for (neuron, delay) in (0..).zip(to_middle) {
        let [x, y] = place(neuron);
        let distance = (x - 0.5).hypot(y - 1.0);
        assert!((delay - (20.0 * distance).round().max(1.0) * 0.1).abs() < 1e-9, "{neuron}: {delay} ms");
    }
    // Round the other way: no two are further than one apart in either dimension.
    let mut net = delays(Positions::grid([2, 3], extent).periodic());
    net.projections.truncate(1);
    let within = synapses(&net, "within").delay;
    let longest = within.iter().copied().fold(0.0, f64::max);
    assert!((longest - (10.0 + 20.0 * 2f64.sqrt()).round() * 0.1).abs() < 1e-9, "{longest}");
}

#[test]
fn random_positions_follow_from_the_wiring_seed() {
    let of = |seed: u64, wiring: u64| {
        let connect = Connect::pairwise_bernoulli(0.9).kernel(Kernel::gaussian(100.0.um()));
        synapses(&sheet(Positions::random([1.0.mm(), 1.0.mm()]), connect).seed(seed).wiring_seed(wiring), "near")
    };
    assert_eq!(of(1, 7), of(2, 7));
    assert_ne!(of(1, 7), of(1, 8));
}

#[test]
fn what_cannot_be_drawn_is_said() {
    let refused = |net: &Network, expected: &str| assert_eq!(lowered(net).unwrap_err(), expected);
    let few = |connect: Connect| sheet(Positions::grid([48], [4.8.mm()]), connect);
    refused(
        &few(Connect::fixed_indegree(5).mask(210.0.um()).autapses(false).multapses(false)),
        "projection[near].connect: fixed_indegree is 5, but neuron 0 of `cells` has only 2 possible sources in reach; legal: fewer, or multapses, or a longer kernel or mask",
    );
    refused(
        &few(Connect::fixed_outdegree(5).mask(90.0.um()).autapses(false)),
        "projection[near].connect: fixed_outdegree is 5, but neuron 0 of `cells` has only 0 possible targets in reach; legal: a longer kernel or mask",
    );
    let mut net = few(Connect::fixed_outdegree(5));
    net.projections[0].delay = conduction(1e-9.m_per_s(), 0.0.ms()).into();
    refused(
        &net,
        "projection[near].delay: delays by distance of up to 47000000000 steps; legal: at most 1073741823 steps",
    );
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("positions.npy");
    let write = |shape: &[u64]| {
        use npyz::WriterBuilder;
        let file = std::fs::File::create(&path).expect("it can be written");
        let mut writer =
            npyz::WriteOptions::<f64>::new().default_dtype().shape(shape).writer(file).begin_nd().expect("it begins");
        writer.extend((0..shape.iter().product()).map(|number: u64| number as f64)).expect("it is written");
        writer.finish().expect("it ends");
    };
    let given = |extent: bool| {
        let positions = Positions::given(Array::npy(&path, "um").expect("um is a unit"));
        let positions = if extent { positions.extent([1.0.mm()]).periodic() } else { positions };
        sheet(positions, Connect::pairwise_bernoulli(0.5).kernel(Kernel::gaussian(10.0.um())))
    };
    write(&[48, 2]);
    assert!(lowered(&given(false)).is_ok());
    refused(
        &given(true),
        "population[cells].positions: the extent has 1 lengths in 2 dimensions; legal: a length for each dimension",
    );
    write(&[47, 2]);
    refused(
        &given(false),
        "population[cells].positions: the array has shape [47, 2]; legal: [48, 1], [48, 2] or [48, 3], the coordinates of each neuron",
    );
    write(&[48, 2]);
    let mut net = given(false);
    net.add(Population::new("line", 48, "lif").port("p", Port::delta()).positions(Positions::random([1.0.mm()])));
    net.connect("cells", "line", "p", Connect::one_to_one(), 1.0.mv(), conduction(1.0.m_per_s(), 0.0.ms()));
    refused(
        &net,
        "projection[cells→line.p].connect: `cells` has positions in 2 dimensions, and `line` in 1; legal: positions in as many dimensions",
    );
}

/// What is expected of a kernel is counted, not its largest probability times all pairs.
#[test]
fn a_large_network_of_short_reach_is_examined_by_what_it_will_have() {
    let mut net = Network::new(0.1.ms());
    let line = Positions::grid([200_000], [2000.0.mm()]).periodic();
    net.add(Population::new("line", 200_000, "lif").port("p", Port::delta()).positions(line));
    let near = Connect::pairwise_bernoulli(0.5).kernel(Kernel::exponential(100.0.um())).autapses(false);
    net.connect("line", "line", "p", near, 1.0.mv(), 1.0.ms());
    let examined = Plan::examine(&net, &LowerOptions::default(), 1000).expect("it is sound");
    assert!(!examined.drawn);
    // 0.5·Σ exp(−k/10) for k = 1, 2, … both ways.
    let expected = 200_000.0 / (0.1f64.exp() - 1.0);
    assert!((examined.synapses as f64 / expected - 1.0).abs() < 1e-4, "{} not {expected}", examined.synapses);
}

/// The speed of a travelling pulse, as its equation has it: v_th/(J·n) = exp(−offset/s)/(1 + s/tau) with s = λ·(1/c − 1/velocity).
#[test]
fn a_pulse_travels_round_the_ring_at_the_speed_of_its_equation() {
    let net = shipped("ring");
    let of = |path: &str, unit: &str| {
        let [quantity, unit] = [net.get(path).expect("it is said").to_string(), format!("1 {unit}")]
            .map(|text| neuropil::units::Quantity::parse(&text).expect("it is a quantity"));
        quantity.in_unit(unit.unit()).expect("it is of that unit")
    };
    let near = "projection[near]";
    let (p, lambda) = (
        of(&format!("{near}.connect.pairwise_bernoulli"), "1"),
        of(&format!("{near}.connect.kernel.exponential"), "mm"),
    );
    let (offset, velocity) = (of(&format!("{near}.delay.offset"), "ms"), of(&format!("{near}.delay.velocity"), "m/s"));
    let (tau, v_th) = (of("population[ring].params.tau", "ms"), of("population[ring].params.v_th", "mV"));
    let (size, length) = (f64::from(net.populations[0].size), 10.0);
    let threshold = v_th / (of(&format!("{near}.weight"), "mV") * p * lambda * size / length);
    assert!((threshold - 0.28).abs() < 1e-9);
    // The faster of two solutions is the stable one.
    let (mut low, mut high) = (0.01, 1.0);
    for _ in 0..60 {
        let s: f64 = (low + high) / 2.0;
        if (-offset / s).exp() / (1.0 + s / tau) < threshold { low = s } else { high = s }
    }
    let speed = 1.0 / (low / lambda + 1.0 / velocity);
    assert!((speed - 0.241).abs() < 1e-3, "{speed} mm/ms");
    for backend in backends() {
        let recording = run(&net, &backend, 800);
        let spikes = &recording.populations[0].spikes;
        // All fire once, but for some few that are never reached where the pulses meet.
        let mut times = vec![f64::NAN; size as usize];
        for (&step, &neuron) in spikes.step.iter().zip(&spikes.neuron) {
            assert!(times[neuron as usize].is_nan(), "{}: neuron {neuron} fires twice", name(&backend));
            times[neuron as usize] = f64::from(step) * 0.05;
        }
        assert!(spikes.step.len() as f64 > 0.99 * size, "{}: {} spikes", name(&backend), spikes.step.len());
        for (first, sign) in [(300, 1.0), (1200, -1.0)] {
            let points: Vec<_> = (first..first + 600).filter(|neuron| !times[*neuron].is_nan()).collect();
            let mean = |of: &dyn Fn(usize) -> f64| points.iter().map(|&it| of(it)).sum::<f64>() / points.len() as f64;
            let place = |neuron: usize| neuron as f64 * length / size;
            let (x, t) = (mean(&place), mean(&|it| times[it]));
            let slope = mean(&|it| (place(it) - x) * (times[it] - t)) / mean(&|it| (place(it) - x).powi(2));
            let found = sign / slope;
            println!("{}: {found} mm/ms, {speed} expected", name(&backend));
            // Chance in the synapses, and times in steps, are worth two in a hundred.
            assert!((found / speed - 1.0).abs() < 0.03, "{}: {found} mm/ms, not {speed}", name(&backend));
        }
    }
}
