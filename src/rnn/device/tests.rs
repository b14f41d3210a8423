//! What no host can ask for: every variant of a product against the others, bit for bit; the choice among them; steps
//! that a driver lost.

use super::layer::Stages;
use super::resident::{Form, Layout};
use super::variant::{Variant, lanes};
use super::*;
use crate::gpu::doctor::IMMEDIATES;
use crate::gpu::tests::given::{self, Given};
use crate::gpu::tests::gpu;
use crate::program::{Contents, StageId};
use crate::rnn::{Activation, CellKind, VanillaRnn, drawn};
use half::f16;

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
    let product = |shape, rows| variant.map_or_else(|| choose::variant(gpu, shape, rows), Ok);
    let pick = Pick { product: &product, steps: &|_, _, _| Ok(None), lanes: lanes(gpu) };
    DeviceRnn::with(gpu, std::slice::from_ref(cell), batch, &options, pick).unwrap().run(x).unwrap()
}

/// With all steps one by one, or as many of a chunk at once as the form allows.
fn stack(gpu: &Gpu, cells: &[Cell], batch: usize, options: &Options, form: Option<Form>) -> DeviceRnn {
    let product = |shape, rows| choose::variant(gpu, shape, rows);
    let pick = Pick { product: &product, steps: &|_, _, _| Ok(form), lanes: lanes(gpu) };
    DeviceRnn::with(gpu, cells, batch, options, pick).unwrap()
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

/// Runs of one step and of several, chunks of different lengths, and the state set, read and carried on between them.
fn history(rnn: &mut DeviceRnn, batch: usize, n_in: usize) -> (Vec<Outputs>, Vec<State>) {
    let (mut outputs, mut states) = (Vec::new(), Vec::new());
    for (run, steps) in [7, 1, 4, 11].into_iter().enumerate() {
        outputs.push(rnn.run(&numbers(steps * batch * n_in, run as u32)).unwrap());
        for layer in 0..rnn.places.layers.len() {
            let mut state = rnn.state(layer).unwrap();
            states.push(state.clone());
            if run == 1 {
                state.h.iter_mut().chain(&mut state.c).for_each(|number| *number = f64::from((*number / 3.0) as f32));
                rnn.set_state(layer, &state).unwrap();
            }
        }
    }
    (outputs, states)
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn steps_at_once_agree_bit_for_bit() {
    let gpu = gpu();
    // One part of a sum and several, all of them in an invocation and one in each; sizes that fit no quad or subgroup.
    let sizes = [(33, 5), (133, 3)];
    let cases = CellKind::ALL.into_iter().flat_map(|kind| sizes.map(|(n, batch)| (kind, n, batch, lanes(&gpu))));
    let more = [(CellKind::Vanilla, 1, 1), (CellKind::Gru, 301, 40), (CellKind::Lstm, 2, 1), (CellKind::Lstm, 257, 9)];
    let more = more.map(|(kind, n, batch)| (kind, n, batch, lanes(&gpu)));
    // Drivers take long to compile what reads its operand number by number.
    let alone = [(CellKind::Vanilla, 1, 2, 0), (CellKind::Vanilla, 66, 2, 0), (CellKind::Gru, 9, 3, 0)];
    for (kind, n, batch, lanes) in cases.chain(more).chain(alone) {
        let cells = [cell(kind, 5, n)];
        let form = Form { rows: usize::div_ceil(batch, 2), lanes, after: 0 };
        if !Layout::new(&cells[0], batch, form).possible(&gpu) {
            // Workgroups of some adapters have no room for the largest.
            assert!(n > 133, "{kind}, {n} units, batch {batch}, {form:?}");
            continue;
        }
        let options = Options { every_c: true, steps: Some(5), ..Options::default() };
        let wanted = history(&mut stack(&gpu, &cells, batch, &options, None), batch, 5);
        let found = history(&mut stack(&gpu, &cells, batch, &options, Some(form)), batch, 5);
        assert!(found == wanted, "{kind}, {n} units, batch {batch}, {form:?}");
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn steps_of_layers_at_once_agree_bit_for_bit() {
    let gpu = gpu();
    let cells = [cell(CellKind::Gru, 6, 40), cell(CellKind::Lstm, 40, 23), cell(CellKind::Mgu, 23, 70)];
    let halves = if gpu.limits().shader_f16 { vec![false, true] } else { vec![false] };
    for (f16, every_c, steps) in halves.into_iter().flat_map(|f16| [(f16, false, None), (f16, true, Some(6))]) {
        let options = Options { f16, every_c, steps, ..Options::default() };
        let wanted = history(&mut stack(&gpu, &cells, 3, &options, None), 3, 6);
        for rows in [1, 2, 3] {
            let form = Form { rows, lanes: lanes(&gpu), after: 0 };
            let found = history(&mut stack(&gpu, &cells, 3, &options, Some(form)), 3, 6);
            assert!(found == wanted, "{options:?}, {form:?}");
        }
    }
}

/// Batches of 1, 8 and 32, with units as the table in `benches/README.md` has them.
#[test]
fn a_software_driver_does_at_once_what_was_measured_to_be_faster_so() {
    let at_once = |kind, n, cores: usize| {
        let cell = cell(kind, 3, n);
        [1, 8, 32].map(|batch: usize| choose::steps_on_software(&cell, batch, batch.div_ceil(cores), cores))
    };
    for kind in [CellKind::Vanilla, CellKind::Gru, CellKind::Lstm] {
        assert_eq!([32, 64].map(|n| at_once(kind, n, 2)), [[true; 3]; 2], "{kind}");
    }
    assert_eq!([128, 256].map(|n| at_once(CellKind::Lstm, n, 2)), [[true; 3]; 2]);
    assert_eq!([128, 256].map(|n| at_once(CellKind::Gru, n, 2)), [[true, true, false]; 2]);
    assert_eq!([128, 256].map(|n| at_once(CellKind::Vanilla, n, 2)), [[true, true, false]; 2]);
    assert_eq!(at_once(CellKind::Vanilla, 512, 2), [true, false, false]);
    // One row keeps one core busy: of many, all have less to do.
    assert_eq!([64, 256].map(|n| at_once(CellKind::Lstm, n, 64)[0]), [true, false]);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_dispatch_does_as_many_steps_as_a_slow_device_may_take() {
    let gpu = gpu();
    let form = Form { rows: 1, lanes: lanes(&gpu), after: 0 };
    // 2 * 128 * 512 operations a step and row.
    let dispatches = |batch, steps: usize| {
        let layout = Layout::new(&cell(CellKind::Lstm, 3, 128), batch, form);
        layout.dispatches(2, 3..3 + steps).map(|of| (of.count, of.inputs, of.before, of.after)).collect::<Vec<_>>()
    };
    assert_eq!(dispatches(1, 1907), [(1907, 0, 2, 3)]);
    assert_eq!(dispatches(1, 1908), [(1907, 0, 2, 3), (1, 1907, 1909, 1910)]);
    assert_eq!([4, 5, 6].map(|steps| dispatches(381, steps).len()), [1, 1, 2]);
    assert_eq!(dispatches(5000, 4).len(), 4);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn short_runs_take_their_steps_one_by_one() {
    let gpu = gpu();
    let form = Form { rows: 1, lanes: lanes(&gpu), after: 100 };
    let layout = Layout::new(&cell(CellKind::Lstm, 3, 8), 1, form);
    let (short, few, many) = (layout.serves(50, 99), layout.serves(3, 100), layout.serves(4, 100));
    assert_eq!((short, few, many), (false, false, true));
    // Runs add up: the third reaches the 20th step.
    let cells = [cell(CellKind::Lstm, 3, 8)];
    let mut rnn = stack(&gpu, &cells, 1, &Options::default(), Some(Form { after: 20, ..form }));
    for runs in 1..=3 {
        given::take();
        rnn.step(&numbers(8 * 3, 1)).unwrap();
        let dispatches = given::take().into_iter().filter_map(|given| match given {
            Given::Dispatch(label, ..) => Some(label),
            Given::Buffer(..) => None,
        });
        let steps = if runs < 3 { vec!["step"; 8] } else { vec!["steps"] };
        let expected = [&["inputs"][..], &steps, &["finish"]].concat();
        assert_eq!(dispatches.collect::<Vec<_>>(), expected, "{runs} runs");
        rnn.h().unwrap();
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn steps_are_compared_by_doing_them() {
    let gpu = gpu();
    let form = Form { rows: 1, lanes: lanes(&gpu), after: 0 };
    let mut steps = measure::Steps::new(&gpu, &cell(CellKind::Gru, 3, 12), (2, false), form, &|shape, rows| {
        choose::variant(&gpu, shape, rows)
    })
    .unwrap();
    assert!(steps.time(true).unwrap() > 0.0 && steps.time(false).unwrap() > 0.0);
    steps.faster().unwrap();
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
    rnn.executor.write(Program::REPORT, 0, &[3]).unwrap();
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
    let form = Form { rows: 2, lanes: lanes(&gpu), after: 0 };
    let whole = |form| stack(&gpu, &cells, 2, &Options::default(), form);
    let expected = whole(None).run(&x).unwrap();
    type Skip = (Option<Form>, fn(Stages) -> StageId);
    let skips: [Skip; 3] =
        [(None, |stages| stages.inputs[1]), (None, |stages| stages.step), (Some(form), |stages| stages.steps.unwrap())];
    for (layer, (form, skip)) in (0..2).flat_map(|layer| skips.map(|skip| (layer, skip))) {
        let mut rnn = whole(form);
        rnn.step(&x).unwrap();
        // As a driver does that skips a dispatch.
        rnn.executor.skip(skip(rnn.places.layers[layer].stages), 0);
        assert_eq!(
            rnn.run(&x).unwrap_err().to_string(),
            "the device left work undone without reporting a failure: step 4 is known to be reached, not 8; \
             the run's results are dropped"
        );
        rnn.reset_state().unwrap();
        assert!(matches!(rnn.run(&x).unwrap_err(), Error::Unfinished { expected: 4, reached: 0 }));
    }
    assert_eq!(whole(Some(form)).run(&x).unwrap(), expected);
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

/// The programs of cells of all kinds, with steps at once, in the same way on all adapters.
fn with_programs(cells: &[Cell], f16: bool, see: impl FnOnce(&Program<'_>)) {
    let form = Form { rows: 1, lanes: 8, after: 0 };
    let product = |_, rows| Ok(Variant::Lanes { rows: if rows > 2 { 8 } else { 2 }, quads: 1 });
    let pick = Pick { product: &product, steps: &|_, _, _| Ok(Some(form)), lanes: 8 };
    let options = Options { f16, every_c: true, ..Options::default() };
    see(&StackProgram::new(cells, Room { batch: 2, steps: 4 }, &options, pick).unwrap().program);
}

#[test]
fn a_program_of_cells_is_printed() {
    with_programs(&[cell(CellKind::Gru, 3, 6)], false, |program| {
        assert_eq!(
            program.to_string(),
            "\
the input of one step of the gru cell: 2 dispatches
  inputs                   1 x 1 x 1 workgroups of 8, rows 2, k 3, padded_k 8, part 64, quads 2, split 1
  inputs                   1 x 1 x 1 workgroups of 8, rows 2, k 3, padded_k 8, part 64, quads 2, split 1
the input of many steps of the gru cell: 2 dispatches
  inputs                   (rows / 8) x 1 workgroups of 8, k 3, padded_k 8, part 64, quads 2, split 1
  inputs                   (rows / 8) x 1 workgroups of 8, k 3, padded_k 8, part 64, quads 2, split 1
one step of the gru cell: 2 dispatches
  gate                     1 x 1 x 1 workgroups of 8, rows 2, stride 8, k 6, padded_k 8, part 64, quads 2, split 1
  candidate                1 x 1 x 1 workgroups of 8, rows 2, operand 0, stride 8, k 6, padded_k 8, part 64, quads 2, split 1
many steps at once of the gru cell: 1 dispatch
  steps                    2 x 1 x 1 workgroups of 8, rows 2, each 1, every_c 0, k 6, padded_k 8, part 64, quads 2, split 1
device memory 7.5 KiB
  the report of a submission                  16 B
  the input                                  128 B
  h of the gru cell                          320 B
  c of the gru cell                           16 B
  the vector of the gru cell                  16 B
  gates of the gru cell                      128 B
  input weights 1 of the gru cell          2.0 KiB
  the bias of the gru cell                    64 B
  the input's part of the gru cell           512 B
  recurrent weights 1 of the gru cell      2.0 KiB
  input weights 2 of the gru cell          1.0 KiB
  the bias of the gru cell                    32 B
  the input's part of the gru cell           256 B
  recurrent weights 2 of the gru cell      1.0 KiB
read back, 2 times each
  h of the gru cell                          256 B
  the report of a submission                   8 B
"
        );
    });
    // Every c comes back of a cell that has one.
    with_programs(&[cell(CellKind::Lstm, 6, 70)], false, |program| {
        let text = program.to_string();
        let back = "\
read back, 2 times each
  h of the lstm cell                        2.2 KiB
  c of the lstm cell                        2.2 KiB
  the report of a submission                    8 B
";
        assert!(text.ends_with(back), "{text}");
    });
}

#[test]
fn kernels_are_told_no_more_than_a_self_test_has_passed() {
    for kind in CellKind::ALL {
        with_programs(&[cell(kind, 3, 6)], false, |program| {
            assert!(program.kernels.len() > 3);
            let most = program.kernels.iter().map(|kernel| kernel.kernel.immediates.len()).max();
            assert!(most.unwrap() <= IMMEDIATES, "{kind}: {most:?}");
        });
    }
}

/// What is beyond the range of f16 is refused when there is a place for it, not before.
#[test]
fn weights_are_rounded_when_they_are_written() {
    let cells = [cell(CellKind::Gru, 3, 6)];
    let matrices = |f16| {
        let mut all = Vec::new();
        with_programs(&cells, f16, |program| {
            for buffer in &program.buffers {
                if let Contents::Made(make) = &buffer.contents {
                    let words = make().unwrap();
                    assert_eq!(words.len(), buffer.words, "{}", buffer.what);
                    all.push(words);
                }
            }
        });
        all
    };
    let (singles, halves) = (matrices(false), matrices(true));
    assert_eq!((singles.len(), halves.len()), (4, 4));
    for (singles, halves) in singles.iter().zip(&halves) {
        let singles = singles.iter().map(|word| f16::from_f32(f32::from_bits(*word)));
        let halves = halves.iter().flat_map(|word| [*word, word >> 16]).map(|half| f16::from_bits(half as u16));
        assert!(singles.eq(halves));
    }
}
