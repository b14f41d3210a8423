//! A population's values: parameters and initial values of its neuron and its ports.

use super::resolve::{Context, fields, unit_of};
use super::slabs::{Resolved, names_variable, output_unit};
use super::{Column, PopulationPlan, PortModels, PortPlan, Scale};
use crate::model::Definition;
use crate::network::{Part, Population, Value};
use crate::random::Purpose;
use crate::shader::Field;
use crate::units::Quantity;
use crate::{Error, Result};
use std::collections::BTreeMap;

/// Fields of one model at most: drawn values of different fields have streams of their own.
const FIELDS: u64 = 64;
/// Parts of a population whose values may be drawn: the neuron, and two of each of 15 ports.
const PARTS: u64 = 32;

/// The context of a population's part: part 0 is the neuron, each port has two more.
#[expect(clippy::arithmetic_side_effects, reason = "a population that is in memory has an index far below 2⁵³")]
fn part_context<'a>(
    base: Context<'_>,
    purpose: Purpose,
    (population, part): (usize, usize),
    (path, owner, port_unit): (&'a str, &'a str, &'a str),
) -> Context<'a> {
    let Context { dt_ms, seed, size, batch, .. } = base;
    let (population, part) = (population as u64, part as u64);
    // Where parts are more, no number may be one of the next population's.
    let index = if part < PARTS { (population * PARTS + part) * FIELDS } else { u64::from(u32::MAX) };
    // Parameters are the same for all batch items; initial values are not.
    let batch = if purpose == Purpose::InitialValues { batch } else { 1 };
    Context { dt_ms, seed, purpose, index, size, batch, port_unit, path, owner }
}

/// A population's values; its places in slab and ring are filled in later.
#[expect(clippy::arithmetic_side_effects, reason = "numbers of ports that are in memory")]
pub(super) fn columns(
    population: &Population,
    models: &Resolved,
    index: usize,
    dt_ms: f64,
    seed: u64,
    batch: u32,
) -> Result<PopulationPlan> {
    let path = format!("population[{}]", population.name);
    let base = Context {
        dt_ms,
        seed,
        purpose: Purpose::Parameters,
        index: 0,
        size: population.size as usize,
        batch,
        port_unit: "1",
        path: "",
        owner: "",
    };
    let owner = format!("model {}", models.neuron.name());
    let reflection = &models.neuron.reflection;
    let params_path = format!("{path}.params");
    let with = part_context(base, Purpose::Parameters, (index, 0), (&params_path, &owner, "1"));
    let params = fields(&population.params, &reflection.params, with)?;
    let of_neuron = OfNeuron { model: &models.neuron, params: &params };
    of_neuron.check(&population.params, (&reflection.params, &params), with)?;
    let init_path = format!("{path}.init");
    let init = part_context(base, Purpose::InitialValues, (index, 0), (&init_path, &owner, "1"));
    // `<port>.<variable>` in `init` is of the port's synapse.
    let own_init = population.init.iter().filter(|(name, _)| !name.contains('.'));
    let own_init: BTreeMap<_, _> = own_init.map(|(name, value)| (name.clone(), value.clone())).collect();
    if let Some(name) = population
        .init
        .keys()
        .find(|name| name.split_once('.').is_some_and(|(port, _)| !population.ports.contains_key(port)))
    {
        let ports: Vec<_> = population.ports.keys().map(String::as_str).collect();
        return Err(Error::field(format!("{init_path}.{name}"), "there is no such port", ports.join(", ")));
    }
    let mut ports = Vec::with_capacity(population.ports.len());
    for (number, ((name, port), models)) in population.ports.iter().zip(&models.ports).enumerate() {
        let path = format!("{path}.ports.{name}");
        let unit = port_unit(models);
        let mut plan = PortPlan {
            name: name.clone(),
            synapse_params: Vec::new(),
            synapse_init: Vec::new(),
            output_params: Vec::new(),
            first_inlet: 0,
            synapses: 0,
            scale: Scale { power: 0 },
        };
        if let (Some(model), Some(part)) = (&models.synapse, &port.synapse) {
            let owner = format!("synapse {}", model.name());
            let values = named(part, model);
            let with = part_context(base, Purpose::Parameters, (index, 2 * number + 1), (&path, &owner, unit));
            plan.synapse_params = fields(&values, &model.reflection.params, with)?;
            of_neuron.check(&values, (&model.reflection.params, &plan.synapse_params), with)?;
            let prefix = format!("{name}.");
            let init = population.init.iter().filter_map(|(key, value)| Some((key.strip_prefix(&prefix)?, value)));
            let init = init.map(|(key, value)| (key.to_owned(), value.clone())).collect();
            let path = format!("{init_path}.{name}");
            let with = part_context(base, Purpose::InitialValues, (index, 2 * number + 1), (&path, &owner, unit));
            plan.synapse_init = fields(&init, &model.reflection.state, with)?;
        }
        let owner = format!("output {}", models.output.name());
        let path = format!("{path}.output");
        let with = part_context(base, Purpose::Parameters, (index, 2 * number + 2), (&path, &owner, unit));
        let mut values = named(&port.output, &models.output);
        values.retain(|key, _| !names_variable(&models.output, key));
        plan.output_params = fields(&values, &models.output.reflection.params, with)?;
        of_neuron.check(&values, (&models.output.reflection.params, &plan.output_params), with)?;
        ports.push(plan);
    }
    Ok(PopulationPlan {
        name: population.name.clone(),
        size: population.size,
        slab: 0,
        first_in_slab: 0,
        params,
        init: fields(&own_init, &reflection.state, init)?,
        ports,
        stimuli: Vec::new(),
    })
}

/// A population's neuron, of which its ports may have to know a parameter.
struct OfNeuron<'a> {
    model: &'a Definition,
    params: &'a [Column],
}

impl OfNeuron<'_> {
    /// Holds parameters that must equal one of the neuron's against it; `given` are those that were not left out.
    fn check(
        &self,
        given: &BTreeMap<String, Value>,
        (fields, columns): (&[Field], &[Column]),
        context: Context<'_>,
    ) -> Result<()> {
        for (field, column) in fields.iter().zip(columns).filter(|(field, _)| !field.of_neuron.is_empty()) {
            let path = format!("{}.{}", context.path, field.name);
            let (names, model) = (field.of_neuron.join(" or "), self.model.name());
            let params = || self.model.reflection.params.iter().zip(self.params);
            let of_name = |name: &String| params().find(|(other, _)| other.name == *name && other.steps.is_none());
            let Some((other, theirs)) = field.of_neuron.iter().find_map(of_name) else {
                let problem = format!("{} is for a neuron with {names}, which model {model} lacks", context.owner);
                return Err(Error::field(path, problem, "a neuron that has one of them, or another synapse"));
            };
            let (unit, their_unit) = (unit_of(&field.unit, context.port_unit)?, unit_of(&other.unit, "1")?);
            let in_own = |number: f64| {
                Quantity::new(number, &their_unit).in_unit(&unit).map_err(|problem| Error::field(&*path, problem, ""))
            };
            let neurons = column.values().len().max(theirs.values().len());
            for neuron in 0..neurons {
                let (own, theirs) = (column.at(neuron), in_own(theirs.at(neuron))?);
                // An array may have been converted from another unit, with a rounding.
                if (own - theirs).abs() > 1e-9 * theirs.abs() {
                    let [own, theirs] = [own, theirs].map(|number| Quantity::new(number, &unit).to_string());
                    let own = if given.contains_key(&field.name) { own } else { format!("the default, {own},") };
                    let which = if neurons > 1 { format!(" for neuron {neuron}") } else { String::new() };
                    let problem = format!("{own} is not the {} of model {model}, {theirs}{which}", other.name);
                    return Err(Error::field(path, problem, format!("{theirs}{which}")));
                }
            }
        }
        Ok(())
    }
}

/// A part's parameters; the name `""` stands for the first.
fn named(part: &Part, model: &Definition) -> BTreeMap<String, Value> {
    let first = model.reflection.params.first().map_or("", |field| field.name.as_str());
    let name = |name: &String| if name.is_empty() { first.to_owned() } else { name.clone() };
    part.params.iter().map(|(key, value)| (name(key), value.clone())).collect()
}

/// The unit of a port's weights.
pub(super) fn port_unit(models: &PortModels) -> &'static str {
    output_unit(&models.output)
}
