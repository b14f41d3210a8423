//! Recordings of known content: joining, looking up, hashing, statistics.

use super::statistics::CV_MIN_INTERVALS;
use super::{PopulationSpikes, Recording, Spikes, Trace};
use crate::recording::Period;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

fn spikes(of: &[(u32, u32, u32)]) -> Spikes {
    let mut sorted = of.to_vec();
    sorted.sort_unstable();
    Spikes {
        step: sorted.iter().map(|spike| spike.0).collect(),
        batch: sorted.iter().map(|spike| spike.1).collect(),
        neuron: sorted.iter().map(|spike| spike.2).collect(),
    }
}

fn population(name: &str, size: u32, of: &[(u32, u32, u32)]) -> PopulationSpikes {
    PopulationSpikes {
        name: name.into(),
        size,
        neurons: (0..size).collect(),
        period: Period::default(),
        spikes: spikes(of),
    }
}

fn recording(first_step: u32, steps: u32, of: &[(u32, u32, u32)]) -> Recording {
    let v = Trace {
        population: "exc".into(),
        variable: "v".into(),
        unit: "mV".into(),
        neurons: vec![0, 3],
        steps: vec![first_step, first_step + 1],
        batch: 2,
        values: (0..8).map(|i| (first_step + i) as f32).collect(),
    };
    Recording {
        dt_ms: 0.5,
        batch: 2,
        first_step,
        steps,
        ends: vec![],
        populations: vec![population("exc", 4, of), population("inh", 1, &[])],
        traces: vec![v],
    }
}

/// Independent spikes with probability `p` per step.
fn poisson(size: u32, steps: u32, p: f64, seed: u64) -> Vec<(u32, u32, u32)> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let all = (0..steps).flat_map(|step| (0..size).map(move |neuron| (step, 0, neuron)));
    all.filter(|_| rng.random::<f64>() < p).collect()
}

fn alone(steps: u32, population: PopulationSpikes) -> Recording {
    Recording { dt_ms: 1.0, batch: 1, steps, populations: vec![population], ..Recording::default() }
}

#[test]
fn a_continued_run_is_one_recording() {
    let mut whole = recording(0, 10, &[(3, 0, 1), (3, 1, 0)]);
    whole.append(recording(10, 5, &[(12, 0, 2)])).unwrap();
    assert_eq!(whole.steps, 15);
    assert_eq!(whole.populations[0].spikes, spikes(&[(3, 0, 1), (3, 1, 0), (12, 0, 2)]));
    let v = whole.trace("exc", "v").unwrap();
    assert_eq!(v.steps, [0, 1, 10, 11]);
    assert_eq!(v.values.len(), 16);
    assert_eq!(v.values[8], 10.0);
    assert!(whole.trace("exc", "w").is_none() && whole.trace("inh", "v").is_none());
    assert_eq!(whole.population("inh").unwrap().size, 1);
    assert!(whole.population("nobody").is_none());
}

#[test]
fn only_a_continuation_is_appended() {
    let refusal = |later: Recording| {
        let mut whole = recording(0, 10, &[(3, 0, 1)]);
        let message = whole.append(later).unwrap_err().to_string();
        assert_eq!(whole, recording(0, 10, &[(3, 0, 1)]), "a refused recording changes nothing");
        message
    };
    let message = refusal(recording(11, 5, &[]));
    assert!(message.contains("begins at step 11") && message.contains("legal: step 10"), "{message}");
    let message = refusal(Recording { dt_ms: 0.1, ..recording(10, 5, &[]) });
    assert!(message.contains("dt = 0.1 ms") && message.contains("legal: dt = 0.5 ms"), "{message}");
    let message = refusal(Recording { populations: vec![], ..recording(10, 5, &[]) });
    let legal = "legal: exc [4], inh [1], and spikes of the same neurons";
    assert!(message.contains("populations none") && message.contains(legal), "{message}");
    let message = refusal(Recording { traces: vec![], ..recording(10, 5, &[]) });
    assert!(message.contains("traces none") && message.contains("legal: exc.v"), "{message}");
    let message = refusal(recording(10, u32::MAX, &[]));
    assert!(message.contains("too many"), "{message}");
    let changed = |change: &dyn Fn(&mut Recording)| {
        let mut later = recording(10, 5, &[]);
        change(&mut later);
        refusal(later)
    };
    assert_eq!(
        changed(&|later| later.batch = 3),
        "appending a recording: the later one has dt = 0.5 ms, batch = 3; legal: dt = 0.5 ms, batch = 2"
    );
    let populations = |found: &str| {
        format!(
            "appending a recording: the later one has the populations {found}; legal: exc [4], inh [1], and spikes of the \
             same neurons"
        )
    };
    let later = population("inh", 2, &[]);
    assert_eq!(changed(&|recording| recording.populations[1] = later.clone()), populations("exc [4], inh [2]"));
    assert_eq!(changed(&|later| later.populations[0].neurons = vec![0, 2]), populations("exc [2 of 4], inh [1]"));
    let traces =
        "appending a recording: the later one has the traces exc.v; legal: exc.v, of the same neurons and units";
    assert_eq!(changed(&|later| later.traces[0].neurons = vec![0, 2]), traces);
    assert_eq!(changed(&|later| later.traces[0].unit = "V".into()), traces);
    assert_eq!(changed(&|later| later.traces[0].batch = 1), traces);
}

#[test]
fn the_hash_is_the_documented_one() {
    // python: sha256(b"exc" + pack("<Q", 2) + pack("<6I", 3, 0, 1, 3, 1, 0) + b"inh" + pack("<Q", 0))
    let hash = recording(0, 10, &[(3, 0, 1), (3, 1, 0)]).spike_hash();
    assert_eq!(hash, "a89e556545a05920499b6366c886b8de99bfdb38b4f52ff1195416253d35c76e");
    for other in [&[(3, 0, 1), (3, 1, 1)][..], &[(3, 0, 1)], &[(3, 0, 1), (4, 1, 0)], &[(3, 0, 1), (3, 0, 0)]] {
        assert_ne!(recording(0, 10, other).spike_hash(), hash);
    }
}

#[test]
fn a_long_hash_does_not_depend_on_its_blocks() {
    let long = alone(2000, population("p", 100, &poisson(100, 2000, 0.2, 1)));
    let mut bytes = b"p".to_vec();
    bytes.extend((long.populations[0].spikes.len() as u64).to_le_bytes());
    for (step, batch, neuron) in long.populations[0].spikes.iter() {
        bytes.extend([step, batch, neuron].iter().flat_map(|word| word.to_le_bytes()));
    }
    use sha2::Digest;
    let expected: String = sha2::Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(long.spike_hash(), expected);
}

#[test]
fn rates_count_neurons_items_and_time() {
    // 3 spikes of 4 neurons in 2 items within 20 steps of 0.5 ms: 3 / (8 · 0.01 s).
    let run = recording(100, 20, &[(100, 0, 0), (110, 1, 3), (119, 0, 2)]);
    assert_eq!(run.rate_hz(&run.populations[0], 0.0), Some(37.5));
    assert_eq!(run.rate_hz(&run.populations[1], 0.0), Some(0.0));
    // From step 110 on: 2 spikes in 5 ms.
    assert_eq!(run.rate_hz(&run.populations[0], 55.0), Some(50.0));
    assert_eq!(run.rate_hz(&run.populations[0], 1e9), None, "there is no time");
    assert_eq!((run.end_step(), run.duration_ms()), (120, 10.0));
}

#[test]
fn a_transient_ends_at_a_whole_step() {
    let run = Recording { dt_ms: 0.1, ..alone(2000, population("p", 1, &[(999, 0, 0), (1000, 0, 0)])) };
    assert_eq!(run.rate_hz(&run.populations[0], 100.0), Some(10.0), "one spike in 0.1 s");
    // Step 3 begins at 3·0.1 ms, which is a little more than 0.3, and than 3 steps.
    let run = Recording { dt_ms: 0.1, ..alone(13, population("p", 1, &[(2, 0, 0), (3, 0, 0)])) };
    assert_eq!(run.rate_hz(&run.populations[0], 3.0 * 0.1), Some(1000.0), "one spike in 10 steps");
    // A step that has begun before is none of those that count, however little before.
    assert_eq!(run.rate_hz(&run.populations[0], 0.301), Some(0.0));
    assert_eq!(run.rate_hz(&run.populations[0], 0.299), Some(1000.0));
}

#[test]
fn a_clock_has_cv_0_and_a_poisson_process_1() {
    let clock: Vec<_> = (0..50).map(|i| (i * 20, 0, 0)).collect();
    let run = alone(1000, population("p", 1, &clock));
    assert_eq!(run.cv_isi(&run.populations[0], 0.0), Some(0.0));
    let run = alone(20_000, population("p", 50, &poisson(50, 20_000, 0.01, 7)));
    let cv = run.cv_isi(&run.populations[0], 0.0).unwrap();
    // Geometric intervals: √(1 − p) = 0.995, minus the bias of some 200 intervals.
    assert!((0.96..1.01).contains(&cv), "{cv}");
}

#[test]
fn the_cv_is_that_of_numpy() {
    // Neuron 0 of item 0: intervals 1, 2, 3, 4, 5: np.std/np.mean = √2 / 3. Neuron 0 of item 1: all 2: 0.
    let mut of: Vec<_> = [0, 1, 3, 6, 10, 15].map(|step| (step, 0, 0)).to_vec();
    of.extend([0, 2, 4, 6, 8, 10].map(|step| (step, 1, 0)));
    // Neuron 1 has one interval too few.
    of.extend((0..CV_MIN_INTERVALS as u32).map(|i| (i * i, 0, 1)));
    let run = recording(0, 20, &of);
    let cv = run.cv_isi(&run.populations[0], 0.0).unwrap();
    assert!((cv - 2f64.sqrt() / 3.0 / 2.0).abs() < 1e-15, "{cv}");
    assert_eq!(run.cv_isi(&run.populations[0], 0.5), None, "without step 0, 4 intervals are left");
    assert_eq!(run.cv_isi(&run.populations[1], 0.0), None);
}

#[test]
fn the_rate_over_time_has_a_short_last_bin() {
    let run = recording(100, 25, &[(100, 0, 0), (109, 1, 1), (110, 0, 0), (124, 0, 3), (124, 1, 3)]);
    let rate_in = |bin, item| run.population_rate(&run.populations[0], bin, item).unwrap();
    let rate = rate_in(10, None);
    assert_eq!(rate.start_ms, [50.0, 55.0, 60.0]);
    // 2 spikes of 8 neurons in 5 ms, 1 in 5 ms, 2 in 2.5 ms.
    assert_eq!(rate.hz, [50.0, 25.0, 100.0]);
    assert_eq!(rate_in(10, Some(1)).hz, [50.0, 0.0, 100.0]);
    assert_eq!(rate_in(0, None).hz.len(), 25);
}

/// `exc` with two of its four neurons recorded, `inh` not at all.
fn in_part(first_step: u32, of: &[(u32, u32, u32)]) -> Recording {
    let mut recording = recording(first_step, 20, of);
    recording.populations[0].neurons = vec![1, 3];
    recording.populations[1].neurons = Vec::new();
    recording
}

#[test]
fn figures_are_of_the_recorded_neurons() {
    let clock: Vec<_> = (0..10).map(|i| (2 * i, 1, 3)).collect();
    let run = in_part(0, &clock);
    let [exc, inh] = &run.populations[..] else { panic!("two populations") };
    // 10 spikes of 2 neurons in 2 items within 10 ms; 3 of them within the last bin of 2.5 ms.
    assert_eq!((exc.count(), run.rate_hz(exc, 0.0), run.cv_isi(exc, 0.0)), (Some(10), Some(250.0), Some(0.0)));
    assert_eq!(run.population_rate(exc, 5, None).unwrap().hz, [300.0, 200.0, 300.0, 200.0]);
    assert_eq!((inh.count(), run.rate_hz(inh, 0.0), run.cv_isi(inh, 0.0)), (None, None, None));
    assert_eq!(run.population_rate(inh, 5, None), None);
    let mut at_once = run.clone();
    at_once.steps = 0;
    assert!(at_once.population_rate(exc, 5, None).unwrap().hz.is_empty());
    assert_eq!(at_once.population_rate(inh, 5, None), None);
    assert_eq!((exc.is_whole(), inh.is_whole()), (false, false));
}

#[test]
fn recordings_of_some_neurons_are_appended() {
    let mut whole = in_part(0, &[(3, 0, 1)]);
    whole.append(in_part(20, &[(21, 1, 3)])).unwrap();
    assert_eq!(whole.populations[0].neurons, [1, 3]);
    assert_eq!(whole.populations[0].spikes, spikes(&[(3, 0, 1), (21, 1, 3)]));
    assert_eq!((whole.steps, whole.populations[1].count()), (40, None));
}

#[test]
fn a_population_that_is_not_recorded_is_not_hashed() {
    // python: sha256(b"exc" + pack("<Q", 1) + pack("<3I", 3, 0, 1))
    let run = in_part(0, &[(3, 0, 1)]);
    assert_eq!(run.spike_hash(), "335484956bdf9bb17920d9473c125537fe796ee4fa9b0176ba1393eb788b16b3");
    assert_ne!(run.spike_hash(), recording(0, 20, &[(3, 0, 1)]).spike_hash(), "nobody of it fired is something else");
}
