//! A part of a network as the text of a network file: what reading it makes, the other way round.
//!
//! It serves paths: a value is looked up, and exchanged, in this text, and what comes of it is read as a file is. Each part is
//! taken apart by all its fields, so that none can be forgotten here.

use super::bulk::Bulk;
use crate::network::path::Written;
use crate::network::{
    Array, Conduction, Connect, Distribution, Initialiser, ItemWiring, Kernel, Layout, Mask, Model, Network, Part,
    Population, Port, Positions, Precision, Projection, Record, Rule, Scheme, Stimulus, StimulusKind, Storage, Until,
    Value,
};
use crate::units::{Quantity, Unit};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// Numbers of an array that stands in a file's text, at most.
const INLINE: usize = 64;

/// What begins the name of a file that stands for an array on the shelf: no file has such a name.
const ON_SHELF: char = '\0';

/// A text that is written.
pub(in crate::network) struct Text<'a> {
    pub text: String,
    pub bulk: Bulk<'a>,
}

impl<V: Into<Value>> From<V> for Written {
    fn from(value: V) -> Self {
        Text { text: String::new(), bulk: Bulk::Text }.value(&value.into()).into()
    }
}

/// The array that stands on the shelf by this one's name.
pub(super) fn from_shelf(array: &mut Array, shelf: &[&Array]) {
    let Array::Npy { path, .. } = array else { return };
    let name = path.file_name().and_then(|name| name.to_str()?.strip_prefix(ON_SHELF));
    if let Some(kept) = name.and_then(|name| shelf.get(name.parse::<usize>().ok()?)) {
        *array = (*kept).clone();
    }
}

/// What stands for a model of this name in a text that is not to read it. It is no path, for no file is called so.
pub(super) fn shelved_model(name: &str) -> String {
    format!("{ON_SHELF}{name}{ON_SHELF}")
}

/// The name of a key that may be that of such a model.
pub(super) fn name_of_key(key: &str) -> &str {
    key.trim_matches(ON_SHELF)
}

/// The model of that name, unless the text could not say it: it is then `old`.
pub(super) fn kept_model(model: &mut Model, old: &Model) {
    if matches!(model, Model::Catalogue(name) if name.starts_with(ON_SHELF)) {
        *model = old.clone();
    }
}

impl<'a> Text<'a> {
    fn key(&mut self, key: &str, value: &str) {
        let _ = writeln!(self.text, "{} = {value}", quoted_key(key));
    }

    fn optional(&mut self, key: &str, value: Option<String>) {
        value.into_iter().for_each(|value| self.key(key, &value));
    }

    pub fn head(&mut self, network: &Network) {
        let Network {
            dt,
            duration,
            until,
            seed,
            wiring_seed,
            wiring,
            populations: _,
            projections: _,
            stimuli: _,
            records: _,
        } = network;
        self.key("dt", &quantity(dt));
        self.optional("duration", duration.as_ref().map(quantity));
        self.optional("until", until.as_ref().map(condition));
        self.key("seed", &seed.to_string());
        self.optional("wiring_seed", wiring_seed.as_ref().map(ToString::to_string));
        self.optional("wiring", (*wiring == ItemWiring::Own).then(|| string("own")));
    }

    pub fn population(&mut self, population: &'a Population) {
        let Population { name, size, model, params, init, ports, positions } = population;
        self.key("name", &string(name));
        self.key("size", &size.to_string());
        let model = self.model(model);
        self.key("model", &string(&model));
        for (key, values) in [("params", params), ("init", init)] {
            let values = table(self.values(values));
            self.key(key, &values);
        }
        let ports: Vec<_> = ports.iter().map(|(name, port)| (name.as_str(), self.port(port))).collect();
        self.key("ports", &table(ports));
        let positions = positions.as_ref().map(|positions| self.positions(positions));
        self.optional("positions", positions);
    }

    pub fn projection(&mut self, projection: &'a Projection) {
        let Projection { name, pre, post, port, connect, weight, delay, precision, storage, model } = projection;
        self.optional("name", name.as_deref().map(string));
        for (key, end) in [("pre", pre), ("post", post)] {
            self.key(key, &string(&end.to_string()));
        }
        let coupled = projection.is_gap_junction();
        self.optional("port", (!coupled).then(|| string(port)));
        let connect = self.connect(connect);
        self.key("connect", &connect);
        let delay = (!coupled).then_some(("delay", delay));
        for (key, value) in [("weight", weight)].into_iter().chain(delay) {
            let value = self.value(value);
            self.key(key, &value);
        }
        self.optional("weights", precision.map(|precision| string(word_of_precision(precision))));
        self.key("storage", &string(word_of_storage(*storage)));
        let model = model.as_ref().map(|model| self.part(model));
        self.optional("model", model);
    }

    pub fn stimulus(&mut self, stimulus: &'a Stimulus) {
        let Stimulus { name, target, neurons, kind, port, params } = stimulus;
        self.optional("name", name.as_deref().map(string));
        let kind = match kind {
            StimulusKind::Model(model) => self.model(model),
            declared => declared.name().into_owned(),
        };
        self.key("kind", &string(&kind));
        self.key("target", &string(target));
        self.neurons(neurons.as_deref());
        self.optional("port", port.as_deref().map(string));
        for (key, value) in self.values(params) {
            self.key(key, &value);
        }
    }

    pub fn record(&mut self, record: &'a Record) {
        let Record { population, projection, what, every, start, stop, neurons } = record;
        match projection {
            Some(projection) => self.key("projection", &string(projection)),
            None => self.key("population", &string(population)),
        }
        self.key("what", &list(what.iter().map(|what| string(what))));
        for (key, time) in [("every", every), ("start", start), ("stop", stop)] {
            self.optional(key, time.as_ref().map(quantity));
        }
        self.neurons(neurons.as_deref());
    }

    /// Which neurons; only that there are some, where arrays are left out.
    fn neurons(&mut self, neurons: Option<&[u32]>) {
        let shelved = self.is_shelved();
        let neurons = neurons.map(|neurons| if shelved { &[] } else { neurons });
        self.optional("neurons", neurons.map(|neurons| list(neurons.iter().map(ToString::to_string))));
    }

    fn is_shelved(&self) -> bool {
        matches!(self.bulk, Bulk::Shelf(_))
    }

    /// What the text calls a model.
    fn model(&mut self, model: &'a Model) -> String {
        match model {
            Model::Catalogue(name) => name.clone(),
            _ if self.is_shelved() => shelved_model(&model.to_string()),
            Model::File(path) => self.path(path),
            Model::Source { name, text } => match &mut self.bulk {
                Bulk::Files(files) => files.model(name, text),
                Bulk::Text | Bulk::Shelf(_) => name.clone(),
            },
        }
    }

    /// The path of a file: as it is, or such that it leads there from wherever the text is.
    fn path(&self, path: &Path) -> String {
        let absolute = matches!(self.bulk, Bulk::Files(_)).then(|| std::path::absolute(path).ok()).flatten();
        absolute.as_deref().unwrap_or(path).display().to_string()
    }

    fn values(&mut self, values: &'a BTreeMap<String, Value>) -> Vec<(&'a str, String)> {
        values.iter().map(|(key, value)| (key.as_str(), self.value(value))).collect()
    }

    fn port(&mut self, port: &'a Port) -> String {
        let Port { synapse, output } = port;
        let mut entries = Vec::new();
        if let Some(Part { model, params }) = synapse {
            entries.push(("synapse".to_owned(), string(&self.model(model))));
            entries.extend(self.values(params).into_iter().map(|(key, value)| (key.to_owned(), value)));
        }
        let output = self.part(output);
        entries.push(("output".to_owned(), output));
        table(entries.iter().map(|(key, value)| (key.as_str(), value.clone())))
    }

    /// A model with its parameters.
    fn part(&mut self, Part { model, params }: &'a Part) -> String {
        let model = self.model(model);
        match (params.len(), params.get("")) {
            (0, _) => string(&model),
            (1, Some(first)) => table([(model.as_str(), self.value(first))]),
            _ => table([(model.as_str(), table(self.values(params)))]),
        }
    }

    fn connect(&mut self, connect: &'a Connect) -> String {
        let Connect { rule, autapses, multapses, kernel, mask, symmetric } = connect;
        let (rule, argument) = match rule {
            Rule::AllToAll => ("all_to_all", true.to_string()),
            Rule::OneToOne => ("one_to_one", true.to_string()),
            Rule::PairwiseBernoulli(p) => ("pairwise_bernoulli", number(*p)),
            Rule::FixedIndegree(sources) => ("fixed_indegree", sources.to_string()),
            Rule::FixedOutdegree(targets) => ("fixed_outdegree", targets.to_string()),
            Rule::FixedTotalNumber(pairs) => ("fixed_total_number", pairs.to_string()),
            Rule::List(pairs) => ("list", self.array(pairs)),
        };
        let flags = [("autapses", autapses.to_string()), ("multapses", multapses.to_string())];
        let kernel = kernel.as_ref().map(Kernel::parts).map(|(name, length)| table([(name, quantity(length))]));
        let kernel = kernel.map(|kernel| ("kernel", kernel));
        let mask = mask.as_ref().map(|mask| match mask {
            Mask::Circular(radius) => ("mask", quantity(radius)),
            Mask::Doughnut(_) | Mask::Rectangular(_) => {
                let (name, lengths) = mask.parts();
                ("mask", table([(name, list(lengths.iter().map(quantity)))]))
            }
        });
        let symmetric = symmetric.then(|| ("symmetric", true.to_string()));
        table([(rule, argument)].into_iter().chain(flags).chain(kernel).chain(mask).chain(symmetric))
    }

    fn positions(&mut self, positions: &'a Positions) -> String {
        let Positions { layout, extent, periodic } = positions;
        let mut entries = match layout {
            Layout::Grid(shape) => vec![("grid", list(shape.iter().map(ToString::to_string)))],
            Layout::Random => vec![("random", true.to_string())],
            Layout::Given(coordinates) => self.array_entries(coordinates),
        };
        if !extent.is_empty() {
            entries.push(("extent", list(extent.iter().map(quantity))));
        }
        entries.extend(periodic.then(|| ("periodic", true.to_string())));
        table(entries)
    }

    fn value(&mut self, value: &'a Value) -> String {
        match value {
            Value::Constant(constant) => quantity(constant),
            Value::Drawn(distribution) => drawn(distribution),
            Value::Array(array) => self.array(array),
            Value::Initialised(Initialiser { scheme, scale }) => {
                let name = Scheme::ALL.iter().find(|(_, other)| other == scheme).map_or("", |(name, _)| name);
                table([(name, quantity(scale))])
            }
            Value::Conducted(Conduction { velocity, offset }) => {
                table([("velocity", quantity(velocity)), ("offset", quantity(offset))])
            }
            Value::Choice(word) => string(word),
        }
    }

    fn array(&mut self, array: &'a Array) -> String {
        table(self.array_entries(array))
    }

    fn array_entries(&mut self, array: &'a Array) -> Vec<(&'static str, String)> {
        let (key, numbers) = match (&mut self.bulk, array) {
            (Bulk::Shelf(shelf), _) => {
                shelf.push(array);
                ("npy", string(&format!("{ON_SHELF}{}", shelf.len() - 1)))
            }
            (Bulk::Files(files), Array::Inline { values, shape, .. }) if values.len() > INLINE => {
                ("npy", string(&files.array(values, shape)))
            }
            (_, Array::Npy { path, .. }) => ("npy", string(&self.path(path))),
            (_, Array::Inline { values, shape, .. }) => ("values", numbers(values, shape)),
        };
        let unit = Some(array.unit()).filter(|unit| unit.to_string() != Unit::ONE.to_string());
        let unit = unit.map(|unit| ("unit", string(&unit.to_string())));
        std::iter::once((key, numbers)).chain(unit).collect()
    }
}

fn drawn(distribution: &Distribution) -> String {
    let (name, argument) = match distribution {
        Distribution::Normal { mean, sd } => ("normal", list([mean, sd].map(quantity))),
        Distribution::Uniform { low, high } => ("uniform", list([low, high].map(quantity))),
        Distribution::Exponential { mean } => ("exponential", quantity(mean)),
        Distribution::Lognormal { median, sigma } => ("lognormal", list([quantity(median), number(*sigma)])),
        Distribution::TruncatedNormal { mean, sd, low, high } => {
            ("truncated_normal", list([mean, sd, low, high].map(quantity)))
        }
    };
    table([(name, argument)])
}

pub(super) fn word_of_precision(precision: Precision) -> &'static str {
    match precision {
        Precision::Compact => "compact",
        Precision::Exact => "exact",
    }
}

pub(super) fn word_of_storage(storage: Storage) -> &'static str {
    match storage {
        Storage::Stored => "stored",
        Storage::Procedural => "procedural",
    }
}

/// A condition, always as a table: what it leaves out has a place there.
fn condition(until: &Until) -> String {
    let condition = string(&until.to_string());
    let Until { over, start, measure: _, of: _, comparison: _, bound: _ } = until;
    let times = [("over", over), ("start", start)];
    let times = times.into_iter().filter_map(|(key, time)| Some((key, quantity(time.as_ref()?))));
    table([("condition", condition)].into_iter().chain(times))
}

fn quantity(quantity: &Quantity) -> String {
    if *quantity.unit() == Unit::ONE { number(quantity.value()) } else { string(&quantity.to_string()) }
}

/// A number; whole ones as such, for some keys take no others.
fn number(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 { format!("{number:.0}") } else { format!("{number:?}") }
}

/// Rows of rows of numbers, as many as the shape has sides.
fn numbers(values: &[f64], shape: &[usize]) -> String {
    match shape {
        [] | [_] => list(values.iter().copied().map(number)),
        [rows, inner @ ..] => {
            let width: usize = inner.iter().product();
            list((0..*rows).map(|row| numbers(values.get(row * width..(row + 1) * width).unwrap_or_default(), inner)))
        }
    }
}

fn list(elements: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", elements.into_iter().collect::<Vec<_>>().join(", "))
}

fn table<'k>(entries: impl IntoIterator<Item = (&'k str, String)>) -> String {
    let entries: Vec<_> = entries.into_iter().map(|(key, value)| format!("{} = {value}", quoted_key(key))).collect();
    if entries.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", entries.join(", ")) }
}

fn quoted_key(key: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !key.is_empty() && key.chars().all(bare) { key.to_owned() } else { string(key) }
}

/// A string of TOML.
pub(in crate::network) fn string(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
