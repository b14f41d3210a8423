//! Where the kernels of networks have their buffers: numbers that their WGSL and one another must agree on.

/// The state of the slab, where a kernel has one; of several, the others come behind the entries.
pub(super) const STATE: usize = 2;
/// The report of a submission.
pub(super) const REPORT: usize = 7;
/// The first binding of entries.
pub(super) const ENTRIES: usize = 9;

/// What the host says of the window, told to the kernel itself.
pub(super) const WINDOW: &str = "var<immediate> window: Window;\n";

/// Who takes numbers of the ring, and adds to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ring {
    /// One invocation alone.
    Own,
    /// Many.
    Atomic,
}

/// The bindings that all kernels share which step neurons, and that of recorded variables.
pub(super) fn of_neurons(ring: Ring, traces: bool) -> String {
    let numbers = match ring {
        Ring::Own => "i32",
        Ring::Atomic => "atomic<i32>",
    };
    // Binding 1 is `data`: see abi/stimulus.wgsl.
    let text = [declare(0, "read", "tables", "u32"), declare(3, "read_write", "ring", numbers)].concat()
        + &declare(6, "read_write", "spikes", "atomic<u32>");
    if traces { text + &declare(8, "read_write", "traces", "f32") } else { text }
}

/// The bindings of a kernel that delivers only.
pub(super) fn of_delivery() -> String {
    let ring = declare(3, "read_write", "ring", "atomic<i32>");
    [declare(0, "read", "tables", "u32"), ring, declare(6, "read", "spikes", "u32")].concat()
}

fn declare(number: usize, access: &str, name: &str, element: &str) -> String {
    format!("@group(0) @binding({number}) var<storage, {access}> {name}: array<{element}>;\n")
}
