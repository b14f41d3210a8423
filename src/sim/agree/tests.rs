//! That all ways agree here, and that any difference is seen and named.

use super::*;
use crate::gpu::doctor::judge;
use crate::gpu::tests::gpu;
use crate::network::{Connect, Current, Population, Port};
use crate::units::Literal;

/// Cells that drive each other, a sampled variable.
fn network() -> Network {
    let mut net = Network::new(0.1.ms());
    let cells = net.add(Population::new("cells", 40, "lif").port("p", Port::delta()));
    net.connect(&cells, &cells, "p", Connect::fixed_outdegree(5), 0.1.mv(), 0.2.ms());
    net.stimulate(Current::new(&cells, 5.0.ma()));
    net
}

/// The verdicts of the ways whose names hold `part`.
fn verdicts(ways: &[Way], part: &str) -> Vec<Verdict> {
    ways.iter().filter(|way| way.name.contains(part)).map(|way| way.verdict.clone()).collect()
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn every_way_leaves_the_same_bits_here() {
    let gpu = gpu();
    let mut told = Vec::new();
    let ways = agree(&gpu, &network(), 51, &mut |way| told.push(way.clone())).unwrap();
    assert_eq!(told, ways);
    for (schedule, _) in Schedule::ALL {
        let found = verdicts(&ways, &schedule.to_string());
        assert!(!found.is_empty() && found.iter().all(|verdict| *verdict == Verdict::Same), "{ways:?}");
    }
    for part in
        ["batch 1, a window a", "batch 1, 64 windows a", "batch 3, a window a", "batch 3, 64 windows a", "item 0"]
    {
        assert!(!verdicts(&ways, part).is_empty(), "{part}");
    }
    let finding = finding(&ways);
    let same = ways.len();
    assert_eq!((finding.passed, finding.detail), (true, format!("{same} ways to run leave the same bits")));
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_way_that_leaves_another_bit_fails_the_device() {
    let gpu = gpu();
    let name = format!("windowed:{}", gpu.limits().max_subgroup);
    let wrong = format!("{name}, batch 3, 64 windows a submission");
    let altered = |way: &str, mut outcome: Outcome| {
        if way == wrong {
            let state = outcome.state.as_mut().unwrap();
            state.slabs[0][2 * 40 + 7] = 0.5;
        }
        outcome
    };
    let ways = compare(&gpu, &network(), 51, &mut |_| (), &altered).unwrap();
    let error = judge(&gpu, &[finding(&ways)]).unwrap_err();
    assert_eq!(error.exit_status(), 3);
    let (text, device) = (error.to_string(), &gpu.info().name);
    let begins = format!(
        "the driver of {device} ({}) fails the self-test `schedules`: {wrong}: after step 50, v of \
         neuron 7 of population `cells` (batch item 2): 5e-1 and ",
        gpu.info().driver_text()
    );
    assert!(text.starts_with(&begins), "{text}\n{begins}");
    assert_eq!(ways.iter().filter(|way| way.verdict != Verdict::Same).count(), 1);
}

#[test]
fn the_first_difference_is_named() {
    let options = LowerOptions { batch: 3, ..LowerOptions::default() };
    let plan = Plan::lower(&network(), &options).unwrap();
    let mut recording = plan.outline(0, 10).unwrap();
    let spikes = &mut recording.populations[0].spikes;
    for (step, item, neuron) in [(2, 0, 3), (4, 1, 5), (4, 2, 0)] {
        spikes.push(step, item, neuron).unwrap();
    }
    recording.traces.push(crate::recording::Trace {
        population: "cells".into(),
        variable: "v".into(),
        unit: "mV".into(),
        neurons: vec![8, 9],
        steps: vec![3, 6],
        batch: 3,
        values: vec![0.0; 12],
    });
    let whole = Outcome { recording, state: Some(plan.initial_state().unwrap()) };
    let said = |alter: &dyn Fn(&mut Outcome)| {
        let mut other = whole.clone();
        alter(&mut other);
        difference(&plan, ("windowed:64", &whole), &other)
    };
    assert_eq!(said(&|_| ()), None);
    let text = |text: &str| Some(text.to_owned());
    let drop = |outcome: &mut Outcome, at: usize| {
        let spikes = &mut outcome.recording.populations[0].spikes;
        spikes.step.remove(at);
        spikes.batch.remove(at);
        spikes.neuron.remove(at);
    };
    let missed = text("neuron 5 of `cells`, item 1, misses a spike in step 4 of windowed:64");
    assert_eq!(said(&|other| drop(other, 1)), missed);
    assert_eq!(
        said(&|other| drop(other, 2)),
        text("neuron 0 of `cells`, item 2, misses a spike in step 4 of windowed:64")
    );
    assert_eq!(
        said(&|other| other.recording.populations[0].spikes.push(9, 0, 1).unwrap()),
        text("neuron 1 of `cells`, item 0, spikes in step 9, and not by windowed:64")
    );
    // A zero of the other sign is another bit; the earlier of spikes and samples is named.
    let sampled = text("`v` of neuron 9 of `cells`, item 1, in step 3 is -0e0, and 0e0 by windowed:64");
    assert_eq!(said(&|other| other.recording.traces[0].values[3] = -0.0), sampled);
    assert_eq!(
        said(&|other| {
            other.recording.traces[0].values[3] = -0.0;
            drop(other, 1);
        }),
        sampled
    );
    let v = plan.initial_state().unwrap().slabs[0][0];
    assert_eq!(
        said(&|other| other.state.as_mut().unwrap().slabs[0][0] = 1.5),
        Some(format!("after step 0, v of neuron 0 of population `cells`: 1.5e0 and {v:e} by windowed:64"))
    );
    assert_eq!(
        said(&|other| other.state.as_mut().unwrap().ring[17] = -2),
        text("after step 0, arrivals at p of neuron 17 of population `cells`: -2e0 and 0e0 by windowed:64")
    );
    // Only the spikes of an item of a batch are compared with a network alone.
    let item = of_item(&whole, 1);
    assert_eq!(item.recording.populations[0].spikes.iter().collect::<Vec<_>>(), [(4, 0, 5)]);
}

#[test]
fn each_way_is_a_line() {
    let way = |verdict, ns_per_step| {
        Way { name: "direct:64, batch 1, a window a submission".into(), verdict, ns_per_step }.to_string()
    };
    assert_eq!(
        way(Verdict::Same, Some(1234.5)),
        "same        direct:64, batch 1, a window a submission             1234 ns a step"
    );
    assert_eq!(
        way(Verdict::Impossible("there are no subgroups".into()), None),
        "impossible  direct:64, batch 1, a window a submission  there are no subgroups"
    );
}
