//! Asks naga whether a module is right, and says in a line what is not and where.
//!
//! It knows the text and naga only; whose bytes they are is for the caller.

use naga::front::wgsl::{Frontend, ParseError};
use naga::valid::{Capabilities, ValidationError, ValidationFlags, Validator};
use naga::{AddressSpace, Module, ResourceBinding, WithSpan};
use std::error::Error as _;
use std::ops::Range;

/// What naga found.
#[derive(Debug)]
pub(super) struct Finding {
    /// Bytes of the module, the likeliest cause first; may be empty.
    pub spans: Vec<Range<usize>>,
    pub problem: String,
}

/// Parses and validates `text`. Its buffers that have no number are given one, in the order in which they stand.
pub(super) fn check(text: &str, capabilities: Capabilities) -> Result<Module, Finding> {
    let mut module = Frontend::new().parse(text).map_err(|error| from_parser(&error))?;
    number_buffers(&mut module);
    match Validator::new(ValidationFlags::all(), capabilities).validate(&module) {
        Ok(_) => Ok(module),
        Err(error) => Err(from_validator(&error)),
    }
}

fn number_buffers(module: &mut Module) {
    let taken = module.global_variables.iter().filter_map(|(_, variable)| variable.binding).map(|bound| bound.binding);
    let mut next = taken.max().map_or(0, |last| last + 1);
    for (_, variable) in module.global_variables.iter_mut() {
        if matches!(variable.space, AddressSpace::Storage { .. }) && variable.binding.is_none() {
            variable.binding = Some(ResourceBinding { group: 0, binding: next });
            next += 1;
        }
    }
}

fn from_parser(error: &ParseError) -> Finding {
    let mut problem = error.message().to_owned();
    // The first label is the primary one, but a label may have no place at all; a short one only says the same again.
    if let Some((_, label)) = error.labels().find(|(span, _)| span.is_defined())
        && label.split_whitespace().count() > 3
        && !problem.contains(label)
    {
        problem.push_str(&format!(" ({label})"));
    }
    for note in error.notes() {
        problem.push_str(&format!("; {note}"));
    }
    Finding { spans: error.labels().filter_map(|(span, _)| span.to_range()).collect(), problem }
}

fn from_validator(error: &WithSpan<ValidationError>) -> Finding {
    let mut chain = vec![error.as_inner().to_string()];
    let mut source = error.as_inner().source();
    while let Some(inner) = source {
        chain.push(inner.to_string());
        source = inner.source();
    }
    // "Function [1] 'f' is invalid" and the like only lead to the cause, which the place shows better.
    let causes = chain.iter().enumerate().filter(|(at, link)| at + 1 == chain.len() || !link.ends_with(" is invalid"));
    let problem = causes.map(|(_, link)| without_handles(link)).collect::<Vec<_>>().join(": ");
    // From the outermost to the innermost: the last is the cause. But an argument that does not fit is shown where it
    // was declared, far from the call; there the call is the place.
    let mut spans: Vec<_> = error.spans().filter_map(|(span, what)| Some((span.to_range()?, what))).collect();
    spans.reverse();
    spans.sort_by_key(|(_, what)| *what != "invalid function call");
    Finding { spans: spans.into_iter().map(|(span, _)| span).collect(), problem }
}

/// naga's message without the numbers of its arenas, and with types as WGSL writes them.
fn without_handles(message: &str) -> String {
    let mut written = String::new();
    let mut rest = message;
    while let Some(open) = rest.find('[') {
        let Some(close) = rest[open..].find(']').map(|length| open + length) else { break };
        let inside = &rest[open + 1..close];
        if !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_digit()) {
            let optional = rest[..open].ends_with("Some(");
            let before = &rest[..open - if optional { "Some(".len() } else { 0 }];
            written.push_str(before.trim_end());
            rest = &rest[close + 1..];
            rest = if optional { rest.strip_prefix(')').unwrap_or(rest) } else { rest };
        } else {
            written.push_str(&rest[..=close]);
            rest = &rest[close + 1..];
        }
    }
    written.push_str(rest);
    let scalars =
        [("Float", 4, "f32"), ("Float", 8, "f64"), ("Sint", 4, "i32"), ("Uint", 4, "u32"), ("Bool", 1, "bool")];
    for (kind, width, name) in scalars {
        let scalar = format!("Scalar {{ kind: {kind}, width: {width} }}");
        written = written.replace(&format!("Scalar({scalar})"), name).replace(&scalar, name);
    }
    written.replace(" (of type ", " a value (of type ").replace(
        "The `return` expression None does not match the declared return type",
        "Not every way through the function returns a value",
    )
}
