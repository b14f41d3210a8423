//! Lowers analog input through a dense matrix: both x and W become words of data.

use super::Placing;
use crate::network::{Array, Value};
use crate::plan::held::{f32_words, next_place};
use crate::plan::resolve::{Context, array_in, matrix};
use crate::plan::suspicious::negative;
use crate::plan::{Column, Target};
use crate::random::Purpose;
use crate::units::Unit;
use crate::{Error, Result, Warning};

/// The target, and the columns of the model's parameters.
pub(super) fn dense(
    place: &Placing<'_>,
    input: &Array,
    weight: &Value,
    data: &mut Vec<u32>,
    warnings: &mut Vec<Warning>,
) -> Result<(Target, Vec<Column>)> {
    let (site, path) = (place.site, place.path);
    let input_path = format!("{path}.input");
    let (shape, x) = array_in(input, &Unit::ONE, &input_path)?;
    let batch = site.batch as usize;
    let (steps, items, rows) = match shape[..] {
        [steps, rows] => (steps, 1, rows),
        [steps, items, rows] if items == batch => (steps, items, rows),
        _ => {
            let legal = format!("[T, n_in], or [T, {batch}, n_in] for this batch");
            return Err(Error::field(input_path, format!("the input has shape {shape:?}"), legal));
        }
    };
    let width = place.chosen.map_or(site.size, <[u32]>::len);
    let weight_path = format!("{path}.weight");
    let (target, unit) = match site.port {
        Some((port, unit)) => (Target::Port(port), unit),
        None if is_current(weight) => (Target::Current, "mA"),
        None => (Target::Jump, site.jump_unit),
    };
    let unit = Unit::parse(unit).map_err(|problem| Error::field(&weight_path, problem, ""))?;
    let size = rows.checked_mul(width).filter(|&size| u32::try_from(size).is_ok()).ok_or_else(|| {
        let problem = format!("the matrix has the shape {:?}", [rows, width]);
        Error::field(&weight_path, problem, format!("at most {} elements", u32::MAX))
    })?;
    let context = Context {
        dt_ms: site.dt_ms,
        seed: site.seed,
        purpose: Purpose::Stimuli,
        index: site.first_drawn(),
        size,
        batch: 1,
        port_unit: "1",
        path,
        owner: "stimulus dense",
    };
    // Initialisers of projections have the even indices.
    let weights = matrix(weight, [rows, width], &unit, &weight_path, site.matrix(), context)?;
    warnings.extend(negative(weight_path, &weights, size, &unit));
    let mut words = |values: &mut dyn Iterator<Item = f64>| -> Result<Column> {
        let first = next_place(data)?;
        data.extend(f32_words(values));
        Ok(Column::Constant(f64::from(first)))
    };
    let first = words(&mut x.into_iter())?;
    let weights = words(&mut (0..size).map(|at| weights.at(at)))?;
    let [steps, items, rows] = [steps, items, rows].map(|count| Column::Constant(count as f64));
    let column = place.table_columns(width)?;
    Ok((target, vec![first, steps, items, rows, weights, Column::Constant(width as f64), column]))
}

/// Is the weight a current?
fn is_current(weight: &Value) -> bool {
    let unit = match weight {
        Value::Constant(quantity) => quantity.unit(),
        Value::Drawn(distribution) => distribution.unit(),
        Value::Array(array) => array.unit(),
        Value::Initialised(initialiser) => initialiser.scale.unit(),
        Value::Choice(_) => return false,
    };
    Unit::parse("mA").is_ok_and(|current| unit.convert(&mut [], &current).is_ok())
}
