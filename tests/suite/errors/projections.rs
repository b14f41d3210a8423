//! Errors of projections: rules, weights, delays.

use super::check;
use neuropil::network::{Array, Connect, Projection, Rule, uniform};
use neuropil::units::{Literal, Quantity};
use std::fs;

#[test]
fn projections() {
    check(
        |net| net.projections[0].delay = 0.05.ms().into(),
        "projection[exc→inh.jump].delay: 0.05 ms; legal: 0.1 ms (one step) to 1073741823 steps, or 0 where that closes no loop",
    );
    check(
        |net| {
            net.projections[0].name = Some("jumps".to_owned());
            net.projections[0].delay = 0.05.ms().into();
        },
        "projection[jumps].delay: 0.05 ms; legal: 0.1 ms (one step) to 1073741823 steps, or 0 where that closes no loop",
    );
    check(
        |net| net.projections[0].weight = Quantity::number(f64::NAN).into(),
        "projection[exc→inh.jump].weight: is NaN; legal: a finite number",
    );
    let mut weights = vec![0.1; 40];
    weights[12] = f64::NAN;
    check(
        |net| net.projections[0].weight = Array::inline(weights, &[40], "mV").unwrap().into(),
        "projection[exc→inh.jump].weight[12]: is NaN mV; legal: a finite number",
    );
    check(
        |net| net.projections[0].weight = 0.1.nanosiemens().into(),
        "projection[exc→inh.jump].weight: 1e-7 mS has dimension conductance, expected voltage (mV)",
    );
    check(
        |net| net.projections[0].port = "jmp".to_owned(),
        "projection[exc→inh.jmp].port: population `inh` has no port `jmp` (did you mean `jump`?); legal: jump",
    );
    check(
        |net| net.projections[0].post = "in".into(),
        "projection[exc→in.jump].post: there is no population `in` (did you mean `inh`?); legal: exc, inh",
    );
    check(
        |net| net.projections[0].connect = Connect::fixed_indegree(11).multapses(false),
        "projection[exc→inh.jump].connect: fixed_indegree is 11, but each target has only 10 possible sources; legal: at most 10, or multapses",
    );
    check(
        |net| net.projections[0].connect = Connect::list([(0, 1), (10, 1)]),
        "projection[exc→inh.jump].connect: pair 1 of the list names neuron 10 of `exc`; legal: whole numbers from 0 to 9",
    );
}

#[test]
fn weights_whose_sum_f32_cannot_hold() {
    check(
        |net| net.projections[0].weight = 1e38.mv().into(),
        "population[inh].ports.jump: the |weights| onto neuron 0 add up to more than 1.701e38 mV; legal: a sum that f32 can \
         hold",
    );
}

/// A projection within `exc` by this rule.
fn within(connect: Connect) -> impl Fn(&mut Projection) {
    move |projection| {
        (projection.post, projection.port) = (projection.pre.clone(), "ampa".to_owned());
        (projection.connect, projection.weight) = (connect.clone(), 1.0.nanosiemens().into());
    }
}

#[test]
fn rules_that_cannot_be_obeyed() {
    let check = |connect: Connect, own: bool, problem: &str| {
        let name = if own { "exc→exc.ampa" } else { "exc→inh.jump" };
        let expected = format!("projection[{name}].connect: {problem}");
        let change = |projection: &mut Projection| projection.connect = connect.clone();
        check(
            |net| if own { within(connect.clone())(&mut net.projections[0]) } else { change(&mut net.projections[0]) },
            &expected,
        );
    };
    let few = "; legal: at most";
    check(Connect::one_to_one(), false, "one_to_one from 10 neurons of `exc` to 4 of `inh`; legal: ends of equal size");
    check(
        Connect::one_to_one().autapses(false),
        true,
        "one_to_one within a population makes only autapses, and they are excluded; legal: autapses = true, or another rule",
    );
    check(
        Connect::fixed_indegree(10).autapses(false).multapses(false),
        true,
        &format!("fixed_indegree is 10, but each target has only 9 possible sources{few} 9, or multapses"),
    );
    check(
        Connect::fixed_outdegree(5).multapses(false),
        false,
        &format!("fixed_outdegree is 5, but each source has only 4 possible targets{few} 4, or multapses"),
    );
    check(
        Connect::fixed_total_number(91).autapses(false).multapses(false),
        true,
        &format!("fixed_total_number is 91, but there are only 90 possible pairs{few} 90, or multapses"),
    );
    check(Connect::pairwise_bernoulli(f64::NAN), false, "pairwise_bernoulli is NaN; legal: 0 to 1");
    check(
        Connect::list([(0, 1), (3, 3)]).autapses(false),
        true,
        "pair 1 of the list joins neuron 3 to itself, and autapses are excluded; legal: two neurons",
    );
    check(
        Connect::list([(2, 3), (0, 1), (1, 1), (0, 1), (0, 1)]).multapses(false),
        false,
        "pairs 1 and 3 of the list are both [0, 1], and multapses are excluded; legal: each pair once",
    );
    super::check(
        |net| {
            net.populations[0].size = 1;
            net.populations[1].size = 600_000_000;
            net.projections[0].connect = Connect::pairwise_bernoulli(0.5);
        },
        "projection[exc→inh.jump].connect: pairwise_bernoulli makes 300000000 targets of each source; legal: at most 268435456 in \
         the mean",
    );
    super::check(
        |net| {
            net.populations[0].size = 1;
            within(Connect::fixed_indegree(1).autapses(false))(&mut net.projections[0]);
        },
        &format!(
            "projection[exc→exc.ampa].connect: fixed_indegree is 1, but each target has only 0 possible sources{few} 0"
        ),
    );
}

#[test]
fn lists_in_files_are_those_in_place() {
    let folder = tempfile::tempdir().expect("there is room");
    let list = |shape: &str, pairs: &[i32]| {
        let file = folder.path().join("list.npy");
        let header = format!("{{'descr': '<i4', 'fortran_order': False, 'shape': {shape}, }}");
        let mut bytes = b"\x93NUMPY\x01\x00\x76\x00".to_vec();
        bytes.extend(format!("{header:<117}\n").into_bytes());
        bytes.extend(pairs.iter().flat_map(|index| index.to_le_bytes()));
        fs::write(&file, bytes).expect("the folder can be written");
        move |net: &mut neuropil::network::Network| {
            net.projections[0].connect = Rule::List(Array::npy(file, "1").expect("it has a unit")).into();
        }
    };
    check(
        list("(2, 2)", &[0, 1, 3, 4]),
        "projection[exc→inh.jump].connect: pair 1 of the list names neuron 4 of `inh`; legal: whole numbers from 0 to 3",
    );
    check(
        list("(4,)", &[0, 1, 3, 3]),
        "projection[exc→inh.jump].connect: the list has shape [4] and 4 numbers; legal: pairs [source, target]",
    );
}

#[test]
fn values_of_single_synapses() {
    let of = |number: usize| Array::inline(vec![0.1; number], &[number], "mV").expect("it has a shape");
    for (connect, synapses) in [
        (Connect::fixed_indegree(3), 12),
        (Connect::fixed_outdegree(2), 20),
        (Connect::fixed_total_number(7), 7),
        (Connect::list([(0, 1), (2, 2)]), 2),
    ] {
        for given in [synapses - 1, synapses + 1] {
            check(
                |net| {
                    net.projections[0].connect = connect.clone();
                    net.projections[0].weight = of(given).into();
                },
                &format!(
                    "projection[exc→inh.jump].weight: the array has shape [{given}]; legal: [{synapses}], one for each synapse"
                ),
            );
        }
    }
}

#[test]
fn drawn_delays_that_are_too_long() {
    check(
        |net| net.projections[0].delay = uniform(0.1.ms(), 1e6.ms()).into(),
        "projection[exc→inh.jump].delay: delays of more than 4194304 steps may be drawn; legal: 0.1 ms (one step) to 4194304 steps",
    );
}
