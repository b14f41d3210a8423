//! Models of projections in a user's own WGSL.

use super::network;
use crate::device::{cpu, device, run};
use neuropil::cpu::Precision;
use neuropil::model::{ModelKind, find};
use neuropil::network::{Model, Network};
use neuropil::sim::EngineOptions;
use neuropil::{Backend, Simulation};

/// The same network, with the text of each model in place of its name.
fn own() -> Network {
    let mut net = network();
    for part in net.projections.iter_mut().filter_map(|projection| projection.model.as_mut()) {
        let name = part.model.to_string();
        let model = find(ModelKind::Projection, &name).expect("the catalogue is sound").expect("it is there");
        let text = model.fragment.text.replace(&format!("{name}_"), &format!("my_{name}_"));
        part.model = Model::Source { name: format!("my_{name}"), text };
    }
    net
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_copy_of_a_model_computes_the_same() {
    let [expected, found] = [network(), own()].map(|net| run(&net, &device(), 300));
    assert_eq!(found, expected);
}

#[test]
fn neither_reference_nor_cpu_engine_runs_it() {
    for (backend, what) in [(Backend::Reference, "the CPU reference"), (cpu(Precision::F32), "the CPU")] {
        let refused = Simulation::with_options(&own(), &backend, 1, &EngineOptions::default());
        let refused = refused.err().map(|error| error.to_string()).unwrap_or_default();
        let begins = format!("the projection model `my_stp` on {what}: ");
        assert!(refused.starts_with(&begins), "{refused}");
    }
    assert_eq!(own().model_in_wgsl_alone(), Some("my_stp".to_owned()));
}

#[test]
fn what_it_lacks_is_said() {
    let mut net = network();
    let part = net.projections[1].model.as_mut().expect("it has one");
    let text = "struct Params {\n    /// [1] part; default 0.5\n    u: f32,\n}\n".to_owned();
    part.model = Model::Source { name: "half".to_owned(), text };
    let refused = neuropil::plan::Plan::lower(&net, &neuropil::plan::LowerOptions::default()).unwrap_err().to_string();
    assert_eq!(
        refused,
        "half.wgsl:1:1: a projection model needs `struct State` with a comment above each member, for example `/// [ms] membrane \
         time constant; default 5; range > 0`\n  struct Params {\n  ^"
    );
}
