//! `--cache DIR`: rows of synapses that were built before, and what happens where they cannot be used or left there.

use super::Folder;
use super::results::summary;
use std::path::PathBuf;

const RUN: [&str; 6] = ["run", "n.toml", "--device", "reference", "--cache", "rows"];

/// Runs, and returns the hash of all spikes and what was said on standard error.
fn run(folder: &Folder, arguments: &[&str]) -> (String, String) {
    let ran = folder.run(arguments);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    (summary(folder, "out/n")["spike_hash"].to_string(), ran.err)
}

/// The one file in the cache.
fn file(folder: &Folder) -> PathBuf {
    let names = folder.names("rows");
    assert_eq!(names.len(), 1, "{names:?}");
    folder.path("rows").join(&names[0])
}

/// Two networks with synapses of all kinds: stored, rounded, drawn whenever they are needed.
fn mixed() -> Folder {
    Folder::with(&[(
        "delay = \"1 ms\"\n",
        "delay = { uniform = [\"1 ms\", \"2 ms\"] }\n\n[[projection]]\npre = \"cells\"\npost = \"cells\"\nport = \"in\"\n\
         connect = { fixed_outdegree = 4 }\nweight = { normal = [\"0.2 mV\", \"0.1 mV\"] }\ndelay = \"1 ms\"\n\
         storage = \"procedural\"\n\n[[projection]]\npre = \"cells\"\npost = \"cells\"\nport = \"in\"\n\
         connect = { pairwise_bernoulli = 0.2 }\nweight = { normal = [\"0.2 mV\", \"0.1 mV\"] }\ndelay = \"1 ms\"\n",
    )])
}

#[test]
fn a_second_run_reads_what_the_first_left() {
    for folder in [Folder::new(), mixed()] {
        let plain = run(&folder, &RUN[..4]);
        assert_eq!(run(&folder, &RUN), plain);
        let written = std::fs::read(file(&folder)).unwrap();
        assert_eq!(run(&folder, &RUN), plain);
        // What is read is what is used: rows of another network under this one's name give its spikes.
        run(&folder, &[&RUN[..], &["--seed", "7"]].concat());
        assert_eq!(folder.names("rows").len(), 1, "other noise has the same rows");
        let text = std::fs::read_to_string(folder.path("n.toml")).unwrap();
        std::fs::write(folder.path("n.toml"), format!("wiring_seed = 7\n{text}")).unwrap();
        run(&folder, &RUN);
        std::fs::write(folder.path("n.toml"), text).unwrap();
        let names = folder.names("rows");
        assert_eq!(names.len(), 2, "another wiring seed has other rows");
        let [one, other] = [&names[0], &names[1]].map(|name| folder.path("rows").join(name));
        let (mine, others) = if std::fs::read(&one).unwrap() == written { (one, other) } else { (other, one) };
        std::fs::copy(others, mine).unwrap();
        assert_ne!(run(&folder, &RUN).0, plain.0);
    }
}

#[test]
fn damaged_rows_are_built_anew_with_a_warning() {
    let folder = mixed();
    let plain = run(&folder, &RUN).0;
    let path = file(&folder);
    let whole = std::fs::read(&path).unwrap();
    let changed = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        bytes
    };
    let ends = [0, 7, 16, whole.len() / 2, whole.len() - 1].map(|end| whole[..end].to_vec());
    let places = (0..whole.len()).step_by(whole.len() / 23).map(changed);
    for bytes in ends.into_iter().chain(places) {
        std::fs::write(&path, &bytes).unwrap();
        let (hash, said) = run(&folder, &RUN);
        assert_eq!(hash, plain);
        let name = path.file_name().unwrap().to_string_lossy();
        let expected = format!(
            "warning: cache: rows/{name} cannot be used: it is damaged, and the network is built anew; a folder that can be \
             written, with room for the rows\n"
        );
        assert_eq!(said, expected);
        assert!(std::fs::read(&path).unwrap() == whole, "it is whole again");
    }
}

#[test]
fn a_folder_that_cannot_be_is_no_error() {
    let folder = Folder::new().write("rows", "a file");
    let (hash, said) = run(&folder, &RUN);
    assert_eq!(hash, run(&folder, &RUN[..4]).0);
    assert!(said.starts_with("warning: cache: rows/"), "{said}");
    assert!(said.contains("cannot be written"), "{said}");
}
