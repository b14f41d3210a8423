//! A population's values: parameters and initial values of its neuron and its ports.

use super::arrays::GivenByName;
use super::given::{GivenPopulation, GivenPort};
use super::resolve::{self, Context, Seeds, fields, unit_of};
use super::slabs::{Placement, output_unit};
use super::{Column, PopulationPlan, PortModels, PortPlan, Scale};
use crate::model::Definition;
use crate::random::Purpose;
use crate::shader::Field;
use crate::units::Quantity;
use crate::{Error, Result};

/// Fields of one model at most: drawn values of different fields have streams of their own.
const FIELDS: u64 = 64;
/// Parts of a population whose values may be drawn: the neuron, and two of each of 15 ports.
const PARTS: u64 = 32;

/// The context of a population's part: part 0 is the neuron, each port has two more.
#[expect(clippy::arithmetic_side_effects, reason = "a population that is in memory has an index far below 2⁵³")]
fn part_context<'a>(
    base: Context<'a>,
    seeds: Seeds<'a>,
    purpose: Purpose,
    (population, part): (usize, usize),
    (path, owner, port_unit): (&'a str, &'a str, &'a str),
) -> Context<'a> {
    let Context { dt_ms, size, .. } = base;
    let (population, part) = (population as u64, part as u64);
    // Where parts are more, no number may be one of the next population's.
    let index = if part < PARTS { (population * PARTS + part) * FIELDS } else { u64::from(u32::MAX) };
    // Parameters that are drawn are the same for all batch items; initial values are not.
    let seeds = if purpose == Purpose::InitialValues { seeds.items } else { std::slice::from_ref(seeds.wiring) };
    Context { dt_ms, seeds, purpose, index, size, batch: base.batch, port_unit, path, owner }
}

/// A population's place, and its values, taken out of what the network says of them; without synapses, and without stimuli.
#[expect(clippy::arithmetic_side_effects, reason = "numbers of ports that are in memory")]
pub(super) fn population_plan(
    given: GivenPopulation<'_>,
    (index, place): (usize, Placement),
    dt_ms: f64,
    seeds: Seeds<'_>,
) -> Result<PopulationPlan> {
    let GivenPopulation { population, models, params, init, ports } = given;
    let path = format!("population[{}]", population.name);
    let base = Context {
        dt_ms,
        seeds: seeds.items,
        purpose: Purpose::Parameters,
        index: 0,
        size: population.size as usize,
        batch: seeds.items.len(),
        port_unit: "1",
        path: "",
        owner: "",
    };
    let owner = format!("model {}", models.neuron.name());
    let reflection = &models.neuron.reflection;
    let params_path = format!("{path}.params");
    let with = part_context(base, seeds, Purpose::Parameters, (index, 0), (&params_path, &owner, "1"));
    let defaults = left_out(&params, &reflection.params);
    let params = fields(params, &reflection.params, with)?;
    let of_neuron = OfNeuron { model: &models.neuron, params: &params };
    of_neuron.check(&defaults, (&reflection.params, &params), with)?;
    let init_path = format!("{path}.init");
    let with = part_context(base, seeds, Purpose::InitialValues, (index, 0), (&init_path, &owner, "1"));
    let init = fields(init, &reflection.state, with)?;
    let Placement { slab, first_in_slab, first_inlets } = place;
    let port = |(number, ((GivenPort { name, synapse, init, output }, models), first_inlet)): (
        usize,
        ((_, &PortModels), u32),
    )| {
        let path = format!("{path}.ports.{name}");
        let init_path = format!("{init_path}.{name}");
        let unit = port_unit(models);
        let (mut synapse_params, mut synapse_init) = (Vec::new(), Vec::new());
        if let Some(model) = &models.synapse {
            let owner = format!("synapse {}", model.name());
            let with = part_context(base, seeds, Purpose::Parameters, (index, 2 * number + 1), (&path, &owner, unit));
            synapse_params = of_neuron.fields(synapse, &model.reflection.params, with)?;
            let with =
                part_context(base, seeds, Purpose::InitialValues, (index, 2 * number + 1), (&init_path, &owner, unit));
            synapse_init = fields(init, &model.reflection.state, with)?;
        }
        let owner = format!("output {}", models.output.name());
        let path = format!("{path}.output");
        let with = part_context(base, seeds, Purpose::Parameters, (index, 2 * number + 2), (&path, &owner, unit));
        let output_params = of_neuron.fields(output, &models.output.reflection.params, with)?;
        let (name, synapses, scale, item_scales) = (name.to_owned(), 0, Scale { power: 0 }, Vec::new());
        Ok(PortPlan { name, synapse_params, synapse_init, output_params, first_inlet, synapses, scale, item_scales })
    };
    let ports = ports.into_iter().zip(&models.ports).zip(first_inlets).enumerate().map(port).collect::<Result<_>>()?;
    let (name, size) = (population.name.clone(), population.size);
    Ok(PopulationPlan {
        name,
        size,
        slab,
        first_in_slab,
        params,
        init,
        ports,
        stimuli: Vec::new(),
        sources: Vec::new(),
    })
}

/// A population's neuron, of which its ports may have to know a parameter.
struct OfNeuron<'a> {
    model: &'a Definition,
    params: &'a [Column],
}

impl OfNeuron<'_> {
    /// Parameters of a part, those that must equal one of the neuron's held against it.
    fn fields(&self, given: GivenByName<'_>, fields: &[Field], context: Context<'_>) -> Result<Vec<Column>> {
        let defaults = left_out(&given, fields);
        let columns = resolve::fields(given, fields, context)?;
        self.check(&defaults, (fields, &columns), context)?;
        Ok(columns)
    }

    /// `defaults` are the fields that were not given.
    fn check(&self, defaults: &[&str], (fields, columns): (&[Field], &[Column]), context: Context<'_>) -> Result<()> {
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
                    let default = defaults.contains(&field.name.as_str());
                    let own = if default { format!("the default, {own},") } else { own };
                    let which = if neurons > 1 { format!(" for neuron {neuron}") } else { String::new() };
                    let problem = format!("{own} is not the {} of model {model}, {theirs}{which}", other.name);
                    return Err(Error::field(path, problem, format!("{theirs}{which}")));
                }
            }
        }
        Ok(())
    }
}

/// The fields that are not given.
fn left_out<'f>(given: &GivenByName<'_>, fields: &'f [Field]) -> Vec<&'f str> {
    let names = fields.iter().map(|field| field.name.as_str());
    names.filter(|name| !given.contains_key(*name)).collect()
}

/// The unit of a port's weights.
pub(super) fn port_unit(models: &PortModels) -> &str {
    output_unit(&models.output)
}
