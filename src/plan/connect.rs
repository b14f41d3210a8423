//! Who is connected to whom: a connection rule becomes a table with one row of targets per source neuron.
//!
//! Each row (of sources or of targets, as the rule says) is drawn from its own stream, so the table depends on the
//! seed and the projection's index, and on nothing else. Knows nothing of weights, delays or units.

mod rows;
#[cfg(test)]
mod tests;

use crate::random::{Purpose, Stream};
use rayon::prelude::*;
use rows::Rows;

/// A connection rule in plain numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule<'a> {
    /// Every source with every target.
    AllToAll,
    /// Source i with target i; equal sizes.
    OneToOne,
    /// Every pair independently with this probability.
    PairwiseBernoulli(f64),
    /// Every target draws this many sources.
    FixedIndegree(u32),
    /// Every source draws this many targets.
    FixedOutdegree(u32),
    /// This many pairs are drawn.
    FixedTotalNumber(u64),
    /// These pairs of source and target.
    List(&'a [[u32; 2]]),
}

/// The synapses of a projection, by source: row i is `targets[starts[i]..starts[i + 1]]`, in ascending order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Csr {
    /// Where each row starts, and where the last one ends: `[n_pre + 1]`.
    pub starts: Vec<usize>,
    /// The target of each synapse.
    pub targets: Vec<u32>,
    /// For [`Rule::List`]: the pair that each synapse came from; where pairs are equal, in their order.
    pub pair: Option<Vec<u32>>,
}

impl Csr {
    /// The targets of a source.
    #[expect(clippy::arithmetic_side_effects, reason = "there is one start more than there are sources")]
    pub fn row(&self, source: u32) -> &[u32] {
        let source = source as usize;
        &self.targets[self.starts[source]..self.starts[source + 1]]
    }
}

/// The two sides of a projection, with what is said of all rules.
#[derive(Debug, Clone, Copy)]
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

impl Sides {
    /// Is the pair of neuron i with neuron i left out?
    fn skip_self(self) -> bool {
        self.same_population && !self.autapses
    }

    /// How many of `n` neurons one neuron may be connected to.
    fn partners(self, n: u32) -> u32 {
        n.saturating_sub(u32::from(self.skip_self()))
    }
}

/// Draws the synapses of the `projection`-th projection (below 2²⁴) of a network with this seed.
///
/// # Errors
/// A sentence with the numbers and the legal range, where the rule cannot be obeyed or the table cannot be allocated.
pub fn connect(rule: Rule<'_>, sides: Sides, seed: u64, projection: u32) -> Result<Csr, String> {
    let Sides { n_pre, n_post, .. } = sides;
    rows::probe_starts(n_pre.max(n_post))?;
    let rows = Rows { seed, projection, skip_self: sides.skip_self(), multapses: sides.multapses };
    let (starts, targets) = match rule {
        Rule::AllToAll => {
            let starts = rows::starts_of_equal(n_pre, sides.partners(n_post));
            (starts.clone(), Rows { multapses: false, ..rows }.draw(&starts, n_post)?)
        }
        Rule::OneToOne => one_to_one(sides)?,
        Rule::PairwiseBernoulli(p) => {
            if !(0.0..=1.0).contains(&p) {
                return Err(format!("pairwise_bernoulli has probability {p}; legal: 0 to 1"));
            }
            rows.bernoulli(p, n_pre, n_post)?
        }
        Rule::FixedOutdegree(k) => {
            check_degree("fixed_outdegree", k, "targets", n_post, n_pre, sides)?;
            let starts = rows::starts_of_equal(n_pre, k);
            (starts.clone(), rows.draw(&starts, n_post)?)
        }
        Rule::FixedIndegree(k) => {
            check_degree("fixed_indegree", k, "sources", n_pre, n_post, sides)?;
            let sources = rows.draw(&rows::starts_of_equal(n_post, k), n_pre)?;
            rows::transpose(&sources, k as usize, n_pre)?
        }
        Rule::FixedTotalNumber(number) => {
            let starts = total_number(number, sides, seed, projection)?;
            (starts.clone(), rows.draw(&starts, n_post)?)
        }
        Rule::List(pairs) => return list(pairs, sides),
    };
    Ok(Csr { starts, targets, pair: None })
}

fn one_to_one(sides: Sides) -> Result<(Vec<usize>, Vec<u32>), String> {
    let Sides { n_pre, n_post, .. } = sides;
    if n_pre != n_post {
        return Err(format!("one_to_one joins {n_pre} sources to {n_post} targets; legal: equal numbers"));
    }
    if sides.skip_self() {
        return Err("one_to_one within a population makes only autapses, and they are excluded; \
                    legal: autapses = true, or another rule"
            .to_owned());
    }
    Ok((rows::starts_of_equal(n_pre, 1), (0..n_pre).collect()))
}

/// Can each of `askers` neurons draw `degree` of the `n` on the other side?
fn check_degree(rule: &str, degree: u32, of_what: &str, n: u32, askers: u32, sides: Sides) -> Result<(), String> {
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

/// Where the rows start, if `number` pairs are drawn among all legal ones, each as likely as any other.
fn total_number(number: u64, sides: Sides, seed: u64, projection: u32) -> Result<Vec<usize>, String> {
    let partners = sides.partners(sides.n_post);
    let pairs = u64::from(sides.n_pre).saturating_mul(u64::from(partners));
    let most = if sides.multapses && pairs > 0 { u64::MAX } else { pairs };
    if number > most {
        let excluded = if sides.multapses { "" } else { " with multapses excluded" };
        return Err(format!("fixed_total_number draws {number} of {pairs} pairs{excluded}; legal: 0 to {most}"));
    }
    rows::probe(number)?;
    let lengths = if sides.multapses {
        rows::multinomial(number, sides.n_pre, seed, projection)
    } else {
        rows::hypergeometric(number, sides.n_pre, partners, &mut Stream::new(seed, Purpose::RowLengths, projection, 0))
    };
    Ok(rows::starts_of(lengths))
}

fn list(pairs: &[[u32; 2]], sides: Sides) -> Result<Csr, String> {
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
    let (starts, pair) = rows::group(pairs, n_pre);
    let targets: Vec<u32> = pair.par_iter().map(|&at| pairs[at as usize][1]).collect();
    if !sides.multapses
        && let Some(two) = pair.par_windows(2).find_first(|two| pairs[two[0] as usize] == pairs[two[1] as usize])
    {
        let (first, second) = (two[0], two[1]);
        let [source, target] = pairs[first as usize];
        return Err(format!(
            "pairs {first} and {second} of the list are both [{source}, {target}], and multapses are excluded; \
             legal: each pair once"
        ));
    }
    Ok(Csr { starts, targets, pair: Some(pair) })
}
