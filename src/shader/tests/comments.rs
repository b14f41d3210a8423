//! The grammar of a member's comment, message by message.

use super::check;

#[test]
fn no_comment() {
    check(
        r"    /// [mV] where a spike leads; default 0",
        r"    // [mV] where a spike leads; default 0",
        r"models/lif.wgsl:8:5: `v_reset` has no comment that says what it is; write one above it, for example `/// [ms] membrane time constant; default 5; range > 0`
      v_reset: f32,
      ^^^^^^^",
    );
}

#[test]
fn no_unit() {
    check(
        r"    /// [mV] where a spike leads; default 0",
        r"    /// where a spike leads; default 0",
        r"models/lif.wgsl:7:9: the comment of `v_reset` does not begin with its unit in brackets, [1] for a pure number; for example `/// [ms] membrane time constant; default 5; range > 0`
      /// where a spike leads; default 0
          ^^^^^^^^^^^^^^^^^^^",
    );
}

#[test]
fn an_empty_unit() {
    check(
        r"    /// [mV] where a spike leads; default 0",
        r"    /// [] where a spike leads; default 0",
        r"models/lif.wgsl:7:9: the unit of `v_reset` is empty; write [1] for a pure number
      /// [] where a spike leads; default 0
          ^^",
    );
}

#[test]
fn no_meaning() {
    check(
        r"    /// [mV] where a spike leads; default 0",
        r"    /// [mV]; default 0",
        r"models/lif.wgsl:7:9: the comment of `v_reset` does not say what it is; for example `/// [ms] membrane time constant; default 5; range > 0`
      /// [mV]; default 0
          ^^^^",
    );
}

#[test]
fn an_unknown_clause() {
    check(
        r"; default 5; range > 0",
        r"; default 5; rnage > 0",
        r"models/lif.wgsl:3:49: `rnage > 0` of `tau` is none of the clauses `default`, `range`, `steps`, `one of` and `equals neuron's`; for example `/// [ms] membrane time constant; default 5; range > 0`
      /// [ms] membrane time constant; default 5; rnage > 0
                                                  ^^^^^^^^^",
    );
}

#[test]
fn a_clause_twice() {
    check(
        r"; default 5; range > 0",
        r"; default 5; default 6",
        r"models/lif.wgsl:3:49: `tau` has a second clause `default`; join them into one
      /// [ms] membrane time constant; default 5; default 6
                                                  ^^^^^^^^^",
    );
}

#[test]
fn a_default_that_is_no_number() {
    check(
        r"; default 5; range > 0",
        r"; default five; range > 0",
        r"models/lif.wgsl:3:38: the default of `tau` is `five`; legal: a number in the unit of `tau`, for example `default 5`, or a name that `one of` lists
      /// [ms] membrane time constant; default five; range > 0
                                       ^^^^^^^^^^^^",
    );
}

#[test]
fn a_default_outside_its_range() {
    check(
        r"; default 5; range > 0",
        r"; default -5; range > 0",
        r"models/lif.wgsl:3:38: the default of `tau` is `-5`; legal: > 0
      /// [ms] membrane time constant; default -5; range > 0
                                       ^^^^^^^^^^",
    );
}

#[test]
fn a_default_outside_a_range_by_another_parameter() {
    check(
        r"default 1; range > v_reset",
        r"default -1; range > v_reset",
        r"models/lif.wgsl:5:25: the default of `v_th` is -1; legal: > v_reset, whose default is 0
      /// [mV] threshold; default -1; range > v_reset
                          ^^^^^^^^^^",
    );
}

#[test]
fn a_range_by_an_unknown_parameter() {
    check(
        r"range > v_reset",
        r"range > v_rest",
        r"models/lif.wgsl:5:36: the range of `v_th` names `v_rest`, which is no other parameter; legal: a number, tau, v_reset, tau_ref; for example `/// [ms] membrane time constant; default 5; range > 0`
      /// [mV] threshold; default 1; range > v_rest
                                     ^^^^^^^^^^^^^^",
    );
}

#[test]
fn a_range_by_itself() {
    check(
        r"range > v_reset",
        r"range > v_th",
        r"models/lif.wgsl:5:36: the range of `v_th` names `v_th`, which is no other parameter; legal: a number, tau, v_reset, tau_ref; for example `/// [ms] membrane time constant; default 5; range > 0`
      /// [mV] threshold; default 1; range > v_th
                                     ^^^^^^^^^^^^",
    );
}

#[test]
fn a_range_without_comparison() {
    check(
        r"; range > 0",
        r"; range above 0",
        r"models/lif.wgsl:3:49: `range above 0` of `tau` is no comparison with numbers or parameters; for example `range > 0`, `range >= 0 and < 1` or `range > v_reset`
      /// [ms] membrane time constant; default 5; range above 0
                                                  ^^^^^^^^^^^^^",
    );
}

#[test]
fn a_range_to_infinity() {
    check(
        r"; range > 0",
        r"; range < inf",
        r"models/lif.wgsl:3:49: the range of `tau` names `inf`, which is no other parameter; legal: a number, v_th, v_reset, tau_ref; for example `/// [ms] membrane time constant; default 5; range > 0`
      /// [ms] membrane time constant; default 5; range < inf
                                                  ^^^^^^^^^^^",
    );
}

#[test]
fn an_unknown_rounding() {
    check(
        r"steps ceil - 1",
        r"steps up",
        r"models/lif.wgsl:12:31: `steps up` of `tau_ref` says no rounding; for example `steps ceil`, `steps round` or `steps ceil - 1`
      /// range >= 0 and < 1e3; steps up
                                ^^^^^^^^",
    );
}

#[test]
fn steps_in_f32() {
    check(
        r"; range > 0",
        r"; steps ceil",
        r"models/lif.wgsl:3:49: `tau` counts steps, so its type must be u32, not f32
      /// [ms] membrane time constant; default 5; steps ceil
                                                  ^^^^^^^^^^",
    );
}

#[test]
fn a_default_nearer_to_0_than_f32_tells() {
    check(
        r"; default 5; range > 0",
        r"; default 1e-40; range > 0",
        r"models/lif.wgsl:3:38: the default of `tau` is `1e-40`; legal: a number that f32 can hold
      /// [ms] membrane time constant; default 1e-40; range > 0
                                       ^^^^^^^^^^^^^",
    );
}

#[test]
fn a_choice_in_f32() {
    check(
        r"; default 5; range > 0",
        r"; one of a, b",
        r"models/lif.wgsl:3:38: `tau` chooses one of a, b, so its type must be u32, not f32
      /// [ms] membrane time constant; one of a, b
                                       ^^^^^^^^^^^",
    );
}

#[test]
fn an_unknown_choice() {
    check(
        r"default soft",
        r"default medium",
        r"models/lif.wgsl:9:37: the default of `reset` is `medium`; legal: soft or hard
      /// [1] what a spike subtracts; default medium; one of soft, hard
                                      ^^^^^^^^^^^^^^",
    );
}

#[test]
fn a_single_choice() {
    check(
        r"one of soft, hard",
        r"one of soft",
        r"models/lif.wgsl:9:51: `one of soft` of `reset` is no list of two or more different names; for example `one of soft, hard; default soft`
      /// [1] what a spike subtracts; default soft; one of soft
                                                    ^^^^^^^^^^^",
    );
}

#[test]
fn a_choice_with_a_range() {
    check(
        r"one of soft, hard",
        r"one of soft, hard; range > 0",
        r"models/lif.wgsl:9:70: `reset` is one of soft, hard, so it has no range
      /// [1] what a spike subtracts; default soft; one of soft, hard; range > 0
                                                                       ^^^^^^^^^",
    );
}

#[test]
fn a_fraction_in_u32() {
    check(
        r"held; default 0",
        r"held; default 0.5",
        r"models/lif.wgsl:19:40: the default of `held` is `0.5`; legal: a whole number from 0 to 4294967295, for it is a u32
      /// [steps] steps left to be held; default 0.5
                                         ^^^^^^^^^^^",
    );
}

#[test]
fn a_default_beyond_f32() {
    check(
        r"; default 5; range > 0",
        r"; default 1e300; range > 0",
        r"models/lif.wgsl:3:38: the default of `tau` is `1e300`; legal: a number that f32 can hold
      /// [ms] membrane time constant; default 1e300; range > 0
                                       ^^^^^^^^^^^^^",
    );
}

#[test]
fn an_unknown_unit() {
    check(
        r"    /// [mV] where a spike leads; default 0",
        r"    /// [mVolt] where a spike leads; default 0",
        r"models/lif.wgsl:7:9: the unit of `v_reset`: `mVolt` is not a unit; legal: s, V, A, ohm (Ω), S, F, Hz, mol, M (molar), m, g, with a prefix f p n u (µ) m k M G or none; 1; and expressions of these with * / ^ and parentheses; or steps, to count them
      /// [mVolt] where a spike leads; default 0
          ^^^^^^^",
    );
    check(
        r"    /// [mV] membrane potential",
        r"    /// [ mV per ms ] membrane potential",
        r"models/lif.wgsl:17:9: the unit of `v`: `mV per ms` is not a unit; legal: s, V, A, ohm (Ω), S, F, Hz, mol, M (molar), m, g, with a prefix f p n u (µ) m k M G or none; 1; and expressions of these with * / ^ and parentheses; or steps, to count them
      /// [ mV per ms ] membrane potential; default 0
          ^^^^^^^^^^^^^",
    );
}

#[test]
fn steps_of_what_is_not_in_ms() {
    check(
        r"/// [ms] refractory period",
        r"/// [s] refractory period",
        r"models/lif.wgsl:12:31: `tau_ref` becomes steps, so its unit must be [ms], not [s]
      /// range >= 0 and < 1e3; steps ceil - 1
                                ^^^^^^^^^^^^^^",
    );
}

#[test]
fn a_parameter_of_the_neuron_without_a_name() {
    check(
        r"; default 5; range > 0",
        r"; default 5; equals neuron's tau or 5",
        r"models/lif.wgsl:3:49: `equals neuron's tau or 5` of `tau` names no parameters; for example `equals neuron's tau_m` or `equals neuron's tau_m or tau`
      /// [ms] membrane time constant; default 5; equals neuron's tau or 5
                                                  ^^^^^^^^^^^^^^^^^^^^^^^^",
    );
}

#[test]
fn a_parameter_of_the_neuron_with_a_range() {
    check(
        r"; default 5; range > 0",
        r"; default 5; equals neuron's tau; range > 0",
        r"models/lif.wgsl:3:49: `tau` equals the neuron's tau, so it is an f32 and has no range
      /// [ms] membrane time constant; default 5; equals neuron's tau; range > 0
                                                  ^^^^^^^^^^^^^^^^^^^",
    );
}
