//! A stack of cells as a program: the layers follow each other on the device.

use super::clock::Clock;
use super::layer::{Layer, Pick, Room};
use super::{Options, shape::QUAD};
use crate::Result;
use crate::program::{BufferId, Program, ReturnId};
use crate::rnn::Cell;

/// The program of a stack, and what is where.
pub(super) struct StackProgram<'c> {
    pub program: Program<'c>,
    pub places: Places,
}

/// Which buffers hold what, and what comes back of them.
pub(super) struct Places {
    /// From the input on; a stack is not empty.
    pub layers: Vec<Layer>,
    /// The input of a chunk.
    pub x: BufferId,
    /// Slots of h of the last layer.
    pub h: ReturnId,
    /// The same of its cell state, where every one is asked for.
    pub c: Option<ReturnId>,
}

impl<'c> StackProgram<'c> {
    /// With room for so many sequences and steps, as `pick` chooses; there is a cell.
    ///
    /// # Errors
    /// [`Error::Request`](crate::Error::Request) if `pick` finds no way; what measurements may fail with.
    pub fn new(cells: &'c [Cell], room: Room, options: &Options, pick: Pick<'_>) -> Result<Self> {
        let Room { batch, steps } = room;
        let mut program = Program::new(Clock::NAMES, 0)?;
        let x = program.buffer("the input", steps * batch * cells[0].n_in().next_multiple_of(QUAD));
        let mut layers: Vec<Layer> = Vec::with_capacity(cells.len());
        for (layer, cell) in cells.iter().enumerate() {
            // Nobody sees every c of the layers below.
            let every_c = options.every_c && layer + 1 == cells.len();
            let options = Options { every_c, ..options.clone() };
            let below = layers.last().map_or(x, |below| below.hs);
            layers.push(Layer::add(&mut program, cell, room, below, &options, pick)?);
        }
        let last = &layers[layers.len() - 1];
        let slot = last.slots(0..1).len();
        let h = program.bring_back(last.hs, 0, slot, steps);
        let c = last.every_c.then(|| program.bring_back(last.cs, 0, slot, steps));
        Ok(Self { program, places: Places { layers, x, h, c } })
    }
}
