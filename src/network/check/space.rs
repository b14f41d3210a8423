//! Are positions where there is a space, and do projections that ask for distances find them?

use super::super::{Array, Conduction, Kernel, Layout, Mask, Population, Positions, Projection, Rule, Value};
use super::values::{all_finite, not_negative, positive, time};
use crate::units::{Quantity, Unit};
use crate::{Error, Result};
use std::cmp::Ordering;

/// Dimensions of a space at most.
const MOST: usize = 3;
const LENGTH: &str = "a length above 0";

/// What a population says of where its neurons are.
pub(super) fn positions(field: &str, positions: &Positions, population: &Population) -> Result<()> {
    let refused = |problem: String, legal: String| Err(Error::field(field, problem, legal));
    let Positions { layout, extent, periodic } = positions;
    extent.iter().try_for_each(|length| positive(&format!("{field}.extent"), length, &Unit::MILLIMETRE, LENGTH))?;
    if *periodic && extent.is_empty() {
        return refused(
            "they are periodic, but have no extent".to_owned(),
            "extent, the length of each side".to_owned(),
        );
    }
    match layout {
        Layout::Grid(_) if extent.is_empty() => {
            return refused("the grid has no extent".to_owned(), "extent, the length of each side".to_owned());
        }
        Layout::Grid(shape) => {
            if !(1..=MOST).contains(&shape.len()) {
                return refused(format!("the grid has {} sides", shape.len()), format!("1 to {MOST}"));
            }
            let places = shape.iter().fold(1u64, |product, side| product.saturating_mul(u64::from(*side)));
            if places != u64::from(population.size) {
                let problem = format!("the grid {shape:?} has {places} places for {} neurons", population.size);
                return refused(problem, "a place for each neuron".to_owned());
            }
        }
        Layout::Random if !(1..=MOST).contains(&extent.len()) => {
            return refused(format!("the extent has {} lengths", extent.len()), format!("1 to {MOST}"));
        }
        Layout::Random => {}
        Layout::Given(array) => {
            all_finite(field, array)?;
            let measured = array.unit().convert(&mut [], &Unit::MILLIMETRE);
            measured.map_err(|problem| Error::field(field, problem, "lengths"))?;
            if let Array::Inline { shape, .. } = array {
                check_coordinates(field, shape, population.size)?;
            }
        }
    }
    match positions.dimensions() {
        Some(dimensions) if !extent.is_empty() && extent.len() != dimensions => {
            let problem = format!("the extent has {} lengths in {dimensions} dimensions", extent.len());
            refused(problem, "a length for each dimension".to_owned())
        }
        _ => Ok(()),
    }
}

/// Are arrays of this shape coordinates of so many neurons?
pub(crate) fn check_coordinates(field: &str, shape: &[usize], size: u32) -> Result<()> {
    let axes = matches!(shape, [_] | [_, 1..=MOST]);
    if axes && shape.first() == Some(&(size as usize)) {
        return Ok(());
    }
    let legal = format!("[{size}, 1], [{size}, 2] or [{size}, 3], the coordinates of each neuron");
    Err(Error::field(field, format!("the array has shape {shape:?}"), legal))
}

/// Are both ends of a projection in spaces of as many dimensions?
pub(crate) fn check_dimensions(field: &str, ends: [(&str, usize); 2]) -> Result<()> {
    let [(pre, of_pre), (post, of_post)] = ends;
    if of_pre == of_post {
        return Ok(());
    }
    let problem = format!("`{pre}` has positions in {of_pre} dimensions, and `{post}` in {of_post}");
    Err(Error::field(field, problem, "positions in as many dimensions"))
}

/// Is a mask one in which somebody may be?
fn mask(field: &str, mask: &Mask) -> Result<()> {
    match mask {
        Mask::Circular(radius) => positive(field, radius, &Unit::MILLIMETRE, LENGTH),
        Mask::Doughnut([inner, outer]) => {
            let field = format!("{field}.doughnut");
            not_negative(&field, inner, &Unit::MILLIMETRE, "an inner radius of 0 or more")?;
            positive(&field, outer, &Unit::MILLIMETRE, LENGTH)?;
            match inner.compared(outer) {
                Ok(Ordering::Less) => Ok(()),
                _ => {
                    let problem = format!("the inner radius is {inner}, and the outer one {outer}");
                    Err(Error::field(field, problem, "an outer radius above the inner one"))
                }
            }
        }
        Mask::Rectangular(sides) => {
            let field = format!("{field}.rectangular");
            sides.iter().try_for_each(|side| positive(&field, side, &Unit::MILLIMETRE, LENGTH))
        }
    }
}

/// Has a mask as many sides as there are dimensions, if it has some?
pub(crate) fn check_sides(field: &str, mask: Option<&Mask>, dimensions: usize) -> Result<()> {
    match mask {
        Some(Mask::Rectangular(sides)) if sides.len() != dimensions => {
            let problem = format!("the box has {} sides in {dimensions} dimensions", sides.len());
            Err(Error::field(format!("{field}.mask.rectangular"), problem, "a length for each dimension"))
        }
        _ => Ok(()),
    }
}

/// What a projection says of distances.
pub(super) fn projection(path: &str, projection: &Projection, ends: [&Population; 2]) -> Result<()> {
    let connect = &projection.connect;
    let field = format!("{path}.connect");
    if let Some((kernel, length)) = connect.kernel.as_ref().map(Kernel::parts) {
        positive(&format!("{field}.kernel.{kernel}"), length, &Unit::MILLIMETRE, LENGTH)?;
    }
    if let Some(mask) = &connect.mask {
        self::mask(&format!("{field}.mask"), mask)?;
    }
    let rule = match &connect.rule {
        Rule::AllToAll => Some("all_to_all connects every pair"),
        Rule::OneToOne => Some("one_to_one connects neurons of the same number"),
        Rule::FixedTotalNumber(_) => Some("fixed_total_number draws pairs, not partners of a neuron"),
        Rule::List(_) => Some("a list says which pairs there are"),
        Rule::PairwiseBernoulli(_) | Rule::FixedIndegree(_) | Rule::FixedOutdegree(_) => None,
    };
    if let (true, Some(rule)) = (connect.by_distance(), rule) {
        let problem = format!("{rule}, whatever its distance");
        return Err(Error::field(
            field,
            problem,
            "pairwise_bernoulli, fixed_indegree or fixed_outdegree with a kernel or mask",
        ));
    }
    let conducted = matches!(projection.delay, Value::Conducted(_));
    let (field, who) = match conducted && !connect.by_distance() {
        true => (format!("{path}.delay"), "a velocity"),
        false => (field, if connect.kernel.is_some() { "a kernel" } else { "a mask" }),
    };
    if conducted || connect.by_distance() { spaces(&field, who, connect.mask.as_ref(), ends) } else { Ok(()) }
}

/// Have both ends positions, in one space?
fn spaces(field: &str, who: &str, mask: Option<&Mask>, ends: [&Population; 2]) -> Result<()> {
    let of = |population: &Population| population.positions.clone();
    if let Some(without) = ends.into_iter().find(|population| population.positions.is_none()) {
        let problem = format!("{who} asks for distances, and `{}` has no positions", without.name);
        return Err(Error::field(field, problem, "positions of both populations"));
    }
    let [Some(pre), Some(post)] = ends.map(of) else { return Ok(()) };
    let names = ends.map(|population| population.name.as_str());
    if let (Some(of_pre), Some(of_post)) = (pre.dimensions(), post.dimensions()) {
        check_dimensions(field, [(names[0], of_pre), (names[1], of_post)])?;
        check_sides(field, mask, of_pre)?;
    }
    let same = |(one, other): (&Quantity, &Quantity)| one.in_unit(other.unit()) == Ok(other.value());
    let as_long = pre.extent.len() == post.extent.len() && pre.extent.iter().zip(&post.extent).all(same);
    if pre.periodic == post.periodic && (as_long || !pre.periodic) {
        return Ok(());
    }
    let [said_of_pre, said_of_post] = [&pre, &post].map(|positions| {
        let lengths: Vec<_> = positions.extent.iter().map(ToString::to_string).collect();
        let periodic = if positions.periodic { "periodic" } else { "not periodic" };
        format!("{periodic} with an extent of [{}]", lengths.join(", "))
    });
    let problem = format!("`{}` is {said_of_pre}, and `{}` {said_of_post}", names[0], names[1]);
    Err(Error::field(field, problem, "one periodic space for both, or none"))
}

/// A delay by distance.
pub(super) fn conduction(field: &str, conduction: &Conduction) -> Result<()> {
    let Conduction { velocity, offset } = conduction;
    positive(&format!("{field}.velocity"), velocity, &Unit::METRE_PER_SECOND, "a velocity above 0")?;
    time(&format!("{field}.offset"), offset)
}

/// Can each synapse have one in the other direction?
pub(super) fn symmetric(path: &str, projection: &Projection) -> Result<()> {
    let Projection { pre, post, connect, weight, delay, .. } = projection;
    if !connect.symmetric {
        return Ok(());
    }
    let refused = |problem: &str, legal: &str| Err(Error::field(format!("{path}.connect.symmetric"), problem, legal));
    if pre != post {
        let problem = format!("`{pre}` and `{post}` are not the same neurons");
        return refused(&problem, "a projection from a population, or a part of one, to itself");
    }
    let problem = match &connect.rule {
        Rule::AllToAll | Rule::PairwiseBernoulli(_) => {
            return match [("weight", weight), ("delay", delay)].into_iter().find(|(_, value)| own(value)) {
                None => Ok(()),
                Some((key, _)) => {
                    let problem = format!("values of single synapses are given as `{key}`, each for one direction");
                    refused(&problem, "constants, distributions, and delays by distance")
                }
            };
        }
        Rule::OneToOne => "one_to_one within a population connects each neuron to itself alone",
        Rule::FixedIndegree(_) => {
            "fixed_indegree says how many sources a target has, and mirrored synapses would be more"
        }
        Rule::FixedOutdegree(_) => {
            "fixed_outdegree says how many targets a source has, and mirrored synapses would be more"
        }
        Rule::FixedTotalNumber(_) => {
            "fixed_total_number says how many pairs there are, and mirrored synapses would be more"
        }
        Rule::List(_) => "a list says which pairs there are",
    };
    refused(problem, "all_to_all or pairwise_bernoulli")
}

/// Are these values of single synapses?
fn own(value: &Value) -> bool {
    matches!(value, Value::Array(_) | Value::Initialised(_))
}
