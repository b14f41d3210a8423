//! Waiting for the library without leaving Python deaf: signals are looked for, whatever takes how long.

use crate::errors::{Failure, caught, raised};
use crate::process;
use neuropil::Result;
use neuropil::rows::Progress;
use neuropil::sim::Interrupt;
use pyo3::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Between two looks for signals.
const LOOKS: Duration = Duration::from_millis(20);

/// Between two calls of whoever is told of the progress.
const TELLS: Duration = Duration::from_millis(100);

/// The stack of a thread that builds: that of a program's first thread.
const STACK: usize = 8 << 20;

/// What came from Python while a simulation ran: an exception of a signal's handler, or of whoever was told of the progress.
#[derive(Clone, Default)]
pub struct Raised(Arc<Mutex<Came>>);

#[derive(Default)]
struct Came {
    looked: Option<Instant>,
    told: Option<Instant>,
    error: Option<PyErr>,
}

impl Raised {
    fn lock(&self) -> MutexGuard<'_, Came> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What ends a run as soon as something came.
    pub fn interrupt(&self) -> Interrupt {
        let own = self.clone();
        Interrupt::new(move || own.has_come())
    }

    /// Forgets what came before a run.
    pub fn begin(&self) {
        let now = Some(Instant::now());
        *self.lock() = Came { looked: now, told: now, error: None };
    }

    /// Takes what came.
    pub fn take(&self) -> Option<PyErr> {
        self.lock().error.take()
    }

    /// Whether something came, which only the interpreter's first thread sees of signals.
    pub fn has_come(&self) -> bool {
        let mut came = self.lock();
        if came.error.is_none() && came.looked.is_none_or(|looked| looked.elapsed() >= LOOKS) {
            came.looked = Some(Instant::now());
            // A handler may ask for this simulation.
            drop(came);
            let error = Python::attach(|py| py.check_signals()).err();
            came = self.lock();
            came.error = came.error.take().or(error);
        }
        came.error.is_some()
    }

    /// Tells of so many steps that are done of so many, now and then.
    pub fn tell(&self, told: &Py<PyAny>, done: u32, all: u32) {
        if done < all && self.lock().told.is_some_and(|told| told.elapsed() < TELLS) {
            return;
        }
        let error = Python::attach(|py| told.call1(py, (done, all)).err());
        let mut came = self.lock();
        came.told = Some(Instant::now());
        came.error = came.error.take().or(error);
    }
}

/// Builds on a thread of its own, so that this one looks for signals; one of them ends it as soon as it tells of its progress.
pub fn built<T: Send>(py: Python<'_>, build: impl FnOnce(Progress) -> Result<T> + Send) -> PyResult<T> {
    process::is_that_of_its_threads().map_err(|error| raised(py, error.into()))?;
    let (found, error) = py.detach(|| {
        thread::scope(|scope| {
            let goes_on = Arc::new(AtomicBool::new(true));
            let asked = goes_on.clone();
            let progress = Progress::new(move |_, _| asked.load(Ordering::Relaxed));
            let (tell, told) = channel();
            let thread = thread::Builder::new().name("neuropil build".to_owned()).stack_size(STACK);
            let started = thread.spawn_scoped(scope, move || {
                // Whoever waits is there until this is done.
                let _ = tell.send(caught(|| build(progress)));
            });
            if let Err(error) = started {
                return (Err(Failure::Panic(format!("there is no thread to build on: {error}"))), None);
            }
            let mut error = None;
            loop {
                match told.recv_timeout(LOOKS) {
                    Ok(found) => return (found, error),
                    Err(RecvTimeoutError::Disconnected) => {
                        return (Err(Failure::Panic("building ended without a word".to_owned())), error);
                    }
                    Err(RecvTimeoutError::Timeout) if error.is_none() => {
                        error = Python::attach(|py| py.check_signals()).err();
                        goes_on.store(error.is_none(), Ordering::Relaxed);
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                }
            }
        })
    });
    match error {
        Some(error) => Err(error),
        None => found.map_err(|failure| raised(py, failure)),
    }
}
