//! The report of a submission: words that its kernels write for the host. The first two show that all of it was done.
//!
//! Each workgroup adds 1 when it is done, and the last dispatch writes the step that was reached if the sum is what the
//! host expects. What further words mean is their kernels' affair.

use crate::shader::{Kernel, Text, text};
use crate::{Error, Result};

/// What a kernel needs to count its workgroups.
pub(crate) const REPORT: Text = text!("kernels/report.wgsl");
const FINISH: Text = text!("kernels/finish.wgsl");

/// The word of the step that was reached.
pub(crate) const REACHED: usize = 0;
/// The word of the workgroups that are done.
pub(crate) const WORKGROUPS_DONE: usize = 1;
/// Words that every report has.
pub(crate) const WORDS: usize = 2;

/// The kernel that ends a submission.
pub(super) fn finish() -> Result<Kernel> {
    let text = [REPORT.1, FINISH.1].concat();
    let refused = |message| Error::Validation { action: "kernel `finish`".to_owned(), message };
    Kernel::of_text(&text, "finish").map_err(refused)
}
