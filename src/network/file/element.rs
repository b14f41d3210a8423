//! Elements of a network that a host describes key by key, read as those of a file are: with the same units, checks and complaints.

use super::Part;
use super::expand::{ELEMENTS, each, filled};
use super::part::of_field;
use super::tree::{Node, Source};
use crate::network::{Supplied, Written};
use crate::{Error, Result};
use std::path::PathBuf;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The elements that a table of these keys makes: one, or one for each name where a key has a list of names. `path` is what errors call
/// the table.
pub(in crate::network) fn elements<P: Part>(
    keys: &[(String, Written)],
    path: &str,
    supplied: Supplied,
) -> Result<Vec<P>> {
    // Each value is a text of its own, so that the place of a complaint says whose it is; the last one is that of the table.
    let names: Vec<_> = (0..=keys.len()).map(|index| PathBuf::from(index.to_string())).collect();
    let texts = keys.iter().map(|(_, value)| value.text()).chain([""]);
    let source = Source::of(names.iter().map(PathBuf::as_path).zip(texts)).with(supplied);
    let field = |key: &str| format!("{path}.{key}");
    let mut element = source.value_of(keys.len(), DeValue::Table(DeTable::new()));
    for (index, (key, value)) in keys.iter().enumerate() {
        let value = source.value_of(index, value.read(&field(key))?);
        let at = value.span().start;
        if let DeValue::Table(table) = element.get_mut() {
            table.insert(Spanned::new(at..at, key.as_str().into()), value);
        }
    }
    read(&source, element, path).map_err(|error| match &error {
        Error::Syntax { location, .. } => match names.iter().zip(keys).find(|(name, _)| **name == location.file) {
            Some((_, (key, _))) => of_field(error, key, &field(key)),
            None => of_field(error, "", path),
        },
        _ => of_field(error, "", path),
    })
}

fn read<'a, P: Part>(source: &Source<'a>, element: Spanned<DeValue<'a>>, path: &str) -> Result<Vec<P>> {
    let key = P::TABLE.unwrap_or_default();
    let lists = ELEMENTS.iter().find(|(element, _)| *element == key).map_or(&[][..], |(_, lists)| *lists);
    let all = each(source, filled(source, key, element, None)?, lists)?;
    let of = |value| P::read(&Node { source, key, value }.table("a table")?, path);
    all.iter().map(of).collect()
}
