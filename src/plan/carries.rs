//! What goes from the sources of each projection to its targets, and the unit of its weights.

use super::columns::port_unit;
use super::slabs::Resolved;
use super::sources::Sources;
use crate::network::{Network, Projection, kept_as_they_are};
use crate::{Error, Result};

/// \[mS\] The unit of the weights of gap junctions.
const OF_GAP_JUNCTIONS: &str = "mS";

/// What goes from the sources of a projection to its targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Carries {
    /// Spikes, each once.
    Spikes,
    /// The values of its model, in each step.
    Values,
    /// V, in each step.
    Potentials,
}

/// What each projection carries.
///
/// # Errors
/// [`Error::Field`] for neurons without V that are to be coupled, and for what cannot be had of values.
pub(super) fn carried(network: &Network, resolved: &[Resolved], sources: &Sources) -> Result<Vec<Carries>> {
    let graded = sources.graded();
    let of = |(index, projection): (usize, &Projection)| {
        let path = format!("projection[{index}]");
        if projection.is_gap_junction() {
            for (key, end) in [("pre", &projection.pre), ("post", &projection.post)] {
                let population = network.population_index(format!("{path}.{key}"), &end.population)?;
                let neuron = &resolved[population].neuron;
                if neuron.variable("v").is_none() {
                    let problem = format!("gap junctions act on v, which model {} lacks", neuron.name());
                    return Err(Error::field(format!("{path}.{key}"), problem, "a neuron with a state variable v"));
                }
            }
            return Ok(Carries::Potentials);
        }
        if !graded.contains(&index) {
            return Ok(Carries::Spikes);
        }
        kept_as_they_are(&path, projection.precision, projection.storage, "graded projections")?;
        Ok(Carries::Values)
    };
    network.projections.iter().enumerate().map(of).collect()
}

/// The unit of the weights of a projection onto this port of a population, or onto V.
pub(super) fn unit_of_weights(resolved: &Resolved, port: usize, carries: Carries) -> &str {
    match carries {
        Carries::Potentials => OF_GAP_JUNCTIONS,
        Carries::Spikes | Carries::Values => port_unit(&resolved.ports[port]),
    }
}
