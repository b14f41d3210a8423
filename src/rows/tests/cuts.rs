//! Blocks, parts, threads: what may not change a synapse; and how far building has come.

use super::*;
use crate::draw::Law;
use std::sync::Mutex;

/// Three populations and three ports, with every rule, constants, laws and arrays.
pub fn network() -> Vec<Wiring> {
    let law = Values::Drawn(Law::Normal { mean: 1.0, sd: 0.3 });
    let late = Values::Drawn(Law::Exponential { mean: 5.0 });
    let pairs: Vec<[u32; 2]> = (0..900u32).map(|at| [at * 31 % 70, at * 17 % 150]).collect();
    let of = |index: u32, [pre, post, port]: [usize; 3], rule: Rule<Pairs>| {
        let size = [70, 150, 41];
        let same = pre == post;
        let sides = Sides { same_neurons: same, autapses: !same, ..sides(size[pre], size[post]) };
        Wiring { index, pre, post, port, weights: law.clone(), delays: late.clone(), ..wiring(rule, sides) }
    };
    let mut wirings = vec![
        of(0, [0, 1, 0], Rule::FixedOutdegree(30)),
        of(1, [0, 1, 0], Rule::FixedIndegree(8)),
        of(2, [0, 1, 1], list(&pairs)),
        of(3, [1, 1, 0], Rule::PairwiseBernoulli(0.2)),
        of(4, [1, 0, 0], Rule::FixedTotalNumber(2000)),
        of(5, [1, 1, 1], Rule::AllToAll),
        of(6, [2, 2, 0], Rule::FixedIndegree(5)),
        of(7, [2, 1, 0], Rule::PairwiseBernoulli(0.9)),
        of(8, [0, 1, 1], Rule::FixedOutdegree(0)),
    ];
    wirings[2].weights = Values::Each((0..900).map(|at| 0.1 + f64::from(at)).collect());
    wirings[4].weights = Values::Constant(0.7);
    wirings[5].delays = Values::Constant(4);
    wirings[6].precision = None;
    (wirings[7].weights, wirings[7].delays) = (Values::Constant(-0.25), Values::Constant(2));
    wirings
}

pub(in crate::rows) fn cut(bits: u32, binding: u64) -> Cut {
    Cut { block_bits: Some(bits), threads: None, binding }
}

const SIZES: [u32; 3] = [70, 150, 41];

/// The synapses of all populations, in the order of the table.
fn all_rows(built: &Built) -> Vec<Vec<Synapse>> {
    (0..3).flat_map(|source| rows(built, source, SIZES[source])).collect()
}

#[test]
fn no_block_size_changes_a_synapse_or_the_order_within_a_block() {
    let wirings = network();
    let whole = built(&wirings, WHOLE);
    let expected = all_rows(&whole);
    let all = expected.iter().map(Vec::len).sum::<usize>() as u64;
    assert_eq!(all, whole.table.count);
    for bits in [0, 1, 3, 5, 8, 13, 20] {
        let cut = built(&wirings, cut(bits, u64::MAX));
        assert_eq!(
            (&cut.scales, &cut.synapses, &cut.projections),
            (&whole.scales, &whole.synapses, &whole.projections)
        );
        let blocks = &cut.table.blocks;
        assert!(blocks.iter().all(|block| block.size <= 1 << bits && block.first.is_multiple_of(1 << bits)));
        // Of each row, those of one block after those of another.
        for (row, expected) in all_rows(&cut).into_iter().zip(&expected) {
            let here = |block: &Block| {
                let inlets = block.inlet..block.inlet + block.size;
                expected.iter().copied().filter(move |synapse| inlets.contains(&synapse.inlet)).collect::<Vec<_>>()
            };
            assert_eq!(row, blocks.iter().flat_map(here).collect::<Vec<_>>(), "blocks of 2^{bits}");
        }
    }
}

#[test]
fn a_row_is_what_was_drawn_for_it() {
    for wiring in network() {
        let built = built(&[Wiring { pre: 0, post: 1, port: 0, ..wiring.clone() }], WHOLE);
        let mut expected = pairs(&wiring);
        // Columns are drawn by target; of each source, the targets ascend then.
        expected.sort_by_key(|pair| pair[0]);
        let first_inlet = built.table.blocks[0].inlet;
        let found = (0..).zip(rows(&built, 0, wiring.sides.n_pre));
        let found =
            found.flat_map(|(source, row)| row.into_iter().map(move |synapse| [source, synapse.inlet - first_inlet]));
        assert_eq!(found.collect::<Vec<_>>(), expected, "{}", wiring.index);
        let table = &built.table;
        assert!((0..wiring.sides.n_pre).all(|neuron| table.row_len(0, neuron) == table.row(0, neuron).len() as u64));
        assert_eq!((table.reaches(0), table.reaches(1)), (!expected.is_empty(), false));
    }
}

#[test]
fn parts_hold_every_entry_once() {
    let wirings = network();
    let whole = built(&wirings, cut(5, u64::MAX));
    assert_eq!(whole.table.parts.len(), 1);
    for binding in [0, 7, 8, 15, 16, 24, 40, 100, 128, 1000, 4096, 10_000, 1 << 20] {
        let cut = built(&wirings, cut(5, binding));
        let Table { parts, strips, entries, .. } = &cut.table;
        assert!(*entries == whole.table.entries && *strips == whole.table.strips, "{binding} bytes");
        let (mut words, mut held) = (0, vec![0; strips.len()]);
        for part in parts {
            assert_eq!(part.words.start, words, "one after the other");
            words = part.words.end;
            // Less than a pair of words holds no entry.
            assert!(part.words.len() as u64 * 4 <= binding.max(8), "{binding} bytes");
            let mut end = part.words.start;
            for (strip, range) in &part.strips {
                let Strip { words, format, synapses, .. } = &strips[*strip];
                assert_eq!((range.start, words.start.max(part.words.start)), (held[*strip], end), "{binding} bytes");
                held[*strip] = range.end;
                end = words.end.min(part.words.end);
                // These entries are in these words.
                let offset = |word: usize| (word - words.start) as u64 * 4 / format.bytes();
                assert_eq!(u64::from(range.end), offset(end).min(u64::from(*synapses)));
            }
            assert_eq!(end, part.words.end);
        }
        assert_eq!(words, entries.len());
        assert!(held.iter().zip(strips).all(|(held, strip)| *held == strip.synapses), "{binding} bytes");
        // No part is shorter than it must be, but the last.
        let full = binding.max(8) / 8 * 2;
        assert!(parts.iter().rev().skip(1).all(|part| part.words.len() as u64 == full), "{binding} bytes");
    }
}

#[test]
fn blocks_are_as_large_as_entries_stay_short() {
    let chosen =
        |wiring: Wiring| built(&[wiring], Cut { block_bits: None, threads: None, binding: u64::MAX }).table.block_bits;
    let sides = sides(50, 40_000);
    let constant = wiring(Rule::FixedOutdegree(2000), sides);
    // 16 bits of a place; a population that is smaller is a block.
    assert_eq!(chosen(constant.clone()), 16);
    assert_eq!(chosen(wiring(Rule::FixedOutdegree(20), self::sides(50, 700))), 10);
    // 6 bits of a delay, 4 of an exponent and 9 of a mantissa leave 13.
    let delays = Values::Drawn(Law::Uniform { low: 0.6, high: 64.4 });
    let weights = Values::Drawn(Law::Uniform { low: 0.5, high: 1.5 });
    assert_eq!(
        chosen(Wiring { weights: weights.clone(), delays: delays.clone(), precision: None, ..constant.clone() }),
        13
    );
    let signed = Values::Drawn(Law::Normal { mean: 0.0, sd: 1.0 });
    assert_eq!(chosen(Wiring { weights: signed, delays: delays.clone(), precision: None, ..constant.clone() }), 12);
    // What takes 8 bytes anyway is not cut; nor are rows so short that they would be in shreds.
    assert_eq!(chosen(Wiring { weights: weights.clone(), delays: delays.clone(), ..constant.clone() }), 16);
    assert_eq!(chosen(Wiring { weights, delays, precision: None, ..wiring(Rule::FixedOutdegree(3), sides) }), 16);
}

#[test]
fn each_thread_has_blocks_of_its_own() {
    let of = |n_pre, n_post, threads| {
        let wiring = wiring(Rule::FixedOutdegree(3), sides(n_pre, n_post));
        built(&[wiring], Cut { block_bits: None, threads, binding: u64::MAX }).table
    };
    assert_eq!(of(10, 100_000, None).block_bits, 17);
    // No slot of a block is larger than 256 KiB.
    for (threads, bits) in [(0, 16), (1, 15), (2, 14)] {
        assert_eq!(of(10, 100_000, Some(threads)).block_bits, bits);
    }
    for (neurons, threads) in
        [(1000, 1), (4000, 2), (40_000, 2), (100_000, 7), (100_000, 16), (100_000, 1000), (9000, 2)]
    {
        let table = of(1000, neurons, Some(threads));
        // Two for each; but none is smaller than it must be, nor than 1,024 inlets.
        let fewest = 2 * threads as u32;
        assert!(
            table.blocks.len() as u32 >= fewest.min(neurons.div_ceil(1024)),
            "{neurons} neurons, {threads} threads"
        );
        let larger = 2 << table.block_bits;
        assert!(table.block_bits == 16 || larger * fewest > neurons + 1000 || neurons <= 1024);
        assert!(table.block_bits >= 10);
    }
    // What is asked for is not changed.
    let wiring = wiring(Rule::FixedOutdegree(3), sides(10, 100_000));
    assert_eq!(
        built(&[wiring], Cut { block_bits: Some(15), threads: Some(8), binding: u64::MAX }).table.block_bits,
        15
    );
}

#[test]
fn threads_change_nothing() {
    let wirings = network();
    for bits in [0, 4, 31] {
        let [one, four] = with_threads(|| built(&wirings, cut(bits, 5000)));
        assert!(one.table.entries == four.table.entries && one.table.starts == four.table.starts);
        assert_eq!((&one.table.strips, &one.table.parts), (&four.table.strips, &four.table.parts));
        assert_eq!((&one.scales, &one.projections), (&four.scales, &four.projections));
    }
}

#[test]
fn progress_is_told_until_all_is_done_and_may_end_it() {
    let wirings = [
        wiring(Rule::FixedOutdegree(300), sides(500, 400)),
        Wiring { index: 4, ..wiring(Rule::FixedIndegree(300), sides(500, 400)) },
    ];
    let all = 2 * (500 + 400) * 300;
    let told = Arc::new(Mutex::new(Vec::new()));
    let heard = told.clone();
    let progress = Progress::new(move |done, of| {
        heard.lock().unwrap().push(done);
        of == all
    });
    let found = with_progress(&wirings, cut(7, u64::MAX), &progress).unwrap();
    assert_eq!(found.table.count * 2, all);
    let told = told.lock().unwrap();
    assert!(told.len() > 10);
    assert_eq!(told.iter().copied().max(), Some(all));
    for enough in [0, 40_000, all / 2 + 40_000, all - 1] {
        let stopped = with_progress(&wirings, WHOLE, &Progress::new(move |done, _| done <= enough));
        assert!(matches!(stopped, Err(Failure::Stopped)), "{enough}");
    }
}
