//! What is known of a value before a kernel runs, and arithmetic with what is known: as WGSL has it, each operation in f32 rounded to
//! nearest, and functions alone that are exact.

use naga::{BinaryOperator as Binary, Literal, MathFunction as Math, UnaryOperator as Unary};
use naga::{Handle, Module, ScalarKind, Type, TypeInner};
use std::rc::Rc;

/// What is known of a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Value {
    /// Nothing.
    Unknown,
    /// A number of 32 bits, or a truth, by its bits.
    Known(Kind, u32),
    /// Something of each of its parts.
    Parts(Rc<[Value]>),
}

/// Of what kind a known value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    F32,
    U32,
    I32,
    Bool,
}

impl Value {
    pub(super) fn float(x: f32) -> Self {
        // Which NaN an operation gives is nobody's promise.
        if x.is_nan() { Self::Unknown } else { Self::Known(Kind::F32, x.to_bits()) }
    }

    fn truth(holds: bool) -> Self {
        Self::Known(Kind::Bool, u32::from(holds))
    }

    /// Of these parts, nothing if nothing is known of any.
    pub(super) fn parts(parts: Vec<Value>) -> Self {
        if parts.iter().all(|part| *part == Self::Unknown) { Self::Unknown } else { Self::Parts(parts.into()) }
    }

    pub(super) fn part(&self, index: u32) -> Self {
        match self {
            Self::Parts(parts) => parts.get(index as usize).cloned().unwrap_or(Self::Unknown),
            _ => Self::Unknown,
        }
    }

    /// The bits of what is fully known.
    pub(super) fn bits(&self) -> Option<u32> {
        if let Self::Known(_, bits) = self { Some(*bits) } else { None }
    }

    /// As it may stand in a module, which holds no infinities.
    pub(super) fn literal(&self) -> Option<Literal> {
        let Self::Known(kind, bits) = *self else { return None };
        match kind {
            Kind::F32 => Some(f32::from_bits(bits)).filter(|x| x.is_finite()).map(Literal::F32),
            Kind::U32 => Some(Literal::U32(bits)),
            Kind::I32 => Some(Literal::I32(bits.cast_signed())),
            Kind::Bool => Some(Literal::Bool(bits != 0)),
        }
    }

    pub(super) fn of_literal(literal: Literal) -> Self {
        match literal {
            Literal::F32(x) => Self::float(x),
            Literal::U32(x) => Self::Known(Kind::U32, x),
            Literal::I32(x) => Self::Known(Kind::I32, x.cast_unsigned()),
            Literal::Bool(holds) => Self::truth(holds),
            _ => Self::Unknown,
        }
    }

    /// What is known whichever of the two it is.
    pub(super) fn or(&self, other: &Self) -> Self {
        match (self, other) {
            _ if self == other => self.clone(),
            (Self::Parts(these), Self::Parts(those)) if these.len() == those.len() => {
                Self::parts(these.iter().zip(those.iter()).map(|(this, that)| this.or(that)).collect())
            }
            _ => Self::Unknown,
        }
    }

    /// Zero of this type, with as many parts as it has.
    pub(super) fn zero(module: &Module, ty: Handle<Type>) -> Self {
        let repeated = |part: Self, count: usize| Self::parts(vec![part; count]);
        match &module.types[ty].inner {
            TypeInner::Scalar(scalar) => Self::zero_of(*scalar),
            TypeInner::Vector { size, scalar } => repeated(Self::zero_of(*scalar), *size as usize),
            TypeInner::Struct { members, .. } => {
                Self::parts(members.iter().map(|member| Self::zero(module, member.ty)).collect())
            }
            _ => Self::Unknown,
        }
    }

    fn zero_of(scalar: naga::Scalar) -> Self {
        match (scalar.kind, scalar.width) {
            (ScalarKind::Float, 4) => Self::Known(Kind::F32, 0),
            (ScalarKind::Uint, 4) => Self::Known(Kind::U32, 0),
            (ScalarKind::Sint, 4) => Self::Known(Kind::I32, 0),
            (ScalarKind::Bool, _) => Self::Known(Kind::Bool, 0),
            _ => Self::Unknown,
        }
    }

    /// The same value with the part at the end of a path set; `count` says how many parts the value at a path's beginning has.
    pub(super) fn with(&self, path: &[u32], part: &Self, count: &dyn Fn(&[u32]) -> Option<usize>) -> Self {
        self.with_below(path, 0, part, count)
    }

    fn with_below(&self, path: &[u32], depth: usize, part: &Self, count: &dyn Fn(&[u32]) -> Option<usize>) -> Self {
        let Some(&index) = path.get(depth) else { return part.clone() };
        let mut parts = match self {
            Self::Parts(parts) => parts.to_vec(),
            _ => match count(&path[..depth]) {
                Some(count) => vec![Self::Unknown; count],
                None => return Self::Unknown,
            },
        };
        match parts.get_mut(index as usize) {
            Some(own) => *own = own.with_below(path, depth + 1, part, count),
            None => return Self::Unknown,
        }
        Self::parts(parts)
    }
}

/// Of one operand.
pub(super) fn unary(op: Unary, operand: &Value) -> Value {
    match (op, operand) {
        (Unary::Negate, Value::Known(Kind::F32, bits)) => Value::Known(Kind::F32, bits ^ (1 << 31)),
        (Unary::Negate, Value::Known(Kind::I32, bits)) => Value::Known(Kind::I32, bits.wrapping_neg()),
        (Unary::LogicalNot, Value::Known(Kind::Bool, bits)) => Value::truth(*bits == 0),
        (Unary::BitwiseNot, Value::Known(kind @ (Kind::U32 | Kind::I32), bits)) => Value::Known(*kind, !bits),
        _ => Value::Unknown,
    }
}

/// Of two.
pub(super) fn binary(op: Binary, left: &Value, right: &Value) -> Value {
    let (&Value::Known(kind, a), &Value::Known(other, b)) = (left, right) else { return Value::Unknown };
    let shift = matches!(op, Binary::ShiftLeft | Binary::ShiftRight);
    match kind {
        Kind::F32 => of_floats(op, f32::from_bits(a), f32::from_bits(b)),
        _ if shift => match (op, kind) {
            (Binary::ShiftLeft, _) => Value::Known(kind, a << (b & 31)),
            (_, Kind::I32) => Value::Known(kind, (a.cast_signed() >> (b & 31)).cast_unsigned()),
            _ => Value::Known(kind, a >> (b & 31)),
        },
        _ if kind != other => Value::Unknown,
        Kind::Bool => match op {
            Binary::And | Binary::LogicalAnd => Value::truth(a & b != 0),
            Binary::InclusiveOr | Binary::LogicalOr => Value::truth(a | b != 0),
            Binary::Equal => Value::truth(a == b),
            Binary::NotEqual => Value::truth(a != b),
            _ => Value::Unknown,
        },
        Kind::U32 | Kind::I32 => of_integers(op, kind, a, b),
    }
}

#[expect(clippy::float_cmp, reason = "comparisons of WGSL")]
fn of_floats(op: Binary, a: f32, b: f32) -> Value {
    match op {
        Binary::Add => Value::float(a + b),
        Binary::Subtract => Value::float(a - b),
        Binary::Multiply => Value::float(a * b),
        Binary::Divide => Value::float(a / b),
        Binary::Equal => Value::truth(a == b),
        Binary::NotEqual => Value::truth(a != b),
        Binary::Less => Value::truth(a < b),
        Binary::LessEqual => Value::truth(a <= b),
        Binary::Greater => Value::truth(a > b),
        Binary::GreaterEqual => Value::truth(a >= b),
        _ => Value::Unknown,
    }
}

fn of_integers(op: Binary, kind: Kind, a: u32, b: u32) -> Value {
    let order = if kind == Kind::U32 { a.cmp(&b) } else { a.cast_signed().cmp(&b.cast_signed()) };
    let number = match op {
        Binary::Add => a.wrapping_add(b),
        Binary::Subtract => a.wrapping_sub(b),
        Binary::Multiply => a.wrapping_mul(b),
        Binary::And => a & b,
        Binary::InclusiveOr => a | b,
        Binary::ExclusiveOr => a ^ b,
        Binary::Equal => return Value::truth(order.is_eq()),
        Binary::NotEqual => return Value::truth(order.is_ne()),
        Binary::Less => return Value::truth(order.is_lt()),
        Binary::LessEqual => return Value::truth(order.is_le()),
        Binary::Greater => return Value::truth(order.is_gt()),
        Binary::GreaterEqual => return Value::truth(order.is_ge()),
        _ => return Value::Unknown,
    };
    Value::Known(kind, number)
}

/// One of two, by a condition.
pub(super) fn select(condition: &Value, accept: &Value, reject: &Value) -> Value {
    match condition.bits() {
        Some(0) => reject.clone(),
        Some(_) => accept.clone(),
        None => accept.or(reject),
    }
}

/// A function that is exact.
pub(super) fn math(function: Math, arguments: &[Value]) -> Value {
    let float = |value: &Value| match *value {
        Value::Known(Kind::F32, bits) => Some(f32::from_bits(bits)),
        _ => None,
    };
    if let Some(numbers) = arguments.iter().map(float).collect::<Option<Vec<f32>>>() {
        return match (function, numbers.as_slice()) {
            (Math::Abs, [x]) => Value::float(x.abs()),
            (Math::Floor, [x]) => Value::float(x.floor()),
            (Math::Ceil, [x]) => Value::float(x.ceil()),
            (Math::Trunc, [x]) => Value::float(x.trunc()),
            (Math::Round, [x]) => Value::float(x.round_ties_even()),
            (Math::Sqrt, [x]) => Value::float(x.sqrt()),
            (Math::Min, [a, b]) => Value::float(least(*a, *b)),
            (Math::Max, [a, b]) => Value::float(greatest(*a, *b)),
            (Math::Clamp, [x, low, high]) => Value::float(least(greatest(*x, *low), *high)),
            (Math::Fma, [a, b, c]) => Value::float(a * b + c),
            _ => Value::Unknown,
        };
    }
    let &[Value::Known(kind @ (Kind::U32 | Kind::I32), a), Value::Known(other, b)] = arguments else {
        return Value::Unknown;
    };
    let below = if kind == Kind::U32 { a < b } else { a.cast_signed() < b.cast_signed() };
    match function {
        _ if kind != other => Value::Unknown,
        Math::Min => Value::Known(kind, if below { a } else { b }),
        Math::Max => Value::Known(kind, if below { b } else { a }),
        _ => Value::Unknown,
    }
}

/// The smaller; of equal ones the second. No NaN is known.
fn least(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

fn greatest(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

/// The same bits as another kind of number, or the same number.
pub(super) fn cast(value: &Value, to: ScalarKind, convert: Option<u8>) -> Value {
    let &Value::Known(kind, bits) = value else { return Value::Unknown };
    let kind_of = |to| match to {
        ScalarKind::Float => Some(Kind::F32),
        ScalarKind::Uint => Some(Kind::U32),
        ScalarKind::Sint => Some(Kind::I32),
        _ => None,
    };
    match (convert, kind, to) {
        (None, ..) => match kind_of(to) {
            Some(Kind::F32) => Value::float(f32::from_bits(bits)),
            Some(to) => Value::Known(to, bits),
            None => Value::Unknown,
        },
        (Some(4), Kind::U32 | Kind::Bool, ScalarKind::Float) => Value::float(bits as f32),
        (Some(4), Kind::I32, ScalarKind::Float) => Value::float(bits.cast_signed() as f32),
        (Some(4), Kind::F32, ScalarKind::Float) => value.clone(),
        (Some(4), Kind::U32 | Kind::I32 | Kind::Bool, ScalarKind::Uint) => Value::Known(Kind::U32, bits),
        (Some(4), Kind::U32 | Kind::I32 | Kind::Bool, ScalarKind::Sint) => Value::Known(Kind::I32, bits),
        (_, Kind::U32 | Kind::I32, ScalarKind::Bool) => Value::truth(bits != 0),
        (_, Kind::Bool, ScalarKind::Bool) => value.clone(),
        _ => Value::Unknown,
    }
}
