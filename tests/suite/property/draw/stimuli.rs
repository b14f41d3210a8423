//! Stimuli: every kind, into ports and without, on all neurons and some, in all steps and some.

use super::cells::Cells;
use crate::property::dice::Dice;
use neuropil::network::{
    Current, Dense, Network, PoissonEncoder, PoissonInput, PoissonSpikes, Sampler, SpikeTimes, Stimulus, StimulusModel,
    Typed,
};
use neuropil::units::Literal;
use uom::si::f64::{ElectricCurrent, Frequency};

/// Kinds of events.
const EVENTS: u32 = 6;
/// Kinds of currents.
const CURRENTS: u32 = 8;

pub fn draw(net: &mut Network, cells: &[Cells], dt: f64, dice: &mut Dice) {
    for cells in cells {
        let drawn = Drawn { cells, dt };
        for _ in 0..dice.pick(&[1, 1, 1, 2]) {
            net.stimuli.push(drawn.some(|dice| drawn.events(dice), dice));
        }
        for _ in 0..if cells.cell.ma > 0.0 { dice.pick(&[0, 0, 1, 1, 2]) } else { 0 } {
            net.stimuli.push(drawn.some(|dice| drawn.current(dice), dice));
        }
    }
}

struct Drawn<'a> {
    cells: &'a Cells,
    dt: f64,
}

impl Drawn<'_> {
    /// A stimulus, for some neurons only and for some time only where it may be.
    fn some(&self, stimulus: impl Fn(&mut Dice) -> Stimulus, dice: &mut Dice) -> Stimulus {
        let mut stimulus = stimulus(dice);
        let steps = |steps: u32| (f64::from(steps) * self.dt).ms().into();
        let own = ["start", "stop"].iter().any(|key| stimulus.params.contains_key(*key));
        if !own && dice.chance(0.2) {
            stimulus.params.insert("start".to_owned(), steps(1 + dice.below(20)));
            if dice.chance(0.5) {
                stimulus.params.insert("stop".to_owned(), steps(60 + dice.below(80)));
            }
        }
        stimulus
    }

    /// How many neurons it acts on, and which, where it is not all.
    fn neurons(&self, dice: &mut Dice) -> (u32, Option<Vec<u32>>) {
        let first = if dice.chance(0.7) { 0 } else { dice.below(self.cells.size) };
        (self.cells.size - first, (first > 0).then(|| (first..self.cells.size).collect()))
    }

    /// \[Hz\] Events in five to thirty of a hundred steps.
    fn rates(&self) -> [f64; 2] {
        [50.0 / self.dt, 300.0 / self.dt]
    }

    fn events(&self, dice: &mut Dice) -> Stimulus {
        let Cells { name, cell, inlets, .. } = self.cells;
        let (n, neurons) = self.neurons(dice);
        let inlet = &inlets[dice.below(inlets.len() as u32) as usize];
        let port = (cell.reads_rates() || dice.chance(0.6)).then_some(inlet);
        let (unit, size) = port.map_or(("mV", cell.mv), |inlet| (inlet.unit, inlet.weight));
        let weights = [size, 2.0 * size];
        let weight = dice.value(n, weights, unit);
        let rate = |dice: &mut Dice, range: [f64; 2]| Typed::<Frequency>::from(dice.numbers(1, range)[0].hz());
        let [low, high] = self.rates();
        let mut stimulus: Stimulus = match dice.below(EVENTS) {
            0 => PoissonSpikes::new(name, rate(dice, [low, high]), weight).into(),
            1 => {
                let sampler = dice.pick(&Sampler::ALL).1;
                let weight = dice.value(n, weights.map(|size| 0.4 * size), unit);
                let sources = dice.pick(&[1, 40, 400]);
                let each = rate(dice, [low, high].map(|rate| 2.0 * rate / f64::from(sources)));
                PoissonInput::new(name, sources, each, weight).sampler(sampler).into()
            }
            2 => PoissonEncoder::new(name, rate(dice, [low, high]), weight).into(),
            3 => {
                let shape = if dice.chance(0.5) { vec![70] } else { vec![20, n as usize] };
                let rates = dice.array(&shape, [0.0, high], "Hz");
                PoissonEncoder::trace(name, rates, weight).into()
            }
            4 => {
                let spikes = (0..dice.below(60))
                    .map(|_| (dice.below(self.cells.size), (self.dt * f64::from(dice.below(130))).ms()));
                let spikes: Vec<_> = spikes.collect();
                SpikeTimes::new(name, spikes, dice.quantity(weights, unit)).into()
            }
            _ => {
                let input = dice.array(&[50, 2], [0.0, 0.5], "1");
                let weight = dice.array(&[2, n as usize], [0.0, 0.5 * size], unit);
                Dense::new(name, input, weight).into()
            }
        };
        stimulus.port = port.map(|inlet| inlet.name.to_owned());
        // Given spikes have theirs.
        stimulus.neurons = stimulus.neurons.or(neurons);
        stimulus
    }

    fn current(&self, dice: &mut Dice) -> Stimulus {
        let (n, neurons) = self.neurons(dice);
        let Cells { name, cell, .. } = self.cells;
        let most = 3.0 * cell.ma;
        let current = |dice: &mut Dice, size: f64| dice.value(n, [0.1 * size, size], "mA");
        let ms = |steps: f64| (steps * self.dt).ms();
        let model = |kind: &str| StimulusModel::new(name, kind);
        let stimulus: Stimulus = match dice.below(CURRENTS) {
            0 => {
                let numbers = dice.numbers(n as usize, [0.0, most]);
                let each = Typed::<ElectricCurrent>::array(numbers, "mA").expect("it is a current");
                Current::new(name, each).into()
            }
            1 => Current::new(name, (0.6 * most).ma()).into(),
            2 => {
                let shape = if dice.chance(0.5) { vec![90] } else { vec![20, n as usize] };
                Current::trace(name, dice.array(&shape, [0.0, most], "mA")).into()
            }
            3 => {
                let step = model("current_step").param("amplitude", current(dice, most));
                step.param("start", ms(9.0)).param("stop", ms(f64::from(10 + dice.below(100)))).into()
            }
            4 => {
                let ramp = model("current_ramp").param("at_start", current(dice, most)).param("at_stop", 0.0.ma());
                ramp.param("start", ms(4.0)).param("stop", ms(f64::from(5 + dice.below(100)))).into()
            }
            5 => {
                let sine = model("current_sine").param("amplitude", current(dice, most)).param("phase", 0.5);
                sine.param("frequency", dice.quantity([20.0, 200.0], "Hz")).param("offset", (0.2 * most).ma()).into()
            }
            6 => {
                let noise = model("ornstein_uhlenbeck").param("sigma", current(dice, 0.5 * most));
                noise.param("mean", (0.3 * most).ma()).param("tau", dice.value(n, [0.5, 5.0], "ms")).into()
            }
            _ => {
                let noise = model("white_noise").param("sigma", current(dice, most)).param("mean", (0.3 * most).ma());
                noise.param("every", ms(f64::from(dice.below(5)))).into()
            }
        };
        Stimulus { neurons, ..stimulus }
    }
}
