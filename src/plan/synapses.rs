//! A plan gets its synapses: rows that all items share, or those that each has of its own.

use super::cache;
use super::carries::Carries;
use super::items::{Networks, of_item};
use super::lower::LowerOptions;
use super::slabs::Resolved;
use super::wiring::{self, OfItems};
use super::{Plan, PopulationPlan};
use crate::network::Network;
use crate::rows::{self, Built, Failure, ScalesOfItems, WeightsOfItems, Wiring};
use crate::{Result, Warning};
use std::sync::Arc;

impl Plan {
    /// Draws the synapses; until then the plan has none. `items` has the wirings that all share, or those of each.
    pub(super) fn draw(
        &mut self,
        networks: Networks<'_>,
        resolved: &[Resolved],
        (items, weights): (&[Vec<Arc<Wiring>>], &WeightsOfItems),
        (carries, options): (&[Carries], &LowerOptions),
    ) -> Result<()> {
        let spiking = |(index, _): &(usize, &Carries)| carries[*index] == Carries::Spikes;
        let numbers: Vec<usize> = carries.iter().enumerate().filter(spiking).map(|(index, _)| index).collect();
        let of_spikes = |wirings: &Vec<Arc<Wiring>>| numbers.iter().map(|&index| wirings[index].clone()).collect();
        let items: Vec<Vec<_>> = items.iter().map(of_spikes).collect();
        let by_place = numbers.iter().enumerate().filter_map(|(at, index)| Some((at, weights.get(index)?.clone())));
        let weights = &by_place.collect();
        let first_inlets = |population: &PopulationPlan| population.ports.iter().map(|port| port.first_inlet).collect();
        let request = rows::Request {
            wirings: Vec::new(),
            sizes: &self.populations.iter().map(|population| population.size).collect::<Vec<_>>(),
            first_inlets: &self.populations.iter().map(first_inlets).collect::<Vec<_>>(),
            block_bits: options.block_bits,
            threads: options.threads,
            binding: options.binding.unwrap_or(u64::MAX).min(options.limits.max_binding),
            progress: &options.progress,
        };
        let drawing = Drawing { request, options, networks, resolved, numbers: &numbers };
        let (built, scales, warnings) = match items.as_slice() {
            [shared] => drawing.shared(shared, weights, self.batch)?,
            each => drawing.each(each)?,
        };
        self.warnings.extend(warnings);
        let Built { mut table, scales: of_first, synapses, projections } = built;
        table.longest = table.longest.and_then(|at| numbers.get(at).copied());
        let ports = self.populations.iter_mut().flat_map(|population| &mut population.ports);
        let counted = of_first.into_iter().flatten().zip(synapses.into_iter().flatten());
        ports.zip(counted).for_each(|(port, counted)| (port.scale, port.synapses) = counted);
        for ((post, port), scales) in scales {
            self.populations[post].ports[port].item_scales = scales;
        }
        self.rounded = projections.iter().filter(|found| found.rounding.is_some()).map(|found| found.synapses).sum();
        self.synapses = Arc::new(table);
        Ok(())
    }
}

/// What synapses are drawn from.
struct Drawing<'a> {
    /// Without wirings.
    request: rows::Request<'a>,
    options: &'a LowerOptions,
    networks: Networks<'a>,
    resolved: &'a [Resolved],
    /// The projections that spikes go through, by their numbers among all.
    numbers: &'a [usize],
}

/// Rows, the scales of items that have their own, and what is suspicious.
type Drawn = (Built, ScalesOfItems, Vec<Warning>);

impl Drawing<'_> {
    /// Rows that all items share.
    fn shared(&self, wirings: &[Arc<Wiring>], weights: &WeightsOfItems, batch: u32) -> Result<Drawn> {
        let network = self.networks.first;
        let refused = |failure| self.refused(failure, network);
        let request = rows::Request { wirings: wirings.to_vec(), ..self.request.clone() };
        let mut warnings = Vec::new();
        let mut built = self.built(request.clone(), &mut warnings).map_err(refused)?;
        let mut scales = ScalesOfItems::new();
        if !weights.is_empty() {
            scales = rows::weigh_items(&request, weights, batch as usize, &mut built).map_err(refused)?;
        }
        let numbered =
            weights.iter().filter_map(|(&at, weights)| Some((*self.numbers.get(at)?, weights.clone()))).collect();
        let items = OfItems { weights: &numbered, scales: &scales };
        warnings.extend(wiring::warnings(wirings, items, &built, network, self.resolved)?);
        Ok((built, scales, warnings))
    }

    /// Rows that each item has of its own, drawn as if it were alone.
    fn each(&self, items: &[Vec<Arc<Wiring>>]) -> Result<Drawn> {
        let mut warnings: Vec<Warning> = Vec::new();
        let mut joined: Option<rows::Joined> = None;
        let networks = std::iter::once(self.networks.first).chain(self.networks.others);
        for (item, (wirings, network)) in items.iter().zip(networks).enumerate() {
            let block_bits = joined.as_ref().map_or(self.request.block_bits, |joined| Some(joined.block_bits()));
            let request = rows::Request { wirings: wirings.clone(), block_bits, ..self.request.clone() };
            let (built, own) = self.of_item(request, network).map_err(|error| of_item(error, item))?;
            // Of each thing people are warned once.
            for warning in own {
                if warnings.iter().all(|known| known.field != warning.field) {
                    warnings.push(warning);
                }
            }
            match &mut joined {
                None => joined = Some(rows::Joined::new(built, self.networks.batch)),
                Some(joined) => joined.add(built).map_err(|it| self.refused(it, network))?,
            }
        }
        let (built, scales) = joined.map_or_else(Default::default, |joined| joined.finish(self.request.binding));
        Ok((built, scales, warnings))
    }

    fn of_item(&self, request: rows::Request<'_>, network: &Network) -> Result<(Built, Vec<Warning>)> {
        let wirings = request.wirings.clone();
        let mut warnings = Vec::new();
        let built = self.built(request, &mut warnings);
        let built = built.map_err(|failure| self.refused(failure, network))?;
        let alone = OfItems { weights: &WeightsOfItems::new(), scales: &ScalesOfItems::new() };
        warnings.extend(wiring::warnings(&wirings, alone, &built, network, self.resolved)?);
        Ok((built, warnings))
    }

    /// Why rows were not built, which know projections by their places among those that spikes go through.
    fn refused(&self, failure: Failure, network: &Network) -> crate::Error {
        let failure = failure.numbered(|at| self.numbers.get(at).copied().unwrap_or(at));
        wiring::refused(failure, network, self.resolved)
    }

    fn built(&self, request: rows::Request<'_>, warnings: &mut Vec<Warning>) -> std::result::Result<Built, Failure> {
        match &self.options.cache {
            Some(folder) => cache::built(folder, request, warnings),
            None => rows::build(request),
        }
    }
}
