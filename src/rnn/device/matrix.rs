//! The weights of one product on the device, in 32 or 16 bits.

use super::shape::Shape;
use crate::gpu::{Binding, Buffer, Gpu, Usage};
use crate::{Error, Result};
use half::f16;

/// A packed matrix.
pub(super) enum Matrix {
    Single(Buffer<f32>),
    Half(Buffer<f16>),
}

impl Matrix {
    /// Rounds each number once, and copies them to the device.
    ///
    /// # Errors
    /// [`Error::Request`] if one is beyond the range of f16; [`Error::TooLarge`], [`Error::OutOfMemory`].
    pub fn new(
        gpu: &Gpu,
        what: &str,
        shape: Shape,
        half: bool,
        number: impl Fn(usize, usize, usize) -> f64,
    ) -> Result<Self> {
        // Buffers first: they refuse what the adapter cannot hold before the host packs it.
        if !half {
            let buffer = gpu.buffer(what, shape.packed(), Usage::Storage)?;
            gpu.write(&buffer, 0, &shape.pack(|k, gate, unit| number(k, gate, unit) as f32))?;
            return Ok(Self::Single(buffer));
        }
        let buffer = gpu.buffer(what, shape.packed(), Usage::Storage)?;
        let packed = shape.pack(|k, gate, unit| f16::from_f64(number(k, gate, unit)));
        if packed.iter().any(|number| !number.is_finite()) {
            return Err(Error::request(what, "a weight is beyond the range of f16", "-65504 to 65504"));
        }
        gpu.write(&buffer, 0, &packed)?;
        Ok(Self::Half(buffer))
    }

    /// As a kernel sees it.
    pub fn binding(&self) -> &dyn Binding {
        match self {
            Self::Single(buffer) => buffer,
            Self::Half(buffer) => buffer,
        }
    }
}
