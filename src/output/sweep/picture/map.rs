//! Two values are varied: maps of each population, the first value to the right, the second upwards.

use super::scale::label;
use super::{MEASURES, Mean, Means, Scale, Title, WIDTH};
use crate::output::page::{Align, FAINT, INK, MUTED, Page, Rgb, Text, colour};
use crate::output::ticks::ticks;
use crate::shorten::shortened;

/// \[px\] the left side of each measure's maps, and their width.
const LEFT: [f64; 2] = [112.0, 880.0];
const MAP: f64 = 540.0;
/// \[px\] above the first row of maps, above and below each.
const HEAD: f64 = 64.0;
const ABOVE: f64 = 62.0;
const BELOW: f64 = 84.0;
/// \[px\] the bar of colours, from the map's right side on.
const BAR: (f64, f64) = (16.0, 16.0);
/// Rows of pixels of a bar with a colour of their own.
const SHADES: usize = 64;

/// Smith's and van der Walt's *viridis* at equal distances: as bright as the value is high, for any colour vision and in print.
const VIRIDIS: [Rgb; 11] = [
    (68, 1, 84),
    (72, 36, 117),
    (65, 68, 135),
    (53, 95, 141),
    (42, 120, 142),
    (33, 145, 140),
    (34, 168, 132),
    (68, 191, 112),
    (122, 209, 81),
    (189, 223, 38),
    (253, 231, 37),
];

pub fn page(title: &Title, populations: &[String], scales: [&Scale; 2], means: impl Fn(usize, usize) -> Means) -> Page {
    let height = if populations.len() > 4 { 240.0 } else { 360.0 };
    let row = ABOVE + height + BELOW;
    let mut page = Page::new(WIDTH, HEAD + row * populations.len() as f64);
    title.draw(&mut page, LEFT[0], "mean");
    for (index, name) in populations.iter().enumerate() {
        let top = HEAD + row * index as f64 + ABOVE;
        for (measure, (what, _)) in MEASURES.iter().enumerate() {
            let map = Map { left: LEFT[measure], top, height };
            let name = Text::new(20, colour(index)).bold(&shortened(name, 30));
            page.text(map.left, top - 40.0, Align::Start, name);
            page.text(map.left + MAP + BAR.0 + BAR.1, top - 40.0, Align::End, Text::new(18, INK).plain(what));
            map.draw(&mut page, scales, &means(index, measure).means);
        }
    }
    page
}

/// The place of a map.
struct Map {
    left: f64,
    top: f64,
    height: f64,
}

impl Map {
    fn draw(&self, page: &mut Page, scales: [&Scale; 2], means: &[Mean]) {
        let [columns, rows] = scales.map(|scale| order(&scale.at));
        let shown: Vec<_> = means.iter().flatten().map(|(mean, _)| *mean).collect();
        let (low, high) =
            shown.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &mean| (low.min(mean), high.max(mean)));
        let shade = |mean: &Mean| match mean {
            Some((mean, _)) if high > low => viridis((mean - low) / (high - low)),
            Some(_) => viridis(0.0),
            None => FAINT,
        };
        let x = |column: usize| (self.left + MAP * column as f64 / columns.len() as f64).round();
        let y = |row: usize| (self.top + self.height * (1.0 - row as f64 / rows.len() as f64)).round();
        let mut cells = Vec::with_capacity(means.len());
        for (column, &first) in columns.iter().enumerate() {
            for (row, &second) in rows.iter().enumerate() {
                let sides = [x(column), y(row + 1), x(column + 1) - x(column), y(row) - y(row + 1)];
                cells.push((sides, shade(&means[first * rows.len() + second])));
            }
        }
        page.cells(&cells);
        let bottom = self.top + self.height;
        for column in (0..columns.len()).step_by(apart(columns.len(), MAP, 62.0)) {
            let middle = (x(column) + x(column + 1)) / 2.0;
            page.vertical(middle, (bottom, bottom + 6.0), INK);
            let label = Text::new(17, INK).plain(&scales[0].labels[columns[column]]);
            page.text(middle, bottom + 25.0, Align::Middle, label);
        }
        for row in (0..rows.len()).step_by(apart(rows.len(), self.height, 26.0)) {
            let middle = (y(row) + y(row + 1)) / 2.0;
            page.horizontal((self.left - 6.0, self.left), middle, INK);
            let label = Text::new(17, INK).plain(&scales[1].labels[rows[row]]);
            page.text(self.left - 11.0, middle + 6.0, Align::End, label);
        }
        let of_first = Text::new(18, INK).plain(&scales[0].title);
        page.text(self.left + MAP / 2.0, bottom + 54.0, Align::Middle, of_first);
        page.text(self.left - 90.0, self.top - 14.0, Align::Start, Text::new(18, INK).plain(&scales[1].title));
        if shown.is_empty() {
            let middle = (self.left + MAP / 2.0, self.top + self.height / 2.0 + 8.0);
            page.text(middle.0, middle.1, Align::Middle, Text::new(24, MUTED).plain("none"));
        } else {
            self.bar(page, (low, high));
        }
    }

    /// What the colours mean.
    fn bar(&self, page: &mut Page, (low, high): (f64, f64)) {
        let left = self.left + MAP + BAR.0;
        let y = |shade: usize| (self.top + self.height * (1.0 - shade as f64 / SHADES as f64)).round();
        let shades = (0..SHADES).map(|shade| {
            let part = if high > low { shade as f64 / (SHADES - 1) as f64 } else { 0.0 };
            ([left, y(shade + 1), BAR.1, y(shade) - y(shade + 1)], viridis(part))
        });
        page.cells(&shades.collect::<Vec<_>>());
        let right = left + BAR.1;
        let ticks = if high > low { ticks(low, high, 6) } else { vec![((low + high) / 2.0, label(low))] };
        for (value, label) in ticks {
            let part = if high > low { (value - low) / (high - low) } else { 0.5 };
            let y = self.top + self.height * (1.0 - part);
            page.horizontal((right, right + 5.0), y, INK);
            page.text(right + 10.0, y + 6.0, Align::Start, Text::new(16, INK).plain(&label));
        }
    }
}

/// The values from the smallest place on.
fn order(at: &[f64]) -> Vec<usize> {
    let mut order: Vec<_> = (0..at.len()).collect();
    order.sort_by(|&one, &other| at[one].total_cmp(&at[other]));
    order
}

/// Every how manieth of `count` labels is written where each needs some pixels.
fn apart(count: usize, length: f64, needed: f64) -> usize {
    ((count as f64 * needed / length).ceil() as usize).max(1)
}

/// The colour at a part of the range.
pub fn viridis(part: f64) -> Rgb {
    let at = part.clamp(0.0, 1.0) * (VIRIDIS.len() - 1) as f64;
    let (low, rest) = ((at.floor() as usize).min(VIRIDIS.len() - 2), at - at.floor().min((VIRIDIS.len() - 2) as f64));
    let mix = |one: u8, other: u8| (f64::from(one) + (f64::from(other) - f64::from(one)) * rest).round() as u8;
    let (one, other) = (VIRIDIS[low], VIRIDIS[low + 1]);
    (mix(one.0, other.0), mix(one.1, other.1), mix(one.2, other.2))
}
