//! Variables and arithmetic: what they are worth, and every complaint about them.

use super::{EXAMPLE, UNITS};
use crate::network::{Distribution, Network, NetworkFile, Rule, Value};
use crate::units::Quantity;

/// The example with variables behind its seed, and with other words in the place of some.
fn with(variables: &str, changes: &[(&str, &str)]) -> String {
    let text = EXAMPLE.replace("seed = 42\n", &format!("seed = 42\n[let]\n{variables}\n"));
    changes.iter().fold(text, |text, (from, to)| {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        text.replace(from, to)
    })
}

fn read(text: &str) -> Network {
    NetworkFile::parse(text, "n.toml").unwrap_or_else(|error| panic!("{error}")).network
}

/// What a weight of the example is worth, with these variables.
fn weight(variables: &str, expression: &str) -> String {
    match &read(&with(variables, &[("\"6 nS\"", &format!("{expression:?}"))])).projections[0].weight {
        Value::Constant(quantity) => quantity.to_string(),
        other => format!("{other:?}"),
    }
}

#[test]
fn expressions_are_worth_what_their_parts_are() {
    let variables = "g = 5\nJ = \"0.1 mV\"\ntau = \"20 ms\"\nn = 16\nhalf = \"1/2\"\nrho = \"n / tau\"\nV = \"3 mV\"";
    for (expression, expected) in [
        ("-g * 0.1 mV", "-0.5 mV"),
        ("-g*J", "-0.5 mV"),
        ("J", "0.1 mV"),
        ("J*g", "0.5 mV"),
        // Directly behind a number a word is a unit, whatever variables there are.
        ("0.1 g", "0.1 g"),
        ("2 V", "2 V"),
        ("0.1 mV*g", "0.5 mV"),
        ("2 mV/ms", "2 mV/ms"),
        ("2 mV/(ms * mM)", "2 mV/(ms * mM)"),
        ("half * (2 V + V)", "1.0015 V"),
        ("1 + 2 * 3 - 4 / 2", "5"),
        ("2 / 4 ms", "0.5 kHz"),
        ("(1 - 0.25) * sqrt(n)", "3"),
        ("min(3 mV, J, 1 V)", "0.1 mV"),
        ("max(J, -g * J)", "0.1 mV"),
        ("abs(-J) * exp(0) + log(1) * J", "0.1 mV"),
        ("round(2.6) + floor(2.6) + ceil(2.2)", "8"),
        ("rho * tau", "16"),
        ("--g", "5"),
        ("-g^2", "-25"),
        ("5 ms^2 / 1 ms", "5 ms"),
        ("1e-1 * 1 mV", "0.1 mV"),
        ("  J  ", "0.1 mV"),
        ("6 nS", "6 nS"),
    ] {
        assert_eq!(weight(variables, expression), expected, "{expression}");
    }
    for (alone, expected) in [("2 * 3 nS", "6 nS"), ("2^-1", "0.5"), ("2^2", "4"), ("-2 ^ 2", "-4"), ("7 ms/ms", "7")] {
        assert_eq!(weight("", alone), expected, "{alone}");
    }
    // In any order.
    assert_eq!(weight("a = \"2 * b\"\nb = \"c + 1\"\nc = 2", "a * 1 mV"), "6 mV");
}

#[test]
fn expressions_stand_where_numbers_do() {
    let network = read(&with(
        "n = 800\nmu = \"-55 mV\"\neta = 2\nnu_thr = \"4 Hz\"\nstep = \"0.1 ms\"",
        &[
            ("dt = \"0.1 ms\"", "dt = \"step\""),
            ("duration = \"1 s\"", "duration = \"1000 * step\""),
            ("size = 3200", "size = \"4 * n\""),
            ("{ normal = [\"-55 mV\", \"2 mV\"] }", "{ normal = [\"mu\", \"-0.1 * mu\"] }"),
            ("pairwise_bernoulli = 0.02", "pairwise_bernoulli = \"16 / n\""),
            ("sources = 1000", "sources = \"0.07 * 100\""),
            ("rate = \"8 Hz\"", "rate = \"eta * nu_thr\""),
            ("output = { coba = \"0 mV\" }", "output = { coba = \"mu + 55 mV\" }"),
            ("weight = \"6 nS\"", "weight = { values = [1, 2], unit = \"step * 1 mV\" }"),
            ("neurons = [0, 1, 2]", "neurons = [0, \"n\"]"),
        ],
    ));
    assert_eq!(network.dt, Quantity::parse("0.1 ms").unwrap());
    assert_eq!(network.duration, Some(Quantity::parse("100 ms").unwrap()));
    assert_eq!(network.populations[0].size, 3200);
    let [mean, sd] = ["-55 mV", "5.5 mV"].map(|text| Quantity::parse(text).unwrap());
    assert_eq!(network.populations[0].init["v"], Distribution::Normal { mean, sd }.into());
    assert_eq!(network.projections[0].connect.rule, Rule::PairwiseBernoulli(0.02));
    assert_eq!(network.stimuli[0].params["sources"], Quantity::number(7.0).into());
    assert_eq!(network.stimuli[0].params["rate"], Quantity::parse("8 Hz").unwrap().into());
    assert_eq!(network.records[0].neurons, Some(vec![0, 800]));
    let Value::Array(weights) = &network.projections[0].weight else { panic!("{:?}", network.projections[0].weight) };
    assert_eq!(weights.unit().to_string(), "0.1 ms*mV");
}

/// Without variables, too.
#[test]
fn counts_may_be_powers_and_ratios() {
    for (size, expected) in [("2^3", 8), ("2 ^ 3", 8), ("(2^3)", 8), ("7 ms/ms", 7), ("7000 ms/s", 7), ("2^-1 * 8", 4)]
    {
        let network = read(&EXAMPLE.replace("size = 3200", &format!("size = {size:?}")));
        assert_eq!(network.populations[0].size, expected, "{size}");
    }
    let refused = |size: &str| {
        let text = EXAMPLE.replace("size = 3200", &format!("size = {size:?}"));
        NetworkFile::parse(&text, "n.toml").unwrap_err().to_string().lines().next().map(str::to_owned).unwrap()
    };
    let whole = "`size` must be a whole number from 1 to 4294967295, found";
    assert_eq!(refused("7"), format!("n.toml:6:8: {whole} the string \"7\""));
    assert_eq!(refused("7 ms"), format!("n.toml:6:8: {whole} the string \"7 ms\""));
    assert_eq!(refused("2^-1"), format!("n.toml:6:8: {whole} 0.5"));
    assert_eq!(refused("2^x"), "n.toml:6:11: `size`: a whole number from -127 to 127 is needed behind `^`");
}

/// Words are choices, unless a variable has their name.
#[test]
fn a_choice_stays_one() {
    let network =
        read(&with("soft = 1", &[("tau = \"20 ms\"", "reset = \"hard\""), ("reset = \"hard\"\nparams", "params")]));
    assert_eq!(network.populations[0].params["reset"], Value::choice("hard"));
    let network =
        read(&with("hard = 1", &[("tau = \"20 ms\"", "reset = \"hard\""), ("reset = \"hard\"\nparams", "params")]));
    assert_eq!(network.populations[0].params["reset"], Quantity::number(1.0).into());
}

#[test]
fn complaints_stand_where_they_are_in_an_expression() {
    let variables = "g = 5\nJ_e = \"0.1 mV\"\ntau = \"20 ms\"";
    for (expression, column, expected) in [
        ("-h * J_e", 12, "there is no variable `h`; legal: J_e, g, tau; or a unit, as mV"),
        ("g * Je", 15, "there is no variable `Je` (did you mean `J_e`?); legal: J_e, g, tau; or a unit, as mV"),
        ("g + J_e * 2", 11, "`g + J_e * 2`: 5 has no unit, and 0.2 mV has dimension voltage"),
        ("2 * (J_e - tau)", 16, "`J_e - tau`: 0.1 mV has dimension voltage, and -20 ms has dimension time"),
        ("min(J_e, g)", 11, "`min(J_e, g)`: 5 has no unit, and 0.1 mV has dimension voltage"),
        ("exp(tau)", 11, "`exp(tau)`: 20 ms has dimension time, expected a number without unit"),
        ("sqrt(tau)", 11, "`sqrt(tau)`: 20 ms has dimension time, which is no square"),
        ("sqrt(tau, g)", 11, "`sqrt(tau, g)`: sqrt has one argument, found 2"),
        ("J_e / (g - 5)", 11, "`J_e / (g - 5)`: it is divided by 0"),
        ("log(0) * g", 11, "`log(0)`: it has no finite value at 0"),
        (
            "sqr(g)",
            11,
            "there is no function `sqr` (did you mean `sqrt`?); legal: min, max, abs, sqrt, exp, log, round, floor, ceil",
        ),
        ("g * (J_e + 2 mV", 15, "the parenthesis that begins here is not closed"),
        ("g * (J_e 2 mV)", 20, "`2` is not expected here; legal: + - * / ^, or )"),
        ("max(g; 2) * J_e", 16, "`;` is not expected here; legal: + - * / ^, a comma, or )"),
        ("J_e * abs(g, 2", 20, "the parenthesis that begins here is not closed"),
        ("g *", 14, "it ends where a value is needed; legal: a number, a variable, a unit, a function, ("),
        ("g * ,", 15, "`,` stands where a value is needed; legal: a number, a variable, a unit, a function, ("),
        ("g g", 13, "`g` is not expected here; legal: + - * / ^, or the end"),
        ("g ^ tau", 15, "a whole number from -127 to 127 is needed behind `^`"),
        ("g * 2 mvs", 17, "`mvs` is not a unit; {units}"),
        ("1e999 * g", 11, "`1e999` is not a finite number, or too near to 0"),
        ("1e300 * 1e300 * g", 11, "`1e300 * 1e300`: it leaves the range of numbers"),
    ] {
        let text = with(variables, &[("\"6 nS\"", &format!("{expression:?}"))]);
        let expected =
            format!("n.toml:21:{column}: `weight`: {}\n  weight = {expression:?}", expected.replace("{units}", UNITS));
        assert_eq!(NetworkFile::parse(&text, "n.toml").unwrap_err().to_string(), expected, "{expression}");
    }
    // Where an expression is not written as it is read, its beginning is the place.
    let text = with(variables, &[("\"6 nS\"", "\"\\u0067 * h\"")]);
    let expected = "n.toml:21:10: `weight`: there is no variable `h`; legal: J_e, g, tau; or a unit, as mV\n  weight = \"\\u0067 * h\"";
    assert_eq!(NetworkFile::parse(&text, "n.toml").unwrap_err().to_string(), expected);
    let deep = format!("{}g{}", "(".repeat(100), ")".repeat(100));
    let text = with(variables, &[("\"6 nS\"", &format!("{deep:?}"))]);
    let expected = "n.toml:21:75: `weight`: parentheses, signs and functions within each other; legal: at most 64\n";
    let found = NetworkFile::parse(&text, "n.toml").unwrap_err().to_string();
    assert!(found.starts_with(expected), "{found}");
}

#[test]
fn long_expressions_are_quoted_in_part() {
    let sum = vec!["1"; 200].join(" + ");
    let text = with("g = 5", &[("\"6 nS\"", &format!("\"{sum} + 1 mV\""))]);
    let found = NetworkFile::parse(&text, "n.toml").unwrap_err().to_string();
    let expected = "n.toml:19:11: `weight`: `1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 … 1 + 1 + 1 + 1 + 1 + 1 + 1 mV`: 200 has no unit, and 1 mV has \
                    dimension voltage\n  weight = \"1 + 1";
    assert!(found.starts_with(expected) && found.len() < 400, "{found}");
    let size = format!("size = \"{}\"", "x".repeat(200));
    let found = NetworkFile::parse(&EXAMPLE.replace("size = 3200", &size), "n.toml").unwrap_err().to_string();
    let shown = format!("{}…{}", "x".repeat(30), "x".repeat(29));
    let expected =
        format!("n.toml:6:8: `size` must be a whole number from 1 to 4294967295, found the string \"{shown}\"\n");
    assert!(found.starts_with(&expected), "{found}");
    let mut network = read(EXAMPLE);
    let found = network.set("dt", format!("[{}", "x".repeat(200))).unwrap_err().to_string();
    assert!(found.starts_with(&format!("dt: `[{}…{}` is not TOML: ", "x".repeat(29), "x".repeat(29))), "{found}");
    let found = Quantity::parse(&"x".repeat(200)).unwrap_err();
    assert_eq!(found, format!("`{shown}` is not a finite number with a unit, such as \"20 ms\""));
}

#[test]
fn complaints_about_variables() {
    for (variables, expected) in [
        (
            "a = \"b + 1\"\nb = \"2 * c\"\nc = \"a\"",
            "5:5: the variable `a` needs itself: `a` needs `b` needs `c` needs `a`\n  a = \"b + 1\"",
        ),
        ("a = \"a\"", "5:5: the variable `a` needs itself: `a` needs `a`\n  a = \"a\""),
        ("a = \"b\"\nb = \"1 mv\"", "6:5: `b`: `mv` is not a unit; {units}\n  b = \"1 mv\""),
        (
            "a = \"2 * bb\"\nb = 1",
            "5:10: `a`: there is no variable `bb` (did you mean `b`?); legal: a, b; or a unit, as mV\n  a = \"2 * bb\"",
        ),
        (
            "a = true",
            "5:5: `a` must be a number, a quantity such as \"20 ms\", or an expression such as \"4 * n\", found true\n  a = true",
        ),
        ("a = nan", "5:5: `a` must be a finite number, found nan\n  a = nan"),
        ("mV = 1", "5:6: `mV` is a unit, so no variable may be called so; legal: any other name\n  mV = 1"),
        (
            "a-b = 1",
            "5:7: `a-b` is not the name of a variable; legal: letters A-Z a-z, digits and _, not beginning with a digit\n  a-b = 1",
        ),
        (
            "a = { normal = [1, 2] }",
            "5:5: `a` must be a number, a quantity such as \"20 ms\", or an expression such as \"4 * n\", found a table with normal\n  a = { normal = [1, 2] }",
        ),
    ] {
        let expected = format!("n.toml:{}", expected.replace("{units}", UNITS));
        assert_eq!(NetworkFile::parse(&with(variables, &[]), "n.toml").unwrap_err().to_string(), expected);
    }
    let many: String = (0..100).map(|index| format!("a{index} = \"a{} + 1\"\n", index + 1)).collect();
    let expected = "n.toml:69:7: more than 64 variables need each the next\n  a64 = \"a65 + 1\"";
    assert_eq!(NetworkFile::parse(&with(&many, &[]), "n.toml").unwrap_err().to_string(), expected);
}

#[test]
fn what_is_counted_must_be_whole() {
    for (from, to, expected) in [
        (
            "size = 3200",
            "size = \"n / 3\"",
            "8:8: `size` must be a whole number from 1 to 4294967295, found 33.333333333333336\n  size = \"n / 3\"",
        ),
        (
            "size = 3200",
            "size = \"-n\"",
            "8:8: `size` must be a whole number from 1 to 4294967295, found -100\n  size = \"-n\"",
        ),
        (
            "size = 3200",
            "size = \"n * 1 mV\"",
            "8:8: `size`: 100 mV has dimension voltage, expected a number without unit\n  size = \"n * 1 mV\"",
        ),
        (
            "size = 3200",
            "size = \"k\"",
            "8:9: `size`: there is no variable `k`; legal: n; or a unit, as mV\n  size = \"k\"",
        ),
        (
            "pairwise_bernoulli = 0.02",
            "pairwise_bernoulli = \"n\"",
            "18:11: projection[exc→exc.ampa].connect: pairwise_bernoulli is 100; legal: 0 to 1",
        ),
    ] {
        let found = NetworkFile::parse(&with("n = 100", &[(from, to)]), "n.toml").unwrap_err().to_string();
        assert_eq!(found, format!("n.toml:{expected}"));
    }
}
