//! `spike_times`: the steps of each neuron's arrivals, in order.

use super::{Lowered, Lowering, Size, Stimulation, Tables};
use crate::Result;
use crate::memory::bytes_of;
use crate::plan::Column;
use crate::plan::held::steps_u32;
use crate::plan::resolve::whole_or;
use crate::plan::suspicious::late;
use crate::units::Unit;

pub(super) struct SpikeTimes;

impl Lowering for SpikeTimes {
    fn size(&self, it: &Stimulation<'_>) -> Size {
        Size { words: it.elements("times"), working: bytes_of::<Vec<u32>>(it.size as u64) }
    }

    fn lower(&self, it: &mut Stimulation<'_>, columns: Vec<Column>, tables: &mut Tables) -> Result<Lowered> {
        let weight = columns[0].clone();
        let Column::Constant(_) = weight else {
            return Err(it.refused("weight", "the weight is not one value", "one quantity"));
        };
        let (_, times) = it.array("times", &Unit::MILLISECOND)?;
        let neurons = it.chosen.unwrap_or_default();
        if times.len() != neurons.len() {
            let problem = format!("{} times for {} neurons", times.len(), neurons.len());
            return Err(it.refused("times", problem, "one neuron for each time"));
        }
        let (dt_ms, path) = (it.dt_ms, format!("{}.times", it.path));
        let mut arrivals = vec![Vec::new(); it.size];
        for (index, (&time, &neuron)) in times.iter().zip(neurons).enumerate() {
            let steps = whole_or(time / dt_ms, f64::round);
            let step = steps_u32(steps, dt_ms, &path, || format!("value {index}, {time} ms,"))?;
            arrivals[neuron as usize].push(step);
        }
        tables.warnings.extend(late(&path, arrivals.iter().flatten().copied().min(), it.duration));
        let counts = arrivals.iter().map(|steps| steps.len() as f64).collect();
        let firsts = arrivals.into_iter().map(|mut steps| {
            steps.sort_unstable();
            tables.append(steps).map(f64::from)
        });
        let firsts = Column::Each(firsts.collect::<Result<_>>()?);
        Ok(Lowered::new(it.target(), vec![weight, firsts, Column::Each(counts)]).with_places(&[1]))
    }
}
