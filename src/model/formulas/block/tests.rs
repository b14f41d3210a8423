//! Every model of the catalogue, compiled for numbers side by side, against its twin: step by step, each from the same state.
//!
//! Parameters are spread over neurons, whose number fills no whole set of lanes; drives act at once and change from step to step;
//! spikes reset, and hold. A new model needs no line here. (That an error would be noticed is shown by `tests/suite/perturbation`.)

use super::*;
use crate::counts;
use crate::model::formulas::Site;
use crate::model::twin::{Current, Input, NeuronTwin, OutputTwin, StimulusTwin, SynapseTwin};
use crate::model::{self, Definition, Twin, catalogue};
use crate::network::Sampler;
use crate::number::Arch;
use crate::random::{key, philox4x32};
use crate::shader::{Field, FieldDefault};

const SIZE: usize = 43;
const STEPS: u32 = 300;
const DT: f64 = 0.1;

/// A number in \[0, 1) for two indices.
fn noise(a: u32, b: u32) -> f64 {
    f64::from(philox4x32([a, b, 0, 0], key(11))[0]) / 2f64.powi(32)
}

fn compiled(model: &Definition) -> Compiled {
    model.compiled.unwrap_or_else(|| panic!("{} has equations", model.name()))
}

#[test]
fn fields_are_those_of_the_shader() {
    for model in catalogue().unwrap() {
        let reflected =
            |fields: &[Field]| fields.iter().map(|field| (field.name.clone(), field.kind)).collect::<Vec<_>>();
        let declared = compiled(model)
            .fields
            .map(|names| names.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect::<Vec<_>>());
        assert_eq!(
            declared,
            [reflected(&model.reflection.params), reflected(&model.reflection.state)],
            "{}",
            model.name()
        );
    }
}

/// A number as lanes hold it.
fn held<P: Precision>(value: f64) -> f64 {
    P::of(value).lane(0)
}

/// Values of fields for a neuron: defaults, spread by 3 %; what has none is between 1 and 2, a whole number 0 to 3.
fn value(field: &Field, index: usize, neuron: usize, choice: usize) -> f64 {
    let spread = noise(neuron as u32, index as u32);
    match (field.default, field.kind) {
        _ if !field.choices.is_empty() => (choice % field.choices.len()) as f64,
        // A time, 0 to 2 ms.
        (_, FieldKind::U32) => (spread * 20.0).floor(),
        (Some(FieldDefault::Number(number)), FieldKind::F32) if number != 0.0 => number * (1.0 + 0.06 * (spread - 0.5)),
        _ => 1.0 + spread,
    }
}

/// A variable's greatest difference in a step, as a part of the range that it covered.
#[derive(Clone, Copy)]
struct Span(f64, f64, f64);

impl Span {
    const NONE: Self = Self(f64::INFINITY, f64::NEG_INFINITY, 0.0);

    fn note(&mut self, found: f64, expected: f64) {
        assert!(found.is_finite() == expected.is_finite(), "{found}, expected {expected}");
        *self = Self(self.0.min(expected), self.1.max(expected), self.2.max((found - expected).abs()));
    }

    fn part(self) -> f64 {
        if self.1 > self.0 { self.2 / (self.1 - self.0).max(self.0.abs() * 1e-3) } else { self.2 }
    }
}

fn lanes_of<P: Precision>(value: impl Fn(usize) -> f64) -> Vec<P> {
    let chunk = |chunk: usize| P::from_lanes(|lane| value((chunk * P::WIDTH + lane).min(SIZE - 1)));
    (0..SIZE.div_ceil(P::WIDTH)).map(chunk).collect()
}

fn lane<P: Precision>(values: &[P], neuron: usize) -> f64 {
    values[neuron / P::WIDTH].lane(neuron % P::WIDTH)
}

fn state_of(block: &dyn StateBlock, variables: usize, neuron: usize) -> Vec<f64> {
    (0..variables).map(|variable| block.value(variable, neuron)).collect()
}

/// \[mA\] The least current among powers of two that makes a neuron spike within 100 ms; none does where it spikes by jumps alone.
fn enough(twin: &dyn NeuronTwin, p: &[f64], s: &[f64]) -> Option<f64> {
    (0..32).map(|power| 1e-8 * 2f64.powi(power)).find(|current| {
        let mut s = s.to_vec();
        (0..1000).any(|_| {
            twin.update(p, &mut s, Input { current: *current, ..Input::default() }, DT);
            twin.above_threshold(p, &s) >= 0.0
        })
    })
}

struct Lockstep {
    difference: f64,
    spikes: usize,
    held: usize,
}

/// Steps all neurons `STEPS` times, with everything that may act on them or, `bare`, with a current and jumps alone.
fn neurons<P: Precision>(model: &Definition, twin: &dyn NeuronTwin, choice: usize, bare: bool) -> Lockstep {
    let name = model.name();
    let (params, state) = (&model.reflection.params, &model.reflection.state);
    let given = |field: usize, neuron: usize| held::<P>(value(&params[field], field, neuron, choice));
    let initial = |variable: usize, neuron: usize| match state[variable].default {
        Some(FieldDefault::Number(number)) => number + if variable == 0 { 0.2 * noise(neuron as u32, 40) } else { 0.0 },
        _ => 0.0,
    };
    let of = |neuron| (0..params.len()).map(|field| given(field, neuron)).collect::<Vec<f64>>();
    let rest: Vec<f64> = (0..state.len()).map(|variable| initial(variable, 0)).collect();
    let enough = enough(twin, &of(0), &rest).unwrap_or(1.0);
    let dt = held::<P>(DT);
    let mut block = P::neuron(compiled(model)).unwrap()(&Given { size: SIZE, shared: false, value: &given }, DT);
    for neuron in 0..SIZE {
        (0..state.len()).for_each(|variable| block.state_mut().set_value(variable, neuron, initial(variable, neuron)));
    }
    let arch = Arch::new();
    block.note_spikes();
    let mut spans = vec![Span::NONE; state.len()];
    let mut found = Lockstep { difference: 0.0, spikes: 0, held: 0 };
    let mut v = lanes_of::<P>(|_| 0.0);
    for step in 0..STEPS {
        let at = |part: u32, neuron: usize| noise(step / 10 * 64 + neuron as u32, part);
        let current = lanes_of::<P>(|neuron| enough * 3.0 * at(100, neuron));
        let slope = lanes_of::<P>(|neuron| -enough / 20.0 * at(101, neuron));
        let jump = lanes_of::<P>(|neuron| if noise(step, 200 + neuron as u32) < 0.05 { 1.5 } else { 0.0 });
        let onto = lanes_of::<P>(|neuron| 0.25 * at(102, neuron));
        let sums = [onto.clone()];
        let input = Inputs {
            current: &current,
            slope: if bare { &[] } else { &slope },
            jump: &jump,
            onto: if bare { (&[], &[]) } else { (&[0], &sums) },
        };
        let before: Vec<_> = (0..SIZE).map(|neuron| state_of(block.state(), state.len(), neuron)).collect();
        let spiked: Vec<_> = (0..SIZE).map(|at| block.spikes()[at / P::WIDTH] >> (at % P::WIDTH) & 1 == 1).collect();
        block.begin(arch, &mut v);
        block.update(arch, &input);
        for neuron in 0..SIZE {
            let (p, mut s) = (of(neuron), before[neuron].clone());
            if spiked[neuron] {
                twin.reset(&p, &mut s);
            }
            if state[0].name == "v" {
                assert!((lane(&v, neuron) - s[0]).abs() <= 1e-5 * s[0].abs(), "{name}: V as the step begins");
            }
            let held = twin.held(&p, &s);
            let slope = if bare { 0.0 } else { lane(&slope, neuron) };
            twin.update(&p, &mut s, Input { current: lane(&current, neuron), slope, jump: lane(&jump, neuron) }, dt);
            if !bare && !held {
                s[0] += lane(&onto, neuron);
            }
            found.held += usize::from(held || state.iter().zip(&s).any(|(field, s)| field.name == "held" && *s > 0.0));
            for (variable, expected) in s.iter().enumerate() {
                let found = block.state().value(variable, neuron);
                if state[variable].kind == FieldKind::U32 {
                    assert_eq!(found, *expected, "{name}: {}", state[variable].name);
                }
                spans[variable].note(found, *expected);
            }
            let spikes = block.spikes()[neuron / P::WIDTH] >> (neuron % P::WIDTH) & 1 == 1;
            found.spikes += usize::from(spikes);
            let above = twin.above_threshold(&p, &s);
            assert!(spikes == (above >= 0.0) || above.abs() < 1e-4, "{name}: {above} above the threshold");
        }
        let beyond = SIZE % P::WIDTH;
        assert_eq!(block.spikes().last().unwrap() >> beyond, 0, "{name}: nobody is behind the last neuron");
        assert!(block.state().is_finite(), "{name}");
    }
    found.difference = spans.into_iter().map(Span::part).fold(0.0, f64::max);
    found
}

fn all_neurons<P: Precision>(tolerance: f64) {
    for model in catalogue().unwrap() {
        let Some(Twin::Neuron(twin)) = model.twin else { continue };
        let choices = model.reflection.params.iter().map(|field| field.choices.len()).max().unwrap_or(0).max(1);
        for (choice, bare) in (0..choices).flat_map(|choice| [(choice, false), (choice, true)]) {
            let found = neurons::<P>(model, twin, choice, bare);
            let name = format!("{}, choice {choice}{}", model.name(), if bare { ", bare" } else { "" });
            println!("{name}: {:e} of the range, {} spikes, {} held", found.difference, found.spikes, found.held);
            assert!(found.difference < tolerance, "{name}: a variable differs by {:e} of its range", found.difference);
            assert_eq!(found.spikes > SIZE / 2, twin.spikes(), "{name}: {} spikes", found.spikes);
            let holds = model.reflection.state.iter().any(|field| field.name == "held");
            assert_eq!(found.held > SIZE, holds, "{name}: {} steps are held", found.held);
        }
    }
}

#[test]
fn neurons_of_32_bits_do_each_step_as_their_twins() {
    all_neurons::<F32s>(1e-5);
}

#[test]
fn neurons_of_64_bits_do_each_step_as_their_twins() {
    all_neurons::<F64s>(1e-12);
}

fn synapse<P: Precision>(model: &Definition, twin: &dyn SynapseTwin) -> f64 {
    let (params, variables) = (&model.reflection.params, model.reflection.state.len());
    let given = |field: usize, neuron: usize| held::<P>(value(&params[field], field, neuron, 0));
    let mut block = P::synapse(compiled(model)).unwrap()(&Given { size: SIZE, shared: false, value: &given }, DT);
    let mut spans = vec![Span::NONE; variables + 1];
    for step in 0..STEPS {
        let arrivals =
            lanes_of::<P>(|neuron| if noise(step, neuron as u32) < 0.2 { noise(neuron as u32, step) } else { 0.0 });
        let before: Vec<_> = (0..SIZE).map(|neuron| state_of(block.state(), variables, neuron)).collect();
        let mut g = arrivals.clone();
        block.update(Arch::new(), &mut g);
        for (neuron, before) in before.iter().enumerate() {
            let p: Vec<f64> = (0..params.len()).map(|field| given(field, neuron)).collect();
            let mut s = before.clone();
            twin.update(&p, &mut s, lane(&arrivals, neuron), held::<P>(DT));
            for (variable, span) in spans[..variables].iter_mut().enumerate() {
                span.note(block.state().value(variable, neuron), s[variable]);
            }
            spans[variables].note(lane(&g, neuron), twin.output(&p, &s));
        }
    }
    spans.into_iter().map(Span::part).fold(0.0, f64::max)
}

fn output<P: Precision>(model: &Definition, twin: &dyn OutputTwin) -> f64 {
    let params = &model.reflection.params;
    let given = |field: usize, neuron: usize| held::<P>(value(&params[field], field, neuron, 0));
    let block = P::output(compiled(model)).unwrap()(&Given { size: SIZE, shared: false, value: &given }, DT);
    let [g, v] = [300, 301].map(|part| lanes_of::<P>(|neuron| noise(neuron as u32, part)));
    let mut sums = [302, 303, 304].map(|part| lanes_of::<P>(|neuron| noise(neuron as u32, part)));
    let before = sums.clone();
    let [current, slope, jump] = &mut sums;
    block.act(Arch::new(), (&g, &v), (current, slope), jump);
    let mut spans = [Span(0.0, 1.0, 0.0); 3];
    for neuron in 0..SIZE {
        let p: Vec<f64> = (0..params.len()).map(|field| given(field, neuron)).collect();
        let (g, v) = (lane(&g, neuron), lane(&v, neuron));
        let acts = twin.current(&p, g, v);
        assert!(acts.is_none_or(|current| block.is_conductance() == (current.slope != 0.0)), "{}", model.name());
        assert!(acts.is_some() || !block.is_conductance(), "{}", model.name());
        let Current { value, slope } = acts.unwrap_or_default();
        for (at, made) in [value, slope, twin.jump(&p, g).unwrap_or(0.0)].into_iter().enumerate() {
            spans[at].note(lane(&sums[at], neuron), lane(&before[at], neuron) + made);
        }
    }
    spans.into_iter().map(Span::part).fold(0.0, f64::max)
}

/// Words that stimuli read, and a parameter of unit \[word\] of such a stimulus: all tables begin at 0, of few rows.
fn word_of(model: &str, name: &str, neuron: usize, guide: u32) -> u32 {
    match name {
        "guide" => guide,
        "shift" => 26,
        "steps" => 4,
        "items" | "stride" => 2,
        "rows" => [3, 2][neuron % 2],
        "weights" => 5,
        // Some have no column.
        "width" => 2,
        "column" => neuron as u32 % 3,
        "count" => 3,
        "threshold" => [0, 1 << 31, u32::MAX][neuron % 3],
        "turn" | "turn_high" | "turn_low" => philox4x32([neuron as u32, 3, 4, 5], key(1))[0] | 1,
        "table" | "first" | "smallest" => 0,
        _ => panic!("{model} has the word {name}, of which nothing is known here"),
    }
}

fn stimulus<P: Precision>(model: &Definition, twin: &dyn StimulusTwin) -> f64 {
    let (params, variables) = (&model.reflection.params, model.reflection.state.len());
    let table = counts::table(1000, 0.002, Sampler::Auto).unwrap();
    let mut data: Vec<u32> = match model.name() {
        "poisson_input" => table.words(),
        "spike_times" => vec![1, 3, 3],
        "poisson_encoder" => (0..16).map(|at| 1 << 31 | at << 20).collect(),
        _ => (0..64).map(|at| (0.25 + at as f32).to_bits()).collect(),
    };
    let guide = data.len() as u32;
    data.extend(table.guide(6));
    let given = |field: usize, neuron: usize| match (&*params[field].unit, &*params[field].name) {
        ("word", name) => word_of(model.name(), name, neuron, guide).into(),
        ("steps" | "ms", "start") => 2.0 + neuron as f64 % 3.0,
        ("steps" | "ms", "stop") => 150.0,
        _ => held::<P>(value(&params[field], field, neuron, 0)),
    };
    let mut block = P::stimulus(compiled(model)).unwrap()(&Given { size: SIZE, shared: false, value: &given }, DT);
    // All neurons; some, with a chunk that has none.
    let some: Vec<u32> = (0..SIZE.div_ceil(P::WIDTH)).map(|chunk| if chunk == 1 { 0 } else { 0xa5a5_a5a5 }).collect();
    let mut spans = vec![Span::NONE; variables + 1];
    for step in 0..STEPS {
        let active: &[u32] = if step % 5 == 4 { &some } else { &[] };
        let site = Site { batch: 1, step };
        let drawing = Drawing { first: 70, site, stream: 9, key: key(3), data: &data };
        let before: Vec<_> = (0..SIZE).map(|neuron| state_of(block.state(), variables, neuron)).collect();
        let mut sum = lanes_of::<P>(|_| 0.5);
        block.add(Arch::new(), &drawing, active, &mut sum);
        for (neuron, before) in before.iter().enumerate() {
            let p: Vec<f64> = (0..params.len()).map(|field| given(field, neuron)).collect();
            let mut s = before.clone();
            let random = philox4x32([70 + neuron as u32, step >> 2, 9, 0], key(3))[(step & 3) as usize];
            let acts = active.get(neuron / P::WIDTH).is_none_or(|bits| bits >> (neuron % P::WIDTH) & 1 == 1);
            let site = model::Site { neuron: 70 + neuron as u32, batch: 1, step, dt: held::<P>(DT) };
            let made = if acts { twin.advance(&p, &mut s, site, random, &data) } else { 0.0 };
            for (variable, span) in spans[..variables].iter_mut().enumerate() {
                span.note(block.state().value(variable, neuron), s[variable]);
            }
            spans[variables].note(lane(&sum, neuron), 0.5 + made);
        }
    }
    assert!(spans[variables].1 > spans[variables].0, "{} gives different numbers", model.name());
    spans.into_iter().map(Span::part).fold(0.0, f64::max)
}

fn all_others<P: Precision>(tolerance: f64) {
    for model in catalogue().unwrap() {
        let found = match model.twin {
            Some(Twin::Synapse(twin)) => synapse::<P>(model, twin),
            Some(Twin::Output(twin)) => output::<P>(model, twin),
            Some(Twin::Stimulus(twin)) => stimulus::<P>(model, twin),
            _ => continue,
        };
        println!("{}: {found:e} of the range", model.name());
        assert!(found < tolerance, "{}: differs by {found:e} of the range", model.name());
    }
}

#[test]
fn synapses_outputs_and_stimuli_of_32_bits_do_each_step_as_their_twins() {
    all_others::<F32s>(1e-5);
}

#[test]
fn synapses_outputs_and_stimuli_of_64_bits_do_each_step_as_their_twins() {
    all_others::<F64s>(1e-12);
}
