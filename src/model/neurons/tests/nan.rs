//! What is no number is no spike, and stays no number: in every variable of every neuron, on the device and in its twin.

use super::*;
use crate::network::StimulusModel;
use crate::plan::State;
use crate::shader::FieldKind;

const STEPS: u32 = 1000;

/// Variables that each step computes anew, from what is no NaN.
const WITHOUT_MEMORY: [(&str, &str); 3] = [("spike_source", "v"), ("hodgkin_huxley", "before"), ("lif_syn", "jump")];

/// A neuron for each variable of a model, and one more, with a current that makes each spike, if there is one.
fn network(model: &str, size: u32, enough: Option<f64>) -> Network {
    let mut network = Network::new(crate::units::Literal::ms(0.1));
    network.add(Population::new("cells", size, model));
    if let Some(enough) = enough {
        network.stimulate(
            StimulusModel::new("cells", "current").param("value", array(&vec![2.0 * enough; size as usize], "mA")),
        );
    }
    network
}

/// Runs from a state in which neuron i has a NaN in variable i; returns the recording and the state after it.
fn ran(plan: &Arc<Plan>, start: &State, steps: u32, device: bool) -> (Recording, State) {
    if device {
        let options = EngineOptions { allow_nonfinite: true, ..EngineOptions::default() };
        let mut engine = Engine::new(&gpu(), plan.clone(), &options).expect("the plan fits the device");
        engine.restore(start).expect("it is of this plan");
        (engine.run(steps, &mut |_| ()).expect("it goes on"), engine.state().expect("it ran"))
    } else {
        let mut reference = Reference::new(plan.clone()).expect("there is a twin").allow_nonfinite(true);
        reference.restore(start).expect("it is of this plan");
        (reference.run(steps, &mut |_| ()).expect("it goes on"), reference.state().unwrap())
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn nan_never_spikes_and_stays() {
    for model in catalogue().unwrap().iter().filter(|model| model.kind == ModelKind::Neuron) {
        let name = model.name();
        let fields = &model.reflection.state;
        let size = fields.len() as u32 + 1;
        // Readouts of rates take no current.
        let enough = if fields[0].name == "v" { lockstep::enough(name) } else { None };
        let plan = plan(&network(name, size, enough), 1);
        let mut start = plan.initial_state().unwrap();
        let odd: Vec<u32> = (0..size - 1).filter(|&index| fields[index as usize].kind == FieldKind::F32).collect();
        for &index in &odd {
            start.slabs[0][plan.state_index(0, index as usize, 0, index)] = f64::NAN;
        }
        for device in [false, true] {
            let (recording, end) = ran(&plan, &start, STEPS, device);
            let (one, _) = ran(&plan, &start, 1, device);
            for &index in &odd {
                let variable = (name, fields[index as usize].name.as_str());
                let forgotten = WITHOUT_MEMORY.contains(&variable);
                let spikes = steps_of(if forgotten { &one } else { &recording }, index);
                assert!(spikes.is_empty(), "{variable:?}, on the device: {device}: {spikes:?}");
                let value = end.slabs[0][plan.state_index(0, index as usize, 0, index)];
                assert_ne!(value.is_nan(), forgotten, "{variable:?}, on the device: {device}: {value}");
            }
            let spikes = !steps_of(&recording, size - 1).is_empty();
            assert_eq!(spikes, enough.is_some(), "{name}, on the device: {device}: the drive");
        }
    }
}
