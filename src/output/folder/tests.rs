//! A folder as a death or a failure at any instant leaves it, and as the next run finds it.

use super::*;
use std::collections::BTreeMap;
use tempfile::TempDir;

const NAMES: [&str; 3] = ["summary.json", "spikes.npz", "network.toml"];

/// Files in a folder by name, hidden ones too; what is a folder is shown as such.
fn contents(dir: &Path) -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap());
    let contents = entries.map(|entry| {
        let text = if entry.file_type().unwrap().is_dir() { None } else { std::fs::read_to_string(entry.path()).ok() };
        (entry.file_name().into_string().unwrap(), text.unwrap_or_else(|| "(folder)".to_owned()))
    });
    contents.collect()
}

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

/// The user's file, which nothing may touch, and these.
fn with_mine(names: &[&str], text: &str) -> BTreeMap<String, String> {
    let mut all = map(&[("mine.txt", "mine")]);
    all.extend(names.iter().map(|name| ((*name).to_owned(), text.to_owned())));
    all
}

/// A folder with the files of an earlier run and one of the user's.
fn folder(earlier: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in with_mine(earlier, "earlier") {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// A run that has written these.
fn run(dir: &Path, later: &[&str]) -> Folder {
    let folder = Folder::begin(dir, &NAMES).unwrap();
    for name in later {
        folder.stage(name, |file| io::Write::write_all(file, b"later")).unwrap();
    }
    folder
}

/// What an earlier run left, and what a later one writes.
const CASES: [(&[&str], &[&str]); 4] =
    [(&[], &NAMES), (&NAMES, &NAMES), (&NAMES, &["summary.json", "spikes.npz"]), (&["spikes.npz"], &NAMES)];

/// A folder within a folder is the deepest that there is.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn death_at_any_instant_leaves_one_run_and_the_next_run_completes_it() {
    for (earlier, later) in CASES {
        let (folder, snapshots) = (folder(earlier), tempfile::tempdir().unwrap());
        let snapshot = |number: usize| snapshots.path().join(number.to_string());
        let begun = run(folder.path(), later);
        // What is on the disk before each renaming is what a process that dies there leaves. A copy is not locked.
        let mut taken = 1;
        copy(folder.path(), &snapshot(0));
        begun
            .place_by(&NAMES, &mut |from, to| {
                copy(folder.path(), &snapshot(taken));
                taken += 1;
                std::fs::rename(from, to)
            })
            .unwrap();
        assert_eq!(contents(folder.path()), with_mine(later, "later"));
        assert_eq!(taken, 2 + earlier.len() + later.len());

        for number in 0..taken {
            let dir = snapshot(number);
            let left = contents(&dir);
            let of = |text: &str| left.values().filter(|found| *found == text).count();
            assert!(of("earlier") == 0 || of("later") == 0, "{earlier:?} {later:?} {number}: {left:?}");
            let whole = |names: &[&str], text: &str| of(text) == names.len();
            assert!(
                !left.contains_key("summary.json") || whole(earlier, "earlier") || whole(later, "later"),
                "{earlier:?} {later:?} {number}: {left:?}"
            );
            drop(Folder::begin(&dir, &NAMES).unwrap());
            // Once the first file was taken, the later run was complete.
            let expected = if number == 0 { with_mine(earlier, "earlier") } else { with_mine(later, "later") };
            assert_eq!(contents(&dir), expected, "{earlier:?} {later:?} {number}");
        }
    }
}

#[test]
fn a_renaming_that_fails_leaves_the_earlier_run_and_says_where_the_later_one_is() {
    for (earlier, later) in CASES {
        for failing in 0..1 + earlier.len() + later.len() {
            let folder = folder(earlier);
            let begun = run(folder.path(), later);
            let kept = format!("not-placed-{}", begun.staging.id());
            let (mut number, mut culprit) = (0, PathBuf::new());
            let error = begun.place_by(&NAMES, &mut |from, to| {
                number += 1;
                if number == failing + 1 {
                    culprit = if from.parent() == Some(folder.path()) { from } else { to }.to_owned();
                    return Err(ErrorKind::PermissionDenied.into());
                }
                std::fs::rename(from, to)
            });
            let place = folder.path().display();
            let action = match culprit.strip_prefix(folder.path()).unwrap().to_str().unwrap() {
                name if NAMES.contains(&name) => format!("replace {place}/{name}"),
                _ => format!("write to {place}"),
            };
            let expected = format!(
                "cannot {action}: permission denied; the folder is as it was, and the files of this run are in \
                 {place}/{kept}"
            );
            assert_eq!(error.unwrap_err().to_string(), expected);
            assert_eq!(
                contents(&folder.path().join(&kept)),
                map(&later.iter().map(|&name| (name, "later")).collect::<Vec<_>>())
            );
            std::fs::remove_dir_all(folder.path().join(kept)).unwrap();
            assert_eq!(contents(folder.path()), with_mine(earlier, "earlier"), "{failing}");
        }
    }
}

#[test]
fn what_cannot_be_put_back_either_is_completed_by_the_next_run() {
    for failing in 1..6 {
        let folder = folder(&NAMES);
        let mut number = 0;
        let error = run(folder.path(), &NAMES).place_by(&NAMES, &mut |from, to| {
            number += 1;
            if number > failing { Err(ErrorKind::PermissionDenied.into()) } else { std::fs::rename(from, to) }
        });
        let expected = "; the next run into this folder will put the files of this one in their places first";
        assert!(error.unwrap_err().to_string().ends_with(expected));
        let left = contents(folder.path());
        let of = |text: &str| left.values().filter(|found| *found == text).count();
        assert!(of("earlier") == 0 || of("later") == 0, "{failing}: {left:?}");
        drop(Folder::begin(folder.path(), &NAMES).unwrap());
        assert_eq!(contents(folder.path()), with_mine(&NAMES, "later"), "{failing}");
    }
}

#[test]
fn a_file_that_cannot_be_written_leaves_the_earlier_run() {
    for failing in NAMES {
        let folder = folder(&NAMES);
        let begun = run(folder.path(), &NAMES);
        let error = begun.stage(failing, |_| Err(ErrorKind::StorageFull.into())).unwrap_err();
        let path = folder.path().join(failing);
        assert_eq!(error.to_string(), format!("cannot write {}: no storage space", path.display()));
        drop(begun);
        assert_eq!(contents(folder.path()), with_mine(&NAMES, "earlier"));
    }
}

#[test]
fn one_run_at_a_time() {
    let folder = folder(&[]);
    let first = run(folder.path(), &NAMES);
    let second = Folder::begin(folder.path(), &NAMES).unwrap_err();
    let expected = format!(
        "{}: another run is writing to this folder; legal: another folder, or to wait until that run has ended",
        folder.path().display()
    );
    assert_eq!(second.to_string(), expected);
    first.place(&NAMES).unwrap();
    assert_eq!(contents(folder.path()), with_mine(&NAMES, "later"));
    drop(Folder::begin(folder.path(), &NAMES).unwrap());
}

#[test]
fn what_killed_runs_left_is_removed_and_nothing_else() {
    let folder = folder(&NAMES);
    let make = |name: &str, files: &[&str]| {
        std::fs::create_dir_all(folder.path().join(name)).unwrap();
        for file in files {
            std::fs::create_dir_all(folder.path().join(name).join(file).parent().unwrap()).unwrap();
            std::fs::write(folder.path().join(name).join(file), "left").unwrap();
        }
    };
    make(".neuropil-4000000-0", &["lock", "names", "new/spikes.npz"]);
    make(".neuropil-4000000-1", &["lock"]);
    make(".neuropil-4000000-2", &[]);
    // It has no lock, so that it cannot be said whose it is.
    make(".neuropil-4000000-3", &["notes.txt"]);
    make(".neuropil-notes", &["notes.txt"]);
    make(".neuropil-1-2-3", &[]);
    std::fs::write(folder.path().join(".neuropil-4-4"), "a file").unwrap();
    drop(Folder::begin(folder.path(), &NAMES).unwrap());
    let mut expected = with_mine(&NAMES, "earlier");
    for name in [".neuropil-4000000-3", ".neuropil-notes", ".neuropil-1-2-3"] {
        expected.insert(name.to_owned(), "(folder)".to_owned());
    }
    expected.insert(".neuropil-4-4".to_owned(), "a file".to_owned());
    assert_eq!(contents(folder.path()), expected);
}

#[test]
fn a_folder_of_a_files_name_is_the_users() {
    let folder = folder(&[]);
    let path = folder.path().join("spikes.npz");
    std::fs::create_dir(&path).unwrap();
    let expected = format!("cannot replace {}: it is a folder", path.display());
    assert_eq!(Folder::begin(folder.path(), &NAMES).unwrap_err().to_string(), expected);
    std::fs::remove_dir(&path).unwrap();
    let begun = run(folder.path(), &NAMES);
    std::fs::create_dir(&path).unwrap();
    let error = begun.place(&NAMES).unwrap_err().to_string();
    assert!(error.starts_with(&format!("{expected}; the folder is as it was, and the files")), "{error}");
    assert!(path.is_dir());
}

#[cfg(unix)]
#[test]
fn links_are_followed_to_the_folder_and_replaced_in_it() {
    use std::os::unix::fs::symlink;
    let (folder, elsewhere) = (folder(&[]), tempfile::tempdir().unwrap());
    let target = elsewhere.path().join("target");
    std::fs::write(&target, "the user's").unwrap();
    symlink(&target, folder.path().join("spikes.npz")).unwrap();
    symlink(elsewhere.path().join("nowhere"), folder.path().join("summary.json")).unwrap();
    let link = elsewhere.path().join("link");
    symlink(folder.path(), &link).unwrap();
    run(&link, &NAMES).place(&NAMES).unwrap();
    assert_eq!(contents(folder.path()), with_mine(&NAMES, "later"));
    assert_eq!(std::fs::read_to_string(target).unwrap(), "the user's");
    assert!(link.symlink_metadata().unwrap().is_symlink());
}
