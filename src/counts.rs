//! How many of n Poisson sources fire in a step, as a table that a random word is looked up in.
//!
//! The host makes the table in f64; the device only compares whole numbers, so that it and the reference always count
//! the same. Knows nothing of rates, steps or targets.
//!
//! A table has the resolution of its words: a probability is a multiple of 2⁻³². So a count that is expected less than
//! about 10⁻⁴ times per step is off by up to 10⁻⁶ of its frequency, and one expected less than 2⁻³³ times never comes.

use crate::network::Sampler;

/// [probability] Values at either end that come less often, all together, are left out of a table.
const LEFT_OUT: f64 = 1.0 / 8_589_934_592.0;
/// [words] The range of a random word.
const WORDS: f64 = 4_294_967_296.0;
/// Above every word that is looked up: words are taken as at most one less.
const NEVER: u32 = u32::MAX;

/// A distribution of counts: the count of a random word u is `first` + the number of thresholds ≤ min(u, 2³² − 2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountTable {
    /// The smallest count.
    pub first: u32,
    /// In ascending order, 2ᵇ − 1 of them: the j-th is the probability, in units of 2⁻³², of a count of at most
    /// `first` + j. Padded with 2³² − 1.
    pub thresholds: Vec<u32>,
}

impl CountTable {
    /// A table of one count.
    pub fn always(count: u32) -> Self {
        Self { first: count, thresholds: Vec::new() }
    }

    /// A table of the counts `first`, `first` + 1, … with these probabilities of a count of at most so much.
    #[expect(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts are u32, and a probability of 1 is the largest word"
    )]
    pub fn new(first: u32, cumulative: &[f64]) -> Self {
        // The last count needs no threshold, and the first belongs to all words below the first threshold.
        let low = cumulative.partition_point(|&c| c < LEFT_OUT).min(cumulative.len() - 1);
        let high = low + cumulative[low..cumulative.len() - 1].partition_point(|&c| 1.0 - c >= LEFT_OUT);
        let mut thresholds: Vec<u32> = cumulative[low..high].iter().map(|c| (c * WORDS).round() as u32).collect();
        thresholds.resize((thresholds.len() + 1).next_power_of_two() - 1, NEVER);
        Self { first: first + low as u32, thresholds }
    }

    /// Bits of a count, as many as its position in the thresholds needs.
    pub fn bits(&self) -> u32 {
        self.thresholds.len().count_ones()
    }

    /// The table as the device reads it: `[first, b, thresholds…]`, of which there are 2ᵇ − 1.
    pub fn words(&self) -> Vec<u32> {
        [self.first, self.bits()].into_iter().chain(self.thresholds.iter().copied()).collect()
    }

    /// Where to begin in the thresholds, for each value of the upper `bits` of a random word, 1 to 31, and one beyond:
    /// twice the thresholds that the least such word passes, plus 1 where a greater one passes more.
    #[expect(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        reason = "bits are 1 to 31, and no distribution of u32 counts has 2³¹ thresholds of which a word can tell"
    )]
    pub fn guide(&self, bits: u32) -> Vec<u32> {
        let passed = |word: u32| self.thresholds.partition_point(|&threshold| threshold <= word) as u32;
        let shift = 32 - bits;
        let entry = |bucket: u32| {
            let least = bucket << shift;
            let (least, greatest) = (passed(least), passed(least | ((1 << shift) - 1)));
            2 * least + u32::from(greatest != least)
        };
        (0..1 << bits).map(entry).chain([2 * self.thresholds.len() as u32]).collect()
    }
}

/// A table with its guide: a count is found in few steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Guided {
    table: CountTable,
    guide: Vec<u32>,
    /// Bits of a word that the guide ignores.
    shift: u32,
}

impl Guided {
    /// With a guide of 2^`bits` entries, 1 to 31.
    pub fn new(table: CountTable, bits: u32) -> Self {
        Self { guide: table.guide(bits), shift: u32::BITS.saturating_sub(bits), table }
    }

    /// The count of a random word.
    #[inline]
    pub fn count(&self, word: u32) -> u32 {
        let word = word.min(NEVER - 1);
        let at = (word >> self.shift) as usize;
        let begin = self.guide[at];
        let passed = if begin & 1 == 0 {
            begin >> 1
        } else {
            let (begin, end) = (begin >> 1, self.guide[at + 1] >> 1);
            let between = &self.table.thresholds[begin as usize..end as usize];
            begin + between.partition_point(|&threshold| threshold <= word) as u32
        };
        self.table.first + passed
    }

    /// The smallest and the largest count.
    pub fn range(&self) -> [u32; 2] {
        let passed = self.table.thresholds.partition_point(|&threshold| threshold < NEVER);
        [self.table.first, self.table.first + passed as u32]
    }

    /// As a device reads it: `[first, shift, place of the thresholds, guide…, thresholds…]`.
    pub fn words(&self) -> Vec<u32> {
        let thresholds = 3 + self.guide.len() as u32;
        let head = [self.table.first, self.shift, thresholds];
        head.into_iter().chain(self.guide.iter().copied()).chain(self.table.thresholds.iter().copied()).collect()
    }
}

/// The counts of `n` sources that fire with probability `p` each.
///
/// # Errors
/// A sentence with the value and the legal range, if `p` is not a probability.
pub fn table(n: u32, p: f64, sampler: Sampler) -> Result<CountTable, String> {
    if !(0.0..=1.0).contains(&p) {
        return Err(format!("each source fires with probability {p} per step; legal: 0 to 1"));
    }
    let (sources, mean) = (f64::from(n), f64::from(n) * p);
    let normal = mean > 5.0 && sources * (1.0 - p) > 5.0;
    Ok(match sampler {
        Sampler::Poisson => return poisson(mean).ok_or_else(|| format!("a mean of {mean}; legal: 0 to {}", u32::MAX)),
        _ if mean == 0.0 => CountTable::always(0),
        _ if p == 1.0 => CountTable::always(n),
        Sampler::Auto if normal => from_normal(n, mean, (mean * (1.0 - p)).sqrt()),
        Sampler::Normal => from_normal(n, mean, (mean * (1.0 - p)).sqrt()),
        Sampler::Auto | Sampler::Binomial => {
            let odds = p / (1.0 - p);
            from_ratios(((sources + 1.0) * p).floor().min(sources), sources, |k| (sources - k + 1.0) / k * odds)
        }
    })
}

/// Poisson counts of this mean; none where they are beyond u32.
pub fn poisson(mean: f64) -> Option<CountTable> {
    let most = f64::from(u32::MAX);
    match mean {
        0.0 => Some(CountTable::always(0)),
        0.0.. if mean <= most => Some(from_ratios(mean.floor(), most, |k| mean / k)),
        _ => None,
    }
}

/// From the ratio of the probabilities of k and k − 1, starting at the most probable count, where nothing underflows.
/// Rounding errors add up to a few units in the last place per count: below 10⁻¹² for a mean of 10⁶.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`first` is a whole number, at most `mode`"
)]
fn from_ratios(mode: f64, most: f64, ratio: impl Fn(f64) -> f64) -> CountTable {
    // Relative to the mode; what is left out beyond is far below the resolution of a sum in f64.
    const NEGLIGIBLE: f64 = 1e-25;
    let mut probabilities = Vec::new();
    let (mut k, mut relative) = (mode, 1.0);
    while k > 0.0 && relative > NEGLIGIBLE {
        relative /= ratio(k);
        k -= 1.0;
        probabilities.push(relative);
    }
    let first = k;
    probabilities.reverse();
    probabilities.push(1.0);
    let (mut k, mut relative) = (mode, 1.0);
    while k < most && relative > NEGLIGIBLE {
        k += 1.0;
        relative *= ratio(k);
        probabilities.push(relative);
    }
    let total: f64 = probabilities.iter().sum();
    let mut sum = 0.0;
    for probability in &mut probabilities {
        sum += *probability;
        *probability = sum / total;
    }
    CountTable::new(first as u32, &probabilities)
}

/// Normal counts: k is what lies between k − ½ and k + ½, 0 and `n` all that lies beyond them too.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "both are whole numbers from 0 to `n`")]
fn from_normal(n: u32, mean: f64, sd: f64) -> CountTable {
    // [standard deviations] A tail beyond 7 is 10⁻¹², far below what is left out.
    const REACH: f64 = 7.0;
    let first = (mean - REACH * sd).floor().max(0.0) as u32;
    let last = (mean + REACH * sd).ceil().min(f64::from(n)) as u32;
    let cumulative: Vec<f64> = (first..=last)
        .map(|k| if k == n { 1.0 } else { standard_normal_below((f64::from(k) + 0.5 - mean) / sd) })
        .collect();
    CountTable::new(first, &cumulative)
}

/// The probability that a standard normal is below `z`, to 10⁻¹⁵ (Marsaglia, "Evaluating the normal
/// distribution", J. Stat. Softw. 11(4), 2004): ½ + φ(z)·(z + z³/3 + z⁵/(3·5) + …).
pub fn standard_normal_below(z: f64) -> f64 {
    let z = z.clamp(-10.0, 10.0);
    let (mut term, mut sum, mut odd) = (z, 0.0, 1.0);
    while sum + term != sum {
        sum += term;
        odd += 2.0;
        term *= z * z / odd;
    }
    0.5 + sum * (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

#[cfg(test)]
mod tests;
