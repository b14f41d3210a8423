// The self-test of subgroups, as delivery and the products of recurrent cells use them; first_lane.wgsl goes before.

@group(0) @binding(0) var<storage, read> given: array<u32>;
@group(0) @binding(1) var<storage, read_write> found: array<u32>;

// Each invocation finds its place as in hand_over_directly.wgsl, and leaves three words there: the size of its subgroup, a
// sum over all bits of the words of its subgroup, one after the other, and a sum over some lanes' places. Beyond the given
// words invocations have nothing to say, and listen.
@compute @workgroup_size(256)
fn subgroups(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(subgroup_id) subgroup: u32,
    @builtin(subgroup_invocation_id) lane: u32,
    @builtin(subgroup_size) lanes: u32,
) {
    let own = workgroup.x * 256u + subgroup * lanes + lane;
    let halves = select(0u, 2u, own < arrayLength(&given));
    var half = 0u;
    var left = 0u;
    var heard = 0u;
    loop {
        // Lanes part, each until it has something to say, and meet again: as in walk_lanes.wgsl.
        while (left == 0u && half < halves) {
            left = given[own] & (0xffffu << (16u * half));
            half++;
        }
        let speaking = subgroupBallot(left != 0u);
        if (!any(speaking != vec4<u32>(0u))) {
            break;
        }
        let speaker = first_lane(speaking);
        let bit = firstTrailingBit(subgroupShuffle(left, speaker));
        let who = subgroupShuffle(own, speaker);
        if (lane == speaker) {
            left &= left - 1u;
        }
        heard = heard * 33u + 32u * who + bit + 1u;
    }
    found[3u * own] = lanes;
    found[3u * own + 1u] = heard;
    found[3u * own + 2u] = sum_of_some(f32(own), lanes);
}

// The products name their lanes by constants.
fn sum_of_some(x: f32, lanes: u32) -> u32 {
    var sum = bitcast<u32>(subgroupBroadcast(x, 0u));
    if (lanes > 1u) {
        sum = sum * 33u + bitcast<u32>(subgroupBroadcast(x, 1u));
    }
    if (lanes > 2u) {
        sum = sum * 33u + bitcast<u32>(subgroupBroadcast(x, 2u));
    }
    if (lanes > 3u) {
        sum = sum * 33u + bitcast<u32>(subgroupBroadcast(x, 3u));
    }
    if (lanes > 7u) {
        sum = sum * 33u + bitcast<u32>(subgroupBroadcast(x, 7u));
    }
    if (lanes > 15u) {
        sum = sum * 33u + bitcast<u32>(subgroupBroadcast(x, 15u));
    }
    if (lanes > 31u) {
        sum = sum * 33u + bitcast<u32>(subgroupBroadcast(x, 31u));
    }
    if (lanes > 63u) {
        sum = sum * 33u + bitcast<u32>(subgroupBroadcast(x, 63u));
    }
    return sum;
}
