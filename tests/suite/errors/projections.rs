//! Errors of projections: rules, weights, delays.

use super::check;
use neuropil::network::{Array, Connect};
use neuropil::units::{Literal, Quantity};

#[test]
fn projections() {
    check(
        |net| net.projections[0].delay = 0.05.ms().into(),
        "projection[0].delay: 0.05 ms; legal: 0.1 ms (one step) to 1073741823 steps, or 0 where that closes no loop",
    );
    check(
        |net| net.projections[0].weight = Quantity::number(f64::NAN).into(),
        "projection[0].weight: is NaN; legal: a finite number",
    );
    let mut weights = vec![0.1; 40];
    weights[12] = f64::NAN;
    check(
        |net| net.projections[0].weight = Array::inline(weights, &[40], "mV").unwrap().into(),
        "projection[0].weight[12]: is NaN mV; legal: a finite number",
    );
    check(
        |net| net.projections[0].weight = 0.1.nanosiemens().into(),
        "projection[0].weight: 1e-7 mS has dimension conductance, expected voltage (mV)",
    );
    check(
        |net| net.projections[0].port = "jmp".to_owned(),
        "projection[0].port: population `inh` has no port `jmp`; legal: jump",
    );
    check(
        |net| net.projections[0].post = "in".to_owned(),
        "projection[0].post: there is no population `in`; legal: exc, inh",
    );
    check(
        |net| net.projections[0].connect = Connect::fixed_indegree(11).multapses(false),
        "projection[0].connect: fixed_indegree is 11, but each target has only 10 possible sources; legal: at most 10, or multapses",
    );
    check(
        |net| net.projections[0].connect = Connect::list([(0, 1), (10, 1)]),
        "projection[0].connect: pair 1 of the list names neuron 10 of `exc`; legal: whole numbers from 0 to 9",
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
