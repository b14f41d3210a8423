//! The synapse table: one row per source neuron and group, laid out so that delivery reads streams.

/// All synapses of a network.
///
/// An entry is one 32-bit word: the target's ring cell in the low `cell_bits`, and above it, in groups whose delay
/// is not one constant, the delay in steps. Weights in whole numbers stand beside the entries only for groups whose
/// weight is not one constant; those groups come first, so that `weights` is no longer than it must be.
#[derive(Debug, Default)]
pub struct SynapseTable {
    /// Synapses.
    pub count: u64,
    /// Synapses of one source population that share what is constant.
    pub groups: Vec<Group>,
    /// First entry and number of entries of each row.
    pub rows: Vec<[u32; 2]>,
    /// The entries, with gaps before some rows so that no chunk crosses a shard's end.
    pub entries: Vec<u32>,
    /// Weights of the first entries.
    pub weights: Vec<i32>,
    /// Bits of an entry that hold the cell.
    pub cell_bits: u32,
    /// Entries of one shard, a power of two: what one binding of the device may hold.
    pub shard: u32,
    /// Entries of one delivery task at most; divides `shard`.
    pub chunk: u32,
    /// \[steps\] largest delay.
    pub max_delay: u32,
    /// Index of a projection that has it.
    pub longest: Option<usize>,
    /// \[steps\] smallest delay but 0.
    pub min_delay: u32,
}

/// Synapses of one source population that share what is constant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// Index of the source population.
    pub source: usize,
    /// The weight of all, in whole numbers; `None`: each has its own in `weights`.
    pub weight: Option<i32>,
    /// \[steps\] the delay of all; `None`: each has its own in its entry.
    pub delay: Option<u32>,
}

/// One synapse, decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Synapse {
    /// The target's ring cell.
    pub cell: u32,
    /// [steps] the delay.
    pub delay: u32,
    /// The weight in whole numbers.
    pub weight: i32,
}

impl SynapseTable {
    /// The synapses of a row that belongs to `group`.
    #[expect(clippy::arithmetic_side_effects, reason = "no row ends beyond the entries, which u32 index")]
    pub fn row(&self, group: u32, row: u32) -> impl Iterator<Item = Synapse> + '_ {
        let group = self.groups[group as usize];
        let [first, count] = self.rows[row as usize];
        let mask = self.cell_mask();
        (first..first + count).map(move |at| {
            let entry = self.entries[at as usize];
            Synapse {
                cell: if group.delay.is_some() { entry } else { entry & mask },
                delay: group.delay.unwrap_or_else(|| entry.checked_shr(self.cell_bits).unwrap_or(0)),
                weight: group.weight.unwrap_or_else(|| self.weights[at as usize]),
            }
        })
    }

    /// The bits of an entry that hold the cell.
    pub(crate) fn cell_mask(&self) -> u32 {
        u32::MAX.checked_shl(self.cell_bits).map_or(u32::MAX, |others| !others)
    }

    /// Shards: how many bindings the entries need.
    #[expect(clippy::cast_possible_truncation, reason = "there are fewer shards than entries, which u32 index")]
    pub fn shards(&self) -> u32 {
        (self.entries.len() as u64).div_ceil(u64::from(self.shard)).max(1) as u32
    }

    /// Delivery tasks of a row.
    pub fn tasks(&self, row: u32) -> u32 {
        self.rows[row as usize][1].div_ceil(self.chunk)
    }
}
