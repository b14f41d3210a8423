//! What Python calls: networks, simulations and what they record, on the public API of `neuropil` alone.
//!
//! The package `neuropil/` beside this crate is what people see; it turns their values into the words of network files, and hands
//! those over. Whatever takes time gives the interpreter's lock back, and looks for signals while it goes on.

mod backends;
mod cells;
mod errors;
mod facts;
mod how;
mod known;
mod network;
mod planned;
mod process;
mod quantity;
mod recording;
mod simulation;
mod state;
mod waiting;

use pyo3::prelude::*;

/// The compiled part of `neuropil`.
#[pymodule]
fn _neuropil(module: &Bound<'_, PyModule>) -> PyResult<()> {
    errors::keep_panics();
    module.add("__version__", neuropil::version::VERSION)?;
    module.add("__commit__", neuropil::version::COMMIT)?;
    module.add_class::<network::Network>()?;
    module.add_class::<simulation::Simulation>()?;
    module.add_class::<state::State>()?;
    module.add_class::<cells::Cell>()?;
    module.add_class::<cells::Rnn>()?;
    module.add_class::<recording::Recording>()?;
    quantity::add_to(module)?;
    facts::add_to(module)?;
    planned::add_to(module)?;
    Ok(())
}
