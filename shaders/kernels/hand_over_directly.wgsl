// Delivers the spikes of a window at once: the invocations of a subgroup share each row of their spiking neurons.
//
// It saves the delivery kernel's dispatch where rows are short. The slots that are served in a window and those that
// its spikes reach are never the same, so no order between invocations is needed.

/// A window of a subgroup's neurons, of which `id` is one's own, and the rows of their spikes.
fn compute_and_deliver(id: u32, batch: u32, lane: u32, lanes: u32) {
    let own = place_of(id, batch);
    // Invocations beyond the slab stay: they deliver too.
    var left = 0u;
    if (own.id < SLAB) {
        left = compute(own);
    }
    loop {
        let spiking = subgroupBallot(left != 0u);
        if (!any(spiking != vec4<u32>(0u))) {
            break;
        }
        let speaker = first_lane(spiking);
        let offset = firstTrailingBit(subgroupShuffle(left, speaker));
        let place = place_of(subgroupShuffle(own.id, speaker), own.batch);
        if (lane == speaker) {
            left &= left - 1u;
            record_spike(own, window.step + offset);
        }
        let slot = slot_after(window.slot, offset);
        hear_amplitudes(own.id, own.batch, offset, speaker, lane);
        deliver_row(place.population, place.neuron, vec2<u32>(0u, 1u), lane, lanes, slot, place.batch);
    }
}
