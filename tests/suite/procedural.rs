//! Synapses that are drawn whenever their source spikes: the same network as if they were stored, on the device too.

use crate::agreement::Pair;
use crate::blocks::{SOURCES, relays};
use crate::device::{advance, device, engine, gpu, plan_with};
use crate::lacks::lacking;
use neuropil::gpu::doctor::Feature;
use neuropil::gpu::{Gpu, Limits};
use neuropil::model::{Lif, LifRef, Reset};
use neuropil::network::{
    Array, Connect, Network, PoissonInput, PoissonSpikes, Population, Port, Precision, Projection, Storage, Typed,
    Value, exponential, lognormal, normal, truncated_normal, uniform,
};
use neuropil::plan::{LowerOptions, Plan};
use neuropil::sim::{Adapter, Engine, EngineOptions, Schedule, describe};
use neuropil::units::Literal;
use uom::si::f64::Time;

/// The rules that may be procedural.
fn rules() -> [Connect; 6] {
    [
        Connect::pairwise_bernoulli(0.1),
        Connect::pairwise_bernoulli(0.9).autapses(false),
        Connect::pairwise_bernoulli(1.0),
        Connect::fixed_outdegree(13),
        Connect::fixed_total_number(1500).autapses(false),
        Connect::fixed_outdegree(0),
    ]
}

/// Populations that excite and inhibit each other and themselves, with each rule and law of weights and delays.
fn network() -> Network {
    let mut net = Network::new(0.1.ms()).seed(21);
    let cells = LifRef::new().tau(10.0.ms()).v_th(10.0.mv()).reset(Reset::Hard).tau_ref(1.0.ms());
    let a = net.add(Population::new("a", 130, cells.clone()).port("p", Port::delta()).port("q", Port::delta()));
    let b = net.add(Population::new("b", 77, cells).port("p", Port::delta()));
    for (index, rule) in rules().into_iter().enumerate() {
        let scale = 0.1 / (1.0 + f64::from(index == 1 || index == 2) * 9.0);
        let weights: [Value; 6] = [
            normal((0.1 * scale).mv(), scale.mv()).into(),
            exponential(scale.mv()).into(),
            lognormal(scale.mv(), 0.7).into(),
            uniform((-scale).mv(), (2.0 * scale).mv()).into(),
            truncated_normal(scale.mv(), scale.mv(), (0.1 * scale).mv(), (2.0 * scale).mv()).into(),
            normal(1.0.mv(), 0.1.mv()).into(),
        ];
        let delays: [Typed<Time>; 3] = [uniform(0.3.ms(), 2.0.ms()), normal(1.0.ms(), 0.4.ms()), 0.5.ms().into()];
        net.connect(&a, &a, "p", rule.clone(), weights[index].clone(), delays[index % 3].clone());
        net.connect(&a, &b, "p", rule.clone(), scale.mv(), delays[(index + 1) % 3].clone());
        net.connect(&b, &a, "q", rule, weights[5 - index].clone(), delays[(index + 2) % 3].clone());
        net.projections[3 * index + 2].precision = [Some(Precision::Exact), Some(Precision::Compact)][index % 2];
    }
    for target in [&a, &b] {
        net.stimulate(PoissonInput::new(target, 400, 20.0.hz(), 0.15.mv()));
    }
    net
}

/// With none, every other or all projections procedural.
pub fn stored(every: Option<usize>) -> Network {
    let mut net = network();
    let projections = net.projections.iter_mut().enumerate();
    let drawn = projections.filter(|(index, _)| every.is_some_and(|every| index % every == 0));
    drawn.for_each(|(_, projection)| projection.storage = Storage::Procedural);
    net
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn rows_that_are_drawn_are_delivered_as_if_they_were_stored() {
    let gpu = gpu();
    let less = lacking(&gpu, &[Feature::Subgroups]);
    let run = |gpu: &Gpu, net: &Network, block_bits: Option<u32>| {
        let plan = plan_with(gpu, net, |options| (options.batch, options.block_bits) = (2, block_bits));
        let recording = advance(&mut engine(gpu, &plan, &EngineOptions::default()), 600);
        (plan.fingerprint, plan.synapses.count, recording)
    };
    let (fingerprint, count, expected) = run(&gpu, &stored(None), None);
    let spikes: Vec<_> = expected.populations.iter().map(|population| population.spikes.len()).collect();
    assert!(spikes.iter().all(|&spikes| spikes > 1000), "{spikes:?}");
    for every in [1, 2] {
        let net = stored(Some(every));
        for (gpu, block_bits) in [(&gpu, None), (&gpu, Some(3)), (&less, Some(0)), (&less, None)] {
            let (found_fingerprint, found_count, found) = run(gpu, &net, block_bits);
            assert_eq!((found_fingerprint, found_count), (fingerprint, count));
            assert_eq!(found, expected, "every {every}, blocks of 2^{block_bits:?}");
        }
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn device_and_reference_draw_the_same() {
    let gpu = gpu();
    for every in [1, 2] {
        let plan = plan_with(&gpu, &stored(Some(every)), |options| options.batch = 2);
        let agreement = Pair::new(&device(), &plan, &EngineOptions::default()).lockstep(300).unwrap();
        assert!(agreement.spikes > 1000 && agreement.ties * 100 < agreement.spikes, "{agreement:?}");
    }
}

#[test]
fn nothing_is_held_of_them() {
    let plan = Plan::lower(&stored(Some(1)), &LowerOptions::default()).expect("the network is sound");
    let table = &plan.synapses;
    assert_eq!((table.entries.len(), table.starts.len(), table.parts.len()), (0, 0, 0));
    let bytes = |name: &str| plan.memory().tables.iter().find(|table| table.name == name).map(|table| table.bytes);
    assert_eq!([bytes("synapses"), bytes("row starts")], [Some(0); 2]);
    // Quantiles, thresholds and lengths of rows of each projection: some 16 KiB.
    let tables = bytes("tables of drawn rows").expect("it is a table of each plan");
    assert!((10 * 16_000..18 * 20_000).contains(&tables), "{tables}");
    let printed = plan.to_string();
    assert!(printed.contains(&format!("  {} synapses drawn whenever their source spikes\n", table.count)), "{printed}");
    assert!(!printed.contains("bytes a synapse"), "{printed}");
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn every_schedule_draws() {
    let gpu = gpu();
    let plan = plan_with(&gpu, &stored(Some(2)), |_| ());
    assert!(plan.to_string().contains(" drawn whenever their source spikes") && !plan.synapses.strips.is_empty());
    let run = |schedule| {
        let options = EngineOptions { schedule: Some(schedule), ..EngineOptions::default() };
        let mut engine = Engine::new(&gpu, plan.clone(), &options).expect("it is possible");
        let spikes = advance(&mut engine, 600).populations;
        (spikes, engine.state().expect("it is there"))
    };
    let expected = run(Schedule::Windowed);
    assert!(expected.0.iter().any(|population| population.spikes.len() > 10));
    assert!(run(Schedule::Direct) == expected);
    assert!(run(Schedule::Resident) == expected);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn without_delay_too() {
    let gpu = gpu();
    let run = |storage| {
        let mut net = Network::new(0.1.ms()).seed(6);
        let first = net.add(Population::new("first", 90, "spike_source"));
        let relay = || Lif::new().tau(1.0.ms()).v_th(0.5.mv());
        let then = net.add(Population::new("then", 80, relay()).port("p", Port::delta()));
        let last = net.add(Population::new("last", 70, relay()).port("p", Port::delta()));
        net.stimulate(PoissonSpikes::new(&first, 100.0.hz(), 1.0.mv()));
        net.connect(&first, &then, "p", Connect::pairwise_bernoulli(0.05), uniform(0.0.mv(), 0.5.mv()), 0.0.ms());
        net.connect(&then, &last, "p", Connect::fixed_outdegree(3), uniform(0.0.mv(), 0.5.mv()), 0.0.ms());
        net.projections.iter_mut().for_each(|projection| projection.storage = storage);
        advance(&mut engine(&gpu, &plan_with(&gpu, &net, |_| ()), &EngineOptions::default()), 500)
    };
    let [stored, drawn] = [Storage::Stored, Storage::Procedural].map(run);
    assert!(stored.populations.iter().all(|population| population.spikes.len() > 50));
    assert_eq!(drawn, stored);
}

#[test]
fn what_cannot_be_drawn_again_is_refused() {
    let refused_with = |connect: Connect, change: &dyn Fn(&mut Projection), problem: &str| {
        let mut net = relays();
        net.connect("sources", "sources", "p", connect, 0.1.mv(), 0.4.ms());
        net.projections[0].storage = Storage::Procedural;
        change(&mut net.projections[0]);
        let expected = format!(
            "projection[sources→sources.p].storage: {problem}; legal: stored; or pairwise_bernoulli, fixed_outdegree or fixed_total_number with \
             multapses, and weights and delays that are constants or distributions"
        );
        assert_eq!(Plan::lower(&net, &LowerOptions::default()).unwrap_err().to_string(), expected);
    };
    let refused = |connect, problem: &str| refused_with(connect, &|_| (), problem);
    refused(Connect::fixed_indegree(3), "fixed_indegree draws by target, and spikes come by source");
    let different = "different partners are drawn one after the other, and a device draws them side by side";
    refused(Connect::fixed_outdegree(3).multapses(false), different);
    refused(Connect::fixed_total_number(3).multapses(false), different);
    refused(Connect::all_to_all(), "all_to_all has nothing to draw");
    refused(Connect::one_to_one().autapses(true), "one_to_one has nothing to draw");
    refused(Connect::list([(0, 1)]), "a list has nothing to draw");
    let held = "values of single synapses are held";
    let values = |unit| Array::inline(vec![0.4; 3], &[3], unit).expect("it has a shape").into();
    refused_with(Connect::fixed_total_number(3), &|projection| projection.weight = values("mV"), held);
    refused_with(Connect::pairwise_bernoulli(0.5), &|projection| projection.delay = values("ms"), held);
}

/// Rows that may be drawn again, onto few targets and onto more than 2²⁰.
fn drawn_rows(storage: Storage) -> Network {
    let mut net = relays();
    let law = || lognormal(0.2.mv(), 0.7);
    for (name, size) in [("few", 700), ("many", 1_050_000)] {
        let targets = net.add(Population::new(name, size, "lif").port("p", Port::delta()));
        let each = f64::from(SOURCES) / f64::from(size);
        net.connect("sources", &targets, "p", Connect::pairwise_bernoulli(each), law(), uniform(0.3.ms(), 1.0.ms()));
        net.connect("sources", &targets, "p", Connect::fixed_outdegree(33), (-0.3).mv(), uniform(0.3.ms(), 0.9.ms()));
        net.connect(
            "sources",
            &targets,
            "p",
            Connect::fixed_total_number(5000),
            uniform((-0.4).mv(), 0.1.mv()),
            0.5.ms(),
        );
    }
    net.connect("sources", "sources", "p", Connect::pairwise_bernoulli(0.9).autapses(false), law(), 0.4.ms());
    net.connect("sources", "sources", "p", Connect::pairwise_bernoulli(1.0).autapses(false), 0.01.mv(), 0.4.ms());
    let inhibiting = lognormal((-0.2).mv(), 0.7);
    net.connect("sources", "sources", "p", Connect::fixed_outdegree(5).autapses(false), inhibiting, 0.6.ms());
    net.connect(
        "sources",
        "sources",
        "p",
        Connect::fixed_outdegree(7).autapses(false),
        law(),
        truncated_normal(1.0.ms(), 0.5.ms(), 0.0.ms(), 1.5.ms()),
    );
    net.projections.iter_mut().for_each(|projection| projection.storage = storage);
    net.projections[0].precision = Some(Precision::Exact);
    net
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn rows_that_are_drawn_on_the_device_are_those_that_are_stored() {
    let gpu = gpu();
    let state = |gpu: &Gpu, storage| {
        let plan = plan_with(gpu, &drawn_rows(storage), |options| options.batch = 1);
        assert_eq!(plan.synapses.strips.is_empty(), storage == Storage::Procedural);
        let mut engine = engine(gpu, &plan, &EngineOptions::default());
        let recording = advance(&mut engine, 60);
        assert!(recording.populations[0].spikes.len() > 100);
        let state = engine.state().expect("it is there");
        assert!(state.ring.iter().filter(|&&sum| sum != 0).count() > 10_000);
        (recording.populations, state)
    };
    let stored = state(&gpu, Storage::Stored);
    assert!(state(&gpu, Storage::Procedural) == stored);
    // And by whole workgroups.
    assert!(state(&lacking(&gpu, &[Feature::Subgroups]), Storage::Procedural) == stored);
}

#[test]
fn a_plan_counts_the_dispatches_that_draw() {
    let counted = |net: &Network| {
        let limits = Limits::generous();
        let plan = Plan::lower(net, &LowerOptions::default()).expect("the network is sound");
        let on = Adapter { limits: &limits, name: "any", info: None };
        let text = describe(&plan, on, &EngineOptions::default()).expect("it fits");
        let dispatched =
            |what: &str| text.lines().filter(|line| line.starts_with(what) && line.contains("workgroups")).count();
        (dispatched("  update "), dispatched("  deliver "))
    };
    // `a` excites `b` without delay, and so is of a lower level; whom `b` reaches is in neither.
    let levels = |storage: [Storage; 2], back: bool| {
        let mut net = Network::new(0.1.ms());
        for name in ["a", "b"] {
            net.add(Population::new(name, 5, "lif").port("in", Port::delta()));
        }
        net.connect("a", "b", "in", Connect::fixed_outdegree(2), 1.0.mv(), 0.0.ms());
        net.projections[0].storage = storage[0];
        if back {
            net.connect("b", "a", "in", Connect::fixed_outdegree(2), 1.0.mv(), 0.2.ms());
            net.projections[1].storage = storage[1];
        }
        counted(&net)
    };
    let (stored, drawn) = (Storage::Stored, Storage::Procedural);
    assert_eq!(levels([stored, stored], false), (2, 1));
    assert_eq!(levels([stored, stored], true), (2, 2));
    assert_eq!(levels([drawn, drawn], false), (2, 1));
    assert_eq!(levels([drawn, drawn], true), (2, 2));
    assert_eq!(levels([stored, drawn], true), (2, 2));
}
