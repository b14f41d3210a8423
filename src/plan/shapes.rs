//! Shapes that arrays must have, held against those that they have before anything is read.

use crate::network::Sides;
use crate::{Error, Result};

/// Has an array of this shape one value for each of `size`, or one for each of every item of a batch?
pub(super) fn check_each(shape: &[usize], size: usize, batch: u32, path: &str) -> Result<()> {
    let values = shape.iter().fold(1usize, |product, &axis| product.saturating_mul(axis));
    if values == size || batch > 1 && shape == [batch as usize, size] {
        return Ok(());
    }
    let problem = format!("the array of shape {shape:?} has {values} values");
    let items =
        if batch > 1 { format!(", or [{batch}, {size}], one for each item of the batch") } else { String::new() };
    Err(Error::field(path, problem, format!("{size}, one for each{items}")))
}

/// Has a matrix the right shape?
pub(super) fn check_matrix(found: &[usize], shape: [usize; 2], path: &str) -> Result<()> {
    if found == shape {
        return Ok(());
    }
    Err(Error::field(path, format!("the array has shape {found:?}"), format!("{shape:?}")))
}

/// Has an array the shape of an explicit list?
pub(super) fn check_list(shape: &[usize], path: &str) -> Result<()> {
    if matches!(shape, [_, 2]) {
        return Ok(());
    }
    let numbers = shape.iter().fold(1usize, |product, &axis| product.saturating_mul(axis));
    Err(Error::field(path, format!("the list has shape {shape:?} and {numbers} numbers"), "pairs [source, target]"))
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
    let legal = match synapses {
        Some(synapses) => format!("[{synapses}], one for each synapse"),
        None => "one axis, a value for each synapse".to_owned(),
    };
    Err(Error::field(path, format!("the array has shape {shape:?}"), legal))
}
