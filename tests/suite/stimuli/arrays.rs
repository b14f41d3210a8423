//! Arrays of stimuli from files: each is read once, and not before there is room for it.

use crate::readouts::matrices::save;
use neuropil::Error;
use neuropil::network::{Array, Current, Network, NetworkFile, Population};
use neuropil::plan::{LowerOptions, Plan};
use neuropil::units::Literal;
use std::path::Path;

/// The arrays that stimuli of each kind may have, in doubles.
const ARRAYS: [(&str, &str, &[f64]); 8] = [
    ("trace", "(3, 2)", &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
    ("value", "(2,)", &[1.5, 2.5]),
    ("rates", "(2,)", &[10.0, 20.0]),
    ("rate", "(2,)", &[30.0, 40.0]),
    ("input", "(2, 1)", &[0.5, 0.25]),
    ("matrix", "(1, 2)", &[7.0, 8.0]),
    ("times", "(2,)", &[0.1, 0.3]),
    ("weight", "(2,)", &[3.0, 4.0]),
];

const NETWORK: &str = r#"
dt = "0.1 ms"
population = [{ name = "cells", size = 2, model = "lif" }]
stimulus = [
    { kind = "current", target = "cells", trace = { npy = "trace", unit = "mA" } },
    { kind = "current", target = "cells", value = { npy = "value", unit = "mA" } },
    { kind = "poisson_encoder", target = "cells", rates = { npy = "rates", unit = "Hz" }, weight = "1 mV" },
    { kind = "poisson_encoder", target = "cells", rate = { npy = "rate", unit = "Hz" }, weight = "1 mV" },
    { kind = "dense", target = "cells", input = { npy = "input" }, weight = { npy = "matrix", unit = "mV" } },
    { kind = "spike_times", target = "cells", neurons = [1, 0], times = { npy = "times", unit = "ms" }, weight = "1 mV" },
    { kind = "poisson_input", target = "cells", sources = 3, rate = "8 Hz", weight = { npy = "weight", unit = "mV" } },
]
"#;

/// The network of the files in a folder, lowered.
fn lowered(folder: &Path) -> Plan {
    let network = NetworkFile::parse(NETWORK, folder.join("net.toml")).unwrap().network;
    Plan::lower(&network, &LowerOptions::default()).unwrap()
}

/// A pipe can be read once, and these are gone when their first byte comes: whoever opened one for its shape and again for
/// its numbers would find none.
#[cfg(unix)]
#[test]
fn each_array_is_read_once() {
    let [files, pipes] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    for (name, shape, numbers) in ARRAYS {
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        save(&files.path().join(name), "<f8", shape, &bytes);
    }
    let writers = ARRAYS.map(|(name, ..)| {
        let bytes = std::fs::read(files.path().join(name)).unwrap();
        let pipe = pipes.path().join(name);
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        std::thread::spawn(move || {
            let mut opened = std::fs::OpenOptions::new().write(true).open(&pipe).unwrap();
            std::fs::remove_file(&pipe).unwrap();
            std::io::Write::write_all(&mut opened, &bytes).unwrap();
        })
    });
    let [expected, found] = [&files, &pipes].map(|folder| lowered(folder.path()));
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    assert_eq!((found.fingerprint, &found.data), (expected.fingerprint, &expected.data));
    assert_eq!(found.data[..6], [1.0f32, 2.0, 3.0, 4.0, 5.0, 6.0].map(f32::to_bits));
}

/// A file of four terabytes, of which the disk has the header alone.
#[cfg(unix)]
#[test]
fn an_array_without_room_is_refused_before_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trace.npy");
    save(&path, "<f4", "(1099511627776,)", &[]);
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(file.metadata().unwrap().len() + (4 << 40)).unwrap();
    let mut net = Network::new(0.1.ms());
    net.add(Population::new("cells", 3, "lif"));
    net.stimulate(Current::trace("cells", Array::npy(&path, "mA").unwrap()));
    let error = Plan::lower(&net, &LowerOptions::default()).unwrap_err();
    let Error::HostMemory { what, needed, available: Some(_), hint } = &error else { panic!("{error:?}") };
    // Eight columns of three neurons; a word of each number, and the number itself.
    assert_eq!((what.as_str(), *needed), ("lowering stimulus[0]", 8 * 8 * 3 + ((4 + 8) << 40)));
    assert_eq!(hint, "fewer neurons, one value for all instead of one for each, or fewer steps or inputs");
}
