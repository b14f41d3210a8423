//! A case from a seed.
//!
//! Each file below draws one part, from lists of what there is to choose; who adds a model to the catalogue adds a line to the list of
//! its kind, and until then a test says that nobody drew it.

mod cells;
mod gathers;
mod items;
mod ports;
mod projections;
mod records;
mod stimuli;

use super::case::{Case, How};
use super::dice::{Dice, Part};
use cells::Cells;
pub use gathers::is_graded;
use neuropil::network::{ItemWiring, Network, Until};
use neuropil::sim::Schedule;
use neuropil::units::Literal;

/// Steps of all runs together.
const STEPS: u32 = 120;
/// Steps that are compared one by one.
const LOCKSTEP: u32 = 12;

pub fn case(seed: u64) -> Case {
    let dice = &mut Dice::new(seed, Part::Populations);
    let dt = dice.pick(&[0.1, 0.25, 1.0]);
    let mut net = Network::new(dt.ms()).seed(seed);
    if dice.chance(0.3) {
        net = net.wiring_seed(dice.word());
    }
    let cells = cells::draw(&mut net, dice);
    projections::draw(&mut net, &cells, dt, &mut Dice::new(seed, Part::Projections));
    gathers::draw(&mut net, &cells, dt, &mut Dice::new(seed, Part::Gathers));
    stimuli::draw(&mut net, &cells, dt, &mut Dice::new(seed, Part::Stimuli));
    let dice = &mut Dice::new(seed, Part::Records);
    records::draw(&mut net, dt, dice);
    if dice.chance(0.2) {
        let steps = f64::from(5 + dice.below(20));
        let of = dice.below(cells.len() as u32) as usize;
        let Cells { name, size, .. } = &cells[of];
        let rate = dice.numbers(1, [40.0 / dt, 150.0 / dt])[0].hz();
        let until = match dice.chance(0.5) {
            true => Until::rate_above(name, rate),
            false => Until::spikes_at_least(name, 1 + dice.below(8 * size)),
        };
        let until = until.over((steps * dt).ms());
        net = net.until(if dice.chance(0.5) { until.start((10.0 * dt).ms()) } else { until });
    }
    let dice = &mut Dice::new(seed, Part::Items);
    if dice.chance(0.4) {
        net = net.wiring(ItemWiring::Own);
    }
    let items = items::draw(&net, dice);
    Case { network: net, items, how: how(&mut Dice::new(seed, Part::How)) }
}

fn how(dice: &mut Dice) -> How {
    let first = dice.below(STEPS);
    let mut some = |all: &[u32]| dice.chance(0.6).then(|| dice.pick(all));
    let (workgroup, windows_per_submission) = (some(&[32, 64, 128, 256]), some(&[1, 2, 7, 100]));
    let (threads, block_bits) = (some(&[1, 2, 3]).map(|threads| threads as usize), some(&[0, 2, 4, 10]));
    let schedule = dice.pick(&[None, Some(Schedule::Windowed), Some(Schedule::Direct), Some(Schedule::Resident)]);
    let separate = schedule.is_none_or(|schedule| schedule == Schedule::Windowed);
    let binding = (separate && dice.chance(0.3)).then(|| dice.pick(&[400, 4000]));
    let runs = if dice.chance(0.5) { vec![first, STEPS - first] } else { vec![STEPS] };
    How { schedule, workgroup, windows_per_submission, threads, block_bits, binding, runs, lockstep: LOCKSTEP }
}
