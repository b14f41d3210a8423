//! What a device is to do, as plain data: buffers with what they hold at first, kernels with what they are bound to, and what is
//! dispatched in which order. Made, printed and tested without a device; `engine/` executes it.
//!
//! Whoever makes a program says names, and never a binding's number: kernels know by their WGSL which buffers they see and what they
//! are told with each dispatch.

mod print;
pub(crate) mod report;

use crate::gpu::limits::allocated;
use crate::shader::Kernel;
use crate::{Error, Result};
use std::borrow::Cow;
use std::ops::Range;

/// Submissions under way: one is computed while the next is recorded and the one before is read.
pub(crate) const UNDER_WAY: usize = 2;

/// A buffer's number in its program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BufferId(pub usize);

/// A kernel's number in its program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KernelId(pub usize);

/// A number of something that comes back to the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ReturnId(pub usize);

/// Words on the device.
#[derive(Debug)]
pub(crate) struct BufferPlan<'a> {
    /// What it holds, for people.
    pub what: Cow<'static, str>,
    /// How many words.
    pub words: usize,
    /// What it holds at first; 0 everywhere without.
    pub contents: Option<Cow<'a, [u32]>>,
    /// Whether it is another for each schedule.
    pub own: bool,
}

impl BufferPlan<'_> {
    /// \[bytes\] what a device allocates for it.
    pub(crate) fn bytes(&self) -> u64 {
        allocated(self.words, size_of::<u32>())
    }
}

/// A kernel with the buffers that it sees, in the order of its bindings.
#[derive(Debug)]
pub(crate) struct KernelPlan {
    /// For messages and people.
    pub label: String,
    /// Its module and entry point.
    pub kernel: Kernel,
    /// One for each binding.
    pub buffers: Vec<BufferId>,
}

/// A word that a dispatch is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    /// The same in all.
    Fixed(u32),
    /// One of the clock's, by its place there.
    Clock(usize),
}

/// A kernel over some workgroups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dispatch {
    /// Which kernel.
    pub kernel: KernelId,
    /// Along three axes.
    pub workgroups: [u32; 3],
    /// What it is told, in the order of the kernel's immediates.
    pub told: Vec<Word>,
}

/// Rows of words that come back when a submission is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Returned {
    /// Where they are.
    pub buffer: BufferId,
    /// Word of the first row.
    pub first: usize,
    /// Words of a row.
    pub row: usize,
    /// Rows of a submission at most.
    pub rows: usize,
}

impl Returned {
    /// The words of some rows.
    pub(crate) fn words(&self, rows: Range<usize>) -> Range<usize> {
        let word = |row: usize| self.first.saturating_add(self.row.saturating_mul(row));
        word(rows.start)..word(rows.end)
    }

    /// Words of a submission at most.
    pub(crate) fn capacity(&self) -> usize {
        self.row.saturating_mul(self.rows)
    }
}

/// What a device is to do.
#[derive(Debug)]
pub(crate) struct Program<'a> {
    /// The first is the report of a submission.
    pub buffers: Vec<BufferPlan<'a>>,
    /// The first ends a submission.
    pub kernels: Vec<KernelPlan>,
    /// Names of the words that change from one window to the next.
    pub clock: &'static [&'static str],
    /// What each window dispatches, in this order; each sees what those before it wrote.
    pub window: Vec<Dispatch>,
    /// What comes back of each submission, beside the report.
    pub returned: Vec<Returned>,
}

impl<'a> Program<'a> {
    /// The buffer of the report.
    pub(crate) const REPORT: BufferId = BufferId(0);
    /// The kernel that ends a submission.
    pub(crate) const FINISH: KernelId = KernelId(0);

    /// One without dispatches, whose report has so many words more than every one has.
    ///
    /// # Errors
    /// None: neuropil's own text is right.
    pub(crate) fn new(clock: &'static [&'static str], more: usize) -> Result<Self> {
        let mut program =
            Self { buffers: Vec::new(), kernels: Vec::new(), clock, window: Vec::new(), returned: Vec::new() };
        let words = report::WORDS.saturating_add(more);
        program.buffer("the report of a submission", words, None);
        program.kernel("finish", report::finish()?, &[("report", Self::REPORT)])?;
        Ok(program)
    }

    /// Adds a buffer, which holds `contents` at first.
    pub(crate) fn buffer(
        &mut self,
        what: impl Into<Cow<'static, str>>,
        words: usize,
        contents: Option<Cow<'a, [u32]>>,
    ) -> BufferId {
        self.buffers.push(BufferPlan { what: what.into(), words, contents, own: false });
        BufferId(self.buffers.len().saturating_sub(1))
    }

    /// Adds a buffer of these words.
    pub(crate) fn buffer_of(
        &mut self,
        what: impl Into<Cow<'static, str>>,
        contents: impl Into<Cow<'a, [u32]>>,
    ) -> BufferId {
        let contents = contents.into();
        self.buffer(what, contents.len(), Some(contents))
    }

    /// Adds a kernel's tables, which no other schedule of the same plan has.
    pub(crate) fn tables(&mut self, of: &str, words: Vec<u32>) -> BufferId {
        let id = self.buffer_of(format!("tables of {of}"), words);
        self.buffers[id.0].own = true;
        id
    }

    /// Adds a kernel. Of the buffers, those are bound that its module names.
    ///
    /// # Errors
    /// [`Error::Request`] if one is missing.
    pub(crate) fn kernel(&mut self, label: &str, kernel: Kernel, buffers: &[(&str, BufferId)]) -> Result<KernelId> {
        let named = |name: &str| {
            let found = buffers.iter().find(|(known, _)| *known == name).map(|(_, buffer)| *buffer);
            found
                .ok_or_else(|| Error::request(format!("kernel `{label}`"), format!("nothing is bound to `{name}`"), ""))
        };
        let buffers = kernel.bindings.iter().map(|bound| named(&bound.name)).collect::<Result<_>>()?;
        self.kernels.push(KernelPlan { label: label.to_owned(), kernel, buffers });
        Ok(KernelId(self.kernels.len().saturating_sub(1)))
    }

    /// Appends a dispatch to the window. What it is told and `told` does not name is the clock's.
    ///
    /// # Errors
    /// [`Error::Request`] for a word that neither names.
    pub(crate) fn dispatch(&mut self, kernel: KernelId, workgroups: [u32; 3], told: &[(&str, u32)]) -> Result<()> {
        let KernelPlan { label, kernel: text, .. } = &self.kernels[kernel.0];
        let word = |name: &String| {
            let fixed = told.iter().find(|(known, _)| known == name).map(|(_, word)| Word::Fixed(*word));
            let found = fixed.or_else(|| self.clock.iter().position(|known| known == name).map(Word::Clock));
            found.ok_or_else(|| Error::request(format!("kernel `{label}`"), format!("nobody tells it `{name}`"), ""))
        };
        let told = text.immediates.iter().map(word).collect::<Result<_>>()?;
        self.window.push(Dispatch { kernel, workgroups, told });
        Ok(())
    }

    /// Has rows of a buffer brought back.
    pub(crate) fn bring_back(&mut self, buffer: BufferId, first: usize, row: usize, rows: usize) -> ReturnId {
        self.returned.push(Returned { buffer, first, row, rows });
        ReturnId(self.returned.len().saturating_sub(1))
    }

    /// \[bytes\] what a device allocates, and the host for what comes back.
    pub(crate) fn bytes(&self) -> u64 {
        self.buffers.iter().map(BufferPlan::bytes).fold(0, u64::saturating_add)
    }
}

/// \[bytes\] what the host sees of so many words that come back, in one of the submissions that are under way.
fn read_back(words: usize) -> u64 {
    (words as u64).saturating_mul(4).max(4)
}

/// Workgroups of some dispatches, counted as a device counts them: the sum may wrap.
pub(crate) fn workgroups(dispatches: &[Dispatch]) -> u32 {
    let count = |dispatch: &Dispatch| dispatch.workgroups.into_iter().fold(1, u32::wrapping_mul);
    dispatches.iter().map(count).fold(0, u32::wrapping_add)
}
