//! A module and one of its entry points, parsed once: what it is bound to and what it is told, as its WGSL declares them.

use super::diagnose::{self, Finding};
use naga::valid::Capabilities;
use naga::{AddressSpace, Module, StorageAccess, TypeInner};
use std::sync::Arc;

/// How a kernel uses the buffer at a binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Access {
    /// `var<storage, read>`. Dispatches that only read a buffer need not wait for one another.
    ReadOnly,
    /// `var<storage, read_write>`.
    ReadWrite,
    /// `var<uniform>`.
    Uniform,
}

/// A variable that a buffer is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bound {
    /// The variable's name.
    pub name: String,
    /// Its number in group 0.
    pub number: u32,
    /// What is done with it.
    pub access: Access,
}

/// An entry point of a module. Clones are cheap.
#[derive(Debug, Clone)]
pub(crate) struct Kernel {
    /// The module's WGSL: equal ones are compiled once.
    pub text: Arc<str>,
    /// What it was parsed to.
    pub module: Arc<Module>,
    /// Name of the entry point.
    pub entry: &'static str,
    /// All variables of the module that buffers are bound to, by number.
    pub bindings: Arc<[Bound]>,
    /// The words of its `var<immediate>`: the names of a structure's members, or of the variable.
    pub immediates: Arc<[String]>,
    /// Invocations of a workgroup.
    pub workgroup: u32,
    /// Names of the module, and what they are in the files that they come from.
    pub renames: Arc<[(String, String)]>,
}

impl Kernel {
    /// Parses and validates a module.
    ///
    /// # Errors
    /// What is wrong with it, or why it cannot be a kernel.
    pub(super) fn parse(text: &str, entry: &'static str) -> Result<Self, Finding> {
        let module = diagnose::check(text, Capabilities::all())?;
        let refuse = |problem: String| Finding { spans: Vec::new(), problem };
        let point = module.entry_points.iter().find(|point| point.name == entry);
        let point = point.ok_or_else(|| refuse(format!("there is no entry point `{entry}`")))?;
        let workgroup = point.workgroup_size.iter().product();
        let bindings = bindings(&module);
        let immediates = immediates(&module).map_err(refuse)?.into();
        let (bindings, module, renames) = (bindings.into(), module.into(), Arc::default());
        Ok(Self { text: text.into(), entry, bindings, immediates, workgroup, module, renames })
    }

    /// As those of neuropil's own are made, whose texts are right.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn of_text(text: &str, entry: &'static str) -> Result<Self, String> {
        Self::parse(text, entry).map_err(|finding| finding.problem)
    }
}

fn bindings(module: &Module) -> Vec<Bound> {
    let bound = module.global_variables.iter().filter_map(|(_, variable)| {
        let access = match variable.space {
            AddressSpace::Uniform => Access::Uniform,
            AddressSpace::Storage { access } if access.contains(StorageAccess::STORE) => Access::ReadWrite,
            AddressSpace::Storage { .. } => Access::ReadOnly,
            _ => return None,
        };
        Some(Bound { name: variable.name.clone()?, number: variable.binding?.binding, access })
    });
    let mut bound: Vec<_> = bound.collect();
    bound.sort_by_key(|bound| bound.number);
    bound
}

fn immediates(module: &Module) -> Result<Vec<String>, String> {
    let mut all = module.global_variables.iter().map(|(_, variable)| variable);
    let Some(variable) = all.find(|variable| variable.space == AddressSpace::Immediate) else {
        return Ok(Vec::new());
    };
    let name = variable.name.clone().unwrap_or_default();
    let mut words = Vec::new();
    let mut flatten = |name: String, ty| match &module.types[ty].inner {
        TypeInner::Scalar(scalar) if scalar.width == 4 => {
            words.push(name);
            Ok(())
        }
        TypeInner::Vector { size, scalar } if scalar.width == 4 => {
            words.extend((0..*size as u8).map(|index| format!("{name}[{index}]")));
            Ok(())
        }
        _ => Err(format!("`{name}`, which each dispatch is told, is of a type that no word holds")),
    };
    match &module.types[variable.ty].inner {
        TypeInner::Struct { members, span } => {
            for member in members {
                flatten(member.name.clone().unwrap_or_default(), member.ty)?;
            }
            let words = words.len();
            if words * 4 != *span as usize {
                return Err(format!("`{name}`, which each dispatch is told, has gaps between its members"));
            }
        }
        _ => flatten(name, variable.ty)?,
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "
        struct Now { places: vec2<u32>, step: u32, last: u32 }
        var<immediate> now: Now;
        @group(0) @binding(7) var<storage, read_write> found: array<u32>;
        @group(0) @binding(2) var<storage, read> given: array<f32>;
        @group(0) @binding(3) var<uniform> same: vec4<f32>;
        var<workgroup> shared_words: array<u32, 4>;
        @compute @workgroup_size(8, 4) fn main() { found[now.places.x] = now.step + u32(given[0] + same.x) + now.last; }
        @compute @workgroup_size(1) fn other() { found[0] = shared_words[1]; }";

    #[test]
    fn a_kernel_says_what_it_is_bound_to_and_told() {
        let kernel = Kernel::of_text(TEXT, "main").unwrap();
        let bound: Vec<_> = kernel.bindings.iter().map(|b| (b.name.as_str(), b.number, b.access)).collect();
        let expected = [("given", 2, Access::ReadOnly), ("same", 3, Access::Uniform), ("found", 7, Access::ReadWrite)];
        assert_eq!(bound, expected);
        assert_eq!(kernel.workgroup, 32);
        assert_eq!(Kernel::of_text(TEXT, "other").unwrap().workgroup, 1);
        assert_eq!(kernel.immediates.as_ref(), ["places[0]", "places[1]", "step", "last"]);
    }

    #[test]
    fn what_cannot_be_a_kernel_is_refused() {
        assert_eq!(Kernel::of_text(TEXT, "third").unwrap_err(), "there is no entry point `third`");
        let matrix = "var<immediate> m: mat2x2<f32>; @compute @workgroup_size(1) fn main() { _ = m[0].x; }";
        let problem = "`m`, which each dispatch is told, is of a type that no word holds";
        assert_eq!(Kernel::of_text(matrix, "main").unwrap_err(), problem);
        // A vec2 begins at a multiple of 8 bytes.
        let gapped = TEXT.replace("places: vec2<u32>, step: u32,", "step: u32, places: vec2<u32>,");
        let problem = "`now`, which each dispatch is told, has gaps between its members";
        assert_eq!(Kernel::of_text(&gapped, "main").unwrap_err(), problem);
    }
}
