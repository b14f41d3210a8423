//! What stands on the page, for recordings with a fixed seed.

use super::{HEIGHT, LEFT, RATES, RIGHT, SPIKES, WIDTH, page, raster};
use crate::output::ticks::{round_up, ticks};
use crate::recording::Period;
use crate::recording::{PopulationSpikes, Recording, Spikes};
use kuva::render::render::Primitive;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

/// Independent spikes at `hz`.
fn poisson(name: &str, size: u32, steps: u32, hz: f64, batch: u32) -> PopulationSpikes {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(42);
    let mut spikes = Spikes::default();
    for (step, item) in (0..steps).flat_map(|step| (0..batch).map(move |item| (step, item))) {
        for neuron in 0..size {
            if rng.random::<f64>() < hz / 10_000.0 {
                spikes.step.push(step);
                spikes.batch.push(item);
                spikes.neuron.push(neuron);
            }
        }
    }
    PopulationSpikes { name: name.into(), size, neurons: (0..size).collect(), period: Period::default(), spikes }
}

fn recording(steps: u32, batch: u32, populations: Vec<PopulationSpikes>) -> Recording {
    Recording { dt_ms: 0.1, batch, steps, populations, ..Recording::default() }
}

/// All texts, and the corners and size of the marks of each batch of rectangles with more than one.
fn contents(recording: &Recording) -> (Vec<String>, Vec<Vec<[f64; 4]>>) {
    let (mut texts, mut marks) = (Vec::new(), Vec::new());
    for element in page("network", recording).into_scene().elements {
        match element {
            Primitive::RichText { spans, .. } => texts.push(spans.into_iter().map(|span| span.text).collect()),
            Primitive::RectBatch { x, y, w, h, .. } if x.len() > 1 => {
                marks.push((0..x.len()).map(|i| [x[i], y[i], w[i], h[i]]).collect());
            }
            _ => {}
        }
    }
    (texts, marks)
}

#[test]
fn every_spike_has_its_mark_in_the_band_of_its_population() {
    let run = recording(2000, 1, vec![poisson("exc", 400, 2000, 20.0, 1), poisson("inh", 100, 2000, 20.0, 1)]);
    let (texts, marks) = contents(&run);
    assert_eq!(marks.len(), 2);
    for (population, marks) in run.populations.iter().zip(&marks) {
        assert_eq!(marks.len(), population.spikes.len());
        assert!(texts.contains(&population.name));
        let rate = format!("{:.1} Hz", run.rate_hz(population, 0.0).unwrap());
        assert!(texts.contains(&rate), "{rate} in {texts:?}");
    }
    let middle = |mark: &[f64; 4]| (mark[0] + mark[2] / 2.0, mark[1] + mark[3] / 2.0);
    for (x, y) in marks.iter().flatten().map(middle) {
        assert!((LEFT..=RIGHT).contains(&x) && (SPIKES.0..=SPIKES.1).contains(&y), "{x} {y}");
    }
    let lowest = marks[0].iter().map(|mark| middle(mark).1).fold(0.0, f64::max);
    assert!(marks[1].iter().all(|mark| middle(mark).1 > lowest), "the first population is on top");
}

#[test]
fn too_many_spikes_leave_out_neurons_and_say_so() {
    let run = recording(4000, 1, vec![poisson("exc", 10_000, 4000, 200.0, 1)]);
    let (texts, marks) = contents(&run);
    let every = texts.iter().find_map(|text| text.strip_prefix("1 in ")).expect("a note");
    let every: u32 = every.strip_suffix(" drawn").expect("a note").parse().unwrap();
    let kept = run.populations[0].spikes.neuron.iter().filter(|&neuron| neuron % every == 0).count();
    assert_eq!(marks[0].len(), kept, "all spikes of the neurons that are drawn");
    let covered = kept as f64 * marks[0][0][2] * marks[0][0][3] / ((RIGHT - LEFT) * (SPIKES.1 - SPIKES.0));
    assert!((0.2..0.4).contains(&covered), "{covered}");
}

#[test]
fn silence_is_said() {
    let (texts, marks) = contents(&recording(100, 1, vec![poisson("exc", 10, 100, 0.0, 1)]));
    assert!(texts.contains(&"no spikes".to_owned()) && texts.contains(&"0 Hz".to_owned()), "{texts:?}");
    assert!(marks.is_empty());
}

#[test]
fn a_batch_shows_its_first_item() {
    let run = recording(1000, 3, vec![poisson("exc", 50, 1000, 50.0, 3)]);
    let (texts, marks) = contents(&run);
    assert!(texts.contains(&"network   item 0 of a batch of 3".to_owned()), "{texts:?}");
    assert_eq!(marks[0].len(), run.populations[0].spikes.batch.iter().filter(|&&item| item == 0).count());
}

#[test]
fn a_picture_of_anything_has_the_same_size() {
    let many = (0..200).map(|i| poisson(&format!("population {i}"), i, 100, 100.0, 1)).collect();
    let late = Recording { first_step: 1_000_000, ..recording(10, 1, vec![poisson("late", 1, 10, 0.0, 1)]) };
    for run in
        [recording(0, 1, vec![]), recording(100, 1, many), recording(1, 1, vec![poisson("p", 1, 1, 1e4, 1)]), late]
    {
        let png = raster("", &run).unwrap();
        assert_eq!(png[..8], *b"\x89PNG\r\n\x1a\n");
        assert_eq!(png[16..20], (WIDTH as u32).to_be_bytes());
        assert_eq!(png[20..24], (HEIGHT as u32).to_be_bytes());
    }
}

#[test]
fn a_rate_curve_ends_with_the_last_whole_bin() {
    // 1 s in bins of 5 ms.
    let curves = curves(&recording(10_000, 1, vec![poisson("exc", 100, 10_000, 20.0, 1)]));
    assert_eq!(curves.len(), 1);
    assert_eq!(curves[0].len(), 200);
    assert!(curves[0].iter().all(|&(_, y)| (RATES.0..=RATES.1).contains(&y)));
}

/// The points of each rate curve.
fn curves(recording: &Recording) -> Vec<Vec<(f64, f64)>> {
    let elements = page("network", recording).into_scene().elements.into_iter();
    let curves = elements.filter_map(|element| match element {
        Primitive::PolyLine { points, .. } => Some(points),
        _ => None,
    });
    curves.collect()
}

#[test]
fn few_spikes_have_wide_bins() {
    // 1 s; 2000, 200 and 20 spikes, about: 10, 1 and 0.1 in each of 200 bins.
    let populations = [100, 10, 1].map(|size| poisson("exc", size, 10_000, 20.0, 1));
    let lengths = curves(&recording(10_000, 1, populations.into())).iter().map(Vec::len).collect::<Vec<_>>();
    assert_eq!(lengths, [200, 40, 20]);
    // A short run keeps its bins of a millisecond.
    assert_eq!(curves(&recording(200, 1, vec![poisson("exc", 1, 200, 20.0, 1)]))[0].len(), 20);
}

#[test]
fn twelve_populations_have_their_names_whole_and_colours_of_their_own() {
    let sizes = [20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948, 902, 100, 8, 1];
    let name = |index: usize| if index == 8 { "thalamocortical_relay".to_owned() } else { format!("p{index}") };
    let populations = sizes.iter().enumerate().map(|(index, &size)| poisson(&name(index), size, 100, 20.0, 1));
    let run = recording(100, 1, populations.collect());
    let mut named = Vec::new();
    let mut ticks = Vec::new();
    for element in page("network", &run).into_scene().elements {
        if let Primitive::RichText { x, y, spans, color, .. } = element {
            let text: String = spans.into_iter().map(|span| span.text).collect();
            if (0..12).any(|index| text == name(index)) {
                named.push(format!("{color:?}"));
            } else if x < LEFT && y < SPIKES.1 + 10.0 && text != "neuron" {
                ticks.push((y, text));
            }
        }
    }
    assert_eq!(named.len(), 12);
    let different: std::collections::HashSet<_> = named.into_iter().collect();
    assert_eq!(different.len(), 12);
    // Every band of several neurons has a second number, so that its axis says something; none overlaps another.
    assert_eq!(ticks.iter().filter(|(_, text)| text == "0").count(), 12);
    assert!(ticks.len() >= 12 + 11, "{ticks:?}");
    ticks.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert!(ticks.windows(2).all(|pair| pair[1].0 - pair[0].0 >= 17.0), "{ticks:?}");
}

#[test]
fn ticks_are_round_numbers_within_their_axis() {
    let labels = |low, high, most| ticks(low, high, most).into_iter().map(|tick| tick.1).collect::<Vec<_>>();
    assert_eq!(labels(0.0, 1000.0, 5), ["0", "200", "400", "600", "800", "1000"]);
    assert_eq!(labels(0.3, 0.7, 4), ["0.3", "0.4", "0.5", "0.6", "0.7"]);
    assert_eq!(labels(0.0, 2.0, 2), ["0", "1", "2"]);
    assert_eq!(labels(1.0, 1.0, 5), [""; 0]);
    assert_eq!(labels(0.0, f64::INFINITY, 5), [""; 0]);
    assert_eq!(labels(f64::NAN, 1.0, 5), [""; 0]);
    for (value, rounded) in [(0.0, 0.0), (1.0, 1.0), (1.1, 2.0), (0.03, 0.05), (51.0, 100.0), (1000.0, 1000.0)] {
        assert!((round_up(value) - rounded).abs() < 1e-12 * rounded.max(1.0), "{value}");
    }
}

/// A run from step 1000 on.
fn late(steps: u32, size: u32, spikes: &[(u32, u32)]) -> Recording {
    let (step, neuron) = spikes.iter().copied().unzip();
    let spikes = Spikes { step, neuron, batch: vec![0; spikes.len()] };
    let exc =
        PopulationSpikes { name: "exc".into(), size, neurons: (0..size).collect(), period: Period::default(), spikes };
    Recording { first_step: 1000, ..recording(steps, 1, vec![exc]) }
}

#[test]
fn marks_stand_at_their_step_and_neuron() {
    let (_, marks) = contents(&late(100, 4, &[(1000, 0), (1025, 1), (1100, 3)]));
    let row = (SPIKES.1 - SPIKES.0) / 4.0;
    // The first neuron is at the bottom.
    for (mark, (part, rows)) in marks[0].iter().zip([(0.0, 0.5), (0.25, 1.5), (1.0, 3.5)]) {
        let (x, y) = (mark[0] + mark[2] / 2.0, mark[1] + mark[3] / 2.0);
        let expected = (LEFT + part * (RIGHT - LEFT), SPIKES.1 - rows * row);
        assert!((x - expected.0).abs() < 1e-9 && (y - expected.1).abs() < 1e-9, "{x} {y}, expected {expected:?}");
    }
}

#[test]
fn a_rate_stands_in_the_middle_of_its_bin_and_has_its_population_s_colour() {
    // 20 ms in bins of a millisecond; all spikes are in the fourth and the fifth.
    let spikes: Vec<_> = (1030..1040).chain(1040..1045).map(|step| (step, 0)).collect();
    let mut run = late(200, 1, &spikes);
    run.populations.insert(0, poisson("none", 1, 0, 0.0, 1));
    let mut colours = Vec::new();
    let (mut curves, mut marked) = (Vec::new(), None);
    for element in page("network", &run).into_scene().elements {
        match element {
            Primitive::PolyLine { points, stroke, .. } => {
                curves.push(points);
                colours.push(format!("{stroke:?}"));
            }
            Primitive::RectBatch { x, fills, .. } if x.len() == spikes.len() => {
                marked = Some(format!("{:?}", fills[0]))
            }
            _ => {}
        }
    }
    assert_eq!(marked.as_ref(), colours.get(1));
    assert_ne!(colours[0], colours[1]);
    let height = |bin: usize| [10.0, 5.0].get(bin.wrapping_sub(3)).copied().unwrap_or(0.0) / 10.5 * (RATES.1 - RATES.0);
    assert_eq!(curves[1].len(), 20);
    for (bin, &(x, y)) in curves[1].iter().enumerate() {
        let expected = (LEFT + (bin as f64 + 0.5) / 20.0 * (RIGHT - LEFT), RATES.1 - height(bin));
        assert!((x - expected.0).abs() < 1e-9 && (y - expected.1).abs() < 1e-9, "bin {bin}: {x} {y}");
    }
}

#[test]
fn rows_are_the_recorded_neurons() {
    let mut run = late(100, 4000, &[(1000, 7), (1050, 1999), (1100, 3998)]);
    run.populations[0].neurons = vec![7, 11, 1999, 3998];
    run.populations.push(PopulationSpikes { neurons: vec![], ..poisson("inh", 5, 100, 0.0, 1) });
    let (texts, marks) = contents(&run);
    assert_eq!(marks.len(), 1);
    let rows = |mark: &[f64; 4]| mark[1] + mark[3] / 2.0;
    let [first, third, fourth] = [0, 1, 2].map(|spike| rows(&marks[0][spike]));
    assert!((first - third - 2.0 * (third - fourth)).abs() < 1e-9, "{first} {third} {fourth}");
    for text in ["7", "11", "1999", "3998", "4 of 4000 drawn", "not recorded"] {
        assert!(texts.iter().any(|found| found == text), "{text} is not in {texts:?}");
    }
    assert!(!texts.iter().any(|text| text == "0 Hz" || text == "no spikes"), "{texts:?}");
    assert_eq!(curves(&run).len(), 1);
    // Neither is silence what nobody listened to.
    run.populations[0] = PopulationSpikes { neurons: vec![], ..poisson("exc", 4, 100, 0.0, 1) };
    assert!(!contents(&run).0.contains(&"no spikes".to_owned()));
}

#[test]
fn of_many_recorded_neurons_every_so_manieth_is_drawn() {
    // None of the recorded has an even index.
    let mut exc = poisson("exc", 20_000, 4000, 200.0, 1);
    let odd = (0..exc.spikes.len()).filter(|&at| exc.spikes.neuron[at] % 2 == 1);
    let (step, neuron): (Vec<_>, Vec<_>) = odd.map(|at| (exc.spikes.step[at], exc.spikes.neuron[at])).unzip();
    exc.spikes = Spikes { batch: vec![0; step.len()], step, neuron };
    exc.neurons = (0..10_000).map(|row| 2 * row + 1).collect();
    let run = recording(4000, 1, vec![exc]);
    let (texts, marks) = contents(&run);
    let every = texts.iter().find_map(|text| text.strip_prefix("1 in ")).expect("a note");
    let every: u32 = every.strip_suffix(" of 10000 of 20000 drawn").expect("a note").parse().unwrap();
    let drawn = run.populations[0].spikes.neuron.iter().filter(|&neuron| neuron / 2 % every == 0).count();
    assert_eq!(marks[0].len(), drawn);
}

#[test]
fn ticks_of_time_stand_at_their_time() {
    // The axis ends at 2.1 s of the simulation, or at 0.105 s.
    for (steps, expected) in [(20_000, [("0.2", 1000.0), ("2.0", 19_000.0)]), (50, [("101.0", 10.0), ("105.0", 50.0)])]
    {
        let texts = page("network", &late(steps, 1, &[])).into_scene().elements.into_iter().filter_map(|element| {
            let Primitive::RichText { x, y, spans, .. } = element else { return None };
            (y > RATES.1).then(|| (spans.into_iter().map(|span| span.text).collect::<String>(), x))
        });
        let texts: Vec<_> = texts.collect();
        for (text, since) in expected {
            let found = texts.iter().find(|(found, _)| found == text).unwrap_or_else(|| panic!("{text} in {texts:?}"));
            let x = LEFT + since / f64::from(steps) * (RIGHT - LEFT);
            assert!((found.1 - x).abs() < 1e-6, "{found:?}, expected {x}");
        }
    }
}
