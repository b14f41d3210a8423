//! What is written is read again; and what fits.

use super::*;

const CONTENTS: Contents = Contents { delays: [3, 3], counts: [7, 7], rounded: None };

/// Writes and reads.
fn again(format: &Format, inlet: u32, delay: u32, count: i32) -> (u32, u32, i32) {
    let second = if format.size == EntrySize::Pair { count.cast_unsigned() } else { 0xdead };
    format.decode([format.encode(inlet, delay, count), second])
}

#[test]
fn small_floats_are_read_as_they_were_written() {
    // Every mantissa and exponent of each.
    for (exponents, shift) in [(1, 0), (2, 0), (3, 4), (7, 2), (14, 0), (15, 6), (21, 0), (18, 3)] {
        let largest = 1023 << (exponents - 1) << shift;
        for counts in [[0, largest], [-largest, 0], [-largest, largest]] {
            let contents = Contents { delays: [2, 5], counts, rounded: Some(shift) };
            let format = Format::of(32, contents).unwrap();
            assert_eq!(format.size, EntrySize::Word);
            assert_eq!(format.sign == Sign::Own, counts[0] < 0 && counts[1] > 0);
            for exponent in 0..=exponents as u32 {
                for mantissa in 0..512 {
                    let size = if exponent == 0 { mantissa } else { (512 + mantissa) << (exponent - 1) } << shift;
                    for count in [size, -size].into_iter().filter(|count| (counts[0]..=counts[1]).contains(count)) {
                        for (inlet, delay) in [(0, 2), (31, 5), (17, 4)] {
                            assert_eq!(again(&format, inlet, delay, count), (inlet, delay, count), "{format:?}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn every_length_keeps_places_delays_and_counts() {
    let mut sizes = std::collections::BTreeSet::new();
    for inlets in [1, 2, 3, 1 << 10, 1 << 16, (1 << 16) + 1, 1 << 20, 1 << 31] {
        for delays in [[0, 0], [0, 1], [1, 1], [5, 68], [100, 100 + (1 << 11)], [1, crate::rows::LONGEST_DELAY]] {
            for (counts, rounded) in [
                ([7, 7], None),
                ([-i32::MAX, -i32::MAX], None),
                ([-5, 100], None),
                ([-i32::MAX, i32::MAX], None),
                ([0, 1000], Some(0)),
                ([-(1023 << 14), -512], Some(0)),
                ([-(1023 << 14), 1023 << 14], Some(2)),
            ] {
                let contents = Contents { delays, counts, rounded };
                let Some(format) = Format::of(inlets, contents) else {
                    let bits = bits(inlets - 1) + bits(delays[1] - delays[0]);
                    assert!(bits > 32, "{inlets} {contents:?}");
                    continue;
                };
                sizes.insert(format.bytes());
                for inlet in [0, inlets / 2, inlets - 1] {
                    for delay in [delays[0], delays[0].midpoint(delays[1]), delays[1]] {
                        for count in counts {
                            assert_eq!(again(&format, inlet, delay, count), (inlet, delay, count), "{format:?}");
                        }
                    }
                }
            }
        }
    }
    assert_eq!(sizes.into_iter().collect::<Vec<_>>(), [2, 4, 8]);
}

#[test]
fn entries_are_as_short_as_they_can_be() {
    let size = |inlets, contents: Contents| Format::of(inlets, contents).map(|format| format.size);
    // Weight and delay of all: 16 bits of a place.
    assert_eq!(size(1 << 16, CONTENTS), Some(EntrySize::Half));
    assert_eq!(size((1 << 16) + 1, CONTENTS), Some(EntrySize::Word));
    assert_eq!(size(1, Contents { delays: [3, 4], ..CONTENTS }), Some(EntrySize::Word));
    // A weight of all, and a delay: 32 bits.
    let late = Contents { delays: [1, 1 << 12], ..CONTENTS };
    assert_eq!([1 << 20, (1 << 20) + 1].map(|inlets| size(inlets, late)), [Some(EntrySize::Word), None]);
    // 13 bits of a place, 6 of a delay, 4 of an exponent and 9 of a mantissa.
    let own = Contents { delays: [1, 64], counts: [0, 1023 << 14], rounded: Some(0) };
    assert_eq!(Format::of(1 << 13, own).unwrap().exponent_bits, 4);
    assert_eq!(size(1 << 13, own), Some(EntrySize::Word));
    assert_eq!(size((1 << 13) + 1, own), Some(EntrySize::Pair));
    assert_eq!(size(1 << 13, Contents { delays: [1, 65], ..own }), Some(EntrySize::Pair));
    assert_eq!(size(1 << 13, Contents { counts: [0, 1 << 24], ..own }), Some(EntrySize::Pair));
    assert_eq!(size(1 << 13, Contents { rounded: None, ..own }), Some(EntrySize::Pair));
    // A sign takes half of the range.
    assert_eq!(size(1 << 13, Contents { counts: [-(1023 << 14), 0], ..own }), Some(EntrySize::Word));
    let signed = Contents { counts: [-(1023 << 6), 1023 << 6], ..own };
    assert_eq!((size(1 << 13, signed), Format::of(1 << 13, signed).unwrap().exponent_bits), (Some(EntrySize::Word), 3));
    assert_eq!(size(1 << 13, Contents { counts: [-1, 1 << 16], ..own }), Some(EntrySize::Pair));
    // Coarser multiples take nothing.
    assert_eq!(size(1 << 13, Contents { counts: [0, 1023 << 20], rounded: Some(6), ..own }), Some(EntrySize::Word));
    // A count of its own stands beside 32 bits of place and delay.
    let exact = Contents { delays: [1, 1 << 12], counts: [0, 5], rounded: None };
    assert_eq!([1 << 20, (1 << 20) + 1].map(|inlets| size(inlets, exact)), [Some(EntrySize::Pair), None]);
}

#[test]
fn strips_begin_at_whole_pairs_of_words() {
    let words = |contents, entries: u64| Format::of(8, contents).unwrap().words(entries);
    assert_eq!([0, 1, 4, 5, 8].map(|entries| words(CONTENTS, entries)), [0, 2, 2, 4, 4]);
    let late = Contents { delays: [1, 2], ..CONTENTS };
    assert_eq!([0, 1, 2, 3].map(|entries| words(late, entries)), [0, 2, 2, 4]);
    let own = Contents { counts: [1, 2], ..CONTENTS };
    assert_eq!([0, 1, 2].map(|entries| words(own, entries)), [0, 2, 4]);
}

#[test]
fn what_is_known_of_two_is_known_of_both() {
    let one = Contents { delays: [3, 9], counts: [-4, 8], rounded: Some(3) };
    let other = Contents { delays: [1, 2], counts: [7, 9], rounded: Some(1) };
    assert_eq!(one.and(other), Contents { delays: [1, 9], counts: [-4, 9], rounded: Some(1) });
    assert_eq!(one.and(CONTENTS).rounded, None);
}
