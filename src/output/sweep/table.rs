//! `sweep.csv`: a line for each item that is done, and again what an interrupted sweep has left of it.

use super::Grid;
use super::csv;
use crate::recording::Recording;
use crate::replace::replace;
use crate::{Error, Result};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// What an item came to: its figures, or why it has none.
pub type Outcome = Result<Figures, String>;

/// An item that is done.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its seed: one of the grid's, or what values make of the network's.
    pub seed: u64,
    /// What it came to.
    pub outcome: Outcome,
}

/// What a sweep keeps of an item's recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// \[ms\] when the item stopped, if it did before its time.
    pub stopped_ms: Option<f64>,
    /// Of each population.
    pub populations: Vec<Figure>,
    /// [`Recording::spike_hash`].
    pub spike_hash: String,
}

/// The figures of a population.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    /// \[Hz\] [`Recording::rate_hz`].
    pub rate_hz: Option<f64>,
    /// [`Recording::cv_isi`].
    pub cv_isi: Option<f64>,
}

impl Figures {
    /// Those of a recording of one item, from a time \[ms\] on.
    pub fn of(recording: &Recording, from_ms: f64) -> Self {
        let figure = |population| Figure {
            rate_hz: recording.rate_hz(population, from_ms),
            cv_isi: recording.cv_isi(population, from_ms),
        };
        let populations = recording.populations.iter().map(figure).collect();
        Self { stopped_ms: None, populations, spike_hash: recording.spike_hash() }
    }
}

/// The table of a sweep, as far as it is.
#[derive(Debug)]
pub struct Table {
    path: PathBuf,
    file: File,
    grid: Grid,
    header: String,
    populations: usize,
    /// May items stop before their time? Then there is a column of when.
    stops: bool,
    done: BTreeMap<usize, Line>,
}

impl Table {
    /// Begins a table, or goes on with one that was left: what is no whole line is taken away.
    pub(super) fn open(path: &Path, grid: &Grid, populations: &[String], stops: bool) -> Result<Self> {
        let failed = |source| Error::File { action: "write to", path: path.to_owned(), source };
        let mut file =
            OpenOptions::new().create(true).truncate(false).read(true).append(true).open(path).map_err(failed)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;
        let header = header(grid, populations, stops);
        let (path, grid, populations) = (path.to_owned(), grid.clone(), populations.len());
        // Where it was interrupted may be within a letter.
        bytes.truncate(bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1));
        let mut table = Self { path, file, grid, header, populations, stops, done: BTreeMap::new() };
        let text = String::from_utf8(bytes).map_err(|error| {
            let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            table.stranger(before.iter().filter(|byte| **byte == b'\n').count() + 1)
        })?;
        let mut lines = text.lines();
        match lines.next() {
            None => {
                table.file.set_len(0).map_err(failed)?;
                table.append(&[table.header.clone()])?;
            }
            Some(first) if first == table.header => {
                table.file.set_len(text.len() as u64).map_err(failed)?;
                for (number, line) in (2..).zip(lines) {
                    let (item, line) = table.read(line).ok_or_else(|| table.stranger(number))?;
                    table.done.insert(item, line);
                }
            }
            Some(_) => {
                let problem = "its first line is not that of this sweep".to_owned();
                let legal = format!("the file as it was left, or none; the line is {}", table.header);
                return Err(Error::Data { path: table.path, problem, legal });
            }
        }
        Ok(table)
    }

    /// What is wrong with a line, counted from 1.
    fn stranger(&self, number: usize) -> Error {
        let problem = format!("line {number} is none that this sweep has written");
        Error::Data { path: self.path.clone(), problem, legal: "the file as it was left, or none".to_owned() }
    }

    /// What is varied.
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// The items that are done.
    pub fn done(&self) -> &BTreeMap<usize, Line> {
        &self.done
    }

    /// Takes back that items with figures are done of which this does not hold.
    pub(super) fn forget_unless(&mut self, holds: impl Fn(usize) -> bool) {
        self.done.retain(|item, line| line.outcome.is_err() || holds(*item));
    }

    /// Adds items that are done, which are then on the disk.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn add(&mut self, items: impl IntoIterator<Item = (usize, Line)>) -> Result<()> {
        let items: Vec<_> = items.into_iter().collect();
        let lines: Vec<_> = items.iter().map(|(item, line)| self.line(*item, line)).collect();
        self.append(&lines)?;
        self.done.extend(items);
        Ok(())
    }

    /// Puts the lines in the order of the items.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn finish(&mut self) -> Result<()> {
        let lines = self.done.iter().map(|(&item, line)| self.line(item, line));
        let lines: Vec<_> = std::iter::once(self.header.clone()).chain(lines).collect();
        replace(&self.path, |file| file.write_all(text(&lines).as_bytes()))
    }

    fn append(&mut self, lines: &[String]) -> Result<()> {
        let written = self.file.write_all(text(lines).as_bytes()).and_then(|()| self.file.sync_data());
        written.map_err(|source| Error::File { action: "write to", path: self.path.clone(), source })
    }

    fn line(&self, item: usize, Line { seed, outcome }: &Line) -> String {
        let mut fields = vec![item.to_string(), seed.to_string()];
        fields.extend(self.grid.values(item).map(|(_, value)| value.to_string()));
        let number = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
        match outcome {
            Ok(Figures { stopped_ms, populations, spike_hash }) => {
                fields.extend(self.stops.then(|| number(*stopped_ms)));
                let figures = populations.iter().flat_map(|figure| [figure.rate_hz, figure.cv_isi]);
                fields.extend(figures.map(number));
                fields.extend([spike_hash.clone(), String::new()]);
            }
            Err(error) => {
                fields.extend((0..2 * self.populations + usize::from(self.stops) + 1).map(|_| String::new()));
                fields.push(error.clone());
            }
        }
        csv::line(fields)
    }

    /// A line that was written; `None` for any other.
    fn read(&self, line: &str) -> Option<(usize, Line)> {
        let fields = csv::fields(line)?;
        let item = fields[0].parse().ok().filter(|item| self.grid.len().is_some_and(|items| *item < items))?;
        let first = 2 + self.grid.paths().count();
        let [figures @ .., spike_hash, error] = fields.get(first..)? else { return None };
        let number = |text: &String| if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) };
        let numbers = figures.iter().map(number).collect::<Option<Vec<Option<f64>>>>()?;
        let (when, numbers) = numbers.split_at_checked(self.stops.into())?;
        let pairs = numbers.chunks_exact(2).map(|pair| Figure { rate_hz: pair[0], cv_isi: pair[1] });
        let outcome = match error.as_str() {
            "" => Ok(Figures {
                stopped_ms: when.first().copied().flatten(),
                populations: pairs.collect(),
                spike_hash: spike_hash.clone(),
            }),
            error => Err(error.to_owned()),
        };
        let found = Line { seed: fields.get(1)?.parse().ok()?, outcome };
        (self.line(item, &found) == line).then_some((item, found))
    }
}

/// The names of the columns.
fn header(grid: &Grid, populations: &[String], stops: bool) -> String {
    let first = ["item", "seed"].map(str::to_owned).into_iter();
    let paths = grid.paths().map(str::to_owned);
    let figures = populations.iter().flat_map(|name| [format!("{name}.rate_hz"), format!("{name}.cv_isi")]);
    let when = stops.then(|| "stopped_ms".to_owned());
    csv::line(first.chain(paths).chain(when).chain(figures).chain(["spike_hash", "error"].map(str::to_owned)))
}

fn text(lines: &[String]) -> String {
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}
