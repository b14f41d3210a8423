//! Random numbers as a pure function of where they are used: Philox4x32-10 (Salmon, Moraes, Dror and Shaw,
//! "Parallel random numbers: as easy as 1, 2, 3", SC'11), the same here and in `shaders/lib/philox.wgsl`.
//!
//! There is no state to carry, so neither the number of threads nor the way work is cut up can change a result.
//! This module knows nothing of what the numbers are for, except that different purposes must never share one.
//!
//! # Layout of key and counter, shared with the device
//!
//! The key is a seed, `[low word, high word]`: that of the item for noise and initial values, the network's wiring seed for all that items
//! share. The four words of the counter are
//!
//! |         | word 0         | word 1                   | word 2                              | word 3          |
//! |---------|----------------|--------------------------|-------------------------------------|-----------------|
//! | device  | element        | block = step >> 2        | stream: the stimulus' index, < 2²⁴  | 0               |
//! | host    | row, low word  | block, 0, 1, 2 … in turn | 2³¹ + purpose · 2²⁴ + index         | row, high word  |
//!
//! The device uses one word of a block per step: word `step & 3`. A host [`Stream`] uses all four words of each of its
//! blocks in order, up to 2³⁴ words. Its `row` is what may be drawn in parallel (a source neuron, an element of an
//! array); `index` (< 2²⁴) says which projection, or which
//! population and variable. As the top bit of word 2 is set on the host only, host and device never share a block.

use rand::TryRng;
use std::convert::Infallible;

const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
const ROUNDS: usize = 10;

/// Set in word 2 of the counter of every number drawn on the host.
const HOST: u32 = 1 << 31;
/// Word 2 holds the index below this bit, and the purpose above it. The device's streams are as wide.
pub const INDEX_BITS: u32 = 24;

/// Four random words: the Philox4x32-10 permutation of `counter` under `key`.
#[inline]
pub fn philox4x32(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let ([mut a, mut b, mut c, mut d], [mut k, mut l]) = (counter, key);
    for _ in 0..ROUNDS {
        let first = u64::from(MULTIPLIERS[0]) * u64::from(a);
        let second = u64::from(MULTIPLIERS[1]) * u64::from(c);
        [a, b, c, d] = [(second >> 32) as u32 ^ b ^ k, second as u32, (first >> 32) as u32 ^ d ^ l, first as u32];
        k = k.wrapping_add(WEYL[0]);
        l = l.wrapping_add(WEYL[1]);
    }
    [a, b, c, d]
}

/// The same of `W` counters side by side, word by word: a loop that compilers make vector instructions of.
#[inline(always)]
pub(crate) fn philox_lanes<const W: usize>(counters: [[u32; W]; 4], key: [u32; 2]) -> [[u32; W]; 4] {
    // Words stand in the lower halves of twice as wide ones, as multiplying takes and leaves them; what is above is ignored.
    let mut wide = [[0u64; W]; 4];
    for (wide, words) in wide.iter_mut().zip(&counters) {
        for i in 0..W {
            wide[i] = words[i].into();
        }
    }
    let ([mut a, mut b, mut c, mut d], [mut k, mut l]) = (wide, key);
    for _ in 0..ROUNDS {
        for i in 0..W {
            let first = u64::from(MULTIPLIERS[0]) * u64::from(a[i] as u32);
            let second = u64::from(MULTIPLIERS[1]) * u64::from(c[i] as u32);
            a[i] = second >> 32 ^ b[i] ^ u64::from(k);
            b[i] = second;
            c[i] = first >> 32 ^ d[i] ^ u64::from(l);
            d[i] = first;
        }
        k = k.wrapping_add(WEYL[0]);
        l = l.wrapping_add(WEYL[1]);
    }
    let mut words = [[0; W]; 4];
    for (words, wide) in words.iter_mut().zip([a, b, c, d]) {
        for i in 0..W {
            words[i] = wide[i] as u32;
        }
    }
    words
}

/// The key of every number of a network with this seed.
#[inline]
pub fn key(seed: u64) -> [u32; 2] {
    [seed as u32, (seed >> 32) as u32]
}

/// The middle of the `word`-th of 2³² equal parts of (0, 1): never 0, never 1.
#[inline]
pub fn uniform(word: u32) -> f64 {
    (f64::from(word) + 0.5) * (1.0 / 4_294_967_296.0)
}

/// What a host stream is for. Two purposes never share a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Purpose {
    /// The partners in one row of a projection.
    Partners = 0,
    /// How many synapses each row of a projection gets.
    RowLengths = 1,
    /// Weights of synapses.
    Weights = 2,
    /// Delays of synapses.
    Delays = 3,
    /// Parameters of neurons, synapses and outputs.
    Parameters = 4,
    /// Initial values of state variables.
    InitialValues = 5,
    /// Rates, weights and currents of stimuli.
    Stimuli = 6,
    /// Matrices of weights of a network's projections and stimuli.
    Initialisers = 7,
    /// Weights of a recurrent cell, which is in no network.
    Cells = 8,
    /// Where neurons are.
    Positions = 9,
    /// Parameters of projections' models.
    Projections = 10,
}

impl Purpose {
    /// Word 2 of the counter of every number for this purpose and index.
    #[inline]
    pub fn place(self, index: u32) -> u32 {
        HOST | (self as u32) << INDEX_BITS | index & ((1 << INDEX_BITS) - 1)
    }
}

/// The random words of one row of something, each a function of its number.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    key: [u32; 2],
    counter: [u32; 4],
}

impl Words {
    /// The words of a row of something with an `index` (below 2²⁴; higher bits are dropped).
    #[inline]
    pub fn new(seed: u64, purpose: Purpose, index: u32, row: u64) -> Self {
        debug_assert!(index < 1 << INDEX_BITS, "index {index} of a random stream; legal: 0 to 2^24 - 1");
        Self { key: key(seed), counter: [row as u32, 0, purpose.place(index), (row >> 32) as u32] }
    }

    /// The words from number 4·`block` on.
    #[inline]
    pub fn block(self, block: u32) -> [u32; 4] {
        let [low, _, place, high] = self.counter;
        philox4x32([low, block, place, high], self.key)
    }

    /// The first words, in order.
    #[inline]
    pub fn fill(self, into: &mut [u32]) {
        for (block, into) in (0..).zip(into.chunks_mut(4)) {
            into.copy_from_slice(&self.block(block)[..into.len()]);
        }
    }

    /// Those of several blocks side by side, each of a row of its own below 2³², word by word.
    #[inline(always)]
    pub(crate) fn blocks_of_rows<const W: usize>(self, rows: [u32; W], blocks: [u32; W]) -> [[u32; W]; 4] {
        let [_, _, place, _] = self.counter.map(|word| [word; W]);
        philox_lanes([rows, blocks, place, [0; W]], self.key)
    }

    /// Those of several blocks side by side, word by word.
    #[inline(always)]
    pub(crate) fn blocks<const W: usize>(self, blocks: [u32; W]) -> [[u32; W]; 4] {
        let [low, _, place, high] = self.counter.map(|word| [word; W]);
        philox_lanes([low, blocks, place, high], self.key)
    }
}

/// A sequence of random words, made block by block; `rand` and `rand_distr` can draw from it.
#[derive(Debug, Clone)]
pub struct Stream {
    words: Words,
    block: u32,
    made: [u32; 4],
    used: usize,
}

impl Stream {
    /// The stream of one row of something with an `index` (below 2²⁴; higher bits are dropped).
    #[inline]
    pub fn new(seed: u64, purpose: Purpose, index: u32, row: u64) -> Self {
        Self { words: Words::new(seed, purpose, index, row), block: 0, made: [0; 4], used: 4 }
    }

    /// The next word.
    #[inline]
    pub fn word(&mut self) -> u32 {
        if self.used == self.made.len() {
            self.made = self.words.block(self.block);
            self.block = self.block.wrapping_add(1);
            self.used = 0;
        }
        let word = self.made[self.used];
        self.used += 1;
        word
    }

    /// A whole number of 0 … n − 1, all equally likely (Lemire, "Fast random integer generation in an interval", 2019);
    /// 0 for n = 0.
    #[inline]
    pub fn below(&mut self, n: u32) -> u32 {
        let mut product = u64::from(self.word()) * u64::from(n);
        if (product as u32) < n {
            // The low words below 2³² mod n stand for one draw too many of some results.
            let surplus = n.wrapping_neg() % n;
            while (product as u32) < surplus {
                product = u64::from(self.word()) * u64::from(n);
            }
        }
        (product >> 32) as u32
    }

    /// A number of (0, 1) in 2⁵² equal steps: never 0, never 1.
    #[inline]
    pub fn open_unit(&mut self) -> f64 {
        let bits = (u64::from(self.word()) | u64::from(self.word()) << 32) >> 12;
        (bits as f64 + 0.5) * (1.0 / 4_503_599_627_370_496.0)
    }
}

impl TryRng for Stream {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.word())
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from(self.word()) | u64::from(self.word()) << 32)
    }

    fn try_fill_bytes(&mut self, destination: &mut [u8]) -> Result<(), Infallible> {
        rand::rand_core::utils::fill_bytes_via_next_word(destination, || self.try_next_u32())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;

    /// `kat_vectors` of the Random123 distribution, philox4x32 with 10 rounds.
    #[test]
    fn philox_gives_the_published_answers() {
        let check = |counter, key, answer| assert_eq!(philox4x32(counter, key), answer);
        check([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        check([!0; 4], [!0; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        check(
            [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
            [0xa409_3822, 0x299f_31d0],
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
        );
    }

    #[test]
    fn a_stream_is_its_blocks_in_order() {
        let (seed, row) = (0x0123_4567_89ab_cdef, 7 | 3 << 32);
        let mut stream = Stream::new(seed, Purpose::Delays, 5, row);
        for block in 0..3 {
            let expected = philox4x32([7, block, 0x8300_0005, 3], [0x89ab_cdef, 0x0123_4567]);
            assert_eq!([0; 4].map(|_: u32| stream.next_u32()), expected);
        }
        let mut pairs = Stream::new(seed, Purpose::Delays, 5, row);
        let words = philox4x32([7, 0, 0x8300_0005, 3], key(seed));
        assert_eq!(pairs.next_u64(), u64::from(words[0]) | u64::from(words[1]) << 32);
        let mut bytes = [0; 6];
        pairs.fill_bytes(&mut bytes);
        assert_eq!(bytes[..4], words[2].to_le_bytes());
        assert_eq!(bytes[4..], words[3].to_le_bytes()[..2]);
    }

    #[test]
    fn purposes_indices_and_rows_have_different_streams() {
        let first = |purpose, index, row| Stream::new(1, purpose, index, row).next_u64();
        let mut seen = std::collections::BTreeSet::new();
        for purpose in [Purpose::Partners, Purpose::RowLengths, Purpose::Initialisers] {
            for index in [0, 1, (1 << INDEX_BITS) - 1] {
                for row in [0, 1, u64::from(u32::MAX), 1 << 32, u64::MAX] {
                    assert!(seen.insert(first(purpose, index, row)), "{purpose:?} {index} {row}");
                }
            }
        }
    }

    #[test]
    fn units_are_open_at_both_ends() {
        assert_eq!(uniform(0), 2f64.powi(-33));
        assert_eq!(uniform(u32::MAX), 1.0 - 2f64.powi(-33));
        let full = |word| Stream { made: [word; 4], used: 0, ..Stream::new(0, Purpose::Partners, 0, 0) };
        assert_eq!(full(0).open_unit(), 2f64.powi(-53));
        assert_eq!(full(u32::MAX).open_unit(), 1.0 - 2f64.powi(-53));
    }

    #[test]
    fn below_is_uniform() {
        for n in [1, 3, 10, 37] {
            let (mut stream, draws) = (Stream::new(2, Purpose::Partners, 0, 0), 100_000);
            let mut seen = vec![0u32; n as usize];
            (0..draws).for_each(|_| seen[stream.below(n) as usize] += 1);
            let expected = f64::from(draws) / f64::from(n);
            let chi2: f64 = seen.iter().map(|&s| (f64::from(s) - expected).powi(2) / expected).sum();
            let freedom = f64::from(n) - 1.0;
            assert!(chi2 <= freedom + 4.0 * (2.0 * freedom).sqrt(), "n {n}: chi2 {chi2}");
        }
        assert_eq!(Stream::new(2, Purpose::Partners, 0, 0).below(0), 0);
    }

    #[test]
    fn below_never_favours_a_residue_of_a_large_range() {
        // Of 3·2³⁰ results, a plain multiply-and-shift hits every third twice as often as the others.
        let (mut stream, n) = (Stream::new(3, Purpose::Partners, 0, 0), 3 << 30);
        let mut residues = [0f64; 3];
        (0..90_000).for_each(|_| residues[(stream.below(n) % 3) as usize] += 1.0);
        assert!(residues.iter().all(|r| (r - 30_000.0).abs() < 4.0 * 20_000f64.sqrt()), "{residues:?}");
    }

    #[test]
    fn the_shader_is_valid_wgsl() {
        let source = include_str!("../shaders/lib/philox.wgsl");
        let module = naga::front::wgsl::parse_str(source).unwrap_or_else(|e| panic!("{}", e.emit_to_string(source)));
        naga::valid::Validator::new(naga::valid::ValidationFlags::all(), naga::valid::Capabilities::empty())
            .validate(&module)
            .unwrap_or_else(|e| panic!("{}", e.emit_to_string(source)));
        assert!(module.functions.iter().any(|(_, f)| f.name.as_deref() == Some("philox4x32")));
    }
}
