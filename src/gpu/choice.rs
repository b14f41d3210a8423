//! Which adapter is meant, and what to say if it is not there.
//!
//! Pure text and lists: knows no driver.

use super::AdapterInfo;
use crate::{Error, Result};

/// Which adapter to open.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum DeviceChoice {
    /// The first in the order of [`adapters`](super::adapters).
    #[default]
    Auto,
    /// The adapter at this place in [`adapters`](super::adapters).
    Index(usize),
    /// The first adapter whose name contains this, in upper or lower case.
    Name(String),
}

impl std::str::FromStr for DeviceChoice {
    type Err = Error;

    /// `auto`, a number, or a part of a name.
    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Error::request("device", "the choice is empty", DeviceChoice::LEGAL));
        }
        Ok(match text.parse() {
            Ok(index) => Self::Index(index),
            Err(_) if text.eq_ignore_ascii_case("auto") => Self::Auto,
            Err(_) => Self::Name(text.to_owned()),
        })
    }
}

impl std::fmt::Display for DeviceChoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Index(index) => index.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

impl DeviceChoice {
    const LEGAL: &str = "auto, an adapter's index, or part of an adapter's name";

    /// The first of `found`, which are in the order of preference, that is meant.
    pub(super) fn select(&self, found: &[AdapterInfo]) -> Result<usize> {
        match self {
            Self::Auto => found.iter().position(AdapterInfo::is_usable).or((!found.is_empty()).then_some(0)),
            Self::Index(index) => (*index < found.len()).then_some(*index),
            Self::Name(name) => {
                let name = name.to_lowercase();
                found.iter().position(|info| info.name.to_lowercase().contains(&name))
            }
        }
        .ok_or_else(|| self.not_found(found))
    }

    fn not_found(&self, found: &[AdapterInfo]) -> Error {
        let wanted = match self {
            Self::Auto => "at all".to_owned(),
            Self::Index(index) => format!("has index {index}"),
            Self::Name(name) => format!("matches {name:?}"),
        };
        let hint = match found.len() {
            0 => INSTALL.to_owned(),
            1 => format!("Choose auto, the index 0 or part of that name; or {INSTALL_MORE}"),
            n => format!("Choose auto, an index from 0 to {} or part of one of those names; or {INSTALL_MORE}", n - 1),
        };
        let found = found.iter().map(|info| format!("{}: {} ({})", info.index, info.name, info.backend)).collect();
        Error::NoAdapter { wanted, found, hint }
    }
}

const INSTALL: &str = if cfg!(target_os = "linux") {
    "Install a Vulkan driver: on Debian or Ubuntu `apt-get install libvulkan1 mesa-vulkan-drivers`, Mesa 25 or later \
     (Debian 12 has it in bookworm-backports), which also brings one for the CPU"
} else {
    "Install the graphics driver of the computer's maker"
};
const INSTALL_MORE: &str = "install the driver of the one that is missing";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::AdapterKind;
    use crate::gpu::adapter::tests::adapter;

    fn two() -> Vec<AdapterInfo> {
        vec![
            adapter(0, "NVIDIA RTX", AdapterKind::Discrete),
            adapter(1, "llvmpipe (LLVM 15.0.6)", AdapterKind::Software),
        ]
    }

    #[test]
    fn choices_are_read_and_shown() {
        for (text, choice) in [
            ("auto", DeviceChoice::Auto),
            (" AUTO ", DeviceChoice::Auto),
            ("2", DeviceChoice::Index(2)),
            ("RTX 4090", DeviceChoice::Name("RTX 4090".to_owned())),
            ("-1", DeviceChoice::Name("-1".to_owned())),
        ] {
            assert_eq!(text.parse::<DeviceChoice>().unwrap(), choice);
            assert_eq!(choice.to_string().parse::<DeviceChoice>().unwrap(), choice);
        }
        assert_eq!(
            " ".parse::<DeviceChoice>().unwrap_err().to_string(),
            "device: the choice is empty; legal: auto, an adapter's index, or part of an adapter's name"
        );
    }

    #[test]
    fn choices_select_in_the_order_of_preference() {
        assert_eq!(DeviceChoice::Auto.select(&two()).unwrap(), 0);
        assert_eq!(DeviceChoice::Index(1).select(&two()).unwrap(), 1);
        assert_eq!(DeviceChoice::Name("LLVMPIPE".to_owned()).select(&two()).unwrap(), 1);
        let mut lacking = two();
        lacking[0].features.clear();
        assert_eq!(DeviceChoice::Auto.select(&lacking).unwrap(), 1);
        lacking[1].features.clear();
        assert_eq!(DeviceChoice::Auto.select(&lacking).unwrap(), 0);
    }

    #[test]
    fn a_choice_that_nothing_fits_says_what_there_is() {
        let text = |choice: DeviceChoice, found: &[AdapterInfo]| choice.select(found).unwrap_err().to_string();
        assert_eq!(
            text(DeviceChoice::Name("radeon".to_owned()), &two()),
            "no GPU adapter matches \"radeon\"; found: 0: NVIDIA RTX (vulkan), 1: llvmpipe (LLVM 15.0.6) (vulkan). \
             Choose auto, an index from 0 to 1 or part of one of those names; or install the driver of the one that \
             is missing"
        );
        assert_eq!(
            text(DeviceChoice::Index(1), &two()[..1]),
            "no GPU adapter has index 1; found: 0: NVIDIA RTX (vulkan). Choose auto, the index 0 or part of that \
             name; or install the driver of the one that is missing"
        );
        #[cfg(target_os = "linux")]
        assert_eq!(
            text(DeviceChoice::Auto, &[]),
            "no GPU adapter at all; found: none. Install a Vulkan driver: on Debian or Ubuntu `apt-get install \
             libvulkan1 mesa-vulkan-drivers`, Mesa 25 or later (Debian 12 has it in bookworm-backports), which also \
             brings one for the CPU"
        );
    }
}
