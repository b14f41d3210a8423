//! What an adapter can hold, as plain numbers.
//!
//! The planner counts every buffer against these before anything is allocated, also where there is no
//! adapter at all; so this file may not know the graphics library.

use serde::Serialize;

/// The limits of an adapter and the optional features that change what kernels may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// \[bytes\] The largest part of a buffer that a kernel can see at once; a multiple of 4.
    pub max_binding: u64,
    /// \[bytes\] The largest uniform binding.
    pub max_uniform: u64,
    /// \[bytes\] The largest buffer.
    pub max_buffer: u64,
    /// Storage buffers that one kernel can see.
    pub max_storage_buffers: u32,
    /// Invocations of a workgroup along x (and in all).
    pub max_workgroup_size: u32,
    /// \[bytes\] Memory shared by a workgroup.
    pub max_workgroup_memory: u32,
    /// Workgroups of a dispatch, per dimension.
    pub max_workgroups: u32,
    /// \[bytes\] Immediate data of a dispatch.
    pub max_immediates: u32,
    /// \[bytes\] Where a bound part of a buffer may begin: at multiples of this.
    pub min_offset_alignment: u32,
    /// The fewest invocations of a subgroup; 0 where subgroups are not offered.
    pub min_subgroup: u32,
    /// The most invocations of a subgroup; 0 where subgroups are not offered.
    pub max_subgroup: u32,
    /// Whether it is a software driver, for which processors compute: a subgroup is a vector of theirs, a workgroup runs on one thread.
    pub software: bool,
    /// Whether the device can time its own passes.
    pub timestamps: bool,
    /// Whether kernels have 64-bit whole numbers.
    pub shader_int64: bool,
    /// Whether kernels have 16-bit floating point.
    pub shader_f16: bool,
}

impl Limits {
    /// Limits of a large discrete adapter, for a plan that is made where there is no adapter.
    ///
    /// Only sizes are generous: no optional feature is promised.
    pub fn generous() -> Self {
        Self {
            max_binding: (1 << 31) - 4,
            max_uniform: 65_536,
            max_buffer: 1 << 40,
            max_storage_buffers: 16,
            max_workgroup_size: 1024,
            max_workgroup_memory: 32_768,
            max_workgroups: 65_535,
            max_immediates: 128,
            min_offset_alignment: 256,
            min_subgroup: 0,
            max_subgroup: 0,
            software: false,
            timestamps: false,
            shader_int64: false,
            shader_f16: false,
        }
    }

    /// Limits of no adapter: of reference and CPU engine, which have the host's memory and nothing else to fit into.
    pub fn none() -> Self {
        Self {
            max_binding: u64::MAX,
            max_buffer: u64::MAX,
            max_workgroup_size: u32::MAX,
            max_workgroups: u32::MAX,
            ..Self::generous()
        }
    }

    /// Whether subgroup operations are offered.
    pub fn subgroups(&self) -> bool {
        self.max_subgroup > 0
    }
}

/// \[bytes\] what a buffer of `len` elements of so many bytes takes: whole words, and never nothing. Kernels that index a vec4 or a
/// small struct need one of them even in an empty buffer.
pub(crate) fn allocated(len: usize, element: usize) -> u64 {
    let needed = (len as u64).saturating_mul(element as u64);
    needed.max(element.max(16) as u64).checked_next_multiple_of(4).unwrap_or(u64::MAX)
}
