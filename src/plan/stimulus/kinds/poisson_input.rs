//! `poisson_input`: count tables, one for each number of sources and rate that occurs.

use super::{Lowered, Lowering, Stimulation, Tables};
use crate::Result;
use crate::counts::{self, CountTable};
use crate::memory::grow;
use crate::network::{Sampler, Value};
use crate::plan::Column;
use crate::shader::FieldKind;
use crate::units::Quantity;
use std::collections::HashMap;

pub(super) struct PoissonInput;

impl Lowering for PoissonInput {
    fn lower(&self, it: &mut Stimulation<'_>, columns: Vec<Column>, tables: &mut Tables) -> Result<Lowered> {
        let sampler = it.told.get("sampler").map_or(Ok(Sampler::default()), |value| {
            let named = if let Value::Choice(name) = value { Sampler::named(name) } else { None };
            named.ok_or_else(|| it.refused("sampler", format!("is {}", value.described()), "a sampler"))
        })?;
        let [sources, rate, weight] = [0, 1, 2].map(|i| &columns[i]);
        let varied = [rate, weight].into_iter().any(|column| matches!(column, Column::Each(_)));
        if varied && it.repeats() {
            let legal = "one rate and one weight where neurons are listed twice";
            return Err(it.refused("neurons", "a neuron is listed twice", legal));
        }
        // Independent binomials of equal probability add up to one of all their sources.
        let sources = it.spread(sources, |sum, n| sum + n);
        if let Some(neuron) = sources.values().iter().position(|&n| !FieldKind::U32.holds(n)) {
            let problem = format!("neuron {neuron} has {} of them in all", sources.at(neuron));
            return Err(it.refused("sources", problem, format!("at most {}", u32::MAX)));
        }
        let [rate, weight] = [rate, weight].map(|column| it.spread_each(column.clone()));
        let shared = matches!((&sources, &rate), (Column::Constant(_), Column::Constant(_)));
        let mut known = HashMap::new();
        let mut look_up = |neuron: usize| -> Result<LookUp> {
            let (n, hz) = (sources.at(neuron), rate.at(neuron));
            let p = hz * it.dt_ms / 1e3;
            if let Some(&found) = known.get(&(n.to_bits(), p.to_bits())) {
                return Ok(found);
            }
            let counts = count_table(it, FieldKind::U32.word(n), p, sampler, hz)?;
            let found = LookUp::of(&counts, shared, tables)?;
            known.insert((n.to_bits(), p.to_bits()), found);
            Ok(found)
        };
        let neurons = if shared { 1 } else { it.size };
        let found = (0..neurons).map(&mut look_up).collect::<Result<Vec<_>>>()?;
        let column = |word: fn(&LookUp) -> u32| match &found[..] {
            [found] if shared => Column::Constant(f64::from(word(found))),
            found => Column::Each(found.iter().map(|found| f64::from(word(found))).collect()),
        };
        let [table, smallest] = [column(|found| found.table), column(|found| found.smallest)];
        let [guide, shift] = [column(|found| found.guide), column(|found| found.shift)];
        let params = vec![sources, rate, weight, table, smallest, guide, shift];
        Ok(Lowered::new(it.target(), params).with_places(&[3, 5]))
    }
}

/// The counts of `n` sources that fire with probability `p` in a step, for this rate.
fn count_table(it: &Stimulation<'_>, n: u32, p: f64, sampler: Sampler, hz: f64) -> Result<CountTable> {
    let (dt_ms, per_second) = (it.dt_ms, 1e3 / it.dt_ms);
    let refused = |problem, legal| it.refused("rate", problem, legal);
    if sampler == Sampler::Poisson {
        // A Poisson count depends on n·p alone, so one source may have any rate.
        let mean = f64::from(n) * p;
        return counts::poisson(mean).ok_or_else(|| {
            let events = Quantity::number(mean);
            let problem = format!("{n} sources of {hz} Hz have {events} events in a step of {dt_ms} ms");
            refused(problem, format!("at most {} events", u32::MAX))
        });
    }
    let legal = || format!("at most one event in a step: 0 to {per_second} Hz, or sampler = \"poisson\"");
    if p > 1.0 {
        return Err(refused(format!("{hz} Hz is {p} events in a step of {dt_ms} ms"), legal()));
    }
    counts::table(n, p, sampler).map_err(|problem| refused(problem, legal()))
}

/// Where a table of counts stands in the words that stimuli read, and what is known of it beforehand.
#[derive(Clone, Copy)]
struct LookUp {
    table: u32,
    smallest: u32,
    guide: u32,
    shift: u32,
}

impl LookUp {
    /// Appends a table and its guide: a fine one where many neurons share it, a coarse one where each has its own.
    ///
    /// # Errors
    /// [`Error::HostMemory`](crate::Error::HostMemory): nobody knows beforehand how long tables of drawn rates will be.
    #[expect(clippy::arithmetic_side_effects, reason = "a table has at most 32 bits, a guide 1 to 12")]
    fn of(counts: &CountTable, shared: bool, tables: &mut Tables) -> Result<Self> {
        let bits = if shared { counts.bits() + 4 } else { counts.bits() }.clamp(1, 12);
        let (words, guides) = (counts.words(), counts.guide(bits));
        grow(&mut tables.data, words.len() + guides.len(), "the tables of Poisson counts", "fewer different rates")?;
        let (table, guide) = (tables.append(words)?, tables.append(guides)?);
        Ok(Self { table, smallest: counts.first, guide, shift: 32 - bits })
    }
}

#[cfg(test)]
mod tests {
    use crate::model::{Site, Twin};
    use crate::network::{Network, PoissonInput, Population, Sampler, Typed, uniform};
    use crate::plan::{LowerOptions, Plan};
    use crate::random::philox4x32;
    use crate::units::Literal;
    use uom::si::f64::Frequency;

    /// The guide leads to the same count as all thresholds taken one after the other: next to each of them, where the guide
    /// goes on to its next word, at both ends and at random, in tables as they stand in a plan.
    #[test]
    fn counts_are_those_of_all_thresholds() {
        let rates: [fn(f64) -> Typed<Frequency>; 2] = [|hz| hz.hz().into(), |hz| uniform((0.5 * hz).hz(), hz.hz())];
        let kinds = [(1, 5.0), (20, 0.0), (1000, 8.0), (1000, 200.0), (20_000, 100.0)];
        let mut network = Network::new(0.1.ms());
        network.add(Population::new("cells", 12, "lif"));
        for (sources, hz) in kinds {
            for (rate, sampler) in rates.iter().zip([Sampler::Auto, Sampler::Poisson]) {
                let input = PoissonInput::new("cells", sources, rate(hz), 1.0.mv()).sampler(sampler);
                network.stimulate(input);
            }
        }
        let plan = Plan::lower(&network, &LowerOptions::default()).unwrap();
        let mut tables = std::collections::BTreeSet::new();
        for (slot, stimulus) in plan.slabs[0].stimuli.iter().zip(&plan.populations[0].stimuli) {
            let Some(Twin::Stimulus(twin)) = slot.model.twin else { panic!("a Poisson input has a twin") };
            for neuron in 0..12 {
                let p: Vec<f64> = stimulus.as_ref().unwrap().params.iter().map(|column| column.at(neuron)).collect();
                let [table, smallest, shift] = [3, 4, 6].map(|at| p[at] as u32);
                if !tables.insert(table) {
                    continue;
                }
                let bits = plan.data[table as usize + 1];
                let thresholds = &plan.data[table as usize + 2..][..(1 << bits) - 1];
                let buckets = (0..1u64 << (32 - shift)).map(|bucket| (bucket << shift) as u32);
                let edges = thresholds.iter().copied().chain(buckets).chain([0, u32::MAX]);
                let near = edges.flat_map(|word| [word.wrapping_sub(1), word, word.wrapping_add(1)]);
                let random = (0..500).flat_map(|block| philox4x32([block, 0, 0, 0], [1, 2]));
                for word in near.chain(random) {
                    let passed = thresholds.iter().filter(|&&threshold| threshold <= word.min(u32::MAX - 1)).count();
                    let site = Site { neuron: 0, batch: 0, step: 0, dt: 0.1 };
                    let found = twin.advance(&p, &mut [], site, word, &plan.data);
                    assert_eq!(found, f64::from(smallest + passed as u32), "{} of {} Hz: {word}", p[0], p[1]);
                }
            }
        }
        assert_eq!(tables.len(), 5 * 13 - 11, "one of all neurons, and one of each, but for those of rate 0");
    }
}
