//! What there is: adapters, whether they compute rightly, models.

use crate::errors::detached;
use crate::process;
use neuropil::cpu::{self, Precision};
use neuropil::gpu::{AdapterInfo, DeviceChoice, Gpu, adapters, doctor, known_bad};
use neuropil::model::{Definition, catalogue, likely_kind, named, user};
use neuropil::{Device, Error, Result, version};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use std::path::Path;
use std::sync::Arc;

/// The adapters, in the order in which `auto` prefers them, and the CPU engine.
#[pyfunction]
fn devices(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    let found = detached(py, || process::is_that_of_its_threads().map(|()| adapters()))?;
    let all = PyList::empty(py);
    for info in &found {
        let AdapterInfo { index, name, backend, limits, features, .. } = info;
        let entry = PyDict::new(py);
        entry.set_item("index", index)?;
        entry.set_item("name", name)?;
        entry.set_item("backend", backend)?;
        entry.set_item("kind", format!("{:?}", info.kind).to_lowercase())?;
        entry.set_item("driver", info.driver_text())?;
        entry.set_item("max_binding_bytes", limits.max_binding)?;
        entry.set_item("max_buffer_bytes", limits.max_buffer)?;
        entry.set_item("max_workgroup_size", limits.max_workgroup_size)?;
        entry.set_item("features", features)?;
        entry.set_item("usable", info.is_usable())?;
        entry.set_item("warning", known_bad(info))?;
        all.append(entry)?;
    }
    let entry = PyDict::new(py);
    entry.set_item("index", py.None())?;
    entry.set_item("name", "cpu")?;
    entry.set_item("backend", "cpu")?;
    entry.set_item("kind", "cpu")?;
    entry.set_item("driver", format!("neuropil {}, {}", version::VERSION, cpu::describe()))?;
    entry.set_item("usable", true)?;
    entry.set_item("warning", py.None())?;
    all.append(entry)?;
    Ok(all)
}

/// A test of the doctor: its name, whether it passed, who needs it, and what was found.
type Finding = (String, bool, String, String);

/// Tests whether a device's driver computes rightly, or the CPU engine: name of the device, and the tests.
#[pyfunction]
fn examine(py: Python<'_>, device: &str) -> PyResult<Vec<(String, Vec<Finding>)>> {
    detached(py, || {
        process::is_that_of_its_threads()?;
        let engine = |precision: Precision| -> Result<(String, Vec<Finding>)> {
            let found = cpu::doctor::examine(precision)?.into_iter();
            let found = found.map(|it| (it.test.to_owned(), it.passed, "required".to_owned(), it.detail)).collect();
            Ok((format!("the CPU engine in {precision}, {}", cpu::describe()), found))
        };
        let adapter = |choice: &DeviceChoice| -> Result<(String, Vec<Finding>)> {
            let gpu = Gpu::open(choice)?;
            let found = doctor::examine(&gpu)?.into_iter();
            let found = found.map(|it| (it.test.to_owned(), it.passed, it.need.to_string(), it.detail)).collect();
            let info = gpu.info();
            Ok((format!("{} ({}), {}", info.name, info.backend, info.driver_text()), found))
        };
        match device.parse()? {
            Device::Cpu(precision) => Ok(vec![engine(precision)?]),
            Device::Adapter(choice) => Ok(vec![adapter(&choice)?]),
            Device::Auto => {
                let mut found = match adapter(&DeviceChoice::Auto) {
                    Err(Error::NoAdapter { .. }) => Vec::new(),
                    found => vec![found?],
                };
                found.push(engine(Precision::F32)?);
                Ok(found)
            }
            Device::Reference => Err(Error::request(
                "doctor",
                "the reference is what others are tested by",
                "auto, cpu, cpu:f64, or an adapter",
            )),
        }
    })
}

/// The models of the catalogue; those of one name, or that of a `.wgsl` file or text.
#[pyfunction]
#[pyo3(signature = (name, text))]
fn models<'py>(py: Python<'py>, name: Option<&str>, text: Option<String>) -> PyResult<Bound<'py, PyList>> {
    let found = detached(py, || match (name, text) {
        (Some(path), Some(text)) => own(Path::new(path), text).map(|model| vec![model]),
        (Some(path), None) if path.ends_with(".wgsl") => {
            let path = Path::new(path);
            let text = std::fs::read_to_string(path);
            let text = text.map_err(|source| Error::File { action: "read", path: path.to_owned(), source })?;
            own(path, text).map(|model| vec![model])
        }
        (Some(name), None) => named(name),
        (None, _) => Ok(catalogue()?.to_vec()),
    })?;
    let all = PyList::empty(py);
    for model in &found {
        all.append(described(py, model)?)?;
    }
    Ok(all)
}

/// A model of the user's own, of the kind that its functions show.
fn own(path: &Path, text: String) -> Result<Arc<Definition>> {
    user(likely_kind(path, &text), path, text)
}

fn described<'py>(py: Python<'py>, model: &Definition) -> PyResult<Bound<'py, PyDict>> {
    let entry = PyDict::new(py);
    let reflection = &model.reflection;
    entry.set_item("name", model.name())?;
    entry.set_item("kind", model.kind.to_string())?;
    entry.set_item("summary", reflection.doc.split_whitespace().collect::<Vec<_>>().join(" "))?;
    entry.set_item("equations", &reflection.head)?;
    entry.set_item("example", &reflection.example)?;
    for (key, fields) in [("params", &reflection.params), ("state", &reflection.state)] {
        let all = PyList::empty(py);
        for field in fields.iter().filter(|field| field.is_given()) {
            let one = PyDict::new(py);
            one.set_item("name", &field.name)?;
            one.set_item("unit", field.unit_text())?;
            one.set_item("said", field.said())?;
            all.append(one)?;
        }
        entry.set_item(key, all)?;
    }
    Ok(entry)
}

/// The JSON schema of network files.
#[pyfunction]
fn schema(py: Python<'_>) -> PyResult<String> {
    detached(py, neuropil::json_schema::text)
}

/// A panic of the library, as an exception: what tests ask for.
#[pyfunction]
fn panic_for_tests(py: Python<'_>) -> PyResult<()> {
    detached(py, || -> Result<()> { panic!("asked for by a test") })
}

/// Adds these functions.
pub fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(devices, module)?)?;
    module.add_function(wrap_pyfunction!(examine, module)?)?;
    module.add_function(wrap_pyfunction!(models, module)?)?;
    module.add_function(wrap_pyfunction!(schema, module)?)?;
    module.add_function(wrap_pyfunction!(panic_for_tests, module)?)
}
