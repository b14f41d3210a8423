//! What holds of every case.

use super::case::Case;
use crate::course::Course;
use crate::cpu::alike::first_difference;
use crate::device::{cpu, engines, is_exact, name};
use crate::judge::{Agreement, Bounds, Judge};
use crate::tolerances::DRAWN_RUN;
use neuropil::accord::{Accord, compare};
use neuropil::cpu::Precision;
use neuropil::network::NetworkFile;
use neuropil::plan::{Ended, Plan, State, Stopped};
use neuropil::recording::Recording;
use neuropil::sim::EngineOptions;
use neuropil::{Backend, Error, Simulation};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// In which way a case fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// What is drawn is meant to be legal.
    Refused,
    /// A network file says something else.
    File,
    /// Something panicked.
    Panicked,
    /// The CPU engine in f64 and the reference differ.
    Exact,
    /// The device and the CPU engine in f32 differ.
    Bits,
    /// An item and its network alone differ.
    Item,
    /// A step of an engine is not the reference's.
    Lockstep,
}

impl Way {
    /// Does a simpler case fail for the same reason? There are many to refuse one.
    pub fn can_shrink(self) -> bool {
        self != Self::Refused
    }
}

#[derive(Debug)]
pub struct Failure {
    pub way: Way,
    pub what: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.way, self.what)
    }
}

/// What a case was.
#[derive(Debug, Default)]
pub struct Seen {
    pub spikes: usize,
    pub synapses: u64,
    /// Steps of a window.
    pub window: u32,
    /// Is the schedule that was drawn one that the device has?
    pub scheduled: bool,
    /// Items stopped before their time.
    pub stopped: bool,
    /// The state of an item became infinite or no number.
    pub diverged: bool,
    /// Of the engines' steps.
    pub lockstep: Agreement,
}

/// Whether all holds.
pub fn check(case: &Case) -> Result<Seen, Failure> {
    caught(|| all(case, |_| true))
}

/// Whether it fails in this way; others are not looked for.
pub fn fails(case: &Case, way: Way) -> bool {
    caught(|| all(case, |other| way == Way::Panicked || other == way)).is_err_and(|found| found.way == way)
}

fn caught(check: impl FnOnce() -> Result<Seen, Failure>) -> Result<Seen, Failure> {
    let caught = catch_unwind(AssertUnwindSafe(check));
    caught.unwrap_or_else(|panic| {
        let texts = [panic.downcast_ref::<String>().map(String::as_str), panic.downcast_ref::<&str>().copied()];
        let what = texts.into_iter().flatten().next().unwrap_or("without a text").to_owned();
        Err(Failure { way: Way::Panicked, what })
    })
}

fn fail<T>(way: Way, what: impl fmt::Display) -> Result<T, Failure> {
    Err(Failure { way, what: what.to_string() })
}

/// Looks for failures of these ways.
fn all(case: &Case, asked: impl Fn(Way) -> bool) -> Result<Seen, Failure> {
    if asked(Way::File) {
        read_back(case)?;
    }
    let refused = |error: Error| Failure { way: Way::Refused, what: error.to_string() };
    // Who has no limits runs a plan of who has.
    let limited = engines().pop().expect("there are engines");
    let plan = case.plan(&limited).map_err(refused)?;
    let mut seen = Seen { window: plan.window, synapses: plan.synapses.count, ..Seen::default() };
    let on = |backend: &Backend| Outcome::of(&plan, backend, &case.options(), &case.how.runs);
    if asked(Way::Exact) {
        let [exact, reference] = [cpu(Precision::F64), Backend::Reference].map(|backend| on(&backend));
        exact.like_the_reference(&reference, &plan).or_else(|what| fail(Way::Exact, what))?;
    }
    let single = on(&cpu(Precision::F32));
    if asked(Way::Bits) && matches!(limited, Backend::Gpu(_)) {
        let options = options_on(&limited, &plan, case);
        seen.scheduled = options.schedule == case.how.schedule;
        same_bits(case, &plan, (&limited, &options), &single)?;
    }
    if asked(Way::Item) {
        alone(case, &single, &limited)?;
    }
    let Outcome::Ran(single) = &single else { return Ok(Seen { diverged: true, ..seen }) };
    seen.spikes = single.recording.populations.iter().map(|population| population.spikes.len()).sum();
    (seen.stopped, seen.diverged) = (!single.stopped.is_empty(), !single.ended.is_empty());
    if seen.diverged || !asked(Way::Lockstep) {
        return Ok(seen);
    }
    let open = case.open();
    let plan = open.plan(&limited).map_err(refused)?;
    // A plan of its own would be compiled anew; the device has the bits of the CPU in any case.
    let same = open == *case;
    for engine in engines().into_iter().filter(|engine| same || !matches!(engine, Backend::Gpu(_))) {
        let Some(agreement) = lockstep(case, &plan, &engine, single)? else {
            return Ok(Seen { diverged: true, ..seen });
        };
        seen.lockstep.spikes += agreement.spikes;
        seen.lockstep.ties += agreement.ties;
    }
    Ok(seen)
}

/// The device has the bits of the CPU engine in f32; says what differs first.
fn same_bits(
    case: &Case,
    plan: &Arc<Plan>,
    (device, options): (&Backend, &EngineOptions),
    single: &Outcome,
) -> Result<(), Failure> {
    let Err(what) = Outcome::of(plan, device, options, &case.how.runs).same(single) else { return Ok(()) };
    let steps = case.how.runs.iter().sum();
    let first = match compare(plan, [device, &cpu(Precision::F32)], options, steps, &mut |_| ()) {
        Ok(Accord::Different(difference)) => difference.to_string(),
        other => format!("as one run {other:?}"),
    };
    fail(Way::Bits, format!("{what}; {first}"))
}

/// A network file says what the network is.
fn read_back(case: &Case) -> Result<(), Failure> {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("network.toml");
    let written = case.network.save(&file).expect("the network can be written");
    let found = NetworkFile::read(&file).or_else(|error| fail(Way::File, error))?.network;
    // What is large stands in files, and is read with the plan.
    if written.len() == 1 && found != case.network {
        return fail(Way::File, format!("{found:?} was read where {:?} was written", case.network));
    }
    let plans = [&found, &case.network].map(|network| case.alone(network, &Backend::Reference));
    match plans {
        [Ok(found), Ok(plan)] if found.fingerprint != plan.fingerprint => fail(Way::File, "another fingerprint"),
        [Err(error), Ok(_)] => fail(Way::File, error),
        [Ok(_), Err(error)] => fail(Way::File, format!("only what was written is refused: {error}")),
        _ => Ok(()),
    }
}

/// What came of a plan.
enum Outcome {
    Ran(Ran),
    Failed(Error),
}

struct Ran {
    recording: Recording,
    state: State,
    stopped: Vec<Stopped>,
    ended: Vec<Ended>,
}

impl Outcome {
    fn of(plan: &Arc<Plan>, backend: &Backend, options: &EngineOptions, runs: &[u32]) -> Self {
        Ran::of(plan, backend, options, runs).map_or_else(Self::Failed, Self::Ran)
    }

    /// The same bits, or the same error.
    fn same(&self, other: &Self) -> Result<(), String> {
        match (self, other) {
            (Self::Ran(one), Self::Ran(other)) => one.same(other),
            (Self::Failed(one), Self::Failed(other)) if one.to_string() == other.to_string() => Ok(()),
            _ => Err(format!("{self}, and {other}")),
        }
    }

    /// The spikes, samples and state of the reference, but for roundings.
    fn like_the_reference(&self, reference: &Self, plan: &Plan) -> Result<(), String> {
        let (Self::Ran(found), Self::Ran(expected)) = (self, reference) else { return self.same(reference) };
        if found.stopped != expected.stopped {
            return Err(format!("{:?} stopped, not {:?}", found.stopped, expected.stopped));
        }
        if !found.ended.is_empty() || !expected.ended.is_empty() {
            let items = |ran: &Ran| ran.ended.iter().map(|ended| ended.item).collect::<Vec<_>>();
            return if items(found) == items(expected) { Ok(()) } else { Err("other items end".to_owned()) };
        }
        let [found_as, expected_as] = [found, expected].map(|ran| (&ran.recording, &ran.state));
        if let Some(what) = first_difference(plan, found_as, expected_as, DRAWN_RUN) {
            return Err(what);
        }
        same_samples(&found.recording, &expected.recording, |one, other| {
            f64::from((one - other).abs()) <= DRAWN_RUN * f64::from(other.abs()).max(1.0)
        })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ran(_) => f.write_str("a run"),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

impl Ran {
    fn of(plan: &Arc<Plan>, backend: &Backend, options: &EngineOptions, runs: &[u32]) -> Result<Self, Error> {
        let mut simulation = Simulation::of_plan(plan.clone(), backend, options)?;
        let mut recording = simulation.run_steps(0, &mut |_| ())?;
        for steps in runs {
            recording.append(simulation.run_steps(*steps, &mut |_| ())?)?;
            // From here on all would go on.
            if simulation.stopped().len() == plan.batch as usize {
                break;
            }
        }
        let (stopped, ended) = (simulation.stopped().to_vec(), simulation.ended());
        Ok(Self { recording, state: simulation.state()?, stopped, ended })
    }

    fn same(&self, other: &Self) -> Result<(), String> {
        if (&self.stopped, &self.ended) != (&other.stopped, &other.ended) {
            let of = |ran: &Self| format!("{:?} {:?}", ran.stopped, ran.ended);
            return Err(format!("others stopped or ended: {}, and {}", of(self), of(other)));
        }
        same_recording(&self.recording, &other.recording)?;
        // What is left of items that ended is nobody's.
        if self.ended.is_empty() && self.state != other.state { Err("another state".to_owned()) } else { Ok(()) }
    }
}

/// Spikes and samples, bit by bit; a sample of an item that has stopped is no number.
fn same_recording(one: &Recording, other: &Recording) -> Result<(), String> {
    if one.spike_hash() != other.spike_hash() || one.populations != other.populations {
        return Err("other spikes".to_owned());
    }
    if (one.first_step, one.steps, &one.ends) != (other.first_step, other.steps, &other.ends) {
        return Err(format!("{} steps and {:?}, and {} and {:?}", one.steps, one.ends, other.steps, other.ends));
    }
    same_samples(one, other, |one, other| one.to_bits() == other.to_bits())
}

fn same_samples(one: &Recording, other: &Recording, alike: impl Fn(f32, f32) -> bool) -> Result<(), String> {
    for (one, other) in one.traces.iter().zip(&other.traces) {
        let mut pairs = one.values.iter().zip(&other.values);
        let what = format!("samples of {}.{}", one.population, one.variable);
        if (&one.steps, one.values.len()) != (&other.steps, other.values.len()) {
            return Err(format!("{what}: {} steps, and {}", one.steps.len(), other.steps.len()));
        }
        let differ = |(one, other): &(&f32, &f32)| !(alike(**one, **other) || one.is_nan() && other.is_nan());
        if let Some((one, other)) = pairs.find(differ) {
            return Err(format!("{what}: {one}, and {other}"));
        }
    }
    Ok(())
}

/// By the schedule that was drawn, or by another where the device has not got it.
fn options_on(engine: &Backend, plan: &Arc<Plan>, case: &Case) -> EngineOptions {
    let options = case.options();
    match Simulation::of_plan(plan.clone(), engine, &options) {
        Err(error) if error.to_string().contains("is not possible here") => {
            EngineOptions { schedule: None, workgroup: None, ..options }
        }
        _ => options,
    }
}

/// Each item is, bit for bit, its network alone.
fn alone(case: &Case, together: &Outcome, limited: &Backend) -> Result<(), Failure> {
    let Outcome::Ran(ran) = together else { return Ok(()) };
    if case.batch() == 1 {
        return Ok(());
    }
    let networks = case.networks().or_else(|error| fail(Way::Refused, error))?;
    let items = ran.recording.clone().into_items().expect("there is room");
    for ((index, network), found) in (0..).zip(&networks).zip(&items) {
        if ran.ended.iter().any(|ended| ended.item == index) {
            continue;
        }
        let plan = case.alone(network, limited).or_else(|error| fail(Way::Refused, error))?;
        let own = Outcome::of(&plan, &cpu(Precision::F32), &EngineOptions::default(), &case.how.runs);
        let Outcome::Ran(own) = own else { return fail(Way::Item, format!("item {index}: alone {own}")) };
        same_recording(found, &own.recording).or_else(|what| fail(Way::Item, format!("item {index}: {what}")))?;
    }
    Ok(())
}

/// Some steps of an engine from a state, one by one; nothing where they diverge.
fn lockstep(case: &Case, plan: &Arc<Plan>, engine: &Backend, from: &Ran) -> Result<Option<Agreement>, Failure> {
    let failed = |what: String| Failure { way: Way::Lockstep, what: format!("{}: {what}", name(engine)) };
    let simulation = Simulation::of_plan(plan.clone(), engine, &options_on(engine, plan, case));
    let mut simulation = simulation.map_err(|error| failed(error.to_string()))?;

    simulation.restore(&from.state).map_err(|error| failed(error.to_string()))?;
    let course = match Course::of(&mut simulation, plan, case.how.lockstep) {
        Err(Error::NonFinite { .. }) => return Ok(None),
        course => course.map_err(|error| failed(error.to_string()))?,
    };
    if !simulation.ended().is_empty() {
        return Ok(None);
    }

    // A rounding is as large as what is rounded, however little that changes.
    let ranges = course.ranges(|low, high| high.max(0.0) - low.min(0.0));
    let mut judge = Judge::new(plan, plan, ranges, Bounds::of_step(engine));
    let agreement = course.against(&mut judge, &from.state).map_err(failed)?;
    if is_exact(engine) && agreement.ties > 0 {
        return Err(failed(format!("{agreement:?}")));
    }
    Ok(Some(agreement))
}

/// Another seed is another network, on whatever runs it.
#[test]
fn what_differs_is_seen() {
    let case = super::draw::case(0);
    let other = Case { network: case.network.clone().seed(1000), ..case.clone() };
    let on = |case: &Case, backend: &Backend| {
        let plan = case.plan(&cpu(Precision::F64)).expect("it is legal");
        (Outcome::of(&plan, backend, &case.options(), &case.how.runs), plan)
    };
    let reference = on(&case, &Backend::Reference).0;
    for (seen, asked) in [(false, &case), (true, &other)] {
        let (exact, plan) = on(asked, &cpu(Precision::F64));
        assert_eq!(exact.like_the_reference(&reference, &plan).is_err(), seen);
        let single = [asked, &case].map(|case| on(case, &cpu(Precision::F32)).0);
        assert_eq!(single[0].same(&single[1]).is_err(), seen);
    }
    // A rounding is a difference of bits, and none to the reference.
    let [exact, single] = [Precision::F64, Precision::F32].map(|precision| on(&case, &cpu(precision)).0);
    assert!(exact.same(&single).is_err());
}
