//! What is recorded: nothing by name, or spikes and variables of some, now and then.

use crate::property::dice::Dice;
use neuropil::model::{ModelKind, find};
use neuropil::network::{Model, Network, Part, Projection, Record};
use neuropil::units::Literal;

pub fn draw(net: &mut Network, dt: f64, dice: &mut Dice) {
    if dice.chance(0.4) {
        return;
    }
    let some_spikes = dice.chance(0.3);
    let ms = |steps: u32| (dt * f64::from(steps)).ms();
    for population in net.populations.clone() {
        if some_spikes && dice.chance(0.7) {
            let record = Record::new(&population.name, ["spikes"]);
            net.record(if dice.chance(0.5) { record.neurons(neurons(population.size, dice)) } else { record });
        }
        let mut all = variables(ModelKind::Neuron, &population.model, "");
        for (name, port) in &population.ports {
            if let Some(Part { model, .. }) = &port.synapse {
                all.extend(variables(ModelKind::Synapse, model, &format!("{name}.")));
            }
        }
        all.retain(|_| dice.chance(0.5));
        if all.is_empty() {
            continue;
        }
        let mut record = Record::new(&population.name, all);
        if dice.chance(0.5) {
            record = record.every(ms(1 + dice.below(9)));
        }
        if dice.chance(0.3) {
            record = record.start(ms(dice.below(30))).stop(ms(40 + dice.below(60)));
        }
        net.record(if dice.chance(0.5) { record.neurons(neurons(population.size, dice)) } else { record });
    }
    let junctions = Projection::is_gap_junction;
    for projection in net.projections.clone().into_iter().filter(|projection| !junctions(projection)) {
        if let (Some(name), Some(Part { model, .. })) = (projection.name, projection.model)
            && dice.chance(0.5)
        {
            net.record(Record::of_projection(name, variables(ModelKind::Projection, &model, "")));
        }
    }
}

/// The variables of a model, as users write them.
fn variables(kind: ModelKind, model: &Model, before: &str) -> Vec<String> {
    let model = find(kind, &model.to_string()).expect("the catalogue is sound").expect("it is in the catalogue");
    model.reflection.state.iter().map(|field| format!("{before}{}", field.name)).collect()
}

/// Some of so many.
fn neurons(size: u32, dice: &mut Dice) -> Vec<u32> {
    let first = dice.below(size);
    (first..size).step_by(3).collect()
}
