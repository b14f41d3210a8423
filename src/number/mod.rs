//! What equations are computed with: a number, or several side by side that a CPU computes at once.
//!
//! An equation that is written over [`Number`] runs in f64, one number after the other, with the elementary functions of the
//! platform; and in [`Lanes`], where all is arithmetic that compilers make vector instructions of. In f32 each sum and product is
//! then rounded as the WGSL text has it: `fma` is two roundings, as it may be there. Knows no model.

mod arch;
mod elementary;
mod lanes;
mod normal;
mod scalar;
mod single;
#[cfg(test)]
mod tests;

pub(crate) use arch::{Arch, each_chunk};
pub(crate) use lanes::{F32s, F64s};
pub(crate) use normal::standard_normal;
pub(crate) use single::Single;

use std::ops::{Add, BitAnd, BitOr, Div, Mul, Neg, Not, Sub};

/// A number, or several side by side: then all of this is done to each.
pub(crate) trait Number:
    Copy
    + Send
    + Sync
    + 'static
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// Whether something holds.
    type Mask: Copy + BitAnd<Output = Self::Mask> + BitOr<Output = Self::Mask> + Not<Output = Self::Mask>;
    /// A whole number of 32 bits.
    type Word: Word<Mask = Self::Mask>;

    /// A constant.
    fn of(value: f64) -> Self;
    /// The nearest to a whole number.
    fn of_word(word: Self::Word) -> Self;
    /// The number that an f32 of these bits is.
    fn of_f32_bits(bits: Self::Word) -> Self;

    /// self ≥ other.
    fn at_least(self, other: Self) -> Self::Mask;
    /// self > other.
    fn above(self, other: Self) -> Self::Mask;
    /// self < other.
    #[inline(always)]
    fn below(self, other: Self) -> Self::Mask {
        other.above(self)
    }
    /// self = other.
    fn equals(self, other: Self) -> Self::Mask;
    /// Is it no number?
    #[inline(always)]
    fn is_nan(self) -> Self::Mask {
        !self.equals(self)
    }
    /// `yes` where the mask holds, `no` elsewhere.
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;

    /// The smaller; of NaN and a number the number.
    fn least(self, other: Self) -> Self;
    /// The larger; of NaN and a number the number.
    fn greatest(self, other: Self) -> Self;
    /// |self|.
    fn size(self) -> Self;
    /// Within bounds; NaN stays.
    #[inline(always)]
    fn between(self, low: f64, high: f64) -> Self {
        let (low, high) = (Self::of(low), Self::of(high));
        Self::select(self.below(low), low, Self::select(self.above(high), high, self))
    }
    /// √self.
    fn root(self) -> Self;
    /// self·factor + summand, rounded twice.
    #[inline(always)]
    fn fma(self, factor: Self, summand: Self) -> Self {
        self * factor + summand
    }

    /// e^self; infinity where it exceeds the type.
    fn exponential(self) -> Self;
    /// φ(z) = (e^z − 1)/z with φ(0) = 1: the factor of exponential Euler.
    fn exp_relative(self) -> Self;
    /// h·φ(h·j) = (e^(h·j) − 1)/j for h = self: how far a step of exponential Euler goes, for a derivative of 1 whose slope is j. Where
    /// h·j is far below 0 it is −1/j, whatever h is.
    #[inline(always)]
    fn exp_step(self, j: Self) -> Self {
        let z = self * j;
        Self::select(z.below(Self::of(-80.0)), -Self::of(1.0) / j, self * z.exp_relative())
    }
    /// tanh self.
    fn hyperbolic_tangent(self) -> Self;
    /// ln self, for a positive number that is not subnormal.
    fn logarithm(self) -> Self;
    /// ln(1 + self), for a number between 0 and 1.
    fn logarithm_of_1_and(self) -> Self;
    /// e^−(self·(linear + cubic·self²)), for a number from 0 to 40, as right as if the exponent were not rounded.
    fn exponential_of_cubic(self, linear: f64, cubic: f64) -> Self;
    /// The sine of an angle in 2³² parts of a turn.
    fn sine_of_turn(turn: Self::Word) -> Self;
    /// A standard normal number from a uniform word, by the inverse of its distribution at (word + ½)/2³².
    fn normal_of(word: Self::Word) -> Self;
}

/// A whole number of 32 bits, or several side by side. Sums, differences and products are taken modulo 2³².
pub(crate) trait Word: Copy + Send + Sync + 'static {
    /// Whether something holds.
    type Mask: Copy;

    /// A constant.
    fn of(value: u32) -> Self;
    /// self − other.
    fn minus(self, other: Self) -> Self;
    /// self < other.
    fn below(self, other: Self) -> Self::Mask;
    /// self = other.
    fn equals(self, other: Self) -> Self::Mask;
    /// `yes` where the mask holds, `no` elsewhere.
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;
    /// What `f` makes of these words, one set after the other.
    fn each<const K: usize>(words: [Self; K], f: impl FnMut([u32; K]) -> u32) -> Self;
}

/// Numbers side by side.
pub(crate) trait Lanes: Number<Word: WordLanes> {
    /// What each of them is.
    type Single: Single;
    /// How many.
    const WIDTH: usize;

    /// From a function of the lane's number.
    fn from_lanes(value: impl FnMut(usize) -> f64) -> Self;
    /// From a function of the lane's number, whose results are as they are held.
    fn from_singles(value: impl FnMut(usize) -> Self::Single) -> Self;
    /// One of them.
    fn lane(&self, lane: usize) -> f64;
    /// All of them, in the order of the lanes.
    fn singles(&self) -> &[Self::Single];
    /// The same, to be written.
    fn singles_mut(&mut self) -> &mut [Self::Single];
    /// Sets one of them.
    fn set_lane(&mut self, lane: usize, value: f64);
    /// A bit for each lane in which the mask holds.
    fn bits(mask: Self::Mask) -> u32;
    /// A mask from a bit for each lane.
    fn mask(bits: u32) -> Self::Mask;
    /// Whole numbers with a sign, as many as there are lanes or fewer, then 0.
    fn of_integers(values: &[i32]) -> Self;
    /// Are all of them finite, and no larger than what a device holds?
    fn is_finite(self) -> bool;
    /// In f32, 0 of the same sign for those below 2⁻¹⁰⁰: so nothing is carried on from step to step whose products would be
    /// subnormal, which devices may take for 0 or not.
    fn without_tiny(self) -> Self;
}

/// Words side by side.
pub(crate) trait WordLanes: Word {
    /// From a function of the lane's number.
    fn from_lanes(value: impl FnMut(usize) -> u32) -> Self;
    /// One of them.
    fn lane(&self, lane: usize) -> u32;
    /// Sets one of them.
    fn set_lane(&mut self, lane: usize, value: u32);
    /// Philox4x32-10 of counters that differ in their first word.
    fn philox(first: Self, others: [u32; 3], key: [u32; 2]) -> [Self; 4];
}
