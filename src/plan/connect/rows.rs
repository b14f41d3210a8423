//! Rows of partners: drawn in parallel, each from its own stream, and turned from rows of sources into rows of targets.
//!
//! Knows nothing of rules: whether a request can be met has been checked before. No more than twice the finished table
//! is held at any time.

use crate::memory::needs;
use crate::random::{Purpose, Stream};
use rayon::prelude::*;
use std::ops::Range;

/// [synapses] of one job: enough to outweigh its start, few enough to keep all threads busy until the end.
const JOB: usize = 1 << 14;

/// [rows] and [synapses] of which one must be reached by what is written at random at a time: each row grows in a page of
/// its own, or they lie in 1024 pages together, and as many pages a processor's address cache still holds.
const REACH: (usize, usize) = (1 << 10, 1 << 20);

/// How rows are drawn.
#[derive(Debug, Clone, Copy)]
pub struct Rows {
    pub seed: u64,
    pub projection: u32,
    /// Row i never holds i.
    pub skip_self: bool,
    /// A row may hold the same neuron twice.
    pub multapses: bool,
}

/// One mark per neuron; all unset between rows.
#[derive(Default)]
struct Marks(Vec<u64>);

impl Marks {
    /// Sets a mark; was it unset?
    fn set(&mut self, neuron: u32) -> bool {
        // It shifts by the neuron modulo 64.
        let (word, bit) = (&mut self.0[neuron as usize / 64], 1u64.wrapping_shl(neuron));
        let unset = *word & bit == 0;
        *word |= bit;
        unset
    }

    /// Unsets all marks, and writes the neurons below `n` that had one, or had none, in ascending order.
    fn take(&mut self, n: u32, marked: bool, into: &mut [u32]) {
        let mut places = into.iter_mut();
        for (first, word) in (0..n).step_by(64).zip(&mut self.0) {
            let mut bits = if marked { *word } else { !*word };
            *word = 0;
            while bits != 0 {
                // Bits past the n-th neuron come last, when no place is left.
                let Some(place) = places.next() else { break };
                *place = first | bits.trailing_zeros();
                bits &= bits.wrapping_sub(1);
            }
        }
    }
}

impl Rows {
    /// How many of `n` neurons a row may hold.
    fn partners(self, n: u32) -> u32 {
        n.saturating_sub(u32::from(self.skip_self))
    }

    /// Rows of neurons below `n`, in ascending order; row i is `starts[i]..starts[i + 1]` of the result.
    pub fn draw(self, starts: &[usize], n: u32) -> Result<Vec<u32>, String> {
        let mut neurons = table(end(starts))?;
        jobs(starts, JOB, &mut neurons).into_par_iter().for_each_init(Marks::default, |marks, (rows, neurons)| {
            for (row, into) in each_row(starts, rows, neurons) {
                self.draw_row(row, n, marks, into);
            }
        });
        Ok(neurons)
    }

    fn draw_row(self, row: usize, n: u32, marks: &mut Marks, into: &mut [u32]) {
        // The row's own neuron is never drawn: the others close ranks, and move up again afterwards.
        let partners = self.partners(n);
        let mut stream = Stream::new(self.seed, Purpose::Partners, self.projection, row as u64);
        if self.multapses {
            into.iter_mut().for_each(|neuron| *neuron = stream.below(partners));
            into.sort_unstable();
        } else if into.len() == partners as usize {
            into.iter_mut().zip(0..).for_each(|(neuron, index)| *neuron = index);
        } else {
            distinct(partners, &mut stream, marks, into);
        }
        if self.skip_self {
            into.iter_mut().for_each(|neuron| *neuron = past(*neuron, row));
        }
    }

    /// Where rows start, and their neurons, if each of `n` neurons is in each of `rows` rows with probability `p`.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "estimates that are not negative, and the largest number where they are too large"
    )]
    pub fn bernoulli(self, p: f64, rows: u32, n: u32) -> Result<(Vec<usize>, Vec<u32>), String> {
        let partners = self.partners(n);
        let expected = p * f64::from(partners);
        probe((expected * f64::from(rows)) as u64)?;
        let rows_per_job = (JOB as f64 / expected.max(1.0)).ceil() as usize;
        let drawn: Vec<(Vec<usize>, Vec<u32>)> = (0..rows)
            .into_par_iter()
            .step_by(rows_per_job)
            .map(|first| {
                let rows = (first..rows).take(rows_per_job);
                let mean = expected * rows.len() as f64;
                let mut neurons = Vec::with_capacity((mean + 5.0 * mean.sqrt()).ceil() as usize);
                let lengths = rows.map(|row| self.bernoulli_row(row, p, partners, &mut neurons)).collect();
                (lengths, neurons)
            })
            .collect();
        let starts = starts_of(drawn.iter().flat_map(|(lengths, _)| lengths.iter().copied()));
        let mut neurons = table(end(&starts))?;
        let mut rest = neurons.as_mut_slice();
        let mut copies = Vec::with_capacity(drawn.len());
        for (_, from) in drawn {
            let (into, others) = rest.split_at_mut(from.len());
            copies.push((into, from));
            rest = others;
        }
        copies.into_par_iter().for_each(|(into, from)| into.copy_from_slice(&from));
        Ok((starts, neurons))
    }

    /// Appends one row, skipping from success to success; returns its length.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "failures are not negative, and too many of them end the row"
    )]
    fn bernoulli_row(self, row: u32, p: f64, partners: u32, neurons: &mut Vec<u32>) -> usize {
        let mut stream = Stream::new(self.seed, Purpose::Partners, self.projection, u64::from(row));
        let before = neurons.len();
        // The failures before a success are geometric. p = 0 gives a scale of −∞, and p = 1 one of −0.
        let scale = 1.0 / (-p).ln_1p();
        let mut next = 0u64;
        loop {
            next = next.saturating_add((stream.open_unit().ln() * scale) as u64);
            let Some(neuron) = u32::try_from(next).ok().filter(|&neuron| neuron < partners) else {
                return neurons[before..].len();
            };
            neurons.push(if self.skip_self { past(neuron, row as usize) } else { neuron });
            next = next.saturating_add(1);
        }
    }
}

/// The number among all of a neuron that has this one among all but `own`.
fn past(neuron: u32, own: usize) -> u32 {
    neuron.saturating_add(u32::from(neuron as usize >= own))
}

/// Fills a row with different neurons below `n`, all sets of them equally likely, in ascending order.
fn distinct(n: u32, stream: &mut Stream, marks: &mut Marks, into: &mut [u32]) {
    if marks.0.len() < n.div_ceil(64) as usize {
        marks.0.resize(n.div_ceil(64) as usize, 0);
    }
    // Of a row that holds more than half, draw those that it does not hold: then few draws hit a marked neuron.
    let complement = into.len() > n as usize / 2;
    let wanted = if complement { (n as usize).saturating_sub(into.len()) } else { into.len() };
    let mut draw = || loop {
        let neuron = stream.below(n);
        if marks.set(neuron) {
            break neuron;
        }
    };
    if complement || wanted >= n as usize / 1024 {
        (0..wanted).for_each(|_| _ = draw());
        marks.take(n, !complement, into);
    } else {
        // So few that sorting them is faster than going through all marks.
        into.iter_mut().for_each(|neuron| *neuron = draw());
        into.iter().for_each(|&neuron| marks.0[neuron as usize / 64] = 0);
        into.sort_unstable();
    }
}

/// The lengths of rows that `number` synapses fall into, each row as likely as any other.
#[expect(clippy::arithmetic_side_effects, reason = "nothing is counted beyond `number`")]
pub fn multinomial(number: u64, rows: u32, seed: u64, projection: u32) -> Vec<usize> {
    const DRAWS: u64 = 1 << 20;
    let none = || vec![0; rows as usize];
    (0..number.div_ceil(DRAWS))
        .into_par_iter()
        .fold(none, |mut lengths, part| {
            let mut stream = Stream::new(seed, Purpose::RowLengths, projection, part);
            (0..DRAWS.min(number - part * DRAWS)).for_each(|_| lengths[stream.below(rows) as usize] += 1);
            lengths
        })
        .reduce(none, add)
}

/// The lengths of rows that `number` different cells of a matrix of `rows` times `columns` fall into, all sets of
/// cells being equally likely.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "two u32 have their product in a u64, and no row more than `columns`"
)]
pub fn hypergeometric(number: u64, rows: u32, columns: u32, stream: &mut Stream) -> Vec<usize> {
    let cells = u64::from(rows) * u64::from(columns);
    let complement = number > cells / 2;
    let mut lengths = vec![0u32; rows as usize];
    for _ in 0..if complement { cells - number } else { number } {
        // A row is taken with a probability in proportion to its free cells.
        let row = loop {
            let row = stream.below(rows) as usize;
            if stream.below(columns) >= lengths[row] {
                break row;
            }
        };
        lengths[row] += 1;
    }
    lengths.into_iter().map(|length| if complement { columns - length } else { length } as usize).collect()
}

/// Where rows of these lengths start, and where the last one ends. (What is longer than all memory has no table.)
pub fn starts_of(lengths: impl IntoIterator<Item = usize>) -> Vec<usize> {
    let mut end = 0usize;
    std::iter::once(0)
        .chain(lengths.into_iter().map(|length| {
            end = end.saturating_add(length);
            end
        }))
        .collect()
}

/// Where rows of one length start, and where the last one ends.
pub fn starts_of_equal(rows: u32, length: u32) -> Vec<usize> {
    (0..=rows as usize).map(|row| row.saturating_mul(length as usize)).collect()
}

/// Where the last row ends.
fn end(starts: &[usize]) -> usize {
    starts.last().copied().unwrap_or(0)
}

/// Some rows, each with its part of `table`, which is that of all of them.
fn each_row<'t>(
    starts: &[usize],
    rows: Range<usize>,
    table: &'t mut [u32],
) -> impl Iterator<Item = (usize, &'t mut [u32])> {
    let mut rest = table;
    let ends = starts[rows.start..=rows.end].windows(2);
    rows.zip(ends).map(move |(row, ends)| {
        let (mine, others) = std::mem::take(&mut rest).split_at_mut(ends[1].saturating_sub(ends[0]));
        rest = others;
        (row, mine)
    })
}

/// From rows of `k` sources per target to rows of targets per source: where they start, and their targets.
/// Within a row the targets ascend, as they are met in that order.
#[expect(clippy::arithmetic_side_effects, reason = "numbers of rows and of synapses that are in memory")]
pub fn transpose(sources: &[u32], k: usize, n_pre: u32) -> Result<(Vec<usize>, Vec<u32>), String> {
    let none = || vec![0; n_pre as usize];
    let lengths = sources
        .par_chunks(1 << 20)
        .fold(none, |mut lengths, part| {
            part.iter().for_each(|&source| lengths[source as usize] += 1);
            lengths
        })
        .reduce(none, add);
    let starts = starts_of(lengths);
    let mut targets = table(sources.len())?;
    // Each job owns some sources, and picks them from the row of every target, where they stand together.
    let size = sources.len().div_ceil(4 * rayon::current_num_threads());
    jobs(&starts, size, &mut targets).into_par_iter().for_each(|(rows, mut targets)| {
        let mut next: Vec<u32> = sources.chunks_exact(k.max(1)).map(|sources| below(sources, rows.start)).collect();
        let mut first = rows.start;
        while first < rows.end {
            let by_synapses = starts[..=rows.end].partition_point(|&end| end <= starts[first] + REACH.1) - 1;
            let last = by_synapses.max(first + REACH.0).min(rows.end);
            let (into, rest) = targets.split_at_mut(starts[last] - starts[first]);
            collect_targets(sources, k, &mut next, &starts[first..=last], first, into);
            targets = rest;
            first = last;
        }
    });
    Ok((starts, targets))
}

/// How many of a target's sources lie below one.
#[expect(clippy::cast_possible_truncation, reason = "a target has u32 sources at most")]
fn below(sources: &[u32], first: usize) -> u32 {
    sources.partition_point(|&source| (source as usize) < first) as u32
}

/// Fills the rows of the sources from `first` on, whose `starts` these are. `next` is where they begin in the sources of
/// each target, and where they end afterwards.
#[expect(clippy::arithmetic_side_effects, reason = "positions in tables, which are sorted")]
fn collect_targets(sources: &[u32], k: usize, next: &mut [u32], starts: &[usize], first: usize, into: &mut [u32]) {
    let end = first + starts.len() - 1;
    let mut ends: Vec<usize> = starts.iter().map(|start| start - starts[0]).collect();
    for ((target, sources), next) in (0..).zip(sources.chunks_exact(k.max(1))).zip(next) {
        for &source in sources[*next as usize..].iter().take_while(|&&source| (source as usize) < end) {
            let end = &mut ends[source as usize - first];
            into[*end] = target;
            *end += 1;
            *next += 1;
        }
    }
}

/// Where the pairs of each source start, and the pairs by source, target and order.
#[expect(clippy::arithmetic_side_effects, reason = "positions in tables")]
pub fn group(pairs: &[[u32; 2]], n_pre: u32) -> (Vec<usize>, Vec<u32>) {
    let mut lengths = vec![0; n_pre as usize];
    pairs.iter().for_each(|pair| lengths[pair[0] as usize] += 1);
    let starts = starts_of(lengths);
    let mut ends = starts.clone();
    let mut order = vec![0; pairs.len()];
    for (at, pair) in (0..).zip(pairs) {
        let end = &mut ends[pair[0] as usize];
        order[*end] = at;
        *end += 1;
    }
    jobs(&starts, JOB, &mut order).into_par_iter().for_each_init(Vec::new, |keys, (rows, order)| {
        for (_, row) in each_row(&starts, rows, order) {
            keys.clear();
            keys.extend(row.iter().map(|&at| (pairs[at as usize][1], at)));
            keys.sort_unstable();
            row.iter_mut().zip(&*keys).for_each(|(at, &(_, key))| *at = key);
        }
    });
    (starts, order)
}

/// Cuts a table into runs of whole rows of at least `size` synapses each.
fn jobs<'t>(starts: &[usize], size: usize, mut table: &'t mut [u32]) -> Vec<(Range<usize>, &'t mut [u32])> {
    let rows = starts.len().saturating_sub(1);
    let mut jobs = Vec::new();
    let mut first = 0;
    for end in 1..=rows {
        let length = starts[end].saturating_sub(starts[first]);
        if length >= size || end == rows {
            let (mine, rest) = table.split_at_mut(length);
            jobs.push((first..end, mine));
            table = rest;
            first = end;
        }
    }
    jobs
}

#[expect(clippy::arithmetic_side_effects, reason = "together they count what is in one table")]
fn add(mut sum: Vec<usize>, other: Vec<usize>) -> Vec<usize> {
    sum.iter_mut().zip(other).for_each(|(sum, other)| *sum += other);
    sum
}

/// A table of zeros, or why there is no room for it.
fn table(synapses: usize) -> Result<Vec<u32>, String> {
    probe(synapses as u64)?;
    Ok(vec![0; synapses])
}

/// Has the host room for a table?
pub fn probe(synapses: u64) -> Result<(), String> {
    probe_bytes(synapses, 4, "synapses")
}

/// The same for the starts of rows.
pub fn probe_starts(rows: u32) -> Result<(), String> {
    probe_bytes(u64::from(rows), 8, "rows of synapses")
}

fn probe_bytes(number: u64, size: u64, what: &str) -> Result<(), String> {
    let hint = "fewer neurons or synapses";
    needs(number.saturating_mul(size), &format!("a table of {number} {what}"), hint).map_err(|error| error.to_string())
}
