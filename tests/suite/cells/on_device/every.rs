//! Every kind of cell with every activation, against the reference.

use super::Run;
use crate::cells::random::cell;
use crate::device::gpu;
use crate::tolerances::{CELL, CELL_FLOOR};
use neuropil::rnn::{Activation, CellKind};

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn every_kind_with_every_activation_follows_the_reference() {
    let gpu = gpu();
    for kind in CellKind::ALL {
        let mut worst = (0.0, Activation::Tanh);
        for (seed, &activation) in (1..).zip(Activation::ALL) {
            // One item only: what it takes is to compile, and that is less for one.
            let off = Run::new(cell(kind, 5, 7, activation, seed), 1, 8, 100 + seed).error(&gpu, CELL_FLOOR);
            assert!(off < CELL, "{kind} with {activation}: off by {off:e}");
            if off > worst.0 {
                worst = (off, activation);
            }
        }
        println!("{kind}: off by {:.1e}, with {}", worst.0, worst.1);
    }
}
