// Takes what arrives where others add to the ring in the same dispatch: so it is atomic.

/// Takes what arrives at a port in this step and leaves 0 there for the ring's next round.
fn take_arrivals(place: Place, slot: u32, port: u32) -> i32 {
    let at = ring_index(place, slot, port);
    let sum = atomicLoad(&ring[at]);
    // Each for itself: an atomic store costs more than to find out.
    if (sum != 0) {
        atomicStore(&ring[at], 0);
    }
    return sum;
}
