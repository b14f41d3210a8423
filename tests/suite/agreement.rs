//! Does the device agree with the reference? The comparisons that several themes share.
//!
//! In lockstep the reference starts every window from the device's own state, so that only the roundings of one window
//! lie between them. Running free, both go their own ways until the first neuron so close to its threshold that a
//! rounding decides; what comes after is chaos and says nothing.

use crate::device::{advance, engine};
use crate::judge::{Agreement, Judge, spikes};
use crate::tolerances::{V_FREE, V_WINDOW};
use neuropil::gpu::Gpu;
use neuropil::plan::Plan;
use neuropil::sim::{Engine, EngineOptions};
use std::sync::Arc;

/// The device and the reference, each with a plan of the same network.
pub struct Pair {
    engine: Engine,
    judge: Judge,
}

impl Pair {
    pub fn new(gpu: &Gpu, plan: &Arc<Plan>, options: &EngineOptions) -> Self {
        Self::of_two(gpu, plan, plan, options)
    }

    /// With a plan of its own for the reference, of the same shape.
    pub fn of_two(gpu: &Gpu, plan: &Arc<Plan>, other: &Arc<Plan>, options: &EngineOptions) -> Self {
        let ranges = (0..plan.populations.len()).map(|population| {
            let variables = plan.variables(plan.populations[population].slab).len();
            vec![distance(plan, population); variables]
        });
        Self { engine: engine(gpu, plan, options), judge: Judge::new(plan, other, ranges.collect(), V_WINDOW) }
    }

    /// Runs both for `steps` steps, the reference re-seeded from the device before every window. The error says what
    /// differs first.
    pub fn lockstep(&mut self, steps: u32) -> Result<Agreement, String> {
        self.lockstep_by(self.engine.plan().window, steps)
    }

    /// The same with the reference re-seeded every so many steps, at most a window: where an upstroke enlarges a
    /// rounding, a whole window is too long.
    pub fn lockstep_by(&mut self, window: u32, steps: u32) -> Result<Agreement, String> {
        let mut agreement = Agreement::default();
        let end = self.engine.step() + steps;
        let mut before = self.engine.state().expect("the state comes back");
        while before.step < end {
            let recording = advance(&mut self.engine, window.min(end - before.step));
            let after = self.engine.state().expect("the state comes back");
            self.judge.window(&before, &after, &recording, &mut agreement)?;
            before = after;
        }
        Ok(agreement)
    }

    /// Runs both for `steps` steps on their own, and compares up to the first tie.
    pub fn free(&mut self, steps: u32) -> Result<Agreement, String> {
        let device = spikes(&advance(&mut self.engine, steps));
        let band = self.judge.band(V_FREE);
        let (oracle, near) = self.judge.reference.run_watching(steps, band).expect("the run is short");
        let oracle = spikes(&oracle);
        let mut different = device.symmetric_difference(&oracle).peekable();
        let Some(&&(first, ..)) = different.peek() else {
            return Ok(Agreement { spikes: device.len(), ..Agreement::default() });
        };
        let mut agreement = Agreement { spikes: device.range(..(first, 0, 0, 0)).count(), ..Agreement::default() };
        for spike in different.take_while(|spike| spike.0 == first) {
            if !near.iter().any(|near| near.step == first && self.judge.excuses(near, spike, V_FREE)) {
                return Err(self.judge.alone(&device, spike));
            }
            agreement.ties += 1;
        }
        Ok(agreement)
    }
}

/// The least distance of a population's neurons from reset to threshold.
fn distance(plan: &Plan, population: usize) -> f64 {
    let place = &plan.populations[population];
    let fields = &plan.slabs[place.slab].neuron.reflection.params;
    let column = |names: [&str; 2]| {
        let at = fields.iter().position(|field| names.contains(&field.name.as_str()));
        &place.params[at.unwrap_or_else(|| panic!("{}: none of {names:?}", place.name))]
    };
    let (threshold, reset) = (column(["v_th", "v_peak"]), column(["v_reset", "c"]));
    (0..place.size as usize).map(|neuron| threshold.at(neuron) - reset.at(neuron)).fold(f64::INFINITY, f64::min)
}
