//! One function while it is written: what each expression of the source becomes.

use super::analysis::Facts;
use super::value::Value;
use super::write::{Shape, Writer, Zero, shape};
use super::{Inexact, carry};
use naga::valid::FunctionInfo;
use naga::{
    Arena, BinaryOperator, Expression, Function, Handle, Literal, Module, ScalarKind, Span, Statement, TypeInner,
    VectorSize,
};

/// What an expression becomes: others, and calls between them.
#[derive(Clone)]
pub(super) enum Piece {
    Emit(Handle<Expression>),
    Statement(Statement),
}

/// A function while it is written.
pub(super) struct Body<'a, 'm> {
    pub(super) writer: &'a mut Writer<'m>,
    pub(super) library: bool,
    from: &'m Module,
    function: &'a Function,
    info: &'a FunctionInfo,
    pub(super) facts: &'a Facts,
    raw: bool,
    pub(super) expressions: Arena<Expression>,
    current: Vec<Piece>,
    /// What each expression of the source became, and what stands for it.
    pub(super) pieces: Vec<Vec<Piece>>,
    pub(super) carried: Vec<Option<Handle<Expression>>>,
    /// Results of statements, where a constant stands for them.
    pub(super) results: Vec<Option<Handle<Expression>>>,
    /// The zero, alone and in vectors of 2, 3 and 4, by their length.
    zeros: [Option<Handle<Expression>>; 5],
    immediates: Option<Handle<Expression>>,
}

impl<'a, 'm> Body<'a, 'm> {
    /// Nothing of a function yet.
    pub(super) fn new(
        writer: &'a mut Writer<'m>,
        library: bool,
        function: &'a Function,
        info: &'a FunctionInfo,
        facts: &'a Facts,
    ) -> Self {
        let from = writer.source(library).analysis.module;
        // What the driver is asked for is a guess, and stays as it is.
        let raw = library && function.name.as_deref().is_some_and(|name| name.starts_with("driver_"));
        let length = function.expressions.len();
        Self {
            writer,
            library,
            from,
            function,
            info,
            facts,
            raw,
            expressions: Arena::new(),
            current: Vec::new(),
            pieces: vec![Vec::new(); length],
            carried: vec![None; length],
            results: vec![None; length],
            zeros: [None; 5],
            immediates: None,
        }
    }

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
    pub(super) fn head(&mut self) -> Vec<Piece> {
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

    pub(super) fn translate_all(&mut self) -> Result<(), String> {
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
