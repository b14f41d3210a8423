//! Devices that are open. Opening and testing one takes longer than many a run, so each is opened once in a process.

use neuropil::network::Network;
use neuropil::output::DeviceInfo;
use neuropil::{Backend, Device, Error, Result};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// By what was asked for, and whether it is for models in WGSL alone.
type Open = HashMap<(String, bool), Backend>;

static OPEN: Mutex<Option<Open>> = Mutex::new(None);

fn open_ones() -> MutexGuard<'static, Option<Open>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The backend of this name, `auto`, `cpu`, `cpu:f64`, `reference`, an adapter's index or a part of its name; for a network where one
/// is to run.
pub fn open(name: &str, network: Option<&Network>) -> Result<Backend> {
    let device: Device = name.parse()?;
    let own = network.filter(|_| device == Device::Auto).is_some_and(|network| network.model_in_wgsl_alone().is_some());
    let key = (name.to_owned(), own);
    if let Some(found) = open_ones().as_ref().and_then(|open| open.get(&key)) {
        return Ok(found.clone());
    }
    let opened = match network {
        Some(network) => Backend::for_network(&device, network)?,
        None => Backend::open(&device)?,
    };
    open_ones().get_or_insert_default().insert(key, opened.clone());
    Ok(opened)
}

/// Forgets devices, if after this error they may be of no use any more: they are opened anew.
pub fn forget_after(error: &Error) {
    if matches!(error, Error::DeviceLost { .. } | Error::Hung { .. } | Error::Unfinished { .. }) {
        *open_ones() = None;
    }
}

/// The name of a backend, and what computes there.
pub fn describe(backend: &Backend) -> DeviceInfo {
    let of = |name: &str, driver: String| DeviceInfo { name: name.to_owned(), backend: "cpu".to_owned(), driver };
    match backend {
        Backend::Gpu(gpu) => {
            let info = gpu.info();
            DeviceInfo { name: info.name.clone(), backend: info.backend.clone(), driver: info.driver_text() }
        }
        Backend::Cpu { precision, .. } => {
            let name = if *precision == neuropil::cpu::Precision::F64 { "cpu:f64" } else { "cpu" };
            let described = neuropil::cpu::describe();
            of(name, format!("neuropil {}, {precision}, {described}", neuropil::version::VERSION))
        }
        Backend::Reference => {
            of("reference", format!("neuropil {}, 64-bit floating point", neuropil::version::VERSION))
        }
    }
}

/// What a device goes without, for its driver gets it wrong, as sentences.
pub fn lacks(backend: &Backend) -> Vec<String> {
    match backend {
        Backend::Gpu(gpu) => gpu.lacks().iter().map(ToString::to_string).collect(),
        Backend::Cpu { .. } | Backend::Reference => Vec::new(),
    }
}
