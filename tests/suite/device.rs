//! What tests run on, the device opened and tested once, and short ways to a run.

use neuropil::cpu::Precision;
use neuropil::gpu::{DeviceChoice, Gpu, doctor};
use neuropil::network::Network;
use neuropil::plan::{LowerOptions, Plan};
use neuropil::recording::Recording;
use neuropil::sim::{Engine, EngineOptions};
use neuropil::{Backend, Simulation};
use std::sync::{Arc, OnceLock};

/// The device. Without one the caller's test fails, unless it was built to be ignored.
pub fn gpu() -> Gpu {
    static GPU: OnceLock<Result<Gpu, String>> = OnceLock::new();
    let opened = GPU.get_or_init(|| {
        let gpu = Gpu::open(&DeviceChoice::Auto).map_err(|error| error.to_string())?;
        let tested = doctor::self_test(&gpu).map_err(|error| error.to_string())?;
        // Or tests of what it lacks would test something else.
        if tested.lacks().is_empty() { Ok(tested) } else { Err(format!("{:?}", tested.lacks())) }
    });
    opened.clone().unwrap_or_else(|why| panic!("this test needs a device: {why}"))
}

/// The device, as a backend.
pub fn device() -> Backend {
    Backend::Gpu(gpu())
}

/// The CPU engine.
pub fn cpu(precision: Precision) -> Backend {
    Backend::Cpu { precision, reason: None }
}

/// All that is held against the reference: the CPU engine in f32 and f64, and the device, which a build for where there is none
/// leaves out.
pub fn engines() -> Vec<Backend> {
    let device = (!cfg!(without_device)).then(device);
    [cpu(Precision::F32), cpu(Precision::F64)].into_iter().chain(device).collect()
}

/// All that runs networks, the reference first.
pub fn backends() -> Vec<Backend> {
    std::iter::once(Backend::Reference).chain(engines()).collect()
}

/// Does it compute in f64?
pub fn is_exact(backend: &Backend) -> bool {
    matches!(backend, Backend::Reference | Backend::Cpu { precision: Precision::F64, .. })
}

#[test]
fn where_there_is_no_device_a_test_of_it_fails_or_is_ignored() {
    // One of the others, run where there is none.
    let mut suite = std::process::Command::new(std::env::current_exe().expect("this test is a program"));
    suite
        .args(["--exact", "slabs::every_population_takes_part"])
        .env("VK_DRIVER_FILES", "/nonexistent")
        .env("WGPU_BACKEND", "vulkan");
    let said = suite.output().expect("the program can be started again");
    let out = String::from_utf8_lossy(&said.stdout).into_owned();
    let (status, counts) = if cfg!(without_device) {
        (Some(0), "test result: ok. 0 passed; 0 failed; 1 ignored; ")
    } else {
        (Some(101), "test result: FAILED. 0 passed; 1 failed; 0 ignored; ")
    };
    assert_eq!(said.status.code(), status, "{out}");
    assert!(out.contains(counts), "{out}");
    let why = "this test needs a device: no GPU adapter at all; found: none. ";
    assert_eq!(out.contains(why), !cfg!(without_device), "{out}");
}

/// What a backend is called in messages.
pub fn name(backend: &Backend) -> &str {
    match backend {
        Backend::Gpu(gpu) => &gpu.info().name,
        Backend::Cpu { precision: Precision::F32, .. } => "the CPU in f32",
        Backend::Cpu { precision: Precision::F64, .. } => "the CPU in f64",
        Backend::Reference => "reference",
    }
}

/// A network on a backend, in its initial state.
pub fn simulation(network: &Network, backend: &Backend) -> Simulation {
    let plan = Plan::lower(network, &backend.lower_options(1)).expect("the network can be lowered");
    Simulation::of_plan(Arc::new(plan), backend, &EngineOptions::default()).expect("the plan fits the backend")
}

/// What the first steps of a network record on a backend.
pub fn run(network: &Network, backend: &Backend, steps: u32) -> Recording {
    simulation(network, backend).run_steps(steps, &mut |_| ()).expect("the run succeeds")
}

/// A network lowered for the device.
pub fn plan(gpu: &Gpu, network: &Network) -> Arc<Plan> {
    let options = Backend::Gpu(gpu.clone()).lower_options(1);
    Arc::new(Plan::lower(network, &options).expect("the network can be lowered"))
}

/// A network lowered for the device with other options.
pub fn plan_with(gpu: &Gpu, network: &Network, change: impl FnOnce(&mut LowerOptions)) -> Arc<Plan> {
    let mut options = Backend::Gpu(gpu.clone()).lower_options(1);
    change(&mut options);
    Arc::new(Plan::lower(network, &options).expect("the network can be lowered"))
}

/// A plan on the device.
pub fn engine(gpu: &Gpu, plan: &Arc<Plan>, options: &EngineOptions) -> Engine {
    Engine::new(gpu, plan.clone(), options).expect("the plan fits the device")
}

/// What the next steps of an engine record.
pub fn advance(engine: &mut Engine, steps: u32) -> Recording {
    engine.run(steps, &mut |_| ()).expect("the run succeeds")
}

/// The steps in which a neuron of a population spiked, in one batch item.
pub fn train(recording: &Recording, population: &str, neuron: u32) -> Vec<u32> {
    let spikes = &recording.population(population).expect("the population exists").spikes;
    spikes.iter().filter(|&(_, batch, who)| batch == 0 && who == neuron).map(|(step, _, _)| step).collect()
}

/// [Hz] The rate of a population from one time in seconds to another, at steps of 0.1 ms.
pub fn rate_between(recording: &Recording, population: &str, [from, to]: [f64; 2]) -> f64 {
    let population = recording.population(population).expect("the population exists");
    let [first, end] = [from, to].map(|seconds| (seconds * 1e4).round() as u32);
    let spikes = population.spikes.step.iter().filter(|step| (first..end).contains(step)).count();
    spikes as f64 / f64::from(population.size) / (to - from)
}
