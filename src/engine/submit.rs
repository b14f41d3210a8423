//! Submissions: handed over to the device, waited for, and what they say of themselves.

use super::{Executor, Work};
use crate::gpu::{Recorder, Ticket};
use crate::program::{Program, UNDER_WAY, report};
use crate::{Error, Result};
use std::collections::VecDeque;
use std::ops::Range;
use std::time::{Duration, Instant};

/// A submission whose results are not in yet.
pub(crate) struct Flight {
    ticket: Ticket,
    /// The steps that are done before, and with it.
    pub steps: Range<u32>,
    /// Its windows.
    pub windows: u32,
    start: Instant,
}

impl Flight {
    /// Steps of it.
    pub(crate) fn count(&self) -> u32 {
        self.steps.end.wrapping_sub(self.steps.start)
    }
}

impl Executor {
    /// Hands a recording over to the device; its report comes back.
    ///
    /// # Errors
    /// [`Error::Validation`], [`Error::DeviceLost`].
    pub(crate) fn submit(&mut self, mut recorder: Recorder, work: Work) -> Result<Flight> {
        let report = self.buffer(Program::REPORT).clone();
        self.reports.record(&mut recorder, &report, 0..report.len())?;
        self.submit_unseen(recorder, work)
    }

    /// Hands a recording over of which nothing comes back: see [`check`](Self::check).
    ///
    /// # Errors
    /// [`Error::Validation`], [`Error::DeviceLost`].
    pub(crate) fn submit_unseen(&mut self, recorder: Recorder, work: Work) -> Result<Flight> {
        let ticket = recorder.submit()?;
        let before = self.counter.steps();
        self.counter.submitted(work);
        let steps = before..self.counter.steps();
        Ok(Flight { ticket, steps, windows: work.windows, start: Instant::now() })
    }

    /// Waits until a submission is done, so long at most; returns whether it is. If it is not, the device counts as lost.
    ///
    /// # Errors
    /// [`Error::DeviceLost`], [`Error::Validation`].
    pub(crate) fn wait(&mut self, flight: &Flight, limit: Duration) -> Result<bool> {
        let done = self.gpu.wait_within(&flight.ticket, limit)?;
        let took = flight.start.max(self.idle_since).elapsed();
        self.pace.took(flight.windows, took);
        if flight.windows > 0 {
            self.last = Some((flight.count(), took));
        }
        self.idle_since = Instant::now();
        Ok(done)
    }

    /// What a submission reported, the oldest of which that was not asked for.
    ///
    /// # Errors
    /// [`Error::Unfinished`] if not all of it was done; [`Error::DeviceLost`].
    pub(crate) fn report<R>(&mut self, flight: &Flight, see: impl FnOnce(&[u32]) -> R) -> Result<R> {
        let (reached, seen) = self.reports.wait_with(|words| (words[report::REACHED], see(words)))?;
        compare(flight.steps.end, reached)?;
        Ok(seen)
    }

    /// Whether all that was submitted is done.
    ///
    /// # Errors
    /// [`Error::Unfinished`], [`Error::DeviceLost`].
    pub(crate) fn check(&self) -> Result<()> {
        let reached = self.read(Program::REPORT, report::REACHED..report::REACHED + 1)?;
        compare(self.counter.steps(), reached[0])
    }
}

/// Submits and takes in turns, so that the device always has work: `submit` returns none when there is no more, `take` waits for
/// the oldest.
///
/// # Errors
/// What the two return.
pub(crate) fn in_turns<T>(
    of: &mut T,
    submit: impl Fn(&mut T) -> Result<Option<Flight>>,
    mut take: impl FnMut(&mut T, Flight) -> Result<()>,
) -> Result<()> {
    let mut flights = VecDeque::with_capacity(UNDER_WAY);
    loop {
        while flights.len() < UNDER_WAY
            && let Some(flight) = submit(of)?
        {
            flights.push_back(flight);
        }
        match flights.pop_front() {
            Some(flight) => take(of, flight)?,
            None => return Ok(()),
        }
    }
}

/// Whether a device has counted as many steps as it should have.
pub(super) fn compare(expected: u32, reached: u32) -> Result<()> {
    if reached == expected {
        return Ok(());
    }
    Err(Error::Unfinished { expected: u64::from(expected), reached: u64::from(reached) })
}
