//! Measurements as a table for the console.

use super::Measurement;
use std::fmt::Write;

/// Lines of text, a measurement each, below a heading.
pub fn table(measured: &[Measurement]) -> String {
    let heading = ["bench", "median", "min", "max", "floor", "× floor", "unit", "what"].map(str::to_owned);
    let mut rows = vec![heading];
    let mut last = "";
    for row in measured {
        let name = if row.name == last { "" } else { &row.name };
        last = &row.name;
        let ratio = row.ratio.map_or(String::new(), |ratio| format!("{ratio:.2}"));
        let floor = row.floor.map_or(String::new(), number);
        let cells = [name.to_owned(), number(row.value), number(row.min), number(row.max), floor, ratio];
        let [name, value, min, max, floor, ratio] = cells;
        rows.push([name, value, min, max, floor, ratio, row.unit.to_owned(), row.what.clone()]);
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..8).map(width).collect();
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let width = widths[column];
            // Numbers to the right, words to the left.
            let _ = if (1..6).contains(&column) {
                write!(line, "{cell:>width$}  ")
            } else {
                write!(line, "{cell:<width$}  ")
            };
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Three digits and the unit's thousand where they suffice.
fn number(value: f64) -> String {
    let (value, suffix) = match value.abs() {
        big if big >= 1e9 => (value / 1e9, " G"),
        big if big >= 1e6 => (value / 1e6, " M"),
        big if big >= 1e4 => (value / 1e3, " k"),
        _ => (value, ""),
    };
    let decimals = match value.abs() {
        big if big >= 100.0 => 0,
        middle if middle >= 10.0 => 1,
        _ => 2,
    };
    format!("{value:.decimals$}{suffix}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other() {
        let row = |what: &str, value, floor: Option<f64>| Measurement {
            name: "update".to_owned(),
            what: what.to_owned(),
            unit: "ns",
            value,
            min: value,
            max: 2.0 * value,
            floor,
            ratio: floor.map(|floor| value / floor),
        };
        let found = table(&[row("first", 3.5, Some(2.0)), row("second", 547.2e6, None)]);
        let wanted = "\
bench   median    min     max  floor  × floor  unit  what
update    3.50   3.50    7.00   2.00     1.75  ns    first
         547 M  547 M  1.09 G                  ns    second
";
        assert_eq!(found, wanted);
    }
}
