//! Network files: TOML text into a [`Network`], with every complaint at its line.
//!
//! A file's tree is read by hand rather than through derived deserialisers, so that each complaint can name the place,
//! what is there and what would be legal. No model is known here: names of models, parameters and ports pass through.

mod bulk;
mod computed;
mod connect;
mod element;
mod expand;
mod expression;
mod include;
mod indices;
mod keys;
mod locate;
mod part;
mod save;
mod schema;
mod shape;
mod space;
mod stimulus;
mod tree;
mod until;
mod values;
mod variables;
mod write;

#[cfg(test)]
pub(crate) mod tests;

pub(crate) use connect::{BESIDE, FLAGS, RULES};
pub(super) use element::elements;
pub(crate) use keys::Said;
pub(super) use part::{Part, all, find, with};
pub(super) use schema::head;
pub(crate) use schema::projection::ENDS as ENDS_OF_PROJECTIONS;
pub(crate) use schema::tables;
pub(crate) use shape::{Argument, Named, Shape};
pub(crate) use space::{KERNELS, LAYOUTS, MASKS, SPACE};
pub(super) use tree::{Found, Values};
pub(crate) use values::{FORMS, OFFSET, UNIT};
pub(super) use write::string;

use super::path::{Change, Given, List};
use super::{Network, Setting, Written};
use crate::nearest::hint;
use crate::{Error, Result, Warning};
use expand::expanded;
use std::path::{Path, PathBuf};
use tree::{Node, Source, Table};
use variables::{Needs, with_needed};

/// A network with the file it came from, so that later errors still find their line.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkFile {
    /// What the file says. Paths in it are relative to the working directory, no longer to the file.
    pub network: Network,
    /// The file, as the user named it.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// The files that it refers to: those that it includes, arrays and models. They are read when the network is lowered, but for
    /// the first and for lists of neurons, which are read with this file.
    pub files: Vec<PathBuf>,
    /// The values that were put in the place of what it says, in order.
    pub set: Vec<Setting>,
    /// Their paths, by numbers.
    set_at: Vec<String>,
    /// The files that it includes, with their texts.
    included: Vec<(PathBuf, String)>,
    /// A text with the variables that have other values than it says.
    variables: String,
    /// The variables.
    values: Values,
    /// For each the others that it is computed from.
    needs: Needs,
    /// The paths of the variables and templates of its own that nothing uses.
    idle: Vec<String>,
}

impl NetworkFile {
    /// Reads and checks a network file.
    ///
    /// # Errors
    /// [`Error::File`] if it cannot be read; otherwise those of [`NetworkFile::parse`].
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        Self::parse(&text_of(path)?, path)
    }

    /// Reads the text of a network file that is, or could be, at `path`, and checks it as [`Network::check`] does.
    ///
    /// # Errors
    /// [`Error::Syntax`] for text that is not TOML, and for any key, type or value that a network file may not have;
    /// [`Error::NamedFile`] for a file that is included or has `neurons`, and cannot be read or holds something else;
    /// [`Error::Field`] with its location for what contradicts the rest of the network.
    pub fn parse(text: &str, path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        Self::of(path, text, include::texts(path, text)?, String::new())
    }

    /// Reads texts, with other values of variables.
    fn of(path: &Path, text: &str, included: Vec<(PathBuf, String)>, variables: String) -> Result<Self> {
        let source = source((path, text), &included, &variables);
        let tree = expanded(&source)?;
        let root = Table::root(&source, &tree);
        let (values, needs) = variables::values(root.get("let"))?;
        source.knows(values.clone());
        let network = schema::network(&root)?;
        let own = own_names(&root, &included);
        let Found { files, used } = source.found();
        let used = with_needed(used, &needs);
        let idle = own.into_iter().filter(|path| !used.contains(path)).collect();
        let files = included.iter().map(|(path, _)| path.clone()).chain(files).collect();
        let (path, text) = (path.to_owned(), text.to_owned());
        let (set, set_at) = (Vec::new(), Vec::new());
        let file = Self { network, path, text, files, set, set_at, included, variables, values, needs, idle };
        file.network.check().map_err(|error| file.locate(error))?;
        Ok(file)
    }

    /// Puts a value at a path, as [`Network::set`] does; a file that it names is relative to this file, as any that the text names.
    /// It may name variables of the file. At `let.g` it becomes that of the variable `g`, and all that is computed from it follows, be it
    /// by the file or by what was put elsewhere before; what else was put stays.
    ///
    /// # Errors
    /// Those of [`Network::set`], and of [`NetworkFile::parse`] for what a variable makes of the file. Then the file is what it was.
    pub fn set(&mut self, path: &str, value: impl Into<Written>) -> Result<()> {
        let value = value.into();
        if path == "let" {
            return Err(Error::field(path, "it does not say which variable", self.variable_paths()));
        }
        if let Some(name) = path.strip_prefix("let.") {
            let mut again = self.with_variable(name, &value)?;
            for Setting { path, value } in self.set.iter().filter(|setting| !setting.path.starts_with("let.")) {
                again.put(path, value.clone())?;
            }
            let mut set = std::mem::take(&mut self.set);
            set.push(Setting { path: path.to_owned(), value });
            *self = Self { set, ..again };
            return Ok(());
        }
        self.put(path, value)
    }

    /// The file with another value of a variable, and nothing else that was set.
    fn with_variable(&self, name: &str, value: &Written) -> Result<Self> {
        let field = format!("let.{name}");
        if !self.values.contains_key(name) {
            let problem =
                format!("there is no variable `{name}`{}", hint(name, self.values.keys().map(String::as_str)));
            return Err(Error::field(field, problem, self.variable_paths()));
        }
        // What is set later counts.
        let kept = self.variables.lines().filter(|line| !line.starts_with(&format!("{field} = ")));
        let mut variables: String = kept.flat_map(|line| [line, "\n"]).collect();
        variables.push_str(&format!("{field} = {}\n", value.in_toml(&field)?));
        Self::of(&self.path, &self.text, self.included.clone(), variables).map_err(|error| match error {
            Error::Syntax { location, problem, .. } if location.file == Path::new(VARIABLES) => {
                let problem = problem.strip_prefix(&format!("`{name}`: ")).unwrap_or(&problem);
                Error::field(field, problem, "")
            }
            error => error,
        })
    }

    /// The paths of all variables, for messages.
    fn variable_paths(&self) -> String {
        let paths: Vec<_> = self.values.keys().map(|name| format!("let.{name}")).collect();
        if paths.is_empty() { "none, the file has no `let`".to_owned() } else { paths.join(", ") }
    }

    /// An error of a path, which may be that of a variable, too.
    fn or_variable(&self, path: &str, error: Error) -> Error {
        let word = &path[..path.find(['[', '.']).unwrap_or(path.len())];
        let known = head().contains(&word) || List::ALL.into_iter().any(|list| list.key() == word);
        match error {
            Error::Field { field, problem, legal, location: None } if !known && !self.values.is_empty() => {
                let meant = self.values.contains_key(word);
                let problem =
                    if meant { format!("the network has no `{word}` (did you mean `let.{word}`?)") } else { problem };
                Error::field(field, problem, format!("{legal}, {}", self.variable_paths()))
            }
            error => error,
        }
    }

    fn put(&mut self, path: &str, value: Written) -> Result<()> {
        let given = Given { value: &value, base: &self.path, variables: &self.values };
        let changed = self.network.change(path, given);
        let Change { path: at, found: Found { files, used }, .. } =
            changed.map_err(|error| self.or_variable(path, error))?;
        let new = files.into_iter().filter(|file| !self.files.contains(file)).collect::<Vec<_>>();
        self.files.extend(new);
        let used = with_needed(used, &self.needs);
        self.idle.retain(|path| !used.contains(path));
        self.set.push(Setting { path: path.to_owned(), value });
        self.set_at.push(at);
        Ok(())
    }

    /// What is legal, but suspicious: variables and templates that nothing uses. Those of a file that it includes may be of use to others.
    pub fn warnings(&self) -> Vec<Warning> {
        let of = |path: &String| {
            let (problem, hint) = match path.split_once('.') {
                Some(("let", name)) if self.needs.values().any(|needed| needed.contains(name)) => (
                    "only variables that nothing uses are computed from it",
                    "leave it out, or name it where it is meant",
                ),
                Some(("let", _)) => ("no value is computed from it", "leave it out, or name it where it is meant"),
                _ => ("nothing is `like` it", "leave it out, or name it at `like`"),
            };
            Warning::new(path, problem, hint)
        };
        self.idle.iter().map(of).collect()
    }

    /// Adds the place in this file to an [`Error::Field`] or [`Error::NamedFile`] that has none. Other errors pass unchanged.
    ///
    /// The place is that of the deepest element on the field's path that the file has: a missing key is reported where
    /// its table begins. What was put in the place of a value of the file has none.
    pub fn locate(&self, mut error: Error) -> Error {
        if let Error::Field { field, location: location @ None, .. }
        | Error::NamedFile { field, location: location @ None, .. } = &mut error
        {
            let at = self.network.by_numbers(field, &List::ALL);
            // Either may be a part of the other.
            let within = |one: &str, other: &str| {
                one.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            };
            if self.set_at.iter().any(|set| within(set, &at) || within(&at, set)) {
                return error;
            }
            // Populations are found by their names, and may be called by numbers.
            let field = self.network.by_numbers(field, &[List::Projections, List::Stimuli]);
            let source = source((&self.path, &self.text), &self.included, &self.variables);
            *location = expanded(&source).ok().map(|tree| source.location(locate::offset(&tree, &field)));
        }
        error
    }
}

/// The paths of variables and templates, but for those of the files that it includes.
fn own_names(root: &Table<'_>, included: &[(PathBuf, String)]) -> Vec<String> {
    let of = |list: &'static str| {
        let table = root.get(list).and_then(|node| node.table("a table").ok());
        let own = |node: &Node<'_>| {
            let place = root.source.text(node.value.span().start);
            included.iter().all(|(path, _)| path != place.path)
        };
        table.into_iter().flat_map(|table| table.all()).filter(own).map(move |node| format!("{list}.{}", node.key))
    };
    ["let", "template"].into_iter().flat_map(of).collect()
}

/// The text of a file.
fn text_of(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path).map_err(|source| Error::File { action: "read", path: path.to_owned(), source })?;
    String::from_utf8(bytes).map_err(|error| {
        let end = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(error.as_bytes());
        Source::new(path, &text).error(end, "is not UTF-8 text")
    })
}

/// What the text of variables that have other values is called in its places, which no user sees.
const VARIABLES: &str = "let";

/// A file's text behind those that it includes, and before one with other values of variables.
fn source<'a>((path, text): (&'a Path, &'a str), included: &'a [(PathBuf, String)], variables: &'a str) -> Source<'a> {
    let included = included.iter().map(|(path, text)| (path.as_path(), text.as_str()));
    Source::of(included.chain([(path, text), (Path::new(VARIABLES), variables)]))
}

/// The tables of keys of the manual, by the names that they have there.
pub fn markdown() -> [(&'static str, String); 7] {
    schema::markdown()
}
