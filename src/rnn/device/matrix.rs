//! The weights of one product on the device, in 32 or 16 bits.

use super::shape::Shape;
use crate::program::{BufferId, Program};
use crate::{Error, Result};
use half::f16;

/// Adds a packed matrix to a program. Each number is rounded once, when there is a place for it.
pub(super) fn add<'c>(
    program: &mut Program<'c>,
    what: String,
    shape: Shape,
    half: bool,
    number: impl Fn(usize, usize, usize) -> f64 + 'c,
) -> BufferId {
    let words = if half { shape.packed() / 2 } else { shape.packed() };
    program.buffer_made(what.clone(), words, move || {
        if half { halves(&what, shape, &number) } else { Ok(shape.pack(|k, g, u| (number(k, g, u) as f32).to_bits())) }
    })
}

/// # Errors
/// [`Error::Request`] if a number is beyond the range of f16.
fn halves(what: &str, shape: Shape, number: impl Fn(usize, usize, usize) -> f64) -> Result<Vec<u32>> {
    let packed = shape.pack(|k, gate, unit| f16::from_f64(number(k, gate, unit)));
    if packed.iter().any(|number| !number.is_finite()) {
        return Err(Error::request(what, "a weight is beyond the range of f16", "-65504 to 65504"));
    }
    Ok(bytemuck::pod_collect_to_vec(&packed))
}
