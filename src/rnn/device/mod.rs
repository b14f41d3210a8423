//! A stack of cells on a device: its state stays there, and only what is asked for comes back.
//!
//! The input's part of all gates is one product for a whole chunk of steps. A step is then a product with the state, whose
//! last part is the gates and the new state: one dispatch, or two where a gate acts before the product. The layers
//! follow each other on the device.

mod choose;
mod counter;
mod glue;
mod io;
mod kernel;
mod layer;
mod matrix;
mod measure;
mod options;
mod products;
mod resident;
mod shape;
mod tensor;
#[cfg(test)]
mod tests;
mod variant;

pub use io::{Chunk, Input, Outputs};
pub(crate) use measure::{Plain, Steps};
pub use options::Options;
pub(crate) use products::{Products, chosen};
pub(crate) use shape::Shape;
pub use tensor::Tensor;
pub(crate) use variant::Variant;

use super::cell::check_stack;
use super::{Cell, State};
use crate::gpu::{Buffer, Gpu, Readback, Recorder, Report, Ticket, Usage};
use crate::{Error, Result};
use counter::{Counter, Work, compare};
use layer::{Layer, Pick, Room, Shared};
use std::collections::{BTreeSet, VecDeque};
use std::ops::Range;
use tensor::{compact, spread};

/// [bytes] What the largest buffer of a chunk of steps should take.
const CHUNK_BYTES: usize = 64 << 20;
/// Steps of a chunk at most, where nothing else is asked for.
const CHUNK_STEPS: usize = 128;
/// Steps of a chunk at most, whatever is asked for: sizes of buffers stay far from overflow.
const MOST_STEPS: usize = 1 << 20;

/// A stack of cells on a device, for a batch of sequences that run side by side.
pub struct DeviceRnn {
    gpu: Gpu,
    layers: Vec<Layer>,
    batch: usize,
    /// Steps of a chunk at most.
    steps: usize,
    x: Buffer<f32>,
    counter: Counter,
    /// Where the state is in each layer's buffer.
    slot: usize,
    /// Layers whose state was computed, not set.
    computed: BTreeSet<usize>,
    /// A run failed half-way: no other until the state of all layers is set.
    failed: bool,
}

/// Records more behind the steps of a chunk: the number of the first, and the slots that they left their states in.
type More<'m> = dyn FnMut(&DeviceRnn, &mut Recorder, usize, Range<usize>) -> Result<()> + 'm;

impl DeviceRnn {
    /// Allocates and compiles; the first cell takes the input, each of the others the h of the one before. h and c are 0.
    ///
    /// # Errors
    /// [`Error::Request`] if there is no cell, the batch is 0, sizes do not follow each other, or the adapter lacks what
    /// the options ask for; [`Error::TooLarge`], [`Error::OutOfMemory`], [`Error::Validation`], [`Error::DeviceLost`].
    pub fn new(gpu: &Gpu, cells: &[Cell], batch: usize, options: &Options) -> Result<Self> {
        let product = |shape, rows| choose::variant(gpu, shape, rows);
        let steps = |cell: &Cell, batch, half| choose::steps(gpu, cell, batch, half);
        Self::with(gpu, cells, batch, options, Pick { product: &product, steps: &steps })
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
        let x_len = steps * batch * cells[0].n_in().next_multiple_of(4);
        let x: Buffer<f32> = gpu.buffer("the input", x_len, Usage::Storage)?;
        let counter = Counter::new(gpu)?;
        let mut layers: Vec<Layer> = Vec::with_capacity(cells.len());
        for (layer, cell) in cells.iter().enumerate() {
            // Nobody sees every c of the layers below.
            let every_c = options.every_c && layer + 1 == cells.len();
            let options = Options { every_c, ..options.clone() };
            let shared = Shared { x: layers.last().map_or(&x, |below| &below.hs), report: counter.words() };
            let layer = Layer::new(gpu, cell, Room { batch, steps }, shared, &options, pick)?;
            layers.push(layer);
        }
        let computed = BTreeSet::new();
        Ok(Self { gpu: gpu.clone(), layers, batch, steps, x, counter, slot: 0, computed, failed: false })
    }

    /// The cells, from the input on.
    pub fn cells(&self) -> impl Iterator<Item = &Cell> {
        self.layers.iter().map(|layer| &layer.cell)
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
        self.guarded(x.into(), |rnn, x, steps| rnn.resident(x, steps, &mut |_, _, _, _| Ok(())))
    }

    /// h of the last layer, `[batch, n_out]`.
    ///
    /// # Errors
    /// [`Error::DeviceLost`], [`Error::Unfinished`], [`Error::OutOfMemory`].
    pub fn h(&self) -> Result<Vec<f32>> {
        let last = self.last();
        let values = self.gpu.read(&last.hs, last.slots(self.slot..self.slot + 1))?;
        self.counter.check(&self.gpu)?;
        Ok(compact(&values, last.row(), last.cell.n_out()))
    }

    /// h of the last layer, `[batch, n_out]`, as a copy that stays on the device.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], [`Error::DeviceLost`].
    pub fn h_on_device(&self) -> Result<Tensor> {
        let last = self.last();
        let (tensor, reached) = self.tensor(self.batch, vec![self.batch, last.cell.n_out()])?;
        let mut recorder = self.gpu.recorder("h");
        recorder.copy(&last.hs, last.slots(self.slot..self.slot + 1), &tensor.buffer, 0);
        recorder.copy(self.counter.words(), Report::REACHED..Report::REACHED + 1, &reached, 0);
        recorder.submit()?;
        Ok(Tensor { counted: Some((reached, self.counter.expected())), ..tensor })
    }

    /// As [`run`](Self::run), but h of all steps, `[T, batch, n_out]`, stays on the device.
    ///
    /// # Errors
    /// As [`run`](Self::run); [`Error::OutOfMemory`].
    pub fn run_on_device<'x>(&mut self, x: impl Into<Input<'x>>) -> Result<Tensor> {
        self.guarded(x.into(), |rnn, x, steps| {
            let (tensor, reached) = rnn.tensor(steps * rnn.batch, vec![steps, rnn.batch, rnn.last().cell.n_out()])?;
            rnn.resident(x, steps, &mut |rnn, recorder, first, slots| {
                let last = rnn.last();
                recorder.copy(&last.hs, last.slots(slots), &tensor.buffer, last.slots(first..first).start);
                recorder.copy(rnn.counter.words(), Report::REACHED..Report::REACHED + 1, &reached, 0);
                Ok(())
            })?;
            let counted = (steps > 0).then(|| (reached, rnn.counter.expected()));
            Ok(Tensor { counted, ..tensor })
        })
    }

    /// The state of a layer, counted from the input.
    ///
    /// # Errors
    /// [`Error::Request`] if there is no such layer; [`Error::DeviceLost`], [`Error::Unfinished`], [`Error::OutOfMemory`].
    pub fn state(&self, layer: usize) -> Result<State> {
        let of = self.layer(layer)?;
        let read = |buffer: &Buffer<f32>, range: Range<usize>| -> Result<Vec<f64>> {
            let values = compact(&self.gpu.read(buffer, range)?, of.row(), of.cell.n_out());
            Ok(values.into_iter().map(f64::from).collect())
        };
        let h = read(&of.hs, of.slots(self.slot..self.slot + 1))?;
        let c = read(&of.cs, of.c_slot(self.slot))?;
        self.counter.check(&self.gpu)?;
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
        self.gpu.write(&of.hs, of.slots(self.slot..self.slot).start, &spread(&state.h, n_out, row))?;
        self.gpu.write(&of.cs, of.c_slot(self.slot).start, &spread(&state.c, n_out, row))?;
        if self.computed.remove(&layer) && self.computed.is_empty() {
            // Nothing is left of what was computed.
            self.counter.restart(&self.gpu)?;
            self.failed = false;
        }
        Ok(())
    }

    /// Sets h and c of all layers to 0: the next run is the first one again, bit for bit.
    ///
    /// # Errors
    /// [`Error::DeviceLost`].
    pub fn reset_state(&mut self) -> Result<()> {
        for layer in 0..self.layers.len() {
            let state = State::zeros(&self.layers[layer].cell, self.batch);
            self.set_state(layer, &state)?;
        }
        Ok(())
    }

    /// As after many steps: from now on they are done at once wherever they ever are.
    pub(crate) fn settle(&mut self) {
        self.layers.iter_mut().for_each(|layer| layer.expect(usize::MAX));
    }

    fn layer(&self, layer: usize) -> Result<&Layer> {
        self.layers.get(layer).ok_or_else(|| {
            Error::request(format!("layer {layer}"), "there is none", format!("0 to {}", self.layers.len() - 1))
        })
    }

    /// There is one: a stack is not empty.
    fn last(&self) -> &Layer {
        &self.layers[self.layers.len() - 1]
    }

    /// Room for so many rows of h of the last layer, and for the count of steps that they come with.
    fn tensor(&self, rows: usize, shape: Vec<usize>) -> Result<(Tensor, Buffer<u32>)> {
        let stride = self.last().row();
        let buffer = self.gpu.buffer("h", rows * stride, Usage::StorageParts)?;
        let reached = self.gpu.buffer("the step counter", 1, Usage::Storage)?;
        Ok((Tensor { gpu: self.gpu.clone(), buffer, shape, stride, counted: None }, reached))
    }

    /// Steps of an input.
    fn count(&self, x: Input<'_>) -> Result<usize> {
        let n_in = self.layers[0].cell.n_in();
        if matches!(x, Input::Device(x) if !x.gpu.same_device(&self.gpu)) {
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
        self.computed = (0..self.layers.len()).collect();
        self.failed = true;
        self.layers.iter_mut().for_each(|layer| layer.expect(steps));
        let done = work(self, x, steps)?;
        self.failed = false;
        Ok(done)
    }

    /// Computes steps of which nothing comes back.
    fn resident(&mut self, x: Input<'_>, steps: usize, more: &mut More<'_>) -> Result<()> {
        let mut flights = VecDeque::new();
        for first in (0..steps).step_by(self.steps) {
            let ticket = self.submit(x, first, self.steps.min(steps - first), more)?;
            flights.push_back(ticket);
            // The library keeps what was written until it is done.
            if flights.len() > 2
                && let Some(oldest) = flights.pop_front()
            {
                self.gpu.wait(&oldest)?;
            }
        }
        Ok(())
    }

    /// Computes steps and hands what they give to `sink`, a chunk while the next is computed.
    fn sequence(&mut self, x: Input<'_>, steps: usize, sink: &mut dyn FnMut(Chunk<'_>) -> Result<()>) -> Result<()> {
        let capacity = self.steps.min(steps.max(1)) * self.batch * self.last().row();
        let mut hs = Readback::new(&self.gpu, "h", capacity, 2)?;
        let every_c = self.last().every_c;
        let mut cs = Readback::new(&self.gpu, "c", if every_c { capacity } else { 0 }, 2)?;
        let mut counts = Readback::new(&self.gpu, "the step counter", 1, 2)?;
        let mut flights: VecDeque<(usize, usize, u32)> = VecDeque::new();
        let mut first = 0;
        while first < steps || !flights.is_empty() {
            while first < steps && flights.len() < 2 {
                let count = self.steps.min(steps - first);
                self.submit(x, first, count, &mut |rnn, recorder, _, slots| {
                    let last = rnn.last();
                    let slots = last.slots(slots);
                    if every_c {
                        cs.record(recorder, &last.cs, slots.clone())?;
                    }
                    hs.record(recorder, &last.hs, slots)?;
                    counts.record(recorder, rnn.counter.words(), Report::REACHED..Report::REACHED + 1)
                })?;
                flights.push_back((first, count, self.counter.expected()));
                first += count;
            }
            let Some((first, steps, expected)) = flights.pop_front() else { break };
            let reached: u32 = counts.wait_with(|count| count[0])?;
            compare(expected, reached)?;
            let (row, n_out) = (self.last().row(), self.last().cell.n_out());
            let c = if every_c { cs.wait_with(|c| compact(c, row, n_out))? } else { Vec::new() };
            let h = hs.wait_with(|h| compact(h, row, n_out))?;
            sink(Chunk { first, steps, h: &h, c: &c })?;
        }
        Ok(())
    }

    /// Submits `count` steps from step `first` of the input, with what `more` records behind them.
    fn submit(&mut self, x: Input<'_>, first: usize, count: usize, more: &mut More<'_>) -> Result<Ticket> {
        let mut recorder = self.gpu.recorder("steps");
        let stride = match x {
            Input::Host(_) => self.layers[0].cell.n_in(),
            Input::Device(x) => x.stride,
        };
        let numbers = first * self.batch * stride..(first + count) * self.batch * stride;
        match x {
            Input::Host(x) => self.gpu.write(&self.x, 0, &x[numbers])?,
            Input::Device(x) => recorder.copy(&x.buffer, numbers, &self.x, 0),
        }
        let slots = slots_after(self.slot, count, self.steps);
        let workgroups = self.layers.iter().map(|layer| layer.workgroups(count)).fold(0, u32::wrapping_add);
        let work = Work { steps: count, workgroups };
        {
            let mut pass = recorder.pass("steps");
            let mut operand = (0, stride);
            for layer in &self.layers {
                layer.record_inputs(&mut pass, operand, count);
                layer.record_steps(&mut pass, self.slot, slots.clone());
                operand = (slots.start * self.batch, layer.row());
            }
            self.counter.record(&mut pass, work);
        }
        more(self, &mut recorder, first, slots.clone())?;
        let ticket = recorder.submit()?;
        self.counter.submitted(work);
        self.slot = slots.end - 1;
        Ok(ticket)
    }
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
