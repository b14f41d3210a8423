//! The part of a step that stays within a unit, as loops over units side by side: sums of a product become gates and state
//! while they are in the cache. Each cell's equations are compiled into loops of their own.

use super::Activation;
use super::equations::{Halves, Unit, Whole};
use crate::number::{Arch, F32s, Lanes};

/// The loop behind a product.
pub(super) type Sweep = fn(Arch, Panel<'_>);

/// The units of a panel, in all rows of a batch. A block is as many units as stand side by side.
pub(super) struct Panel<'a> {
    pub phi: Activation,
    pub rows: usize,
    /// `[rows, blocks, gates]` what the product adds up from the input, with the bias.
    pub x: &'a [F32s],
    /// The same from the recurrent operand.
    pub sums: &'a [F32s],
    /// `[blocks]` of the cell's vector.
    pub vector: &'a [F32s],
    /// `[blocks, rows]`
    pub h: &'a mut [F32s],
    /// `[blocks, rows]` c; between two products the gate that is kept.
    pub c: &'a mut [F32s],
    /// `[blocks, rows]` what takes h's place in the second of two products.
    pub operand: &'a mut [F32s],
}

impl Panel<'_> {
    /// Does `work` for all units side by side: with their place in the state, their sums, and their state.
    #[inline(always)]
    fn each(&mut self, mut work: impl FnMut([&[F32s]; 2], Unit<F32s>, Place<'_>)) {
        let blocks = self.vector.len();
        let width = self.sums.len() / self.rows;
        let gates = width / blocks;
        let state = self.h.chunks_exact_mut(self.rows).zip(self.c.chunks_exact_mut(self.rows));
        let state = state.zip(self.operand.chunks_exact_mut(self.rows)).zip(self.vector);
        for (block, (((h, c), operand), &bias)) in state.enumerate() {
            let sums = self.x.chunks_exact(width).zip(self.sums.chunks_exact(width));
            for ((((x, sums), h), c), operand) in sums.zip(h).zip(c).zip(operand) {
                let of_block = block * gates..(block + 1) * gates;
                let unit = Unit { h: *h, c: *c, bias };
                work([&x[of_block.clone()], &sums[of_block]], unit, Place { h, c, operand });
            }
        }
    }
}

/// What the next step begins with.
#[inline(always)]
fn without_tiny(state: &mut [F32s]) {
    state.iter_mut().for_each(|numbers| *numbers = numbers.without_tiny());
}

/// Where the state is left.
struct Place<'a> {
    h: &'a mut F32s,
    c: &'a mut F32s,
    operand: &'a mut F32s,
}

/// Does `$work` with φ in `$phi`. Those that cells have where nothing else is said are constants in it, so that loops have
/// no others in them: compilers make better vector instructions of short loops.
macro_rules! with_activation {
    ($panel:ident, $phi:ident => $work:expr) => {
        match $panel.phi {
            Activation::Tanh => {
                let $phi = Activation::Tanh;
                $panel.each($work);
            }
            Activation::Relu => {
                let $phi = Activation::Relu;
                $panel.each($work);
            }
            $phi => $panel.each($work),
        }
    };
}

/// Behind the only product.
pub(super) fn whole<E: Whole>(arch: Arch, mut panel: Panel<'_>) {
    arch.dispatch(
        #[inline(always)]
        || {
            with_activation!(panel, phi =>
                #[inline(always)]
                |[x, sums], unit, place| (*place.h, *place.c) = E::step(phi, x, sums, unit)
            );
            without_tiny(panel.h);
            without_tiny(panel.c);
        },
    );
}

/// Behind the first of two.
pub(super) fn gate<E: Halves>(arch: Arch, mut panel: Panel<'_>) {
    arch.dispatch(
        #[inline(always)]
        || {
            panel.each(
                #[inline(always)]
                |[x, sums], unit, place| (*place.operand, *place.c) = E::gate(x, sums, unit),
            );
        },
    );
}

/// Behind the second.
pub(super) fn candidate<E: Halves>(arch: Arch, mut panel: Panel<'_>) {
    arch.dispatch(
        #[inline(always)]
        || {
            with_activation!(panel, phi =>
                #[inline(always)]
                |[x, sums], unit, place| *place.h = E::candidate(phi, x, sums, unit.c, unit)
            );
            without_tiny(panel.h);
        },
    );
}
