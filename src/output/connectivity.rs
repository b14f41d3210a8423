//! `connectivity.npz`: the synapses that a run has, projection by projection, written a part at a time.

use super::arrays::Archive;
use super::{CONNECTIVITY, Folder};
use crate::Result;
use crate::memory::{bytes_of, needs};
use crate::plan::{Plan, Synapses};
use std::fs::File;
use std::io;
use std::path::PathBuf;

/// [synapses] A part may have, and the arrays that are made of it.
const PART: u64 = 1 << 20;

impl Folder {
    /// Writes `connectivity.npz`, which is placed with the run's other files: `<projection>.pre` and `.post`, the numbers of neurons in
    /// their populations, `.weight` in the port's unit as it is counted, of the first batch item, and `.delay` in ms, in the order of
    /// sources and then of targets. A projection is called by its name, else `pre→post.port`, else by its number.
    ///
    /// # Errors
    /// [`Error::File`](crate::Error::File); [`Error::HostMemory`](crate::Error::HostMemory).
    pub fn save_connectivity(&self, plan: &Plan) -> Result<PathBuf> {
        needs(bytes_of::<[u64; 12]>(PART.min(plan.synapses.count)), "writing synapses", "fewer synapses")?;
        self.stage(CONNECTIVITY, |file| write(file, plan))
    }
}

fn write(file: &mut File, plan: &Plan) -> io::Result<()> {
    let mut archive = Archive::new(file);
    for (number, name) in (0..).zip(plan.projection_names()) {
        let count = usize::try_from(plan.synapses_of(number, 0)).map_err(io::Error::other)?;
        let mut column = |what: &str, of: Column| match of {
            Column::Numbers(of) => {
                let mut array = archive.begin::<u32>(&format!("{name}.{what}"), count)?;
                plan.each_part(number, 0, |part| array.add(of(&part)))
            }
            Column::Values(of) => {
                let mut array = archive.begin::<f64>(&format!("{name}.{what}"), count)?;
                plan.each_part(number, 0, |part| array.add(of(&part)))
            }
        };
        column("pre", Column::Numbers(|part| &part.pre))?;
        column("post", Column::Numbers(|part| &part.post))?;
        column("weight", Column::Values(|part| &part.weight))?;
        column("delay", Column::Values(|part| &part.delay))?;
    }
    archive.finish()
}

/// What becomes an array.
#[derive(Clone, Copy)]
enum Column {
    Numbers(fn(&Synapses) -> &Vec<u32>),
    Values(fn(&Synapses) -> &Vec<f64>),
}
