//! Lowers stimuli: their values to columns, their traces, count tables and arrival steps to words of data.

mod dense;
mod general;

use super::counts::{self, CountTable};
use super::held::{check_column, f32_words, next_place, steps_u32};
use super::resolve::{Context, array_in, fields, unit_of, whole_or};
use super::suspicious::negative;
use super::{Column, Encoder, StimulusPlan, Target};
use crate::memory::grow;
use crate::model::{Definition, Kind, find};
use crate::network::{Array, Sampler, Stimulus, StimulusKind, Value};
use crate::random::Purpose;
use crate::shader::FieldKind;
use crate::units::{Quantity, Unit};
use crate::{Error, Result, Warning};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A stimulus of one population, before it has a slot in the slab.
pub(super) struct Lowered {
    pub model: Arc<Definition>,
    pub target: Target,
    pub plan: StimulusPlan,
}

/// The target of a stimulus, as lowered so far.
pub(super) struct Site<'a> {
    /// [ms] length of a step.
    pub dt_ms: f64,
    /// Seed of the network.
    pub seed: u64,
    /// Neurons of the target population.
    pub size: usize,
    /// Index of the stimulus in the network.
    pub index: u32,
    /// Items of the batch.
    pub batch: u32,
    /// Unit of a jump: that of V.
    pub jump_unit: &'a str,
    /// The target's port named by the stimulus, if any: index and unit.
    pub port: Option<(usize, &'a str)>,
}

impl Site<'_> {
    /// The number of the stimulus' first field among all that may be drawn; it has 16 at most.
    fn first_drawn(&self) -> u64 {
        u64::from(self.index) << 4
    }

    /// The number of its matrix among all; those of projections are even.
    fn matrix(&self) -> u64 {
        u64::from(self.index) << 1 | 1
    }
}

/// Lowers one stimulus; appends to the words that stimuli read. The encoder is there if its rates may be set.
pub(super) fn lower(
    stimulus: &Stimulus,
    site: &Site<'_>,
    data: &mut Vec<u32>,
    warnings: &mut Vec<Warning>,
) -> Result<(Lowered, Option<Encoder>)> {
    let path = format!("stimulus[{}]", site.index);
    let chosen = stimulus.neurons.as_deref();
    let mut values = BTreeMap::new();
    let name = match &stimulus.kind {
        StimulusKind::PoissonInput { sources, rate, weight, .. } => {
            values.insert("sources".to_owned(), Value::from(f64::from(*sources)));
            values.insert("rate".to_owned(), rate.clone());
            values.insert("weight".to_owned(), weight.clone());
            "poisson_input"
        }
        StimulusKind::Current { value } => {
            values.insert("value".to_owned(), value.clone());
            "current"
        }
        StimulusKind::Trace { .. } => "trace",
        StimulusKind::PoissonEncoder { weight, .. } => {
            values.insert("weight".to_owned(), weight.clone());
            "poisson_encoder"
        }
        StimulusKind::Model { name, params, .. } => {
            general::check_name(name, &path)?;
            values.clone_from(params);
            name
        }
        StimulusKind::Dense { .. } => "dense",
        StimulusKind::SpikeTimes { weight, .. } => {
            values.insert("weight".to_owned(), weight.clone());
            "spike_times"
        }
    };
    let model = find(Kind::Stimulus, name)?
        .ok_or_else(|| Error::request(format!("stimulus {name}"), "the catalogue lacks it", ""))?;
    let owner = format!("stimulus {name}");
    let context = Context {
        dt_ms: site.dt_ms,
        seed: site.seed,
        purpose: Purpose::Stimuli,
        index: site.first_drawn(),
        size: chosen.map_or(site.size, <[u32]>::len),
        batch: 1,
        port_unit: site.port.map_or(site.jump_unit, |(_, unit)| unit),
        path: &path,
        owner: &owner,
    };
    let columns = fields(&values, &model.reflection.params, context)?;
    let init = fields(&BTreeMap::new(), &model.reflection.state, context)?;
    for (field, weights) in model.reflection.params.iter().zip(&columns).filter(|(field, _)| field.unit == "target") {
        let unit = unit_of(&field.unit, context.port_unit)?;
        warnings.extend(negative(format!("{path}.{}", field.name), weights, context.size, &unit));
    }
    let place = Placing { path: &path, chosen, site };
    let (mut encoder, mut active) = (None, Column::Constant(1.0));
    let (target, params) = match &stimulus.kind {
        StimulusKind::Model { .. } => {
            active = place.active()?;
            (place.target_of(&model)?, place.general(&model, columns)?)
        }
        StimulusKind::PoissonEncoder { rates, .. } => {
            active = place.active()?;
            let (first, params) = place.encoder(&columns[0], rates, context, data)?;
            encoder = first.map(|first| Encoder { stimulus: site.index as usize, first, neurons: context.size });
            (place.target(), params)
        }
        StimulusKind::PoissonInput { sampler, .. } => (place.target(), place.poisson(columns, *sampler, data)?),
        StimulusKind::Current { .. } => (Target::Current, vec![place.current(&columns[0])?]),
        StimulusKind::Trace { trace } => (Target::Current, place.trace(trace, data)?),
        StimulusKind::Dense { input, weight, .. } => dense::dense(&place, input, weight, data, warnings)?,
        StimulusKind::SpikeTimes { times, .. } => (place.target(), place.arrivals(&columns[0], times, data)?),
    };
    let plan = StimulusPlan { stream: site.index, params, init, active };
    Ok((Lowered { model, target, plan }, encoder))
}

/// Where a table of counts stands in the words that stimuli read, and what is known of it beforehand.
#[derive(Clone, Copy)]
struct CountPlace {
    table: u32,
    smallest: u32,
    guide: u32,
    shift: u32,
}

impl CountPlace {
    /// Appends a table and its guide: a fine one where many neurons share it, a coarse one where each has its own.
    ///
    /// # Errors
    /// [`Error::HostMemory`]: nobody knows beforehand how long tables of drawn rates will be.
    #[expect(clippy::arithmetic_side_effects, reason = "a table has at most 32 bits, a guide 1 to 12")]
    fn of(counts: &CountTable, shared: bool, data: &mut Vec<u32>) -> Result<Self> {
        let bits = if shared { counts.bits() + 4 } else { counts.bits() }.clamp(1, 12);
        let (words, guides) = (counts.words(), counts.guide(bits));
        grow(data, words.len() + guides.len(), "the tables of Poisson counts", "fewer different rates")?;
        let table = next_place(data)?;
        data.extend(words);
        let guide = next_place(data)?;
        data.extend(guides);
        Ok(Self { table, smallest: counts.first, guide, shift: 32 - bits })
    }
}

struct Placing<'a> {
    path: &'a str,
    chosen: Option<&'a [u32]>,
    site: &'a Site<'a>,
}

impl Placing<'_> {
    fn target(&self) -> Target {
        self.site.port.map_or(Target::Jump, |(port, _)| Target::Port(port))
    }

    /// A column over the chosen neurons as a column over the population: 0 where none was chosen.
    fn spread(&self, column: &Column, join: impl Fn(f64, f64) -> f64) -> Column {
        let Some(chosen) = self.chosen else { return column.clone() };
        let mut all = vec![0.0; self.site.size];
        for (index, &neuron) in chosen.iter().enumerate() {
            all[neuron as usize] = join(all[neuron as usize], column.at(index));
        }
        Column::Each(all.into())
    }

    /// The current into each neuron, which may be chosen more than once.
    fn current(&self, column: &Column) -> Result<Column> {
        let sums = self.spread(column, |sum, value| sum + value);
        check_column(&sums, &unit_of("mA", "")?, &format!("{}.value", self.path))?;
        Ok(sums)
    }

    /// Count tables: one for each number of sources and rate that occurs.
    fn poisson(&self, columns: Vec<Column>, sampler: Sampler, data: &mut Vec<u32>) -> Result<Vec<Column>> {
        let [sources, rate, weight] = [0, 1, 2].map(|i| &columns[i]);
        let varied = [rate, weight].into_iter().any(|column| matches!(column, Column::Each(_)));
        if varied && self.chosen.is_some_and(has_duplicates) {
            let legal = "one rate and one weight where neurons are listed twice";
            return Err(Error::field(format!("{}.neurons", self.path), "a neuron is listed twice", legal));
        }
        // Independent binomials of equal probability add up to one of all their sources.
        let sources = self.spread(sources, |sum, n| sum + n);
        if let Some(neuron) = sources.values().iter().position(|&n| !FieldKind::U32.holds(n)) {
            let problem = format!("neuron {neuron} has {} of them in all", sources.at(neuron));
            return Err(Error::field(format!("{}.sources", self.path), problem, format!("at most {}", u32::MAX)));
        }
        let [rate, weight] = [rate, weight].map(|column| match column {
            Column::Constant(_) => column.clone(),
            Column::Each(_) => self.spread(column, |_, value| value),
        });
        let shared = matches!((&sources, &rate), (Column::Constant(_), Column::Constant(_)));
        let mut known = HashMap::new();
        let mut place = |neuron: usize| -> Result<CountPlace> {
            let (n, p) = (sources.at(neuron), rate.at(neuron) * self.site.dt_ms / 1e3);
            if let Some(&place) = known.get(&(n.to_bits(), p.to_bits())) {
                return Ok(place);
            }
            let counts = self.count_table(FieldKind::U32.word(n), p, sampler, rate.at(neuron))?;
            let place = CountPlace::of(&counts, shared, data)?;
            known.insert((n.to_bits(), p.to_bits()), place);
            Ok(place)
        };
        let neurons = if shared { 1 } else { self.site.size };
        let places = (0..neurons).map(&mut place).collect::<Result<Vec<_>>>()?;
        let column = |word: fn(&CountPlace) -> u32| match &places[..] {
            [place] if shared => Column::Constant(f64::from(word(place))),
            places => Column::Each(places.iter().map(|place| f64::from(word(place))).collect()),
        };
        let [table, smallest] = [column(|place| place.table), column(|place| place.smallest)];
        let [guide, shift] = [column(|place| place.guide), column(|place| place.shift)];
        Ok(vec![sources, rate, weight, table, smallest, guide, shift])
    }

    fn count_table(&self, n: u32, p: f64, sampler: Sampler, rate: f64) -> Result<CountTable> {
        let (dt_ms, per_second) = (self.site.dt_ms, 1e3 / self.site.dt_ms);
        let refused = |problem, legal| Error::field(format!("{}.rate", self.path), problem, legal);
        if sampler == Sampler::Poisson {
            // A Poisson count depends on n·p alone, so one source may have any rate.
            let mean = f64::from(n) * p;
            return counts::poisson(mean).ok_or_else(|| {
                let events = Quantity::number(mean);
                let problem = format!("{n} sources of {rate} Hz have {events} events in a step of {dt_ms} ms");
                refused(problem, format!("at most {} events", u32::MAX))
            });
        }
        let legal = || format!("at most one event in a step: 0 to {per_second} Hz, or sampler = \"poisson\"");
        if p > 1.0 {
            return Err(refused(format!("{rate} Hz is {p} events in a step of {dt_ms} ms"), legal()));
        }
        counts::table(n, p, sampler).map_err(|problem| refused(problem, legal()))
    }

    fn trace(&self, trace: &Array, data: &mut Vec<u32>) -> Result<Vec<Column>> {
        let path = format!("{}.trace", self.path);
        let (shape, values) = array_in(trace, &unit_of("mA", "mA")?, &path)?;
        let neurons = self.chosen.map_or(self.site.size, <[u32]>::len);
        let (steps, width) = match shape[..] {
            [steps] => (steps, 1),
            [steps, width] if width == neurons => (steps, width),
            _ => {
                let legal = format!("[T] or [T, {neurons}]");
                return Err(Error::field(path, format!("the trace has shape {shape:?}"), legal));
            }
        };
        let first = next_place(data)?;
        data.extend(f32_words(values));
        let column = self.table_columns(width)?;
        Ok(vec![
            Column::Constant(f64::from(first)),
            Column::Constant(steps as f64),
            Column::Constant(width as f64),
            column,
        ])
    }

    /// The column of each neuron in a table of `width` values a step; beyond the width where none was chosen.
    fn table_columns(&self, width: usize) -> Result<Column> {
        self.each_once()?;
        Ok(match (self.chosen, width) {
            (None, 1) => Column::Constant(0.0),
            (None, _) => Column::Each((0..self.site.size).map(|neuron| neuron as f64).collect()),
            (Some(chosen), _) => {
                let mut columns = vec![f64::from(u32::MAX); self.site.size];
                for (index, &neuron) in chosen.iter().enumerate() {
                    columns[neuron as usize] = if width == 1 { 0.0 } else { index as f64 };
                }
                Column::Each(columns.into())
            }
        })
    }

    fn each_once(&self) -> Result<()> {
        if self.chosen.is_some_and(has_duplicates) {
            return Err(Error::field(format!("{}.neurons", self.path), "a neuron is listed twice", "each once"));
        }
        Ok(())
    }

    fn arrivals(&self, weight: &Column, times: &Array, data: &mut Vec<u32>) -> Result<Vec<Column>> {
        let Column::Constant(_) = weight else {
            return Err(Error::field(format!("{}.weight", self.path), "the weight is not one value", "one quantity"));
        };
        let path = format!("{}.times", self.path);
        let (_, times) = array_in(times, &Unit::MILLISECOND, &path)?;
        let neurons = self.chosen.unwrap_or(&[]);
        if times.len() != neurons.len() {
            let problem = format!("{} times for {} neurons", times.len(), neurons.len());
            return Err(Error::field(path, problem, "one neuron for each time"));
        }
        let mut arrivals = vec![Vec::new(); self.site.size];
        for (index, (&time, &neuron)) in times.iter().zip(neurons).enumerate() {
            let dt_ms = self.site.dt_ms;
            let steps = whole_or(time / dt_ms, f64::round);
            let step = steps_u32(steps, dt_ms, &path, || format!("value {index}, {time} ms,"))?;
            arrivals[neuron as usize].push(step);
        }
        let counts = arrivals.iter().map(|steps| steps.len() as f64).collect();
        let firsts = arrivals.into_iter().map(|mut steps| {
            steps.sort_unstable();
            let first = next_place(data)?;
            data.extend(steps);
            Ok(f64::from(first))
        });
        Ok(vec![weight.clone(), Column::Each(firsts.collect::<Result<_>>()?), Column::Each(counts)])
    }
}

fn has_duplicates(neurons: &[u32]) -> bool {
    let mut sorted = neurons.to_vec();
    sorted.sort_unstable();
    sorted.windows(2).any(|pair| pair[0] == pair[1])
}
