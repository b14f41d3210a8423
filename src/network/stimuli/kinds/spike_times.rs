//! `spike_times`: given spikes.

use crate::network::build::in_own_unit;
use crate::network::stimuli::builder::builder;
use crate::network::stimuli::{Declaration, Form, Key};
use crate::network::{Array, Stimulus, StimulusKind, Value};
use crate::{Error, Result};
use uom::si::f64::Time;

pub(super) static DECLARATION: Declaration = Declaration {
    name: "spike_times",
    called: "a stimulus of given spikes",
    keys: &[
        Key::needed("times", Form::Times, "when each spike arrives"),
        Key::needed("weight", Form::Value, "of a spike, in the port's unit or mV"),
    ],
    port: Some("the port that spikes enter"),
    neurons: Some("the neuron of each spike"),
    together: one_neuron_each,
};

/// Times stand beside the neurons that they reach. (Those of a file are counted when it is read.)
fn one_neuron_each(stimulus: &Stimulus, path: &str) -> Result<()> {
    match (stimulus.params.get("times"), &stimulus.neurons) {
        (Some(Value::Array(Array::Inline { values, .. })), Some(neurons)) if values.len() != neurons.len() => {
            let problem = format!("has {} times for {} neurons", values.len(), neurons.len());
            Err(Error::field(format!("{path}.times"), problem, "one time for each neuron"))
        }
        _ => Ok(()),
    }
}

/// Given spikes: each reaches its neuron at its time, without any further delay.
///
/// ```
/// use neuropil::network::{Network, SpikeTimes};
/// use neuropil::units::Literal;
/// let mut net = Network::new(0.1.ms());
/// net.stimulate(SpikeTimes::new("exc", [(0, 1.0.ms()), (3, 2.5.ms())], 6.0.nanosiemens()).port("ampa"));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SpikeTimes(Stimulus);

impl SpikeTimes {
    /// Spikes `(neuron, time)` that arrive at neurons of `target`. Their weight jumps V, unless a port is named.
    pub fn new(
        target: impl AsRef<str>,
        spikes: impl IntoIterator<Item = (u32, Time)>,
        weight: impl Into<Value>,
    ) -> Self {
        let (neurons, times): (Vec<u32>, Vec<Time>) = spikes.into_iter().unzip();
        let stimulus = Stimulus::new(target, StimulusKind::SpikeTimes);
        let stimulus = stimulus.param("times", in_own_unit(&times)).param("weight", weight);
        Self(Stimulus { neurons: Some(neurons), ..stimulus })
    }
}

builder! {
    SpikeTimes {
        /// The port that spikes enter; the weight is then in its unit.
        port;
    }
}
