//! `connectivity.npz`: the synapses that a run has, projection by projection, written a part at a time.

use super::arrays::Archive;
use super::{CONNECTIVITY, Folder};
use crate::Result;
use crate::memory::{bytes_of, needs};
use crate::plan::{Plan, Synapses};
use std::borrow::Cow;
use std::fs::File;
use std::io;
use std::path::PathBuf;

/// [synapses] A part may have, and the arrays that are made of it.
const PART: u64 = 1 << 20;

impl Folder {
    /// Writes `connectivity.npz`, which is placed with the run's other files: `<projection>.pre` and `.post`, the numbers of neurons in
    /// their populations, `.weight` in the port's unit as it is counted, and `.delay` in ms, in the order of sources and then of targets. Where
    /// batch items have synapses or weights of their own, those of all items, one item after the other, and beside them `.batch`, whose
    /// each is. A projection is called by its name, else `pre→post.port`, else by its number.
    ///
    /// # Errors
    /// [`Error::File`](crate::Error::File); [`Error::HostMemory`](crate::Error::HostMemory).
    pub fn save_connectivity(&self, plan: &Plan) -> Result<PathBuf> {
        needs(bytes_of::<[u64; 12]>(PART.min(plan.synapse_count())), "writing synapses", "fewer synapses")?;
        self.stage(CONNECTIVITY, |file| write(file, plan))
    }
}

fn write(file: &mut File, plan: &Plan) -> io::Result<()> {
    let mut archive = Archive::new(file);
    let items = plan.items_of_synapses();
    for (number, name) in (0..).zip(plan.projection_names()) {
        let count: u64 = items.clone().map(|item| plan.synapses_of(number, item)).sum();
        let count = usize::try_from(count).map_err(io::Error::other)?;
        let mut column = |what: &str, of: Column| match of {
            Column::Numbers(of) => {
                let mut array = archive.begin::<u32>(&format!("{name}.{what}"), count)?;
                items.clone().try_for_each(|item| plan.each_part(number, item, |part| array.add(&of(&part, item))))
            }
            Column::Values(of) => {
                let mut array = archive.begin::<f64>(&format!("{name}.{what}"), count)?;
                items.clone().try_for_each(|item| plan.each_part(number, item, |part| array.add(of(&part))))
            }
        };
        column("pre", Column::Numbers(|part, _| Cow::from(&part.pre)))?;
        column("post", Column::Numbers(|part, _| Cow::from(&part.post)))?;
        column("weight", Column::Values(|part| &part.weight))?;
        column("delay", Column::Values(|part| &part.delay))?;
        if items.len() > 1 {
            column("batch", Column::Numbers(|part, item| Cow::from(vec![item; part.pre.len()])))?;
        }
    }
    archive.finish()
}

/// What becomes an array, of some synapses of an item.
#[derive(Clone, Copy)]
enum Column {
    Numbers(fn(&Synapses, u32) -> Cow<'_, [u32]>),
    Values(fn(&Synapses) -> &Vec<f64>),
}
