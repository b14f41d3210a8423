//! Which populations share an update dispatch, in which order the dispatches come, and where their neurons stand.

use super::{PortModels, SlabPlan};
use crate::model::{Definition, ModelKind, Twin, catalogue, find, user};
use crate::nearest;
use crate::network::{GAP_JUNCTION, Model, Network, Part, Population, STATIC, Value};
use crate::rows::{Values, Wiring};
use crate::shader::{Field, FieldKind};
use crate::{Error, Result};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// A population's models.
pub(super) struct Resolved {
    /// Of its neurons.
    pub neuron: Arc<Definition>,
    /// Of its ports, in the order of their names.
    pub ports: Vec<PortModels>,
}

impl Resolved {
    /// Looks a population's models up, or reads them.
    pub(super) fn of(population: &Population) -> Result<Self> {
        let path = format!("population[{}]", population.name);
        let neuron = model(ModelKind::Neuron, &population.model, &format!("{path}.model"))?;
        let mut ports = Vec::with_capacity(population.ports.len());
        for (name, port) in &population.ports {
            let path = format!("{path}.ports.{name}");
            let synapse = port.synapse.as_ref();
            let synapse = synapse.map(|part| model(ModelKind::Synapse, &part.model, &format!("{path}.synapse")));
            let output = model(ModelKind::Output, &port.output.model, &format!("{path}.output"))?;
            if output.has("current") && neuron.variable("v").is_none() {
                let problem = format!("output {} acts on v, which model {} lacks", output.name(), neuron.name());
                return Err(Error::field(format!("{path}.output"), problem, "a neuron with a state variable v"));
            }
            let onto = onto(&port.output, &output, &neuron, &format!("{path}.output"))?;
            if output.has("jump") && onto.is_none() {
                check_driven(&neuron, &output, &path)?;
            }
            let synapse = synapse.transpose()?;
            synapse.iter().try_for_each(|synapse| check_filtered(synapse, &output, &path))?;
            ports.push(PortModels { synapse, output, onto });
        }
        Ok(Self { neuron, ports })
    }

    /// Populations of equal signature share a slab.
    fn signature(&self) -> impl PartialEq {
        let part = |model: &Arc<Definition>| (model.fragment.path.clone(), model.fragment.text.to_string());
        let of_port = |port: &PortModels| (port.synapse.as_ref().map(part), part(&port.output), port.onto);
        (part(&self.neuron), self.ports.iter().map(of_port).collect::<Vec<_>>())
    }
}

/// The keys under which an output of jumps names a state variable; the empty one is that of `{ delta = "g" }`.
const ONTO: [&str; 2] = [crate::network::ONTO, ""];

/// Whether this key of an output is no parameter of it, but names the variable that its jumps are added to.
pub(super) fn names_variable(output: &Definition, key: &str) -> bool {
    output.has("jump") && ONTO.contains(&key)
}

/// The state variable onto which a port's jumps are to be added; `None` where it is the one that they act on anyway.
fn onto(given: &Part, output: &Definition, neuron: &Definition, path: &str) -> Result<Option<usize>> {
    if let Some(key) = given.params.keys().find(|key| output.has("jump") && !names_variable(output, key)) {
        let problem = format!("output {} has no `{key}`", output.name());
        return Err(Error::field(format!("{path}.{key}"), problem, ONTO[0]));
    }
    let Some((_, value)) = given.params.iter().find(|(key, _)| names_variable(output, key)) else { return Ok(None) };
    let unit = output_unit(output);
    let fits = |field: &&Field| field.kind == FieldKind::F32 && field.unit == unit;
    let state = &neuron.reflection.state;
    let legal = || state.iter().filter(fits).map(|field| field.name.as_str()).collect::<Vec<_>>().join(", ");
    let refused = |problem: String| Err(Error::field(format!("{path}.onto"), problem, legal()));
    let model = neuron.name();
    let Value::Choice(name) = value else { return refused(format!("it is no name of a variable of model {model}")) };
    match neuron.variable(name).map(|index| (index, &state[index])) {
        None => refused(format!("model {model} has no variable `{name}`")),
        Some((_, field)) if !fits(&field) => {
            let kind = if field.kind == FieldKind::U32 { "whole numbers of " } else { "" };
            let (output, counted) = (output.name(), &field.unit);
            refused(format!("output {output} adds [{unit}] to {name}, which model {model} counts in {kind}[{counted}]"))
        }
        Some((_, field)) if neuron.driven().is_some_and(|driven| driven.name == field.name) => Ok(None),
        Some((index, _)) => Ok(Some(index)),
    }
}

/// An output that adds to a state variable must be in its unit.
fn check_driven(neuron: &Definition, output: &Definition, path: &str) -> Result<()> {
    let (driven, unit) = (driven_unit(neuron), output_unit(output));
    if unit == driven {
        return Ok(());
    }
    let legal = outputs_in(driven, |output| output.has("jump"))?;
    let variable = neuron.driven().map_or("", |field| field.name.as_str());
    let problem = format!(
        "output {} adds [{unit}] to {variable}, which model {} counts in [{driven}]",
        output.name(),
        neuron.name()
    );
    Err(Error::field(format!("{path}.output"), problem, legal))
}

/// What a synapse computes may be in one unit only.
fn check_filtered(synapse: &Definition, output: &Definition, path: &str) -> Result<()> {
    let Some(Twin::Synapse(twin)) = synapse.twin else { return Ok(()) };
    let (own, unit) = (twin.unit(), output_unit(output));
    let Some(own) = own.filter(|own| *own != unit) else { return Ok(()) };
    let problem = format!("synapse {} is in [{own}], which output {} takes as [{unit}]", synapse.name(), output.name());
    Err(Error::field(format!("{path}.output"), problem, outputs_in(own, |_| true)?))
}

/// The names of the outputs of this unit that are wanted.
fn outputs_in(unit: &str, wanted: impl Fn(&Definition) -> bool) -> Result<String> {
    let outputs = catalogue()?.iter().filter(|model| model.kind == ModelKind::Output && wanted(model));
    let names: Vec<_> = outputs.filter(|model| output_unit(model) == unit).map(|model| model.name()).collect();
    Ok(names.join(", "))
}

/// The unit of what acts on a neuron as a jump.
pub(super) fn driven_unit(neuron: &Definition) -> &str {
    neuron.driven().map_or("mV", |field| field.unit.as_str())
}

/// The unit of an output, and so of its port's weights.
pub(super) fn output_unit(output: &Definition) -> &str {
    output.reflection.unit.as_deref().unwrap_or("1")
}

/// A model that is named, read or given.
pub(super) fn model(kind: ModelKind, model: &Model, path: &str) -> Result<Arc<Definition>> {
    match model {
        Model::Catalogue(name) => catalogue_model(kind, name, path),
        Model::File(file) => {
            let text = std::fs::read_to_string(file).map_err(|source| {
                Error::File { action: "read", path: file.clone(), source }.named_by(path.to_owned())
            })?;
            user(kind, file, text)
        }
        Model::Source { name, text } => user(kind, Path::new(&format!("{name}.wgsl")), text.clone()),
    }
}

fn catalogue_model(kind: ModelKind, name: &str, path: &str) -> Result<Arc<Definition>> {
    if let Some(model) = find(kind, name)? {
        return Ok(model);
    }
    let of_projections: &[&str] = if kind == ModelKind::Projection { &[STATIC, GAP_JUNCTION] } else { &[] };
    let models = catalogue()?.iter().filter(|model| model.kind == kind).map(|model| model.name());
    let names: Vec<_> = of_projections.iter().copied().chain(models).collect();
    let (hint, legal) = (nearest::hint(name, names.iter().copied()), format!("{}, or a .wgsl file", names.join(", ")));
    Err(Error::field(path, format!("there is no {kind} `{name}`{hint}"), legal))
}

/// Puts the populations of equal models and level together, in the order of their levels; with the number of all inlets.
#[expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "all neurons, and all inlets, together are no more than a u32"
)]
pub(super) fn slabs(resolved: &[Resolved], levels: &[u32], network: &Network) -> Result<(Vec<SlabPlan>, u32)> {
    let of_population =
        |(population, models): (&Population, &Resolved)| u64::from(population.size) * models.ports.len() as u64;
    let inlets = network.populations.iter().zip(resolved).map(of_population).fold(0, u64::saturating_add);
    let inlets = u32::try_from(inlets)
        .map_err(|_| Error::request("network", format!("{inlets} ports of neurons"), "at most 4294967295"))?;
    let mut groups: Vec<(_, Vec<usize>)> = Vec::new();
    for (index, models) in resolved.iter().enumerate() {
        let signature = (levels[index], models.signature());
        match groups.iter_mut().find(|(known, _)| *known == signature) {
            Some((_, populations)) => populations.push(index),
            None => groups.push((signature, vec![index])),
        }
    }
    groups.sort_by_key(|((level, _), _)| *level);
    let mut first_inlet = 0;
    let slab = |((level, _), populations): (_, Vec<usize>)| {
        let Resolved { neuron, ports } = &resolved[populations[0]];
        let size = populations.iter().map(|&index| network.populations[index].size).sum();
        let slab = SlabPlan {
            neuron: neuron.clone(),
            ports: ports.clone(),
            stimuli: Vec::new(),
            sources: Vec::new(),
            populations,
            size,
            first_inlet,
            level,
        };
        first_inlet += size * ports.len() as u32;
        slab
    };
    Ok((groups.into_iter().map(slab).collect(), inlets))
}

/// Where the neurons of a population stand.
#[derive(Clone)]
pub(super) struct Placement {
    /// Index of its slab.
    pub slab: usize,
    /// Index of its first neuron in the slab.
    pub first_in_slab: u32,
    /// The inlet of each port of its first neuron.
    pub first_inlets: Vec<u32>,
}

/// The place of each population.
#[expect(clippy::arithmetic_side_effects, reason = "all neurons, and all inlets, together are no more than a u32")]
pub(super) fn placements(slabs: &[SlabPlan], network: &Network) -> Vec<Placement> {
    let mut placements = BTreeMap::new();
    for (index, slab) in slabs.iter().enumerate() {
        let mut first_in_slab = 0;
        for &population in &slab.populations {
            let of_port = |(port, _)| slab.first_inlet + port * slab.size + first_in_slab;
            let first_inlets = (0..).zip(&slab.ports).map(of_port).collect();
            placements.insert(population, Placement { slab: index, first_in_slab, first_inlets });
            first_in_slab += network.populations[population].size;
        }
    }
    placements.into_values().collect()
}

/// Each population's level: above that of every population from which it has a synapse without delay.
///
/// # Errors
/// [`Error::Field`] where such synapses close a loop.
pub(super) fn levels(network: &Network, wirings: &[Arc<Wiring>]) -> Result<Vec<u32>> {
    let instant = |wiring: &Wiring| match &wiring.delays {
        Values::Constant(steps) => *steps == 0,
        Values::Each(steps) => steps.contains(&0),
        Values::Drawn(_) => false,
    };
    let edge = |wiring: &Arc<Wiring>| (wiring.pre, wiring.post, format!("projection[{}].delay", wiring.index));
    let edges: Vec<_> = wirings.iter().filter(|wiring| instant(wiring)).map(edge).collect();
    let mut levels = vec![0u32; network.populations.len()];
    for _ in 0..levels.len() {
        for (pre, post, _) in &edges {
            levels[*post] = levels[*post].max(levels[*pre].saturating_add(1));
        }
    }
    // Without a loop the longest way has fewer edges than there are populations.
    if levels.iter().all(|&level| (level as usize) < levels.len().max(1)) {
        return Ok(levels);
    }
    let closing = edges.iter().rev().find(|(pre, post, _)| leads(&edges, *post, *pre));
    closing.map_or(Ok(levels), |(pre, post, path)| {
        let [pre, post] = [*pre, *post].map(|index| network.populations[index].name.as_str());
        let problem = format!("a delay of 0 from `{pre}` to `{post}` closes a loop of such delays");
        Err(Error::field(path, problem, format!("{} (one step) or more in a loop", network.dt)))
    })
}

/// Do edges lead from one population to another?
fn leads(edges: &[(usize, usize, String)], from: usize, to: usize) -> bool {
    let mut reached = vec![from];
    let mut open = vec![from];
    while let Some(here) = open.pop() {
        for (pre, post, _) in edges {
            if *pre == here && !reached.contains(post) {
                reached.push(*post);
                open.push(*post);
            }
        }
    }
    reached.contains(&to)
}
