//! How a command ends: one message on standard error, and an exit status.

use neuropil::Warning;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

/// Prints a line for people that is not a result. Nobody can be told that standard error is closed.
pub fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Prints what is suspicious in a network or a run, and returns it as sentences.
pub fn warn(warnings: &[Warning]) -> Vec<String> {
    let warnings: Vec<_> = warnings.iter().map(ToString::to_string).collect();
    warnings.iter().for_each(|warning| say(&format!("warning: {warning}")));
    warnings
}

/// Prints what is suspicious in one of several network files.
pub fn warn_of(file: &Path, warnings: &[Warning]) {
    warnings.iter().for_each(|warning| say(&format!("warning: {}: {warning}", file.display())));
}

/// Carries out a command and prints what went wrong.
pub fn exit_code(command: impl FnOnce() -> anyhow::Result<()>) -> ExitCode {
    let status = match panics_as_errors(command) {
        Ok(()) => 0,
        // The reader of a pipe has seen enough: `neuropil models | head`.
        Err(error) if is_broken_pipe(&error) => 0,
        Err(error) => {
            say(&format!("error: {}", message(&error)));
            error.downcast_ref::<neuropil::Error>().map_or(1, neuropil::Error::exit_status)
        }
    };
    ExitCode::from(status)
}

/// A panic is an error of the program, and is told like one. The library lives through some panics of drivers: those
/// are not told at all.
fn panics_as_errors(command: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
    let last = Arc::new(Mutex::new(String::new()));
    let kept = last.clone();
    std::panic::set_hook(Box::new(move |panic| {
        *kept.lock().unwrap_or_else(PoisonError::into_inner) = panic.to_string().replace('\n', " ");
    }));
    catch_unwind(AssertUnwindSafe(command)).unwrap_or_else(|_| {
        let text = last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Err(anyhow::anyhow!("this is a bug in neuropil: {text}"))
    })
}

/// The library wraps errors of the files that it writes, so a bare one is of standard output.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// The chain of causes. A library's error is a whole sentence, which has its cause in it.
fn message(error: &anyhow::Error) -> String {
    let mut parts = Vec::new();
    if error.is::<io::Error>() {
        parts.push("cannot write to standard output".to_owned());
    }
    for cause in error.chain() {
        parts.push(cause.to_string());
        if cause.is::<neuropil::Error>() {
            break;
        }
    }
    parts.join(": ")
}
