//! What the pass makes of modules, without a device.

use super::write::shape;
use super::{Inexact, LIBRARY, Portable, portable, validated};
use naga::{
    BinaryOperator as Binary, Expression, Function, Handle, Literal, MathFunction as Math, ScalarKind, Statement,
};

const STORE: &str = "@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(1) fn main() { ";

fn made(text: &str) -> Portable {
    let module = naga::front::wgsl::parse_str(text).unwrap();
    let made = portable(&module).unwrap();
    validated(&made.module).unwrap();
    made
}

/// A kernel that does this.
fn of(body: &str) -> Portable {
    made(&format!("{}{STORE}{body} }}", include_str!("../../../shaders/lib/math.wgsl")))
}

/// Functions that the driver is asked for a guess.
fn is_guess(function: &Function) -> bool {
    function.name.as_deref().is_some_and(|name| name.starts_with("driver_"))
}

#[test]
fn results_are_used_by_nothing_but_their_bits() {
    let made = made(&format!(
        "{LIBRARY}{}{STORE}
            let x = out[0];
            let v = vec3<f32>(x, out[1], out[2]) * x + vec3<f32>(1.5);
            out[3] = phi_gelu(x) + phi_tanh_shrink(x) * normal_of(7u) + dot(v, v / 3.0) + fma(x, x, 2.0);
        }}",
        include_str!("../../../shaders/lib/activations.wgsl")
    ));
    let info = validated(&made.module).unwrap();
    let own = made.module.functions.iter().map(|(handle, function)| (function, &info[handle]));
    let entries = made.module.entry_points.iter().enumerate();
    let all = own.chain(entries.map(|(index, entry)| (&entry.function, info.get_entry_point(index))));
    let mut seen = 0;
    for (function, info) in all.filter(|(function, _)| !is_guess(function)) {
        for (handle, expression) in function.expressions.iter() {
            let is_float = shape(info[handle].ty.inner_with(&made.module.types)).is_some();
            match expression {
                Expression::Binary { op: Binary::Add | Binary::Subtract | Binary::Multiply, .. } if is_float => {}
                Expression::Binary { op: Binary::Divide | Binary::Modulo, .. }
                | Expression::Math { fun: Math::Sqrt | Math::Fma | Math::Exp | Math::Dot, .. }
                    if is_float =>
                {
                    panic!("{expression:?} in {:?}", function.name)
                }
                _ => continue,
            }
            seen += 1;
            for (_, user) in function.expressions.iter().filter(|(_, user)| uses(user, handle)) {
                let as_bits = matches!(user, Expression::As { kind: ScalarKind::Uint, convert: None, .. });
                assert!(as_bits, "{user:?} uses {expression:?} in {:?}", function.name);
            }
        }
    }
    assert!(seen > 60, "{seen} operations");
}

fn uses(expression: &Expression, operand: Handle<Expression>) -> bool {
    let mut found = false;
    let _ = super::carry::expression(expression, &mut |own| {
        found |= own == operand;
        own
    });
    found
}

/// What the only store of a kernel stores.
fn stored(made: &Portable) -> Expression {
    let function = &made.module.entry_points[0].function;
    let value = function.body.iter().rev().find_map(|statement| match statement {
        Statement::Store { value, .. } => Some(*value),
        _ => None,
    });
    function.expressions[value.unwrap()].clone()
}

#[track_caller]
fn check_known(body: &str, expected: f32) {
    let found = stored(&of(body));
    let Expression::Literal(Literal::F32(found)) = found else { panic!("{body}: {found:?}") };
    assert_eq!(found.to_bits(), expected.to_bits(), "{body}: {found}, expected {expected}");
}

#[test]
fn what_follows_from_constants_is_computed_beforehand() {
    check_known("out[0] = 0.1f / 3f;", 0.1 / 3.0);
    check_known("let tau = 20f; out[0] = sqrt(tau) * tau + 0.1;", 20f32.sqrt() * 20.0 + 0.1);
    check_known("var x = 1f; x += 2f; if (x > 2.5) { x = x * 7f; } out[0] = x;", 21.0);
    check_known("var p = vec2<f32>(1f, 2f); p.y = 5f; out[0] = p.x / p.y;", 0.2);
    check_known("let a = 1e9f; out[0] = fma(a, 1e-9, -1.0);", 1e9f32 * 1e-9 - 1.0);
    // Through functions, loops that it does not touch, and WGSL's own names.
    check_known("var h = 0.5f; for (var i = 0u; i < 3u; i++) { out[1] = f32(i); } out[0] = exp_own(h) - exp(h);", 0.0);
    check_known("out[0] = exp_step(0.005, -1.0) / exp_relative(-0.005);", 0.005);
    check_known("let v = vec3<f32>(1f, 2f, 4f).zx; out[0] = v.x - v.y;", 3.0);
}

#[test]
fn what_is_not_known_is_not_taken_for_known() {
    for body in [
        "var x = 1f; for (var i = 0u; i < 3u; i++) { x *= 2f; } out[0] = x;",
        "var x = 1f; if (out[1] > 0.0) { x = 2f; } out[0] = x * 3f;",
        "var x = 1f; switch (u32(out[1])) { case 1u: { x = 2f; } default: {} } out[0] = x;",
        "var a = array<f32, 2>(1f, 2f); a[u32(out[1])] = 3f; out[0] = a[0];",
        "out[0] = out[1] * 0f;",
        "out[0] = bitcast<f32>(0x7fc00000u) + 1.0;",
    ] {
        let text = format!("{STORE}{body} }}");
        let found = stored(&made(&text));
        assert!(!matches!(found, Expression::Literal(_)), "{body}: {found:?}");
    }
}

#[test]
fn a_word_of_the_immediates_is_the_zero() {
    assert_eq!(of("out[0] = out[1] + 1.0;").immediates, 4);
    let with = |members: &str, value: &str| {
        made(&format!(
            "struct Given {{ {members} }} var<immediate> given: Given; {STORE} out[0] = out[1] * {value}; }}"
        ))
        .immediates
    };
    assert_eq!(with("a: f32, b: u32", "given.a"), 12);
    assert_eq!(with("a: vec4<f32>", "given.a.x"), 32);
    let single = made(&format!("var<immediate> scale: f32; {STORE} let all = scale; out[0] = out[1] * all; }}"));
    assert_eq!(single.immediates, 8);
}

#[test]
fn what_is_the_driver_s_is_said() {
    let text = format!("fn wave(x: f32) -> f32 {{ return sin(x) + cos(x); }} {STORE} out[0] = wave(out[1]); }}");
    let inexact = |calls: &str| Inexact { function: "wave".to_owned(), calls: calls.to_owned() };
    assert_eq!(made(&text).drivers.into_iter().collect::<Vec<_>>(), [inexact("cos"), inexact("sin")]);
    assert!(of("out[0] = exp(tanh(pow(out[1], 2.5)));").drivers.is_empty());
}
