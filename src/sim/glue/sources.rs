//! What a kernel does once it is known whether a neuron has spiked: models of projections go on, and what others gather is left.

use super::Writer;
use crate::plan::{Gives, Plan, PopulationPlan, SlabPlan};
use crate::shader::FieldKind;
use crate::sim::gathers;
use std::fmt::Write;

impl<'a> Writer<'a, '_, '_> {
    /// The end of `advance`, after the neuron's update.
    pub(super) fn after_spikes(&mut self, plan: &'a Plan, slab_index: usize, threshold: &str) {
        let slab = &plan.slabs[slab_index];
        let potential = |population: &PopulationPlan| {
            gathers::given(plan, population, |gives| matches!(gives, Gives::Potential(_)))
        };
        let gives_potential = self.values.populations().iter().any(|population| potential(population).is_some());
        if slab.sources.is_empty() && !gives_potential {
            let _ = writeln!(self.advance, "    return {threshold}(n, (*neuron).s);");
            return;
        }
        let _ = writeln!(self.advance, "    let spiked = {threshold}(n, (*neuron).s);");
        self.sources(plan, slab, &plan.amplitudes().0[slab_index]);
        if gives_potential {
            self.leaves("(*neuron).s.v", potential);
        }
        let _ = writeln!(self.advance, "    return spiked;");
    }

    /// The models of projections, of a neuron that has spiked in this step or not; their variables come last.
    fn sources(&mut self, plan: &Plan, slab: &'a SlabPlan, first_amplitudes: &[u32]) {
        for (index, (model, first)) in slab.sources.iter().zip(first_amplitudes).enumerate() {
            let (params, state) = (format!("z{index}"), format!("y{index}"));
            let takes = self.params(&params, model, |p| p.sources[index].as_ref().map(|source| &source.params));
            let before = self.variables.len();
            self.state(&state, model);
            let mut body = String::new();
            if !model.is_graded() {
                let amplitude = self.call(model, "amplitude");
                let _ = write!(
                    body,
                    "        if (spiked) {{\n            \
                         let fraction = {amplitude}({takes}, (*neuron).{state}, now);\n            \
                         note_amplitude(place.batch, step, {first}u + place.id, fraction);\n        \
                     }}\n",
                );
            }
            let update = self.call(model, "update");
            let _ = writeln!(body, "        (*neuron).{state} = {update}({takes}, (*neuron).{state}, spiked, now);");
            for (variable, _) in self.variables[before..].iter().filter(|(_, kind)| *kind == FieldKind::F32) {
                let _ = writeln!(body, "        (*neuron).{variable} = without_tiny((*neuron).{variable});");
            }
            if model.is_graded() {
                let value = self.call(model, "value");
                let first = self.values.word(|population| {
                    gathers::given(plan, population, |gives| gives == Gives::Value(index)).unwrap_or(0)
                });
                let value = format!("{value}({takes}, (*neuron).{state}, now)");
                let _ = writeln!(body, "        leave_value(place, step, {first}, {value});");
            }
            let there = self.values.word(|population| u32::from(population.sources[index].is_some()));
            let condition = if there == "1u" { String::new() } else { format!("if ({there} != 0u) ") };
            let _ = writeln!(self.advance, "    {condition}{{\n{body}    }}");
        }
    }

    /// Leaves a number for those who gather it, where a population has a place for it.
    fn leaves(&mut self, value: &str, place: impl Fn(&PopulationPlan) -> Option<u32>) {
        let first = self.values.word(|population| place(population).unwrap_or(0));
        let there = self.values.word(|population| u32::from(place(population).is_some()));
        let condition = if there == "1u" { String::new() } else { format!("if ({there} != 0u) ") };
        let _ =
            writeln!(self.advance, "    {condition}{{\n        leave_value(place, step, {first}, {value});\n    }}");
    }
}
