//! What is short in a network's texts, written out: included files, templates, and lists of names that stand for several elements.
//!
//! It goes from trees to one tree, whose elements keep the places where they were written; who reads it, or looks for a place in
//! it, knows nothing of all this.

use super::tree::{Node, Source};
use crate::Result;
use crate::nearest;
use toml::Spanned;
use toml::de::{DeArray, DeString, DeTable, DeValue};

/// The arrays of tables, with the keys of their elements that may have a list of names, of which each then makes an element.
pub(super) const ELEMENTS: [(&str, &[&str]); 4] =
    [("population", &[]), ("projection", &["pre", "post"]), ("stimulus", &["target"]), ("record", &["population"])];

/// The tables whose elements come together from all texts.
const NAMED: [&str; 2] = ["let", "template"];

/// The tables of an element that are filled up from a template, one by one.
const FILLED: [&str; 3] = ["params", "init", "ports"];

/// The tree of all texts of a network, written out.
pub(super) fn expanded<'a>(source: &Source<'a>) -> Result<DeTable<'a>> {
    let mut tree = source.trees()?.into_iter().fold(DeTable::new(), joined);
    let templates = take(&mut tree, "template");
    let of_templates = templates.iter().filter_map(|(_, templates)| templates.get_ref().as_table()).flatten();
    let likes = of_templates.filter_map(|(_, template)| template.get_ref().get("like")?.get_ref().as_str());
    likes.for_each(|name| source.uses("template", name));
    for (key, lists) in ELEMENTS {
        let Some(DeValue::Array(array)) = tree.get_mut(key).map(Spanned::get_mut) else { continue };
        let mut all = Vec::new();
        for element in std::mem::replace(array, DeArray::new()) {
            let element = filled(source, key, element, templates.as_ref().map(|(_, templates)| templates))?;
            all.extend(each(source, element, lists)?);
        }
        *array = all.into_iter().collect();
    }
    // Whoever reads the tree sees which there are.
    tree.extend(templates);
    Ok(tree)
}

fn take<'a>(tree: &mut DeTable<'a>, key: &str) -> Option<(Spanned<DeString<'a>>, Spanned<DeValue<'a>>)> {
    tree.remove_entry(key)
}

/// Two texts as one: elements of the first come first; of what both say once, what the second says holds.
fn joined<'a>(mut first: DeTable<'a>, second: DeTable<'a>) -> DeTable<'a> {
    for (key, mut value) in second {
        let name = key.get_ref().as_ref();
        if name == "include" {
            continue;
        }
        if let Some((_, before)) = take(&mut first, name) {
            let span = value.span();
            value = match (before.into_inner(), value.into_inner()) {
                (DeValue::Array(mut before), DeValue::Array(after)) if ELEMENTS.iter().any(|(key, _)| *key == name) => {
                    after.into_iter().for_each(|element| before.push(element));
                    Spanned::new(span, DeValue::Array(before))
                }
                (DeValue::Table(before), DeValue::Table(after)) if NAMED.contains(&name) => {
                    Spanned::new(span, DeValue::Table(over(before, after)))
                }
                (_, after) => Spanned::new(span, after),
            };
        }
        first.insert(key, value);
    }
    first
}

/// A table with the elements of another one over its own.
fn over<'a>(mut below: DeTable<'a>, above: DeTable<'a>) -> DeTable<'a> {
    for (key, value) in above {
        below.remove(key.get_ref().as_ref());
        below.insert(key, value);
    }
    below
}

/// An element with what its template, and that one's, has and it has not.
pub(super) fn filled<'a>(
    source: &Source<'a>,
    key: &str,
    element: Spanned<DeValue<'a>>,
    templates: Option<&Spanned<DeValue<'a>>>,
) -> Result<Spanned<DeValue<'a>>> {
    let span = element.span();
    let mut table = match element.into_inner() {
        DeValue::Table(table) => table,
        other => return Ok(Spanned::new(span, other)),
    };
    let mut path: Vec<String> = Vec::new();
    while let Some((like, value)) = take(&mut table, "like") {
        let node = Node { source, key: like.get_ref(), value: &value };
        let name = node.str("the name of a template")?;
        let begun = path.iter().position(|other| other == name);
        path.push(name.to_owned());
        source.uses("template", name);
        if let Some(first) = begun {
            let circle = path[first..].iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" is like ");
            return Err(node.error(format!("a template is like itself: {circle}")));
        }
        let known = templates.and_then(|templates| templates.get_ref().as_table());
        let names = || known.into_iter().flat_map(DeTable::keys).map(|key| key.get_ref().as_ref());
        let Some(template) = known.and_then(|known| known.get(name)) else {
            let legal = names().collect::<Vec<_>>().join(", ");
            let legal = if legal.is_empty() { "the file has none, as [template.cell]".to_owned() } else { legal };
            let hint = nearest::hint(name, names());
            return Err(node.error(format!("there is no template `{name}`{hint}; legal: {legal}")));
        };
        let node = Node { source, key: name, value: template };
        let expected = format!("a table with keys of a {key}");
        node.table(&expected)?;
        if let DeValue::Table(template) = template.get_ref().clone() {
            table = under(template, table);
        }
    }
    Ok(Spanned::new(span, DeValue::Table(table)))
}

/// A template's keys with those of an element over them; of some tables each element by itself.
fn under<'a>(mut template: DeTable<'a>, element: DeTable<'a>) -> DeTable<'a> {
    for (key, value) in element {
        let name = key.get_ref().as_ref();
        let span = value.span();
        let value = match (take(&mut template, name), value.into_inner()) {
            (Some((_, below)), DeValue::Table(above)) if FILLED.contains(&name) && below.get_ref().is_table() => {
                let DeValue::Table(below) = below.into_inner() else { continue };
                DeValue::Table(over(below, above))
            }
            (_, value) => value,
        };
        template.insert(key, Spanned::new(span, value));
    }
    template
}

/// An element for each name of a list, and for each pair where there are two.
pub(super) fn each<'a>(
    source: &Source<'a>,
    element: Spanned<DeValue<'a>>,
    lists: &[&str],
) -> Result<Vec<Spanned<DeValue<'a>>>> {
    let is_list = |list: &&str| element.get_ref().get(*list).is_some_and(|names| names.get_ref().is_array());
    if !lists.iter().any(is_list) {
        return Ok(vec![element]);
    }
    let mut all = vec![element.clone()];
    for list in lists {
        let mut next = Vec::new();
        for element in &all {
            let names = element.get_ref().as_table().and_then(|table| table.get_key_value(*list));
            let Some((key, names)) = names.filter(|(_, names)| names.get_ref().is_array()) else {
                next.push(element.clone());
                continue;
            };
            let node = Node { source, key: key.get_ref(), value: names };
            let expected = "a name, or an array of names";
            node.array(expected)?.try_for_each(|name| name.str(expected).map(drop))?;
            for name in names.get_ref().as_array().into_iter().flat_map(|names| names.iter()) {
                let mut element = element.clone();
                if let DeValue::Table(table) = element.get_mut() {
                    table.insert(key.clone(), name.clone());
                }
                next.push(element);
            }
            if next.is_empty() {
                return Err(node.error(format!("`{}` must be {expected}, found an empty array", node.key)));
            }
        }
        all = next;
    }
    let name = element.get_ref().as_table().and_then(|table| table.get_key_value("name"));
    if let (Some((key, value)), 2..) = (name, all.len()) {
        let (lists, several) = (lists.join("` and `"), all.len());
        let problem = format!(
            "`name` would be that of {several} elements, which the lists of `{lists}` make; legal: no name here"
        );
        return Err(Node { source, key: key.get_ref(), value }.error(problem));
    }
    Ok(all)
}
