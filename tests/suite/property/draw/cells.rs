//! Populations: a neuron of each model, with parameters with which it lives and spikes.

use super::ports::{self, Inlet};
use crate::property::dice::Dice;
use neuropil::network::{Network, Neuron, Population, Positions, Value};
use neuropil::units::Literal;

/// A neuron of the catalogue.
pub struct Cell {
    model: &'static str,
    /// \[mV\] A jump that brings it near its threshold, or over it; none without unit, of a readout of rates.
    pub mv: f64,
    /// \[mA\] A current that does; 0 where it hears no currents.
    pub ma: f64,
    /// \[mV\] Where it rests, if its V may begin elsewhere.
    rest: Option<f64>,
    /// Another variable on which events may act.
    pub onto: Option<&'static str>,
    /// Parameters that may be others than the defaults: name, range, unit.
    params: &'static [(&'static str, [f64; 2], &'static str)],
    /// Has it two ways to reset?
    resets: bool,
}

const LEAKY: [(&str, [f64; 2], &str); 3] =
    [("tau", [5.0, 25.0], "ms"), ("r", [0.8, 1.2], "ohm"), ("v_th", [3.0, 6.0], "mV")];
const PLAIN: Cell = Cell { model: "if", mv: 2.0, ma: 2.0, rest: Some(0.0), onto: None, params: &LEAKY, resets: true };

static CELLS: [Cell; 14] = [
    PLAIN,
    Cell { model: "lif", params: &[LEAKY[0], LEAKY[1], LEAKY[2], ("v_reset", [-1.0, 0.0], "mV")], ..PLAIN },
    Cell { model: "lif_ref", params: &[LEAKY[0], LEAKY[1], LEAKY[2], ("tau_ref", [0.0, 3.0], "ms")], ..PLAIN },
    Cell { model: "alif", params: &[LEAKY[0], ("v_th", [2.0, 4.0], "mV"), ("tau_a", [20.0, 60.0], "ms")], ..PLAIN },
    Cell {
        model: "izhikevich",
        mv: 5.0,
        ma: 5.0,
        rest: Some(-65.0),
        onto: Some("u"),
        params: &[("a", [0.02, 0.1], "1/ms"), ("d", [2.0, 8.0], "mV"), ("c", [-65.0, -55.0], "mV")],
        resets: false,
    },
    Cell {
        model: "adex",
        mv: 6.0,
        ma: 5e-7,
        rest: Some(-70.6),
        onto: None,
        params: &[("tau_w", [50.0, 200.0], "ms"), ("b", [20.0, 80.0], "pA"), ("tau_ref", [0.0, 2.0], "ms")],
        resets: false,
    },
    Cell {
        model: "exp_if",
        mv: 6.0,
        ma: 8.0,
        rest: Some(-65.0),
        onto: None,
        params: &[("tau", [5.0, 20.0], "ms"), ("delta_t", [2.0, 4.0], "mV"), ("tau_ref", [0.0, 2.0], "ms")],
        resets: false,
    },
    Cell {
        model: "quadratic_if",
        mv: 6.0,
        ma: 4.0,
        rest: Some(-65.0),
        onto: None,
        params: &[("tau", [5.0, 20.0], "ms"), ("v_c", [-55.0, -50.0], "mV"), ("tau_ref", [0.0, 2.0], "ms")],
        resets: false,
    },
    Cell {
        model: "lif_syn",
        mv: 3.0,
        ma: 3.0,
        rest: Some(-52.0),
        onto: Some("g"),
        params: &[("tau_m", [5.0, 25.0], "ms"), ("tau_s", [2.0, 8.0], "ms"), ("t_ref", [0.0, 3.0], "ms")],
        resets: false,
    },
    Cell {
        model: "iaf_psc_exp",
        mv: 5.0,
        ma: 3e-7,
        rest: Some(-70.0),
        onto: None,
        // `psc_exp` must know tau_m.
        params: &[("c_m", [150.0, 300.0], "pF"), ("t_ref", [0.0, 3.0], "ms"), ("i_e", [0.0, 300.0], "pA")],
        resets: false,
    },
    Cell {
        model: "hodgkin_huxley",
        mv: 10.0,
        ma: 3e-7,
        rest: Some(-65.0),
        onto: None,
        params: &[("c", [80.0, 120.0], "pF"), ("g_k", [3000.0, 4000.0], "nS")],
        resets: false,
    },
    Cell { model: "spike_source", ma: 0.0, rest: None, params: &[("v_th", [0.5, 1.0], "mV")], resets: false, ..PLAIN },
    Cell { model: "leaky_rate_readout", ma: 0.0, rest: None, params: &[LEAKY[0]], resets: false, ..PLAIN },
    Cell { model: "leaky_spike_readout", mv: 20.0, ma: 1.0, params: &[LEAKY[0], ("v_th", [0.5, 1.0], "mV")], ..PLAIN },
];

impl Cell {
    /// Is it a readout of rates, which has no V and never spikes?
    pub fn reads_rates(&self) -> bool {
        self.model == "leaky_rate_readout"
    }

    pub fn knows_psc_exp(&self) -> bool {
        self.model == "iaf_psc_exp"
    }

    fn neuron(&self, size: u32, dice: &mut Dice) -> Neuron {
        let mut neuron = Neuron::from(self.model);
        for (name, range, unit) in self.params {
            if dice.chance(0.5) {
                neuron = neuron.param(*name, dice.value(size, *range, unit));
            }
        }
        // Of the plain ones the threshold is 1 mV, which nearly every event would reach.
        let plain = self.params.iter().find(|param| param.0 == "v_th" && self.mv < 20.0);
        if let Some((_, range, unit)) = plain.filter(|_| !neuron.params.contains_key("v_th")) {
            neuron = neuron.param("v_th", dice.quantity(*range, unit));
        }
        if self.resets && dice.chance(0.5) {
            neuron = neuron.param("reset", Value::choice(dice.pick(&["soft", "hard"])));
        }
        neuron
    }
}

/// A population as others see it.
pub struct Cells {
    pub name: String,
    pub size: u32,
    pub cell: &'static Cell,
    pub inlets: Vec<Inlet>,
}

/// Where the neurons of a network may be, as all its populations have it.
struct Space {
    dimensions: usize,
    periodic: bool,
}

pub fn draw(net: &mut Network, dice: &mut Dice) -> Vec<Cells> {
    let space = dice.chance(0.6).then(|| Space { dimensions: 1 + dice.below(3) as usize, periodic: dice.chance(0.5) });
    let mut all: Vec<Cells> = Vec::new();
    for index in 0..1 + dice.below(4) {
        let size = dice.pick(&[1, 2, 7, 16, 17, 33, 60, 80, 100]);
        // Often as one before, with which it is computed: a kernel of its own takes a second to compile.
        let like = (index > 1 || index > 0 && dice.chance(0.5)).then(|| dice.below(index) as usize);
        let cell = like.map_or_else(|| &CELLS[dice.below(CELLS.len() as u32) as usize], |like| all[like].cell);
        let name = format!("p{index}");
        let mut population = Population::new(&name, size, cell.neuron(size, dice));
        let inlets = match like {
            Some(like) => {
                let ports = &net.populations[like].ports;
                population.ports = ports.clone().into_iter().map(|(name, port)| (name, ports::alike(port))).collect();
                all[like].inlets.clone()
            }
            None => ports::draw(&mut population, cell, dice),
        };
        if let Some(rest) = cell.rest.filter(|_| dice.chance(0.5)) {
            population = population.init("v", dice.value(size, [rest, rest + cell.mv], "mV"));
        }
        if let Some(space) = &space {
            population = population.positions(positions(space, size, dice));
        }
        net.add(population);
        all.push(Cells { name, size, cell, inlets });
    }
    all
}

fn positions(Space { dimensions, periodic }: &Space, size: u32, dice: &mut Dice) -> Positions {
    let extent = || [1.0.mm(), 0.5.mm(), 0.3.mm()].into_iter().take(*dimensions);
    let positions = match dice.below(3) {
        0 => Positions::grid([1, 1].into_iter().take(dimensions - 1).chain([size]), extent()),
        1 => Positions::random(extent()),
        _ => {
            let shape = [size as usize, *dimensions];
            Positions::given(dice.array(&shape, [-0.15, 0.15], "mm")).extent(extent())
        }
    };
    if *periodic { positions.periodic() } else { positions }
}
