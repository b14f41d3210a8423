//! Complaints about keys, types and units: each names the legal ones, and its line is quoted.

use super::check_syntax;

#[test]
fn the_network_and_populations() {
    check_syntax(&[
        ("dt = \"0.1 ms\"\n", "", "1:1: the network lacks the key `dt`"),
        (r#"dt = "0.1 ms""#, r#"dt = "0.1 ms"#, r#"1:13: invalid basic string, expected `"`"#),
        ("seed = 42", "seed = -1", "3:8: `seed` must be a whole number from 0 to 18446744073709551615, found -1"),
        ("seed = 42", "wiring = \"each\"", "3:10: `wiring` must be \"shared\" or \"own\", found the string \"each\""),
        (
            "seed = 42",
            "wiring = \"Own\"",
            "3:10: `wiring` must be \"shared\" or \"own\", found the string \"Own\" (did you mean `own`?)",
        ),
        ("seed = 42", "wiring = 2", "3:10: `wiring` must be \"shared\" or \"own\", found 2"),
        (
            "seed = 42",
            r#"seed = "x""#,
            r#"3:8: `seed` must be a whole number from 0 to 18446744073709551615, found the string "x""#,
        ),
        ("seed = 42", "seed = 42\nseed = 43", "4:1: duplicate key"),
        ("seed = 42", "sed = 42", "3:1: unknown key `sed` in the network (did you mean `seed`?); legal: {network}"),
        (r#"dt = "0.1 ms""#, r#"dt = "0.1 min""#, "1:6: `dt`: `min` is not a unit; {units}"),
        (
            r#"dt = "0.1 ms""#,
            r#"dt = "fast""#,
            r#"1:6: `dt`: `fast` is not a finite number with a unit, such as "20 ms""#,
        ),
        (r#"dt = "0.1 ms""#, "dt = nan", "1:6: `dt` must be a finite number, found nan"),
        (r#"dt = "0.1 ms""#, "dt = 1e-999", "1:6: `dt` must be 0, or a number that can be told from it, found 1e-999"),
        (r#"dt = "0.1 ms""#, "dt = true", r#"1:6: `dt` must be a quantity such as "20 ms", or a number, found true"#),
        ("size = 3200", "size = 0", "6:8: `size` must be a whole number from 1 to 4294967295, found 0"),
        ("size = 3200", "size = -1", "6:8: `size` must be a whole number from 1 to 4294967295, found -1"),
        ("size = 3200", "size = 1.5", "6:8: `size` must be a whole number from 1 to 4294967295, found 1.5"),
        (
            "size = 3200",
            "size = 4294967296",
            "6:8: `size` must be a whole number from 1 to 4294967295, found 4294967296",
        ),
        ("size = 3200\n", "", "4:1: `population` lacks the key `size`"),
        (
            "size = 3200",
            "sise = 3200",
            "6:1: unknown key `sise` in `population` (did you mean `size`?); legal: {population}",
        ),
        ("size = 3200", "size = 3200\ng = \"1 nS\"", "7:1: unknown key `g` in `population`; legal: {population}"),
        (r#"reset = "hard""#, "reset = 3", "8:9: `reset` must be a string, found 3"),
        (r#"r = "100 Mohm""#, r#"reset = "soft""#, "8:9: `reset` is given here and in `params`"),
    ]);
}

#[test]
fn values() {
    check_syntax(&[
        (r#"r = "100 Mohm""#, r#"r = "100 Mohms""#, "9:31: `r`: `Mohms` is not a unit; {units}"),
        (r#"r = "100 Mohm""#, "r = inf", "9:31: `r` must be a finite number, found inf"),
        (
            r#"r = "100 Mohm""#,
            r#"r = "nan""#,
            r#"9:31: `r`: `nan` is not a finite number with a unit, such as "20 ms""#,
        ),
        (
            r#"r = "100 Mohm""#,
            "r = [1]",
            r#"9:31: `r` must be a quantity such as "20 ms", a number, or a table with one of normal, uniform, exponential, lognormal, truncated_normal, npy, values, or of a matrix's kaiming_normal, xavier_normal, xavier_uniform, lecun_normal, orthogonal, or of a delay's velocity, found an array"#,
        ),
        (
            r#"r = "100 Mohm""#,
            r#"r = "two words""#,
            r#"9:31: `r`: `two words` is not a finite number with a unit, such as "20 ms""#,
        ),
        (
            r#"r = "100 Mohm""#,
            "r = {}",
            r#"9:31: `r` must be a quantity such as "20 ms", a number, or a table with one of normal, uniform, exponential, lognormal, truncated_normal, npy, values, or of a matrix's kaiming_normal, xavier_normal, xavier_uniform, lecun_normal, orthogonal, or of a delay's velocity, found an empty table"#,
        ),
        (
            r#"r = "100 Mohm""#,
            r#"r = { npy = "r.npy", units = "ohm" }"#,
            "9:48: unknown key `units` in `r` (did you mean `unit`?); legal: npy, unit",
        ),
        (
            r#"r = "100 Mohm""#,
            r#"r = { values = [1, "2"] }"#,
            r#"9:46: `values` must be an array of numbers, or of rows of numbers, found the string "2""#,
        ),
        (
            r#"r = "100 Mohm""#,
            "r = { values = [[1, 2], [3]] }",
            "9:51: `values` must have rows of one length, found 2 and 1",
        ),
        (r#"r = "100 Mohm""#, r#"r = { values = [1], unit = "x" }"#, "9:54: `x` is not a unit; {units}"),
        (
            r#"r = "100 Mohm""#,
            "r = { values = 3 }",
            "9:42: `values` must be an array of numbers, or of rows of numbers, found 3",
        ),
        (r#"r = "100 Mohm""#, "r = { values = [1], unit = 3 }", r#"9:54: `unit` must be a unit such as "ms", found 3"#),
        (
            r#"r = "100 Mohm""#,
            r#"r = { unit = "ms" }"#,
            r#"9:31: `r` must be a quantity such as "20 ms", a number, or a table with one of normal, uniform, exponential, lognormal, truncated_normal, npy, values, or of a matrix's kaiming_normal, xavier_normal, xavier_uniform, lecun_normal, orthogonal, or of a delay's velocity, found a table with unit"#,
        ),
        (
            r#"r = "100 Mohm""#,
            "r = { gauss = 3 }",
            r#"9:31: `r` must be a quantity such as "20 ms", a number, or a table with one of normal, uniform, exponential, lognormal, truncated_normal, npy, values, or of a matrix's kaiming_normal, xavier_normal, xavier_uniform, lecun_normal, orthogonal, or of a delay's velocity, found a table with gauss"#,
        ),
        (
            r#"normal = ["-55 mV", "2 mV"]"#,
            r#"normal = ["-55 mV"]"#,
            "10:27: `normal` must be [mean, standard deviation], found an array of 1",
        ),
        (
            r#"normal = ["-55 mV", "2 mV"]"#,
            r#"normal = ["-55 mV", "2 mV", 3]"#,
            "10:27: `normal` must be [mean, standard deviation], found an array of 3",
        ),
        (
            r#"normal = ["-55 mV", "2 mV"]"#,
            r#"normal = ["-55 mV", "2 mv"]"#,
            "10:38: `normal`: `mv` is not a unit; {units}",
        ),
        (
            r#"normal = ["-55 mV", "2 mV"]"#,
            r#"normal = "x""#,
            r#"10:27: `normal` must be [mean, standard deviation], found the string "x""#,
        ),
        (
            r#"normal = ["-55 mV", "2 mV"]"#,
            r#"normal = ["-55 mV", "2 mV"], sd = 2"#,
            "10:47: unknown key `sd` in `v`; legal: normal",
        ),
        (
            r#"normal = ["-55 mV", "2 mV"]"#,
            r#"lognormal = ["1 mV", "2 mV"]"#,
            r#"10:39: `lognormal` must be [median, number without unit], found the string "2 mV""#,
        ),
        (r#"{ v = { normal = ["-55 mV", "2 mV"] } }"#, "3", "10:10: `init` must be a table, found 3"),
        (
            r#"v = { normal = ["-55 mV", "2 mV"] }"#,
            r#"v = "rest""#,
            r#"10:16: `v`: `rest` is not a finite number with a unit, such as "20 ms""#,
        ),
    ]);
}

#[test]
fn ports() {
    check_syntax(&[
        (r#"synapse = "expon", "#, "", "11:27: `tau` is a parameter of a synapse, but `ampa` has no key `synapse`"),
        (r#"synapse = "expon""#, "synapse = 1", "11:31: `synapse` must be a string, found 1"),
        (r#"output = { coba = "0 mV" }"#, r#"outputs = "cuba""#, "11:19: `ampa` lacks the key `output`"),
        (
            r#"{ coba = "0 mV" }"#,
            "{}",
            r#"11:63: `output` must be a name, { coba = "0 mV" } or { coba = { e = "0 mV" } }, found an empty table"#,
        ),
        (
            r#"{ coba = "0 mV" }"#,
            r#"{ coba = "0 mV", cuba = 1 }"#,
            r#"11:63: `output` must be a name, { coba = "0 mV" } or { coba = { e = "0 mV" } }, found a table with coba, cuba"#,
        ),
        (r#"{ coba = "0 mV" }"#, r#"{ coba = "0 mV/x" }"#, "11:72: `coba`: `x` in `mV/x` is not a unit; {units}"),
        (
            r#"{ coba = "0 mV" }"#,
            "3",
            r#"11:63: `output` must be a name, { coba = "0 mV" } or { coba = { e = "0 mV" } }, found 3"#,
        ),
    ]);
}

#[test]
fn projections() {
    check_syntax(&[
        (
            "{ pairwise_bernoulli = 0.02 }",
            r#""everything""#,
            r#"16:11: `connect` must be "all_to_all", "one_to_one", or a table with one of pairwise_bernoulli, fixed_indegree, fixed_outdegree, fixed_total_number, list, found the string "everything""#,
        ),
        (
            "{ pairwise_bernoulli = 0.02 }",
            "{ pairwise_bernouli = 0.02 }",
            "16:13: unknown key `pairwise_bernouli` in `connect` (did you mean `pairwise_bernoulli`?); legal: all_to_all, one_to_one, pairwise_bernoulli, fixed_indegree, fixed_outdegree, fixed_total_number, list, autapses, multapses, kernel, mask, symmetric",
        ),
        (
            "{ pairwise_bernoulli = 0.02 }",
            "{ pairwise_bernoulli = 0.02, one_to_one = true }",
            r#"16:11: `connect` must be "all_to_all", "one_to_one", or a table with one of pairwise_bernoulli, fixed_indegree, fixed_outdegree, fixed_total_number, list, found a table with one_to_one, pairwise_bernoulli"#,
        ),
        (
            "{ pairwise_bernoulli = 0.02 }",
            "{ autapses = false }",
            r#"16:11: `connect` must be "all_to_all", "one_to_one", or a table with one of pairwise_bernoulli, fixed_indegree, fixed_outdegree, fixed_total_number, list, found a table with autapses"#,
        ),
        ("{ pairwise_bernoulli = 0.02 }", "{ one_to_one = false }", "16:26: `one_to_one` must be true, found false"),
        (
            "{ pairwise_bernoulli = 0.02 }",
            r#"{ pairwise_bernoulli = "0.02" }"#,
            r#"16:34: `pairwise_bernoulli` must be a number from 0 to 1, found the string "0.02""#,
        ),
        (
            "{ pairwise_bernoulli = 0.02 }",
            "{ fixed_indegree = -1 }",
            "16:30: `fixed_indegree` must be a whole number from 0 to 4294967295, found -1",
        ),
        (
            "{ pairwise_bernoulli = 0.02 }",
            "{ fixed_indegree = 5, autapses = 0 }",
            "16:44: `autapses` must be true or false, found 0",
        ),
        (
            "{ pairwise_bernoulli = 0.02 }",
            "{ list = 5 }",
            r#"16:20: `list` must be pairs such as [[0, 1], [1, 2]], or { npy = "pairs.npy" }, found 5"#,
        ),
        (
            "{ pairwise_bernoulli = 0.02 }",
            r#"{ list = [["a", 1]] }"#,
            r#"16:22: `list` must be an array of numbers, or of rows of numbers, found the string "a""#,
        ),
        (
            "{ pairwise_bernoulli = 0.02 }",
            "7",
            r#"16:11: `connect` must be "all_to_all", "one_to_one", or a table with one of pairwise_bernoulli, fixed_indegree, fixed_outdegree, fixed_total_number, list, found 7"#,
        ),
        (
            r#"weight = "6 nS""#,
            r#"weight = "hard""#,
            r#"17:10: `weight`: `hard` is not a finite number with a unit, such as "20 ms""#,
        ),
        ("delay = \"0.1 ms\"\n", "", "12:1: `projection` lacks the key `delay`"),
        (r#"port = "ampa""#, "port = 1", "15:8: `port` must be a string, found 1"),
    ]);
}

#[test]
fn stimuli_and_records() {
    check_syntax(&[
        (
            r#"kind = "poisson_input""#,
            r#"kind = "poisson_encoder""#,
            "22:1: unknown key `sources` in `stimulus`; legal: name, kind, target, neurons, like, port, rate, rates, weight, start, stop",
        ),
        (
            "kind = \"poisson_input\"                  # also current (constant, or a trace), spike_times\ntarget = \"exc\"\nsources = 1000",
            "kind = \"poisson_encoder\"\ntarget = \"exc\"\nrates = [1, 2]",
            "22:9: an encoder has either `rate` or `rates`, not both",
        ),
        (
            r#"kind = "poisson_input""#,
            r#"kind = "current""#,
            "22:1: unknown key `sources` in `stimulus`; legal: name, kind, target, neurons, like, value, trace, start, stop",
        ),
        (
            "sources = 1000\nrate = \"8 Hz\"\nweight = \"0.1 mV\"",
            r#"sampler = "exact""#,
            "19:1: `stimulus` lacks the key `sources`",
        ),
        (
            "sources = 1000",
            "sources = 1000\nsampler = \"exact\"",
            r#"23:11: `sampler` must be auto, normal, binomial or poisson, found the string "exact""#,
        ),
        (
            "neurons = [0, 1, 2]",
            "neurons = [0, -1]",
            "29:15: `neurons` must be a whole number from 0 to 4294967295, found -1",
        ),
        (
            r#"what = ["spikes", "v"]"#,
            r#"what = "v""#,
            r#"27:8: `what` must be an array of strings, found the string "v""#,
        ),
        (r#"what = ["spikes", "v"]"#, "what = [1]", "27:9: `what` must be an array of strings, found 1"),
        (
            "[[record]]",
            "[record]",
            "25:1: `record` must be tables, each under [[record]], found a table with every, neurons, population, what",
        ),
        (
            "[[record]]",
            "[[stimulus]]\nkind = \"current\"\ntarget = \"exc\"\n[[record]]",
            "25:1: a current needs the key `value` or the key `trace`",
        ),
        (
            "[[record]]",
            "[[stimulus]]\nkind = \"current\"\ntarget = \"exc\"\nvalue = 1\ntrace = { npy = \"x\" }\n[[record]]",
            "29:9: a current has either `value` or `trace`, not both",
        ),
        (
            "[[record]]",
            "[[stimulus]]\nkind = \"spike_times\"\ntarget = \"exc\"\n[[record]]",
            "25:1: `stimulus` lacks the key `neurons`",
        ),
        (
            "[[population]]",
            "[[populations]]",
            "4:3: unknown key `populations` in the network (did you mean `population`?); legal: {network}",
        ),
        (
            "[[population]]",
            "[population]",
            "4:1: `population` must be tables, each under [[population]], found a table with init, model, name, params, ports, reset, size",
        ),
    ]);
}

#[test]
fn how_synapses_are_kept() {
    let (weight, delay) = ("weight = \"6 nS\"", "delay = \"0.1 ms\"");
    let of_weights = "18:11: `weights` must be \"compact\" or \"exact\", found";
    let of_storage = "19:11: `storage` must be \"stored\" or \"procedural\", found";
    check_syntax(&[
        (weight, "weight = \"6 nS\"\nweights = \"round\"", &format!("{of_weights} the string \"round\"")),
        (weight, "weight = \"6 nS\"\nweights = 10", &format!("{of_weights} 10")),
        (delay, "delay = \"0.1 ms\"\nstorage = true", &format!("{of_storage} true")),
    ]);
}
