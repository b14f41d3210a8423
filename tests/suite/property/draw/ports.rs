//! Ports: every synapse with every output that a neuron may have.

use super::cells::Cell;
use crate::property::dice::Dice;
use neuropil::network::{Part, Population, Port, Synapse, Value};

/// A port as projections and stimuli see it.
#[derive(Clone)]
pub struct Inlet {
    pub name: &'static str,
    /// Of what arrives.
    pub unit: &'static str,
    /// What moves the neuron as a whole jump or current does.
    pub weight: f64,
    /// Would a negative weight let V grow without bounds?
    pub positive: bool,
}

const SYNAPSES: [&str; 4] = ["", "expon", "alpha", "dual_expon"];
const OUTPUTS: [&str; 4] = ["coba", "mg_block", "cuba", "delta"];

/// The ports of a population of its own.
pub fn draw(population: &mut Population, cell: &Cell, dice: &mut Dice) -> Vec<Inlet> {
    if cell.reads_rates() {
        return vec![add(population, "rates", Port::sum(), "1", 0.5)];
    }
    let mut inlets = vec![add(population, "jump", Port::delta(), "mV", cell.mv)];
    if let Some(variable) = cell.onto.filter(|_| dice.chance(0.6)) {
        inlets.push(add(population, "onto", Port::delta().onto(variable), "mV", cell.mv));
    }
    let names = ["a", "b"];
    for name in names.into_iter().take(if cell.ma > 0.0 { dice.below(3) as usize } else { 0 }) {
        let exact = cell.knows_psc_exp() && dice.chance(0.5);
        let output = if exact { "cuba" } else { dice.pick(&OUTPUTS) };
        let synapse = if exact { Some(Part::new("psc_exp")) } else { synapse(dice, population.size) };
        let (unit, weight) = match output {
            // Some 50 mV from its reversal potential.
            "coba" | "mg_block" => ("mS", 20.0 * cell.ma),
            "cuba" => ("mA", cell.ma),
            // What is filtered jumps again and again.
            _ => ("mV", if synapse.is_some() { 0.1 * cell.mv } else { cell.mv }),
        };
        let mut part = Part::new(output);
        if unit == "mS" {
            part = part.param("e", dice.value(population.size, [0.0, 50.0], "mV"));
        } else if output == "cuba" && dice.chance(0.3) {
            part = part.param("scale", 0.8);
        }
        if synapse.is_some() && !exact && dice.chance(0.3) {
            let size = population.size;
            population.init.insert(format!("{name}.g"), dice.value(size, [0.0, weight], unit));
        }
        let port =
            synapse.map_or_else(|| Port::unfiltered(part.clone()), |own| Synapse::from(own).output(part.clone()));
        inlets.push(add(population, name, port, unit, weight));
    }
    inlets
}

fn add(population: &mut Population, name: &'static str, port: Port, unit: &'static str, weight: f64) -> Inlet {
    population.ports.insert(name.to_owned(), port);
    Inlet { name, unit, weight, positive: unit == "mS" }
}

fn synapse(dice: &mut Dice, size: u32) -> Option<Part> {
    let model = dice.pick(&SYNAPSES);
    let part = Part::new(model);
    match model {
        "" => None,
        "dual_expon" => {
            let slow = part.param("tau_decay", dice.value(size, [3.0, 9.0], "ms"));
            Some(slow.param("tau_rise", dice.quantity([0.5, 3.0], "ms")))
        }
        _ => Some(part.param("tau", dice.value(size, [1.0, 9.0], "ms"))),
    }
}

/// The same port for a population of another size: what was given neuron by neuron is one value.
pub fn alike(mut port: Port) -> Port {
    for part in port.synapse.iter_mut().chain([&mut port.output]) {
        for value in part.params.values_mut() {
            if let Value::Array(array) = value {
                *value = super::super::shrink::first(array).into();
            }
        }
    }
    port
}
