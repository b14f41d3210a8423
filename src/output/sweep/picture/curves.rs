//! One value is varied: a curve for each population over it, with a band of one standard deviation to each side.

use super::{MEASURES, Means, Scale, Title, WIDTH};
use crate::output::page::{Align, FAINT, INK, Page, Text, colour};
use crate::output::ticks::ticks;
use crate::shorten::shortened;

const HEIGHT: f64 = 1000.0;
/// \[px\] left and right end of the axis; to the right of it stand the populations' names.
const LEFT: f64 = 112.0;
const RIGHT: f64 = 1388.0;
/// \[px\] top and bottom of the panel of each measure.
const PANELS: [(f64, f64); 2] = [(100.0, 548.0), (608.0, 912.0)];
/// \[px\] between a panel's sides and the first and last value.
const INSET: f64 = 14.0;

pub fn page(title: &Title, populations: &[String], scale: &Scale, means: impl Fn(usize, usize) -> Means) -> Page {
    let mut page = Page::new(WIDTH, HEIGHT);
    title.draw(&mut page, LEFT, "mean and standard deviation");
    let (low, high) = scale.range();
    let x = |at: f64| {
        let part = if high > low { (at - low) / (high - low) } else { 0.5 };
        LEFT + INSET + part * (RIGHT - LEFT - 2.0 * INSET)
    };
    for (measure, ((name, _), panel)) in MEASURES.iter().zip(PANELS).enumerate() {
        let curves: Vec<_> = (0..populations.len()).map(|population| means(population, measure).means).collect();
        let highest = curves.iter().flatten().flatten().map(|(mean, spread)| mean + spread).fold(0.0, f64::max);
        let top = if highest > 0.0 { highest * 1.06 } else { 1.0 };
        let y = |value: f64| panel.1 - value.clamp(0.0, top) / top * (panel.1 - panel.0);
        for (value, label) in ticks(0.0, top, 6) {
            page.horizontal((LEFT, RIGHT + 1.0), y(value), FAINT);
            page.horizontal((LEFT - 6.0, LEFT), y(value), INK);
            page.text(LEFT - 11.0, y(value) + 6.0, Align::End, Text::new(17, INK).plain(&label));
        }
        page.text(LEFT - 11.0, panel.0 - 16.0, Align::End, Text::new(19, INK).plain(name));
        for (index, curve) in curves.iter().enumerate() {
            let mut points: Vec<_> = scale.at.iter().zip(curve).map(|(&at, mean)| (x(at), *mean)).collect();
            points.sort_by(|one, other| one.0.total_cmp(&other.0));
            // Where there is no figure, a curve has a gap.
            for part in points.split(|(_, mean)| mean.is_none()).filter(|part| !part.is_empty()) {
                let part: Vec<_> = part.iter().filter_map(|(x, mean)| mean.map(|mean| (*x, mean))).collect();
                let upper = part.iter().map(|(x, (mean, spread))| (*x, y(mean + spread)));
                let lower = part.iter().rev().map(|(x, (mean, spread))| (*x, y(mean - spread)));
                if part.iter().any(|(_, (_, spread))| *spread > 0.0) {
                    page.area(&upper.chain(lower).collect::<Vec<_>>(), colour(index), 0.2);
                }
                let middle: Vec<_> = part.iter().map(|(x, (mean, _))| (*x, y(*mean))).collect();
                page.dots(&middle, 3.2, colour(index));
                page.curve(middle, colour(index), 2.0);
            }
        }
        page.vertical(LEFT, panel, INK);
        page.horizontal((LEFT, RIGHT + 1.0), panel.1, INK);
        for (at, label) in scale.ticks(12) {
            page.vertical(x(at), (panel.1, panel.1 + 6.0), INK);
            if measure + 1 == MEASURES.len() {
                page.text(x(at), panel.1 + 26.0, Align::Middle, Text::new(17, INK).plain(&label));
            }
        }
    }
    let below = PANELS[1].1 + 62.0;
    page.text((LEFT + RIGHT) / 2.0, below, Align::Middle, Text::new(19, INK).plain(&scale.title));
    names(&mut page, populations);
    page
}

/// The populations in their colours, as many as there is room for.
fn names(page: &mut Page, populations: &[String]) {
    let room = ((PANELS[1].1 - PANELS[0].0) / 24.0) as usize;
    for (index, name) in populations.iter().take(room).enumerate() {
        let y = PANELS[0].0 + 14.0 + 24.0 * index as f64;
        page.text(RIGHT + 18.0, y, Align::Start, Text::new(18, colour(index)).bold(&shortened(name, 16)));
    }
}
