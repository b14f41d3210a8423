//! One number of 64 bits: what the reference computes with, by the platform's elementary functions.

use super::{Number, Word, standard_normal};
use crate::random::uniform;
use std::f64::consts::TAU;

impl Number for f64 {
    type Mask = bool;
    type Word = u32;

    fn of(value: f64) -> Self {
        value
    }

    fn of_word(word: u32) -> Self {
        word.into()
    }

    fn of_f32_bits(bits: u32) -> Self {
        f32::from_bits(bits).into()
    }

    fn at_least(self, other: Self) -> bool {
        self >= other
    }

    fn above(self, other: Self) -> bool {
        self > other
    }

    fn equals(self, other: Self) -> bool {
        self == other
    }

    fn select(mask: bool, yes: Self, no: Self) -> Self {
        if mask { yes } else { no }
    }

    fn least(self, other: Self) -> Self {
        f64::min(self, other)
    }

    fn greatest(self, other: Self) -> Self {
        f64::max(self, other)
    }

    fn size(self) -> Self {
        f64::abs(self)
    }

    fn root(self) -> Self {
        f64::sqrt(self)
    }

    fn exponential(self) -> Self {
        f64::exp(self)
    }

    fn exp_relative(self) -> Self {
        match self {
            0.0 => 1.0,
            f64::INFINITY => f64::INFINITY,
            _ => f64::exp_m1(self) / self,
        }
    }

    fn hyperbolic_tangent(self) -> Self {
        f64::tanh(self)
    }

    fn logarithm(self) -> Self {
        f64::ln(self)
    }

    fn logarithm_of_1_and(self) -> Self {
        f64::ln_1p(self)
    }

    fn exponential_of_cubic(self, linear: f64, cubic: f64) -> Self {
        f64::exp(-(self * (linear + cubic * self * self)))
    }

    fn sine_of_turn(turn: u32) -> Self {
        f64::sin(f64::from(turn) * (TAU / 4_294_967_296.0))
    }

    fn normal_of(word: u32) -> Self {
        standard_normal(uniform(word))
    }
}

impl Word for u32 {
    type Mask = bool;

    fn of(value: u32) -> Self {
        value
    }

    fn minus(self, other: Self) -> Self {
        self.wrapping_sub(other)
    }

    fn below(self, other: Self) -> bool {
        self < other
    }

    fn equals(self, other: Self) -> bool {
        self == other
    }

    fn select(mask: bool, yes: Self, no: Self) -> Self {
        if mask { yes } else { no }
    }

    fn each<const K: usize>(words: [Self; K], mut f: impl FnMut([u32; K]) -> u32) -> Self {
        f(words)
    }
}
