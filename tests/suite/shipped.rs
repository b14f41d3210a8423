//! Networks that come with neuropil and compute what they say: the numbers that come of it.

use crate::networks::shipped;
use neuropil::units::Quantity;

#[test]
fn brunel_s_numbers_are_those_of_its_asynchronous_state() {
    let network = shipped("brunel");
    let text = |path: &str| network.get(path).unwrap().to_string();
    // As lowering rounds them.
    let number = |path: &str, unit: &str| {
        let unit = Quantity::parse(&format!("1 {unit}")).unwrap();
        Quantity::parse(&text(path)).unwrap().in_unit(unit.unit()).unwrap() as f32
    };
    let sizes: Vec<_> = network.populations.iter().map(|it| (it.name.as_str(), it.size)).collect();
    assert_eq!(sizes, [("exc", 10_000), ("inh", 2500)]);
    for name in ["exc", "inh"] {
        let param = |key: &str, unit: &str| number(&format!("population[{name}].params.{key}"), unit);
        assert_eq!([param("tau", "ms"), param("tau_ref", "ms")], [20.0, 2.0]);
        assert_eq!([param("v_th", "mV"), param("v_reset", "mV"), param("v_rest", "mV")], [20.0, 0.0, 0.0]);
    }
    let ends: Vec<_> =
        network.projections.iter().map(|it| (it.pre.population.as_str(), it.post.population.as_str())).collect();
    assert_eq!(ends, [("exc", "exc"), ("exc", "inh"), ("inh", "exc"), ("inh", "inh")]);
    for (index, (indegree, weight)) in (0..).zip([("1000", 0.08), ("1000", 0.08), ("250", -0.4), ("250", -0.4)]) {
        let path = |key: &str| format!("projection[{index}].{key}");
        assert_eq!(text(&path("connect.fixed_indegree")), indegree);
        assert_eq!([number(&path("weight"), "mV"), number(&path("delay"), "ms")], [weight, 1.5]);
    }
    assert_eq!(network.stimuli.len(), 2);
    for (index, target) in ["exc", "inh"].iter().enumerate() {
        let path = |key: &str| format!("stimulus[{index}].{key}");
        assert_eq!([text(&path("target")), text(&path("sources"))], [(*target).to_owned(), "1000".to_owned()]);
        assert_eq!([number(&path("rate"), "Hz"), number(&path("weight"), "mV")], [25.0, 0.08]);
    }
}
