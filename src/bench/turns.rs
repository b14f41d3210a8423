//! Repetitions of a thing and of its floor, in turns, and what is made of them.

use super::{Bench, Measurement};
use crate::Result;

/// What one thing and its floor took, turn by turn.
pub(super) struct Turns {
    /// [ns]
    taken: Vec<f64>,
    /// [ns]
    floor: Vec<f64>,
}

/// Measures both `turns` times, after one turn that warms up and does not count. Both return \[ns\].
pub(super) fn take_turns(
    turns: usize,
    mut thing: impl FnMut() -> Result<f64>,
    mut floor: impl FnMut() -> Result<f64>,
) -> Result<Turns> {
    let mut taken = Turns { taken: Vec::new(), floor: Vec::new() };
    for turn in 0..=turns {
        let (thing, floor) = (thing()?, floor()?);
        if turn > 0 {
            taken.taken.push(thing);
            taken.floor.push(floor);
        }
    }
    Ok(taken)
}

impl Turns {
    /// As time for one of `count`, in units of `ns` nanoseconds, beside the floor for as many.
    pub(super) fn time(&self, bench: &Bench, what: String, unit: &'static str, ns: f64, count: f64) -> Measurement {
        let scale = 1.0 / (ns * count);
        let floor = median(self.floor.iter().map(|time| time * scale).collect());
        let ratio = median(self.taken.iter().zip(&self.floor).map(|(thing, floor)| thing / floor).collect());
        let values = self.taken.iter().map(|time| time * scale).collect();
        measurement(bench, what, unit, values, Some(floor), Some(ratio))
    }

    /// As events a second, `count` in all, beside the floor's `floor_count`.
    pub(super) fn rate(
        &self,
        bench: &Bench,
        what: String,
        unit: &'static str,
        count: f64,
        floor_count: f64,
    ) -> Measurement {
        let rate = |time: &f64| count / time * 1e9;
        let floor_rate = |time: &f64| floor_count / time * 1e9;
        let ratios = self.taken.iter().zip(&self.floor).map(|(thing, floor)| floor_rate(floor) / rate(thing));
        let floor = median(self.floor.iter().map(floor_rate).collect());
        measurement(
            bench,
            what,
            unit,
            self.taken.iter().map(rate).collect(),
            Some(floor),
            Some(median(ratios.collect())),
        )
    }

    /// As events a second, without the floor.
    pub(super) fn plain_rate(&self, bench: &Bench, what: String, unit: &'static str, count: f64) -> Measurement {
        measurement(bench, what, unit, self.taken.iter().map(|time| count / time * 1e9).collect(), None, None)
    }
}

fn measurement(
    bench: &Bench,
    what: String,
    unit: &'static str,
    values: Vec<f64>,
    floor: Option<f64>,
    ratio: Option<f64>,
) -> Measurement {
    let min = values.iter().copied().fold(f64::INFINITY, f64::min);
    let max = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Measurement { name: bench.name.to_owned(), what, unit, value: median(values), min, max, floor, ratio }
}

/// The value in the middle; the upper of two.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Turns of 10, 40, 20 ns beside floors of 5, 10, 4 ns, after one that warms up.
    fn turns() -> Turns {
        let mut things = [1000.0, 10.0, 40.0, 20.0].into_iter();
        let mut floors = [1000.0, 5.0, 10.0, 4.0].into_iter();
        take_turns(3, || Ok(things.next().unwrap()), || Ok(floors.next().unwrap())).unwrap()
    }

    const BENCH: Bench = Bench { name: "b", what: "w", floor: "f" };

    #[test]
    fn ratios_are_taken_turn_by_turn() {
        let found = turns().time(&BENCH, "x".to_owned(), "ns", 1.0, 10.0);
        // Ratios 2, 4, 5.
        let wanted = Measurement {
            name: "b".to_owned(),
            what: "x".to_owned(),
            unit: "ns",
            value: 2.0,
            min: 1.0,
            max: 4.0,
            floor: Some(0.5),
            ratio: Some(4.0),
        };
        assert_eq!(found, wanted);
    }

    #[test]
    fn a_rate_below_the_floors_is_a_ratio_above_1() {
        let found = turns().rate(&BENCH, "x".to_owned(), "/s", 4.0, 8.0);
        assert_eq!([found.min, found.value, found.max], [1e8, 2e8, 4e8]);
        // Ratios: 1.6/0.4, 0.8/0.1, 2/0.2.
        assert_eq!((found.floor, found.ratio), (Some(1.6e9), Some(8.0)));
    }
}
