// Adds the weights of consecutive entries of a row to the ring. The module has `entries`, `weights` and an atomic `ring`.

/// Marks a group whose delays or weights stand beside the entries.
const OWN_DELAY = 1u;
const OWN_WEIGHT = 2u;

/// Entries first to last − 1, shared among `lanes` invocations, of a spike at `slot`. `group` is a weight, and a delay
/// above two flags.
fn deliver_entries(first: u32, last: u32, lane: u32, lanes: u32, slot: u32, batch: u32, group: vec2<u32>) {
    let weight = bitcast<i32>(group.x);
    let delay = group.y >> 2u;
    if ((group.y & (OWN_DELAY | OWN_WEIGHT)) == 0u) {
        let at = (slot_after(slot, delay) * BATCH + batch) * CELLS;
        for (var i = first + lane; i < last; i += lanes) {
            atomicAdd(&ring[at + entries[i]], weight);
        }
    } else {
        let own_delay = (group.y & OWN_DELAY) != 0u;
        let own_weight = (group.y & OWN_WEIGHT) != 0u;
        for (var i = first + lane; i < last; i += lanes) {
            let entry = entries[i];
            let cell = select(entry, entry & CELL_MASK, own_delay);
            let steps = select(delay, entry >> DELAY_SHIFT, own_delay);
            let at = (slot_after(slot, steps) * BATCH + batch) * CELLS;
            atomicAdd(&ring[at + cell], select(weight, weights[i], own_weight));
        }
    }
}
