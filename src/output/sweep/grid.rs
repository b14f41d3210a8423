//! What is varied: values at paths, and seeds; every combination of them is an item.

use crate::network::Written;

/// Values that are put at a path one after the other, or at several paths together.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Axis {
    /// The paths, as the user wrote them.
    pub paths: Vec<String>,
    /// The values in order, each with one for each path.
    pub values: Vec<Vec<Written>>,
    /// Whether neighbours have the same ratio, not the same distance.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub log: bool,
}

/// All combinations of the values of some axes with some seeds, the items of a sweep: the seed changes fastest, then the last axis.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grid {
    /// What is varied, from the slowest on.
    pub axes: Vec<Axis>,
    /// The seed of each repetition.
    pub seeds: Vec<u64>,
}

impl Grid {
    /// Number of items; `None` if no `usize` holds it.
    pub fn len(&self) -> Option<usize> {
        self.axes.iter().try_fold(self.seeds.len(), |items, axis| items.checked_mul(axis.values.len()))
    }

    /// Whether there is no item.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// Which value of each axis an item has.
    pub fn places(&self, item: usize) -> Vec<usize> {
        let mut rest = item / self.seeds.len().max(1);
        let mut places: Vec<usize> = Vec::with_capacity(self.axes.len());
        for axis in self.axes.iter().rev() {
            places.push(rest % axis.values.len().max(1));
            rest /= axis.values.len().max(1);
        }
        places.reverse();
        places
    }

    /// The first item that has these values of the axes.
    pub fn item_at(&self, places: &[usize]) -> usize {
        let pairs = self.axes.iter().zip(places);
        pairs.fold(0, |item, (axis, place)| item * axis.values.len() + place) * self.seeds.len()
    }

    /// The seed of an item.
    pub fn seed(&self, item: usize) -> u64 {
        self.seeds[item % self.seeds.len()]
    }

    /// The paths, in the order of the columns of a table.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.axes.iter().flat_map(|axis| axis.paths.iter().map(String::as_str))
    }

    /// What an item has at each path.
    pub fn values(&self, item: usize) -> impl Iterator<Item = (&str, &Written)> {
        let pairs = self.axes.iter().zip(self.places(item));
        pairs.flat_map(|(axis, place)| axis.paths.iter().map(String::as_str).zip(&axis.values[place]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_change_fastest_and_the_first_axis_slowest() {
        let axis = |paths: &[&str], values: &[&[&str]]| Axis {
            paths: paths.iter().map(|&path| path.to_owned()).collect(),
            values: values.iter().map(|values| values.iter().map(|&value| value.into()).collect()).collect(),
            log: false,
        };
        let axes = vec![axis(&["a"], &[&["1"], &["2"]]), axis(&["b", "c"], &[&["3", "4"], &["5", "6"], &["7", "8"]])];
        let grid = Grid { axes, seeds: vec![7, 9] };
        assert_eq!((grid.len(), grid.is_empty()), (Some(12), false));
        let text = |item| {
            let values: Vec<_> = grid.values(item).map(|(path, value)| format!("{path}={value}")).collect();
            format!("{} {}", values.join(" "), grid.seed(item))
        };
        let found: Vec<_> = [0, 1, 2, 5, 6, 11].map(text).into();
        let expected =
            ["a=1 b=3 c=4 7", "a=1 b=3 c=4 9", "a=1 b=5 c=6 7", "a=1 b=7 c=8 9", "a=2 b=3 c=4 7", "a=2 b=7 c=8 9"];
        assert_eq!(found, expected);
        assert_eq!((grid.places(11), grid.item_at(&[1, 2])), (vec![1, 2], 10));
        assert_eq!(grid.paths().collect::<Vec<_>>(), ["a", "b", "c"]);
    }
}
