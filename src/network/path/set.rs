//! What stands at a path, and what is put there.

use super::list::{Change, Given, List, Old, selected};
use super::written::Written;
use crate::nearest::hint;
use crate::network::Network;
use crate::network::check::check_values;
use crate::network::file::{self, Found, Part, head};
use crate::{Error, Result};

/// Where a path leads.
pub(in crate::network) struct Place<'p> {
    /// The element, if it is of one.
    pub element: Option<(List, usize)>,
    /// The keys from there.
    pub keys: &'p str,
}

impl Network {
    /// The value at a path, as a network file would say it.
    ///
    /// # Errors
    /// [`Error::Field`] for a path that the network has not, or at which there is no value.
    ///
    /// ```
    /// use neuropil::network::{Connect, Network, Population, Port};
    /// use neuropil::units::Literal;
    /// let mut net = Network::new(0.1.ms());
    /// let exc = net.add(Population::new("exc", 100, "lif").port("in", Port::delta()));
    /// net.connect(&exc, &exc, "in", Connect::fixed_indegree(10).name("recurrent"), 0.5.mv(), 1.0.ms());
    /// net.set("projection[recurrent].weight", "0.3 mV")?;
    /// net.set("population[exc].params.tau", 15.0.ms())?;
    /// assert_eq!(net.get("projection[0].weight")?.to_string(), "0.3 mV");
    /// # Ok::<(), neuropil::Error>(())
    /// ```
    pub fn get(&self, path: &str) -> Result<Written> {
        let Place { element, keys } = self.place(path)?;
        let field = self.path_of(element, keys);
        let found = match element {
            None => file::find(self, keys, &field),
            Some((List::Populations, index)) => file::find(&self.populations[index], keys, &field),
            Some((List::Projections, index)) => file::find(&self.projections[index], keys, &field),
            Some((List::Stimuli, index)) => file::find(&self.stimuli[index], keys, &field),
            Some((List::Records, index)) => file::find(&self.records[index], keys, &field),
        };
        found?.ok_or_else(|| Error::field(field, "the network says nothing of it", ""))
    }

    /// A path as errors call it, by names: paths that lead to one value are then the same.
    ///
    /// # Errors
    /// [`Error::Field`] for a path that leads to no element.
    ///
    /// ```
    /// use neuropil::network::{Network, Population};
    /// use neuropil::units::Literal;
    /// let mut net = Network::new(0.1.ms());
    /// net.add(Population::new("exc", 100, "lif"));
    /// assert_eq!(net.path("population[0].reset")?, "population[exc].params.reset");
    /// # Ok::<(), neuropil::Error>(())
    /// ```
    pub fn path(&self, path: &str) -> Result<String> {
        let Place { element, keys } = self.place(path)?;
        Ok(self.path_of(element, keys))
    }

    /// Puts a value at a path, as if the network file said so: the same units, checks and errors. Where it fails, the network is what
    /// it was. Files that the value names are relative to the working directory.
    ///
    /// # Errors
    /// [`Error::Field`] for a path that the network cannot have, naming the legal ones; for a value that a network file could not
    /// have there; and what [`Network::check`] says. [`Error::NamedFile`] for a file of `neurons`. What depends on a model, as the
    /// unit of its parameters, is checked when the network is lowered.
    pub fn set(&mut self, path: &str, value: impl Into<Written>) -> Result<()> {
        self.change(path, Given::from(&value.into())).map(drop)
    }

    /// The paths of all values that the network has, and of those that it may have whatever its models are.
    pub fn paths(&self) -> Vec<String> {
        let names = self.names();
        let of = |list, index, keys: Vec<String>| {
            let element = names.path(list, index);
            keys.into_iter().map(move |key| format!("{element}.{key}"))
        };
        let mut paths = file::all(self);
        for (index, it) in self.populations.iter().enumerate() {
            paths.extend(of(List::Populations, index, file::all(it)));
        }
        for (index, it) in self.projections.iter().enumerate() {
            paths.extend(of(List::Projections, index, file::all(it)));
        }
        for (index, it) in self.stimuli.iter().enumerate() {
            paths.extend(of(List::Stimuli, index, file::all(it)));
        }
        for (index, it) in self.records.iter().enumerate() {
            paths.extend(of(List::Records, index, file::all(it)));
        }
        paths
    }

    /// Puts a value at a path.
    pub(in crate::network) fn change(&mut self, path: &str, given: Given<'_>) -> Result<Change> {
        let Place { element, keys } = self.place(path)?;
        let numbered = element.map(|(list, index)| format!("{}[{index}]", list.key()));
        let path = numbered.as_ref().map_or_else(|| keys.to_owned(), |element| format!("{element}.{keys}"));
        let called = match element {
            Some((List::Populations, index)) => Some(format!("population[{}]", self.populations[index].name)),
            _ => numbered,
        };
        let at = (called.as_deref().unwrap_or_default(), keys);
        let (found, old) = self.change_at(element, at, given).map_err(|error| self.with_names(error))?;
        Ok(Change { path, found, old })
    }

    /// The same, at an element that errors call by a number; returns what the value names, and what was there.
    fn change_at(
        &mut self,
        element: Option<(List, usize)>,
        at: (&str, &str),
        given: Given<'_>,
    ) -> Result<(Found, Old)> {
        let Some(it @ (list, index)) = element else {
            let (mut head, found) = file::with(self, at, given)?;
            self.swap_head(&mut head);
            if let Err(error) = self.check_head().and_then(|()| self.check_until()) {
                self.swap_head(&mut head);
                return Err(error);
            }
            return Ok((found, Old::Other));
        };
        match list {
            List::Populations => self
                .put(|net| &mut net.populations[index], it, at, given)
                .map(|(found, old)| (found, Old::Population(Box::new(old)))),
            List::Projections => self
                .put(|net| &mut net.projections[index], it, at, given)
                .map(|(found, old)| (found, Old::Projection(Box::new(old)))),
            List::Stimuli => self
                .put(|net| &mut net.stimuli[index], it, at, given)
                .map(|(found, old)| (found, Old::Stimulus(Box::new(old)))),
            List::Records => {
                self.put(|net| &mut net.records[index], it, at, given).map(|(found, _)| (found, Old::Other))
            }
        }
    }

    /// The same, at an element that is at this place.
    fn put<P: Part>(
        &mut self,
        place: impl Fn(&mut Self) -> &mut P,
        element: (List, usize),
        at: (&str, &str),
        given: Given<'_>,
    ) -> Result<(Found, P)> {
        let (new, found) = file::with(place(self), at, given)?;
        Ok((found, self.exchange(place, new, (element, at.1))?))
    }

    /// Puts an element, whose `keys` are other ones, in its place, unless the network is then wrong; returns the one that was there.
    fn exchange<P: Part>(
        &mut self,
        place: impl Fn(&mut Self) -> &mut P,
        mut part: P,
        ((list, index), keys): ((List, usize), &str),
    ) -> Result<P> {
        std::mem::swap(place(self), &mut part);
        let checked = match (list, keys) {
            // What the others say depends on these.
            (List::Populations, "name" | "size") => self.check_numbered(),
            (List::Populations, keys) if keys.split('.').next() == Some("positions") => self.check_numbered(),
            (_, "name") => self.check_name(list, index, 0..self.len(list)),
            // A long list of pairs need not be looked through for these.
            (List::Projections, "weight" | "delay") => {
                let checked = check_values(&format!("projection[{index}]"), &self.projections[index]);
                checked.and_then(|()| self.check_distances(index))
            }
            _ => self.check_element(list, index),
        };
        if let Err(error) = checked {
            std::mem::swap(place(self), &mut part);
            return Err(error);
        }
        Ok(part)
    }

    fn swap_head(&mut self, other: &mut Self) {
        std::mem::swap(&mut self.dt, &mut other.dt);
        std::mem::swap(&mut self.duration, &mut other.duration);
        std::mem::swap(&mut self.until, &mut other.until);
        std::mem::swap(&mut self.seed, &mut other.seed);
        std::mem::swap(&mut self.wiring_seed, &mut other.wiring_seed);
        std::mem::swap(&mut self.wiring, &mut other.wiring);
    }

    /// Where a path leads.
    pub(in crate::network) fn place<'p>(&self, path: &'p str) -> Result<Place<'p>> {
        let word = &path[..path.find(['[', '.']).unwrap_or(path.len())];
        let Some(list) = List::ALL.into_iter().find(|list| list.key() == word) else {
            if head().contains(&word) {
                if path.starts_with("until.") && self.until.is_none() {
                    return Err(Error::field(path, "the network has no `until`", "until, as rate(exc) > 200 Hz"));
                }
                let whole = word.len() == path.len() || path.starts_with("until.");
                let place = whole.then_some(Place { element: None, keys: path });
                return place.ok_or_else(|| Error::field(path, format!("`{word}` is one value, without keys"), ""));
            }
            let near = hint(word, head().into_iter().chain(List::ALL.map(List::key)));
            let lists = List::ALL.map(|list| format!("{}[…]", list.key())).join(", ");
            let problem = format!("the network has no `{word}`{near}");
            return Err(Error::field(path, problem, format!("{}, {lists}", head().join(", "))));
        };
        let Some((_, selector, rest)) = selected(path) else {
            let problem = format!("it does not say which {word}");
            return Err(Error::field(path, problem, format!("{word}[NAME].KEY, with one of {}", self.listed(list))));
        };
        let index = self.index_of(list, selector, path)?;
        match rest.strip_prefix('.').filter(|keys| !keys.is_empty()) {
            Some(keys) => {
                let keys = if list == List::Populations && keys == "reset" { "params.reset" } else { keys };
                Ok(Place { element: Some((list, index)), keys })
            }
            None => {
                let keys = match list {
                    List::Populations => self.populations[index].keys(),
                    List::Projections => self.projections[index].keys(),
                    List::Stimuli => self.stimuli[index].keys(),
                    List::Records => self.records[index].keys(),
                };
                let legal = keys.map_or_else(String::new, |keys| keys.join(", "));
                Err(Error::field(path, format!("it names a whole {word}, not a key of it"), legal))
            }
        }
    }
}
