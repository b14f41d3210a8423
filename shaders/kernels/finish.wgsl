// The last dispatch of a submission: leaves the number of the step that is reached, if all workgroups before it are done.
// So a submission which the driver gave up in silence is seen, and one of which it skipped a part.

/// Steps that are counted before, and with this submission; workgroups that are then done.
struct Submission {
    before: u32,
    after: u32,
    workgroups: u32,
}

var<immediate> submission: Submission;

@compute @workgroup_size(1)
fn finish() {
    let complete = atomicLoad(&report[WORKGROUPS_DONE]) == submission.workgroups;
    if (complete && atomicLoad(&report[REACHED]) == submission.before) {
        atomicStore(&report[REACHED], submission.after);
    }
}
