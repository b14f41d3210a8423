//! What a command runs on, for people: opened with a note where it is not what was hoped for, and named.

use super::report::say;
use neuropil::output::DeviceInfo;
use neuropil::{Backend, Device, Error};

/// Opens a backend, and says so if that is the reference for want of a device, or a device that is not used as a whole.
pub fn open(device: &Device) -> Result<Backend, Error> {
    let backend = Backend::open(device)?;
    notes(&backend).iter().for_each(|note| say(&format!("note: {note}")));
    Ok(backend)
}

/// What is not as was hoped for, as sentences.
fn notes(backend: &Backend) -> Vec<String> {
    match backend {
        Backend::Reference { reason } => {
            reason.iter().map(|reason| format!("running on the reference (the CPU, slower): {reason}")).collect()
        }
        Backend::Gpu(_) | Backend::Cpu { .. } => lacks(backend),
    }
}

/// What a device goes without, for its driver gets it wrong, as sentences.
pub fn lacks(backend: &Backend) -> Vec<String> {
    match backend {
        Backend::Gpu(gpu) => gpu.lacks().iter().map(ToString::to_string).collect(),
        Backend::Cpu { .. } | Backend::Reference { .. } => Vec::new(),
    }
}

/// Its name, interface and driver.
pub fn describe(backend: &Backend) -> DeviceInfo {
    match backend {
        Backend::Gpu(gpu) => {
            let info = gpu.info();
            DeviceInfo { name: info.name.clone(), backend: info.backend.clone(), driver: info.driver_text() }
        }
        Backend::Cpu { precision } => DeviceInfo {
            name: "cpu".to_owned(),
            backend: "cpu".to_owned(),
            driver: format!("neuropil {}, {}-bit floating point", env!("CARGO_PKG_VERSION"), precision.bits()),
        },
        Backend::Reference { .. } => DeviceInfo {
            name: "reference".to_owned(),
            backend: "cpu".to_owned(),
            driver: format!("neuropil {}, 64-bit floating point", env!("CARGO_PKG_VERSION")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use neuropil::gpu::doctor::{Feature, Finding, Need, judge};
    use neuropil::gpu::{DeviceChoice, Gpu};

    #[test]
    fn a_reference_for_want_of_a_device_is_noted() {
        assert_eq!(notes(&Backend::Reference { reason: None }), [""; 0]);
        let wanted = Backend::Reference { reason: Some("there is none".to_owned()) };
        assert_eq!(notes(&wanted), ["running on the reference (the CPU, slower): there is none"]);
        assert_eq!(lacks(&wanted), [""; 0]);
    }

    #[test]
    #[cfg_attr(without_device, ignore = "there is no device")]
    fn what_a_device_goes_without_is_noted() {
        let gpu = Gpu::open(&DeviceChoice::Auto).unwrap();
        assert_eq!(notes(&Backend::Gpu(gpu.clone())), [""; 0]);
        let need = Need::Optional(Feature::WorkgroupMemory);
        let failed = Finding { test: "barriers", passed: false, need, detail: "it gave 3".to_owned() };
        let less = Backend::Gpu(judge(&gpu, &[failed]).unwrap());
        let (name, driver) = (&gpu.info().name, gpu.info().driver_text());
        let expected = format!(
            "going on without workgroup memory: the driver of {name} ({driver}) fails the self-test `barriers`: it gave 3. \
             Update the driver, or choose another device"
        );
        assert_eq!(notes(&less), std::slice::from_ref(&expected));
        assert_eq!(lacks(&less), [expected]);
    }
}
