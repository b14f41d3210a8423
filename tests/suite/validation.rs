//! Published rates and irregularities: the Vogels–Abbott networks over ten seeds, membranes under Poisson drive, Brunel's
//! network.

use crate::device::{advance, engine, gpu, plan};
use crate::networks::shipped;
use crate::tolerances::{BRUNEL_RATE, COBA_CV, COBA_RATE, CUBA_CV, CUBA_RATE, DRIVE_RATE, DRIVE_RATE_LOW};
use neuropil::model::{LifRef, Reset};
use neuropil::network::{Network, PoissonInput, Population};
use neuropil::recording::{PopulationSpikes, Recording};
use neuropil::sim::EngineOptions;
use neuropil::units::Literal;

/// [ms] what is left out at the start.
const TRANSIENT: f64 = 200.0;

/// [Hz], and CV of inter-spike intervals, over all populations together.
fn figures(recording: &Recording) -> (f64, f64) {
    let neurons = recording.populations.iter().map(|population| f64::from(population.size)).sum::<f64>();
    let mean = |figure: &dyn Fn(&PopulationSpikes) -> f64| {
        let parts = recording.populations.iter().map(|population| f64::from(population.size) * figure(population));
        parts.sum::<f64>() / neurons
    };
    let cv = |population: &PopulationSpikes| recording.cv_isi(population, TRANSIENT).expect("many neurons fire often");
    (mean(&|population| recording.rate_hz(population, TRANSIENT).expect("it is recorded")), mean(&cv))
}

/// Means over ten seeds of so many steps.
fn over_seeds(name: &str, steps: u32) -> (f64, f64) {
    let gpu = gpu();
    let (mut rates, mut cvs) = (0.0, 0.0);
    for seed in 1..=10 {
        let plan = plan(&gpu, &shipped(name).seed(seed));
        let (rate, cv) = figures(&advance(&mut engine(&gpu, &plan, &EngineOptions::default()), steps));
        println!("{name}, seed {seed}: {rate:.2} Hz, CV {cv:.3}");
        rates += rate / 10.0;
        cvs += cv / 10.0;
    }
    println!("{name}: {rates:.2} Hz, CV {cvs:.3}");
    (rates, cvs)
}

fn check(name: &str, steps: u32, rate: (f64, f64), cv: (f64, f64)) {
    let (found_rate, found_cv) = over_seeds(name, steps);
    assert!((found_rate - rate.0).abs() <= rate.1, "{found_rate} Hz, published {rate:?}");
    assert!((found_cv - cv.0).abs() <= cv.1, "CV {found_cv}, published {cv:?}");
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn coba_fires_as_published() {
    check("coba", 20_000, COBA_RATE, COBA_CV);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn cuba_fires_as_published() {
    check("cuba", 20_000, CUBA_RATE, CUBA_CV);
}

/// Sources, their weight in mV and rate in Hz, and the output rate in Hz.
const DRIVE: [(u32, f64, f64, f64, f64); 4] = [
    (1000, 0.1, 9.0, 3.18, DRIVE_RATE_LOW),
    (1000, 0.1, 10.0, 13.32, DRIVE_RATE),
    (1000, 0.1, 12.0, 26.84, DRIVE_RATE),
    // 13.4 Hz would betray a variance taken for a standard deviation.
    (10_000, 0.01, 10.0, 10.47, DRIVE_RATE),
];

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn membranes_under_poisson_drive_fire_as_published() {
    let gpu = gpu();
    let mut net = Network::new(0.1.ms()).seed(12);
    for (index, (sources, weight, rate, ..)) in DRIVE.into_iter().enumerate() {
        let neuron = LifRef::new().tau(20.0.ms()).v_th(20.0.mv()).reset(Reset::Hard).tau_ref(2.0.ms());
        let cells = net.add(Population::new(format!("cells{index}"), 2000, neuron));
        net.stimulate(PoissonInput::new(&cells, sources, rate.hz(), weight.mv()));
    }
    let recording = advance(&mut engine(&gpu, &plan(&gpu, &net), &EngineOptions::default()), 22_000);
    for (population, (sources, _, rate, published, tolerance)) in recording.populations.iter().zip(DRIVE) {
        let found = recording.rate_hz(population, TRANSIENT).expect("it is recorded");
        println!("{sources} inputs of {rate} Hz: {found:.3} Hz, published {published}");
        assert!(
            (found / published - 1.0).abs() <= tolerance,
            "{sources} inputs of {rate} Hz: {found}, not {published}"
        );
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn brunel_fires_as_in_nest() {
    let gpu = gpu();
    let plan = plan(&gpu, &shipped("brunel"));
    let recording = advance(&mut engine(&gpu, &plan, &EngineOptions::default()), 10_000);
    for population in &recording.populations {
        let rate = recording.rate_hz(population, TRANSIENT).expect("it is recorded");
        println!("{}: {rate:.2} Hz", population.name);
        assert!((rate / BRUNEL_RATE.0 - 1.0).abs() <= BRUNEL_RATE.1, "{}: {rate} Hz", population.name);
    }
}
