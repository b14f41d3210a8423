//! A table made by hand, of synapses one by one.

use crate::rows::format::{Contents, EntrySize, Format};
use crate::rows::{Block, Strip, Table};

/// A synapse from `[population, neuron]` to an inlet.
pub(crate) struct Edge {
    pub from: [usize; 2],
    pub inlet: u32,
    pub delay: u32,
    pub weight: i32,
}

/// The table of these synapses, from populations of these sizes; those of one source to one block stay in their order.
pub(crate) fn table(blocks: Vec<Block>, sizes: &[u32], mut edges: Vec<Edge>) -> Table {
    edges.sort_by_key(|edge| edge.from);
    let mut table = Table {
        count: edges.len() as u64,
        block_bits: 31,
        max_delay: edges.iter().map(|edge| edge.delay).max().unwrap_or(1),
        min_delay: edges.iter().map(|edge| edge.delay).filter(|&delay| delay > 0).min().unwrap_or(u32::MAX),
        of_source: vec![vec![Vec::new(); sizes.len()]],
        ..Table::default()
    };
    for (index, block) in blocks.iter().enumerate() {
        for (source, &rows) in sizes.iter().enumerate() {
            let here =
                |edge: &&Edge| edge.from[0] == source && (block.inlet..block.inlet + block.size).contains(&edge.inlet);
            let edges: Vec<&Edge> = edges.iter().filter(here).collect();
            if !edges.is_empty() {
                table.of_source[0][source].push(table.strips.len() as u32);
                add(&mut table, (index, block), (source, rows), &edges);
            }
        }
    }
    table.blocks = blocks;
    table.cut(u64::MAX);
    table
}

fn add(table: &mut Table, (index, block): (usize, &Block), (source, rows): (usize, u32), edges: &[&Edge]) {
    let of = |edge: &&Edge| Contents { delays: [edge.delay; 2], counts: [edge.weight; 2], rounded: None };
    let contents = edges.iter().map(of).reduce(Contents::and).unwrap();
    let format = Format::of(block.size, contents).unwrap();
    let starts = table.starts.len();
    let before = |row: u32| edges.partition_point(|edge| edge.from[1] < row as usize) as u32;
    table.starts.extend((0..=rows).map(before));
    let mut words = vec![0u32; format.words(edges.len() as u64) as usize];
    for (at, edge) in edges.iter().enumerate() {
        let word = format.encode(edge.inlet - block.inlet, edge.delay, edge.weight);
        match format.size {
            EntrySize::Half => words[at / 2] |= word << (16 * (at % 2)),
            EntrySize::Word => words[at] = word,
            EntrySize::Pair => words[2 * at..][..2].copy_from_slice(&[word, edge.weight.cast_unsigned()]),
        }
    }
    let first = table.entries.len();
    table.entries.extend(words);
    let words = first..table.entries.len();
    table.strips.push(Strip {
        item: 0,
        source,
        block: index,
        modelled: None,
        format,
        starts,
        rows,
        words,
        synapses: edges.len() as u32,
        items: Vec::new(),
        members: Vec::new(),
        ends: 0,
    });
}
