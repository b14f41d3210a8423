// The first lane of a ballot.

fn first_lane(lanes: vec4<u32>) -> u32 {
    if (lanes.x != 0u) {
        return firstTrailingBit(lanes.x);
    }
    if (lanes.y != 0u) {
        return 32u + firstTrailingBit(lanes.y);
    }
    if (lanes.z != 0u) {
        return 64u + firstTrailingBit(lanes.z);
    }
    return 96u + firstTrailingBit(lanes.w);
}
