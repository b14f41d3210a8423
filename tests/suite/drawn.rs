//! What is drawn from the network's seed: delays become whole steps, and no two values come from the same numbers.

use neuropil::network::{
    Array, Connect, Dense, Initialiser, Network, Neuron, PoissonEncoder, PoissonSpikes, Population, Port, Scheme,
    Typed, Value, uniform,
};
use neuropil::plan::{Column, LowerOptions, Plan};
use neuropil::units::Literal;
use uom::si::f64::Time;

const SIZE: u32 = 200;

fn lowered(net: &Network) -> Plan {
    Plan::lower(net, &LowerOptions::default()).expect("the network is sound")
}

/// How many synapses have which delay in steps of 0.1 ms.
fn delays(delay: impl Into<Typed<Time>>) -> Vec<(u32, usize)> {
    let mut net = Network::new(0.1.ms()).seed(11);
    let cells = net.add(Population::new("cells", SIZE, "lif").port("p", Port::delta()));
    net.connect(&cells, &cells, "p", Connect::one_to_one(), 1.0.mv(), delay);
    let plan = lowered(&net);
    let mut delays = Vec::new();
    (0..SIZE).for_each(|neuron| plan.synapses.each(0, neuron, |synapse| delays.push(synapse.delay)));
    delays.sort_unstable();
    assert_eq!((plan.synapses.min_delay, plan.synapses.max_delay), (delays[0], delays[delays.len() - 1]));
    delays.chunk_by(|a, b| a == b).map(|same| (same[0], same.len())).collect()
}

#[test]
fn delays_are_rounded_to_the_nearest_step() {
    assert_eq!(delays(0.16.ms()), [(2, 200)]);
    assert_eq!(delays(0.14.ms()), [(1, 200)]);
    assert_eq!(delays(vec![0.26.ms(); 200]), [(3, 200)]);
    assert_eq!(delays(uniform(0.16.ms(), 0.24.ms())), [(2, 200)]);
    assert_eq!(delays(uniform(0.25.ms(), 0.34.ms())), [(3, 200)]);
}

#[test]
fn a_drawn_delay_is_one_step_at_least() {
    assert_eq!(delays(uniform(0.0.ms(), 0.04.ms())), [(1, 200)]);
    // Three quarters of them are below 1.5 steps.
    let [(1, one), (2, two)] = delays(uniform(0.0.ms(), 0.2.ms()))[..] else { panic!("one step or two") };
    assert!(one + two == 200 && (130..170).contains(&one), "{one} and {two}");
}

/// The correlation of two rows of numbers.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let product = |a: &[f64], b: &[f64]| {
        let (from_a, from_b) = (mean(a), mean(b));
        a.iter().zip(b).map(|(a, b)| (a - from_a) * (b - from_b)).sum::<f64>()
    };
    product(a, b) / (product(a, a) * product(b, b)).sqrt()
}

/// No two of these rows of numbers, each with its name, have anything in common.
fn check_independent(drawn: &[(String, Vec<f64>)]) {
    for (at, (name, values)) in drawn.iter().enumerate() {
        for (other, others) in &drawn[..at] {
            // Independent numbers reach 0.35 once in a million times.
            let correlation = correlation(values, others);
            assert!(correlation.abs() < 0.35, "{name} and {other}: correlation {correlation}");
        }
    }
}

#[test]
fn no_two_values_of_stimuli_are_drawn_alike() {
    let mut net = Network::new(0.1.ms()).seed(12);
    let cells = net.add(Population::new("cells", SIZE, "lif"));
    let (rate, weight) = (uniform(0.0.hz(), 5000.0.hz()), Value::from(uniform(0.0.mv(), 1.0.mv())));
    // Neighbours of each kind, and of each other.
    for _ in 0..2 {
        net.stimulate(PoissonSpikes::new(&cells, rate.clone(), weight.clone()));
        net.stimulate(PoissonEncoder::new(&cells, rate.clone(), weight.clone()));
        let input = Array::inline(vec![1.0], &[1, 1], "1").expect("the shape fits");
        net.stimulate(Dense::new(&cells, input, weight.clone()));
    }
    let plan = lowered(&net);
    let words = |first: usize| plan.data[first..][..SIZE as usize].to_vec();
    let column = |values: &[f64]| {
        assert_eq!(values.len(), SIZE as usize);
        values.to_vec()
    };
    let mut drawn: Vec<(String, Vec<f64>)> = Vec::new();
    let slots = plan.slabs[0].stimuli.iter().zip(&plan.populations[0].stimuli);
    for (index, (slot, stimulus)) in slots.enumerate() {
        let params = &stimulus.as_ref().expect("the only population has all of them").params;
        let name = |what: &str| format!("{what} of {} {index}", slot.model.name());
        match slot.model.name() {
            "poisson_spikes" => {
                drawn.push((name("rate"), column(params[0].values())));
                drawn.push((name("weight"), column(params[1].values())));
            }
            "poisson_encoder" => {
                drawn.push((name("weight"), column(params[0].values())));
                let rates = words(params[1].at(0) as usize);
                drawn.push((name("rate"), rates.into_iter().map(f64::from).collect()));
            }
            _ => {
                let weights = words(params[4].at(0) as usize);
                drawn.push((name("weight"), weights.into_iter().map(|word| f64::from(f32::from_bits(word))).collect()));
            }
        }
    }
    assert_eq!(drawn.len(), 10);
    check_independent(&drawn);
}

#[test]
fn no_two_values_of_neurons_ports_and_projections_are_drawn_alike() {
    let mut net = Network::new(0.1.ms()).seed(13);
    let time = || uniform(1.0.ms(), 2.0.ms());
    let volt = || uniform(10.0.mv(), 20.0.mv());
    for name in ["one", "other"] {
        let neuron = Neuron::from("lif").param("tau", time()).param("v_th", volt()).param("v_rest", volt());
        let cells = Population::new(name, SIZE, neuron)
            .init("v", volt())
            .init("a.g", uniform(0.0.nanosiemens(), 1.0.nanosiemens()));
        net.add(cells.port("a", Port::expon(time()).coba(volt())).port("b", Port::expon(time()).coba(volt())));
    }
    for port in ["a", "b"] {
        let weight = uniform(1.0.nanosiemens(), 2.0.nanosiemens());
        net.connect("one", "other", port, Connect::one_to_one(), weight, uniform(1.0.ms(), 100.0.ms()));
    }
    let plan = lowered(&net);
    let mut drawn = Vec::new();
    let mut each = |name: String, columns: &[Column]| {
        let drawn_columns = columns.iter().enumerate().filter(|(_, column)| column.values().len() > 1);
        drawn.extend(drawn_columns.map(|(index, column)| (format!("{name} {index}"), column.values().to_vec())));
    };
    for population in &plan.populations {
        let name = &population.name;
        each(format!("parameter of {name}"), &population.params);
        each(format!("initial value of {name}"), &population.init);
        for port in &population.ports {
            each(format!("parameter of a synapse of {name}.{}", port.name), &port.synapse_params);
            each(format!("initial value of a synapse of {name}.{}", port.name), &port.synapse_init);
            each(format!("parameter of an output of {name}.{}", port.name), &port.output_params);
        }
    }
    assert_eq!(drawn.len(), 2 * (3 + 1 + 4) + 2);
    let of_port = |port: usize| {
        let cells = plan.populations[1].ports[port].first_inlet..;
        // Each source has a synapse onto each of the two ports.
        let synapses: Vec<_> = (0..SIZE).map(|neuron| plan.synapses.row(0, neuron)[port]).collect();
        assert!(synapses.iter().zip(cells).all(|(synapse, cell)| synapse.inlet == cell));
        synapses
    };
    for port in [0, 1] {
        let synapses = of_port(port);
        drawn.push((format!("weight of projection {port}"), synapses.iter().map(|s| f64::from(s.weight)).collect()));
        drawn.push((format!("delay of projection {port}"), synapses.iter().map(|s| f64::from(s.delay)).collect()));
    }
    check_independent(&drawn);
}

#[test]
fn no_two_matrices_are_drawn_alike() {
    let size = 15;
    let mut net = Network::new(0.1.ms()).seed(14);
    for name in ["from", "to"] {
        net.add(Population::new(name, size, "lif").port("p", Port::delta()));
    }
    let scheme = || Initialiser::new(Scheme::LecunNormal, 1.0.mv());
    for _ in 0..2 {
        net.connect("from", "to", "p", Connect::all_to_all(), scheme(), 1.0.ms());
        let input = Array::inline(vec![1.0; size as usize], &[1, size as usize], "1").expect("the shape fits");
        net.stimulate(Dense::new("to", input, scheme()));
    }
    let plan = lowered(&net);
    let elements = (size * size) as usize;
    let mut drawn = Vec::new();
    for projection in 0..2 {
        let row =
            |neuron| plan.synapses.row(0, neuron).into_iter().skip(projection * size as usize).take(size as usize);
        let weights = (0..size).flat_map(row).map(|synapse| f64::from(synapse.weight));
        drawn.push((format!("projection {projection}"), weights.collect()));
        let stimulus = plan.populations[1].stimuli[projection].as_ref().expect("both stimuli are of `to`");
        let words = &plan.data[stimulus.params[4].at(0) as usize..][..elements];
        drawn.push((
            format!("stimulus {projection}"),
            words.iter().map(|word| f64::from(f32::from_bits(*word))).collect(),
        ));
    }
    assert!(drawn.iter().all(|(_, values): &(String, Vec<f64>)| values.len() == elements));
    check_independent(&drawn);
}
