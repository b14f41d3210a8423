//! Gated recurrent cells, with arrays in and out.

use crate::backends;
use crate::errors::{Failure, caught, detached, raised};
use crate::process;
use crate::waiting::Raised;
use neuropil::rnn::{self, Activation, CellKind, Gru, GruReset, Lstm, Mgu, Options, State, UrLstm, VanillaRnn, file};
use neuropil::sim::Arithmetic;
use neuropil::{Error, Result};
use numpy::ndarray::Array3;
use numpy::{PyArray1, PyArray3, PyReadonlyArray1, PyReadonlyArray3, PyUntypedArrayMethods};
use pyo3::prelude::*;
use std::path::PathBuf;
use std::sync::{Mutex, TryLockError};

/// A cell with its weights.
#[pyclass(frozen, module = "neuropil._neuropil")]
pub struct Cell(rnn::Cell);

fn drawn(
    kind: CellKind,
    (n_in, n_out): (usize, usize),
    seed: u64,
    activation: Option<Activation>,
) -> Result<rnn::Cell> {
    macro_rules! built {
        ($builder:expr) => {{
            let builder = $builder.seed(seed);
            activation.into_iter().fold(builder, |builder, activation| builder.activation(activation)).build()
        }};
    }
    match kind {
        CellKind::Vanilla => built!(VanillaRnn::new(n_in, n_out)),
        CellKind::Gru => built!(Gru::new(n_in, n_out)),
        CellKind::GruAfter => built!(Gru::new(n_in, n_out).reset(GruReset::After)),
        CellKind::Mgu => built!(Mgu::new(n_in, n_out)),
        CellKind::Lstm => built!(Lstm::new(n_in, n_out)),
        CellKind::UrLstm => built!(UrLstm::new(n_in, n_out)),
        other => Err(Error::request("cell", format!("`{other}` is not known here"), "")),
    }
}

#[pymethods]
impl Cell {
    /// A cell whose weights are drawn from a seed.
    #[staticmethod]
    #[pyo3(signature = (kind, n_in, n_out, seed, activation))]
    fn drawn(
        py: Python<'_>,
        kind: &str,
        n_in: usize,
        n_out: usize,
        seed: u64,
        activation: Option<&str>,
    ) -> PyResult<Self> {
        let activation = activation.map(str::parse);
        detached(py, || drawn(kind.parse()?, (n_in, n_out), seed, activation.transpose()?)).map(Self)
    }

    /// The cells that a `.safetensors` file holds, the one that reads x first.
    #[staticmethod]
    #[pyo3(signature = (path, kind, activation))]
    fn read(py: Python<'_>, path: PathBuf, kind: &str, activation: Option<&str>) -> PyResult<Vec<Self>> {
        let activation: Option<Result<Activation>> = activation.map(str::parse);
        let cells = detached(py, || file::read(&path, kind.parse()?)?.into_cells(activation.transpose()?))?;
        Ok(cells.into_iter().map(Self).collect())
    }

    /// Writes it to a `.safetensors` file.
    fn write(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        detached(py, || file::write(&path, &self.0, None, file::Precision::F32))
    }

    /// Its kind, inputs, units and activation.
    fn about(&self) -> (String, usize, usize, String) {
        (self.0.kind().to_string(), self.0.n_in(), self.0.n_out(), self.0.activation().name().to_owned())
    }
}

/// A stack of cells with its state.
#[pyclass(frozen, module = "neuropil._neuropil")]
pub struct Rnn {
    /// Locked only by who has given back the interpreter's lock.
    rnn: Mutex<neuropil::Rnn>,
    raised: Raised,
    n_out: usize,
    batch: usize,
}

type Steps<'py> = (Bound<'py, PyArray3<f32>>, Option<Bound<'py, PyArray3<f32>>>);

impl Rnn {
    fn with<T: Send>(&self, py: Python<'_>, call: impl FnOnce(&mut neuropil::Rnn) -> Result<T> + Send) -> PyResult<T> {
        let found = py.detach(|| {
            process::is_that_of_its_threads()?;
            let mut rnn = match self.rnn.try_lock() {
                Ok(rnn) => rnn,
                Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => {
                    let error =
                        Error::request("rnn", "it is in use by another thread", "one of its own for each thread");
                    return Err(Failure::Error(error));
                }
            };
            caught(|| call(&mut rnn))
        });
        found.map_err(|failure| raised(py, failure))
    }
}

#[pymethods]
impl Rnn {
    /// Makes cells ready to run.
    #[new]
    fn new(
        py: Python<'_>,
        cells: Vec<PyRef<'_, Cell>>,
        device: &str,
        batch: usize,
        f16: bool,
        arithmetic: &str,
        every_c: bool,
    ) -> PyResult<Self> {
        let cells: Vec<_> = cells.iter().map(|cell| cell.0.clone()).collect();
        let n_out = cells.last().map_or(0, rnn::Cell::n_out);
        let rnn = detached(py, || {
            process::is_that_of_its_threads()?;
            let arithmetic = arithmetic.parse::<Arithmetic>();
            let arithmetic = arithmetic.map_err(|legal| Error::request("arithmetic", "it is none", legal))?;
            let options = Options { f16, arithmetic, every_c, ..Options::default() };
            neuropil::Rnn::new(&backends::open(device, None)?, &cells, batch, &options)
        })?;
        Ok(Self { rnn: Mutex::new(rnn), raised: Raised::default(), n_out, batch })
    }

    /// h of all steps of x `[T, batch, n_in]`, and c where it was asked for.
    fn run<'py>(&self, py: Python<'py>, x: PyReadonlyArray3<'py, f32>) -> PyResult<Steps<'py>> {
        let steps = x.shape()[0];
        let x: Vec<f32> = x.as_array().iter().copied().collect();
        let raised_here = &self.raised;
        let mut came = None;
        let found = self.with(py, |rnn| {
            raised_here.begin();
            let (mut h, mut c) = (Vec::new(), Vec::new());
            let done = rnn.run_chunks(&x, &mut |chunk| {
                h.extend_from_slice(chunk.h);
                c.extend_from_slice(chunk.c);
                let enough = raised_here.has_come();
                if enough { Err(Error::Interrupted { what: "the sequence".to_owned() }) } else { Ok(()) }
            });
            came = raised_here.take();
            done.map(|()| (h, c))
        });
        if let Some(error) = came {
            return Err(error);
        }
        let (h, c) = found?;
        let array = |numbers: Vec<f32>| {
            let made = Array3::from_shape_vec((steps, self.batch, self.n_out), numbers);
            made.map(|array| PyArray3::from_owned_array(py, array))
        };
        let wrong = |_| raised(py, Failure::Panic("a sequence of another length came back".to_owned()));
        let c = if c.is_empty() { None } else { Some(array(c).map_err(wrong)?) };
        Ok((array(h).map_err(wrong)?, c))
    }

    /// h and c of each layer, `[batch · n_out]`.
    #[expect(clippy::type_complexity, reason = "pairs for Python")]
    fn state<'py>(&self, py: Python<'py>) -> PyResult<Vec<(Bound<'py, PyArray1<f64>>, Bound<'py, PyArray1<f64>>)>> {
        let state = self.with(py, |rnn| rnn.state())?;
        Ok(state.into_iter().map(|State { h, c }| (PyArray1::from_vec(py, h), PyArray1::from_vec(py, c))).collect())
    }

    /// Sets h and c of each layer.
    fn set_state(
        &self,
        py: Python<'_>,
        state: Vec<(PyReadonlyArray1<'_, f64>, PyReadonlyArray1<'_, f64>)>,
    ) -> PyResult<()> {
        let of = |array: &PyReadonlyArray1<'_, f64>| array.as_array().iter().copied().collect();
        let state: Vec<_> = state.iter().map(|(h, c)| State { h: of(h), c: of(c) }).collect();
        self.with(py, |rnn| rnn.set_state(&state))
    }

    /// Sets h and c of all layers to 0.
    fn reset(&self, py: Python<'_>) -> PyResult<()> {
        self.with(py, neuropil::Rnn::reset_state)
    }
}
