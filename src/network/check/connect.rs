//! Can a connection rule be carried out between two populations? Drawing relies on it.

use super::super::{Array, Connect, Population, Projection, Rule, Sides, Storage, Value};
use crate::units::Unit;
use crate::{Error, Result};
use rayon::prelude::*;
use std::sync::Arc;

/// Synapses of a source in the mean at most, where chance decides: each has a number that a word holds.
const LONGEST_ROW: u32 = 1 << 28;

/// Why a neuron is not joined to itself.
fn excluded(projection: &Projection, autapses: &str) -> String {
    match projection.is_gap_junction() {
        true => "no neuron has a gap junction with itself".to_owned(),
        false => format!("{autapses} are excluded"),
    }
}

/// What else is legal where a neuron would be joined to itself.
fn or_autapses(projection: &Projection, others: &str) -> String {
    format!("{}{others}", if projection.is_gap_junction() { "" } else { "autapses = true, or " })
}

/// All that can be seen without the numbers in files.
pub(super) fn connect(field: &str, projection: &Projection, pre: &Population, post: &Population) -> Result<()> {
    let refused = |problem: String, legal: &str| Err(Error::field(field, problem, legal));
    let sides = Sides::of(projection, pre, post);
    let Sides { n_pre, n_post, multapses, autapses, same_neurons, .. } = sides;
    let shared = sides.first_pre.max(sides.first_post) < sides.sources().end.min(sides.targets().end);
    if !autapses && !same_neurons && pre.name == post.name && shared {
        let excluded = excluded(projection, "autapses");
        let problem = format!("{excluded}, but `{}` and `{}` are the same in part", projection.pre, projection.post);
        return refused(problem, &or_autapses(projection, "ends that are the same neurons, or share none"));
    }
    let drawn = |rule: &str, wanted: u64, partners: u64, has: &str, of: &str| {
        // With multapses a single partner is enough for any number of synapses.
        if wanted <= partners || multapses && partners > 0 {
            return Ok(());
        }
        let problem = format!("{rule} is {wanted}, but {has} only {partners} possible {of}");
        refused(problem, &format!("at most {partners}{}", if partners > 0 { ", or multapses" } else { "" }))
    };
    match &projection.connect.rule {
        Rule::AllToAll => Ok(()),
        Rule::OneToOne if n_pre != n_post => {
            let [from, to] = [&pre.name, &post.name];
            refused(format!("one_to_one from {n_pre} neurons of `{from}` to {n_post} of `{to}`"), "ends of equal size")
        }
        Rule::OneToOne if sides.skip_self() => {
            let excluded = excluded(projection, "they");
            let problem = format!("one_to_one within a population makes only autapses, and {excluded}");
            refused(problem, &or_autapses(projection, "another rule"))
        }
        Rule::OneToOne => Ok(()),
        Rule::PairwiseBernoulli(p) if !(0.0..=1.0).contains(p) => {
            refused(format!("pairwise_bernoulli is {p}"), "0 to 1")
        }
        Rule::PairwiseBernoulli(p) => {
            let mean = p * f64::from(sides.partners(n_post));
            if mean <= f64::from(LONGEST_ROW) {
                return Ok(());
            }
            let problem = format!("pairwise_bernoulli makes {mean:.0} targets of each source");
            refused(problem, &format!("at most {LONGEST_ROW} in the mean"))
        }
        Rule::FixedIndegree(degree) => {
            drawn("fixed_indegree", (*degree).into(), sides.partners(n_pre).into(), "each target has", "sources")
        }
        Rule::FixedOutdegree(degree) => {
            drawn("fixed_outdegree", (*degree).into(), sides.partners(n_post).into(), "each source has", "targets")
        }
        Rule::FixedTotalNumber(number) => drawn("fixed_total_number", *number, sides.pairs(), "there are", "pairs"),
        Rule::List(list) => {
            if *list.unit() != Unit::ONE {
                return refused(format!("the list has unit {}", list.unit()), "no unit");
            }
            match list {
                Array::Inline { values, shape, .. } => indices(field, (shape, values), projection, sides),
                Array::Npy { .. } => Ok(()),
            }
        }
    }
}

/// Are so many numbers of this shape pairs?
pub(crate) fn check_pairs(field: &str, shape: &[usize], numbers: usize) -> Result<()> {
    if matches!(shape, [rows, 2] if rows.checked_mul(2) == Some(numbers)) {
        return Ok(());
    }
    let problem = format!("the list has shape {shape:?} and {numbers} numbers");
    Err(Error::field(field, problem, "pairs [source, target]"))
}

/// Pairs of whole numbers, in range.
fn indices(field: &str, (shape, values): (&[usize], &[f64]), projection: &Projection, sides: Sides) -> Result<()> {
    check_pairs(field, shape, values.len())?;
    let ends = [(&projection.pre, sides.n_pre), (&projection.post, sides.n_post)];
    let legal = |index: f64, size: u32| index.fract() == 0.0 && (0.0..f64::from(size)).contains(&index);
    let pairs = values.as_chunks::<2>().0;
    let wrong = |pair: [f64; 2]| pair.into_iter().zip(ends).find(|(index, (_, size))| !legal(*index, *size));
    let Some(at) = pairs.par_iter().position_first(|pair| wrong(*pair).is_some()) else { return Ok(()) };
    wrong(pairs[at]).map_or(Ok(()), |(index, (end, size))| {
        let problem = format!("pair {at} of the list names neuron {index} of `{end}`");
        Err(Error::field(field, problem, format!("whole numbers from 0 to {}", size.saturating_sub(1))))
    })
}

/// The pairs of a list of this shape.
///
/// # Errors
/// [`Error::Field`] where they are none, or such as are excluded.
pub(crate) fn pairs(
    field: &str,
    projection: &Projection,
    (shape, values): (Vec<usize>, Vec<f64>),
    sides: Sides,
) -> Result<Arc<[[u32; 2]]>> {
    indices(field, (&shape, &values), projection, sides)?;
    let pairs: Arc<[_]> = values.as_chunks().0.iter().map(|pair: &[f64; 2]| pair.map(|index| index as u32)).collect();
    if sides.skip_self()
        && let Some(at) = pairs.par_iter().position_first(|pair| pair[0] == pair[1])
    {
        let excluded = excluded(projection, "autapses");
        let problem = format!("pair {at} of the list joins neuron {} to itself, and {excluded}", pairs[at][0]);
        return Err(Error::field(field, problem, "two neurons"));
    }
    if sides.multapses {
        return Ok(pairs);
    }
    let mut order: Vec<usize> = (0..pairs.len()).collect();
    order.par_sort_unstable_by_key(|&at| (pairs[at], at));
    match order.par_windows(2).find_first(|two| pairs[two[0]] == pairs[two[1]]) {
        None => Ok(pairs),
        Some(two) => {
            let [source, target] = pairs[two[0]];
            let problem = format!(
                "pairs {} and {} of the list are both [{source}, {target}], and multapses are excluded",
                two[0], two[1]
            );
            Err(Error::field(field, problem, "each pair once"))
        }
    }
}

/// Can the synapses be drawn again and again, where they are not stored?
pub(super) fn storage(field: &str, projection: &Projection) -> Result<()> {
    let Projection { connect: Connect { rule, multapses, .. }, weight, delay, storage, .. } = projection;
    if *storage == Storage::Stored {
        return Ok(());
    }
    let problem = match rule {
        _ if projection.connect.by_distance() => {
            "who is near is looked for among the positions of neurons, on the host"
        }
        _ if projection.connect.symmetric => "rows of two neurons share what both draw, and a device draws each alone",
        _ if matches!(delay, Value::Conducted(_)) => "delays follow from the positions of neurons, on the host",
        Rule::AllToAll => "all_to_all has nothing to draw",
        Rule::OneToOne => "one_to_one has nothing to draw",
        Rule::List(_) => "a list has nothing to draw",
        Rule::FixedIndegree(_) => "fixed_indegree draws by target, and spikes come by source",
        Rule::FixedOutdegree(_) | Rule::FixedTotalNumber(_) if !multapses => {
            "different partners are drawn one after the other, and a device draws them side by side"
        }
        _ if [weight, delay].iter().any(|value| matches!(value, Value::Array(_))) => {
            "values of single synapses are held"
        }
        Rule::PairwiseBernoulli(_) | Rule::FixedOutdegree(_) | Rule::FixedTotalNumber(_) => return Ok(()),
    };
    let legal = "stored; or pairwise_bernoulli, fixed_outdegree or fixed_total_number with multapses, and weights and delays \
                 that are constants or distributions";
    Err(Error::field(field, problem, legal))
}
