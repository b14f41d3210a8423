//! A case: networks that run side by side, and how they are executed.

use neuropil::network::{ItemWiring, Network};
use neuropil::plan::{LowerOptions, Plan};
use neuropil::sim::{EngineOptions, Schedule};
use neuropil::{Backend, Ensemble, Error};
use std::fmt;
use std::sync::Arc;

/// All that is drawn from a seed, as plain data: what is simpler is another one.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    pub network: Network,
    /// Of each item of the batch the values that it has in the place of the network's: paths, and what `--set` would put there.
    pub items: Vec<Vec<(String, String)>>,
    pub how: How,
}

/// How it is executed, which changes no bit.
#[derive(Debug, Clone, PartialEq)]
pub struct How {
    pub schedule: Option<Schedule>,
    pub workgroup: Option<u32>,
    pub windows_per_submission: Option<u32>,
    pub threads: Option<usize>,
    pub block_bits: Option<u32>,
    /// \[bytes\] what a binding holds.
    pub binding: Option<u64>,
    /// Steps of the runs that follow each other.
    pub runs: Vec<u32>,
    /// Steps that are compared with the reference one by one, from where these have come to.
    pub lockstep: u32,
}

impl Case {
    pub fn batch(&self) -> u32 {
        self.items.len() as u32
    }

    /// The network of each item, as it would run alone.
    pub fn networks(&self) -> Result<Vec<Network>, Error> {
        let wiring_seed = self.network.wiring_seed.unwrap_or(self.network.seed);
        let network = |(item, values): (u64, &Vec<(String, String)>)| {
            let own = if self.network.wiring == ItemWiring::Own { item } else { 0 };
            let mut network = self.network.clone();
            (network.seed, network.wiring_seed) =
                (network.seed.wrapping_add(item), Some(wiring_seed.wrapping_add(own)));
            values.iter().try_for_each(|(path, value)| network.set(path, value.as_str()))?;
            Ok(network)
        };
        (0..).zip(&self.items).map(network).collect()
    }

    fn lower_options(&self, backend: &Backend, batch: u32) -> LowerOptions {
        let How { block_bits, binding, threads, .. } = self.how;
        let options = backend.lower_options(batch);
        // Only windowed delivery reads entries of several bindings.
        LowerOptions { block_bits, binding: binding.or(options.binding), threads, ..options }
    }

    /// All items in one plan.
    pub fn plan(&self, backend: &Backend) -> Result<Arc<Plan>, Error> {
        let options = self.lower_options(backend, self.batch());
        if self.items.iter().all(Vec::is_empty) {
            return Plan::lower(&self.network, &options).map(Arc::new);
        }
        Ensemble::new(self.networks()?)?.plan(&options).map(Arc::new)
    }

    /// The plan of one of its networks.
    pub fn alone(&self, network: &Network, backend: &Backend) -> Result<Arc<Plan>, Error> {
        Plan::lower(network, &self.lower_options(backend, 1)).map(Arc::new)
    }

    /// The same with the spikes of all recorded, and no end before its time.
    pub fn open(&self) -> Self {
        let mut open = self.clone();
        open.network.until = None;
        let records = &mut open.network.records;
        records.iter_mut().for_each(|record| record.what.retain(|what| what != "spikes"));
        records.retain(|record| !record.what.is_empty());
        open
    }

    pub fn options(&self) -> EngineOptions {
        let How { schedule, workgroup, windows_per_submission, threads, .. } = self.how;
        EngineOptions { schedule, workgroup, windows_per_submission, threads, ..EngineOptions::default() }
    }
}

impl How {
    /// Nothing but so many steps.
    pub fn plain(runs: Vec<u32>, lockstep: u32) -> Self {
        Self {
            schedule: None,
            workgroup: None,
            windows_per_submission: None,
            threads: None,
            block_bits: None,
            binding: None,
            runs,
            lockstep,
        }
    }
}

/// What was drawn, as a user would write it: the network file, and the rest as comments below it.
impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let file = folder.path().join("network.toml");
        let written = self.network.save(&file).expect("the network can be written");
        let text = std::fs::read_to_string(&file).expect("it was written");
        writeln!(f, "{text}\n# {:?}", self.how)?;
        if written.len() > 1 {
            let kept = folder.keep();
            writeln!(f, "# Its arrays of more than 64 numbers are in {}", kept.display())?;
        }
        for (item, values) in self.items.iter().enumerate() {
            write!(f, "# item {item}:")?;
            values.iter().try_for_each(|(path, value)| write!(f, " --set '{path}={value}'"))?;
            writeln!(f)?;
        }
        Ok(())
    }
}
