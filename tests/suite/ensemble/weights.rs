//! Weights of items: each counts as if it were alone, drawn rows are shared, and what cannot be counted so is refused.

use neuropil::Ensemble;
use neuropil::network::{Array, Connect, Network, Population, Port, SpikeTimes, Storage, normal};
use neuropil::plan::{LowerOptions, Phase, Plan};
use neuropil::rows::Scale;
use neuropil::units::Literal;

/// Four sources onto three targets, all of them, and a second projection onto another port, or the same.
fn network(port: &str) -> Network {
    let mut net = Network::new(0.1.ms()).wiring_seed(2);
    let pre = net.add(Population::new("pre", 4, "lif").port("in", Port::delta()));
    let other = net.add(Population::new("other", 2, "lif").port("in", Port::delta()));
    let post = net.add(Population::new("post", 3, "lif").port("in", Port::delta()).port("far", Port::delta()));
    net.connect(&pre, &post, "in", Connect::all_to_all().name("near"), 1.0.mv(), 1.0.ms());
    net.connect(&other, &post, port, Connect::all_to_all().name("second"), 1.0.mv(), 1.0.ms());
    net.stimulate(SpikeTimes::new(&pre, [(0, 0.5.ms()), (3, 1.0.ms())], 100.0.mv()));
    net.stimulate(SpikeTimes::new(&other, [(1, 0.7.ms())], 100.0.mv()));
    net
}

fn with(first: &Network, weights: &[&str]) -> Vec<Network> {
    let with = |weight: &&str| {
        let mut net = first.clone();
        net.set("projection[near].weight", *weight).unwrap();
        net
    };
    weights.iter().map(with).collect()
}

fn lowered(networks: Vec<Network>) -> Result<Plan, String> {
    let ensemble = Ensemble::new(networks).map_err(|error| error.to_string())?;
    ensemble.plan(&LowerOptions::default()).map_err(|error| error.to_string())
}

#[test]
fn a_port_has_the_scale_of_each_item() {
    for storage in [Storage::Stored, Storage::Procedural] {
        let mut first = network("in");
        if storage == Storage::Procedural {
            first.projections[0].connect = Connect::fixed_outdegree(3).name("near").connect;
        }
        first.projections[0].storage = storage;
        let weights = ["1 mV", "0.3 mV", "1 V", "0 mV", "-2.7 mV"];
        let networks = with(&first, &weights);
        let plan = lowered(networks.clone()).unwrap();
        let port = &plan.populations[2].ports[1];
        assert_eq!((port.name.as_str(), port.item_scales.len()), ("in", 5));
        assert!(plan.populations[2].ports[0].item_scales.is_empty());
        for (item, network) in (0..).zip(&networks) {
            let alone = Plan::lower(network, &LowerOptions::default()).unwrap();
            assert_eq!(port.scale_of(item), alone.populations[2].ports[1].scale, "{}", weights[item as usize]);
            for (source, neurons) in [(0, 4), (1, 2)] {
                for neuron in 0..neurons {
                    let mut row = Vec::new();
                    plan.synapses.each_of_item(source, neuron, item, |synapse| row.push(synapse));
                    assert_eq!(row, alone.synapses.row(source, neuron), "{}", weights[item as usize]);
                }
            }
        }
        let Scale { power } = port.scale;
        // Four synapses of 1 mV and two of the same make 6 mV.
        let fits = storage == Storage::Stored;
        assert!(!fits || power == 28, "{power}");
        // Strips list weights, or drawn projections do; and both are counted.
        let own = plan.synapses.strips.iter().map(|strip| strip.items.len()).sum::<usize>();
        assert_eq!(own, if fits { 2 * 5 } else { 5 });
        let table = plan.memory().host.into_iter().find(|table| table.name == "synapse table").unwrap();
        let words = plan.synapses.entries.len() + plan.synapses.starts.len();
        assert_eq!((table.bytes, table.phase), (4 * (words + own) as u64, Phase::Always));
        let device = plan.memory().tables.into_iter().find(|table| table.name == "weights of items").unwrap();
        assert_eq!(device.bytes, 4 * own as u64);
    }
}

#[test]
fn items_that_weigh_the_same_have_nothing_of_their_own() {
    let first = network("in");
    let plan = lowered(with(&first, &["1 mV", "0.001 V", "1000 uV"])).unwrap();
    assert!(plan.synapses.strips.iter().all(|strip| strip.items.is_empty()));
    assert!(plan.populations.iter().flat_map(|population| &population.ports).all(|port| port.item_scales.is_empty()));
    assert!(plan.memory().tables.iter().all(|table| table.name != "weights of items"));
    let options = LowerOptions { batch: 3, ..LowerOptions::default() };
    let seeded = Plan::lower(&first, &options).unwrap().fingerprint;
    let same =
        lowered(vec![first.clone(), first.clone().seed(first.seed + 1), first.clone().seed(first.seed + 2)]).unwrap();
    assert_eq!(same.fingerprint, seeded);
    // A state of other weights is another network's.
    let [one, other] = [["1 mV", "2 mV"], ["1 mV", "3 mV"]].map(|weights| lowered(with(&first, &weights)).unwrap());
    assert_ne!(one.fingerprint, other.fingerprint);
}

#[test]
fn what_shares_rows_or_needs_another_scale_is_refused() {
    let shared = |weight: &str| {
        let mut first = network("in");
        first.projections[1].pre = "pre".into();
        first.set("projection[second].weight", weight).unwrap();
        first
    };
    let between = "it differs between items, and projection[second] leads from the same population to the same port with another; \
                   legal: a port of its own";
    let expected = format!("projection[near].weight: {between}");
    assert_eq!(lowered(with(&shared("1 mV"), &["1 mV", "2 mV"])).unwrap_err(), expected);
    assert_eq!(lowered(with(&shared("{ normal = ['1 mV', '0.1 mV'] }"), &["1 mV", "1.01 mV"])).unwrap_err(), expected);

    let drawn = |weight: neuropil::network::Value| {
        let mut first = network("in");
        first.projections[1].weight = weight;
        first
    };
    let expected = "projection[second].weight: its weights are not one for all its synapses, and item 2 would count them in other units \
                    than item 0, for another projection onto the same port has another weight there; legal: a port of its own";
    let array = Array::inline(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &[2, 3], "mV").unwrap();
    for weight in [normal(1.0.mv(), 0.1.mv()).into(), array.into()] {
        let first = drawn(weight);
        assert_eq!(lowered(with(&first, &["1 mV", "1.01 mV", "5 mV"])).unwrap_err(), expected);
        // Where the scale stays, they share their counts.
        let networks = with(&first, &["1 mV", "1.01 mV", "1.02 mV"]);
        let plan = lowered(networks.clone()).unwrap();
        assert!(plan.populations[2].ports[1].item_scales.is_empty());
        for (item, network) in (0..).zip(&networks) {
            let alone = Plan::lower(network, &LowerOptions::default()).unwrap();
            for (source, neuron) in [(0, 0), (0, 3), (1, 0), (1, 1)] {
                let mut row = Vec::new();
                plan.synapses.each_of_item(source, neuron, item, |synapse| row.push(synapse));
                assert_eq!(row, alone.synapses.row(source, neuron), "item {item}");
            }
        }
    }
    let too_much = lowered(with(&network("in"), &["1 mV", "1e38 mV"])).unwrap_err();
    assert_eq!(
        too_much,
        "population[post].ports.in: the |weights| onto neuron 0 add up to more than 1.701e38 mV; legal: a sum that f32 can hold"
    );
    assert_eq!(
        lowered(with(&network("in"), &["1 mV", "1 nS"])).unwrap_err(),
        "item 1: projection[near].weight: 1 nS has dimension conductance, expected voltage (mV)"
    );
}

/// Of weights that differ people are told what is worst.
#[test]
fn a_weight_that_an_item_rounds_away_is_warned_of_once() {
    let mut first = Network::new(1.0.ms()).wiring_seed(1);
    let strong = first.add(Population::new("strong", 1000, "spike_source"));
    let one = first.add(Population::new("one", 1, "spike_source"));
    let dst = first.add(Population::new("dst", 1, "lif").port("p", Port::delta()));
    first.connect(&strong, &dst, "p", Connect::all_to_all().name("near"), 1.0.mv(), 1.0.ms());
    first.connect(&one, &dst, "p", Connect::all_to_all(), 0.01.mv(), 1.0.ms());
    let warned = |weights: &[&str]| {
        let plan = lowered(with(&first, weights)).unwrap();
        plan.warnings.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(warned(&["1 mV", "2 mV", "4 mV"]), [""; 0]);
    // 1000 V: a thousand of them are counted in multiples of 2^-11 mV.
    let expected = "projection[one→dst.p].weight: 1 of 1 weights are rounded by more than 0.1 % of themselves, the worst by 2.34 %: port \
                    `p` of population `dst` counts them in multiples of 4.883e-4 mV; weak ones keep their value on a second port of the \
                    same kind, for a port resolves 2^-31 to 2^-29 of the largest sum of |weights| onto one of its neurons";
    assert_eq!(warned(&["1 mV", "1 V", "2 mV"]), [expected]);
}
