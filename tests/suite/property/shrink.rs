//! Makes a case simpler, as long as it fails.
//!
//! It works on the network itself, whatever drew it: parts are left out, values become one for all, sizes less. What is no longer legal
//! does not fail in the same way, and so is no candidate.

use super::case::{Case, How};
use neuropil::network::{
    Array, Connect, Distribution, Initialiser, ItemWiring, Network, Part, Projection, Stimulus, Storage, Value,
};
use neuropil::units::Quantity;
use std::time::{Duration, Instant};

/// The simplest case found within the time that fails as `fails` says.
pub fn shrink(case: &Case, time: Duration, fails: impl Fn(&Case) -> bool) -> Case {
    let end = Instant::now() + time;
    let mut case = case.clone();
    let (mut at, mut simpler) = (0, false);
    while Instant::now() < end {
        match candidates(&case).into_iter().nth(at) {
            Some(candidate) if candidate != case && fails(&candidate) => (case, simpler) = (candidate, true),
            Some(_) => at += 1,
            None if simpler => (at, simpler) = (0, false),
            None => break,
        }
    }
    case
}

/// Simpler cases, what leaves out most first.
fn candidates(case: &Case) -> Vec<Case> {
    let mut all = of_execution(case);
    let mut add = |change: &dyn Fn(&mut Network)| {
        let mut simpler = case.clone();
        change(&mut simpler.network);
        all.push(simpler);
    };
    let Network { populations, projections, stimuli, records, .. } = &case.network;
    (0..populations.len()).for_each(|index| add(&|net| leave_out(net, index)));
    (0..projections.len()).for_each(|index| add(&|net| drop(net.projections.remove(index))));
    (0..stimuli.len()).for_each(|index| add(&|net| drop(net.stimuli.remove(index))));
    (0..records.len()).for_each(|index| add(&|net| drop(net.records.remove(index))));
    add(&|net| net.until = None);
    add(&|net| (net.wiring, net.wiring_seed) = (ItemWiring::Shared, None));
    for index in 0..projections.len() {
        of_projection(&mut |change| add(&|net| change(&mut net.projections[index])));
        add(&|net| without_model(net, index));
    }
    for (index, stimulus) in stimuli.iter().enumerate() {
        of_stimulus(stimulus, &mut |change| add(&|net| change(&mut net.stimuli[index])));
    }
    for (index, record) in records.iter().enumerate() {
        (0..record.what.len()).for_each(|what| add(&|net| drop(net.records[index].what.remove(what))));
        add(&|net| {
            let record = &mut net.records[index];
            (record.every, record.start, record.stop, record.neurons) = (None, None, None, None);
        });
    }
    for index in 0..populations.len() {
        of_population(&case.network, index, &mut add);
    }
    all
}

/// Fewer items, values and steps, and nothing asked of who executes it.
fn of_execution(case: &Case) -> Vec<Case> {
    let How { runs, lockstep, .. } = &case.how;
    let items = |items: Vec<Vec<(String, String)>>| Case { items, ..case.clone() };
    let how = |how: How| Case { how, ..case.clone() };
    let mut all = vec![items(vec![Vec::new()]), how(How::plain(runs.clone(), *lockstep))];
    if case.items.len() > 2 {
        all.extend((1..case.items.len()).map(|item| {
            let mut fewer = case.items.clone();
            fewer.remove(item);
            items(fewer)
        }));
    }
    for (item, values) in case.items.iter().enumerate() {
        all.extend((0..values.len()).map(|value| {
            let mut fewer = case.items.clone();
            fewer[item].remove(value);
            items(fewer)
        }));
    }
    let steps: u32 = runs.iter().sum();
    all.push(how(How { runs: vec![steps], ..case.how.clone() }));
    for fewer in [steps / 2, steps - steps / 8, steps.saturating_sub(1)] {
        all.push(how(How { runs: vec![fewer], ..case.how.clone() }));
    }
    all.push(how(How { lockstep: lockstep / 2, ..case.how.clone() }));
    let plainer: [fn(&mut How); 6] = [
        |how| how.schedule = None,
        |how| how.workgroup = None,
        |how| how.windows_per_submission = None,
        |how| how.threads = None,
        |how| how.block_bits = None,
        |how| how.binding = None,
    ];
    for change in plainer {
        let mut simpler = case.how.clone();
        change(&mut simpler);
        all.push(how(simpler));
    }
    all
}

/// A network without a population, and without all that names it.
fn leave_out(net: &mut Network, index: usize) {
    let name = net.populations.remove(index).name;
    net.projections.retain(|projection| projection.pre.population != name && projection.post.population != name);
    net.stimuli.retain(|stimulus| stimulus.target != name);
    let left: Vec<_> = net.projections.iter().map(|projection| projection.name.clone()).collect();
    net.records.retain(|record| {
        record.population != name && (record.projection.is_none() || left.contains(&record.projection))
    });
    net.until.take_if(|until| until.of.population == name);
}

/// Whole weights, of which nobody records anything.
fn without_model(net: &mut Network, index: usize) {
    // They have no port.
    if net.projections[index].is_gap_junction() {
        return;
    }
    net.projections[index].model = None;
    let name = net.projections[index].name.take();
    net.records.retain(|record| record.projection.is_none() || record.projection != name);
}

type Change<'a, T> = &'a mut dyn FnMut(&dyn Fn(&mut T));

fn of_projection(add: Change<'_, Projection>) {
    add(&|projection| projection.storage = Storage::Stored);
    add(&|projection| projection.precision = None);
    add(&|projection| (projection.pre.neurons, projection.post.neurons) = (None, None));
    add(&|projection| plain(&mut projection.weight));
    add(&|projection| plain(&mut projection.delay));
    add(&|projection| (projection.connect.kernel, projection.connect.mask) = (None, None));
    add(&|projection| projection.connect.mask = None);
    add(&|projection| projection.connect.kernel = None);
    add(&|projection| projection.connect.symmetric = false);
    add(&|projection| (projection.connect.autapses, projection.connect.multapses) = (true, true));
    for rule in [Connect::one_to_one(), Connect::all_to_all(), Connect::fixed_outdegree(1)] {
        // A simpler one has no simpler one.
        add(&move |projection| {
            if rank(&projection.connect) > rank(&rule) {
                projection.connect = rule.clone();
            }
        });
    }
    add(&|projection| {
        if let Some(model) = &mut projection.model {
            model.params.clear();
        }
    });
    add(&|projection| projection.model.iter_mut().for_each(plain_part));
}

/// How simple a rule is.
fn rank(connect: &Connect) -> usize {
    let rules = [Connect::one_to_one(), Connect::all_to_all(), Connect::fixed_outdegree(1)];
    rules.iter().position(|rule| rule.rule == connect.rule).unwrap_or(rules.len())
}

fn of_stimulus(stimulus: &Stimulus, add: Change<'_, Stimulus>) {
    add(&|stimulus| stimulus.port = None);
    for key in stimulus.params.keys() {
        add(&|stimulus| drop(stimulus.params.remove(key)));
        add(&|stimulus| stimulus.params.get_mut(key).into_iter().for_each(plain));
    }
    // Given spikes, of which there may be fewer.
    add(&|stimulus| {
        if let (Some(neurons), Some(Value::Array(Array::Inline { values, shape, .. }))) =
            (&mut stimulus.neurons, stimulus.params.get_mut("times"))
        {
            let half = neurons.len() / 2;
            neurons.truncate(half);
            values.truncate(half);
            *shape = vec![half];
        } else {
            stimulus.neurons = None;
        }
    });
}

fn of_population(net: &Network, index: usize, add: Change<'_, Network>) {
    let population = &net.populations[index];
    for size in [1, population.size / 2, population.size - 1] {
        add(&move |net| net.populations[index].size = size);
    }
    add(&|net| net.populations[index].positions = None);
    add(&|net| net.populations[index].params.clear());
    add(&|net| net.populations[index].init.clear());
    for key in population.params.keys() {
        add(&|net| drop(net.populations[index].params.remove(key)));
        add(&|net| net.populations[index].params.get_mut(key).into_iter().for_each(plain));
    }
    for key in population.init.keys() {
        add(&|net| drop(net.populations[index].init.remove(key)));
        add(&|net| net.populations[index].init.get_mut(key).into_iter().for_each(plain));
    }
    for name in population.ports.keys() {
        let port = |net: &mut Network, change: &dyn Fn(&mut neuropil::network::Port)| {
            net.populations[index].ports.get_mut(name).into_iter().for_each(change);
        };
        add(&|net| drop(net.populations[index].ports.remove(name)));
        add(&|net| port(net, &|port| port.synapse = None));
        add(&|net| port(net, &|port| port.output.params.clear()));
        add(&|net| port(net, &|port| plain_part(&mut port.output)));
        add(&|net| port(net, &|port| port.synapse.iter_mut().for_each(plain_part)));
    }
}

fn plain_part(part: &mut Part) {
    part.params.values_mut().for_each(plain);
}

/// One value for all.
fn plain(value: &mut Value) {
    if let Some(one) = one(value) {
        *value = one.into();
    }
}

/// A value in the place of those that are drawn or given one by one; that itself where it is one.
pub fn one(value: &Value) -> Option<Quantity> {
    match value {
        Value::Constant(one)
        | Value::Drawn(
            Distribution::Normal { mean: one, .. }
            | Distribution::Uniform { low: one, .. }
            | Distribution::Exponential { mean: one }
            | Distribution::Lognormal { median: one, .. }
            | Distribution::TruncatedNormal { mean: one, .. },
        )
        | Value::Initialised(Initialiser { scale: one, .. }) => Some(one.clone()),
        Value::Array(array) => Some(first(array)),
        Value::Conducted(conduction) => Some(conduction.offset.clone()),
        Value::Choice(_) => None,
    }
}

/// The first number of an array, or 1 of its unit.
pub fn first(array: &Array) -> Quantity {
    let number = match array {
        Array::Inline { values, .. } => values.first().copied(),
        Array::Npy { .. } => None,
    };
    Quantity::new(number.unwrap_or(1.0), array.unit())
}
