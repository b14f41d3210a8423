//! What of a function's values is known before it runs, given what is known of its arguments. So what follows from constants alone is
//! computed here, once, and no compiler has to.
//!
//! It goes through statements in their order, with what each variable holds. Where two ways meet, what both agree on is kept; what a
//! loop assigns is unknown in it and behind it.

use super::carry;
use super::value::{self, Value};
use naga::{Block, Expression, Function, Handle, MathFunction, Module, Statement, TypeInner};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// A function, with what is known of its arguments.
pub(super) type Call = (Handle<Function>, Vec<Value>);

/// What stands for functions whose last bits are the driver's, if anything does.
type Own<'m> = Option<&'m dyn Fn(MathFunction, &[Value]) -> Value>;

/// What is known in a function.
#[derive(Debug)]
pub(super) struct Facts {
    /// Of each expression; nothing at all of what is never computed.
    values: Vec<Option<Value>>,
    /// Of what it returns.
    pub(super) returned: Value,
}

impl Facts {
    /// Of an expression that is computed.
    pub(super) fn of(&self, expression: Handle<Expression>) -> Value {
        self.values[expression.index()].clone().unwrap_or(Value::Unknown)
    }

    /// Is it ever computed?
    pub(super) fn computed(&self, expression: Handle<Expression>) -> bool {
        self.values[expression.index()].is_some()
    }
}

/// The functions of a module, each for all that it is called with.
pub(super) struct Analysis<'m> {
    pub(super) module: &'m Module,
    /// What stands for functions whose last bits are the driver's.
    own: Own<'m>,
    known: RefCell<HashMap<Call, Rc<Facts>>>,
}

impl<'m> Analysis<'m> {
    /// Of a module; `own` says what is known of the results of functions that are replaced.
    pub(super) fn new(module: &'m Module, own: Own<'m>) -> Self {
        Self { module, own, known: RefCell::default() }
    }

    /// A function that others call.
    pub(super) fn call(&self, call: &Call) -> Rc<Facts> {
        if let Some(known) = self.known.borrow().get(call) {
            return known.clone();
        }
        let facts = Rc::new(self.function(&self.module.functions[call.0], &call.1));
        self.known.borrow_mut().insert(call.clone(), facts.clone());
        facts
    }

    /// A function with these arguments.
    pub(super) fn function(&self, function: &Function, arguments: &[Value]) -> Facts {
        let mut way =
            Way { analysis: self, function, arguments, values: vec![None; function.expressions.len()], returned: None };
        let mut emitted = vec![false; function.expressions.len()];
        note_emitted(&function.body, &mut emitted);
        for (handle, expression) in function.expressions.iter() {
            // What no statement computes is there from the beginning, but for results of statements, and what nobody needs.
            let mut there = !emitted[handle.index()] && !is_result(expression);
            let _ = carry::expression(expression, &mut |operand| {
                there &= way.values[operand.index()].is_some();
                operand
            });
            if there {
                way.compute(handle, &mut Vec::new());
            }
        }
        let initial = |(_, variable): (_, &naga::LocalVariable)| match variable.init {
            Some(init) => way.initially(init),
            None => Value::zero(self.module, variable.ty),
        };
        let variables: Vec<Value> = function.local_variables.iter().map(initial).collect();
        way.block(&function.body, Some(variables));
        Facts { values: way.values, returned: way.returned.unwrap_or(Value::Unknown) }
    }
}

/// Is it what a statement leaves?
fn is_result(expression: &Expression) -> bool {
    matches!(
        expression,
        Expression::CallResult(_)
            | Expression::AtomicResult { .. }
            | Expression::WorkGroupUniformLoadResult { .. }
            | Expression::SubgroupBallotResult
            | Expression::SubgroupOperationResult { .. }
            | Expression::RayQueryProceedResult
    )
}

fn note_emitted(block: &Block, emitted: &mut [bool]) {
    for statement in block {
        match statement {
            Statement::Emit(range) => range.clone().for_each(|handle| emitted[handle.index()] = true),
            _ => inner_blocks(statement).into_iter().for_each(|block| note_emitted(block, emitted)),
        }
    }
}

/// The blocks within a statement.
pub(super) fn inner_blocks(statement: &Statement) -> Vec<&Block> {
    match statement {
        Statement::Block(block) => vec![block],
        Statement::If { accept, reject, .. } => vec![accept, reject],
        Statement::Switch { cases, .. } => cases.iter().map(|case| &case.body).collect(),
        Statement::Loop { body, continuing, .. } => vec![body, continuing],
        _ => Vec::new(),
    }
}

/// What the variables hold; `None` where nobody comes.
type State = Option<Vec<Value>>;

struct Way<'a, 'm> {
    analysis: &'a Analysis<'m>,
    function: &'a Function,
    arguments: &'a [Value],
    values: Vec<Option<Value>>,
    returned: Option<Value>,
}

/// Where a pointer leads within the function's own variables.
struct Place {
    variable: usize,
    /// As far as it is known.
    path: Vec<u32>,
    whole: bool,
}

impl Way<'_, '_> {
    fn value(&self, expression: Handle<Expression>) -> Value {
        self.values[expression.index()].clone().unwrap_or(Value::Unknown)
    }

    /// What is known of a variable's initial value, which may be written down only later.
    fn initially(&self, expression: Handle<Expression>) -> Value {
        let own = &self.function.expressions[expression];
        constant(self.analysis.module, own, &|operand| self.initially(operand))
    }

    fn place(&self, pointer: Handle<Expression>) -> Option<Place> {
        match self.function.expressions[pointer] {
            Expression::LocalVariable(variable) => {
                Some(Place { variable: variable.index(), path: Vec::new(), whole: true })
            }
            Expression::AccessIndex { base, index } => {
                let mut place = self.place(base)?;
                if place.whole {
                    place.path.push(index);
                }
                Some(place)
            }
            Expression::Access { base, .. } => Some(Place { whole: false, ..self.place(base)? }),
            _ => None,
        }
    }

    fn forget(&self, pointer: Handle<Expression>, variables: &mut [Value]) {
        if let Some(place) = self.place(pointer) {
            variables[place.variable] = Value::Unknown;
        }
    }

    fn store(&self, pointer: Handle<Expression>, value: &Value, variables: &mut [Value]) {
        let Some(place) = self.place(pointer) else { return };
        if !place.whole {
            variables[place.variable] = Value::Unknown;
            return;
        }
        let ty = self.function.local_variables.iter().nth(place.variable).map(|(_, variable)| variable.ty);
        let count = |path: &[u32]| {
            let types = &self.analysis.module.types;
            let mut ty = ty?;
            for index in path {
                let TypeInner::Struct { members, .. } = &types[ty].inner else { return None };
                ty = members.get(*index as usize)?.ty;
            }
            match &types[ty].inner {
                TypeInner::Struct { members, .. } => Some(members.len()),
                TypeInner::Vector { size, .. } => Some(*size as usize),
                _ => None,
            }
        };
        variables[place.variable] = variables[place.variable].with(&place.path, value, &count);
    }

    /// Variables that a block assigns.
    fn assigned(&self, block: &Block, variables: &mut [Value]) {
        for statement in block {
            match statement {
                Statement::Store { pointer, .. } => self.forget(*pointer, variables),
                Statement::Call { arguments, .. } => {
                    arguments.iter().for_each(|argument| self.forget(*argument, variables));
                }
                _ => inner_blocks(statement).into_iter().for_each(|block| self.assigned(block, variables)),
            }
        }
    }

    fn block(&mut self, block: &Block, mut state: State) -> State {
        for statement in block {
            state = self.statement(statement, state?);
        }
        state
    }

    fn statement(&mut self, statement: &Statement, mut variables: Vec<Value>) -> State {
        match statement {
            Statement::Emit(range) => range.clone().for_each(|handle| self.compute(handle, &mut variables)),
            Statement::Block(block) => return self.block(block, Some(variables)),
            Statement::If { condition, accept, reject } => {
                return match self.value(*condition).bits() {
                    Some(0) => self.block(reject, Some(variables)),
                    Some(_) => self.block(accept, Some(variables)),
                    None => {
                        let accepted = self.block(accept, Some(variables.clone()));
                        let rejected = self.block(reject, Some(variables));
                        join(accepted, rejected)
                    }
                };
            }
            Statement::Switch { cases, .. } => {
                cases.iter().for_each(|case| self.assigned(&case.body, &mut variables));
                for case in cases {
                    self.block(&case.body, Some(variables.clone()));
                }
            }
            Statement::Loop { body, continuing, .. } => {
                self.assigned(body, &mut variables);
                self.assigned(continuing, &mut variables);
                self.block(body, Some(variables.clone()));
                self.block(continuing, Some(variables.clone()));
            }
            Statement::Break | Statement::Continue | Statement::Kill => return None,
            Statement::Return { value } => {
                let value = value.map_or(Value::Unknown, |value| self.value(value));
                self.returned = Some(match &self.returned {
                    Some(other) => other.or(&value),
                    None => value,
                });
                return None;
            }
            Statement::Store { pointer, value } => {
                let value = self.value(*value);
                self.store(*pointer, &value, &mut variables);
            }
            Statement::Call { function, arguments, result } => {
                let given = arguments.iter().map(|argument| self.value(*argument)).collect();
                let facts = self.analysis.call(&(*function, given));
                arguments.iter().for_each(|argument| self.forget(*argument, &mut variables));
                if let Some(result) = result {
                    self.values[result.index()] = Some(facts.returned.clone());
                }
            }
            Statement::Atomic { result, .. } => self.unknown(*result),
            Statement::WorkGroupUniformLoad { result, .. }
            | Statement::SubgroupBallot { result, .. }
            | Statement::SubgroupGather { result, .. }
            | Statement::SubgroupCollectiveOperation { result, .. } => self.unknown(Some(*result)),
            _ => {}
        }
        Some(variables)
    }

    fn unknown(&mut self, result: Option<Handle<Expression>>) {
        if let Some(result) = result {
            self.values[result.index()] = Some(Value::Unknown);
        }
    }

    fn compute(&mut self, handle: Handle<Expression>, variables: &mut [Value]) {
        let function = self.function;
        let value = self.known(&function.expressions[handle], variables);
        self.values[handle.index()] = Some(value);
    }

    fn known(&self, expression: &Expression, variables: &[Value]) -> Value {
        match expression {
            Expression::FunctionArgument(index) => self.arguments[*index as usize].clone(),
            Expression::Load { pointer } => match self.place(*pointer) {
                Some(place) if place.whole => {
                    let variable = variables.get(place.variable).cloned().unwrap_or(Value::Unknown);
                    place.path.iter().fold(variable, |value, index| value.part(*index))
                }
                _ => Value::Unknown,
            },
            Expression::Math { fun, arg, arg1, arg2, .. } => {
                let arguments: Vec<Value> =
                    [Some(*arg), *arg1, *arg2].into_iter().flatten().map(|argument| self.value(argument)).collect();
                match (value::math(*fun, &arguments), self.analysis.own) {
                    (Value::Unknown, Some(own)) => own(*fun, &arguments),
                    (known, _) => known,
                }
            }
            other => constant(self.analysis.module, other, &|handle| self.value(handle)),
        }
    }
}

fn join(one: State, other: State) -> State {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.iter().zip(&other).map(|(one, other)| one.or(other)).collect()),
        (one, other) => one.or(other),
    }
}

/// What is known of an expression that neither variables nor arguments enter, given what is known of its operands.
fn constant(module: &Module, expression: &Expression, value: &dyn Fn(Handle<Expression>) -> Value) -> Value {
    match expression {
        Expression::Literal(literal) => Value::of_literal(*literal),
        Expression::Constant(handle) => global(module, module.constants[*handle].init),
        Expression::ZeroValue(ty) => Value::zero(module, *ty),
        Expression::Compose { ty, components } => {
            let parts: Vec<Value> = components.iter().map(|part| value(*part)).collect();
            match module.types[*ty].inner {
                // Of vectors, too, vectors are made.
                TypeInner::Vector { size, .. } if parts.len() != size as usize => {
                    let flat = parts.iter().map(|part| match part {
                        Value::Parts(parts) => Some(parts.to_vec()),
                        Value::Known(..) => Some(vec![part.clone()]),
                        Value::Unknown => None,
                    });
                    let flat = flat.collect::<Option<Vec<_>>>().map(|parts| parts.concat());
                    flat.filter(|parts| parts.len() == size as usize).map_or(Value::Unknown, Value::parts)
                }
                TypeInner::Matrix { .. } => Value::Unknown,
                _ => Value::parts(parts),
            }
        }
        Expression::AccessIndex { base, index } => value(*base).part(*index),
        Expression::Access { base, index } => match value(*index).bits() {
            Some(index) => value(*base).part(index),
            None => Value::Unknown,
        },
        Expression::Splat { size, value: part } => Value::parts(vec![value(*part); *size as usize]),
        Expression::Swizzle { size, vector, pattern } => {
            let vector = value(*vector);
            let parts = pattern[..*size as usize].iter().map(|component| vector.part(*component as u32));
            Value::parts(parts.collect())
        }
        Expression::Unary { op, expr } => value::unary(*op, &value(*expr)),
        Expression::Binary { op, left, right } => value::binary(*op, &value(*left), &value(*right)),
        Expression::Select { condition, accept, reject } => {
            value::select(&value(*condition), &value(*accept), &value(*reject))
        }
        Expression::As { expr, kind, convert } => value::cast(&value(*expr), *kind, *convert),
        _ => Value::Unknown,
    }
}

/// What is known of a module's constant.
fn global(module: &Module, expression: Handle<Expression>) -> Value {
    constant(module, &module.global_expressions[expression], &|handle| global(module, handle))
}
