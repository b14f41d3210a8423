//! What no host can ask for: every variant of a product against the others, bit for bit; the choice among them; steps
//! that a driver lost.

use super::variant::Variant;
use super::*;
use crate::gpu::tests::gpu;
use crate::rnn::{Activation, CellKind, VanillaRnn, drawn};

/// Numbers between −1 and 1.
fn numbers(count: usize, seed: u32) -> Vec<f32> {
    let mut word = seed;
    let mut next = || {
        word = word.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (word >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

fn cell(kind: CellKind, n_in: usize, n_out: usize) -> Cell {
    match kind {
        // Its own activation has no bound.
        CellKind::Vanilla => VanillaRnn::new(n_in, n_out).activation(Activation::Tanh).build().unwrap(),
        _ => drawn(kind, n_in, n_out).unwrap(),
    }
}

fn run(gpu: &Gpu, cell: &Cell, batch: usize, x: &[f32], variant: Option<Variant>) -> Outputs {
    let options = Options { every_c: true, ..Options::default() };
    let pick = |shape, rows| variant.map_or_else(|| choose::variant(gpu, shape, rows), Ok);
    DeviceRnn::with(gpu, std::slice::from_ref(cell), batch, &options, &pick).unwrap().run(x).unwrap()
}

/// Few rows and many have other variants; one to four gates are written out differently.
const CASES: [(CellKind, usize); 4] =
    [(CellKind::Vanilla, 2), (CellKind::Gru, 5), (CellKind::GruAfter, 5), (CellKind::Lstm, 3)];

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn variants_agree_bit_for_bit() {
    let gpu = gpu();
    for (kind, batch) in CASES {
        // Two parts of a sum in the input's product, three in the recurrent one, and none of the sizes fits a tile.
        let (n_in, steps) = (70, 2);
        let cell = cell(kind, n_in, 133);
        let x = numbers(steps * batch * n_in, 3);
        let wanted = run(&gpu, &cell, batch, &x, None);
        let variants = Variant::candidates(&gpu, cell.definition().gates(), batch);
        assert!(variants.len() >= 2, "{variants:?}");
        for variant in variants {
            assert_eq!(run(&gpu, &cell, batch, &x, Some(variant)), wanted, "{kind}: {variant}");
        }
        let mut other = x;
        other[5] += 1e-6;
        assert_ne!(run(&gpu, &cell, batch, &other, None), wanted, "{kind}: a change goes unnoticed");
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn the_best_variant_is_measured_once() {
    let gpu = gpu();
    let shape = Shape { k: 40, units: 36, gates: 2 };
    let first = choose::measured(&gpu, shape, 3).unwrap();
    assert!(Variant::candidates(&gpu, 2, 3).contains(&first), "{first}");
    let chosen = choose::variant(&gpu, shape, 3).unwrap();
    assert!(chosen.possible(&gpu), "{chosen}");
    assert_eq!(choose::variant(&gpu, shape, 3).unwrap(), chosen);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn steps_that_were_lost_are_seen_until_the_state_is_set() {
    let gpu = gpu();
    let cells = [cell(CellKind::Lstm, 3, 6), cell(CellKind::Vanilla, 6, 5)];
    let x = numbers(4 * 2 * 3, 5);
    let mut rnn = DeviceRnn::new(&gpu, &cells, 2, &Options::default()).unwrap();
    let expected = rnn.run(&x).unwrap();
    rnn.reset_state().unwrap();
    rnn.step(&x).unwrap();
    let before = rnn.h_on_device().unwrap();

    // As a driver leaves it that drops a submission.
    gpu.write(rnn.counter.words(), 0, &[3]).unwrap();
    rnn.step(&x).unwrap();
    let after = rnn.h_on_device().unwrap();
    let unfinished = |error: Error| matches!(error, Error::Unfinished { expected: 8 | 12, reached: 3 });
    assert!(unfinished(rnn.h().unwrap_err()));
    assert!(unfinished(rnn.state(0).unwrap_err()));
    assert!(unfinished(after.read().unwrap_err()));
    assert!(unfinished(rnn.run(&x).unwrap_err()));
    assert_eq!(before.read().unwrap(), expected.h[3 * 2 * 5..]);

    let zeros = |layer: usize| State::zeros(&cells[layer], 2);
    rnn.set_state(0, &zeros(0)).unwrap();
    assert!(rnn.run(&x).is_err(), "the other layer's state is unknown");
    rnn.set_state(0, &zeros(0)).unwrap();
    rnn.set_state(1, &zeros(1)).unwrap();
    assert_eq!(rnn.run(&x).unwrap(), expected);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn products_that_were_skipped_are_seen() {
    let gpu = gpu();
    let cells = [cell(CellKind::Gru, 3, 6), cell(CellKind::Lstm, 6, 5)];
    let x = numbers(4 * 2 * 3, 5);
    let whole = || DeviceRnn::new(&gpu, &cells, 2, &Options::default()).unwrap();
    let expected = whole().run(&x).unwrap();
    let skips: [fn(&mut Layer); 2] = [|layer| layer.inputs.truncate(0), |layer| _ = layer.step.pop()];
    for (layer, skip) in (0..2).flat_map(|layer| skips.map(|skip| (layer, skip))) {
        let mut rnn = whole();
        rnn.step(&x).unwrap();
        // As a driver does that skips a dispatch.
        skip(&mut rnn.layers[layer]);
        assert_eq!(
            rnn.run(&x).unwrap_err().to_string(),
            "the device left work undone without reporting a failure: step 4 is known to be reached, not 8; \
             the run's results are dropped"
        );
        rnn.reset_state().unwrap();
        assert!(matches!(rnn.run(&x).unwrap_err(), Error::Unfinished { expected: 4, reached: 0 }));
    }
    assert_eq!(whole().run(&x).unwrap(), expected);
}

#[test]
fn no_step_writes_what_it_begins_from() {
    for steps in 1..8 {
        for slot in 0..=steps {
            for count in 1..=steps {
                let slots = slots_after(slot, count, steps);
                assert_eq!(slots.len(), count);
                assert!(slots.end <= steps + 1, "{count} steps after slot {slot} of {steps}: {slots:?}");
                // Each of the others begins from what the one before has left.
                assert_ne!(slots.start, slot, "{count} steps of {steps}");
            }
        }
    }
    assert_eq!((slots_after(0, 4, 4), slots_after(1, 3, 4)), (1..5, 2..5));
    assert_eq!((slots_after(1, 4, 4), slots_after(4, 1, 4)), (0..4, 0..1));
}
