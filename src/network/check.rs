//! What must hold in any network, whatever its models: names that exist, counts that fit, numbers that are finite.
//!
//! Networks from files and from the builder pass the same checks. Units of parameters, ports and weights wait for the
//! models, so they are checked when the network is lowered.

mod connect;
mod space;
pub(super) mod values;

pub(crate) use connect::{check_pairs, pairs};
pub(crate) use space::{check_coordinates, check_dimensions, check_sides};

use super::path::List;
use super::{End, Measure, Network, Population, Precision, Projection, Record, Stimulus, Storage, Until, Value};
use crate::nearest;
use crate::units::{Quantity, Unit};
use crate::{Error, Result};
use std::cmp::Ordering;
use std::ops::Range;
use values::{frequency, positive, time, value, whole};

impl Network {
    /// Checks what can be checked without knowing any model.
    ///
    /// # Errors
    /// [`Error::Field`] for the first contradiction: names that are missing, illegal, unknown or given twice; sizes and
    /// neuron indices out of range; connection rules that cannot be carried out; numbers that are not finite; times
    /// and rates of another dimension or sign.
    pub fn check(&self) -> Result<()> {
        self.check_numbered().map_err(|error| self.with_names(error))
    }

    /// The same, with errors that know projections and stimuli by their numbers.
    pub(super) fn check_numbered(&self) -> Result<()> {
        self.check_head()?;
        if self.populations.is_empty() {
            return Err(Error::field("population", "the network has none", "at least one population"));
        }
        let whole = |list: List| {
            (0..self.len(list)).try_for_each(|index| {
                self.check_name(list, index, 0..index)?;
                self.check_element(list, index)
            })
        };
        List::ALL.into_iter().try_for_each(whole)?;
        self.check_until()
    }

    /// What is no list.
    pub(super) fn check_head(&self) -> Result<()> {
        positive_time("dt", &self.dt)?;
        self.duration.as_ref().map_or(Ok(()), |duration| time("duration", duration))
    }

    /// What ends a run.
    pub(super) fn check_until(&self) -> Result<()> {
        let Some(Until { measure, of, bound, over, start, comparison: _ }) = &self.until else { return Ok(()) };
        self.check_end("until".to_owned(), of)?;
        match measure {
            Measure::Rate => frequency("until", &Value::Constant(bound.clone()))?,
            Measure::Spikes => whole("until", bound, "a whole number of spikes, 0 or more")?,
        }
        over.as_ref().map_or(Ok(()), |over| positive_time("until.over", over))?;
        start.as_ref().map_or(Ok(()), |start| time("until.start", start))
    }

    /// One element of a list, but for its name.
    pub(super) fn check_element(&self, list: List, index: usize) -> Result<()> {
        let path = format!("{}[{index}]", list.key());
        match list {
            List::Populations => check_population(&self.populations[index]),
            List::Projections => self.check_projection(&path, &self.projections[index]),
            List::Stimuli => self.check_stimulus(&path, &self.stimuli[index]),
            List::Records => self.check_record(&path, &self.records[index]),
        }
    }

    /// Whether a name that an element was given is legal, and none of the others'.
    pub(super) fn check_name(&self, list: List, index: usize, mut others: Range<usize>) -> Result<()> {
        let Some(name) = self.own_name(list, index) else { return Ok(()) };
        let field = format!("{}[{index}].name", list.key());
        legal_name(&field, name)?;
        // A population has no other name that a number could be mistaken for.
        if list != List::Populations && name.chars().all(|c| c.is_ascii_digit()) {
            let problem = format!("`{name}` is a number, by which another may be called");
            return Err(Error::field(field, problem, "a name that is no number"));
        }
        match others.find(|other| *other != index && self.own_name(list, *other) == Some(name)) {
            None => Ok(()),
            Some(first) => {
                let problem = format!("`{name}` is already the name of {} {first}", list.key());
                Err(Error::field(field, problem, "a name of its own"))
            }
        }
    }

    /// Index of the population that a field names.
    pub(crate) fn population_index(&self, field: impl Into<String>, name: &str) -> Result<usize> {
        self.populations.iter().position(|population| population.name == name).ok_or_else(|| {
            let legal: Vec<&str> = self.populations.iter().map(|population| population.name.as_str()).collect();
            let hint = nearest::hint(name, legal.iter().copied());
            Error::field(field, format!("there is no population `{name}`{hint}"), legal.join(", "))
        })
    }

    /// The population that a field names.
    fn named(&self, field: String, name: &str) -> Result<&Population> {
        self.population_index(field, name).map(|index| &self.populations[index])
    }

    fn check_projection(&self, path: &str, projection: &Projection) -> Result<()> {
        let pre = self.check_end(format!("{path}.pre"), &projection.pre)?;
        let post = self.check_end(format!("{path}.post"), &projection.post)?;
        connect::connect(&format!("{path}.connect"), projection, pre, post)?;
        space::projection(path, projection, [pre, post])?;
        check_values(path, projection)
    }

    /// What a projection says of distances, after its delay has changed.
    pub(super) fn check_distances(&self, index: usize) -> Result<()> {
        let (path, projection) = (format!("projection[{index}]"), &self.projections[index]);
        let pre = self.named(format!("{path}.pre"), &projection.pre.population)?;
        let post = self.named(format!("{path}.post"), &projection.post.population)?;
        space::projection(&path, projection, [pre, post])
    }

    /// The population of a projection's end, which has its neurons.
    fn check_end(&self, field: String, end: &End) -> Result<&Population> {
        let population = self.named(field.clone(), &end.population)?;
        let Range { start, end: last } = end.among(population);
        let Population { name, size, .. } = population;
        let problem = match start.cmp(&last) {
            _ if last > *size => format!("`{end}` goes beyond the {size} neurons of `{name}`"),
            Ordering::Less => return Ok(population),
            Ordering::Equal => format!("`{end}` has no neurons"),
            Ordering::Greater => format!("`{end}` ends before it begins"),
        };
        Err(Error::field(field, problem, format!("{name}[first..end] with first below end, and end at most {size}")))
    }

    fn check_stimulus(&self, path: &str, stimulus: &Stimulus) -> Result<()> {
        let target = self.named(format!("{path}.target"), &stimulus.target)?;
        check_neurons(path, stimulus.neurons.as_deref(), target)?;
        stimulus.check(path)
    }

    /// The population that is recorded, or that of a projection's sources, and the neurons of which something may be.
    fn recorded(&self, path: &str, record: &Record) -> Result<(&Population, Range<u32>)> {
        let one_of =
            |problem: String| Err(Error::field(path, problem, "one of the keys `population` and `projection`"));
        let Some(projection) = &record.projection else {
            if record.population.is_empty() {
                return one_of("it names neither a population nor a projection".to_owned());
            }
            let population = self.named(format!("{path}.population"), &record.population)?;
            return Ok((population, 0..population.size));
        };
        if !record.population.is_empty() {
            return one_of(format!(
                "it names the population `{}` and the projection `{projection}`",
                record.population
            ));
        }
        let field = format!("{path}.projection");
        let index = self.projection_index(&field, projection)?;
        let own = &self.projections[index];
        if own.model.is_none() || own.is_gap_junction() {
            let what = if own.model.is_none() { "has no model" } else { "has gap junctions for a model" };
            let problem = format!("`{projection}` {what}, and so no variables");
            return Err(Error::field(field, problem, "a projection whose `model` has variables"));
        }
        let population = self.named(field, &own.pre.population)?;
        Ok((population, own.pre.among(population)))
    }

    fn check_record(&self, path: &str, record: &Record) -> Result<()> {
        let (population, among) = self.recorded(path, record)?;
        if record.what.is_empty() {
            let legal = match record.projection {
                None => "`spikes`, a state variable, or `<port>.<variable>`",
                Some(_) => "variables of the projection's model",
            };
            return Err(Error::field(format!("{path}.what"), "nothing is recorded", legal));
        }
        if let Some(every) = &record.every {
            positive_time(&format!("{path}.every"), every)?;
        }
        for (key, given) in [("start", &record.start), ("stop", &record.stop)] {
            given.iter().try_for_each(|given| time(&format!("{path}.{key}"), given))?;
        }
        check_neurons(path, record.neurons.as_deref(), population)?;
        if let Some(neuron) = record.neurons.iter().flatten().find(|neuron| !among.contains(neuron)) {
            let problem = format!("the projection does not lead from neuron {neuron} of `{}`", population.name);
            let legal = format!("{} to {}", among.start, among.end - 1);
            return Err(Error::field(format!("{path}.neurons"), problem, legal));
        }
        match repeated(record.neurons.as_deref().unwrap_or_default()) {
            None => Ok(()),
            Some(neuron) => Err(Error::field(
                format!("{path}.neurons"),
                format!("neuron {neuron} is listed twice"),
                "each neuron once",
            )),
        }
    }
}

/// A number that is there more than once.
pub(crate) fn repeated(numbers: &[u32]) -> Option<u32> {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    sorted.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
}

fn positive_time(field: &str, quantity: &Quantity) -> Result<()> {
    positive(field, quantity, &Unit::MILLISECOND, "a time above 0")
}

fn legal_name(field: &str, name: &str) -> Result<()> {
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.chars().all(legal) {
        return Ok(());
    }
    Err(Error::field(field, format!("`{name}` is not a name"), "one or more of A-Z a-z 0-9 _ -"))
}

/// What a projection says of its synapses, whoever they connect.
pub(super) fn check_values(path: &str, projection: &Projection) -> Result<()> {
    if projection.is_gap_junction() {
        gap_junctions(path, projection)?;
    }
    connect::storage(&format!("{path}.storage"), projection)?;
    for (key, given) in projection.model.iter().flat_map(|model| &model.params) {
        let key = if key.is_empty() { String::new() } else { format!(".{key}") };
        value(&format!("{path}.model{key}"), given)?;
    }
    value(&format!("{path}.weight"), &projection.weight)?;
    space::symmetric(path, projection)?;
    match &projection.delay {
        Value::Conducted(conduction) => space::conduction(&format!("{path}.delay"), conduction),
        delay => values::times(&format!("{path}.delay"), delay),
    }
}

/// What gap junctions lack.
fn gap_junctions(path: &str, projection: &Projection) -> Result<()> {
    let Projection { port, delay, model, precision, storage, .. } = projection;
    let refused = |key: &str, problem: String, legal: &str| Err(Error::field(format!("{path}.{key}"), problem, legal));
    let given = model.iter().flat_map(|part| part.params.keys()).next();
    if let Some(key) = given {
        return refused(&format!("model.{key}"), "gap junctions have no parameters".to_owned(), "a weight alone");
    }
    if !port.is_empty() {
        return refused("port", format!("it is `{port}`, but gap junctions act on V itself"), "none");
    }
    if *delay != Projection::no_delay() {
        let problem = "gap junctions have none: they see the V of their sources after the step before";
        return refused("delay", problem.to_owned(), "0 ms, as Network::couple has it");
    }
    kept_as_they_are(path, *precision, *storage, "gap junctions")
}

/// Weights that are no counts, and synapses that targets look for.
pub(crate) fn kept_as_they_are(path: &str, precision: Option<Precision>, storage: Storage, what: &str) -> Result<()> {
    if precision.is_some() {
        let problem = format!("{what} keep their weights as numbers of 32 bits");
        return Err(Error::field(format!("{path}.weights"), problem, "none"));
    }
    if storage == Storage::Procedural {
        let problem = format!("of {what} each target looks for its sources, and rows are drawn by source");
        return Err(Error::field(format!("{path}.storage"), problem, "stored"));
    }
    Ok(())
}

fn check_population(population: &Population) -> Result<()> {
    let path = format!("population[{}]", population.name);
    if population.size == 0 {
        return Err(Error::field(format!("{path}.size"), "is 0", "1 to 4294967295"));
    }
    if let Some(positions) = &population.positions {
        space::positions(&format!("{path}.positions"), positions, population)?;
    }
    for (name, param) in &population.params {
        value(&format!("{path}.params.{name}"), param)?;
    }
    for (name, init) in &population.init {
        value(&format!("{path}.init.{name}"), init)?;
    }
    for (name, port) in &population.ports {
        legal_name(&format!("{path}.ports"), name)?;
        for (param, given) in port.synapse.iter().flat_map(|synapse| &synapse.params) {
            value(&format!("{path}.ports.{name}.{param}"), given)?;
        }
        for given in port.output.params.values() {
            value(&format!("{path}.ports.{name}.output"), given)?;
        }
    }
    Ok(())
}

fn check_neurons(path: &str, neurons: Option<&[u32]>, population: &Population) -> Result<()> {
    let Population { name, size, .. } = population;
    match neurons.unwrap_or_default().iter().find(|neuron| **neuron >= *size) {
        None => Ok(()),
        Some(neuron) => {
            let problem = format!("`{name}` has {size} neurons, so there is no neuron {neuron}");
            Err(Error::field(format!("{path}.neurons"), problem, format!("0 to {}", size - 1)))
        }
    }
}
