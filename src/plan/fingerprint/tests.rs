//! What a fingerprint tells apart, and what it does not.

use crate::network::{
    Array, Connect, Current, End, Network, Population, Port, Record, SpikeTimes, StimulusModel, uniform,
};
use crate::plan::{LowerOptions, Plan};
use crate::units::Literal;

fn network() -> Network {
    let mut net = Network::new(0.1.ms()).seed(3);
    let port = Port::expon(5.0.ms()).coba(0.0.mv());
    let exc = net.add(Population::new("exc", 30, "lif_ref").init("v", uniform(0.0.mv(), 0.9.mv())).port("ampa", port));
    let inh = net.add(Population::new("inh", 2000, "lif").port("jump", Port::delta()));
    net.connect(&exc, &inh, "jump", Connect::fixed_indegree(3), 0.1.mv(), 1.0.ms());
    net.connect(&exc, &inh, "jump", Connect::one_to_one(), 0.2.mv(), 1.0.ms());
    net.projections[1].connect = Connect::list([(0, 0), (1, 1)]);
    let weights = Array::inline(vec![0.3, -0.4], &[2], "mV").unwrap();
    net.connect(&inh, &inh, "jump", Connect::list([(5, 6), (1999, 8)]), weights, uniform(1.0.ms(), 2.0.ms()));
    net.stimulate(Current::new(&exc, 0.5.ma()));
    net.stimulate(SpikeTimes::new(&inh, [(3, 1.0.ms())], 0.5.mv()).port("jump"));
    net
}

fn of(net: &Network, options: &LowerOptions) -> u64 {
    Plan::lower(net, options).unwrap().fingerprint
}

fn of_changed(change: impl FnOnce(&mut Network)) -> u64 {
    let mut net = network();
    change(&mut net);
    of(&net, &LowerOptions::default())
}

#[test]
fn one_network_has_one_fingerprint() {
    let whole = of_changed(|_| ());
    assert_eq!(whole, of_changed(|_| ()), "lowered again");
    assert_eq!(whole, of_changed(|net| net.duration = Some(5.0.ms().into())), "for another time");
    let recorded = of_changed(|net| {
        net.record(Record::new("exc", ["v"]).every(0.7.ms()));
        net.record(Record::new("inh", ["spikes"]).neurons([3, 1]));
    });
    assert_eq!(whole, recorded, "with recorders");
    // Blocks of 8 neurons, in bindings of 256 bytes.
    let cut = LowerOptions { binding: Some(256), block_bits: Some(3), ..LowerOptions::default() };
    let plan = Plan::lower(&network(), &cut).unwrap();
    assert!(plan.synapses.parts.len() > 20 && plan.synapses.blocks.len() > 250);
    assert_eq!(whole, plan.fingerprint, "in blocks and parts");
}

/// Another name for `exc`.
fn renamed(net: &mut Network) {
    let names = net.projections.iter_mut().flat_map(|it| [&mut it.pre.population, &mut it.post.population]);
    let names = names.chain(net.stimuli.iter_mut().map(|stimulus| &mut stimulus.target));
    let own = net.populations.iter_mut().map(|population| &mut population.name);
    names.chain(own).filter(|name| *name == "exc").for_each(|name| "ext".clone_into(name));
}

#[test]
fn every_part_of_a_network_shows() {
    let array = |weights: &[f64]| Array::inline(weights.to_vec(), &[weights.len()], "mV").unwrap();
    let mut found = vec![
        of_changed(|_| ()),
        of(&network(), &LowerOptions { batch: 2, ..LowerOptions::default() }),
        of_changed(|net| net.dt = 0.05.ms().into()),
        of_changed(|net| net.seed = 4),
        of_changed(renamed),
        of_changed(|net| drop(net.populations[0].params.insert("tau".to_owned(), 6.0.ms().into()))),
        of_changed(|net| drop(net.populations[0].init.insert("v".to_owned(), 0.0.mv().into()))),
        of_changed(|net| drop(net.populations[0].init.insert("ampa.g".to_owned(), 1.0.nanosiemens().into()))),
        of_changed(|net| net.populations[0].ports.get_mut("ampa").unwrap().synapse = None),
        of_changed(|net| net.populations[1].size = 2001),
        // A weight, the order of two, both signs, a delay, a pair.
        of_changed(|net| net.projections[0].weight = 0.100001.mv().into()),
        of_changed(|net| net.projections[2].weight = array(&[-0.4, 0.3]).into()),
        of_changed(|net| net.projections[2].weight = array(&[-0.3, 0.4]).into()),
        of_changed(|net| net.projections[1].delay = 1.1.ms().into()),
        of_changed(|net| net.projections[1].connect = Connect::list([(0, 0), (1, 2)])),
        of_changed(|net| drop(net.projections.pop())),
        // A part of the source, another one, a part of the target.
        of_changed(|net| net.projections[0].pre = End::part("exc", 0..20)),
        of_changed(|net| net.projections[0].pre = End::part("exc", 1..21)),
        of_changed(|net| net.projections[0].post.neurons = Some(0..20)),
        // A stimulus' value, its data, its kind, its target.
        of_changed(|net| net.stimuli[0] = Current::new("exc", 0.6.ma()).into()),
        of_changed(|net| net.stimuli[0] = Current::new("exc", 0.5.ma()).neurons(0..29).into()),
        of_changed(|net| net.stimuli[0] = StimulusModel::new("exc", "current_step").param("stop", 1.0.ms()).into()),
        of_changed(|net| net.stimuli[1] = SpikeTimes::new("inh", [(3, 1.1.ms())], 0.5.mv()).port("jump").into()),
        of_changed(|net| net.stimuli[1] = SpikeTimes::new("inh", [(3, 1.0.ms())], 0.5.mv()).into()),
    ];
    let all = found.len();
    found.sort_unstable();
    found.dedup();
    assert_eq!(found.len(), all, "two of the networks have one fingerprint");
}

#[test]
fn a_change_of_two_signs_does_not_cancel() {
    // The highest bits alone differ: a product by an odd number would leave them as they are.
    let signed = |tau: [f64; 2]| {
        of_changed(|net| {
            let values: Vec<f64> = (0..30).map(|neuron| if neuron < 2 { tau[neuron] } else { 1.0 }).collect();
            let array = Array::inline(values, &[30], "mV").unwrap();
            net.populations[0].init.insert("v".to_owned(), array.into());
        })
    };
    assert_ne!(signed([0.5, 0.25]), signed([-0.5, -0.25]));
    assert_ne!(signed([0.5, -0.25]), signed([-0.5, 0.25]));
}
