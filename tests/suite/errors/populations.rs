//! Errors of populations: parameters, initial values, models, ports.

use super::{check, sound};
use neuropil::model::Lif;
use neuropil::network::{Array, Network, Neuron, Part, Population, Port, Synapse, Value, normal};
use neuropil::plan::{LowerOptions, Plan};
use neuropil::units::Literal;

#[test]
fn parameters() {
    let set = |name: &'static str, value: Value| {
        move |net: &mut Network| drop(net.populations[0].params.insert(name.to_owned(), value))
    };
    check(set("tau", 0.0.ms().into()), "population[exc].params.tau: 0 ms; legal: > 0 ms");
    check(set("tau", 20.0.mv().into()), "population[exc].params.tau: 20 mV has dimension voltage, expected time (ms)");
    check(set("v_th", (-1.0).mv().into()), "population[exc].params.v_th: -1 mV; legal: > v_reset (0 mV)");
    check(
        set("tao", 20.0.ms().into()),
        "population[exc].params.tao: model lif_ref has no `tao` (did you mean `tau`?); legal: tau, r, v_th, v_reset, v_rest, reset, tau_ref",
    );
    check(
        set("reset", Value::choice("firm")),
        "population[exc].params.reset: `firm` is not a choice of model lif_ref; legal: soft or hard",
    );
    check(set("tau", f64::NAN.ms().into()), "population[exc].params.tau: is NaN ms; legal: a finite number");
    let nine = Array::inline(vec![1.0; 9], &[9], "ms").unwrap();
    check(set("tau", nine.into()), "population[exc].params.tau: the array has shape [9]; legal: [10], one for each");
    let grid = Array::inline(vec![1.0; 10], &[2, 5], "ms").unwrap();
    check(set("tau", grid.into()), "population[exc].params.tau: the array has shape [2, 5]; legal: [10], one for each");
    let mut ten = vec![1.0; 10];
    ten[7] = -3.0;
    check(
        set("tau", Array::inline(ten, &[10], "ms").unwrap().into()),
        "population[exc].params.tau: value 7 is -3 ms; legal: > 0 ms",
    );
    // One value, held against those of each neuron.
    let mut ten = vec![0.0; 10];
    ten[4] = 2.0;
    check(
        set("v_reset", Array::inline(ten, &[10], "mV").unwrap().into()),
        "population[exc].params.v_th: value 4 is 1 mV; legal: > v_reset (2 mV)",
    );
}

#[test]
fn drawn_values_beyond_the_random_streams() {
    let drawn = || normal(20.0.ms(), 1.0.ms());
    let ports = |net: &mut Network, count: usize| {
        let cells = (0..count).fold(Population::new("many", 2, Lif::new()), |cells, port| {
            cells.port(format!("p{port:02}"), Port::expon(drawn()).cuba())
        });
        drop(net.add(cells));
    };
    let legal = "drawn values in the first 8192 populations and 15 ports of each, and in the first 2^20 stimuli";
    let expected = format!("it is drawn, and the random streams for such values are used up; legal: {legal}");
    check(|net| ports(net, 17), &format!("population[many].ports.p16.tau: {expected}"));
    let mut net = sound();
    ports(&mut net, 15);
    Plan::lower(&net, &LowerOptions::default()).unwrap();

    let populations = |net: &mut Network, params: &dyn Fn(usize) -> Neuron| {
        (0..8191).for_each(|at| drop(net.add(Population::new(format!("n{at}"), 1, params(at)))));
    };
    let last = |at: usize| if at == 8190 { Lif::new().tau(drawn()) } else { Lif::new() };
    check(|net| populations(net, &|at| last(at).into()), &format!("population[n8190].params.tau: {expected}"));
}

#[test]
fn models_ports_and_initial_values() {
    check(
        |net| net.populations[1] = Population::new("inh", 4, "lfi").port("jump", Port::delta()),
        &format!(
            "population[inh].model: there is no neuron `lfi` (did you mean `lif`?); legal: {}",
            crate::networks::neurons()
        ),
    );
    check(
        |net| drop(net.populations[0].init.insert("w".to_owned(), 0.0.mv().into())),
        "population[exc].init.w: model lif_ref has no `w`; legal: v, held",
    );
    check(
        |net| drop(net.populations[0].init.insert("gaba.g".to_owned(), 0.0.nanosiemens().into())),
        "population[exc].init.gaba.g: there is no such port; legal: ampa",
    );
    check(
        |net| drop(net.populations[1].init.insert("jump.g".to_owned(), 0.0.mv().into())),
        "population[inh].init.jump.g: the port has no synapse, and so no state; legal: variables of ports with a synapse",
    );
}

#[test]
fn synapses_that_know_their_neuron() {
    let psc = |tau_m: Option<Value>| {
        let part = Part::new("psc_exp").param("tau", 2.0.ms());
        Synapse::from(if let Some(tau_m) = tau_m { part.param("tau_m", tau_m) } else { part })
    };
    let population = |neuron: Neuron, port: Port| {
        move |net: &mut Network| drop(net.add(Population::new("cells", 3, neuron).port("e", port)))
    };
    let iaf = |tau_m: Value| Neuron::from("iaf_psc_exp").param("tau_m", tau_m);
    check(
        population("iaf_psc_exp".into(), psc(None).coba(0.0.mv())),
        "population[cells].ports.e.output: synapse psc_exp is in [mA], which output coba takes as [mS]; legal: cuba",
    );
    check(
        population("iaf_psc_exp".into(), psc(None).delta()),
        "population[cells].ports.e.output: synapse psc_exp is in [mA], which output delta takes as [mV]; legal: cuba",
    );
    check(
        population(iaf(20.0.ms().into()), psc(None).cuba()),
        "population[cells].ports.e.tau_m: the default, 10 ms, is not the tau_m of model iaf_psc_exp, 20 ms; legal: 20 ms",
    );
    check(
        population("iaf_psc_exp".into(), psc(Some(20.0.ms().into())).cuba()),
        "population[cells].ports.e.tau_m: 20 ms is not the tau_m of model iaf_psc_exp, 10 ms; legal: 10 ms",
    );
    // Other membranes call it tau.
    check(
        population("lif".into(), psc(None).cuba()),
        "population[cells].ports.e.tau_m: the default, 10 ms, is not the tau of model lif, 5 ms; legal: 5 ms",
    );
    check(
        population("izhikevich".into(), psc(None).cuba()),
        "population[cells].ports.e.tau_m: synapse psc_exp is for a neuron with tau_m or tau, which model izhikevich lacks; \
         legal: a neuron that has one of them, or another synapse",
    );
    let each = |values: [f64; 3]| Value::from(Array::inline(values.to_vec(), &[3], "ms").unwrap());
    check(
        population(iaf(each([10.0, 20.0, 30.0])), psc(Some(each([10.0, 20.0, 31.0]))).cuba()),
        "population[cells].ports.e.tau_m: 31 ms is not the tau_m of model iaf_psc_exp, 30 ms for neuron 2; legal: 30 ms for \
         neuron 2",
    );
    check(
        population(iaf(each([10.0, 20.0, 10.0])), psc(None).cuba()),
        "population[cells].ports.e.tau_m: the default, 10 ms, is not the tau_m of model iaf_psc_exp, 20 ms for neuron 1; \
         legal: 20 ms for neuron 1",
    );
    for (neuron, synapse) in [
        ("iaf_psc_exp".into(), psc(None)),
        (iaf(0.02.s().into()), psc(Some(20.0.ms().into()))),
        (iaf(each([10.0, 20.0, 30.0])), psc(Some(each([10.0, 20.0, 30.0])))),
        (iaf(each([7.0; 3])), psc(Some(7.0.ms().into()))),
        ("lif".into(), psc(Some(5.0.ms().into()))),
    ] {
        let mut net = sound();
        population(neuron, synapse.cuba())(&mut net);
        Plan::lower(&net, &LowerOptions::default()).unwrap();
    }
}
