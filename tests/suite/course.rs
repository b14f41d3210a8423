//! A run of an engine step by step, to be held against the reference's steps from the same states.

use crate::judge::{Agreement, Judge};
use neuropil::Simulation;
use neuropil::plan::{Plan, State};
use neuropil::recording::Recording;
use std::sync::Arc;

/// What an engine did.
pub struct Course {
    pub plan: Arc<Plan>,
    /// The state before each step and after the last.
    states: Vec<State>,
    recordings: Vec<Recording>,
}

impl Course {
    /// The next steps of a simulation of that plan.
    pub fn of(simulation: &mut Simulation, plan: &Arc<Plan>, steps: u32) -> neuropil::Result<Self> {
        let (mut states, mut recordings) = (vec![simulation.state()?], Vec::new());
        for _ in 0..steps {
            recordings.push(simulation.run_steps(1, &mut |_| ())?);
            states.push(simulation.state()?);
        }
        Ok(Self { plan: plan.clone(), states, recordings })
    }

    /// Holds each step against the same step of the judge's reference, the first from this state.
    pub fn against(&self, judge: &mut Judge, first: &State) -> Result<Agreement, String> {
        let mut agreement = Agreement::default();
        let before = std::iter::once(first).chain(&self.states[1..]);
        for ((before, after), recording) in before.zip(&self.states[1..]).zip(&self.recordings) {
            judge.window(before, after, recording, &mut agreement)?;
        }
        Ok(agreement)
    }

    /// Of each variable of each population what follows from the smallest and the largest value that it has in any item.
    pub fn ranges(&self, range: impl Fn(f64, f64) -> f64) -> Vec<Vec<f64>> {
        let of_variable = |population: usize, variable: usize| {
            let place = &self.plan.populations[population];
            let first = |item| self.plan.state_index(population, variable, item, 0);
            let cells = (0..self.plan.batch).flat_map(|item| first(item)..first(item) + place.size as usize);
            let values = self.states.iter().flat_map(|state| cells.clone().map(|cell| state.slabs[place.slab][cell]));
            let (low, high) =
                values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
            range(low, high)
        };
        let variables = |population: usize| self.plan.variables(self.plan.populations[population].slab).len();
        let of_population = |population| (0..variables(population)).map(|v| of_variable(population, v)).collect();
        (0..self.plan.populations.len()).map(of_population).collect()
    }
}
