//! Numbers of one part of a case.

use neuropil::network::{Array, Distribution, Value};
use neuropil::random::{Purpose, Stream};
use neuropil::units::{Quantity, Unit};

/// What is drawn from numbers of its own, so that another choice in one part changes nothing of the others.
#[derive(Debug, Clone, Copy)]
pub enum Part {
    Populations,
    Projections,
    Stimuli,
    Records,
    Items,
    How,
    Gathers,
}

/// Numbers that follow from a seed.
pub struct Dice(Stream);

impl Dice {
    pub fn new(seed: u64, part: Part) -> Self {
        Self(Stream::new(seed, Purpose::Partners, part as u32, 0))
    }

    pub fn word(&mut self) -> u64 {
        u64::from(self.0.word())
    }

    pub fn below(&mut self, n: u32) -> u32 {
        self.0.below(n)
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.0.open_unit()
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        self.0.open_unit() < probability
    }

    pub fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u32) as usize]
    }

    /// `n` numbers in a range, of three digits.
    pub fn numbers(&mut self, n: usize, [low, high]: [f64; 2]) -> Vec<f64> {
        // As a user would write them.
        let short = |number: f64| format!("{number:.2e}").parse().expect("it is a number");
        (0..n).map(|_| short(self.between(low, high))).collect()
    }

    /// One quantity in a range.
    pub fn quantity(&mut self, range: [f64; 2], unit: &str) -> Quantity {
        Quantity::new(self.numbers(1, range)[0], &named(unit))
    }

    /// An array of numbers in a range.
    pub fn array(&mut self, shape: &[usize], range: [f64; 2], unit: &str) -> Array {
        let numbers = self.numbers(shape.iter().product(), range);
        Array::inline(numbers, shape, unit).expect("the numbers fill the shape")
    }

    /// A distribution of numbers that are all in a range.
    pub fn uniform(&mut self, [low, high]: [f64; 2], unit: &str) -> Value {
        let [low, high] = [low, high].map(|end| Quantity::new(end, &named(unit)));
        Distribution::Uniform { low, high }.into()
    }

    /// A value in a range: one for all, drawn for each, or given for each of `n`.
    pub fn value(&mut self, n: u32, range: [f64; 2], unit: &str) -> Value {
        match self.below(4) {
            0 => self.uniform(range, unit),
            1 => self.array(&[n as usize], range, unit).into(),
            _ => self.quantity(range, unit).into(),
        }
    }
}

pub fn named(unit: &str) -> Unit {
    Unit::parse(unit).expect("it is a unit")
}
