//! Composes WGSL from fragments, reflects what they declare, and tells what is wrong with them in the user's own file.
//!
//! A fragment is one model in WGSL: `struct Params`, `struct State`, functions called `<name>_<suffix>`, helpers, and
//! `///` comments that give each member its unit, meaning, default and range (see [`Field`]). It has no bindings and no
//! entry points. Which functions a kind of model has is a [`Contract`]; this module knows no contract, no model, no
//! network and no GPU.

mod compose;
mod contract;
mod diagnose;
mod docs;
mod field;
mod grammar;
mod items;
mod kernel;
mod lexer;
mod names;
mod place;
mod portable;
mod reflect;
#[cfg(test)]
mod tests;
mod text;

pub use compose::{Composed, Composer, renamed};
pub use contract::{Contract, Signature};
pub use field::{Bound, Comparison, Field, FieldDefault, FieldKind, Limit, Rounding, Steps};
pub(crate) use kernel::{Access, Kernel};
pub use portable::{Inexact, Portable, portable};
pub use reflect::{Reflection, reflect};
pub(crate) use text::{Text, constants, text};

use std::borrow::Cow;
use std::path::PathBuf;

/// One model's WGSL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fragment {
    /// What its functions' names begin with: `lif_ref` of `lif_ref_update`.
    pub name: String,
    /// The file, for errors.
    pub path: PathBuf,
    /// The WGSL.
    pub text: Cow<'static, str>,
}
