//! Places in the table, where u32 ends.

use super::*;

/// So many groups of each source, with constant weights.
fn keys(groups: &[i32]) -> Vec<Key> {
    let of = |(source, &groups): (usize, &i32)| (0..groups).map(move |weight| (source, weight));
    let each = groups.iter().enumerate().flat_map(of);
    each.map(|(source, weight)| Key { source, weight: Some(weight), delay: Some(1) }).collect()
}

#[test]
fn rows_follow_each_other_by_source() {
    let (places, rows) = places(&keys(&[2, 0, 3]), &[10, 20, 30]).unwrap();
    assert_eq!(places, [(0, 0..2), (20, 2..2), (20, 2..5)]);
    assert_eq!(rows, 110);
}

#[test]
fn rows_beyond_u32_are_refused() {
    assert_eq!(places(&keys(&[1]), &[u32::MAX]).unwrap().1, u32::MAX);
    // In u32 these would be 4 rows, and 0.
    for (groups, sizes, rows) in
        [(vec![1, 1], vec![u32::MAX, 5], 4_294_967_300u64), (vec![65_536], vec![65_536], 4_294_967_296)]
    {
        assert_eq!(
            places(&keys(&groups), &sizes).unwrap_err().to_string(),
            format!(
                "synapse table: {rows} rows, one for each source neuron and group of equal weight and delay; legal: at \
                 most 4294967295: fewer constant weights and delays"
            )
        );
    }
}
