//! The cortical microcircuit at full scale against NEST's figures, and what its synapses take.

use crate::device::{engine, gpu, plan};
use crate::networks::shipped;
use crate::tolerances::{MICROCIRCUIT_CV, MICROCIRCUIT_RATE, MICROCIRCUIT_RATE_HZ};
use neuropil::recording::PopulationSpikes;
use neuropil::sim::EngineOptions;
use std::collections::BTreeMap;

/// Population, rate in Hz, CV of intervals over 2 s: NEST 3.10, 2 s after 0.5 s, `iaf_psc_exp`, drawn with another seed.
const NEST: [(&str, f64, f64); 8] = [
    ("L23E", 0.869, 0.706),
    ("L23I", 2.953, 0.722),
    ("L4E", 4.409, 0.732),
    ("L4I", 5.877, 0.741),
    ("L5E", 7.667, 0.726),
    ("L5I", 8.626, 0.706),
    ("L6E", 1.126, 0.716),
    ("L6I", 7.836, 0.708),
];
/// The rates in NEST's own reference file, of another run.
const NEST_FILE: [f64; 8] = [0.903, 2.965, 4.414, 5.876, 7.569, 8.633, 1.105, 7.829];

/// The CV of the intervals between a neuron's spikes, and the mean over all neurons with five spikes or more.
fn cv(population: &PopulationSpikes) -> f64 {
    let mut trains: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    for (step, _, neuron) in population.spikes.iter() {
        trains.entry(neuron).or_default().push(f64::from(step));
    }
    let cvs: Vec<f64> = trains.values().filter(|train| train.len() >= 5).map(|train| cv_of(train)).collect();
    cvs.iter().sum::<f64>() / cvs.len() as f64
}

fn cv_of(train: &[f64]) -> f64 {
    let intervals: Vec<f64> = train.windows(2).map(|two| two[1] - two[0]).collect();
    let n = intervals.len() as f64;
    let mean = intervals.iter().sum::<f64>() / n;
    (intervals.iter().map(|interval| (interval - mean).powi(2)).sum::<f64>() / n).sqrt() / mean
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
#[cfg_attr(not(without_device), ignore = "ten minutes on a software driver: ./test --thorough")]
fn rates_and_irregularity_are_those_of_nest() {
    let gpu = gpu();
    let plan = plan(&gpu, &shipped("microcircuit"));
    let table = &plan.synapses;
    assert_eq!(table.count, 298_880_968);
    let bytes = 4.0 * (table.entries.len() + table.starts.len()) as f64 / table.count as f64;
    assert!(bytes <= 4.2, "{bytes} bytes a synapse");
    let mut engine = engine(&gpu, &plan, &EngineOptions::default());
    engine.run(5_000, &mut |_| ()).unwrap();
    let (mut rates, mut cvs) = ([0.0; 8], [0.0; 8]);
    for _ in 0..5 {
        let recording = engine.run(20_000, &mut |_| ()).unwrap();
        for (index, population) in recording.populations.iter().enumerate() {
            rates[index] += population.spikes.len() as f64 / f64::from(population.size) / 2.0 / 5.0;
            cvs[index] += cv(population) / 5.0;
        }
    }
    for (index, (name, rate, irregularity)) in NEST.into_iter().enumerate() {
        println!(
            "{name}: {:.3} Hz, NEST {rate} and {}; CV {:.3}, NEST {irregularity}",
            rates[index], NEST_FILE[index], cvs[index]
        );
    }
    for (index, (name, rate, irregularity)) in NEST.into_iter().enumerate() {
        let off = [rate, NEST_FILE[index]].map(|rate| {
            let allowed = (MICROCIRCUIT_RATE * rate).max(MICROCIRCUIT_RATE_HZ);
            (rates[index] - rate).abs() / allowed
        });
        assert!(off[0].min(off[1]) <= 1.0, "{name}: {} Hz", rates[index]);
        assert!((cvs[index] - irregularity).abs() <= MICROCIRCUIT_CV, "{name}: CV {}", cvs[index]);
    }
}
