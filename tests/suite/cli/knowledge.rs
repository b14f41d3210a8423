//! `plan` and `models`: what the program knows without running anything.

use super::Folder;

#[test]
fn a_plan_counts_memory_and_dispatches() {
    let plan = Folder::new().run(&["plan", "n.toml", "--device", "reference"]).done();
    for line in [
        "for any adapter",
        "20 neurons in 1 population, 100 synapses",
        "time step 0.1 ms, batch 1",
        "window 10 steps (delays 10 to 10 steps, ring of 20 slots)",
        "  neuron state                     80 B",
        "  synapses                        400 B",
    ] {
        assert!(plan.lines().any(|found| found == line), "{line:?} is not in\n{plan}");
    }
    let batch = Folder::new().run(&["plan", "n.toml", "--device", "reference", "--batch", "3"]).done();
    assert!(batch.contains("time step 0.1 ms, batch 3\n") && batch.contains("neuron state                    240 B"));
}

#[test]
fn every_model_is_listed_with_its_fields() {
    let listed = Folder::new().run(&["models"]).done();
    let markdown = Folder::new().run(&["models", "--markdown"]).done();
    for model in neuropil::model::catalogue().unwrap() {
        assert!(listed.contains(&format!("\n  {}: {}", model.name(), model.reflection.doc)), "{}", model.name());
        assert!(!model.reflection.doc.is_empty(), "{}", model.name());
        for field in model.reflection.params.iter().filter(|field| field.unit != "word") {
            assert!(listed.contains(&format!(" {}", field.name)), "{} of {}", field.name, model.name());
        }
    }
    assert_eq!(markdown, neuropil::model::markdown::overview().unwrap());
    assert!(!listed.contains("word"), "{listed}");
}

#[test]
fn a_model_is_explained() {
    assert_eq!(
        Folder::new().run(&["models", "lif_ref"]).done(),
        "Neurons: model = …

  lif_ref: Leaky integrate-and-fire neuron with an absolute refractory period.
    parameters  tau      ms     membrane time constant; default 5 ms; legal: > 0
                r        ohm    membrane resistance; default 1 ohm; legal: > 0
                v_th     mV     threshold; default 1 mV; legal: > v_reset
                v_reset  mV     reset potential; default 0 mV
                v_rest   mV     resting potential; default 0 mV
                reset    1      what a spike subtracts from V: v_th − v_reset, or V − v_reset; default soft; legal: \
         soft or hard
                tau_ref  ms     refractory period; default 5 ms; legal: >= 0
    state       v        mV     membrane potential; default 0 mV
                held     steps  steps that V is still held; default 0 steps
"
    );
    let names: Vec<_> = neuropil::model::catalogue().unwrap().iter().map(|model| model.name().to_owned()).collect();
    let message = format!("models: there is no model `liff`; legal: {}", names.join(", "));
    Folder::new().run(&["models", "liff"]).failed(2, &message);
}
