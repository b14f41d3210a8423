//! What delivery adds to the tiles of a ring is what the synapses say, one by one.

use super::*;
use crate::draw::Law;
use crate::rows::deliver::{Scratch, Spikes};
use crate::rows::tile::Tile;
use std::collections::BTreeMap;

/// Delivers spikes of all neurons, of some more often, in some steps and batch items; and sums up what each synapse brings.
pub(super) fn check(built: &Built, slots: u32, batch: u32) {
    let table = &built.table;
    assert!(table.max_delay < slots);
    let drawn = table.procedural.iter().map(|drawn| (drawn.source(), drawn.drawing.wiring.sides.sources().end));
    let held = table.strips.iter().map(|strip| (strip.source, strip.rows));
    let sizes: BTreeMap<_, _> = held.chain(drawn).collect();
    let mut fired = Vec::new();
    for (step, slot) in [0, 1, slots / 2, slots - 1].into_iter().enumerate() {
        for item in 0..batch {
            for (&source, &rows) in &sizes {
                let some = (0..rows).filter(|neuron| (neuron + item) as usize % 4 <= step);
                let again = (0..rows).rev().filter(|neuron| neuron % 7 == item);
                fired.push((source, some.chain(again).collect::<Vec<_>>(), slot, item));
            }
            // A population without a synapse.
            fired.push((99, vec![3], slot, item));
        }
    }
    let inlets = table.blocks.iter().map(|block| block.inlet + block.size).max().unwrap();
    let place = |slot: u32, item: u32, inlet: u32| (((slot % slots) * batch + item) * inlets + inlet) as usize;
    let mut ring = vec![7i32; (slots * batch * inlets) as usize];
    for (source, neurons, slot, item) in &fired {
        for &neuron in neurons {
            let amplitude = |number| amplitude_of(neuron, number);
            table.each_released(*source, neuron, *item, amplitude, |Synapse { inlet, delay, weight }| {
                let value = &mut ring[place(slot + delay, *item, inlet)];
                *value = value.wrapping_add(weight);
            });
        }
    }
    // Of three models of each population.
    let of_all = |neurons: &[u32]| {
        neurons.iter().flat_map(|&neuron| (0..3).map(move |number| amplitude_of(neuron, number))).collect()
    };
    let amplitudes: Vec<Vec<u32>> = fired.iter().map(|(_, neurons, _, _)| of_all(neurons)).collect();
    let mut scratch = Scratch::default();
    for (index, &Block { inlet, size, .. }) in table.blocks.iter().enumerate() {
        let mut values = vec![7; (slots * batch * size) as usize];
        let spikes = fired.iter().zip(&amplitudes).map(|((source, neurons, slot, item), amplitudes)| Spikes {
            source: *source,
            neurons,
            amplitudes,
            slot: *slot,
            item: *item,
        });
        table.deliver(index, spikes, &mut Tile { values: &mut values, slots, batch, size }, &mut scratch);
        let mut expected = Vec::new();
        for (slot, item) in (0..slots).flat_map(|slot| (0..batch).map(move |item| (slot, item))) {
            expected.extend_from_slice(&ring[place(slot, item, inlet)..][..size as usize]);
        }
        assert!(values == expected, "block {index}, {slots} slots, {batch} items");
    }
}

/// Some amplitude, whole for some.
fn amplitude_of(neuron: u32, number: u32) -> u32 {
    (neuron.wrapping_mul(0x9e37_79b9).wrapping_add(number.wrapping_mul(0x85eb_ca6b)) >> 15)
        .min(crate::rows::released::WHOLE)
}

/// In blocks of several sizes, rings of several lengths and batches; returns the formats of the largest blocks.
pub(super) fn check_all(wirings: &[Wiring]) -> Vec<Format> {
    let mut formats = Vec::new();
    for bits in [0, 3, 6, 31] {
        let built = built(wirings, Cut { block_bits: Some(bits), threads: None, binding: u64::MAX });
        let longest = built.table.max_delay;
        check(&built, longest + 1, 1);
        check(&built, longest + 4, 3);
        for (index, strip) in built.table.strips.iter().enumerate() {
            let own = built.table.strips_of(2, strip.block, strip.source);
            assert!(own.contains(&index));
            assert!(own.clone().all(|other| other == index || built.table.strips[other].modelled != strip.modelled));
        }
        formats = built.table.strips.iter().map(|strip| strip.format).collect();
    }
    formats
}

#[test]
fn every_rule_is_delivered() {
    check_all(&cuts::network());
}

/// The same projections, some of which have models, and so rows of their own.
#[test]
fn every_rule_is_delivered_by_parts() {
    let mut network = cuts::network();
    for (index, wiring) in network.iter_mut().enumerate() {
        wiring.modelled = [None, Some(2), Some(0), Some(1)][index % 4];
    }
    let strips = check_all(&network).len();
    let others = network.iter().cloned().map(|wiring| Wiring { modelled: None, ..wiring });
    assert!(strips > check_all(&others.collect::<Vec<_>>()).len());
}

#[test]
fn every_format_is_delivered() {
    use EntrySize::{Half, Pair, Word};
    let law = |mean, sd| Values::Drawn(Law::Normal { mean, sd });
    let (constant, late) = (Values::Constant(0.3), Values::Drawn(Law::Uniform { low: 0.6, high: 40.0 }));
    let mut numbers = [None, Some(0)].into_iter().cycle();
    let mut of = |weights: &Values<f64>, delays: &Values<u32>, precision| {
        let (weights, delays, modelled) = (weights.clone(), delays.clone(), numbers.next().unwrap_or_default());
        let [format] = check_all(&[Wiring {
            weights,
            delays,
            precision,
            modelled,
            ..wiring(Rule::FixedOutdegree(60), sides(90, 70))
        }])[..] else {
            panic!("one strip")
        };
        (format.size, format.sign, format.delay_bits > 0, format.weight.is_some())
    };
    for delay in [0, 1, 9] {
        let delay = Values::Constant(delay);
        assert_eq!(of(&constant, &delay, None), (Half, Sign::Positive, false, true));
        for (mean, sign) in [(10.0, Sign::Positive), (-10.0, Sign::Negative), (0.0, Sign::Own)] {
            assert_eq!(of(&law(mean, 1.0), &delay, Some(Precision::Compact)), (Word, sign, false, false));
            assert_eq!(of(&law(mean, 1.0), &delay, Some(Precision::Exact)), (Pair, sign, false, false));
        }
    }
    assert_eq!(of(&Values::Constant(-0.3), &late, None), (Word, Sign::Negative, true, true));
    for (mean, sign) in [(10.0, Sign::Positive), (-10.0, Sign::Negative), (0.0, Sign::Own)] {
        assert_eq!(of(&law(mean, 1.0), &late, Some(Precision::Compact)), (Word, sign, true, false));
        assert_eq!(of(&law(mean, 1.0), &late, Some(Precision::Exact)), (Pair, sign, true, false));
    }
    // All exponents of small floats.
    let wide = Values::Drawn(Law::Lognormal { median: 1.0, sigma: 2.0 });
    assert_eq!(of(&wide, &late, Some(Precision::Compact)), (Word, Sign::Positive, true, false));
}

#[test]
fn rows_of_any_length_are_delivered() {
    // None, one, around whole vectors, around and beyond what is decoded at once; the last ends the table.
    let lengths = [0, 1, 15, 16, 17, 0, 31, 33, 495, 511, 512, 513, 1024, 1700, 0, 3];
    let rows = (0..).zip(lengths);
    let pairs: Vec<_> = rows.flat_map(|(row, length)| (0..length).map(move |at| [row, at * 37 % 300])).collect();
    let of = |weights, delays, precision| {
        check_all(&[Wiring { weights, delays, precision, ..wiring(list(&pairs), sides(lengths.len() as u32, 300)) }])[0]
            .size
    };
    let each = || Values::Each((0..pairs.len()).map(|at| at as f64 - 1000.5).collect());
    let delays = || Values::Each((0..pairs.len() as u32).map(|at| at % 11).collect());
    assert_eq!(of(Values::Constant(1.0), Values::Constant(0), None), EntrySize::Half);
    assert_eq!(of(Values::Constant(1.0), delays(), None), EntrySize::Word);
    assert_eq!(of(each(), delays(), Some(Precision::Compact)), EntrySize::Word);
    assert_eq!(of(each(), delays(), Some(Precision::Exact)), EntrySize::Pair);
}

#[test]
fn blocks_beyond_16_bits_are_delivered() {
    let wide = wiring(Rule::FixedOutdegree(700), sides(20, 70_000));
    let built = built(&[wide], WHOLE);
    let Format { size, delay_bits, .. } = built.table.strips[0].format;
    assert_eq!((size, delay_bits), (EntrySize::Word, 0));
    check(&built, 3, 2);
}

#[test]
fn sums_wrap() {
    let pairs: Vec<[u32; 2]> = (0..300).map(|source| [source, source]).collect();
    let size = |weight: f64| {
        let weights = Values::Each((0..300).map(|at| weight * f64::from(1 + at % 2)).collect());
        let built = built(&[Wiring { weights, ..wiring(list(&pairs), sides(300, 300)) }], WHOLE);
        let mut values = vec![i32::MAX - 3; 600];
        let mut tile = Tile { values: &mut values, slots: 2, batch: 1, size: 300 };
        let neurons: Vec<u32> = (0..300).collect();
        let spikes = Spikes { source: 0, neurons: &neurons, amplitudes: &[], slot: 0, item: 0 };
        built.table.deliver(0, [spikes; 5], &mut tile, &mut Scratch::default());
        assert_eq!(values[0], i32::MAX - 3);
        let weight = built.table.row(0, 0)[0].weight;
        assert!(weight > 1 << 28);
        assert_eq!(values[300], (i32::MAX - 3).wrapping_add(weight.wrapping_mul(5)));
    };
    [1.0, 0.3].into_iter().for_each(size);
}

#[test]
fn rows_that_are_not_held_are_delivered() {
    let all = [sides(60, 90), within(50), Sides { autapses: true, ..within(50) }];
    let rules = [0.02, 0.3, 0.9, 1.0, 0.0].map(Rule::PairwiseBernoulli);
    let rules = rules.into_iter().chain([Rule::FixedOutdegree(37), Rule::FixedTotalNumber(1777)]);
    let late = Values::Drawn(Law::Exponential { mean: 5.0 });
    let weights = Values::Drawn(Law::Normal { mean: 0.0, sd: 1.0 });
    let mut modelled = [None, Some(1)].into_iter().cycle();
    for (rule, sides) in rules.flat_map(|rule| all.map(|sides| (rule.clone(), sides))) {
        let held = wiring(rule, sides);
        let one =
            Wiring { storage: Storage::Procedural, modelled: modelled.next().unwrap_or_default(), ..held.clone() };
        let other = Wiring { index: 4, weights: weights.clone(), delays: late.clone(), ..one.clone() };
        if held.rule != Rule::PairwiseBernoulli(0.0) {
            check_all(std::slice::from_ref(&one));
        }
        // Beside others that are held, onto two ports.
        check_all(&[one, other.clone(), Wiring { index: 5, port: 1, ..other }, Wiring { index: 6, ..held }]);
    }
}
