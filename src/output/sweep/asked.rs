//! `sweep.json`: what a sweep was asked for. By it a later command knows whether it is the same, and may go on.

use super::{Grid, Keep};
use crate::output::{DeviceInfo, InputFile, NetworkText, summary};
use crate::replace::replace;
use crate::shorten::shortened;
use crate::{Error, Result, hash, version};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::time::SystemTime;

/// What a sweep was asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Asked {
    /// When it began.
    pub started: Option<SystemTime>,
    /// The command that began it: the program and its arguments.
    pub command: Option<Vec<String>>,
    /// What computes it. A later command may go on with another device, if the numbers are the same.
    pub device: DeviceInfo,
    /// The network's name.
    pub network: String,
    /// The network file.
    pub file: Option<NetworkText>,
    /// The files that it refers to.
    pub inputs: Vec<InputFile>,
    /// What is varied.
    pub grid: Grid,
    /// How long each item runs, if not as long as the file says.
    pub duration: Option<String>,
    /// May items stop before their time, as the network says `until` when? Then their lines say when they did.
    pub stops: bool,
    /// \[ms\] From when on figures are computed.
    pub from_ms: f64,
    /// What is kept of each item beside its line.
    pub keep: Keep,
    /// On what spikes depend beside the network: `f32`, `f64`, or the device's own where its driver rounds.
    pub numbers: String,
    /// Whether items go on where a state variable is no number.
    pub allow_nonfinite: bool,
}

impl Asked {
    /// What two commands must agree on, to work on the same sweep.
    fn identity(&self) -> Value {
        let file = self.file.as_ref().map(|file| hash::of_bytes(file.text.as_bytes()));
        let inputs =
            self.inputs.iter().map(|input| json!({ "path": input.path.display().to_string(), "sha256": input.sha256 }));
        json!({
            "neuropil": { "version": version::VERSION, "commit": version::COMMIT },
            "network_file": file,
            "inputs": inputs.collect::<Vec<_>>(),
            "set": self.grid.axes,
            "seeds": self.grid.seeds,
            "duration": self.duration,
            "from_ms": self.from_ms,
            "keep": self.keep.words().collect::<Vec<_>>(),
            "numbers": self.numbers,
            "allow_nonfinite": self.allow_nonfinite,
        })
    }

    pub(super) fn write(&self, path: &Path) -> Result<()> {
        let all = json!({
            "date": self.started.and_then(summary::date),
            "command": self.command,
            "device": self.device,
            "network": self.network,
            "network_file": self.file.as_ref().map(|file| file.path.display().to_string()),
            "items": self.grid.len(),
            "asked": self.identity(),
        });
        let text = format!("{all:#}\n");
        replace(path, |file| file.write_all(text.as_bytes()))
    }

    /// Makes sure that a sweep that was begun is this one.
    pub(super) fn check(&self, path: &Path) -> Result<()> {
        let read = std::fs::read(path);
        let bytes = read.map_err(|source| Error::File { action: "read", path: path.to_owned(), source })?;
        let data =
            |problem: String, legal: &str| Err(Error::Data { path: path.to_owned(), problem, legal: legal.to_owned() });
        let Some(Value::Object(found)) =
            serde_json::from_slice::<Value>(&bytes).ok().map(|mut found| found["asked"].take())
        else {
            return data(
                "it does not say what a sweep was asked for".to_owned(),
                "what a sweep has left, or no such file",
            );
        };
        let asked = self.identity();
        let mut pairs = asked.as_object().into_iter().flatten();
        let differs = pairs.find(|(key, value)| found.get(*key) != Some(value));
        let Some((key, value)) = differs else { return Ok(()) };
        let text = |value: &Value| shortened(&value.to_string(), 60);
        let before = found.get(key).map_or_else(|| "nothing".to_owned(), text);
        let problem = format!("it is of another sweep: `{key}` was {before}, and is {}", text(value));
        data(problem, "the command that it names, which goes on where it was interrupted, or another folder")
    }
}
