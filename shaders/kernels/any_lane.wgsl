// Whether something holds for any lane of a subgroup: then all do what only some have to, and none is left out one by one.

fn any_lane(holds: bool) -> bool {
    return any(subgroupBallot(holds) != vec4<u32>(0u));
}
