//! Draws in proportion to whole numbers.

/// Whole numbers of which one is drawn in proportion to its size, and may be taken away (Fenwick, Softw. Pract. Exper. 24,
/// 1994:327).
#[derive(Default)]
pub(super) struct Tree {
    /// From 1 on: sums of those before, as many as the lowest bit of the place says.
    sums: Vec<u64>,
    all: u64,
}

#[expect(clippy::arithmetic_side_effects, reason = "sums of fewer than 2³¹ numbers of 33 bits")]
impl Tree {
    pub(super) fn fill(&mut self, numbers: &[u64]) {
        self.sums.clear();
        self.sums.push(0);
        self.sums.extend_from_slice(numbers);
        self.all = numbers.iter().sum();
        for at in 1..self.sums.len() {
            let above = at + (at & at.wrapping_neg());
            if above < self.sums.len() {
                self.sums[above] += self.sums[at];
            }
        }
    }

    /// The number that a word of 64 bits draws; none where there is nothing.
    pub(super) fn find(&self, word: u64) -> Option<usize> {
        if self.all == 0 {
            return None;
        }
        let mut rest = ((u128::from(word) * u128::from(self.all)) >> 64) as u64;
        let (mut at, mut step) = (0, self.sums.len().next_power_of_two() / 2);
        while step > 0 {
            if let Some(&sum) = self.sums.get(at + step).filter(|sum| **sum <= rest) {
                rest -= sum;
                at += step;
            }
            step /= 2;
        }
        Some(at)
    }

    /// Takes a number away, of this size.
    pub(super) fn take(&mut self, number: usize, size: u64) {
        self.all -= size;
        let mut at = number + 1;
        while at < self.sums.len() {
            self.sums[at] -= size;
            at += at & at.wrapping_neg();
        }
    }
}
