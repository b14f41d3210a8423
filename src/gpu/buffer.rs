//! Typed buffers on the device: allocated after a look at the limits, written and read in pieces.
//!
//! Lengths and places are counted in elements, never in bytes, and checked here.

use super::limits::allocated;
use super::{Gpu, Readback, Ticket};
use crate::{Error, Result};
use bytemuck::Pod;
use std::marker::PhantomData;
use std::ops::Range;
use std::sync::Arc;

/// [bytes] What is written or read at once, so that a table of gigabytes does not need its size twice.
const PIECE: usize = 64 << 20;

/// What a buffer is for. All can be written, cleared, copied and read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Usage {
    /// Seen by kernels as a whole: as large as the adapter's largest binding at most.
    Storage,
    /// Seen by kernels in parts: as large as the adapter's largest buffer at most.
    StorageParts,
    /// Small data, the same for all invocations.
    Uniform,
}

/// A buffer of `len` elements on the device. Clones are cheap and mean the same buffer.
#[derive(Debug, Clone)]
pub(crate) struct Buffer<T> {
    pub(super) raw: wgpu::Buffer,
    pub(super) what: Arc<str>,
    len: usize,
    element: PhantomData<fn() -> T>,
}

/// The bytes of a buffer that a kernel sees.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(super) raw: wgpu::Buffer,
    pub(super) what: Arc<str>,
    pub(super) offset: u64,
    pub(super) bytes: u64,
}

/// Something that can be bound: a buffer, or a [`Part`] of one.
pub(crate) trait Binding {
    /// The bytes that the kernel sees.
    fn part(&self) -> Part;
}

impl<T: Pod> Binding for Buffer<T> {
    fn part(&self) -> Part {
        // An empty buffer still shows its minimal allocation: a binding cannot be empty.
        let bytes = if self.len == 0 { self.raw.size() } else { padded(self.len * size_of::<T>()) };
        Part { raw: self.raw.clone(), what: self.what.clone(), offset: 0, bytes }
    }
}

impl Binding for Part {
    fn part(&self) -> Part {
        self.clone()
    }
}

impl<T: Pod> Buffer<T> {
    /// Number of elements.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// What it holds, for messages.
    pub(crate) fn what(&self) -> &str {
        &self.what
    }

    /// A part, to be bound alone. Its first byte must lie at a multiple of [`Limits::min_offset_alignment`].
    ///
    /// [`Limits::min_offset_alignment`]: super::Limits::min_offset_alignment
    pub(crate) fn slice(&self, range: Range<usize>) -> Result<Part> {
        if range.is_empty() {
            return Err(self.illegal(&range, "an empty part cannot be bound"));
        }
        let bytes = self.span(range)?;
        Ok(Part { raw: self.raw.clone(), what: self.what.clone(), offset: bytes.start, bytes: bytes.end - bytes.start })
    }

    /// The bytes of a range of elements, in whole words: a range that ends with the buffer is rounded up.
    pub(super) fn span(&self, range: Range<usize>) -> Result<Range<u64>> {
        if range.start > range.end || range.end > self.len {
            return Err(self.illegal(&range, "the range leaves the buffer"));
        }
        let start = (range.start * size_of::<T>()) as u64;
        let end = range.end * size_of::<T>();
        let end = if range.end == self.len { padded(end) } else { end as u64 };
        if range.is_empty() {
            return Ok(start & !3..start & !3);
        }
        if !start.is_multiple_of(4) || !end.is_multiple_of(4) {
            return Err(self.illegal(&range, "the range does not begin and end at whole words of 4 bytes"));
        }
        Ok(start..end)
    }

    fn illegal(&self, range: &Range<usize>, problem: &str) -> Error {
        let what = format!("elements {}..{} of {}", range.start, range.end, self.what);
        Error::request(what, problem, format!("within 0..{}", self.len))
    }
}

/// Device copies move whole words.
fn padded(bytes: usize) -> u64 {
    (bytes as u64).next_multiple_of(4)
}

impl Gpu {
    /// Allocates `len` elements, all zero. A buffer of none still takes a few bytes, so that it can be bound.
    ///
    /// # Errors
    /// [`Error::TooLarge`] before anything is asked of the driver; [`Error::OutOfMemory`] if it has no more.
    pub(crate) fn buffer<T: Pod>(&self, what: &str, len: usize, usage: Usage) -> Result<Buffer<T>> {
        let limits = self.limits();
        let (limit_name, limit) = match usage {
            Usage::Storage if limits.max_binding <= limits.max_buffer => {
                ("max_storage_buffer_binding_size", limits.max_binding)
            }
            Usage::Uniform => ("max_uniform_buffer_binding_size", limits.max_uniform),
            Usage::Storage | Usage::StorageParts => ("max_buffer_size", limits.max_buffer),
        };
        let needed = (len as u64).saturating_mul(size_of::<T>() as u64);
        self.fits(what, needed, limit_name, limit)?;
        let kind = match usage {
            Usage::Storage | Usage::StorageParts => wgpu::BufferUsages::STORAGE,
            Usage::Uniform => wgpu::BufferUsages::UNIFORM,
        };
        let size = allocated(len, size_of::<T>());
        let raw = self.allocate(what, size, kind | wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST)?;
        Ok(Buffer { raw, what: what.into(), len, element: PhantomData })
    }

    /// A buffer that holds `data`.
    pub(crate) fn buffer_of<T: Pod>(&self, what: &str, data: &[T], usage: Usage) -> Result<Buffer<T>> {
        let buffer = self.buffer(what, data.len(), usage)?;
        self.write(&buffer, 0, data)?;
        Ok(buffer)
    }

    pub(super) fn fits(&self, what: &str, needed: u64, limit_name: &'static str, limit: u64) -> Result<()> {
        if needed <= limit {
            return Ok(());
        }
        Err(Error::TooLarge {
            what: what.to_owned(),
            needed,
            unit: "bytes",
            limit_name,
            limit,
            adapter: self.info().name.clone(),
            hint: String::new(),
        })
    }

    pub(super) fn allocate(&self, what: &str, size: u64, usage: wgpu::BufferUsages) -> Result<wgpu::Buffer> {
        let wanted = wgpu::BufferDescriptor { label: Some(what), size, usage, mapped_at_creation: false };
        #[cfg(test)]
        super::tests::given::allocated(what, size);
        self.guarded(what, Some(size), || self.inner.device.create_buffer(&wanted))
    }

    /// Writes `data` from element `offset` on, before anything that is submitted later.
    ///
    /// # Errors
    /// [`Error::Request`] if it leaves the buffer; [`Error::OutOfMemory`], [`Error::DeviceLost`].
    pub(crate) fn write<T: Pod>(&self, buffer: &Buffer<T>, offset: usize, data: &[T]) -> Result<()> {
        let end = offset.saturating_add(data.len());
        let span = buffer.span(offset..end)?;
        let bytes: &[u8] = bytemuck::cast_slice(data);
        let mut at = span.start;
        let mut last: Option<Ticket> = None;
        for piece in bytes.chunks(PIECE) {
            let whole = piece.len() & !3;
            self.guarded(&buffer.what, Some(piece.len() as u64), || {
                self.inner.queue.write_buffer(&buffer.raw, at, &piece[..whole]);
                if whole < piece.len() {
                    let mut word = [0; 4];
                    word[..piece.len() - whole].copy_from_slice(&piece[whole..]);
                    self.inner.queue.write_buffer(&buffer.raw, at + whole as u64, &word);
                }
            })?;
            at += piece.len() as u64;
            if bytes.len() > PIECE {
                // The library keeps a copy of each piece until it is done: at most two of them are alive.
                let index = self.guarded(&buffer.what, None, || self.inner.queue.submit([]))?;
                if let Some(earlier) = last.replace(Ticket { index }) {
                    self.wait(&earlier)?;
                }
            }
        }
        Ok(())
    }

    /// Reads a range of elements, after everything that was submitted before.
    ///
    /// # Errors
    /// [`Error::Request`] if it leaves the buffer; [`Error::OutOfMemory`], [`Error::DeviceLost`].
    pub(crate) fn read<T: Pod>(&self, buffer: &Buffer<T>, range: Range<usize>) -> Result<Vec<T>> {
        buffer.span(range.clone())?;
        let piece = ((PIECE / size_of::<T>().max(1)) & !3).max(4);
        let mut found = Vec::with_capacity(range.len());
        let mut ring = Readback::new(self, buffer.what(), piece.min(range.len()), 2.min(range.len().div_ceil(piece)))?;
        let mut from = range.start;
        while found.len() < range.len() {
            while from < range.end && ring.has_room() {
                let to = range.end.min(from + piece);
                let mut recorder = self.recorder("read");
                ring.record(&mut recorder, buffer, from..to)?;
                recorder.submit()?;
                from = to;
            }
            ring.wait_with(|piece| found.extend_from_slice(piece))?;
        }
        Ok(found)
    }

    /// Reads several ranges, one after the other, in one submission where they are not too many.
    ///
    /// # Errors
    /// As those of [`read`](Self::read).
    pub(crate) fn read_ranges<T: Pod>(&self, buffer: &Buffer<T>, ranges: &[Range<usize>]) -> Result<Vec<T>> {
        let len = ranges.iter().map(Range::len).sum::<usize>();
        if len.saturating_mul(size_of::<T>()) > PIECE {
            let found = ranges.iter().map(|range| self.read(buffer, range.clone()));
            return found.collect::<Result<Vec<_>>>().map(|found| found.concat());
        }
        let mut ring = Readback::new(self, buffer.what(), len, 1)?;
        let mut recorder = self.recorder("read");
        ring.record_all(&mut recorder, buffer, ranges)?;
        recorder.submit()?;
        ring.wait()
    }
}
