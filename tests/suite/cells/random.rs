//! Cells and inputs of pseudo-random numbers, all of which f32 holds exactly: so what differs from f64 is arithmetic alone.

use neuropil::rnn::{Activation, Affine, Cell, CellKind, Weights};

/// Numbers from a seed (SplitMix64: Steele, Lea and Flood, OOPSLA 2014).
pub struct Random(pub u64);

impl Random {
    /// Between −1 and 1.
    pub fn number(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 40) as f64 / f64::from(1 << 23) - 1.0
    }

    /// Between −`scale` and `scale`.
    pub fn numbers(&mut self, count: usize, scale: f64) -> Vec<f64> {
        (0..count).map(|_| single(self.number() * scale)).collect()
    }
}

/// The nearest f32.
pub fn single(value: f64) -> f64 {
    f64::from(value as f32)
}

/// The same numbers, in f32.
pub fn singles(values: &[f64]) -> Vec<f32> {
    values.iter().map(|value| *value as f32).collect()
}

/// The same numbers, in f64.
pub fn doubles(values: &[f32]) -> Vec<f64> {
    values.iter().copied().map(f64::from).collect()
}

/// A cell whose sums are about as large as its inputs and biases.
pub fn cell(kind: CellKind, n_in: usize, n_out: usize, activation: Activation, seed: u64) -> Cell {
    let mut random = Random(seed);
    let definition = kind.definition();
    let scale = (3.0 / (n_in + n_out) as f64).sqrt();
    let linears = definition.linears.iter().map(|linear| {
        let columns = linear.gates.len() * n_out;
        let weight = random.numbers((n_in + n_out) * columns, scale);
        Affine { weight, bias: random.numbers(if linear.bias { columns } else { 0 }, 0.5) }
    });
    let linears = linears.collect();
    let vector = random.numbers(if definition.vector.is_some() { n_out } else { 0 }, 0.5);
    Cell::new(kind, n_in, n_out, activation, Weights { linears, vector }).expect("the shapes fit")
}
