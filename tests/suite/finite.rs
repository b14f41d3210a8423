//! State that becomes infinite or no number ends a run, at the end of the window in which it did, and the error says whose
//! it is; a host that asks for it goes on. After such an end, as after any, a restored simulation is as good as a new one.

use crate::device::{backends, gpu, name};
use neuropil::network::{Array, Connect, Current, Network, Neuron, Population, Port, Record, SpikeTimes};
use neuropil::plan::{Plan, State};
use neuropil::recording::Recording;
use neuropil::sim::EngineOptions;
use neuropil::units::{Literal, Quantity, Unit};
use neuropil::{Backend, Error, Simulation};
use std::sync::Arc;

const HELP: &str = "and the run's results are dropped; a smaller dt or a weaker input may help, and --allow-nonfinite (in \
                    Rust EngineOptions::allow_nonfinite, in Python allow_nonfinite=True) goes on";

/// Of a plan for two batch items.
fn simulation(net: &Network, backend: &Backend, options: &EngineOptions) -> Simulation {
    let plan = Plan::lower(net, &backend.lower_options(2)).expect("the network is sound");
    Simulation::of_plan(Arc::new(plan), backend, options).expect("the plan fits")
}

fn allowed() -> EngineOptions {
    EngineOptions { allow_nonfinite: true, ..EngineOptions::default() }
}

/// The error that a run of 20 steps ends in.
fn refused(net: &Network, backend: &Backend) -> String {
    simulation(net, backend, &EngineOptions::default()).run_steps(20, &mut |_| ()).expect_err("it ends").to_string()
}

/// Cells beside others, in windows of `window` steps; the cells begin at these potentials, a row for each batch item.
fn network(cells: Population, window: u32, v: [[f64; 4]; 2]) -> Network {
    let mut net = Network::new(0.1.ms());
    let others = net.add(Population::new("others", 5, "lif"));
    let v = Array::inline(v.concat(), &[2, 4], "mV").expect("the shape fits");
    let cells = net.add(cells.init("v", v).port("p", Port::delta()));
    net.connect(&others, &cells, "p", Connect::list([(0, 0)]), 1.0.mv(), (0.1 * f64::from(window)).ms());
    net.record(Record::new(&cells, ["v"]));
    net
}

/// Far below its parabola, Izhikevich's neuron jumps above all numbers within a few Euler steps, in f32 and in f64.
fn far_below(window: u32, far: [[bool; 4]; 2]) -> Network {
    let v = far.map(|row| row.map(|far| if far { -3e38 } else { -65.0 }));
    network(Population::new("cells", 4, "izhikevich"), window, v)
}

#[test]
fn what_an_f32_cannot_hold_is_infinite_on_the_reference_too() {
    let mut net = Network::new(0.1.ms());
    let r = Quantity::new(1e20, &Unit::parse("ohm").expect("it is a unit"));
    let cells = net.add(Population::new("cells", 2, Neuron::from("lif").param("r", r)));
    net.stimulate(Current::new(&cells, (-1e22).ma()));
    for backend in backends() {
        let mut simulation = simulation(&net, &backend, &EngineOptions::default());
        let message = simulation.run_steps(1, &mut |_| ()).expect_err("it ends").to_string();
        let of = "v of neuron 0 of population `cells` (batch item 0) is -inf after step 0";
        assert_eq!(message, format!("{of}, {HELP}"), "{}", name(&backend));
        // Nothing that its own restore would refuse comes back either.
        assert!(simulation.state().is_err());
    }
}

#[test]
fn what_a_reset_hides_is_found_in_what_is_recorded() {
    let mut net = Network::new(0.1.ms());
    // Others subtract from V what lies above the reset: of infinity NaN is left, which is found in their state.
    let cells = net.add(Population::new("cells", 3, "iaf_psc_exp"));
    net.stimulate(SpikeTimes::new(&cells, [(1, 0.5.ms()); 5], 1e38.mv()));
    net.record(Record::new(&cells, ["v"]).neurons([2, 1]));
    for backend in backends() {
        let of = "v of neuron 1 of population `cells` (batch item 0) is inf after step 5";
        assert_eq!(refused(&net, &backend), format!("{of}, {HELP}"), "{}", name(&backend));
        let mut simulation = simulation(&net, &backend, &allowed());
        simulation.run_steps(20, &mut |_| ()).expect("it goes on");
        assert_eq!(simulation.warnings().len(), 1, "{}", name(&backend));
    }
}

const NOBODY: [bool; 4] = [false; 4];
const THIRD: [bool; 4] = [false, false, true, false];

#[test]
fn a_value_that_is_no_number_ends_the_run_and_is_named() {
    for backend in backends() {
        let of = |window, far| refused(&far_below(window, far), &backend);
        let expected = |place: &str| format!("v of neuron {place}, {HELP}");
        assert_eq!(
            of(8, [NOBODY, THIRD]),
            expected("2 of population `cells` (batch item 1) is NaN after steps 0 to 7"),
            "{}",
            name(&backend)
        );
        // The first of many, whoever comes first.
        assert_eq!(
            of(8, [THIRD, [true; 4]]),
            expected("2 of population `cells` (batch item 0) is NaN after steps 0 to 7")
        );
        assert_eq!(
            of(16, [[true; 4]; 2]),
            expected("0 of population `cells` (batch item 0) is NaN after steps 0 to 15")
        );
        let sound = simulation(&far_below(8, [NOBODY; 2]), &backend, &EngineOptions::default());
        assert!(sound.warnings().is_empty());
    }
}

#[test]
fn it_is_found_at_the_end_of_the_window_in_which_it_happens() {
    for backend in backends() {
        let mut simulation = simulation(&far_below(8, [NOBODY; 2]), &backend, &EngineOptions::default());
        simulation.run_steps(5, &mut |_| ()).expect("all is well");
        let mut far = simulation.state().expect("it ran");
        let at = simulation.plan().state_index(1, 0, 0, 3);
        let slab = simulation.plan().populations[1].slab;
        far.slabs[slab][at] = -3e38;
        simulation.restore(&far).expect("it is of this plan");
        // The windows of a run begin where it does.
        let expected = format!("v of neuron 3 of population `cells` (batch item 0) is NaN after steps 5 to 10, {HELP}");
        let error = simulation.run_steps(6, &mut |_| ()).expect_err("it ends");
        assert_eq!((error.to_string(), error.exit_status()), (expected, 1), "{}", name(&backend));
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn both_infinities_are_told_from_no_number() {
    let gpu = gpu();
    let backend = Backend::Gpu(gpu);
    for (current, value) in [(3e38, "inf"), (-3e38, "-inf")] {
        let mut net =
            network(Population::new("cells", 4, Neuron::from("lif").param("r", 1000.0.ohm())), 1, [[0.0; 4]; 2]);
        net.stimulate(Current::new("cells", current.ma()));
        let expected = format!("v of neuron 0 of population `cells` (batch item 0) is {value} after step 0, {HELP}");
        assert_eq!(refused(&net, &backend), expected);
        // Whatever variables are sound beside it.
        net.populations[1].ports.insert("q".to_owned(), Port::expon(5.0.ms()).cuba());
        assert_eq!(refused(&net, &backend), expected);
    }
}

#[test]
fn its_window_is_told_where_a_step_has_several_levels() {
    for backend in backends() {
        let mut net = far_below(8, [NOBODY; 2]);
        net.add(Population::new("after", 2, "lif").port("p", Port::delta()));
        net.connect("cells", "after", "p", Connect::list([(0, 0)]), 1.0.mv(), 0.0.ms());
        let mut far = vec![0.0; 20];
        far[10] = -3e38;
        let far = Array::inline(far, &[20], "mA").expect("the shape fits");
        net.stimulate(Current::trace("cells", far).neurons([2]));
        let options = EngineOptions { windows_per_submission: Some(10), ..EngineOptions::default() };
        let error = simulation(&net, &backend, &options).run_steps(20, &mut |_| ()).expect_err("it ends");
        let expected = format!("v of neuron 2 of population `cells` (batch item 0) is NaN after steps 8 to 15, {HELP}");
        assert_eq!(error.to_string(), expected, "{}", name(&backend));
    }
}

#[test]
fn a_run_that_may_goes_on_and_warns() {
    for backend in backends() {
        let run = |far| {
            let mut simulation = simulation(&far_below(8, far), &backend, &allowed());
            let recording = simulation.run_steps(100, &mut |_| ()).expect("it goes on");
            let warnings = simulation.warnings().iter().map(ToString::to_string).collect::<Vec<_>>();
            // Its state is taken back, and may be changed elsewhere.
            let state = simulation.state().expect("it is known");
            simulation.restore(&state).expect("such a run may start from it");
            simulation.set_variable("others", "v", &[0.5; 5]).expect("the others are sound");
            simulation.run_steps(0, &mut |_| ()).expect("nothing happens");
            assert!(simulation.warnings().is_empty(), "they are of the last run");
            (recording, warnings)
        };
        let (sound, none) = run([NOBODY; 2]);
        let (recording, warnings) = run([THIRD, THIRD]);
        assert_eq!(none, [""; 0]);
        let warning = "population[cells]: v of neuron 2 (batch item 0) is NaN after steps 0 to 7, and at the end of the run 2 \
                       of all 8 neurons of its model have such values; what they and those that they reach do means nothing";
        assert_eq!(warnings, [warning], "{}", name(&backend));
        let v = |recording: &Recording| recording.traces[0].values.clone();
        for (at, (found, expected)) in v(&recording).into_iter().zip(v(&sound)).enumerate() {
            if at % 4 == 2 {
                assert!(at / 8 < 7 || found.is_nan(), "{}: {found}", name(&backend));
            } else {
                assert_eq!(found, expected, "{}: a neuron that it does not reach", name(&backend));
            }
        }
    }
}

/// Spikes every third step; in step `when` its potential becomes no number.
const BREAKS: &str = "
/// Breaks in a step.
struct Params {
    /// [1] the step; default 40
    when: u32,
}

struct State {
    /// [mV] membrane potential; default 0
    v: f32,
}

fn breaks_reset(p: Params, s: State) -> State {
    return State(0.0);
}

fn breaks_update(p: Params, s: State, input: Input, step: Step) -> State {
    let broken = bitcast<f32>(0x7f800000u | step.index);
    return State(select(s.v + 1.0, broken, step.index == p.when));
}

fn breaks_threshold(p: Params, s: State) -> bool {
    return s.v >= 3.0;
}
";

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn after_a_failed_run_a_restored_simulation_is_as_good_as_new() {
    let gpu = gpu();
    let backend = Backend::Gpu(gpu);
    let mut net = network(Population::new("cells", 4, Neuron::source("breaks", BREAKS)), 4, [[0.0; 4], [1.0; 4]]);
    net.record(Record::new("others", ["v"]));
    net.stimulate(Current::new("others", 20.0.ma()));
    // Many submissions, two of them under way at once.
    let options = EngineOptions { windows_per_submission: Some(1), ..EngineOptions::default() };
    let fresh = || simulation(&net, &backend, &options);
    let mut pieces = fresh();
    let expected = [20, 17].map(|steps| pieces.run_steps(steps, &mut |_| ()).expect("all is well"));
    assert!(expected.iter().all(|part| part.populations.iter().all(|population| !population.spikes.is_empty())));

    let mut simulation = fresh();
    let start = simulation.state().expect("there is one");
    for round in 0..4 {
        let told = std::cell::Cell::new(0);
        let error = simulation.run_steps(200, &mut |done| told.set(done)).expect_err("it breaks");
        let text = format!("v of neuron 0 of population `cells` (batch item 0) is NaN after steps 40 to 43, {HELP}");
        assert_eq!((error.to_string(), told.get()), (text, 40), "round {round}");
        let refused = |error: Error| error.to_string();
        let what = "an earlier run failed half-way; legal: restore a state first";
        assert_eq!(refused(simulation.run_steps(1, &mut |_| ()).unwrap_err()), format!("run: {what}"));
        // Nor is there a way around it.
        assert_eq!(refused(simulation.state().unwrap_err()), format!("state: {what}"));
        assert_eq!(refused(simulation.set_variable("cells", "v", &[0.0; 4]).unwrap_err()), format!("state: {what}"));
        simulation.restore(&start).expect("it is of this plan");
        for (part, steps) in expected.iter().zip([20, 17]) {
            assert_eq!(simulation.run_steps(steps, &mut |_| ()).expect("all is well"), *part, "round {round}");
        }
        simulation.restore(&start).expect("it is of this plan");
    }
}

#[test]
fn the_reference_too_needs_a_state_after_a_failed_run() {
    let backend = Backend::Reference;
    let mut simulation = simulation(&far_below(8, [NOBODY, THIRD]), &backend, &EngineOptions::default());
    simulation.run_steps(20, &mut |_| ()).expect_err("it ends");
    let refused = |error: Error| error.to_string();
    let what = "an earlier run failed half-way; legal: restore a state first";
    assert_eq!(refused(simulation.run_steps(1, &mut |_| ()).unwrap_err()), format!("run: {what}"));
    assert_eq!(refused(simulation.state().unwrap_err()), format!("state: {what}"));
    // Of a network that begins elsewhere.
    let sound = simulation_of(&backend).state().expect("there is one");
    let sound = State { fingerprint: simulation.plan().fingerprint, ..sound };
    simulation.restore(&sound).expect("it is taken over on purpose");
    let expected = simulation_of(&backend).run_steps(20, &mut |_| ()).expect("all is well");
    assert_eq!(simulation.run_steps(20, &mut |_| ()).expect("all is well"), expected);
}

fn simulation_of(backend: &Backend) -> Simulation {
    simulation(&far_below(8, [NOBODY; 2]), backend, &EngineOptions::default())
}
