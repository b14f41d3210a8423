//! Rows that were built before are read from their folder and not drawn again.

use crate::networks::zoo;
use neuropil::network::{Network, Storage};
use neuropil::plan::{LowerOptions, Plan};
use neuropil::rows::{Progress, Synapse};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A plan with its warnings, and whether rows were drawn for it.
fn lowered(net: &Network, cache: &Path) -> (Plan, Vec<String>, bool) {
    let told = Arc::new(AtomicU32::new(0));
    let counter = told.clone();
    let progress = Progress::new(move |_, _| {
        counter.fetch_add(1, Ordering::Relaxed);
        true
    });
    let options = LowerOptions { cache: Some(cache.to_owned()), progress, ..LowerOptions::default() };
    let plan = Plan::lower(net, &options).expect("the network is sound");
    let warnings = plan.warnings.iter().map(ToString::to_string).collect();
    (plan, warnings, told.load(Ordering::Relaxed) > 0)
}

fn synapses(plan: &Plan) -> Vec<Vec<Synapse>> {
    let rows = |(source, size): (usize, u32)| (0..size).map(move |neuron| plan.synapses.row(source, neuron));
    let sizes = plan.populations.iter().map(|population| population.size);
    sizes.enumerate().flat_map(rows).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect()
}

/// With some that is not held.
fn network() -> Network {
    let mut net = zoo();
    net.projections[0].storage = Storage::Procedural;
    net
}

#[test]
fn rows_are_drawn_once_for_each_network() {
    let folder = tempfile::tempdir().unwrap();
    // It need not be there.
    let cache = folder.path().join("some").join("rows");
    let (first, warnings, drawn) = lowered(&network(), &cache);
    assert_eq!((warnings.as_slice(), drawn, files(&cache).len()), (&[][..], true, 1));
    let name = files(&cache)[0].file_name().unwrap().to_string_lossy().into_owned();
    assert!(name.len() == 64 + 5 && name.ends_with(".rows"), "{name}");
    let (again, warnings, drawn) = lowered(&network(), &cache);
    assert_eq!((warnings.as_slice(), drawn, files(&cache).len()), (&[][..], false, 1));
    assert_eq!(again.fingerprint, first.fingerprint);
    assert_eq!(synapses(&again), synapses(&first));
    assert_eq!(again.to_string(), first.to_string());
    // Neither recorders nor stimuli are what rows follow from; the seed is.
    let mut other = network();
    (other.duration, _) = (None, other.stimuli.pop());
    assert!(!lowered(&other, &cache).2);
    assert!(lowered(&other.seed(8), &cache).2);
    assert_eq!(files(&cache).len(), 2);
}
