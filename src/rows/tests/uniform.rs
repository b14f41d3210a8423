//! Degrees that a rule leaves to chance: those of the law.

use super::statistics::check_degrees;
use super::*;

/// Synapses of each neuron of a side.
fn degrees(wiring: &Wiring, side: usize) -> Vec<u32> {
    let n = [wiring.sides.n_pre, wiring.sides.n_post][side];
    let mut degrees = vec![0; n as usize];
    pairs(wiring).iter().for_each(|pair| degrees[pair[side] as usize] += 1);
    degrees
}

#[test]
fn few_partners_of_many_are_distinct_too() {
    let wiring = wiring(Rule::FixedOutdegree(5), once(within(20_000)));
    let mut pairs = pairs(&wiring);
    pairs.sort_unstable();
    pairs.dedup();
    assert_eq!(pairs.len(), 100_000);
    check_degrees("sparse in-degrees", &degrees(&wiring, 1), 1.0);
}

#[test]
fn drawn_partners_are_uniform() {
    let n = 500u32;
    let free = f64::from(n - 1);
    for sides in [within(n), once(within(n))] {
        // Without replacement, a count of successes varies less by the share that is drawn.
        let variance = |share: f64| if sides.multapses { 1.0 - 1.0 / free } else { 1.0 - share };
        for degree in [60, 250, 400] {
            let share = f64::from(degree) / free;
            let of = |rule, side, what: &str| {
                let what = format!("{what}, {degree}, multapses {}", sides.multapses);
                check_degrees(&what, &degrees(&wiring(rule, sides), side), variance(share));
            };
            of(Rule::FixedIndegree(degree), 0, "out-degrees of fixed_indegree");
            of(Rule::FixedOutdegree(degree), 1, "in-degrees of fixed_outdegree");
            of(Rule::FixedTotalNumber(u64::from(n * degree)), 0, "out-degrees of fixed_total_number");
            of(Rule::FixedTotalNumber(u64::from(n * degree)), 1, "in-degrees of fixed_total_number");
        }
    }
    // Populations of different sizes, and more synapses than a job has.
    let sides = sides(3000, 700);
    check_degrees("out-degrees", &degrees(&wiring(Rule::FixedTotalNumber(2_000_000), sides), 0), 1.0);
    check_degrees("in-degrees", &degrees(&wiring(Rule::FixedTotalNumber(2_000_000), sides), 1), 1.0);
}

#[test]
fn bernoulli_pairs_have_the_given_probability() {
    for (p, sides) in [
        (0.02, within(2000)),
        (0.1, sides(1000, 3000)),
        (0.3, sides(1500, 1001)),
        (0.7, within(1000)),
        (0.9, sides(700, 1300)),
        (1e-4, sides(9000, 9000)),
        (0.999, within(500)),
    ] {
        let wiring = wiring(Rule::PairwiseBernoulli(p), sides);
        let degrees = [0, 1].map(|side| degrees(&wiring, side));
        let synapses = degrees[0].iter().map(|&degree| f64::from(degree)).sum::<f64>();
        let pairs = sides.pairs() as f64;
        let z = (synapses - pairs * p) / (pairs * p * (1.0 - p)).sqrt();
        assert!(z.abs() < 4.0, "{p}: {synapses} synapses, z {z}");
        check_degrees(&format!("out-degrees of pairwise_bernoulli {p}"), &degrees[0], 1.0 - p);
        check_degrees(&format!("in-degrees of pairwise_bernoulli {p}"), &degrees[1], 1.0 - p);
    }
}
