//! The lower panel: the rate of each population over time.

use super::RATES;
use super::axis::{TimeAxis, axis_title, round_up, tick_at, ticks};
use super::page::{Page, colour};
use crate::recording::Recording;

/// Bins in the whole duration, about.
const BINS: f64 = 200.0;

/// Draws the curves and their axis.
pub fn draw(page: &mut Page, recording: &Recording, time: &TimeAxis) {
    let bin_steps = bin_steps(recording);
    let rates = recording.populations.iter().map(|population| recording.population_rate(population, bin_steps, None));
    let mut curves: Vec<Vec<f64>> = rates.map(|rate| rate.hz).collect();
    // The few steps of a short last bin say little about a rate.
    let whole_bins = (recording.steps / bin_steps) as usize;
    for curve in &mut curves {
        curve.truncate(whole_bins.max(1));
    }
    let highest = curves.iter().flatten().copied().fold(0.0, f64::max);
    let top = if highest > 0.0 { highest * 1.05 } else { 1.0 };
    let y = |hz: f64| RATES.1 - hz / top * (RATES.1 - RATES.0);

    for (value, label) in ticks(0.0, top, 5) {
        tick_at(page, y(value), &label);
    }
    axis_title(page, RATES.0, "rate [Hz]");
    let width = if curves.len() <= 8 { 1.8 } else { 1.0 };
    let first_step = f64::from(recording.first_step);
    for (index, curve) in curves.iter().enumerate() {
        let middle = |bin: usize| time.x(first_step + (bin as f64 + 0.5) * f64::from(bin_steps));
        let points = curve.iter().enumerate().map(|(bin, &hz)| (middle(bin), y(hz)));
        page.curve(points.collect(), colour(index), width);
    }
}

/// A round time of at least a millisecond and about a two-hundredth of the duration, in steps.
fn bin_steps(recording: &Recording) -> u32 {
    let bin_ms = round_up(recording.duration_ms() / BINS).max(1.0);
    // A cast saturates.
    ((bin_ms / recording.dt_ms).round() as u32).max(1)
}
