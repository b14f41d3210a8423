//! How far building has come, told to whoever waits; who may also say that it is enough.

use std::fmt;
use std::sync::Arc;

/// Told the synapses that were drawn, and how many there are to draw (each is drawn twice); building goes on while it
/// returns true. It may be called by any thread.
#[derive(Clone, Default)]
pub struct Progress(Option<Arc<dyn Fn(u64, u64) -> bool + Send + Sync>>);

impl Progress {
    /// Calls `told`, again and again.
    pub fn new(told: impl Fn(u64, u64) -> bool + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(told)))
    }

    /// Tells; shall building go on?
    pub(super) fn tell(&self, done: u64, all: u64) -> bool {
        self.0.as_ref().is_none_or(|told| told(done, all))
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Progress(told)" } else { "Progress" })
    }
}
