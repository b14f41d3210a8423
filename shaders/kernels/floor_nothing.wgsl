// What a window cannot avoid: to be dispatched. The binding makes each dispatch wait for the one before.

/// differs from dispatch to dispatch, as a window's number does
var<immediate> window: u32;

var<storage, read_write> word: array<u32>;

@compute @workgroup_size(WORKGROUP)
fn nothing() {
}
