//! What is said of paths that lead nowhere, and of values that cannot be put.

use super::*;

/// Each of these is refused with this message, and changes nothing.
#[track_caller]
fn refused(cases: &[(&str, &str, &str)]) {
    let mut net = network();
    let mut differences = Vec::new();
    for (path, value, expected) in cases {
        let found = net.set(path, *value).unwrap_err().to_string();
        if found != *expected {
            differences.push(format!("{path} = {value}\n  got      {found}\n  expected {expected}"));
        }
        assert_eq!(net, network(), "{path} = {value}");
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn a_wrong_path_names_the_legal_ones() {
    let projections = "exc→inh.in, out, inh→inh.in, 3, 4, exc→exc.ampa";
    let lists =
        "legal: dt, duration, until, seed, wiring_seed, wiring, population[…], projection[…], stimulus[…], record[…]";
    let of_projection = "legal: name, pre, post, port, connect, weight, delay, weights, storage, model";
    let cases = [
        ("dz", format!("dz: the network has no `dz` (did you mean `dt`?); {lists}")),
        ("projektion[0].weight", format!("projektion[0].weight: the network has no `projektion` (did you mean `projection`?); {lists}")),
        ("", format!(": the network has no ``; {lists}")),
        ("dt.x", "dt.x: `dt` is one value, without keys".into()),
        (
            "projection.weight",
            format!("projection.weight: it does not say which projection; legal: projection[NAME].KEY, with one of {projections}"),
        ),
        (
            "projection[exc→ihn.in].weight",
            format!("projection[exc→ihn.in].weight: there is no projection `exc→ihn.in` (did you mean `exc→inh.in`?); legal: {projections}"),
        ),
        ("projection[6].weight", format!("projection[6].weight: there is no projection `6`; legal: {projections}")),
        (
            "projection[exc->exc.jump].weight",
            "projection[exc->exc.jump].weight: 2 are called `exc→exc.jump`; legal: projection[3], projection[4]".into(),
        ),
        ("stimulus[noise].rate", "stimulus[noise].rate: there is no stimulus `noise`; legal: drive, 1, 2, 3".into()),
        ("population[ex].size", "population[ex].size: there is no population `ex` (did you mean `exc`?); legal: exc, inh, far".into()),
        ("projection[out]", format!("projection[out]: it names a whole projection, not a key of it; {of_projection}")),
        (
            "projection[1].wieght",
            format!("projection[out].wieght: a projection has no `wieght` (did you mean `weight`?); {of_projection}"),
        ),
        (
            "population[exc].param.tau",
            "population[exc].param.tau: a population has no `param` (did you mean `params`?); legal: name, size, model, params, \
             init, ports, positions"
                .into(),
        ),
        (
            "population[exc].ports.amap.tau",
            "population[exc].ports.amap.tau: `ports` has no `amap` (did you mean `ampa`?); legal: ampa, jump, own".into(),
        ),
        (
            "stimulus[drive].raet",
            "stimulus[drive].raet: stimulus poisson_input has no `raet` (did you mean `rate`?); legal: name, kind, target, \
             neurons, port, sources, rate, weight, sampler, start, stop"
                .into(),
        ),
        ("population[exc].size.x", "population[exc].size.x: `size` is one value, which has no `x`".into()),
        ("projection[out].model.stp.u", "projection[out].model.stp.u: it has no `model`; legal: connect, delay, name, port, post, pre, storage, weight".into()),
        (
            "projection[out].connect.fixed_indegre",
            "projection[out].connect.fixed_indegre: unknown key `fixed_indegre` in `connect` (did you mean `fixed_indegree`?); legal: all_to_all, one_to_one, \
             pairwise_bernoulli, fixed_indegree, fixed_outdegree, fixed_total_number, list, autapses, multapses, kernel, mask, symmetric"
                .into(),
        ),
    ];
    refused(&cases.each_ref().map(|(path, expected)| (*path, "1", expected.as_str())));
    let mut many = Network::new(0.1.ms());
    for index in 0..50 {
        many.add(Population::new(format!("p{index}"), 1, "lif"));
    }
    let message = many.get("population[x].size").unwrap_err().to_string();
    assert!(message.ends_with(", p38, p39, … (50 in all)"), "{message}");
}

#[test]
fn a_wrong_value_is_refused_as_in_a_file() {
    refused(&[
        ("dt", "0 ms", "dt: is 0 ms; legal: a time above 0"),
        ("dt", "1 mV", "dt: 1 mV has dimension voltage, expected time (ms); legal: a time above 0"),
        ("dt", "fast", "dt: `fast` is not a finite number with a unit, such as \"20 ms\""),
        ("seed", "-1", "seed: `seed` must be a whole number from 0 to 18446744073709551615, found -1"),
        ("seed", "x", "seed: `seed` must be a whole number from 0 to 18446744073709551615, found the string \"x\""),
        (
            "population[exc].size",
            "0",
            "population[exc].size: `size` must be a whole number from 1 to 4294967295, found 0",
        ),
        ("population[0].size", "3", "stimulus[2].neurons: `exc` has 3 neurons, so there is no neuron 3; legal: 0 to 2"),
        (
            "population[exc].name",
            "ex",
            "projection[exc→inh.in].pre: there is no population `exc` (did you mean `ex`?); legal: ex, inh, far",
        ),
        (
            "population[exc].params",
            "1 ms",
            "population[exc].params: `params` must be a table, found the string \"1 ms\"",
        ),
        (
            "population[exc].params.tau",
            "{ normal = ['20 ms'] }",
            "population[exc].params.tau: `normal` must be [mean, standard deviation], found an array of 1",
        ),
        (
            "population[exc].params.tau",
            "{ normal = ['20 ms', '-1 ms'] }",
            "population[exc].params.tau: the standard deviation is -1 ms; legal: 0 or more",
        ),
        (
            "projection[out].weight",
            "{ normal = ",
            "projection[out].weight: `{ normal =` is not TOML: unclosed inline table, expected `}`",
        ),
        (
            "projection[0].delay",
            "3 nS",
            "projection[exc→inh.in].delay: 3 nS has dimension conductance, expected time (ms); legal: a time of 0 or more",
        ),
        (
            "projection[0].connect",
            "{ fixed_indegree = 5, multapses = false }",
            "projection[exc→inh.in].connect: fixed_indegree is 5, but each target has only 4 possible sources; legal: at most 4, \
             or multapses",
        ),
        (
            "projection[0].pre",
            "ex",
            "projection[exc→inh.in].pre: there is no population `ex` (did you mean `exc`?); legal: exc, inh, far",
        ),
        (
            "projection[0].name",
            "out",
            "projection[exc→inh.in].name: `out` is already the name of projection 1; legal: a name of its own",
        ),
        (
            "projection[0].name",
            "a.b",
            "projection[exc→inh.in].name: `a.b` is not a name; legal: one or more of A-Z a-z 0-9 _ -",
        ),
        (
            "stimulus[1].name",
            "\"2\"",
            "stimulus[1].name: `2` is a number, by which another may be called; legal: a name that is no number",
        ),
        (
            "stimulus[drive].neurons",
            "[4]",
            "stimulus[drive].neurons: `exc` has 4 neurons, so there is no neuron 4; legal: 0 to 3",
        ),
        (
            "stimulus[drive].neurons",
            "{ npy = 'missing.npy' }",
            "stimulus[drive].neurons: cannot read missing.npy: No such file or directory (os error 2)",
        ),
        ("stimulus[1].value", "1 mA", "stimulus[1].value: a current has either `value` or `trace`, not both"),
        ("record[0].every", "0 ms", "record[0].every: is 0 ms; legal: a time above 0"),
    ]);
}

#[test]
fn a_name_is_unique_and_no_number() {
    let mut net = network();
    net.projections[2].name = Some("out".into());
    assert_eq!(
        net.check().unwrap_err().to_string(),
        "projection[2].name: `out` is already the name of projection 1; legal: a name of its own"
    );
    let ambiguous = net.get("projection[out].weight").unwrap_err().to_string();
    assert_eq!(ambiguous, "projection[out].weight: 2 are called `out`; legal: projection[1], projection[2]");
    // A projection and a stimulus are told apart by their lists.
    net.projections[2].name = Some("drive".into());
    net.check().unwrap();
}
