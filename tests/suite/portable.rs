//! One hash everywhere: whatever a network is made of, a device computes what the CPU engine computes in f32, spikes and the whole
//! state, to the last bit; on each driver that there is, by running these tests again with another.

use crate::blocks::formats;
use crate::cpu::{gathered, networks::everything};
use crate::device::{cpu, device, gpu};
use crate::levels::chain;
use crate::networks::{shipped, small_brunel, zoo};
use crate::perturbation::networks as of_models;
use crate::plasticity;
use crate::procedural::stored;
use crate::property;
use neuropil::Backend;
use neuropil::accord::{Accord, compare};
use neuropil::cpu::Precision;
use neuropil::model::catalogue;
use neuropil::network::{Network, Record};
use neuropil::plan::Plan;
use neuropil::sim::{EngineOptions, Schedule};
use std::process::Command;
use std::sync::Arc;

/// Records the spikes of all, where nothing is said.
fn lowered(net: &Network, batch: u32) -> Arc<Plan> {
    Arc::new(Plan::lower(net, &device().lower_options(batch)).expect("the network can be lowered"))
}

/// Runs it with this schedule; returns the number of spikes, or nothing where the schedule is not possible.
fn outcome(what: &str, plan: &Arc<Plan>, steps: u32, options: &EngineOptions) -> Option<usize> {
    let found = compare(plan, [&device(), &cpu(Precision::F32)], options, steps, &mut |_| ());
    match found {
        Ok(Accord::Same { spikes, .. }) => Some(spikes),
        Ok(Accord::Different(difference)) => panic!("{what}, {options:?}: {difference}"),
        Err(error) if error.to_string().contains("is not possible here") => None,
        Err(error) => panic!("{what}: {error}"),
    }
}

fn check(what: &str, plan: &Arc<Plan>, steps: u32, options: &EngineOptions) -> usize {
    outcome(what, plan, steps, options).expect("the usual schedule is possible")
}

/// SwiftShader takes seconds for a kernel, and some 100 MB, which it keeps.
fn compiles_slowly() -> bool {
    gpu().info().name.contains("SwiftShader")
}

fn check_all_workgroups(what: &str, plan: &Arc<Plan>, steps: u32) -> usize {
    let largest = gpu().limits().max_workgroup_size;
    let workgroup = |size: u32| EngineOptions { workgroup: Some(size.min(largest)), ..EngineOptions::default() };
    let with = |schedule, size| EngineOptions { schedule: Some(schedule), ..workgroup(size) };
    let mut all = vec![workgroup(64), EngineOptions::default(), workgroup(256), with(Schedule::Windowed, 32)];
    // Where the adapter has what they take.
    all.extend([with(Schedule::Direct, 32), with(Schedule::Resident, 64), with(Schedule::Resident, 256)]);
    if compiles_slowly() {
        all.truncate(1);
    }
    let counts: Vec<usize> = all.iter().filter_map(|options| outcome(what, plan, steps, options)).collect();
    assert!(counts.iter().all(|count| *count == counts[0]), "{what}: {counts:?} spikes");
    counts[0]
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn networks_of_all_kinds_have_the_bits_of_the_cpu() {
    for (what, net, steps, spikes) in [
        ("everything", everything(), 400, 3000),
        ("zoo", zoo(), 300, 200),
        ("a chain without delays", chain(), 400, 200),
        ("entries of every format", formats(), 130, 50),
        ("rows that are drawn", stored(Some(2)), 200, 500),
        ("plasticity", plasticity::network(), 300, 300),
        ("plasticity of rows that are drawn", plasticity::drawn(), 300, 300),
        ("graded projections", gathered::graded(), 300, 300),
        ("gap junctions", gathered::coupled(), 300, 300),
    ] {
        for batch in if compiles_slowly() { 3..=3 } else { 2..=3 } {
            let count = check_all_workgroups(what, &lowered(&net, batch), steps);
            println!("{what}, batch {batch}: {count} spikes");
            assert!(count > spikes, "{what}: {count} spikes");
        }
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn shipped_networks_have_the_bits_of_the_cpu() {
    for (name, steps) in [("coba", 1000), ("cuba", 1000), ("brunel", 1000)] {
        let count = check(name, &lowered(&shipped(name), 1), steps, &EngineOptions::default());
        assert!(count > 1000, "{name}: {count} spikes");
    }
    let count = check_all_workgroups("a small network of Brunel's", &lowered(&small_brunel(3), 2), 600);
    assert!(count > 1000, "{count} spikes");
}

/// Each parameter has a value for each neuron there, and in those above most are constants: both come out as on the CPU.
#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn every_model_has_the_bits_of_the_cpu() {
    let mut spiking = 0;
    for model in catalogue().expect("the catalogue is sound").iter() {
        let plan = lowered(&of_models::of(model), 2);
        let count = check(model.name(), &plan, of_models::STEPS, &EngineOptions::default());
        println!("{} {}: {count} spikes", model.kind, model.name());
        spiking += usize::from(count > 0);
    }
    assert!(spiking > 15, "{spiking} models");
    check("projections", &lowered(&of_models::of_projections(), 1), of_models::STEPS, &EngineOptions::default());
}

/// Far below anything that acts: state fades to where products are subnormal, which drivers take for 0 or not.
#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn what_fades_away_has_the_bits_of_the_cpu() {
    use neuropil::model::{LeakyRateReadout, Lif};
    use neuropil::network::{Connect, Population, Port, SpikeTimes};
    use neuropil::units::Literal;
    let mut net = Network::new(1.0.ms());
    let cells = Population::new("cells", 40, Lif::new().tau(5.0.ms()).v_th(9.0.mv()));
    let cells = net.add(cells.port("g", Port::expon(2.0.ms()).coba(50.0.mv())).port("i", Port::expon(3.0.ms()).cuba()));
    let readout = net.add(Population::new("readout", 3, LeakyRateReadout::new()).port("x", Port::sum()));
    net.connect(&cells, &readout, "x", Connect::all_to_all(), 0.3, 1.0.ms());
    let times = (0..40).map(|i| (i, (3.0 * f64::from(i)).ms()));
    net.stimulate(SpikeTimes::new(&cells, times.clone(), 30.0.millisiemens()).port("g"));
    net.stimulate(SpikeTimes::new(&cells, times, 7.0.ma()).port("i"));
    net.record(Record::new(&cells, ["spikes", "v", "g.g"]));
    net.record(Record::new(&readout, ["r"]));
    check("fading", &lowered(&net, 1), 1200, &EngineOptions::default());
}

/// With arithmetic as the driver likes, Mesa's does otherwise: so the comparison sees a rounding.
#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_driver_that_rounds_otherwise_is_seen() {
    use neuropil::sim::Arithmetic;
    if !gpu().info().name.contains("llvmpipe") {
        println!("not run: {} may round as the text has it", gpu().info().name);
        return;
    }
    let plan = lowered(&shipped("brunel"), 1);
    let options = EngineOptions { arithmetic: Arithmetic::Fast, ..EngineOptions::default() };
    let found = compare(&plan, [&device(), &cpu(Precision::F32)], &options, 1000, &mut |_| ());
    let Accord::Different(difference) = found.expect("it runs") else { panic!("it is the same") };
    assert_eq!(difference.variable, "v", "{difference}");
    // Two executors in f64 differ in nothing that this shows.
    let exact = cpu(Precision::F64);
    let same = compare(&plan, [&exact, &exact], &EngineOptions::default(), 100, &mut |_| ()).expect("it runs");
    assert!(matches!(same, Accord::Same { .. }));
    let other = compare(&plan, [&exact, &cpu(Precision::F32)], &EngineOptions::default(), 100, &mut |_| ());
    assert!(matches!(other.expect("it runs"), Accord::Different(_)));
    assert!(matches!(exact, Backend::Cpu { .. }));
}

/// What all cells, or a few of them, give, as text: there is no other executor whose sums are in this order.
fn cells(few: bool) -> String {
    use crate::cells::random::{Random, cell, singles};
    use neuropil::Rnn;
    use neuropil::rnn::{Activation, CellKind, Options};
    let mut text = String::new();
    let mut add = |kind: CellKind, activation: Activation, batch: usize, [n_in, n_out]: [usize; 2]| {
        let cell = cell(kind, n_in, n_out, activation, 7);
        let options = Options { every_c: true, ..Options::default() };
        let mut rnn = Rnn::new(&device(), std::slice::from_ref(&cell), batch, &options).expect("the cell fits");
        let x = singles(&Random(5).numbers(6 * batch * n_in, 3.0));
        let outputs = rnn.run(&x).expect("the run succeeds");
        let words = outputs.h.iter().chain(&outputs.c).map(|number| number.to_bits());
        let sum =
            words.fold(0u64, |sum, word| sum.rotate_left(7) ^ u64::from(word).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        text += &format!("{kind} {activation} {batch}: {sum:016x}\n");
    };
    for kind in CellKind::ALL {
        add(kind, Activation::Tanh, 1, [5, 7]);
        if !few {
            add(kind, Activation::Tanh, 9, [70, 150]);
        }
    }
    let activations = if few { &[Activation::Gelu][..] } else { Activation::ALL };
    activations.iter().for_each(|activation| add(CellKind::Vanilla, *activation, 2, [5, 33]));
    text
}

/// What [`cells`] must be, where another process says so.
const EXPECTED_CELLS: &str = "NEUROPIL_TEST_CELLS";

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn cells_have_the_bits_of_another_driver() {
    let found = cells(compiles_slowly());
    if let Ok(expected) = std::env::var(EXPECTED_CELLS) {
        assert_eq!(found, expected);
    }
}

/// Where SwiftShader's driver is described, if it is installed.
fn swiftshader() -> Option<std::path::PathBuf> {
    let named = std::env::var_os("NEUROPIL_SWIFTSHADER").map(std::path::PathBuf::from);
    let debian = std::path::PathBuf::from("/usr/lib/chromium/vk_swiftshader_icd.json");
    named.into_iter().chain([debian]).find(|path| path.exists())
}

/// The tests above once more, on another driver or with other vectors.
fn again(tests: &[&str], environment: &[(&str, &str)]) {
    let mut suite = Command::new(std::env::current_exe().expect("this test is a program"));
    suite
        .args(tests)
        .args(["--exact", "--include-ignored"])
        .env(property::SEEDS, "0..12")
        .envs(environment.iter().copied());
    let said = suite.output().expect("the program can be started again");
    let out = String::from_utf8_lossy(&said.stdout);
    assert!(said.status.success(), "{environment:?}: {out}{}", String::from_utf8_lossy(&said.stderr));
    assert!(out.contains(&format!("{} passed", tests.len())), "{environment:?}: {out}");
}

const ALL: [&str; 6] = [
    "portable::networks_of_all_kinds_have_the_bits_of_the_cpu",
    "portable::every_model_has_the_bits_of_the_cpu",
    "property::tests::two_thousand_drawn_networks_agree",
    "portable::what_fades_away_has_the_bits_of_the_cpu",
    "portable::cells_have_the_bits_of_another_driver",
    "portable::shipped_networks_have_the_bits_of_the_cpu",
];

/// Runs these tests with vectors of so many bits, where they can be chosen.
fn with_vectors(width: &str, tests: &[&str]) {
    if !gpu().info().name.contains("llvmpipe") {
        println!("not run: {} has no vectors that can be chosen", gpu().info().name);
        return;
    }
    again(tests, &[("LP_NATIVE_VECTOR_WIDTH", width), (EXPECTED_CELLS, &cells(false))]);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn short_vectors_give_the_same_bits() {
    with_vectors("128", &ALL[3..]);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
#[cfg_attr(not(without_device), ignore = "minutes on a software driver: ./test --thorough")]
fn vectors_of_every_width_give_the_same_bits() {
    ["128", "256", "512"].into_iter().for_each(|width| with_vectors(width, &ALL));
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
#[cfg_attr(not(without_device), ignore = "minutes on a software driver: ./test --thorough")]
fn swiftshader_gives_the_same_bits() {
    let Some(driver) = swiftshader() else {
        println!("not run: SwiftShader is not installed (Debian's package chromium-common has it)");
        return;
    };
    let driver = driver.to_string_lossy();
    let expected = cells(true);
    // Each in a process of its own, for what it compiles stays in memory.
    for test in ALL {
        again(&[test], &[("VK_DRIVER_FILES", &driver), ("VK_ICD_FILENAMES", &driver), (EXPECTED_CELLS, &expected)]);
    }
}
