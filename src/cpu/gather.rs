//! What the neurons of a block gather of what others gave in earlier steps: sums over the synapses of each target, in the order of its
//! sources, many targets side by side. Sums begin with 0, and each operation is rounded on its own, as on a device.

use super::values::{Cell, Values};
use crate::number::{Arch, Lanes, Single};
use crate::plan::{Gather, Plan};
use crate::rows::{Entries, Incoming};
use std::ops::Range;

/// What all neurons see of a step.
pub(super) struct Moment<'a, N: Lanes> {
    pub(super) arch: Arch,
    pub(super) plan: &'a Plan,
    /// What neurons gave.
    pub(super) values: &'a Values<N>,
    /// Number of the step.
    pub(super) step: u32,
}

/// Sums that are the same for all targets, with their steps: by projection, batch item and slot.
pub(super) struct Totals<N: Lanes>(Vec<(u32, N::Single)>);

impl<N: Lanes> Totals<N> {
    /// None yet.
    pub(super) fn new(plan: &Plan) -> Self {
        let len = plan.gathers.len() * plan.batch as usize * plan.value_slots as usize;
        Self(vec![(u32::MAX, N::Single::default()); len])
    }

    /// Forgets all: other numbers may be given in these steps.
    pub(super) fn clear(&mut self) {
        self.0.fill((u32::MAX, N::Single::default()));
    }

    fn of(
        &mut self,
        moment: &Moment<'_, N>,
        (gather, item): (usize, u32),
        total: impl FnOnce() -> N::Single,
    ) -> N::Single {
        let row = gather * moment.plan.batch as usize + item as usize;
        let slot = moment.plan.value_slot(moment.step, 0) as usize;
        let known = &mut self.0[row * moment.plan.value_slots as usize + slot];
        if known.0 != moment.step {
            *known = (moment.step, total());
        }
        known.1
    }
}

/// A projection of which a block gathers.
pub(super) struct Gathering<N> {
    /// Index among the plan's.
    gather: usize,
    /// The port to whose arrivals the sums are added; none for gap junctions.
    pub(super) port: Option<usize>,
    /// Of gap junctions the sum of the weights onto each neuron, by chunk.
    pub(super) conductance: Vec<N>,
    /// The block: its batch item, its first neuron, and how many it has.
    item: u32,
    first: u32,
    size: u32,
}

impl<N: Lanes> Gathering<N> {
    /// Those of a block of a population.
    pub(super) fn all(plan: &Plan, population: usize, (first, size): (u32, u32), item: u32) -> Vec<Self> {
        let own = plan.gathers.iter().enumerate().filter(|(_, gather)| gather.post == population);
        let of = |(index, gather): (usize, &Gather)| {
            let neurons = if gather.port.is_none() { size } else { 0 };
            let each = |lane: u32| if lane < neurons { gather.conductance(item, first + lane) } else { 0.0 };
            let chunk = |chunk: usize| N::from_lanes(|lane| each((chunk * N::WIDTH + lane) as u32));
            let conductance = (0..(neurons as usize).div_ceil(N::WIDTH)).map(chunk).collect();
            Self { gather: index, port: gather.port, conductance, item, first, size }
        };
        own.map(of).collect()
    }

    /// The sum of weight·(value − `from`) over the synapses onto each neuron, by chunk; `from` is empty for 0.
    pub(super) fn sum(&self, moment: &Moment<'_, N>, totals: &mut Totals<N>, from: &[N], sums: &mut [N]) {
        let gather = &moment.plan.gathers[self.gather];
        let (incoming, now) = (gather.incoming(self.item), moment.plan.value_slot(moment.step, 0));
        let reading = Reading { gather, incoming, item: self.item, first: self.first, size: self.size, now, moment };
        moment.arch.dispatch(
            #[inline(always)]
            || {
                sums.fill(N::of(0.0));
                match &reading.incoming.entries {
                    Entries::All { apart } => {
                        if from.is_empty() && !apart {
                            let total = totals.of(moment, (self.gather, self.item), || reading.total());
                            sums.fill(N::from_singles(|_| total));
                        } else {
                            reading.each(*apart, from, sums);
                        }
                        reading.weigh(sums);
                    }
                    // Nobody has a weight with itself where sources stand apart: it is 0.
                    Entries::Matrix { weights, apart: _ } => reading.matrix(weights, from, sums),
                    Entries::Listed { starts, sources, weights, delays } => {
                        reading.listed((starts, sources), (weights, delays), from, sums);
                    }
                }
                reading.keep_targets(sums);
            },
        );
    }
}

/// A projection that is read in a step, for a block of its targets.
struct Reading<'a, N: Lanes> {
    gather: &'a Gather,
    incoming: &'a Incoming,
    item: u32,
    /// The first neuron of the block, and how many it has.
    first: u32,
    size: u32,
    /// The slot of the step.
    now: u32,
    moment: &'a Moment<'a, N>,
}

impl<N: Lanes> Reading<'_, N> {
    /// What was given so many steps ago, by neuron.
    #[inline(always)]
    fn row(&self, delay: u32) -> &[Cell<N>] {
        let slot = self.moment.plan.slot_before(self.now, delay);
        self.moment.values.row(self.gather.channel, slot, self.item)
    }

    /// The sources, with what they gave, where all have one delay.
    #[inline(always)]
    fn sources(&self) -> impl Iterator<Item = (u32, N::Single)> {
        let Range { start, end } = self.incoming.sources;
        let row = &self.row(self.incoming.delay.unwrap_or(0))[start as usize..end as usize];
        (start..end).zip(row.iter().map(N::Single::load))
    }

    /// The number of the first neuron of a chunk.
    #[inline(always)]
    fn neuron(&self, chunk: usize) -> u32 {
        self.first + (chunk * N::WIDTH) as u32
    }

    /// Of all sources.
    #[inline(always)]
    fn total(&self) -> N::Single {
        self.sources().fold(N::Single::default(), |sum, (_, value)| sum + value)
    }

    /// Of all sources, but the target itself where they stand apart, less what the target has.
    #[inline(always)]
    fn each(&self, apart: bool, from: &[N], sums: &mut [N]) {
        for (source, value) in self.sources() {
            let own = source.wrapping_sub(self.first) as usize;
            let kept = sums.get(own / N::WIDTH).filter(|_| apart).map(|sum| sum.singles()[own % N::WIDTH]);
            let value = N::from_singles(|_| value);
            for (chunk, sum) in sums.iter_mut().enumerate() {
                *sum = *sum + from.get(chunk).map_or(value, |&from| value - from);
            }
            if let Some(kept) = kept {
                sums[own / N::WIDTH].singles_mut()[own % N::WIDTH] = kept;
            }
        }
    }

    /// Weighs sums by the weight of all synapses.
    #[inline(always)]
    fn weigh(&self, sums: &mut [N]) {
        let weight = self.gather.weight(self.item).unwrap_or(0.0);
        let weight = N::from_singles(|_| weight.into());
        sums.iter_mut().for_each(|sum| *sum = weight * *sum);
    }

    /// Leaves 0 where no target is.
    #[inline(always)]
    fn keep_targets(&self, sums: &mut [N]) {
        let targets = &self.incoming.targets;
        for (chunk, sum) in sums.iter_mut().enumerate() {
            let neuron = self.neuron(chunk);
            if !(targets.contains(&neuron) && targets.contains(&(neuron + N::WIDTH as u32 - 1))) {
                let is_one = |lane: &u32| targets.contains(&(neuron + lane));
                let bits = (0..N::WIDTH as u32).filter(is_one).fold(0, |bits, lane| bits | 1 << lane);
                *sum = N::select(N::mask(bits), *sum, N::of(0.0));
            }
        }
    }

    /// Weights `[source, target]`.
    #[inline(always)]
    fn matrix(&self, weights: &[f32], from: &[N], sums: &mut [N]) {
        let targets = &self.incoming.targets;
        for (line, (_, value)) in weights.chunks_exact(targets.len().max(1)).zip(self.sources()) {
            let value = N::from_singles(|_| value);
            for (chunk, sum) in sums.iter_mut().enumerate() {
                // Far behind the line where the neuron comes before the first target.
                let at = (self.neuron(chunk) as usize).wrapping_sub(targets.start as usize);
                let weight = match line.get(at..at.wrapping_add(N::WIDTH)) {
                    Some(all) => N::from_singles(|lane| all[lane].into()),
                    None => N::from_singles(|lane| line.get(at.wrapping_add(lane)).copied().unwrap_or(0.0).into()),
                };
                *sum = *sum + weight * from.get(chunk).map_or(value, |&from| value - from);
            }
        }
    }

    /// Lists of sources; with weights and delays of their own, or none.
    #[inline(always)]
    fn listed(&self, (starts, sources): (&[u32], &[u32]), own: (&[f32], &[u32]), from: &[N], sums: &mut [N]) {
        let (weights, delays) = own;
        let weight: N::Single = self.gather.weight(self.item).unwrap_or(0.0).into();
        let row = self.row(self.incoming.delay.unwrap_or(0));
        let given = |entry: usize| N::Single::load(&row[sources[entry] as usize]);
        let earlier = |entry: usize| N::Single::load(&self.row(delays[entry])[sources[entry] as usize]);
        let lists = Lists { first: self.incoming.targets.start, starts, block: self.first..self.first + self.size };
        // A loop for each, in which nobody asks.
        match (weights, delays) {
            ([], []) => lists.sum(from, sums, |entry, from| weight * (given(entry) - from)),
            ([], _) => lists.sum(from, sums, |entry, from| weight * (earlier(entry) - from)),
            (_, []) => lists.sum(from, sums, |entry, from| N::Single::from(weights[entry]) * (given(entry) - from)),
            (_, _) => lists.sum(from, sums, |entry, from| N::Single::from(weights[entry]) * (earlier(entry) - from)),
        }
    }
}

/// Targets whose sums are added up at the same time, so that none waits for the last addition to its own.
const ABREAST: usize = 4;

/// Lists of synapses, one for each target.
struct Lists<'a> {
    /// The first target.
    first: u32,
    /// Where the list of each begins, and where that of the last ends.
    starts: &'a [u32],
    /// The neurons whose sums are wanted.
    block: Range<u32>,
}

impl Lists<'_> {
    /// Adds up a term for each synapse, by its place in all lists and what the target has.
    #[inline(always)]
    fn sum<N: Lanes>(&self, from: &[N], sums: &mut [N], term: impl Fn(usize, N::Single) -> N::Single) {
        let last = self.first + (self.starts.len() - 1) as u32;
        let (mut target, end) = (self.block.start.max(self.first), self.block.end.min(last));
        while target + ABREAST as u32 <= end {
            self.abreast::<N, ABREAST>(target, from, sums, &term);
            target += ABREAST as u32;
        }
        (target..end).for_each(|target| self.abreast::<N, 1>(target, from, sums, &term));
    }

    /// The same for targets beside each other.
    #[inline(always)]
    fn abreast<N: Lanes, const K: usize>(
        &self,
        target: u32,
        from: &[N],
        sums: &mut [N],
        term: impl Fn(usize, N::Single) -> N::Single,
    ) {
        let (at, place) = ((target - self.first) as usize, (target - self.block.start) as usize);
        let lists: [Range<usize>; K] =
            std::array::from_fn(|k| self.starts[at + k] as usize..self.starts[at + k + 1] as usize);
        let from: [N::Single; K] = std::array::from_fn(|k| {
            from.get((place + k) / N::WIDTH).map_or(N::Single::default(), |from| from.singles()[(place + k) % N::WIDTH])
        });
        let mut own = [N::Single::default(); K];
        let common = lists.iter().map(Range::len).min().unwrap_or(0);
        for synapse in 0..common {
            for ((own, list), &from) in own.iter_mut().zip(&lists).zip(&from) {
                *own = *own + term(list.start + synapse, from);
            }
        }
        for (((own, list), &from), place) in own.iter_mut().zip(&lists).zip(&from).zip(place..) {
            for entry in list.start + common..list.end {
                *own = *own + term(entry, from);
            }
            sums[place / N::WIDTH].singles_mut()[place % N::WIDTH] = *own;
        }
    }
}
