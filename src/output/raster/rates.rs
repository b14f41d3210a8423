//! The lower panel: the rate of each recorded population over time.

use super::RATES;
use super::axis::{TimeAxis, axis_title, tick_at};
use crate::output::page::{Page, colour};
use crate::output::ticks::{round_up, ticks};
use crate::recording::{PopulationSpikes, Recording};

/// Bins in the whole duration, about.
const BINS: f64 = 200.0;
/// Spikes in a bin on average, if wider bins can have so many: one of a lone neuron would draw a spike, not a rate.
const SPIKES: f64 = 4.0;

/// Draws the curves and their axis.
pub fn draw(page: &mut Page, recording: &Recording, time: &TimeAxis) {
    let narrow = bin_steps(recording);
    let curves = recording.populations.iter().enumerate().filter_map(|(index, population)| {
        let bin_steps = widened(narrow, recording, population);
        let mut hz = recording.population_rate(population, bin_steps, None)?.hz;
        // The few steps of a short last bin say little about a rate.
        hz.truncate(((recording.steps / bin_steps) as usize).max(1));
        Some((index, bin_steps, hz))
    });
    let curves: Vec<_> = curves.collect();
    let highest = curves.iter().flat_map(|(_, _, hz)| hz).copied().fold(0.0, f64::max);
    let top = if highest > 0.0 { highest * 1.05 } else { 1.0 };
    let y = |hz: f64| RATES.1 - hz / top * (RATES.1 - RATES.0);

    for (value, label) in ticks(0.0, top, 5) {
        tick_at(page, y(value), &label);
    }
    axis_title(page, RATES.0, "rate [Hz]");
    let width = if curves.len() <= 8 { 1.8 } else { 1.0 };
    let first_step = f64::from(recording.first_step);
    for (index, bin_steps, hz) in curves {
        let middle = |bin: usize| time.x(first_step + (bin as f64 + 0.5) * f64::from(bin_steps));
        let points = hz.iter().enumerate().map(|(bin, &hz)| (middle(bin), y(hz)));
        page.curve(points.collect(), colour(index), width);
    }
}

/// A round time of at least a millisecond and about a two-hundredth of the duration, in steps.
fn bin_steps(recording: &Recording) -> u32 {
    let bin_ms = round_up(recording.duration_ms() / BINS).max(1.0);
    // A cast saturates.
    ((bin_ms / recording.dt_ms).round() as u32).max(1)
}

/// As wide as a population's few spikes ask for, but at most a twentieth of the duration.
fn widened(narrow: u32, recording: &Recording, population: &PopulationSpikes) -> u32 {
    let wider = [2, 5, 10].into_iter().map(|times| narrow.saturating_mul(times));
    let mut wider = wider.filter(|&bin| bin <= recording.steps / 20);
    let spikes = population.spikes.len() as f64;
    let enough = |bin: u32| spikes == 0.0 || spikes * f64::from(bin) >= SPIKES * f64::from(recording.steps);
    let mut chosen = narrow;
    while !enough(chosen)
        && let Some(next) = wider.next()
    {
        chosen = next;
    }
    chosen
}
