//! Rows that are not held: drawn again whenever their source spikes.

use super::counter::Counter;
use super::drawing::{Drawing, Scratch};
use super::partners::{Partners, Row, Stretches};
use super::released::released;
use super::tile::Tile;
use super::{Block, Request, Wiring};
use crate::random::{Purpose, key};

/// A projection whose rows are not held.
pub(crate) struct Procedural {
    /// The batch item whose they are; 0 where all share them.
    pub(super) item: u32,
    pub(crate) drawing: Drawing,
    pub(crate) counter: Counter,
    /// Inlet of the port of the target population's first neuron.
    pub(crate) first_inlet: u32,
    /// Neurons of the target population.
    targets: u32,
    /// Synapses.
    pub(crate) synapses: u64,
    /// The count of all in each batch item, where items have weights of their own; empty where all have the counter's.
    pub(crate) items: Vec<i32>,
}

impl std::fmt::Debug for Procedural {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Procedural").field("wiring", &self.drawing.wiring).field("synapses", &self.synapses).finish()
    }
}

impl Procedural {
    /// A projection of so many synapses; `None` where it is held, or there is none.
    pub(super) fn of(drawing: Drawing, counter: Counter, request: &Request<'_>, synapses: u64) -> Option<Self> {
        let Wiring { post, port, .. } = *drawing.wiring;
        let there = !drawing.stored() && synapses > 0;
        there.then(|| {
            let (first_inlet, targets) = (request.first_inlets[post][port], request.sizes[post]);
            Self { item: 0, drawing, counter, first_inlet, targets, synapses, items: Vec::new() }
        })
    }

    /// Index of the source population.
    pub(crate) fn source(&self) -> usize {
        self.drawing.wiring.pre
    }

    /// The same, of a batch item alone.
    pub(super) fn of_item(self, item: u32) -> Self {
        Self { item, ..self }
    }

    /// Are its rows those of an item's population?
    pub(crate) fn is_of(&self, item: u32, source: usize) -> bool {
        (self.item, self.source()) == (item, source)
    }

    /// The seed of its random words.
    pub(crate) fn seed(&self) -> u64 {
        self.drawing.wiring.seed
    }

    /// Index of the target population, and of its port.
    pub(super) fn target(&self) -> (usize, usize) {
        (self.drawing.wiring.post, self.drawing.wiring.port)
    }

    /// Is it this projection, and its rows those of an item?
    pub(super) fn is_projection(&self, item: u32, number: u32) -> bool {
        (self.item, self.index()) == (item, number)
    }

    /// The number of its model among those of the source population, if it has one.
    pub(crate) fn modelled(&self) -> Option<u32> {
        self.drawing.wiring.modelled
    }

    /// The number of the projection.
    pub(super) fn index(&self) -> u32 {
        self.drawing.wiring.index
    }

    /// The weights in a batch item, where it has its own.
    fn counter_of(&self, item: u32) -> Option<Counter> {
        self.items.get(item as usize).map(|count| Counter::Constant(*count))
    }

    /// Calls `found` with inlet, delay and count, in a batch item, of each synapse of a neuron.
    #[expect(clippy::arithmetic_side_effects, reason = "an inlet of the port, which a u32 counts")]
    pub(super) fn each(&self, neuron: u32, item: u32, mut found: impl FnMut(u32, u32, i32)) {
        if !self.drawing.rows().contains(&neuron) {
            return;
        }
        let (mut row, mut scratch) = (Row::default(), Scratch::default());
        let own = self.counter_of(item);
        let counter = own.as_ref().unwrap_or(&self.counter);
        for (target, delay, weight) in self.drawing.synapses(counter, neuron, (&mut row, &mut scratch)) {
            found(self.first_inlet + target, delay, weight);
        }
    }
}

/// A row that is drawn.
#[derive(Default)]
pub(super) struct Drawn {
    row: Row,
    values: Scratch,
}

impl Procedural {
    /// Does it end in this block?
    #[expect(clippy::arithmetic_side_effects, reason = "a block ends within its population")]
    pub(super) fn reaches(&self, block: &Block) -> bool {
        let Wiring { post, port, sides, .. } = *self.drawing.wiring;
        let targets = sides.targets();
        let among = block.first < targets.end && targets.start < block.first + block.size;
        (post, port) == (block.population, block.port) && among
    }

    /// Adds to the tile of a block what a spike in a slot and batch item, of this amplitude, brings it. Draws no more than that, where the rule allows.
    #[expect(clippy::arithmetic_side_effects, reason = "places of a tile that is in memory")]
    pub(super) fn deliver(
        &self,
        neuron: u32,
        block: &Block,
        [slot, item, amplitude]: [u32; 3],
        tile: &mut Tile<'_>,
        drawn: &mut Drawn,
    ) {
        if !self.drawing.rows().contains(&neuron) {
            return;
        }
        let targets = block.first..block.first + block.size;
        let drawn = (&mut drawn.row, &mut drawn.values);
        let own = self.counter_of(item);
        let counter = own.as_ref().unwrap_or(&self.counter);
        let (batch, size, item) = (tile.batch as usize, tile.size as usize, item as usize);
        for (target, delay, weight) in self.drawing.synapses_onto(counter, neuron, &targets, drawn) {
            if targets.contains(&target) {
                let slot = Tile::later(slot, delay, tile.slots) as usize;
                let value = &mut tile.values[(slot * batch + item) * size + (target - targets.start) as usize];
                *value = value.wrapping_add(released(weight, amplitude));
            }
        }
    }
}

/// In place of a table: there is none.
const NO_TABLE: u32 = u32::MAX;

#[expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "tables that a device is to hold, whose words are counted against its limits"
)]
impl Procedural {
    /// Words of `Drawn`.
    pub(crate) const HEAD: usize = 24;

    /// As `shaders/rows/draw.wgsl` reads it: `Drawn`, and the tables that it names, which begin at the word `at`.
    pub(crate) fn words(&self, at: usize) -> ([u32; Self::HEAD], Vec<u32>) {
        let mut tables: Vec<u32> = Vec::new();
        let mut table = |words: &[u32]| {
            let place = (at + tables.len()) as u32;
            tables.extend(words);
            place
        };
        let wiring = &self.drawing.wiring;
        let sides = wiring.sides;
        let place = |purpose: Purpose| purpose.place(wiring.index);
        let mut stretches = [0; 5];
        let (kind, length) = match &self.drawing.partners {
            Partners::Bernoulli(Stretches { stretches: number, size, last_size, taken }) => {
                let [taken, last_taken] = [0, 1].map(|which| table(&taken[which].words()));
                stretches = [*number, *size, *last_size, taken, last_taken];
                (2, 0)
            }
            Partners::Lengths(lengths) => (1, table(lengths)),
            Partners::Equal(length) => (0, *length),
            // A probability of 1; others are refused.
            _ => (0, 0),
        };
        let (weight, quantiles, rounding) = match &self.counter {
            Counter::Drawn { quantiles, rounding } => {
                let words: Vec<u32> = quantiles.iter().map(|count| count.cast_unsigned()).collect();
                (0, table(&words), rounding.map_or(NO_TABLE, |rounding| rounding.shift))
            }
            counter if self.items.is_empty() => (counter.constant(), NO_TABLE, NO_TABLE),
            _ => {
                let words: Vec<u32> = self.items.iter().map(|count| count.cast_unsigned()).collect();
                (table(&words).cast_signed(), NO_TABLE, NO_TABLE)
            }
        };
        let delays = self.drawing.delays.as_ref().map_or(NO_TABLE, |delays| table(&delays.words()));
        let [partners, weights, steps] = [Purpose::Partners, Purpose::Weights, Purpose::Delays].map(place);
        let (others, skip_self) = (sides.partners(sides.n_post), u32::from(sides.skip_self()));
        let [number, size, last_size, taken, last_taken] = stretches;
        let (weight, delay) = (weight.cast_unsigned(), self.drawing.delay());
        let [seed_low, seed_high] = key(self.seed());
        #[rustfmt::skip]
        let head = [
            kind, partners, weights, steps, others, skip_self, length,
            number, size, last_size, taken, last_taken,
            weight, quantiles, rounding, delay, delays, self.first_inlet, self.targets,
            sides.first_pre, sides.n_pre, sides.first_post, seed_low, seed_high,
        ];
        (head, tables)
    }

    /// Words that it takes on a device.
    pub(crate) fn device_words(&self) -> u64 {
        let (head, tables) = self.words(0);
        (head.len() as u64).saturating_add(tables.len() as u64)
    }
}
