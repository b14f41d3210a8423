//! Which of several: the neurons of a population, the items of a batch.

use crate::{Error, Result};
use std::ops::{Range, RangeFull};

/// Which neurons of a population, or which items of a batch: `..` for all, `3`, `10..20`, `[4, 7, 2]` in that order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    #[default]
    All,
    /// Those that follow each other.
    Range(Range<u32>),
    /// These, in this order.
    Each(Vec<u32>),
}

impl Which {
    /// The numbers of these among `len`, which `of` has.
    ///
    /// # Errors
    /// [`Error::Request`] for the first that is not there.
    pub(super) fn among(self, len: u32, of: impl Fn() -> String) -> Result<Vec<u32>> {
        let found: Vec<u32> = match self {
            Self::All => (0..len).collect(),
            // Nobody collects billions to find that they are too many.
            Self::Range(range) if range.end > len && !range.is_empty() => return Err(missing(range.end - 1, len, of)),
            Self::Range(range) => range.collect(),
            Self::Each(each) => each,
        };
        match found.iter().find(|&&number| number >= len) {
            Some(&number) => Err(missing(number, len, of)),
            None => Ok(found),
        }
    }
}

fn missing(number: u32, len: u32, of: impl Fn() -> String) -> Error {
    let legal = len.checked_sub(1).map_or_else(|| "none".to_owned(), |last| format!("0 to {last}"));
    Error::request(of(), format!("there is no number {number}"), legal)
}

impl From<RangeFull> for Which {
    fn from(_: RangeFull) -> Self {
        Self::All
    }
}

impl From<u32> for Which {
    fn from(number: u32) -> Self {
        Self::Each(vec![number])
    }
}

impl From<Range<u32>> for Which {
    fn from(range: Range<u32>) -> Self {
        Self::Range(range)
    }
}

impl From<Vec<u32>> for Which {
    fn from(each: Vec<u32>) -> Self {
        Self::Each(each)
    }
}

impl From<&[u32]> for Which {
    fn from(each: &[u32]) -> Self {
        Self::Each(each.to_vec())
    }
}

impl<const N: usize> From<[u32; N]> for Which {
    fn from(each: [u32; N]) -> Self {
        Self::Each(each.to_vec())
    }
}
