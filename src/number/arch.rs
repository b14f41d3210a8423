//! The instructions that this CPU has.

use pulp::{Simd, WithSimd};

/// Which instructions the CPU has, found out once and handed around.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arch(pulp::Arch);

/// A loop. It is called by reference: called by value, a closure goes through a function of its own, which nobody inlines
/// and which then lacks the instructions.
struct Loop<F>(F);

impl<R, F: FnMut() -> R> WithSimd for Loop<F> {
    type Output = R;

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, _simd: S) -> R {
        (self.0)()
    }
}

impl Arch {
    /// Asks the CPU.
    pub(crate) fn new() -> Self {
        Self(pulp::Arch::new())
    }

    /// The name of the set of instructions, as `pulp` has it.
    pub(crate) fn name(self) -> String {
        let text = format!("{:?}", self.0);
        text.split(['(', ' ']).next().unwrap_or_default().to_owned()
    }

    /// Runs what asks for its instructions by itself.
    pub(crate) fn with<W: WithSimd>(self, work: W) -> W::Output {
        self.0.dispatch(work)
    }

    /// Runs a loop, compiled for the CPU's instructions with all that is inlined into it: it and what it calls should be
    /// `#[inline(always)]`.
    #[inline(always)]
    pub(crate) fn dispatch<R>(self, run: impl FnMut() -> R) -> R {
        self.0.dispatch(Loop(run))
    }
}

/// Calls `run` for each chunk of numbers side by side.
///
/// What is done to a chunk becomes vector instructions only if compilers do not take numbers of several chunks together: the
/// black box, which costs nothing, makes that impossible.
#[inline(always)]
pub(crate) fn each_chunk(chunks: usize, mut run: impl FnMut(usize)) {
    for chunk in 0..chunks {
        run(chunk);
        std::hint::black_box(());
    }
}
