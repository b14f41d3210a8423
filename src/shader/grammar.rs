//! The grammar of a member's comment: `[unit] meaning; default D; range C and C; steps R; one of a, b; equals neuron's a or b`.
//!
//! It checks one comment against itself; what concerns other members is for `reflect`.

use super::docs::Docs;
use super::field::{Bound, Comparison, Field, FieldDefault, FieldKind, Limit, Rounding, Steps};
use super::lexer::is_identifier;
use super::place::Fault;
use crate::units::{Unit, vanishes};
use std::ops::Range;

/// A comment that shows all a member usually needs.
pub(super) const EXAMPLE: &str = "`/// [ms] membrane time constant; default 5; range > 0`";

/// What stands in a unit's place without being one: whole steps, the unit of what a port or a stimulus acts on, and a word
/// that the plan fills in.
const SPECIAL_UNITS: [&str; 4] = ["steps", "port", "target", "word"];
const KEYWORDS: [&str; 5] = ["default", "range", "steps", "one of", "equals neuron's"];

/// A field, and where its comment says what may clash with other fields.
#[derive(Debug)]
pub(super) struct Parsed {
    pub field: Field,
    /// In the file.
    pub default_at: Range<usize>,
    /// In the file.
    pub range_at: Range<usize>,
}

/// Reads the comment `docs` of the member called `name`, which stands at `member` in the file.
pub(super) fn field(name: &str, kind: FieldKind, member: Range<usize>, docs: &Docs) -> Result<Parsed, Fault> {
    let text = docs.text.as_str();
    let fault = |part: Range<usize>, problem: String| Fault::new(docs.in_file(part), problem);
    if text.is_empty() {
        let problem =
            format!("`{name}` has no comment that says what it is; write one above it, for example {EXAMPLE}");
        return Err(Fault::new(member, problem));
    }
    let head_end = text.find(';').unwrap_or(text.len());
    let unit = text[..head_end].strip_prefix('[').and_then(|inside| inside.split_once(']'));
    let Some((unit, meaning)) = unit.map(|(unit, meaning)| (unit.trim(), meaning.trim())) else {
        let problem = format!(
            "the comment of `{name}` does not begin with its unit in brackets, [1] for a pure number; \
             for example {EXAMPLE}"
        );
        return Err(fault(0..head_end, problem));
    };
    if unit.is_empty() {
        return Err(fault(0..2, format!("the unit of `{name}` is empty; write [1] for a pure number")));
    }
    if meaning.is_empty() {
        return Err(fault(
            0..head_end,
            format!("the comment of `{name}` does not say what it is; for example {EXAMPLE}"),
        ));
    }
    if !SPECIAL_UNITS.contains(&unit) {
        let brackets = 0..text.find(']').unwrap_or(head_end) + 1;
        Unit::parse(unit)
            .map_err(|problem| fault(brackets, format!("the unit of `{name}`: {problem}; or steps, to count them")))?;
    }
    let mut field = Field {
        name: name.to_owned(),
        kind,
        unit: unit.to_owned(),
        meaning: meaning.to_owned(),
        default: None,
        range: Vec::new(),
        steps: None,
        choices: Vec::new(),
        of_neuron: Vec::new(),
    };
    let mut clauses = Clauses::default();
    let mut start = head_end + 1;
    while start < text.len() {
        let end = text[start..].find(';').map_or(text.len(), |length| start + length);
        let clause = text[start..end].trim();
        if !clause.is_empty() {
            let first = start + (text[start..end].len() - text[start..end].trim_start().len());
            let part = first..first + clause.len();
            clauses.add(name, clause, part.clone()).map_err(|problem| fault(part, problem))?;
        }
        start = end + 1;
    }
    let (default_at, range_at) = (clauses.at("default"), clauses.at("range"));
    clauses.fill(&mut field).map_err(|(part, problem)| fault(part, problem))?;
    Ok(Parsed { field, default_at: docs.in_file(default_at), range_at: docs.in_file(range_at) })
}

/// The clauses of one comment: keyword, what follows it, where.
#[derive(Debug, Default)]
struct Clauses<'a>(Vec<(&'static str, &'a str, Range<usize>)>);

/// A problem with a part of the comment's text.
type Wrong = (Range<usize>, String);

impl<'a> Clauses<'a> {
    fn add(&mut self, name: &str, clause: &'a str, part: Range<usize>) -> Result<(), String> {
        let keyword = KEYWORDS.into_iter().find_map(|keyword| {
            let rest = clause.strip_prefix(keyword)?;
            (rest.is_empty() || rest.starts_with(char::is_whitespace)).then_some((keyword, rest.trim()))
        });
        let Some((keyword, rest)) = keyword else {
            return Err(format!(
                "`{clause}` of `{name}` is none of the clauses `default`, `range`, `steps`, `one of` and `equals neuron's`; \
                 for example {EXAMPLE}"
            ));
        };
        if self.get(keyword).is_some() {
            return Err(format!("`{name}` has a second clause `{keyword}`; join them into one"));
        }
        self.0.push((keyword, rest, part));
        Ok(())
    }

    fn get(&self, keyword: &str) -> Option<(&'a str, Range<usize>)> {
        self.0.iter().find(|(known, ..)| *known == keyword).map(|(_, rest, part)| (*rest, part.clone()))
    }

    fn at(&self, keyword: &str) -> Range<usize> {
        self.get(keyword).map_or(0..0, |(_, part)| part)
    }

    fn fill(&self, field: &mut Field) -> Result<(), Wrong> {
        let name = field.name.clone();
        if let Some((rest, part)) = self.get("one of") {
            field.choices = choices(rest).ok_or_else(|| {
                let example = "`one of soft, hard; default soft`";
                (
                    part.clone(),
                    format!(
                        "`one of {rest}` of `{name}` is no list of two or more different names; for example {example}"
                    ),
                )
            })?;
            if field.kind != FieldKind::U32 {
                return Err((part, format!("`{name}` chooses one of {rest}, so its type must be u32, not f32")));
            }
        }
        if let Some((rest, part)) = self.get("range") {
            field.range = rest.split(" and ").map(bound).collect::<Option<_>>().ok_or_else(|| {
                let example = "`range > 0`, `range >= 0 and < 1` or `range > v_reset`";
                (
                    part.clone(),
                    format!(
                        "`range {rest}` of `{name}` is no comparison with numbers or parameters; for example {example}"
                    ),
                )
            })?;
            if !field.choices.is_empty() {
                return Err((part, format!("`{name}` is one of {}, so it has no range", field.choices.join(", "))));
            }
        }
        if let Some((rest, part)) = self.get("equals neuron's") {
            field.of_neuron = rest.split(" or ").map(|name| name.trim().to_owned()).collect();
            if !field.of_neuron.iter().all(|name| is_identifier(name)) {
                let example = "`equals neuron's tau_m` or `equals neuron's tau_m or tau`";
                return Err((
                    part,
                    format!("`equals neuron's {rest}` of `{name}` names no parameters; for example {example}"),
                ));
            }
            if field.kind != FieldKind::F32 || !field.range.is_empty() {
                return Err((part, format!("`{name}` equals the neuron's {rest}, so it is an f32 and has no range")));
            }
        }
        if let Some((rest, part)) = self.get("steps") {
            let steps = steps(rest).ok_or_else(|| {
                let example = "`steps ceil`, `steps round` or `steps ceil - 1`";
                (part.clone(), format!("`steps {rest}` of `{name}` says no rounding; for example {example}"))
            })?;
            if field.kind != FieldKind::U32 {
                return Err((part, format!("`{name}` counts steps, so its type must be u32, not f32")));
            }
            // What is divided by dt is in ms.
            if field.unit != "ms" {
                let unit = &field.unit;
                return Err((part, format!("`{name}` becomes steps, so its unit must be [ms], not [{unit}]")));
            }
            if !field.choices.is_empty() {
                return Err((part, format!("`{name}` is one of {}, so it counts no steps", field.choices.join(", "))));
            }
            field.steps = Some(steps);
        }
        if let Some((rest, part)) = self.get("default") {
            field.default = Some(default(field, rest).map_err(|problem| (part, problem))?);
        }
        Ok(())
    }
}

fn default(field: &Field, written: &str) -> Result<FieldDefault, String> {
    let name = &field.name;
    let of = |legal: &str| format!("the default of `{name}` is `{written}`; legal: {legal}");
    if !field.choices.is_empty() {
        let choice = field.choices.iter().position(|choice| choice == written);
        return choice.map(FieldDefault::Choice).ok_or_else(|| of(&field.range_text()));
    }
    let number = number(written).ok_or_else(|| {
        of(&format!("a number in the unit of `{name}`, for example `default 5`, or a name that `one of` lists"))
    })?;
    let whole = field.kind == FieldKind::U32 && field.steps.is_none();
    if whole && !FieldKind::U32.holds(number) {
        return Err(of("a whole number from 0 to 4294967295, for it is a u32"));
    }
    if !FieldKind::F32.holds(number) {
        return Err(of("a number that f32 can hold"));
    }
    let outside = field
        .range
        .iter()
        .any(|bound| matches!(bound.limit, Limit::Number(limit) if !bound.comparison.holds(number, limit)));
    if outside { Err(of(&field.range_text())) } else { Ok(FieldDefault::Number(number)) }
}

fn choices(list: &str) -> Option<Vec<String>> {
    let names: Vec<String> = list.split(',').map(|name| name.trim().to_owned()).collect();
    let different = (1..names.len()).all(|at| !names[..at].contains(&names[at]));
    (names.len() > 1 && different && names.iter().all(|name| is_identifier(name))).then_some(names)
}

fn bound(text: &str) -> Option<Bound> {
    let comparisons =
        [Comparison::GreaterEqual, Comparison::LessEqual, Comparison::Greater, Comparison::Less].into_iter();
    let text = text.trim();
    let (comparison, limit) = comparisons
        .filter_map(|comparison| Some((comparison, text.strip_prefix(&comparison.to_string())?.trim())))
        .next()?;
    let limit = match number(limit) {
        Some(number) => Limit::Number(number),
        None => is_identifier(limit).then(|| Limit::Field(limit.to_owned()))?,
    };
    Some(Bound { comparison, limit })
}

fn steps(text: &str) -> Option<Steps> {
    let word_end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    let rounding = match &text[..word_end] {
        "ceil" => Rounding::Ceil,
        "round" => Rounding::Round,
        "floor" => Rounding::Floor,
        _ => return None,
    };
    let offset: String = text[word_end..].split_whitespace().collect();
    let offset = match offset.strip_prefix(['+', '-']) {
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => offset.parse().ok()?,
        None if offset.is_empty() => 0,
        _ => return None,
    };
    Some(Steps { rounding, offset })
}

/// A finite number, 0 only where 0 is written; unlike Rust's own grammar, this one has no `inf` and `nan`.
fn number(text: &str) -> Option<f64> {
    let numeric = text.trim_start_matches(['+', '-']).starts_with(|c: char| c.is_ascii_digit() || c == '.');
    text.parse().ok().filter(|number: &f64| numeric && number.is_finite() && !vanishes(text, *number))
}
