//! A network, element by element in the words of a network file, or from one.

use crate::errors::raised;
use neuropil::network::{self, NetworkFile, Supplied};
use neuropil::units::Literal;
use neuropil::{Error, Result};
use numpy::{PyReadonlyArrayDyn, PyUntypedArrayMethods};
use pyo3::prelude::*;
use std::collections::HashMap;
use std::path::PathBuf;

/// A network, with the file that it came from, if it is as that says.
#[pyclass(module = "neuropil._neuropil")]
#[derive(Clone)]
pub struct Network {
    described: Described,
    /// What results call it.
    #[pyo3(get, set)]
    name: String,
}

#[derive(Clone)]
enum Described {
    Built(Box<network::Network>),
    File(Box<NetworkFile>),
}

impl Network {
    /// The network.
    pub fn network(&self) -> &network::Network {
        match &self.described {
            Described::Built(network) => network,
            Described::File(file) => &file.network,
        }
    }

    /// The network, which no file describes from then on.
    fn built(&mut self) -> &mut network::Network {
        if let Described::File(file) = &self.described {
            self.described = Described::Built(Box::new(file.network.clone()));
        }
        match &mut self.described {
            Described::Built(network) => network,
            Described::File(file) => &mut file.network,
        }
    }

    /// The file that it came from.
    pub fn file(&self) -> Option<&NetworkFile> {
        match &self.described {
            Described::Built(_) => None,
            Described::File(file) => Some(file),
        }
    }

    /// An error with its place in the file.
    pub fn locate(&self, error: Error) -> Error {
        match &self.described {
            Described::Built(_) => error,
            Described::File(file) => file.locate(error),
        }
    }

    /// Gives it noise of its own; synapses stay those of the seed that it has.
    pub fn reseed(&mut self, seed: u64) {
        let network = match &mut self.described {
            Described::Built(network) => network,
            Described::File(file) => &mut file.network,
        };
        network.wiring_seed.get_or_insert(network.seed);
        network.seed = seed;
    }

    /// What results call it.
    pub fn called(&self) -> &str {
        &self.name
    }

    fn of(file: NetworkFile) -> Self {
        let name = file.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Self { described: Described::File(Box::new(file)), name }
    }
}

/// An error of the library as an exception.
fn told<T>(py: Python<'_>, found: Result<T>) -> PyResult<T> {
    found.map_err(|error| raised(py, error.into()))
}

#[pymethods]
impl Network {
    /// A network without populations.
    #[new]
    fn new(py: Python<'_>, dt: &str) -> PyResult<Self> {
        let mut network = network::Network::new(0.1.ms());
        told(py, network.set("dt", dt))?;
        Ok(Self { described: Described::Built(Box::new(network)), name: "network".to_owned() })
    }

    /// Reads a network file.
    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        told(py, NetworkFile::read(path)).map(Self::of)
    }

    /// Reads the text of a network file that could be at `path`.
    #[staticmethod]
    fn parse(py: Python<'_>, text: &str, path: PathBuf) -> PyResult<Self> {
        told(py, NetworkFile::parse(text, path)).map(Self::of)
    }

    /// Adds the elements that a table of these keys makes; returns the number of the first, and of those after it.
    fn add(
        &mut self,
        py: Python<'_>,
        list: &str,
        keys: Vec<(String, String)>,
        arrays: HashMap<String, PyReadonlyArrayDyn<'_, f64>>,
        models: HashMap<String, String>,
    ) -> PyResult<(usize, usize)> {
        let mut supplied = Supplied::new();
        for (name, array) in arrays {
            let values = array.as_array().iter().copied().collect();
            told(py, supplied.array(name, values, array.shape()))?;
        }
        models.into_iter().for_each(|(name, text)| supplied.model(name, text));
        let added = told(py, self.built().add_element(list, keys, supplied))?;
        Ok((added.start, added.end))
    }

    /// Puts a value at a path.
    pub fn set(&mut self, py: Python<'_>, path: &str, value: &str) -> PyResult<()> {
        let set = match &mut self.described {
            Described::Built(network) => network.set(path, value),
            Described::File(file) => file.set(path, value),
        };
        told(py, set)
    }

    /// The value at a path, as a network file would say it.
    fn get(&self, py: Python<'_>, path: &str) -> PyResult<String> {
        told(py, self.network().get(path)).map(|value| value.to_string())
    }

    /// The paths of all values.
    fn paths(&self) -> Vec<String> {
        self.network().paths()
    }

    /// A path as errors call it.
    fn path(&self, py: Python<'_>, path: &str) -> PyResult<String> {
        told(py, self.network().path(path))
    }

    /// Writes it as a network file; returns all files that were written.
    fn save(&self, py: Python<'_>, path: PathBuf) -> PyResult<Vec<PathBuf>> {
        told(py, self.network().save(path))
    }

    /// What is wrong whatever the models are.
    fn check(&self, py: Python<'_>) -> PyResult<()> {
        told(py, self.network().check().map_err(|error| self.locate(error)))
    }

    /// The populations, with their sizes.
    fn populations(&self) -> Vec<(String, u32)> {
        self.network().populations.iter().map(|population| (population.name.clone(), population.size)).collect()
    }

    /// How many projections, stimuli and records it has.
    fn counts(&self) -> (usize, usize, usize) {
        let network = self.network();
        (network.projections.len(), network.stimuli.len(), network.records.len())
    }

    /// What is suspicious in its file.
    fn warnings(&self) -> Vec<String> {
        self.file().into_iter().flat_map(NetworkFile::warnings).map(|warning| warning.to_string()).collect()
    }

    /// The same network, which is changed by itself.
    fn copy(&self) -> Self {
        self.clone()
    }
}
