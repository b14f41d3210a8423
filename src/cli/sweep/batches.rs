//! Items side by side: which fit together, as many as there is room for, and what becomes of those that fail.

use super::items::Items;
use super::{Options, keep};
use crate::cli::progress::Progress;
use crate::cli::report::say;
use neuropil::error::Fault;
use neuropil::network::{ItemWiring, Network};
use neuropil::output::Inputs;
use neuropil::output::sweep::{Figures, Keep, Line, Outcome, SweepFolder};
use neuropil::plan::Ended;
use neuropil::recording::Recording;
use neuropil::{Backend, Ensemble, Error, Simulation};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Items of the first batch, and of any.
const FIRST: usize = 16;
const MOST: usize = 4096;
/// Items that share their synapses have batches of their own if there are so many of them; fewer are put together with others, and each has
/// synapses of its own.
const SHARING: usize = 16;
/// Kinds of networks of an axis that others are compared with: where there are more, hardly any share their synapses.
const COMPARED: usize = 64;
/// A batch that takes less is followed by a larger one, and one that takes more by a smaller: what an interruption loses.
const SHORT: Duration = Duration::from_secs(10);
const LONG: Duration = Duration::from_secs(60);

/// The recording of an item, and when \[ms\] it stopped, if it did before its time.
type Found = (Recording, Option<f64>);

/// Runs the items of a sweep that are not done.
pub struct Batches<'a> {
    pub items: &'a Items,
    pub options: &'a Options,
    pub backend: &'a Backend,
    pub folder: SweepFolder,
    /// The files that items refer to, which each batch reads again.
    inputs: Inputs,
    progress: Progress,
    keep: Keep,
    /// \[ms\] When figures begin.
    from_ms: f64,
    /// Items of the next batch.
    size: usize,
    /// Items for which there is room at most.
    room: usize,
    /// What was said already.
    said: BTreeSet<String>,
}

impl<'a> Batches<'a> {
    pub fn new(
        items: &'a Items,
        options: &'a Options,
        backend: &'a Backend,
        (folder, from_ms, inputs): (SweepFolder, f64, Inputs),
    ) -> Self {
        let progress = Progress::of_items(folder.table.done().len(), items.len());
        let said = BTreeSet::new();
        let (keep, size, room) = (keep(options), FIRST, MOST);
        Self { items, options, backend, folder, inputs, progress, keep, from_ms, size, room, said }
    }

    /// Runs all that is not done, and returns the folder.
    pub fn run(mut self) -> anyhow::Result<SweepFolder> {
        for group in self.groups() {
            let mut rest = group.as_slice();
            while !rest.is_empty() {
                let (batch, later) = rest.split_at(self.size.min(self.room).min(rest.len()));
                let start = Instant::now();
                self.batch(batch)?;
                match start.elapsed() {
                    short if short < SHORT && batch.len() == self.size => self.size = (self.size * 2).min(MOST),
                    long if long > LONG => self.size = (self.size / 2).max(1),
                    _ => {}
                }
                rest = later;
            }
        }
        self.progress.finish();
        Ok(self.folder)
    }

    /// The items that are not done, those together that differ in nothing but what items of a batch may have of their own. What differs in
    /// synapses is together where few share them.
    fn groups(&self) -> Vec<Vec<usize>> {
        let open: Vec<_> = (0..self.items.len()).filter(|item| !self.folder.table.done().contains_key(item)).collect();
        let classes: Vec<_> = (0..self.items.grid.axes.len()).map(|axis| self.classes(axis)).collect();
        let [shared, own] = [0, 1].map(|wiring| {
            let of = |&item: &usize| {
                let places = self.items.grid.places(item);
                places.iter().zip(&classes).map(|(&place, of)| of[wiring][place]).collect::<Vec<_>>()
            };
            open.iter().map(of).collect::<Vec<_>>()
        });
        let mut sharing: HashMap<_, usize> = HashMap::new();
        shared.iter().for_each(|class| *sharing.entry(class).or_default() += 1);
        let (mut groups, mut known) = (Vec::new(), HashMap::new());
        for ((&item, shared), own) in open.iter().zip(&shared).zip(&own) {
            let class = if sharing[shared] < SHARING { (own, None) } else { (own, Some(shared)) };
            let group = *known.entry(class).or_insert_with(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            groups[group].push(item);
        }
        groups
    }

    /// For each value of an axis the first one with which it can be in one batch, if items share their synapses, and if each has its own.
    fn classes(&self, axis: usize) -> [Vec<usize>; 2] {
        let mut firsts: [Vec<(usize, Network)>; 2] = Default::default();
        let class = |place| {
            // Whoever cannot be alone is nobody's company.
            let Ok(file) = self.items.file(self.items.with_value(axis, place)) else { return [place; 2] };
            let shared = file.network;
            let own = Network { wiring: ItemWiring::Own, ..shared.clone() };
            let mut firsts = firsts.iter_mut();
            [shared, own].map(|network| {
                let Some(firsts) = firsts.next() else { return place };
                match firsts.iter().find(|(_, first)| Ensemble::compare(first, &network).is_ok()) {
                    Some((first, _)) => *first,
                    None => {
                        if firsts.len() < COMPARED {
                            firsts.push((place, network));
                        }
                        place
                    }
                }
            })
        };
        let classes: Vec<_> = (0..self.items.grid.axes[axis].values.len()).map(class).collect();
        [0, 1].map(|wiring| classes.iter().map(|of| of[wiring]).collect())
    }

    /// Runs items together; where that fails, halves of them, until it is known whose fault it is.
    fn batch(&mut self, items: &[usize]) -> anyhow::Result<()> {
        let (mut sound, mut networks) = (Vec::new(), Vec::new());
        for (&item, file) in items.iter().zip(self.items.files(items)) {
            match file {
                Ok(file) => {
                    sound.push(item);
                    networks.push(file.network);
                }
                Err(error) => {
                    let seed = self.items.grid.seed(item);
                    self.done(vec![(item, seed, Err(error.to_string()))])?;
                }
            }
        }
        let &[first, ..] = sound.as_slice() else { return Ok(()) };
        let seeds: Vec<_> = networks.iter().map(|network| network.seed).collect();
        let recordings = self.together(&sound, networks);
        // Before anything is kept, or looked for in halves.
        self.inputs.unchanged()?;
        match recordings {
            Ok(recordings) => {
                let lines = sound.iter().zip(seeds).zip(recordings).map(|((&item, seed), recording)| {
                    let (recording, stopped_ms) = match recording {
                        Ok(found) => found,
                        Err(error) => return Ok((item, seed, Err(error.to_string()))),
                    };
                    self.folder.keep(item, self.keep, &recording)?;
                    Ok((item, seed, Ok(Figures { stopped_ms, ..Figures::of(&recording, self.from_ms) })))
                });
                let lines = lines.collect::<Result<_, Error>>()?;
                Ok(self.done(lines)?)
            }
            Err(error) if error.fault() == Fault::Machine => Err(error.into()),
            // Another day it may go: no line would ever be computed again.
            Err(error) if sound.len() == 1 && matches!(error.fault(), Fault::Memory | Fault::File) => {
                Err(anyhow::Error::new(error).context(self.items.called(first)))
            }
            Err(error) if sound.len() == 1 => {
                let error = self.items.locate(first, error);
                Ok(self.done(vec![(first, seeds[0], Err(error.to_string()))])?)
            }
            Err(error) => {
                let (one, other) = sound.split_at(sound.len() / 2);
                if error.fault().is_of_room() {
                    self.room = one.len();
                }
                self.batch(one)?;
                self.batch(other)
            }
        }
    }

    /// Adds lines: items with their seeds, and what they came to.
    fn done(&mut self, lines: Vec<(usize, u64, Outcome)>) -> Result<(), Error> {
        // What has changed is of another network.
        self.inputs.unchanged()?;
        self.folder.table.add(lines.into_iter().map(|(item, seed, outcome)| (item, Line { seed, outcome })))?;
        self.progress.at_item(self.folder.table.done().len() as f64);
        Ok(())
    }

    /// What was found of each network, that of one of these items, or why there is nothing.
    fn together(&mut self, of: &[usize], networks: Vec<Network>) -> Result<Vec<Result<Found, Error>>, Error> {
        let items = networks.len();
        let Options { how, running, .. } = self.options;
        // A batch is built so often that nobody need be told how far it is.
        let lower = how.lower(self.backend.lower_options(u32::try_from(items).unwrap_or(u32::MAX)), Default::default());
        let lower = running.lower(lower);
        let shared = ensemble(networks.clone(), ItemWiring::Shared).and_then(|it| it.plan(&lower));
        let mut plan = match shared {
            // With synapses of their own they need more room, but may differ in more.
            Err(error) if items > 1 && !error.fault().is_of_room() => {
                ensemble(networks, ItemWiring::Own)?.plan(&lower)?
            }
            planned => planned?,
        };
        running.lasting.name_own(&mut plan.warnings);
        let plan = Arc::new(plan);
        let steps = plan.duration.unwrap_or(0);
        plan.check_traces(steps)?;
        let mut simulation = Simulation::of_plan(plan.clone(), self.backend, &running.engine(how.engine()))?;
        if self.said.insert(String::new()) {
            running.say_unused(how, &simulation);
        }
        let before = self.folder.table.done().len() as f64;
        let mut recording = simulation.run_steps(steps, &mut |done| {
            let part = f64::from(done) / f64::from(steps.max(1));
            self.progress.at_item(before + part * items as f64);
        })?;
        plan.warnings.iter().for_each(|warning| self.warn(warning.to_string()));
        // Warnings of a run know items by their places in the batch.
        let ended = simulation.ended();
        for warning in simulation.warnings() {
            self.warn(match ended.iter().find(|ended| ended.to_string() == warning.problem) {
                Some(it) => {
                    let item = self.items.called(of[it.item as usize]);
                    format!("{item} ended: {}; its line has no figures, and the others go on", it.reason())
                }
                None => format!("in the batch that begins with item {}: {warning}", of[0]),
            });
        }
        if !self.keep.traces {
            // They were recorded because a run looks at samples for what is no number.
            recording.traces.clear();
        }
        let mut recordings: Vec<_> = recording.into_items()?.into_iter().map(|it| Ok((it, None))).collect();
        for stopped in simulation.stopped() {
            if let Ok((_, stopped_ms)) = &mut recordings[stopped.item as usize] {
                *stopped_ms = Some(plan.ms(stopped.step));
            }
        }
        for ended in ended {
            let item = ended.item as usize;
            recordings[item] = Err(as_alone(ended));
        }
        Ok(recordings)
    }

    /// Says what is suspicious, once.
    fn warn(&mut self, warning: String) {
        if !self.said.contains(&warning) {
            say(&format!("warning: {warning}"));
            self.said.insert(warning);
        }
    }
}

/// Networks together, where `wiring` says that they may differ in synapses, or all say so themselves.
fn ensemble(mut networks: Vec<Network>, wiring: ItemWiring) -> Result<Ensemble, Error> {
    if wiring == ItemWiring::Own {
        networks.iter_mut().for_each(|network| network.wiring = wiring);
    }
    Ensemble::new(networks)
}

/// Why an item ended, as a run of it alone would say.
fn as_alone(ended: Ended) -> Error {
    let Ended { population, neuron, variable, value, first_step, steps, .. } = ended;
    Error::NonFinite { population, neuron, item: 0, variable, value, first_step, steps }
}
