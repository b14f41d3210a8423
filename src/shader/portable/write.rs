//! Writes functions anew: what is known beforehand as constants, branches that are never taken left out, and all arithmetic as
//! [`super::arithmetic`] has it. A function is written once for each set of things known of its arguments.

use super::Inexact;
use super::analysis::{Analysis, Call, Facts};
use super::carry;
use super::value::Value;
use naga::valid::{FunctionInfo, ModuleInfo};
use naga::{
    Arena, BinaryOperator, Block, Expression, Function, FunctionArgument, FunctionResult, GlobalVariable, Handle,
    Literal, LocalVariable, Module, Range, Scalar, ScalarKind, Span, Statement, SwitchCase, Type, TypeInner,
    VectorSize,
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

    fn source(&self, library: bool) -> Source<'m> {
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
        let from = self.source(library).analysis.module;
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
        // What the driver is asked for is a guess, and stays as it is.
        let raw = library && function.name.as_deref().is_some_and(|name| name.starts_with("driver_"));
        let mut body = Body {
            writer: self,
            library,
            from,
            function,
            info,
            facts,
            raw,
            expressions: Arena::new(),
            current: Vec::new(),
            pieces: vec![Vec::new(); function.expressions.len()],
            carried: vec![None; function.expressions.len()],
            results: vec![None; function.expressions.len()],
            zeros: [None; 5],
            immediates: None,
        };
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

/// What an expression becomes: others, and calls between them.
#[derive(Clone)]
pub(super) enum Piece {
    Emit(Handle<Expression>),
    Statement(Statement),
}

/// Appends pieces, those emitted one after the other together.
fn push(block: &mut Block, pieces: impl IntoIterator<Item = Piece>) {
    let mut open: Option<[Handle<Expression>; 2]> = None;
    let close = |open: &mut Option<[Handle<Expression>; 2]>, block: &mut Block| {
        if let Some([first, last]) = open.take() {
            block.push(Statement::Emit(Range::new_from_bounds(first, last)), Span::UNDEFINED);
        }
    };
    for piece in pieces {
        match (piece, &mut open) {
            (Piece::Emit(next), Some([_, last])) if next.index() == last.index() + 1 => *last = next,
            (Piece::Emit(next), _) => {
                close(&mut open, block);
                open = Some([next, next]);
            }
            (Piece::Statement(statement), _) => {
                close(&mut open, block);
                block.push(statement, Span::UNDEFINED);
            }
        }
    }
    close(&mut open, block);
}

/// A function while it is written.
pub(super) struct Body<'a, 'm> {
    pub(super) writer: &'a mut Writer<'m>,
    library: bool,
    from: &'m Module,
    function: &'a Function,
    info: &'a FunctionInfo,
    facts: &'a Facts,
    raw: bool,
    pub(super) expressions: Arena<Expression>,
    current: Vec<Piece>,
    /// What each expression of the source became, and what stands for it.
    pieces: Vec<Vec<Piece>>,
    carried: Vec<Option<Handle<Expression>>>,
    /// Results of statements, where a constant stands for them.
    results: Vec<Option<Handle<Expression>>>,
    /// The zero, alone and in vectors of 2, 3 and 4, by their length.
    zeros: [Option<Handle<Expression>>; 5],
    immediates: Option<Handle<Expression>>,
}

impl Body<'_, '_> {
    /// Adds an expression that is computed here.
    pub(super) fn emit(&mut self, expression: Expression) -> Handle<Expression> {
        let handle = self.expressions.append(expression, Span::UNDEFINED);
        self.current.push(Piece::Emit(handle));
        handle
    }

    /// Adds a constant.
    pub(super) fn literal(&mut self, literal: Literal) -> Handle<Expression> {
        self.expressions.append(Expression::Literal(literal), Span::UNDEFINED)
    }

    /// Calls a function of the library.
    pub(super) fn own(
        &mut self,
        name: &str,
        arguments: Vec<(Handle<Expression>, Value)>,
    ) -> Result<Handle<Expression>, String> {
        let (arguments, values): (Vec<_>, Vec<_>) = arguments.into_iter().unzip();
        let function = self.writer.own(name, values)?;
        let result = self.expressions.append(Expression::CallResult(function), Span::UNDEFINED);
        self.current.push(Piece::Statement(Statement::Call { function, arguments, result: Some(result) }));
        Ok(result)
    }

    /// The zero that no compiler knows, in this shape.
    pub(super) fn zero(&self, shape: Shape) -> Result<Handle<Expression>, String> {
        let place = if let Shape::Vector(size) = shape { size as usize } else { 1 };
        self.zeros[place].ok_or_else(|| "a shape of numbers was not foreseen".to_owned())
    }

    /// The shape of an expression of the source.
    pub(super) fn shape_of(&self, expression: Handle<Expression>) -> Option<Shape> {
        shape(self.info[expression].ty.inner_with(&self.from.types))
    }

    /// The type of an expression of the source.
    pub(super) fn type_of(&self, expression: Handle<Expression>) -> &TypeInner {
        self.info[expression].ty.inner_with(&self.from.types)
    }

    /// What stands for an expression of the source.
    pub(super) fn operand(&self, expression: Handle<Expression>) -> Result<Handle<Expression>, String> {
        self.carried[expression.index()].ok_or_else(|| "an operand is used before it is computed".to_owned())
    }

    /// What is known of it.
    pub(super) fn known(&self, expression: Handle<Expression>) -> Value {
        self.facts.of(expression)
    }

    /// Notes that the function calls something whose last bits are the driver's.
    pub(super) fn note_driver(&mut self, calls: &str) {
        let function = self.function.name.clone().unwrap_or_default();
        self.writer.drivers.insert(Inexact { function, calls: calls.to_owned() });
    }

    /// Does arithmetic stay as it is?
    pub(super) fn is_raw(&self) -> bool {
        self.raw
    }

    /// What functions need before all else: the zero, and the module's own immediates.
    fn head(&mut self) -> Vec<Piece> {
        let mut shapes = [false; 5];
        let mut immediates = false;
        for (handle, expression) in self.function.expressions.iter() {
            match expression {
                Expression::Binary { .. } | Expression::Math { .. } if !self.raw => {
                    // Comparisons of minima, too, take place among numbers.
                    match self.shape_of(handle) {
                        Some(Shape::Scalar) => shapes[1] = true,
                        Some(Shape::Vector(size)) => (shapes[1], shapes[size as usize]) = (true, true),
                        None => {}
                    }
                    if let Expression::Math { arg, .. } = expression
                        && let Some(Shape::Vector(size)) = self.shape_of(*arg)
                    {
                        shapes[size as usize] = true;
                    }
                }
                Expression::GlobalVariable(global) => {
                    immediates |= !self.library && self.writer.zero.wraps && *global == self.writer.zero.global;
                }
                _ => {}
            }
        }
        let Zero { global, member, .. } = self.writer.zero;
        if immediates || shapes.contains(&true) {
            let base = self.expressions.append(Expression::GlobalVariable(global), Span::UNDEFINED);
            if immediates {
                self.immediates = Some(self.emit(Expression::AccessIndex { base, index: 0 }));
            }
            if shapes.contains(&true) {
                let pointer = self.emit(Expression::AccessIndex { base, index: member });
                let zero = self.emit(Expression::Load { pointer });
                self.zeros[1] = Some(zero);
                for size in [VectorSize::Bi, VectorSize::Tri, VectorSize::Quad] {
                    if shapes[size as usize] {
                        self.zeros[size as usize] = Some(self.emit(Expression::Splat { size, value: zero }));
                    }
                }
            }
        }
        std::mem::take(&mut self.current)
    }

    fn translate_all(&mut self) -> Result<(), String> {
        for (handle, expression) in self.function.expressions.iter() {
            if !self.facts.computed(handle) {
                continue;
            }
            let constant = self.facts.of(handle).literal();
            let carried = match expression {
                Expression::CallResult(_) => {
                    // Its function is known where it is called; until then any will do.
                    let result = self.expressions.append(expression.clone(), Span::UNDEFINED);
                    self.results[handle.index()] = Some(result);
                    constant.map_or(result, |constant| self.literal(constant))
                }
                _ => match constant {
                    Some(constant) => self.literal(constant),
                    None => self.translate(handle, expression)?,
                },
            };
            self.carried[handle.index()] = Some(carried);
            self.pieces[handle.index()] = std::mem::take(&mut self.current);
        }
        Ok(())
    }

    fn translate(&mut self, handle: Handle<Expression>, expression: &Expression) -> Result<Handle<Expression>, String> {
        if let Some(replaced) = self.arithmetic(handle, expression)? {
            return Ok(replaced);
        }
        match expression {
            Expression::GlobalVariable(_) if self.immediates.is_some() && self.is_immediates(expression) => {
                return self.immediates.ok_or_else(String::new);
            }
            _ => {}
        }
        let carried = &self.carried;
        let mut missing = false;
        let mut plain = carry::expression(expression, &mut |operand| {
            carried[operand.index()].unwrap_or_else(|| {
                missing = true;
                operand
            })
        })
        .ok_or_else(|| "its kernel has operations of other kinds than computing".to_owned())?;
        if missing {
            return Err(format!(
                "an operand is used before it is computed: {expression:?} of {:?}",
                self.function.name
            ));
        }
        match &mut plain {
            Expression::ZeroValue(ty)
            | Expression::Compose { ty, .. }
            | Expression::AtomicResult { ty, .. }
            | Expression::WorkGroupUniformLoadResult { ty }
            | Expression::SubgroupOperationResult { ty } => *ty = self.writer.carry_type(self.library, *ty),
            Expression::Constant(_) if self.library => {
                return Err("a constant of the library is no number".to_owned());
            }
            _ => {}
        }
        let is_result = matches!(
            plain,
            Expression::AtomicResult { .. }
                | Expression::WorkGroupUniformLoadResult { .. }
                | Expression::SubgroupBallotResult
                | Expression::SubgroupOperationResult { .. }
        );
        if is_result {
            let result = self.expressions.append(plain, Span::UNDEFINED);
            self.results[handle.index()] = Some(result);
            return Ok(result);
        }
        Ok(if plain.needs_pre_emit() { self.expressions.append(plain, Span::UNDEFINED) } else { self.emit(plain) })
    }

    fn is_immediates(&self, expression: &Expression) -> bool {
        matches!(expression, Expression::GlobalVariable(global) if !self.library && *global == self.writer.zero.global)
    }

    /// Writes statements as far as anybody comes; returns whether somebody comes to the end.
    fn block(&mut self, from: &Block, into: &mut Block) -> Result<bool, String> {
        for statement in from {
            if !self.statement(statement, into)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn inner(&mut self, from: &Block) -> Result<(Block, bool), String> {
        let mut block = Block::new();
        let through = self.block(from, &mut block)?;
        Ok((block, through))
    }

    fn statement(&mut self, statement: &Statement, into: &mut Block) -> Result<bool, String> {
        let mut through = true;
        let carried = match statement {
            Statement::Emit(range) => {
                let pieces: Vec<Piece> =
                    range.clone().flat_map(|handle| std::mem::take(&mut self.pieces[handle.index()])).collect();
                push(into, pieces);
                return Ok(true);
            }
            Statement::Block(block) => {
                let (block, to_the_end) = self.inner(block)?;
                through = to_the_end;
                Statement::Block(block)
            }
            Statement::If { condition, accept, reject } => match self.facts.of(*condition).bits() {
                Some(holds) => {
                    let (block, to_the_end) = self.inner(if holds == 0 { reject } else { accept })?;
                    through = to_the_end;
                    Statement::Block(block)
                }
                None => {
                    let condition = self.operand(*condition)?;
                    let ((accept, accepted), (reject, rejected)) = (self.inner(accept)?, self.inner(reject)?);
                    through = accepted || rejected;
                    Statement::If { condition, accept, reject }
                }
            },
            Statement::Switch { selector, cases } => {
                let cases = cases.iter().map(|case| Ok(SwitchCase { body: self.inner(&case.body)?.0, ..case.clone() }));
                let cases = cases.collect::<Result<_, String>>()?;
                Statement::Switch { selector: self.operand(*selector)?, cases }
            }
            Statement::Loop { body, continuing, break_if } => Statement::Loop {
                body: self.inner(body)?.0,
                continuing: self.inner(continuing)?.0,
                break_if: break_if.map(|condition| self.operand(condition)).transpose()?,
            },
            Statement::Call { function, arguments, result } => {
                let values = arguments.iter().map(|argument| self.facts.of(*argument)).collect();
                let arguments = arguments.iter().map(|argument| self.operand(*argument)).collect::<Result<_, _>>()?;
                let function = self.writer.call(self.library, (*function, values))?;
                let result = result.and_then(|result| self.results[result.index()]);
                if let Some(result) = result {
                    *self.expressions.get_mut(result) = Expression::CallResult(function);
                }
                Statement::Call { function, arguments, result }
            }
            other => {
                let operand = |handle: Handle<Expression>| self.carried[handle.index()].unwrap_or(handle);
                let result = |handle: Handle<Expression>| self.results[handle.index()].unwrap_or(handle);
                carry::statement(other, &operand, &result)
                    .ok_or_else(|| "its kernel has statements of other kinds than computing".to_owned())?
            }
        };
        through &=
            !matches!(carried, Statement::Break | Statement::Continue | Statement::Kill | Statement::Return { .. });
        into.push(carried, Span::UNDEFINED);
        Ok(through)
    }

    /// A value among bits.
    pub(super) fn bits(&mut self, of: Handle<Expression>) -> Handle<Expression> {
        self.emit(Expression::As { expr: of, kind: ScalarKind::Uint, convert: None })
    }

    /// Bits as a number.
    pub(super) fn number(&mut self, of: Handle<Expression>) -> Handle<Expression> {
        self.emit(Expression::As { expr: of, kind: ScalarKind::Float, convert: None })
    }

    /// An operation.
    pub(super) fn binary(
        &mut self,
        op: BinaryOperator,
        left: Handle<Expression>,
        right: Handle<Expression>,
    ) -> Handle<Expression> {
        self.emit(Expression::Binary { op, left, right })
    }
}
