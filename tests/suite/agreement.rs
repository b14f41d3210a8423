//! Does an engine, a device or the CPU, agree with the reference? The comparisons that several themes share.
//!
//! In lockstep the reference starts every window from the engine's own state, so that only the roundings of one window
//! lie between them. Running free, both go their own ways until the first neuron so close to its threshold that a
//! rounding decides; what comes after is chaos and says nothing.

use crate::device::is_exact;
use crate::judge::{Agreement, Bounds, Judge, spikes};
use crate::tolerances::{V_FREE, V_FREE_F64};
use neuropil::plan::Plan;
use neuropil::recording::Recording;
use neuropil::sim::EngineOptions;
use neuropil::{Backend, Simulation};
use std::sync::Arc;

/// An engine and the reference, each with a plan of the same network.
pub struct Pair {
    engine: Simulation,
    judge: Judge,
    /// How near to a threshold the first difference of free runs must lie.
    free: f64,
}

impl Pair {
    pub fn new(backend: &Backend, plan: &Arc<Plan>, options: &EngineOptions) -> Self {
        Self::of_two(backend, plan, plan, options)
    }

    /// With a plan of its own for the reference, of the same shape.
    pub fn of_two(backend: &Backend, plan: &Arc<Plan>, other: &Arc<Plan>, options: &EngineOptions) -> Self {
        let ranges = (0..plan.populations.len()).map(|population| {
            let variables = plan.variables(plan.populations[population].slab).len();
            vec![distance(plan, population); variables]
        });
        Self {
            engine: Simulation::of_plan(plan.clone(), backend, options).expect("the plan fits"),
            judge: Judge::new(plan, other, ranges.collect(), Bounds::of_window(backend)),
            free: if is_exact(backend) { V_FREE_F64 } else { V_FREE },
        }
    }

    /// Runs both for `steps` steps, the reference re-seeded from the engine before every window. The error says what
    /// differs first.
    pub fn lockstep(&mut self, steps: u32) -> Result<Agreement, String> {
        self.lockstep_by(self.engine.plan().window, steps)
    }

    /// The same with the reference re-seeded every so many steps, at most a window: where an upstroke enlarges a
    /// rounding, a whole window is too long.
    pub fn lockstep_by(&mut self, window: u32, steps: u32) -> Result<Agreement, String> {
        let mut agreement = Agreement::default();
        let mut before = self.engine.state().expect("the state comes back");
        let end = before.step + steps;
        while before.step < end {
            let recording = self.advance(window.min(end - before.step));
            let after = self.engine.state().expect("the state comes back");
            self.judge.window(&before, &after, &recording, &mut agreement)?;
            before = after;
        }
        Ok(agreement)
    }

    /// Runs both for `steps` steps on their own, and compares up to the first tie.
    pub fn free(&mut self, steps: u32) -> Result<Agreement, String> {
        let engine = spikes(&self.advance(steps));
        let band = self.judge.band(self.free);
        let (oracle, near) = self.judge.reference.run_watching(steps, band).expect("the run is short");
        let oracle = spikes(&oracle);
        let mut different = engine.symmetric_difference(&oracle).peekable();
        let Some(&&(first, ..)) = different.peek() else {
            return Ok(Agreement { spikes: engine.len(), ..Agreement::default() });
        };
        let mut agreement = Agreement { spikes: engine.range(..(first, 0, 0, 0)).count(), ..Agreement::default() };
        for spike in different.take_while(|spike| spike.0 == first) {
            if !near.iter().any(|near| near.step == first && self.judge.excuses(near, spike, self.free)) {
                return Err(self.judge.alone(&engine, spike));
            }
            agreement.ties += 1;
        }
        Ok(agreement)
    }

    fn advance(&mut self, steps: u32) -> Recording {
        self.engine.run_steps(steps, &mut |_| ()).expect("the run succeeds")
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
