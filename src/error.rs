//! Every way neuropil can fail, as data: the culprit's name, its value and the legal range.
//!
//! This module knows nothing of the others, so that each of them can return the same type. Texts are
//! complete sentences for a person; the fields are there for programs.

mod fault;

pub use fault::Fault;

use std::path::PathBuf;

/// A `Result` whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A place in a text file, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The file, as the user named it.
    pub file: PathBuf,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file.display(), self.line, self.column)
    }
}

/// What went wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A field of the network has an illegal value.
    #[error("{}{field}: {problem}{}", at(.location), legal_range(.legal))]
    Field {
        /// Path of the field, in the words of a network file: `population[exc].params.tau`.
        field: String,
        /// What is wrong, with the value.
        problem: String,
        /// The legal values; empty where the problem says it all.
        legal: String,
        /// Where the field stands, if it came from a file.
        location: Option<Location>,
    },
    /// A file that a field of the network names is not there, or does not hold what is needed.
    #[error("{}{field}: {source}", at(.location))]
    NamedFile {
        /// Path of the field, as in [`Error::Field`].
        field: String,
        /// [`Error::File`] or [`Error::Data`].
        source: Box<Error>,
        /// Where the field stands, if it came from a file.
        location: Option<Location>,
    },
    /// A network file is not well-formed, or has a key or a type that it may not have.
    #[error("{location}: {problem}\n  {quoted}")]
    Syntax {
        /// Where.
        location: Location,
        /// What is wrong, with the legal keys or types.
        problem: String,
        /// The line of the file.
        quoted: String,
    },
    /// A WGSL fragment does not parse, does not validate, or breaks its contract.
    #[error("{location}: {problem}\n  {quoted}")]
    Shader {
        /// Where, in the file that the user (or neuropil) wrote.
        location: Location,
        /// What is wrong.
        problem: String,
        /// The line of the file.
        quoted: String,
    },
    /// A file could not be read or written.
    #[error("cannot {action} {}: {source}", path.display())]
    File {
        /// `read`, `write`, `create` …
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// A data file is readable but does not hold what is needed.
    #[error("{}: {problem}{}", path.display(), legal_range(.legal))]
    Data {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
        /// What it should hold.
        legal: String,
    },
    /// No adapter fits the request.
    #[error("no GPU adapter {wanted}; found: {}. {hint}", if found.is_empty() { "none".to_owned() } else { found.join(", ") })]
    NoAdapter {
        /// What was asked for, as `matches "nvidia"`.
        wanted: String,
        /// The adapters there are, by name.
        found: Vec<String>,
        /// What to install or pass.
        hint: String,
    },
    /// The adapter's driver computes wrongly.
    #[error("the driver of {adapter} ({driver}) fails the self-test `{test}`: {problem}. {hint}")]
    WrongDriver {
        /// The adapter's name.
        adapter: String,
        /// The driver's name and version.
        driver: String,
        /// Which self-test.
        test: &'static str,
        /// What it computed instead.
        problem: String,
        /// What to install.
        hint: String,
    },
    /// The adapter lacks something that every run needs.
    #[error("{adapter} lacks {feature}, which neuropil needs")]
    MissingFeature {
        /// The adapter's name.
        adapter: String,
        /// The feature or limit, in wgpu's words.
        feature: String,
    },
    /// Something is larger than the adapter can hold; nothing was allocated.
    #[error("{what} needs {} {unit}, but {limit_name} of {adapter} is {limit}{}", count(*needed), what_helps(.hint))]
    TooLarge {
        /// The buffer or table.
        what: String,
        /// How much is needed; `u64::MAX` stands for anything beyond.
        needed: u64,
        /// Of what: `bytes`, or `workgroups`.
        unit: &'static str,
        /// The name of the limit.
        limit_name: &'static str,
        /// The limit, in the same unit.
        limit: u64,
        /// The adapter's name.
        adapter: String,
        /// What helps; empty where nobody can know.
        hint: String,
    },
    /// The host has not so much memory left; nothing of it was taken.
    #[error("{what} needs {} bytes of the host's memory, {}{}", count(*needed), there_is(*available), what_helps(.hint))]
    HostMemory {
        /// What was to be made.
        what: String,
        /// \[bytes\] needed; `u64::MAX` stands for anything beyond.
        needed: u64,
        /// \[bytes\] that the host still has; `None` where they would do, but the process does not get them.
        available: Option<u64>,
        /// What helps.
        hint: String,
    },
    /// The device ran out of memory.
    #[error("the device is out of memory: {what} asked for {bytes} bytes")]
    OutOfMemory {
        /// The buffer or table.
        what: String,
        /// \[bytes\] asked for.
        bytes: u64,
    },
    /// The device was lost (removed, reset, or its driver crashed).
    #[error("the device was lost while {action}: {reason}")]
    DeviceLost {
        /// What was being done.
        action: String,
        /// The driver's reason.
        reason: String,
    },
    /// The driver refused a command.
    #[error("the device refused {action}: {message}")]
    Validation {
        /// What was being done.
        action: String,
        /// The validation message.
        message: String,
    },
    /// The device did not finish in time: a loop that does not end, or a device that is too slow for the limit.
    #[error(
        "the device has not finished {kernel}{} within {limit_s} s, in the steps from {step} on: a loop that does not end? A \
         slow device needs a longer time limit",
        of_models(.models)
    )]
    Hung {
        /// What was computed, as `kernel update my_neuron`.
        kernel: String,
        /// The files of the models in it that do not come with neuropil; all of its models' files where there are none.
        models: Vec<PathBuf>,
        /// \[s\] the limit.
        limit_s: f64,
        /// The first step that was not finished.
        step: u32,
    },
    /// A submission was reported as done, but not all of its work was; its results are dropped.
    #[error(
        "the device left work undone without reporting a failure: step {reached} is known to be reached, not {expected}; \
         the run's results are dropped"
    )]
    Unfinished {
        /// The step that should have been the last.
        expected: u64,
        /// The last one before which all is known to be done.
        reached: u64,
    },
    /// A state variable became infinite or no number; the run's results are dropped.
    #[error(
        "{variable} of neuron {neuron} of population `{population}` (batch item {item}) is {value} after {}, and the run's \
         results are dropped; a smaller dt or a weaker input may help, and --allow-nonfinite (in Rust \
         EngineOptions::allow_nonfinite, in Python allow_nonfinite=True) goes on",
        span(*.first_step, *.steps)
    )]
    NonFinite {
        /// The population's name.
        population: String,
        /// Index of the neuron in it, the first of those that are alike.
        neuron: u32,
        /// Item of the batch.
        item: u32,
        /// The variable, as `v` or `ampa.g`.
        variable: String,
        /// Its value.
        value: f64,
        /// \[steps\] the first step of the window at whose end it was found: windows are as long as the smallest delay.
        first_step: u32,
        /// \[steps\] the window's length.
        steps: u32,
    },
    /// Whoever was told of the progress said that it is enough.
    #[error("{what} was interrupted; nothing of it is kept")]
    Interrupted {
        /// What was being done.
        what: String,
    },
    /// The request cannot be carried out as stated.
    #[error("{what}: {problem}{}", legal_range(.legal))]
    Request {
        /// What was asked for.
        what: String,
        /// Why not.
        problem: String,
        /// What would be legal.
        legal: String,
    },
}

fn at(location: &Option<Location>) -> String {
    location.as_ref().map(|place| format!("{place}: ")).unwrap_or_default()
}

fn of_models(models: &[PathBuf]) -> String {
    let models: Vec<_> = models.iter().map(|path| path.display().to_string()).collect();
    if models.is_empty() { String::new() } else { format!(" ({})", models.join(", ")) }
}

/// Steps of a window.
pub(crate) fn span(first_step: u32, steps: u32) -> String {
    match steps {
        0 | 1 => format!("step {first_step}"),
        more => format!("steps {first_step} to {}", u64::from(first_step) + u64::from(more - 1)),
    }
}

/// A number that may have been too large to be counted.
fn count(number: u64) -> String {
    if number == u64::MAX { format!("more than {}", u64::MAX - 1) } else { number.to_string() }
}

fn there_is(available: Option<u64>) -> String {
    match available {
        Some(bytes) => format!("of which {bytes} are available"),
        None => "which this process does not get (`ulimit -v` shows a limit)".to_owned(),
    }
}

fn what_helps(hint: &str) -> String {
    if hint.is_empty() { String::new() } else { format!("; what helps: {hint}") }
}

fn legal_range(legal: &str) -> String {
    if legal.is_empty() { String::new() } else { format!("; legal: {legal}") }
}

impl Error {
    /// An illegal field, not yet tied to a place in a file.
    pub fn field(field: impl Into<String>, problem: impl Into<String>, legal: impl Into<String>) -> Self {
        Self::Field { field: field.into(), problem: problem.into(), legal: legal.into(), location: None }
    }

    /// This error, of a file that a field of the network names.
    pub fn named_by(self, field: impl Into<String>) -> Self {
        Self::NamedFile { field: field.into(), source: Box::new(self), location: None }
    }

    /// An illegal request.
    pub fn request(what: impl Into<String>, problem: impl Into<String>, legal: impl Into<String>) -> Self {
        Self::Request { what: what.into(), problem: problem.into(), legal: legal.into() }
    }

    /// The exit status of the program: 2 for bad input, 3 for no usable device, 1 for anything else.
    pub fn exit_status(&self) -> u8 {
        match self {
            Self::NamedFile { source, .. } => source.exit_status(),
            Self::Field { .. }
            | Self::Syntax { .. }
            | Self::Shader { .. }
            | Self::Data { .. }
            | Self::Request { .. } => 2,
            Self::TooLarge { .. } | Self::HostMemory { .. } => 2,
            Self::File { action: "read", .. } => 2,
            Self::NoAdapter { .. } | Self::WrongDriver { .. } | Self::MissingFeature { .. } => 3,
            _ => 1,
        }
    }
}
