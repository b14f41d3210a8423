//! What goes into a run on a device, and what comes out of it.

use super::Tensor;
use crate::Result;
use crate::memory::grow;

/// Where the input of steps is: `[T, batch, n_in]`, row-major.
#[derive(Debug, Clone, Copy)]
pub enum Input<'x> {
    /// On the host.
    Host(&'x [f32]),
    /// On the same device as the cells.
    Device(&'x Tensor),
}

impl<'x> From<&'x [f32]> for Input<'x> {
    fn from(x: &'x [f32]) -> Self {
        Self::Host(x)
    }
}

impl<'x> From<&'x Vec<f32>> for Input<'x> {
    fn from(x: &'x Vec<f32>) -> Self {
        Self::Host(x)
    }
}

impl<'x> From<&'x Tensor> for Input<'x> {
    fn from(x: &'x Tensor) -> Self {
        Self::Device(x)
    }
}

/// What some steps gave, in their order.
#[derive(Debug, Clone, Copy)]
pub struct Chunk<'c> {
    /// Number of the first of them in the run.
    pub first: usize,
    /// How many they are.
    pub steps: usize,
    /// `[steps, batch, n_out]`: h of the last layer.
    pub h: &'c [f32],
    /// The same of its cell state; empty where [`Options::every_c`](super::Options::every_c) was not asked for, or there is none.
    pub c: &'c [f32],
}

/// What a run gave.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outputs {
    /// `[T, batch, n_out]`: h of the last layer.
    pub h: Vec<f32>,
    /// The same of its cell state; empty where [`Options::every_c`](super::Options::every_c) was not asked for, or there is none.
    pub c: Vec<f32>,
}

impl Outputs {
    /// All that a run hands over, chunk by chunk.
    pub(crate) fn of(run: impl FnOnce(&mut dyn FnMut(Chunk<'_>) -> Result<()>) -> Result<()>) -> Result<Self> {
        let mut outputs = Self::default();
        run(&mut |chunk| {
            for (all, chunk) in [(&mut outputs.h, chunk.h), (&mut outputs.c, chunk.c)] {
                grow(all, chunk.len(), "the outputs of all steps", "fewer steps, or taking them chunk by chunk")?;
                all.extend_from_slice(chunk);
            }
            Ok(())
        })?;
        Ok(outputs)
    }
}
