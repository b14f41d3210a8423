//! The `neuropil` program: runs, plans and explains networks from files.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
