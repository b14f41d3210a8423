//! Arithmetic that is portable by construction: a pass over a module after which every driver computes the same bits.
//!
//! WGSL lets a driver contract a product with the sum after it, reassociate sums, be off by some last bits in quotients and functions,
//! and some do. The definition that all keep to is the text: each operation in f32 rounded on its own, to nearest; `fma` rounded twice;
//! functions those of `shaders/lib`. The pass leaves compilers no choice, see [`arithmetic`], and computes what follows from
//! constants alone itself, see [`analysis`], for compilers no longer can.
//!
//! It knows modules only: built-in texts and a user's are the same to it.

mod analysis;
mod arithmetic;
mod body;
mod carry;
mod functions;
mod statements;
#[cfg(test)]
mod tests;
mod value;
mod write;

use analysis::Analysis;
use naga::valid::{Capabilities, ModuleInfo, ValidationFlags, Validator};
use naga::{AddressSpace, GlobalVariable, Handle, MathFunction, Module, Scalar, Span, StructMember, Type, TypeInner};
use std::collections::BTreeSet;
use std::sync::LazyLock;
use value::Value;
use write::{Source, Writer, Zero};

/// A module that computes the same bits everywhere.
#[derive(Debug, Clone)]
pub struct Portable {
    /// The module.
    pub module: Module,
    /// Bytes of its `var<immediate>`: those that it had, and behind them a word that whoever dispatches it gives as 0.
    pub immediates: u32,
    /// What of it still has last bits that are the driver's.
    pub drivers: BTreeSet<Inexact>,
}

/// A function that calls one of WGSL's whose last bits are the driver's, and which has no other definition yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Inexact {
    /// Its name in the module; empty for an entry point.
    pub function: String,
    /// What it calls, as WGSL names it.
    pub calls: String,
}

const LIBRARY: &str =
    concat!(include_str!("../../../shaders/lib/math.wgsl"), include_str!("../../../shaders/lib/portable.wgsl"));

/// The functions that stand for WGSL's.
struct Library {
    module: Module,
    info: ModuleInfo,
}

static OWN: LazyLock<Result<Library, String>> = LazyLock::new(|| {
    let module = naga::front::wgsl::parse_str(LIBRARY).map_err(|error| error.emit_to_string(LIBRARY))?;
    let info = validated(&module)?;
    Ok(Library { module, info })
});

fn validated(module: &Module) -> Result<ModuleInfo, String> {
    let mut validator = Validator::new(ValidationFlags::all(), Capabilities::all());
    validator.validate(module).map_err(|error| format!("{:?}", error.into_inner()))
}

/// The module with portable arithmetic.
///
/// # Errors
/// What is wrong with it, or which part of it is not of a kernel that computes.
pub fn portable(source: &Module) -> Result<Portable, String> {
    let Library { module: own, info: own_info } = OWN.as_ref().map_err(Clone::clone)?;
    let info = validated(source)?;
    let own_functions = Analysis::new(own, None);
    let known = |function: MathFunction, arguments: &[Value]| known_of(&own_functions, function, arguments);
    let functions = Analysis::new(source, Some(&known));
    let user = Source { analysis: &functions, info: &info };
    let library = Source { analysis: &own_functions, info: own_info };

    let mut module = source.clone();
    module.functions.clear();
    module.entry_points.clear();
    let (zero, immediates) = add_zero(&mut module)?;
    let mut writer = Writer::new(module, [user, library], zero);
    for (index, entry) in source.entry_points.iter().enumerate() {
        let facts = functions.function(&entry.function, &vec![Value::Unknown; entry.function.arguments.len()]);
        let function = writer.function(false, &entry.function, info.get_entry_point(index), &facts)?;
        writer.module.entry_points.push(naga::EntryPoint { function, ..entry.clone() });
    }
    Ok(Portable { module: writer.module, immediates, drivers: writer.drivers })
}

/// What is known of a function that the library's stands for.
fn known_of(library: &Analysis<'_>, function: MathFunction, arguments: &[Value]) -> Value {
    let Some(name) = arithmetic::own(function) else { return Value::Unknown };
    if arguments.contains(&Value::Unknown) || arguments.iter().any(|argument| argument.bits().is_none()) {
        return Value::Unknown;
    }
    let mut functions = library.module.functions.iter();
    match functions.find(|(_, own)| own.name.as_deref() == Some(name)) {
        Some((handle, _)) => library.call(&(handle, arguments.to_vec())).returned.clone(),
        None => Value::Unknown,
    }
}

/// Adds the word that is 0 to the immediates; returns where it is, and how many bytes they have.
fn add_zero(module: &mut Module) -> Result<(Zero, u32), String> {
    let scalar = TypeInner::Scalar(Scalar::U32);
    let word = module.types.insert(Type { name: None, inner: scalar }, Span::UNDEFINED);
    let member = |name: &str, ty, offset| StructMember { name: Some(name.to_owned()), ty, binding: None, offset };
    let found = module.global_variables.iter().find(|(_, global)| global.space == AddressSpace::Immediate);
    let found: Option<(Handle<GlobalVariable>, Handle<Type>)> = found.map(|(handle, global)| (handle, global.ty));
    let (members, size, alignment) = match found {
        Some((_, ty)) => {
            let mut layouts = naga::proc::Layouter::default();
            layouts.update(module.to_ctx()).map_err(|error| error.to_string())?;
            let layout = layouts[ty];
            let at = layout.size.next_multiple_of(4);
            let alignment = naga::proc::Alignment::FOUR.max(layout.alignment);
            (vec![member("given", ty, 0), member("unknown_zero", word, at)], at + 4, alignment)
        }
        None => (vec![member("unknown_zero", word, 0)], 4, naga::proc::Alignment::FOUR),
    };
    let span = alignment.round_up(size);
    let index = u32::from(found.is_some());
    let inner = TypeInner::Struct { members, span };
    let ty = module.types.insert(Type { name: Some("Immediates".to_owned()), inner }, Span::UNDEFINED);
    let global = match found {
        Some((global, _)) => {
            module.global_variables.get_mut(global).ty = ty;
            global
        }
        None => {
            let global = GlobalVariable {
                name: Some("immediates".to_owned()),
                space: AddressSpace::Immediate,
                binding: None,
                ty,
                init: None,
                memory_decorations: naga::MemoryDecorations::default(),
            };
            module.global_variables.append(global, Span::UNDEFINED)
        }
    };
    Ok((Zero { global, member: index, wraps: found.is_some() }, span))
}
