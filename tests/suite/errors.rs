//! What is wrong is said in whole sentences, before anything is allocated: the culprit, its value, what is legal.

mod populations;
mod projections;
mod requests;
mod stimuli;

use neuropil::Error;
use neuropil::model::{Lif, LifRef};
use neuropil::network::{Array, Connect, Current, Network, Neuron, Population, Port, Record, Rule};
use neuropil::plan::{LowerOptions, Plan, Recorded};
use neuropil::units::Literal;

/// Two populations with a port, to be spoilt.
fn sound() -> Network {
    let mut net = Network::new(0.1.ms());
    let exc = net.add(Population::new("exc", 10, LifRef::new()).port("ampa", Port::expon(5.0.ms()).coba(0.0.mv())));
    let inh = net.add(Population::new("inh", 4, Lif::new()).port("jump", Port::delta()));
    net.connect(&exc, &inh, "jump", Connect::all_to_all(), 0.1.mv(), 1.0.ms());
    net
}

/// The error of lowering the network after a change.
fn refusal(change: impl FnOnce(&mut Network)) -> Error {
    let mut net = sound();
    change(&mut net);
    Plan::lower(&net, &LowerOptions::default()).expect_err("the network is wrong")
}

/// Holds a field's error against its whole text.
#[track_caller]
fn check(change: impl FnOnce(&mut Network), expected: &str) {
    let error = refusal(change);
    assert!(matches!(error, Error::Field { .. }), "{error:?}");
    assert_eq!(error.to_string(), expected);
    assert_eq!(error.exit_status(), 2);
}

#[test]
fn the_network_is_sound_before() {
    Plan::lower(&sound(), &LowerOptions::default()).unwrap();
}

#[test]
fn durations_and_sizes() {
    check(
        |net| net.duration = Some(0.04.ms().into()),
        "duration: 0.04 ms is less than half a step; legal: 0 ms, or 0.1 ms (one step) or more",
    );
    check(|net| net.populations[0].size = 0, "population[exc].size: is 0; legal: 1 to 4294967295");
    let lowered = |duration: f64, every: f64| {
        let mut net = sound();
        net.duration = Some(duration.ms().into());
        net.records.push(Record::new("exc", ["v"]).every(every.ms()));
        let plan = Plan::lower(&net, &LowerOptions::default()).unwrap();
        let warnings: Vec<_> = plan.warnings.iter().map(ToString::to_string).collect();
        let Recorded::Samples(sampling) = plan.recorders[0].what else { panic!("{:?}", plan.recorders) };
        (plan.duration, sampling.every, warnings)
    };
    assert_eq!(lowered(0.0, 0.1), (Some(0), 1, vec![]));
    // 0.7/0.1 is not 7 in binary numbers.
    assert_eq!(lowered(0.7, 1e6), (Some(7), 10_000_000, vec![]));
    let rounded = |field: &str, time: &str, steps: u32| {
        format!(
            "{field}: {time} is no whole number of steps of 0.1 ms, and is rounded to {steps}; give a multiple of dt"
        )
    };
    let both = vec![rounded("duration", "0.06 ms", 1), rounded("record[0].every", "0.25 ms", 3)];
    assert_eq!(lowered(0.06, 0.25), (Some(1), 3, both));
}

#[test]
fn more_neurons_and_ports_than_numbers() {
    let mut net = Network::new(0.1.ms());
    net.add(Population::new("cells", 3_000_000_000, "lif").port("a", Port::delta()).port("b", Port::delta()));
    assert_eq!(
        Plan::lower(&net, &LowerOptions::default()).unwrap_err().to_string(),
        "network: 6000000000 ports of neurons; legal: at most 4294967295"
    );
}

#[test]
fn a_file_that_a_field_names() {
    let npy = |name: &str, unit: &str| Array::npy(name, unit).unwrap();
    let missing = |change: &dyn Fn(&mut Network), field: &str, file: &str| {
        let error = refusal(change);
        assert!(
            matches!(&error, Error::NamedFile { source, .. } if matches!(**source, Error::File { .. })),
            "{error:?}"
        );
        let reason = std::fs::read("gone").unwrap_err();
        assert_eq!(error.to_string(), format!("{field}: cannot read {file}: {reason}"));
        assert_eq!(error.exit_status(), 2);
    };
    let params =
        |net: &mut Network| drop(net.populations[0].params.insert("tau".into(), npy("gone/t.npy", "ms").into()));
    missing(&params, "population[exc].params.tau", "gone/t.npy");
    let init =
        |net: &mut Network| drop(net.populations[0].init.insert("ampa.g".into(), npy("gone/g.npy", "nS").into()));
    missing(&init, "population[exc].init.ampa.g", "gone/g.npy");
    missing(
        &|net| net.projections[0].weight = npy("gone/w.npy", "mV").into(),
        "projection[exc→inh.jump].weight",
        "gone/w.npy",
    );
    missing(
        &|net| net.projections[0].delay = npy("gone/d.npy", "ms").into(),
        "projection[exc→inh.jump].delay",
        "gone/d.npy",
    );
    let list = |net: &mut Network| net.projections[0].connect = Rule::List(npy("gone/l.npy", "1")).into();
    missing(&list, "projection[exc→inh.jump].connect", "gone/l.npy");
    let trace = |net: &mut Network| {
        net.stimulate(Current::trace("inh", npy("gone/i.npy", "mA")));
    };
    missing(&trace, "stimulus[0].trace", "gone/i.npy");
    let model = |net: &mut Network| net.populations[1] = Population::new("inh", 4, Neuron::file("gone/own.wgsl"));
    missing(&model, "population[inh].model", "gone/own.wgsl");
}
