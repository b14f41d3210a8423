//! The recording that a run of a plan will fill: who is recorded, in which unit, at which steps.

use super::Plan;
use crate::Result;
use crate::model::Twin;
use crate::recording::{PopulationSpikes, Recording, Spikes, Trace};

impl Plan {
    /// The recording of `steps` steps from `first_step` on, with all sample steps, room for their values, and no values or
    /// spikes yet.
    ///
    /// # Errors
    /// [`crate::Error::HostMemory`] where there is no such room.
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "who runs has found the last step a u32, and room for the samples"
    )]
    pub(crate) fn outline(&self, first_step: u32, steps: u32) -> Result<Recording> {
        self.check_traces(steps)?;
        let empty = |name: &String, size| PopulationSpikes { name: name.clone(), size, spikes: Spikes::default() };
        let end = first_step + steps;
        let trace = |recorder: &super::Recorder| {
            let population = &self.populations[recorder.population];
            let variable = &self.variables(population.slab)[recorder.variable];
            let samples = first_step.div_ceil(recorder.every)..end.div_ceil(recorder.every);
            let mut trace = Trace {
                population: population.name.clone(),
                variable: self.variable_name(recorder.population, variable),
                unit: self.unit_of_variable(population.slab, recorder.variable),
                neurons: recorder.neurons.clone().unwrap_or_else(|| (0..population.size).collect()),
                steps: samples.map(|sample| sample * recorder.every).collect(),
                batch: self.batch,
                values: Vec::new(),
            };
            let values = trace.steps.len() * self.batch as usize * trace.neurons.len();
            trace.make_room(0, values).map(|()| trace)
        };
        Ok(Recording {
            dt_ms: self.dt_ms,
            batch: self.batch,
            first_step,
            steps,
            populations: self.populations.iter().map(|population| empty(&population.name, population.size)).collect(),
            traces: self.recorders.iter().map(trace).collect::<Result<_>>()?,
        })
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
