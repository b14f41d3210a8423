//! What is beside numbers in their lanes: words, and masks of lanes.

use crate::number::{Word, WordLanes};
use std::ops::{BitAnd, BitOr, Not};

/// Words beside numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(align(32))]
pub(crate) struct Words<M, const W: usize>(pub(in crate::number) [u32; W], std::marker::PhantomData<M>);

/// All bits of a lane, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mask<M, const W: usize>(pub(super) [M; W]);

impl<M: Copy, const W: usize> Words<M, W> {
    #[inline(always)]
    fn new(words: [u32; W]) -> Self {
        Self(words, std::marker::PhantomData)
    }
}

macro_rules! words {
    (all $bits:ident, $width:literal) => {
        impl Word for Words<$bits, $width> {
            type Mask = Mask<$bits, $width>;

            #[inline(always)]
            fn of(value: u32) -> Self {
                Self::new([value; $width])
            }

            #[inline(always)]
            fn minus(self, other: Self) -> Self {
                Self::each([self, other], |[a, b]| a.wrapping_sub(b))
            }

            #[inline(always)]
            fn below(self, other: Self) -> Self::Mask {
                let mut out = [0; $width];
                for i in 0..$width {
                    out[i] = if self.0[i] < other.0[i] { $bits::MAX } else { 0 };
                }
                Mask(out)
            }

            #[inline(always)]
            fn equals(self, other: Self) -> Self::Mask {
                let mut out = [0; $width];
                for i in 0..$width {
                    out[i] = if self.0[i] == other.0[i] { $bits::MAX } else { 0 };
                }
                Mask(out)
            }

            #[inline(always)]
            fn select(mask: Self::Mask, yes: Self, no: Self) -> Self {
                let mut out = [0; $width];
                for i in 0..$width {
                    let mask = mask.0[i] as u32;
                    out[i] = yes.0[i] & mask | no.0[i] & !mask;
                }
                Self::new(out)
            }

            #[inline(always)]
            fn each<const K: usize>(words: [Self; K], mut f: impl FnMut([u32; K]) -> u32) -> Self {
                let mut out = [0; $width];
                for i in 0..$width {
                    let mut own = [0; K];
                    for k in 0..K {
                        own[k] = words[k].0[i];
                    }
                    out[i] = f(own);
                }
                Self::new(out)
            }
        }

        impl WordLanes for Words<$bits, $width> {
            #[inline(always)]
            fn from_lanes(mut value: impl FnMut(usize) -> u32) -> Self {
                let mut out = [0; $width];
                for i in 0..$width {
                    out[i] = value(i);
                }
                Self::new(out)
            }

            #[inline(always)]
            fn lane(&self, lane: usize) -> u32 {
                self.0[lane]
            }

            #[inline(always)]
            fn set_lane(&mut self, lane: usize, value: u32) {
                self.0[lane] = value;
            }

            #[inline(always)]
            fn philox(first: Self, [b, c, d]: [u32; 3], key: [u32; 2]) -> [Self; 4] {
                crate::random::philox_lanes([first.0, [b; $width], [c; $width], [d; $width]], key).map(Self::new)
            }
        }

        impl<const W: usize> Mask<$bits, W> {
            /// Does it hold anywhere?
            #[inline(always)]
            pub(super) fn any(self) -> bool {
                let mut any = 0;
                for i in 0..W {
                    any |= self.0[i];
                }
                any != 0
            }
        }

        impl<const W: usize> Not for Mask<$bits, W> {
            type Output = Self;

            #[inline(always)]
            fn not(self) -> Self {
                let mut out = self;
                for i in 0..W {
                    out.0[i] = !self.0[i];
                }
                out
            }
        }

        words!(operator $bits, BitAnd, bitand, &);
        words!(operator $bits, BitOr, bitor, |);
    };
    (operator $bits:ident, $trait:ident, $function:ident, $operator:tt) => {
        impl<const W: usize> $trait for Mask<$bits, W> {
            type Output = Self;

            #[inline(always)]
            fn $function(self, other: Self) -> Self {
                let mut out = self;
                for i in 0..W {
                    out.0[i] = self.0[i] $operator other.0[i];
                }
                out
            }
        }
    };
}

words!(all u32, 16);
words!(all u64, 8);
