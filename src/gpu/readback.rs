//! Results on their way back: a ring of host-visible buffers, so that one is read while the next is computed.

use super::record::Ticket;
use super::{Buffer, Gpu, Recorder};
use crate::{Error, Result};
use bytemuck::Pod;
use std::collections::VecDeque;
use std::marker::PhantomData;
use std::ops::Range;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

type Mapped = Result<(), wgpu::BufferAsyncError>;

/// Room for several read-backs of up to `capacity` elements that are under way at once, returned in their order.
pub(crate) struct Readback<T> {
    gpu: Gpu,
    what: String,
    capacity: usize,
    slots: usize,
    free: Vec<wgpu::Buffer>,
    flights: VecDeque<Flight>,
    element: PhantomData<fn() -> T>,
}

struct Flight {
    raw: wgpu::Buffer,
    len: usize,
    /// [bytes] In whole words.
    bytes: u64,
    mapped: Receiver<Mapped>,
    submitted: Arc<OnceLock<Ticket>>,
}

impl<T: Pod> Readback<T> {
    /// Allocates room for `slots` read-backs of `capacity` elements each.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::OutOfMemory`].
    pub(crate) fn new(gpu: &Gpu, what: &str, capacity: usize, slots: usize) -> Result<Self> {
        let needed = (capacity as u64).saturating_mul(size_of::<T>() as u64);
        gpu.fits(what, needed, "max_buffer_size", gpu.limits().max_buffer)?;
        let (free, flights, what) = (Vec::with_capacity(slots), VecDeque::new(), format!("the read-back of {what}"));
        let mut empty = Self { gpu: gpu.clone(), what, capacity, slots, free, flights, element: PhantomData };
        empty.clear()?;
        Ok(empty)
    }

    /// Forgets all that is recorded, and has all its room again: for after a failure.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], [`Error::DeviceLost`].
    pub(crate) fn clear(&mut self) -> Result<()> {
        // Whether their buffers are mapped, or will be, or never, does not matter for those that take their place.
        self.flights.clear();
        let size = ((self.capacity * size_of::<T>()) as u64).next_multiple_of(4).max(4);
        let usage = wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST;
        while self.free.len() < self.slots {
            self.free.push(self.gpu.allocate(&self.what, size, usage)?);
        }
        Ok(())
    }

    /// Whether another one can be recorded before the oldest is waited for.
    pub(crate) fn has_room(&self) -> bool {
        !self.free.is_empty()
    }

    /// How many are recorded and not yet waited for.
    pub(crate) fn in_flight(&self) -> usize {
        self.flights.len()
    }

    /// Records the copy of a range of elements, at this place of the recording.
    ///
    /// # Errors
    /// [`Error::Request`] if the range leaves the buffer, exceeds the capacity, or there is no room.
    pub(crate) fn record(&mut self, recorder: &mut Recorder, from: &Buffer<T>, range: Range<usize>) -> Result<()> {
        self.record_all(recorder, from, &[range])
    }

    /// Records the copies of several ranges, which come back together, one after the other.
    ///
    /// # Errors
    /// As those of [`record`](Self::record).
    pub(crate) fn record_all(
        &mut self,
        recorder: &mut Recorder,
        from: &Buffer<T>,
        ranges: &[Range<usize>],
    ) -> Result<()> {
        let len = ranges.iter().map(Range::len).sum();
        let spans = ranges.iter().map(|range| from.span(range.clone())).collect::<Result<Vec<_>>>()?;
        if len > self.capacity {
            let legal = format!("at most {}", self.capacity);
            return Err(Error::request(&self.what, format!("{len} elements are asked for"), legal));
        }
        let Some(raw) = self.free.pop() else {
            let problem = format!("{} are under way already", self.flights.len());
            return Err(Error::request(&self.what, problem, "wait for the oldest first"));
        };
        let (tell, mapped) = channel::<Mapped>();
        let bytes = spans.iter().map(|span| span.end - span.start).sum();
        if bytes > 0 {
            let mut at = 0;
            for span in spans.iter().filter(|span| !span.is_empty()) {
                recorder.encoder.copy_buffer_to_buffer(&from.raw, span.start, &raw, at, span.end - span.start);
                at += span.end - span.start;
            }
            // Called when the copy is done; dropped unheard if the recording is.
            recorder.encoder.map_buffer_on_submit(&raw, wgpu::MapMode::Read, 0..bytes, move |mapped| {
                let _ = tell.send(mapped);
            });
        }
        self.flights.push_back(Flight { raw, len, bytes, mapped, submitted: recorder.submitted.clone() });
        Ok(())
    }

    /// Waits for the oldest read-back, and only for it.
    ///
    /// # Errors
    /// [`Error::DeviceLost`]; [`Error::Request`] if there is none, or its recording was not submitted.
    pub(crate) fn wait(&mut self) -> Result<Vec<T>> {
        self.wait_with(<[T]>::to_vec)
    }

    /// Waits for the oldest read-back and shows it, without a copy, to `see`.
    ///
    /// # Errors
    /// As [`wait`](Self::wait).
    pub(crate) fn wait_with<R>(&mut self, see: impl FnOnce(&[T]) -> R) -> Result<R> {
        let Some(flight) = self.flights.pop_front() else {
            return Err(Error::request(&self.what, "none is under way", ""));
        };
        let Some(ticket) = flight.submitted.get() else {
            self.free.push(flight.raw);
            return Err(Error::request(&self.what, "its recording was not submitted", ""));
        };
        self.gpu.wait(ticket)?;
        if flight.bytes == 0 {
            self.free.push(flight.raw);
            return Ok(see(&[]));
        }
        self.arrival(&flight.mapped)?;
        let result = {
            let view = flight
                .raw
                .slice(0..flight.bytes)
                .get_mapped_range()
                .map_err(|refusal| Error::Validation { action: self.what.clone(), message: refusal.to_string() })?;
            let bytes = &view[..flight.len * size_of::<T>()];
            match bytemuck::try_cast_slice(bytes) {
                Ok(elements) => see(elements),
                // A driver may map at an address that does not suit the type.
                Err(_) => see(&bytemuck::pod_collect_to_vec(bytes)),
            }
        };
        flight.raw.unmap();
        self.free.push(flight.raw);
        Ok(result)
    }

    /// A failed mapping is the one sure sign of a lost device: waiting does not report it.
    fn arrival(&self, mapped: &Receiver<Mapped>) -> Result<()> {
        let arrived = match mapped.try_recv() {
            // Another thread waits for the device too, and is about to tell.
            Err(TryRecvError::Empty) => mapped.recv_timeout(Duration::from_secs(10)).ok(),
            told => told.ok(),
        };
        if !matches!(arrived, Some(Ok(()))) {
            self.gpu.inner.faults.lose("results could not be read back");
        }
        self.gpu.inner.faults.take(&self.what)
    }
}
