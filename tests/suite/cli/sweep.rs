//! `neuropil sweep`: a table of items that are what runs of their own would be.

mod refused;
mod resumed;

use super::results::summary;
use super::{Folder, Ran};
use crate::device::gpu;

const RATE: &str = "stimulus[0].rate=20 Hz..80 Hz/3";
const TAU: &str = "population[cells].params.tau=[10 ms, 20 ms]";

/// The arguments of a sweep of `n.toml` into `here`.
fn line<'a>(device: &'a str, arguments: &[&'a str]) -> Vec<&'a str> {
    [&["sweep", "n.toml", "--device", device, "--out", "here"], arguments].concat()
}

fn sweep(folder: &Folder, device: &str, arguments: &[&str]) -> Ran {
    folder.run(&line(device, arguments))
}

/// `sweep.csv`, of whose fields none has a comma.
fn table(folder: &Folder) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(folder.path("here/sweep.csv")).unwrap();
    assert!(text.ends_with('\n'), "{text}");
    text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

/// The fields of a line of items' values that is a run of `n.toml` with these arguments.
fn alone(folder: &Folder, device: &str, arguments: &[&str]) -> [String; 3] {
    folder.run(&[&["run", "n.toml", "--device", device, "--out", "alone"], arguments].concat()).done();
    // A library reads numbers less exactly than it writes them.
    let text = std::fs::read_to_string(folder.path("alone/summary.json")).unwrap();
    let figure = |key: &str| {
        // What an item stopped with comes before.
        let (_, figures) = text.split_once("\"populations\": ").unwrap();
        let (_, behind) = figures.split_once(&format!("\"{key}\": ")).unwrap();
        behind.split([',', '\n']).next().unwrap().parse::<f64>().map_or_else(|_| String::new(), |it| it.to_string())
    };
    let summary = summary(folder, "alone");
    [figure("rate_hz"), figure("cv_isi"), summary["spike_hash"].as_str().unwrap().to_owned()]
}

/// Each item of a sweep over rates, time constants and seeds is what a run with those is.
fn check(device: &str) {
    let folder = Folder::new();
    let printed = sweep(&folder, device, &["--set", RATE, "--set", TAU, "--seeds", "[1, 7]"]).done();
    assert!(printed.starts_with("n: 6 combinations with 2 seeds of 20 neurons, 100 synapses, on "), "{printed}");
    assert!(printed.contains(" s, ran 12 items in "), "{printed}");
    assert!(printed.ends_with("\nsweep.csv, sweep.json, sweep.png, network.toml in here\n"), "{printed}");
    assert_eq!(folder.names("here"), ["network.toml", "sweep.csv", "sweep.json", "sweep.png"]);
    assert_eq!(std::fs::read_to_string(folder.path("here/network.toml")).unwrap(), super::NETWORK);

    let table = table(&folder);
    let header = "item,seed,stimulus[0].rate,population[cells].params.tau,cells.rate_hz,cells.cv_isi,spike_hash,error";
    assert_eq!(table[0].join(","), header);
    let mut items = (0..).zip(&table[1..]);
    for rate in ["20 Hz", "50 Hz", "80 Hz"] {
        for tau in ["10 ms", "20 ms"] {
            for seed in ["1", "7"] {
                let (item, found) = items.next().unwrap();
                let [of_rate, of_tau] =
                    [format!("stimulus[0].rate={rate}"), format!("population[cells].params.tau={tau}")];
                let [hz, cv, hash] = alone(&folder, device, &["--set", &of_rate, "--set", &of_tau, "--seed", seed]);
                assert_eq!(*found, [&item.to_string(), seed, rate, tau, &hz, &cv, &hash, ""]);
            }
        }
    }
    assert!(items.next().is_none());
}

#[test]
fn each_item_is_a_run_of_its_own() {
    ["reference", "cpu"].into_iter().for_each(check);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn each_item_is_a_run_of_its_own_on_an_adapter_too() {
    check(&gpu().info().index.to_string());
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_sweep_of_a_model_in_wgsl_is_of_its_device() {
    let gpu = gpu();
    let device = gpu.info().index.to_string();
    let numbers = |folder: &Folder, arguments: &[&str]| {
        sweep(folder, &device, arguments).done();
        let text = std::fs::read(folder.path("here/sweep.json")).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&text).unwrap();
        json["asked"]["numbers"].as_str().unwrap().to_owned()
    };
    let own = format!("f32, of a model in WGSL on {} ({})", gpu.info().name, gpu.info().driver_text());
    assert_eq!(numbers(&super::wgsl::folder("Mine.", "Mine."), &["--seeds", "0..2"]), own);
    assert_eq!(numbers(&Folder::new(), &["--seeds", "0..2"]), "f32");
    // Also where only a later item has one.
    let folder = super::wgsl::folder("Mine.", "Mine.");
    let text = std::fs::read_to_string(folder.path("n.toml")).unwrap().replace("mine.wgsl", "izhikevich");
    let folder = folder.write("n.toml", text);
    assert_eq!(numbers(&folder, &["--set", "population[cells].model=[izhikevich, mine.wgsl]"]), own);
}

#[test]
fn items_that_fit_in_no_batch_are_run_by_themselves() {
    let folder = Folder::new();
    // Three sizes, and with each two delays and two numbers of synapses.
    let settings = [
        ["population[cells].size", "10", "15"],
        ["projection[0].delay", "1 ms", "2 ms"],
        ["projection[0].connect.fixed_indegree", "3", "4"],
    ];
    let sets = settings.map(|[path, one, other]| format!("{path}=[{one}, {other}]"));
    let [first, second, third] = &sets;
    sweep(&folder, "cpu", &["--set", first, "--set", second, "--set", third, "--duration", "50 ms"]).done();
    assert!(!folder.path("here/sweep.png").exists(), "three are too many to draw");
    let table = table(&folder);
    assert_eq!(table.len(), 9);
    for (item, found) in table[1..].iter().enumerate() {
        let values: Vec<_> = (0..3).map(|axis| settings[axis][1 + (item >> (2 - axis) & 1)]).collect();
        let own: Vec<_> = (0..3).map(|axis| format!("{}={}", settings[axis][0], values[axis])).collect();
        let [hz, cv, hash] =
            alone(&folder, "cpu", &["--set", &own[0], "--set", &own[1], "--set", &own[2], "--duration", "50 ms"]);
        assert_eq!(*found, [&item.to_string(), "1", values[0], values[1], values[2], &hz, &cv, &hash, ""]);
    }
}

/// Few items that share synapses are in one batch with others, and so are all whose file says that they have their own.
#[test]
fn items_with_wirings_of_their_own_are_runs_of_their_own() {
    let folder = Folder::new();
    let (seeds, delays) = ("wiring_seed=1..3/3", "projection[0].delay=[1 ms, 2 ms]");
    sweep(&folder, "cpu", &["--set", seeds, "--set", delays, "--seeds", "[4, 9]"]).done();
    let found = table(&folder);
    assert_eq!(found.len(), 13);
    for (item, line) in found[1..].iter().enumerate() {
        let (wiring, delay, seed) = (1 + item / 4, ["1 ms", "2 ms"][item / 2 % 2], ["4", "9"][item % 2]);
        let [of_wiring, of_delay] = [format!("wiring_seed={wiring}"), format!("projection[0].delay={delay}")];
        let [hz, cv, hash] = alone(&folder, "cpu", &["--set", &of_wiring, "--set", &of_delay, "--seed", seed]);
        assert_eq!(*line, [&item.to_string(), seed, &wiring.to_string(), delay, &hz, &cv, &hash, ""]);
    }
    let hashes: std::collections::BTreeSet<_> = found[1..].iter().map(|line| &line[6]).collect();
    assert_eq!(hashes.len(), 12, "synapses, delays and noise all matter");

    // The k-th seed has the wiring seed of the file plus k.
    let folder = Folder::with(&[("seed = 1", "seed = 1\nwiring = \"own\"")]);
    sweep(&folder, "cpu", &["--seeds", "5..8"]).done();
    for (place, line) in table(&folder)[1..].iter().enumerate() {
        let (seed, wiring) = (5 + place, format!("wiring_seed={}", 1 + place));
        let [hz, cv, hash] = alone(&folder, "cpu", &["--set", &wiring, "--seed", &seed.to_string()]);
        assert_eq!(*line, [&place.to_string(), &seed.to_string(), &hz, &cv, &hash, ""]);
    }
    let planned = folder.run(&["plan", "n.toml", "--batch", "3", "--device", "cpu"]).done();
    assert!(planned.contains("\n20 neurons in 1 population, 300 synapses of 3 items\n"), "{planned}");
    let alone = folder.run(&["plan", "n.toml", "--device", "cpu"]).done();
    assert!(alone.contains("\n20 neurons in 1 population, 100 synapses\n"), "{alone}");
}

#[test]
fn paths_may_change_together() {
    let folder = Folder::new();
    let run = |arguments: &[&str]| {
        let _ = std::fs::remove_dir_all(folder.path("here"));
        sweep(&folder, "cpu", arguments).done();
        table(&folder)
    };
    // The seed is that of the file.
    let zipped =
        run(&["--zip", "--set", "stimulus[0].rate=20 Hz..80 Hz/3", "--set", "projection[0].weight=[1 mV, 2 mV, 3 mV]"]);
    assert_eq!(zipped[0][2..4], ["stimulus[0].rate", "projection[0].weight"]);
    let values: Vec<_> = zipped[1..].iter().map(|line| line[..4].join(" ")).collect();
    assert_eq!(values, ["0 1 20 Hz 1 mV", "1 1 50 Hz 2 mV", "2 1 80 Hz 3 mV"]);
    let [hz, cv, hash] =
        alone(&folder, "cpu", &["--set", "stimulus[0].rate=50 Hz", "--set", "projection[0].weight=2 mV"]);
    assert_eq!(zipped[2][4..], [&hz, &cv, &hash, ""]);

    let both = "population[cells].params.v_reset, population[cells].params.v_rest=[0 mV, 5 mV]";
    let together = run(&["--set", both]);
    assert_eq!(together[0][2..4], ["population[cells].params.v_reset", "population[cells].params.v_rest"]);
    let set = ["--set", "population[cells].params.v_reset=5 mV", "--set", "population[cells].params.v_rest=5 mV"];
    let [hz, cv, hash] = alone(&folder, "cpu", &set);
    assert_eq!(together[2], ["1", "1", "5 mV", "5 mV", &hz, &cv, &hash, ""]);
}

#[test]
fn a_seed_that_is_computed_is_in_the_line() {
    let folder = Folder::with(&[("seed = 1\n", "seed = \"10 * s\"\nlet = { s = 1 }\n")]);
    let run = || sweep(&folder, "cpu", &["--set", "let.s=1..3/3"]).done();
    run();
    let table = table(&folder);
    for (item, s) in (0..).zip(["1", "2", "3"]) {
        let [hz, cv, hash] = alone(&folder, "cpu", &["--set", &format!("let.s={s}")]);
        assert_eq!(table[item + 1], [&item.to_string(), &format!("{s}0"), s, &hz, &cv, &hash, ""]);
    }
    assert!(run().contains("\n3 of 3 items were done before\n"));
}

#[test]
fn what_is_kept_is_what_a_run_leaves() {
    let record =
        "[[record]]\npopulation = \"cells\"\nwhat = [\"v\"]\nevery = \"1 ms\"\nneurons = [3, 0]\n\n[[projection]]";
    let folder = Folder::with(&[("[[projection]]", record)]);
    let file = |path: &str| std::fs::read(folder.path(path)).unwrap();
    sweep(&folder, "cpu", &["--set", RATE, "--seeds", "0..2", "--keep", "spikes,traces"]).done();
    let own = ["--set", "stimulus[0].rate=80 Hz", "--seed", "1"];
    alone(&folder, "cpu", &own);
    assert_eq!(folder.names("here/item-000005"), ["spikes.npz", "traces.npz"]);
    for name in ["spikes.npz", "traces.npz"] {
        assert!(file(&format!("here/item-000005/{name}")) == file(&format!("alone/{name}")), "{name}");
    }
    assert_eq!(folder.names("here").len(), 4 + 6);
    std::fs::remove_dir_all(folder.path("here")).unwrap();
    sweep(&folder, "cpu", &["--set", RATE, "--keep", "spikes"]).done();
    assert_eq!(folder.names("here/item-000002"), ["spikes.npz"]);
}

/// What no run could go on with is in the line of its item, and the others go on.
#[test]
fn an_item_that_fails_has_its_error_in_its_line() {
    let folder = Folder::new();
    let set = "population[cells].params.v_th=[20 mV, -20 mV, 25 mV]";
    let ran = sweep(&folder, "cpu", &["--set", set, "--seeds", "0..2"]);
    let message = "error: 2 of 6 items failed: here/sweep.csv has the reasons, in the column `error`\n";
    assert_eq!((ran.status, ran.err.as_str()), (Some(1), message), "{ran:?}");
    let table = table(&folder);
    let reason =
        "--set 'population[cells].params.v_th=-20 mV': population[cells].params.v_th: -20 mV; legal: > v_reset (0 mV)";
    for (line, item) in table[1..].iter().zip(0..) {
        let failed = item / 2 == 1;
        assert_eq!(
            line[4..] == ["", "", reason].map(str::to_owned)[..] || line[3..6] == ["", "", ""].map(str::to_owned),
            failed,
            "{line:?}"
        );
        assert_eq!(line.last().unwrap(), if failed { reason } else { "" });
    }
    assert!(folder.path("here/sweep.png").exists());
}

#[test]
fn an_item_that_diverges_ends_alone() {
    let folder = Folder::new().write(
        "n.toml",
        "dt = \"0.1 ms\"\nduration = \"20 ms\"\n[[population]]\nname = \"cells\"\nsize = 2\nmodel = \"izhikevich\"\n\
         [[stimulus]]\nkind = \"current\"\ntarget = \"cells\"\nvalue = \"20 mA\"\n",
    );
    let ran = sweep(&folder, "cpu", &["--set", "population[cells].init.v=[-65 mV, -3e38 mV, -60 mV]"]);
    assert_eq!(ran.status, Some(1), "{ran:?}");
    let table = table(&folder);
    let reason = "v of neuron 0 of population `cells` (batch item 0) is NaN after steps 0 to 31, and the run's results are dropped; a \
                  smaller dt or a weaker input may help, and --allow-nonfinite (in Rust EngineOptions::allow_nonfinite, \
                  in Python allow_nonfinite=True) goes on";
    let text = std::fs::read_to_string(folder.path("here/sweep.csv")).unwrap();
    assert!(text.contains(&format!("\n1,0,-3e38 mV,,,,\"{reason}\"\n")), "{text}");
    for (item, v) in [(0, "-65 mV"), (2, "-60 mV")] {
        let [hz, cv, hash] = alone(&folder, "cpu", &["--set", &format!("population[cells].init.v={v}")]);
        assert_eq!(table[item + 1], [&item.to_string(), "0", v, &hz, &cv, &hash, ""]);
    }
}

/// Few items that differ in synapses are in one batch.
#[test]
fn items_with_synapses_of_their_own_run_side_by_side() {
    let folder = Folder::new().write(
        "n.toml",
        "dt = \"0.1 ms\"\nduration = \"5 ms\"\n[[population]]\nname = \"cells\"\nsize = 2\nmodel = \"izhikevich\"\n\
         ports = { in = { output = \"delta\" } }\n[[projection]]\npre = \"cells\"\npost = \"cells\"\nport = \"in\"\n\
         connect = { fixed_indegree = 1 }\nweight = \"1 mV\"\ndelay = \"1 ms\"\n",
    );
    let diverges = "population[cells].init.v=[-65 mV, -3e38 mV]";
    let ran = sweep(&folder, "cpu", &["--set", "wiring_seed=1..2/2", "--set", diverges]);
    assert_eq!(ran.status, Some(1), "{ran:?}");
    for (item, wiring) in [(1, 1), (3, 2)] {
        let warning = format!(
            "warning: item {item} (wiring_seed={wiring}, population[cells].init.v=-3e38 mV, seed 0) ended: v of neuron 0 of \
             population `cells` is NaN after steps 0 to 9; its line has no figures, and the others go on\n"
        );
        assert!(ran.err.contains(&warning), "{ran:?}");
    }
}

#[test]
fn an_item_that_stops_is_a_result_with_its_time() {
    let folder = Folder::new();
    let first = "{ condition = \"rate(cells) > 90 Hz\", over = \"2 ms\" }";
    let values = format!("until=[{first}, rate(cells[0..5]) > 1 kHz]");
    sweep(&folder, "cpu", &["--set", &values, "--seeds", "0..3"]).done();
    let text = std::fs::read_to_string(folder.path("here/sweep.csv")).unwrap();
    assert!(text.starts_with("item,seed,until,stopped_ms,cells.rate_hz,cells.cv_isi,spike_hash,error\n"), "{text}");
    for (item, line) in text.lines().skip(1).enumerate() {
        let seed = (item % 3).to_string();
        let until = if item < 3 { first } else { "rate(cells[0..5]) > 1 kHz" };
        let own = alone(&folder, "cpu", &["--seed", &seed, "--set", &format!("until={until}")]);
        let stopped = summary(&folder, "alone")["stopped"][0]["ms"].as_f64();
        assert_eq!(stopped.is_some(), item < 3);
        let stopped = stopped.map(|ms| ms.to_string()).unwrap_or_default();
        assert!(line.ends_with(&format!(",{stopped},{},", own.join(","))), "{line}");
    }
    // Lines are read again as they were written.
    assert!(
        sweep(&folder, "cpu", &["--set", &values, "--seeds", "0..3"]).done().contains("6 of 6 items were done before")
    );
}

/// A reset hides it from who looks between windows, but not from samples.
#[test]
fn an_infinite_sample_ends_an_item_as_a_run() {
    let folder = Folder::new().write(
        "n.toml",
        "dt = \"0.1 ms\"\nduration = \"2 ms\"\n[[population]]\nname = \"cells\"\nsize = 3\nmodel = \"iaf_psc_exp\"\n\
         [[stimulus]]\nkind = \"spike_times\"\ntarget = \"cells\"\nneurons = [1, 1, 1, 1, 1]\nweight = \"1 mV\"\n\
         times = { values = [0.5, 0.5, 0.5, 0.5, 0.5], unit = \"ms\" }\n\
         [[record]]\npopulation = \"cells\"\nwhat = [\"v\"]\n",
    );
    let run = folder.run(&["run", "n.toml", "--device", "cpu", "--set", "stimulus[0].weight=1e38 mV"]);
    let (_, reason) = run.err.split_once("error: ").unwrap();
    let neuron = "v of neuron 1 of population `cells` (batch item 0) is inf after ";
    assert!(run.status == Some(1) && reason.starts_with(neuron), "{run:?}");
    let ran = sweep(&folder, "cpu", &["--set", "stimulus[0].weight=[1 mV, 1e38 mV]"]);
    assert_eq!(ran.status, Some(1), "{ran:?}");
    let text = std::fs::read_to_string(folder.path("here/sweep.csv")).unwrap();
    let line = format!("\n1,0,1e38 mV,,,,\"{}\"\n", reason.trim_end());
    assert!(text.ends_with(&line), "{text}");
    assert_eq!(folder.names("here"), ["network.toml", "sweep.csv", "sweep.json", "sweep.png"]);
}

#[test]
#[cfg(unix)]
fn the_manual_s_diagram_is_of_commands_that_run() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let manual = std::fs::read_to_string(root.join("docs/sweeps.md")).unwrap();
    let (_, from) = manual.split_once("\nneuropil sweep networks/brunel.toml --out out/diagram").unwrap();
    let (arguments, _) = from.split_once("```").unwrap();
    let folder = Folder::new();
    let script = format!(
        "exec \"$0\" sweep '{}' --device cpu --duration '1 ms' --out here {}",
        root.join("networks/brunel.toml").display(),
        arguments.trim().replace("\\\n", " ").replace("/21", "/2").replace("--from '200 ms'", "")
    );
    let mut shell = std::process::Command::new("sh");
    shell.current_dir(folder.path("")).args(["-c", &script, env!("CARGO_BIN_EXE_neuropil")]);
    let printed = Ran::of(shell).done();
    assert!(
        printed.starts_with("brunel: 4 combinations with 1 seed of 1250 neurons, 156250 synapses, on cpu (cpu)\n"),
        "{printed}"
    );
}
