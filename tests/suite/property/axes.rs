//! What a case is made of, counted, so that it shows whether everything was drawn.

use super::case::Case;
use super::check::Seen;
use super::draw::is_graded;
use neuropil::model::{ModelKind, catalogue};
use neuropil::network::{
    ItemWiring, Kernel, Layout, Mask, Network, Precision, Projection, Rule, StimulusKind, Storage, Value,
};
use neuropil::sim::Schedule;
use std::collections::BTreeMap;

/// What must be drawn beside all models: an axis, and what there is to choose on it.
const CHOICES: [(&str, &[&str]); 19] = [
    (
        "rule",
        &[
            "all_to_all",
            "one_to_one",
            "pairwise_bernoulli",
            "fixed_indegree",
            "fixed_outdegree",
            "fixed_total_number",
            "list",
        ],
    ),
    ("pairs", &["without autapses", "without multapses", "symmetric", "of parts"]),
    ("distance", &["gaussian", "exponential", "box", "circular", "doughnut", "rectangular", "mask alone"]),
    ("positions", &["grid", "random", "given", "periodic"]),
    ("weight", &["one", "drawn", "array", "initialiser", "inhibiting"]),
    ("delay", &["none", "one", "drawn", "array", "by distance"]),
    ("parameter", &["one", "drawn", "array", "choice"]),
    ("initial value", &["one", "drawn", "array"]),
    ("storage", &["stored", "procedural"]),
    ("precision", &["compact", "exact"]),
    ("port", &["onto", "without synapse"]),
    (
        "graded",
        &[
            "onto a synapse",
            "without synapse",
            "onto coba",
            "onto mg_block",
            "onto cuba",
            "onto delta",
            "onto sum",
            "one weight of all",
            "dense",
            "listed",
            "without delay",
            "delays",
            "of parts",
            "by items",
        ],
    ),
    ("gap_junction", &["within", "between", "symmetric", "dense", "listed", "of parts", "by items"]),
    ("stimulus", &["into a port", "without port", "of some neurons", "for some time"]),
    ("record", &["none", "spikes of some", "variables", "of a projection", "now and then"]),
    ("items", &["one", "seeds", "values", "shared wiring", "own wiring"]),
    ("until", &["rate", "spikes", "reached"]),
    (
        "execution",
        &["usual", "windowed", "direct", "resident", "workgroup", "threads", "blocks", "bindings", "in runs"],
    ),
    ("window", &["one step", "some steps"]),
];

/// How often each choice was made.
#[derive(Default)]
pub struct Axes(BTreeMap<(String, String), usize>);

impl Axes {
    pub fn of<'a>(cases: impl IntoIterator<Item = &'a (Case, Seen)>) -> Self {
        let mut axes = Self::default();
        cases.into_iter().for_each(|(case, seen)| axes.case(case, seen));
        axes
    }

    /// What there is and was never drawn. Without a device nothing has a schedule.
    pub fn missing(&self) -> Vec<String> {
        let catalogue = catalogue().expect("the catalogue is sound").iter();
        let models = catalogue.map(|model| (model.kind.to_string(), model.name().to_owned()));
        let others =
            CHOICES.iter().flat_map(|(axis, choices)| choices.iter().map(|of| ((*axis).to_owned(), (*of).to_owned())));
        models
            .chain(others)
            .filter(|choice| !self.0.contains_key(choice))
            .map(|(axis, choice)| format!("{axis} {choice}"))
            .collect()
    }

    pub fn print(&self) {
        self.0.iter().for_each(|((axis, choice), count)| println!("{axis} {choice}: {count}"));
    }

    fn add(&mut self, axis: impl ToString, choice: impl ToString) {
        *self.0.entry((axis.to_string(), choice.to_string())).or_default() += 1;
    }

    fn when(&mut self, holds: bool, axis: &str, choice: &str) {
        if holds {
            self.add(axis, choice);
        }
    }

    fn case(&mut self, Case { network, items, how }: &Case, seen: &Seen) {
        self.populations(network);
        network.projections.iter().for_each(|projection| self.projection(projection));
        network.projections.iter().for_each(|projection| self.gathered(network, projection));
        for path in items.iter().flatten().filter_map(|(path, _)| path.strip_prefix("projection[")) {
            let number = path.strip_suffix("].weight").and_then(|number| number.parse::<usize>().ok());
            let projection = number.map(|number| &network.projections[number]);
            self.when(projection.is_some_and(is_graded), "graded", "by items");
            self.when(projection.is_some_and(Projection::is_gap_junction), "gap_junction", "by items");
        }
        self.stimuli(network);
        self.records(network);
        let several = items.len() > 1;
        let values = items.iter().any(|values| !values.is_empty());
        self.add(
            "items",
            if !several {
                "one"
            } else if values {
                "values"
            } else {
                "seeds"
            },
        );
        self.when(several && network.wiring == ItemWiring::Shared, "items", "shared wiring");
        self.when(several && network.wiring == ItemWiring::Own, "items", "own wiring");
        network.until.iter().for_each(|until| self.add("until", until.measure.word()));
        self.when(seen.stopped, "until", "reached");
        let schedule = Schedule::ALL.iter().find(|(schedule, _)| how.schedule == Some(*schedule));
        self.when(seen.scheduled, "execution", schedule.map_or("usual", |(_, name)| name));
        self.when(how.workgroup.is_some(), "execution", "workgroup");
        self.when(how.threads.is_some(), "execution", "threads");
        self.when(how.block_bits.is_some(), "execution", "blocks");
        self.when(how.binding.is_some(), "execution", "bindings");
        self.when(how.runs.len() > 1, "execution", "in runs");
        self.add("window", if seen.window == 1 { "one step" } else { "some steps" });
    }

    fn populations(&mut self, network: &Network) {
        for population in &network.populations {
            self.add(ModelKind::Neuron, &population.model);
            let ports = population.ports.values();
            let parts = ports.clone().flat_map(|port| port.synapse.iter().chain([&port.output]));
            let params = parts.flat_map(|part| part.params.values()).chain(population.params.values());
            params.for_each(|value| self.value("parameter", value));
            population.init.values().for_each(|value| self.value("initial value", value));
            for port in ports {
                port.synapse.iter().for_each(|part| self.add(ModelKind::Synapse, &part.model));
                self.add(ModelKind::Output, &port.output.model);
                self.when(port.output.params.contains_key("onto"), "port", "onto");
                self.when(port.synapse.is_none(), "port", "without synapse");
            }
            if let Some(positions) = &population.positions {
                let layout = match positions.layout {
                    Layout::Grid(_) => "grid",
                    Layout::Random => "random",
                    Layout::Given(_) => "given",
                };
                self.add("positions", layout);
                self.when(positions.periodic, "positions", "periodic");
            }
        }
    }

    fn value(&mut self, axis: &str, value: &Value) {
        let choice = match value {
            Value::Constant(quantity) if axis == "delay" && quantity.value() == 0.0 => "none",
            Value::Constant(_) => "one",
            Value::Drawn(_) => "drawn",
            Value::Array(_) => "array",
            Value::Initialised(_) => "initialiser",
            Value::Conducted(_) => "by distance",
            Value::Choice(_) => "choice",
        };
        self.add(axis, choice);
    }

    fn projection(&mut self, projection: &Projection) {
        let Projection { connect, pre, post, weight, delay, storage, precision, model, .. } = projection;
        let rule = match connect.rule {
            Rule::AllToAll => "all_to_all",
            Rule::OneToOne => "one_to_one",
            Rule::PairwiseBernoulli(_) => "pairwise_bernoulli",
            Rule::FixedIndegree(_) => "fixed_indegree",
            Rule::FixedOutdegree(_) => "fixed_outdegree",
            Rule::FixedTotalNumber(_) => "fixed_total_number",
            Rule::List(_) => "list",
        };
        self.add("rule", rule);
        self.when(!connect.autapses, "pairs", "without autapses");
        self.when(!connect.multapses, "pairs", "without multapses");
        self.when(connect.symmetric, "pairs", "symmetric");
        self.when(pre.neurons.is_some() || post.neurons.is_some(), "pairs", "of parts");
        if let Some(kernel) = &connect.kernel {
            let kernel = match kernel {
                Kernel::Gaussian(_) => "gaussian",
                Kernel::Exponential(_) => "exponential",
                Kernel::Box(_) => "box",
            };
            self.add("distance", kernel);
        }
        if let Some(mask) = &connect.mask {
            let mask = match mask {
                Mask::Circular(_) => "circular",
                Mask::Doughnut(_) => "doughnut",
                Mask::Rectangular(_) => "rectangular",
            };
            self.add("distance", mask);
            self.when(connect.kernel.is_none(), "distance", "mask alone");
        }
        self.value("weight", weight);
        let one = super::shrink::one(weight);
        self.when(one.is_some_and(|one| one.value() < 0.0), "weight", "inhibiting");
        if !projection.is_gap_junction() {
            self.value("delay", delay);
        }
        self.add("storage", if *storage == Storage::Stored { "stored" } else { "procedural" });
        if let Some(precision) = precision {
            self.add("precision", if *precision == Precision::Compact { "compact" } else { "exact" });
        }
        if let Some(model) = model.as_ref().filter(|_| !projection.is_gap_junction()) {
            self.add(ModelKind::Projection, &model.model);
            model.params.values().for_each(|value| self.value("parameter", value));
        }
    }

    /// What targets take from their sources in each step.
    fn gathered(&mut self, network: &Network, projection: &Projection) {
        let Projection { connect, pre, post, port, weight, delay, .. } = projection;
        let axis = match (is_graded(projection), projection.is_gap_junction()) {
            (true, _) => "graded",
            (_, true) => "gap_junction",
            _ => return,
        };
        let kept = match (&connect.rule, weight, delay) {
            (Rule::AllToAll, Value::Constant(_), Value::Constant(_)) => "one weight of all",
            (Rule::AllToAll, _, Value::Constant(_)) => "dense",
            _ => "listed",
        };
        self.add(axis, kept);
        self.when(pre.neurons.is_some() || post.neurons.is_some(), axis, "of parts");
        self.when(connect.symmetric, axis, "symmetric");
        self.add(axis, if pre.population == post.population { "within" } else { "between" });
        let population = network.populations.iter().find(|population| population.name == post.population);
        if let Some(port) = population.and_then(|population| population.ports.get(port)) {
            self.add(axis, format!("onto {}", port.output.model));
            self.add(axis, if port.synapse.is_some() { "onto a synapse" } else { "without synapse" });
            let none = matches!(delay, Value::Constant(delay) if delay.value() == 0.0);
            self.add(axis, if none { "without delay" } else { "delays" });
        }
    }

    fn stimuli(&mut self, network: &Network) {
        for stimulus in &network.stimuli {
            let trace = stimulus.params.contains_key("trace");
            let kind = match &stimulus.kind {
                StimulusKind::Current if trace => "trace".into(),
                kind => kind.name(),
            };
            self.add(ModelKind::Stimulus, kind);
            self.add("stimulus", if stimulus.port.is_some() { "into a port" } else { "without port" });
            let population = network.populations.iter().find(|population| population.name == stimulus.target);
            let some = |neurons: &Vec<u32>| population.is_some_and(|all| neurons.len() < all.size as usize);
            self.when(stimulus.neurons.as_ref().is_some_and(some), "stimulus", "of some neurons");
            self.when(stimulus.params.contains_key("start"), "stimulus", "for some time");
        }
    }

    fn records(&mut self, network: &Network) {
        self.when(network.records.is_empty(), "record", "none");
        for record in &network.records {
            let spikes = record.what.iter().any(|what| what == "spikes");
            self.when(spikes, "record", "spikes of some");
            self.when(!spikes, "record", "variables");
            self.when(record.projection.is_some(), "record", "of a projection");
            self.when(record.every.is_some() || record.start.is_some(), "record", "now and then");
        }
    }
}
