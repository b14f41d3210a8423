//! `cargo bench [-- NAME…]`: all benches, or those whose names begin so, on the preferred adapter.
//!
//! benches/README.md says what they are for.

use neuropil::bench;
use neuropil::gpu::{DeviceChoice, Gpu, doctor};

fn main() -> anyhow::Result<()> {
    // Cargo adds `--bench`.
    let names: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let gpu = doctor::self_test(&Gpu::open(&DeviceChoice::Auto)?)?;
    println!("{}, {}\n", gpu.info().name, gpu.info().driver_text());
    print!("{}", bench::table(&bench::run(&gpu, &names)?));
    Ok(())
}
