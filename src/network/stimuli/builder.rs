//! What the builders of stimuli share: each wraps the stimulus that it makes, and has the setters that it names, with its own
//! words for them.

/// `builder! { Type { /// … neurons; /// … port; } }`
macro_rules! builder {
    ($type:ident { $($(#[$doc:meta])* $setter:ident;)* }) => {
        impl From<$type> for $crate::network::Stimulus {
            fn from(builder: $type) -> Self {
                builder.0
            }
        }

        impl $type {
            /// Its name, by which its values are addressed: `stimulus[noise].rate`.
            pub fn name(mut self, name: impl Into<String>) -> Self {
                self.0.name = Some(name.into());
                self
            }

            /// When it begins to act, rounded to whole steps: at once unless given.
            pub fn start(mut self, start: uom::si::f64::Time) -> Self {
                self.0.params.insert("start".to_owned(), start.into());
                self
            }

            /// When it ends, rounded to whole steps: never unless given.
            pub fn stop(mut self, stop: uom::si::f64::Time) -> Self {
                self.0.params.insert("stop".to_owned(), stop.into());
                self
            }

            $(builder! { @ $(#[$doc])* $setter })*
        }
    };
    (@ $(#[$doc:meta])* neurons) => {
        $(#[$doc])*
        pub fn neurons(mut self, neurons: impl IntoIterator<Item = u32>) -> Self {
            self.0.neurons = Some(neurons.into_iter().collect());
            self
        }
    };
    (@ $(#[$doc:meta])* port) => {
        $(#[$doc])*
        pub fn port(mut self, port: impl Into<String>) -> Self {
            self.0.port = Some(port.into());
            self
        }
    };
}

pub(super) use builder;
