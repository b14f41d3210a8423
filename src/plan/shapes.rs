//! Shapes that arrays must have, held against those that they have before anything is read.

use crate::network::Sides;
use crate::{Error, Result};

/// How many numbers an array of this shape has.
pub(super) fn elements(shape: &[usize]) -> usize {
    shape.iter().fold(1, |product, &axis| product.saturating_mul(axis))
}

/// Has an array of this shape one value for each of `size`, one for each of every item of a batch, or one for each item?
pub(super) fn check_each(shape: &[usize], size: usize, batch: usize, path: &str) -> Result<()> {
    if shape == [size] || shape == [batch, size] || batch > 1 && shape == [batch, 1] {
        return Ok(());
    }
    let items = if batch > 1 {
        format!(", or [{batch}, {size}], one for each of each item of the batch, or [{batch}, 1], one for each item")
    } else {
        String::new()
    };
    Err(wrong(shape, path, format!("[{size}], one for each{items}")))
}

/// Has a matrix the right shape?
pub(super) fn check_matrix(found: &[usize], shape: [usize; 2], path: &str) -> Result<()> {
    if found == shape {
        return Ok(());
    }
    Err(wrong(found, path, format!("{shape:?}")))
}

/// Has an array the shape of a projection's weights or delays? For all-to-all that is a matrix; chance may decide how many
/// synapses there are otherwise.
pub(super) fn check_values(
    shape: &[usize],
    all: bool,
    synapses: Option<u64>,
    Sides { n_pre, n_post, .. }: Sides,
    path: &str,
) -> Result<()> {
    if all {
        return check_matrix(shape, [n_pre as usize, n_post as usize], path);
    }
    if matches!(shape, [values] if synapses.is_none_or(|synapses| *values as u64 == synapses)) {
        return Ok(());
    }
    Err(match synapses {
        Some(synapses) => not_of_synapses(shape, synapses, path),
        None => wrong(shape, path, "one axis, a value for each synapse".to_owned()),
    })
}

/// An array has not a value for each of so many synapses.
pub(super) fn not_of_synapses(shape: &[usize], synapses: u64, path: &str) -> Error {
    wrong(shape, path, format!("[{synapses}], one for each synapse"))
}

fn wrong(shape: &[usize], path: &str, legal: String) -> Error {
    Error::field(path, format!("the array has shape {shape:?}"), legal)
}
