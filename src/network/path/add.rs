//! Elements that are added to a network, as its file would describe them.

use super::list::List;
use super::written::Written;
use crate::nearest::hint;
use crate::network::file::{Part, elements};
use crate::network::{Network, Supplied};
use crate::{Error, Result};
use std::ops::Range;

impl Network {
    /// Adds an element, as if its network file had a table of these keys behind the others: the same words, units, checks and errors.
    /// `list` is `population`, `projection`, `stimulus` or `record`. Where a key has a list of names (`pre`, `post`, `target`,
    /// `population`), each makes an element. Returns the numbers of those that were added. What they name must be there before.
    ///
    /// `supplied` has arrays and models that values name as they would name files; other files are relative to the working directory.
    ///
    /// # Errors
    /// [`Error::Field`] for a key that such an element has not, or lacks; for a value that a network file could not have there; and
    /// what [`Network::check`] says of the element. [`Error::NamedFile`] for a file of `neurons`. The network is then what it was. What
    /// depends on a model, as the unit of its parameters, is checked when the network is lowered.
    ///
    /// ```
    /// use neuropil::network::{Network, Supplied};
    /// use neuropil::units::Literal;
    /// let mut net = Network::new(0.1.ms());
    /// let mut supplied = Supplied::new();
    /// supplied.array("drawn elsewhere", vec![-60.0, -55.0, -50.0], &[3])?;
    /// let init = r#"{ v = { npy = "drawn elsewhere", unit = "mV" } }"#;
    /// net.add_element("population", [("name", "exc"), ("size", "3"), ("model", "lif"), ("init", init)], supplied)?;
    /// net.add_element("stimulus", [("kind", "current"), ("target", "exc"), ("value", "2 mA")], Supplied::new())?;
    /// assert_eq!((net.populations[0].size, net.stimuli.len()), (3, 1));
    /// # Ok::<(), neuropil::Error>(())
    /// ```
    pub fn add_element<K: Into<String>, V: Into<Written>>(
        &mut self,
        list: &str,
        keys: impl IntoIterator<Item = (K, V)>,
        supplied: Supplied,
    ) -> Result<Range<usize>> {
        let Some(list) = List::ALL.into_iter().find(|known| known.key() == list) else {
            let legal = List::ALL.map(List::key);
            let problem = format!("the network has no `{list}`{}", hint(list, legal));
            return Err(Error::field(list, problem, legal.join(", ")));
        };
        let keys: Vec<_> = keys.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
        match list {
            List::Populations => self.add_to(list, |net| &mut net.populations, &keys, supplied),
            List::Projections => self.add_to(list, |net| &mut net.projections, &keys, supplied),
            List::Stimuli => self.add_to(list, |net| &mut net.stimuli, &keys, supplied),
            List::Records => self.add_to(list, |net| &mut net.records, &keys, supplied),
        }
    }

    fn add_to<P: Part>(
        &mut self,
        list: List,
        all: impl Fn(&mut Self) -> &mut Vec<P>,
        keys: &[(String, Written)],
        supplied: Supplied,
    ) -> Result<Range<usize>> {
        let first = self.len(list);
        // Populations have names where others have numbers, also in errors.
        let named = keys.iter().find(|(key, _)| key == "name" && list == List::Populations);
        let name = named.and_then(|(_, value)| Some(value.read("name").ok()?.as_str()?.to_owned()));
        let called = name.unwrap_or_else(|| first.to_string());
        let new: Vec<P> = elements(keys, &format!("{}[{called}]", list.key()), supplied)?;
        all(self).extend(new);
        let added = first..self.len(list);
        let check = |index: usize| {
            self.check_name(list, index, 0..index)?;
            self.check_element(list, index)
        };
        if let Err(error) = added.clone().try_for_each(check) {
            let error = self.with_names(error);
            all(self).truncate(first);
            return Err(error);
        }
        Ok(added)
    }
}
