//! Numbers side by side. Each operation is a loop over an array of a fixed length, which a compiler makes vector instructions of,
//! those that [`Arch::dispatch`](super::Arch::dispatch) found on the CPU: call loops over lanes within it, and inline all that they call.

mod words;

use super::elementary::Elementary;
use super::{Lanes, Number};
use std::ops::{Add, Div, Mul, Neg, Sub};
use words::Mask;
pub(crate) use words::Words;

/// Numbers of one type, as many as a cache line or a vector register holds.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(align(64))]
pub(crate) struct Floats<E, const W: usize>(pub(super) [E; W]);

/// 2⁻¹⁰⁰, by its bits.
const TINY: u32 = 27 << 23;

/// Numbers of 32 bits.
pub(crate) type F32s = Floats<f32, 16>;
/// Numbers of 64 bits.
pub(crate) type F64s = Floats<f64, 8>;

impl F32s {
    /// The numbers, in the order of the lanes.
    #[inline(always)]
    pub(crate) fn numbers(&self) -> &[f32; Self::WIDTH] {
        &self.0
    }

    /// The same, to be written.
    #[inline(always)]
    pub(crate) fn numbers_mut(&mut self) -> &mut [f32; Self::WIDTH] {
        &mut self.0
    }
}

macro_rules! lanes {
    (all $float:tt, $bits:ident, $width:literal) => {
        impl Floats<$float, $width> {
            #[inline(always)]
            pub(super) fn map(self, mut f: impl FnMut($float) -> $float) -> Self {
                let mut out = self;
                for i in 0..$width {
                    out.0[i] = f(self.0[i]);
                }
                out
            }

            #[inline(always)]
            pub(super) fn zip(self, other: Self, mut f: impl FnMut($float, $float) -> $float) -> Self {
                let mut out = self;
                for i in 0..$width {
                    out.0[i] = f(self.0[i], other.0[i]);
                }
                out
            }

            /// The same, where compilers that find vectors among single numbers begin anew: over long ways they lose them.
            #[inline(always)]
            pub(super) fn seam(self) -> Self {
                std::hint::black_box(self)
            }

            #[inline(always)]
            fn compare(self, other: Self, f: impl Fn($float, $float) -> bool) -> Mask<$bits, $width> {
                let mut out = [0; $width];
                for i in 0..$width {
                    out[i] = if f(self.0[i], other.0[i]) { $bits::MAX } else { 0 };
                }
                Mask(out)
            }
        }

        lanes!(operator $float, $width, Add, add, +);
        lanes!(operator $float, $width, Sub, sub, -);
        lanes!(operator $float, $width, Mul, mul, *);
        lanes!(operator $float, $width, Div, div, /);

        impl Neg for Floats<$float, $width> {
            type Output = Self;

            #[inline(always)]
            fn neg(self) -> Self {
                self.map(|x| -x)
            }
        }

        impl Number for Floats<$float, $width> {
            type Mask = Mask<$bits, $width>;
            type Word = Words<$bits, $width>;

            #[inline(always)]
            fn of(value: f64) -> Self {
                Self([value as $float; $width])
            }

            #[inline(always)]
            fn of_word(word: Self::Word) -> Self {
                let mut out = [0.0; $width];
                for i in 0..$width {
                    out[i] = word.0[i] as $float;
                }
                Self(out)
            }

            #[inline(always)]
            fn of_f32_bits(bits: Self::Word) -> Self {
                let mut out = [0.0; $width];
                for i in 0..$width {
                    out[i] = $float::from(f32::from_bits(bits.0[i]));
                }
                Self(out)
            }

            #[inline(always)]
            fn at_least(self, other: Self) -> Self::Mask {
                self.compare(other, |a, b| a >= b)
            }

            #[inline(always)]
            fn above(self, other: Self) -> Self::Mask {
                self.compare(other, |a, b| a > b)
            }

            #[inline(always)]
            fn equals(self, other: Self) -> Self::Mask {
                self.compare(other, |a, b| a == b)
            }

            #[inline(always)]
            fn select(mask: Self::Mask, yes: Self, no: Self) -> Self {
                let mut out = [0.0; $width];
                for i in 0..$width {
                    out[i] = $float::from_bits(yes.0[i].to_bits() & mask.0[i] | no.0[i].to_bits() & !mask.0[i]);
                }
                Self(out)
            }

            #[inline(always)]
            fn least(self, other: Self) -> Self {
                self.zip(other, |a, b| if a < b || b.is_nan() { a } else { b })
            }

            #[inline(always)]
            fn greatest(self, other: Self) -> Self {
                self.zip(other, |a, b| if a > b || b.is_nan() { a } else { b })
            }

            #[inline(always)]
            fn size(self) -> Self {
                self.map($float::abs)
            }

            #[inline(always)]
            fn root(self) -> Self {
                self.map($float::sqrt)
            }

            #[inline(always)]
            fn exponential(self) -> Self {
                Elementary::exponential(self)
            }

            #[inline(always)]
            fn exp_relative(self) -> Self {
                Elementary::exp_relative(self)
            }

            /// Steps that long are rare, and dividing takes long.
            #[inline(always)]
            fn exp_step(self, j: Self) -> Self {
                let z = self * j;
                let near = self * Number::exp_relative(z);
                let far = z.below(Self::of(-80.0));
                if far.any() { Self::select(far, -Self::of(1.0) / j, near) } else { near }
            }

            #[inline(always)]
            fn hyperbolic_tangent(self) -> Self {
                Elementary::hyperbolic_tangent(self)
            }

            #[inline(always)]
            fn logarithm(self) -> Self {
                Elementary::logarithm(self)
            }

            #[inline(always)]
            fn logarithm_of_1_and(self) -> Self {
                Elementary::logarithm_of_1_and(self)
            }

            #[inline(always)]
            fn exponential_of_cubic(self, linear: f64, cubic: f64) -> Self {
                Elementary::exponential_of_cubic(self, linear, cubic)
            }

            #[inline(always)]
            fn sine_of_turn(turn: Self::Word) -> Self {
                Elementary::sine_of_turn(turn)
            }

            #[inline(always)]
            fn normal_of(word: Self::Word) -> Self {
                Elementary::normal_of(word)
            }
        }

        impl Lanes for Floats<$float, $width> {
            type Single = $float;
            const WIDTH: usize = $width;

            #[inline(always)]
            fn from_lanes(mut value: impl FnMut(usize) -> f64) -> Self {
                let mut out = [0.0; $width];
                for i in 0..$width {
                    out[i] = value(i) as $float;
                }
                Self(out)
            }

            #[inline(always)]
            fn from_singles(mut value: impl FnMut(usize) -> $float) -> Self {
                let mut out = [0.0; $width];
                for i in 0..$width {
                    out[i] = value(i);
                }
                Self(out)
            }

            #[inline(always)]
            fn lane(&self, lane: usize) -> f64 {
                self.0[lane].into()
            }

            #[inline(always)]
            fn singles(&self) -> &[$float] {
                &self.0
            }

            #[inline(always)]
            fn singles_mut(&mut self) -> &mut [$float] {
                &mut self.0
            }

            #[inline(always)]
            fn set_lane(&mut self, lane: usize, value: f64) {
                self.0[lane] = value as $float;
            }

            #[inline(always)]
            fn bits(mask: Self::Mask) -> u32 {
                let lanes = std::hint::black_box(mask.0);
                let mut bits = 0;
                for i in 0..$width {
                    bits |= lanes[i] as u32 & 1 << i;
                }
                bits
            }

            #[inline(always)]
            fn mask(bits: u32) -> Self::Mask {
                let mut out = [0; $width];
                for i in 0..$width {
                    out[i] = if bits >> i & 1 == 1 { $bits::MAX } else { 0 };
                }
                Mask(out)
            }

            #[inline(always)]
            fn of_integers(values: &[i32]) -> Self {
                let mut out = [0.0; $width];
                match values.first_chunk::<$width>() {
                    Some(all) => {
                        for i in 0..$width {
                            out[i] = all[i] as $float;
                        }
                    }
                    None => out.iter_mut().zip(values).for_each(|(out, value)| *out = *value as $float),
                }
                Self(out)
            }

            #[inline(always)]
            fn is_finite(self) -> bool {
                // Infinity less itself, and NaN less anything, is NaN.
                let mut odd = 0;
                for i in 0..$width {
                    let rounded = self.0[i] as f32;
                    odd |= (rounded - rounded).to_bits();
                }
                odd == 0
            }

            #[inline(always)]
            fn without_tiny(self) -> Self {
                lanes!(tiny $float, self)
            }
        }

    };
    (tiny f32, $numbers:expr) => {
        $numbers.map(|x| {
            let bits = x.to_bits();
            f32::from_bits(if bits & 0x7fff_ffff < TINY { bits & 0x8000_0000 } else { bits })
        })
    };
    (tiny f64, $numbers:expr) => { $numbers };
    (operator $float:ident, $width:literal, $trait:ident, $function:ident, $operator:tt) => {
        impl $trait for Floats<$float, $width> {
            type Output = Self;

            #[inline(always)]
            fn $function(self, other: Self) -> Self {
                self.zip(other, |a, b| a $operator b)
            }
        }
    };
}

lanes!(all f32, u32, 16);
lanes!(all f64, u64, 8);
