//! Cells that a space is cut into, and who is in them: where to look for those who are near.

use crate::rows::space::Point;
use std::ops::Range;

/// Cells along a reach.
const FINENESS: f64 = 3.0;

/// Neurons by the cells of a space.
pub(super) struct Cells {
    /// \[mm\] Where they begin, and how wide they are.
    low: Point,
    width: Point,
    /// Along each dimension.
    counts: [usize; 3],
    wraps: [bool; 3],
    /// Neurons by cell, and where they are.
    order: Vec<u32>,
    points: Vec<Point>,
    /// Where the neurons of each cell begin in that order.
    starts: Vec<u32>,
}

#[expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "cells by number, of which there are no more than a few for each neuron"
)]
impl Cells {
    /// Of neurons at these points, where one looks this far.
    pub(super) fn new(points: &[Point], period: &Point, reach: f64) -> Self {
        let wraps = period.map(f64::is_finite);
        let (mut low, mut span) = ([0.0; 3], [0.0; 3]);
        for axis in 0..3 {
            let of = |[low, high]: [f64; 2], point: &Point| [low.min(point[axis]), high.max(point[axis])];
            let [first, last] = points.iter().fold([f64::INFINITY, f64::NEG_INFINITY], of);
            low[axis] = if wraps[axis] { -period[axis] / 2.0 } else { first };
            span[axis] = if wraps[axis] { period[axis] } else { (last - first).max(0.0) };
        }
        // No more cells than neurons.
        let axes = span.iter().filter(|span| **span > 0.0).count().max(1);
        let most = (points.len() as f64).powf(1.0 / axes as f64).ceil();
        let counts = span.map(|span| (span * FINENESS / reach).floor().clamp(1.0, most) as usize);
        let width: Point = std::array::from_fn(|axis| span[axis] / counts[axis] as f64);
        let mut cells = Self { low, width, counts, wraps, order: Vec::new(), points: Vec::new(), starts: Vec::new() };
        let cell = |point: &Point| {
            let place = |axis: usize| cells.place(point[axis], axis).clamp(0, counts[axis] as i64 - 1) as usize;
            (place(0) * counts[1] + place(1)) * counts[2] + place(2)
        };
        let of: Vec<u32> = points.iter().map(|point| cell(point) as u32).collect();
        let mut starts = vec![0u32; counts.iter().product::<usize>() + 1];
        of.iter().for_each(|&cell| starts[cell as usize + 1] += 1);
        starts.iter_mut().fold(0, |sum, start| {
            *start += sum;
            *start
        });
        let mut order: Vec<u32> = (0..points.len() as u32).collect();
        order.sort_by_key(|&neuron| of[neuron as usize]);
        cells.points = order.iter().map(|&neuron| points[neuron as usize]).collect();
        (cells.order, cells.starts) = (order, starts);
        cells
    }

    /// The cell that a coordinate lies in, along a dimension.
    fn place(&self, at: f64, axis: usize) -> i64 {
        let width = self.width[axis];
        if width > 0.0 { ((at - self.low[axis]) / width).floor() as i64 } else { 0 }
    }

    /// Calls `run` with the neurons, and where they are, of all cells within `reach` of a point: some at a time, as long as it says that there
    /// should be more.
    pub(super) fn each(&self, at: &Point, reach: f64, mut run: impl FnMut(&[u32], &[Point]) -> bool) {
        let [first, second, third] = [0, 1, 2].map(|axis| self.along(at[axis], reach, axis));
        for x in first.iter().flat_map(Range::clone) {
            for y in second.iter().flat_map(Range::clone) {
                let before = (x * self.counts[1] + y) * self.counts[2];
                for cells in &third {
                    let [start, end] = [cells.start, cells.end].map(|cell| self.starts[before + cell] as usize);
                    if start < end && !run(&self.order[start..end], &self.points[start..end]) {
                        return;
                    }
                }
            }
        }
    }

    /// Are all cells within `reach` of a point?
    pub(super) fn all(&self, at: &Point, reach: f64) -> bool {
        let all =
            |axis: usize| self.along(at[axis], reach, axis).iter().map(Range::len).sum::<usize>() == self.counts[axis];
        (0..3).all(all)
    }

    /// Cells along a dimension that come within `reach` of a coordinate: one range, or two where it goes round.
    fn along(&self, at: f64, reach: f64, axis: usize) -> [Range<usize>; 2] {
        let count = self.counts[axis] as i64;
        // A cell more on each side, for what is rounded.
        let slack = self.width[axis] * 1e-6;
        let [from, to] = [at - reach - slack, at + reach + slack].map(|at| self.place(at, axis));
        let range = |from: i64, to: i64| from.clamp(0, count) as usize..(to + 1).clamp(0, count) as usize;
        if !self.wraps[axis] {
            return [range(from.min(count - 1), to.max(0)), 0..0];
        }
        if to - from + 1 >= count {
            return [range(0, count - 1), 0..0];
        }
        let (from, to) = (from.rem_euclid(count), to.rem_euclid(count));
        if from <= to { [range(from, to), 0..0] } else { [range(from, count - 1), range(0, to)] }
    }
}
