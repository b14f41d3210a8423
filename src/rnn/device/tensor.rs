//! Numbers that stay on the device.

use crate::engine::Mark;
use crate::gpu::{Buffer, Gpu, Usage};
use crate::{Error, Result};

/// Rows of numbers on a device: the input of a run, or its output. Clones are cheap and mean the same numbers.
#[derive(Debug, Clone)]
pub struct Tensor {
    pub(super) gpu: Gpu,
    pub(super) buffer: Buffer<u32>,
    pub(super) shape: Vec<usize>,
    /// From one row to the next; the last axis may be padded.
    pub(super) stride: usize,
    /// Of the steps that left them here.
    pub(super) mark: Option<Mark>,
}

impl Tensor {
    /// Copies an array to the device, row-major.
    ///
    /// # Errors
    /// [`Error::Request`] if there are not as many numbers as the shape says, or the shape has no axis;
    /// [`Error::TooLarge`], [`Error::OutOfMemory`], [`Error::DeviceLost`].
    pub fn new(gpu: &Gpu, shape: &[usize], values: &[f32]) -> Result<Self> {
        let len = shape.iter().try_fold(1usize, |len, axis| len.checked_mul(*axis));
        let Some(&stride) = shape.last().filter(|_| len == Some(values.len())) else {
            let problem = format!("{} numbers for the shape {shape:?}", values.len());
            return Err(Error::request("a tensor", problem, "the product of its axes, one or more"));
        };
        let buffer = gpu.buffer_of("a tensor", bytemuck::cast_slice(values), Usage::StorageParts)?;
        Ok(Self { gpu: gpu.clone(), buffer, shape: shape.to_vec(), stride, mark: None })
    }

    /// The length of each axis.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Copies the numbers back, row-major.
    ///
    /// # Errors
    /// [`Error::Unfinished`] if they are of steps that the device did not finish; [`Error::OutOfMemory`],
    /// [`Error::DeviceLost`].
    pub fn read(&self) -> Result<Vec<f32>> {
        self.mark.as_ref().map_or(Ok(()), Mark::check)?;
        let values = self.gpu.read(&self.buffer, 0..self.buffer.len())?;
        let width = self.shape.last().copied().unwrap_or(0);
        Ok(compact(&values, self.stride, width))
    }
}

/// Rows of `width` numbers, each filled up with 0 to `stride`.
pub(super) fn spread(values: &[f64], width: usize, stride: usize) -> Vec<f32> {
    let rows = values.chunks_exact(width);
    rows.flat_map(|row| (0..stride).map(|at| row.get(at).map_or(0.0, |value| *value as f32))).collect()
}

/// The first `width` numbers of each `stride`: the way back.
pub(super) fn compact(words: &[u32], stride: usize, width: usize) -> Vec<f32> {
    let values: &[f32] = bytemuck::cast_slice(words);
    if stride == width {
        return values.to_vec();
    }
    values.chunks_exact(stride.max(1)).flat_map(|row| &row[..width]).copied().collect()
}
