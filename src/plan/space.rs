//! Where neurons are, in plain numbers: positions laid out, drawn or read, and the spaces that projections ask for distances in.

use super::arrays::{Files, OpenArray};
use super::resolve::in_unit;
use crate::memory::{bytes_of, needs};
use crate::network::{
    Kernel, Layout, Network, Population, Positions, Projection, Sides, Value, check_coordinates, check_dimensions,
    check_sides, dimensions_of,
};
use crate::random::{Purpose, Words, uniform};
use crate::rows::{self, Point, Space};
use crate::units::{Quantity, Unit};
use crate::{Error, Result};
use std::sync::Arc;

/// Where the neurons of a population are.
pub(super) struct Place {
    /// \[mm\]
    points: Arc<[Point]>,
    dimensions: usize,
    /// \[mm\] After which length each dimension begins anew; infinity where it does not.
    period: Point,
}

/// Where the neurons of each population are that has positions.
///
/// # Errors
/// [`Error::Field`] for a wrong shape or unit, [`Error::NamedFile`], [`Error::HostMemory`].
pub(super) fn places(network: &Network, files: &Files) -> Result<Vec<Option<Place>>> {
    let place = |(index, population): (usize, &Population)| {
        let positions = population.positions.as_ref();
        positions.map(|positions| place(network, (index, population), positions, files)).transpose()
    };
    network.populations.iter().enumerate().map(place).collect()
}

fn place(
    network: &Network,
    (index, population): (usize, &Population),
    Positions { layout, extent, periodic }: &Positions,
    files: &Files,
) -> Result<Place> {
    let path = format!("population[{}].positions", population.name);
    let size = population.size;
    needs(
        bytes_of::<[Point; 2]>(size.into()),
        &format!("the positions of population[{}]", population.name),
        "fewer neurons",
    )?;
    let mut sides = [0.0; 3];
    for (side, length) in sides.iter_mut().zip(extent) {
        *side = in_unit(length, &Unit::MILLIMETRE, &path)?;
    }
    let (mut points, dimensions): (Vec<Point>, usize) = match layout {
        Layout::Grid(shape) => ((0..size).map(|neuron| on_grid(neuron, shape, sides)).collect(), shape.len()),
        Layout::Random => {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            let drawn = |neuron: u32| {
                let words = Words::new(*network.seed_of_wiring(), Purpose::Positions, index, neuron.into()).block(0);
                std::array::from_fn(|axis| (uniform(words[axis]) - 0.5) * sides[axis])
            };
            ((0..size).map(drawn).collect(), extent.len())
        }
        Layout::Given(array) => {
            let check = |shape: &[usize]| check_coordinates(&path, shape, size);
            let (shape, numbers) = OpenArray::new(array, &path, files, &check)?.read(&Unit::MILLIMETRE, &path)?;
            let dimensions = dimensions_of(&shape);
            if !extent.is_empty() && extent.len() != dimensions {
                let problem = format!("the extent has {} lengths in {dimensions} dimensions", extent.len());
                return Err(Error::field(path, problem, "a length for each dimension"));
            }
            let point = |row: &[f64]| std::array::from_fn(|axis| row.get(axis).copied().unwrap_or(0.0));
            (numbers.chunks(dimensions.max(1)).map(point).collect(), dimensions)
        }
    };
    let mut period = [f64::INFINITY; 3];
    if *periodic {
        for (period, side) in period.iter_mut().zip(&sides[..dimensions.min(3)]) {
            *period = *side;
        }
        // Distances are found among points of one period.
        for point in &mut points {
            for (at, side) in point.iter_mut().zip(&sides[..dimensions.min(3)]) {
                *at = (*at + side / 2.0).rem_euclid(*side).min(*side) - side / 2.0;
            }
        }
    }
    Ok(Place { points: points.into(), dimensions, period })
}

/// The middle of a neuron's part of the space; the last index runs fastest.
#[expect(clippy::arithmetic_side_effects, reason = "no side of a grid is without neurons")]
fn on_grid(neuron: u32, shape: &[u32], sides: Point) -> Point {
    let mut point = [0.0; 3];
    let mut rest = neuron;
    for (axis, &count) in shape.iter().enumerate().rev() {
        let place = rest % count;
        rest /= count;
        point[axis] = ((f64::from(place) + 0.5) / f64::from(count) - 0.5) * sides[axis];
    }
    point
}

/// The space in which a projection asks for distances; none if it does not. `ends` are where its populations are, with their names.
///
/// # Errors
/// [`Error::Field`] for spaces of different dimensions, lengths and times that are none, and delays that are too long.
pub(super) fn space(
    projection: &Projection,
    path: &str,
    ends: [(&str, Option<&Place>); 2],
    sides: Sides,
    dt_ms: f64,
) -> Result<Option<Arc<Space>>> {
    let connect = &projection.connect;
    let conduction = match &projection.delay {
        Value::Conducted(conduction) => {
            let path = format!("{path}.delay");
            let velocity = in_unit(&conduction.velocity, &Unit::METRE_PER_SECOND, &path)?;
            let offset = in_unit(&conduction.offset, &Unit::MILLISECOND, &path)?;
            Some([offset / dt_ms, velocity * dt_ms])
        }
        _ => None,
    };
    if conduction.is_none() && !connect.by_distance() {
        return Ok(None);
    }
    // A network's check has found both.
    let [(pre, Some(of_pre)), (post, Some(of_post))] = ends else { return Ok(None) };
    let field = format!("{path}.connect");
    check_dimensions(&field, [(pre, of_pre.dimensions), (post, of_post.dimensions)])?;
    let length = |length: &Quantity| in_unit(length, &Unit::MILLIMETRE, &field);
    let kernel = |kernel: &Kernel| length(kernel.parts().1).map(|length| kernel.with(length));
    check_sides(&field, connect.mask.as_ref(), of_pre.dimensions)?;
    let mask = connect.mask.as_ref().map(|mask| mask.try_map(length)).transpose()?;
    let law = (connect.kernel.as_ref().map(kernel).transpose()?, mask);
    let among = |place: &Place, neurons: std::ops::Range<u32>| -> Arc<[Point]> {
        let neurons = neurons.start as usize..neurons.end as usize;
        if neurons.len() == place.points.len() { place.points.clone() } else { place.points[neurons].into() }
    };
    let points = [among(of_pre, sides.sources()), among(of_post, sides.targets())];
    let space = Space::new(points, of_pre.period, law, conduction);
    if let Some([_, longest]) = space.delays().filter(|[_, longest]| *longest > f64::from(rows::LONGEST_DELAY)) {
        let problem = format!("delays by distance of up to {longest:.0} steps");
        return Err(Error::field(format!("{path}.delay"), problem, format!("at most {} steps", rows::LONGEST_DELAY)));
    }
    Ok(Some(Arc::new(space)))
}
