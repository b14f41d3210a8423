//! Renaming changes names, and keeps everything else and the way back.

use super::*;
use ::naga::valid::Capabilities;

fn two() -> Composed {
    let other =
        Fragment { name: "alif".to_owned(), path: "alif.wgsl".into(), text: LIF.replace("lif_", "alif_").into() };
    let mut composer = Composer::new();
    for (path, text) in NEURON.prelude {
        composer = composer.plain(*path, *text);
    }
    let glue = format!(
        "@group(0) @binding(0) var<storage, read_write> v: array<f32>;\n\
         @compute @workgroup_size(1) fn main() {{\n\
         let a = {}({}(), {}());\n\
         if {}({}(), {}()) {{ v[0] = a.v; }}\n\
         }}\n",
        renamed("m0", "lif_reset"),
        renamed("m0", "Params"),
        renamed("m0", "State"),
        renamed("m1", "alif_threshold"),
        renamed("m1", "Params"),
        renamed("m1", "State"),
    );
    composer.fragment(&fragment(LIF), "m0").fragment(&other, "m1").glue("glue of update", glue).finish()
}

#[test]
fn two_fragments_of_the_same_names_stand_in_one_module() {
    let composed = two();
    let module =
        composed.validate(Capabilities::empty()).unwrap_or_else(|error| panic!("{error}\n{}", composed.text()));
    let called = |name: &str| module.functions.iter().any(|(_, function)| function.name.as_deref() == Some(name));
    assert!(called("lif_update_m0") && called("alif_update_m1") && called("decay_m0") && called("decay_m1"));
    assert_eq!(module.entry_points.len(), 1);
}

#[test]
fn comments_members_and_lines_stay() {
    let text = "\
// half Params\n\
const half = 0.5; /* half /* half */ half */\n\
struct Params {\n    /// half\n    half: f32, Params: f32,\n}\n\
fn f(p: Params, half_x: f32) -> f32 { let a = array<Params, 2>(p, p); return p.half * half + a[0].Params+.5+half; }\n\
@must_use fn must_use(x: vec2<f32>) -> f32 { return f(Params(1., 1.), x.x) - 1e-3-half; }\n";
    let expected = "\
// half Params\n\
const half_t = 0.5; /* half /* half */ half */\n\
struct Params_t {\n    /// half\n    half: f32, Params: f32,\n}\n\
fn f_t(p: Params_t, half_x: f32) -> f32 { let a = array<Params_t, 2>(p, p); return p.half * half_t + a[0].Params+.5+half_t; }\n\
@must_use fn must_use_t(x: vec2<f32>) -> f32 { return f_t(Params_t(1., 1.), x.x) - 1e-3-half_t; }\n";
    let composed = Composer::new().fragment(&fragment(text), "t").finish();
    assert_eq!(composed.text(), expected);
    composed.validate(Capabilities::empty()).unwrap();
}

#[test]
fn a_local_name_that_looks_renamed_stays_another_name() {
    let text = "const a = 1.0;\nfn f() -> f32 { let a_t = 2.0; return a + a_t; }\n";
    let composed = Composer::new().fragment(&fragment(text), "t").finish();
    assert_eq!(composed.text(), "const a_t = 1.0;\nfn f_t() -> f32 { let a_t_t = 2.0; return a_t + a_t_t; }\n");
    let text = "const a_t = 1.0;\nconst b = a_t;\n";
    let composed = Composer::new().fragment(&fragment(text), "t").finish();
    assert_eq!(composed.text(), "const a_t_t = 1.0;\nconst b_t = a_t_t;\n");
}

#[test]
fn every_byte_leads_back_to_its_own() {
    let composed = two();
    let start = composed.text().find("/// Leaky").unwrap();
    let end = start + composed.text()[start + 1..].find("/// Leaky").unwrap() + 1;
    let (mut line, mut column) = (1, 1);
    let mut rest = LIF;
    let mut at = start;
    for (word, part) in super::super::lexer::words(&composed.text()[start..end]) {
        let name = part.strip_suffix("_m0").filter(|_| word).unwrap_or(part);
        assert!(rest.starts_with(name), "{name:?} at {line}:{column}");
        for (offset, c) in part.char_indices() {
            let (location, _) = composed.locate(at + offset);
            assert_eq!(location.file, PathBuf::from("models/lif.wgsl"));
            // The tag leads to the end of the name that it was added to.
            assert_eq!((location.line, location.column), (line, column), "{part:?} at {}", at + offset);
            if offset < name.len() {
                (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
            }
        }
        at += part.len();
        rest = &rest[name.len()..];
    }
    assert_eq!(rest, "");
    let (location, quoted) = composed.locate(composed.text().find("@compute").unwrap());
    assert_eq!(
        (location.to_string(), quoted.as_str()),
        ("glue of update:2:1".to_owned(), "@compute @workgroup_size(1) fn main() {\n  ^",)
    );
}

#[test]
fn an_error_in_the_module_is_told_in_the_users_words() {
    let text = LIF.replace("decay(p, step) *", "decay(step, Params()) * ");
    let composed = Composer::new().plain(NEURON.prelude[0].0, NEURON.prelude[0].1);
    let composed = composed.plain(NEURON.prelude[1].0, NEURON.prelude[1].1).fragment(&fragment(text), "m0").finish();
    let expected = "models/lif.wgsl:35:15: Argument 0 value doesn't match the type\n      \
                    next.v += decay(step, Params()) *  (s.v - input.current);\n                \
                    ^^^^^^^^^^^^^^^^^^^^^";
    assert_eq!(composed.validate(Capabilities::empty()).unwrap_err().to_string(), expected);
}

#[test]
fn an_error_of_the_driver_points_to_the_whole_of_a_renamed_name() {
    let composed = two();
    let at = composed.text().find("decay_m1").unwrap();
    let error = composed.error(Some(at..at + "decay_m1".len()), "`decay_m1` and decay_m10 are odd");
    let expected = "alif.wgsl:25:4: `decay` and decay_m10 are odd\n  \
                    fn decay(p: Params, step: Step) -> f32 {\n     ^^^^^";
    assert_eq!(error.to_string(), expected);
    let error = composed.error(None, "out of registers");
    let expected = "models/lif.wgsl:1:1: out of registers\n  /// Leaky integrate-and-fire neuron.\n  ^";
    assert_eq!(error.to_string(), expected);
    let nothing = Composer::new().finish();
    assert_eq!(nothing.error(Some(3..4), "empty").to_string(), ":1:1: empty\n  \n  ^");
}

#[test]
fn bytes_beyond_the_end_lead_to_the_end() {
    let composed = Composer::new().plain("a.wgsl", "const a = 1;").finish();
    assert_eq!(composed.locate(1000).0.to_string(), "a.wgsl:1:13");
}
