//! What is legal but most likely not meant is said, once for each field, and nothing else is.

use crate::networks::{shipped, small_brunel, zoo};
use neuropil::model::Ampa;
use neuropil::network::{
    Array, Connect, Dense, Initialiser, NamedConnect, Network, NetworkFile, Part, PoissonEncoder, PoissonInput,
    PoissonSpikes, Population, Port, Scheme, SpikeTimes, StimulusModel, Value, lognormal, normal, uniform,
};
use neuropil::plan::{LowerOptions, Plan};
use neuropil::units::{Literal, Quantity};

/// The warnings of a network.
fn warnings(net: &Network) -> Vec<String> {
    let plan = Plan::lower(net, &LowerOptions::default()).expect("the network is legal");
    plan.warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn sound_networks_raise_none() {
    for name in ["coba", "cuba", "brunel", "izhikevich", "decision", "working_memory"] {
        assert_eq!(warnings(&shipped(name)), [""; 0], "{name}");
    }
    assert_eq!(warnings(&zoo()), [""; 0]);
    assert_eq!(warnings(&small_brunel(1)), [""; 0]);
}

#[test]
fn shipped_files_have_no_variable_for_nothing() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("networks");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
    assert!(files.len() > 4, "{files:?}");
    for path in files {
        // The fly brain needs files that are not here.
        let Ok(file) = NetworkFile::read(&path) else { continue };
        assert_eq!(file.warnings(), [], "{}", path.display());
    }
}

/// Ten thousand sources of 1 mV, and one beside them, on the ports `p` and `q`.
fn strong_and_weak(weak: impl Into<Value>, port: &str) -> Network {
    let mut net = Network::new(1.0.ms());
    let strong = net.add(Population::new("strong", 10_000, "spike_source"));
    let one = net.add(Population::new("one", 1, "spike_source"));
    let dst = net.add(Population::new("dst", 1, "lif").port("p", Port::delta()).port("q", Port::delta()));
    net.connect(&strong, &dst, "p", Connect::all_to_all(), 1.0.mv(), 1.0.ms());
    net.connect(&one, &dst, port, Connect::all_to_all(), weak, 1.0.ms());
    net
}

/// The warning of a projection of which weights are rounded away beside ten thousand of 1 mV.
fn rounded(what: &str) -> String {
    format!(
        "projection[one→dst.p].weight: {what}: port `p` of population `dst` counts them in multiples of 7.629e-6 mV; weak ones \
         keep their value on a second port of the same kind, for a port resolves 2^-31 to 2^-29 of the largest sum of \
         |weights| onto one of its neurons"
    )
}

#[test]
fn a_weak_weight_beside_strong_ones() {
    for (weak, percent) in [(1.03e-4, "3.70"), (1.03e-6, "100.00"), (-1e-7, "100.00")] {
        let what = format!("1 of 1 weights are rounded by more than 0.1 % of themselves, the worst by {percent} %");
        assert_eq!(warnings(&strong_and_weak(weak.mv(), "p")), [rounded(&what)]);
        // What helps.
        assert_eq!(warnings(&strong_and_weak(weak.mv(), "q")), [""; 0]);
    }
    for fine in [1.0, 0.1, 0.0, 2f64.powi(-17)] {
        assert_eq!(warnings(&strong_and_weak(fine.mv(), "p")), [""; 0], "{fine}");
    }
}

#[test]
fn weak_weights_among_others_are_counted() {
    // 2^-17 mV is one; 0.4 of it is lost, 1.5 of it too much by a third; nothing is lost of 0.
    let unit = 2f64.powi(-17);
    let weights = [unit, 0.4 * unit, 0.0, 1.5 * unit, -0.4 * unit, 1000.0 * unit];
    let mut net = strong_and_weak(0.0.mv(), "p");
    net.populations[1].size = 6;
    let set = |net: &mut Network, weight: Value| net.projections[1].weight = weight;
    set(&mut net, Array::inline(weights.to_vec(), &[6, 1], "mV").unwrap().into());
    let worst = "3 of 6 weights are rounded by more than 0.1 % of themselves, the worst by 100.00 %";
    assert_eq!(warnings(&net), [rounded(worst)]);
    // Drawn weights of the same sizes are no better.
    set(&mut net, uniform((0.1 * unit).mv(), (0.4 * unit).mv()).into());
    let worst = "6 of 6 weights are rounded by more than 0.1 % of themselves, the worst by 100.00 %";
    assert_eq!(warnings(&net), [rounded(worst)]);
}

#[test]
fn drawn_weights_are_near_zero_by_chance() {
    let mut net = Network::new(1.0.ms());
    let pre = net.add(Population::new("pre", 2000, "spike_source"));
    let post = net.add(Population::new("post", 100, "lif").port("p", Port::delta()));
    net.connect(&pre, &post, "p", Connect::all_to_all(), normal(0.0.mv(), 1.0.mv()), 1.0.ms());
    assert_eq!(warnings(&net), [""; 0]);
    let scheme = Initialiser { scheme: Scheme::KaimingNormal, scale: Quantity::from(1.0.mv()) };
    net.projections[0].weight = Value::Initialised(scheme);
    assert_eq!(warnings(&net), [""; 0]);
}

/// Ten neurons with a conductance port.
fn with_conductances() -> (Network, String) {
    let mut net = Network::new(0.1.ms());
    let port = Port::expon(5.0.ms()).coba((-80.0).mv());
    let cells = Population::new("cells", 10, "lif_ref").port("gaba", port).port("drive", Port::expon(5.0.ms()).cuba());
    let cells = net.add(cells);
    (net, cells)
}

fn negative(field: &str, what: &str) -> String {
    format!(
        "{field}: {what}: a negative conductance drives V away from the reversal potential; the sign of an inhibitory \
         conductance synapse is in its reversal potential: write the weight positive and the potential low"
    )
}

#[test]
fn negative_conductances_of_projections() {
    let (mut net, cells) = with_conductances();
    net.connect(&cells, &cells, "gaba", Connect::all_to_all().name("wrong"), (-67.0).nanosiemens(), 0.1.ms());
    let weights = Array::inline(vec![0.5, -1.0, -4.0, 0.0], &[4], "nS").unwrap();
    net.connect(&cells, &cells, "gaba", Connect::list([(0, 1), (1, 2), (2, 3), (3, 4)]), weights, 0.1.ms());
    net.connect(&cells, &cells, "gaba", Connect::all_to_all(), 67.0.nanosiemens(), 0.1.ms());
    net.connect(&cells, &cells, "drive", Connect::all_to_all(), (-67.0).pa(), 0.1.ms());
    net.connect(&cells, &cells, "drive", Connect::all_to_all(), lognormal((-67.0).pa(), 0.5), 0.1.ms());
    net.connect(&cells, &cells, "gaba", Connect::all_to_all(), lognormal((-61.03515625).nanosiemens(), 0.0), 0.1.ms());
    assert_eq!(
        warnings(&net),
        [
            negative("projection[wrong].weight", "100 of 100 weights are negative, the least -6.7e-5 mS"),
            negative("projection[1].weight", "2 of 4 weights are negative, the least -4e-6 mS"),
            negative("projection[5].weight", "100 of 100 weights are negative, the least -6.103515625e-5 mS"),
        ]
    );
}

#[test]
fn negative_conductances_of_stimuli() {
    let (mut net, cells) = with_conductances();
    net.stimulate(PoissonInput::new(&cells, 100, 40.0.hz(), (-6.0).nanosiemens()).port("gaba"));
    net.stimulate(PoissonInput::new(&cells, 100, 40.0.hz(), (-6.0).pa()).port("drive"));
    net.stimulate(PoissonInput::new(&cells, 100, 40.0.hz(), (-6.0).mv()));
    net.stimulate(SpikeTimes::new(&cells, [(0, 1.0.ms()), (1, 2.0.ms())], (-6.0).nanosiemens()).port("gaba"));
    net.stimulate(PoissonEncoder::new(&cells, 40.0.hz(), (-6.0).nanosiemens()).neurons(0..3).port("gaba"));
    let weights = Array::inline((0..10).map(|neuron| 2.5 - f64::from(neuron)).collect(), &[10], "nS").unwrap();
    net.stimulate(PoissonSpikes::new(&cells, 40.0.hz(), weights).port("gaba"));
    let input = Array::inline(vec![1.0, 2.0], &[1, 2], "1").unwrap();
    net.stimulate(Dense::new(&cells, input, (-1.0).nanosiemens()).port("gaba"));
    net.stimulate(PoissonSpikes::new(&cells, 40.0.hz(), 6.0.nanosiemens()).port("gaba"));
    let least = "weights are negative, the least -6e-6 mS";
    assert_eq!(
        warnings(&net),
        [
            negative("stimulus[0].weight", &format!("10 of 10 {least}")),
            negative("stimulus[3].weight", &format!("2 of 2 {least}")),
            negative("stimulus[4].weight", &format!("3 of 3 {least}")),
            negative("stimulus[5].weight", "7 of 10 weights are negative, the least -6.5e-6 mS"),
            negative("stimulus[6].weight", "20 of 20 weights are negative, the least -1e-6 mS"),
        ]
    );
}

/// The warnings of a network whose stimulus has these times [ms], and acts on all or on some.
fn of_times(start: Option<f64>, stop: Option<f64>, neurons: Option<&[u32]>) -> Vec<String> {
    let mut net = Network::new(0.1.ms()).duration(5.0.ms());
    net.add(Population::new("cells", 3, "lif"));
    let mut stimulus = PoissonSpikes::new("cells", 10.0.hz(), 1.0.mv());
    stimulus = start.into_iter().fold(stimulus, |it, start| it.start(start.ms()));
    stimulus = stop.into_iter().fold(stimulus, |it, stop| it.stop(stop.ms()));
    stimulus = neurons.into_iter().fold(stimulus, |it, neurons| it.neurons(neurons.iter().copied()));
    net.stimulate(stimulus);
    warnings(&net)
}

#[test]
fn a_stimulus_that_can_never_act() {
    for (times, expected) in [
        (
            (None, None, Some([].as_slice())),
            "neurons: it never acts, for the list has no neurons; name some, or none for all",
        ),
        (
            (Some(2.0), Some(2.0), None),
            "stop: it never acts, for it ends at step 20, where it begins; a time after `start`",
        ),
        (
            (Some(5.0), None, None),
            "start: it never acts, for it begins at step 50, and the network's `duration` ends at step 50; an earlier start, or a \
             longer duration",
        ),
    ] {
        let (start, stop, neurons) = times;
        assert_eq!(of_times(start, stop, neurons), [format!("stimulus[0].{expected}")]);
    }
    for times in [(None, None, None), (Some(4.9), None, None), (None, Some(0.1), Some([2].as_slice()))] {
        let (start, stop, neurons) = times;
        assert_eq!(of_times(start, stop, neurons), [""; 0], "{times:?}");
    }
}

#[test]
fn times_that_come_after_the_duration() {
    let of = |duration: Option<f64>, times: &[f64]| {
        let mut net = Network::new(0.1.ms());
        net = duration.into_iter().fold(net, |net, duration| net.duration(duration.ms()));
        net.add(Population::new("cells", 3, "lif"));
        net.stimulate(SpikeTimes::new("cells", times.iter().map(|&time| (1, time.ms())), 1.0.mv()));
        warnings(&net)
    };
    let expected = "stimulus[0].times: it never acts, for its first time is in step 50, and the network's `duration` ends at \
                    step 50; earlier times, or a longer duration";
    assert_eq!(of(Some(5.0), &[7.0, 5.0]), [expected]);
    for (duration, times) in [(Some(5.0), [7.0, 4.9].as_slice()), (None, &[7.0])] {
        assert_eq!(of(duration, times), [""; 0], "{duration:?} {times:?}");
    }
}

#[test]
fn times_of_a_stimulus_that_are_rounded() {
    let rounded = |key: &str, time: &str, step: u32| {
        format!(
            "stimulus[0].{key}: {time} is no whole number of steps of 0.1 ms, and is rounded to {step}; give a multiple of dt"
        )
    };
    let expected = [rounded("start", "0.33 ms", 3), rounded("stop", "2.06 ms", 21)];
    assert_eq!(of_times(Some(0.33), Some(2.06), None), expected);
    let of_model = |key: &str, time: f64| {
        let mut net = Network::new(0.1.ms());
        net.add(Population::new("cells", 3, "lif"));
        let sigma = StimulusModel::new("cells", "white_noise").param("sigma", 1.0.na());
        net.stimulate(sigma.param(key, time.ms()));
        warnings(&net)
    };
    assert_eq!(of_model("every", 0.25), [rounded("every", "0.25 ms", 3)]);
    assert_eq!(of_model("every", 0.3), [""; 0]);
}

#[test]
fn projections_without_a_synapse_are_told() {
    let told = "it makes no synapse: chance, positions or a list without pairs leave nobody to connect; a rule that connects some neurons";
    let net = |connect: NamedConnect| {
        let mut net = Network::new(0.1.ms());
        let cells = net.add(Population::new("cells", 50, "lif").port("in", Port::delta()));
        net.connect(&cells, &cells, "in", connect, 1.0.mv(), 1.0.ms());
        net
    };
    let by_chance = |p: f64| Connect::pairwise_bernoulli(p);
    assert_eq!(warnings(&net(by_chance(0.5).into())), [""; 0]);
    assert_eq!(warnings(&net(by_chance(0.0).into())), [format!("projection[cells→cells.in].connect: {told}")]);
    let graded = net(by_chance(0.0).name("graded").model(Ampa::new()));
    assert_eq!(warnings(&graded), [format!("projection[graded].connect: {told}")]);
    let mut coupled = net(by_chance(0.5).into());
    coupled.couple("cells", "cells", by_chance(0.0), 1.0.nanosiemens());
    assert_eq!(warnings(&coupled), [format!("projection[cells→cells.gap_junction].connect: {told}")]);
    let none = net(by_chance(0.5).name("whole").model(Part::new("static")));
    assert_eq!((warnings(&none), &none.projections[0].model), (vec![], &None));
}
