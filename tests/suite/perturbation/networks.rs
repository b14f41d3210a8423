//! For each model of the catalogue a network in which every parameter of it matters: driven so that neurons spike, with
//! values that differ from neuron to neuron, and none that is 0.

use crate::device::simulation;
use neuropil::Backend;
use neuropil::model::{Definition, ModelKind, catalogue};
use neuropil::network::{
    Array, Connect, Current, Dense, Distribution, Initialiser, Network, Neuron, Part, PoissonEncoder, PoissonInput,
    PoissonSpikes, Population, Port, Record, Sampler, Scheme, SpikeTimes, StimulusModel, Synapse, Value, exponential,
    lognormal, normal, truncated_normal, uniform,
};
use neuropil::random::{key, philox4x32};
use neuropil::shader::{Field, FieldDefault};
use neuropil::units::{Literal, Quantity, Unit};

pub const SIZE: u32 = 100;
pub const STEPS: u32 = 300;

/// [Hz] of Poisson events, half of all steps: so a thousandth more of them is seen in some ten draws.
const RATE: f64 = 5000.0;

/// Values where a model's default is none, is 0, or lets the parameter act too seldom to be seen in `STEPS` steps.
const VALUES: [(&str, &str, &str); 51] = [
    ("lif", "v_reset", "-0.5 mV"),
    ("lif", "v_rest", "-2 mV"),
    ("lif_ref", "v_reset", "-0.5 mV"),
    ("lif_ref", "v_rest", "-2 mV"),
    ("lif_ref", "tau_ref", "1 ms"),
    ("alif", "tau", "1 ms"),
    ("alif", "reset", "hard"),
    ("alif", "v_reset", "-0.5 mV"),
    ("alif", "v_rest", "-2 mV"),
    ("alif", "tau_a", "5 ms"),
    ("alif", "beta", "0.5 mV"),
    ("izhikevich", "a", "0.5 /ms"),
    ("izhikevich", "v_peak", "-40 mV"),
    ("adex", "tau_w", "5 ms"),
    ("adex", "tau_ref", "1 ms"),
    ("exp_if", "tau", "2 ms"),
    ("quadratic_if", "tau", "2 ms"),
    ("quadratic_if", "v_peak", "-30 mV"),
    ("quadratic_if", "tau_ref", "1 ms"),
    ("iaf_psc_exp", "tau_m", "2 ms"),
    ("iaf_psc_exp", "i_e", "1500 pA"),
    ("hodgkin_huxley", "v_th", "-50 mV"),
    ("psc_exp", "tau", "0.5 ms"),
    ("psc_exp", "tau_m", "0.5 ms"),
    ("coba", "e", "-80 mV"),
    ("mg_block", "e", "-80 mV"),
    ("mg_block", "v_offset", "20 mV"),
    ("dual_expon", "tau_rise", "2 ms"),
    ("current_step", "amplitude", "2 mA"),
    ("current_step", "start", "1 ms"),
    ("current_step", "stop", "8 ms"),
    ("current_ramp", "at_start", "1 mA"),
    ("current_ramp", "at_stop", "3 mA"),
    ("current_ramp", "start", "1 ms"),
    ("current_ramp", "stop", "8 ms"),
    ("current_sine", "amplitude", "2 mA"),
    ("current_sine", "frequency", "50 Hz"),
    ("current_sine", "phase", "0.5"),
    ("current_sine", "offset", "1 mA"),
    ("ornstein_uhlenbeck", "mean", "1 mA"),
    ("ornstein_uhlenbeck", "sigma", "1 mA"),
    ("white_noise", "mean", "1 mA"),
    ("white_noise", "sigma", "1 mA"),
    ("white_noise", "every", "0.4 ms"),
    ("poisson_spikes", "rate", "5000 Hz"),
    ("poisson_spikes", "weight", "0.1 mV"),
    ("stp", "tau_f", "30 ms"),
    ("stp", "tau_d", "20 ms"),
    ("std", "tau", "20 ms"),
    ("tsodyks2", "tau_rec", "20 ms"),
    ("tsodyks2", "tau_fac", "30 ms"),
];

/// Neurons with a second variable that events must reach, for a parameter of it to matter.
const ONTO: [(&str, &str); 1] = [("lif_syn", "g")];

/// A network with a model in it, named by kind and model.
pub fn of(model: &Definition) -> Network {
    match model.kind {
        ModelKind::Neuron => of_neuron(model),
        ModelKind::Synapse => of_synapse(model),
        ModelKind::Output => of_output(model),
        ModelKind::Stimulus => of_stimulus(model),
        ModelKind::Projection => of_projection(model),
    }
}

/// The places of all parameters of the model in its network.
pub fn places(model: &Definition) -> Vec<String> {
    let path = match model.kind {
        ModelKind::Neuron => "cells".to_owned(),
        ModelKind::Synapse | ModelKind::Output => format!("cells.port.{}", model.name()),
        ModelKind::Stimulus => "stimulus[0]".to_owned(),
        ModelKind::Projection => format!("projection[0].{}", model.name()),
    };
    params(model).map(|field| format!("{path}.{}", field.name)).collect()
}

/// The parameters that a user gives.
fn params(model: &Definition) -> impl Iterator<Item = &Field> {
    model.reflection.params.iter().filter(|field| field.unit != "word")
}

/// A number in \[0, 1) for two indices.
fn noise(a: u32, b: u32) -> f64 {
    f64::from(philox4x32([a, b, 0, 0], key(7))[0]) / 2f64.powi(32)
}

/// One value of a parameter; its choice where it chooses.
fn given(model: &Definition, field: &Field) -> Value {
    let stated = VALUES.iter().find(|(owner, name, _)| (*owner, *name) == (model.name(), field.name.as_str()));
    if let Some((.., text)) = stated {
        if field.choices.iter().any(|choice| choice == text) {
            return Value::choice(*text);
        }
        return Quantity::parse(text).expect("the table is sound").into();
    }
    match field.default {
        Some(FieldDefault::Choice(choice)) => Value::choice(&field.choices[choice]),
        Some(FieldDefault::Number(number)) if number != 0.0 => {
            Quantity::new(number, &Unit::parse(&field.unit).expect("the unit is known")).into()
        }
        _ => panic!("{} {}: `{}` needs a value in VALUES", model.kind, model.name(), field.name),
    }
}

/// The value for each neuron, spread by 3 %.
fn spread(value: Value, index: u32) -> Value {
    let Value::Constant(quantity) = value else { return value };
    let each = |cell| quantity.value() * (1.0 + 0.06 * (noise(cell, index) - 0.5));
    array((0..SIZE).map(each), quantity.unit())
}

fn array(values: impl Iterator<Item = f64>, unit: &Unit) -> Value {
    let values: Vec<_> = values.collect();
    Array::Inline { shape: vec![values.len()], values, unit: unit.clone() }.into()
}

fn neuron(model: &Definition) -> Neuron {
    (0..).zip(params(model)).fold(Neuron::from(model.name()), |neuron, (index, field)| {
        neuron.param(&field.name, spread(given(model, field), index))
    })
}

fn part(model: &Definition) -> Part {
    params(model).fold(Part::new(model.name()), |part, field| part.param(&field.name, given(model, field)))
}

/// A port whose output adds to what the neuron's jumps act on.
fn jumps(neuron: &Definition) -> Port {
    let driven = neuron.driven().map(|field| field.unit.as_str());
    let outputs = catalogue().expect("the catalogue is sound").iter().filter(|model| model.has("jump"));
    let mut fitting = outputs.filter(|model| model.reflection.unit.as_deref() == driven);
    Port::expon(3.0.ms()).output(Part::new(fitting.next().expect("there is such an output").name()))
}

/// The least of all powers of two that makes the model spike within 100 ms as `drive` says; little where it never does.
fn enough(model: &Definition, drive: impl Fn(&mut Network, Value)) -> f64 {
    let values = |power: u32| 1e-8 * 2f64.powi(power as i32);
    let mut net = Network::new(0.1.ms());
    net.add(Population::new("cells", 32, neuron_of_defaults(model)).port("jumps", jumps(model)));
    drive(&mut net, array((0..32).map(values), &Unit::ONE));
    let recording = simulation(&net, &Backend::Reference).run_steps(1000, &mut |_| ()).unwrap();
    let least = (0..32).find(|&cell| recording.populations[0].spikes.neuron.contains(&cell));
    least.map_or(1e-3, values)
}

/// With the values of this test, the same for all neurons.
fn neuron_of_defaults(model: &Definition) -> Neuron {
    params(model).fold(Neuron::from(model.name()), |neuron, field| neuron.param(&field.name, given(model, field)))
}

fn in_unit(value: Value, unit: &Unit) -> Value {
    let Value::Array(Array::Inline { values, .. }) = value else { panic!("an array") };
    array(values.into_iter(), unit)
}

/// Currents, conductances and jumps act at once on neurons that all differ.
fn of_neuron(model: &Definition) -> Network {
    let driven = model.driven().expect("a neuron has a state");
    let jump_unit = Unit::parse(&driven.unit).expect("the unit is known");
    let jumped = |net: &mut Network, weights: Value| {
        net.stimulate(PoissonSpikes::new("cells", RATE.hz(), in_unit(weights, &jump_unit)).port("jumps"));
    };
    let mut net = Network::new(0.1.ms());
    let rest = match driven.default {
        Some(FieldDefault::Number(rest)) => rest,
        _ => 0.0,
    };
    let [low, high] = [rest - 0.2, rest + 0.2].map(|value| Quantity::new(value, &jump_unit));
    let mut cells = Population::new("cells", SIZE, neuron(model)).port("jumps", jumps(model));
    cells = cells.init(&driven.name, Value::Drawn(Distribution::Uniform { low, high }));
    if model.variable("v").is_some() {
        cells = cells.port("exc", Port::expon(3.0.ms()).coba(50.0.mv()));
    }
    let onto = ONTO.iter().find(|(owner, _)| *owner == model.name());
    if let Some((_, variable)) = onto {
        cells = cells.port("onto", Port::delta().onto(*variable));
    }
    net.add(cells);
    if onto.is_some() {
        net.stimulate(PoissonSpikes::new("cells", RATE.hz(), 0.3.mv()).port("onto"));
    }
    let least = enough(model, jumped);
    jumped(&mut net, array((0..SIZE).map(|cell| least * (0.2 + 2.0 * noise(cell, 100))), &jump_unit));
    if model.variable("v").is_some() {
        let least = enough(model, |net, currents| {
            let currents = in_unit(currents, &Unit::MILLIAMPERE);
            net.stimulate(StimulusModel::new("cells", "current").param("value", currents));
        });
        let current = |at: u32| least * 5.0 * noise(at % SIZE, 200 + at / SIZE / 10);
        let values = (0..STEPS * SIZE).map(current).collect();
        let shape = vec![STEPS as usize, SIZE as usize];
        net.stimulate(Current::trace("cells", Array::Inline { values, shape, unit: Unit::MILLIAMPERE }));
        // Some 15 events at a time are three times enough current through 20 mV.
        let conductance = Quantity::new(least / 20.0 * 1e3 / 5.0, &Unit::MILLISIEMENS);
        net.stimulate(PoissonSpikes::new("cells", RATE.hz(), conductance).port("exc"));
    }
    net
}

/// A listener; all times of a network are stated.
fn lif() -> Neuron {
    Neuron::from("lif").param("tau", 5.0.ms())
}

/// Neurons that a port acts on; events of `weight` enter it.
fn with_port(neuron: Neuron, port: Port, weight: Quantity) -> Network {
    let mut net = Network::new(0.1.ms());
    net.add(Population::new("cells", SIZE, neuron).port("port", port));
    net.stimulate(PoissonSpikes::new("cells", RATE.hz(), weight).port("port"));
    net
}

fn of_synapse(model: &Definition) -> Network {
    let mut neuron = lif();
    if params(model).any(|field| field.name == "tau_m") {
        // The synapse must have the membrane's time constant. What is moved in both is seen in the synapse, for this membrane
        // is too large to be moved by anything.
        neuron = Neuron::from("iaf_psc_exp").param("tau_m", 0.5.ms()).param("c_m", 1e30.pf());
    }
    with_port(neuron, Synapse::from(part(model)).output(Part::new("cuba")), 0.1.ma().into())
}

fn of_output(model: &Definition) -> Network {
    let unit = model.reflection.unit.as_deref().expect("an output has one");
    let unit = Unit::parse(unit).expect("the unit is known");
    // A readout takes what has no unit.
    let neuron = if unit == Unit::ONE { Neuron::from("leaky_rate_readout").param("tau", 5.0.ms()) } else { lif() };
    // 1 ohm lets a conductance of 50 mS act as a twentieth of the leak.
    let weight = if unit == Unit::MILLISIEMENS { 50.0 } else { 0.1 };
    let port = Port::expon(3.0.ms()).output(part(model));
    with_port(neuron, port, Quantity::new(weight, &unit))
}

fn of_stimulus(model: &Definition) -> Network {
    let mut net = Network::new(0.1.ms());
    net.add(Population::new("cells", SIZE, lif()));
    let shape = [STEPS as usize, SIZE as usize];
    let matrix = |unit: &str| {
        let values = (0..STEPS * SIZE).map(|at| 0.5 + noise(at, 300)).collect();
        Array::inline(values, &shape, unit).expect("the shape fits")
    };
    match model.name() {
        "poisson_input" => net.stimulate(PoissonInput::new("cells", 25, 4000.0.hz(), 0.05.mv()).sampler(Sampler::Auto)),
        "poisson_encoder" => {
            let rates = Array::inline(vec![5.0; STEPS as usize], &[STEPS as usize], "kHz").expect("the shape fits");
            net.stimulate(PoissonEncoder::new("cells", 5000.0.hz(), 0.1.mv()));
            net.stimulate(PoissonEncoder::trace("cells", rates, 0.1.mv()))
        }
        "current" => net.stimulate(Current::new("cells", 2.0.ma())),
        "trace" => net.stimulate(Current::trace("cells", matrix("mA"))),
        "dense" => {
            let weights = Array::inline((0..SIZE).map(|at| noise(at, 301)).collect(), &[1, SIZE as usize], "mA");
            let input = Array::inline((0..STEPS).map(|at| noise(at, 302)).collect(), &[STEPS as usize, 1], "1");
            net.stimulate(Dense::new("cells", input.expect("the shape fits"), weights.expect("the shape fits")))
        }
        "spike_times" => {
            let times = (0..SIZE).map(|cell| (cell, (0.1 * f64::from(1 + cell)).ms()));
            net.stimulate(SpikeTimes::new("cells", times, 0.5.mv()))
        }
        name => {
            let of = StimulusModel::new("cells", name);
            net.stimulate(params(model).fold(of, |of, field| of.param(&field.name, given(model, field))))
        }
    };
    net
}

/// Sources that fire again and again, each with values of its own.
fn of_projection(model: &Definition) -> Network {
    let mut net = Network::new(0.1.ms()).seed(4);
    let sources = net.add(Population::new("sources", SIZE, "spike_source"));
    net.stimulate(PoissonSpikes::new(&sources, 500.0.hz(), 1.5.mv()));
    let targets = net.add(Population::new("targets", SIZE, lif()).port("jump", Port::delta()));
    let own = (0..).zip(params(model)).fold(Part::new(model.name()), |part, (index, field)| {
        part.param(&field.name, spread(given(model, field), index))
    });
    net.connect(&sources, &targets, "jump", Connect::fixed_indegree(20).model(own), 0.3.mv(), 0.5.ms());
    net
}

/// Every way to give weights and delays, from sources that fire twice to targets that never fire.
pub fn of_projections() -> Network {
    let mut net = Network::new(0.1.ms()).seed(3);
    let sources = net.add(Population::new("sources", SIZE, "spike_source"));
    let times = (0..2 * SIZE).map(|at| (at / 2, (0.1 * (noise(at, 401) * 150.0).floor()).ms()));
    net.stimulate(SpikeTimes::new(&sources, times, 1.5.mv()));
    let silent = Neuron::from("lif").param("v_th", 1e6.mv());
    let targets = Population::new("targets", SIZE, silent);
    let targets = net.add(targets.port("current", Port::expon(3.0.ms()).cuba()).port("jump", Port::delta()));
    let some = || Connect::fixed_indegree(10);
    let each = |from: f64, to: f64| (0..SIZE).map(move |at| from + (to - from) * noise(at, 400));
    net.connect(&sources, &targets, "jump", some(), 0.1.mv(), 0.5.ms());
    net.connect(&sources, &targets, "jump", some(), normal((-0.1).mv(), 0.02.mv()), 0.0.ms());
    net.connect(&sources, &targets, "jump", some(), lognormal(0.1.mv(), 0.3), uniform(0.45.ms(), 1.95.ms()));
    net.connect(&sources, &targets, "jump", some(), lognormal((-0.1).mv(), 0.4), 0.8.ms());
    net.connect(&sources, &targets, "current", some(), exponential(0.3.ma()), normal(2.0.ms(), 0.5.ms()));
    let weights = truncated_normal(0.2.ma(), 0.1.ma(), 0.05.ma(), 0.5.ma());
    net.connect(&sources, &targets, "current", Connect::fixed_indegree(30), weights, lognormal(1.0.ms(), 0.5));
    let delays = truncated_normal(1.0.ms(), 1.0.ms(), 0.4.ms(), 2.0.ms());
    net.connect(&sources, &targets, "current", some(), uniform(0.1.ma(), 0.4.ma()), delays);
    let delays = exponential(1.0.ms());
    net.connect(
        &sources,
        &targets,
        "current",
        Connect::one_to_one(),
        array(each(0.1, 0.5), &Unit::MILLIAMPERE),
        delays,
    );
    let scheme = Initialiser::new(Scheme::XavierNormal, 1.0.ma());
    net.connect(&sources, &targets, "current", Connect::all_to_all(), scheme, 0.7.ms());
    let delays: Vec<_> = each(0.3, 2.0).map(|delay| delay.ms()).collect();
    net.connect(&sources, &targets, "jump", Connect::one_to_one(), 0.2.mv(), delays);
    net.record(Record::new(&targets, ["v", "current.g"]));
    net
}
