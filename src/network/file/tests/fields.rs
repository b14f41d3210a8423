//! Complaints about what contradicts the rest of the network, each located in the file.

use super::check_fields;

#[test]
fn times_names_and_sizes() {
    check_fields(&[
        (r#"dt = "0.1 ms""#, "dt = 0.1", "1:6: dt: 0.1 has no unit, expected time (ms); legal: a time above 0"),
        (
            r#"dt = "0.1 ms""#,
            r#"dt = "0.1 mV""#,
            "1:6: dt: 0.1 mV has dimension voltage, expected time (ms); legal: a time above 0",
        ),
        (r#"dt = "0.1 ms""#, r#"dt = "0 ms""#, "1:6: dt: is 0 ms; legal: a time above 0"),
        (r#"duration = "1 s""#, r#"duration = "-1 s""#, "2:12: duration: is -1 s; legal: a time of 0 or more"),
        (
            r#"name = "exc""#,
            r#"name = """#,
            "5:8: population[0].name: `` is not a name; legal: one or more of A-Z a-z 0-9 _ -",
        ),
        (
            r#"name = "exc""#,
            r#"name = "e x""#,
            "5:8: population[0].name: `e x` is not a name; legal: one or more of A-Z a-z 0-9 _ -",
        ),
        (
            r#"name = "exc""#,
            r#"name = "inh""#,
            "13:7: projection[exc→exc.ampa].pre: there is no population `exc`; legal: inh",
        ),
        (
            "[[stimulus]]",
            "[[population]]\nname = \"exc\"\nsize = 1\nmodel = \"lif\"\n[[stimulus]]",
            "20:8: population[1].name: `exc` is already the name of population 0; legal: a name of its own",
        ),
        (
            r#"pre = "exc""#,
            r#"pre = "inh""#,
            "13:7: projection[inh→exc.ampa].pre: there is no population `inh`; legal: exc",
        ),
        (
            r#"post = "exc""#,
            r#"post = "inh""#,
            "14:8: projection[exc→inh.ampa].post: there is no population `inh`; legal: exc",
        ),
        (
            r#"target = "exc""#,
            r#"target = "inh""#,
            "21:10: stimulus[0].target: there is no population `inh`; legal: exc",
        ),
        (
            r#"population = "exc""#,
            r#"population = "inh""#,
            "26:14: record[0].population: there is no population `inh`; legal: exc",
        ),
    ]);
}

#[test]
fn connection_rules() {
    check_fields(&[
        (
            "connect = { pairwise_bernoulli = 0.02 }",
            "connect = { pairwise_bernoulli = 1.5 }",
            "16:11: projection[exc→exc.ampa].connect: pairwise_bernoulli is 1.5; legal: 0 to 1",
        ),
        (
            "connect = { pairwise_bernoulli = 0.02 }",
            "connect = { one_to_one = true, autapses = false }",
            "16:11: projection[exc→exc.ampa].connect: one_to_one within a population makes only autapses, and they are excluded; legal: autapses = true, or another rule",
        ),
        (
            "connect = { pairwise_bernoulli = 0.02 }",
            "connect = { fixed_indegree = 3200, autapses = false, multapses = false }",
            "16:11: projection[exc→exc.ampa].connect: fixed_indegree is 3200, but each target has only 3199 possible sources; legal: at most 3199, or multapses",
        ),
        (
            "connect = { pairwise_bernoulli = 0.02 }",
            "connect = { fixed_indegree = 3201, multapses = false }",
            "16:11: projection[exc→exc.ampa].connect: fixed_indegree is 3201, but each target has only 3200 possible sources; legal: at most 3200, or multapses",
        ),
        (
            "connect = { pairwise_bernoulli = 0.02 }",
            "connect = { fixed_outdegree = 3201, multapses = false }",
            "16:11: projection[exc→exc.ampa].connect: fixed_outdegree is 3201, but each source has only 3200 possible targets; legal: at most 3200, or multapses",
        ),
        (
            "connect = { pairwise_bernoulli = 0.02 }",
            "connect = { fixed_total_number = 10236801, autapses = false, multapses = false }",
            "16:11: projection[exc→exc.ampa].connect: fixed_total_number is 10236801, but there are only 10236800 possible pairs; legal: at most 10236800, or multapses",
        ),
        (
            "connect = { pairwise_bernoulli = 0.02 }",
            "connect = { list = [[0, 3200]] }",
            "16:11: projection[exc→exc.ampa].connect: pair 0 of the list names neuron 3200 of `exc`; legal: whole numbers from 0 to 3199",
        ),
        (
            "connect = { pairwise_bernoulli = 0.02 }",
            "connect = { list = [[0, 1.5]] }",
            "16:11: projection[exc→exc.ampa].connect: pair 0 of the list names neuron 1.5 of `exc`; legal: whole numbers from 0 to 3199",
        ),
        (
            "connect = { pairwise_bernoulli = 0.02 }",
            "connect = { list = [0, 1] }",
            "16:11: projection[exc→exc.ampa].connect: the list has shape [2] and 2 numbers; legal: pairs [source, target]",
        ),
        (
            "connect = { pairwise_bernoulli = 0.02 }",
            "connect = { list = [[0, 1, 2]] }",
            "16:11: projection[exc→exc.ampa].connect: the list has shape [1, 3] and 3 numbers; legal: pairs [source, target]",
        ),
        (
            "connect = { pairwise_bernoulli = 0.02 }",
            r#"connect = { list = { npy = "x.npy", unit = "ms" } }"#,
            "16:11: projection[exc→exc.ampa].connect: the list has unit ms; legal: no unit",
        ),
        (
            "connect = { pairwise_bernoulli = 0.02 }",
            r#"connect = { list = { values = [[0, 1]], unit = "ms" } }"#,
            "16:11: projection[exc→exc.ampa].connect: the list has unit ms; legal: no unit",
        ),
    ]);
}

#[test]
fn values() {
    check_fields(&[
        (
            r#"delay = "0.1 ms""#,
            "delay = 1",
            "18:9: projection[exc→exc.ampa].delay: 1 has no unit, expected time (ms); legal: a time of 0 or more",
        ),
        (
            r#"delay = "0.1 ms""#,
            r#"delay = "-1 ms""#,
            "18:9: projection[exc→exc.ampa].delay: is -1 ms; legal: a time of 0 or more",
        ),
        (
            r#"delay = "0.1 ms""#,
            r#"delay = { uniform = ["-1 ms", "2 ms"] }"#,
            "18:9: projection[exc→exc.ampa].delay: is -1 ms; legal: a time of 0 or more",
        ),
        (
            r#"delay = "0.1 ms""#,
            r#"delay = { lognormal = ["-1 ms", 0.5] }"#,
            "18:9: projection[exc→exc.ampa].delay: is -1 ms; legal: a time of 0 or more",
        ),
        (
            r#"delay = "0.1 ms""#,
            r#"delay = { values = [1, -2], unit = "ms" }"#,
            "18:9: projection[exc→exc.ampa].delay: is -2 ms; legal: a time of 0 or more",
        ),
        (
            r#"delay = "0.1 ms""#,
            r#"delay = { npy = "d.npy", unit = "mV" }"#,
            "18:9: projection[exc→exc.ampa].delay: expected time (ms), found voltage (mV); legal: a time of 0 or more",
        ),
        (
            r#"rate = "8 Hz""#,
            r#"rate = "8 ms""#,
            "23:8: stimulus[0].rate: 8 ms has dimension time, expected frequency (Hz); legal: a frequency of 0 or more",
        ),
        (
            r#"rate = "8 Hz""#,
            r#"rate = { normal = ["8 mV", "1 mV"] }"#,
            "23:8: stimulus[0].rate: 8 mV has dimension voltage, expected frequency (Hz); legal: a frequency of 0 or more",
        ),
        (
            r#"normal = ["-55 mV", "2 mV"]"#,
            r#"normal = ["-55 mV", "2 ms"]"#,
            "10:16: population[exc].init.v: 2 ms has dimension time, expected voltage (mV)",
        ),
        (
            r#"normal = ["-55 mV", "2 mV"]"#,
            r#"normal = ["-55 mV", "-2 mV"]"#,
            "10:16: population[exc].init.v: the standard deviation is -2 mV; legal: 0 or more",
        ),
        (
            r#"normal = ["-55 mV", "2 mV"]"#,
            r#"uniform = ["-55 mV", "-56 mV"]"#,
            "10:16: population[exc].init.v: is uniform from -55 mV to -56 mV; legal: low ≤ high",
        ),
        (
            r#"normal = ["-55 mV", "2 mV"]"#,
            r#"truncated_normal = ["-55 mV", "2 mV", "-56 mV", "-56 mV"]"#,
            "10:16: population[exc].init.v: is truncated to -56 mV to -56 mV; legal: low < high",
        ),
        (
            r#"normal = ["-55 mV", "2 mV"]"#,
            r#"truncated_normal = ["-55 mV", "0 mV", "-56 mV", "-54 mV"]"#,
            "10:16: population[exc].init.v: the standard deviation is 0 mV; legal: above 0",
        ),
        (
            r#"normal = ["-55 mV", "2 mV"]"#,
            r#"exponential = "-1 mV""#,
            "10:16: population[exc].init.v: the mean is -1 mV; legal: above 0",
        ),
        (
            r#"normal = ["-55 mV", "2 mV"]"#,
            r#"lognormal = ["0 mV", 1]"#,
            "10:16: population[exc].init.v: the median is 0 mV; legal: above 0, or below it for values that are negative",
        ),
        (
            r#"normal = ["-55 mV", "2 mV"]"#,
            r#"lognormal = ["1 mV", -1]"#,
            "10:16: population[exc].init.v: the standard deviation of the logarithm is -1; legal: 0 or more",
        ),
    ]);
}

#[test]
fn records_ports_and_spike_times() {
    check_fields(&[
        (
            "neurons = [0, 1, 2]",
            "neurons = [0, 3200]",
            "29:11: record[0].neurons: `exc` has 3200 neurons, so there is no neuron 3200; legal: 0 to 3199",
        ),
        (
            r#"what = ["spikes", "v"]"#,
            "what = []",
            "27:8: record[0].what: nothing is recorded; legal: `spikes`, a state variable, or `<port>.<variable>`",
        ),
        (r#"every = "1 ms""#, r#"every = "0 ms""#, "28:9: record[0].every: is 0 ms; legal: a time above 0"),
        (
            r#"every = "1 ms""#,
            "every = 1",
            "28:9: record[0].every: 1 has no unit, expected time (ms); legal: a time above 0",
        ),
        (
            "ports  = { ampa =",
            r#"ports  = { "am.pa" ="#,
            "11:10: population[exc].ports: `am.pa` is not a name; legal: one or more of A-Z a-z 0-9 _ -",
        ),
        (
            r#"tau = "5 ms", output"#,
            r#"tau = { exponential = "0 ms" }, output"#,
            "11:46: population[exc].ports.ampa.tau: the mean is 0 ms; legal: above 0",
        ),
        (
            r#"{ coba = "0 mV" }"#,
            "{ coba = { normal = [1, -1] } }",
            "11:63: population[exc].ports.ampa.output: the standard deviation is -1; legal: 0 or more",
        ),
        (
            "[[record]]",
            "[[stimulus]]\nkind = \"spike_times\"\ntarget = \"exc\"\nneurons = [1]\ntimes = { values = [1, 2], unit = \"ms\" }\nweight = 1\n[[record]]",
            "29:9: stimulus[1].times: has 2 times for 1 neurons; legal: one time for each neuron",
        ),
        (
            "[[record]]",
            "[[stimulus]]\nkind = \"spike_times\"\ntarget = \"exc\"\nneurons = [1]\ntimes = { values = [1], unit = \"mV\" }\nweight = 1\n[[record]]",
            "29:9: stimulus[1].times: expected time (ms), found voltage (mV); legal: times of 0 or more",
        ),
        (
            "[[record]]",
            "[[stimulus]]\nkind = \"spike_times\"\ntarget = \"exc\"\nneurons = [3201]\ntimes = { values = [1], unit = \"ms\" }\nweight = 1\n[[record]]",
            "28:11: stimulus[1].neurons: `exc` has 3200 neurons, so there is no neuron 3201; legal: 0 to 3199",
        ),
    ]);
}
