//! The random words of a row, many at once: the same as [`Words`] gives one by one.

use crate::number::Arch;
use crate::random::Words;

/// Blocks of words made side by side.
const LANES: usize = 16;

/// The first words, in order.
pub(super) fn fill(words: Words, into: &mut [u32]) {
    Arch::new().dispatch(
        #[inline(always)]
        || fill_here(words, into),
    );
}

/// The words of these numbers.
pub(super) fn pick(words: Words, numbers: &[u32], into: &mut [u32]) {
    Arch::new().dispatch(
        #[inline(always)]
        || pick_here(words, numbers, into),
    );
}

/// The words of pairs of a number with others, the same for both directions: of the lower one's row that of the higher one's number.
pub(super) fn mirrored(words: Words, one: u32, others: &[u32], into: &mut [u32]) {
    Arch::new().dispatch(
        #[inline(always)]
        || mirrored_here(words, one, others, into),
    );
}

#[inline(always)]
#[expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "four words of each of a few lanes"
)]
fn fill_here(words: Words, into: &mut [u32]) {
    let mut blocks: [u32; LANES] = std::array::from_fn(|lane| lane as u32);
    for into in into.chunks_mut(4 * LANES) {
        let made = words.blocks(blocks);
        let mut all = [0; 4 * LANES];
        for lane in 0..LANES {
            for word in 0..4 {
                all[4 * lane + word] = made[word][lane];
            }
        }
        into.copy_from_slice(&all[..into.len()]);
        for block in &mut blocks {
            *block = block.wrapping_add(LANES as u32);
        }
    }
}

#[inline(always)]
fn pick_here(words: Words, numbers: &[u32], into: &mut [u32]) {
    let others = numbers.windows(2).filter(|two| two[0] >> 2 != two[1] >> 2).count();
    if others < numbers.len() / 2 {
        return pick_of_shared(words, numbers, into);
    }
    for (numbers, into) in numbers.chunks(LANES).zip(into.chunks_mut(LANES)) {
        let mut blocks = [0; LANES];
        blocks.iter_mut().zip(numbers).for_each(|(block, number)| *block = number >> 2);
        let made = words.blocks(blocks);
        for (lane, (into, number)) in into.iter_mut().zip(numbers).enumerate() {
            *into = made[(number & 3) as usize][lane];
        }
    }
}

/// The same, where several numbers one after the other lie in a block, which is then made once.
#[inline(always)]
#[expect(clippy::arithmetic_side_effects, reason = "places of numbers, and few lanes")]
fn pick_of_shared(words: Words, numbers: &[u32], into: &mut [u32]) {
    let mut done = 0;
    while let Some(first) = numbers.get(done) {
        let (mut blocks, mut last, mut end) = ([first >> 2; LANES], 0, done);
        while let Some(number) = numbers.get(end) {
            if blocks[last] != number >> 2 {
                if last == LANES - 1 {
                    break;
                }
                last += 1;
                blocks[last] = number >> 2;
            }
            end += 1;
        }
        let (made, mut lane) = (words.blocks(blocks), 0);
        for (into, number) in into[done..end].iter_mut().zip(&numbers[done..end]) {
            lane += usize::from(blocks[lane] != number >> 2);
            *into = made[(number & 3) as usize][lane];
        }
        done = end;
    }
}

#[inline(always)]
fn mirrored_here(words: Words, one: u32, others: &[u32], into: &mut [u32]) {
    for (others, into) in others.chunks(LANES).zip(into.chunks_mut(LANES)) {
        let (mut rows, mut blocks) = ([0; LANES], [0; LANES]);
        for (lane, &other) in others.iter().enumerate() {
            (rows[lane], blocks[lane]) = (one.min(other), one.max(other) >> 2);
        }
        let made = words.blocks_of_rows(rows, blocks);
        for (lane, (into, &other)) in into.iter_mut().zip(others).enumerate() {
            *into = made[(one.max(other) & 3) as usize][lane];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Purpose;

    #[test]
    fn many_words_are_those_of_one_by_one() {
        let (seed, purpose, index, row) = (0x1234_5678_9abc_def0, Purpose::Delays, 77, 5 | 9 << 32);
        let of = Words::new(seed, purpose, index, row);
        for length in [0, 1, 3, 4, 15, 63, 64, 65, 200] {
            let (mut many, mut single) = (vec![0; length], vec![0; length]);
            fill(of, &mut many);
            of.fill(&mut single);
            assert_eq!(many, single);
            let one = |number: &u32| of.block(number >> 2)[*number as usize & 3];
            // Of a block or two, of each block several, and each of its own.
            let laid: [fn(u32) -> u32; 4] =
                [|at| 3 + at / 40, |at| 5 + at, |at| 7 + at / 3 * 4, |at| at.wrapping_mul(0x3456_7891)];
            for number in laid {
                let numbers: Vec<u32> = (0..length as u32).map(number).collect();
                pick(of, &numbers, &mut many);
                assert_eq!(many, numbers.iter().map(one).collect::<Vec<_>>());
            }
            let numbers: Vec<u32> = (0..length as u32).map(laid[3]).collect();
            mirrored(Words::new(seed, purpose, index, 1000), 1000, &numbers, &mut many);
            let one = |number: &u32| {
                let of = Words::new(seed, purpose, index, 1000.min(*number).into());
                let high = 1000.max(*number);
                of.block(high >> 2)[high as usize & 3]
            };
            assert_eq!(many, numbers.iter().map(one).collect::<Vec<_>>());
        }
    }
}
