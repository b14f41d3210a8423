//! An axis of a picture: where the values of a sweep stand, and what they are called.

use crate::output::sweep::Axis;
use crate::output::ticks::ticks;
use crate::shorten::shortened;
use crate::units::{Quantity, Unit};

/// The values of an axis.
pub struct Scale {
    /// The path, with the unit in which values are told.
    pub title: String,
    /// Where the values stand: the numbers that they are, their logarithms, or their places where they are no numbers.
    pub at: Vec<f64>,
    /// What they are called.
    pub labels: Vec<String>,
    kind: Kind,
}

#[derive(PartialEq, Eq)]
enum Kind {
    Linear,
    Log,
    /// Values that are no numbers, one beside the other.
    Named,
}

impl Scale {
    /// Of values that all paths of an axis have together, those of the first.
    pub fn of(axis: &Axis) -> Self {
        let texts: Vec<String> = axis.values.iter().map(|values| bare(&values[0].to_string())).collect();
        let others = match axis.paths.len() {
            1 => String::new(),
            paths => format!(" and {} more", paths - 1),
        };
        let path = shortened(&axis.paths[0], 56);
        match numbers(&texts) {
            Some((numbers, unit)) => {
                let of_unit = if unit == Unit::ONE { String::new() } else { format!(" [{unit}]") };
                let log = axis.log && numbers.iter().all(|number| *number > 0.0);
                Self {
                    title: format!("{path}{others}{of_unit}"),
                    labels: numbers.iter().copied().map(label).collect(),
                    at: if log { numbers.iter().map(|number| number.log10()).collect() } else { numbers },
                    kind: if log { Kind::Log } else { Kind::Linear },
                }
            }
            None => Self {
                title: format!("{path}{others}"),
                at: (0..texts.len()).map(|place| place as f64).collect(),
                labels: texts.iter().map(|text| shortened(text, 18)).collect(),
                kind: Kind::Named,
            },
        }
    }

    /// The smallest and the largest place.
    pub fn range(&self) -> (f64, f64) {
        self.at.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &at| (low.min(at), high.max(at)))
    }

    /// Places and labels of at most so many ticks.
    pub fn ticks(&self, most: usize) -> Vec<(f64, String)> {
        let (low, high) = self.range();
        let round = match self.kind {
            Kind::Linear => ticks(low, high, u32::try_from(most).unwrap_or(u32::MAX)),
            Kind::Log => round_logs(low, high),
            Kind::Named => Vec::new(),
        };
        if round.len() >= 2 && round.len() <= most {
            return round;
        }
        let every = self.at.len().div_ceil(most.max(1));
        self.at.iter().copied().zip(self.labels.iter().cloned()).step_by(every).collect()
    }
}

/// Round numbers between two logarithms, three in a decade, or one where there are many decades.
fn round_logs(low: f64, high: f64) -> Vec<(f64, String)> {
    let of_decade: &[f64] = if high - low < 3.0 { &[1.0, 2.0, 5.0] } else { &[1.0] };
    // A cast saturates.
    let decades = (low.floor() as i32)..=(high.ceil() as i32);
    let numbers = decades.flat_map(|decade| of_decade.iter().map(move |digit| digit * 10f64.powi(decade)));
    let within = |at: f64| (low - 1e-6..=high + 1e-6).contains(&at);
    numbers.map(|number| (number.log10(), label(number))).filter(|(at, _)| within(*at)).collect()
}

/// All as numbers of the first one's unit; none if they are no quantities of one dimension.
fn numbers(texts: &[String]) -> Option<(Vec<f64>, Unit)> {
    let quantities = texts.iter().map(|text| Quantity::parse(text).ok()).collect::<Option<Vec<_>>>()?;
    let unit = quantities.first()?.unit().clone();
    let numbers = quantities.iter().map(|quantity| quantity.in_unit(&unit).ok()).collect::<Option<_>>()?;
    Some((numbers, unit))
}

/// Without the quotation marks of a string.
fn bare(text: &str) -> String {
    let inner = ['"', '\''].iter().find_map(|&mark| text.strip_prefix(mark)?.strip_suffix(mark));
    inner.unwrap_or(text).to_owned()
}

/// Four digits of a number.
pub fn label(number: f64) -> String {
    let rounded: f64 = format!("{number:.3e}").parse().unwrap_or(number);
    Quantity::number(rounded).to_string()
}
