//! Arithmetic of quantities: a number and a unit as it is written, computed with as network files do.

use crate::errors::refused;
use neuropil::units::{Quantity, Unit};
use numpy::{PyArrayDyn, PyReadonlyArrayDyn};
use pyo3::prelude::*;
use std::cmp::Ordering;

type Pair = (f64, String);

fn unit(py: Python<'_>, text: &str) -> PyResult<Unit> {
    Unit::parse(text).map_err(|problem| refused(py, "quantity", problem, ""))
}

fn quantity(py: Python<'_>, (value, text): &Pair) -> PyResult<Quantity> {
    Ok(Quantity::new(*value, &unit(py, text)?))
}

fn pair(py: Python<'_>, found: Result<Quantity, String>) -> PyResult<Pair> {
    let found = found.map_err(|problem| refused(py, "quantity", problem, ""))?;
    Ok((found.value(), found.unit().symbol().to_owned()))
}

/// Reads `20 ms`.
#[pyfunction]
fn quantity_parse(py: Python<'_>, text: &str) -> PyResult<Pair> {
    pair(py, Quantity::parse(text))
}

/// The product.
#[pyfunction]
fn quantity_times(py: Python<'_>, one: Pair, other: Pair) -> PyResult<Pair> {
    pair(py, quantity(py, &one)?.times(&quantity(py, &other)?))
}

/// The quotient.
#[pyfunction]
fn quantity_over(py: Python<'_>, one: Pair, other: Pair) -> PyResult<Pair> {
    pair(py, quantity(py, &one)?.over(&quantity(py, &other)?))
}

/// The sum, in the unit of the first.
#[pyfunction]
fn quantity_plus(py: Python<'_>, one: Pair, other: Pair) -> PyResult<Pair> {
    pair(py, quantity(py, &one)?.plus(&quantity(py, &other)?))
}

/// The power.
#[pyfunction]
fn quantity_power(py: Python<'_>, one: Pair, by: i8) -> PyResult<Pair> {
    pair(py, quantity(py, &one)?.power(by))
}

/// -1, 0 or 1: which is the larger.
#[pyfunction]
fn quantity_compared(py: Python<'_>, one: Pair, other: Pair) -> PyResult<i8> {
    let found = quantity(py, &one)?.compared(&quantity(py, &other)?);
    Ok(match found.map_err(|problem| refused(py, "quantity", problem, ""))? {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    })
}

/// The number in another unit.
#[pyfunction]
fn quantity_in(py: Python<'_>, one: Pair, other: &str) -> PyResult<f64> {
    let found = quantity(py, &one)?.in_unit(&unit(py, other)?);
    found.map_err(|problem| refused(py, "quantity", problem, ""))
}

/// Numbers of one unit in another.
#[pyfunction]
fn array_in<'py>(
    py: Python<'py>,
    values: PyReadonlyArrayDyn<'py, f64>,
    of: &str,
    other: &str,
) -> PyResult<Bound<'py, PyArrayDyn<f64>>> {
    let mut found = values.as_array().to_owned();
    let (of, other) = (unit(py, of)?, unit(py, other)?);
    if let Some(numbers) = found.as_slice_memory_order_mut() {
        of.convert(numbers, &other).map_err(|problem| refused(py, "quantity", problem, ""))?;
    }
    Ok(PyArrayDyn::from_owned_array(py, found))
}

/// Adds these functions.
pub fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(quantity_parse, module)?)?;
    module.add_function(wrap_pyfunction!(quantity_times, module)?)?;
    module.add_function(wrap_pyfunction!(quantity_over, module)?)?;
    module.add_function(wrap_pyfunction!(quantity_plus, module)?)?;
    module.add_function(wrap_pyfunction!(quantity_power, module)?)?;
    module.add_function(wrap_pyfunction!(quantity_compared, module)?)?;
    module.add_function(wrap_pyfunction!(quantity_in, module)?)?;
    module.add_function(wrap_pyfunction!(array_in, module)?)
}
