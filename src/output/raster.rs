//! `raster.png`: who fired when, and below it the rate of each population, on one time axis.
//!
//! The page is laid out here in pixels and drawn by kuva, which brings its own font. A picture is of one batch item,
//! the first.

mod axis;
mod bands;
mod rates;

use super::page::{Align, INK, MUTED, Page, Text};
use crate::recording::{PopulationSpikes, Recording, Spikes};
use crate::shorten::shortened;
use axis::TimeAxis;
use kuva::RasterBackend;
use std::borrow::Cow;

/// \[px\] the picture.
const WIDTH: f64 = 1600.0;
const HEIGHT: f64 = 1000.0;
/// \[px\] left and right end of the time axis; to the right of it stand the populations' names.
const LEFT: f64 = 112.0;
const RIGHT: f64 = 1388.0;
/// \[px\] top and bottom of the spikes.
const SPIKES: (f64, f64) = (72.0, 686.0);
/// \[px\] top and bottom of the rates.
const RATES: (f64, f64) = (738.0, 920.0);

/// Draws the raster as a PNG of 1600 × 1000 pixels; `network` is its title.
///
/// # Errors
/// The text of kuva's failure to encode the picture.
pub fn raster(network: &str, recording: &Recording) -> Result<Vec<u8>, String> {
    RasterBackend::new().with_scale(1.0).render_scene(&page(network, recording).into_scene())
}

fn page(network: &str, recording: &Recording) -> Page {
    let shown = first_item(recording);
    let time = TimeAxis::new(&shown);
    let mut page = Page::new(WIDTH, HEIGHT);
    title(&mut page, network, recording);
    bands::draw(&mut page, &shown, &time);
    rates::draw(&mut page, &shown, &time);
    time.draw(&mut page);
    if shown.populations.iter().filter_map(PopulationSpikes::count).max() == Some(0) {
        let middle = ((LEFT + RIGHT) / 2.0, (SPIKES.0 + SPIKES.1) / 2.0 + 10.0);
        page.text(middle.0, middle.1, Align::Middle, Text::new(28, MUTED).plain("no spikes"));
    }
    page
}

/// The first item of a batch as a recording of its own.
fn first_item(recording: &Recording) -> Cow<'_, Recording> {
    if recording.batch <= 1 {
        return Cow::Borrowed(recording);
    }
    let populations = recording.populations.iter().map(|population| {
        let kept = population.spikes.iter().filter(|&(_, batch, _)| batch == 0);
        let mut spikes = Spikes::default();
        for (step, batch, neuron) in kept {
            spikes.step.push(step);
            spikes.batch.push(batch);
            spikes.neuron.push(neuron);
        }
        PopulationSpikes { spikes, ..population.without_spikes() }
    });
    let Recording { dt_ms, first_step, .. } = *recording;
    let steps = (recording.end_step_of(0) - u64::from(first_step)) as u32;
    let populations = populations.collect();
    Cow::Owned(Recording { dt_ms, batch: 1, first_step, steps, populations, ..Recording::default() })
}

fn title(page: &mut Page, network: &str, recording: &Recording) {
    let spans = Text::new(25, INK).bold(&shortened(network, 60));
    let spans =
        if recording.batch > 1 { spans.plain(&format!("   item 0 of a batch of {}", recording.batch)) } else { spans };
    page.text(LEFT, 42.0, Align::Start, spans);
}

#[cfg(test)]
mod tests;
