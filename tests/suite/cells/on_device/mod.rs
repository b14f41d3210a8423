//! Recurrent cells on the device: against known results, against the reference, and against themselves.

mod bits;
mod continuing;
mod every;
mod extremes;
mod half;
mod known;
mod nan;
mod refused;
mod sizes;
mod sums;

use super::difference;
use super::random::{Random, doubles, singles};
use neuropil::gpu::Gpu;
use neuropil::rnn::reference::Reference;
use neuropil::rnn::{Cell, DeviceRnn, Options, Outputs, State};

/// Options, from a change of the default ones.
fn options(change: impl FnOnce(&mut Options)) -> Options {
    let mut options = Options::default();
    change(&mut options);
    options
}

/// A stack on the device that returns every c, with its state at 0.
fn stack(gpu: &Gpu, cells: &[Cell], batch: usize) -> DeviceRnn {
    DeviceRnn::new(gpu, cells, batch, &options(|options| options.every_c = true)).expect("the cells fit the device")
}

/// The bits of numbers: equal where NaN is equal too.
fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// A cell's run from a state of random numbers, which f32 holds.
struct Run {
    cell: Cell,
    batch: usize,
    state: State,
    /// `[T, batch, n_in]`
    x: Vec<f64>,
}

impl Run {
    /// From a random state, over random inputs between −1 and 1.
    fn new(cell: Cell, batch: usize, steps: usize, seed: u64) -> Self {
        let mut random = Random(seed);
        let units = batch * cell.n_out();
        let state = State {
            h: random.numbers(units, 0.9),
            c: random.numbers(if cell.definition().has_c { units } else { 0 }, 0.9),
        };
        let x = random.numbers(steps * batch * cell.n_in(), 1.0);
        Self { cell, batch, state, x }
    }

    /// h and c of all steps on the device.
    fn on_device(&self, gpu: &Gpu, options: &Options) -> Outputs {
        let cells = std::slice::from_ref(&self.cell);
        let mut rnn = DeviceRnn::new(gpu, cells, self.batch, options).expect("the cell fits the device");
        rnn.set_state(0, &self.state).expect("the state fits");
        rnn.run(&singles(&self.x)).expect("the run succeeds")
    }

    /// h and c of all steps in f64, for this cell or another of its kind.
    fn on_reference(&self, cell: &Cell) -> (Vec<f64>, Vec<f64>) {
        let mut reference = Reference::new(std::slice::from_ref(cell), self.batch).expect("the cell stands alone");
        reference.set_state(vec![self.state.clone()]).expect("the state fits");
        let sequence = reference.run(&self.x).expect("the input fits");
        (sequence.h, sequence.c)
    }

    /// The largest [`difference`] of the device's h and c from the reference's.
    fn error(&self, gpu: &Gpu, floor: f64) -> f64 {
        let found = self.on_device(gpu, &options(|options| options.every_c = true));
        let (h, c) = self.on_reference(&self.cell);
        let (h, c) = (difference(&doubles(&found.h), &h, floor), difference(&doubles(&found.c), &c, floor));
        if h <= c { c } else { h }
    }
}
