//! What items cannot differ in.

use neuropil::Ensemble;
use neuropil::network::{Connect, Current, Network, PoissonInput, Population, Port, Record, SpikeTimes};
use neuropil::plan::LowerOptions;
use neuropil::units::Literal;

fn network() -> Network {
    let mut net = Network::new(0.1.ms()).wiring_seed(4).duration(10.0.ms());
    let exc =
        net.add(Population::new("exc", 4, "lif").port("in", Port::delta()).port("g", Port::expon(1.0.ms()).cuba()));
    let inh = net.add(Population::new("inh", 2, "lif_ref").port("in", Port::delta()));
    net.connect(&exc, &inh, "in", Connect::fixed_indegree(2), 0.1.mv(), 1.0.ms());
    net.connect(&inh, &exc, "in", Connect::all_to_all().name("back"), 0.2.mv(), 2.0.ms());
    net.stimulate(Current::new(&exc, 1.0.ma()));
    net.stimulate(PoissonInput::new(&exc, 10, 3.0.hz(), 1.0.mv()).name("drive"));
    net.record(Record::new(&exc, ["v"]));
    net
}

const SAME: &str =
    "the same in all items, which may differ in seeds, parameters, initial values, stimuli and constant weights";

/// What is said of a second and third network, of which the third is changed.
fn said(change: impl FnOnce(&mut Network)) -> String {
    let mut networks = vec![network(); 3];
    change(&mut networks[2]);
    // So two are held against each other, which then are items 0 and 1.
    let sound = networks[2].check().is_ok();
    let compared = Ensemble::compare(&networks[0], &networks[2]);
    let together = Ensemble::new(networks).map(drop);
    if sound {
        let of = |error: &neuropil::Error| error.to_string().replace("item 2", "item 1");
        assert_eq!(compared.as_ref().err().map(of), together.as_ref().err().map(of));
    }
    match together {
        Err(error) => error.to_string(),
        Ok(()) => "nothing".to_owned(),
    }
}

#[test]
fn more_than_values_is_refused_with_its_path() {
    let changes: [(&str, &str, String); 21] = [
        ("dt", "0.2 ms", format!("dt: is 0.2 ms, but 0.1 ms in item 0; legal: {SAME}")),
        ("duration", "20 ms", format!("duration: is 20 ms, but 10 ms in item 0; legal: {SAME}")),
        (
            "wiring_seed",
            "5",
            "wiring_seed: is 5, but 4 in item 0; legal: one wiring seed in all items, as `wiring_seed` sets it beside their own \
             seeds, or wiring = \"own\" in each"
                .to_owned(),
        ),
        ("population[exc].size", "5", format!("population[exc].size: is 5, but 4 in item 0; legal: {SAME}")),
        ("population[inh].model", "lif", format!("population[inh].model: is lif, but lif_ref in item 0; legal: {SAME}")),
        (
            "population[inh].ports.more",
            "{ output = 'delta' }",
            format!("population[inh].ports: is in, more, but in in item 0; legal: {SAME}"),
        ),
        (
            "population[exc].ports.g",
            "{ output = 'cuba' }",
            format!("population[exc].ports.g: is {{ output = \"cuba\" }}, but {{ synapse = \"expon\", tau = \"1 ms\", output = \"cuba\" }} in item 0; legal: {SAME}"),
        ),
        (
            "projection[0].connect",
            "{ fixed_indegree = 3 }",
            format!("projection[exc→inh.in].connect: is {{ fixed_indegree = 3, autapses = true, multapses = true }}, but {{ fixed_indegree = 2, autapses = true, multapses = true }} in item 0; legal: {SAME}, or wiring = \"own\" in each"),
        ),
        (
            "projection[0].pre",
            "exc[0..3]",
            format!("projection[exc→inh.in].pre: is exc[0..3], but exc in item 0; legal: {SAME}"),
        ),
        ("projection[back].delay", "3 ms", format!("projection[back].delay: is 3 ms, but 2 ms in item 0; legal: {SAME}, or wiring = \"own\" in each")),
        ("projection[back].name", "forth", format!("projection[back].name: is forth, but back in item 0; legal: {SAME}")),
        ("projection[back].port", "g", format!("projection[back].port: is g, but in in item 0; legal: {SAME}")),
        (
            "projection[back].weight",
            "{ normal = ['1 mV', '1 mV'] }",
            format!("projection[back].weight: is {{ normal = [\"1 mV\", \"1 mV\"] }}, but 0.2 mV in item 0; legal: {SAME}, or wiring = \"own\" in each"),
        ),
        (
            "projection[back].weights",
            "exact",
            format!("projection[back].weights: is exact, but not given in item 0; legal: {SAME}, or wiring = \"own\" in each"),
        ),
        (
            "projection[0].storage",
            "stored",
            "nothing".to_owned(),
        ),
        ("stimulus[drive].target", "inh", format!("stimulus[drive].target: is inh, but exc in item 0; legal: {SAME}")),
        ("stimulus[drive].port", "in", format!("stimulus[drive].port: is in, but not given in item 0; legal: {SAME}")),
        ("stimulus[drive].stop", "5 ms", format!("stimulus[drive].stop: is 5 ms, but not given in item 0; legal: {SAME}")),
        ("record[0].every", "1 ms", format!("record[0].every: is 1 ms, but not given in item 0; legal: {SAME}")),
        ("record[0].neurons", "[1]", format!("record[0].neurons: is [1], but not given in item 0; legal: {SAME}")),
        ("record[0].what", "['spikes']", format!("record[0].what: is [\"spikes\"], but [\"v\"] in item 0; legal: {SAME}")),
    ];
    let mut differences = Vec::new();
    for (path, value, expected) in changes {
        let found = said(|net| net.set(path, value).unwrap());
        let expected = if expected == "nothing" { expected } else { format!("item 2: {expected}") };
        if found != expected {
            differences.push(format!("{path} = {value}\n  got      {found}\n  expected {expected}"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn other_lists_are_refused() {
    let list = |list: &str, own, first| {
        format!("item 2: {list}: is a list of {own}, but a list of {first} in item 0; legal: {SAME}")
    };
    assert_eq!(said(|net| drop(net.add(Population::new("more", 1, "lif")))), list("population", 3, 2));
    assert_eq!(said(|net| drop(net.projections.pop())), list("projection", 1, 2));
    assert_eq!(said(|net| drop(net.stimuli.pop())), list("stimulus", 1, 2));
    assert_eq!(said(|net| net.records.clear()), list("record", 0, 1));
    let trace = neuropil::network::Array::inline(vec![1.0], &[1], "mA").unwrap();
    let told = said(|net| net.stimuli[0] = Current::trace("exc", trace).into());
    assert_eq!(told, format!("item 2: stimulus[0]: is told trace, but told value in item 0; legal: {SAME}"));
    let kind = said(|net| net.stimuli[0] = SpikeTimes::new("exc", [(1, 1.0.ms())], 1.0.mv()).into());
    assert_eq!(kind, format!("item 2: stimulus[0].kind: is spike_times, but current in item 0; legal: {SAME}"));
}

#[test]
fn an_ensemble_has_networks_that_are_sound() {
    assert_eq!(Ensemble::new(Vec::new()).unwrap_err().to_string(), "ensemble: it has no network; legal: 1 or more");
    let said = said(|net| net.populations[1].name = "exc".to_owned());
    assert_eq!(said, "item 2: population[1].name: `exc` is already the name of population 0; legal: a name of its own");
}

#[test]
fn what_cannot_be_lowered_is_refused_with_its_item() {
    let lowered = |path: &str, value: &str| {
        let mut networks = vec![network(); 3];
        networks[1].set(path, value).unwrap();
        Ensemble::new(networks).unwrap().plan(&LowerOptions::default()).unwrap_err().to_string()
    };
    assert_eq!(
        lowered("population[exc].params.tau", "-1 ms"),
        "item 1: population[exc].params.tau: -1 ms; legal: > 0 ms"
    );
    assert_eq!(
        lowered("population[exc].params.tua", "1 ms"),
        "item 1: population[exc].params.tua: model lif has no `tua` (did you mean `tau`?); legal: tau, r, v_th, v_reset, v_rest, reset"
    );
    assert_eq!(
        lowered("stimulus[drive].weight", "1 nS"),
        "item 1: stimulus[drive].weight: 1 nS has dimension conductance, expected voltage (mV)"
    );
    let mut networks = vec![network(); 3];
    networks[0].set("population[exc].params.tau", "-1 ms").unwrap();
    let of_first = Ensemble::new(networks).unwrap().plan(&LowerOptions::default()).unwrap_err().to_string();
    assert_eq!(of_first, "population[exc].params.tau: -1 ms; legal: > 0 ms");
}
