//! The upper panel: a band for each population, the first on top, with a row for each recorded neuron and a mark for each
//! of its spikes.
//!
//! Where there are more spikes than the band can show, every k-th neuron is drawn with all its spikes: leaving out
//! spikes would change what their patterns look like.

use super::axis::{TimeAxis, axis_title, tick_at};
use super::{LEFT, RIGHT, SPIKES};
use crate::output::page::{Align, FAINT, INK, MUTED, Page, Rgb, Text, colour};
use crate::output::ticks::ticks;
use crate::recording::{PopulationSpikes, Recording, Spikes};
use crate::shorten::shortened;

/// \[px\] between bands.
const GAP: f64 = 8.0;
/// \[px\] a band's height, at least, where there is room: three lines of text.
const MIN_HEIGHT: f64 = 62.0;
/// The part of a band's area that marks may cover.
const COVERAGE: f64 = 0.35;
/// \[px\] from the name of one population to the next, at least.
const NAME_HEIGHT: f64 = 12.0;
/// \[px\] sides of a mark.
const SMALLEST: f64 = 1.2;
const LARGEST: f64 = 3.0;
/// \[px\] a mark's height, at most, where rows are high.
const TALLEST: f64 = 14.0;
/// Neurons that are drawn at least, if there are so many.
const MIN_NEURONS: u32 = 40;

/// Draws the bands with their axes and names.
pub fn draw(page: &mut Page, recording: &Recording, time: &TimeAxis) {
    let sizes: Vec<f64> = recording.populations.iter().map(|population| population.neurons.len() as f64).collect();
    let mut top = SPIKES.0;
    let heights = heights(&sizes, SPIKES.1 - SPIKES.0);
    let gap = gap(sizes.len(), SPIKES.1 - SPIKES.0);
    let all: usize = recording.populations.iter().map(|population| population.spikes.len()).sum();
    let largest = side(all, SPIKES.1 - SPIKES.0, 1).clamp(SMALLEST, LARGEST);
    let mut last_name = f64::NEG_INFINITY;
    for (index, (population, height)) in recording.populations.iter().zip(heights).enumerate() {
        let band = Band { top, height, neurons: &population.neurons };
        let thinning = Thinning::of(population, &band, largest);
        band.draw_spikes(page, &population.spikes, &thinning, time, colour(index));
        band.draw_ticks(page);
        if index > 0 {
            page.horizontal((LEFT + 1.0, RIGHT), top - gap / 2.0, FAINT);
        }
        // Where bands are narrower than a line of text, not every one is named.
        let middle = top + height / 2.0;
        if middle - last_name >= NAME_HEIGHT {
            band.draw_name(page, recording, population, thinning.every, colour(index));
            last_name = middle;
        }
        top += height + gap;
    }
    axis_title(page, SPIKES.0, "neuron");
}

/// \[px\] between bands; less where there are very many.
fn gap(bands: usize, available: f64) -> f64 {
    GAP.min(available / (4.0 * bands.max(1) as f64))
}

/// \[px\] the height of each band: proportional to its rows, but enough for its name.
fn heights(sizes: &[f64], available: f64) -> Vec<f64> {
    let gaps = gap(sizes.len(), available) * sizes.len().saturating_sub(1) as f64;
    let available = available - gaps;
    let least = MIN_HEIGHT.min(available / sizes.len().max(1) as f64);
    let mut raised = vec![false; sizes.len()];
    loop {
        let (mut left, mut neurons) = (available, 0.0);
        for (&size, &raised) in sizes.iter().zip(&raised) {
            if raised { left -= least } else { neurons += size }
        }
        let height_of = |size: f64, raised: bool| if raised { least } else { left * size / neurons };
        // Not a number where only empty populations are left.
        let low = |height: f64| height.is_nan() || height < least;
        let more = (0..sizes.len()).filter(|&index| !raised[index] && low(height_of(sizes[index], false)));
        let more: Vec<usize> = more.collect();
        if more.is_empty() {
            return sizes.iter().zip(&raised).map(|(&size, &raised)| height_of(size, raised)).collect();
        }
        for index in more {
            raised[index] = true;
        }
    }
}

/// Which neurons are drawn, and how large a spike is.
struct Thinning {
    /// Every how manieth neuron is drawn.
    every: u32,
    /// \[px\] width and height of a mark.
    mark: (f64, f64),
}

impl Thinning {
    /// With marks of `largest` pixels, so that bands can be compared, or smaller ones where they would cover too much.
    fn of(population: &PopulationSpikes, band: &Band<'_>, largest: f64) -> Self {
        let spikes = population.spikes.len();
        let needed = (SMALLEST / side(spikes, band.height, 1)).powi(2).ceil() as u32;
        let every = needed.clamp(1, (population.neurons.len() as u32 / MIN_NEURONS).max(1));
        let fitting = side(spikes, band.height, every);
        // Rows that stand apart get upright strokes, others dots.
        let height = (0.7 * band.row() * f64::from(every)).clamp(fitting.clamp(SMALLEST, largest), TALLEST);
        // Thinner than a pixel is paler: then darkness shows density.
        let width = (fitting * fitting / height).clamp(0.3, largest);
        Self { every, mark: (width, height) }
    }
}

/// \[px\] the side of marks that cover as much as they may, if every `every`-th neuron's spikes are drawn in a band.
fn side(spikes: usize, height: f64, every: u32) -> f64 {
    let area = (RIGHT - LEFT) * height;
    (area * COVERAGE * f64::from(every) / spikes.max(1) as f64).sqrt()
}

/// The place of a population.
struct Band<'a> {
    top: f64,
    height: f64,
    /// The neuron of each row, from the bottom.
    neurons: &'a [u32],
}

impl Band<'_> {
    /// \[px\] height of a row.
    fn row(&self) -> f64 {
        self.height / self.neurons.len().max(1) as f64
    }

    /// \[px\] the middle of a row.
    fn y(&self, row: f64) -> f64 {
        self.top + self.height - (row + 0.5) * self.row()
    }

    fn draw_spikes(&self, page: &mut Page, spikes: &Spikes, thinning: &Thinning, time: &TimeAxis, colour: Rgb) {
        let (width, height) = thinning.mark;
        let rows =
            spikes.iter().filter_map(|(step, _, neuron)| Some((step, self.neurons.binary_search(&neuron).ok()?)));
        let drawn = rows.filter(|(_, row)| row.is_multiple_of(thinning.every as usize));
        let (x, y) =
            drawn.map(|(step, row)| (time.x(f64::from(step)) - width / 2.0, self.y(row as f64) - height / 2.0)).unzip();
        page.marks(colour, x, y, thinning.mark);
    }

    /// Round indices, if possible some 45 pixels apart, and away from the next band's.
    fn draw_ticks(&self, page: &mut Page) {
        let Some(last) = self.neurons.len().checked_sub(1) else { return };
        let fitting = |apart: f64| {
            let most = ((self.height / apart) as u32).clamp(1, last.max(1) as u32);
            let rows = ticks(0.0, last as f64, most).into_iter().map(|(row, _)| row);
            rows.filter(|&row| row > 0.0 && self.y(row) - self.top >= 10.0).collect::<Vec<_>>()
        };
        let choices = [45.0, 28.0, 20.0].into_iter().map(fitting);
        let chosen = choices.into_iter().find(|ticks| !ticks.is_empty());
        // Where none of these fits, the highest of several that stand too close says how many neurons there are.
        let chosen = chosen.unwrap_or_else(|| fitting(14.0).pop().into_iter().collect());
        let first = if self.height >= 16.0 { Some(0.0) } else { None };
        for row in first.into_iter().chain(chosen) {
            let neuron = self.neurons.get(row.round() as usize).map(u32::to_string);
            tick_at(page, self.y(row), &neuron.unwrap_or_default());
        }
    }

    fn draw_name(
        &self,
        page: &mut Page,
        recording: &Recording,
        population: &PopulationSpikes,
        every: u32,
        colour: Rgb,
    ) {
        let x = RIGHT + 18.0;
        let rate = match recording.rate_hz(population, 0.0) {
            Some(hz) => format!("{} Hz", three_digits(hz)),
            None if population.neurons.is_empty() => "not recorded".to_owned(),
            None => "no time".to_owned(),
        };
        let drawn = drawn(population, every);
        let middle = self.top + self.height / 2.0;
        let mut line = |y: f64, text: Text| page.text(x, y, Align::Start, text);
        if self.height >= 58.0 {
            let lines = if drawn.is_some() { 3.0 } else { 2.0 };
            let first = middle - lines * 10.0 + 16.0;
            line(first, name(&population.name, 19.0, colour));
            line(first + 21.0, Text::new(16, INK).plain(&rate));
            if let Some(drawn) = drawn {
                line(first + 41.0, Text::new(15, MUTED).plain(&format!("{drawn} drawn")));
            }
        } else if self.height >= 36.0 {
            line(middle - 3.0, name(&population.name, 16.0, colour));
            let rate = drawn.map_or(rate.clone(), |drawn| format!("{rate}, {drawn} drawn"));
            line(middle + 13.0, Text::new(13, INK).plain(&rate));
        } else {
            let size = (self.height * 0.95).clamp(10.0, 15.0);
            let rate = drawn.map_or(format!("  {rate}"), |drawn| format!("  {rate}, {drawn}"));
            let name = shortened(&population.name, letters(size).saturating_sub(rate.len()).max(6));
            line(middle + size * 0.36, Text::new(size as u32, colour).bold(&name).plain(&rate));
        }
    }
}

/// Which part of a population is drawn, where not all of it is.
fn drawn(population: &PopulationSpikes, every: u32) -> Option<String> {
    let recorded = population.neurons.len();
    let of = (recorded > 0 && !population.is_whole()).then(|| format!("{recorded} of {}", population.size));
    let each = (every > 1).then(|| format!("1 in {every}"));
    each.into_iter().chain(of).reduce(|each, of| format!("{each} of {of}"))
}

/// \[px\] room for names, and the width of a bold letter of size 1, about.
const NAME_WIDTH: f64 = 190.0;
const LETTER: f64 = 0.68;

/// How many bold letters of that size fit.
fn letters(size: f64) -> usize {
    ((NAME_WIDTH / (LETTER * size)) as usize).max(8)
}

/// A name on a line of its own: smaller, and only then shortened, where it is long.
fn name(name: &str, largest: f64, colour: Rgb) -> Text {
    let size = (NAME_WIDTH / (LETTER * name.chars().count().max(1) as f64)).clamp(13.0, largest).floor();
    Text::new(size as u32, colour).bold(&shortened(name, letters(size)))
}

/// With as many decimals as give three digits: 0, 0.123, 4.92, 31.5, 120.
fn three_digits(value: f64) -> String {
    let decimals = match value {
        value if value >= 100.0 || value == 0.0 => 0,
        value if value >= 10.0 => 1,
        value if value >= 1.0 => 2,
        _ => 3,
    };
    format!("{value:.decimals$}")
}
