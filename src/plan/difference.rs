//! Which value of a network's state differs first between two runs, in the words of users.

use super::{Channel, Gives, Plan, State};

/// The first value that differs: of the first step, population, batch item, neuron and variable.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The step after which it does.
    pub step: u32,
    /// Name of the population.
    pub population: String,
    /// Item of the batch.
    pub item: u32,
    /// Index of the neuron in the population.
    pub neuron: u32,
    /// The variable, as users write it; `arrivals at PORT` for what is under way in the delay ring; `what PROJECTION gave` for what was
    /// given, or `v` that was.
    pub variable: String,
    /// What each of the two has.
    pub values: [f64; 2],
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { step, population, item, neuron, variable, values: [one, other] } = self;
        let item = if *item == 0 { String::new() } else { format!(" (batch item {item})") };
        write!(
            f,
            "after step {step}, {variable} of neuron {neuron} of population `{population}`{item}: {one:e} and {other:e}"
        )
    }
}

/// What differs first in two states after a step, if anything does.
pub(crate) fn difference(plan: &Plan, step: u32, states: [&State; 2]) -> Option<Difference> {
    let variables: Vec<_> = (0..plan.slabs.len()).map(|slab| plan.variables(slab)).collect();
    for (index, population) in plan.populations.iter().enumerate() {
        for item in 0..plan.batch {
            for neuron in 0..population.size {
                for (variable, named) in variables[population.slab].iter().enumerate() {
                    let at = plan.state_index(index, variable, item, neuron);
                    let values = [0, 1].map(|of: usize| states[of].slabs[population.slab][at]);
                    if !alike(values) {
                        let (population, variable) = (population.name.clone(), plan.variable_name(index, named));
                        return Some(Difference { step, population, item, neuron, variable, values });
                    }
                }
            }
        }
    }
    let [one, other] = states.map(|state| &state.ring);
    if let Some(at) = one.iter().zip(other).position(|(one, other)| one != other) {
        return Some(arrivals(plan, step, at, [one[at], other[at]]));
    }
    let [one, other] = states.map(|state| &state.values);
    let at = one.iter().zip(other).position(|(one, other)| !alike([*one, *other]))?;
    given(plan, step, at, [one[at], other[at]])
}

/// Have they the same bits, or is neither a number? Which of the bits of those come out is the driver's.
pub(crate) fn alike([one, other]: [f64; 2]) -> bool {
    one.to_bits() == other.to_bits() || one.is_nan() && other.is_nan()
}

/// A number of the delay ring, `[slot, batch, inlet]`.
#[expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "a number of a ring that is there: inlets and items are u32 and not 0"
)]
fn arrivals(plan: &Plan, step: u32, at: usize, values: [i32; 2]) -> Difference {
    let inlets = plan.inlets as usize;
    let (inlet, item) = ((at % inlets) as u32, (at / inlets) as u32 % plan.batch);
    let ports =
        plan.populations.iter().flat_map(|population| population.ports.iter().map(move |port| (population, port)));
    let mut place =
        ports.filter(|(population, port)| (port.first_inlet..port.first_inlet + population.size).contains(&inlet));
    let (population, neuron, variable) = match place.next() {
        Some((population, port)) => {
            (population.name.clone(), inlet - port.first_inlet, format!("arrivals at {}", port.name))
        }
        None => (String::new(), inlet, "arrivals".to_owned()),
    };
    Difference { step, population, item, neuron, variable, values: values.map(f64::from) }
}

/// A number of what neurons gave, for each channel `[slot, batch, neuron]`.
#[expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "a number of a ring that is there: a channel has neurons and items, which are u32"
)]
fn given(plan: &Plan, step: u32, at: usize, values: [f64; 2]) -> Option<Difference> {
    let first = |channel: usize| plan.first_value(channel) as usize;
    let channel = (0..plan.channels.len()).rev().find(|&channel| first(channel) <= at)?;
    let Channel { population, gives } = plan.channels[channel];
    let place = &plan.populations[population];
    let within = at - first(channel);
    let (neuron, item) = ((within % place.size as usize) as u32, (within / place.size as usize) as u32 % plan.batch);
    let variable = match gives {
        Gives::Value(slot) => place.sources[slot]
            .as_ref()
            .map_or("what is given".to_owned(), |source| format!("what {} gave", source.name)),
        Gives::Potential(_) => "what v was".to_owned(),
    };
    Some(Difference { step, population: place.name.clone(), item, neuron, variable, values })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Network, Population};
    use crate::plan::LowerOptions;
    use crate::units::Literal;

    #[test]
    fn no_number_is_like_another() {
        let mut net = Network::new(0.1.ms());
        net.add(Population::new("cells", 2, "lif"));
        let plan = Plan::lower(&net, &LowerOptions::default()).unwrap();
        let of = |v: f64| {
            let mut state = plan.initial_state().unwrap();
            state.slabs[0][1] = v;
            state
        };
        let found = |one, other| difference(&plan, 7, [&of(one), &of(other)]).map(|it| it.to_string());
        assert_eq!(found(f64::NAN, -f64::NAN), None);
        assert_eq!(found(f64::NAN, f64::from_bits(f64::NAN.to_bits() | 5)), None);
        assert_eq!(found(f64::NAN, 1.0).unwrap(), "after step 7, v of neuron 1 of population `cells`: NaN and 1e0");
        assert!(found(0.0, -0.0).is_some(), "each bit counts of numbers");
    }
}
