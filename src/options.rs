//! How a plan is executed; nothing here changes a result, but [`Arithmetic::Fast`].

use crate::{Error, Result};
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

/// How a device goes through the windows of a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Schedule {
    /// An update for each model, then a kernel that walks the words of spikes and shares their rows out among all of the device.
    Windowed,
    /// Subgroups of the update kernel deliver their own neurons' spikes: one dispatch less in a window.
    Direct,
    /// One workgroup for each item of the batch goes through many windows in one dispatch: for small networks.
    Resident,
}

impl Schedule {
    /// All, with their names.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Windowed, "windowed"), (Self::Direct, "direct"), (Self::Resident, "resident")];
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.into_iter().find(|(schedule, _)| schedule == self).map_or("", |(_, name)| name);
        f.write_str(name)
    }
}

impl FromStr for Schedule {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|(_, name)| *name == text).map(|(schedule, _)| schedule).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.into_iter().map(|(_, name)| name).collect();
            Error::request("schedule", format!("there is no `{text}`"), names.join(", "))
        })
    }
}

/// Who says how a device rounds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Arithmetic {
    /// The text of the models: each operation in f32 rounded on its own. All devices, and the CPU engine in f32, then compute the same
    /// bits.
    #[default]
    Portable,
    /// The device's driver, within what WGSL promises: last bits, and with them the spikes of chaotic networks, are those of the driver.
    Fast,
}

impl Arithmetic {
    /// Its name on the command line and in summaries.
    pub fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Fast => "fast",
        }
    }
}

impl std::str::FromStr for Arithmetic {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let all = [Self::Portable, Self::Fast];
        all.into_iter()
            .find(|arithmetic| arithmetic.name() == text)
            .ok_or_else(|| "portable or fast is needed".to_owned())
    }
}

impl std::fmt::Display for Arithmetic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

/// Asked again and again while a network runs whether the run is to end there. It then returns what it recorded until then, and a
/// later run goes on. Asked is the thread that runs: between submissions, which take some 25 ms, or in each step of the reference. Steps
/// that are under way are still done.
#[derive(Clone, Default)]
pub struct Interrupt(Option<Arc<dyn Fn() -> bool + Send + Sync>>);

impl Interrupt {
    /// Asks `wanted`, which is not asked again in a run that it ended.
    pub fn new(wanted: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(wanted)))
    }

    pub(crate) fn is_wanted(&self) -> bool {
        self.0.as_ref().is_some_and(|wanted| wanted())
    }
}

impl fmt::Debug for Interrupt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Interrupt(asked)" } else { "Interrupt" })
    }
}

/// Choices of schedule, and what ends a run. The same network and seed give the same bits whatever they are.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// Invocations of a workgroup of a device; the adapter's best if `None`.
    pub workgroup: Option<u32>,
    /// How a device goes through the windows; if `None`, what suits the network and the adapter.
    pub schedule: Option<Schedule>,
    /// The folder in which the schedules that were found to be fastest are kept, for later runs; nothing is kept if `None`.
    pub learnt: Option<PathBuf>,
    /// Windows of a submission, or of a portion on the CPU; adapted to the speed if `None`.
    pub windows_per_submission: Option<u32>,
    /// Threads of the CPU engine; as many as there are cores and the network feeds if `None`.
    pub threads: Option<usize>,
    /// Who says how a device rounds. (The CPU engine always goes by the text.)
    pub arithmetic: Arithmetic,
    /// How long the device may take for a submission (one window at the beginning of a run, then some 25 ms): a run that
    /// waits longer ends in [`Error::Hung`](crate::Error::Hung), and the device is of no use any more.
    pub timeout: Duration,
    /// Whether a run goes on where a state variable becomes infinite or no number, with a [warning], instead of ending in
    /// [`Error::NonFinite`](crate::Error::NonFinite). So it is on reference and CPU engine too.
    ///
    /// [warning]: crate::Simulation::warnings
    pub allow_nonfinite: bool,
    /// What ends runs before their time, as Ctrl-C in a host.
    pub interrupt: Interrupt,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            workgroup: None,
            schedule: None,
            learnt: None,
            windows_per_submission: None,
            threads: None,
            arithmetic: Arithmetic::Portable,
            timeout: Duration::from_secs(30),
            allow_nonfinite: false,
            interrupt: Interrupt::default(),
        }
    }
}
