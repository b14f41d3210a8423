//! Where the neurons of a projection's ends are, and what of its synapses follows from how far apart they are.
//!
//! Distances are sums, products and roots of f64, which all machines round alike; the exponential is our own, of the same
//! operations. So a probability, in 2³² parts, is the same number everywhere.

use crate::network::{Kernel, Mask, Rule, Sides};
use crate::number::{Arch, F64s, Lanes, Number};
use std::sync::Arc;

/// \[mm\] Coordinates, 0 in dimensions that a space has not.
pub type Point = [f64; 3];

/// Parts that a probability is counted in.
const PARTS: f64 = 4_294_967_296.0;

/// Pairs by which a kernel's mean is estimated.
const SAMPLED: usize = 1 << 18;

/// Distances of a projection, and what follows from them. Lengths are in mm.
#[derive(Debug, Clone)]
pub struct Space {
    /// Of the neurons of source and target, counted from the first of each end.
    points: [Arc<[Point]>; 2],
    /// After which length each dimension begins anew; infinity where it does not.
    pub(super) period: Point,
    /// How probabilities fall off.
    pub(super) kernel: Option<Kernel<f64>>,
    /// The distance beyond which they are 0.
    radius: f64,
    /// Who may be connected at all.
    pub(super) mask: Option<Mask<f64>>,
    /// \[steps, mm/step\] Delays: offset and velocity.
    pub(super) conduction: Option<[f64; 2]>,
    /// The mean of the kernel over all pairs, nearly.
    mean: f64,
    /// No pair is further apart.
    farthest: f64,
}

impl Space {
    /// Of neurons at these points.
    pub fn new(
        points: [Arc<[Point]>; 2],
        period: Point,
        (kernel, mask): (Option<Kernel<f64>>, Option<Mask<f64>>),
        conduction: Option<[f64; 2]>,
    ) -> Self {
        let farthest = farthest(&points, &period);
        let radius = match &mask {
            None => f64::INFINITY,
            Some(Mask::Circular(radius) | Mask::Doughnut([_, radius])) => *radius,
            Some(Mask::Rectangular(sides)) => sides.iter().map(|side| side * side / 4.0).sum::<f64>().sqrt(),
        };
        let mut space = Self { points, period, kernel, radius, mask, conduction, mean: 1.0, farthest };
        if space.decides() {
            space.mean = space.sampled();
        }
        space
    }

    /// Does distance decide who is connected?
    pub(super) fn decides(&self) -> bool {
        self.kernel.is_some() || self.mask.is_some()
    }

    /// Where sources are.
    pub(super) fn sources(&self) -> &[Point] {
        &self.points[0]
    }

    /// Where targets are.
    pub(super) fn targets(&self) -> &[Point] {
        &self.points[1]
    }

    /// No two neurons that may be connected are further apart.
    pub(super) fn longest(&self) -> f64 {
        let of_kernel = if let Some(Kernel::Box(radius)) = self.kernel { radius } else { f64::INFINITY };
        self.farthest.min(self.radius).min(of_kernel)
    }

    /// Beyond which distance a probability of `p` where there is none is less than half a part.
    ///
    /// It is only right to a few digits, and so a little too long: it says where to look, not who is there.
    pub(super) fn reach(&self, p: f64) -> f64 {
        let folds = (2.0 * p * PARTS).ln().max(0.0);
        let of_kernel = match self.kernel {
            None => f64::INFINITY,
            Some(Kernel::Gaussian(sigma)) => sigma * (2.0 * folds).sqrt(),
            Some(Kernel::Exponential(lambda)) => lambda * folds,
            Some(Kernel::Box(radius)) => radius,
        };
        of_kernel.min(self.radius) * (1.0 + 1e-6) + f64::MIN_POSITIVE
    }

    /// The square of a distance, the same both ways.
    #[inline]
    pub(super) fn square(&self, one: &Point, other: &Point) -> f64 {
        squared(self.along(one, other))
    }

    /// The same, and infinity where a mask that is no circle keeps them apart.
    #[inline]
    pub(super) fn square_within(&self, one: &Point, other: &Point) -> f64 {
        let along = self.along(one, other);
        let square = squared(along);
        let within = match &self.mask {
            None | Some(Mask::Circular(_)) => true,
            Some(Mask::Doughnut([inner, _])) => square > up_to(*inner),
            Some(Mask::Rectangular(sides)) => {
                let half = |side: &f64| side / 2.0 * (1.0 + 1e-9);
                sides.iter().zip(along).all(|(side, length)| length <= half(side))
            }
        };
        if within { square } else { f64::INFINITY }
    }

    /// How far apart two are along each dimension.
    #[inline]
    fn along(&self, one: &Point, other: &Point) -> Point {
        let along = |axis: usize| {
            let length = (one[axis] - other[axis]).abs();
            length.min(self.period[axis] - length)
        };
        [along(0), along(1), along(2)]
    }

    /// \[steps\] How long a spike travels from a source to a target, where that depends on their distance.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the longest is found to be a delay")]
    pub(super) fn delay(&self, [offset, velocity]: [f64; 2], source: u32, target: u32) -> u32 {
        let square = self.square(&self.sources()[source as usize], &self.targets()[target as usize]);
        (offset + square.sqrt() / velocity).round().max(1.0) as u32
    }

    /// \[steps\] The shortest and the longest delay that there may be, where they depend on distances.
    pub fn delays(&self) -> Option<[f64; 2]> {
        let [offset, velocity] = self.conduction?;
        Some([offset.round().max(1.0), (offset + self.longest() / velocity).round().max(1.0)])
    }

    /// The probabilities of pairs whose distances have these squares, in parts of 2³², where it is `p` at none.
    pub(super) fn chances(&self, p: f64, squares: &[f64], into: &mut Vec<u64>) {
        Arch::new().dispatch(
            #[inline(always)]
            || self.chances_here(p, squares, into),
        );
    }

    #[inline(always)]
    #[expect(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "lanes of f64, and a probability is not below 0"
    )]
    fn chances_here(&self, p: f64, squares: &[f64], into: &mut Vec<u64>) {
        into.clear();
        let beyond = up_to(self.radius);
        for squares in squares.chunks(F64s::WIDTH) {
            let lanes = F64s::from_lanes(|lane| squares.get(lane).copied().unwrap_or(0.0));
            let kernel = match self.kernel {
                None => F64s::of(1.0),
                Some(Kernel::Gaussian(sigma)) => (lanes * F64s::of(-0.5 / (sigma * sigma))).exponential(),
                Some(Kernel::Exponential(lambda)) => (lanes.root() * F64s::of(-1.0 / lambda)).exponential(),
                Some(Kernel::Box(radius)) => {
                    F64s::select(lanes.above(F64s::of(up_to(radius))), F64s::of(0.0), F64s::of(1.0))
                }
            };
            let chance = |(lane, square): (usize, &f64)| {
                if *square > beyond { 0 } else { (p * kernel.lane(lane) * PARTS + 0.5) as u64 }
            };
            into.extend(squares.iter().enumerate().map(chance));
        }
    }

    /// How many synapses a rule makes in the mean, between these sides.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a mean is not below 0")]
    pub(crate) fn expected<L>(&self, rule: &Rule<L>, sides: Sides, listed: impl FnOnce(&L) -> u64) -> u64 {
        match rule {
            Rule::PairwiseBernoulli(p) => {
                let all = self.mean * f64::from(sides.n_pre) * f64::from(sides.n_post);
                // At no distance a kernel is 1.
                let own = if sides.skip_self() { f64::from(sides.n_pre) } else { 0.0 };
                (p * (all - own)) as u64
            }
            rule => rule.expected(sides, listed),
        }
    }

    /// The mean of the kernel, of some sources and all targets.
    #[expect(clippy::arithmetic_side_effects, reason = "sources by number, below how many there are")]
    fn sampled(&self) -> f64 {
        let (sources, targets) = (self.sources(), self.targets());
        let samples = (SAMPLED / targets.len().max(1)).clamp(8, 64).min(sources.len());
        let (mut sum, mut squares, mut chances) = (0.0, Vec::new(), Vec::new());
        for sample in 0..samples as u64 {
            // Multiples of the golden ratio lie evenly, whatever the grid.
            let place = (sample + 1).wrapping_mul(0x9e37_79b9) & u64::from(u32::MAX);
            let source = &sources[((place * sources.len() as u64) >> 32) as usize];
            squares.clear();
            squares.extend(targets.iter().map(|target| self.square_within(source, target)));
            self.chances(1.0, &squares, &mut chances);
            sum += chances.iter().map(|&chance| chance as f64).sum::<f64>() / PARTS;
        }
        sum / (samples.max(1) * targets.len().max(1)) as f64
    }

    /// Calls `word` with numbers that all of it follows from.
    pub(crate) fn each_word(&self, mut word: impl FnMut(u64)) {
        let points = self.points.iter().flat_map(|points| points.iter().flatten());
        let kernel = self.kernel.map_or([0.0; 2], |kernel| match kernel {
            Kernel::Gaussian(sigma) => [1.0, sigma],
            Kernel::Exponential(lambda) => [2.0, lambda],
            Kernel::Box(radius) => [3.0, radius],
        });
        // A circle's radius says all of it.
        let (shape, lengths) = match &self.mask {
            None | Some(Mask::Circular(_)) => (0.0, &[][..]),
            Some(Mask::Doughnut(radii)) => (1.0, &radii[..]),
            Some(Mask::Rectangular(sides)) => (2.0, &sides[..]),
        };
        let of_mask = [&self.radius, &shape].into_iter().chain(lengths);
        let rest = self.period.iter().chain(&kernel).chain(of_mask).chain(self.conduction.iter().flatten());
        points.chain(rest).for_each(|number| word(number.to_bits()));
    }
}

fn squared([x, y, z]: Point) -> f64 {
    x * x + y * y + z * z
}

/// The square of a distance that is still within a radius: who is as far away, as neurons of a grid may be, is in on all sides.
fn up_to(radius: f64) -> f64 {
    radius * radius * (1.0 + 2e-9)
}

/// A distance that no pair exceeds.
fn farthest(points: &[Arc<[Point]>; 2], period: &Point) -> f64 {
    let bounds = |points: &[Point], axis: usize| {
        let of = |[low, high]: [f64; 2], point: &Point| [low.min(point[axis]), high.max(point[axis])];
        points.iter().fold([f64::INFINITY, f64::NEG_INFINITY], of)
    };
    let along = |axis: usize| {
        let [[low, high], [first, last]] = [0, 1].map(|end| bounds(&points[end], axis));
        (last - low).max(high - first).max(0.0).min(period[axis] / 2.0)
    };
    let [x, y, z] = [along(0), along(1), along(2)];
    (x * x + y * y + z * z).sqrt()
}
