//! What the program says of a run that ends by itself.

use super::Folder;
use super::results::summary;

const UNTIL: &str = "until={ condition = \"rate(cells) > 90 Hz\", over = \"2 ms\" }";
const IN_WORDS: &str = "rate(cells) > 90 Hz over 2 ms";

#[test]
fn a_run_says_when_it_held() {
    let folder = Folder::new();
    let run = |arguments: &[&str]| {
        let arguments = [&["run", "n.toml", "--device", "cpu", "--out", "here"], arguments].concat();
        let printed = folder.run(&arguments).done();
        (printed, summary(&folder, "here"))
    };
    let (printed, found) = run(&["--seed", "1", "--set", UNTIL]);
    assert!(printed.starts_with("n: 20 neurons, 100 synapses, 6 ms on "), "{printed}");
    let line = format!("\n\nuntil {IN_WORDS}: it held after 6 ms, with 15 spikes (375.000 Hz)\n\n");
    assert!(printed.contains(&line), "{printed}");
    assert_eq!(found["until"], IN_WORDS);
    assert_eq!(found["duration_ms"], 6.0);
    assert_eq!(found["stopped"], serde_json::json!([{ "item": 0, "ms": 6.0, "spikes": 15, "rate_hz": 375.0 }]));

    let (printed, found) = run(&["--seed", "0", "--batch", "3", "--set", UNTIL]);
    assert!(printed.starts_with("n x 3: 20 neurons, 100 synapses, 6 ms on "), "{printed}");
    let line = format!("\n\nuntil {IN_WORDS}: it held in 3 of 3 items, after 4 ms to 6 ms\n\n");
    assert!(printed.contains(&line), "{printed}");
    let stopped = found["stopped"].as_array().unwrap();
    let times: Vec<_> = stopped.iter().map(|it| (it["item"].as_u64(), it["ms"].as_f64())).collect();
    assert_eq!(times, [(Some(0), Some(4.0)), (Some(1), Some(6.0)), (Some(2), Some(4.0))]);
    // 9, 17 and 9 spikes, each in its own time.
    assert_eq!(found["populations"][0]["spikes"], 35);
    assert_eq!(found["populations"][0]["rate_hz"], 125.0);

    let (printed, found) = run(&["--set", "until=rate(cells) > 1 kHz"]);
    assert!(printed.contains("\n\nuntil rate(cells) > 1 kHz over 10 ms: it did not hold\n\n"), "{printed}");
    assert_eq!((&found["duration_ms"], &found["stopped"]), (&20.0.into(), &serde_json::json!([])));
    let (printed, found) = run(&[]);
    assert!(!printed.contains("until"), "{printed}");
    assert_eq!((&found["until"], &found["stopped"]), (&serde_json::Value::Null, &serde_json::json!([])));
}

#[test]
fn a_run_may_end_with_a_number_of_spikes() {
    let folder = Folder::new();
    let run = |set: &[&str]| {
        let mut line = vec!["run", "n.toml", "--device", "cpu", "--seed", "1", "--out", "here"];
        line.extend(set.iter().flat_map(|setting| ["--set", *setting]));
        let printed = folder.run(&line).done();
        (printed, summary(&folder, "here"))
    };
    let each_step = "until={ condition = \"spikes(cells) >= 17\", over = \"0.1 ms\" }";
    let (printed, found) = run(&[each_step]);
    let ms = found["duration_ms"].as_f64().unwrap();
    let spikes = found["populations"][0]["spikes"].as_u64().unwrap();
    assert!(spikes >= 17, "{found}");
    let hz = spikes as f64 / (20.0 * ms / 1e3);
    let held = format!("it held after {ms} ms, with {spikes} spikes ({hz:.3} Hz)");
    let line = format!("\n\nuntil spikes(cells) >= 17 looked at every 0.1 ms: {held}\n\n");
    assert!(printed.contains(&line), "{printed}\n{line}");
    // A step earlier it did not hold.
    let (_, before) = run(&[each_step, &format!("duration={} ms", ms - 0.1)]);
    assert!(before["populations"][0]["spikes"].as_u64() < Some(17), "{before}");
    assert_eq!(before["stopped"], serde_json::json!([]));
    let (printed, found) = run(&[each_step, "until=none"]);
    assert!(!printed.contains("until"), "{printed}");
    assert_eq!((&found["until"], &found["duration_ms"]), (&serde_json::Value::Null, &20.0.into()));
}

#[test]
fn a_plan_says_when_it_is_looked_at() {
    let folder = Folder::new();
    let plan = |until: &str| folder.run(&["plan", "n.toml", "--device", "cpu", "--set", until]).done();
    let line = format!("\nuntil {IN_WORDS}: looked at every 20 steps, holds with 4 or more spikes of 20 neurons\n");
    assert!(plan(UNTIL).contains(&line), "{}", plan(UNTIL));
    let line = "\nuntil spikes(cells) > 99 looked at every 10 ms: 100 steps, holds with 100 or more spikes of 20 neurons since the start\n";
    assert!(plan("until=spikes(cells) > 99").contains(line), "{}", plan("until=spikes(cells) > 99"));
    let until = "until={ condition = \"rate(cells[3..4]) <= 90 Hz\", over = \"0.1 ms\", start = \"7 ms\" }";
    let line = "\nuntil rate(cells[3..4]) <= 90 Hz over 0.1 ms from 7 ms on: looked at every 1 step from step 70 on, holds with \
                0 or fewer spikes of 1 neuron\n";
    assert!(plan(until).contains(line), "{}", plan(until));
}

#[test]
fn a_file_that_contradicts_itself_is_found_by_check() {
    let folder = Folder::with(&[("seed = 1", "seed = 1\nuntil = \"rate(cell) > 90 Hz\"")]);
    let ran = folder.run(&["check", "n.toml"]);
    let problem = "n.toml:4:9: until: there is no population `cell` (did you mean `cells`?); legal: cells";
    assert!(ran.status == Some(2) && ran.err.contains(problem), "{ran:?}");
}
