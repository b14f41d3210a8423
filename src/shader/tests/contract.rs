//! What a fragment may not hold, and what it must.

use super::{check, check_deriving};

#[test]
fn a_binding() {
    check(
        r"const half = 0.5;",
        r"const half = 0.5; @group(0) @binding(0) var<storage> x: array<f32>;",
        r"models/lif.wgsl:23:20: a fragment has no bindings: what it may see comes in its functions' arguments
  const half = 0.5; @group(0) @binding(0) var<storage> x: array<f32>;
                     ^^^^^",
    );
}

#[test]
fn an_entry_point() {
    check(
        r"const half = 0.5;",
        r"const half = 0.5; @compute @workgroup_size(1) fn main() {}",
        r"models/lif.wgsl:23:20: a fragment has no entry points: drop `@compute`, the kernels call its functions
  const half = 0.5; @compute @workgroup_size(1) fn main() {}
                     ^^^^^^^",
    );
}

#[test]
fn an_override() {
    check(
        r"const half",
        r"override half",
        r"models/lif.wgsl:23:1: a fragment has no `override`: use `const`, or a member of `struct Params`
  override half = 0.5;
  ^^^^^^^^",
    );
}

#[test]
fn a_variable_at_module_scope() {
    check(
        r"const half =",
        r"var<private> half: f32 =",
        r"models/lif.wgsl:23:1: a fragment has no variables at module scope: what lasts belongs in `struct State`, the rest in functions
  var<private> half: f32 = 0.5;
  ^^^",
    );
}

#[test]
fn a_directive() {
    check(
        r"/// Leaky integrate-and-fire neuron.",
        r"enable f16;",
        r"models/lif.wgsl:1:1: a fragment has no directives, for it stands among others in one module
  enable f16;
  ^^^^^^",
    );
}

#[test]
fn a_barrier() {
    check(
        r"    return next;",
        r"    workgroupBarrier(); return next;",
        r"models/lif.wgsl:36:5: `workgroupBarrier` is not for a fragment: what one element computes may not depend on its neighbours in a workgroup
      workgroupBarrier(); return next;
      ^^^^^^^^^^^^^^^^",
    );
}

#[test]
fn no_params() {
    check(
        r"struct Params {",
        r"struct Parms {",
        r"models/lif.wgsl:1:1: a neuron needs `struct Params` with a comment above each member, for example `/// [ms] membrane time constant; default 5; range > 0`
  /// Leaky integrate-and-fire neuron.
  ^",
    );
}

#[test]
fn a_function_missing() {
    check(
        r"fn lif_update(",
        r"fn go(",
        r"models/lif.wgsl:1:1: a neuron needs `fn lif_update(p: Params, s: State, input: Input, step: Step) -> State`, which is missing
  /// Leaky integrate-and-fire neuron.
  ^",
    );
}

#[test]
fn a_required_function_under_another_name() {
    check(
        r"fn lif_update(",
        r"fn lfi_update(",
        r"models/lif.wgsl:33:4: a neuron needs `fn lif_update(p: Params, s: State, input: Input, step: Step) -> State`; functions must be called `lif_…` after their file, and this is `lfi_update`
  fn lfi_update(p: Params, s: State, input: Input, step: Step) -> State {
     ^^^^^^^^^^",
    );
}

#[test]
fn an_optional_function_misspelt() {
    check(
        r"fn lif_reset(",
        r"fn lif_rest(",
        r"models/lif.wgsl:29:4: `lif_rest` is never called and is none of the functions of a neuron; legal: `lif_reset`, `lif_update`, `lif_threshold`, `lif_derive`
  fn lif_rest(p: Params, s: State) -> State {
     ^^^^^^^^",
    );
}

#[test]
fn an_optional_function_with_another_prefix() {
    check(
        r"fn lif_reset(",
        r"fn lfi_reset(",
        r"models/lif.wgsl:29:4: `lfi_reset` is never called and is none of the functions of a neuron; legal: `lif_reset`, `lif_update`, `lif_threshold`, `lif_derive`
  fn lfi_reset(p: Params, s: State) -> State {
     ^^^^^^^^^",
    );
}

#[test]
fn a_wrong_argument() {
    check(
        r"input: Input, step: Step) -> State",
        r"input: f32, step: Step) -> State",
        r"models/lif.wgsl:33:4: a neuron needs `fn lif_update(p: Params, s: State, input: Input, step: Step) -> State`, but this is `fn lif_update(p: Params, s: State, input: f32, step: Step) -> State`
  fn lif_update(p: Params, s: State, input: f32, step: Step) -> State {
     ^^^^^^^^^^",
    );
}

#[test]
fn a_wrong_result() {
    check(
        r"fn lif_threshold(p: Params, s: State) -> bool {
    return s.v >= p.v_th;",
        r"fn lif_threshold(p: Params, s: State) -> f32 {
    return s.v;",
        r"models/lif.wgsl:39:4: a neuron needs `fn lif_threshold(p: Params, s: State) -> bool`, but this is `fn lif_threshold(p: Params, s: State) -> f32`
  fn lif_threshold(p: Params, s: State) -> f32 {
     ^^^^^^^^^^^^^",
    );
}

#[test]
fn a_vector_member() {
    check(
        r"    v: f32,",
        r"    v: vec2<f32>,",
        r"models/lif.wgsl:18:5: `v` of `State` is of type vec2<f32>; legal: f32, u32
      v: vec2<f32>,
      ^",
    );
}

#[test]
fn a_signed_member() {
    check(
        r"    held: u32,",
        r"    held: i32,",
        r"models/lif.wgsl:20:5: `held` of `State` is of type i32; legal: f32, u32
      held: i32,
      ^^^^",
    );
}

#[test]
fn a_member_of_an_endless_alias() {
    check(
        r"    held: u32,",
        r"    held: Word,
}
alias Word = Word;
struct Q { x: f32",
        r"models/lif.wgsl:20:5: `held` of `State` is of type Word; legal: f32, u32
      held: Word,
      ^^^^",
    );
}

#[test]
fn a_member_with_an_attribute() {
    check(
        r"    held: u32,",
        r"    @size(16) held: u32,",
        r"models/lif.wgsl:20:6: `held` of `State` has the attribute `@size`; members have none
      @size(16) held: u32,
       ^^^^",
    );
}

#[test]
fn a_built_in_function_shadowed() {
    check(
        r"const half = 0.5;",
        r"const half = 0.5; fn exp(x: f32) -> f32 { return x; }",
        r"models/lif.wgsl:23:22: `exp` shadows the built-in function; call it something else
  const half = 0.5; fn exp(x: f32) -> f32 { return x; }
                       ^^^",
    );
}

#[test]
fn a_built_in_type_shadowed() {
    check(
        r"const half = 0.5;",
        r"const half = 0.5; struct vec2f { x: f32 }",
        r"models/lif.wgsl:23:26: `vec2f` shadows the built-in type; call it something else
  const half = 0.5; struct vec2f { x: f32 }
                           ^^^^^",
    );
}

#[test]
fn a_type_of_the_library_shadowed() {
    check(
        r"const half = 0.5;",
        r"const half = 0.5; struct Input { x: f32 }",
        r"models/lif.wgsl:23:26: `Input` shadows the `Input` of abi/neuron.wgsl; call it something else
  const half = 0.5; struct Input { x: f32 }
                           ^^^^^",
    );
}

#[test]
fn a_function_of_the_library_shadowed() {
    check(
        r"const half = 0.5;",
        r"const half = 0.5; fn exp_less_one(x: f32) -> f32 { return x; }",
        r"models/lif.wgsl:23:22: `exp_less_one` shadows the `exp_less_one` of lib/math.wgsl; call it something else
  const half = 0.5; fn exp_less_one(x: f32) -> f32 { return x; }
                       ^^^^^^^^^^^^",
    );
}

#[test]
fn derived_without_its_function() {
    check_deriving(
        r"fn lif_derive(",
        r"fn go(",
        r"models/lif.wgsl:1:1: a neuron needs `fn lif_derive(p: Params, dt: f32) -> Derived`, which is missing
  /// Leaky integrate-and-fire neuron.
  ^",
    );
}

#[test]
fn derived_of_other_arguments() {
    check_deriving(
        r"p: Params, dt: f32)",
        r"p: Params, step: Step)",
        r"models/lif.wgsl:21:4: a neuron needs `fn lif_derive(p: Params, dt: f32) -> Derived`, but this is `fn lif_derive(p: Params, step: Step) -> Derived`
  fn lif_derive(p: Params, step: Step) -> Derived {
     ^^^^^^^^^^",
    );
}

#[test]
fn derived_that_nobody_takes() {
    check_deriving(
        r"d: Derived, ",
        r"",
        r"models/lif.wgsl:42:4: a neuron needs `fn lif_update(p: Params, d: Derived, s: State, input: Input, step: Step) -> State`, but this is `fn lif_update(p: Params, s: State, input: Input, step: Step) -> State`
  fn lif_update(p: Params, s: State, input: Input, step: Step) -> State {
     ^^^^^^^^^^",
    );
}

#[test]
fn a_function_that_derives_no_struct() {
    check(
        r"fn decay(p: Params",
        r"fn lif_derive(p: Params, dt: f32) -> f32 { return dt / p.tau; }
fn decay(p: Params",
        r"models/lif.wgsl:25:4: a neuron needs `fn lif_derive(p: Params, dt: f32) -> Derived`, but this is `fn lif_derive(p: Params, dt: f32) -> f32`
  fn lif_derive(p: Params, dt: f32) -> f32 { return dt / p.tau; }
     ^^^^^^^^^^",
    );
}

#[test]
fn a_derived_member_with_a_value() {
    check_deriving(
        r"[1] dt/tau",
        r"[1] dt/tau; default 0.1",
        r"models/lif.wgsl:18:5: `h` of `Derived` is computed, so its comment says its unit and what it is, and nothing else; for example `/// [1] dt/tau`
      h: f32,
      ^",
    );
}

#[test]
fn a_derived_member_of_another_type() {
    check_deriving(
        r" h: f32",
        r" h: vec2<f32>",
        r"models/lif.wgsl:18:5: `h` of `Derived` is of type vec2<f32>; legal: f32, u32
      h: vec2<f32>,
      ^",
    );
}
