//! Which process this is. Threads and open devices are not there in one that was forked: whoever waited for them would wait for ever.

use neuropil::{Error, Result};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

/// The process in which something was computed first; 0: nothing was.
static FIRST: AtomicU32 = AtomicU32::new(0);

/// Is this the process that has the library's threads and devices? From the first call on it is the one that called.
///
/// # Errors
/// [`Error::Request`] if it is not.
pub fn is_that_of_its_threads() -> Result<()> {
    let own = process::id();
    match FIRST.compare_exchange(0, own, Ordering::Relaxed, Ordering::Relaxed) {
        Err(first) if first != own => {
            let problem =
                "it was forked from one in which neuropil has computed, whose threads and devices are not here";
            let legal =
                "processes that are started anew, as `multiprocessing.get_context(\"spawn\")` does, or forked before";
            Err(Error::request("process", problem, legal))
        }
        _ => Ok(()),
    }
}
