//! `cargo bench [-- NAME…]`: all benches, or those whose names begin so, on what a run would take.
//!
//! benches/README.md says what they are for.

use neuropil::{Backend, Device, bench};

fn main() -> anyhow::Result<()> {
    // Cargo adds `--bench`.
    let names: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let backend = Backend::open(&Device::Auto)?;
    if let Backend::Gpu(gpu) = &backend {
        println!("{}, {}\n", gpu.info().name, gpu.info().driver_text());
    }
    print!("{}", bench::table(&bench::run(&backend, neuropil::sim::Arithmetic::Portable, &names)?));
    Ok(())
}
