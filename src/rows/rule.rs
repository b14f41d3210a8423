//! What a connection rule asks of two populations, and whether they can grant it.

use super::{Pairs, Wiring};
use crate::network::Rule;
use rayon::prelude::*;

/// The two sides of a projection, with what is said of all rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sides {
    /// Number of source neurons.
    pub n_pre: u32,
    /// Number of target neurons.
    pub n_post: u32,
    /// Are they one population? Then `n_pre == n_post`.
    pub same_population: bool,
    /// May a neuron be connected to itself? Only asked within one population.
    pub autapses: bool,
    /// May two neurons be connected more than once? Only asked where a rule could do so: the fixed numbers and lists.
    pub multapses: bool,
}

#[expect(clippy::arithmetic_side_effects, reason = "two u32 have their product in a u64")]
impl Sides {
    /// Is the pair of neuron i with neuron i left out?
    pub(super) fn skip_self(self) -> bool {
        self.same_population && !self.autapses
    }

    /// How many of `n` neurons one neuron may be connected to.
    pub(super) fn partners(self, n: u32) -> u32 {
        n.saturating_sub(u32::from(self.skip_self()))
    }

    /// All pairs that there may be.
    pub(super) fn pairs(self) -> u64 {
        u64::from(self.n_pre) * u64::from(self.partners(self.n_post))
    }
}

impl Rule<Pairs> {
    /// How many synapses it makes, if it can be obeyed; `None` where chance decides.
    #[expect(clippy::arithmetic_side_effects, reason = "two u32 have their product in a u64")]
    pub(crate) fn synapses(&self, sides: Sides) -> Option<u64> {
        let Sides { n_pre, n_post, .. } = sides;
        match self {
            Self::AllToAll => Some(sides.pairs()),
            Self::OneToOne => Some(u64::from(n_pre)),
            Self::PairwiseBernoulli(_) => None,
            Self::FixedIndegree(k) => Some(u64::from(*k) * u64::from(n_post)),
            Self::FixedOutdegree(k) => Some(u64::from(*k) * u64::from(n_pre)),
            Self::FixedTotalNumber(number) => Some(*number),
            Self::List(pairs) => Some(pairs.len() as u64),
        }
    }
}

impl Wiring {
    /// Can the rule be obeyed?
    ///
    /// # Errors
    /// A sentence with the numbers and the legal range.
    pub(super) fn check_rule(&self) -> Result<(), String> {
        let sides = self.sides;
        let Sides { n_pre, n_post, .. } = sides;
        match &self.rule {
            Rule::AllToAll => Ok(()),
            Rule::OneToOne if n_pre != n_post => {
                Err(format!("one_to_one joins {n_pre} sources to {n_post} targets; legal: equal numbers"))
            }
            Rule::OneToOne if sides.skip_self() => {
                Err("one_to_one within a population makes only autapses, and they are excluded; \
                     legal: autapses = true, or another rule"
                    .to_owned())
            }
            Rule::OneToOne => Ok(()),
            Rule::PairwiseBernoulli(p) if !(0.0..=1.0).contains(p) => {
                Err(format!("pairwise_bernoulli has probability {p}; legal: 0 to 1"))
            }
            Rule::PairwiseBernoulli(p) => check_row(p * f64::from(sides.partners(n_post))),
            Rule::FixedOutdegree(k) => check_degree("fixed_outdegree", *k, "targets", (n_post, n_pre), sides),
            Rule::FixedIndegree(k) => check_degree("fixed_indegree", *k, "sources", (n_pre, n_post), sides),
            Rule::FixedTotalNumber(number) => check_total(*number, sides),
            Rule::List(pairs) => check_list(pairs, sides),
        }
    }
}

/// Can each of `askers` neurons draw `degree` of the `n` on the other side?
fn check_degree(rule: &str, degree: u32, of_what: &str, (n, askers): (u32, u32), sides: Sides) -> Result<(), String> {
    let partners = sides.partners(n);
    if askers == 0 || degree <= partners || sides.multapses && partners > 0 {
        return Ok(());
    }
    let excluded = match (sides.skip_self(), sides.multapses) {
        (true, true) => " with autapses excluded",
        (true, false) => " with autapses and multapses excluded",
        (false, true) => "",
        (false, false) => " with multapses excluded",
    };
    Err(format!("{rule} draws {degree} of {partners} {of_what}{excluded}; legal: 0 to {partners}"))
}

/// Each synapse of a row has a number, which a word holds up to this mean.
fn check_row(mean: f64) -> Result<(), String> {
    let most = 1u32 << 28;
    if mean <= f64::from(most) {
        return Ok(());
    }
    Err(format!("pairwise_bernoulli makes {mean:.0} targets of each source; legal: at most {most} in the mean"))
}

fn check_total(number: u64, sides: Sides) -> Result<(), String> {
    let pairs = sides.pairs();
    let most = if sides.multapses && pairs > 0 { u64::MAX } else { pairs };
    if number <= most {
        return Ok(());
    }
    let excluded = if sides.multapses { "" } else { " with multapses excluded" };
    Err(format!("fixed_total_number draws {number} of {pairs} pairs{excluded}; legal: 0 to {most}"))
}

fn check_list(pairs: &Pairs, sides: Sides) -> Result<(), String> {
    let Sides { n_pre, n_post, .. } = sides;
    if u32::try_from(pairs.len()).is_err() {
        return Err(format!("the list has {} pairs; legal: 0 to {}", pairs.len(), u32::MAX));
    }
    let outside = |pair: &[u32; 2]| pair[0] >= n_pre || pair[1] >= n_post;
    if let Some(at) = pairs.par_iter().position_first(outside) {
        let [source, target] = pairs[at];
        return Err(format!(
            "pair {at} of the list is [{source}, {target}]; legal: sources below {n_pre}, targets below {n_post}"
        ));
    }
    if sides.skip_self()
        && let Some(at) = pairs.par_iter().position_first(|pair| pair[0] == pair[1])
    {
        let [neuron, _] = pairs[at];
        return Err(format!(
            "pair {at} of the list joins neuron {neuron} to itself, and autapses are excluded; legal: two neurons"
        ));
    }
    if sides.multapses {
        return Ok(());
    }
    let mut order: Vec<u32> = (0..).take(pairs.len()).collect();
    order.par_sort_unstable_by_key(|&at| (pairs[at as usize], at));
    let same = |two: &&[u32]| pairs[two[0] as usize] == pairs[two[1] as usize];
    let Some(two) = order.par_windows(2).find_first(|two| same(two)) else { return Ok(()) };
    let ([first, second], [source, target]) = ([two[0], two[1]], pairs[two[0] as usize]);
    Err(format!(
        "pairs {first} and {second} of the list are both [{source}, {target}], and multapses are excluded; \
         legal: each pair once"
    ))
}
