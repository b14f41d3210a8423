//! Whose fault an error is, said once for all who go on after one.

use super::Error;
use std::io::ErrorKind;

/// Whose fault an error is: what helps, and what may go on without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// What was asked for: it fails again whenever it is asked for.
    Asked,
    /// What was asked for is larger than what there can ever be room for: less of it at once may go.
    Size,
    /// Memory that is not free now: less of it at once may go, or the same another day.
    Memory,
    /// A file that cannot be read now.
    File,
    /// A device, a disk or the program: nothing else goes either.
    Machine,
}

impl Fault {
    /// Is there less room than was asked for? Then less of it at once may go.
    pub fn is_of_room(self) -> bool {
        matches!(self, Self::Size | Self::Memory)
    }
}

impl Error {
    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Field { .. }
            | Self::Syntax { .. }
            | Self::Shader { .. }
            | Self::Data { .. }
            | Self::NonFinite { .. }
            | Self::Request { .. } => Fault::Asked,
            Self::NamedFile { source, .. } => match &**source {
                // A file that is not there is what was asked for.
                Self::File { source, .. } if source.kind() == ErrorKind::NotFound => Fault::Asked,
                source => source.fault(),
            },
            Self::TooLarge { .. } => Fault::Size,
            Self::HostMemory { .. } | Self::OutOfMemory { .. } => Fault::Memory,
            Self::File { action: "read", .. } => Fault::File,
            Self::File { .. }
            | Self::NoAdapter { .. }
            | Self::WrongDriver { .. }
            | Self::MissingFeature { .. }
            | Self::DeviceLost { .. }
            | Self::Validation { .. }
            | Self::Hung { .. }
            | Self::Unfinished { .. }
            | Self::Interrupted { .. } => Fault::Machine,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Location;

    /// An error of each variant, with whose fault it is.
    fn all() -> Vec<(Error, Fault)> {
        let word = || "x".to_owned();
        let file = |action, kind: ErrorKind| Error::File { action, path: "x".into(), source: kind.into() };
        let location = || Location { file: "x".into(), line: 1, column: 1 };
        let data = || Error::Data { path: "x".into(), problem: word(), legal: word() };
        let too_large = Error::TooLarge {
            what: word(),
            needed: 1,
            unit: "bytes",
            limit_name: "x",
            limit: 0,
            adapter: word(),
            hint: word(),
        };
        let non_finite = Error::NonFinite {
            population: word(),
            neuron: 0,
            item: 0,
            variable: word(),
            value: f64::NAN,
            first_step: 0,
            steps: 1,
        };
        let wrong_driver =
            Error::WrongDriver { adapter: word(), driver: word(), test: "x", problem: word(), hint: word() };
        vec![
            (Error::field("x", "x", "x"), Fault::Asked),
            (data().named_by("x"), Fault::Asked),
            (file("read", ErrorKind::NotFound).named_by("x"), Fault::Asked),
            (file("read", ErrorKind::PermissionDenied).named_by("x"), Fault::File),
            (Error::Syntax { location: location(), problem: word(), quoted: word() }, Fault::Asked),
            (Error::Shader { location: location(), problem: word(), quoted: word() }, Fault::Asked),
            (file("read", ErrorKind::NotFound), Fault::File),
            (file("write", ErrorKind::StorageFull), Fault::Machine),
            (data(), Fault::Asked),
            (Error::NoAdapter { wanted: word(), found: vec![], hint: word() }, Fault::Machine),
            (wrong_driver, Fault::Machine),
            (Error::MissingFeature { adapter: word(), feature: word() }, Fault::Machine),
            (too_large, Fault::Size),
            (Error::HostMemory { what: word(), needed: 1, available: None, hint: word() }, Fault::Memory),
            (Error::OutOfMemory { what: word(), bytes: 1 }, Fault::Memory),
            (Error::DeviceLost { action: word(), reason: word() }, Fault::Machine),
            (Error::Validation { action: word(), message: word() }, Fault::Machine),
            (Error::Hung { kernel: word(), models: vec![], limit_s: 1.0, step: 0 }, Fault::Machine),
            (Error::Unfinished { expected: 1, reached: 0 }, Fault::Machine),
            (non_finite, Fault::Asked),
            (Error::Interrupted { what: word() }, Fault::Machine),
            (Error::request("x", "x", "x"), Fault::Asked),
        ]
    }

    #[test]
    fn every_variant_is_somebody_s_fault() {
        let all = all();
        for (error, expected) in &all {
            assert_eq!(error.fault(), *expected, "{error}");
        }
        // As many variants as the text above has, and none twice but files.
        let text = include_str!("../error.rs");
        let variants = text.split("pub enum Error {").nth(1).and_then(|text| text.split("\n}\n").next()).unwrap();
        let variants = variants
            .lines()
            .filter(|line| line.ends_with('{') && line.starts_with("    ") && !line.starts_with("     "));
        let found: std::collections::HashSet<_> = all.iter().map(|(error, _)| std::mem::discriminant(error)).collect();
        assert_eq!(found.len(), variants.count());
    }
}
