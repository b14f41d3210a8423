//! Where runs keep which schedules were fastest: in the user's cache folder, unless they are told otherwise.

use std::env::consts::OS;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The folder that `--learn` means; none where nothing is to be kept.
pub fn folder(asked: Option<&Path>) -> Option<PathBuf> {
    match asked {
        Some(asked) if asked == Path::new("no") => None,
        Some(asked) => Some(asked.to_owned()),
        None => caches(OS, |name| std::env::var_os(name)).map(|caches| caches.join("neuropil")),
    }
}

/// The user's cache folder on an operating system with these variables; none where they do not say.
fn caches(os: &str, variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    // The XDG specification has relative paths ignored.
    let folder = |name| variable(name).map(PathBuf::from).filter(|path| !path.as_os_str().is_empty());
    let absolute = |name| folder(name).filter(|path| path.has_root());
    match os {
        "windows" => folder("LOCALAPPDATA"),
        "macos" => absolute("HOME").map(|home| home.join("Library/Caches")),
        _ => absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_has_its_cache_folder() {
        let found = |os, variables: &[(&str, &str)]| {
            let of = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into());
            caches(os, of)
        };
        let home = [("HOME", "/home/u"), ("XDG_CACHE_HOME", "/c"), ("LOCALAPPDATA", "C:/L")];
        let path = |text: &str| Some(PathBuf::from(text));
        assert_eq!(found("linux", &home), path("/c"));
        assert_eq!(found("linux", &home[..1]), path("/home/u/.cache"));
        assert_eq!(found("linux", &[("HOME", "/home/u"), ("XDG_CACHE_HOME", "c")]), path("/home/u/.cache"));
        assert_eq!(found("macos", &home), path("/home/u/Library/Caches"));
        assert_eq!(found("windows", &home), path("C:/L"));
        for os in ["linux", "macos", "windows"] {
            assert_eq!(found(os, &[]), None, "{os}");
        }
    }

    #[test]
    fn what_is_asked_for_is_taken() {
        assert_eq!(folder(Some(Path::new("no"))), None);
        assert_eq!(folder(Some(Path::new("here"))), Some(PathBuf::from("here")));
    }
}
