//! What stands on the page, for tables with known figures.

use super::map::viridis;
use super::*;
use crate::output::page::FAINT;
use crate::output::sweep::{Axis, Figures, Line};
use kuva::render::color::Color;
use kuva::render::render::Primitive;

fn axis(path: &str, values: &[&str], log: bool) -> Axis {
    let values = values.iter().map(|&value| vec![value.into()]).collect();
    Axis { paths: vec![path.to_owned()], values, log }
}

/// The page of a table of these axes and seeds, in which an item has this rate.
fn drawn(axes: Vec<Axis>, seeds: u64, rate: impl Fn(usize) -> Option<f64>) -> Option<Vec<Primitive>> {
    let folder = tempfile::tempdir().unwrap();
    let grid = Grid { axes, seeds: (0..seeds).collect() };
    let populations = ["exc".to_owned()];
    let mut table = Table::open(&folder.path().join("sweep.csv"), &grid, &populations, false).unwrap();
    let outcome = |item| match rate(item) {
        Some(hz) => {
            let populations = vec![Figure { rate_hz: Some(hz), cv_isi: None }];
            Ok(Figures { stopped_ms: None, populations, spike_hash: String::new() })
        }
        None => Err("it failed".to_owned()),
    };
    table.add((0..grid.len().unwrap()).map(|item| (item, Line { seed: 0, outcome: outcome(item) }))).unwrap();
    Some(page("net", &populations, &table)?.into_scene().elements)
}

fn texts(page: &[Primitive]) -> Vec<String> {
    let text = |element: &Primitive| match element {
        Primitive::RichText { spans, .. } => Some(spans.iter().map(|span| span.text.as_str()).collect()),
        _ => None,
    };
    page.iter().filter_map(text).collect()
}

#[test]
fn a_mean_has_the_spread_of_a_sample() {
    assert_eq!(mean(&[]), None);
    assert_eq!(mean(&[3.0]), Some((3.0, 0.0)));
    assert_eq!(mean(&[1.0, 2.0, 3.0]), Some((2.0, 1.0)));
}

#[test]
fn a_curve_goes_through_the_means_and_has_gaps() {
    // The rates of the values are 2 ± 1.41, none, 12, 22.
    let rate = |item: usize| match item / 2 {
        0 => Some([1.0, 3.0][item % 2]),
        1 => None,
        place => Some(10.0 * place as f64 - 8.0),
    };
    let axes = vec![
        axis("dt", &["0.3 ms"], false),
        axis("population[exc].params.tau", &["40 ms", "0.01 s", "20 ms", "30 ms"], false),
    ];
    let page = drawn(axes, 2, rate).unwrap();
    let curves: Vec<_> = page
        .iter()
        .filter_map(|element| match element {
            Primitive::PolyLine { points, .. } => Some(points.clone()),
            _ => None,
        })
        .collect();
    // From left to right: 10 ms has none, then 20, 30 and 40 ms.
    assert_eq!(curves.len(), 1);
    let [first, second, third] = *curves[0] else { panic!("{curves:?}") };
    assert!(first.0 < second.0 && second.0 < third.0 && ((second.0 - first.0) - (third.0 - second.0)).abs() < 1e-9);
    assert!(second.1 < first.1 && first.1 < third.1, "12 and 22 Hz, then 2: {curves:?}");
    let areas = page.iter().filter(|element| matches!(element, Primitive::Path(_))).count();
    assert_eq!(areas, 1, "the seeds of the last differ");
    let texts = texts(&page);
    for expected in [
        "net",
        "   mean and standard deviation of 2 seeds",
        "rate [Hz]",
        "CV",
        "population[exc].params.tau [ms]",
        "exc",
        "25",
    ] {
        assert!(texts.iter().any(|text| text == expected), "{expected:?} in {texts:?}");
    }
}

#[test]
fn values_that_are_no_numbers_have_their_names_and_logarithms_round_ticks() {
    let names = axis("population[exc].params.reset", &["hard", "\"soft\""], false);
    let texts_of = |axis| texts(&drawn(vec![axis], 1, |item| Some(item as f64)).unwrap());
    let texts = texts_of(names);
    assert!(texts.contains(&"hard".to_owned()) && texts.contains(&"soft".to_owned()), "{texts:?}");
    let scale = Scale::of(&axis("stimulus[0].rate", &["1 Hz", "10 Hz", "100 Hz"], true));
    let ticks = scale.ticks(12);
    assert_eq!(scale.at, [0.0, 1.0, 2.0]);
    let labels: Vec<_> = ticks.iter().map(|(_, label)| label.as_str()).collect();
    assert_eq!(labels, ["1", "2", "5", "10", "20", "50", "100"]);
    let mixed = Scale::of(&axis("p", &["1 Hz", "10 ms"], false));
    assert_eq!((mixed.title.as_str(), mixed.at), ("p", vec![0.0, 1.0]));
}

#[test]
fn a_map_has_a_cell_for_each_pair() {
    let axes = vec![axis("a", &["1 mV", "2 mV"], false), axis("b", &["30", "10", "20"], false)];
    // Of the first value 0, 1, none; of the second 3, 4, 5.
    let page = drawn(axes, 1, |item| (item != 2).then_some(item as f64)).unwrap();
    let batches = page.iter().filter_map(|element| match element {
        Primitive::RectBatch { x, y, fills, .. } if x.len() == 6 => {
            Some((0..6).map(|cell| (x[cell], y[cell], fills[cell].clone())).collect::<Vec<_>>())
        }
        _ => None,
    });
    let maps: Vec<_> = batches.collect();
    assert_eq!(maps.len(), 2, "of rate and CV");
    let rgb = |(red, green, blue)| Color::Rgb(red, green, blue);
    let colours: Vec<_> = maps[0].iter().map(|cell| cell.2.clone()).collect();
    // From the bottom 10, 20, 30.
    let expected = [Some(1.0), None, Some(0.0), Some(4.0), Some(5.0), Some(3.0)];
    let expected = expected.map(|hz| rgb(hz.map_or(FAINT, |hz| viridis(hz / 5.0))));
    assert_eq!(colours, expected);
    assert!(maps[0][0].0 < maps[0][3].0 && maps[0][0].1 > maps[0][1].1);
    assert!(maps[1].iter().all(|cell| cell.2 == rgb(FAINT)), "there is no CV");
    let texts = texts(&page);
    for expected in ["exc", "rate [Hz]", "CV", "a [mV]", "b", "none"] {
        assert!(texts.iter().any(|text| text == expected), "{expected:?} in {texts:?}");
    }
}

#[test]
fn nothing_is_drawn_of_no_axis_or_three() {
    let axes = |count: usize| vec![axis("a", &["1", "2"], false); count];
    assert!(drawn(axes(0), 2, |_| None).is_none());
    assert!(drawn(axes(3), 1, |_| None).is_none());
}
