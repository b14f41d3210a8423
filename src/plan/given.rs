//! What a network says of populations and projections, with names resolved, arrays open and shapes checked. So no name is looked
//! up a second time, and no wrong shape counted or read.

use super::PortModels;
use super::arrays::{Files, Given, GivenByName, OpenArray, given};
use super::resolve::check_name;
use super::shapes::{check_each, check_values, elements};
use super::slabs::{Resolved, names_variable};
use super::space::{Place, places, space};
use crate::model::Definition;
use crate::nearest;
use crate::network::{Network, Part, Population, Port, Projection, Rule, Sides, Value, check_pairs};
use crate::rows::Space;
use crate::shader::Field;
use crate::{Error, Result};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a network says of each population and each projection.
///
/// # Errors
/// [`Error::Field`] for unknown names and wrong shapes, [`Error::NamedFile`].
pub(super) fn given_by<'a>(
    network: &'a Network,
    resolved: &'a [Resolved],
    files: Files,
    (batch, dt_ms): (u32, f64),
) -> Result<(Vec<GivenPopulation<'a>>, Vec<GivenProjection<'a>>)> {
    let populations = network.populations.iter().zip(resolved);
    let populations = populations.map(|(population, models)| GivenPopulation::of(population, models, &files, batch));
    let projections = (0..).zip(&network.projections);
    let places = places(network, &files)?;
    let projections = projections
        .map(|(index, projection)| GivenProjection::of(network, projection, index, (&files, &places, dt_ms)));
    let given = (populations.collect::<Result<_>>()?, projections.collect::<Result<_>>()?);
    // What has one place only can then be taken from there without a copy.
    drop(files);
    Ok(given)
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
    /// Of one population.
    pub(super) fn of(population: &'a Population, models: &'a Resolved, files: &Files, batch: u32) -> Result<Self> {
        let path = format!("population[{}]", population.name);
        let init_path = format!("{path}.init");
        let mut inits: BTreeMap<&str, Vec<(&str, &'a Value)>> =
            population.ports.keys().map(|name| (name.as_str(), Vec::new())).collect();
        let mut init = Vec::new();
        for (key, value) in &population.init {
            // `<port>.<variable>` is of the port's synapse.
            let (port, name) = key.split_once('.').map_or((None, key.as_str()), |(port, name)| (Some(port), name));
            let of = match port {
                None => &mut init,
                Some(port) => inits.get_mut(port).ok_or_else(|| {
                    let ports: Vec<_> = population.ports.keys().map(String::as_str).collect();
                    let hint = nearest::hint(port, ports.iter().copied());
                    Error::field(format!("{init_path}.{key}"), format!("there is no such port{hint}"), ports.join(", "))
                })?,
            };
            of.push((name, value));
        }
        let size = population.size as usize;
        let of = |fields| Named { files, fields, size, batch };
        let reflection = &models.neuron.reflection;
        let owner = format!("model {}", models.neuron.name());
        let params = population.params.iter().map(|(name, value)| (name.as_str(), value));
        let params = of(&reflection.params).given(params, &format!("{path}.params"), &owner)?;
        let init = of(&reflection.state).given(init, &init_path, &owner)?;
        let port = |((port, models), (name, init)): ((&'a Port, &'a PortModels), (&'a str, Vec<_>))| {
            let path = format!("{path}.ports.{name}");
            let init_path = format!("{init_path}.{name}");
            let (synapse, init) = match (&models.synapse, &port.synapse) {
                (Some(model), Some(part)) => {
                    let (reflection, owner) = (&model.reflection, format!("synapse {}", model.name()));
                    let synapse = of(&reflection.params).given(named(part, model), &path, &owner)?;
                    (synapse, of(&reflection.state).given(init, &init_path, &owner)?)
                }
                _ => match init.first() {
                    None => (BTreeMap::new(), BTreeMap::new()),
                    Some((variable, _)) => {
                        let problem = "the port has no synapse, and so no state";
                        let legal = "variables of ports with a synapse";
                        return Err(Error::field(format!("{init_path}.{variable}"), problem, legal));
                    }
                },
            };
            let output = named(&port.output, &models.output);
            let output = output.filter(|(key, _)| !names_variable(&models.output, key));
            let owner = format!("output {}", models.output.name());
            let fields = &models.output.reflection.params;
            let output = of(fields).given(output, &format!("{path}.output"), &owner)?;
            Ok(GivenPort { name, synapse, init, output })
        };
        let ports = population.ports.values().zip(&models.ports).zip(inits).map(port).collect::<Result<_>>()?;
        Ok(Self { population, models, params, init, ports })
    }
}

/// How values are given that a model's fields name, each for one neuron or for all.
struct Named<'a> {
    files: &'a Files,
    fields: &'a [Field],
    /// Neurons.
    size: usize,
    /// Items that may have values of their own; 1 where all share one.
    batch: u32,
}

impl Named<'_> {
    /// Each value, its array opened; `path` is that of what holds them, and `owner` has the fields.
    fn given<'v>(
        &self,
        values: impl IntoIterator<Item = (&'v str, &'v Value)>,
        path: &str,
        owner: &str,
    ) -> Result<GivenByName<'v>> {
        let each = |(name, value): (&'v str, &'v Value)| {
            check_name(name, self.fields, path, owner)?;
            let path = format!("{path}.{name}");
            let check = |shape: &[usize]| check_each(shape, self.size, self.batch as usize, &path);
            Ok((name.to_owned(), given(value, &path, self.files, &check)?))
        };
        values.into_iter().map(each).collect()
    }
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
    /// Index of its port; 0 for gap junctions, which have none.
    pub port: usize,
    pub sides: Sides,
    pub rule: Rule<OpenArray<'a>>,
    pub weight: Given<'a>,
    pub delay: Given<'a>,
    /// Where it asks for distances.
    pub space: Option<Arc<Space>>,
}

impl<'a> GivenProjection<'a> {
    /// Of one projection.
    pub(super) fn of(
        network: &Network,
        projection: &'a Projection,
        index: u32,
        (files, places, dt_ms): (&Files, &[Option<Place>], f64),
    ) -> Result<Self> {
        let path = format!("projection[{index}]");
        let pre = network.population_index(format!("{path}.pre"), &projection.pre.population)?;
        let post = network.population_index(format!("{path}.post"), &projection.post.population)?;
        let port = match projection.is_gap_junction() {
            true => 0,
            false => port_index(&network.populations[post], &projection.port, &format!("{path}.port"))?,
        };
        let sides = Sides::of(projection, &network.populations[pre], &network.populations[post]);
        let connect = format!("{path}.connect");
        let check = |shape: &[usize]| check_pairs(&connect, shape, elements(shape));
        let rule = projection.connect.rule.as_ref();
        let rule = rule.with_list(|list| OpenArray::new(list, &connect, files, &check))?;
        let synapses = rule.synapses(sides, |list| list.elements() / 2);
        let all = matches!(rule, Rule::AllToAll);
        let of_synapses = |value: &'a Value, key: &str| {
            let path = format!("{path}.{key}");
            let check = |shape: &[usize]| check_values(shape, all, synapses, sides, &path);
            given(value, &path, files, &check)
        };
        let (weight, delay) = (of_synapses(&projection.weight, "weight")?, of_synapses(&projection.delay, "delay")?);
        let end = |end: usize| (network.populations[end].name.as_str(), places[end].as_ref());
        let space = space(projection, &path, [end(pre), end(post)], sides, dt_ms)?;
        Ok(Self { projection, index, ends: [pre, post], port, sides, rule, weight, delay, space })
    }

    /// How many synapses there will be, or are expected to.
    pub(super) fn expected(&self) -> u64 {
        let listed = |pairs: &OpenArray<'_>| pairs.elements() / 2;
        match &self.space {
            Some(space) => space.expected(&self.rule, self.sides, listed),
            None => self.rule.expected(self.sides, listed),
        }
    }
}

/// Index of a population's port.
pub(super) fn port_index(population: &Population, name: &str, path: &str) -> Result<usize> {
    population.ports.keys().position(|port| port == name).ok_or_else(|| {
        let ports: Vec<_> = population.ports.keys().map(String::as_str).collect();
        let hint = nearest::hint(name, ports.iter().copied());
        let legal = if ports.is_empty() { "none, it has no ports".to_owned() } else { ports.join(", ") };
        Error::field(path, format!("population `{}` has no port `{name}`{hint}", population.name), legal)
    })
}
