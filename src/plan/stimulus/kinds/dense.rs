//! `dense`: both x and W of analog input become words.

use super::{Lowered, Lowering, Size, Stimulation, Tables, word};
use crate::Result;
use crate::memory::bytes_of;
use crate::network::Value;
use crate::plan::arrays::Given;
use crate::plan::held::f32_words;
use crate::plan::resolve::{Context, matrix};
use crate::plan::suspicious::negative;
use crate::plan::{Column, Target};
use crate::units::Unit;

pub(super) struct Dense;

impl Lowering for Dense {
    fn size(&self, it: &Stimulation<'_>) -> Size {
        let rows = it.shape("input").last().map_or(0, |&rows| rows as u64);
        let weights = rows.saturating_mul(it.count() as u64);
        // As they come, before they are a column; an initialiser's are scaled.
        let copies = match it.told.get("weight") {
            Some(Value::Array(_) | Value::Drawn(_)) => 1,
            Some(Value::Initialised(_)) => 2,
            _ => 0,
        };
        let working = bytes_of::<f64>(weights).saturating_mul(copies);
        Size { words: it.elements("input").saturating_add(weights), working }
    }

    fn lower(&self, it: &mut Stimulation<'_>, _columns: Vec<Column>, tables: &mut Tables) -> Result<Lowered> {
        let (shape, x) = it.array("input", &Unit::ONE)?;
        let batch = it.batch as usize;
        let (steps, items, rows) = match shape[..] {
            [steps, rows] => (steps, 1, rows),
            [steps, items, rows] if items == batch => (steps, items, rows),
            _ => {
                let legal = format!("[T, n_in], or [T, {batch}, n_in] for this batch");
                return Err(it.refused("input", format!("the input has shape {shape:?}"), legal));
            }
        };
        let first = tables.append(f32_words(x))?;
        let width = it.count();
        let (target, weights) = weights(it, [rows, width], tables)?;
        let [steps, items, rows, columns] = [steps, items, rows, width].map(word);
        let params = vec![word(first), steps, items, rows, word(weights), columns, it.column_of_each(width)?];
        Ok(Lowered::new(target, params).with_places(&[0, 4]))
    }
}

/// The target, and the place of the matrix.
fn weights(it: &mut Stimulation<'_>, shape: [usize; 2], tables: &mut Tables) -> Result<(Target, u32)> {
    let path = format!("{}.weight", it.path);
    let weight = it.take("weight")?;
    let (target, unit) = match it.port {
        Some((port, unit)) => (Target::Port(port), unit),
        None if is_current(&weight) => (Target::Current, "mA"),
        None => (Target::Jump, it.jump_unit),
    };
    let unit = Unit::parse(unit).map_err(|problem| it.refused("weight", problem, ""))?;
    let [rows, width] = shape;
    let size = rows.checked_mul(width).filter(|&size| u32::try_from(size).is_ok()).ok_or_else(|| {
        let problem = format!("the matrix has the shape {shape:?}");
        it.refused("weight", problem, format!("at most {} elements", u32::MAX))
    })?;
    // Initialisers of projections have the even indices.
    let initialiser = u64::from(it.index) << 1 | 1;
    let context = Context { size, port_unit: "1", ..it.context("stimulus dense") };
    let weights = matrix(weight, shape, &unit, &path, initialiser, context)?;
    tables.warnings.extend(negative(path, &weights, size, &unit));
    Ok((target, tables.append(f32_words((0..size).map(|at| weights.at(at))))?))
}

/// Is the weight a current?
fn is_current(weight: &Given<'_>) -> bool {
    let unit = match weight {
        Value::Constant(quantity) => quantity.unit(),
        Value::Drawn(distribution) => distribution.unit(),
        Value::Array(array) => array.unit,
        Value::Initialised(initialiser) => initialiser.scale.unit(),
        Value::Conducted(_) | Value::Choice(_) => return false,
    };
    unit.convert(&mut [], &Unit::MILLIAMPERE).is_ok()
}
