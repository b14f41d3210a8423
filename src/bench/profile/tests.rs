//! That a profile's numbers are those of its parts. No time is asserted.

use super::*;
use crate::gpu::Limits;
use crate::gpu::tests::gpu;
use crate::network::{Connect, Current, Population, Port};
use crate::units::Literal;

/// 30 cells of two variables with a port, which spike.
fn network() -> Network {
    let mut net = Network::new(0.1.ms());
    let cells = net.add(Population::new("cells", 30, "lif_ref").port("p", Port::delta()));
    net.connect(&cells, &cells, "p", Connect::fixed_outdegree(4), 0.1.mv(), 0.5.ms());
    net.stimulate(Current::new(&cells, 50.0.ma()));
    net
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_step_is_its_kernels_and_the_rest() {
    let gpu = gpu();
    for clock in gpu.clocks() {
        let found = profile_by(&gpu, clock, "net", &network()).unwrap();
        assert_eq!((found.neurons, found.synapses, found.window, found.clock), (30, 120, 5, clock));
        let names: Vec<_> =
            found.schedules.iter().map(|profiled| profiled.schedule.split(':').next().unwrap()).collect();
        assert_eq!(names, ["windowed", "direct", "resident"]);
        for profiled in &found.schedules {
            assert_eq!(profiled.why_not, None);
            let (whole, rest) = (profiled.whole_ns.unwrap(), profiled.rest_ns.unwrap());
            let sum: f64 = profiled.kernels.iter().map(|kernel| kernel.ns_per_step).sum();
            assert!(whole > 0.0 && (sum + rest - whole).abs() <= 1e-9 * whole, "{profiled:?}");
            let percent: f64 = profiled.kernels.iter().map(|kernel| kernel.percent).sum();
            assert!((percent - 100.0 * sum / whole).abs() < 1e-6, "{profiled:?}");
            assert!(profiled.events_per_step.unwrap() > 0.0, "{profiled:?}");
            // Two variables in and out in five steps, and a word that arrives in each.
            let updating = &profiled.kernels[0];
            assert_eq!(updating.bytes_per_step, Some(30.0 * 4.0 * (4.0 / 5.0 + 1.0)));
            let delivering = profiled.kernels.last().unwrap();
            assert_eq!(delivering.events_per_step, profiled.events_per_step);
        }
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn without_timestamps_and_subgroups_there_is_a_profile_too() {
    let gpu = gpu();
    let less = Limits { timestamps: false, min_subgroup: 0, max_subgroup: 0, ..gpu.limits().clone() };
    let found = profile(&gpu.limited(less), Arithmetic::Portable, "net", &network()).unwrap();
    assert_eq!(found.clock, Clock::Wall);
    let reasons: Vec<_> = found.schedules.iter().map(|profiled| profiled.why_not.as_deref()).collect();
    let none = Some("it is not possible here: there are no subgroups");
    assert_eq!(reasons, [None, none, none]);
    assert_eq!(found.schedules[0].kernels.len(), 2);
}

#[test]
fn the_networks_are_large_and_small() {
    let found = networks().unwrap();
    let size = |index: usize| found[index].1.populations.iter().map(|population| population.size).sum::<u32>();
    assert_eq!([size(0), size(1), size(2)], [4_000, 12_500, 15_431]);
    let pairs = found[2].1.projections.iter().map(|projection| match projection.connect.rule {
        Rule::FixedTotalNumber(pairs) => pairs,
        _ => 0,
    });
    assert_eq!(pairs.sum::<u64>(), 11_955_215);
}

#[test]
fn a_profile_is_a_table() {
    let kernel = |name: &str, ns, bytes, events| Kernel {
        kernel: name.into(),
        workgroups: [8, 1, 1],
        ns_per_step: ns,
        percent: ns / 10.0,
        bytes_per_step: bytes,
        events_per_step: events,
    };
    let profile = Profile {
        network: "net".into(),
        neurons: 30,
        synapses: 120,
        dt_ms: 0.1,
        window: 5,
        clock: Clock::InsidePass,
        schedules: vec![
            Profiled {
                schedule: "windowed:64".into(),
                kernels: vec![
                    kernel("update lif", 400.0, Some(800.0), None),
                    kernel("deliver", 350.0, None, Some(100.0)),
                ],
                whole_ns: Some(1000.0),
                rest_ns: Some(250.0),
                events_per_step: Some(100.0),
                why_not: None,
            },
            Profiled {
                schedule: "direct".into(),
                kernels: vec![],
                whole_ns: None,
                rest_ns: None,
                events_per_step: None,
                why_not: Some("it is not possible here: there are no subgroups".into()),
            },
        ],
    };
    let wanted = "\
net: 30 neurons, 120 synapses, steps of 0.1 ms, windows of 5; kernels by the device's clock, between the dispatches of one pass; whole steps of a run by the host's clock
schedule     kernel             workgroups    ns a step      %  bytes a step  GB/s  ns an event
windowed:64  update lif         8 x 1 x 1           400   40.0           800  2.00
             deliver            8 x 1 x 1           350   35.0                             3.50
             starting, waiting                      250   25.0
             the whole          100.0 events       1000  100.0
direct       it is not possible here: there are no subgroups
";
    assert_eq!(profile.to_string(), wanted);
    let json = serde_json::to_value(&profile).unwrap();
    assert_eq!((&json["clock"], &json["schedules"][0]["kernels"][1]["percent"]), (&"inside_pass".into(), &35.0.into()));
}
