//! From what a sweep varies to the networks of its items, each as `neuropil run` would read it.

use super::Options;
use crate::cli::run::reseed;
use neuropil::Error;
use neuropil::network::{ItemWiring, Network, NetworkFile};
use neuropil::output::sweep::{Axis, Grid};
use neuropil::units::Quantity;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Items of a sweep at most: what is known of each takes some hundred bytes.
const MOST: usize = 10_000_000;

/// The items of a sweep.
pub struct Items {
    /// What the network file says, with the duration of the command line.
    file: NetworkFile,
    /// What is varied.
    pub grid: Grid,
    /// Whether the command line gave the seeds.
    reseeded: bool,
    duration: Option<Quantity>,
}

impl Items {
    /// Those that the command line asks for, of a network file.
    pub fn new(options: &Options, file: NetworkFile) -> Result<Self, Error> {
        let mut axes: Vec<Axis> = options.set.iter().map(|varied| varied.0.clone()).collect();
        check_paths(&axes, options, &file)?;
        if options.zip {
            axes = zipped(axes)?;
        }
        let seeds = options.seeds.as_ref().map_or_else(|| vec![file.network.seed], |seeds| seeds.0.clone());
        let grid = Grid { axes, seeds };
        if grid.len().is_none_or(|items| items > MOST) {
            let items = grid.len().map_or_else(|| format!("more than {}", usize::MAX), |items| items.to_string());
            let legal = format!("up to {MOST}, with fewer values or seeds, or --zip");
            return Err(Error::request("--set", format!("all combinations are {items} items"), legal));
        }
        Ok(Self { file, grid, reseeded: options.seeds.is_some(), duration: options.running.lasting.duration.clone() })
    }

    /// Number of items.
    pub fn len(&self) -> usize {
        self.grid.len().unwrap_or(usize::MAX)
    }

    /// The network file with the values and the seed of an item.
    pub fn file(&self, item: usize) -> Result<NetworkFile, Error> {
        Ok(self.seeded(self.with_values(item)?, item))
    }

    /// The same of several; where one differs from the one before in its seed alone, values are not put again.
    pub fn files<'a>(&'a self, items: &'a [usize]) -> impl Iterator<Item = Result<NetworkFile, Error>> + 'a {
        let mut known: Option<(Vec<usize>, NetworkFile)> = None;
        items.iter().map(move |&item| {
            let places = self.grid.places(item);
            let (_, file) = match known.take().filter(|(of, _)| *of == places) {
                Some(before) => known.insert(before),
                None => known.insert((places, self.with_values(item)?)),
            };
            Ok(self.seeded(file.clone(), item))
        })
    }

    fn with_values(&self, item: usize) -> Result<NetworkFile, Error> {
        let mut file = self.file.clone();
        for (path, value) in self.grid.values(item) {
            file.set(path, value.clone()).map_err(|error| in_set(path, &value.to_string(), &error))?;
        }
        if let Some(duration) = &self.duration {
            file.network.duration = Some(duration.clone());
        }
        Ok(file)
    }

    fn seeded(&self, mut file: NetworkFile, item: usize) -> NetworkFile {
        if self.reseeded {
            reseed(&mut file, self.grid.seed(item));
            let Network { wiring, wiring_seed, .. } = &mut file.network;
            if let (ItemWiring::Own, Some(seed)) = (wiring, wiring_seed) {
                // As in a batch, where each item has the next.
                *seed = seed.wrapping_add((item % self.grid.seeds.len()) as u64);
            }
        }
        file
    }

    /// Makes sure that each value is legal in an item at least, as far as the network says without its models, and returns all files
    /// that items refer to, and whether an item has a model that is given as WGSL alone.
    pub fn check(&self) -> Result<(Vec<PathBuf>, bool), Error> {
        let mut files = BTreeSet::new();
        let mut own = self.file.network.model_in_wgsl_alone().is_some();
        for (index, axis) in self.grid.axes.iter().enumerate() {
            for place in 0..axis.values.len() {
                let file = self.file(self.with_value(index, place)).or_else(|error| {
                    let all = (0..self.len()).step_by(self.grid.seeds.len());
                    let mut others = all.filter(|&item| self.grid.places(item)[index] == place);
                    others.find_map(|item| self.file(item).ok()).ok_or(error)
                })?;
                files.extend(file.files);
                own |= file.network.model_in_wgsl_alone().is_some();
            }
        }
        files.extend(self.file.files.iter().cloned());
        Ok((files.into_iter().collect(), own))
    }

    /// The first item, but with this value of an axis.
    pub fn with_value(&self, axis: usize, place: usize) -> usize {
        let mut places = vec![0; self.grid.axes.len()];
        places[axis] = place;
        self.grid.item_at(&places)
    }

    /// An item, by its values.
    pub fn called(&self, item: usize) -> String {
        let values: String = self.grid.values(item).map(|(path, value)| format!("{path}={value}, ")).collect();
        format!("item {item} ({values}seed {})", self.file(item).map_or(self.grid.seed(item), |file| file.network.seed))
    }

    /// An error of an item's network with what `--set` said, or with its place in the file.
    pub fn locate(&self, item: usize, error: Error) -> Error {
        let Ok(file) = self.file(item) else { return error };
        let error = file.locate(error);
        let Error::Field { field, problem, legal, location: None } = &error else { return error };
        let copy = || Error::field(field.clone(), problem.clone(), legal.clone());
        // Whose value has no place in the file.
        let own = self.grid.values(item).find(|(path, value)| {
            let mut alone = self.file.clone();
            let set = alone.set(path, (*value).clone());
            set.is_ok() && matches!(alone.locate(copy()), Error::Field { location: None, .. })
        });
        match own {
            Some((path, value)) => in_set(path, &value.to_string(), &error),
            None => error,
        }
    }
}

/// What is wrong with a value that `--set` gave.
fn in_set(path: &str, value: &str, error: &Error) -> Error {
    Error::request(format!("--set '{path}={value}'"), error.to_string(), "")
}

/// Each value is set once, whatever it is called, and not by another option.
fn check_paths(axes: &[Axis], options: &Options, file: &NetworkFile) -> Result<(), Error> {
    let mut seen = BTreeMap::new();
    for path in axes.iter().flat_map(|axis| &axis.paths) {
        if path == "seed" {
            return Err(Error::request("--set seed", "the seeds of items have an option of their own", "--seeds"));
        }
        if path == "duration" && options.running.lasting.duration.is_some() {
            let problem = "--duration gives all items theirs";
            return Err(Error::request("--set duration", problem, "one of the two"));
        }
        // What leads nowhere is said with its first value.
        let own = file.network.path(path).unwrap_or_else(|_| path.clone());
        if let Some(before) = seen.insert(own, path) {
            let called = if before == path { String::new() } else { format!(", before as {before}") };
            let legal = "one --set for each path, with all its values";
            return Err(Error::request(format!("--set {path}"), format!("it is varied twice{called}"), legal));
        }
    }
    Ok(())
}

/// All axes as one, whose values are the first of each, then the second of each.
fn zipped(axes: Vec<Axis>) -> Result<Vec<Axis>, Error> {
    let Some(first) = axes.first() else { return Ok(axes) };
    let count = first.values.len();
    if let Some(other) = axes.iter().find(|axis| axis.values.len() != count) {
        let (one, other, others) = (first.paths.join(", "), other.paths.join(", "), other.values.len());
        let problem = format!("{one} has {count} values, and {other} has {others}");
        return Err(Error::request("--zip", problem, "as many of each"));
    }
    let log = first.log;
    let values = (0..count).map(|place| axes.iter().flat_map(|axis| axis.values[place].clone()).collect()).collect();
    Ok(vec![Axis { values, paths: axes.into_iter().flat_map(|axis| axis.paths).collect(), log }])
}
