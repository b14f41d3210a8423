//! Errors of the library as exceptions with the same text, and panics as exceptions that say that they are bugs.

use neuropil::error::Location;
use neuropil::{Error, Result};
use pyo3::exceptions::{PyBaseException, PyKeyboardInterrupt};
use pyo3::prelude::*;
use pyo3::types::PyType;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

/// The text of the last panic.
static PANIC: Mutex<String> = Mutex::new(String::new());

/// Has panics leave their text here instead of on standard error: the library lives through some panics of drivers, and tells of others
/// as errors.
pub fn keep_panics() {
    std::panic::set_hook(Box::new(|panic| {
        *PANIC.lock().unwrap_or_else(PoisonError::into_inner) = panic.to_string().replace('\n', " ");
    }));
}

/// Why a call came to nothing.
pub enum Failure {
    /// The library says so.
    Error(Error),
    /// It panicked, with this text.
    Panic(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// Calls the library; it may panic.
pub fn caught<T>(call: impl FnOnce() -> Result<T>) -> Result<T, Failure> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(found) => found.map_err(Failure::Error),
        Err(_) => Err(Failure::Panic(PANIC.lock().unwrap_or_else(PoisonError::into_inner).clone())),
    }
}

/// Calls the library without the interpreter's lock.
pub fn detached<T: Send>(py: Python<'_>, call: impl FnOnce() -> Result<T> + Send) -> PyResult<T> {
    py.detach(|| caught(call)).map_err(|failure| raised(py, failure))
}

/// What was asked for cannot be, as the library would say it.
pub fn refused(py: Python<'_>, what: impl Into<String>, problem: impl Into<String>, legal: impl Into<String>) -> PyErr {
    raised(py, Error::request(what, problem, legal).into())
}

/// The exception for a failure, or for what kept it from being made.
pub fn raised(py: Python<'_>, failure: Failure) -> PyErr {
    exception(py, failure).unwrap_or_else(|error| error)
}

fn exception(py: Python<'_>, failure: Failure) -> PyResult<PyErr> {
    let error = match failure {
        Failure::Error(error) => error,
        Failure::Panic(text) => return made(py, "NeuropilError", &format!("this is a bug in neuropil: {text}")),
    };
    if matches!(error, Error::Interrupted { .. }) {
        return Ok(PyKeyboardInterrupt::new_err(error.to_string()));
    }
    let class = match error.exit_status() {
        2 => "InputError",
        3 => "DeviceError",
        _ => "RunError",
    };
    let raised = made(py, class, &error.to_string())?;
    let value = raised.value(py);
    if let Error::Field { field, problem, legal, location } = &error {
        value.setattr("field", field)?;
        value.setattr("problem", problem)?;
        value.setattr("legal", legal)?;
        set_location(value, location.as_ref())?;
    }
    if let Error::Request { what, problem, legal } = &error {
        value.setattr("field", what)?;
        value.setattr("problem", problem)?;
        value.setattr("legal", legal)?;
    }
    if let Error::NamedFile { field, location, .. } = &error {
        value.setattr("field", field)?;
        set_location(value, location.as_ref())?;
    }
    if let Error::Syntax { location, problem, .. } | Error::Shader { location, problem, .. } = &error {
        value.setattr("problem", problem)?;
        set_location(value, Some(location))?;
    }
    Ok(raised)
}

fn made(py: Python<'_>, class: &str, text: &str) -> PyResult<PyErr> {
    let class = py.import("neuropil.errors")?.getattr(class)?;
    Ok(PyErr::from_type(class.cast_into::<PyType>()?, (text.to_owned(),)))
}

fn set_location(value: &Bound<'_, PyBaseException>, location: Option<&Location>) -> PyResult<()> {
    let Some(Location { file, line, column }) = location else { return Ok(()) };
    value.setattr("file", file.display().to_string())?;
    value.setattr("line", *line)?;
    value.setattr("column", *column)
}
