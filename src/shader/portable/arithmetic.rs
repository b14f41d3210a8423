//! What becomes of each operation among numbers of 32 bits, so that no compiler has a choice.
//!
//! The result of each sum, difference and product goes through its bits, exclusive-or a zero that compilers do not know: then none can
//! join it with the operation behind it, or change their order. Quotients, roots and functions are replaced by those of the library,
//! which are exact or made of the former. What is exact anyway stays.

use super::body::Body;
use super::value::Value;
use super::write::Shape;
use naga::{BinaryOperator as Binary, Expression, Handle, Literal, MathFunction as Math, Scalar, TypeInner};

type Place = Handle<Expression>;

/// The library's function for one of WGSL, of as many numbers.
pub(super) fn own(function: Math) -> Option<&'static str> {
    Some(match function {
        Math::Sqrt => "square_root",
        Math::InverseSqrt => "inverse_root",
        Math::Exp => "exponential",
        Math::Exp2 => "power_of_2",
        Math::Log => "logarithm",
        Math::Log2 => "logarithm_to_2",
        Math::Pow => "power",
        Math::Tanh => "hyperbolic_tangent",
        _ => return None,
    })
}

/// Functions whose last bits are the driver's, as WGSL calls them.
fn driver(function: Math) -> Option<&'static str> {
    Some(match function {
        Math::Cos => "cos",
        Math::Cosh => "cosh",
        Math::Sin => "sin",
        Math::Sinh => "sinh",
        Math::Tan => "tan",
        Math::Acos => "acos",
        Math::Asin => "asin",
        Math::Atan => "atan",
        Math::Atan2 => "atan2",
        Math::Asinh => "asinh",
        Math::Acosh => "acosh",
        Math::Atanh => "atanh",
        Math::Ldexp => "ldexp",
        Math::Cross => "cross",
        Math::FaceForward => "faceForward",
        Math::Reflect => "reflect",
        Math::Refract => "refract",
        Math::Determinant => "determinant",
        Math::Inverse => "inverse",
        Math::Pack4x8snorm => "pack4x8snorm",
        Math::Pack4x8unorm => "pack4x8unorm",
        Math::Pack2x16snorm => "pack2x16snorm",
        Math::Pack2x16unorm => "pack2x16unorm",
        Math::Pack2x16float => "pack2x16float",
        Math::Unpack4x8snorm => "unpack4x8snorm",
        Math::Unpack4x8unorm => "unpack4x8unorm",
        Math::Unpack2x16snorm => "unpack2x16snorm",
        Math::Unpack2x16unorm => "unpack2x16unorm",
        Math::QuantizeToF16 => "quantizeToF16",
        _ => return None,
    })
}

impl Body<'_, '_> {
    /// What stands for an operation among numbers; `None` where it stays as it is.
    pub(super) fn arithmetic(&mut self, handle: Place, expression: &Expression) -> Result<Option<Place>, String> {
        if self.is_raw() {
            return Ok(None);
        }
        match *expression {
            Expression::Binary { op, left, right } => {
                let matrix = |ty: &TypeInner| matches!(ty, TypeInner::Matrix { .. });
                if [handle, left, right].iter().any(|of| matrix(self.type_of(*of))) {
                    self.note_driver("products of matrices");
                    return Ok(None);
                }
                let Some(shape) = self.shape_of(handle) else { return Ok(None) };
                let operands = [(left, self.operand(left)?), (right, self.operand(right)?)];
                match op {
                    Binary::Add | Binary::Subtract | Binary::Multiply => {
                        let [(_, left), (_, right)] = operands;
                        self.hidden(op, left, right, shape).map(Some)
                    }
                    Binary::Divide => self.each("quotient", &operands, shape).map(Some),
                    Binary::Modulo => self.each("remainder", &operands, shape).map(Some),
                    _ => Ok(None),
                }
            }
            Expression::Math { fun, arg, arg1, arg2, .. } => {
                if let Some(name) = driver(fun) {
                    self.note_driver(name);
                    return Ok(None);
                }
                let Some(shape) = self.shape_of(arg) else { return Ok(None) };
                let given: Vec<Place> = [Some(arg), arg1, arg2].into_iter().flatten().collect();
                let operands =
                    given.iter().map(|of| Ok((*of, self.operand(*of)?))).collect::<Result<Vec<_>, String>>()?;
                self.function(fun, shape, &operands)
            }
            _ => Ok(None),
        }
    }

    fn function(&mut self, fun: Math, shape: Shape, operands: &[(Place, Place)]) -> Result<Option<Place>, String> {
        if let Some(name) = own(fun) {
            return self.each(name, operands, shape).map(Some);
        }
        let each: Vec<Place> = operands.iter().map(|(_, operand)| *operand).collect();
        let done = match (fun, each.as_slice()) {
            (Math::Fma, &[a, b, c]) => {
                let product = self.hidden(Binary::Multiply, a, b, shape)?;
                self.hidden(Binary::Add, product, c, shape)?
            }
            (Math::Fract, &[x]) => {
                let below = self.emit(math(Math::Floor, x));
                self.hidden(Binary::Subtract, x, below, shape)?
            }
            (Math::Degrees, &[x]) => self.scaled(x, 57.295_78, shape)?,
            (Math::Radians, &[x]) => self.scaled(x, 0.017_453_292, shape)?,
            (Math::Mix, _) => self.each("mixture", operands, shape)?,
            (Math::SmoothStep, _) => self.each("smooth_step", operands, shape)?,
            (Math::Dot, &[a, b]) => self.dot(a, b, shape)?,
            (Math::Length, &[x]) => self.length(x, shape)?,
            (Math::Distance, &[a, b]) => {
                let between = self.hidden(Binary::Subtract, a, b, shape)?;
                self.length(between, shape)?
            }
            (Math::Normalize, &[x]) => {
                let length = self.length(x, shape)?;
                self.parts(shape, |body, index| {
                    let part = body.part(x, shape, index);
                    body.own("quotient", vec![(part, Value::Unknown), (length, Value::Unknown)])
                })?
            }
            (Math::Min | Math::Max, &[a, b]) => self.extreme(fun, a, b, shape)?,
            (Math::Clamp, &[x, low, high]) => {
                let above = self.extreme(Math::Max, x, low, shape)?;
                self.extreme(Math::Min, above, high, shape)?
            }
            (Math::Saturate, &[x]) => {
                let [low, high] = [0.0, 1.0].map(|bound| self.constant(bound, shape));
                let above = self.extreme(Math::Max, x, low, shape)?;
                self.extreme(Math::Min, above, high, shape)?
            }
            _ => return Ok(None),
        };
        Ok(Some(done))
    }

    /// A sum, difference or product, hidden from what comes behind it.
    fn hidden(&mut self, op: Binary, left: Place, right: Place, shape: Shape) -> Result<Place, String> {
        // x + 0 and 0·x are nobody's x and 0: not of −0, infinity and NaN.
        let left = self.no_plain_zero(left)?;
        let right = if op == Binary::Subtract { right } else { self.no_plain_zero(right)? };
        let result = self.binary(op, left, right);
        self.hide(result, shape)
    }

    fn hide(&mut self, of: Place, shape: Shape) -> Result<Place, String> {
        let zero = self.zero(shape)?;
        let bits = self.bits(of);
        let mixed = self.binary(Binary::ExclusiveOr, bits, zero);
        Ok(self.number(mixed))
    }

    fn no_plain_zero(&mut self, operand: Place) -> Result<Place, String> {
        let Expression::Literal(Literal::F32(number)) = self.expressions[operand] else { return Ok(operand) };
        if number != 0.0 {
            return Ok(operand);
        }
        let zero = self.zero(Shape::Scalar)?;
        if number.is_sign_positive() {
            return Ok(self.number(zero));
        }
        let sign = self.literal(Literal::U32(1 << 31));
        let mixed = self.binary(Binary::ExclusiveOr, zero, sign);
        Ok(self.number(mixed))
    }

    /// A function of the library of each part.
    fn each(&mut self, name: &str, operands: &[(Place, Place)], shape: Shape) -> Result<Place, String> {
        let shapes: Vec<Option<Shape>> = operands.iter().map(|(of, _)| self.shape_of(*of)).collect();
        // A scalar may meet a vector.
        let shape = shapes.iter().flatten().copied().find(|of| *of != Shape::Scalar).unwrap_or(shape);
        self.parts(shape, |body, index| {
            let mut given = Vec::new();
            for ((of, operand), own) in operands.iter().zip(&shapes) {
                let known = body.known(*of);
                given.push(match own {
                    Some(own @ Shape::Vector(_)) => (body.part(*operand, *own, index), known.part(index)),
                    _ => (*operand, known),
                });
            }
            body.own(name, given)
        })
    }

    /// A vector of parts, or the only one.
    fn parts(
        &mut self,
        shape: Shape,
        mut part: impl FnMut(&mut Self, u32) -> Result<Place, String>,
    ) -> Result<Place, String> {
        let Shape::Vector(size) = shape else { return part(self, 0) };
        let components = (0..size as u32).map(|index| part(self, index)).collect::<Result<Vec<_>, _>>()?;
        let ty = self.writer.vector(size, Scalar::F32);
        Ok(self.emit(Expression::Compose { ty, components }))
    }

    fn part(&mut self, of: Place, shape: Shape, index: u32) -> Place {
        if shape == Shape::Scalar { of } else { self.emit(Expression::AccessIndex { base: of, index }) }
    }

    fn constant(&mut self, number: f32, shape: Shape) -> Place {
        let value = self.literal(Literal::F32(number));
        match shape {
            Shape::Scalar => value,
            Shape::Vector(size) => self.emit(Expression::Splat { size, value }),
        }
    }

    fn scaled(&mut self, x: Place, factor: f32, shape: Shape) -> Result<Place, String> {
        let factor = self.literal(Literal::F32(factor));
        self.hidden(Binary::Multiply, x, factor, shape)
    }

    /// The sum of products, in order.
    fn dot(&mut self, a: Place, b: Place, shape: Shape) -> Result<Place, String> {
        let Shape::Vector(size) = shape else { return self.hidden(Binary::Multiply, a, b, shape) };
        let products = self.hidden(Binary::Multiply, a, b, shape)?;
        let mut sum = self.part(products, shape, 0);
        for index in 1..size as u32 {
            let next = self.part(products, shape, index);
            sum = self.hidden(Binary::Add, sum, next, Shape::Scalar)?;
        }
        Ok(sum)
    }

    fn length(&mut self, x: Place, shape: Shape) -> Result<Place, String> {
        if shape == Shape::Scalar {
            return Ok(self.emit(math(Math::Abs, x)));
        }
        let square = self.dot(x, x, shape)?;
        self.own("square_root", vec![(square, Value::Unknown)])
    }

    /// The smaller or the larger; of two zeros the second, which drivers choose as they like.
    fn extreme(&mut self, fun: Math, a: Place, b: Place, shape: Shape) -> Result<Place, String> {
        let result = self.emit(Expression::Math { fun, arg: a, arg1: Some(b), arg2: None, arg3: None });
        if self.is_nonzero(a) || self.is_nonzero(b) {
            return Ok(result);
        }
        let result = self.hide(result, shape)?;
        let equal = self.binary(Binary::Equal, a, b);
        Ok(self.emit(Expression::Select { condition: equal, accept: b, reject: result }))
    }

    /// Is it a constant other than 0?
    fn is_nonzero(&self, operand: Place) -> bool {
        match self.expressions[operand] {
            Expression::Literal(Literal::F32(number)) => number != 0.0,
            Expression::Splat { value, .. } => self.is_nonzero(value),
            _ => false,
        }
    }
}

fn math(fun: Math, arg: Place) -> Expression {
    Expression::Math { fun, arg, arg1: None, arg2: None, arg3: None }
}
