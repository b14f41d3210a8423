//! What a right fragment is read as, and where in its file a wrong one is wrong.

use super::*;

const OUTPUT: Contract = Contract {
    kind: "output",
    prelude: &[],
    signatures: &[Signature {
        suffix: "current",
        arguments: &["Params", "State", "g: f32", "v: f32"],
        result: "f32",
        required: true,
    }],
    one_of: &[],
    one_alone: false,
    with_unit: &[],
    needs_params: false,
    needs_state: false,
};

fn number(name: &str, unit: &str, meaning: &str, default: f64) -> Field {
    Field {
        name: name.to_owned(),
        kind: FieldKind::F32,
        unit: unit.to_owned(),
        meaning: meaning.to_owned(),
        default: Some(FieldDefault::Number(default)),
        range: Vec::new(),
        steps: None,
        choices: Vec::new(),
        of_neuron: Vec::new(),
    }
}

fn bound(comparison: Comparison, limit: f64) -> Bound {
    Bound { comparison, limit: Limit::Number(limit) }
}

#[test]
fn everything_a_fragment_declares() {
    let found = reflect(&fragment(LIF), &NEURON).unwrap();
    let params = vec![
        Field { range: vec![bound(Comparison::Greater, 0.0)], ..number("tau", "ms", "membrane time constant", 5.0) },
        Field {
            range: vec![Bound { comparison: Comparison::Greater, limit: Limit::Field("v_reset".to_owned()) }],
            ..number("v_th", "mV", "threshold", 1.0)
        },
        number("v_reset", "mV", "where a spike leads", 0.0),
        Field {
            kind: FieldKind::U32,
            default: Some(FieldDefault::Choice(0)),
            choices: vec!["soft".to_owned(), "hard".to_owned()],
            ..number("reset", "1", "what a spike subtracts", 0.0)
        },
        Field {
            kind: FieldKind::U32,
            range: vec![bound(Comparison::GreaterEqual, 0.0), bound(Comparison::Less, 1000.0)],
            steps: Some(Steps { rounding: Rounding::Ceil, offset: -1 }),
            ..number("tau_ref", "ms", "refractory period", 5.0)
        },
    ];
    assert_eq!(found.params, params);
    let state = vec![
        number("v", "mV", "membrane potential", 0.0),
        Field { kind: FieldKind::U32, ..number("held", "steps", "steps left to be held", 0.0) },
    ];
    assert_eq!(found.state, state);
    assert_eq!(found.name, "lif");
    assert_eq!(found.doc, "Leaky integrate-and-fire neuron.");
    assert_eq!(found.functions, ["reset", "update", "threshold"]);
}

#[test]
fn what_is_derived_and_of_which_parameters() {
    let found = reflect(&fragment(deriving()), &NEURON).unwrap();
    assert_eq!(found.derived, [Field { default: None, ..number("h", "1", "dt/tau", 0.0) }]);
    assert_eq!(found.functions, ["reset", "update", "threshold", "derive"]);
    let from = |body: &str| {
        let text = deriving().replace("return Derived(dt / p.tau);", body);
        reflect(&fragment(text), &NEURON).unwrap().derived_from
    };
    assert_eq!(found.derived_from, [0]);
    assert_eq!(from("let s = State(p.v_th, p.tau_ref); return Derived(dt * s.v); // p.tau"), [1, 4]);
    assert!(from("return Derived(dt);").is_empty());
    // All, where they are handed on.
    let all = [0, 1, 2, 3, 4];
    assert_eq!(from("return Derived(decay(p, Step(dt, 0u)));"), all);
    assert_eq!(from("let q = p; return Derived(dt / q.tau);"), all);
    assert!(reflect(&fragment(LIF), &NEURON).unwrap().derived_from.is_empty());
}

#[test]
fn what_stands_in_a_unit_s_place_without_being_one() {
    for unit in ["steps", "port", "target", "word", "1", "mV/ms", "1/(ms*mM)"] {
        let text = LIF.replace("[mV] where", &format!("[{unit}] where"));
        assert_eq!(reflect(&fragment(text), &NEURON).unwrap().params[2].unit, unit);
    }
}

#[test]
fn the_head_is_kept_as_it_stands_and_what_it_fences_apart() {
    let head = |text: &str| {
        let found = reflect(&fragment(format!("{text}{LIF}")), &NEURON).unwrap();
        (found.head, found.example)
    };
    let (none, owned) = (String::new(), |text: &str| text.to_owned());
    assert_eq!(head(""), (none.clone(), none.clone()));
    assert_eq!(
        head("//  tau dv/dt = -v\n//\n//No blank.  \n// A page on.\n\n// Not this.\n"),
        (owned(" tau dv/dt = -v\n\nNo blank.\nA page on."), none.clone())
    );
    assert_eq!(head("\u{feff}\r\n// One.\r\n// Two.\r\n\r\n"), (owned("One.\nTwo."), none.clone()));
    assert_eq!(
        head("// Before.\n//\n// ```toml\n// a = 1\n//     # in\n// ```\n// After.\n"),
        (owned("Before.\n\nAfter."), owned("a = 1\n    # in"))
    );
    assert_eq!(head("//// Not a head.\n// Nor this.\n"), (none.clone(), none));
}

#[test]
fn ranges_are_shown_as_a_person_says_them() {
    let found = reflect(&fragment(LIF), &NEURON).unwrap();
    let ranges: Vec<String> = found.params.iter().chain(&found.state).map(Field::range_text).collect();
    assert_eq!(
        ranges,
        ["> 0", "> v_reset", "any number", "soft or hard", ">= 0 and < 1000", "any number", "any whole number from 0",]
    );
}

#[test]
fn a_parameter_may_be_one_of_the_neuron() {
    let text = LIF.replace("; default 5; range > 0", "; default 5; equals neuron's tau_m or tau");
    let found = reflect(&fragment(text), &NEURON).unwrap();
    let tau = Field {
        of_neuron: vec!["tau_m".to_owned(), "tau".to_owned()],
        ..number("tau", "ms", "membrane time constant", 5.0)
    };
    assert_eq!(found.params[0], tau);
    assert_eq!(tau.range_text(), "the neuron's tau_m or tau");
}

#[test]
fn an_optional_function_may_be_absent() {
    let text = LIF.replace("fn lif_reset(p: Params, s: State)", "fn helper(p: Params, s: State)");
    assert_eq!(reflect(&fragment(text), &NEURON).unwrap().functions, ["update", "threshold"]);
}

#[test]
fn structs_that_a_kind_does_not_need_drop_out_of_its_signatures() {
    let text = "//! Current by conductance alone.\nfn lif_current(g: f32, v: f32) -> f32 { return g; }";
    let found = reflect(&fragment(text), &OUTPUT).unwrap();
    assert_eq!((found.params.len(), found.state.len()), (0, 0));
    assert_eq!(found.doc, "Current by conductance alone.");
    let error = reflect(&fragment("fn lif_current(v: f32) -> f32 { return v; }"), &OUTPUT).unwrap_err();
    let expected = "models/lif.wgsl:1:4: an output needs `fn lif_current(g: f32, v: f32) -> f32`, but this is \
                    `fn lif_current(v: f32) -> f32`\n  fn lif_current(v: f32) -> f32 { return v; }\n     ^^^^^^^^^^^";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn an_alias_means_the_type_behind_it() {
    let text = LIF.replace("held: u32", "held: Count") + "alias Count = Word;\nalias Word = u32;\n";
    assert_eq!(reflect(&fragment(text), &NEURON).unwrap(), reflect(&fragment(LIF), &NEURON).unwrap());
}

#[test]
fn block_comments_and_other_comments_document_too() {
    let text = LIF
        .replace(
            "/// [mV] where a spike leads; default 0",
            "/** [mV] where a\n     * spike leads;\n     * default 0 */",
        )
        .replace("/// [mV] membrane potential", "// not this\n    /// [mV] membrane potential")
        .replace("    held: u32", "    // nor this: [1] x\n    held: u32");
    assert_eq!(reflect(&fragment(text), &NEURON).unwrap(), reflect(&fragment(LIF), &NEURON).unwrap());
}

#[test]
fn a_name_that_is_no_identifier() {
    let fragment = Fragment { name: "my-lif".to_owned(), ..fragment(LIF) };
    let expected = "models/lif.wgsl:1:1: `my-lif` cannot name a neuron, because its functions are called `my-lif_…`: \
                    rename the file to ASCII letters, digits and `_`, a letter first\n  \
                    /// Leaky integrate-and-fire neuron.\n  ^";
    assert_eq!(reflect(&fragment, &NEURON).unwrap_err().to_string(), expected);
}

#[test]
fn an_empty_file() {
    let expected = "models/lif.wgsl:1:1: a neuron needs `struct Params` with a comment above each member, for example \
                    `/// [ms] membrane time constant; default 5; range > 0`\n  \n  ^";
    check_text("", expected);
}

#[test]
fn columns_count_characters() {
    check(
        "next.v += decay(p, step)",
        "/* größer als ∞ */ next.v += foo",
        "models/lif.wgsl:35:34: no definition in scope for identifier: `foo`\n      \
         /* größer als ∞ */ next.v += foo * (s.v - input.current);\n                                   ^^^",
    );
}

#[test]
fn windows_line_ends_and_byte_order_marks_are_no_characters() {
    let text = format!("\u{feff}{}", LIF.replace("s.v - input", "s.w - input").replace('\n', "\r\n"));
    check_text(
        text,
        "models/lif.wgsl:35:35: invalid field accessor `w`\n      \
         next.v += decay(p, step) * (s.w - input.current);\n                                    ^",
    );
    let text = format!("\u{feff}fn exp() {{}}\r\n{LIF}");
    check_text(
        text,
        "models/lif.wgsl:1:4: `exp` shadows the built-in function; call it something else\n  fn exp() {}\n     ^^^",
    );
    let right = format!("\u{feff}{}", LIF.replace('\n', "\r\n"));
    assert_eq!(reflect(&fragment(right), &NEURON).unwrap(), reflect(&fragment(LIF), &NEURON).unwrap());
}

#[test]
fn a_tab_before_the_caret_stays_a_tab() {
    check(
        "    return next;",
        "\treturn nix;",
        "models/lif.wgsl:36:9: no definition in scope for identifier: `nix`\n  \treturn nix;\n  \t       ^^^",
    );
}

#[test]
fn an_error_of_the_library_names_the_library() {
    const BROKEN: Contract =
        Contract { prelude: &[("lib/broken.wgsl", "\nfn broken() -> f32 { return 1u; }\n")], ..OUTPUT };
    let text = "fn lif_current(g: f32, v: f32) -> f32 { return g; }";
    let error = reflect(&fragment(text), &BROKEN).unwrap_err().to_string();
    assert!(error.starts_with("lib/broken.wgsl:2:29: "), "{error}");
}

#[test]
fn no_mutilated_file_makes_it_panic() {
    let whole = LIF.replace("spike", "Spïke");
    for (at, c) in whole.char_indices() {
        let (before, after) = (&whole[..at], &whole[at + c.len_utf8()..]);
        for text in
            [before.to_owned(), after.to_owned(), format!("{before}{after}"), format!("{before}\u{fffd}/*{after}")]
        {
            // Whether it is still right is not the question, only that there is an answer.
            if let Err(error) = reflect(&fragment(text.clone()), &NEURON) {
                assert!(matches!(error, crate::Error::Shader { .. }));
            }
            let composed = Composer::new().fragment(&fragment(text), "t").finish();
            assert!(composed.locate(at).0.line > 0);
        }
    }
}
