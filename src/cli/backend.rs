//! What a command runs on, for people: opened with a note where it is not what was hoped for, and named.

use super::report::say;
use neuropil::cpu;
use neuropil::gpu::{AdapterInfo, AdapterKind};
use neuropil::network::Network;
use neuropil::output::DeviceInfo;
use neuropil::{Backend, Device, Error};

/// Opens a backend for a network or for cells; says which it is and why where that was left to neuropil, and what is not used of a
/// device.
pub fn open(device: &Device, network: Option<&Network>) -> Result<Backend, Error> {
    let backend = match network {
        Some(network) => Backend::for_network(device, network),
        None => Backend::open(device),
    }?;
    let choice = (*device == Device::Auto).then(|| choice(&backend, network)).flatten();
    choice.into_iter().chain(lacks(&backend)).for_each(|note| say(&format!("note: {note}")));
    Ok(backend)
}

/// Which backend was chosen, and why.
fn choice(backend: &Backend, network: Option<&Network>) -> Option<String> {
    match backend {
        Backend::Gpu(gpu) => {
            let AdapterInfo { name, backend, kind, .. } = gpu.info();
            let model = network.and_then(Network::model_in_wgsl_alone);
            Some(match model.filter(|_| *kind == AdapterKind::Software) {
                Some(model) => format!(
                    "running on {name}, a software driver: {model} is given as WGSL alone, which the CPU engine cannot run"
                ),
                None => format!("running on {name} ({backend}), the first GPU whose driver computes rightly"),
            })
        }
        Backend::Cpu { reason, .. } => reason.as_ref().map(|reason| format!("running on the CPU: {reason}")),
        Backend::Reference => None,
    }
}

/// What a device goes without, for its driver gets it wrong, as sentences.
pub fn lacks(backend: &Backend) -> Vec<String> {
    match backend {
        Backend::Gpu(gpu) => gpu.lacks().iter().map(ToString::to_string).collect(),
        Backend::Cpu { .. } | Backend::Reference => Vec::new(),
    }
}

/// Its name, interface and driver.
pub fn describe(backend: &Backend) -> DeviceInfo {
    match backend {
        Backend::Gpu(gpu) => {
            let info = gpu.info();
            DeviceInfo { name: info.name.clone(), backend: info.backend.clone(), driver: info.driver_text() }
        }
        Backend::Cpu { precision, .. } => DeviceInfo {
            name: match precision {
                cpu::Precision::F32 => "cpu".to_owned(),
                cpu::Precision::F64 => "cpu:f64".to_owned(),
            },
            backend: "cpu".to_owned(),
            driver: format!("neuropil {}, {precision}, {}", env!("CARGO_PKG_VERSION"), cpu::describe()),
        },
        Backend::Reference => DeviceInfo {
            name: "reference".to_owned(),
            backend: "cpu".to_owned(),
            driver: format!("neuropil {}, 64-bit floating point", env!("CARGO_PKG_VERSION")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use neuropil::cpu::Precision;
    use neuropil::gpu::doctor::{Feature, Finding, Need, judge};
    use neuropil::gpu::{DeviceChoice, Gpu};

    #[test]
    fn the_cpu_for_want_of_a_gpu_is_noted() {
        let wanted = Backend::Cpu { precision: Precision::F32, reason: Some("there is none".to_owned()) };
        assert_eq!(choice(&wanted, None).unwrap(), "running on the CPU: there is none");
        assert_eq!(lacks(&wanted), [""; 0]);
        assert_eq!(choice(&Backend::Cpu { precision: Precision::F32, reason: None }, None), None);
    }

    #[test]
    #[cfg_attr(without_device, ignore = "there is no device")]
    fn what_a_device_goes_without_is_noted() {
        let gpu = Gpu::open(&DeviceChoice::Auto).unwrap();
        assert_eq!(lacks(&Backend::Gpu(gpu.clone())), [""; 0]);
        let need = Need::Optional(Feature::WorkgroupMemory);
        let failed = Finding { test: "barriers", passed: false, need, detail: "it gave 3".to_owned() };
        let less = Backend::Gpu(judge(&gpu, &[failed]).unwrap());
        let (name, driver) = (&gpu.info().name, gpu.info().driver_text());
        let expected = format!(
            "going on without workgroup memory: the driver of {name} ({driver}) fails the self-test `barriers`: it gave 3. \
             Update the driver, or choose another device"
        );
        assert_eq!(lacks(&less), [expected]);
    }
}
