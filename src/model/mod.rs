//! The catalogue of models: one WGSL file, one small Rust file and one line of `CATALOGUE` each.
//!
//! The WGSL file is the single source of a model's parameters, state, units, defaults and ranges. The Rust file holds its
//! equations, written once over any number, from which the twin in f64 and the CPU engine's loops follow, and its typed
//! builder. A user's own WGSL takes the same path as the built-ins. This module knows nothing of plans, devices or simulations.

mod contract;
mod definition;
mod formulas;
pub mod markdown;
mod neurons;
mod outputs;
mod projections;
mod readouts;
mod stimuli;
mod synapses;
mod twin;
mod typed;

pub use definition::{Definition, ModelKind, catalogue, find, likely_kind, named, user};
pub use formulas::block::Compiled;
pub use neurons::{
    AdEx, Alif, ExpIf, HodgkinHuxley, IafPscExp, If, Izhikevich, Lif, LifRef, LifSyn, QuadraticIf, SpikeSource,
};
pub use projections::{Ampa, BioNmda, GabaA, Std, Stp, Tsodyks2};
pub use readouts::{LeakyRateReadout, LeakySpikeReadout};
pub use twin::{
    Current, Input, NeuronTwin, OutputTwin, ProjectionTwin, Site, StimulusTwin, SynapseTwin, Twin, Unfit, exp_relative,
};
pub use typed::Reset;

pub(crate) use contract::{DATA, LIBRARY};
pub(crate) use formulas::Site as StimulusSite;
pub(crate) use formulas::block::{
    Drawing, Given, Inputs, Make, NeuronBlock, OutputBlock, Precision, ProjectionBlock, StateBlock, StimulusBlock,
    SynapseBlock,
};
pub(crate) use stimuli::poisson_spikes::threshold;

/// One model of the catalogue.
pub(crate) struct Entry {
    kind: ModelKind,
    name: &'static str,
    path: &'static str,
    wgsl: &'static str,
    twin: Twin,
    compiled: fn() -> Compiled,
}

/// The loops that follow from a model's equations.
macro_rules! compiled {
    (Neuron $equations:expr) => {
        formulas::block::of_neuron(&$equations)
    };
    (Synapse $equations:expr) => {
        formulas::block::of_synapse(&$equations)
    };
    (Output $equations:expr) => {
        formulas::block::of_output(&$equations)
    };
    (Stimulus $equations:expr) => {
        formulas::block::of_stimulus(&$equations)
    };
    (Projection $equations:expr) => {
        formulas::block::of_projection(&$equations)
    };
}

/// One line per model: its kind, its WGSL file and its equations.
macro_rules! registry {
    ($($kind:ident $name:literal in $folder:literal, $equations:expr;)*) => {
        /// Every built-in model.
        pub(crate) static CATALOGUE: &[Entry] = &[$(Entry {
            kind: ModelKind::$kind,
            name: $name,
            path: concat!("shaders/", $folder, "/", $name, ".wgsl"),
            wgsl: include_str!(concat!("../../shaders/", $folder, "/", $name, ".wgsl")),
            twin: Twin::$kind(&$equations),
            compiled: || compiled!($kind $equations),
        }),*];

        /// The equations of every built-in model: its WGSL file, which begins with the equation, the step's integrator, the
        /// reset and the source.
        ///
        /// V is the state variable `v` and I the sum of all currents at the present V; what depends on V, as a conductance
        /// does, enters the integrator by its slope. `←` is one step of length dt, and names are those of the parameters.
        $(#[doc = concat!(
            "\n# ", stringify!($kind), " `", $name, "`\n\n```wgsl\n",
            include_str!(concat!("../../shaders/", $folder, "/", $name, ".wgsl")),
            "```\n"
        )])*
        pub mod equations {}
    };
}

registry! {
    Neuron "if" in "neurons", neurons::r#if::Equations;
    Neuron "lif" in "neurons", neurons::lif::Equations;
    Neuron "lif_ref" in "neurons", neurons::lif_ref::Equations;
    Neuron "alif" in "neurons", neurons::alif::Equations;
    Neuron "izhikevich" in "neurons", neurons::izhikevich::Equations;
    Neuron "adex" in "neurons", neurons::adex::Equations;
    Neuron "exp_if" in "neurons", neurons::exp_if::Equations;
    Neuron "quadratic_if" in "neurons", neurons::quadratic_if::Equations;
    Neuron "lif_syn" in "neurons", neurons::lif_syn::Equations;
    Neuron "iaf_psc_exp" in "neurons", neurons::iaf_psc_exp::Equations;
    Neuron "hodgkin_huxley" in "neurons", neurons::hodgkin_huxley::Equations;
    Neuron "spike_source" in "neurons", neurons::spike_source::Equations;
    Neuron "leaky_rate_readout" in "readouts", readouts::leaky_rate_readout::Equations;
    Neuron "leaky_spike_readout" in "readouts", readouts::leaky_spike_readout::Equations;
    Synapse "expon" in "synapses", synapses::expon::Equations;
    Synapse "dual_expon" in "synapses", synapses::dual_expon::Equations;
    Synapse "alpha" in "synapses", synapses::alpha::Equations;
    Synapse "psc_exp" in "synapses", synapses::psc_exp::Equations;
    Output "coba" in "outputs", outputs::coba::Equations;
    Output "cuba" in "outputs", outputs::cuba::Equations;
    Output "mg_block" in "outputs", outputs::mg_block::Equations;
    Output "delta" in "outputs", outputs::delta::Equations;
    Output "sum" in "outputs", outputs::sum::Equations;
    Stimulus "current" in "stimuli", stimuli::current::Equations;
    Stimulus "trace" in "stimuli", stimuli::trace::Equations;
    Stimulus "dense" in "stimuli", stimuli::dense::Equations;
    Stimulus "poisson_input" in "stimuli", stimuli::poisson_input::Equations;
    Stimulus "spike_times" in "stimuli", stimuli::spike_times::Equations;
    Stimulus "poisson_spikes" in "stimuli", stimuli::poisson_spikes::Equations;
    Stimulus "poisson_encoder" in "stimuli", stimuli::poisson_encoder::Equations;
    Stimulus "current_step" in "stimuli", stimuli::current_step::Equations;
    Stimulus "current_ramp" in "stimuli", stimuli::current_ramp::Equations;
    Stimulus "current_sine" in "stimuli", stimuli::current_sine::Equations;
    Stimulus "ornstein_uhlenbeck" in "stimuli", stimuli::ornstein_uhlenbeck::Equations;
    Stimulus "white_noise" in "stimuli", stimuli::white_noise::Equations;
    Projection "stp" in "projections", projections::stp::Equations;
    Projection "std" in "projections", projections::std::Equations;
    Projection "tsodyks2" in "projections", projections::tsodyks2::Equations;
    Projection "ampa" in "projections", projections::ampa::Equations;
    Projection "gabaa" in "projections", projections::ampa::Equations;
    Projection "bio_nmda" in "projections", projections::bio_nmda::Equations;
}
