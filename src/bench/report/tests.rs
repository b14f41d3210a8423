//! That a report has all there is, and goes on where something fails.

use super::*;
use crate::gpu::Limits;
use crate::gpu::tests::gpu;
use crate::network::{Connect, Current, Population, Port};
use crate::units::Literal;

fn networks() -> Vec<(String, Network)> {
    let mut net = Network::new(0.1.ms());
    let cells = net.add(Population::new("cells", 30, "lif").port("p", Port::delta()));
    net.connect(&cells, &cells, "p", Connect::fixed_outdegree(4), 0.1.mv(), 0.5.ms());
    net.stimulate(Current::new(&cells, 5.0.ma()));
    let mut wrong = net.clone();
    wrong.populations[0].size = 0;
    vec![("wrong".to_owned(), wrong), ("net".to_owned(), net)]
}

fn read(dir: &Path) -> (serde_json::Value, String) {
    let file = |name: &str| std::fs::read_to_string(dir.join(name)).unwrap();
    (serde_json::from_str(&file("report.json")).unwrap(), file("report.md"))
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn what_fails_is_written_down_and_the_rest_goes_on() {
    let gpu = gpu();
    // No room for the bench's million neurons, and neither timestamps nor subgroups.
    let limits =
        Limits { max_binding: 1 << 20, timestamps: false, min_subgroup: 0, max_subgroup: 0, ..gpu.limits().clone() };
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("report.md"), "older").unwrap();
    std::fs::write(folder.path().join("mine.txt"), "mine").unwrap();
    let mut told = Vec::new();
    let names = ["update_window".to_owned()];
    let mut tell = |what: &str| told.push(what.to_owned());
    let written =
        report(&gpu.limited(limits), Arithmetic::Portable, folder.path(), &names, &networks(), &mut tell).unwrap();
    assert_eq!(written, ["report.md", "report.json"].map(|name| folder.path().join(name)));
    let parts = ["schedules of wrong", "schedules of net", "profile of wrong", "profile of net"];
    assert_eq!(told, [&["the driver's self-test", "bench update_window"], &parts[..]].concat());

    let (json, text) = read(folder.path());
    assert!(json["findings"]["found"].as_array().is_some_and(|found| found.len() > 5), "{json}");
    let bench = &json["benches"][0];
    assert_eq!((&bench["name"], &bench["measured"]), (&"update_window".into(), &serde_json::Value::Null));
    let error = bench["error"].as_str().unwrap();
    assert!(error.contains(" needs 8000000 bytes, but "), "{error}");
    assert!(text.contains(&format!("\n  **failed**: {error}\n")), "{text}");
    for part in ["schedules", "profiles"] {
        let [wrong, right] = [&json[part][0], &json[part][1]];
        assert_eq!((&wrong["name"], &wrong["found"]), (&"wrong".into(), &serde_json::Value::Null));
        assert!(wrong["error"].as_str().is_some_and(|error| error.starts_with("population[cells].size: ")), "{wrong}");
        assert!(right["found"].is_object() && right["error"].is_null(), "{right}");
    }
    assert_eq!(json["schedules"][1]["found"]["trials"][0]["schedule"], json["schedules"][1]["found"]["schedule"]);
    assert_eq!(json["profiles"][1]["found"]["clock"], "wall");
    assert_eq!(
        (&json["device"]["name"], &json["neuropil"]["version"]),
        (&gpu.info().name.as_str().into(), &version::VERSION.into())
    );
    for heading in [
        "## Limits",
        "## Self-test of the driver",
        "## Benches",
        "## Schedules",
        "## Where a step's time goes",
        "### net",
    ] {
        assert!(text.contains(&format!("\n{heading}\n")), "{heading} is not in\n{text}");
    }
    assert!(text.contains("| direct | it is not possible here: there are no subgroups |"), "{text}");
    let mut left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["mine.txt", "report.json", "report.md"]);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn nothing_is_touched_where_a_report_cannot_be() {
    let gpu = gpu();
    let folder = tempfile::tempdir().unwrap();
    let ask = |names: &[String]| {
        report(&gpu, Arithmetic::Portable, folder.path(), names, &[], &mut |_| panic!("nothing is measured"))
    };
    let error = ask(&["walk".to_owned()]).unwrap_err().to_string();
    assert!(error.starts_with("bench: there is no `walk`; legal: update, "), "{error}");
    std::fs::create_dir(folder.path().join("report.md")).unwrap();
    let error = ask(&[]).unwrap_err().to_string();
    assert_eq!(error, format!("cannot replace {}: it is a folder", folder.path().join("report.md").display()));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_lost_device_is_opened_again() {
    let gpu = gpu();
    let mut told = |_: &str| ();
    let mut reporter = Reporter::new(&gpu, Arithmetic::Portable, &mut told);
    let lost = || Error::DeviceLost { action: "computing".to_owned(), reason: "it fell".to_owned() };
    let part = reporter.attempt("a", "a", |_| Err::<(), _>(lost()));
    assert_eq!((part.found, part.error), (None, Some(lost().to_string())));
    assert!(!reporter.gpu.same_device(&gpu) && reporter.gpu.info() == gpu.info());
    let part = reporter.attempt("b", "b", |gpu| Ok(gpu.limits().clone()));
    assert_eq!((part.found.as_ref(), part.error), (Some(gpu.limits()), None));
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_panic_is_one_part_s_failure() {
    let gpu = gpu();
    let mut told = |_: &str| ();
    let mut reporter = Reporter::new(&gpu, Arithmetic::Portable, &mut told);
    let part = reporter.attempt("a", "a", |gpu| -> Result<()> { panic!("{} fell", gpu.info().name) });
    assert_eq!(part.error.as_deref(), Some("the driver, or neuropil, failed without an error"));
}
