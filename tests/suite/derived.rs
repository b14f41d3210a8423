//! What follows from parameters is computed once: a constant and a value for each neuron give the same bits, whatever the model.

use crate::cpu::networks::everything;
use crate::device::{cpu, device, gpu};
use crate::networks::zoo;
use crate::perturbation::networks as of_models;
use neuropil::accord::{Accord, compare};
use neuropil::cpu::Precision;
use neuropil::model::catalogue;
use neuropil::network::Network;
use neuropil::plan::{Column, Plan, State};
use neuropil::recording::Recording;
use neuropil::sim::{Engine, EngineOptions, Schedule};
use std::sync::Arc;

fn lowered(net: &Network) -> Plan {
    Plan::lower(net, &device().lower_options(2)).expect("the network can be lowered")
}

/// A network with all parameters of neurons, synapses, outputs and stimuli changed.
fn with_columns(net: &Network, change: impl Fn(&Column, usize) -> Column) -> Arc<Plan> {
    let mut plan = lowered(net);
    for population in &mut plan.populations {
        let ports = population.ports.iter_mut().flat_map(|port| [&mut port.synapse_params, &mut port.output_params]);
        let stimuli = population.stimuli.iter_mut().flatten().map(|stimulus| &mut stimulus.params);
        let columns = std::iter::once(&mut population.params).chain(ports).chain(stimuli).flatten();
        columns.for_each(|column| *column = change(column, population.size as usize));
    }
    Arc::new(plan)
}

fn written_out(column: &Column, size: usize) -> Column {
    match column {
        Column::Constant(value) => Column::Each(vec![*value; size].into()),
        each => each.clone(),
    }
}

fn run(plan: &Arc<Plan>, steps: u32, schedule: Schedule) -> Option<(Recording, State)> {
    let options = EngineOptions { schedule: Some(schedule), ..EngineOptions::default() };
    let mut engine = match Engine::new(&gpu(), plan.clone(), &options) {
        Err(error) if error.to_string().contains("is not possible here") => return None,
        engine => engine.expect("the plan fits"),
    };
    let recording = engine.run(steps, &mut |_| ()).expect("the run ends");
    Some((recording, engine.state().expect("the state comes back")))
}

/// Returns the number of spikes.
fn check(what: &str, net: &Network, steps: u32) -> usize {
    let constants = with_columns(net, |column, _| column.clone());
    let tables = with_columns(net, written_out);
    let (expected, state) = run(&constants, steps, Schedule::Windowed).expect("it is always possible");
    for (schedule, _) in Schedule::ALL {
        if let Some((recording, found)) = run(&tables, steps, schedule) {
            assert!(recording.populations == expected.populations, "{what}, {schedule}: other spikes");
            assert!(found == state, "{what}, {schedule}: another state");
        }
    }
    expected.populations.iter().map(|population| population.spikes.len()).sum()
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn tables_of_one_value_have_the_bits_of_constants() {
    assert!(check("everything", &everything(), 200) > 1000);
    assert!(check("zoo", &zoo(), 300) > 200);
    for model in catalogue().expect("the catalogue is sound").iter() {
        check(model.name(), &of_models::of(model), of_models::STEPS);
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn constants_have_the_bits_of_the_cpu() {
    for model in catalogue().expect("the catalogue is sound").iter() {
        let first = |column: &Column, _: usize| Column::Constant(column.at(0));
        let plan = with_columns(&of_models::of(model), first);
        let found =
            compare(&plan, [&device(), &cpu(Precision::F32)], &EngineOptions::default(), of_models::STEPS, &mut |_| ());
        assert!(matches!(found, Ok(Accord::Same { .. })), "{}: {found:?}", model.name());
    }
}
