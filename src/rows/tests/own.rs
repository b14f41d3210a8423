//! Items that have rows of their own have those of a table alone, wherever they lie.

use super::*;
use crate::rows::own::Joined;

/// The network of other tests, of another seed and in some things another one.
fn items() -> [Vec<Wiring>; 3] {
    let of_seed = |seed: u64| {
        let mut wirings = cuts::network();
        wirings.iter_mut().for_each(|wiring| wiring.seed = seed);
        wirings
    };
    let [first, mut second, mut third] = [1, 1, 9].map(of_seed);
    (second[4].weights, second[5].delays) = (Values::Constant(70.0), Values::Constant(90));
    second[8].rule = Rule::FixedOutdegree(3);
    third[0].storage = Storage::Procedural;
    third[7].rule = Rule::PairwiseBernoulli(0.1);
    third[3].rule = Rule::PairwiseBernoulli(0.0);
    [first, second, third]
}

#[test]
fn each_item_has_its_own_rows() {
    for (bits, binding) in [(31, u64::MAX), (4, 4096)] {
        let cut = || Cut { block_bits: Some(bits), threads: None, binding };
        let tables = items().map(|wirings| built(&wirings, cut()));
        let [first, others @ ..] = items().map(|wirings| built(&wirings, cut()));
        let mut joined = Joined::new(first, 3);
        assert_eq!(joined.block_bits(), bits);
        others.into_iter().for_each(|other| joined.add(other).unwrap());
        let (built, scales) = joined.finish(binding);
        for (item, alone) in (0..).zip(&tables) {
            for (source, size) in [70, 150, 41].into_iter().enumerate() {
                for neuron in 0..size {
                    let (mut own, mut expected) = (Vec::new(), Vec::new());
                    built.table.each_of_item(source, neuron, item, |synapse| own.push(synapse));
                    alone.table.each(source, neuron, |synapse| expected.push(synapse));
                    assert_eq!(own, expected, "item {item}, neuron {neuron} of population {source}");
                }
            }
            for (post, ports) in alone.scales.iter().enumerate() {
                for (port, scale) in ports.iter().enumerate() {
                    let of_port = scales.get(&(post, port));
                    let own = of_port.map_or(built.scales[post][port], |scales| scales[item as usize]);
                    assert_eq!(own, *scale, "item {item}, port {port} of population {post}");
                }
            }
        }
        assert!(!scales.is_empty() && scales.len() < 5, "{scales:?}");
        let all = |of: fn(&Table) -> u64| tables.iter().map(|built| of(&built.table)).sum::<u64>();
        assert_eq!(built.table.count, all(|table| table.count));
        assert_eq!(built.table.entries.len() as u64, all(|table| table.entries.len() as u64));
        assert_eq!(built.synapses.iter().flatten().sum::<u64>(), built.table.count);
        assert_eq!(built.table.max_delay, tables.iter().map(|built| built.table.max_delay).max().unwrap());
        assert_eq!(built.table.longest, Some(5));
        assert_eq!(built.projections.len(), 27);
        // Each binding holds whole words of strips, one behind the other.
        let words: usize = built.table.parts.iter().map(|part| part.words.len()).sum();
        assert_eq!(words, built.table.entries.len());
        assert!(built.table.parts.iter().all(|part| part.words.len() as u64 * 4 <= binding));
        deliver::check(&built, built.table.max_delay + 2, 3);
    }
}
