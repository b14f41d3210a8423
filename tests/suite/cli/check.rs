//! `neuropil check`, and what shells and editors need.

use super::{Folder, NETWORK};

#[test]
fn what_is_right_is_counted() {
    let many = NETWORK.replace("fixed_indegree = 5", "fixed_indegree = 300000");
    let folder = Folder::new().write("many.toml", many);
    assert_eq!(
        folder.run(&["check", "n.toml", "many.toml"]).done(),
        "n.toml: 20 neurons, 100 synapses\n\
         many.toml: 20 neurons, about 6000000 synapses; so many are not drawn, and their weights not looked at: `neuropil plan` does\n"
    );
    assert_eq!(folder.names("."), ["many.toml", "n.toml"]);
}

#[test]
fn every_file_is_examined_whatever_is_wrong_with_others() {
    let folder = Folder::new()
        .write("key.toml", NETWORK.replace("seed", "sed"))
        .write("tao.toml", NETWORK.replace("tau =", "tao ="))
        .write("warned.toml", NETWORK.replace("duration = \"20 ms\"", "duration = \"20.06 ms\""));
    let ran = folder.run(&["check", "key.toml", "tao.toml", "missing.toml", "warned.toml", "n.toml"]);
    let expected = "error: key.toml:3:1: unknown key `sed` in the network (did you mean `seed`?); legal: format, include, let, dt, duration, until, \
                    seed, wiring_seed, wiring, template, population, projection, stimulus, record\n  sed = 1\n\
                    error: tao.toml:10:18: population[cells].params.tao: model lif has no `tao` (did you mean `tau`?); legal: tau, r, v_th, \
                    v_reset, v_rest, reset\n\
                    error: cannot read missing.toml: {missing}\n\
                    warning: warned.toml: duration: 20.06 ms is no whole number of steps of 0.1 ms, and is rounded to 201; give a multiple of dt\n\
                    error: check: 3 of 5 network files are wrong\n";
    let missing = std::io::Error::from_raw_os_error(2).to_string();
    assert_eq!(ran.err, expected.replace("{missing}", &missing));
    assert_eq!(ran.out, "warned.toml: 20 neurons, 100 synapses\nn.toml: 20 neurons, 100 synapses\n");
    assert_eq!(ran.status, Some(2));
}

#[test]
fn values_may_be_put_in_the_place_of_the_files() {
    let folder = Folder::new().write("other.toml", NETWORK.replace("size = 20", "size = 30"));
    let set = ["--set", "projection[0].connect.fixed_indegree=7", "--set", "duration=1 ms"];
    let printed = folder.run(&[&["check", "n.toml", "other.toml"], &set[..]].concat()).done();
    assert_eq!(printed, "n.toml: 20 neurons, 140 synapses\nother.toml: 30 neurons, 210 synapses\n");
    let ran = folder.run(&["check", "n.toml", "--set", "population[cells].size=0"]);
    let problem = "population[cells].size: `size` must be a whole number from 1 to 4294967295, found 0";
    assert_eq!(ran.err, format!("error: {problem}\nerror: check: 1 of 1 network files are wrong\n"));
    assert_eq!(ran.status, Some(2));
}

#[test]
fn completions_know_the_commands() {
    for (shell, mark) in [
        ("bash", "complete -F _neuropil"),
        ("zsh", "#compdef neuropil"),
        ("fish", "complete -c neuropil"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        let script = Folder::new().run(&["completions", shell]).done();
        for word in [mark, "check", "completions", "schedule"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn the_schema_for_editors_is_json() {
    let printed = Folder::new().run(&["schema"]).done();
    let schema: serde_json::Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
    assert_eq!(schema["properties"]["dt"]["description"], "the time step");
    assert_eq!(printed, neuropil::json_schema::text().unwrap());
}
