//! What `summary.json` says of where results come from, and the copy of the network file beside it.

use super::results::summary;
use super::{Folder, NETWORK};
use npyz::WriterBuilder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::time::SystemTime;

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Seconds since 1970 as RFC 3339 writes them.
fn date(time: SystemTime) -> String {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let time = chrono::DateTime::from_timestamp(seconds.try_into().unwrap(), 0).unwrap();
    time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

#[test]
fn a_summary_says_what_ran_and_when() {
    let folder = Folder::new();
    let line = ["run", "n.toml", "--device", "reference", "--seed", "3", "--out", "here"];
    let earliest = SystemTime::now();
    folder.run(&line).done();
    let summary = summary(&folder, "here");
    let neuropil = json!({ "version": env!("CARGO_PKG_VERSION"), "commit": neuropil::version::COMMIT });
    assert_eq!(summary["neuropil"], neuropil);
    // Dates in UTC of one length: their order is that of their texts.
    let found = summary["date"].as_str().unwrap().to_owned();
    assert!((date(earliest)..=date(SystemTime::now())).contains(&found), "{found}");
    assert_eq!(summary["command"], json!([&[env!("CARGO_BIN_EXE_neuropil")], &line[..]].concat()));
    let file = json!({ "path": "n.toml", "copy": "network.toml", "sha256": sha256(NETWORK.as_bytes()) });
    assert_eq!(summary["network_file"], file);
    assert_eq!(summary["inputs"], json!([]));
    assert_eq!(std::fs::read_to_string(folder.path("here/network.toml")).unwrap(), NETWORK);
}

/// A pipe can be read once: whoever opened the file again in the end would not get its text.
#[cfg(unix)]
#[test]
fn the_copy_is_what_ran() {
    // Byte for byte, with what an editor of another system leaves.
    let text = format!("\u{feff}{NETWORK}# end").replace('\n', "\r\n");
    let folder = Folder::new();
    let pipe = folder.path("pipe.toml");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let writer = std::thread::spawn({
        let text = text.clone();
        move || std::fs::write(pipe, text).unwrap()
    });
    folder.run(&["run", "pipe.toml", "--device", "reference", "--out", "here"]).done();
    writer.join().unwrap();
    assert_eq!(std::fs::read_to_string(folder.path("here/network.toml")).unwrap(), text);
    assert_eq!(summary(&folder, "here")["network_file"]["sha256"], sha256(text.as_bytes()));
}

/// `model.wgsl` and `data/v.npy`, the latter named twice.
const REFERRING: &str = r#"dt = "0.1 ms"
duration = "2 ms"

[[population]]
name = "a"
size = 2
model = "model.wgsl"
init = { v = { npy = "data/v.npy", unit = "mV" } }

[[population]]
name = "b"
size = 2
model = "lif"
init = { v = { npy = "data/v.npy", unit = "mV" } }
"#;

const MODEL: &str = "/// A neuron that does nothing.
struct Params {
    /// [mV] threshold; default 1
    v_th: f32,
}

struct State {
    /// [mV] membrane potential; default 0
    v: f32,
}

fn model_reset(p: Params, s: State) -> State {
    return s;
}

fn model_update(p: Params, s: State, input: Input, step: Step) -> State {
    return s;
}

fn model_threshold(p: Params, s: State) -> bool {
    return s.v >= p.v_th;
}
";

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_changed_input_is_seen() {
    let npy = |values: [f64; 2]| {
        let mut bytes = Vec::new();
        let options = npyz::WriteOptions::new().default_dtype().shape(&[2]);
        let mut array = options.writer(&mut bytes).begin_nd().unwrap();
        array.extend(values).unwrap();
        array.finish().unwrap();
        bytes
    };
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path("nets/data")).unwrap();
    let mut folder = folder.write("nets/n.toml", REFERRING).write("nets/model.wgsl", MODEL);
    let mut seen: Vec<Value> = Vec::new();
    for values in [[0.0, 0.25], [0.0, 0.5]] {
        let bytes = npy(values);
        folder = folder.write("nets/data/v.npy", &bytes);
        // Nobody spikes: that is said, and no concern here.
        assert_eq!(folder.run(&["run", "nets/n.toml", "--out", "here"]).status, Some(0));
        let inputs = summary(&folder, "here")["inputs"].take();
        let path = |name: &str| std::path::Path::new("nets").join(name).display().to_string();
        let expected = json!([
            { "path": path("model.wgsl"), "sha256": sha256(MODEL.as_bytes()) },
            { "path": path("data/v.npy"), "sha256": sha256(&bytes) },
        ]);
        assert_eq!(inputs, expected);
        seen.push(inputs);
    }
    assert_ne!(seen[0], seen[1]);
}
