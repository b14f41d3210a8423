//! Threads that meet often: a barrier that spins briefly rather than sleeps, and rounds of work that a host leads.

use crate::{Error, Result};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};
use std::thread::{self, ScopedJoinHandle, Thread};

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

/// Looks of who may have to wait long before it sleeps, after those of [`wait_until`]: some hundreds of microseconds.
const YIELDS: u32 = 1 << 9;

/// Waits until something holds, and sleeps where that takes long: who brings it about calls [`thread::Thread::unpark`] then.
fn rest_until(holds: impl Fn() -> bool) {
    for look in 0..SPINS + YIELDS {
        if holds() {
            return;
        }
        if look < SPINS { std::hint::spin_loop() } else { thread::yield_now() }
    }
    while !holds() {
        thread::park();
    }
}

/// What threads are told that live for several rounds of work.
struct Rounds<T> {
    /// How often they were told something.
    told: Alone<AtomicU32>,
    /// Who has not yet done the present round.
    busy: Alone<AtomicU32>,
    /// What the round is; none: there is no other.
    what: RwLock<Option<T>>,
    /// What the first said that panicked.
    panic: Mutex<Option<Box<dyn Any + Send>>>,
    host: Thread,
}

impl<T: Send + Sync> Rounds<T> {
    /// For threads that this one tells what to do.
    fn new() -> Self {
        let (told, busy) = (Alone::default(), Alone::default());
        Self { told, busy, what: RwLock::new(None), panic: Mutex::new(None), host: thread::current() }
    }

    /// Tells all of a round, or that there is no other.
    fn tell(&self, threads: &[ScopedJoinHandle<'_, ()>], what: Option<T>) {
        *self.what.write().unwrap_or_else(PoisonError::into_inner) = what;
        self.busy.0.store(threads.len() as u32, Ordering::Relaxed);
        self.told.0.fetch_add(1, Ordering::Release);
        threads.iter().for_each(|thread| thread.thread().unpark());
    }

    /// Does the present round, if there is one.
    fn work(&self, work: impl FnOnce(&T)) -> bool {
        let what = self.what.read().unwrap_or_else(PoisonError::into_inner);
        what.as_ref().map(work).is_some()
    }

    /// Does what it is told, round by round.
    fn serve(&self, work: impl Fn(&T)) {
        let mut told = 0;
        loop {
            rest_until(|| self.told.0.load(Ordering::Acquire) != told);
            told = told.wrapping_add(1);
            match catch_unwind(AssertUnwindSafe(|| self.work(&work))) {
                Ok(true) => {}
                Ok(false) => return,
                Err(panic) => {
                    self.panic.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(panic);
                }
            }
            if self.busy.0.fetch_sub(1, Ordering::AcqRel) == 1 {
                self.host.unpark();
            }
        }
    }

    /// Waits until all others have done the round. A panic of one becomes a panic of this thread.
    fn finish(&self) {
        rest_until(|| self.busy.0.load(Ordering::Acquire) == 0);
        if let Some(panic) = self.panic.lock().unwrap_or_else(PoisonError::into_inner).take() {
            resume_unwind(panic);
        }
    }
}

/// Lets nobody wait for a round of a thread that has gone.
struct Last<'a, 'scope, T: Send + Sync> {
    rounds: &'a Rounds<T>,
    threads: Vec<ScopedJoinHandle<'scope, ()>>,
}

impl<T: Send + Sync> Drop for Last<'_, '_, T> {
    fn drop(&mut self) {
        self.rounds.tell(&self.threads, None);
    }
}

/// Lets so many threads work together, one round after the other: `lead` calls what it is given for each, with what the round is, and
/// goes on when all have done `work`, which is told its thread (0: this one) and the round. Threads live until `lead` returns. A panic of
/// one becomes a panic of this thread.
///
/// # Errors
/// [`Error::Request`] where a thread cannot be started: then nothing was done.
pub(crate) fn in_rounds<T: Send + Sync, R>(
    members: usize,
    work: impl Fn(usize, &T) + Sync,
    lead: impl FnOnce(&dyn Fn(T)) -> R,
) -> Result<R> {
    let rounds = Rounds::new();
    thread::scope(|scope| {
        let (work, rounds) = (&work, &rounds);
        let mut last = Last { rounds, threads: Vec::with_capacity(members.saturating_sub(1)) };
        for member in 1..members {
            let begin = move || rounds.serve(|what| work(member, what));
            let thread = thread::Builder::new().spawn_scoped(scope, begin).map_err(|error| {
                let problem = format!("the system starts no more: {error}");
                let legal = "fewer of them (`--threads`, `EngineOptions::threads`)";
                Error::request(format!("{members} threads"), problem, legal)
            })?;
            last.threads.push(thread);
        }
        let round = |what| {
            rounds.tell(&last.threads, Some(what));
            rounds.work(|what| work(0, what));
            rounds.finish();
        };
        Ok(lead(&round))
    })
}

/// Does `work` of each member at once, the first on this thread. A panic of one becomes a panic of this thread.
///
/// # Errors
/// As those of [`in_rounds`].
pub(crate) fn together<M: Send>(members: &mut [M], work: impl Fn(&mut M) + Sync) -> Result<()> {
    if members.is_empty() {
        return Ok(());
    }
    let members: Vec<_> = members.iter_mut().map(Mutex::new).collect();
    let work = |member: usize, (): &()| work(&mut members[member].lock().unwrap_or_else(PoisonError::into_inner));
    in_rounds(members.len(), work, |round| round(()))
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn rounds_are_done_by_all_one_after_the_other() {
        for members in 1..=3 {
            let done = Mutex::new(Vec::new());
            let work = |member: usize, round: &u32| done.lock().unwrap().push((*round, member));
            let rounds = in_rounds(members, work, |round| {
                for number in 0..100 {
                    if number == 50 {
                        // Long enough to fall asleep.
                        thread::sleep(std::time::Duration::from_millis(20));
                    }
                    round(number);
                    let mut done = std::mem::take(&mut *done.lock().unwrap());
                    done.sort_unstable();
                    assert_eq!(done, (0..members).map(|member| (number, member)).collect::<Vec<_>>());
                }
                "all"
            });
            assert_eq!(rounds.unwrap(), "all");
        }
    }

    #[test]
    fn without_a_round_nobody_works() {
        assert_eq!(in_rounds(3, |_, (): &()| panic!("there is none"), |_| 7).unwrap(), 7);
        let leading = catch_unwind(|| in_rounds(3, |_, (): &()| panic!("there is none"), |_| panic!("it leads")));
        assert_eq!(leading.unwrap_err().downcast_ref::<&str>(), Some(&"it leads"));
    }

    #[test]
    fn who_panics_in_a_round_ends_it_and_those_that_follow() {
        for member in 0..3 {
            let done = AtomicU32::new(0);
            let work = |this: usize, round: &u32| {
                assert!(this != member || *round < 2, "the third round fails");
                done.fetch_add(1, Ordering::Relaxed);
            };
            let panicked = catch_unwind(AssertUnwindSafe(|| in_rounds(3, work, |round| (0..9).for_each(round))));
            assert_eq!(panicked.unwrap_err().downcast_ref::<&str>(), Some(&"the third round fails"));
            let done = done.into_inner();
            assert!((6..=8).contains(&done), "{done}");
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
