//! Writes functions anew: what is known beforehand as constants, branches that are never taken left out, and all arithmetic as
//! [`super::arithmetic`] has it. A function is written once for each set of things known of its arguments. What becomes of its
//! expressions stands in [`super::body`], of its statements in [`super::statements`].

use super::Inexact;
use super::analysis::{Analysis, Call, Facts};
use super::body::Body;
use super::statements::push;
use super::value::Value;
use naga::valid::{FunctionInfo, ModuleInfo};
use naga::{
    Arena, Block, Function, FunctionArgument, FunctionResult, GlobalVariable, Handle, LocalVariable, Module, Scalar,
    ScalarKind, Span, Type, TypeInner, VectorSize,
};
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
    written: HashMap<(bool, Call), Handle<Function>>,
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

    /// A function that others call.
    ///
    /// # Errors
    /// What of it cannot be written.
    pub(super) fn call(&mut self, library: bool, call: Call) -> Result<Handle<Function>, String> {
        let key = (library, call);
        if let Some(written) = self.written.get(&key) {
            return Ok(*written);
        }
        let source = self.source(library);
        let function = &source.analysis.module.functions[key.1.0];
        let facts = source.analysis.call(&key.1);
        let function = self.function(library, function, &source.info[key.1.0], &facts)?;
        let handle = self.module.functions.append(function, Span::UNDEFINED);
        self.written.insert(key, handle);
        Ok(handle)
    }

    /// A function of the library, by its name.
    pub(super) fn own(&mut self, name: &str, arguments: Vec<Value>) -> Result<Handle<Function>, String> {
        let functions = &self.library.analysis.module.functions;
        let found = functions.iter().find(|(_, function)| function.name.as_deref() == Some(name));
        let (handle, _) = found.ok_or_else(|| format!("the library has no function {name}"))?;
        self.call(true, (handle, arguments))
    }

    /// A function, written anew.
    pub(super) fn function(
        &mut self,
        library: bool,
        function: &Function,
        info: &FunctionInfo,
        facts: &Facts,
    ) -> Result<Function, String> {
        let arguments = function
            .arguments
            .iter()
            .map(|argument| FunctionArgument { ty: self.carry_type(library, argument.ty), ..argument.clone() });
        let arguments = arguments.collect();
        let result = function
            .result
            .as_ref()
            .map(|result| FunctionResult { ty: self.carry_type(library, result.ty), binding: result.binding.clone() });
        let mut locals = Arena::new();
        for (_, variable) in function.local_variables.iter() {
            let carried = LocalVariable { ty: self.carry_type(library, variable.ty), init: None, ..variable.clone() };
            locals.append(carried, Span::UNDEFINED);
        }
        let mut body = Body::new(self, library, function, info, facts);
        let head = body.head();
        body.translate_all()?;
        let mut statements = Block::new();
        push(&mut statements, head);
        body.block(&function.body, &mut statements)?;
        for (handle, variable) in function.local_variables.iter() {
            if let Some(init) = variable.init {
                locals.get_mut(handle).init = body.carried[init.index()];
            }
        }
        Ok(Function {
            name: function.name.clone(),
            arguments,
            result,
            local_variables: locals,
            expressions: body.expressions,
            named_expressions: Default::default(),
            body: statements,
            diagnostic_filter_leaf: None,
        })
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
