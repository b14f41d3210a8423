//! What a network says of values, with names resolved and files open: what lowering takes is counted from it, and then the
//! numbers are taken out of it. So no name is looked up, and no file opened, a second time.

use super::PortModels;
use super::held::converted;
use super::slabs::{Resolved, names_variable};
use crate::model::Definition;
use crate::network::{Array, Network, Part, Population, Port, Projection, Rule, Sides, Value};
use crate::npy::{NpyArray, NpyFile};
use crate::units::Unit;
use crate::{Error, Result};
use std::collections::BTreeMap;

/// A value, its array open.
pub(super) type Given<'a> = Value<OpenArray<'a>>;

/// Values by the names of a model's fields.
pub(super) type GivenByName<'a> = BTreeMap<String, Given<'a>>;

/// [bytes] Of an array that is read when it is opened: a process may have so many files open only.
const SMALL: usize = 1 << 16;

/// An array of known shape, whose numbers are still to be taken.
pub(super) struct OpenArray<'a> {
    numbers: Numbers<'a>,
    /// Of the numbers.
    pub unit: &'a Unit,
}

enum Numbers<'a> {
    Inline { values: &'a [f64], shape: &'a [usize] },
    Read(NpyArray),
    File(NpyFile),
}

impl<'a> OpenArray<'a> {
    /// Opens an array's file, if it stands in one; errors are those of the field `path`.
    pub(super) fn new(array: &'a Array, path: &str) -> Result<Self> {
        let numbers = match array {
            Array::Inline { values, shape, .. } => Numbers::Inline { values, shape },
            Array::Npy { path: file, .. } => of_file(NpyFile::open(file)).map_err(|error| error.named_by(path))?,
        };
        Ok(Self { numbers, unit: array.unit() })
    }

    /// The length of each axis.
    pub(super) fn shape(&self) -> &[usize] {
        match &self.numbers {
            Numbers::Inline { shape, .. } => shape,
            Numbers::Read(array) => &array.shape,
            Numbers::File(file) => file.shape(),
        }
    }

    /// How many numbers it has.
    pub(super) fn elements(&self) -> u64 {
        self.shape().iter().fold(1u64, |product, &axis| product.saturating_mul(axis as u64))
    }

    /// Its shape and its numbers in `unit`; errors are those of the field `path`.
    pub(super) fn read(self, unit: &Unit, path: &str) -> Result<(Vec<usize>, Vec<f64>)> {
        let NpyArray { shape, values } = match self.numbers {
            Numbers::Inline { values, shape } => NpyArray { shape: shape.to_vec(), values: values.to_vec() },
            Numbers::Read(array) => array,
            Numbers::File(file) => file.array().map_err(|error| error.named_by(path))?,
        };
        Ok((shape, converted(values, self.unit, unit, path)?))
    }
}

/// What is no file, as a pipe, is read at once: whoever writes there may wait with another until it is.
fn of_file<'a>(file: Result<NpyFile>) -> Result<Numbers<'a>> {
    let file = file?;
    let waits = file.length().is_some() && file.size() > SMALL;
    Ok(if waits { Numbers::File(file) } else { Numbers::Read(file.array()?) })
}

/// A value, its array opened; errors are those of the field `path`.
pub(super) fn given<'a>(value: &'a Value, path: &str) -> Result<Given<'a>> {
    value.with_array(|array| OpenArray::new(array, path))
}

/// What a network says of each population and each projection.
pub(super) fn given_by<'a>(
    network: &'a Network,
    resolved: &'a [Resolved],
) -> Result<(Vec<GivenPopulation<'a>>, Vec<GivenProjection<'a>>)> {
    let populations = network.populations.iter().zip(resolved);
    let populations = populations.map(|(population, models)| GivenPopulation::of(population, models));
    let projections = (0..).zip(&network.projections);
    let projections = projections.map(|(index, projection)| GivenProjection::of(network, projection, index));
    Ok((populations.collect::<Result<_>>()?, projections.collect::<Result<_>>()?))
}

/// What is said of a population's values.
pub(super) struct GivenPopulation<'a> {
    pub population: &'a Population,
    pub models: &'a Resolved,
    /// Parameters of the neuron.
    pub params: GivenByName<'a>,
    /// Initial values of the neuron's state.
    pub init: GivenByName<'a>,
    /// In the order of their names.
    pub ports: Vec<GivenPort<'a>>,
}

/// What is said of a port's values.
pub(super) struct GivenPort<'a> {
    pub name: &'a str,
    /// Parameters of its synapse.
    pub synapse: GivenByName<'a>,
    /// Initial values of its synapse's state.
    pub init: GivenByName<'a>,
    /// Parameters of its output.
    pub output: GivenByName<'a>,
}

impl<'a> GivenPopulation<'a> {
    fn of(population: &'a Population, models: &'a Resolved) -> Result<Self> {
        let path = format!("population[{}]", population.name);
        let init_path = format!("{path}.init");
        let mut inits: BTreeMap<&str, GivenByName<'a>> =
            population.ports.keys().map(|name| (name.as_str(), BTreeMap::new())).collect();
        let mut init = BTreeMap::new();
        for (key, value) in &population.init {
            // `<port>.<variable>` is of the port's synapse.
            let (port, name) = key.split_once('.').map_or((None, key.as_str()), |(port, name)| (Some(port), name));
            let of = match port {
                None => &mut init,
                Some(port) => inits.get_mut(port).ok_or_else(|| {
                    let ports: Vec<_> = population.ports.keys().map(String::as_str).collect();
                    Error::field(format!("{init_path}.{key}"), "there is no such port", ports.join(", "))
                })?,
            };
            of.insert(name.to_owned(), given(value, &format!("{init_path}.{key}"))?);
        }
        let params = population.params.iter().map(|(name, value)| (name.as_str(), value));
        let params = by_name(params, &format!("{path}.params"))?;
        let port = |((port, models), (name, init)): ((&'a Port, &'a PortModels), (&'a str, GivenByName<'a>))| {
            let path = format!("{path}.ports.{name}");
            let synapse = match (&models.synapse, &port.synapse) {
                (Some(model), Some(part)) => by_name(named(part, model), &path)?,
                _ => BTreeMap::new(),
            };
            let output = named(&port.output, &models.output);
            let output = output.filter(|(key, _)| !names_variable(&models.output, key));
            Ok(GivenPort { name, synapse, init, output: by_name(output, &format!("{path}.output"))? })
        };
        let ports = population.ports.values().zip(&models.ports).zip(inits).map(port).collect::<Result<_>>()?;
        Ok(Self { population, models, params, init, ports })
    }
}

/// Each value, its array opened; `path` is that of what holds them.
fn by_name<'a>(values: impl Iterator<Item = (&'a str, &'a Value)>, path: &str) -> Result<GivenByName<'a>> {
    values.map(|(name, value)| Ok((name.to_owned(), given(value, &format!("{path}.{name}"))?))).collect()
}

/// A part's parameters; the name `""` stands for the first.
fn named<'a>(part: &'a Part, model: &'a Definition) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let first = model.reflection.params.first().map_or("", |field| field.name.as_str());
    part.params.iter().map(move |(key, value)| (if key.is_empty() { first } else { key.as_str() }, value))
}

/// What is said of a projection.
pub(super) struct GivenProjection<'a> {
    pub projection: &'a Projection,
    /// Its number.
    pub index: u32,
    /// Indices of its populations.
    pub ends: [usize; 2],
    /// Index of its port.
    pub port: usize,
    pub sides: Sides,
    pub rule: Rule<OpenArray<'a>>,
    pub weight: Given<'a>,
    pub delay: Given<'a>,
}

impl<'a> GivenProjection<'a> {
    fn of(network: &Network, projection: &'a Projection, index: u32) -> Result<Self> {
        let path = format!("projection[{index}]");
        let pre = network.population_index(format!("{path}.pre"), &projection.pre)?;
        let post = network.population_index(format!("{path}.post"), &projection.post)?;
        let port = port_index(&network.populations[post], &projection.port, &format!("{path}.port"))?;
        let sides = Sides::of(&projection.connect, &network.populations[pre], &network.populations[post]);
        let rule = projection.connect.rule.as_ref();
        Ok(Self {
            projection,
            index,
            ends: [pre, post],
            port,
            sides,
            rule: rule.with_list(|list| OpenArray::new(list, &format!("{path}.connect")))?,
            weight: given(&projection.weight, &format!("{path}.weight"))?,
            delay: given(&projection.delay, &format!("{path}.delay"))?,
        })
    }
}

/// Index of a population's port.
pub(super) fn port_index(population: &Population, name: &str, path: &str) -> Result<usize> {
    population.ports.keys().position(|port| port == name).ok_or_else(|| {
        let ports: Vec<_> = population.ports.keys().map(String::as_str).collect();
        let legal = if ports.is_empty() { "none, it has no ports".to_owned() } else { ports.join(", ") };
        Error::field(path, format!("population `{}` has no port `{name}`", population.name), legal)
    })
}
