//! Projections whose targets gather what their sources give in each step: graded ones, and gap junctions.

use super::cells::Cells;
use super::ports::Inlet;
use super::projections::{Drawn, Pairs, Parameters, RULES, model, weight, whole};
use crate::property::dice::{Dice, named};
use neuropil::model::{ModelKind, find};
use neuropil::network::{Connect, End, GAP_JUNCTION, Network, Part, Projection, Storage, Value};
use neuropil::units::Quantity;

/// What sources give.
const GRADED: [Parameters; 3] = [
    ("ampa", &[("alpha", [0.5, 1.5], "1/(ms*mM)"), ("beta", [0.1, 0.3], "1/ms"), T, ("t_dur", [0.2, 2.0], "ms")]),
    ("gabaa", &[("alpha", [0.3, 0.9], "1/(ms*mM)"), ("beta", [0.1, 0.3], "1/ms"), T, ("t_dur", [0.3, 3.0], "ms")]),
    (
        "bio_nmda",
        &[
            ("alpha1", [1.0, 3.0], "1/ms"),
            ("beta1", [0.01, 0.1], "1/ms"),
            ("alpha2", [0.5, 2.0], "1/(ms*mM)"),
            ("beta2", [0.3, 0.8], "1/ms"),
            T,
            ("t_dur", [0.2, 2.0], "ms"),
        ],
    ),
];
const T: (&str, [f64; 2], &str) = ("t", [0.4, 1.2], "mM");

pub fn draw(net: &mut Network, cells: &[Cells], dt: f64, dice: &mut Dice) {
    let of = |keep: &dyn Fn(&Cells) -> bool| -> Vec<u32> {
        (0..).zip(cells).filter(|(_, cells)| keep(cells)).map(|(index, _)| index).collect()
    };
    let spiking = of(&|cells| !cells.cell.reads_rates());
    for index in 0..if spiking.is_empty() { 0 } else { dice.pick(&[0, 0, 1, 1, 2, 3]) } {
        let (pre, post) = (dice.pick(&spiking), dice.below(cells.len() as u32));
        let projection = Drawn { cells, dt, pre, post }.graded(net, index, dice);
        net.projections.push(projection);
    }
    // With them the window is one step.
    let coupled = of(&|cells| cells.cell.ma > 0.0 && has_v(net, &cells.name));
    for _ in 0..if coupled.is_empty() || dice.chance(0.75) { 0 } else { 1 + dice.below(2) } {
        let (pre, post) = (dice.pick(&coupled), dice.pick(&coupled));
        let post = if dice.chance(0.4) { pre } else { post };
        let projection = Drawn { cells, dt, pre, post }.gap_junctions(net, dice);
        net.projections.push(projection);
    }
}

/// Does it bring a value in each step, and no spikes?
pub fn is_graded(projection: &Projection) -> bool {
    let named = |part: &Part| find(ModelKind::Projection, &part.model.to_string()).expect("the catalogue is sound");
    projection.model.as_ref().and_then(named).is_some_and(|model| model.is_graded())
}

fn has_v(net: &Network, name: &str) -> bool {
    let population = net.populations.iter().find(|population| population.name == name).expect("it was drawn");
    let model = find(ModelKind::Neuron, &population.model.to_string()).expect("the catalogue is sound");
    model.is_some_and(|model| model.variable("v").is_some())
}

impl Drawn<'_> {
    fn graded(&self, net: &Network, index: u32, dice: &mut Dice) -> Projection {
        // Those between all are kept in two ways of their own.
        let rule = if dice.chance(0.4) { 0 } else { dice.below(RULES) };
        let Pairs { ends: [pre, post], sizes, connect, synapses, onto_each } = self.pairs(rule, net, dice);
        let Cells { inlets, .. } = &self.cells[self.post as usize];
        let inlet = &inlets[dice.below(inlets.len() as u32) as usize];
        let filtered = net.populations[self.post as usize].ports[inlet.name].synapse.is_some();
        // What comes in each step adds up in V, and in synapses.
        let part = match (filtered, inlet.unit) {
            (true, _) => 0.05,
            (false, "mV") => 0.1,
            (false, _) => 0.6,
        };
        let weight = weight(inlet, part * inlet.weight / onto_each.max(1.0), &connect, sizes, synapses, dice);
        let delay = self.delay(synapses, net.populations[0].positions.is_some(), connect.symmetric, dice);
        Projection {
            name: dice.chance(0.7).then(|| format!("g{index}")),
            pre,
            post,
            port: inlet.name.to_owned(),
            model: Some(model(&GRADED, sizes[0], dice)),
            ..of(connect, weight, delay)
        }
    }

    fn gap_junctions(&self, net: &Network, dice: &mut Dice) -> Projection {
        let mut pairs = self.pairs(dice.below(RULES), net, dice);
        let post = &self.cells[self.post as usize];
        if self.pre == self.post {
            // No neuron has one with itself: rules that count, and parts that share neurons, do not go by that.
            let chance = [0.2, 0.5][dice.below(2) as usize];
            pairs = Pairs {
                ends: [whole(post), whole(post)],
                sizes: [post.size; 2],
                connect: Connect::pairwise_bernoulli(chance).symmetric(dice.chance(0.5)),
                synapses: None,
                onto_each: chance * f64::from(post.size),
            };
        }
        let Pairs { ends: [pre, post_end], sizes, connect, synapses, onto_each } = pairs;
        let cell = post.cell;
        let junction = Inlet { name: "", unit: "mS", weight: 200.0 * cell.ma / cell.mv, positive: true };
        let weight = weight(&junction, junction.weight / onto_each.max(1.0), &connect, sizes, synapses, dice);
        let no_delay = Quantity::new(0.0, &named("ms"));
        Projection { pre, post: post_end, model: Some(Part::new(GAP_JUNCTION)), ..of(connect, weight, no_delay.into()) }
    }
}

/// A projection that says nothing of how its synapses are kept.
fn of(connect: Connect, weight: Value, delay: Value) -> Projection {
    Projection {
        name: None,
        pre: End::from(""),
        post: End::from(""),
        port: String::new(),
        connect,
        weight,
        delay,
        precision: None,
        storage: Storage::Stored,
        model: None,
    }
}
