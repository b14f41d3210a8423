//! What no host can ask for: submissions of which a driver skips a part.

mod trials;

use super::*;
use crate::gpu::Limits;
use crate::gpu::doctor::{Feature, Finding, Need, judge};
use crate::gpu::tests::given::{self, Given};
use crate::gpu::tests::gpu;
use crate::memory::shown;
use crate::model::Lif;
use crate::network::{Connect, Current, Network, Population, Port, Until, uniform};
use crate::plan::LowerOptions;
use crate::sim::{Schedule, describe};
use crate::units::Literal;

/// Cells that drive others, some of them without delay: two levels, windows of two steps.
fn network() -> Network {
    let mut net = Network::new(0.1.ms());
    let cells = net.add(Population::new("cells", 300, "lif").port("p", Port::delta()));
    let others = net.add(Population::new("others", 20, "lif_ref").port("p", Port::delta()));
    net.connect(&cells, &cells, "p", Connect::fixed_outdegree(5), 0.1.mv(), 0.2.ms());
    net.connect(&cells, &others, "p", Connect::fixed_outdegree(2), 0.1.mv(), 0.0.ms());
    net.stimulate(Current::new(&cells, 5.0.ma()));
    net
}

fn engine(gpu: &Gpu, schedule: Option<Schedule>) -> Engine {
    let options = LowerOptions { batch: 3, limits: gpu.limits().clone(), ..LowerOptions::default() };
    let plan = Plan::lower(&network(), &options).unwrap();
    // A submission holds what a run asks for, however slow the device is.
    let options = EngineOptions { schedule, windows_per_submission: Some(64), ..EngineOptions::default() };
    Engine::new(gpu, Arc::new(plan), &options).unwrap()
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_skipped_dispatch_is_seen() {
    let gpu = gpu();
    // Two updates, and a delivery for the level that has targets.
    for (schedule, dispatches) in [(Some(Schedule::Windowed), 3), (None, 2)] {
        let whole = || engine(&gpu, schedule);
        let expected = whole().run(100, &mut |_| ()).unwrap();
        assert!(expected.populations.iter().all(|population| !population.spikes.is_empty()));
        if schedule.is_some() {
            assert_eq!(whole().dispatches().len(), dispatches);
        }
        for skipped in 0..whole().dispatches().len() {
            let mut engine = whole();
            assert_eq!(engine.run(40, &mut |_| ()).unwrap().steps, 40);
            engine.executor.skip(engine.places.window, skipped);
            assert_eq!(
                engine.run(3, &mut |_| ()).unwrap_err().to_string(),
                "the device left work undone without reporting a failure: step 40 is known to be reached, not 43; \
                 the run's results are dropped",
                "dispatch {skipped}"
            );
        }
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_window_without_steps_is_whole() {
    let gpu = gpu();
    for schedule in [Some(Schedule::Windowed), None] {
        let mut engine = engine(&gpu, schedule);
        let slots = engine.plan.slots;
        let nothing = Window { step: 7, steps: 0, slot: 7 % slots, index: 0, first_step: 7 };
        engine.executor.warm_up(engine.places.window, &nothing.clock()).unwrap();
        assert_eq!(engine.state().unwrap(), engine.plan.initial_state().unwrap());
        assert_eq!(engine.run(4, &mut |_| ()).unwrap().steps, 4);
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn without_subgroups_a_kernel_of_its_own_delivers() {
    let gpu = gpu();
    let need = Need::Optional(Feature::Subgroups);
    let failed = Finding { test: "subgroups", passed: false, need, detail: String::new() };
    let less = judge(&gpu, &[failed]).unwrap();
    assert_eq!(engine(&less, None).dispatches(), engine(&gpu, Some(Schedule::Windowed)).dispatches());
    let [whole, less] = [&gpu, &less].map(|gpu| engine(gpu, None).run(100, &mut |_| ()).unwrap());
    assert_eq!(less.populations, whole.populations);
}

/// What is printed is what a device is given: each buffer with its bytes, each dispatch with its words.
#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_device_is_given_what_is_printed() {
    let gpu = gpu();
    for (schedule, dispatches) in [(Schedule::Windowed, 3), (Schedule::Direct, 2), (Schedule::Resident, 1)] {
        let options = LowerOptions { batch: 3, limits: gpu.limits().clone(), ..LowerOptions::default() };
        let plan = Arc::new(Plan::lower(&network(), &options).unwrap());
        let options = EngineOptions { schedule: Some(schedule), ..EngineOptions::default() };
        let text = describe(&plan, (&gpu).into(), &options).unwrap();
        given::take();
        let mut engine = Engine::new(&gpu, plan.clone(), &options).unwrap();
        let mut buffers = Vec::new();
        for given in given::take() {
            if let Given::Buffer(what, bytes) = given {
                let what = what.strip_prefix("the read-back of ").unwrap_or(&what).to_owned();
                buffers.push(format!("  {what:<28} {:>12}", shown(bytes)));
            }
        }
        // What comes back has room for two submissions, and is printed once.
        let printed: Vec<_> = text.split_once("\ndevice memory ").unwrap().1.lines().skip(1).collect();
        let at = printed.iter().position(|line| *line == "read back, 2 times each").unwrap();
        let twice = printed[at + 1..].iter().flat_map(|line| [*line; 2]);
        assert_eq!(buffers, printed[..at].iter().copied().chain(twice).collect::<Vec<_>>(), "{text}");

        engine.run(plan.window, &mut |_| ()).unwrap();
        let mut dispatched = given::take().into_iter().filter_map(|given| match given {
            Given::Dispatch(label, words, workgroups) => Some((label, words, workgroups)),
            Given::Buffer(..) => None,
        });
        let expected = match schedule {
            Schedule::Resident => "each submission: 1 dispatch\n".to_owned(),
            _ => format!("each window: {dispatches} dispatches\n"),
        };
        assert!(text.starts_with(&expected), "{text}");
        for line in text.lines().skip(1).take(dispatches) {
            let (label, words, [x, y, z]) = dispatched.next().unwrap();
            let told = format!("first_word {}, words {}", words[5], words[6]);
            let start = format!("  {label:<24} {x} x {y} x {z} workgroups of ");
            assert!(line.starts_with(&start) && line.ends_with(&told), "{line}: {start}... {told}");
            assert_eq!(words[..5], [0, plan.window, 0, 0, 0]);
        }
        assert_eq!(dispatched.next().map(|(label, ..)| label), Some("finish".to_owned()));
        assert_eq!(dispatched.next(), None);
    }
}

/// Printed, counted, dispatched before the first step and never again, and read in each.
#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn what_is_derived_of_tables_is_computed_once() {
    let gpu = gpu();
    let mut net = Network::new(0.1.ms());
    let cells = net.add(Population::new("cells", 300, Lif::new().tau(uniform(4.0.ms(), 6.0.ms()))));
    net.stimulate(Current::new(&cells, 5.0.ma()));
    let options = LowerOptions { batch: 3, limits: gpu.limits().clone(), ..LowerOptions::default() };
    let plan = Arc::new(Plan::lower(&net, &options).unwrap());
    for schedule in [Schedule::Windowed, Schedule::Resident] {
        let options = EngineOptions { schedule: Some(schedule), ..EngineOptions::default() };
        let text = describe(&plan, (&gpu).into(), &options).unwrap();
        let once = "once: 1 dispatch\n  derive lif               2 x 1 x 1 workgroups of 256\neach ";
        assert!(text.starts_with(once), "{text}");
        given::take();
        let new = || Engine::new(&gpu, plan.clone(), &options).unwrap();
        let mut engine = new();
        let derived = || {
            let of = |given| match given {
                Given::Dispatch(label, words, _) => (label == "derive lif").then(|| words[0]),
                Given::Buffer(..) => None,
            };
            given::take().into_iter().filter_map(of).collect::<Vec<_>>()
        };
        assert_eq!(derived(), [0, 1], "it is compiled, and computed");
        let spikes = |engine: &mut Engine| engine.run(100, &mut |_| ()).unwrap().populations[0].spikes.len();
        assert!(spikes(&mut engine) > 300);
        assert!(derived().is_empty());

        let words = engine.executor.read_all(engine.places.data).unwrap();
        assert_eq!(plan.memory().tables[1].bytes, 4 * words.len() as u64);
        // Behind the seeds of the items.
        let first = 2 * 3;
        let columns: Vec<_> =
            words[first..].chunks(300).map(|column| column.iter().map(|word| f32::from_bits(*word))).collect();
        let [tau, h, far] = columns.as_slice() else { panic!("{} columns", columns.len()) };
        for ((tau, h), far) in tau.clone().zip(h.clone()).zip(far.clone()) {
            assert_eq!(h, 0.1 / tau);
            let expected = -(-0.1 / f64::from(tau)).exp_m1();
            assert!((f64::from(far) / expected - 1.0).abs() < 1e-6, "{far}, not {expected}");
        }
        let mut spoiled = new();
        spoiled.executor.write(spoiled.places.data, first + 600, &[0; 300]).unwrap();
        assert_eq!(spikes(&mut spoiled), 0, "no step goes anywhere");
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn how_many_bindings_a_kernel_has_changes_nothing() {
    let gpu = gpu();
    let spikes = |buffers: u32, together: usize| {
        let gpu = gpu.limited(Limits { max_storage_buffers: buffers, ..gpu.limits().clone() });
        let options = LowerOptions { limits: gpu.limits().clone(), binding: Some(1 << 10), ..LowerOptions::default() };
        let plan = Arc::new(Plan::lower(&network(), &options).unwrap());
        let parts = plan.synapses.parts.len();
        assert!(parts > 3, "{parts} parts");
        let options = EngineOptions { schedule: Some(Schedule::Windowed), ..EngineOptions::default() };
        let mut engine = Engine::new(&gpu, plan, &options).unwrap();
        let deliveries = engine.executor.dispatches(engine.places.window).len() - 2;
        assert_eq!(deliveries, parts.div_ceil(together), "{parts} parts, {buffers} buffers");
        engine.run(100, &mut |_| ()).unwrap()
    };
    let one = spikes(6, 1);
    assert!(one.populations.iter().all(|population| !population.spikes.is_empty()));
    for (buffers, together) in [(7, 2), (8, 3), (16, 11), (1000, 16)] {
        assert_eq!(spikes(buffers, together).populations, one.populations);
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn every_schedule_gives_the_same_bits() {
    let gpu = gpu();
    let run = |schedule, workgroup| {
        let options = LowerOptions { batch: 3, limits: gpu.limits().clone(), ..LowerOptions::default() };
        let plan = Arc::new(Plan::lower(&network(), &options).unwrap());
        let options = EngineOptions { schedule: Some(schedule), workgroup, ..EngineOptions::default() };
        let mut engine = Engine::new(&gpu, plan, &options).unwrap();
        let first = engine.run(33, &mut |_| ()).unwrap().populations;
        (first, engine.run(70, &mut |_| ()).unwrap().populations, engine.state().unwrap())
    };
    let lanes = gpu.limits().max_subgroup;
    let expected = run(Schedule::Windowed, None);
    assert!(expected.0.iter().chain(&expected.1).all(|population| !population.spikes.is_empty()));
    for workgroup in [None, Some(lanes), Some(4 * lanes)] {
        assert!(run(Schedule::Direct, workgroup) == expected, "direct, {workgroup:?}");
        assert!(run(Schedule::Resident, workgroup) == expected, "resident, {workgroup:?}");
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn every_schedule_fills_its_submissions() {
    let gpu = gpu();
    for (schedule, _) in Schedule::ALL {
        let mut engine = engine(&gpu, Some(schedule));
        // Windows of two steps.
        for (end, windows) in [(128, 64), (137, 5)] {
            let flight = engine.submit(end).unwrap();
            engine.wait(&flight).unwrap();
            assert_eq!((flight.windows, flight.steps.end), (windows, end), "{schedule}");
        }
    }
}

/// What is timed is what is run.
#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn dispatches_that_are_timed_are_those_of_a_run() {
    let gpu = gpu();
    for (schedule, kernels) in [
        (Schedule::Windowed, &["update lif", "update lif_ref", "deliver"][..]),
        (Schedule::Direct, &["update lif", "update lif_ref"]),
        (Schedule::Resident, &["resident"]),
    ] {
        let mut run = engine(&gpu, Some(schedule));
        run.run(200, &mut |_| ()).unwrap();
        let expected = run.state().unwrap();
        for clock in gpu.clocks() {
            let mut timed = engine(&gpu, Some(schedule));
            // 100 windows of two steps: two portions of 64 at most.
            let found = timed.time_each(clock, 100).unwrap();
            let mut names: Vec<_> = found.iter().map(|dispatched| dispatched.kernel.as_str()).collect();
            names.sort_by_key(|name| kernels.iter().position(|known| known == name));
            assert_eq!(names, kernels, "{schedule}, {clock}");
            let workgroups: Vec<_> = found.iter().map(|dispatched| dispatched.workgroups).collect();
            assert_eq!(workgroups, timed.dispatches());
            assert!(found.iter().all(|dispatched| dispatched.ns > 0.0), "{found:?}");
            assert!(timed.state().unwrap() == expected, "{schedule}, {clock}");
            // The device's count of workgroups is the host's still.
            timed.run(2, &mut |_| ()).unwrap();
        }
    }
}
