// What the kernels of a submission tell the host, in a buffer that all of them see.

/// The step that was reached, written last.
const REACHED = 0u;
/// Workgroups that are done. It may wrap.
const WORKGROUPS_DONE = 1u;

var<storage, read_write> report: array<atomic<u32>>;

/// To be called by the first invocation of each workgroup, when it is done. Of the others it says nothing; a barrier would,
/// and it costs more than all that is reported.
fn count_workgroup() {
    atomicAdd(&report[WORKGROUPS_DONE], 1u);
}
