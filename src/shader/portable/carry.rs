//! Expressions and statements of one function as those of another: the same, of other operands. Those that no compute kernel without
//! textures has are refused.

use naga::{AtomicFunction, Expression, GatherMode, Handle, Statement};

/// An expression with its operands replaced; `None` for those of textures, rays and the like.
pub(super) fn expression(
    expression: &Expression,
    operand: &mut dyn FnMut(Handle<Expression>) -> Handle<Expression>,
) -> Option<Expression> {
    let mut carried = expression.clone();
    match &mut carried {
        Expression::Literal(_)
        | Expression::Constant(_)
        | Expression::ZeroValue(_)
        | Expression::FunctionArgument(_)
        | Expression::GlobalVariable(_)
        | Expression::LocalVariable(_)
        | Expression::CallResult(_)
        | Expression::AtomicResult { .. }
        | Expression::WorkGroupUniformLoadResult { .. }
        | Expression::SubgroupBallotResult
        | Expression::SubgroupOperationResult { .. } => {}
        Expression::Compose { components, .. } => components.iter_mut().for_each(|own| *own = operand(*own)),
        Expression::Access { base: a, index: b } | Expression::Binary { left: a, right: b, .. } => {
            (*a, *b) = (operand(*a), operand(*b));
        }
        Expression::AccessIndex { base: own, .. }
        | Expression::Splat { value: own, .. }
        | Expression::Swizzle { vector: own, .. }
        | Expression::Load { pointer: own }
        | Expression::Unary { expr: own, .. }
        | Expression::Relational { argument: own, .. }
        | Expression::As { expr: own, .. }
        | Expression::ArrayLength(own) => *own = operand(*own),
        Expression::Select { condition, accept, reject } => {
            (*condition, *accept, *reject) = (operand(*condition), operand(*accept), operand(*reject));
        }
        Expression::Math { arg, arg1, arg2, arg3, .. } => {
            *arg = operand(*arg);
            [arg1, arg2, arg3].into_iter().flatten().for_each(|own| *own = operand(*own));
        }
        _ => return None,
    }
    Some(carried)
}

/// A statement that holds no others and calls nothing, with its operands replaced; results are found by `result`.
pub(super) fn statement(
    statement: &Statement,
    operand: &dyn Fn(Handle<Expression>) -> Handle<Expression>,
    result: &dyn Fn(Handle<Expression>) -> Handle<Expression>,
) -> Option<Statement> {
    let mut carried = statement.clone();
    match &mut carried {
        Statement::Break
        | Statement::Continue
        | Statement::Kill
        | Statement::ControlBarrier(_)
        | Statement::MemoryBarrier(_) => {}
        Statement::Return { value } => *value = value.map(operand),
        Statement::Store { pointer, value } => (*pointer, *value) = (operand(*pointer), operand(*value)),
        Statement::Atomic { pointer, fun, value, result: left } => {
            (*pointer, *value, *left) = (operand(*pointer), operand(*value), left.map(result));
            if let AtomicFunction::Exchange { compare } = fun {
                *compare = compare.map(operand);
            }
        }
        Statement::WorkGroupUniformLoad { pointer, result: left } => {
            (*pointer, *left) = (operand(*pointer), result(*left));
        }
        Statement::SubgroupBallot { result: left, predicate } => {
            (*left, *predicate) = (result(*left), predicate.map(operand));
        }
        Statement::SubgroupGather { mode, argument, result: left } => {
            (*argument, *left) = (operand(*argument), result(*left));
            match mode {
                GatherMode::BroadcastFirst | GatherMode::QuadSwap(_) => {}
                GatherMode::Broadcast(of)
                | GatherMode::Shuffle(of)
                | GatherMode::ShuffleDown(of)
                | GatherMode::ShuffleUp(of)
                | GatherMode::ShuffleXor(of)
                | GatherMode::QuadBroadcast(of) => *of = operand(*of),
            }
        }
        Statement::SubgroupCollectiveOperation { argument, result: left, .. } => {
            (*argument, *left) = (operand(*argument), result(*left));
        }
        _ => return None,
    }
    Some(carried)
}
