//! `neuropil check`: what is wrong with network files, and what is suspicious. Nothing is run, and no device is asked.

use super::read;
use super::report::{say, warn_of};
use neuropil::network::Setting;
use neuropil::plan::{Examined, LowerOptions, Plan};
use neuropil::{Error, Result};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Synapses that are drawn to see what their weights are: some seconds.
const DRAWN: u64 = 5_000_000;

/// Examines each file, with values put in the place of its own; an error of one does not keep from the others.
pub fn check(files: &[PathBuf], settings: &[Setting], out: &mut impl Write) -> anyhow::Result<()> {
    let mut wrong = 0usize;
    for path in files {
        match examined(path, settings) {
            Ok(Examined { neurons, synapses, drawn, warnings }) => {
                warn_of(path, &warnings);
                let about = if drawn { "" } else { "about " };
                let undrawn = if drawn {
                    ""
                } else {
                    "; so many are not drawn, and their weights not looked at: `neuropil plan` does"
                };
                writeln!(out, "{}: {neurons} neurons, {about}{synapses} synapses{undrawn}", path.display())?;
            }
            Err(error) => {
                say(&format!("error: {error}"));
                wrong += 1;
            }
        }
    }
    if wrong == 0 {
        return Ok(());
    }
    Err(Error::request("check", format!("{wrong} of {} network files are wrong", files.len()), "").into())
}

fn examined(path: &Path, settings: &[Setting]) -> Result<Examined> {
    let file = read(path, settings)?;
    let examined = Plan::examine(&file.network, &LowerOptions::default(), DRAWN);
    let mut examined = examined.map_err(|error| file.locate(error))?;
    examined.warnings.splice(0..0, file.warnings());
    Ok(examined)
}
