//! What each synapse, output and stimulus of the catalogue adds to a step of a neuron, beside the same neuron without it.

use super::turns::take_turns;
use super::{Bench, Measurement};
use crate::gpu::Gpu;
use crate::model::{Definition, ModelKind, catalogue};
use crate::network::{Connect, Network, Neuron, Part, Population, Port, StimulusModel, Synapse};
use crate::plan::{LowerOptions, Plan};
use crate::sim::{Engine, EngineOptions};
use crate::units::{Literal, Quantity, Unit};
use crate::{Error, Result};
use std::sync::Arc;

const NEURONS: u32 = 200_000;
const WINDOWS: u32 = 4;
const TURNS: usize = 5;

/// Measures each model by itself.
pub(super) fn measure(gpu: &Gpu, bench: &Bench) -> Result<Vec<Measurement>> {
    let engine = |network: &Network| {
        let options = LowerOptions { limits: gpu.limits().clone(), ..LowerOptions::default() };
        let plan = Arc::new(Plan::lower(network, &options)?);
        let options = EngineOptions { arithmetic: gpu.arithmetic(), ..EngineOptions::default() };
        Ok::<_, Error>((Engine::new(gpu, plan.clone(), &options)?, plan.window))
    };
    let (mut plain, window) = engine(&network(None)?)?;
    let mut found = Vec::new();
    for model in catalogue()?.iter().filter(|model| is_measured(model)) {
        let (mut with, _) = engine(&network(Some(model))?)?;
        let turns = take_turns(TURNS, || Ok(with.time(WINDOWS)?.ns), || Ok(plain.time(WINDOWS)?.ns))?;
        let what = format!("{} {}", model.kind, model.name());
        let neuron_steps = f64::from(NEURONS) * f64::from(WINDOWS * window);
        found.push(turns.time(bench, what, "ns/neuron/step", 1.0, neuron_steps));
    }
    Ok(found)
}

/// Those that parameters alone make, and that act on a neuron that is no readout.
fn is_measured(model: &Definition) -> bool {
    match model.kind {
        // What those of projections cost is a bench of its own.
        ModelKind::Neuron | ModelKind::Projection => false,
        ModelKind::Synapse => true,
        ModelKind::Output => model.reflection.unit.as_deref() != Some("1"),
        ModelKind::Stimulus => model.is_general(),
    }
}

/// Cells that never spike, with a model.
fn network(model: Option<&Definition>) -> Result<Network> {
    let mut net = Network::new(0.1.ms());
    let neuron = Neuron::from("lif").param("tau", 20.0.ms()).param("v_th", 1e6.mv());
    let mut cells = Population::new("cells", NEURONS, neuron).port("spikes", Port::delta());
    let mut stimulus = None;
    match model.map(|model| (model.kind, model)) {
        Some((ModelKind::Synapse, model)) => {
            let of_neuron = model.reflection.params.iter().filter(|field| !field.of_neuron.is_empty());
            let part = of_neuron.fold(Part::new(model.name()), |part, field| part.param(&field.name, 20.0.ms()));
            cells = cells.port("port", Synapse::from(part).cuba());
        }
        Some((ModelKind::Output, model)) => {
            cells = cells.port("port", Port::expon(5.0.ms()).output(Part::new(model.name())));
        }
        Some((ModelKind::Stimulus, model)) => {
            let needed = model.reflection.params.iter().filter(|field| field.is_given() && field.default.is_none());
            let mut of = StimulusModel::new("cells", model.name());
            for field in needed {
                let unit = Unit::parse(&field.unit).map_err(|problem| Error::request("bench", problem, ""))?;
                let value = if field.name == "start" { 0.0 } else { 1000.0 };
                of = of.param(&field.name, Quantity::new(value, &unit));
            }
            stimulus = Some(of);
        }
        Some((ModelKind::Neuron | ModelKind::Projection, _)) | None => {}
    }
    let cells = net.add(cells);
    // One synapse, so that its delay sets the window.
    net.connect(&cells, &cells, "spikes", Connect::list([(0, 1)]), 1.0.mv(), 1.6.ms());
    stimulus.into_iter().for_each(|stimulus| {
        net.stimulate(stimulus);
    });
    Ok(net)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_that_parameters_make_is_measured() {
        let measured: Vec<_> = catalogue().unwrap().iter().filter(|model| is_measured(model)).collect();
        for model in &measured {
            let mut small = network(Some(model)).unwrap();
            small.populations[0].size = 10;
            let plan = Plan::lower(&small, &LowerOptions::default()).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(plan.window, 16, "{}", model.name());
            let models: Vec<_> = plan.slabs[0].models().map(Definition::name).collect();
            assert!(models.contains(&model.name()), "{models:?}");
        }
        let names: Vec<_> = measured.iter().map(|model| model.name()).collect();
        for name in ["expon", "alpha", "dual_expon", "coba", "cuba", "mg_block", "white_noise"] {
            assert!(names.contains(&name), "{names:?}");
        }
    }
}
