//! A device whose driver fails a self-test of what can be done without: networks and cells run on it all the same, and give
//! the same.

use crate::device::{advance, engine, gpu, plan};
use crate::networks::shipped;
use neuropil::gpu::Gpu;
use neuropil::gpu::doctor::{Feature, Finding, Need, judge};
use neuropil::rnn::{DeviceRnn, Options, VanillaRnn};
use neuropil::sim::{Engine, EngineOptions, Schedule};

/// The device as it is used after a self-test of each feature failed.
pub fn lacking(gpu: &Gpu, features: &[Feature]) -> Gpu {
    let failed = |feature: &Feature| Finding {
        test: "a test",
        passed: false,
        need: Need::Optional(*feature),
        detail: "it was made to fail".to_owned(),
    };
    judge(gpu, &features.iter().map(failed).collect::<Vec<_>>()).expect("it can do without")
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn without_subgroups_workgroups_walk_the_spikes() {
    let gpu = gpu();
    let plan = plan(&gpu, &shipped("coba"));
    let less = lacking(&gpu, &[Feature::Subgroups]);
    let run = |gpu: &Gpu| advance(&mut engine(gpu, &plan, &EngineOptions::default()), 1000);
    let whole = run(&gpu);
    assert_eq!(run(&less).populations, whole.populations);
    assert!(whole.populations.iter().all(|population| population.spikes.len() > 100));
    let direct = EngineOptions { schedule: Some(Schedule::Direct), ..EngineOptions::default() };
    let refused = Engine::new(&less, plan.clone(), &direct).err().expect("it has no subgroups");
    assert_eq!(
        refused.to_string(),
        "schedule `direct`: it is not possible here: there are no subgroups; legal: windowed"
    );
    if gpu.limits().subgroups() {
        assert!(Engine::new(&gpu, plan, &direct).is_ok(), "the refusal is the lack's");
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn cells_need_subgroups_or_workgroup_memory() {
    let gpu = gpu();
    // Of one gate, item and step: each kernel that is measured must be compiled.
    let cells = [VanillaRnn::new(5, 7).seed(1).build().unwrap()];
    let x: Vec<f32> = (0..5).map(|i| (i as f32 * 0.7).sin()).collect();
    let ran = |gpu: &Gpu| DeviceRnn::new(gpu, &cells, 1, &Options::default()).and_then(|mut rnn| rnn.run(&x));
    let whole = ran(&gpu).expect("the cells fit");
    assert_eq!(ran(&lacking(&gpu, &[Feature::Subgroups])).expect("workgroup memory is enough"), whole);
    let (least, most) = (gpu.limits().min_subgroup, gpu.limits().max_subgroup);
    if least == most && most > 0 && gpu.info().backend != "dx12" {
        assert_eq!(ran(&lacking(&gpu, &[Feature::WorkgroupMemory])).expect("subgroups are enough"), whole);
    }
    let neither = lacking(&gpu, &[Feature::Subgroups, Feature::WorkgroupMemory]);
    assert_eq!(
        ran(&neither).unwrap_err().to_string(),
        format!(
            "recurrent cells on {}: there is neither workgroup memory nor are there subgroups of one size; legal: an \
             adapter with one of them, or the reference",
            gpu.info().name
        )
    );
    // Networks need neither.
    let plan = plan(&neither, &shipped("coba"));
    let run = |gpu: &Gpu| advance(&mut engine(gpu, &plan, &EngineOptions::default()), 200);
    assert_eq!(run(&neither).populations, run(&gpu).populations);
}
