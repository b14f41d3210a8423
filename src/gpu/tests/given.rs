//! What the graphics library was asked for by this thread: each allocation, and each dispatch.

use std::cell::RefCell;

/// An allocation or a dispatch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Given {
    /// What for, and how many bytes.
    Buffer(String, u64),
    /// Of which kernel, with which words, over how many workgroups.
    Dispatch(String, Vec<u32>, [u32; 3]),
}

thread_local! {
    static GIVEN: RefCell<Vec<Given>> = const { RefCell::new(Vec::new()) };
}

pub(in crate::gpu) fn allocated(what: &str, bytes: u64) {
    GIVEN.with_borrow_mut(|given| given.push(Given::Buffer(what.to_owned(), bytes)));
}

pub(in crate::gpu) fn dispatched(label: &str, immediates: &[u8], workgroups: [u32; 3]) {
    let words = bytemuck::pod_collect_to_vec(immediates);
    GIVEN.with_borrow_mut(|given| given.push(Given::Dispatch(label.to_owned(), words, workgroups)));
}

/// All since the last call.
pub(crate) fn take() -> Vec<Given> {
    GIVEN.take()
}
