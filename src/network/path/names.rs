//! What the elements of a network are called.

use super::list::{List, selected};
use crate::nearest::hint;
use crate::network::{Network, Projection};
use crate::{Error, Result, Warning};
use std::collections::BTreeMap;

/// How many legal names a message lists.
const LISTED: usize = 40;

impl Network {
    /// The element that a name or a number selects.
    pub(super) fn index_of(&self, list: List, selector: &str, path: &str) -> Result<usize> {
        let selector = selector.replace("->", "→");
        let named: Vec<usize> = (0..self.len(list)).filter(|index| self.has_name(list, *index, &selector)).collect();
        match (named.as_slice(), selector.parse::<usize>()) {
            ([index], _) => Ok(*index),
            ([], Ok(index)) if index < self.len(list) => Ok(index),
            ([], _) => {
                let names = self.names();
                let names: Vec<_> = (0..self.len(list)).map(|index| names.name(list, index)).collect();
                let words = names.iter().map(String::as_str).filter(|name| name.parse::<usize>().is_err());
                let near = hint(&selector, words);
                let problem = format!("there is no {} `{selector}`{near}", list.key());
                Err(Error::field(path, problem, self.listed(list)))
            }
            (several, _) => {
                let problem = format!("{} are called `{selector}`", several.len());
                let legal: Vec<_> = several.iter().map(|index| format!("{}[{index}]", list.key())).collect();
                Err(Error::field(path, problem, legal.join(", ")))
            }
        }
    }

    /// A path, by names.
    pub(super) fn path_of(&self, element: Option<(List, usize)>, keys: &str) -> String {
        match element {
            None => keys.to_owned(),
            Some((list, index)) if keys.is_empty() => self.names().path(list, index),
            Some((list, index)) => format!("{}.{keys}", self.names().path(list, index)),
        }
    }

    /// A path with a number in the place of a name, in these lists.
    pub(in crate::network) fn by_numbers(&self, path: &str, lists: &[List]) -> String {
        let numbered = |(list, selector, rest): (List, &str, &str)| {
            let index = lists.contains(&list).then(|| self.index_of(list, selector, path).ok())??;
            Some(format!("{}[{index}]{rest}", list.key()))
        };
        selected(path).and_then(numbered).unwrap_or_else(|| path.to_owned())
    }

    /// The name that an element was given.
    pub(in crate::network) fn own_name(&self, list: List, index: usize) -> Option<&str> {
        match list {
            List::Populations => self.populations.get(index).map(|population| population.name.as_str()),
            List::Projections => self.projections.get(index)?.name.as_deref(),
            List::Stimuli => self.stimuli.get(index)?.name.as_deref(),
            List::Records => None,
        }
    }

    /// Is this the element's name, its own or that of its ends?
    pub(super) fn has_name(&self, list: List, index: usize, name: &str) -> bool {
        let ends = |projection: &Projection| {
            let rest = name.strip_prefix(projection.pre.population.as_str())?.strip_prefix('→')?;
            Some(rest.strip_prefix(projection.post.population.as_str())?.strip_prefix('.')? == projection.ending())
        };
        match self.own_name(list, index) {
            Some(own) => own == name,
            None => list == List::Projections && ends(&self.projections[index]) == Some(true),
        }
    }

    /// What there is in a list, for messages.
    pub(super) fn listed(&self, list: List) -> String {
        let names = self.names();
        let len = self.len(list);
        let mut listed: Vec<_> = (0..len.min(LISTED)).map(|index| names.name(list, index)).collect();
        if len > LISTED {
            listed.push(format!("… ({len} in all)"));
        }
        if listed.is_empty() { format!("none, the network has no {}", list.key()) } else { listed.join(", ") }
    }

    /// What its elements are called.
    pub(super) fn names(&self) -> Names<'_> {
        let mut carriers = BTreeMap::new();
        for projection in &self.projections {
            *carriers.entry(carried(projection)).or_default() += 1;
        }
        for stimulus in &self.stimuli {
            *carriers.entry(Name::Stimulus(stimulus.name.as_deref())).or_default() += 1;
        }
        Names { network: self, carriers }
    }

    /// What each projection is called.
    pub(crate) fn projection_paths(&self) -> Vec<String> {
        let names = self.names();
        (0..self.projections.len()).map(|index| names.path(List::Projections, index)).collect()
    }

    /// What a projection is called where nothing says that it is one: by its name, or with its number.
    pub(crate) fn projection_name(&self, index: usize) -> String {
        let name = self.names().name(List::Projections, index);
        if name.parse::<usize>().is_ok() { format!("projection{name}") } else { name }
    }

    /// The index of the projection that a field names.
    pub(crate) fn projection_index(&self, field: &str, selector: &str) -> Result<usize> {
        self.index_of(List::Projections, selector, field)
    }

    /// An error, with names in the place of numbers.
    pub(crate) fn with_names(&self, mut error: Error) -> Error {
        if let Error::Field { field: text, .. }
        | Error::NamedFile { field: text, .. }
        | Error::TooLarge { what: text, .. }
        | Error::HostMemory { what: text, .. } = &mut error
        {
            *text = self.names().in_text(text);
        }
        error
    }

    /// Warnings, with names in the place of numbers.
    pub(crate) fn name_warnings(&self, warnings: &mut [Warning]) {
        let names = self.names();
        warnings.iter_mut().for_each(|warning| warning.field = names.in_text(&warning.field));
    }
}

/// A name that an element may carry.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Name<'n> {
    Projection(&'n str),
    Ends(&'n str, &'n str, &'n str),
    Stimulus(Option<&'n str>),
}

fn carried(projection: &Projection) -> Name<'_> {
    let Projection { name, pre, post, .. } = projection;
    name.as_deref().map_or(Name::Ends(&pre.population, &post.population, projection.ending()), Name::Projection)
}

/// What the elements of a network are called: by a name that no other has and a path may have, else by their number.
pub(in crate::network) struct Names<'n> {
    network: &'n Network,
    /// How many carry each name.
    carriers: BTreeMap<Name<'n>, usize>,
}

impl Names<'_> {
    /// Its name, or its number.
    pub fn name(&self, list: List, index: usize) -> String {
        let alone = |name: &Name<'_>| self.carriers.get(name) == Some(&1);
        let name = match list {
            List::Populations => self.network.own_name(list, index).map(str::to_owned),
            List::Projections => self.network.projections.get(index).and_then(|projection| {
                let name = carried(projection);
                match name {
                    Name::Projection(own) if alone(&name) => Some(own.to_owned()),
                    Name::Ends(pre, post, port) if alone(&name) => Some(format!("{pre}→{post}.{port}")),
                    _ => None,
                }
            }),
            List::Stimuli => self
                .network
                .stimuli
                .get(index)
                .and_then(|stimulus| stimulus.name.clone().filter(|name| alone(&Name::Stimulus(Some(name))))),
            List::Records => None,
        };
        let in_path = |name: &String| {
            let legal = |c: char| c.is_ascii_alphanumeric() || "_-→.".contains(c);
            !name.is_empty() && name.chars().all(legal)
        };
        name.filter(in_path).unwrap_or_else(|| index.to_string())
    }

    pub fn path(&self, list: List, index: usize) -> String {
        format!("{}[{}]", list.key(), self.name(list, index))
    }

    /// A text with the name of the first projection or stimulus that it has the number of.
    fn in_text(&self, text: &str) -> String {
        for list in [List::Projections, List::Stimuli] {
            let opening = format!("{}[", list.key());
            let Some((before, rest)) = text.split_once(&opening) else { continue };
            let Some((number, after)) = rest.split_once(']') else { continue };
            if let Ok(index) = number.parse() {
                return format!("{before}{}{after}", self.path(list, index));
            }
        }
        text.to_owned()
    }
}
