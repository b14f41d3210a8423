//! How long the device takes for a pass, or for each dispatch: by its own clock where it has one, else by the host's.

use super::readback::Readback;
use super::{Buffer, Gpu, Pass, Recorder, Usage};
use crate::{Error, Result};
use serde::Serialize;
use std::fmt;
use std::time::Instant;

/// The duration of a pass.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Timing {
    /// [ns] On the device, or from submission to completion.
    pub(crate) ns: f64,
    /// Whether the device measured it; otherwise the submission and the wait are in it.
    pub(crate) on_device: bool,
}

/// By which clock dispatches are timed one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// The device's, between the dispatches of one pass.
    InsidePass,
    /// The device's, around passes of one dispatch each.
    EachPass,
    /// The host's, around submissions of one dispatch each.
    Wall,
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InsidePass => "by the device's clock, between the dispatches of one pass",
            Self::EachPass => "by the device's clock, each dispatch in a pass of its own",
            Self::Wall => "by the host's clock, each dispatch in a submission of its own, for the device has none",
        })
    }
}

impl Clock {
    /// Dispatches that can be timed in one go.
    pub(crate) fn most(self) -> usize {
        let queries = wgpu::QUERY_SET_MAX_QUERIES as usize;
        match self {
            Self::InsidePass => queries - 1,
            Self::EachPass => queries / 2,
            Self::Wall => queries,
        }
    }
}

impl Gpu {
    /// The clocks by which dispatches can be timed one by one, the best first.
    pub(crate) fn clocks(&self) -> Vec<Clock> {
        let inside = self.inner.device.features().contains(wgpu::Features::TIMESTAMP_QUERY_INSIDE_PASSES);
        let mut clocks = vec![Clock::Wall];
        if self.limits().timestamps {
            clocks.insert(0, Clock::EachPass);
            if inside {
                clocks.insert(0, Clock::InsidePass);
            }
        }
        clocks
    }

    /// Runs some dispatches one after the other, and says how long each took \[ns\]. `record` adds the one of a number.
    ///
    /// # Errors
    /// As those of recording, submitting and waiting; [`Error::Request`] for more than [`Clock::most`].
    pub(crate) fn time_each(
        &self,
        label: &str,
        clock: Clock,
        dispatches: usize,
        mut record: impl FnMut(&mut Pass<'_>, usize),
    ) -> Result<Vec<f64>> {
        if dispatches > clock.most() {
            let problem = format!("{dispatches} dispatches are to be timed");
            return Err(Error::request(label, problem, format!("at most {}", clock.most())));
        }
        if clock == Clock::Wall {
            return (0..dispatches)
                .map(|number| Ok(self.time_by_wall(label, |pass| record(pass, number))?.ns))
                .collect();
        }
        if dispatches == 0 {
            return Ok(Vec::new());
        }
        // The moments of a dispatch; none may be left out that is read.
        let inside = clock == Clock::InsidePass;
        let ticks = |number: usize| if inside { [number, number + 1] } else { [2 * number, 2 * number + 1] };
        let times = Times::new(self, label, ticks(dispatches - 1)[1] + 1)?;
        let mut recorder = self.recorder(label);
        if inside {
            let mut pass = recorder.pass(label);
            pass.raw.write_timestamp(&times.queries, 0);
            for number in 0..dispatches {
                record(&mut pass, number);
                // There are 4096 at most.
                pass.raw.write_timestamp(&times.queries, ticks(number)[1] as u32);
            }
        } else {
            for number in 0..dispatches {
                record(
                    &mut recorder.pass_with(label, Some(times.around(ticks(number).map(|tick| tick as u32)))),
                    number,
                );
            }
        }
        let ns = times.read(recorder)?;
        Ok((0..dispatches).map(ticks).map(|[begin, end]| (ns[end] - ns[begin]).max(0.0)).collect())
    }

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
        let times = Times::new(self, label, 2)?;
        let mut recorder = self.recorder(label);
        record(&mut recorder.pass_with(label, Some(times.around([0, 1]))));
        let ns = times.read(recorder)?;
        Ok(Timing { ns: ns[1] - ns[0], on_device: true })
    }
}

/// Moments that the device notes.
struct Times {
    gpu: Gpu,
    count: u32,
    queries: wgpu::QuerySet,
    resolved: wgpu::Buffer,
    ticks: Buffer<u64>,
    back: Readback<u64>,
}

impl Times {
    fn new(gpu: &Gpu, label: &str, moments: usize) -> Result<Self> {
        // As many as a set may have, at most.
        let count = moments as u32;
        let wanted = wgpu::QuerySetDescriptor { label: Some(label), ty: wgpu::QueryType::Timestamp, count };
        let queries = gpu.guarded(label, None, || gpu.inner.device.create_query_set(&wanted))?;
        let usage = wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC;
        let resolved = gpu.allocate(label, 8 * u64::from(count), usage)?;
        let ticks: Buffer<u64> = gpu.buffer("the times of a pass", moments, Usage::Storage)?;
        let back = Readback::new(gpu, "the times of a pass", moments, 1)?;
        Ok(Self { gpu: gpu.clone(), count, queries, resolved, ticks, back })
    }

    /// Notes these two moments at the ends of a pass.
    fn around(&self, [begin, end]: [u32; 2]) -> wgpu::ComputePassTimestampWrites<'_> {
        wgpu::ComputePassTimestampWrites {
            query_set: &self.queries,
            beginning_of_pass_write_index: Some(begin),
            end_of_pass_write_index: Some(end),
        }
    }

    /// Submits a recording that notes them, and reads them: \[ns\] after the first.
    fn read(mut self, mut recorder: Recorder) -> Result<Vec<f64>> {
        let count = self.count;
        recorder.encoder.resolve_query_set(&self.queries, 0..count, &self.resolved, 0);
        recorder.encoder.copy_buffer_to_buffer(&self.resolved, 0, &self.ticks.raw, 0, 8 * u64::from(count));
        self.back.record(&mut recorder, &self.ticks, 0..count as usize)?;
        recorder.submit()?;
        let period = f64::from(self.gpu.inner.queue.get_timestamp_period());
        self.back.wait_with(|ticks| {
            let first = ticks.first().copied().unwrap_or(0);
            // Some drivers' later moments are earlier by a tick.
            ticks.iter().map(|tick| tick.saturating_sub(first) as f64 * period).collect()
        })
    }
}
