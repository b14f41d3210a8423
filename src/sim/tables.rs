//! Words of a kernel, put one table behind the other.

use crate::shader::constants;

/// Appends words to tables, and says where they begin.
pub(super) fn table(name: &str, words: Vec<u32>, tables: &mut Vec<u32>) -> String {
    let first = tables.len();
    tables.extend(words);
    constants(&[(name, first)])
}
