//! The buffers that kernels of networks see, as they declare them. A program binds them by their names.

/// What the host says of the window, told to the kernel itself.
pub(super) const WINDOW: &str = "var<immediate> window: Window;\n";
/// What is of one kernel alone.
pub(super) const TABLES: &str = "var<storage, read> tables: array<u32>;\n";
/// Those of a kernel that delivers only.
pub(super) const OF_DELIVERY: &str = "var<storage, read> tables: array<u32>;\n\
     var<storage, read_write> ring: array<atomic<i32>>;\n\
     var<storage, read> spikes: array<u32>;\n";

/// Who takes numbers of the ring, and adds to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ring {
    /// One invocation alone.
    Own,
    /// Many.
    Atomic,
}

/// Those that all kernels share which step neurons, and that of recorded variables.
pub(super) fn of_neurons(ring: Ring, traces: bool) -> String {
    let numbers = match ring {
        Ring::Own => "i32",
        Ring::Atomic => "atomic<i32>",
    };
    let traces = if traces { "var<storage, read_write> traces: array<f32>;\n" } else { "" };
    format!(
        "{TABLES}var<storage, read_write> ring: array<{numbers}>;\n\
         var<storage, read_write> spikes: array<atomic<u32>>;\n{traces}"
    )
}
