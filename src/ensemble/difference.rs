//! What two networks differ in that items of a batch cannot.

use crate::Error;
use crate::network::{
    ItemWiring, Model, Network, Part, Population, Projection, Record, Running, Stimulus, Value, kinds,
};
use crate::plan::acts_by;

/// What is legal wherever items must not differ.
const SAME: &str =
    "the same in all items, which may differ in seeds, parameters, initial values, stimuli and constant weights";

/// What is legal of what items may differ in that have wirings of their own.
const OWN: &str = "the same in all items, which may differ in seeds, parameters, initial values, stimuli and constant weights, or \
                   wiring = \"own\" in each";

/// Of how long a value people read.
const SHOWN: usize = 60;

/// The first difference that is more than values.
#[derive(Debug)]
pub(crate) struct Difference {
    /// Its path, with numbers of projections and stimuli.
    path: String,
    /// What the first network has there, and what the other.
    values: [String; 2],
    legal: &'static str,
}

impl Difference {
    fn new(path: impl Into<String>, values: [String; 2]) -> Self {
        Self { path: path.into(), values, legal: SAME }
    }

    /// As an error of an item, with names in place of numbers.
    pub(crate) fn refused(self, first: &Network, item: usize) -> Error {
        let Self { path, values, legal } = self;
        let [of_first, own] = values.map(|value| match value.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{}…", &value[..end]),
            None => value,
        });
        let problem = format!("is {own}, but {of_first} in item 0");
        match first.with_names(Error::field(path, problem, legal)) {
            Error::Field { field, problem, legal, .. } => {
                Error::request(format!("item {item}: {field}"), problem, legal)
            }
            other => other,
        }
    }
}

/// Two networks that are held against each other.
struct Two<'n> {
    first: &'n Network,
    other: &'n Network,
}

/// The first thing that is not the same in two networks, and not a value that items may have of their own.
pub(super) fn difference(first: &Network, other: &Network) -> Option<Difference> {
    let two = Two { first, other };
    two.head()
        .or_else(|| two.populations())
        .or_else(|| two.projections())
        .or_else(|| two.stimuli())
        .or_else(|| two.records())
}

/// The same, of the one element that has changed.
pub(crate) fn difference_at(first: &Network, other: &Network, at: &Running) -> Option<Difference> {
    let two = Two { first, other };
    match *at {
        Running::Population(index) => two.population(&first.populations[index], &other.populations[index]),
        Running::Stimulus(index) => {
            let index = index as usize;
            two.stimulus(index, &first.stimuli[index], &other.stimuli[index])
        }
        Running::Weight(index) | Running::Source(index) => {
            two.projection(index, &first.projections[index], &other.projections[index])
        }
    }
}

impl Two<'_> {
    /// The values at a path, where something is not the same.
    fn unless(&self, same: bool, path: impl FnOnce() -> String) -> Option<Difference> {
        if same {
            return None;
        }
        let path = path();
        let shown = |network: &Network| network.get(&path).map_or_else(|_| "not given".to_owned(), |it| it.to_string());
        let values = [self.first, self.other].map(shown);
        Some(Difference::new(path, values))
    }

    /// Has each item synapses of its own?
    fn own_wirings(&self) -> bool {
        [self.first, self.other].iter().all(|network| network.wiring == ItemWiring::Own)
    }

    /// How many elements there are, where they are not as many.
    fn lengths(list: &str, lengths: [usize; 2]) -> Option<Difference> {
        let [first, other] = lengths;
        (first != other).then(|| Difference::new(list, [first, other].map(|length| format!("a list of {length}"))))
    }

    fn head(&self) -> Option<Difference> {
        let Self { first, other } = self;
        let seeds = [first, other].map(|network| *network.seed_of_wiring());
        let wiring = || Difference {
            legal: "one wiring seed in all items, as `wiring_seed` sets it beside their own seeds, or wiring = \"own\" in each",
            ..Difference::new("wiring_seed", seeds.map(|seed| seed.to_string()))
        };
        self.unless(first.dt == other.dt, || "dt".to_owned())
            .or_else(|| self.unless(first.duration == other.duration, || "duration".to_owned()))
            .or_else(|| self.unless(first.until == other.until, || "until".to_owned()))
            .or_else(|| self.unless(first.wiring == other.wiring, || "wiring".to_owned()))
            .or_else(|| (seeds[0] != seeds[1] && !self.own_wirings()).then(wiring))
    }

    fn populations(&self) -> Option<Difference> {
        let [first, other] = [&self.first.populations, &self.other.populations];
        let of_list = Self::lengths("population", [first.len(), other.len()]);
        of_list.or_else(|| (0..first.len()).find_map(|index| self.population(&first[index], &other[index])))
    }

    fn population(&self, first: &Population, other: &Population) -> Option<Difference> {
        let Population { name, size, model, params: _, init: _, ports, positions } = other;
        let at = |key: &str| format!("population[{}].{key}", first.name);
        let names = |population: &Population| {
            let names: Vec<_> = population.ports.keys().cloned().collect();
            if names.is_empty() { "none".to_owned() } else { names.join(", ") }
        };
        let port_names = || Difference::new(at("ports"), [names(first), names(other)]);
        self.unless(first.name == *name, || at("name"))
            .or_else(|| self.unless(first.size == *size, || at("size")))
            .or_else(|| self.unless(first.model == *model, || at("model")))
            .or_else(|| self.unless(first.positions == *positions, || at("positions")))
            .or_else(|| (!first.ports.keys().eq(ports.keys())).then(port_names))
            .or_else(|| {
                let mut pairs = first.ports.iter().zip(ports.values());
                pairs.find_map(|((name, first), other)| {
                    self.unless(kinds(first) == kinds(other), || at(&format!("ports.{name}")))
                })
            })
    }

    fn projections(&self) -> Option<Difference> {
        let [first, other] = [&self.first.projections, &self.other.projections];
        let of_list = Self::lengths("projection", [first.len(), other.len()]);
        of_list.or_else(|| (0..first.len()).find_map(|index| self.projection(index, &first[index], &other[index])))
    }

    fn projection(&self, index: usize, first: &Projection, other: &Projection) -> Option<Difference> {
        let Projection { name, pre, post, port, connect, weight, delay, precision, storage, model } = other;
        let same = [
            (first.name == *name, "name"),
            (first.pre == *pre, "pre"),
            (first.post == *post, "post"),
            (first.port == *port, "port"),
            (of_model(first.model.as_ref()) == of_model(model.as_ref()), "model"),
        ];
        let of_rows = [
            (first.connect == *connect, "connect"),
            (first.weight == *weight || constant(&first.weight) && constant(weight), "weight"),
            (first.delay == *delay, "delay"),
            (first.precision == *precision, "weights"),
            (first.storage == *storage, "storage"),
        ];
        let unless = |(same, key)| self.unless(same, || format!("projection[{index}].{key}"));
        let of_rows = of_rows.into_iter().filter(|_| !self.own_wirings());
        let of_rows = || of_rows.filter_map(unless).map(|found| Difference { legal: OWN, ..found }).next();
        same.into_iter().find_map(unless).or_else(of_rows)
    }

    fn stimuli(&self) -> Option<Difference> {
        let [first, other] = [&self.first.stimuli, &self.other.stimuli];
        let of_list = Self::lengths("stimulus", [first.len(), other.len()]);
        of_list.or_else(|| (0..first.len()).find_map(|index| self.stimulus(index, &first[index], &other[index])))
    }

    fn stimulus(&self, index: usize, first: &Stimulus, other: &Stimulus) -> Option<Difference> {
        let Stimulus { name, target, neurons: _, kind, port, params } = other;
        let same = [
            (first.name == *name, "name"),
            (first.kind == *kind, "kind"),
            (first.target == *target, "target"),
            (first.port == *port, "port"),
        ];
        // When a stimulus acts is decided once for all; its model may mean something else by these words.
        let mut windows = ["start", "stop"].into_iter().filter(|key| acts_by(other, key));
        let of_window = windows.find_map(|key| {
            self.unless(first.params.get(key) == params.get(key), || format!("stimulus[{index}].{key}"))
        });
        let keys = |stimulus: &Stimulus| stimulus.params.keys().cloned().collect::<Vec<_>>().join(", ");
        // What keys there are decides how such a stimulus is computed.
        let keyed = kind.declaration().is_some() && !first.params.keys().eq(params.keys());
        let of_keys =
            || Difference::new(format!("stimulus[{index}]"), [first, other].map(|it| format!("told {}", keys(it))));
        let found = same.into_iter().find_map(|(same, key)| self.unless(same, || format!("stimulus[{index}].{key}")));
        found.or(of_window).or_else(|| keyed.then(of_keys))
    }

    fn records(&self) -> Option<Difference> {
        let [first, other] = [&self.first.records, &self.other.records];
        let of_list = Self::lengths("record", [first.len(), other.len()]);
        of_list.or_else(|| (0..first.len()).find_map(|index| self.record(index, &first[index], &other[index])))
    }

    fn record(&self, index: usize, first: &Record, other: &Record) -> Option<Difference> {
        let Record { population, projection, what, every, start, stop, neurons } = other;
        let same = [
            (first.population == *population, "population"),
            (first.projection == *projection, "projection"),
            (first.what == *what, "what"),
            (first.every == *every, "every"),
            (first.start == *start, "start"),
            (first.stop == *stop, "stop"),
            (first.neurons == *neurons, "neurons"),
        ];
        same.into_iter().find_map(|(same, key)| self.unless(same, || format!("record[{index}].{key}")))
    }
}

/// The name of a projection's model: its values may differ.
fn of_model(model: Option<&Part>) -> Option<&Model> {
    model.map(|part| &part.model)
}

/// Is it the same for all synapses?
fn constant(weight: &Value) -> bool {
    matches!(weight, Value::Constant(_))
}
