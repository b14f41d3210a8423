//! A module that is being written, from the functions of another and of the library.

use super::Inexact;
use super::analysis::{Analysis, Call};
use naga::valid::ModuleInfo;
use naga::{Function, GlobalVariable, Handle, Module, Scalar, ScalarKind, Span, Type, TypeInner, VectorSize};
use std::collections::{BTreeSet, HashMap};

/// Where functions come from.
#[derive(Clone, Copy)]
pub(super) struct Source<'m> {
    pub(super) analysis: &'m Analysis<'m>,
    pub(super) info: &'m ModuleInfo,
}

/// Where the zero that no compiler knows is found.
#[derive(Clone, Copy)]
pub(super) struct Zero {
    /// The immediates, with its place among their members.
    pub(super) global: Handle<GlobalVariable>,
    pub(super) member: u32,
    /// Are the module's own immediates the first member?
    pub(super) wraps: bool,
}

/// A module that is being written.
pub(super) struct Writer<'m> {
    pub(super) module: Module,
    pub(super) user: Source<'m>,
    pub(super) library: Source<'m>,
    pub(super) zero: Zero,
    pub(super) written: HashMap<(bool, Call), Handle<Function>>,
    /// Functions whose last bits are the driver's.
    pub(super) drivers: BTreeSet<Inexact>,
}

/// A float, or a vector of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Scalar,
    Vector(VectorSize),
}

/// The shape of what holds floats of 32 bits.
pub(super) fn shape(ty: &TypeInner) -> Option<Shape> {
    let is_f32 = |scalar: &Scalar| scalar.kind == ScalarKind::Float && scalar.width == 4;
    match ty {
        TypeInner::Scalar(scalar) if is_f32(scalar) => Some(Shape::Scalar),
        TypeInner::Vector { size, scalar } if is_f32(scalar) => Some(Shape::Vector(*size)),
        _ => None,
    }
}

impl<'m> Writer<'m> {
    pub(super) fn new(module: Module, [user, library]: [Source<'m>; 2], zero: Zero) -> Self {
        Self { module, user, library, zero, written: HashMap::new(), drivers: BTreeSet::new() }
    }

    pub(super) fn source(&self, library: bool) -> Source<'m> {
        if library { self.library } else { self.user }
    }

    /// A type of the source as one of the module.
    pub(super) fn carry_type(&mut self, library: bool, ty: Handle<Type>) -> Handle<Type> {
        if !library {
            return ty;
        }
        let mut own = self.library.analysis.module.types[ty].clone();
        match &mut own.inner {
            TypeInner::Pointer { base, .. } | TypeInner::Array { base, .. } => *base = self.carry_type(true, *base),
            TypeInner::Struct { members, .. } => {
                members.iter_mut().for_each(|member| member.ty = self.carry_type(true, member.ty));
            }
            _ => {}
        }
        self.module.types.insert(own, Span::UNDEFINED)
    }

    /// The type of a vector of floats, or of bits.
    pub(super) fn vector(&mut self, size: VectorSize, scalar: Scalar) -> Handle<Type> {
        self.module.types.insert(Type { name: None, inner: TypeInner::Vector { size, scalar } }, Span::UNDEFINED)
    }
}
