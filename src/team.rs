//! Threads that meet often: a barrier that spins briefly rather than sleeps.

use crate::{Error, Result};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};
use std::thread;

/// The cores that this program may use.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Looks at a barrier before others are let onto the core: some tens of microseconds.
const SPINS: u32 = 1 << 10;

/// Waits until something holds that another thread brings about.
fn wait_until(holds: impl Fn() -> bool) {
    for _ in 0..SPINS {
        if holds() {
            return;
        }
        std::hint::spin_loop();
    }
    while !holds() {
        thread::yield_now();
    }
}

/// A number that has a cache line to itself.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Alone<T>(T);

/// Where threads wait for each other.
#[derive(Debug)]
pub(crate) struct Barrier {
    threads: u32,
    arrived: Alone<AtomicU32>,
    /// How often all have met.
    met: Alone<AtomicU32>,
    /// A thread will not come.
    broken: AtomicBool,
}

/// A thread will not come to the barrier: it has panicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Broken;

impl Barrier {
    /// For so many threads.
    pub(crate) fn new(threads: u32) -> Self {
        Self { threads, arrived: Alone::default(), met: Alone::default(), broken: AtomicBool::new(false) }
    }

    /// Waits for all: what each did before is seen by all afterwards.
    pub(crate) fn wait(&self) -> std::result::Result<(), Broken> {
        if self.threads <= 1 {
            return Ok(());
        }
        let met = self.met.0.load(Ordering::Acquire);
        if self.arrived.0.fetch_add(1, Ordering::AcqRel) + 1 == self.threads {
            self.arrived.0.store(0, Ordering::Relaxed);
            self.met.0.store(met.wrapping_add(1), Ordering::Release);
            return Ok(());
        }
        let has_met = || self.met.0.load(Ordering::Acquire) != met;
        wait_until(|| has_met() || self.broken.load(Ordering::Relaxed));
        if has_met() { Ok(()) } else { Err(Broken) }
    }

    /// Lets nobody wait for a thread that panics while this lives.
    pub(crate) fn guard(&self) -> Guard<'_> {
        Guard(self)
    }
}

/// Breaks the barrier if its thread panics.
pub(crate) struct Guard<'a>(&'a Barrier);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.broken.store(true, Ordering::Relaxed);
        }
    }
}

/// Whether threads that were started may begin: not before all of them could be.
#[derive(Default)]
struct Start(AtomicU8);

const GO: u8 = 1;
const LEAVE: u8 = 2;

impl Start {
    fn tell(&self, go: bool) {
        self.0.store(if go { GO } else { LEAVE }, Ordering::Release);
    }

    fn ask(&self) -> bool {
        wait_until(|| self.0.load(Ordering::Acquire) != 0);
        self.0.load(Ordering::Acquire) == GO
    }
}

/// Does `work` of each member at once, the first on this thread. A panic of one becomes a panic of this thread.
///
/// # Errors
/// [`Error::Request`] where a thread cannot be started: then nothing was done.
pub(crate) fn together<M: Send>(members: &mut [M], work: impl Fn(&mut M) + Sync) -> Result<()> {
    let what = format!("{} threads", members.len());
    let Some((first, others)) = members.split_first_mut() else { return Ok(()) };
    let start = Start::default();
    thread::scope(|scope| {
        let (work, start) = (&work, &start);
        let mut threads = Vec::with_capacity(others.len());
        for member in others {
            let begin = move || {
                if start.ask() {
                    work(member);
                }
            };
            match thread::Builder::new().spawn_scoped(scope, begin) {
                Ok(thread) => threads.push(thread),
                Err(error) => {
                    start.tell(false);
                    let problem = format!("the system starts no more: {error}");
                    return Err(Error::request(what, problem, "fewer of them (`--threads`, `EngineOptions::threads`)"));
                }
            }
        }
        start.tell(true);
        work(first);
        for thread in threads {
            if let Err(panic) = thread.join() {
                std::panic::resume_unwind(panic);
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    #[test]
    fn nobody_passes_before_all_have_come() {
        for threads in 1..=5 {
            let (barrier, counter) = (Barrier::new(threads), AtomicU32::new(0));
            together(&mut vec![(); threads as usize], |()| {
                for round in 1..=1000 {
                    counter.fetch_add(1, Ordering::Relaxed);
                    barrier.wait().unwrap();
                    assert!(counter.load(Ordering::Relaxed) >= round * threads);
                    barrier.wait().unwrap();
                }
            })
            .unwrap();
            assert_eq!(counter.into_inner(), 1000 * threads);
        }
    }

    #[test]
    fn who_was_started_waits_for_a_word() {
        for go in [true, false] {
            let start = Start::default();
            thread::scope(|scope| {
                let waiting = scope.spawn(|| start.ask());
                start.tell(go);
                assert_eq!(waiting.join().unwrap(), go);
            });
        }
    }

    #[test]
    fn nobody_waits_for_one_that_has_panicked() {
        let barrier = Barrier::new(3);
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            together(&mut [0, 1, 2], |member| {
                let _guard = barrier.guard();
                assert!(*member != 1, "the second fails");
                assert_eq!(barrier.wait(), Err(Broken));
            })
        }));
        let message = panicked.unwrap_err();
        assert_eq!(message.downcast_ref::<&str>(), Some(&"the second fails"));
    }
}
