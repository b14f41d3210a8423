// Many windows of a small network in one dispatch: a workgroup has one item of the batch, all its neurons and their rows.
//
// `submission` is what the host says, as of a window, with all steps of the dispatch; `window` the one that is computed. The glue's
// compute_window does its levels, one after the other.

var<immediate> submission: Window;
var<private> window: Window;

@compute @workgroup_size(WORKGROUP)
fn resident(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(subgroup_id) subgroup: u32,
    @builtin(subgroup_invocation_id) lane: u32,
    @builtin(subgroup_size) lanes: u32,
) {
    window = submission;
    for (var done = 0u; done < submission.steps; done += WINDOW) {
        window.step = submission.step + done;
        window.steps = min(WINDOW, submission.steps - done);
        compute_window(workgroup.x, subgroup * lanes + lane, lane, lanes);
        // What one invocation adds to the ring another takes.
        storageBarrier();
        window.slot = slot_after(window.slot, WINDOW);
        window.index++;
    }
    if (subgroup == 0u && lane == 0u) {
        count_workgroup();
    }
}
