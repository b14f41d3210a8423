//! Variables that are set from outside: what is computed from them follows, and every complaint.

use super::EXAMPLE;
use crate::network::NetworkFile;

/// The example with a weight that is computed from two variables.
fn file() -> NetworkFile {
    let variables = "seed = 42\nlet.g = 5\nlet.w = \"2 nS\"\nlet.both = \"g * w\"\n";
    let text = EXAMPLE.replace("seed = 42\n", variables).replace("\"6 nS\"", "\"both + 1 nS\"");
    NetworkFile::parse(&text, "n.toml").unwrap()
}

#[test]
fn what_is_computed_from_a_variable_follows_it() {
    let mut file = file();
    let weight = |file: &NetworkFile| file.network.get("projection[0].weight").unwrap().to_string();
    assert_eq!(weight(&file), "11 nS");
    file.set("let.g", "6").unwrap();
    assert_eq!(weight(&file), "13 nS");
    file.set("let.w", "1 nS").unwrap();
    assert_eq!(weight(&file), "7 nS");
    file.set("let.g", 2.5).unwrap();
    assert_eq!(weight(&file), "3.5 nS");
    // Of others, and in place of what is computed.
    file.set("let.both", "2 * g * w").unwrap();
    assert_eq!(weight(&file), "6 nS");
    // What was set elsewhere stays, whatever comes first.
    file.set("projection[exc->exc.ampa].delay", "0.3 ms").unwrap();
    file.set("let.w", "3 nS").unwrap();
    assert_eq!(weight(&file), "16 nS");
    assert_eq!(file.network.get("projection[0].delay").unwrap().to_string(), "0.3 ms");
    file.set("projection[0].weight", "1 nS").unwrap();
    file.set("let.g", "9").unwrap();
    assert_eq!(weight(&file), "1 nS");
    let set: Vec<_> = file.set.iter().map(ToString::to_string).collect();
    let expected = [
        "let.g=6",
        "let.w=1 nS",
        "let.g=2.5",
        "let.both=2 * g * w",
        "projection[exc->exc.ampa].delay=0.3 ms",
        "let.w=3 nS",
        "projection[0].weight=1 nS",
        "let.g=9",
    ];
    assert_eq!(set, expected);
}

#[test]
fn a_value_at_any_path_may_name_variables() {
    let mut file = file();
    let get = |file: &NetworkFile, path: &str| file.network.get(path).unwrap().to_string();
    for (path, value, expected) in [
        ("projection[0].weight", "2 * g * 1 nS", "10 nS"),
        ("projection[0].weight", "{ normal = [\"w\", \"w / g\"] }", "{ normal = [\"2 nS\", \"0.4 nS\"] }"),
        ("projection[0].weight.normal", "[\"w\", \"w\"]", "[\"2 nS\", \"2 nS\"]"),
        ("population[exc].size", "600 * g", "3000"),
        ("record[0].neurons", "g..2 * g", "[5, 6, 7, 8, 9]"),
        ("duration", "\"g * 1 ms\"", "5 ms"),
    ] {
        file.set(path, value).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(get(&file, path), expected, "{path}");
    }
    // What is computed from a variable follows it, wherever that is said.
    file.set("let.g", "6").unwrap();
    assert_eq!(["population[exc].size", "duration"].map(|path| get(&file, path)), ["3600", "6 ms"]);
    let found = file.set("projection[0].weight", "2 * h").unwrap_err().to_string();
    let expected = "there is no variable `h`; legal: both, g, w; or a unit, as mV";
    assert_eq!(found, format!("projection[exc→exc.ampa].weight: {expected}"));
    // Who knows no file knows no variables.
    let found = file.network.set("projection[0].weight", "2 * w").unwrap_err().to_string();
    let expected = "there is no variable `w`; legal: [let] has none; or a unit, as mV";
    assert_eq!(found, format!("projection[exc→exc.ampa].weight: {expected}"));
}

#[test]
fn what_nothing_uses_is_told() {
    let variables = "seed = 42\n[let]\ng = 5\nw = \"2 nS\"\nboth = \"g * w\"\nidle = 1\n[template.cell]\nmodel = \"lif\"\n\
                     [template.base]\nmodel = \"lif\"\n[template.other]\nlike = \"base\"\n";
    let text = EXAMPLE.replace("seed = 42\n", variables);
    let mut file = NetworkFile::parse(&text, "n.toml").unwrap();
    let warnings = |file: &NetworkFile| file.warnings().iter().map(ToString::to_string).collect::<Vec<_>>();
    let variable =
        |name: &str| format!("let.{name}: no value is computed from it; leave it out, or name it where it is meant");
    let template = |name: &str| format!("template.{name}: nothing is `like` it; leave it out, or name it at `like`");
    let needed = |name: &str| {
        let problem = "only variables that nothing uses are computed from it";
        format!("let.{name}: {problem}; leave it out, or name it where it is meant")
    };
    // `g` and `w` make `both` alone, and `other` is like `base`.
    let all = [variable("both"), needed("g"), variable("idle"), needed("w"), template("cell"), template("other")];
    assert_eq!(warnings(&file), all);
    file.set("let.idle", "2").unwrap();
    assert_eq!(warnings(&file), all);
    file.set("projection[0].weight", "both").unwrap();
    assert_eq!(warnings(&file), [variable("idle"), template("cell"), template("other")]);
    file.set("population[exc].size", "3200 * idle").unwrap();
    assert_eq!(warnings(&file), [template("cell"), template("other")]);
    file.set("let.idle", "1").unwrap();
    assert_eq!(warnings(&file), [template("cell"), template("other")]);
    let like = text.replace("model = \"lif_ref\"", "like = \"other\" #");
    let file = NetworkFile::parse(&like, "n.toml").unwrap();
    assert_eq!(warnings(&file), [variable("both"), needed("g"), variable("idle"), needed("w"), template("cell")]);
    // From one to the next, whatever the order.
    let chain =
        EXAMPLE.replace("seed = 42\n", "seed = 42\n[let]\nd = \"2 * c\"\nc = \"b\"\nb = \"a + e\"\na = 1\ne = 3\n");
    let mut file = NetworkFile::parse(&chain, "n.toml").unwrap();
    assert_eq!(warnings(&file), [needed("a"), needed("b"), needed("c"), variable("d"), needed("e")]);
    file.set("projection[0].weight", "b * 1 nS").unwrap();
    assert_eq!(warnings(&file), [needed("c"), variable("d")]);
}

/// What a part of the network says already is not read as an expression, though a variable has its name.
#[test]
fn words_beside_a_value_that_is_set_mean_what_they_are() {
    let text = EXAMPLE.replace("seed = 42\n", "seed = 42\nlet.hard = 3\n");
    let mut file = NetworkFile::parse(&text, "n.toml").unwrap();
    file.network.set("population[exc].params.reset", "hard").unwrap();
    file.set("population[exc].size", "10 * hard").unwrap();
    assert_eq!(file.network.populations[0].size, 30);
    assert_eq!(file.network.get("population[exc].params.reset").unwrap().to_string(), "hard");
    file.set("population[exc].params.reset", "hard").unwrap();
    assert_eq!(file.network.get("population[exc].params.reset").unwrap().to_string(), "3");
}

#[test]
fn complaints_about_variables_that_are_set() {
    let mut file = file();
    let before = file.clone();
    for (path, value, expected) in [
        ("let.h", "6", "let.h: there is no variable `h`; legal: let.both, let.g, let.w"),
        ("let", "6", "let: it does not say which variable; legal: let.both, let.g, let.w"),
        ("let.bth", "6", "let.bth: there is no variable `bth` (did you mean `both`?); legal: let.both, let.g, let.w"),
        ("let.g", "6 nonsense", "let.g: `nonsense` is not a unit; legal: s, V"),
        (
            "let.g",
            "[1]",
            "let.g: `g` must be a number, a quantity such as \"20 ms\", or an expression such as \"4 * n\", found an array",
        ),
        ("let.g", "[1", "let.g: `[1` is not TOML: "),
        ("let.g", "both", "n.toml:6:12: the variable `both` needs itself: `both` needs `g` needs `both`"),
        (
            "let.w",
            "2 mV",
            "n.toml:20:11: `weight`: `both + 1 nS`: 10 mV has dimension voltage, and 1 nS has dimension conductance\n  weight = \"both + 1 nS\"",
        ),
    ] {
        let found = file.set(path, value).unwrap_err().to_string();
        assert!(found.starts_with(expected), "{found}\nexpected {expected}");
        assert_eq!(file, before, "{path} = {value}");
    }
    // Who sets what there is not hears of variables, too; and which is meant.
    let elements =
        "dt, duration, until, seed, wiring_seed, wiring, population[…], projection[…], stimulus[…], record[…]";
    for (path, hint) in [("foo", ""), ("g", " (did you mean `let.g`?)"), ("sed", " (did you mean `seed`?)")] {
        let found = file.set(path, "6").unwrap_err().to_string();
        let legal = format!("{elements}, let.both, let.g, let.w");
        assert_eq!(found, format!("{path}: the network has no `{path}`{hint}; legal: {legal}"));
    }
    let mut plain = NetworkFile::parse(EXAMPLE, "n.toml").unwrap();
    let found = plain.set("foo", "6").unwrap_err().to_string();
    assert_eq!(found, format!("foo: the network has no `foo`; legal: {elements}"));
    let found = plain.set("let.g", "6").unwrap_err().to_string();
    assert_eq!(found, "let.g: there is no variable `g`; legal: none, the file has no `let`");
    let found = plain.network.set("let.g", "6").unwrap_err().to_string();
    let legal = "dt, duration, until, seed, wiring_seed, wiring, population[…], projection[…], stimulus[…], record[…]";
    assert_eq!(found, format!("let.g: the network has no `let`; legal: {legal}"));
}
