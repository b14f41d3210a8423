//! Who records what: a population's spikes, variables of its neurons, variables of a projection's model.

use super::period::{period, steps};
use super::{Plan, PopulationPlan, Recorded, Recorder, Sampling};
use crate::nearest;
use crate::network::{Network, Record};
use crate::recording::Period;
use crate::units::{Quantity, Unit};
use crate::{Error, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

impl Plan {
    /// Resolves what is recorded. A population's spikes have one recorder, of the neurons of all records that name them; where no
    /// record does, the spikes of all populations are recorded.
    pub(super) fn add_recorders(&mut self, network: &Network) -> Result<()> {
        let mut spikes: BTreeMap<usize, Spiking> = BTreeMap::new();
        for (index, record) in network.records.iter().enumerate() {
            let path = format!("record[{index}]");
            let subject = Subject::of(network, record, &path, &self.populations)?;
            let population = subject.population;
            let every = match &record.every {
                Some(every) => steps(every, self.dt_ms, &format!("{path}.every"), "", &mut self.warnings)?,
                None => 1,
            };
            let times = [record.start.as_ref(), record.stop.as_ref()];
            let period = period(times, 1, self.dt_ms, &path, &mut self.warnings)?;
            for what in &record.what {
                if what == "spikes" && subject.source.is_none() {
                    let first = || Spiking { record: index, period, neurons: Some(BTreeSet::new()) };
                    let known = spikes.entry(population).or_insert_with(first);
                    if known.period != period {
                        let problem = format!(
                            "spikes of `{}` are recorded {} here, and {} by record[{}]",
                            record.population,
                            self.in_words(period),
                            self.in_words(known.period),
                            known.record
                        );
                        return Err(Error::field(path, problem, "the same times for all records of its spikes"));
                    }
                    match (known.neurons.as_mut(), &record.neurons) {
                        (Some(known), Some(more)) => known.extend(more),
                        _ => known.neurons = None,
                    }
                    continue;
                }
                let variable = self.recorded_variable(&subject, what, &path)?;
                let what = Recorded::Samples(Sampling { variable, every });
                let projection = subject.source.is_some().then(|| subject.name.clone());
                let neurons = subject.neurons(record);
                self.recorders.push(Recorder { population, projection, neurons, period, what });
            }
        }
        if spikes.is_empty() {
            let all = || Spiking { record: 0, period: Period::default(), neurons: None };
            spikes = (0..self.populations.len()).map(|population| (population, all())).collect();
        }
        self.recorders.extend(spikes.into_iter().map(|(population, Spiking { period, neurons, .. })| {
            let neurons = neurons.map(|neurons| neurons.into_iter().collect());
            Recorder { population, projection: None, neurons, period, what: Recorded::Spikes }
        }));
        Ok(())
    }

    /// A period in words.
    fn in_words(&self, period: Period) -> String {
        let time = |step: u32| Quantity::new(f64::from(step) * self.dt_ms, &Unit::MILLISECOND).to_string();
        let end = if period.stop == u32::MAX { "the end".to_owned() } else { time(period.stop) };
        format!("from {} to {end}", time(period.start))
    }

    /// The variable that a record names.
    fn recorded_variable(&self, subject: &Subject, what: &str, path: &str) -> Result<usize> {
        let &Subject { population, ref name, ref source, .. } = subject;
        let found = match source {
            None => self.variable_index(population, what),
            Some((prefix, _)) => self.variable_index(population, &format!("{prefix}.{what}")),
        };
        found.ok_or_else(|| {
            let names = self.variable_names(population).into_iter();
            let legal: Vec<_> = match source {
                None => std::iter::once("spikes".to_owned()).chain(names).collect(),
                Some((prefix, _)) => {
                    names.filter_map(|name| Some(name.strip_prefix(prefix)?.strip_prefix('.')?.to_owned())).collect()
                }
            };
            let hint = nearest::hint(what, legal.iter().map(String::as_str));
            let kind = if source.is_some() { "projection" } else { "population" };
            let problem = format!("{kind} `{name}` has no variable `{what}`{hint}");
            Error::field(format!("{path}.what"), problem, legal.join(", "))
        })
    }
}

/// Of whom a record is: a population, or a projection's model, of its sources.
struct Subject {
    population: usize,
    /// What it is called.
    name: String,
    /// What begins the names of the model's variables, and the neurons from which the projection leads, where these are not all.
    source: Option<(String, Option<Range<u32>>)>,
}

impl Subject {
    fn of(network: &Network, record: &Record, path: &str, populations: &[PopulationPlan]) -> Result<Self> {
        let Some(selector) = &record.projection else {
            let population = network.population_index(format!("{path}.population"), &record.population)?;
            return Ok(Self { population, name: record.population.clone(), source: None });
        };
        let index = network.projection_index(&format!("{path}.projection"), selector)?;
        let with_model = populations.iter().enumerate().find_map(|(population, place)| {
            let own = place.sources.iter().flatten().find(|source| source.projection == index)?;
            let part = Some(own.neurons.clone()).filter(|neurons| *neurons != (0..place.size));
            let source = Some((own.name.clone(), part));
            Some(Self { population, name: network.projection_name(index), source })
        });
        with_model.ok_or_else(|| {
            let problem = format!("`{selector}` has no model, and so no variables");
            Error::field(format!("{path}.projection"), problem, "a projection whose `model` has variables")
        })
    }

    /// The neurons of which it is recorded, those of a projection where it leads from them.
    fn neurons(&self, record: &Record) -> Option<Vec<u32>> {
        let part = || Some(self.source.as_ref()?.1.clone()?.collect());
        record.neurons.clone().or_else(part)
    }
}

/// How the spikes of a population are recorded.
struct Spiking {
    /// The first record that says so.
    record: usize,
    period: Period,
    /// Of these neurons; of all if `None`.
    neurons: Option<BTreeSet<u32>>,
}
