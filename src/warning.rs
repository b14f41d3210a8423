//! What is legal but suspicious: said to the user, written into the summary, and never in the way of a run.
//!
//! This module knows nothing of the others, as `error`.

/// Something legal that is most likely not meant, and what helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Path of the field, in the words of a network file: `projection[2].weight`.
    pub field: String,
    /// What is suspicious, with the value.
    pub problem: String,
    /// What helps.
    pub hint: String,
}

impl Warning {
    /// A warning about a field.
    pub fn new(field: impl Into<String>, problem: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { field: field.into(), problem: problem.into(), hint: hint.into() }
    }
}

impl std::fmt::Display for Warning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}; {}", self.field, self.problem, self.hint)
    }
}
