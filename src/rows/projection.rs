//! The synapses of one projection, read back from the rows that it may share with others.

use super::procedural::Procedural;
use super::table::{Strip, Table};
use crate::memory::{bytes_of, needs};

/// One synapse of a projection, decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Connection {
    /// Number of the target in its population.
    pub(crate) target: u32,
    /// \[steps\] the delay.
    pub(crate) delay: u32,
    /// The weight in whole numbers.
    pub(crate) weight: i32,
}

/// Where the synapses of a projection are.
pub(crate) struct OfProjection<'t> {
    table: &'t Table,
    number: u32,
    /// The batch item whose they are.
    item: u32,
    /// Index of the source population, and neurons there.
    pub(crate) source: (usize, u32),
    /// Index of the target population, and of its port.
    pub(crate) target: (usize, usize),
    strips: Vec<&'t Strip>,
}

impl Table {
    /// The synapses of a projection, by its number, in a batch item; none if it has none. `sizes` are those of populations.
    pub(crate) fn of_projection(&self, number: u32, item: u32, sizes: &[u32]) -> Option<OfProjection<'_>> {
        let whose = self.whose(item);
        let of_this = |strip: &&Strip| strip.item == whose && strip.members.contains(&number);
        let strips: Vec<_> = self.strips.iter().filter(of_this).collect();
        let drawn = self.procedural.iter().find(|drawn| drawn.is_projection(whose, number));
        let (source, target) = match (strips.first(), drawn) {
            (Some(strip), _) => {
                let block = &self.blocks[strip.block];
                (strip.source, (block.population, block.port))
            }
            (None, Some(drawn)) => (drawn.source(), drawn.target()),
            (None, None) => return None,
        };
        Some(OfProjection { table: self, number, item, source: (source, sizes[source]), target, strips })
    }

    /// Notes whose entries are in strips: those of these projections, in this order; `ends` has for each but the last where its
    /// entries end in the rows of each strip.
    pub(super) fn share(
        &mut self,
        strips: &[(usize, usize)],
        members: &[u32],
        ends: &[Vec<Vec<u32>>],
    ) -> Result<(), crate::Error> {
        let rows = ends.iter().flatten().map(|rows| rows.len() as u64).sum();
        needs(bytes_of::<u32>(rows), "the rows of projections that share them", "fewer such projections")?;
        for (at, &(_, strip)) in strips.iter().enumerate() {
            let strip = &mut self.strips[strip];
            strip.members = members.to_vec();
            strip.ends = self.ends.len();
            ends.iter().for_each(|of_member| self.ends.extend_from_slice(&of_member[at]));
        }
        Ok(())
    }
}

#[expect(
    clippy::arithmetic_side_effects,
    reason = "places of rows and entries that are there, and neurons of a population"
)]
impl OfProjection<'_> {
    /// How many there are.
    pub(crate) fn count(&self) -> u64 {
        let of_strip = |strip: &&Strip| match &*strip.members {
            [_] => u64::from(strip.synapses),
            _ => (0..strip.rows).map(|row| self.entries(strip, row).len() as u64).sum(),
        };
        let drawn = self.drawn();
        self.strips.iter().map(of_strip).sum::<u64>() + drawn.map_or(0, |drawn| drawn.synapses)
    }

    /// It, where it is not held.
    fn drawn(&self) -> Option<&Procedural> {
        let whose = self.table.whose(self.item);
        self.table.procedural.iter().find(|drawn| drawn.is_projection(whose, self.number))
    }

    /// The entries of a row of a strip.
    fn entries(&self, strip: &Strip, row: u32) -> std::ops::Range<usize> {
        let place = |member: usize| strip.ends + member * strip.rows as usize + row as usize;
        let at = strip.members.iter().position(|member| *member == self.number).unwrap_or(0);
        let starts = &self.table.starts[strip.starts + row as usize..][..2];
        let first = if at == 0 { starts[0] } else { self.table.ends[place(at - 1)] };
        let end = if at + 1 == strip.members.len() { starts[1] } else { self.table.ends[place(at)] };
        first as usize..end as usize
    }

    /// Those of a source neuron by their targets.
    pub(crate) fn row(&self, neuron: u32) -> Vec<Connection> {
        let mut row = Vec::new();
        for strip in &self.strips {
            let block = &self.table.blocks[strip.block];
            let words = &self.table.entries[strip.words.clone()];
            for at in self.entries(strip, neuron) {
                let (inlet, delay, weight) = strip.format.decode(strip.format.entry(words, at));
                let weight = strip.items.get(self.item as usize).copied().unwrap_or(weight);
                row.push(Connection { target: block.first + inlet, delay, weight });
            }
        }
        if let Some(drawn) = self.drawn() {
            drawn.each(neuron, self.item, |inlet, delay, weight| {
                row.push(Connection { target: inlet - drawn.first_inlet, delay, weight });
            });
        }
        row.sort_by_key(|connection| connection.target);
        row
    }
}
