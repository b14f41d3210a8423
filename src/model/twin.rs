//! Twins: what each model computes, in f64 on the host. Those of the catalogue follow from its `formulas`.
//!
//! Parameters and state come in the order of the WGSL file's `Params` and `State`.

/// What acts on a neuron in one step.
#[derive(Debug, Clone, Copy, Default)]
pub struct Input<N = f64> {
    /// \[mA\] sum of all currents at the present V.
    pub current: N,
    /// [mA/mV] derivative of the current by V.
    pub slope: N,
    /// \[mV\] jump of V; readouts take it as their x·W.
    pub jump: N,
}

/// A current and its dependence on V.
#[derive(Debug, Clone, Copy, Default)]
pub struct Current<N = f64> {
    /// \[mA\] the current at V.
    pub value: N,
    /// [mA/mV] its derivative by V.
    pub slope: N,
}

/// The neuron and the step that a stimulus is drawn for.
#[derive(Debug, Clone, Copy)]
pub struct Site {
    /// Index of the neuron in its population.
    pub neuron: u32,
    /// Item of the batch.
    pub batch: u32,
    /// Number of the step.
    pub step: u32,
    /// \[ms\] length of a step.
    pub dt: f64,
}

/// A neuron's equations.
pub trait NeuronTwin: Sync {
    /// The lazy reset of a spike of the step before.
    fn reset(&self, p: &[f64], s: &mut [f64]);
    /// One step of `dt` \[ms\].
    fn update(&self, p: &[f64], s: &mut [f64], input: Input, dt: f64);
    /// Whether its variables are held in the step that begins in this state: what arrives at ports onto one of them is then
    /// lost.
    fn held(&self, _p: &[f64], _s: &[f64]) -> bool {
        false
    }
    /// [threshold's unit] How far the state lies above the threshold; it spikes where this is not negative.
    fn above_threshold(&self, p: &[f64], s: &[f64]) -> f64;
    /// Whether it spikes at all.
    fn spikes(&self) -> bool {
        true
    }
}

/// A synapse's equations.
pub trait SynapseTwin: Sync {
    /// One step of `dt` \[ms\]: decay, then add what arrives.
    fn update(&self, p: &[f64], s: &mut [f64], arrivals: f64, dt: f64);
    /// What the port's output receives.
    fn output(&self, p: &[f64], s: &[f64]) -> f64;
    /// The unit of the ports that it is for; `None`: any.
    fn unit(&self) -> Option<&'static str> {
        None
    }
}

/// How a port acts on its neuron; the one of the two that the model has is `Some`.
pub trait OutputTwin: Sync {
    /// A current.
    fn current(&self, _p: &[f64], _g: f64, _v: f64) -> Option<Current> {
        None
    }
    /// \[mV\] A jump of V.
    fn jump(&self, _p: &[f64], _g: f64) -> Option<f64> {
        None
    }
}

/// A stimulus' equations.
pub trait StimulusTwin: Sync {
    /// One step of its state, if it has one; returns its number. `random` is the uniform word that the device draws there too.
    fn advance(&self, p: &[f64], s: &mut [f64], site: Site, random: u32, data: &[u32]) -> f64;
    /// Its parameters of unit \[word\], in order, for steps of `dt` \[ms\]: those that follow from the others.
    /// A stimulus whose words are places in tables has none of these.
    ///
    /// # Errors
    /// [`Unfit`] where the others cannot be had.
    fn words(&self, _p: &[f64], _dt: f64) -> Result<Vec<u32>, Unfit> {
        Ok(Vec::new())
    }
}

/// The equations of a projection's model, of one source neuron.
pub trait ProjectionTwin: Sync {
    /// One step of `dt` \[ms\], in which the source spiked or did not; returns the amplitude of a spike.
    fn advance(&self, p: &[f64], s: &mut [f64], spiked: bool, dt: f64) -> f64;
    /// The value that a graded model gives in the step that ends in this state.
    fn value(&self, _s: &[f64]) -> Option<f64> {
        None
    }
}

/// A parameter that a stimulus cannot have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    /// Its name.
    pub parameter: &'static str,
    /// What is wrong with its value.
    pub problem: String,
    /// What would be legal.
    pub legal: String,
}

/// A twin of any kind.
#[derive(Clone, Copy)]
pub enum Twin {
    /// Of a neuron.
    Neuron(&'static dyn NeuronTwin),
    /// Of a synapse.
    Synapse(&'static dyn SynapseTwin),
    /// Of an output.
    Output(&'static dyn OutputTwin),
    /// Of a stimulus.
    Stimulus(&'static dyn StimulusTwin),
    /// Of a projection.
    Projection(&'static dyn ProjectionTwin),
}

impl std::fmt::Debug for Twin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Neuron(_) => "Neuron",
            Self::Synapse(_) => "Synapse",
            Self::Output(_) => "Output",
            Self::Stimulus(_) => "Stimulus",
            Self::Projection(_) => "Projection",
        })
    }
}

/// φ(z) = (e^z − 1)/z, φ(0) = 1, φ(∞) = ∞: the factor of exponential Euler.
pub fn exp_relative(z: f64) -> f64 {
    crate::number::Number::exp_relative(z)
}
