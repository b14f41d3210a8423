//! Where two runs of a network part first, in words.

use crate::plan::{self, Plan, State};
use crate::recording::{PopulationSpikes, Recording, Trace};
use std::cmp::Ordering;

/// What a run left.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    pub recording: Recording,
    /// At its end; none if only spikes are to be looked at.
    pub state: Option<State>,
}

/// The spikes of one item of the batch, as of a network alone.
pub(super) fn of_item(outcome: &Outcome, item: u32) -> Outcome {
    let mut recording = Recording { batch: 1, traces: Vec::new(), ..outcome.recording.clone() };
    for population in &mut recording.populations {
        let spikes = std::mem::take(&mut population.spikes);
        for (step, _, neuron) in spikes.iter().filter(|(_, batch, _)| *batch == item) {
            population.spikes.step.push(step);
            population.spikes.batch.push(0);
            population.spikes.neuron.push(neuron);
        }
    }
    Outcome { recording, state: None }
}

/// The first difference from what the run of this name left, if there is one: of spikes and samples the earliest, else of the state.
pub(super) fn difference(plan: &Plan, (name, expected): (&str, &Outcome), found: &Outcome) -> Option<String> {
    let populations = expected.recording.populations.iter().zip(&found.recording.populations);
    let traces = expected.recording.traces.iter().zip(&found.recording.traces);
    let of_spikes = populations.filter_map(|(expected, found)| spikes(name, expected, found));
    let of_samples = traces.filter_map(|(expected, found)| samples(name, expected, found));
    let earliest = of_spikes.chain(of_samples).min_by_key(|(step, _)| *step);
    earliest.map(|(_, text)| text).or_else(|| match (&expected.state, &found.state) {
        (Some(expected), Some(found)) => {
            let different = plan::difference(plan, found.step.saturating_sub(1), [found, expected]);
            different.map(|difference| format!("{difference} by {name}"))
        }
        _ => None,
    })
}

fn spikes(name: &str, expected: &PopulationSpikes, found: &PopulationSpikes) -> Option<(u32, String)> {
    let (mut left, mut right) = (expected.spikes.iter(), found.spikes.iter());
    let of = &expected.name;
    loop {
        let (wanted, there) = (left.next(), right.next());
        let none = (u32::MAX, u32::MAX, u32::MAX);
        let ((step, item, neuron), more) = match (wanted, there) {
            (None, None) => return None,
            (wanted, there) => match wanted.unwrap_or(none).cmp(&there.unwrap_or(none)) {
                Ordering::Equal => continue,
                Ordering::Less => (wanted.unwrap_or(none), false),
                Ordering::Greater => (there.unwrap_or(none), true),
            },
        };
        let by = if more {
            format!("spikes in step {step}, and not by")
        } else {
            format!("misses a spike in step {step} of")
        };
        return Some((step, format!("neuron {neuron} of `{of}`, item {item}, {by} {name}")));
    }
}

fn samples(name: &str, expected: &Trace, found: &Trace) -> Option<(u32, String)> {
    let different = |(wanted, there): (&f32, &f32)| !plan::alike([*wanted, *there].map(f64::from));
    let at = expected.values.iter().zip(&found.values).position(different)?;
    let neurons = expected.neurons.len().max(1);
    let (place, neuron) = (at.checked_div(neurons)?, expected.neurons.get(at.checked_rem(neurons)?)?);
    let batch = expected.batch.max(1) as usize;
    let (moment, item) = (place.checked_div(batch)?, place.checked_rem(batch)?);
    let step = *expected.steps.get(moment)?;
    let Trace { variable, population, .. } = expected;
    let (wanted, there) = (expected.values[at], found.values[at]);
    let what = format!("`{variable}` of neuron {neuron} of `{population}`, item {item}, in step {step}");
    Some((step, format!("{what} is {there:e}, and {wanted:e} by {name}")))
}
