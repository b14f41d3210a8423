//! The variables of a network file: `[let]`.

use super::expression::{self, Problem, Variables};
use super::tree::{Node, Table, Values};
use crate::Result;
use crate::units::{Dimension, Quantity, Unit};
use std::collections::{BTreeMap, BTreeSet};

/// Variables that need each the next, at most: it bounds the recursion.
const LONGEST: usize = 64;

const EXPECTED: &str = "a number, a quantity such as \"20 ms\", or an expression such as \"4 * n\"";

/// For each variable those that it is computed from, by name.
pub(super) type Needs = BTreeMap<String, BTreeSet<String>>;

/// The variables of the table `let`, each computed when it, or another that needs it, is first seen; and what each needs for that.
pub(super) fn values(table: Option<Node<'_>>) -> Result<(Values, Needs)> {
    let Some(node) = table else { return Ok(Default::default()) };
    let table = node.table("a table of variables, as g = 5")?;
    let mut nodes: Vec<Node<'_>> = table.all().collect();
    // The tree is sorted by name; complain about what comes first in the text.
    nodes.sort_by_key(|node| node.value.span().start);
    let mut computing = Computing { table: &table, known: Values::new(), needs: Needs::new(), path: Vec::new() };
    for node in nodes {
        legal_name(&node)?;
        computing.value(node.key)?;
    }
    Ok((computing.known, computing.needs))
}

/// Paths of variables and templates that are used, with the variables that these are computed from, and so on.
pub(super) fn with_needed(mut used: BTreeSet<String>, needs: &Needs) -> BTreeSet<String> {
    let mut open: Vec<_> = used.iter().cloned().collect();
    while let Some(path) = open.pop() {
        for name in path.strip_prefix("let.").and_then(|name| needs.get(name)).into_iter().flatten() {
            let path = format!("let.{name}");
            if used.insert(path.clone()) {
                open.push(path);
            }
        }
    }
    used
}

fn legal_name(node: &Node<'_>) -> Result<()> {
    let name = node.key;
    let first = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if !first || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        let legal = "letters A-Z a-z, digits and _, not beginning with a digit";
        return Err(node.error(format!("`{name}` is not the name of a variable; legal: {legal}")));
    }
    if name.len() > 1 && Unit::parse(name).is_ok() {
        return Err(node.error(format!("`{name}` is a unit, so no variable may be called so; legal: any other name")));
    }
    Ok(())
}

struct Computing<'t, 'a> {
    table: &'t Table<'a>,
    known: Values,
    needs: Needs,
    /// The variables that are being computed, each for the one before it.
    path: Vec<String>,
}

impl Variables for Computing<'_, '_> {
    fn value(&mut self, name: &str) -> Result<Option<Quantity>> {
        if let Some(user) = self.path.last() {
            self.needs.entry(user.clone()).or_default().insert(name.to_owned());
        }
        if let Some(value) = self.known.get(name) {
            return Ok(Some(value.clone()));
        }
        let Some(node) = self.table.get(name) else { return Ok(None) };
        let begun = self.path.iter().position(|other| other == name);
        self.path.push(name.to_owned());
        if let Some(first) = begun {
            let circle = self.path[first..].iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" needs ");
            return Err(node.error(format!("the variable `{name}` needs itself: {circle}")));
        }
        if self.path.len() > LONGEST {
            return Err(node.error(format!("more than {LONGEST} variables need each the next")));
        }
        let value = match node.number() {
            Some(number) => Quantity::number(number?),
            None => read(&node, node.str(EXPECTED)?, self)?,
        };
        self.path.pop();
        self.known.insert(name.to_owned(), value.clone());
        Ok(Some(value))
    }

    fn has(&self, name: &str) -> bool {
        self.table.get(name).is_some()
    }

    fn names(&self) -> Vec<String> {
        self.table.all().map(|node| node.key.to_owned()).collect()
    }
}

/// Those that an element may name.
impl Variables for Node<'_> {
    fn value(&mut self, name: &str) -> Result<Option<Quantity>> {
        let value = self.variables().get(name).cloned();
        if value.is_some() {
            self.source.uses("let", name);
        }
        Ok(value)
    }

    fn has(&self, name: &str) -> bool {
        self.variables().contains_key(name)
    }

    fn names(&self) -> Vec<String> {
        self.variables().keys().cloned().collect()
    }
}

/// What a string says, be it a quantity or an expression.
fn read(node: &Node<'_>, text: &str, variables: &mut dyn Variables) -> Result<Quantity> {
    if !expression::mentions(text, |word| variables.has(word)) {
        match Quantity::parse(text) {
            Ok(quantity) => return Ok(quantity),
            // Who computes nothing hears of quantities alone.
            Err(problem) if !expression::is_composed(text) && (variables.names().is_empty() || has_number(text)) => {
                return Err(node.error(format!("`{}`: {problem}", node.key)));
            }
            Err(_) => {}
        }
    }
    expression::evaluate(text, variables).map_err(|problem| match problem {
        Problem::At(at, problem) => node.error_within(place(node, text) + at, format!("`{}`: {problem}", node.key)),
        Problem::Elsewhere(error) => error,
    })
}

/// Where a part of a string of the file begins there.
fn place(node: &Node<'_>, part: &str) -> usize {
    let whole = node.value.get_ref().as_str().unwrap_or_default();
    part.as_ptr().addr().checked_sub(whole.as_ptr().addr()).filter(|at| *at <= whole.len()).unwrap_or(0)
}

fn has_number(text: &str) -> bool {
    text.trim_start().starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | '+' | '-'))
}

/// The quantity of a string of the file.
pub(super) fn quantity(node: &Node<'_>, text: &str) -> Result<Quantity> {
    let mut variables = *node;
    read(node, text, &mut variables)
}

/// Whether a string is the name of a variable.
pub(super) fn is_variable(node: &Node<'_>, text: &str) -> bool {
    node.has(text)
}

/// Whether a string is to be computed: it has variables, or could have; more than one number; or units that leave a number alone.
pub(super) fn is_expression(node: &Node<'_>, text: &str) -> bool {
    let could = !node.variables().is_empty() && !has_number(text);
    let plain = |quantity: Quantity| quantity.dimension() == Dimension::NONE && quantity.unit().symbol() != "1";
    could || mentions(node, text) || expression::is_composed(text) || Quantity::parse(text).is_ok_and(plain)
}

/// Whether a string has variables.
pub(super) fn mentions(node: &Node<'_>, text: &str) -> bool {
    expression::mentions(text, |word| node.has(word))
}
