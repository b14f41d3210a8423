//! The recording that a run of a plan will fill: who is recorded, in which unit, at which steps.

use super::Plan;
use crate::model::Twin;
use crate::recording::{PopulationSpikes, Recording, Spikes, Trace};

impl Plan {
    /// The recording of `steps` steps from `first_step` on, with all sample steps and no values or spikes yet.
    pub(crate) fn outline(&self, first_step: u32, steps: u32) -> Recording {
        let empty = |name: &String, size| PopulationSpikes { name: name.clone(), size, spikes: Spikes::default() };
        let end = first_step + steps;
        let traces = self.recorders.iter().map(|recorder| {
            let population = &self.populations[recorder.population];
            let variable = &self.variables(population.slab)[recorder.variable];
            let samples = first_step.div_ceil(recorder.every)..end.div_ceil(recorder.every);
            Trace {
                population: population.name.clone(),
                variable: self.variable_name(recorder.population, variable),
                unit: self.unit_of_variable(population.slab, recorder.variable),
                neurons: recorder.neurons.clone().unwrap_or_else(|| (0..population.size).collect()),
                steps: samples.map(|sample| sample * recorder.every).collect(),
                batch: self.batch,
                values: Vec::new(),
            }
        });
        Recording {
            dt_ms: self.dt_ms,
            batch: self.batch,
            first_step,
            steps,
            populations: self.populations.iter().map(|population| empty(&population.name, population.size)).collect(),
            traces: traces.collect(),
        }
    }

    /// The unit of a slab's variable, a port's own where the model says so.
    pub fn unit_of_variable(&self, slab: usize, variable: usize) -> String {
        let variable = &self.variables(slab)[variable];
        let output = variable.port.and_then(|port| self.slabs[slab].ports[port].output.twin);
        match output {
            Some(Twin::Output(output)) if variable.unit == "port" => output.unit().to_owned(),
            _ => variable.unit.clone(),
        }
    }
}
