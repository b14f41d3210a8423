//! Which neuropil this is: results are cited, and repeated, with its version and commit.

/// The version of the package.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The commit that it was built from, as 40 hexadecimal digits; with `-dirty` behind them where its sources were changed
/// since. None where the build could not know.
pub const COMMIT: Option<&str> = option_env!("NEUROPIL_COMMIT");

/// Both, as `0.1.0 (commit …)`.
pub fn text() -> String {
    COMMIT.map_or_else(|| VERSION.to_owned(), |commit| format!("{VERSION} (commit {commit})"))
}
