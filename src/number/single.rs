//! One number of those side by side, and where several threads see one.

use std::ops::{Add, Mul, Sub};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// A number of one lane: each sum and product is rounded as it is in the lanes.
pub(crate) trait Single:
    Copy
    + Default
    + Send
    + Sync
    + From<f32>
    + Into<f64>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + 'static
{
    /// Where threads see one; who writes and who reads meet in between.
    type Cell: Default + Send + Sync;

    /// The nearest to a number.
    fn nearest(value: f64) -> Self;
    /// What stands there.
    fn load(cell: &Self::Cell) -> Self;
    /// Writes it there.
    fn store(self, cell: &Self::Cell);
}

macro_rules! single {
    ($float:ident, $cell:ident) => {
        impl Single for $float {
            /// Its bits.
            type Cell = $cell;

            #[inline(always)]
            fn nearest(value: f64) -> Self {
                value as $float
            }

            #[inline(always)]
            fn load(cell: &$cell) -> Self {
                Self::from_bits(cell.load(Ordering::Relaxed))
            }

            #[inline(always)]
            fn store(self, cell: &$cell) {
                cell.store(self.to_bits(), Ordering::Relaxed);
            }
        }
    };
}

single!(f32, AtomicU32);
single!(f64, AtomicU64);
