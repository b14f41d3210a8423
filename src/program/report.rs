//! The report of a submission: words that its kernels write for the host. The first two show that all of it was done.
//!
//! Each workgroup adds 1 when it is done, and the last dispatch writes the step that was reached if the sum is what the
//! host expects. What further words mean is their kernels' affair.

use crate::shader::Kernel;
use crate::{Error, Result};

/// What a kernel needs to count its workgroups, with its path; beside it stands [`binding`].
pub(crate) const REPORT: (&str, &str) =
    ("shaders/kernels/report.wgsl", include_str!("../../shaders/kernels/report.wgsl"));
const FINISH: &str = include_str!("../../shaders/kernels/finish.wgsl");

/// The word of the step that was reached.
pub(crate) const REACHED: usize = 0;
/// The word of the workgroups that are done.
pub(crate) const WORKGROUPS_DONE: usize = 1;
/// Words that every report has.
pub(crate) const WORDS: usize = 2;

/// WGSL that says at which binding a kernel has it.
pub(crate) fn binding(at: usize) -> String {
    format!("const REPORT = {at}u;\n")
}

/// The kernel that ends a submission.
pub(super) fn finish() -> Result<Kernel> {
    let text = [&binding(0), REPORT.1, FINISH].concat();
    let refused = |message| Error::Validation { action: "kernel `finish`".to_owned(), message };
    Kernel::of_text(&text, "finish").map_err(refused)
}
