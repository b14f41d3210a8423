//! The CPU engine: neither threads nor blocks, portions or pieces of a run change a bit of what it computes, and its state is that
//! of any other executor.
//!
//! That it agrees with the reference and the device is shown beside them by most of the other tests.

pub mod alike;
pub mod gathered;
pub mod networks;

use crate::device::{backends, cpu, device, is_exact, name, simulation};
use crate::levels::chain;
use crate::networks::{shipped, small_brunel};
use crate::procedural::stored;
use networks::{everything, relayed};
use neuropil::cpu::Precision;
use neuropil::network::{Network, Neuron, Population};
use neuropil::plan::{LowerOptions, Plan, State};
use neuropil::recording::Recording;
use neuropil::sim::EngineOptions;
use neuropil::units::Literal;
use neuropil::{Backend, Simulation};
use std::sync::Arc;

const PRECISIONS: [Precision; 2] = [Precision::F32, Precision::F64];

fn lowered(net: &Network, change: impl FnOnce(&mut LowerOptions)) -> Arc<Plan> {
    let mut options = cpu(Precision::F32).lower_options(1);
    change(&mut options);
    Arc::new(Plan::lower(net, &options).expect("the network can be lowered"))
}

/// A plan on so many threads.
fn on_threads(plan: &Arc<Plan>, precision: Precision, threads: usize, windows: Option<u32>) -> Simulation {
    let options = EngineOptions { threads: Some(threads), windows_per_submission: windows, ..EngineOptions::default() };
    Simulation::of_plan(plan.clone(), &cpu(precision), &options).expect("there is room for it")
}

/// What runs of so many steps record together, and the state after the last.
fn outcome(mut simulation: Simulation, runs: &[u32]) -> (Recording, State) {
    let mut run = |steps| simulation.run_steps(steps, &mut |_| ()).expect("the run succeeds");
    let mut joined = run(runs[0]);
    runs[1..].iter().for_each(|&steps| joined.append(run(steps)).expect("it continues"));
    let state = simulation.state().expect("it is known");
    (joined, state)
}

/// All that may be chosen gives the same bits.
fn check_schedules(net: &Network, spikes: usize) {
    let whole = lowered(net, |_| ());
    for precision in PRECISIONS {
        let expected = outcome(on_threads(&whole, precision, 1, None), &[300]);
        let count: usize = expected.0.populations.iter().map(|population| population.spikes.len()).sum();
        assert!(count > spikes, "{count} spikes");
        let mut differing = 0;
        for bits in [12, 10, 5, 3] {
            let plan = lowered(net, |options| options.block_bits = Some(bits));
            differing += usize::from(plan.synapses.blocks.len() != whole.synapses.blocks.len());
            for (threads, windows) in [(1, Some(1)), (2, None), (2, Some(3)), (3, Some(1000)), (4, Some(1))] {
                let found = outcome(on_threads(&plan, precision, threads, windows), &[300]);
                assert!(found == expected, "{precision}, blocks of 2^{bits}, {threads} threads, {windows:?} windows");
            }
        }
        assert!(differing >= 2, "the blocks are others");
        let pieces = outcome(on_threads(&whole, precision, 3, None), &[1, 7, 2, 90, 0, 150, 50]);
        assert!(pieces == expected, "{precision}, in pieces");
        // What a run decides by is what it computes: another seed is another run.
        let other = lowered(&net.clone().seed(net.seed + 1), |_| ());
        let other = outcome(on_threads(&other, precision, 2, None), &[300]).0;
        assert_ne!(other.spike_hash(), expected.0.spike_hash(), "another seed");
    }
}

#[test]
fn no_schedule_changes_a_network_of_all_kinds() {
    check_schedules(&everything(), 1000);
}

#[test]
fn no_schedule_changes_a_chain_without_delays() {
    check_schedules(&chain(), 100);
}

#[test]
fn no_schedule_changes_plasticity() {
    check_schedules(&crate::plasticity::network(), 300);
    check_schedules(&crate::plasticity::drawn(), 300);
}

#[test]
fn no_schedule_changes_a_network_with_windows_of_many_steps() {
    check_schedules(&small_brunel(3), 500);
}

#[test]
fn rows_that_are_drawn_are_delivered_as_if_they_were_stored() {
    let expected = lowered(&stored(None), |options| options.batch = 2);
    assert!(!expected.synapses.strips.is_empty());
    let expected = outcome(on_threads(&expected, Precision::F32, 1, None), &[400]);
    assert!(expected.0.populations.iter().all(|population| population.spikes.len() > 500));
    for (every, bits, threads) in [(1, 12, 1), (1, 4, 3), (2, 12, 2), (2, 0, 4)] {
        let plan = lowered(&stored(Some(every)), |options| (options.batch, options.block_bits) = (2, Some(bits)));
        let found = outcome(on_threads(&plan, Precision::F32, threads, None), &[400]);
        assert!(found == expected, "every {every}, blocks of 2^{bits}, {threads} threads");
    }
}

/// On a software driver, and where no compiler joins a product and a sum into one rounding, to the last bit. A driver that does has
/// its own spikes in the end, but not in the beginning.
fn check_device(network: &str, steps: u32, spikes: usize) {
    let device = device();
    let plan = Plan::lower(&shipped(network), &device.lower_options(1)).expect("the network can be lowered");
    let plan = Arc::new(plan);
    let on = |backend: &Backend, steps| {
        let simulation = Simulation::of_plan(plan.clone(), backend, &EngineOptions::default());
        outcome(simulation.expect("the plan fits"), &[steps])
    };
    let Backend::Gpu(gpu) = &device else { panic!("it is one") };
    let steps = if gpu.info().kind == neuropil::gpu::AdapterKind::Software { steps } else { steps / 10 };
    let (of_device, on_device) = on(&device, steps);
    let (of_cpu, on_cpu) = on(&cpu(Precision::F32), steps);
    assert_eq!(of_cpu.spike_hash(), of_device.spike_hash());
    if gpu.info().kind == neuropil::gpu::AdapterKind::Software {
        let count: usize = of_cpu.populations.iter().map(|population| population.spikes.len()).sum();
        assert!(count > spikes, "{count} spikes");
        assert!(on_cpu == on_device, "the states differ");
    }
    // Not so in f64: the comparison sees a rounding.
    assert!(on(&cpu(Precision::F64), steps).1 != on_device);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn coba_is_the_device_s_bit_for_bit() {
    // A tenth of its steps has no near tie either.
    check_device("coba", 2000, 10_000);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn cuba_is_the_device_s_bit_for_bit() {
    check_device("cuba", 2000, 3000);
}

#[test]
fn a_state_goes_from_each_executor_to_each() {
    let net = relayed();
    let steps = |simulation: &mut Simulation| simulation.run_steps(60, &mut |_| ()).expect("the run succeeds");
    let mut hashes = Vec::new();
    for from in backends() {
        let mut source = simulation(&net, &from);
        steps(&mut source);
        let state = source.state().expect("it is known");
        let mut rounded = state.clone();
        rounded.slabs.iter_mut().flatten().for_each(|value| *value = f64::from(*value as f32));
        for to in backends() {
            let mut target = simulation(&net, &to);
            // The window, and with it the ring, follows from the limits of who runs it.
            assert_eq!(target.plan().slots, source.plan().slots);
            target.restore(&state).expect("it is of this network");
            let what = format!("from {} to {}", name(&from), name(&to));
            let expected = if is_exact(&to) { &state } else { &rounded };
            assert!(target.state().expect("it is known") == *expected, "{what}");
            let recording = steps(&mut target);
            assert!(recording.populations[..2].iter().all(|population| population.spikes.len() > 50), "{what}");
            hashes.push((recording.spike_hash(), what));
        }
        // In f64 all have more digits than in f32.
        assert_eq!(is_exact(&from), state != rounded, "{}", name(&from));
    }
    assert!(hashes.iter().all(|hash| hash.0 == hashes[0].0), "{hashes:?}");
}

/// A neuron that does nothing.
const IDLE: &str = "
/// Idle.
struct Params {
    /// [mV] threshold; default 1
    v_th: f32,
}

struct State {
    /// [mV] membrane potential; default 0
    v: f32,
}

fn idle_reset(p: Params, s: State) -> State {
    return s;
}

fn idle_update(p: Params, s: State, input: Input, step: Step) -> State {
    return s;
}

fn idle_threshold(p: Params, s: State) -> bool {
    return s.v >= p.v_th;
}
";

#[test]
fn a_model_in_wgsl_alone_is_refused() {
    let mut net = Network::new(0.1.ms());
    net.add(Population::new("cells", 3, "lif"));
    assert_eq!(net.model_in_wgsl_alone(), None);
    net.add(Population::new("own", 3, Neuron::source("idle", IDLE)));
    assert_eq!(net.model_in_wgsl_alone().as_deref(), Some("idle"));
    for precision in PRECISIONS {
        let made = Simulation::of_plan(lowered(&net, |_| ()), &cpu(precision), &EngineOptions::default());
        let error = made.err().expect("the CPU has no equations for it");
        assert_eq!(
            (error.to_string().as_str(), error.exit_status()),
            (
                "the neuron model `idle` on the CPU: it is given as WGSL alone, which needs a GPU or a software driver; \
                 legal: a GPU adapter, or a model of the catalogue",
                2
            )
        );
    }
}
