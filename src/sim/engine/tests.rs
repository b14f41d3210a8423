//! What no host can ask for: submissions of which a driver skips a part.

use super::*;
use crate::gpu::doctor::{Feature, Finding, Need, judge};
use crate::gpu::tests::gpu;
use crate::network::{Connect, Current, Network, Population, Port};
use crate::plan::LowerOptions;
use crate::sim::Delivery;
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

fn engine(gpu: &Gpu, delivery: Option<Delivery>) -> Engine {
    let options = LowerOptions { batch: 3, limits: gpu.limits().clone(), ..LowerOptions::default() };
    let plan = Plan::lower(&network(), &options).unwrap();
    // A submission holds what a run asks for, however slow the device is.
    let options = EngineOptions { delivery, windows_per_submission: Some(64), ..EngineOptions::default() };
    Engine::new(gpu, Arc::new(plan), &options).unwrap()
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_skipped_dispatch_is_seen() {
    let gpu = gpu();
    // Two updates, and a delivery for the level that has targets.
    for (delivery, dispatches) in [(Some(Delivery::Separate), 3), (None, 2)] {
        let whole = || engine(&gpu, delivery);
        let expected = whole().run(100, &mut |_| ()).unwrap();
        assert!(expected.populations.iter().all(|population| !population.spikes.is_empty()));
        if delivery.is_some() {
            assert_eq!(whole().dispatches().len(), dispatches);
        }
        for skipped in 0..whole().dispatches().len() {
            let mut engine = whole();
            assert_eq!(engine.run(40, &mut |_| ()).unwrap().steps, 40);
            engine.program.skip(skipped);
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
    for delivery in [Some(Delivery::Separate), None] {
        let mut engine = engine(&gpu, delivery);
        let mut recorder = gpu.recorder("a window without steps");
        let report = engine.program.report.words().clone();
        recorder.clear(&report, 0..report.len());
        {
            let mut pass = recorder.pass("a window without steps");
            engine.program.window(&mut pass, 0, [7, 0, 7 % engine.plan.slots, 7]);
            engine.program.finish(&mut pass, 1, 7);
        }
        recorder.submit().unwrap();
        assert_eq!(gpu.read(&report, 0..1).unwrap(), [7]);
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
    assert_eq!(engine(&less, None).dispatches(), engine(&gpu, Some(Delivery::Separate)).dispatches());
    let [whole, less] = [&gpu, &less].map(|gpu| engine(gpu, None).run(100, &mut |_| ()).unwrap());
    assert_eq!(less.populations, whole.populations);
}
