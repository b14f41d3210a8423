//! Executes programs on a device, of networks and of cells alike: allocates and compiles, submits, counts what was done, brings
//! results back, and says when something went wrong.

mod code;
mod counter;
mod each;
mod mark;
mod submit;

use crate::gpu::{Buffer, Gpu, Pass, Readback, Recorder, Timing, Usage};
use crate::pace::Pace;
use crate::program::{
    BufferId, BufferPlan, Contents, Dispatch, Program, ReturnId, Returned, StageId, UNDER_WAY, report,
};
use crate::shader::Inexact;
use crate::{Error, Result};
pub(crate) use code::{Code, Windows};
use counter::Counter;
pub(crate) use mark::Mark;
use std::collections::BTreeSet;
use std::ops::Range;
use std::time::{Duration, Instant};
pub(crate) use submit::{Flight, in_turns};

/// A program on a device.
pub(crate) struct Executor {
    gpu: Gpu,
    /// Those of the first program: the others have the same, but for kernels' own tables.
    buffers: Vec<Buffer<u32>>,
    code: Code,
    returned: Vec<(Returned, Readback<u32>)>,
    reports: Readback<u32>,
    counter: Counter,
    /// Windows of a submission.
    pace: Pace,
    /// Steps of the last submission that was waited for, and what it took.
    last: Option<(u32, Duration)>,
    /// Since when the device may have had nothing to do.
    idle_since: Instant,
}

/// What is recorded of a submission, to be counted when it is submitted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Work {
    steps: u32,
    windows: u32,
    workgroups: u32,
}

impl Executor {
    /// Allocates and compiles.
    ///
    /// # Errors
    /// [`Error::TooLarge`] before anything is asked of the driver; [`Error::OutOfMemory`], [`Error::Validation`],
    /// [`Error::DeviceLost`].
    pub(crate) fn new(gpu: &Gpu, program: &Program<'_>, pace: Pace) -> Result<Self> {
        let buffers = program.buffers.iter().map(|plan| allocate(gpu, plan)).collect::<Result<Vec<_>>>()?;
        let code = Code::new(gpu, program, &buffers)?;
        let back = |of: &Returned| {
            let readback = Readback::new(gpu, buffers[of.buffer.0].what(), of.capacity(), UNDER_WAY)?;
            Ok((of.clone(), readback))
        };
        let returned = program.returned.iter().map(back).collect::<Result<_>>()?;
        let report = &buffers[Program::REPORT.0];
        let reports = Readback::new(gpu, report.what(), report.len(), UNDER_WAY)?;
        Ok(Self {
            gpu: gpu.clone(),
            buffers,
            code,
            returned,
            reports,
            counter: Counter::default(),
            pace,
            last: None,
            idle_since: Instant::now(),
        })
    }

    /// Compiles another schedule's program of the same plan, for the same buffers.
    ///
    /// # Errors
    /// As those of [`new`](Self::new).
    pub(crate) fn compile(&self, program: &Program<'_>) -> Result<Code> {
        Code::new(&self.gpu, program, &self.shared(program, None)?)
    }

    /// Goes on with the kernels of a program that differs from the present one in values alone, which it has in their texts, their own
    /// tables and the buffer `anew`. What all other buffers hold stays. Nothing may be under way; where it fails, nothing has changed.
    /// Returns what [`put_back`](Self::put_back) takes.
    ///
    /// # Errors
    /// As those of [`new`](Self::new).
    pub(crate) fn exchange(&mut self, program: &Program<'_>, anew: BufferId) -> Result<(Code, Buffer<u32>)> {
        let buffers = self.shared(program, Some(anew))?;
        let code = Code::new(&self.gpu, program, &buffers)?;
        let buffer = std::mem::replace(&mut self.buffers[anew.0], buffers[anew.0].clone());
        Ok((self.replace(code), buffer))
    }

    /// Goes on with what there was before an [`exchange`](Self::exchange) of the buffer `anew`.
    pub(crate) fn put_back(&mut self, (code, buffer): (Code, Buffer<u32>), anew: BufferId) {
        self.code = code;
        self.buffers[anew.0] = buffer;
    }

    /// The buffers of another program: those that it shares with this one, and its own.
    fn shared(&self, program: &Program<'_>, anew: Option<BufferId>) -> Result<Vec<Buffer<u32>>> {
        let buffer = |(index, plan): (usize, &BufferPlan<'_>)| match self.buffers.get(index) {
            _ if plan.own || anew == Some(BufferId(index)) => allocate(&self.gpu, plan),
            Some(buffer) if buffer.len() == plan.words => Ok(buffer.clone()),
            _ => Err(Error::request(plan.what.clone(), "another program has it in another size", "one size for all")),
        };
        program.buffers.iter().enumerate().map(buffer).collect()
    }

    /// What compiling its kernels took.
    pub(crate) fn compiling(&self) -> Duration {
        self.code.took
    }

    /// Waits until everything is done that was written and submitted.
    ///
    /// # Errors
    /// [`Error::DeviceLost`], [`Error::Validation`].
    pub(crate) fn settle(&self) -> Result<()> {
        let nothing = self.gpu.recorder("nothing").submit()?;
        self.gpu.wait(&nothing)
    }

    /// Goes on with these kernels, and returns those before. Nothing may be under way.
    pub(crate) fn replace(&mut self, code: Code) -> Code {
        std::mem::replace(&mut self.code, code)
    }

    /// The device.
    pub(crate) fn gpu(&self) -> &Gpu {
        &self.gpu
    }

    /// What its kernels call whose last bits are the driver's, though arithmetic is portable.
    pub(crate) fn inexact(&self) -> BTreeSet<Inexact> {
        self.code.kernels.iter().flat_map(|kernel| kernel.pipeline.inexact().iter().cloned()).collect()
    }

    /// A buffer of the program.
    pub(crate) fn buffer(&self, id: BufferId) -> &Buffer<u32> {
        &self.buffers[id.0]
    }

    /// Reads words of a buffer, after everything that was submitted before.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], [`Error::DeviceLost`].
    pub(crate) fn read(&self, id: BufferId, range: Range<usize>) -> Result<Vec<u32>> {
        self.gpu.read(self.buffer(id), range)
    }

    /// Reads several ranges of a buffer's words, one after the other.
    ///
    /// # Errors
    /// As those of [`read`](Self::read).
    pub(crate) fn read_ranges(&self, id: BufferId, ranges: &[Range<usize>]) -> Result<Vec<u32>> {
        self.gpu.read_ranges(self.buffer(id), ranges)
    }

    /// Reads all words of a buffer.
    ///
    /// # Errors
    /// As those of [`read`](Self::read).
    pub(crate) fn read_all(&self, id: BufferId) -> Result<Vec<u32>> {
        self.read(id, 0..self.buffer(id).len())
    }

    /// Writes words of a buffer, for what is submitted next.
    ///
    /// # Errors
    /// [`Error::DeviceLost`].
    pub(crate) fn write(&self, id: BufferId, first: usize, words: &[u32]) -> Result<()> {
        self.gpu.write(self.buffer(id), first, words)
    }

    /// The words of some rows that come back.
    pub(crate) fn words(&self, id: ReturnId, rows: Range<usize>) -> Range<usize> {
        self.returned[id.0].0.words(rows)
    }

    /// Windows of the next submission.
    pub(crate) fn windows_per_submission(&self) -> u32 {
        self.pace.windows()
    }

    /// How submissions are adapted to what they take.
    pub(crate) fn pace(&self) -> &Pace {
        &self.pace
    }

    /// Goes on with this pace.
    pub(crate) fn set_pace(&mut self, pace: Pace) {
        self.pace = pace;
    }

    /// Steps of the last submission that was waited for, and what it took.
    pub(crate) fn last_submission(&self) -> Option<(u32, Duration)> {
        self.last
    }

    /// What a stage dispatches.
    pub(crate) fn dispatches(&self, stage: StageId) -> &[Dispatch] {
        &self.code.stages[stage.0]
    }

    /// As a driver does that skips the `index`-th dispatch of a stage.
    #[cfg(test)]
    pub(crate) fn skip(&mut self, stage: StageId, index: usize) {
        self.code.stages[stage.0][index].grid = [0; 3].into();
    }

    /// Begins a recording, whose report has room for what its kernels tell.
    pub(crate) fn recorder(&self, label: &str) -> Recorder {
        let mut recorder = self.gpu.recorder(label);
        let report = self.buffer(Program::REPORT);
        recorder.clear(report, report::WORDS..report.len());
        recorder
    }

    /// Records windows that do so many steps together, as `record` adds them, and what shows that all of them were done.
    pub(crate) fn record(
        &self,
        recorder: &mut Recorder,
        steps: u32,
        record: impl FnOnce(&mut Windows<'_, '_>),
    ) -> Work {
        self.record_in(&mut recorder.pass("steps"), steps, record)
    }

    fn record_in(&self, pass: &mut Pass<'_>, steps: u32, record: impl FnOnce(&mut Windows<'_, '_>)) -> Work {
        let mut windows = Windows::new(pass, self);
        record(&mut windows);
        let work = Work { steps, windows: windows.count, workgroups: windows.workgroups };
        self.code.finish(pass, self.counter.told(work));
        work
    }

    /// Records that some rows come back.
    ///
    /// # Errors
    /// [`Error::Request`] for more than a submission may have, or if too many are under way.
    pub(crate) fn bring_back(&mut self, recorder: &mut Recorder, id: ReturnId, rows: Range<usize>) -> Result<()> {
        let (returned, readback) = &mut self.returned[id.0];
        readback.record(recorder, &self.buffers[returned.buffer.0], returned.words(rows))
    }

    /// Shows the rows that came back, of the oldest submission of which they were not looked at.
    ///
    /// # Errors
    /// [`Error::DeviceLost`], [`Error::Request`].
    pub(crate) fn came_back<R>(&mut self, id: ReturnId, see: impl FnOnce(&[u32]) -> R) -> Result<R> {
        self.returned[id.0].1.wait_with(see)
    }

    /// Reads some rows that a submission brings back, at once.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], [`Error::DeviceLost`].
    pub(crate) fn look(&self, id: ReturnId, rows: Range<usize>) -> Result<Vec<u32>> {
        let (returned, _) = &self.returned[id.0];
        self.read(returned.buffer, returned.words(rows))
    }

    /// Forgets what is under way, and counts from this step on: for a state that is known.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], [`Error::DeviceLost`].
    pub(crate) fn restart(&mut self, step: u32) -> Result<()> {
        self.returned.iter_mut().try_for_each(|(_, readback)| readback.clear())?;
        self.reports.clear()?;
        self.counter = Counter::from(step);
        self.write(Program::REPORT, 0, &self.counter.words())
    }

    /// Computes a window that does nothing, and waits as long as it takes: drivers compile a kernel when it is first dispatched,
    /// for minutes even, and that must not count as a run that hangs.
    ///
    /// # Errors
    /// As those of a submission.
    pub(crate) fn warm_up(&mut self, stage: StageId, clock: &[u32]) -> Result<()> {
        self.once(stage, clock, Duration::MAX).map(|_| ())
    }

    /// Computes a window that counts no steps, and waits so long at most; returns whether it is done. If it is not, the device counts as
    /// lost.
    ///
    /// # Errors
    /// As those of a submission.
    pub(crate) fn once(&mut self, stage: StageId, clock: &[u32], limit: Duration) -> Result<bool> {
        let mut recorder = self.recorder("a window of no steps");
        let work = self.record(&mut recorder, 0, |windows| windows.add(stage, clock));
        let flight = self.submit(recorder, Work { windows: 0, ..work })?;
        if !self.wait(&flight, limit)? {
            return Ok(false);
        }
        self.report(&flight, |_| ()).map(|()| true)
    }

    /// Times windows on the device, without bringing anything back.
    ///
    /// # Errors
    /// As those of a submission.
    pub(crate) fn time(&mut self, steps: u32, record: impl FnOnce(&mut Windows<'_, '_>)) -> Result<Timing> {
        let mut work = None;
        let timing = self.gpu.time("steps", |pass| work = Some(self.record_in(pass, steps, record)))?;
        work.into_iter().for_each(|work| self.counter.submitted(work));
        Ok(timing)
    }
}

fn allocate(gpu: &Gpu, plan: &BufferPlan<'_>) -> Result<Buffer<u32>> {
    let buffer = gpu.buffer(&plan.what, plan.words, Usage::Storage)?;
    match &plan.contents {
        Contents::Zeros => {}
        Contents::Words(words) => gpu.write(&buffer, 0, words)?,
        Contents::Made(make) => gpu.write(&buffer, 0, &make()?)?,
    }
    Ok(buffer)
}
