//! The synapses of a plan's projections as they are: what is executed, said in the network's terms.

use super::{Gather, Plan};
use crate::memory::{bytes_of, needs};
use crate::nearest::hint;
use crate::rows::{Connection, OfProjection};
use crate::{Error, Result};
use rayon::prelude::*;
use std::ops::Range;

/// Synapses of a projection, in the order of their sources, and of one source in that of their targets.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Synapses {
    /// The source of each, by its number in the population.
    pub pre: Vec<u32>,
    /// The target of each, by its number in the population.
    pub post: Vec<u32>,
    /// The weight of each in the unit of the port (mS for `coba`, mA for `cuba`, mV for `delta`, none for `sum`), as it is counted; of
    /// graded projections, and of gap junctions in mS, as an f32 has it.
    pub weight: Vec<f64>,
    /// \[ms\] The delay of each, in whole steps.
    pub delay: Vec<f64>,
}

/// Synapses that are read at a time.
const CHUNK: u64 = 1 << 18;

impl Plan {
    /// What the projections are called: by their names, else `pre→post.port`, else by their numbers.
    pub fn projection_names(&self) -> impl Iterator<Item = &str> {
        self.projections.iter().map(|path| {
            let name = path.split_once('[').map_or(path.as_str(), |(_, rest)| rest);
            name.strip_suffix(']').unwrap_or(name)
        })
    }

    /// The number of the projection of that name.
    ///
    /// # Errors
    /// [`Error::Request`], naming the legal names.
    pub(crate) fn projection_number(&self, name: &str) -> Result<u32> {
        let asked = name.replace("->", "→");
        let named = self.projection_names().position(|known| known == asked);
        let numbered = name.parse().ok().filter(|number| *number < self.projections.len());
        let number = named.or(numbered).and_then(|number| u32::try_from(number).ok());
        number.ok_or_else(|| {
            let names: Vec<_> = self.projection_names().collect();
            let near = hint(&asked, names.iter().copied());
            let legal =
                if names.is_empty() { "none, the network has no projection".to_owned() } else { names.join(", ") };
            Error::request("projection", format!("there is no `{name}`{near}"), legal)
        })
    }

    /// Where the synapses of a projection are; none if it has none.
    fn of_projection(&self, number: u32, item: u32) -> Option<OfProjection<'_>> {
        let sizes: Vec<u32> = self.populations.iter().map(|population| population.size).collect();
        self.synapses.of_projection(number, item, &sizes)
    }

    /// It, where its targets gather what its sources give.
    fn gather(&self, number: u32) -> Option<&Gather> {
        self.gathers.iter().find(|gather| gather.projection == number as usize)
    }

    /// How many synapses a projection has in a batch item.
    pub(crate) fn synapses_of(&self, number: u32, item: u32) -> u64 {
        if let Some(gather) = self.gather(number) {
            return gather.incoming(item).synapses;
        }
        self.of_projection(number, item).map_or(0, |of| of.count())
    }

    /// The batch items whose synapses, or their weights, are their own; item 0 where all share them.
    pub(crate) fn items_of_synapses(&self) -> Range<u32> {
        if self.synapses.has_item_weights() { 0..self.batch } else { self.synapses.owners(self.batch) }
    }

    /// All synapses of a projection in a batch item.
    ///
    /// # Errors
    /// [`Error::HostMemory`].
    pub(crate) fn read_synapses(&self, number: u32, item: u32) -> Result<Synapses> {
        let count = self.synapses_of(number, item);
        let name = self.projections.get(number as usize).map_or("", String::as_str);
        // As they are read, and as they are given.
        let bytes = bytes_of::<[u64; 6]>(count);
        needs(bytes, &format!("reading the {count} synapses of {name}"), "smaller projections")?;
        let mut all = Synapses::default();
        self.each_part(number, item, |part| {
            all.pre.extend(part.pre);
            all.post.extend(part.post);
            all.weight.extend(part.weight);
            all.delay.extend(part.delay);
            Ok(())
        })?;
        Ok(all)
    }

    /// Calls `take` with the synapses of a projection in a batch item, some rows at a time.
    ///
    /// # Errors
    /// As `take`.
    pub(crate) fn each_part<E>(
        &self,
        number: u32,
        item: u32,
        mut take: impl FnMut(Synapses) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        if let Some(gather) = self.gather(number) {
            return take(self.gathered(gather, item));
        }
        let Some(of) = self.of_projection(number, item) else { return Ok(()) };
        let rows = u64::from(of.source.1);
        let mean = of.count().checked_div(rows).unwrap_or(0).saturating_add(1);
        let at_a_time = u32::try_from(CHUNK.checked_div(mean).unwrap_or(1).max(1)).unwrap_or(u32::MAX);
        let mut first = 0u32;
        while first < of.source.1 {
            let end = first.saturating_add(at_a_time).min(of.source.1);
            take(self.of_rows(&of, first..end, item))?;
            first = end;
        }
        Ok(())
    }

    /// Those of a projection whose targets gather, in the same order.
    fn gathered(&self, gather: &Gather, item: u32) -> Synapses {
        let mut found = Vec::new();
        for post in gather.incoming(item).targets.clone() {
            gather.each(item, post, |pre, weight, delay| found.push((pre, post, weight, delay)));
        }
        found.sort_by_key(|(pre, post, ..)| (*pre, *post));
        let mut synapses = Synapses::default();
        for (pre, post, weight, delay) in found {
            synapses.pre.push(pre);
            synapses.post.push(post);
            synapses.weight.push(weight.into());
            synapses.delay.push(f64::from(delay) * self.dt_ms);
        }
        synapses
    }

    fn of_rows(&self, of: &OfProjection<'_>, rows: Range<u32>, item: u32) -> Synapses {
        let (post, port) = of.target;
        let port = &self.populations[post].ports[port];
        let scale = port.item_scales.get(item as usize).copied().unwrap_or(port.scale);
        let found: Vec<(u32, Vec<Connection>)> = rows.into_par_iter().map(|neuron| (neuron, of.row(neuron))).collect();
        let mut synapses = Synapses::default();
        for (neuron, row) in found {
            for Connection { target, delay, weight } in row {
                synapses.pre.push(neuron);
                synapses.post.push(target);
                synapses.weight.push(scale.weight(weight));
                synapses.delay.push(f64::from(delay) * self.dt_ms);
            }
        }
        synapses
    }
}
