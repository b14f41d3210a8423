//! What naga finds, told in the user's file.

use super::check;

#[test]
fn a_missing_semicolon() {
    check(
        r"    var next = s;",
        r"    var next = s",
        r#"models/lif.wgsl:35:5: expected `;`, found "next"
      next.v += decay(p, step) * (s.v - input.current);
      ^^^^"#,
    );
}

#[test]
fn an_unknown_name() {
    check(
        r"var next = s;",
        r"var next = t;",
        r"models/lif.wgsl:34:16: no definition in scope for identifier: `t`
      var next = t;
                 ^",
    );
}

#[test]
fn a_wrong_type() {
    check(
        r"    var next = s;",
        r"    var next: State = 1.0;",
        r"models/lif.wgsl:34:9: the type of `next` is expected to be `State`, but got `{AbstractFloat}`
      var next: State = 1.0;
          ^^^^",
    );
}

#[test]
fn operands_of_two_types() {
    check(
        r"    return s.v >= p.v_th;",
        r"    return s.held >= p.v_th;",
        r"models/lif.wgsl:40:12: Operation GreaterEqual can't work with a value (of type u32) and a value (of type f32)
      return s.held >= p.v_th;
             ^^^^^^^^^^^^^^^^",
    );
}

#[test]
fn a_wrong_value_returned() {
    check(
        r"    return s.v >= p.v_th;",
        r"    return s.v;",
        r"models/lif.wgsl:40:12: The `return` expression does not match the declared return type
      return s.v;
             ^^^",
    );
}

#[test]
fn an_argument_too_few() {
    check(
        r"decay(p, step) *",
        r"decay(p) *",
        r"models/lif.wgsl:35:15: Requires 2 arguments, but 1 are provided
      next.v += decay(p) * (s.v - input.current);
                ^^^^^^^^",
    );
}

#[test]
fn arguments_in_the_wrong_order() {
    check(
        r"decay(p, step) *",
        r"decay(step, p) *",
        r"models/lif.wgsl:35:15: Argument 0 value doesn't match the type
      next.v += decay(step, p) * (s.v - input.current);
                ^^^^^^^^^^^^^^",
    );
}

#[test]
fn a_float_stored_in_a_whole_number() {
    check(
        r"    return next;",
        r"    next.held = input.current; return next;",
        r"models/lif.wgsl:36:5: automatic conversions cannot convert elements of `f32` to `u32` (a value with elements of type u32 is required here)
      next.held = input.current; return next;
      ^^^^^^^^^",
    );
}

#[test]
fn a_condition_that_is_a_number() {
    check(
        r"    return next;",
        r"    if (s.v) { return s; } return next;",
        r"models/lif.wgsl:36:9: The `if` condition is not a boolean scalar
      if (s.v) { return s; } return next;
          ^^^",
    );
}

#[test]
fn no_return() {
    check(
        r"    return next;",
        r"    next.v = 1.0;",
        r"models/lif.wgsl:33:1: Not every way through the function returns a value
  fn lif_update(p: Params, s: State, input: Input, step: Step) -> State {
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
    );
}

#[test]
fn an_unknown_member() {
    check(
        r"s.v -",
        r"s.w -",
        r"models/lif.wgsl:35:35: invalid field accessor `w`
      next.v += decay(p, step) * (s.w - input.current);
                                    ^",
    );
}

#[test]
fn an_unclosed_comment() {
    check(
        r"const half = 0.5;",
        r"const half = 0.5; /*",
        r"models/lif.wgsl:23:19: unterminated block comment (must be closed with `*/`)
  const half = 0.5; /*
                    ^",
    );
}

#[test]
fn an_unclosed_function() {
    check(
        r"    return next;
}",
        r"    return next;",
        r#"models/lif.wgsl:38:4: expected assignment or increment/decrement, found "lif_threshold"
  fn lif_threshold(p: Params, s: State) -> bool {
     ^^^^^^^^^^^^^"#,
    );
}

#[test]
fn a_member_twice() {
    check(
        r"    held: u32,",
        r"    held: u32,
    /// [1] x
    held: u32,",
        r"models/lif.wgsl:22:5: redefinition of `held`
      held: u32,
      ^^^^",
    );
}

#[test]
fn a_function_that_calls_itself() {
    check(
        r"    return next;",
        r"    return lif_update(p, s, input, step);",
        r"models/lif.wgsl:33:4: declaration of `lif_update` is recursive
  fn lif_update(p: Params, s: State, input: Input, step: Step) -> State {
     ^^^^^^^^^^",
    );
}

#[test]
fn a_name_twice() {
    check(
        r"const half = 0.5;",
        r"const half = 0.5; const half = 0.25;",
        r"models/lif.wgsl:23:25: redefinition of `half`
  const half = 0.5; const half = 0.25;
                          ^^^^",
    );
}

#[test]
fn a_reserved_word() {
    check(
        r"const half = 0.5;",
        r"const half = 0.5; const final = 0.25;",
        r"models/lif.wgsl:23:25: name `final` is a reserved keyword
  const half = 0.5; const final = 0.25;
                          ^^^^^",
    );
}

#[test]
fn two_underscores() {
    check(
        r"const half = 0.5;",
        r"const half = 0.5; const __x = 0.25;",
        r"models/lif.wgsl:23:25: Identifier starts with a reserved prefix: `__x`
  const half = 0.5; const __x = 0.25;
                          ^^^",
    );
}

#[test]
fn a_division_by_zero() {
    check(
        r"const half = 0.5;",
        r"const half = 1 / 0;",
        r"models/lif.wgsl:23:14: Division by zero
  const half = 1 / 0;
               ^^^^^",
    );
}

#[test]
fn a_sign_that_is_none() {
    check(
        r"    return next;",
        r"    return next; §",
        r#"models/lif.wgsl:36:18: expected statement, found "§"
      return next; §
                   ^"#,
    );
}
