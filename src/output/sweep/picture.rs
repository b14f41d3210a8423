//! `sweep.png`: rate and irregularity of each population over what is varied, over the seeds their mean: curves over the values of one
//! axis, with their spread, or maps over those of two.

mod curves;
mod map;
mod scale;

use super::{Figure, Grid, Table};
use crate::output::page::{Align, INK, MUTED, Page, Text};
use crate::shorten::shortened;
use kuva::RasterBackend;
use scale::Scale;

/// \[px\] the width of a picture.
const WIDTH: f64 = 1600.0;

/// What is drawn of each population: its name, and where it stands.
type Measure = (&'static str, fn(&Figure) -> Option<f64>);
const MEASURES: [Measure; 2] = [("rate [Hz]", |figure| figure.rate_hz), ("CV", |figure| figure.cv_isi)];

/// A mean with its standard deviation; none where no item has a figure.
type Mean = Option<(f64, f64)>;

/// The picture of a sweep, as a PNG, or the text of kuva's failure to encode it; none if neither one nor two axes have several values.
pub fn draw(network: &str, populations: &[String], table: &Table) -> Option<Result<Vec<u8>, String>> {
    Some(RasterBackend::new().with_scale(1.0).render_scene(&page(network, populations, table)?.into_scene()))
}

fn page(network: &str, populations: &[String], table: &Table) -> Option<Page> {
    let grid = table.grid();
    let varied: Vec<usize> = (0..grid.axes.len()).filter(|&axis| grid.axes[axis].values.len() > 1).collect();
    let means = |population: usize, measure: usize| Means::of(table, &varied, population, MEASURES[measure].1);
    let scale = |axis: usize| Scale::of(&grid.axes[axis]);
    match *varied {
        [axis] => Some(curves::page(&title(network, grid), populations, &scale(axis), means)),
        [first, second] => Some(map::page(&title(network, grid), populations, [&scale(first), &scale(second)], means)),
        _ => None,
    }
}

/// What stands above a picture.
struct Title {
    network: String,
    /// The seeds, if there are several.
    seeds: usize,
}

fn title(network: &str, grid: &Grid) -> Title {
    Title { network: shortened(network, 60), seeds: grid.seeds.len() }
}

impl Title {
    fn draw(&self, page: &mut Page, left: f64, more: &str) {
        let seeds = if self.seeds > 1 { format!("   {more} of {} seeds", self.seeds) } else { String::new() };
        page.text(left, 42.0, Align::Start, Text::new(25, INK).bold(&self.network));
        page.text(1500.0, 42.0, Align::End, Text::new(19, MUTED).plain(&seeds));
    }
}

/// The means over seeds of a population, for all values of the axes that are drawn.
struct Means {
    /// In the order of a grid of these axes alone.
    means: Vec<Mean>,
}

impl Means {
    fn of(table: &Table, varied: &[usize], population: usize, measure: fn(&Figure) -> Option<f64>) -> Self {
        let grid = table.grid();
        let sizes: Vec<_> = varied.iter().map(|&axis| grid.axes[axis].values.len()).collect();
        let mut found = vec![Vec::new(); sizes.iter().product()];
        for (&item, line) in table.done() {
            let places = grid.places(item);
            let place = varied.iter().zip(&sizes).fold(0, |place, (&axis, size)| place * size + places[axis]);
            let figure = line.outcome.as_ref().ok().and_then(|figures| figures.populations.get(population));
            found[place].extend(figure.and_then(measure));
        }
        Self { means: found.iter().map(|values| mean(values)).collect() }
    }
}

/// The mean, and the standard deviation of what these are a sample of; 0 of one alone.
fn mean(values: &[f64]) -> Mean {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (n > 0.0).then(|| (mean, if n > 1.0 { (squares / (n - 1.0)).sqrt() } else { 0.0 }))
}

#[cfg(test)]
mod tests;
