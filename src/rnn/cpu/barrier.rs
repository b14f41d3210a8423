//! Where threads meet within a step: waiting is shorter than waking, so they spin.

use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

/// Looks before a thread lets others run: some ten microseconds.
const SPINS: u32 = 4000;

/// Waits until something holds that another thread brings about.
fn wait_until(holds: impl Fn() -> bool) {
    for _ in 0..SPINS {
        if holds() {
            return;
        }
        std::hint::spin_loop();
    }
    while !holds() {
        std::thread::yield_now();
    }
}

/// Holds back each of some threads until all are there. What any wrote before, all see afterwards.
pub(super) struct Barrier {
    threads: usize,
    arrived: AtomicUsize,
    rounds: AtomicUsize,
}

impl Barrier {
    pub fn new(threads: usize) -> Self {
        Self { threads, arrived: AtomicUsize::new(0), rounds: AtomicUsize::new(0) }
    }

    pub fn wait(&self) {
        let round = self.rounds.load(Ordering::Acquire);
        if self.arrived.fetch_add(1, Ordering::AcqRel) + 1 == self.threads {
            self.arrived.store(0, Ordering::Relaxed);
            self.rounds.store(round.wrapping_add(1), Ordering::Release);
        } else {
            wait_until(|| self.rounds.load(Ordering::Acquire) != round);
        }
    }
}

/// Whether threads that were started may begin: not before all of them could be.
#[derive(Default)]
pub(super) struct Start(AtomicU8);

const GO: u8 = 1;
const LEAVE: u8 = 2;

impl Start {
    pub fn tell(&self, go: bool) {
        self.0.store(if go { GO } else { LEAVE }, Ordering::Release);
    }

    pub fn ask(&self) -> bool {
        wait_until(|| self.0.load(Ordering::Acquire) != 0);
        self.0.load(Ordering::Acquire) == GO
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_passes_before_all_are_there() {
        // More threads than cores: some wait until others run.
        let (threads, rounds) = (5, 300);
        let (barrier, count) = (Barrier::new(threads), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    for round in 1..=rounds {
                        count.fetch_add(1, Ordering::Relaxed);
                        barrier.wait();
                        assert_eq!(count.load(Ordering::Relaxed), round * threads);
                        barrier.wait();
                    }
                });
            }
        });
    }

    #[test]
    fn who_was_started_waits_for_a_word() {
        for go in [true, false] {
            let start = Start::default();
            std::thread::scope(|scope| {
                let waiting = scope.spawn(|| start.ask());
                start.tell(go);
                assert_eq!(waiting.join().unwrap(), go);
            });
        }
    }
}
