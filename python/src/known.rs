//! What is known of a run beside what it recorded: of all items of a batch together, and of each alone.

use crate::network::Network;
use neuropil::network::Setting;
use neuropil::output::{NetworkText, RunInfo};
use neuropil::plan::{Ended, Plan};
use neuropil::{Simulation, Warning};
use std::sync::Arc;

/// Where a network comes from: its file, and the values that were put in the place of what stood there.
#[derive(Default)]
pub struct Origin {
    file: Option<Arc<NetworkText>>,
    set: Vec<Setting>,
}

impl Origin {
    /// The text of a network's file.
    pub fn text(network: &Network) -> Option<Arc<NetworkText>> {
        network.file().map(|file| Arc::new(NetworkText { path: file.path.clone(), text: file.text.clone() }))
    }

    /// That of a network in which values were put at paths, and whose file has this text.
    pub fn of(network: &Network, text: Option<Arc<NetworkText>>, values: &[(String, String)]) -> Self {
        let setting = |(path, value): &(String, String)| Setting { path: path.clone(), value: value.clone().into() };
        match network.file() {
            // It has noted them itself.
            Some(file) => Self { file: text, set: file.set.clone() },
            None => Self { file: None, set: values.iter().map(setting).collect() },
        }
    }
}

/// What reproduces an item of a batch alone.
#[derive(Clone)]
struct Item {
    seed: u64,
    wiring_seed: u64,
    synapses: u64,
    origin: Arc<Origin>,
}

/// What a simulation knows of all its runs.
pub struct Items {
    /// Whether the neurons of each population ever spike.
    spiking: Vec<bool>,
    items: Vec<Item>,
    /// Where all come from, if it is from one network.
    origin: Arc<Origin>,
}

impl Items {
    /// Of a plan whose items come from one network, or each from one of its own.
    pub fn of(plan: &Plan, origins: &[Arc<Origin>]) -> Self {
        let one = |of: &[u64], item: usize| of.get(item).or(of.first()).copied().unwrap_or_default();
        let item = |number: u32| {
            let at = number as usize;
            Item {
                seed: one(&plan.seeds, at),
                wiring_seed: one(&plan.wiring_seeds, at),
                synapses: plan.synapse_count_of(number),
                origin: origins.get(at).or(origins.first()).cloned().unwrap_or_default(),
            }
        };
        // What an item of an ensemble is made of says that item.
        let origin = origins.first().filter(|_| origins.len() == 1).cloned().unwrap_or_default();
        Self { spiking: plan.spiking(), items: (0..plan.batch).map(item).collect(), origin }
    }
}

/// A warning: what it says, and where it is of an item alone that item with what it says of itself.
#[derive(Clone, PartialEq)]
struct Said {
    text: String,
    of: Option<(u32, String)>,
}

/// What is known of a run.
#[derive(Clone)]
pub struct Known {
    /// Without warnings, and without where the network comes from.
    pub info: RunInfo,
    items: Arc<Items>,
    warnings: Vec<Said>,
}

impl Known {
    /// Of a run that has just been, whose simulation is as `info` says.
    pub fn of_run(info: RunInfo, items: &Arc<Items>, simulation: &Simulation) -> Self {
        let ended = simulation.ended();
        let found = simulation.warnings().iter().map(|warning| Said::of_run(warning, &ended));
        let known = info.warnings.iter().map(|text| Said { text: text.clone(), of: None });
        let warnings = known.chain(found).collect();
        let info = RunInfo { warnings: Vec::new(), stopped: simulation.stopped().to_vec(), ..info };
        Self { info, items: items.clone(), warnings }
    }

    /// Whether the neurons of each population ever spike.
    pub fn spiking(&self) -> &[bool] {
        &self.items.spiking
    }

    /// All that is known, with these warnings.
    pub fn info(&self, warnings: Vec<String>) -> RunInfo {
        let Origin { file, set } = &*self.items.origin;
        RunInfo { warnings, file: file.as_deref().cloned(), set: set.clone(), ..self.info.clone() }
    }

    /// Adds a warning about all items.
    pub fn warn(&mut self, text: String) {
        self.warnings.push(Said { text, of: None });
    }

    /// All warnings.
    pub fn warnings(&self) -> Vec<String> {
        self.warnings.iter().map(|said| said.text.clone()).collect()
    }

    /// Of this run with one that continued it.
    pub fn joined(&self, later: &Self) -> Self {
        let new = later.warnings.iter().filter(|said| !self.warnings.contains(said));
        let warnings = self.warnings.iter().chain(new).cloned().collect();
        // Items that stopped in a run that others outlasted are said to have stopped by the next one, too.
        let info = RunInfo {
            run_s: self.info.run_s + later.info.run_s,
            stopped: later.info.stopped.clone(),
            ..self.info.clone()
        };
        Self { info, items: self.items.clone(), warnings }
    }

    /// Of an item, as if it had been alone.
    pub fn item(&self, number: u32) -> Self {
        let own = self.items.items.get(number as usize).cloned();
        let origin = own.as_ref().map_or_else(Arc::default, |own| own.origin.clone());
        let alone = Items { spiking: self.items.spiking.clone(), items: own.iter().cloned().collect(), origin };
        let stopped = self.info.stopped.iter().filter(|stopped| stopped.item == number).cloned();
        let stopped = stopped.map(|mut stopped| {
            stopped.item = 0;
            stopped
        });
        let mut info = RunInfo { stopped: stopped.collect(), ..self.info.clone() };
        if let Some(Item { seed, wiring_seed, synapses, origin: _ }) = own {
            info = RunInfo { seed, wiring_seed, synapses, ..info };
        }
        let warnings = self.warnings.iter().filter_map(|said| said.to_item(number)).collect();
        Self { info, items: Arc::new(alone), warnings }
    }
}

impl Said {
    /// In a run, of which these items have ended.
    fn of_run(warning: &Warning, ended: &[Ended]) -> Self {
        let own = ended.iter().find(|ended| ended.to_string() == warning.problem);
        let of = own.map(|ended| {
            let hint = "what it recorded from there on is left out";
            (ended.item, Warning::new(warning.field.clone(), format!("it ended: {}", ended.reason()), hint).to_string())
        });
        Self { text: warning.to_string(), of }
    }

    /// What it says to this item alone.
    fn to_item(&self, item: u32) -> Option<Self> {
        match &self.of {
            None => Some(self.clone()),
            Some((whose, text)) if *whose == item => Some(Self { text: text.clone(), of: Some((0, text.clone())) }),
            Some(_) => None,
        }
    }
}
