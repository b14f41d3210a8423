//! Connection rules: degrees, pairs, independence of threads, refusals.

use super::*;

fn sides(n_pre: u32, n_post: u32) -> Sides {
    Sides { n_pre, n_post, same_population: false, autapses: true, multapses: true }
}

fn within(n: u32) -> Sides {
    Sides { same_population: true, autapses: false, ..sides(n, n) }
}

fn once(sides: Sides) -> Sides {
    Sides { multapses: false, ..sides }
}

/// Draws, and checks what holds for every table.
fn drawn(rule: Rule<'_>, sides: Sides) -> Csr {
    let table = connect(rule, sides, 42, 3).unwrap();
    assert_eq!(table.starts.len(), sides.n_pre as usize + 1);
    assert_eq!((table.starts[0], table.starts[sides.n_pre as usize]), (0, table.targets.len()));
    for source in 0..sides.n_pre {
        let row = table.row(source);
        assert!(row.is_sorted() && row.iter().all(|&target| target < sides.n_post), "{rule:?} row {source}");
        assert!(sides.multapses || row.windows(2).all(|two| two[0] != two[1]), "{rule:?}: multapses of {source}");
        assert!(!sides.skip_self() || !row.contains(&source), "{rule:?}: autapse of {source}");
    }
    table
}

fn indegrees(table: &Csr, n_post: u32) -> Vec<u32> {
    let mut degrees = vec![0; n_post as usize];
    table.targets.iter().for_each(|&target| degrees[target as usize] += 1);
    degrees
}

/// Is each of these counts compatible with the same expectation? `variance` is that of one count over its mean.
fn check_uniform(counts: &[u32], variance: f64, what: &str) {
    let mean = counts.iter().map(|&c| f64::from(c)).sum::<f64>() / counts.len() as f64;
    let chi2 = counts.iter().map(|&c| (f64::from(c) - mean).powi(2)).sum::<f64>() / (mean * variance);
    let freedom = counts.len() as f64 - 1.0;
    let z = (chi2 - freedom) / (2.0 * freedom).sqrt();
    assert!(z.abs() < 4.0, "{what}: chi2 {chi2} of {freedom}, z {z}");
}

#[test]
fn all_to_all_and_one_to_one_are_complete() {
    let table = drawn(Rule::AllToAll, sides(3, 4));
    assert_eq!(table.starts, [0, 4, 8, 12]);
    assert_eq!(table.targets, [0, 1, 2, 3].repeat(3));
    let table = drawn(Rule::AllToAll, within(3));
    assert_eq!((table.starts, table.targets), (vec![0, 2, 4, 6], vec![1, 2, 0, 2, 0, 1]));
    let table = drawn(Rule::OneToOne, sides(3, 3));
    assert_eq!((table.starts, table.targets, table.pair), (vec![0, 1, 2, 3], vec![0, 1, 2], None));
}

#[test]
fn degrees_are_exact() {
    for sides in [sides(200, 90), once(sides(200, 90)), within(120), once(within(120))] {
        for k in [0, 1, 7, 45, 70, 89] {
            let table = drawn(Rule::FixedIndegree(k), sides);
            assert!(indegrees(&table, sides.n_post).iter().all(|&degree| degree == k), "{sides:?} {k}");
            let table = drawn(Rule::FixedOutdegree(k), sides);
            assert!((0..sides.n_pre).all(|source| table.row(source).len() == k as usize), "{sides:?} {k}");
        }
        for number in [0, 1, 500, 7000, 14_000] {
            assert_eq!(drawn(Rule::FixedTotalNumber(number), sides).targets.len() as u64, number);
        }
    }
    // Everything there is, and more where neurons may meet more than once.
    let all = drawn(Rule::AllToAll, once(within(120)));
    assert_eq!(drawn(Rule::FixedIndegree(119), once(within(120))), all);
    assert_eq!(drawn(Rule::FixedOutdegree(119), once(within(120))), all);
    assert_eq!(drawn(Rule::FixedTotalNumber(120 * 119), once(within(120))), all);
    assert_eq!(drawn(Rule::FixedIndegree(50), sides(3, 4)).targets.len(), 200);
    assert_eq!(drawn(Rule::FixedTotalNumber(1000), sides(3, 4)).targets.len(), 1000);
}

#[test]
fn row_lengths_add_up_beyond_one_job() {
    // 2^20 are drawn from one stream, what is left from the next.
    for (number, parts) in [(1 << 20, 1), ((1 << 20) + 1, 2), ((1 << 21) - 1, 2)] {
        let lengths = rows::multinomial(number, 3, 42, 7);
        let sum: u64 = lengths.iter().map(|&length| length as u64).sum();
        assert_eq!((lengths.len(), sum), (3, number), "{parts} streams");
    }
}

#[test]
fn few_partners_of_many_are_distinct_too() {
    let table = drawn(Rule::FixedOutdegree(5), once(within(20_000)));
    assert_eq!(table.targets.len(), 100_000);
    check_uniform(&indegrees(&table, 20_000), 1.0, "sparse in-degrees");
}

#[test]
fn drawn_partners_are_uniform() {
    let (n, k) = (500u32, 60u32);
    let free = f64::from(n - 1);
    for sides in [within(n), once(within(n))] {
        // Without replacement, a count of successes varies less by the share that is drawn.
        let variance = |share: f64| if sides.multapses { 1.0 - 1.0 / free } else { 1.0 - share };
        let outdegrees = |table: &Csr| (0..n).map(|source| table.row(source).len() as u32).collect::<Vec<_>>();
        for degree in [k, 400] {
            let share = f64::from(degree) / free;
            let table = drawn(Rule::FixedIndegree(degree), sides);
            check_uniform(&outdegrees(&table), variance(share), "out-degrees of fixed_indegree");
            let table = drawn(Rule::FixedOutdegree(degree), sides);
            check_uniform(&indegrees(&table, n), variance(share), "in-degrees of fixed_outdegree");
            let table = drawn(Rule::FixedTotalNumber(u64::from(n * degree)), sides);
            check_uniform(&outdegrees(&table), variance(share), "out-degrees of fixed_total_number");
            check_uniform(&indegrees(&table, n), variance(share), "in-degrees of fixed_total_number");
        }
    }
}

/// All 4·3 legal pairs within four neurons, over many projections: no place in the matrix is favoured, so the shift past
/// the own neuron has no bias.
#[test]
fn every_legal_pair_is_as_likely() {
    let projections = 6000;
    for sides in [within(4), once(within(4))] {
        for rule in [Rule::FixedIndegree(1), Rule::FixedOutdegree(1), Rule::FixedTotalNumber(4)] {
            let mut seen = [[0u32; 4]; 4];
            for projection in 0..projections {
                let table = connect(rule, sides, 7, projection).unwrap();
                (0..4).for_each(|i| table.row(i).iter().for_each(|&j| seen[i as usize][j as usize] += 1));
            }
            let cells: Vec<u32> = (0..16).filter(|at| at / 4 != at % 4).map(|at| seen[at / 4][at % 4]).collect();
            assert_eq!(cells.iter().sum::<u32>(), projections * 4);
            check_uniform(&cells, 1.0, &format!("{rule:?} {sides:?}"));
        }
    }
}

#[test]
fn bernoulli_pairs_are_independent_with_the_given_probability() {
    for (p, sides) in [(0.02, within(2000)), (0.1, sides(1000, 3000)), (0.7, within(1000)), (1e-4, sides(9000, 9000))] {
        let table = drawn(Rule::PairwiseBernoulli(p), once(sides));
        let pairs = f64::from(sides.n_pre) * f64::from(sides.partners(sides.n_post));
        let z = (table.targets.len() as f64 - pairs * p) / (pairs * p * (1.0 - p)).sqrt();
        assert!(z.abs() < 4.0, "{p}: {} synapses, z {z}", table.targets.len());
        let outdegrees: Vec<u32> = (0..sides.n_pre).map(|source| table.row(source).len() as u32).collect();
        check_uniform(&outdegrees, 1.0 - p, "out-degrees");
        check_uniform(&indegrees(&table, sides.n_post), 1.0 - p, "in-degrees");
    }
    assert!(drawn(Rule::PairwiseBernoulli(0.0), within(100)).targets.is_empty());
    assert!(drawn(Rule::PairwiseBernoulli(1e-300), within(100)).targets.is_empty());
    assert_eq!(drawn(Rule::PairwiseBernoulli(1.0), within(100)), drawn(Rule::AllToAll, within(100)));
}

#[test]
fn a_list_keeps_the_way_back_to_its_pairs() {
    let pairs = [[2, 1], [0, 3], [2, 0], [0, 1], [2, 1]];
    let table = drawn(Rule::List(&pairs), sides(3, 4));
    assert_eq!(table.starts, [0, 2, 2, 5]);
    assert_eq!(table.targets, [1, 3, 0, 1, 1]);
    assert_eq!(table.pair, Some(vec![3, 1, 2, 0, 4]));
    assert_eq!(drawn(Rule::List(&[]), sides(3, 4)).starts, [0; 4]);
}

#[test]
fn populations_without_neurons_have_no_synapses() {
    for sides in [within(0), once(within(0)), sides(0, 5), sides(5, 0)] {
        for rule in [Rule::AllToAll, Rule::PairwiseBernoulli(0.5), Rule::FixedTotalNumber(0), Rule::List(&[])] {
            assert!(drawn(rule, sides).targets.is_empty(), "{rule:?} {sides:?}");
        }
    }
    assert!(drawn(Rule::FixedOutdegree(3), sides(0, 5)).targets.is_empty());
    assert!(drawn(Rule::FixedIndegree(3), sides(5, 0)).targets.is_empty());
}

#[test]
fn what_cannot_be_done_is_refused_with_the_numbers() {
    let check = |rule, sides, parts: &[&str]| {
        let problem = connect(rule, sides, 1, 0).unwrap_err();
        assert!(parts.iter().all(|part| problem.contains(part)), "{problem}");
    };
    check(Rule::FixedIndegree(11), once(sides(10, 20)), &["fixed_indegree", "11", "sources", "legal: 0 to 10"]);
    check(Rule::FixedIndegree(10), once(within(10)), &["10 of 9", "autapses and multapses", "legal: 0 to 9"]);
    check(Rule::FixedOutdegree(21), once(sides(10, 20)), &["fixed_outdegree", "21", "targets", "legal: 0 to 20"]);
    check(Rule::FixedOutdegree(1), sides(10, 0), &["1 of 0 targets", "legal: 0 to 0"]);
    check(Rule::FixedIndegree(1), within(1), &["1 of 0 sources", "autapses"]);
    check(Rule::FixedTotalNumber(91), once(within(10)), &["91 of 90 pairs", "legal: 0 to 90"]);
    check(Rule::FixedTotalNumber(1), within(1), &["1 of 0 pairs", "legal: 0 to 0"]);
    check(Rule::OneToOne, sides(3, 4), &["3 sources to 4 targets", "legal: equal numbers"]);
    check(Rule::OneToOne, within(3), &["one_to_one", "autapses"]);
    check(Rule::PairwiseBernoulli(1.5), sides(3, 4), &["1.5", "legal: 0 to 1"]);
    check(Rule::PairwiseBernoulli(f64::NAN), sides(3, 4), &["NaN", "legal: 0 to 1"]);
    check(Rule::List(&[[0, 0], [3, 1]]), sides(3, 4), &["pair 1", "[3, 1]", "sources below 3, targets below 4"]);
    check(Rule::List(&[[0, 4]]), sides(3, 4), &["pair 0", "[0, 4]"]);
    check(Rule::List(&[[0, 1], [1, 1]]), within(3), &["pair 1", "neuron 1", "autapses"]);
    check(Rule::List(&[[0, 1], [1, 1], [0, 1]]), once(sides(3, 4)), &["pairs 0 and 2", "[0, 1]", "multapses"]);
    check(Rule::AllToAll, sides(9_000_000, 9_000_000), &["81000000000000 synapses", "memory"]);
    check(Rule::FixedTotalNumber(1 << 50), sides(10, 10), &["1125899906842624 synapses", "memory"]);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let pairs: Vec<[u32; 2]> = (0..50_000u32).map(|i| [i * 7 % 400, i * 31 % 300]).collect();
    let sides = [sides(400, 300), within(300), once(within(300))];
    let all = || {
        let rules = [
            Rule::PairwiseBernoulli(0.3),
            Rule::FixedIndegree(150),
            Rule::FixedOutdegree(200),
            Rule::FixedTotalNumber(60_000),
        ];
        let mut tables: Vec<Csr> =
            sides.iter().flat_map(|&sides| rules.map(|rule| connect(rule, sides, 9, 1).unwrap())).collect();
        tables.push(connect(Rule::List(&pairs), sides[0], 9, 1).unwrap());
        tables.push(connect(Rule::FixedTotalNumber(3_000_000), sides[0], 9, 1).unwrap());
        tables
    };
    let with = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(all);
    assert!(with(1) == with(4));
}

/// Large enough for several stretches of rows per thread in the transposition.
#[test]
fn a_large_table_is_transposed_completely() {
    let sides = once(within(5000));
    let draw = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| drawn(Rule::FixedIndegree(1000), sides))
    };
    let table = draw(1);
    assert!(indegrees(&table, 5000).iter().all(|&degree| degree == 1000));
    assert!(draw(4) == table);
}

#[test]
fn seeds_and_projections_draw_differently() {
    let table = |seed, projection| connect(Rule::FixedIndegree(10), sides(50, 50), seed, projection).unwrap();
    assert_eq!(table(1, 0), table(1, 0));
    assert_ne!(table(1, 0), table(2, 0));
    assert_ne!(table(1, 0), table(1, 1));
}

#[test]
fn few_pairs_of_few_fall_anywhere() {
    // Two of the four pairs of two neurons with two: in four of six ways each source gets one.
    let lengths = |seed| {
        let table = connect(Rule::FixedTotalNumber(2), once(sides(2, 2)), seed, 0).unwrap();
        [table.row(0).len(), table.row(1).len()]
    };
    let mut seen = [0.0f64; 3];
    (0..6000).for_each(|seed| seen[lengths(seed)[0]] += 1.0);
    // Four standard deviations.
    for (seen, expected, error) in [(seen[0], 1000.0, 116.0), (seen[1], 4000.0, 147.0), (seen[2], 1000.0, 116.0)] {
        assert!((seen - expected).abs() < error, "{seen}, expected {expected}");
    }
}
