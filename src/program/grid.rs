//! How many workgroups a dispatch has: always the same, or by how many rows a window has.

/// Workgroups that every adapter takes along one axis.
pub(crate) const MOST_GROUPS: usize = 65_535;

/// Workgroups that share out rows: each has `high` of them, in one of `columns`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tiling {
    /// Rows of a workgroup.
    pub high: u32,
    /// Workgroups side by side.
    pub columns: u32,
}

impl Tiling {
    /// Along three axes, of which rows take the third too where the first cannot count them.
    pub(crate) fn workgroups(self, rows: u32) -> [u32; 3] {
        let groups = rows.div_ceil(self.high.max(1));
        let layers = groups.div_ceil(MOST_GROUPS as u32).max(1);
        [groups.div_ceil(layers), self.columns, layers]
    }
}

/// The workgroups of a dispatch; rows are counted by a word that is named, or known to be of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grid<W = usize> {
    /// Along three axes, the same in all windows.
    Fixed([u32; 3]),
    /// Of as many rows as this word says.
    Rows(W, Tiling),
}

impl<W> From<[u32; 3]> for Grid<W> {
    fn from(workgroups: [u32; 3]) -> Self {
        Self::Fixed(workgroups)
    }
}

impl Grid {
    /// Those of a window with this clock.
    pub(crate) fn workgroups(self, clock: &[u32]) -> [u32; 3] {
        match self {
            Self::Fixed(workgroups) => workgroups,
            Self::Rows(at, tiling) => tiling.workgroups(clock[at]),
        }
    }

    /// For people, who know the clock's words by these names.
    pub(super) fn shown(self, clock: &[&str]) -> String {
        match self {
            Self::Fixed([x, y, z]) => format!("{x} x {y} x {z}"),
            Self::Rows(at, Tiling { high, columns }) => format!("({} / {high}) x {columns}", clock[at]),
        }
    }
}

/// Workgroups of some dispatches in a window with this clock, counted as a device counts them: the sum may wrap.
pub(crate) fn workgroups(grids: &[Grid], clock: &[u32]) -> u32 {
    let count = |grid: &Grid| grid.workgroups(clock).into_iter().fold(1, u32::wrapping_mul);
    grids.iter().map(count).fold(0, u32::wrapping_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_take_a_third_axis_where_one_cannot_count_them() {
        let tiling = Tiling { high: 4, columns: 3 };
        assert_eq!([1, 4, 5].map(|rows| tiling.workgroups(rows)), [[1, 3, 1], [1, 3, 1], [2, 3, 1]]);
        assert_eq!(tiling.workgroups(4 * 65_535), [65_535, 3, 1]);
        assert_eq!(tiling.workgroups(4 * 65_535 + 1), [32_768, 3, 2]);
    }

    #[test]
    fn grids_are_counted_by_the_clock() {
        let grids = [Grid::Fixed([2, 3, 4]), Grid::Rows(1, Tiling { high: 4, columns: 3 })];
        assert_eq!([[0, 5], [0, 8], [9, 9]].map(|clock| workgroups(&grids, &clock)), [30, 30, 33]);
        assert_eq!(grids[1].shown(&["step", "rows"]), "(rows / 4) x 3");
    }
}
