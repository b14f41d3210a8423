//! How long the device takes for a pass: by its own clock where it has one, else by the host's.

use super::readback::Readback;
use super::{Buffer, Gpu, Pass, Usage};
use crate::Result;
use std::time::Instant;

/// The duration of a pass.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Timing {
    /// [ns] On the device, or from submission to completion.
    pub(crate) ns: f64,
    /// Whether the device measured it; otherwise the submission and the wait are in it.
    pub(crate) on_device: bool,
}

impl Gpu {
    /// Runs one pass, waits for it, and says how long it took.
    ///
    /// # Errors
    /// As those of recording, submitting and waiting.
    pub(crate) fn time(&self, label: &str, record: impl FnOnce(&mut Pass<'_>)) -> Result<Timing> {
        if self.limits().timestamps { self.time_on_device(label, record) } else { self.time_by_wall(label, record) }
    }

    fn time_by_wall(&self, label: &str, record: impl FnOnce(&mut Pass<'_>)) -> Result<Timing> {
        let mut recorder = self.recorder(label);
        record(&mut recorder.pass(label));
        let start = Instant::now();
        let ticket = recorder.submit()?;
        self.wait(&ticket)?;
        Ok(Timing { ns: start.elapsed().as_nanos() as f64, on_device: false })
    }

    fn time_on_device(&self, label: &str, record: impl FnOnce(&mut Pass<'_>)) -> Result<Timing> {
        let wanted = wgpu::QuerySetDescriptor { label: Some(label), ty: wgpu::QueryType::Timestamp, count: 2 };
        let queries = self.guarded(label, None, || self.inner.device.create_query_set(&wanted))?;
        let resolved = self.allocate(label, 16, wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC)?;
        let ticks: Buffer<u64> = self.buffer("the times of a pass", 2, Usage::Storage)?;
        let mut back = Readback::new(self, "the times of a pass", 2, 1)?;

        let mut recorder = self.recorder(label);
        record(&mut recorder.pass_with(
            label,
            Some(wgpu::ComputePassTimestampWrites {
                query_set: &queries,
                beginning_of_pass_write_index: Some(0),
                end_of_pass_write_index: Some(1),
            }),
        ));
        recorder.encoder.resolve_query_set(&queries, 0..2, &resolved, 0);
        recorder.encoder.copy_buffer_to_buffer(&resolved, 0, &ticks.raw, 0, 16);
        back.record(&mut recorder, &ticks, 0..2)?;
        recorder.submit()?;
        let elapsed = back.wait_with(|ticks| ticks[1].saturating_sub(ticks[0]))?;
        Ok(Timing { ns: elapsed as f64 * f64::from(self.inner.queue.get_timestamp_period()), on_device: true })
    }
}
