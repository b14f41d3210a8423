//! A stack of cells on a device: its state stays there, and only what is asked for comes back.
//!
//! The input's part of all gates is one product for a whole chunk of steps. A step is then a product with the state, whose
//! last part is the gates and the new state: one dispatch, or two where a gate acts before the product. The layers
//! follow each other on the device.

mod choose;
mod clock;
mod glue;
mod io;
mod kernel;
mod layer;
mod matrix;
mod measure;
mod options;
mod products;
mod program;
mod resident;
mod shape;
mod tensor;
#[cfg(test)]
mod tests;
mod variant;

pub use io::{Chunk, Input, Outputs};
pub(crate) use measure::Plain;
pub use options::Options;
pub(crate) use products::{Products, at_once, chosen};
pub(crate) use shape::Shape;
pub use tensor::Tensor;
pub(crate) use variant::Variant;

use super::cell::check_stack;
use super::{Cell, State};
use crate::engine::{Executor, Work, in_turns};
use crate::gpu::{Gpu, Recorder, Usage};
use crate::pace::Pace;
use crate::program::Program;
use crate::{Error, Result};
use layer::{Layer, Pick, Room};
use program::{Places, StackProgram};
use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;
use tensor::{compact, spread};

/// [bytes] What the largest buffer of a chunk of steps should take.
const CHUNK_BYTES: usize = 64 << 20;
/// Steps of a chunk at most, where nothing else is asked for.
const CHUNK_STEPS: usize = 128;
/// Steps of a chunk at most, whatever is asked for: sizes of buffers stay far from overflow.
const MOST_STEPS: usize = 1 << 20;

/// A stack of cells on a device, for a batch of sequences that run side by side.
pub struct DeviceRnn {
    executor: Executor,
    places: Places,
    batch: usize,
    /// Steps of a chunk at most.
    steps: usize,
    /// Where the state is in each layer's buffer.
    slot: usize,
    /// Layers whose state was computed, not set.
    computed: BTreeSet<usize>,
    /// A run failed half-way: no other until the state of all layers is set.
    failed: bool,
}

impl DeviceRnn {
    /// Allocates and compiles; the first cell takes the input, each of the others the h of the one before. h and c are 0.
    ///
    /// # Errors
    /// [`Error::Request`] if there is no cell, the batch is 0, sizes do not follow each other, or the adapter lacks what
    /// the options ask for; [`Error::TooLarge`], [`Error::OutOfMemory`], [`Error::Validation`], [`Error::DeviceLost`].
    pub fn new(gpu: &Gpu, cells: &[Cell], batch: usize, options: &Options) -> Result<Self> {
        let product = |shape, rows| choose::variant(gpu, shape, rows);
        let steps = |cell: &Cell, batch, half| choose::steps(gpu, cell, batch, half);
        Self::with(gpu, cells, batch, options, Pick { product: &product, steps: &steps, lanes: variant::lanes(gpu) })
    }

    /// As [`new`](Self::new), as `pick` chooses.
    fn with(gpu: &Gpu, cells: &[Cell], batch: usize, options: &Options, pick: Pick<'_>) -> Result<Self> {
        let gpu = &gpu.computing(options.arithmetic);
        check_stack(cells, batch)?;
        if options.f16 && !gpu.limits().shader_f16 {
            let legal = "weights in f32, or an adapter whose `shader_f16` is true";
            return Err(Error::request("weights in f16", format!("{} has no 16-bit floats", gpu.info().name), legal));
        }
        let steps = chunk_steps(gpu, cells, batch, options);
        let StackProgram { program, places } = StackProgram::new(cells, Room { batch, steps }, options, pick)?;
        let executor = executor(gpu, &program)?;
        Ok(Self { executor, places, batch, steps, slot: 0, computed: BTreeSet::new(), failed: false })
    }

    /// The cells, from the input on.
    pub fn cells(&self) -> impl Iterator<Item = &Cell> {
        self.places.layers.iter().map(|layer| &layer.cell)
    }

    /// Sequences that run side by side.
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// Computes the steps of a sequence `[T, batch, n_in]` and returns h of all of them; a later call continues.
    ///
    /// # Errors
    /// [`Error::Request`] if the input is no whole number of steps; [`Error::DeviceLost`], [`Error::Unfinished`],
    /// [`Error::Validation`]: then the state of all layers must be set before another run.
    pub fn run<'x>(&mut self, x: impl Into<Input<'x>>) -> Result<Outputs> {
        Outputs::of(|sink| self.run_chunks(x, sink))
    }

    /// As [`run`](Self::run), but hands each chunk of steps to `sink` as soon as it is there, while the next is computed.
    ///
    /// # Errors
    /// As [`run`](Self::run); what `sink` returns.
    pub fn run_chunks<'x>(
        &mut self,
        x: impl Into<Input<'x>>,
        sink: &mut dyn FnMut(Chunk<'_>) -> Result<()>,
    ) -> Result<()> {
        self.guarded(x.into(), |rnn, x, steps| rnn.sequence(x, steps, sink))
    }

    /// As [`run`](Self::run), but returns only h `[batch, n_out]` after the last step; nothing else comes back.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn run_last<'x>(&mut self, x: impl Into<Input<'x>>) -> Result<Vec<f32>> {
        self.step(x)?;
        self.h()
    }

    /// Computes one step, or a few, of input `[T, batch, n_in]`. Nothing comes back; see [`h`](Self::h).
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn step<'x>(&mut self, x: impl Into<Input<'x>>) -> Result<()> {
        self.guarded(x.into(), |rnn, x, steps| rnn.stay(x, steps, |_, _, _, _| Ok(())))
    }

    /// h of the last layer, `[batch, n_out]`.
    ///
    /// # Errors
    /// [`Error::DeviceLost`], [`Error::Unfinished`], [`Error::OutOfMemory`].
    pub fn h(&self) -> Result<Vec<f32>> {
        let last = self.last();
        let values = self.executor.read(last.hs, last.slots(self.slot..self.slot + 1))?;
        self.executor.check()?;
        Ok(compact(&values, last.row(), last.cell.n_out()))
    }

    /// h of the last layer, `[batch, n_out]`, as a copy that stays on the device.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], [`Error::DeviceLost`].
    pub fn h_on_device(&self) -> Result<Tensor> {
        let last = self.last();
        let tensor = self.tensor(self.batch, vec![self.batch, last.cell.n_out()])?;
        let mut recorder = self.executor.gpu().recorder("h");
        let from = self.executor.buffer(last.hs);
        recorder.copy(from, last.slots(self.slot..self.slot + 1), &tensor.buffer, 0);
        let mark = self.executor.mark(&mut recorder, Work::default())?;
        recorder.submit()?;
        Ok(Tensor { mark: Some(mark), ..tensor })
    }

    /// As [`run`](Self::run), but h of all steps, `[T, batch, n_out]`, stays on the device.
    ///
    /// # Errors
    /// As [`run`](Self::run); [`Error::OutOfMemory`].
    pub fn run_on_device<'x>(&mut self, x: impl Into<Input<'x>>) -> Result<Tensor> {
        self.guarded(x.into(), |rnn, x, steps| {
            let mut tensor = rnn.tensor(steps * rnn.batch, vec![steps, rnn.batch, rnn.last().cell.n_out()])?;
            rnn.stay(x, steps, |rnn, recorder, (first, slots), work| {
                let last = rnn.last();
                let from = rnn.executor.buffer(last.hs);
                recorder.copy(from, last.slots(slots), &tensor.buffer, last.slots(first..first).start);
                tensor.mark = Some(rnn.executor.mark(recorder, work)?);
                Ok(())
            })?;
            Ok(tensor)
        })
    }

    /// The state of a layer, counted from the input.
    ///
    /// # Errors
    /// [`Error::Request`] if there is no such layer; [`Error::DeviceLost`], [`Error::Unfinished`], [`Error::OutOfMemory`].
    pub fn state(&self, layer: usize) -> Result<State> {
        let of = self.layer(layer)?;
        let read = |buffer, range| -> Result<Vec<f64>> {
            let values = compact(&self.executor.read(buffer, range)?, of.row(), of.cell.n_out());
            Ok(values.into_iter().map(f64::from).collect())
        };
        let h = read(of.hs, of.slots(self.slot..self.slot + 1))?;
        let c = read(of.cs, of.c_slot(self.slot))?;
        self.executor.check()?;
        Ok(State { h, c })
    }

    /// Sets the state of a layer; the next step continues from it.
    ///
    /// # Errors
    /// [`Error::Request`] if there is no such layer or the state does not fit it; [`Error::DeviceLost`].
    pub fn set_state(&mut self, layer: usize, state: &State) -> Result<()> {
        let of = self.layer(layer)?;
        state.check(&of.cell, self.batch, layer)?;
        let (n_out, row) = (of.cell.n_out(), of.row());
        let write = |buffer, first, values: &[f64]| {
            self.executor.write(buffer, first, bytemuck::cast_slice(&spread(values, n_out, row)))
        };
        write(of.hs, of.slots(self.slot..self.slot).start, &state.h)?;
        write(of.cs, of.c_slot(self.slot).start, &state.c)?;
        if self.computed.remove(&layer) && self.computed.is_empty() {
            // Nothing is left of what was computed.
            self.executor.restart(0)?;
            self.failed = false;
        }
        Ok(())
    }

    /// Sets h and c of all layers to 0: the next run is the first one again, bit for bit.
    ///
    /// # Errors
    /// [`Error::DeviceLost`].
    pub fn reset_state(&mut self) -> Result<()> {
        for layer in 0..self.places.layers.len() {
            let state = State::zeros(&self.places.layers[layer].cell, self.batch);
            self.set_state(layer, &state)?;
        }
        Ok(())
    }

    /// As after many steps: from now on they are done at once wherever they ever are.
    pub(crate) fn settle(&mut self) {
        self.places.layers.iter_mut().for_each(|layer| layer.expect(usize::MAX));
    }

    fn layer(&self, layer: usize) -> Result<&Layer> {
        self.places.layers.get(layer).ok_or_else(|| {
            Error::request(format!("layer {layer}"), "there is none", format!("0 to {}", self.places.layers.len() - 1))
        })
    }

    /// There is one: a stack is not empty.
    fn last(&self) -> &Layer {
        &self.places.layers[self.places.layers.len() - 1]
    }

    /// Room for so many rows of h of the last layer.
    fn tensor(&self, rows: usize, shape: Vec<usize>) -> Result<Tensor> {
        let (gpu, stride) = (self.executor.gpu(), self.last().row());
        let buffer = gpu.buffer("h", rows * stride, Usage::StorageParts)?;
        Ok(Tensor { gpu: gpu.clone(), buffer, shape, stride, mark: None })
    }

    /// Steps of an input.
    fn count(&self, x: Input<'_>) -> Result<usize> {
        let n_in = self.places.layers[0].cell.n_in();
        if matches!(x, Input::Device(x) if !x.gpu.same_device(self.executor.gpu())) {
            return Err(Error::request("x", "it is on another device than the cells", "a tensor on the same one"));
        }
        let (len, shape) = match x {
            Input::Host(x) => (x.len(), format!("[{}]", x.len())),
            Input::Device(x) => (x.shape.iter().product(), format!("{:?}", x.shape)),
        };
        let fits = match x {
            Input::Host(_) => true,
            Input::Device(x) => x.shape.ends_with(&[self.batch, n_in]),
        };
        if !fits || !len.is_multiple_of(self.batch * n_in) {
            return Err(Error::request("x", format!("its shape is {shape}"), format!("[T, {}, {n_in}]", self.batch)));
        }
        Ok(len / (self.batch * n_in))
    }

    /// Does `work` with the steps of an input; should it fail, the state is unknown until it is set.
    fn guarded<R>(&mut self, x: Input<'_>, work: impl FnOnce(&mut Self, Input<'_>, usize) -> Result<R>) -> Result<R> {
        State::known(self.failed)?;
        let steps = self.count(x)?;
        self.computed = (0..self.places.layers.len()).collect();
        self.failed = true;
        self.places.layers.iter_mut().for_each(|layer| layer.expect(steps));
        let done = work(self, x, steps)?;
        self.failed = false;
        Ok(done)
    }

    /// Computes steps of which nothing comes back. `keep` records more behind those of a chunk: it is given the number of the first,
    /// the slots that they left their states in, and what of the chunk is recorded.
    fn stay(
        &mut self,
        x: Input<'_>,
        steps: usize,
        mut keep: impl FnMut(&Self, &mut Recorder, (usize, Range<usize>), Work) -> Result<()>,
    ) -> Result<()> {
        let mut before = None;
        for first in (0..steps).step_by(self.steps) {
            let (mut recorder, work, slots) = self.record(x, first, self.steps.min(steps - first))?;
            keep(self, &mut recorder, (first, slots.clone()), work)?;
            let flight = self.executor.submit_unseen(recorder, work)?;
            self.slot = slots.end - 1;
            // The library keeps what was written until it is done.
            if let Some(before) = before.replace(flight) {
                self.executor.wait(&before, Duration::MAX)?;
            }
        }
        Ok(())
    }

    /// Computes steps and hands what they give to `sink`, a chunk while the next is computed.
    fn sequence(&mut self, x: Input<'_>, steps: usize, sink: &mut dyn FnMut(Chunk<'_>) -> Result<()>) -> Result<()> {
        let (row, n_out) = (self.last().row(), self.last().cell.n_out());
        let mut first = 0;
        in_turns(
            &mut (self, 0),
            |(rnn, next)| {
                let count = rnn.steps.min(steps - *next);
                if count == 0 {
                    return Ok(None);
                }
                let (mut recorder, work, slots) = rnn.record(x, *next, count)?;
                let Places { h, c, .. } = rnn.places;
                let mut all = c.into_iter().chain([h]);
                all.try_for_each(|id| rnn.executor.bring_back(&mut recorder, id, slots.clone()))?;
                let flight = rnn.executor.submit(recorder, work)?;
                *next += count;
                rnn.slot = slots.end - 1;
                Ok(Some(flight))
            },
            |(rnn, _), flight| {
                rnn.executor.report(&flight, |_| ())?;
                let see = |words: &[u32]| compact(words, row, n_out);
                let Places { h, c, .. } = rnn.places;
                let c = c.map_or(Ok(Vec::new()), |c| rnn.executor.came_back(c, see))?;
                let h = rnn.executor.came_back(h, see)?;
                let steps = flight.count() as usize;
                sink(Chunk { first, steps, h: &h, c: &c })?;
                first += steps;
                Ok(())
            },
        )
    }

    /// Records `count` steps from step `first` of the input; returns the slots that they leave their states in too.
    fn record(&self, x: Input<'_>, first: usize, count: usize) -> Result<(Recorder, Work, Range<usize>)> {
        let (layers, executor) = (&self.places.layers, &self.executor);
        let mut recorder = executor.recorder("steps");
        let stride = match x {
            Input::Host(_) => layers[0].cell.n_in(),
            Input::Device(x) => x.stride,
        };
        let numbers = first * self.batch * stride..(first + count) * self.batch * stride;
        match x {
            Input::Host(x) => executor.write(self.places.x, 0, bytemuck::cast_slice(&x[numbers]))?,
            Input::Device(x) => recorder.copy(&x.buffer, numbers, executor.buffer(self.places.x), 0),
        }
        let slots = slots_after(self.slot, count, self.steps);
        let work = executor.record(&mut recorder, count as u32, |windows| {
            let mut operand = (0, stride);
            for layer in layers {
                layer.record_inputs(windows, operand, count);
                layer.record_steps(windows, self.slot, slots.clone());
                operand = (slots.start * self.batch, layer.row());
            }
        });
        Ok((recorder, work, slots))
    }
}

/// A program of cells on a device. A chunk is a submission, however long it takes.
fn executor(gpu: &Gpu, program: &Program<'_>) -> Result<Executor> {
    Executor::new(gpu, program, Pace::new(1, None))
}

/// The slots that `count` steps leave their states in, one each, if they begin from the state in `slot`, and there is room for
/// the states before and after `steps` of them.
///
/// Where too few are left behind `slot`, the first follow it. No step writes the slot that it begins from: 0 is followed by 1,
/// for there is room behind it.
fn slots_after(slot: usize, count: usize, steps: usize) -> Range<usize> {
    let first = if slot + count > steps { 0 } else { slot + 1 };
    first..first + count
}

/// Steps of a chunk: as many as were asked for, or as fit the memory that a chunk should take.
fn chunk_steps(gpu: &Gpu, cells: &[Cell], batch: usize, options: &Options) -> usize {
    let widest = cells.iter().map(|cell| cell.definition().gates() * layer::row(cell).max(cell.n_in())).max();
    let step = 4 * batch * widest.unwrap_or(1);
    let room = CHUNK_BYTES.min(usize::try_from(gpu.limits().max_binding).unwrap_or(CHUNK_BYTES) / 2);
    let fitting = (room / step.max(1)).clamp(1, CHUNK_STEPS);
    options.steps.map_or(fitting, |steps| steps.clamp(1, MOST_STEPS))
}
