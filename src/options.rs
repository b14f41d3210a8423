//! How a plan is executed; nothing here changes a result.

use std::time::Duration;

/// Who adds a window's spikes to the delay ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// A kernel of its own walks the words of spikes, and shares them out among all of the device.
    Separate,
    /// Subgroups of the update kernel deliver their own neurons' spikes: one dispatch less in a window.
    Direct,
}

/// Choices of schedule, and what ends a run. The same network and seed give the same bits whatever they are.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// Invocations of a workgroup of a device; the adapter's best if `None`.
    pub workgroup: Option<u32>,
    /// Who delivers spikes; `Direct` on software drivers where it is possible, else `Separate`, if `None`.
    pub delivery: Option<Delivery>,
    /// Windows of a submission, or of a portion on the CPU; adapted to the speed if `None`.
    pub windows_per_submission: Option<u32>,
    /// Threads of the CPU engine; as many as there are cores and the network feeds if `None`.
    pub threads: Option<usize>,
    /// How long the device may take for a submission (one window at the beginning of a run, then some 25 ms): a run that
    /// waits longer ends in [`Error::Hung`](crate::Error::Hung), and the device is of no use any more.
    pub timeout: Duration,
    /// Whether a run goes on where a state variable becomes infinite or no number, with a [warning], instead of ending in
    /// [`Error::NonFinite`](crate::Error::NonFinite). So it is on reference and CPU engine too.
    ///
    /// [warning]: crate::Simulation::warnings
    pub allow_nonfinite: bool,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            workgroup: None,
            delivery: None,
            windows_per_submission: None,
            threads: None,
            timeout: Duration::from_secs(30),
            allow_nonfinite: false,
        }
    }
}
