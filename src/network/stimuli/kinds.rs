//! The registry of the kinds of stimuli that have keys of their own, and all builders of stimuli.

mod current;
mod dense;
mod model;
mod poisson_encoder;
mod poisson_input;
mod poisson_spikes;
mod spike_times;

pub use model::StimulusModel;
pub use poisson_input::Sampler;
pub use poisson_spikes::PoissonSpikes;

use super::Declaration;
use crate::network::Model;
use std::borrow::Cow;

/// One line for each: the name of its builder, and the file that has this and its declaration.
macro_rules! kinds {
    ($($kind:ident in $file:ident;)*) => {
        $(pub use $file::$kind;)*

        /// What a stimulus is.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum StimulusKind {
            $(
                #[doc = concat!("That of [`", stringify!($kind), "`].")]
                $kind,
            )*
            /// A model, of the catalogue or a user's, whose parameters are its keys.
            Model(Model),
        }

        impl StimulusKind {
            /// The declarations of all kinds that have keys of their own.
            pub const DECLARED: &'static [&'static Declaration] = &[$(&$file::DECLARATION),*];

            /// The kind that a network file calls so.
            pub fn named(name: &str) -> Self {
                match name {
                    $(name if name == $file::DECLARATION.name => Self::$kind,)*
                    _ => Self::Model(name.into()),
                }
            }

            /// The keys of its own, if it has any.
            pub fn declaration(&self) -> Option<&'static Declaration> {
                match self {
                    $(Self::$kind => Some(&$file::DECLARATION),)*
                    Self::Model(_) => None,
                }
            }

            /// What a network file calls it.
            pub fn name(&self) -> Cow<'static, str> {
                match self {
                    $(Self::$kind => $file::DECLARATION.name.into(),)*
                    Self::Model(model) => model.to_string().into(),
                }
            }
        }
    };
}

kinds! {
    PoissonInput in poisson_input;
    PoissonEncoder in poisson_encoder;
    Current in current;
    Dense in dense;
    SpikeTimes in spike_times;
}
