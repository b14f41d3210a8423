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

/// Tells this program from others that may compute otherwise: the version, and where that is between commits, or of none, the
/// size and the date of the program's file.
pub(crate) fn of_program() -> String {
    if COMMIT.is_some_and(|commit| !commit.ends_with("-dirty")) {
        return text();
    }
    let file = std::env::current_exe().and_then(std::fs::metadata);
    format!("{} {:?}", text(), file.map(|file| (file.len(), file.modified().ok())).ok())
}
