//! Words of a buffer that are wanted, or written, in as few copies as pay: who wants some neurons need not wait for all.

use std::ops::Range;

/// Words between two that are wanted which are rather copied, too, than left out by a copy more.
const GAP: usize = 64;

/// Ranges that together have all of these words, which come in order.
pub(super) fn joined(words: impl Iterator<Item = usize>) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for word in words {
        let end = word.saturating_add(1);
        match ranges.last_mut() {
            Some(last) if word <= last.end.saturating_add(GAP) => last.end = last.end.max(end),
            _ => ranges.push(word..end),
        }
    }
    ranges
}

/// Ranges that together have all wanted words.
#[derive(Debug, PartialEq)]
pub(super) struct Copies {
    /// In order, without overlap.
    pub ranges: Vec<Range<usize>>,
    /// The words before each, in those that come back.
    before: Vec<usize>,
}

impl Copies {
    /// For these words, in any order.
    pub(super) fn of(words: &[usize]) -> Self {
        let sorted;
        let words = if words.is_sorted() {
            words
        } else {
            let mut copy = words.to_vec();
            copy.sort_unstable();
            sorted = copy;
            &sorted
        };
        let ranges = joined(words.iter().copied());
        let mut copied = 0usize;
        let before = ranges.iter().map(|range| {
            let before = copied;
            copied = copied.saturating_add(range.len());
            before
        });
        Self { before: before.collect(), ranges }
    }

    /// Where a wanted word is among those that came back.
    #[expect(clippy::arithmetic_side_effects, reason = "one of the ranges has the word")]
    pub(super) fn of_word(&self, word: usize) -> usize {
        let range = self.ranges.partition_point(|range| range.end <= word);
        self.before[range] + word - self.ranges[range].start
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_near_to_each_other_come_together() {
        let copies = Copies::of(&[5, 6, 7, 7 + 65, 1000, 1065]);
        assert_eq!(copies.ranges, [5..73, 1000..1066]);
        assert_eq!([5, 7, 72, 1000, 1065].map(|word| copies.of_word(word)), [0, 2, 67, 68, 133]);
        let copies = Copies::of(&[200, 3, 200, 66 + 3]);
        assert_eq!(copies.ranges, [3..4, 69..70, 200..201]);
        assert_eq!([200, 3, 69].map(|word| copies.of_word(word)), [2, 0, 1]);
        assert_eq!(Copies::of(&[]).ranges, [0..0; 0]);
    }
}
