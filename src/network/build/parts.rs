//! Neurons, ports and connection rules, before they belong to a population or a projection.

use super::typed::Typed;
use crate::network::{Array, Connect, Model, Part, Port, Rule, STATIC, Value};
use crate::units::Unit;
use std::collections::BTreeMap;
use std::path::PathBuf;
use uom::si::f64::{ElectricPotential, Time};

/// The key of an output that names the variable onto which it adds.
pub(crate) const ONTO: &str = "onto";

/// A neuron model with its parameters, whatever the model.
///
/// ```
/// use neuropil::network::{Neuron, Population, Value};
/// use neuropil::units::Literal;
/// let cells = Population::new("cells", 100, "lif");
/// let others = Population::new("others", 100, Neuron::file("fitzhugh_nagumo.wgsl").param("a", 0.7));
/// let reset = Neuron::from("lif_ref").param("tau_ref", 5.0.ms()).param("reset", Value::choice("hard"));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Neuron {
    /// The model.
    pub model: Model,
    /// Parameters by name; the model's default where absent.
    pub params: BTreeMap<String, Value>,
}

impl Neuron {
    /// A neuron of a user's WGSL file.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Model::File(path.into()).into()
    }

    /// A neuron of a user's WGSL text; `name` is the prefix of its functions.
    pub fn source(name: impl Into<String>, text: impl Into<String>) -> Self {
        Model::Source { name: name.into(), text: text.into() }.into()
    }

    /// Sets a parameter.
    pub fn param(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.params.insert(name.into(), value.into());
        self
    }
}

impl From<Model> for Neuron {
    fn from(model: Model) -> Self {
        Self { model, params: BTreeMap::new() }
    }
}

impl From<&str> for Neuron {
    /// A catalogue model by its name.
    fn from(name: &str) -> Self {
        Model::Catalogue(name.to_owned()).into()
    }
}

impl Part {
    /// A catalogue model with its default parameters.
    pub fn new(model: impl Into<Model>) -> Self {
        Self { model: model.into(), params: BTreeMap::new() }
    }

    /// That of a user's WGSL file.
    ///
    /// ```
    /// use neuropil::network::{Part, Port, Synapse};
    /// use neuropil::units::Literal;
    /// let fatigues = Part::file("fatigues.wgsl").param("tau", 5.0.ms());
    /// let port = Synapse::from(fatigues).output(Part::file("rectified.wgsl"));
    /// ```
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::new(Model::File(path.into()))
    }

    /// That of a user's WGSL text; `name` is the prefix of its functions.
    pub fn source(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(Model::Source { name: name.into(), text: text.into() })
    }

    /// Sets a parameter; the name `""` stands for the model's first one.
    pub fn param(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.params.insert(name.into(), value.into());
        self
    }
}

/// The synapse of a port whose output is still to be named.
///
/// ```
/// use neuropil::network::{Part, Port, Synapse};
/// use neuropil::units::Literal;
/// let ampa = Port::expon(5.0.ms()).coba(0.0.mv());
/// let gaba = Port::dual_expon(10.0.ms(), 1.0.ms()).coba((-80.0).mv());
/// let nmda = Port::dual_expon(100.0.ms(), 2.0.ms()).mg_block(0.0.mv());
/// let less = Synapse::from(Part::new("alpha")).output(Part::new("mg_block").param("cc_mg", 0.5.millimolar()));
/// let jumps = Port::delta();
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a synapse becomes a port with `coba`, `cuba`, `delta` or `output`"]
pub struct Synapse(Part);

impl From<Part> for Synapse {
    fn from(part: Part) -> Self {
        Self(part)
    }
}

impl Synapse {
    /// Acts as a conductance g: the current is g·(e − V).
    pub fn coba(self, e: impl Into<Typed<ElectricPotential>>) -> Port {
        self.output(coba(e))
    }

    /// Acts as a current.
    pub fn cuba(self) -> Port {
        self.output(Part::new("cuba"))
    }

    /// Acts as a conductance g that magnesium blocks at low V: the current is g·B(V)·(e − V), with 1.2 mM of it.
    pub fn mg_block(self, e: impl Into<Typed<ElectricPotential>>) -> Port {
        self.output(mg_block(e))
    }

    /// Adds to V.
    pub fn delta(self) -> Port {
        self.output(Part::new("delta"))
    }

    /// Acts through any output.
    pub fn output(self, output: Part) -> Port {
        Port { synapse: Some(self.0), output }
    }
}

fn coba(e: impl Into<Typed<ElectricPotential>>) -> Part {
    Part::new("coba").param("", e.into())
}

fn mg_block(e: impl Into<Typed<ElectricPotential>>) -> Part {
    Part::new("mg_block").param("e", e.into())
}

impl Port {
    /// An exponential synapse.
    pub fn expon(tau: impl Into<Typed<Time>>) -> Synapse {
        Synapse(Part::new("expon").param("tau", tau.into()))
    }

    /// An alpha function: it rises and decays with one time constant.
    pub fn alpha(tau: impl Into<Typed<Time>>) -> Synapse {
        Synapse(Part::new("alpha").param("tau", tau.into()))
    }

    /// The difference of two exponentials; a weight makes it as large as itself.
    pub fn dual_expon(tau_decay: impl Into<Typed<Time>>, tau_rise: impl Into<Typed<Time>>) -> Synapse {
        Synapse(Part::new("dual_expon").param("tau_decay", tau_decay.into()).param("tau_rise", tau_rise.into()))
    }

    /// No synapse: the sum of arrivals acts as a conductance for one step.
    pub fn coba(e: impl Into<Typed<ElectricPotential>>) -> Self {
        Self::unfiltered(coba(e))
    }

    /// No synapse: the sum of arrivals acts for one step as a conductance that magnesium blocks at low V.
    pub fn mg_block(e: impl Into<Typed<ElectricPotential>>) -> Self {
        Self::unfiltered(mg_block(e))
    }

    /// No synapse: the sum of arrivals acts as a current for one step.
    pub fn cuba() -> Self {
        Self::unfiltered(Part::new("cuba"))
    }

    /// No synapse: the sum of arrivals is added to V.
    pub fn delta() -> Self {
        Self::unfiltered(Part::new("delta"))
    }

    /// What arrives is added to this state variable of the neuron instead of V, after its update and before the threshold.
    ///
    /// ```
    /// use neuropil::network::{Population, Port};
    /// let brain = Population::new("brain", 100, "lif_syn").port("synapses", Port::delta().onto("g"));
    /// ```
    pub fn onto(mut self, variable: impl Into<String>) -> Self {
        self.output = self.output.param(ONTO, Value::choice(variable));
        self
    }

    /// No synapse: the sum of arrivals, without unit, is the input of a readout.
    pub fn sum() -> Self {
        Self::unfiltered(Part::new("sum"))
    }

    /// No synapse: the sum of arrivals acts through any output.
    pub fn unfiltered(output: Part) -> Self {
        Self { synapse: None, output }
    }
}

impl From<Rule> for Connect {
    /// With autapses and multapses.
    fn from(rule: Rule) -> Self {
        Self { rule, autapses: true, multapses: true, kernel: None, mask: None, symmetric: false }
    }
}

/// Each rule allows autapses and multapses, unless told otherwise.
///
/// ```
/// use neuropil::network::Connect;
/// let balanced = Connect::fixed_indegree(1000).autapses(false);
/// let ring = Connect::list([(0, 1), (1, 2), (2, 0)]);
/// ```
impl Connect {
    /// Every source with every target.
    pub fn all_to_all() -> Self {
        Rule::AllToAll.into()
    }

    /// Source i with target i; ends of equal size.
    pub fn one_to_one() -> Self {
        Rule::OneToOne.into()
    }

    /// Every pair independently with this probability.
    pub fn pairwise_bernoulli(probability: f64) -> Self {
        Rule::PairwiseBernoulli(probability).into()
    }

    /// Every target draws this many sources.
    pub fn fixed_indegree(sources: u32) -> Self {
        Rule::FixedIndegree(sources).into()
    }

    /// Every source draws this many targets.
    pub fn fixed_outdegree(targets: u32) -> Self {
        Rule::FixedOutdegree(targets).into()
    }

    /// This many pairs are drawn.
    pub fn fixed_total_number(pairs: u64) -> Self {
        Rule::FixedTotalNumber(pairs).into()
    }

    /// These pairs of source and target.
    pub fn list(pairs: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let values: Vec<f64> = pairs.into_iter().flat_map(|(source, target)| [source.into(), target.into()]).collect();
        let shape = vec![values.len() / 2, 2];
        Rule::List(Array::Inline { values, shape, unit: Unit::ONE }).into()
    }

    /// May a neuron be connected to itself? Yes, unless told otherwise.
    pub fn autapses(mut self, allowed: bool) -> Self {
        self.autapses = allowed;
        self
    }

    /// May two neurons be connected more than once? Yes, unless told otherwise.
    pub fn multapses(mut self, allowed: bool) -> Self {
        self.multapses = allowed;
        self
    }

    /// With a name of the projection, by which its values are addressed: `projection[recurrent].weight`.
    ///
    /// ```
    /// use neuropil::network::Connect;
    /// let recurrent = Connect::fixed_indegree(1000).autapses(false).name("recurrent");
    /// ```
    pub fn name(self, name: impl Into<String>) -> NamedConnect {
        NamedConnect::from(self).name(name)
    }

    /// With a model of the projection, as short-term plasticity: a typed model, or a [`Part`].
    ///
    /// ```
    /// use neuropil::model::Stp;
    /// use neuropil::network::Connect;
    /// use neuropil::units::Literal;
    /// let depressing = Connect::fixed_indegree(100).model(Stp::new().u(0.5).tau_f(50.0.ms()).tau_d(800.0.ms()));
    /// ```
    pub fn model(self, model: impl Into<Part>) -> NamedConnect {
        NamedConnect::from(self).model(model)
    }
}

/// A connection rule, and the name and the model of its projection.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedConnect {
    /// The name; unless there is one, the projection is called `pre→post.port`.
    pub name: Option<String>,
    /// The rule.
    pub connect: Connect,
    /// The model, if it has one.
    pub model: Option<Part>,
}

impl NamedConnect {
    /// With a name of the projection.
    #[must_use]
    pub fn name(self, name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..self }
    }

    /// With a model of the projection; the name `static` stands for none, as in a file.
    #[must_use]
    pub fn model(self, model: impl Into<Part>) -> Self {
        let model = model.into();
        let none = model.params.is_empty() && matches!(&model.model, Model::Catalogue(name) if name == STATIC);
        Self { model: (!none).then_some(model), ..self }
    }
}

impl From<Connect> for NamedConnect {
    fn from(connect: Connect) -> Self {
        Self { name: None, connect, model: None }
    }
}
