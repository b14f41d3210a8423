//! Which cells there are, as a host names them.

use super::cells::{gru, gru_after, lstm, mgu, ur_lstm, vanilla};
use super::definition::Definition;
use crate::{Error, Result};

/// Declares the registry: every kind, with the module that defines it.
macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $module:ident,)*) => {
        /// A kind of recurrent cell.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum CellKind {
            $($(#[$doc])* $variant,)*
        }

        impl CellKind {
            /// All of them.
            pub const ALL: [Self; [$(Self::$variant),*].len()] = [$(Self::$variant),*];

            /// What its matrices are, and what is done with them.
            pub fn definition(self) -> &'static Definition {
                match self {
                    $(Self::$variant => &$module::DEFINITION,)*
                }
            }
        }
    };
}

kinds! {
    /// h = φ(\[x, h\]·W + b).
    Vanilla = vanilla,
    /// Gated recurrent unit whose reset acts before the product.
    Gru = gru,
    /// Gated recurrent unit whose reset acts after the product, as cuDNN's and PyTorch's.
    GruAfter = gru_after,
    /// Minimal gated unit.
    Mgu = mgu,
    /// Long short-term memory.
    Lstm = lstm,
    /// Long short-term memory with uniform initial gates and a refine gate.
    UrLstm = ur_lstm,
}

impl std::fmt::Display for CellKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.definition().name)
    }
}

impl std::str::FromStr for CellKind {
    type Err = Error;

    /// # Errors
    /// [`Error::Request`] for a name that is not among the [`Definition::name`]s of [`CellKind::ALL`].
    fn from_str(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|kind| kind.definition().name == name).ok_or_else(|| {
            let legal = Self::ALL.map(|kind| kind.definition().name).join(", ");
            Error::request("cell", format!("there is none named `{name}`"), legal)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_kinds() {
        for kind in CellKind::ALL {
            assert_eq!(kind.to_string().parse::<CellKind>().unwrap(), kind);
        }
        let message = "gruu".parse::<CellKind>().unwrap_err().to_string();
        let legal = "legal: vanilla, gru, gru_after, mgu, lstm, ur_lstm";
        assert_eq!(message, format!("cell: there is none named `gruu`; {legal}"));
    }
}
