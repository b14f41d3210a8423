//! Which partners a seed has must never change: wirings as they were drawn when these hashes were written down.

use super::*;
use crate::hash;
use crate::rows::drawing::{Drawing, keep_partners};
use crate::rows::partners::{Partners, Row};

/// The start of the hash of all pairs, in the order of the draws.
fn hash_of(wiring: &Wiring) -> String {
    let words: Vec<u8> = pairs(wiring).iter().flatten().flat_map(|number| number.to_le_bytes()).collect();
    hash::of_bytes(&words)[..16].to_owned()
}

/// A grid of 24 by 20 neurons; the last index runs fastest.
fn grid() -> Arc<[Point]> {
    let place = |neuron: u32, count: u32| (f64::from(neuron) + 0.5) / f64::from(count) - 0.5;
    (0..480).map(|neuron| [2.0 * place(neuron / 20, 24), place(neuron % 20, 20), 0.0]).collect()
}

#[test]
fn a_seed_has_the_wiring_that_it_has_always_had() {
    const N: u32 = 480;
    let sheet = [2.0, 1.0, f64::INFINITY];
    let layouts = [
        ("grid", grid(), INFINITE),
        ("periodic grid", grid(), sheet),
        ("random", anywhere(N, [2.0, 1.0, 0.0], 5), sheet),
        ("ring", ring(N, 6.0), [6.0, f64::INFINITY, f64::INFINITY]),
    ];
    let gaussian = |sigma| (Some(Kernel::Gaussian(sigma)), None);
    let exponential = (Some(Kernel::Exponential(0.05)), Some(Mask::Circular(0.6)));
    let asked = [
        ("chance", Rule::PairwiseBernoulli(0.5), within(N), gaussian(0.1), false),
        ("mirrored chance", Rule::PairwiseBernoulli(0.5), within(N), exponential.clone(), true),
        ("sources", Rule::FixedIndegree(12), within(N), gaussian(0.2), false),
        ("sources once", Rule::FixedIndegree(6), once(within(N)), gaussian(0.05), false),
        ("targets", Rule::FixedOutdegree(12), within(N), exponential, false),
        ("targets once", Rule::FixedOutdegree(5), once(sides(N, N)), (Some(Kernel::Box(0.3)), None), false),
    ];
    let mut found = Vec::new();
    for (layout, points, period) in &layouts {
        for (what, rule, sides, law, symmetric) in asked.clone() {
            let space = Space::new([points.clone(), points.clone()], *period, law.clone(), None);
            let wiring = Wiring { symmetric, ..near(rule, sides, space) };
            found.push((*layout, what, hash_of(&wiring)));
        }
    }
    let found: Vec<_> = found.iter().map(|(layout, what, hash)| (*layout, *what, hash.as_str())).collect();
    assert_eq!(found, REALISED);
}

/// The pairs of a network's table.
fn of_table(wiring: &Wiring) -> Vec<[u32; 2]> {
    let n = wiring.sides.n_pre;
    let rows = crate::rows::tests::sorted(&built(std::slice::from_ref(wiring), crate::rows::tests::WHOLE), 0, n);
    (0..).zip(rows).flat_map(|(source, row)| row.into_iter().map(move |synapse| [source, synapse.inlet])).collect()
}

#[test]
fn rows_that_are_kept_are_those_that_are_drawn_each_time() {
    const N: u32 = 90;
    let points = anywhere(N, [2.0, 1.0, 0.0], 5);
    for rule in [Rule::PairwiseBernoulli(0.7), Rule::FixedIndegree(8), Rule::FixedOutdegree(8)] {
        let space = Space::new([points.clone(), points.clone()], INFINITE, (Some(Kernel::Gaussian(0.1)), None), None);
        let wiring = Arc::new(near(rule, within(N), space));
        let mut each_time = pairs(&wiring);
        each_time.sort_unstable();
        assert_eq!(of_table(&wiring), each_time);
        let drawing = || Drawing::new(wiring.clone(), 0).unwrap();
        let row = |drawing: &Drawing| {
            let mut row = Row::default();
            drawing.partners.draw(&wiring, 7, &mut row);
            (row.partners, row.numbers)
        };
        let mut drawings = [drawing()];
        keep_partners(&mut drawings, |_| false);
        let drawn = row(&drawings[0]);
        assert_eq!(kept(&drawings[0]), None);
        let asked = std::cell::Cell::new(0);
        keep_partners(&mut drawings, |bytes| {
            asked.set(bytes);
            true
        });
        // The entries of all, the partners of all, and where those of each row are.
        assert_eq!(asked.get(), 12 * drawings[0].expected() + 48 * u64::from(N));
        assert_eq!(kept(&drawings[0]), None);
        assert_eq!(row(&drawings[0]), drawn);
        assert_eq!(kept(&drawings[0]), Some(drawn.0.clone()));
        assert_eq!(row(&drawings[0]), drawn);
        // What is kept is not drawn again.
        let Partners::Near(neighbours) = &mut drawings[0].partners else { panic!("it is by distance") };
        neighbours.kept[7] = Box::<[u32]>::from([1, 2]).into();
        assert_eq!(row(&drawings[0]).0, [1, 2]);
    }
}

/// The row 7 that is kept of a projection.
fn kept(drawing: &Drawing) -> Option<Vec<u32>> {
    let Partners::Near(neighbours) = &drawing.partners else { panic!("it is by distance") };
    Some(neighbours.kept.get(7)?.get()?.to_vec())
}

#[test]
fn those_found_are_put_in_order_whichever_way_costs_less() {
    for (all, many) in [(1000, 300), (1000, 3), (100_000, 5), (100_000, 100)] {
        let numbers: Vec<u32> = (0..many).map(|at| (at * 7919 + 13) % all).collect();
        let squares = numbers.iter().map(|&number| f64::from(number) / 2.0).collect();
        let mut near = Near { numbers: numbers.clone(), squares, ..Near::default() };
        for _ in 0..2 {
            near.order(all as usize);
            let mut expected = numbers.clone();
            expected.sort_unstable();
            assert_eq!(near.squares, expected.iter().map(|&number| f64::from(number) / 2.0).collect::<Vec<_>>());
            assert_eq!(near.numbers, expected);
            near.numbers.reverse();
            near.squares.reverse();
        }
    }
}

const REALISED: [(&str, &str, &str); 24] = [
    ("grid", "chance", "5ac4637bed943d51"),
    ("grid", "mirrored chance", "4ea8683fffe747e7"),
    ("grid", "sources", "ef9ad00d0d95304a"),
    ("grid", "sources once", "b58da87fbd08baa8"),
    ("grid", "targets", "4f49db5bb0d6f172"),
    ("grid", "targets once", "1245086a05f53135"),
    ("periodic grid", "chance", "ebb6c793e0f19745"),
    ("periodic grid", "mirrored chance", "79a11580fe9e5d14"),
    ("periodic grid", "sources", "77f2efd4c42a7f2d"),
    ("periodic grid", "sources once", "08e6ecad7693ffc8"),
    ("periodic grid", "targets", "60066c051ff642eb"),
    ("periodic grid", "targets once", "72cc328e8eff5237"),
    ("random", "chance", "5b59d39478ee4588"),
    ("random", "mirrored chance", "f61da3055ebbfc34"),
    ("random", "sources", "9f53935a5b5d03b9"),
    ("random", "sources once", "24256c3ed57914e8"),
    ("random", "targets", "6fd54eae4bb73e9a"),
    ("random", "targets once", "093eab1bd0af8623"),
    ("ring", "chance", "a9da04b988765d6c"),
    ("ring", "mirrored chance", "0f2191f7ac428786"),
    ("ring", "sources", "df7bf6faed13c78d"),
    ("ring", "sources once", "9a14291d2ffea496"),
    ("ring", "targets", "db520efab05627a3"),
    ("ring", "targets once", "09ba2607a9037bd2"),
];
