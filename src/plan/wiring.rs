//! From projections in physical units to wirings in plain numbers, and from what rows say of them to what people are told.

use super::Column;
use super::arrays::{Files, Given};
use super::carries::{Carries, unit_of_weights};
use super::columns::port_unit;
use super::given::GivenProjection;
use super::held::check_column;
use super::items::{Networks, of_item};
use super::resolve::{Context, in_unit, matrix, numbers, whole_or};
use super::shapes::not_of_synapses;
use super::slabs::Resolved;
use super::sources;
use super::space::{Place, places, space};
use super::suspicious::{Weak, empty, negative_weights, rounded};
use crate::network::{Layout, Network, Positions, Projection, Rule, Sides, Value, pairs};
use crate::random::Purpose;
use crate::rows::{self, Built, Failure, Pairs, Scale, ScalesOfItems, Values, WeightsOfItems, Wiring};
use crate::shader::FieldKind;
use crate::units::{Quantity, Unit};
use crate::{Error, Result, Warning};
use std::sync::Arc;

/// [steps] The longest delay.
const LONGEST: u32 = rows::LONGEST_DELAY;

/// All projections of a network, whose arrays are taken here; once for all items, or for each that has a wiring of its own.
///
/// # Errors
/// [`Error::Field`] for a wrong dimension, a value that is not finite, a delay below one step.
pub(super) fn wirings(
    networks: Networks<'_>,
    resolved: &[Resolved],
    (projections, carries): (Vec<GivenProjection<'_>>, &[Carries]),
    dt_ms: f64,
) -> Result<Vec<Vec<Arc<Wiring>>>> {
    let network = networks.first;
    let on = On { resolved, carries, dt_ms };
    let first = projections.into_iter().map(|given| wiring(network, on, given).map(Arc::new));
    let first: Vec<_> = first.collect::<Result<_>>()?;
    let others = networks.others().filter(|_| networks.own_wirings());
    let others = others.map(|(item, own)| {
        // Positions that are drawn are an item's own, too.
        let moved = moved(own).map_err(|error| of_item(error, item))?;
        let projections = own.projections.iter().zip(&network.projections).zip(&first);
        let own = projections.map(|((projection, of_first), wiring)| {
            wiring_of_item(own, on, (projection, of_first), (wiring, moved.as_deref()))
        });
        own.collect::<Result<Vec<_>>>().map_err(|error| of_item(error, item))
    });
    let others: Vec<_> = others.collect::<Result<_>>()?;
    Ok(std::iter::once(first).chain(others).collect())
}

/// What all wirings are lowered by.
#[derive(Clone, Copy)]
struct On<'a> {
    resolved: &'a [Resolved],
    carries: &'a [Carries],
    dt_ms: f64,
}

/// A projection of an item with a wiring of its own, beside that of the first item.
fn wiring_of_item(
    network: &Network,
    on: On<'_>,
    (projection, of_first): (&Projection, &Projection),
    (first, moved): (&Arc<Wiring>, Option<&[Option<Place>]>),
) -> Result<Arc<Wiring>> {
    let dt_ms = on.dt_ms;
    let seed = *network.seed_of_wiring();
    if seed == first.seed && projection == of_first {
        return Ok(first.clone());
    }
    if projection != of_first || matches!(projection.weight, Value::Initialised(_)) {
        let files = Files::default();
        let unmoved = if moved.is_some() { Vec::new() } else { places(network, &files)? };
        let places = moved.unwrap_or(&unmoved);
        let given = GivenProjection::of(network, projection, first.index, (&files, places, dt_ms))?;
        return wiring(network, on, given).map(Arc::new);
    }
    // Its arrays have been read.
    let mut own = Wiring { seed, ..Wiring::clone(first) };
    if let Some(places) = moved {
        let end = |end: usize| (network.populations[end].name.as_str(), places[end].as_ref());
        let path = format!("projection[{}]", first.index);
        own.space = space(projection, &path, [end(first.pre), end(first.post)], first.sides, dt_ms)?;
    }
    Ok(Arc::new(own))
}

/// Where neurons are, if somewhere that follows from the wiring seed.
fn moved(network: &Network) -> Result<Option<Vec<Option<Place>>>> {
    let drawn = |positions: &Positions| positions.layout == Layout::Random;
    let drawn = network.populations.iter().any(|population| population.positions.as_ref().is_some_and(drawn));
    drawn.then(|| places(network, &Files::default())).transpose()
}

/// The weights of projections of which networks that are items have different ones.
///
/// # Errors
/// As [`wirings`], of an item.
pub(super) fn weights_of_items(
    networks: Networks<'_>,
    resolved: &[Resolved],
    (wirings, carries): (&[Arc<Wiring>], &[Carries]),
) -> Result<WeightsOfItems> {
    let mut all = WeightsOfItems::new();
    for (index, (projection, wiring)) in networks.first.projections.iter().zip(wirings).enumerate() {
        let differs = |(_, network): (_, &Network)| network.projections[index].weight != projection.weight;
        let Values::Constant(first) = wiring.weights else { continue };
        if !networks.others().any(differs) {
            continue;
        }
        let path = format!("projection[{index}].weight");
        let unit = unit_of_weights(&resolved[wiring.post], wiring.port, carries[index]);
        let unit = Unit::parse(unit).map_err(|problem| Error::field(&*path, problem, ""))?;
        let own = |(item, network): (usize, &Network)| {
            let Value::Constant(weight) = &network.projections[index].weight else { return Ok(first) };
            let weight = in_unit(weight, &unit, &path)
                .and_then(|weight| check_column(&Column::Constant(weight), &unit, &path).map(|()| weight));
            weight.map_err(|error| of_item(error, item))
        };
        let weights: Vec<f64> = std::iter::once(Ok(first)).chain(networks.others().map(own)).collect::<Result<_>>()?;
        if weights.iter().any(|weight| weight.to_bits() != first.to_bits()) {
            all.insert(index, weights);
        }
    }
    Ok(all)
}

fn wiring(network: &Network, on: On<'_>, given: GivenProjection<'_>) -> Result<Wiring> {
    let On { resolved, carries, dt_ms } = on;
    let GivenProjection { projection, index, ends: [pre, post], port, sides, rule, weight, delay, space } = given;
    let path = format!("projection[{index}]");
    let carries = carries[index as usize];
    let unit = unit_of_weights(&resolved[post], port, carries);
    let weight_unit = Unit::parse(unit).map_err(|problem| Error::field(&path, problem, ""))?;
    let connect = format!("{path}.connect");
    let rule = rule.with_list(|array| pairs(&connect, projection, array.read(&Unit::ONE, &connect)?, sides))?;
    let seed = *network.seed_of_wiring();
    let lowering = Lowering { index, path, rule: &rule, sides, unit, dt_ms, seed };
    let weights = lowering.values(weight, "weight", &weight_unit)?;
    // Delays by distance are those of the space.
    let delays = match delay {
        Value::Conducted(_) => Values::Constant(1),
        _ if carries == Carries::Potentials => Values::Constant(1),
        delay => lowering.delays(delay)?,
    };
    let Projection { precision, storage, .. } = *projection;
    let symmetric = projection.connect.symmetric;
    let modelled = sources::number_of(network, index as usize);
    Ok(Wiring {
        index,
        seed,
        pre,
        post,
        port,
        rule,
        sides,
        weights,
        delays,
        precision,
        storage,
        space,
        symmetric,
        modelled,
    })
}

/// What the values of a projection are lowered by.
struct Lowering<'a> {
    index: u32,
    path: String,
    rule: &'a Rule<Pairs>,
    sides: Sides,
    unit: &'a str,
    dt_ms: f64,
    seed: u64,
}

impl Lowering<'_> {
    /// Weights or delays, as the network says them. For all-to-all an array is a matrix `[n_pre, n_post]`, and an
    /// initialiser may draw it.
    #[expect(clippy::arithmetic_side_effects, reason = "no population is without neurons")]
    fn values(&self, value: Given<'_>, key: &str, unit: &Unit) -> Result<Values<f64>> {
        let path = format!("{}.{key}", self.path);
        let all = *self.rule == Rule::AllToAll;
        let shape = [self.sides.n_pre as usize, self.sides.n_post as usize];
        let column = match value {
            Value::Drawn(distribution) => {
                let law = distribution.convert(|quantity| in_unit(quantity, unit, &path))?;
                for extreme in rows::extremes(law) {
                    check_column(&Column::Constant(extreme), unit, &path)?;
                }
                return Ok(Values::Drawn(law));
            }
            Value::Initialised(_) if !all => {
                let problem = "an initialiser draws a whole matrix";
                return Err(Error::field(path, problem, "connect = \"all_to_all\", or a distribution"));
            }
            Value::Array(array) if !all => return Ok(Values::Each(array.read(unit, &path)?.1.into())),
            Value::Initialised(_) | Value::Array(_) => {
                matrix(value, shape, unit, &path, u64::from(self.index) << 1, self.context(&path))?
            }
            _ => numbers(value, unit, &path, self.context(&path))?,
        };
        Ok(match column {
            Column::Constant(value) | Column::Held(value) => Values::Constant(value),
            // Without autapses the diagonal stands for no synapse.
            Column::Each(values) if self.sides.skip_self() => {
                let off_diagonal = values.iter().enumerate().filter(|(at, _)| at / shape[1] != at % shape[1]);
                Values::Each(off_diagonal.map(|(_, value)| *value).collect())
            }
            Column::Each(values) => Values::Each(values),
        })
    }

    fn context<'p>(&'p self, path: &'p str) -> Context<'p> {
        Context {
            dt_ms: self.dt_ms,
            seeds: std::slice::from_ref(&self.seed),
            batch: 1,
            purpose: Purpose::Weights,
            index: u64::from(self.index),
            size: 1,
            port_unit: self.unit,
            path,
            owner: "projection",
        }
    }

    /// In whole steps. A drawn delay below one step becomes one step; a stated one is an error.
    fn delays(&self, given: Given<'_>) -> Result<Values<u32>> {
        let path = format!("{}.delay", self.path);
        let steps = |ms: f64| whole_or(ms / self.dt_ms, f64::round);
        let check = |ms: f64, which: &dyn Fn() -> String| {
            let below = ms != 0.0 && ms < self.dt_ms * (1.0 - 1e-9);
            if below || steps(ms) > f64::from(LONGEST) {
                let time = Quantity::new(ms, &Unit::MILLISECOND);
                let legal = format!("{} ms (one step) to {LONGEST} steps, or 0 where that closes no loop", self.dt_ms);
                return Err(Error::field(&*path, format!("{}{time}", which()), legal));
            }
            Ok(FieldKind::U32.word(steps(ms)))
        };
        Ok(match self.values(given, "delay", &Unit::MILLISECOND)? {
            Values::Constant(ms) => Values::Constant(check(ms, &String::new)?),
            Values::Drawn(law) => {
                let in_steps = |ms: &f64| Ok::<_, Error>(ms / self.dt_ms);
                let law = law.convert(in_steps)?;
                let longest = rows::LONGEST_DRAWN;
                if rows::extremes(law)[1].round() > f64::from(longest) {
                    let legal = format!("{} ms (one step) to {longest} steps", self.dt_ms);
                    return Err(Error::field(path, format!("delays of more than {longest} steps may be drawn"), legal));
                }
                Values::Drawn(law)
            }
            Values::Each(values) => {
                let each = values.iter().enumerate().map(|(index, &ms)| check(ms, &|| format!("value {index} is ")));
                Values::Each(each.collect::<Result<_>>()?)
            }
        })
    }
}

/// Why rows were not built, in the network's words.
pub(super) fn refused(failure: Failure, network: &Network, resolved: &[Resolved]) -> Error {
    let field = |wiring: usize, key: &str| format!("projection[{wiring}].{key}");
    match failure {
        Failure::Values { wiring, what, given, synapses } => not_of_synapses(&[given], synapses, &field(wiring, what)),
        Failure::Sum { post, port, neuron } => {
            let largest = rows::Scale::COARSEST.weight(i32::MAX);
            let (population, unit) = (&network.populations[post], port_unit(&resolved[post].ports[port]));
            let name = population.ports.keys().nth(port).map_or("", String::as_str);
            let field = format!("population[{}].ports.{name}", population.name);
            let problem = format!("the |weights| onto neuron {neuron} add up to more than {largest:.3e} {unit}");
            Error::field(field, problem, "a sum that f32 can hold")
        }
        Failure::Entry { wiring, inlets, delays: [least, greatest] } => {
            let problem = format!(
                "delays of {least} to {greatest} steps do not fit 32 bits together with the place of one of {inlets} neurons"
            );
            Error::field(field(wiring, "delay"), problem, "shorter delays, or a larger dt")
        }
        Failure::TooMany { wiring, synapses, most } => {
            let problem = format!("{synapses} synapses exceed 32-bit indices");
            Error::field(field(wiring, "connect"), problem, format!("at most {most}"))
        }
        Failure::Near { wiring, neuron, there } => {
            let projection = &network.projections[wiring];
            let (rule, wanted, others, end) = match projection.connect.rule {
                Rule::FixedOutdegree(wanted) => ("fixed_outdegree", wanted, "targets", &projection.pre),
                Rule::FixedIndegree(wanted) => ("fixed_indegree", wanted, "sources", &projection.post),
                _ => ("connect", 0, "partners", &projection.post),
            };
            let neuron = neuron.saturating_add(end.neurons.as_ref().map_or(0, |neurons| neurons.start));
            let problem = format!(
                "{rule} is {wanted}, but neuron {neuron} of `{}` has only {there} possible {others} in reach",
                end.population
            );
            let legal =
                if there > 0 { "fewer, or multapses, or a longer kernel or mask" } else { "a longer kernel or mask" };
            Error::field(field(wiring, "connect"), problem, legal)
        }
        Failure::Items { wiring, item } => {
            let problem = format!(
                "its weights are not one for all its synapses, and item {item} would count them in other units than item 0, for \
                 another projection onto the same port has another weight there"
            );
            Error::field(field(wiring, "weight"), problem, "a port of its own")
        }
        Failure::Shared { wirings: [own, other] } => {
            let other = &network.projection_paths()[other];
            let problem = format!(
                "it differs between items, and {other} leads from the same population to the same port with another"
            );
            Error::field(field(own, "weight"), problem, "a port of its own")
        }
        Failure::Memory(error) => error,
        Failure::Stopped => Error::Interrupted { what: "lowering the network".to_owned() },
    }
}

/// What items have of their own: constant weights, and scales of ports.
#[derive(Clone, Copy)]
pub(super) struct OfItems<'a> {
    pub weights: &'a WeightsOfItems,
    pub scales: &'a ScalesOfItems,
}

impl OfItems<'_> {
    /// The different weights of all synapses of a projection, each with the scale of its port.
    fn constants(&self, index: usize, wiring: &Wiring, (weight, scale): (f64, Scale)) -> Vec<(f64, Scale)> {
        let weights = self.weights.get(&index).map_or(&[][..], Vec::as_slice);
        let scales = self.scales.get(&(wiring.post, wiring.port)).map_or(&[][..], Vec::as_slice);
        let own =
            |item: usize| (weights.get(item).copied().unwrap_or(weight), scales.get(item).copied().unwrap_or(scale));
        (0..weights.len().max(scales.len()).max(1)).map(own).collect()
    }
}

/// What is legal in a network's weights, but most likely not meant; of weights that differ between items what is worst.
pub(super) fn warnings(
    wirings: &[Arc<Wiring>],
    items: OfItems<'_>,
    built: &Built,
    network: &Network,
    resolved: &[Resolved],
) -> Result<Vec<Warning>> {
    let mut warnings = Vec::new();
    for (wiring, summary) in wirings.iter().zip(&built.projections) {
        let index = wiring.index as usize;
        if summary.synapses == 0 {
            warnings.push(empty(index));
            continue;
        }
        let field = format!("projection[{index}].weight");
        let unit = port_unit(&resolved[wiring.post].ports[wiring.port]);
        let scale = built.scales[wiring.post][wiring.port];
        let of = Unit::parse(unit).map_err(|problem| Error::field(&*field, problem, ""))?;
        let below = summary.below.map(|(many, least)| (many, scale.weight(least)));
        let below = match &wiring.weights {
            Values::Constant(weight) => {
                let weights = items.constants(index, wiring, (*weight, scale)).into_iter().map(|(weight, _)| weight);
                let least = weights.fold(0.0, f64::min);
                (least < 0.0).then_some((summary.synapses, least))
            }
            Values::Each(weights) => {
                let below = || weights.iter().copied().filter(|weight| *weight < 0.0);
                below().reduce(f64::min).map(|least| (below().count() as u64, least))
            }
            Values::Drawn(_) => below,
        };
        warnings.extend(negative_weights(field.clone(), below, summary.synapses, &of));
        let (weak, scale) = match &wiring.weights {
            Values::Constant(weight) => {
                let all = items.constants(index, wiring, (*weight, scale)).into_iter();
                let all = all.map(|(weight, scale)| (Weak::of(&[weight], scale), scale));
                let worst = all.reduce(|worst, other| if other.0.is_worse(worst.0) { other } else { worst });
                let (weak, scale) = worst.unwrap_or((Weak::of(&[], scale), scale));
                (weak.times(summary.synapses), scale)
            }
            Values::Each(weights) => (Weak::of(weights, scale), scale),
            Values::Drawn(_) => (Weak::drawn(summary.weak, summary.smallest), scale),
        };
        let population = &network.populations[wiring.post];
        let port = population.ports.keys().nth(wiring.port).map_or("", String::as_str);
        let drawn = matches!(network.projections[index].weight, Value::Drawn(_) | Value::Initialised(_));
        warnings.extend(rounded(field, weak, (summary.synapses, drawn), (&population.name, port), (scale, unit)));
    }
    Ok(warnings)
}
