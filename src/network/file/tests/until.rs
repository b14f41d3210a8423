//! What ends a run, as a file says it: what it means, how it is written again, and every complaint.

use super::EXAMPLE;
use crate::network::{End, Network, NetworkFile, Until};
use crate::plan::{self, LowerOptions, Plan};
use crate::units::{Literal, Quantity};

/// The example that runs until this.
fn with(until: &str) -> String {
    EXAMPLE.replacen("seed = 42", &format!("until = {until}"), 1)
}

fn read(until: &str) -> Network {
    NetworkFile::parse(&with(until), "n.toml").unwrap_or_else(|error| panic!("{error}")).network
}

#[track_caller]
fn refused(until: &str, expected: &str) {
    let found = NetworkFile::parse(&with(until), "n.toml").unwrap_err().to_string();
    assert_eq!(found, format!("n.toml:3:{expected}\n  until = {until}"));
}

/// When it is looked at, and with which numbers of spikes it holds.
fn lowered(network: &Network, until: Option<Until>) -> plan::Until {
    let network = Network { until, ..network.clone() };
    Plan::lower(&network, &LowerOptions::default()).unwrap().until.expect("there is a condition")
}

#[test]
fn a_condition_is_read_written_and_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("again.toml");
    let half = || End::part("exc", 0..1600);
    let long = "{ condition = \"rate(exc) > 3 Hz\", over = \"50 ms\", start = \"0.2 s\" }";
    for (written, until, shown) in [
        ("\"rate(exc) > 200 Hz\"", Until::rate_above("exc", 200.0.hz()), "rate(exc) > 200 Hz"),
        ("\" rate (exc)>=0.2 kHz\"", Until::rate_at_least("exc", 200.0.hz()), "rate(exc) >= 0.2 kHz"),
        ("\"rate( exc[0..1600] )<5 Hz\"", Until::rate_below(half(), 5.0.hz()), "rate(exc[0..1600]) < 5 Hz"),
        (
            "\"rate(exc[(1 - 1) * 2..3200 / 2]) <= 2 * 0.5 Hz\"",
            Until::rate_at_most(half(), 1.0.hz()),
            "rate(exc[0..1600]) <= 1 Hz",
        ),
        ("\"spikes(exc) >= 2 * 50\"", Until::spikes_at_least("exc", 100), "spikes(exc) >= 100"),
        ("\"spikes( exc[0..1600] )<=5\"", Until::spikes_at_most(half(), 5), "spikes(exc[0..1600]) <= 5"),
        (long, Until::rate_above("exc", 3.0.hz()).over(50.0.ms()).start(200.0.ms()), "rate(exc) > 3 Hz"),
        ("{ condition = \"rate(exc) > 3 Hz\" }", Until::rate_above("exc", 3.0.hz()), "rate(exc) > 3 Hz"),
    ] {
        let network = read(written);
        let found = network.until.clone().expect("there is a condition");
        assert_eq!(found.to_string(), shown, "{written}");
        let counts = |until: Until| {
            let plan::Until { measure, population, neurons, start, over, least, most, .. } =
                lowered(&network, Some(until));
            (measure, population, neurons, start, over, least, most)
        };
        assert_eq!(counts(found), counts(until), "{written}");
        network.save(&path).unwrap();
        assert_eq!(NetworkFile::read(&path).unwrap().network, network, "{written}");
        let mut other = Network { until: None, ..network.clone() };
        other.set("until", network.get("until").unwrap()).unwrap();
        assert_eq!(other, network, "{written}");
    }
    assert_eq!(read(long).get("until").unwrap().to_string(), long);
}

#[test]
fn none_takes_it_away() {
    assert_eq!(read("\"none\"").until, None);
    let mut network = read("\"rate(exc) > 3 Hz\"");
    network.set("until", "none").unwrap();
    assert_eq!(network.until, None);
    let error = network.get("until").unwrap_err().to_string();
    assert_eq!(error, "until: the network says nothing of it");
}

#[test]
fn variables_stand_in_a_condition() {
    let text = with("\"rate(exc[n..2 * n]) > 2 * r\"").replacen("dt =", "let = { n = 400, r = \"4 Hz\" }\ndt =", 1);
    let mut file = NetworkFile::parse(&text, "n.toml").unwrap();
    assert_eq!(file.network.until, Some(Until::rate_above(End::part("exc", 400..800), 8.0.hz())));
    file.set("let.r", "5 Hz").unwrap();
    assert_eq!(file.network.until, Some(Until::rate_above(End::part("exc", 400..800), 10.0.hz())));
}

#[test]
fn rates_are_counted_in_spikes() {
    // 3,200 neurons, 100 steps of 0.1 ms.
    for (condition, least, most) in [
        ("> 1 Hz", 33, u64::MAX),
        (">= 1 Hz", 32, u64::MAX),
        ("< 1 Hz", 0, 31),
        ("<= 1 Hz", 0, 32),
        ("> 1.01 Hz", 33, u64::MAX),
        ("<= 1.01 Hz", 0, 32),
        (">= 0.7 Hz", 23, u64::MAX),
    ] {
        let network = read(&format!("\"rate(exc) {condition}\""));
        let until = lowered(&network, network.until.clone());
        assert_eq!((until.least, until.most, until.over, until.start), (least, most, 100, 0), "{condition}");
        assert_eq!(until.to_string(), format!("rate(exc) {condition} over 10 ms"));
    }
    // Whatever the step, a stretch has one at least.
    for (dt, over) in [("0.3 ms", 33), ("10 ms", 1), ("25 ms", 1)] {
        let mut network = read("\"rate(exc) > 1 Hz\"");
        network.set("dt", dt).unwrap();
        network.set("projection[0].delay", "25 ms").unwrap();
        network.set("record[0].every", "25 ms").unwrap();
        let plan = Plan::lower(&network, &LowerOptions::default()).unwrap();
        assert_eq!(plan.until.map(|until| until.over), Some(over), "{dt}");
        let warned = plan.warnings.iter().filter(|warning| warning.field.starts_with("until")).count();
        assert_eq!(warned, 0, "nobody has asked for another length");
    }
}

#[test]
fn what_is_no_condition_is_refused_with_its_place() {
    let condition = "a condition such as \"rate(exc) > 200 Hz\"";
    let whole = format!("{condition}, or {{ condition = \"rate(exc) > 200 Hz\", over = \"50 ms\" }}, or \"none\"");
    refused("200", &format!("9: `until` must be {whole}, found 200"));
    refused("\"exc > 3 Hz\"", &format!("9: `until` must be {whole}, found the string \"exc > 3 Hz\""));
    refused("{ over = \"50 ms\" }", "9: `until` lacks the key `condition`");
    let in_table = format!("{condition} (where none is wanted, `until` itself is \"none\")");
    refused("{ condition = 3 }", &format!("23: `condition` must be {in_table}, found 3"));
    refused("{ condition = \"none\" }", &format!("23: `condition` must be {in_table}, found the string \"none\""));
    refused(
        "{ condition = \"rate(exc) > 3 Hz\", ovr = \"50 ms\" }",
        "43: unknown key `ovr` in `until` (did you mean `over`?); legal: condition, over, start",
    );
    refused(
        "\"rat(exc) > 3 Hz\"",
        "10: `until`: there is no `rat` of a population (did you mean `rate`?); legal: rate, spikes",
    );
    refused("\"v(exc) > 3 mV\"", "10: `until`: there is no `v` of a population; legal: rate, spikes");
    refused("\"rate(exc > 3 Hz\"", "14: `until`: the parenthesis that begins here is not closed");
    let sign = |found: &str| format!("a comparison is needed behind `rate(exc)`, found {found}; legal: >=, <=, >, <");
    refused("\"rate(exc)\"", &format!("19: `until`: {}", sign("nothing")));
    refused("\"rate(exc) = 3 Hz\"", &format!("20: `until`: {}", sign("`= 3 Hz`")));
    refused("\"rate(exc) 3 Hz\"", &format!("20: `until`: {}", sign("`3 Hz`")));
    let value = "stands where a value is needed; legal: a number, a variable, a unit, a function, (";
    refused("\"rate(exc) >> 3 Hz\"", &format!("21: `until`: `>` {value}"));
    refused("\"rate(exc) > 3 Hx\"", &format!("9: `until`: `Hx` is not a unit; {}", super::UNITS));
    let part = "the name of a population, or a part of one such as \"exc[0..400]\"";
    refused(
        "\"rate(exc[0..0.5]) > 3 Hz\"",
        &format!("15: `until`: `exc[0..0.5]` must be {part}, of whole numbers from 0 to 4294967295"),
    );
    refused("\"rate(exc[7]) > 3 Hz\"", &format!("15: `until`: `exc[7]` must be {part}"));
}

#[test]
fn what_contradicts_the_network_is_refused_with_its_place() {
    for (until, expected) in [
        ("\"rate(exk) > 3 Hz\"", "9: until: there is no population `exk` (did you mean `exc`?); legal: exc"),
        (
            "\"rate(exc[0..3201]) > 3 Hz\"",
            "9: until: `exc[0..3201]` goes beyond the 3200 neurons of `exc`; legal: exc[first..end] with first below end, and end at most 3200",
        ),
        (
            "\"rate(exc[7..7]) > 3 Hz\"",
            "9: until: `exc[7..7]` has no neurons; legal: exc[first..end] with first below end, and end at most 3200",
        ),
        (
            "\"rate(exc) > 3 mV\"",
            "9: until: 3 mV has dimension voltage, expected frequency (Hz); legal: a frequency of 0 or more",
        ),
        ("\"rate(exc) > 3\"", "9: until: 3 has no unit, expected frequency (Hz); legal: a frequency of 0 or more"),
        (
            "\"spikes(exc) > 3 Hz\"",
            "9: until: 3 Hz has dimension frequency, expected a number without unit; legal: a whole number of spikes, 0 or more",
        ),
        ("\"spikes(exc) > -3\"", "9: until: is -3; legal: a whole number of spikes, 0 or more"),
        ("\"spikes(exc) >= 10.5\"", "9: until: is 10.5; legal: a whole number of spikes, 0 or more"),
        ("{ condition = \"rate(exc) > 3 Hz\", over = \"-1 ms\" }", "50: until.over: is -1 ms; legal: a time above 0"),
        ("\"rate(exc) > -3 Hz\"", "9: until: is -3 Hz; legal: a frequency of 0 or more"),
        ("{ condition = \"rate(exc) > 3 Hz\", over = \"0 ms\" }", "50: until.over: is 0 ms; legal: a time above 0"),
        (
            "{ condition = \"rate(exc) > 3 Hz\", over = \"1 mV\" }",
            "50: until.over: 1 mV has dimension voltage, expected time (ms); legal: a time above 0",
        ),
        (
            "{ condition = \"rate(exc) > 3 Hz\", over = \"0.01 ms\" }",
            "50: until.over: 0.01 ms is less than half a step; legal: 0.1 ms (one step) or more",
        ),
        (
            "{ condition = \"rate(exc) > 3 Hz\", start = \"-1 ms\" }",
            "51: until.start: is -1 ms; legal: a time of 0 or more",
        ),
    ] {
        let file = NetworkFile::parse(&with(until), "n.toml");
        let found = file.and_then(|file| {
            Plan::lower(&file.network, &LowerOptions::default()).map(drop).map_err(|error| file.locate(error))
        });
        assert_eq!(found.unwrap_err().to_string(), format!("n.toml:3:{expected}"), "{until}");
    }
}

#[test]
fn it_has_paths() {
    let mut network = read("\"rate(exc) > 3 Hz\"");
    network.set("until.over", "50 ms").unwrap();
    network.set("until.condition", "rate(exc[0..9]) < 4 Hz").unwrap();
    let expected =
        Until { over: Some(Quantity::parse("50 ms").unwrap()), ..Until::rate_below(End::part("exc", 0..9), 4.0.hz()) };
    assert_eq!(network.until, Some(expected));
    assert_eq!(network.get("until.condition").unwrap().to_string(), "rate(exc[0..9]) < 4 Hz");
    network.set("until", "rate(exc) > 3 Hz").unwrap();
    assert_eq!(network.until, Some(Until::rate_above("exc", 3.0.hz())));
    let mut refused = |path: &str, value: &str, expected: &str| {
        assert_eq!(network.set(path, value).unwrap_err().to_string(), expected);
    };
    refused("until", "rate(exk) > 3 Hz", "until: there is no population `exk` (did you mean `exc`?); legal: exc");
    refused(
        "until.ovr",
        "3 ms",
        "until.ovr: unknown key `ovr` in `until` (did you mean `over`?); legal: condition, over, start",
    );
    refused("until.over", "3 mV", "until.over: 3 mV has dimension voltage, expected time (ms); legal: a time above 0");
    network.projections.clear();
    network.stimuli.clear();
    network.records.clear();
    let mut refused = |path: &str, value: &str, expected: &str| {
        assert_eq!(network.set(path, value).unwrap_err().to_string(), expected);
    };
    refused("population[exc].name", "other", "until: there is no population `exc`; legal: other");
    assert_eq!(network.until, Some(Until::rate_above("exc", 3.0.hz())), "nothing has changed");
    let mut without = Network { until: None, ..network };
    let error = without.set("until.over", "50 ms").unwrap_err().to_string();
    assert_eq!(error, "until.over: the network has no `until`; legal: until, as rate(exc) > 200 Hz");
}

#[test]
fn what_is_surely_not_meant_becomes_a_warning() {
    for (until, expected) in [
        ("\"rate(exc) > 9999 Hz\"", None),
        (
            "\"rate(exc) > 10 kHz\"",
            Some(
                "until: `rate(exc) > 10 kHz` can never hold; a neuron spikes once in a step at most, so the rate of `exc` is 0 Hz to 10000 Hz",
            ),
        ),
        (
            "\"rate(exc) < 0 Hz\"",
            Some(
                "until: `rate(exc) < 0 Hz` can never hold; a neuron spikes once in a step at most, so the rate of `exc` is 0 Hz to 10000 Hz",
            ),
        ),
        ("\"spikes(exc) >= 32000000\"", None),
        (
            "\"spikes(exc) > 32000000\"",
            Some(
                "until: `spikes(exc) > 32000000` can never hold; a neuron spikes once in a step at most, so those of `exc` in the run are 0 to 32000000",
            ),
        ),
        (
            "\"spikes(exc) >= 0\"",
            Some(
                "until: `spikes(exc) >= 0` always holds, so a run ends with its first stretch; a neuron spikes once in a step at most, so those of `exc` in the run are 0 to 32000000",
            ),
        ),
        (
            "\"rate(exc[0..9]) >= 0 Hz\"",
            Some(
                "until: `rate(exc[0..9]) >= 0 Hz` always holds, so a run ends with its first stretch; a neuron spikes once in a step at most, so the rate of `exc[0..9]` is 0 Hz to 10000 Hz",
            ),
        ),
        ("{ condition = \"rate(exc) > 3 Hz\", over = \"0.5 s\", start = \"0.5 s\" }", None),
        (
            "{ condition = \"rate(exc) > 3 Hz\", over = \"0.5 s\", start = \"0.6 s\" }",
            Some(
                "until: the run ends after 1000 ms, before the first stretch does; a shorter `over`, or an earlier `start`",
            ),
        ),
        (
            "{ condition = \"rate(exc) > 3 Hz\", over = \"0.26 ms\" }",
            Some(
                "until.over: 0.26 ms is no whole number of steps of 0.1 ms, and is rounded to 3; give a multiple of dt",
            ),
        ),
    ] {
        let plan = Plan::lower(&read(until), &LowerOptions::default()).unwrap();
        let found: Vec<_> = plan.warnings.iter().map(ToString::to_string).collect();
        assert_eq!(found.iter().find(|it| it.starts_with("until")).map(String::as_str), expected, "{until}");
    }
}
