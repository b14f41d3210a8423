//! What a device is to do, as plain data: buffers with what they hold at first, kernels with what they are bound to, and what is
//! dispatched in which order. Made, printed and tested without a device; `engine/` executes it.
//!
//! Whoever makes a program says names, and never a binding's number: kernels know by their WGSL which buffers they see and what they
//! are told with each dispatch.

mod grid;
mod print;
pub(crate) mod report;

pub(crate) use grid::{Grid, MOST_GROUPS, Tiling, workgroups};

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

/// A stage's number in its program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StageId(pub usize);

/// A number of something that comes back to the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ReturnId(pub usize);

/// What a buffer holds at first.
pub(crate) enum Contents<'a> {
    /// 0 everywhere.
    Zeros,
    /// These words.
    Words(Cow<'a, [u32]>),
    /// Words that are made when there is a place for them: so the host has those of one buffer at a time.
    Made(Box<dyn Fn() -> Result<Vec<u32>> + 'a>),
}

/// Words on the device.
pub(crate) struct BufferPlan<'a> {
    /// What it holds, for people.
    pub what: Cow<'static, str>,
    /// How many words.
    pub words: usize,
    /// What it holds at first.
    pub contents: Contents<'a>,
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
    /// Over how many workgroups.
    pub grid: Grid,
    /// What it is told, in the order of the kernel's immediates.
    pub told: Vec<Word>,
}

/// Dispatches that follow each other; each sees what those before it wrote.
#[derive(Debug)]
pub(crate) struct Stage {
    /// When that is, for people.
    pub name: Cow<'static, str>,
    /// In this order.
    pub dispatches: Vec<Dispatch>,
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
pub(crate) struct Program<'a> {
    /// The first is the report of a submission.
    pub buffers: Vec<BufferPlan<'a>>,
    /// The first ends a submission.
    pub kernels: Vec<KernelPlan>,
    /// Names of the words that change from one window to the next.
    pub clock: &'static [&'static str],
    /// What a window may dispatch.
    pub stages: Vec<Stage>,
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
            Self { buffers: Vec::new(), kernels: Vec::new(), clock, stages: Vec::new(), returned: Vec::new() };
        let words = report::WORDS.saturating_add(more);
        program.buffer("the report of a submission", words);
        program.kernel("finish", report::finish()?, &[("report", Self::REPORT)])?;
        Ok(program)
    }

    /// Adds a buffer of words that are 0.
    pub(crate) fn buffer(&mut self, what: impl Into<Cow<'static, str>>, words: usize) -> BufferId {
        self.buffer_with(what.into(), words, Contents::Zeros)
    }

    /// Adds a buffer of these words.
    pub(crate) fn buffer_of(
        &mut self,
        what: impl Into<Cow<'static, str>>,
        contents: impl Into<Cow<'a, [u32]>>,
    ) -> BufferId {
        let contents = contents.into();
        self.buffer_with(what.into(), contents.len(), Contents::Words(contents))
    }

    /// Adds a buffer of so many words, which are made once it is there.
    pub(crate) fn buffer_made(
        &mut self,
        what: impl Into<Cow<'static, str>>,
        words: usize,
        make: impl Fn() -> Result<Vec<u32>> + 'a,
    ) -> BufferId {
        self.buffer_with(what.into(), words, Contents::Made(Box::new(make)))
    }

    fn buffer_with(&mut self, what: Cow<'static, str>, words: usize, contents: Contents<'a>) -> BufferId {
        self.buffers.push(BufferPlan { what, words, contents, own: false });
        BufferId(self.buffers.len().saturating_sub(1))
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

    /// Adds a stage without dispatches.
    pub(crate) fn stage(&mut self, name: impl Into<Cow<'static, str>>) -> StageId {
        self.stages.push(Stage { name: name.into(), dispatches: Vec::new() });
        StageId(self.stages.len().saturating_sub(1))
    }

    /// Appends a dispatch to a stage. What it is told, or has so many rows as, and `told` does not name is the clock's.
    ///
    /// # Errors
    /// [`Error::Request`] for a word that neither names.
    pub(crate) fn dispatch<'n>(
        &mut self,
        stage: StageId,
        kernel: KernelId,
        grid: impl Into<Grid<&'n str>>,
        told: &[(&str, u32)],
    ) -> Result<()> {
        let KernelPlan { label, kernel: text, .. } = &self.kernels[kernel.0];
        let word = |name: &str| {
            let fixed = told.iter().find(|(known, _)| *known == name).map(|(_, word)| Word::Fixed(*word));
            let found = fixed.or_else(|| self.clock.iter().position(|known| *known == name).map(Word::Clock));
            found.ok_or_else(|| Error::request(format!("kernel `{label}`"), format!("nobody tells it `{name}`"), ""))
        };
        let grid = match grid.into() {
            Grid::Fixed(workgroups) => Grid::Fixed(workgroups),
            Grid::Rows(rows, tiling) => match word(rows)? {
                Word::Fixed(rows) => Grid::Fixed(tiling.workgroups(rows)),
                Word::Clock(at) => Grid::Rows(at, tiling),
            },
        };
        let told = text.immediates.iter().map(|name| word(name)).collect::<Result<_>>()?;
        self.stages[stage.0].dispatches.push(Dispatch { kernel, grid, told });
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
