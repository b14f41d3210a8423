//! Items of the batch, and the values in which they differ.

use super::gathers::is_graded;
use crate::property::dice::Dice;
use neuropil::network::{ItemWiring, Network, Value};

/// As many lists of values as there are items: most often empty ones.
pub fn draw(net: &Network, dice: &mut Dice) -> Vec<Vec<(String, String)>> {
    let mut items = vec![Vec::new(); 1 + dice.below(3) as usize];
    let paths: Vec<_> = paths(net).into_iter().filter(|_| dice.chance(0.15)).collect();
    if items.len() == 1 || dice.chance(0.4) {
        return items;
    }
    // The first has what the network has.
    for item in items.iter_mut().skip(1) {
        for (path, number, unit) in &paths {
            if dice.chance(0.7) {
                let number = number * dice.numbers(1, [0.6, 1.4])[0];
                item.push((path.clone(), format!("{number} {unit}")));
            }
        }
    }
    items
}

/// Quantities of the network that items may have of their own, with their numbers.
fn paths(net: &Network) -> Vec<(String, f64, String)> {
    let mut all = Vec::new();
    let mut add = |path: String, value: &Value| {
        if let Value::Constant(quantity) = value {
            all.push((path, quantity.value(), quantity.unit().symbol().to_owned()));
        }
    };
    for population in &net.populations {
        let path = format!("population[{}]", population.name);
        for (key, value) in &population.params {
            // Whole steps, thresholds and choices have a file's own values; psc_exp must know what a membrane is.
            if key.starts_with("tau") || key == "r" {
                add(format!("{path}.params.{key}"), value);
            }
        }
        population.init.iter().for_each(|(key, value)| add(format!("{path}.init.{key}"), value));
        for (name, port) in &population.ports {
            if let Some(value) = port.output.params.get("e") {
                add(format!("{path}.ports.{name}.output.{}.e", port.output.model), value);
            }
        }
    }
    for (index, stimulus) in net.stimuli.iter().enumerate() {
        for key in ["weight", "value", "rate", "amplitude", "sigma", "mean"] {
            stimulus.params.get(key).into_iter().for_each(|value| add(format!("stimulus[{index}].{key}"), value));
        }
    }
    for (index, projection) in net.projections.iter().enumerate() {
        let mut others = net.projections.iter().enumerate().filter(|(other, _)| *other != index);
        // Weights of a port's spikes have one scale, which items with the same rows share.
        let alone = others.all(|(_, other)| {
            is_graded(other) || (&other.post.population, &other.port) != (&projection.post.population, &projection.port)
        });
        if alone || is_graded(projection) || net.wiring == ItemWiring::Own {
            add(format!("projection[{index}].weight"), &projection.weight);
        }
        // Without delay it is one of a level, in all items.
        if net.wiring == ItemWiring::Own && !matches!(&projection.delay, Value::Constant(delay) if delay.value() == 0.0)
        {
            add(format!("projection[{index}].delay"), &projection.delay);
        }
    }
    all
}
