//! The table of self-tests: adding one takes one entry. What networks and cells stand on by default is in it, and what
//! they can do without is marked so.
//!
//! What a kernel must find is computed here in plain Rust, from the arithmetic of whole numbers and of IEEE 754.

use super::{Case, Feature, IMMEDIATES, Need, SALT, immediates};

const DOCTOR: &[&str] =
    &[include_str!("../../../shaders/lib/philox.wgsl"), include_str!("../../../shaders/kernels/doctor.wgsl")];

/// In a module of its own: a device without subgroups refuses it as a whole.
const SUBGROUPS: &[&str] = &[
    include_str!("../../../shaders/kernels/first_lane.wgsl"),
    include_str!("../../../shaders/kernels/doctor_subgroups.wgsl"),
];

type Verdict = Result<String, String>;

/// All self-tests, in the order in which they run.
pub(super) const ALL: &[Case] = &[
    Case {
        name: "immediates",
        need: Need::Required,
        text: DOCTOR,
        entry: "immediates",
        given: || vec![0],
        found: 32 * IMMEDIATES,
        workgroups: [1, 1, 1],
        steps: 32,
        judge: |_, found| same(found, (0..32).flat_map(immediates), "words of immediate data"),
    },
    Case {
        name: "order",
        need: Need::Required,
        text: DOCTOR,
        entry: "order",
        given: || vec![0],
        found: 2 * ORDERED as usize,
        workgroups: [ORDERED / 64, 1, 1],
        steps: 100,
        judge: order,
    },
    Case {
        name: "long_loops",
        need: Need::Required,
        text: DOCTOR,
        entry: "long_loops",
        given: || std::iter::once(ITERATIONS).chain((0..128).map(|i| i * 0x9e37_79b9 + 1)).collect(),
        found: 256,
        workgroups: [2, 1, 1],
        steps: 1,
        judge: long_loops,
    },
    Case {
        name: "atomics",
        need: Need::Required,
        text: DOCTOR,
        entry: "atomics",
        given: || vec![0],
        found: COUNTED as usize + 8,
        workgroups: [COUNTED / 256, 1, 1],
        steps: 3,
        judge: atomics,
    },
    Case {
        name: "barriers",
        need: Need::Optional(Feature::WorkgroupMemory),
        text: DOCTOR,
        entry: "barriers",
        given: || [vec![256], words(1024)].concat(),
        found: 1024,
        workgroups: [2, 1, 2],
        steps: 1,
        judge: barriers,
    },
    Case {
        name: "rounds",
        need: Need::Optional(Feature::WorkgroupMemory),
        text: DOCTOR,
        entry: "rounds",
        given: || [vec![ROUNDS, 15], words(256)].concat(),
        found: 1024,
        workgroups: [2, 1, 1],
        steps: 1,
        judge: rounds,
    },
    Case {
        name: "subgroups",
        need: Need::Optional(Feature::Subgroups),
        text: SUBGROUPS,
        entry: "subgroups",
        given: sparse_words,
        found: 3 * SPOKEN as usize,
        workgroups: [SPOKEN / 256, 1, 1],
        steps: 1,
        judge: subgroups,
    },
    Case {
        name: "products",
        need: Need::Required,
        text: DOCTOR,
        entry: "products",
        given: || [words(252), vec![u32::MAX, u32::MAX, u32::MAX, 1]].concat(),
        found: 256,
        workgroups: [2, 1, 1],
        steps: 1,
        judge: products,
    },
    Case {
        name: "nan_bits",
        need: Need::Required,
        text: DOCTOR,
        entry: "nan_bits",
        given: || vec![0, 0x7f80_0000, 0x7f80_0001, 0x7fc0_0000, 0xff80_0000, 0xffff_ffff, 0x8000_0000, 0x3f80_0000],
        found: 8,
        workgroups: [1, 1, 1],
        steps: 1,
        judge: |_, found| same(found, [0, 0, 1, 1, 0, 1, 0, 0].into_iter(), "bit patterns"),
    },
    Case {
        name: "philox",
        need: Need::Required,
        text: DOCTOR,
        entry: "philox",
        given: || PHILOX.iter().flat_map(|(counter, key, _)| counter.iter().chain(key)).copied().collect(),
        found: 4 * PHILOX.len(),
        workgroups: [1, 1, 1],
        steps: 1,
        judge: |_, found| same(found, PHILOX.iter().flat_map(|(_, _, words)| *words), "random words"),
    },
    Case {
        name: "arithmetic",
        need: Need::Informs,
        text: DOCTOR,
        entry: "arithmetic",
        given: positive_pairs,
        found: 6 * 256,
        workgroups: [4, 1, 1],
        steps: 1,
        judge: arithmetic,
    },
    Case {
        name: "small_numbers",
        need: Need::Informs,
        text: DOCTOR,
        entry: "small_numbers",
        given: || vec![1, 0x0000_ffff, 0x007f_ffff, 0x8000_0001],
        found: 8,
        workgroups: [1, 1, 1],
        steps: 1,
        judge: small_numbers,
    },
];

/// Of each of two loops: more than the 65,535 that a broken driver has for both together.
const ITERATIONS: u32 = 70_000;
const COUNTED: u32 = 64 * 256;
const ORDERED: u32 = 256;
const SPOKEN: u32 = 1024;

/// Counter, key and what Philox4x32-10 makes of them: the known answers in `kat_vectors` of Random123.
const PHILOX: [([u32; 4], [u32; 2], [u32; 4]); 3] = [
    ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
    ([u32::MAX; 4], [u32::MAX; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
    (
        [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
        [0xa409_3822, 0x299f_31d0],
        [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
    ),
];

/// Words without a pattern (SplitMix-like), always the same.
fn words(count: u32) -> Vec<u32> {
    (1..=count)
        .map(|i| {
            let x = u64::from(i).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            ((x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 32) as u32
        })
        .collect()
}

fn same(found: &[u32], expected: impl Iterator<Item = u32>, unit: &str) -> Verdict {
    for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
        if *found != expected {
            return Err(format!("of {unit}, number {i} gave {found:#010x} instead of {expected:#010x}"));
        }
    }
    Ok(format!("{} {unit} are right", found.len()))
}

fn order(_: &[u32], found: &[u32]) -> Verdict {
    let mut now = vec![0u32; ORDERED as usize];
    for step in 0..100 {
        let next = |i: u32| now[((i + 1) % ORDERED) as usize].wrapping_mul(3).wrapping_add(step + i);
        now = (0..ORDERED).map(next).collect();
    }
    // An even number of dispatches ends in the first half.
    same(&found[..ORDERED as usize], now.into_iter(), "results of 100 dependent dispatches")
}

fn long_loops(given: &[u32], found: &[u32]) -> Verdict {
    let expected = given[1..].iter().flat_map(|&start| {
        let linear = (0..ITERATIONS).fold(start, |x, _| x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
        let shifted = (0..ITERATIONS).fold(linear, |mut x, _| {
            x ^= x << 13;
            x ^= x >> 17;
            x ^ x << 5
        });
        [linear, shifted]
    });
    same(found, expected, "results of loops of 70,000 iterations")
}

fn atomics(_: &[u32], found: &[u32]) -> Verdict {
    let (places, counts) = found.split_at(COUNTED as usize);
    let sum = (0..COUNTED).fold(0u32, |sum, i| sum.wrapping_add(i.wrapping_mul(i + SALT)));
    let below = (0..COUNTED).fold(0u32, |sum, i| sum.wrapping_sub(i));
    let thirds = |first: u32| (first..first + 32).filter(|i| i % 3 == 0).fold(0, |word, i| word | 1 << (i - first));
    // Counters, bits, signed sums; and the sums after they were set to 0, with 7 more to tell from what was never written.
    same(counts, [COUNTED, sum, thirds(0), thirds(32), sum, below, 7, 7].into_iter(), "counters")?;
    let mut sorted = places.to_vec();
    sorted.sort_unstable();
    same(&sorted, 0..COUNTED, "numbers taken from a counter")
}

fn barriers(given: &[u32], found: &[u32]) -> Verdict {
    let expected = given[1..].chunks(256).flat_map(|group| {
        group.iter().scan(0u32, |sum, x| {
            *sum = sum.wrapping_add(*x);
            let multiple = |factor: u32| sum.wrapping_mul(factor);
            Some(*sum ^ multiple(3).rotate_left(8) ^ multiple(5).rotate_left(16) ^ multiple(7).rotate_left(24))
        })
    });
    same(found, expected, "running sums over a workgroup")
}

/// An even number: the last is left where the first began, and the one before it behind.
const ROUNDS: u32 = 10;

fn rounds(given: &[u32], found: &[u32]) -> Verdict {
    // A word times 3 and times 14.
    let held = |here: usize| given[2 + here].wrapping_mul(17);
    let (mut before, mut now) = (Vec::new(), (0..256).collect::<Vec<u32>>());
    for round in 0..ROUNDS {
        let next = |here: usize| now[(here + 255) % 256].wrapping_mul(3).wrapping_add(held(here)).wrapping_add(round);
        (before, now) = (now.clone(), (0..256).map(next).collect());
    }
    let group = [now, before].concat();
    same(found, group.iter().chain(&group).copied(), "numbers of rounds in storage")
}

/// A few bits in most words, and an end within a workgroup.
fn sparse_words() -> Vec<u32> {
    let sparse = |word: u32| word & word.rotate_left(5) & word.rotate_left(11);
    words(SPOKEN - 24).into_iter().map(sparse).collect()
}

fn subgroups(given: &[u32], found: &[u32]) -> Verdict {
    let column = |column: usize| found.iter().copied().skip(column).step_by(3).collect::<Vec<_>>();
    // A place that no invocation took has 0 lanes.
    let sizes = column(0);
    let mut heard = Vec::new();
    let mut broadcast = Vec::new();
    for group in (0..SPOKEN).step_by(256) {
        let lanes = sizes[group as usize];
        if !lanes.is_power_of_two() || lanes > 128 {
            return Err(format!("invocation {group} found itself in a subgroup of {lanes}"));
        }
        same(&sizes[group as usize..][..256], std::iter::repeat_n(lanes, 256), "invocations' subgroups")?;
        for first in (group..group + 256).step_by(lanes as usize) {
            let speakers = (first..first + lanes).filter_map(|who| Some((who, *given.get(who as usize)?)));
            let spoken = speakers
                .flat_map(|(who, word)| (0..32).filter(move |bit| word >> bit & 1 == 1).map(move |bit| (who, bit)));
            let all = spoken.fold(0u32, |sum, (who, bit)| sum.wrapping_mul(33).wrapping_add(32 * who + bit + 1));
            heard.extend(std::iter::repeat_n(all, lanes as usize));
            let known = [0, 1, 2, 3, 7, 15, 31, 63].into_iter().filter(|lane| *lane < lanes);
            let numbers = known.map(|lane| ((first + lane) as f32).to_bits());
            let all = numbers.fold(0u32, |sum, number| sum.wrapping_mul(33).wrapping_add(number));
            broadcast.extend(std::iter::repeat_n(all, lanes as usize));
        }
    }
    same(&column(1), heard.into_iter(), "invocations' sums by ballot and shuffle")?;
    same(&column(2), broadcast.into_iter(), "invocations' sums by broadcast")?;
    Ok(format!("ids, ballot, shuffle and broadcast are right in subgroups of {}", sizes[0]))
}

fn products(given: &[u32], found: &[u32]) -> Verdict {
    let expected = given.chunks_exact(2).flat_map(|pair| {
        let product = u64::from(pair[0]) * u64::from(pair[1]);
        [product as u32, (product >> 32) as u32]
    });
    same(found, expected, "halves of products")
}

/// 256 pairs of positive numbers between 2⁻³¹ and 2³².
fn positive_pairs() -> Vec<u32> {
    words(512).into_iter().map(|word| (word & 0x1fff_ffff) + 0x3000_0000).collect()
}

fn arithmetic(given: &[u32], found: &[u32]) -> Verdict {
    const NAMES: [&str; 4] = ["+", "×", "/", "sqrt"];
    let mut worst = [0u32; NAMES.len()];
    // WGSL leaves both to the driver: whether `fma` rounds once, and whether a·b+a rounds twice.
    let (mut fused, mut contracted) = (true, false);
    for (pair, results) in given.chunks_exact(2).zip(found.chunks_exact(6)) {
        let (a, b) = (f32::from_bits(pair[0]), f32::from_bits(pair[1]));
        for ((worst, exact), result) in worst.iter_mut().zip([a + b, a * b, a / b, a.sqrt()]).zip(results) {
            *worst = (*worst).max(exact.to_bits().abs_diff(*result));
        }
        fused &= results[4] == a.mul_add(b, a).to_bits();
        contracted |= results[5] != (a * b + a).to_bits();
    }
    let said: Vec<_> = NAMES.iter().zip(worst).map(|(name, ulp)| format!("{name} {ulp}")).collect();
    let not = |is: bool| if is { "" } else { "not " };
    let detail = format!(
        "largest error in ulp: {}; fma is {}fused, a·b+a is {}contracted",
        said.join(", "),
        not(fused),
        not(contracted)
    );
    if worst == [0; NAMES.len()] { Ok(detail) } else { Err(detail) }
}

fn small_numbers(given: &[u32], found: &[u32]) -> Verdict {
    let kept = |column: usize| given.iter().zip(found.chunks_exact(2)).all(|(x, results)| results[column] == *x);
    let said = |column| if kept(column) { "keeps" } else { "flushes" };
    let detail = format!("x + 0 {} and x · 1 {} subnormal numbers", said(0), said(1));
    if kept(0) && kept(1) { Ok(detail) } else { Err(detail) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_wrong_word_is_noticed() {
        let perturbed = [1, 2, 4];
        assert_eq!(same(&[1, 2, 3], 1..4, "words").unwrap(), "3 words are right");
        assert_eq!(
            same(&perturbed, 1..4, "words").unwrap_err(),
            "of words, number 2 gave 0x00000004 instead of 0x00000003"
        );
    }
}
