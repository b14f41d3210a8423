//! The device: adapter, typed buffers, kernels, recorded passes, read-back and timing.
//!
//! A thin layer over `wgpu` that turns everything that can go wrong into [`Error`]s: nothing here panics
//! on input, on a refused kernel, on exhausted memory or on a lost device. It knows nothing of networks, plans or models.
//! No type of `wgpu` leaves the crate through it.
#![cfg_attr(not(test), expect(dead_code, reason = "what only the simulator and the benches use"))]

mod adapter;
mod buffer;
mod choice;
pub mod doctor;
mod faults;
mod kernel;
pub mod limits;
mod readback;
mod record;
mod timing;

#[cfg(test)]
pub(crate) mod tests;

pub use adapter::{AdapterInfo, AdapterKind, adapters, known_bad};
pub use choice::DeviceChoice;
pub use limits::Limits;

pub(crate) use buffer::{Binding, Buffer, Usage};
pub(crate) use kernel::{BindGroup, Pipeline};
pub(crate) use readback::Readback;
pub(crate) use record::{Pass, Recorder, Ticket};
pub use timing::Clock;
pub(crate) use timing::Timing;

use crate::options::Arithmetic;
use crate::{Error, Result};
use doctor::Lack;
use faults::Faults;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

/// A wait that is to last longer has no limit: drivers count nanoseconds.
const LONGEST_WAIT: Duration = Duration::from_secs(365 * 24 * 3600);

/// An open device. Clones are cheap and mean the same device.
#[derive(Clone)]
pub struct Gpu {
    inner: Arc<Inner>,
    usable: Arc<Usable>,
}

/// What of a device is used: all that the adapter has, less what its driver gets wrong.
#[derive(Clone)]
struct Usable {
    limits: Limits,
    lacks: Vec<Lack>,
    /// How its kernels compute.
    arithmetic: Arithmetic,
}

struct Inner {
    device: wgpu::Device,
    queue: wgpu::Queue,
    info: AdapterInfo,
    faults: Arc<Faults>,
    kernels: kernel::Cache,
}

impl std::fmt::Debug for Gpu {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gpu").field("info", &self.inner.info).finish_non_exhaustive()
    }
}

impl Gpu {
    /// Opens the adapter that is meant, with its own limits and the features that neuropil uses.
    ///
    /// Does not test whether the driver computes rightly: that is [`doctor::self_test`].
    ///
    /// # Errors
    /// [`Error::NoAdapter`] if none fits, [`Error::MissingFeature`] if it lacks what every run needs,
    /// [`Error::Validation`] if the driver refuses.
    pub fn open(choice: &DeviceChoice) -> Result<Self> {
        let (info, adapter) = adapter::select(choice)?;
        if !adapter.features().contains(adapter::REQUIRED) {
            return Err(Error::MissingFeature { adapter: info.name, feature: "the feature IMMEDIATES".to_owned() });
        }
        let wanted = wgpu::DeviceDescriptor {
            label: Some("neuropil"),
            required_features: adapter::REQUIRED | (adapter::OPTIONAL & adapter.features()),
            required_limits: adapter.limits(),
            ..Default::default()
        };
        let (device, queue) = pollster::block_on(adapter.request_device(&wanted)).map_err(|refusal| {
            Error::Validation { action: format!("to open {}", info.name), message: refusal.to_string() }
        })?;

        let faults = Arc::new(Faults::default());
        let kept = faults.clone();
        device.on_uncaptured_error(Arc::new(move |error| kept.keep(&error)));
        let kept = faults.clone();
        device.set_device_lost_callback(move |_, reason| kept.lose(&reason));
        let usable = Arc::new(Usable { limits: info.limits.clone(), lacks: Vec::new(), arithmetic: Arithmetic::Fast });
        Ok(Self { inner: Arc::new(Inner { device, queue, info, faults, kernels: kernel::Cache::default() }), usable })
    }

    /// The adapter.
    pub fn info(&self) -> &AdapterInfo {
        &self.inner.info
    }

    /// The adapter's limits, without what the device [lacks](Gpu::lacks).
    pub fn limits(&self) -> &Limits {
        &self.usable.limits
    }

    /// What the adapter offers and is not used, for its driver gets it wrong: known after [`doctor::self_test`].
    pub fn lacks(&self) -> &[Lack] {
        &self.usable.lacks
    }

    /// The same device, used without these.
    fn without(&self, lacks: Vec<Lack>) -> Self {
        let mut usable = (*self.usable).clone();
        for lack in lacks {
            lack.feature.remove(&mut usable.limits);
            usable.lacks.push(lack);
        }
        Self { inner: self.inner.clone(), usable: Arc::new(usable) }
    }

    /// The same device, used as one of these limits.
    #[cfg(test)]
    pub(crate) fn limited(&self, limits: Limits) -> Self {
        let usable = Usable { limits, lacks: Vec::new(), arithmetic: self.usable.arithmetic };
        Self { inner: self.inner.clone(), usable: Arc::new(usable) }
    }

    /// The same device, with kernels that compute so from now on. Without it they do as the driver likes.
    pub(crate) fn computing(&self, arithmetic: Arithmetic) -> Self {
        let usable = Usable { arithmetic, ..(*self.usable).clone() };
        Self { inner: self.inner.clone(), usable: Arc::new(usable) }
    }

    /// How its kernels compute.
    pub(crate) fn arithmetic(&self) -> Arithmetic {
        self.usable.arithmetic
    }

    /// Whether the two are clones of each other.
    pub(crate) fn same_device(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    /// The first thing that went wrong since the last check, outside of any call. A loss stays.
    pub(crate) fn check(&self) -> Result<()> {
        self.inner.faults.take("computing")
    }

    /// Waits until a submission is done.
    ///
    /// # Errors
    /// [`Error::DeviceLost`]; what [`Gpu::check`] returns.
    pub(crate) fn wait(&self, ticket: &Ticket) -> Result<()> {
        self.wait_within(ticket, Duration::MAX).map(|_| ())
    }

    /// Waits until a submission is done, so long at most; returns whether it is. If it is not, the device counts as lost.
    ///
    /// # Errors
    /// As [`Gpu::wait`].
    pub(crate) fn wait_within(&self, ticket: &Ticket, limit: Duration) -> Result<bool> {
        // Who waits for a device that hangs would wait for ever.
        self.inner.faults.loss("it was waited for")?;
        let timeout = (limit < LONGEST_WAIT).then_some(limit);
        let done = wgpu::PollType::Wait { submission_index: Some(ticket.index.clone()), timeout };
        match self.poll(done)? {
            Ok(_) => {}
            Err(wgpu::PollError::Timeout) => {
                self.abandon(limit);
                return Ok(false);
            }
            Err(refusal) => {
                // The submission was never taken. If the device is gone, a look at it makes the library say so.
                let _ = self.poll(wgpu::PollType::Poll)?;
                self.check()?;
                return Err(Error::Validation { action: "to wait".to_owned(), message: refusal.to_string() });
            }
        }
        self.check().map(|()| true)
    }

    /// Lets go of a device that does not finish. wgpu 30 waits for a queue when it is dropped, without end: so this one
    /// never is.
    fn abandon(&self, waited: Duration) {
        self.inner.faults.lose(&format!("it did not finish within {} s", waited.as_secs_f64()));
        std::mem::forget(self.clone());
    }

    fn poll(&self, kind: wgpu::PollType) -> Result<std::result::Result<wgpu::PollStatus, wgpu::PollError>> {
        // When the driver loses the device meanwhile, wgpu 30 panics instead of returning the loss. It holds no lock
        // then, and nothing of this crate is half-written.
        catch_unwind(AssertUnwindSafe(|| self.inner.device.poll(kind))).or_else(|_| {
            self.inner.faults.lose("the driver failed while it was waited for");
            self.check().map(|()| Ok(wgpu::PollStatus::Poll))
        })
    }

    /// Makes calls of the graphics library and returns what they complain about as the error of this call.
    ///
    /// `bytes` is what the calls allocate; with `None`, exhausted memory is a refusal like any other.
    fn guarded<R>(&self, action: &str, bytes: Option<u64>, calls: impl FnOnce() -> R) -> Result<R> {
        let device = &self.inner.device;
        let validation = device.push_error_scope(wgpu::ErrorFilter::Validation);
        let memory = device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
        let internal = device.push_error_scope(wgpu::ErrorFilter::Internal);
        let result = calls();
        // Innermost first, as they must be popped, and all of them, whatever they hold.
        let complaints = [internal, memory, validation].map(|scope| pollster::block_on(scope.pop()));
        let complaint = complaints.into_iter().flatten().next();
        self.inner.faults.loss(action)?;
        match (complaint, bytes) {
            (None, _) => Ok(result),
            (Some(wgpu::Error::OutOfMemory { .. }), Some(bytes)) => {
                Err(Error::OutOfMemory { what: action.to_owned(), bytes })
            }
            (Some(complaint), _) => {
                Err(Error::Validation { action: action.to_owned(), message: complaint.to_string() })
            }
        }
    }
}
