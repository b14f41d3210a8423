//! Which adapters there are, what they can do, and which drivers are known to compute wrongly.
//!
//! Knows nothing of buffers or kernels. Without any driver the list is empty, and nothing fails.

use super::DeviceChoice;
use super::limits::Limits;
use crate::Result;
use serde::Serialize;
use std::sync::LazyLock;

const NEWER_MESA: &str = "Install Mesa 25 or later: on Debian 12, with bookworm-backports among the sources, \
                          `apt-get install -t bookworm-backports libvulkan1 mesa-vulkan-drivers`";

/// What kind of device an adapter is, in the order of preference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AdapterKind {
    /// A GPU with its own memory.
    Discrete,
    /// A GPU that shares the memory of the CPU.
    Integrated,
    /// A GPU lent to a virtual machine.
    Virtual,
    /// The CPU.
    Software,
    /// The driver does not say.
    Other,
}

/// An adapter: a device as one backend and driver shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AdapterInfo {
    /// Its place in [`adapters`].
    pub index: usize,
    /// The device's name.
    pub name: String,
    /// `vulkan`, `metal` or `dx12`.
    pub backend: String,
    /// The driver's name; may be empty.
    pub driver: String,
    /// The driver's version, in its own words; may be empty.
    pub driver_info: String,
    /// What kind of device.
    pub kind: AdapterKind,
    /// What it can hold.
    pub limits: Limits,
    /// Those of its features that concern neuropil, in WebGPU's names.
    pub features: Vec<String>,
}

impl AdapterInfo {
    /// The driver and its version, for a message.
    pub fn driver_text(&self) -> String {
        match (self.driver.as_str(), self.driver_info.as_str()) {
            ("", "") => format!("unnamed {} driver", self.backend),
            (driver, "") => driver.to_owned(),
            ("", version) => version.to_owned(),
            (driver, version) => format!("{driver} {version}"),
        }
    }

    /// Whether it has everything that no run can do without.
    pub fn is_usable(&self) -> bool {
        self.features.iter().any(|feature| feature == "IMMEDIATES")
    }

    fn new(adapter: &wgpu::Adapter) -> Self {
        let info = adapter.get_info();
        let features = adapter.features();
        Self {
            index: 0,
            limits: limits_of(&adapter.limits(), features, &info),
            kind: match info.device_type {
                wgpu::DeviceType::DiscreteGpu => AdapterKind::Discrete,
                wgpu::DeviceType::IntegratedGpu => AdapterKind::Integrated,
                wgpu::DeviceType::VirtualGpu => AdapterKind::Virtual,
                wgpu::DeviceType::Cpu => AdapterKind::Software,
                wgpu::DeviceType::Other => AdapterKind::Other,
            },
            features: NAMED_FEATURES
                .iter()
                .filter(|(feature, _)| features.contains(*feature))
                .map(|(_, name)| (*name).to_owned())
                .collect(),
            name: info.name,
            backend: info.backend.to_str().to_owned(),
            driver: info.driver,
            driver_info: info.driver_info,
        }
    }
}

/// Required of every adapter.
pub(super) const REQUIRED: wgpu::Features = wgpu::Features::IMMEDIATES;
/// Used where they are there.
pub(super) const OPTIONAL: wgpu::Features = wgpu::Features::TIMESTAMP_QUERY
    .union(wgpu::Features::TIMESTAMP_QUERY_INSIDE_PASSES)
    .union(wgpu::Features::SHADER_INT64)
    .union(wgpu::Features::SHADER_F16)
    .union(wgpu::Features::SUBGROUP);

const NAMED_FEATURES: &[(wgpu::Features, &str)] = &[
    (wgpu::Features::IMMEDIATES, "IMMEDIATES"),
    (wgpu::Features::TIMESTAMP_QUERY, "TIMESTAMP_QUERY"),
    (wgpu::Features::TIMESTAMP_QUERY_INSIDE_PASSES, "TIMESTAMP_QUERY_INSIDE_PASSES"),
    (wgpu::Features::SHADER_INT64, "SHADER_INT64"),
    (wgpu::Features::SHADER_F16, "SHADER_F16"),
    (wgpu::Features::SUBGROUP, "SUBGROUP"),
];

fn limits_of(limits: &wgpu::Limits, features: wgpu::Features, info: &wgpu::AdapterInfo) -> Limits {
    let subgroups = features.contains(wgpu::Features::SUBGROUP);
    Limits {
        // Storage bindings are whole words; some drivers report 2 GiB − 1.
        max_binding: limits.max_storage_buffer_binding_size & !3,
        max_uniform: limits.max_uniform_buffer_binding_size,
        max_buffer: limits.max_buffer_size & !3,
        max_storage_buffers: limits.max_storage_buffers_per_shader_stage,
        max_workgroup_size: limits.max_compute_invocations_per_workgroup.min(limits.max_compute_workgroup_size_x),
        max_workgroup_memory: limits.max_compute_workgroup_storage_size,
        max_workgroups: limits.max_compute_workgroups_per_dimension,
        max_immediates: limits.max_immediate_size,
        min_offset_alignment: limits.min_storage_buffer_offset_alignment,
        min_subgroup: if subgroups { info.subgroup_min_size } else { 0 },
        max_subgroup: if subgroups { info.subgroup_max_size } else { 0 },
        software: info.device_type == wgpu::DeviceType::Cpu,
        timestamps: features.contains(wgpu::Features::TIMESTAMP_QUERY),
        shader_int64: features.contains(wgpu::Features::SHADER_INT64),
        shader_f16: features.contains(wgpu::Features::SHADER_F16),
    }
}

/// One for the process: loading the drivers takes tens of milliseconds, and some do not survive unloading.
static INSTANCE: LazyLock<wgpu::Instance> = LazyLock::new(|| {
    let mut wanted = wgpu::InstanceDescriptor::new_without_display_handle().with_env();
    // No dispatch takes its size from a buffer, and the check would cap buffers at 4 GiB.
    wanted.flags.remove(wgpu::InstanceFlags::VALIDATION_INDIRECT_CALL);
    // Without it a driver may take more than there is, and swap, spill or be killed later.
    wanted.memory_budget_thresholds.for_resource_creation = Some(95);
    wgpu::Instance::new(wanted)
});

fn found() -> Vec<(AdapterInfo, wgpu::Adapter)> {
    let adapters = pollster::block_on(INSTANCE.enumerate_adapters(wgpu::Backends::all()));
    let mut found: Vec<_> = adapters.into_iter().map(|adapter| (AdapterInfo::new(&adapter), adapter)).collect();
    found.sort_by_key(|(info, _)| info.kind);
    for (index, (info, _)) in found.iter_mut().enumerate() {
        info.index = index;
    }
    found
}

/// All adapters, the preferred first: discrete, integrated, virtual, software. A device that several backends show
/// is listed once for each. Empty where no driver is installed.
pub fn adapters() -> Vec<AdapterInfo> {
    found().into_iter().map(|(info, _)| info).collect()
}

/// The adapter that is meant. [`Error::NoAdapter`] says which there are.
pub(super) fn select(choice: &DeviceChoice) -> Result<(AdapterInfo, wgpu::Adapter)> {
    let mut found = found();
    let infos: Vec<_> = found.iter().map(|(info, _)| info.clone()).collect();
    Ok(found.swap_remove(choice.select(&infos)?))
}

/// Why the adapter's driver must not be used, and what to install, if it is known to compute wrongly.
///
/// Mesa's software driver before version 25 ends loops in silence: about 65,535 iterations per invocation, all loops
/// of a kernel together (seen with 22.3.6).
pub fn known_bad(info: &AdapterInfo) -> Option<String> {
    let software = info.driver == "llvmpipe" || info.name.starts_with("llvmpipe");
    let version = info.driver_info.split_once("Mesa ")?.1;
    let major: u32 = version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
    let shown = version.split_whitespace().next().unwrap_or(version);
    (software && major < 25).then(|| format!("llvmpipe of Mesa {shown} ends long loops early. {NEWER_MESA}"))
}

/// What to do about a driver that failed a self-test.
pub(super) fn better_driver(info: &AdapterInfo) -> String {
    match known_bad(info) {
        Some(_) => NEWER_MESA.to_owned(),
        None => "Update the driver, or choose another device".to_owned(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An adapter that is not there.
    pub(in crate::gpu) fn adapter(index: usize, name: &str, kind: AdapterKind) -> AdapterInfo {
        AdapterInfo {
            index,
            name: name.to_owned(),
            backend: "vulkan".to_owned(),
            driver: "llvmpipe".to_owned(),
            driver_info: "Mesa 25.0.7-2~bpo12+1 (LLVM 15.0.6)".to_owned(),
            kind,
            limits: Limits::generous(),
            features: vec!["IMMEDIATES".to_owned()],
        }
    }

    #[test]
    fn old_software_drivers_are_known() {
        let mut info = adapter(0, "llvmpipe (LLVM 15.0.6, 256 bits)", AdapterKind::Software);
        assert_eq!(known_bad(&info), None);
        info.driver_info = "Mesa 22.3.6 (LLVM 15.0.6)".to_owned();
        assert_eq!(
            known_bad(&info).unwrap(),
            "llvmpipe of Mesa 22.3.6 ends long loops early. Install Mesa 25 or later: on Debian 12, with \
             bookworm-backports among the sources, `apt-get install -t bookworm-backports libvulkan1 \
             mesa-vulkan-drivers`"
        );
        info.name = "AMD Radeon (RADV)".to_owned();
        info.driver = "radv".to_owned();
        assert_eq!(known_bad(&info), None);
    }
}
