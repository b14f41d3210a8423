//! Stacks of cells on the CPU in f32, with vector instructions and several threads: what runs where there is no
//! GPU. The reference beside it stays simple.
//!
//! As on a device, the input's part of all gates is one product for some steps together, and a step is then a product with the
//! state, whose sums become gates and the new state. Layers follow each other.

mod exchange;
mod layer;
mod matrix;
mod product;
mod rows;
mod steps;
#[cfg(test)]
mod tests;
mod worker;

use super::cell::{check_stack, count_steps};
use super::{Cell, Chunk, Options, State};
use crate::memory::{self, Tally};
use crate::{Error, Result};
use layer::Layer;
use steps::Steps;
use worker::Scratch;

/// [bytes] What the input's parts of steps that are computed together should take, so that they stay in the cache.
const TOGETHER: usize = 8 << 20;
/// Steps of a chunk at most, where nothing else is asked for.
const CHUNK_STEPS: usize = 128;

/// A stack of cells with its state, for a batch of sequences that run side by side.
pub(crate) struct CpuRnn {
    layers: Vec<Layer>,
    batch: usize,
    /// Steps of a chunk at most.
    steps: usize,
    /// Steps that are computed together at most.
    together: usize,
    every_c: bool,
    /// For each thread.
    scratch: Vec<Scratch>,
    /// So many share the work, however little it is.
    forced: Option<usize>,
    /// A run failed half-way: what there is of it was given up, so the state means nothing.
    failed: bool,
}

impl CpuRnn {
    /// Makes cells ready to run; the first takes the input, each of the others the h of the one before. h and c are 0.
    ///
    /// # Errors
    /// [`Error::Request`] if there is no cell, the batch is 0 or too large, sizes do not follow each other, or weights in f16
    /// are asked for; [`Error::HostMemory`].
    pub fn new(cells: &[Cell], batch: usize, options: &Options) -> Result<Self> {
        Self::with(crate::team::cores(), cells, batch, options)
    }

    /// As [`new`](Self::new), with so many threads at most.
    fn with(threads: usize, cells: &[Cell], batch: usize, options: &Options) -> Result<Self> {
        check_stack(cells, batch)?;
        if options.f16 {
            let legal = "weights as they are, or an adapter whose `shader_f16` is true";
            return Err(Error::request("weights in f16", "the CPU engine has no 16-bit floats", legal));
        }
        let layers = cells.iter().map(|cell| Layer::new(cell, batch)).collect::<Result<Vec<_>>>()?;
        let widest = layers.iter().map(Layer::sums).max().unwrap_or(1);
        let together = (TOGETHER / widest.saturating_mul(batch)).clamp(1, CHUNK_STEPS);
        let steps = options.steps.map_or(together, |steps| steps.max(1));
        let scratch = (0..threads.max(1)).map(|_| Scratch::default()).collect();
        Ok(Self { layers, batch, steps, together, every_c: options.every_c, scratch, forced: None, failed: false })
    }

    /// The cells, from the input on.
    pub fn cells(&self) -> impl Iterator<Item = &Cell> {
        self.layers.iter().map(|layer| &layer.cell)
    }

    /// Sequences that run side by side.
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// The state of each layer.
    pub fn state(&self) -> Vec<State> {
        self.layers.iter().map(Layer::state).collect()
    }

    /// Sets the state of all layers.
    ///
    /// # Errors
    /// [`Error::Request`] if there is not one for each layer, or one does not fit. Nothing is changed then.
    pub fn set_state(&mut self, state: &[State]) -> Result<()> {
        State::check_all(state, &self.cells().collect::<Vec<_>>(), self.batch)?;
        self.layers.iter_mut().zip(state).for_each(|(layer, state)| layer.set_state(state));
        self.failed = false;
        Ok(())
    }

    /// Sets h and c of all layers to 0.
    pub fn reset_state(&mut self) {
        for layer in &mut self.layers {
            layer.h.fill(0.0);
            layer.c.fill(0.0);
        }
        self.failed = false;
    }

    /// h of the last layer, `[batch, n_out]`.
    pub fn h(&self) -> Vec<f32> {
        self.layers.last().map_or_else(Vec::new, |last| last.h.clone())
    }

    /// Computes the steps of a sequence `[T, batch, n_in]`, and hands each chunk of them to `sink`.
    ///
    /// # Errors
    /// [`Error::Request`] if x is no whole number of steps, or an earlier run failed; [`Error::HostMemory`]; what `sink`
    /// returns: then the state must be set before another run.
    pub fn run_chunks(&mut self, x: &[f32], sink: &mut dyn FnMut(Chunk<'_>) -> Result<()>) -> Result<()> {
        self.run(x, self.steps, Some(sink))
    }

    /// The same, but nothing comes back.
    ///
    /// # Errors
    /// As [`run_chunks`](Self::run_chunks).
    pub fn step(&mut self, x: &[f32]) -> Result<()> {
        self.run(x, self.together, None)
    }

    fn run(&mut self, x: &[f32], steps: usize, mut sink: Option<Sink<'_>>) -> Result<()> {
        State::known(self.failed)?;
        let (batch, n_in) = (self.batch, self.layers[0].cell.n_in());
        let there = count_steps("x", x.len(), batch, n_in)?;
        // Any number of steps may be asked for.
        let steps = steps.min(there).max(1);
        let mut rooms = self.rooms(steps)?;
        self.failed = true;
        for (chunk, x) in x.chunks(steps * batch * n_in).enumerate() {
            let count = x.len() / (batch * n_in);
            self.chunk(x, &mut rooms);
            if let Some(sink) = &mut sink {
                let all = count * self.width();
                let (h, c) = (&rooms.h[..all], rooms.c.get(..all).unwrap_or(&[]));
                sink(Chunk { first: chunk * steps, steps: count, h, c })?;
            }
        }
        self.failed = false;
        Ok(())
    }

    /// Numbers of a step of the last layer.
    fn width(&self) -> usize {
        self.batch * self.layers.last().map_or(0, |last| last.cell.n_out())
    }

    /// # Errors
    /// [`Error::HostMemory`].
    fn rooms(&self, steps: usize) -> Result<Rooms> {
        let together = self.together.min(steps);
        let every_c = self.every_c && self.layers.last().is_some_and(|last| !last.c.is_empty());
        let widest = self.cells().map(Cell::n_out).max().unwrap_or(0);
        let hidden = if self.layers.len() > 1 { together * self.batch * widest } else { 0 };
        let all = steps.saturating_mul(self.width());
        // Sums are shared out among threads, each of which has all h and its columns of rows.
        let sums = self.layers.iter().map(Layer::sums).max().unwrap_or(0).saturating_mul(together * self.batch);
        let of_thread = 2 * self.batch * (widest + 64) * size_of::<f32>() + 32 * together * self.batch;
        let mut tally = Tally::default();
        let hint = "a smaller batch, or fewer steps in a chunk";
        let numbers = all.saturating_mul(if every_c { 2 } else { 1 }).saturating_add(2 * hidden);
        tally.needs(memory::bytes_of::<f32>(numbers as u64), "h of a chunk of steps", hint)?;
        tally.needs((sums + of_thread * self.scratch.len()) as u64, "gates of a chunk of steps", hint)?;
        Ok(Rooms {
            h: vec![0.0; all],
            c: vec![0.0; if every_c { all } else { 0 }],
            hidden: [vec![0.0; hidden], vec![0.0; hidden]],
        })
    }

    /// Computes a chunk of steps.
    fn chunk(&mut self, x: &[f32], rooms: &mut Rooms) {
        let (batch, n_in, width) = (self.batch, self.layers[0].cell.n_in(), self.width());
        for (part, x) in x.chunks(self.together * batch * n_in).enumerate() {
            let steps = x.len() / (batch * n_in);
            let own = part * self.together * width..(part * self.together + steps) * width;
            let [below, above] = &mut rooms.hidden;
            let last = self.layers.len() - 1;
            for (index, layer) in self.layers.iter_mut().enumerate() {
                let x = if index == 0 { x } else { &below[..steps * batch * layer.cell.n_in()] };
                // Nobody sees every c of the layers below.
                let (h, c) = if index < last {
                    (&mut above[..steps * batch * layer.cell.n_out()], None)
                } else {
                    (&mut rooms.h[own.clone()], rooms.c.get_mut(own.clone()))
                };
                let threads = self.forced.unwrap_or_else(|| layer.fed(steps * batch, batch));
                layer.run(threads, &mut self.scratch, batch, Steps { x, h, c });
                std::mem::swap(below, above);
            }
        }
    }
}

type Sink<'s> = &'s mut dyn FnMut(Chunk<'_>) -> Result<()>;

/// What a chunk of steps gives.
struct Rooms {
    /// `[steps, batch, n_out]` of the last layer.
    h: Vec<f32>,
    /// The same of c, or nothing.
    c: Vec<f32>,
    /// h of two layers below, in turn.
    hidden: [Vec<f32>; 2],
}
