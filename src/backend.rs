//! Where a network runs: the device that was asked for, or the best there is.

use crate::cpu;
use crate::gpu::{AdapterInfo, AdapterKind, DeviceChoice, Gpu, adapters, doctor};
use crate::network::Network;
use crate::plan::LowerOptions;
use crate::{Error, Result};
use std::str::FromStr;

/// Where a network runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Device {
    /// The best GPU whose driver computes rightly; the CPU engine where there is none. A software driver, which makes a GPU of the
    /// CPU, only for a network with models that are given as WGSL alone.
    #[default]
    Auto,
    /// This adapter, or an error.
    Adapter(DeviceChoice),
    /// The CPU engine, in these numbers.
    Cpu(cpu::Precision),
    /// The oracle: the CPU in f64, simple and slow.
    Reference,
}

impl FromStr for Device {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "auto" => Ok(Self::Auto),
            "reference" => Ok(Self::Reference),
            "cpu" => Ok(Self::Cpu(cpu::Precision::F32)),
            other => match other.strip_prefix("cpu:") {
                Some(precision) => precision.parse().map(Self::Cpu),
                None => other.parse().map(Self::Adapter),
            },
        }
    }
}

/// What executes the steps.
#[derive(Debug, Clone)]
pub enum Backend {
    /// A device.
    Gpu(Gpu),
    /// The CPU engine.
    Cpu {
        /// Its numbers.
        precision: cpu::Precision,
        /// Why it is no GPU, where one was looked for.
        reason: Option<String>,
    },
    /// The oracle, in f64.
    Reference,
}

impl Backend {
    /// Opens a device and tests its driver. What that gets wrong is not used where runs can do without it: see
    /// [`Gpu::lacks`].
    ///
    /// # Errors
    /// [`Error::NoAdapter`], [`Error::WrongDriver`], [`Error::MissingFeature`], [`Error::Validation`] for an adapter
    /// that was asked for; with [`Device::Auto`] these become the reason for the CPU engine.
    pub fn open(device: &Device) -> Result<Self> {
        match device {
            Device::Reference => Ok(Self::Reference),
            Device::Cpu(precision) => Ok(Self::Cpu { precision: *precision, reason: None }),
            Device::Adapter(choice) => tested(choice),
            Device::Auto => hardware().map(|found| {
                found.unwrap_or_else(|reason| Self::Cpu { precision: cpu::Precision::F32, reason: Some(reason) })
            }),
        }
    }

    /// As [`open`](Self::open), for a network: with [`Device::Auto`], one that has models in WGSL alone takes a software driver
    /// where there is no GPU, for the CPU engine cannot run it.
    ///
    /// # Errors
    /// As [`open`](Self::open), also with [`Device::Auto`] for such a network.
    pub fn for_network(device: &Device, network: &Network) -> Result<Self> {
        if *device != Device::Auto || network.model_in_wgsl_alone().is_none() {
            return Self::open(device);
        }
        hardware()?.or_else(|_| software())
    }

    /// The options with which a network is lowered for this backend.
    pub fn lower_options(&self, batch: u32) -> LowerOptions {
        match self {
            Self::Gpu(gpu) => LowerOptions {
                batch,
                limits: gpu.limits().clone(),
                adapter: gpu.info().name.clone(),
                ..LowerOptions::default()
            },
            Self::Cpu { .. } => {
                LowerOptions { threads: Some(crate::team::cores()), ..LowerOptions::for_host(batch, "the CPU engine") }
            }
            Self::Reference => LowerOptions::for_host(batch, "the reference"),
        }
    }
}

/// Opens an adapter, and tests its driver.
fn tested(choice: &DeviceChoice) -> Result<Backend> {
    doctor::self_test(&Gpu::open(choice)?).map(Backend::Gpu)
}

/// The best GPU whose driver computes rightly, or why there is none.
fn hardware() -> Result<Result<Backend, String>> {
    let found = adapters();
    first(found.iter().filter(|adapter| adapter.kind != AdapterKind::Software), tested).map(|opened| {
        opened.map_err(|problems| {
            let software = found.iter().find(|adapter| adapter.kind == AdapterKind::Software);
            match software {
                _ if !problems.is_empty() => problems.join("; "),
                Some(adapter) => format!("there is no GPU, and {}, a software driver, is slower", adapter.name),
                None => "there is no GPU, or no driver for it".to_owned(),
            }
        })
    })
}

/// The best software driver that computes rightly; where there is none, the error of opening any adapter.
fn software() -> Result<Backend> {
    let found = adapters();
    let software = found.iter().filter(|adapter| adapter.kind == AdapterKind::Software);
    first(software, tested)?.or_else(|_| tested(&DeviceChoice::Auto))
}

/// The first of these adapters that opens, or why each does not.
fn first<'a, T>(
    adapters: impl Iterator<Item = &'a AdapterInfo>,
    open: impl Fn(&DeviceChoice) -> Result<T>,
) -> Result<Result<T, Vec<String>>> {
    let mut problems = Vec::new();
    for adapter in adapters {
        match open(&DeviceChoice::Index(adapter.index)) {
            Err(error) if error.exit_status() == 3 => problems.push(error.to_string()),
            opened => return opened.map(Ok),
        }
    }
    Ok(Err(problems))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Adapters of which the first are refused.
    #[test]
    #[cfg_attr(without_device, ignore = "there is no device")]
    fn who_computes_wrongly_is_passed_over() {
        let adapter = adapters().into_iter().next().expect("there is a device");
        let several: Vec<_> = (0..3).map(|index| AdapterInfo { index, ..adapter.clone() }).collect();
        let wrong = |index: usize| Error::WrongDriver {
            adapter: format!("adapter {index}"),
            driver: "a driver".to_owned(),
            test: "loops",
            problem: "it gave 3".to_owned(),
            hint: "Choose another".to_owned(),
        };
        let open = |good: usize| {
            move |choice: &DeviceChoice| match choice {
                DeviceChoice::Index(index) if *index == good => Ok(good),
                DeviceChoice::Index(index) => Err(wrong(*index)),
                _ => Err(Error::request("device", "another", "")),
            }
        };
        assert_eq!(first(several.iter(), open(2)).unwrap(), Ok(2));
        assert_eq!(first(several.iter(), open(9)).unwrap().unwrap_err().len(), 3);
        assert_eq!(first([].iter(), open(0)).unwrap(), Err(Vec::new()));
    }
}
