//! Stimuli against formulas, on device and reference: every kind, on all neurons and on some of them.

mod arrays;
mod window;

use crate::device::{backends, name, run};
use crate::tolerances::FORMULA;
use neuropil::model::Lif;
use neuropil::network::{
    Array, Current, Dense, Network, PoissonEncoder, PoissonInput, Population, Port, Record, SpikeTimes, Stimulus,
    StimulusModel, uniform,
};
use neuropil::units::Literal;

const SIZE: usize = 4;
const STEPS: u32 = 40;
/// [ms] of membrane and synapse.
const TAU: f64 = 10.0;

/// Four cells that never fire, with a port for currents; V and g are recorded.
fn cells(stimuli: impl IntoIterator<Item = Stimulus>) -> Network {
    let mut net = Network::new(0.1.ms());
    let neuron = Lif::new().tau(TAU.ms()).v_th(1000.0.mv());
    let cells = net.add(Population::new("cells", SIZE as u32, neuron).port("p", Port::expon(TAU.ms()).cuba()));
    for stimulus in stimuli {
        net.stimulate(stimulus);
    }
    net.record(Record::new(&cells, ["v", "p.g"]));
    net
}

/// Holds V and g of every neuron and step against a membrane that gets `current(step, neuron)` in mA, `jump(step, neuron)` in
/// mV, and `arrival(step, neuron)` in mA at its port.
fn check(
    net: &Network,
    current: impl Fn(u32, usize) -> f64,
    jump: impl Fn(u32, usize) -> f64,
    arrival: impl Fn(u32, usize) -> f64,
) {
    let decay = (-0.1 / TAU).exp();
    for backend in backends() {
        let recording = run(net, &backend, STEPS);
        let [mut v, mut g] = [[0.0; SIZE]; 2];
        for step in 0..STEPS {
            for neuron in 0..SIZE {
                g[neuron] = g[neuron] * decay + arrival(step, neuron);
                let driven = (g[neuron] + current(step, neuron)) * (1.0 - decay);
                v[neuron] = v[neuron] * decay + driven + jump(step, neuron);
                for (trace, expected) in recording.traces.iter().zip([v[neuron], g[neuron]]) {
                    let found = f64::from(trace.values[step as usize * SIZE + neuron]);
                    let right = (found - expected).abs() <= FORMULA * expected.abs().max(1.0);
                    let place = format!("{}: {} of neuron {neuron}, step {step}", name(&backend), trace.variable);
                    assert!(right, "{place}: {found}, expected {expected}");
                }
            }
        }
        assert!(v.iter().any(|&v| v != 0.0), "something must happen");
    }
}

fn none(_: u32, _: usize) -> f64 {
    0.0
}

#[test]
fn one_current_for_all() {
    check(&cells([Current::new("cells", 2.5.ma()).into()]), |_, _| 2.5, none, none);
}

#[test]
fn currents_of_their_own_add_to_others() {
    let own = Current::new("cells", vec![1.0.ma(), (-2.0).ma(), 0.0.ma(), 5.0.ma()]);
    let net = cells([own.into(), Current::new("cells", 0.5.ma()).into()]);
    check(&net, |_, neuron| [1.5, -1.5, 0.5, 5.5][neuron], none, none);
}

#[test]
fn a_current_into_some_counts_duplicates() {
    let net = cells([Current::new("cells", vec![1.0.ma(), 2.0.ma(), 4.0.ma()]).neurons([3, 1, 3]).into()]);
    check(&net, |_, neuron| [0.0, 2.0, 0.0, 5.0][neuron], none, none);
}

/// A current of `width` columns in mA over ten steps.
fn trace(width: usize) -> Array {
    let values = (0..10 * width).map(|at| (at % 7) as f64 - 2.0).collect();
    let shape = if width == 1 { vec![10] } else { vec![10, width] };
    Array::inline(values, &shape, "mA").expect("the shape fits")
}

fn trace_at(width: usize, step: u32, column: usize) -> f64 {
    if step < 10 { ((step as usize * width + column) % 7) as f64 - 2.0 } else { 0.0 }
}

#[test]
fn a_trace_for_all_ends_in_nothing() {
    check(&cells([Current::trace("cells", trace(1)).into()]), |step, _| trace_at(1, step, 0), none, none);
}

#[test]
fn a_trace_for_each() {
    check(&cells([Current::trace("cells", trace(4)).into()]), |step, neuron| trace_at(4, step, neuron), none, none);
}

#[test]
fn a_trace_for_some() {
    let net = cells([Current::trace("cells", trace(2)).neurons([2, 0]).into()]);
    let current = |step, neuron: usize| match neuron {
        2 => trace_at(2, step, 0),
        0 => trace_at(2, step, 1),
        _ => 0.0,
    };
    check(&net, current, none, none);
}

#[test]
fn one_trace_for_some() {
    let net = cells([Current::trace("cells", trace(1)).neurons([1, 2]).into()]);
    check(&net, |step, neuron| if matches!(neuron, 1 | 2) { trace_at(1, step, 0) } else { 0.0 }, none, none);
}

/// Spikes `(neuron, step)`, unsorted, one of them twice.
const SPIKES: [(u32, u32); 7] = [(2, 30), (0, 0), (2, 5), (2, 5), (3, 39), (0, 11), (2, 6)];

fn arrivals(step: u32, neuron: usize) -> f64 {
    SPIKES.iter().filter(|&&spike| spike == (neuron as u32, step)).count() as f64
}

fn spike_times() -> impl Iterator<Item = (u32, uom::si::f64::Time)> {
    SPIKES.into_iter().map(|(neuron, step)| (neuron, (0.1 * f64::from(step)).ms()))
}

#[test]
fn given_spikes_jump_v_in_their_step() {
    let net = cells([SpikeTimes::new("cells", spike_times(), 0.7.mv()).into()]);
    check(&net, none, |step, neuron| 0.7 * arrivals(step, neuron), none);
}

#[test]
fn given_spikes_enter_a_port_undecayed() {
    let net = cells([SpikeTimes::new("cells", spike_times(), 3.0.ma()).port("p").into()]);
    check(&net, none, none, |step, neuron| 3.0 * arrivals(step, neuron));
}

#[test]
fn stimuli_of_one_kind_stand_side_by_side() {
    let spikes = |weight: f64| SpikeTimes::new("cells", spike_times(), weight.mv()).into();
    let net = cells([spikes(1.0), spikes(0.25), Current::new("cells", 1.0.ma()).neurons([1]).into()]);
    let current = |_, neuron| if neuron == 1 { 1.0 } else { 0.0 };
    check(&net, current, |step, neuron| 1.25 * arrivals(step, neuron), none);
}

#[test]
fn stimuli_of_no_neuron_do_nothing() {
    let model = |name: &str| StimulusModel::new("cells", name).neurons([]);
    let drawn = uniform(1.0.ma(), 2.0.ma());
    let input = Array::inline(vec![1.0; 6], &[3, 2], "1").expect("the shape fits");
    let net = cells([
        Current::new("cells", 1.0.ma()).neurons([1]).into(),
        Current::new("cells", drawn.clone()).neurons([]).into(),
        PoissonInput::new("cells", 4, uniform(1.0.hz(), 2.0.hz()), 1.0.mv()).neurons([]).into(),
        PoissonEncoder::new("cells", uniform(1.0.hz(), 2.0.hz()), 1.0.mv()).neurons([]).into(),
        model("poisson_spikes").param("rate", uniform(1.0.hz(), 2.0.hz())).into(),
        model("ornstein_uhlenbeck").param("sigma", drawn.clone()).into(),
        model("current_step").param("amplitude", drawn).param("stop", uniform(1.0.ms(), 2.0.ms())).into(),
        model("current_ramp").param("start", uniform(3.0.ms(), 4.0.ms())).param("stop", 1.0.ms()).into(),
        Dense::new("cells", input, uniform(1.0.ma(), 2.0.ma())).neurons([]).into(),
    ]);
    check(&net, |_, neuron| if neuron == 1 { 1.0 } else { 0.0 }, none, none);
}
