//! The equations of `examples/own_neuron.wgsl` in f64, which a network with that neuron needs for a reference.

use neuropil::model::{Definition, Input, NeuronTwin, Twin, exp_relative};
use neuropil::plan::Plan;
use std::sync::Arc;

/// dv/dt = 0.04 v² + 5 v + 140 − u + gain·I, du/dt = a (b v − u); exponential Euler of both at the old v and u.
struct OwnNeuron;

static OWN_NEURON: OwnNeuron = OwnNeuron;

impl NeuronTwin for OwnNeuron {
    fn reset(&self, p: &[f64], s: &mut [f64]) {
        let &[_a, _b, c, d, ..] = p else { panic!("six parameters") };
        s[0] = c;
        s[1] += d;
    }

    fn update(&self, p: &[f64], s: &mut [f64], input: Input, dt: f64) {
        let &[a, b, _c, _d, _v_peak, gain] = p else { panic!("six parameters") };
        let (v, u) = (s[0], s[1]);
        let growth = 0.04 * v.powi(2) + 5.0 * v + 140.0 - u + gain * input.current;
        let by_v = 2.0 * 0.04 * v + 5.0 + gain * input.slope;
        s[0] = v + dt * exp_relative(dt * by_v) * growth + input.jump;
        // u' is linear in u, so its step is an exponential approach to where u' vanishes.
        s[1] = b * v + (u - b * v) * (-a * dt).exp();
    }

    fn above_threshold(&self, p: &[f64], s: &[f64]) -> f64 {
        s[0] - p[4]
    }
}

/// A plan whose neurons are all of that model, with these equations for them.
pub fn with_twin(mut plan: Plan) -> Arc<Plan> {
    for slab in &mut plan.slabs {
        let Definition { kind, fragment, reflection, .. } = &*slab.neuron;
        let (kind, fragment, reflection) = (*kind, fragment.clone(), reflection.clone());
        assert_eq!(fragment.name, "own_neuron");
        let twin = Some(Twin::Neuron(&OWN_NEURON));
        slab.neuron = Arc::new(Definition { kind, fragment, reflection, twin, compiled: None });
    }
    Arc::new(plan)
}
