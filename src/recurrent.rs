//! Recurrent cells that run: on a device, on the CPU in f32, or on the reference.
//!
//! The way in for Rust hosts and for the program; what it does stands in `rnn`. Numbers come and go as f32 either way. What only
//! a device has, arrays that stay on it, is [`DeviceRnn`]'s.

use crate::cpu::Precision;
use crate::rnn::cpu::CpuRnn;
use crate::rnn::reference::{Reference, Sequence};
use crate::rnn::{Cell, Chunk, DeviceRnn, Options, Outputs, State, count_steps};
use crate::{Backend, Error, Result};

/// Multiplications of a chunk of steps on the reference, about: some hundredths of a second.
const CHUNK_PRODUCTS: usize = 1 << 24;

/// A stack of recurrent cells with its state, for a batch of sequences that run side by side.
///
/// ```
/// use neuropil::rnn::{Gru, Lstm, Options};
/// use neuropil::{Backend, Device, Rnn};
///
/// let cells = [Lstm::new(3, 20).seed(1).build()?, Gru::new(20, 5).seed(2).build()?];
/// let backend = Backend::open(&Device::Reference)?;
/// let mut rnn = Rnn::new(&backend, &cells, 2, &Options::default())?;
///
/// let x = vec![0.5; 10 * 2 * 3];
/// let first = rnn.run(&x)?.h;
/// assert_eq!(first.len(), 10 * 2 * 5);
/// // A later call continues; from the initial state it is the same again.
/// assert_ne!(rnn.run(&x)?.h, first);
/// rnn.reset_state()?;
/// assert_eq!(rnn.run_last(&x)?, first[9 * 2 * 5..]);
/// # Ok::<(), neuropil::Error>(())
/// ```
pub struct Rnn {
    executor: Executor,
}

enum Executor {
    Device(Box<DeviceRnn>),
    Reference(Box<ByChunks>),
    Cpu(Box<CpuRnn>),
}

impl Rnn {
    /// Makes cells ready to run; the first takes the input, each of the others the h of the one before. h and c are 0.
    ///
    /// # Errors
    /// [`Error::Request`] if there is no cell, the batch is 0 or too large, sizes do not follow each other, or the
    /// backend lacks what the options ask for: the CPU has no weights in f16. In f64 the CPU is the reference. As [`DeviceRnn::new`].
    pub fn new(backend: &Backend, cells: &[Cell], batch: usize, options: &Options) -> Result<Self> {
        let executor = match backend {
            Backend::Gpu(gpu) => Executor::Device(Box::new(DeviceRnn::new(gpu, cells, batch, options)?)),
            Backend::Cpu { precision: Precision::F32, .. } => {
                Executor::Cpu(Box::new(CpuRnn::new(cells, batch, options)?))
            }
            Backend::Cpu { precision: Precision::F64, .. } | Backend::Reference => {
                Executor::Reference(Box::new(ByChunks::new(cells, batch, options)?))
            }
        };
        Ok(Self { executor })
    }

    /// Sequences that run side by side.
    pub fn batch(&self) -> usize {
        match &self.executor {
            Executor::Device(device) => device.batch(),
            Executor::Cpu(cpu) => cpu.batch(),
            Executor::Reference(reference) => reference.reference.batch(),
        }
    }

    /// The cells, from the input on.
    pub fn cells(&self) -> Vec<&Cell> {
        match &self.executor {
            Executor::Device(device) => device.cells().collect(),
            Executor::Cpu(cpu) => cpu.cells().collect(),
            Executor::Reference(reference) => reference.reference.cells().iter().collect(),
        }
    }

    /// The state of each layer, from the input on.
    ///
    /// # Errors
    /// [`Error::DeviceLost`], [`Error::Unfinished`], [`Error::OutOfMemory`].
    pub fn state(&self) -> Result<Vec<State>> {
        match &self.executor {
            Executor::Device(device) => (0..device.cells().count()).map(|layer| device.state(layer)).collect(),
            Executor::Reference(reference) => Ok(reference.reference.state().to_vec()),
            Executor::Cpu(cpu) => Ok(cpu.state()),
        }
    }

    /// Sets the state of all layers; the next step continues from it.
    ///
    /// # Errors
    /// [`Error::Request`] if there is not one for each layer, or one has another shape than its cell and the batch ask
    /// for, or a number that is not finite in f32: nothing is changed then. [`Error::DeviceLost`].
    pub fn set_state(&mut self, state: &[State]) -> Result<()> {
        match &mut self.executor {
            Executor::Device(device) => {
                State::check_all(state, &device.cells().collect::<Vec<_>>(), device.batch())?;
                state.iter().enumerate().try_for_each(|(layer, state)| device.set_state(layer, state))
            }
            Executor::Reference(reference) => reference.set_state(state.to_vec()),
            Executor::Cpu(cpu) => cpu.set_state(state),
        }
    }

    /// Sets h and c of all layers to 0: the next run is the first one again, bit for bit.
    ///
    /// # Errors
    /// [`Error::DeviceLost`].
    pub fn reset_state(&mut self) -> Result<()> {
        match &mut self.executor {
            Executor::Device(device) => device.reset_state(),
            Executor::Reference(reference) => reference.reset_state(),
            Executor::Cpu(cpu) => {
                cpu.reset_state();
                Ok(())
            }
        }
    }

    /// Computes the steps of a sequence `[T, batch, n_in]` and returns h `[T, batch, n_out]` of all of them, and c where
    /// [`Options::every_c`] says so; a later call continues.
    ///
    /// # Errors
    /// [`Error::Request`] if x is no whole number of steps; [`Error::DeviceLost`], [`Error::Unfinished`],
    /// [`Error::Validation`]: then the state must be set before another run.
    pub fn run(&mut self, x: &[f32]) -> Result<Outputs> {
        Outputs::of(|sink| self.run_chunks(x, sink))
    }

    /// As [`run`](Self::run), but hands each chunk of steps to `sink` as soon as it is there.
    ///
    /// # Errors
    /// As [`run`](Self::run); what `sink` returns, and then too the state must be set before another run.
    pub fn run_chunks(&mut self, x: &[f32], sink: &mut dyn FnMut(Chunk<'_>) -> Result<()>) -> Result<()> {
        match &mut self.executor {
            Executor::Device(device) => device.run_chunks(x, sink),
            Executor::Reference(reference) => reference.run(x, sink),
            Executor::Cpu(cpu) => cpu.run_chunks(x, sink),
        }
    }

    /// As [`run`](Self::run), but returns only h `[batch, n_out]` after the last step.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn run_last(&mut self, x: &[f32]) -> Result<Vec<f32>> {
        self.step(x)?;
        self.h()
    }

    /// Computes one step, or a few, of input `[T, batch, n_in]`. Nothing comes back; see [`h`](Self::h).
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn step(&mut self, x: &[f32]) -> Result<()> {
        match &mut self.executor {
            Executor::Device(device) => device.step(x),
            Executor::Reference(reference) => reference.run(x, &mut |_| Ok(())),
            Executor::Cpu(cpu) => cpu.step(x),
        }
    }

    /// h of the last layer, `[batch, n_out]`.
    ///
    /// # Errors
    /// [`Error::DeviceLost`], [`Error::Unfinished`], [`Error::OutOfMemory`].
    pub fn h(&self) -> Result<Vec<f32>> {
        match &self.executor {
            Executor::Device(device) => device.h(),
            Executor::Cpu(cpu) => Ok(cpu.h()),
            Executor::Reference(reference) => {
                Ok(reference.reference.state().last().map_or_else(Vec::new, |state| rounded(&state.h)))
            }
        }
    }
}

/// The reference, which computes a whole sequence at once, as a device is used.
struct ByChunks {
    reference: Reference,
    /// Steps of a chunk at most.
    steps: usize,
    every_c: bool,
    /// A run failed half-way: what there is of it was given up, so the state means nothing.
    broken: bool,
}

impl ByChunks {
    fn new(cells: &[Cell], batch: usize, options: &Options) -> Result<Self> {
        if options.f16 {
            let legal = "weights as they are, or an adapter whose `shader_f16` is true";
            return Err(Error::request("weights in f16", "the reference computes in 64 bits", legal));
        }
        let reference = Reference::new(cells, batch)?;
        let linears = cells.iter().flat_map(|cell| &cell.weights().linears);
        let products = batch.saturating_mul(linears.map(|linear| linear.weight.len()).sum());
        let steps = options.steps.unwrap_or(CHUNK_PRODUCTS / products.max(1)).max(1);
        Ok(Self { reference, steps, every_c: options.every_c, broken: false })
    }

    fn set_state(&mut self, state: Vec<State>) -> Result<()> {
        self.reference.set_state(state)?;
        self.broken = false;
        Ok(())
    }

    fn reset_state(&mut self) -> Result<()> {
        let zeros = |cell| State::zeros(cell, self.reference.batch());
        self.set_state(self.reference.cells().iter().map(zeros).collect())
    }

    fn run(&mut self, x: &[f32], sink: &mut dyn FnMut(Chunk<'_>) -> Result<()>) -> Result<()> {
        State::known(self.broken)?;
        let (batch, n_in) = (self.reference.batch(), self.reference.cells()[0].n_in());
        count_steps("x", x.len(), batch, n_in)?;
        self.broken = true;
        // Any number of steps may be asked for.
        for (chunk, x) in x.chunks(self.steps.saturating_mul(batch * n_in)).enumerate() {
            let x: Vec<f64> = x.iter().copied().map(f64::from).collect();
            let Sequence { h, c } = self.reference.run(&x)?;
            let (h, c) = (rounded(&h), if self.every_c { rounded(&c) } else { Vec::new() });
            sink(Chunk { first: chunk * self.steps, steps: x.len() / (batch * n_in), h: &h, c: &c })?;
        }
        self.broken = false;
        Ok(())
    }
}

fn rounded(values: &[f64]) -> Vec<f32> {
    values.iter().map(|&value| value as f32).collect()
}
