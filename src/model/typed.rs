//! Typed builders of the built-in neurons: parameters that the compiler checks for their dimension.

use crate::network::Typed;

/// What a spike subtracts from V.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reset {
    /// The distance from reset to threshold: an overshoot is kept.
    Soft,
    /// All of V above the reset.
    Hard,
}

impl From<Reset> for Typed<Reset> {
    fn from(reset: Reset) -> Self {
        Typed::choice(match reset {
            Reset::Soft => "soft",
            Reset::Hard => "hard",
        })
    }
}

/// Declares the typed builder of a model's parameters; `NAMES` lets a test hold it against the WGSL file, whose text is its
/// documentation, and which begins with what `$begins` says.
macro_rules! typed_params {
    (
        $(#[$doc:meta])*
        $type:ident = $name:literal in $folder:literal, which begins with $begins:literal
        { $($(#[$field_doc:meta])* $field:ident: $quantity:ty,)* }
    ) => {
        $(#[$doc])*
        ///
        /// # Equations
        ///
        #[doc = concat!(" Its WGSL file begins with ", $begins, ":")]
        ///
        #[doc = concat!(
            "```wgsl\n",
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/shaders/", $folder, "/", $name, ".wgsl")),
            "```"
        )]
        #[derive(Debug, Clone, Default)]
        pub struct $type {
            params: std::collections::BTreeMap<String, $crate::network::Value>,
        }

        impl $type {
            /// The parameters' names, in the order of the WGSL file.
            #[cfg(test)]
            pub(crate) const NAMES: &'static [&'static str] = &[$(stringify!($field)),*];

            /// The model with its default parameters.
            pub fn new() -> Self {
                Self::default()
            }

            $(
                $(#[$field_doc])*
                #[must_use]
                pub fn $field(mut self, value: impl Into<$crate::network::Typed<$quantity>>) -> Self {
                    let value: $crate::network::Typed<$quantity> = value.into();
                    self.params.insert(stringify!($field).to_owned(), value.into());
                    self
                }
            )*
        }
    };
}

/// Declares a neuron's typed builder.
macro_rules! typed_neuron {
    ($(#[$doc:meta])* $type:ident = $name:literal in $folder:literal $fields:tt) => {
        $crate::model::typed::typed_params! {
            $(#[$doc])*
            $type = $name in $folder, which begins with "the equation, the step's integrator, the reset and the source" $fields
        }

        impl From<$type> for $crate::network::Neuron {
            fn from(model: $type) -> Self {
                model.params.into_iter().fold($crate::network::Neuron::from($name), |neuron, (name, value)| neuron.param(name, value))
            }
        }
    };
}

/// Declares the typed builder of a projection's model.
macro_rules! typed_projection {
    ($(#[$doc:meta])* $type:ident = $name:literal $fields:tt) => {
        $crate::model::typed::typed_params! {
            $(#[$doc])*
            $type = $name in "projections", which begins with "the equation, the step and the source" $fields
        }

        impl From<$type> for $crate::network::Part {
            fn from(model: $type) -> Self {
                Self { model: $crate::network::Model::Catalogue($name.to_owned()), params: model.params }
            }
        }
    };
}

pub(super) use {typed_neuron, typed_params, typed_projection};
