//! Reads a fragment: is it right, and what does it declare? The fragment's file is the only source of both.

use super::Fragment;
use super::compose::Composer;
use super::contract::{Case, Contract};
use super::docs::{Docs, head};
use super::field::{Field, FieldDefault, FieldKind, Limit};
use super::grammar::{EXAMPLE, Parsed, field};
use super::items::{Items, Member};
use super::place::Fault;
use crate::Result;
use naga::valid::Capabilities;

/// What a fragment declares.
#[derive(Debug, Clone, PartialEq)]
pub struct Reflection {
    /// The fragment's name.
    pub name: String,
    /// The comment of `struct Params`, else of `struct State`, else of the first of the contract's functions that is
    /// there, else the `//!` comments.
    pub doc: String,
    /// The `//` lines that the file begins with, as they stand there: the built-ins' have the equation, the step's
    /// integrator, reset and source. What they fence is not in it.
    pub head: String,
    /// What those lines fence between three backticks: how a network file writes a model whose keys are not its parameters.
    pub example: String,
    /// The members of `struct Params` in order; none where there is no such struct.
    pub params: Vec<Field>,
    /// The members of `struct State` in order; none where there is no such struct.
    pub state: Vec<Field>,
    /// The members of `struct Derived` in order; none where there is no such struct.
    pub derived: Vec<Field>,
    /// The parameters, by number, from which those follow.
    pub derived_from: Vec<usize>,
    /// The unit of what arrives, of a kind that has one: of the g of an output, and so of its port's weights.
    pub unit: Option<String>,
    /// The suffixes of the contract's functions that are there, in the contract's order.
    pub functions: Vec<String>,
}

/// Checks a fragment against its contract and with naga, and reads its members' comments.
///
/// # Errors
/// [`crate::Error::Shader`] in the fragment's file for the first thing wrong with it.
pub fn reflect(fragment: &Fragment, contract: &Contract) -> Result<Reflection> {
    let in_file = |fault: Fault| fault.in_file(&fragment.path, &fragment.text);
    let items = Items::of(&fragment.text);
    let case = Case { fragment, contract, items: &items };
    case.forbidden().map_err(in_file)?;
    let declared = || {
        case.kept()?;
        let (params, state) = (case.fields("Params")?, case.fields("State")?);
        params.iter().chain(&state).try_for_each(|parsed| agrees(parsed, &params))?;
        Ok((params, state, case.computed("Derived")?, case.unit()?))
    };
    // Where the text is not well-formed naga knows better what is wrong, so it comes first.
    let early = items.complete.then(declared).transpose().map_err(in_file)?;
    // The fragment precedes the library, so that the library is never blamed for what the fragment declares.
    let mut composer = Composer::new().unrenamed(fragment);
    for (path, text) in contract.prelude {
        composer = composer.plain(*path, *text);
    }
    composer.finish().validate(Capabilities::all())?;
    let (params, state, derived, unit) = early.map_or_else(declared, Ok).map_err(in_file)?;
    let names: Vec<_> = params.iter().map(|parsed| parsed.field.name.as_str()).collect();
    let derived_from = case.derived_from(&names);
    let unparsed = |parsed: Vec<Parsed>| parsed.into_iter().map(|one| one.field).collect();
    let (head, example) = head(&fragment.text);
    Ok(Reflection {
        name: fragment.name.clone(),
        doc: documentation(fragment, contract, &items),
        head,
        example,
        params: unparsed(params),
        state: unparsed(state),
        derived: unparsed(derived),
        derived_from,
        unit,
        functions: case.present(),
    })
}

fn documentation(fragment: &Fragment, contract: &Contract, items: &Items) -> String {
    let functions = contract.signatures.iter().map(|signature| format!("{}_{}", fragment.name, signature.suffix));
    let functions: Vec<_> = functions.collect();
    let named = ["Params", "State"].into_iter().chain(functions.iter().map(String::as_str));
    let ranges = named.filter_map(|name| items.items.iter().find(|item| item.is_called(name))).map(|item| &item.docs);
    let ranges = ranges.chain([&items.module_docs]).find(|ranges| !ranges.is_empty());
    let text = ranges.map(|ranges| Docs::of(&fragment.text, ranges).text).unwrap_or_default();
    // The comment of a function may begin with a unit.
    let without = text.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(_, rest)| rest.trim().to_owned());
    without.unwrap_or(text)
}

impl Case<'_> {
    fn fields(&self, structure: &str) -> Result<Vec<Parsed>, Fault> {
        let members = self.items.structure(structure).unwrap_or_default();
        members.iter().map(|member| self.field(structure, member)).collect()
    }

    /// The members of a structure of which nobody gives a value: unit and meaning are all that their comments say.
    fn computed(&self, structure: &str) -> Result<Vec<Parsed>, Fault> {
        let fields = self.fields(structure)?;
        let Some(told) = fields.iter().find(|parsed| parsed.field.is_told()) else { return Ok(fields) };
        let members = self.items.structure(structure).unwrap_or_default().iter().map(|member| &member.name);
        let name = members.filter(|name| name.text == told.field.name).map(|name| name.range.clone()).next();
        let problem = format!(
            "`{}` of `{structure}` is computed, so its comment says its unit and what it is, and nothing else; \
             for example `/// [1] dt/tau`",
            told.field.name
        );
        Err(Fault::new(name.unwrap_or(0..0), problem))
    }

    fn field(&self, structure: &str, member: &Member) -> Result<Parsed, Fault> {
        let name = &member.name;
        if let Some(attribute) = member.attributes.first() {
            let problem =
                format!("`{}` of `{structure}` has the attribute `@{}`; members have none", name.text, attribute.text);
            return Err(Fault::new(attribute.range.clone(), problem));
        }
        let kind = match self.meant(&member.type_text) {
            "f32" => FieldKind::F32,
            "u32" => FieldKind::U32,
            _ => {
                let problem =
                    format!("`{}` of `{structure}` is of type {}; legal: f32, u32", name.text, member.type_text);
                return Err(Fault::new(name.range.clone(), problem));
            }
        };
        field(&name.text, kind, name.range.clone(), &Docs::of(&self.fragment.text, &member.docs))
    }
}

/// Checks what a field's comment says of parameters.
fn agrees(parsed: &Parsed, params: &[Parsed]) -> Result<(), Fault> {
    let Field { name, default, range, .. } = &parsed.field;
    for bound in range {
        let Limit::Field(limit) = &bound.limit else { continue };
        let others =
            || params.iter().map(|other| &other.field).filter(|other| &other.name != name && other.choices.is_empty());
        let Some(other) = others().find(|other| &other.name == limit) else {
            let legal: Vec<&str> = others().map(|other| other.name.as_str()).collect();
            let legal =
                if legal.is_empty() { "a number".to_owned() } else { format!("a number, {}", legal.join(", ")) };
            let problem = format!(
                "the range of `{name}` names `{limit}`, which is no other parameter; legal: {legal}; \
                 for example {EXAMPLE}"
            );
            return Err(Fault::new(parsed.range_at.clone(), problem));
        };
        if let (Some(FieldDefault::Number(value)), Some(FieldDefault::Number(limit_value))) = (default, other.default)
            && !bound.comparison.holds(*value, limit_value)
        {
            let problem = format!("the default of `{name}` is {value}; legal: {bound}, whose default is {limit_value}");
            return Err(Fault::new(parsed.default_at.clone(), problem));
        }
    }
    Ok(())
}
