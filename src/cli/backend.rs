//! What a command runs on, for people: opened with a note where it is not what was hoped for, and named.

use super::report::say;
use neuropil::output::DeviceInfo;
use neuropil::{Backend, Device, Error};

/// Opens a backend, and says so if that is the reference for want of a device.
pub fn open(device: &Device) -> Result<Backend, Error> {
    let backend = Backend::open(device)?;
    if let Backend::Reference { reason: Some(reason) } = &backend {
        say(&format!("note: running on the reference (the CPU, slower): {reason}"));
    }
    Ok(backend)
}

/// Its name, interface and driver.
pub fn describe(backend: &Backend) -> DeviceInfo {
    match backend {
        Backend::Gpu(gpu) => {
            let info = gpu.info();
            DeviceInfo { name: info.name.clone(), backend: info.backend.clone(), driver: info.driver_text() }
        }
        Backend::Reference { .. } => DeviceInfo {
            name: "reference".to_owned(),
            backend: "cpu".to_owned(),
            driver: format!("neuropil {}, 64-bit floating point", env!("CARGO_PKG_VERSION")),
        },
    }
}
