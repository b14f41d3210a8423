//! What an entry holds: as few bits as its strip needs. Formats lose nothing; what is rounded was rounded before.
//!
//! From its lowest bit an entry is the target's place in its block; the delay above the strip's smallest; and the weight as
//! a small float of exponent e, mantissa m and, where a strip has weights of both signs, a sign: m·2^shift for e = 0,
//! otherwise (512 + m)·2^(e − 1 + shift). The same stands in `shaders/rows/entries.wgsl`.

use super::counter::SIGNIFICANT;

/// [bits] of a mantissa.
pub(crate) const MANTISSA: u32 = SIGNIFICANT - 1;

/// How long entries are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntrySize {
    /// 2 bytes: weight and delay are those of the strip.
    Half,
    /// 4 bytes.
    Word,
    /// 8 bytes: beside target and delay stands the weight's count.
    Pair,
}

/// How the entries of a strip are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    /// How long they are.
    pub size: EntrySize,
    /// Bits of the target's place.
    pub inlet_bits: u32,
    /// \[steps\] the smallest delay.
    pub delay: u32,
    /// Bits of what a delay has more.
    pub delay_bits: u32,
    /// The count of all, where all have the same.
    pub weight: Option<i32>,
    /// Bits of a small float's exponent.
    pub exponent_bits: u32,
    /// Small floats are multiples of 2^`shift`.
    pub shift: u32,
    /// What the floats' signs are.
    pub sign: Sign,
}

/// The signs of a strip's weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// None is below 0.
    Positive,
    /// None is above 0.
    Negative,
    /// Each has a bit for its own.
    Own,
}

/// What is known of the synapses of a strip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Contents {
    /// [steps] Smallest and largest delay.
    pub(super) delays: [u32; 2],
    /// Least and greatest count.
    pub(super) counts: [i32; 2],
    /// All counts have few significant bits, and are multiples of 2^this; `None`: they may be anything.
    pub(super) rounded: Option<u32>,
}

impl Contents {
    /// Those of two.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            delays: [self.delays[0].min(other.delays[0]), self.delays[1].max(other.delays[1])],
            counts: [self.counts[0].min(other.counts[0]), self.counts[1].max(other.counts[1])],
            rounded: self.rounded.zip(other.rounded).map(|(one, other)| one.min(other)),
        }
    }
}

/// Bits of a number up to this one.
#[expect(clippy::arithmetic_side_effects, reason = "a u32 has 32")]
fn bits(largest: u32) -> u32 {
    u32::BITS - largest.leading_zeros()
}

#[expect(
    clippy::arithmetic_side_effects,
    reason = "bits of a u32, delays from the smallest, and entries that a u32 counts"
)]
impl Format {
    /// The shortest for a block of so many inlets; `None` where not even 8 bytes are enough.
    pub(super) fn of(inlets: u32, contents: Contents) -> Option<Self> {
        let [least, greatest] = contents.counts;
        let constant = least == greatest;
        let sign = match (least < 0, greatest > 0) {
            (false, _) => Sign::Positive,
            (true, false) => Sign::Negative,
            (true, true) => Sign::Own,
        };
        let shift = contents.rounded.unwrap_or(0);
        let largest = bits(least.unsigned_abs().max(greatest.unsigned_abs()));
        let format = Self {
            size: EntrySize::Word,
            inlet_bits: bits(inlets.saturating_sub(1)),
            delay: contents.delays[0],
            delay_bits: bits(contents.delays[1] - contents.delays[0]),
            weight: constant.then_some(least),
            // The largest exponent stands for 2^bits − 2 doublings beyond the significant bits.
            exponent_bits: bits(largest.saturating_sub(SIGNIFICANT + shift) + 1),
            shift,
            sign,
        };
        let place = format.inlet_bits + format.delay_bits;
        let float = format.exponent_bits + MANTISSA + u32::from(sign == Sign::Own);
        if constant {
            let size = if place <= 16 && format.delay_bits == 0 { EntrySize::Half } else { EntrySize::Word };
            return (place <= 32).then_some(Self { size, ..format });
        }
        if contents.rounded.is_some() && place + float <= 32 {
            return Some(format);
        }
        (place <= 32).then_some(Self { size: EntrySize::Pair, ..format })
    }

    /// \[bytes\] of an entry.
    pub fn bytes(&self) -> u64 {
        match self.size {
            EntrySize::Half => 2,
            EntrySize::Word => 4,
            EntrySize::Pair => 8,
        }
    }

    /// Words of so many entries: whole pairs, so that each strip begins at one.
    pub(super) fn words(&self, entries: u64) -> u64 {
        (entries * self.bytes()).div_ceil(8) * 2
    }

    /// The first word of an entry (16 bits of it, for a half).
    #[inline]
    pub(super) fn encode(&self, inlet: u32, delay: u32, count: i32) -> u32 {
        let later = (delay - self.delay).checked_shl(self.inlet_bits).unwrap_or(0);
        let place = inlet | later;
        if self.weight.is_some() || self.size != EntrySize::Word {
            return place;
        }
        let size = count.unsigned_abs() >> self.shift;
        let exponent = bits(size).saturating_sub(MANTISSA);
        let mantissa = (size >> exponent.saturating_sub(1)) & ((1 << MANTISSA) - 1);
        let sign = if self.sign == Sign::Own && count < 0 { 1 << (self.exponent_bits + MANTISSA) } else { 0 };
        place | (sign | exponent << MANTISSA | mantissa) << (self.inlet_bits + self.delay_bits)
    }

    /// Target's place in the block, delay and count, from the words of an entry.
    #[inline]
    pub(super) fn decode(&self, [word, second]: [u32; 2]) -> (u32, u32, i32) {
        let cut = |word: u32, bits: u32| word & 1u32.checked_shl(bits).map_or(u32::MAX, |bit| bit - 1);
        let above = |shift: u32| word.checked_shr(shift).unwrap_or(0);
        let inlet = cut(word, self.inlet_bits);
        let delay = self.delay + cut(above(self.inlet_bits), self.delay_bits);
        if let Some(count) = self.weight {
            return (inlet, delay, count);
        }
        if self.size == EntrySize::Pair {
            return (inlet, delay, second.cast_signed());
        }
        let float = above(self.inlet_bits + self.delay_bits);
        let (mantissa, exponent) = (cut(float, MANTISSA), cut(float >> MANTISSA, self.exponent_bits));
        let size = if exponent == 0 { mantissa } else { (1 << MANTISSA | mantissa) << (exponent - 1) } << self.shift;
        let below = match self.sign {
            Sign::Positive => false,
            Sign::Negative => true,
            Sign::Own => float >> (MANTISSA + self.exponent_bits) & 1 != 0,
        };
        let count = size.cast_signed();
        (inlet, delay, if below { -count } else { count })
    }
}

#[cfg(test)]
mod tests;
