//! The recording that a run of a plan will fill: who is recorded, in which unit, at which steps.

use super::slabs::output_unit;
use super::{Plan, PopulationPlan, Sampled, Sampling};
use crate::Result;
use crate::recording::{Period, PopulationSpikes, Recording, Spikes, Trace};

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
        let unrecorded = |population: &PopulationPlan| PopulationSpikes {
            name: population.name.clone(),
            size: population.size,
            neurons: Vec::new(),
            period: Period::default(),
            spikes: Spikes::default(),
        };
        let mut populations: Vec<_> = self.populations.iter().map(unrecorded).collect();
        for recorder in self.spike_recorders() {
            let population = &mut populations[recorder.population];
            (population.neurons, population.period) = (recorder.chosen(self), recorder.period);
        }
        let end = first_step + steps;
        let trace = |(recorder, Sampling { variable, every }): Sampled<'_>| {
            let population = &self.populations[recorder.population];
            let samples = recorder.period.samples(every, first_step..end);
            let known = &self.variables(population.slab)[variable];
            let (of, name) = match &recorder.projection {
                Some(projection) => (projection, known.name.clone()),
                None => (&population.name, self.variable_name(recorder.population, known)),
            };
            let mut trace = Trace {
                population: of.clone(),
                variable: name,
                unit: self.unit_of_variable(population.slab, variable),
                neurons: recorder.chosen(self),
                steps: samples.map(|sample| sample * every).collect(),
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
            ends: Vec::new(),
            populations,
            traces: self.samplers().map(trace).collect::<Result<_>>()?,
        })
    }

    /// The unit of a slab's variable, a port's own where the model says so.
    pub fn unit_of_variable(&self, slab: usize, variable: usize) -> String {
        let variable = &self.variables(slab)[variable];
        let output = variable.port.map(|port| output_unit(&self.slabs[slab].ports[port].output));
        match output {
            Some(unit) if variable.unit == "port" => unit.to_owned(),
            _ => variable.unit.clone(),
        }
    }
}
