//! Projections: every rule, law of weights and delays, model of spikes, and way to keep synapses.

use super::cells::Cells;
use super::ports::Inlet;
use crate::property::dice::{Dice, named};
use neuropil::network::{
    Connect, Distribution, End, Initialiser, Kernel, Mask, Network, Part, Precision, Projection, Rule, Scheme, Storage,
    Value, conduction,
};
use neuropil::units::{Literal, Quantity};

/// How many rules there are.
pub(super) const RULES: u32 = 7;

/// A model of a projection, with its parameters: name, range, unit.
pub(super) type Parameters = (&'static str, &'static [(&'static str, [f64; 2], &'static str)]);

/// What becomes of spikes.
const MODELS: [Parameters; 3] = [
    ("stp", &[("u", [0.1, 0.9], "1"), ("tau_f", [5.0, 200.0], "ms"), ("tau_d", [5.0, 200.0], "ms")]),
    ("std", &[("u", [0.1, 0.9], "1"), ("tau", [5.0, 200.0], "ms")]),
    ("tsodyks2", &[("u", [0.1, 0.9], "1"), ("tau_rec", [5.0, 200.0], "ms"), ("tau_fac", [0.0, 50.0], "ms")]),
];

pub fn draw(net: &mut Network, cells: &[Cells], dt: f64, dice: &mut Dice) {
    let count = cells.len() as u32;
    let spiking: Vec<_> = (0..count).filter(|index| !cells[*index as usize].cell.reads_rates()).collect();
    if spiking.is_empty() {
        return;
    }
    for index in 0..1 + dice.below(2 * count) {
        let (pre, post) = (dice.pick(&spiking), dice.below(count));
        let projection = Drawn { cells, dt, pre, post }.projection(net, index, dice);
        net.projections.push(projection);
    }
}

/// Between which populations a projection is.
pub(super) struct Drawn<'a> {
    pub cells: &'a [Cells],
    pub dt: f64,
    pub pre: u32,
    pub post: u32,
}

/// What a projection connects, by a rule.
pub(super) struct Pairs {
    pub ends: [End; 2],
    pub sizes: [u32; 2],
    pub connect: Connect,
    /// The number of its synapses where that is known beforehand.
    pub synapses: Option<usize>,
    /// In the mean.
    pub onto_each: f64,
}

impl Drawn<'_> {
    /// Whole populations or parts, connected by the rule of this number.
    pub(super) fn pairs(&self, rule: u32, net: &Network, dice: &mut Dice) -> Pairs {
        let [pre, post] = [self.pre, self.post].map(|index| &self.cells[index as usize]);
        let (mut ends, mut sizes) = ([whole(pre), whole(post)], [pre.size, post.size]);
        for (end, size) in ends.iter_mut().zip(&mut sizes) {
            // As many on both sides where source i goes to target i.
            let most = if rule == 1 { pre.size.min(post.size) } else { *size };
            if most < *size || dice.chance(0.15) {
                let part = if rule == 1 { most } else { 1 + dice.below(most) };
                let first = dice.below(*size - part + 1);
                (end.neurons, *size) = (Some(first..first + part), part);
            }
        }
        let same = self.pre == self.post && ends.iter().all(|end| end.neurons.is_none());
        let (connect, synapses) = self.connect(rule, sizes, same, dimensions(net), dice);
        let [n_pre, n_post] = sizes.map(f64::from);
        let onto_each = match &connect.rule {
            Rule::AllToAll => n_pre,
            Rule::PairwiseBernoulli(p) => p * n_pre,
            Rule::FixedIndegree(sources) => f64::from(*sources),
            Rule::FixedOutdegree(targets) => f64::from(*targets) * n_pre / n_post,
            Rule::FixedTotalNumber(pairs) => *pairs as f64 / n_post,
            _ => 2.0,
        };
        Pairs { ends, sizes, connect, synapses, onto_each }
    }

    fn projection(&self, net: &Network, index: u32, dice: &mut Dice) -> Projection {
        let Pairs { ends, sizes, connect, synapses, onto_each } = self.pairs(dice.below(RULES), net, dice);
        let post = &self.cells[self.post as usize];
        let inlet = &post.inlets[dice.below(post.inlets.len() as u32) as usize];
        // Many synapses are weak, so that not all fire all the time.
        let size = 0.5 * inlet.weight * (6.0 / onto_each.max(6.0));
        // A random number for each synapse, which nobody holds.
        let holds = |value: &Value| matches!(value, Value::Array(_) | Value::Conducted(_));
        let weight = weight(inlet, size, &connect, sizes, synapses, dice);
        let delay = self.delay(synapses, dimensions(net).is_some(), connect.symmetric, dice);
        let counted = match connect.rule {
            Rule::PairwiseBernoulli(_) => true,
            Rule::FixedOutdegree(_) | Rule::FixedTotalNumber(_) => connect.multapses,
            _ => false,
        };
        let by_distance = connect.kernel.is_some() || connect.mask.is_some() || connect.symmetric;
        let procedural = counted && !by_distance && !holds(&weight) && !holds(&delay) && dice.chance(0.5);
        let model = dice.chance(0.4).then(|| model(&MODELS, sizes[0], dice));
        let [pre, post] = ends;
        Projection {
            name: (model.is_some() || dice.chance(0.2)).then(|| format!("s{index}")),
            pre,
            post,
            port: inlet.name.to_owned(),
            connect,
            weight,
            delay,
            precision: [None, Some(Precision::Compact), Some(Precision::Exact)][dice.below(3) as usize],
            storage: if procedural { Storage::Procedural } else { Storage::Stored },
            model,
        }
    }

    /// A rule, and the number of its synapses where that is known beforehand. The neurons may be in a space of so many dimensions.
    fn connect(
        &self,
        rule: u32,
        sizes: [u32; 2],
        same: bool,
        space: Option<usize>,
        dice: &mut Dice,
    ) -> (Connect, Option<usize>) {
        let [n_pre, n_post] = sizes;
        let autapses = !same || dice.chance(0.6);
        let multapses = dice.chance(0.6);
        let others = |n: u32| if autapses { n } else { n - 1 };
        let degree = |n: u32, most: u32, dice: &mut Dice| {
            let most = most.min(others(n));
            if dice.chance(0.1) { 0 } else { most - dice.below(most.max(2) / 2) }
        };
        let mut known = None;
        let mut connect = match rule {
            0 => Connect::all_to_all(),
            1 if autapses => {
                known = Some(n_pre);
                Connect::one_to_one()
            }
            2 => Connect::fixed_indegree(degree(n_pre, 8, dice)),
            3 => Connect::fixed_outdegree(degree(n_post, 15, dice)),
            4 => Connect::fixed_total_number(u64::from(dice.below(3 * n_pre.min(others(n_post)) + 1))),
            5 => {
                let pairs = (0..dice.below(60)).map(|_| (dice.below(n_pre), dice.below(n_post)));
                let pairs: Vec<_> = pairs.filter(|(source, target)| autapses || source != target).collect();
                known = Some(pairs.len() as u32);
                Connect::list(pairs)
            }
            _ => Connect::pairwise_bernoulli(dice.numbers(1, [0.0, 0.5])[0]),
        };
        connect.autapses = autapses;
        // A list may say a pair twice, and no rule may be asked for more pairs than there are.
        connect.multapses = match &connect.rule {
            Rule::List(_) => true,
            Rule::FixedTotalNumber(number) => multapses || *number > u64::from(n_pre) * u64::from(others(n_post)),
            _ => multapses,
        };
        known = match connect.rule {
            Rule::FixedIndegree(degree) => Some(degree * n_post),
            Rule::FixedOutdegree(degree) => Some(degree * n_pre),
            Rule::FixedTotalNumber(pairs) => Some(pairs as u32),
            _ => known,
        };
        let degrees = matches!(connect.rule, Rule::FixedIndegree(_) | Rule::FixedOutdegree(_));
        let chance = matches!(connect.rule, Rule::PairwiseBernoulli(_));
        if let Some(dimensions) = space.filter(|_| (degrees || chance) && dice.chance(0.5)) {
            let length = dice.numbers(1, [0.25, 0.5])[0].mm();
            // Of partners that are drawn one after the other there must be some in reach.
            let kernels = [Kernel::gaussian(length), Kernel::exponential(length), Kernel::box_within(length)];
            connect.kernel = Some(kernels[dice.below(if degrees { 2 } else { 3 }) as usize].clone());
            connect.mask = (chance && dice.chance(0.6)).then(|| mask(dimensions, dice));
            connect.kernel = connect.kernel.filter(|_| connect.mask.is_none() || dice.chance(0.6));
        }
        connect.symmetric = same && (chance || connect.rule == Rule::AllToAll) && dice.chance(0.5);
        (connect, known.map(|known| known as usize))
    }

    /// Of each of so many synapses, where that is known.
    pub(super) fn delay(&self, synapses: Option<usize>, space: bool, symmetric: bool, dice: &mut Dice) -> Value {
        let steps = |steps: f64| Quantity::new(steps * self.dt, &named("ms"));
        match dice.below(7) {
            // Towards later populations alone, so that no loop is closed.
            0 | 1 if self.pre < self.post => steps(0.0).into(),
            2 if space => conduction(0.2.m_per_s(), dice.numbers(1, [0.0, 2.0])[0].ms()).into(),
            3 => match synapses.filter(|_| !symmetric) {
                Some(n) => dice.array(&[n], [self.dt, 9.0 * self.dt], "ms").into(),
                None => steps(4.0).into(),
            },
            4 => Distribution::Normal { mean: steps(5.0), sd: steps(2.0) }.into(),
            5 => dice.uniform([self.dt, 12.0 * self.dt], "ms"),
            _ => steps(f64::from(dice.pick(&[1, 2, 3, 8, 15, 40]))).into(),
        }
    }
}

/// Of the space in which the neurons are, if they are in one.
fn dimensions(net: &Network) -> Option<usize> {
    net.populations[0].positions.as_ref().map(|positions| positions.extent.len())
}

/// Who is within reach.
fn mask(dimensions: usize, dice: &mut Dice) -> Mask {
    let mut length = |range: [f64; 2]| dice.numbers(1, range)[0].mm();
    let [inner, outer] = [length([0.05, 0.15]), length([0.3, 0.45])];
    let sides = [length([0.3, 0.9]), length([0.2, 0.6]), length([0.2, 0.4])];
    match dice.below(3) {
        0 => Mask::from(outer),
        1 => Mask::doughnut(inner, outer),
        _ => Mask::rectangular(sides.into_iter().take(dimensions)),
    }
}

pub(super) fn whole(cells: &Cells) -> End {
    End::from(&cells.name)
}

/// Weights about `size`, some of them inhibiting where they may.
pub(super) fn weight(
    inlet: &Inlet,
    size: f64,
    connect: &Connect,
    [n_pre, n_post]: [u32; 2],
    synapses: Option<usize>,
    dice: &mut Dice,
) -> Value {
    let size = if !inlet.positive && dice.chance(0.3) { -0.5 * size } else { size };
    let range = [(0.5 * size).min(1.5 * size), (0.5 * size).max(1.5 * size)];
    let quantity = |number: f64| Quantity::new(number, &named(inlet.unit));
    let matrix = connect.rule == Rule::AllToAll && !connect.symmetric;
    match dice.below(10) {
        0 => dice.uniform(range, inlet.unit),
        1 => Distribution::Lognormal { median: quantity(size), sigma: 0.4 }.into(),
        2 if size > 0.0 => Distribution::Exponential { mean: quantity(size) }.into(),
        3 if !inlet.positive => Distribution::Normal { mean: quantity(size), sd: quantity(0.3 * size.abs()) }.into(),
        4 => {
            let [low, high] = range.map(quantity);
            Distribution::TruncatedNormal { mean: quantity(size), sd: quantity(size.abs()), low, high }.into()
        }
        5 | 6 | 8 if matrix && n_pre * n_post > 1 && !inlet.positive => {
            Initialiser::new(dice.pick(&Scheme::ALL).1, quantity(3.0 * size.abs())).into()
        }
        7 if matrix => dice.array(&[n_pre as usize, n_post as usize], range, inlet.unit).into(),
        7 if !connect.symmetric => match synapses {
            Some(n) => dice.array(&[n], range, inlet.unit).into(),
            None => quantity(size).into(),
        },
        _ => quantity(size).into(),
    }
}

/// One of these models, with some of its parameters for so many sources.
pub(super) fn model(models: &[Parameters], sources: u32, dice: &mut Dice) -> Part {
    let (model, params) = dice.pick(models);
    let mut part = Part::new(model);
    for (name, range, unit) in params {
        if dice.chance(0.7) {
            part = part.param(*name, dice.value(sources, *range, unit));
        }
    }
    part
}
