//! Connection rules of a network file.

use super::shape::{Argument, Named};
use super::space::{kernel, mask};
use super::tree::Node;
use super::values::{array, numbers};
use crate::Result;
use crate::network::{Array, Connect, Rule};
use crate::units::Unit;

/// The rules; the first key of a table that is none of the flags says which.
pub(crate) const RULES: [Named; 7] = {
    const fn rule(name: &'static str, argument: Argument, meaning: &'static str) -> Named {
        Named { name, argument, meaning }
    }
    [
        rule("all_to_all", Argument::True, "every source with every target"),
        rule("one_to_one", Argument::True, "source i with target i; ends of equal size"),
        rule("pairwise_bernoulli", Argument::Probability, "every pair independently with this probability"),
        rule("fixed_indegree", Argument::Count(u32::MAX as u64), "every target draws this many sources"),
        rule("fixed_outdegree", Argument::Count(u32::MAX as u64), "every source draws this many targets"),
        rule("fixed_total_number", Argument::Count(u64::MAX), "this many pairs are drawn"),
        rule("list", Argument::Pairs, "these pairs of source and target"),
    ]
};

/// What a rule may allow, and allows unless it is told otherwise.
pub(crate) const FLAGS: [(&str, &str); 2] = [
    ("autapses", "may a neuron be connected to itself?"),
    ("multapses", "may two neurons be connected more than once?"),
];

/// What may stand beside a rule.
pub(crate) const BESIDE: [(&str, &str); 3] = [
    ("kernel", "how the probability falls off with [distance](#space)"),
    ("mask", "the [distance](#space) beyond which nobody is connected, or a mask of another shape"),
    ("symmetric", "does each synapse have one in the other direction, of the same weight and delay? default: false"),
];

const EXPECTED: &str = "\"all_to_all\", \"one_to_one\", or a table with one of pairwise_bernoulli, fixed_indegree, \
                        fixed_outdegree, fixed_total_number, list";

/// `"all_to_all"`, `{ pairwise_bernoulli = 0.02, autapses = false }` …; the two named by a string may also be written
/// `{ all_to_all = true, autapses = false }`.
pub(super) fn connect(node: &Node<'_>) -> Result<Connect> {
    if let Some(name) = node.value.get_ref().as_str() {
        let rule = match name {
            "all_to_all" => Rule::AllToAll,
            "one_to_one" => Rule::OneToOne,
            _ => return Err(node.unexpected(EXPECTED)),
        };
        return Ok(rule.into());
    }
    let table = node.table(EXPECTED)?;
    let flags = FLAGS.map(|(flag, _)| flag);
    let beside = BESIDE.map(|(key, _)| key);
    table.only(&RULES.iter().map(|rule| rule.name).chain(flags).chain(beside).collect::<Vec<_>>())?;
    let says_more = |key| flags.contains(&key) || beside.contains(&key);
    let rules: Vec<Node<'_>> = table.all().filter(|node| !says_more(node.key)).collect();
    let [argument] = rules.as_slice() else {
        return Err(node.unexpected(EXPECTED));
    };
    let flag = |key| table.get(key).map_or(Ok(true), |node| node.boolean());
    Ok(Connect {
        rule: rule(argument)?,
        autapses: flag("autapses")?,
        multapses: flag("multapses")?,
        kernel: table.get("kernel").map(|node| kernel(&node)).transpose()?,
        mask: table.get("mask").map(|node| mask(&node)).transpose()?,
        symmetric: table.get("symmetric").map_or(Ok(false), |node| node.boolean())?,
    })
}

fn rule(argument: &Node<'_>) -> Result<Rule> {
    Ok(match argument.key {
        "all_to_all" => given(argument, Rule::AllToAll)?,
        "one_to_one" => given(argument, Rule::OneToOne)?,
        "pairwise_bernoulli" => {
            let probability =
                argument.number_or_expression().unwrap_or_else(|| Err(argument.unexpected("a number from 0 to 1")));
            Rule::PairwiseBernoulli(probability?)
        }
        "fixed_indegree" => Rule::FixedIndegree(argument.whole_u32(0)?),
        "fixed_outdegree" => Rule::FixedOutdegree(argument.whole_u32(0)?),
        "fixed_total_number" => Rule::FixedTotalNumber(argument.whole(0..=u64::MAX)?),
        _ => Rule::List(pairs(argument)?),
    })
}

/// A rule without argument: its value can only be `true`.
fn given(argument: &Node<'_>, rule: Rule) -> Result<Rule> {
    if argument.value.get_ref().as_bool() == Some(true) { Ok(rule) } else { Err(argument.unexpected("true")) }
}

/// `[[0, 1], [1, 2]]` or a table that [`array`] reads.
fn pairs(node: &Node<'_>) -> Result<Array> {
    if node.value.get_ref().is_table() {
        return array(node).map(none_are_pairs);
    }
    let expected = "pairs such as [[0, 1], [1, 2]], or { npy = \"pairs.npy\" }";
    let (values, shape) = if node.array(expected)?.len() == 0 { (Vec::new(), vec![0]) } else { numbers(node)? };
    Ok(none_are_pairs(Array::Inline { values, shape, unit: Unit::ONE }))
}

/// No numbers are no pairs: what is empty does not show that it has two columns.
fn none_are_pairs(array: Array) -> Array {
    match array {
        Array::Inline { values, shape, unit } if shape == [0] => Array::Inline { values, shape: vec![0, 2], unit },
        array => array,
    }
}
