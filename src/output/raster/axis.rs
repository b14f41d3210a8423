//! The axes of the raster: the time axis that spikes and rates share, and what stands at a vertical one.

use super::{LEFT, RATES, RIGHT, SPIKES};
use crate::output::page::{Align, INK, Page, Text};
use crate::output::ticks::ticks;
use crate::recording::Recording;

/// \[px\] size of the numbers at ticks, and of axis titles.
const TICK_SIZE: u32 = 17;
const TITLE_SIZE: u32 = 19;
/// \[px\] length of a tick.
const TICK: f64 = 6.0;

/// Time in pixels.
pub struct TimeAxis {
    first_step: f64,
    steps: f64,
    dt_ms: f64,
}

impl TimeAxis {
    /// From the first step to the end of the last.
    pub fn new(recording: &Recording) -> Self {
        let (first_step, steps) = (f64::from(recording.first_step), f64::from(recording.steps.max(1)));
        Self { first_step, steps, dt_ms: recording.dt_ms }
    }

    /// \[px\] the place of a step's beginning.
    pub fn x(&self, step: f64) -> f64 {
        LEFT + (step - self.first_step) / self.steps * (RIGHT - LEFT)
    }

    /// The frame of both panels, with ticks at both and numbers at the lower one.
    pub fn draw(&self, page: &mut Page) {
        let (begin, end) = (self.first_step * self.dt_ms, (self.first_step + self.steps) * self.dt_ms);
        let (unit, per_ms) = if end - begin >= 2000.0 { ("s", 1e-3) } else { ("ms", 1.0) };
        for (top, bottom) in [SPIKES, RATES] {
            page.vertical(LEFT, (top, bottom), INK);
            page.horizontal((LEFT, RIGHT + 1.0), bottom, INK);
        }
        for (value, label) in ticks(begin * per_ms, end * per_ms, 10) {
            let x = self.x(value / per_ms / self.dt_ms);
            page.vertical(x, (SPIKES.1, SPIKES.1 + TICK), INK);
            page.vertical(x, (RATES.1, RATES.1 + TICK), INK);
            page.text(x, RATES.1 + 26.0, Align::Middle, Text::new(TICK_SIZE, INK).plain(&label));
        }
        let title = Text::new(TITLE_SIZE, INK).plain(&format!("time [{unit}]"));
        page.text((LEFT + RIGHT) / 2.0, RATES.1 + 56.0, Align::Middle, title);
    }
}

/// A tick of a vertical axis with its number.
pub fn tick_at(page: &mut Page, y: f64, label: &str) {
    page.horizontal((LEFT - TICK, LEFT), y, INK);
    page.text(LEFT - TICK - 5.0, y + 6.0, Align::End, Text::new(TICK_SIZE, INK).plain(label));
}

/// The title of a vertical axis, above its top: kuva turns text upright only at a loss of sharpness.
pub fn axis_title(page: &mut Page, top: f64, title: &str) {
    page.text(LEFT - TICK - 5.0, top - 16.0, Align::End, Text::new(TITLE_SIZE, INK).plain(title));
}
