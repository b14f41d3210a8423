//! What the device reported outside of any call: the first unforeseen error, and its loss.
//!
//! Callbacks of the graphics library write here, from any thread; [`Gpu::check`](super::Gpu::check) reads.

use crate::Error;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Shared by a device and its callbacks.
#[derive(Debug, Default)]
pub(super) struct Faults {
    lost: OnceLock<String>,
    first: Mutex<Option<Fault>>,
}

#[derive(Debug)]
enum Fault {
    OutOfMemory,
    Refused(String),
}

impl Faults {
    /// Keeps an error that no scope was waiting for, if it is the first since the last check.
    pub(super) fn keep(&self, error: &wgpu::Error) {
        let fault = match error {
            wgpu::Error::OutOfMemory { .. } => Fault::OutOfMemory,
            other => Fault::Refused(other.to_string()),
        };
        self.first.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(fault);
    }

    /// Keeps the reason of the device's loss.
    pub(super) fn lose(&self, reason: &str) {
        let reason = if reason.is_empty() { "the driver gives no reason" } else { reason };
        // A second reason is a consequence of the first.
        let _ = self.lost.set(reason.trim_end_matches('.').to_owned());
    }

    /// The loss, which stays.
    pub(super) fn loss(&self, action: &str) -> Result<(), Error> {
        match self.lost.get() {
            None => Ok(()),
            Some(reason) => Err(Error::DeviceLost { action: action.to_owned(), reason: reason.clone() }),
        }
    }

    /// The loss; else the first error, which is then forgotten.
    pub(super) fn take(&self, action: &str) -> Result<(), Error> {
        self.loss(action)?;
        match self.first.lock().unwrap_or_else(PoisonError::into_inner).take() {
            None => Ok(()),
            Some(Fault::OutOfMemory) => Err(Error::DeviceLost {
                action: action.to_owned(),
                reason: "it ran out of memory while computing".to_owned(),
            }),
            Some(Fault::Refused(message)) => Err(Error::Validation { action: action.to_owned(), message }),
        }
    }
}
