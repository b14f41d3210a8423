//! What `--set` and `--seeds` of a sweep say: ranges, lists and single values.

use neuropil::network::Written;
use neuropil::output::sweep::Axis;
use neuropil::units::{Quantity, Unit};
use std::str::FromStr;

/// Values of a range, and seeds, at most.
const MOST: usize = 1_000_000;
/// What `--set` may say.
const SET: &str = "PATH=A..B/N (N values from A to B), PATH=A..B/N log, PATH=[A, B, C] or PATH=A, as 'projection[0].weight=1 nS..3 nS/21'; \
                   PATH, PATH=… for several that change together";
/// What `--seeds` may say.
const SEEDS: &str = "A..B (without B), [A, B, C] or A, of whole numbers from 0 to 18446744073709551615";

/// A path, or several, with the values that are put there one after the other.
#[derive(Debug, Clone)]
pub struct Varied(pub Axis);

impl FromStr for Varied {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (paths, values) = text.split_once('=').ok_or_else(|| format!("there is no `=`; legal: {SET}"))?;
        let paths = split(paths)?;
        if paths.iter().any(String::is_empty) {
            return Err(format!("there is no path before the `=`, or beside a comma; legal: {SET}"));
        }
        let of_neurons = paths.iter().all(|path| path.ends_with(".neurons"));
        let (values, log) = values_of(values.trim(), of_neurons)?;
        let values = values.into_iter().map(|value| vec![Written::from(value); paths.len()]).collect();
        Ok(Self(Axis { paths, values, log }))
    }
}

/// The values, and whether they are of a logarithmic scale.
fn values_of(text: &str, of_neurons: bool) -> Result<(Vec<String>, bool), String> {
    if text.is_empty() {
        return Err(format!("there is no value behind the `=`; legal: {SET}"));
    }
    if let Some(inner) = text.strip_prefix('[') {
        let inner = inner.strip_suffix(']').ok_or_else(|| format!("`{text}` does not end with `]`; legal: {SET}"))?;
        return Ok((list(inner)?, false));
    }
    match text.split_once("..").filter(|(first, _)| begins_as_number(first)) {
        // As a network file says which neurons are meant.
        Some((_, rest)) if of_neurons && !rest.contains('/') => Ok((vec![text.to_owned()], false)),
        Some((first, rest)) => range(first, rest),
        None => Ok((vec![text.to_owned()], false)),
    }
}

/// Paths of files have two dots too.
fn begins_as_number(text: &str) -> bool {
    let text = text.trim_start().trim_start_matches(['+', '-']);
    text.strip_prefix('.').unwrap_or(text).starts_with(|first: char| first.is_ascii_digit())
}

/// `first..last/count`, or the same with ` log` behind it.
fn range(first: &str, rest: &str) -> Result<(Vec<String>, bool), String> {
    let (rest, log) = match rest.strip_suffix("log").filter(|before| before.ends_with(char::is_whitespace)) {
        Some(before) => (before.trim_end(), true),
        None => (rest, false),
    };
    let text = format!("{first}..{rest}");
    let counted = rest.rsplit_once('/').and_then(|(last, count)| Some((last, count.trim().parse::<usize>().ok()?)));
    let Some((last, count)) = counted else {
        return Err(format!("`{text}` does not say how many values there are; legal: {SET}"));
    };
    if !(2..=MOST).contains(&count) {
        return Err(format!("`{text}` has {count} values; legal: 2 to {MOST}"));
    }
    let (first, last) = (Quantity::parse(first)?, Quantity::parse(last)?);
    let first = if *first.unit() == Unit::ONE { Quantity::new(first.value(), last.unit()) } else { first };
    let unit = first.unit().clone();
    let (low, high) = (first.value(), last.in_unit(&unit)?);
    let one_sign = low != 0.0 && high != 0.0 && (low < 0.0) == (high < 0.0);
    if log && !one_sign {
        return Err(format!("`{text}` has no log scale; legal: two values of one sign, neither of them 0"));
    }
    let value = |index: usize| match index {
        0 => low,
        index if index + 1 == count => high,
        index => {
            let part = index as f64 / (count - 1) as f64;
            rounded(if log { low * (high / low).powf(part) } else { low + (high - low) * part })
        }
    };
    Ok(((0..count).map(|index| Quantity::new(value(index), &unit).to_string()).collect(), log))
}

/// To fourteen digits: a person would write 0.3, not 0.30000000000000004.
fn rounded(value: f64) -> f64 {
    format!("{value:.13e}").parse().unwrap_or(value)
}

/// The elements of a list.
fn list(inner: &str) -> Result<Vec<String>, String> {
    let mut elements = split(inner)?;
    // As in TOML, a comma may follow the last.
    elements.pop_if(|last| last.is_empty());
    if elements.is_empty() || elements.iter().any(String::is_empty) {
        return Err(format!("a value is missing in `[{inner}]`; legal: {SET}"));
    }
    Ok(elements)
}

/// What stands between commas, but for those within brackets and quotation marks.
fn split(text: &str) -> Result<Vec<String>, String> {
    let (mut parts, mut start) = (Vec::new(), 0);
    let (mut open, mut quote) = (Vec::new(), None);
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (Some(mark), _) if letter == mark => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(letter),
            (None, '[') => open.push(']'),
            (None, '{') => open.push('}'),
            (None, ']' | '}') if open.pop() != Some(letter) => {
                return Err(format!("`{letter}` in `{}` closes nothing", text.trim()));
            }
            (None, ',') if open.is_empty() => {
                parts.push(text[start..at].trim().to_owned());
                start = at + 1;
            }
            _ => {}
        }
    }
    if let Some(missing) = quote.or(open.pop()) {
        return Err(format!("`{missing}` is missing in `{}`", text.trim()));
    }
    parts.push(text[start..].trim().to_owned());
    Ok(parts)
}

/// Seeds, as a network file says which neurons are meant, or one by one.
#[derive(Debug, Clone)]
pub struct Seeds(pub Vec<u64>);

impl FromStr for Seeds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let illegal = || format!("`{}` are no seeds; legal: {SEEDS}", text.trim());
        let whole = |text: &str| text.trim().parse::<u64>().map_err(|_| illegal());
        if let Some((first, end)) = text.split_once("..") {
            let (first, end) = (whole(first)?, whole(end)?);
            let many = end.saturating_sub(first);
            if many == 0 || usize::try_from(many).map_or(true, |many| many > MOST) {
                return Err(format!(
                    "{first}..{end} are {many} seeds, from {first} to before {end}; legal: 1 to {MOST}"
                ));
            }
            return Ok(Self((first..end).collect()));
        }
        let inner = text.trim().strip_prefix('[').and_then(|text| text.strip_suffix(']'));
        inner.unwrap_or(text).split(',').map(whole).collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Axis {
        text.parse::<Varied>().unwrap_or_else(|error| panic!("{text}: {error}")).0
    }

    fn values(text: &str) -> Vec<String> {
        read(text).values.iter().map(|values| values[0].to_string()).collect()
    }

    #[track_caller]
    fn refused(text: &str, message: &str) {
        assert_eq!(text.parse::<Varied>().unwrap_err(), message);
    }

    #[test]
    fn ranges_have_both_ends() {
        assert_eq!(values("p=1 nS..3 nS/5"), ["1 nS", "1.5 nS", "2 nS", "2.5 nS", "3 nS"]);
        assert_eq!(values("p = 0.1..0.7 mV/7"), ["0.1 mV", "0.2 mV", "0.3 mV", "0.4 mV", "0.5 mV", "0.6 mV", "0.7 mV"]);
        assert_eq!(values("p=500 uS .. 1.5 mS / 3"), ["500 uS", "1000 uS", "1500 uS"]);
        assert_eq!(values("p=-1 mV..-2mV/2"), ["-1 mV", "-2 mV"]);
        assert_eq!(values("p=10..30/3"), ["10", "20", "30"]);
        assert_eq!(values("p=0.1 1/ms..0.2 1/ms/2"), ["0.1 1/ms", "0.2 1/ms"]);
        assert_eq!(values("p=1 Hz..100 Hz/3 log"), ["1 Hz", "10 Hz", "100 Hz"]);
        assert_eq!(values("p=-1 Hz..-100 Hz/3 log"), ["-1 Hz", "-10 Hz", "-100 Hz"]);
        assert!(read("p=1..9/3 log").log && !read("p=1..9/3").log);
    }

    #[test]
    fn lists_and_single_values() {
        assert_eq!(values("p=[10 ms, 20 ms]"), ["10 ms", "20 ms"]);
        assert_eq!(
            values("p=[{ normal = [\"1 mV\", \"2 mV\"] }, 'a, b', [1, 2],]"),
            ["{ normal = [\"1 mV\", \"2 mV\"] }", "'a, b'", "[1, 2]"]
        );
        assert_eq!(values("p=20 ms"), ["20 ms"]);
        assert_eq!(values("p=../own.wgsl"), ["../own.wgsl"]);
        assert_eq!(values("stimulus[0].neurons=0..50"), ["0..50"]);
        assert_eq!(values("stimulus[0].neurons=[0..50, 50..100]"), ["0..50", "50..100"]);
        let both = read("projection[a->b.c].weight, projection[0].weight=[1 nS, 2 nS]");
        assert_eq!(both.paths, ["projection[a->b.c].weight", "projection[0].weight"]);
        assert_eq!(both.values[1], ["2 nS".into(), "2 nS".into()]);
    }

    #[test]
    fn what_is_no_set() {
        refused("p", &format!("there is no `=`; legal: {SET}"));
        refused("=1", &format!("there is no path before the `=`, or beside a comma; legal: {SET}"));
        refused("p,=1", &format!("there is no path before the `=`, or beside a comma; legal: {SET}"));
        refused("p= ", &format!("there is no value behind the `=`; legal: {SET}"));
        refused("p=1 nS..3 nS", &format!("`1 nS..3 nS` does not say how many values there are; legal: {SET}"));
        refused("p=1 nS..3 nS/1", "`1 nS..3 nS/1` has 1 values; legal: 2 to 1000000");
        refused("p=1 nS..3 nS/1000001", "`1 nS..3 nS/1000001` has 1000001 values; legal: 2 to 1000000");
        refused("p=1 nS..3 ms/3", "3 ms has dimension time, expected conductance (nS)");
        refused("p=1 nS..x/3", "`x` is not a finite number with a unit, such as \"20 ms\"");
        refused("p=0..3/3 log", "`0..3/3` has no log scale; legal: two values of one sign, neither of them 0");
        refused("p=-1..3/3 log", "`-1..3/3` has no log scale; legal: two values of one sign, neither of them 0");
        refused("p=[]", &format!("a value is missing in `[]`; legal: {SET}"));
        refused("p=[1,,2]", &format!("a value is missing in `[1,,2]`; legal: {SET}"));
        refused("p=[1, 2", &format!("`[1, 2` does not end with `]`; legal: {SET}"));
        refused("p=[[1, 2]", "`]` is missing in `[1, 2`");
        refused("p=['1, 2]", "`'` is missing in `'1, 2`");
        refused("p=[1}]", "`}` in `1}` closes nothing");
    }

    #[test]
    fn seeds_are_a_range_without_its_end_a_list_or_one() {
        let seeds = |text: &str| text.parse::<Seeds>().map(|seeds| seeds.0);
        assert_eq!(seeds("0..3").unwrap(), [0, 1, 2]);
        assert_eq!(seeds("[5, 3]").unwrap(), [5, 3]);
        assert_eq!(seeds("5,3").unwrap(), [5, 3]);
        assert_eq!(seeds("18446744073709551615").unwrap(), [u64::MAX]);
        assert_eq!(seeds("5..5").unwrap_err(), "5..5 are 0 seeds, from 5 to before 5; legal: 1 to 1000000");
        assert_eq!(
            seeds("0..2000000").unwrap_err(),
            "0..2000000 are 2000000 seeds, from 0 to before 2000000; legal: 1 to 1000000"
        );
        for wrong in ["", "x", "1.5", "[1", "-1..3", "1..", "[1,]"] {
            assert_eq!(seeds(wrong).unwrap_err(), format!("`{wrong}` are no seeds; legal: {SEEDS}"));
        }
    }
}
