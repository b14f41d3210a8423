//! `plan` and `models`: what the program knows without running anything.

use super::Folder;

#[test]
fn a_plan_counts_memory_and_dispatches() {
    let plan = Folder::new().run(&["plan", "n.toml", "--device", "reference"]).done();
    for line in [
        "for the reference",
        "20 neurons in 1 population, 100 synapses",
        "    in           100 synapses, weights counted in multiples of 1.863e-9 mV",
        "time step 0.1 ms, batch 1",
        "window 10 steps (delays 10 to 10 steps, ring of 20 slots)",
        "  2.84 bytes a synapse, in 1 block of at most 1024 neurons",
        "  no weight is rounded but to its port's multiples",
        "host memory 2.1 KiB to lower it, 6.0 KiB to run it, and recordings on top",
        "  drawing synapses                724 B  while it is lowered",
        "  synapse table                   284 B",
        "  delay ring                    3.1 KiB  while it runs",
        "recordings of 20 ms",
        "  spikes                            5 B of the host's memory, at most 4 B on disk, for each Hz of the mean rate",
    ] {
        assert!(plan.lines().any(|found| found == line), "{line:?} is not in\n{plan}");
    }
    let drawn = Folder::with(&[("weight = \"0.5 mV\"", "weight = { normal = [\"0.5 mV\", \"0.05 mV\"] }")]);
    let plan = drawn.run(&["plan", "n.toml", "--device", "reference"]).done();
    assert!(plan.contains("\n  100 weights rounded to 10 significant bits\n"), "{plan}");
    let ten = "[[record]]\npopulation = \"cells\"\nwhat = [\"spikes\"]\nneurons = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n\n[[stimulus]]";
    let plan = Folder::with(&[("[[stimulus]]", ten)]).run(&["plan", "n.toml", "--device", "reference"]).done();
    let line = "  spikes                            3 B of the host's memory, at most 2 B on disk, for each Hz of the mean rate";
    assert!(plan.lines().any(|found| found == line), "{plan}");
    let batch = Folder::new().run(&["plan", "n.toml", "--device", "reference", "--batch", "3"]).done();
    assert!(batch.contains("time step 0.1 ms, batch 3\n"), "{batch}");
    assert!(!batch.contains("device"), "{batch}");
}

/// Values from all cells, from some of them beside spikes, and gap junctions, which end at no port.
#[test]
fn a_plan_counts_what_is_gathered() {
    let graded = |rule: &str, delay: &str| {
        let ends = "[[projection]]\npre = \"cells\"\npost = \"cells\"\nport = \"in\"\n";
        format!("{ends}connect = {rule}\nweight = \"0.5 mV\"\ndelay = \"{delay}\"\nmodel = \"ampa\"\n\n")
    };
    let spikes = "[[projection]]\npre = \"cells\"\npost = \"cells\"\nport = \"in\"\nconnect = { fixed_indegree = 5 }\n\
                  weight = \"0.5 mV\"\ndelay = \"1 ms\"\n";
    let all = graded("\"all_to_all\"", "0.5 ms");
    let plan =
        |changed: &str| Folder::with(&[(spikes, changed)]).run(&["plan", "n.toml", "--device", "reference"]).done();
    let cases = [
        (
            all.clone(),
            &[
                "20 neurons in 1 population, 400 synapses",
                "    in           400 synapses, which gather values in each step",
                "window 5 steps (delays 5 to 5 steps, ring of 6 slots)",
                "20 values given in each step, in 10 slots",
                "  projection[cells→cells.in]: 400 values read in each step, one weight for all pairs, no table",
            ][..],
        ),
        (
            format!("{all}{}{spikes}", graded("{ fixed_indegree = 3 }", "2 ms")),
            &[
                "20 neurons in 1 population, 560 synapses",
                "    in           560 synapses, of which 460 gather values in each step, weights counted in multiples of 1.863e-9 mV",
                "window 5 steps (delays 5 to 20 steps, ring of 15 slots)",
            ],
        ),
        (
            "[[projection]]\npre = \"cells\"\npost = \"cells\"\nconnect = { fixed_indegree = 5 }\nweight = \"0.5 mS\"\n\
             model = \"gap_junction\"\n"
                .to_owned(),
            &["20 neurons in 1 population, 100 synapses", "    in           0 synapses", "window 1 step (delays 1 to 1 steps, ring of 2 slots)"],
        ),
    ];
    for (changed, lines) in cases {
        let plan = plan(&changed);
        for line in lines {
            assert!(plan.lines().any(|found| found == *line), "{line:?} is not in\n{plan}");
        }
    }
}

#[test]
fn every_model_is_listed_with_its_fields() {
    let listed = Folder::new().run(&["models"]).done();
    let markdown = Folder::new().run(&["models", "--markdown"]).done();
    for model in neuropil::model::catalogue().unwrap() {
        assert!(listed.contains(&format!("\n  {}: {}", model.name(), model.reflection.doc)), "{}", model.name());
        assert!(!model.reflection.doc.is_empty(), "{}", model.name());
        for field in model.reflection.params.iter().filter(|field| field.unit != "word") {
            assert!(listed.contains(&format!(" {}", field.name)), "{} of {}", field.name, model.name());
        }
    }
    assert_eq!(markdown, neuropil::model::markdown::overview().unwrap());
    assert!(!listed.contains("word"), "{listed}");
}

#[test]
fn a_model_is_explained() {
    assert_eq!(
        Folder::new().run(&["models", "lif_ref"]).done(),
        "Neurons: model = …

  lif_ref: Leaky integrate-and-fire neuron with an absolute refractory period.

    Equation:   tau dV/dt = −(V − v_rest) + r·I
    Step:       exponential Euler: V ← V + dt·φ(dt·J)·f(V) with f = dV/dt, J = df/dV (the slope of I included) and
                φ(z) = (e^z − 1)/z; then what arrives as jumps (`delta` ports, events without a port) is added to V
    Spike:      where then V ≥ v_th
    Reset:      as the next step begins: V ← V − (v_th − v_reset) (soft), V ← v_reset (hard)
    Refractory: while t − t_spike < tau_ref, so in ⌈tau_ref/dt⌉ − 1 steps after the spike's (`held` counts down), V stays
                as the reset left it, and what acts on it is lost; synapses go on. A soft reset may leave V at v_th or
                above: it then spikes again
    Source:     brainstate.nn.LIFRef, with the refractory time counted in whole steps

    parameters  tau      ms     membrane time constant; default 5 ms; legal: > 0
                r        ohm    membrane resistance; default 1 ohm; legal: > 0
                v_th     mV     threshold; default 1 mV; legal: > v_reset
                v_reset  mV     reset potential; default 0 mV
                v_rest   mV     resting potential; default 0 mV
                reset    1      what a spike subtracts from V: v_th − v_reset, or V − v_reset; default soft; legal: \
         soft or hard
                tau_ref  ms     refractory period; default 5 ms; legal: >= 0
    state       v        mV     membrane potential; default 0 mV
                held     steps  steps that V is still held; default 0 steps
"
    );
    let names: Vec<_> = neuropil::model::catalogue().unwrap().iter().map(|model| model.name().to_owned()).collect();
    let message =
        format!("models: there is no model `liff` (did you mean `lif`?); legal: {}, or a .wgsl file", names.join(", "));
    Folder::new().run(&["models", "liff"]).failed(2, &message);
}

#[test]
fn a_model_whose_keys_are_not_its_parameters_says_how_it_is_written() {
    let trace = "    in a network file
    [[stimulus]]
    kind = \"current\"
    target = \"cells\"
    neurons = [0, 1]    # n of them; all if absent
    # the current of each step: [T] for all, or [T, n]; from a file, { npy = \"current.npy\", unit = \"mA\" }
    trace = { values = [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]], unit = \"mA\" }
";
    assert_eq!(
        Folder::new().run(&["models", "trace"]).done(),
        format!(
            "Stimuli

  trace: Current given for each step, zero after the trace's end.

    Equation:   I(k) = row k of the trace in step k, each neuron its column; 0 after the last row

{trace}"
        )
    );
    let listed = Folder::new().run(&["models"]).done();
    assert!(listed.contains(&format!("  trace: Current given for each step, zero after the trace's end.\n{trace}\n")));
    assert!(
        listed.contains("\n    # x, without unit: [T, n_in], or [T, batch, n_in]; from a file, { npy = \"x.npy\" }\n")
    );
    assert!(!listed.contains("exponential Euler"), "{listed}");
    let hint = "\n`neuropil models NAME` shows a model with its equation, integrator, reset and source.\n";
    assert!(listed.ends_with(hint), "{listed}");
}

#[test]
fn a_model_of_the_user_s_own_is_explained() {
    let own = include_str!("../../../examples/own_neuron.wgsl");
    let shown = Folder::new().write("own_neuron.wgsl", own).run(&["models", "own_neuron.wgsl"]).done();
    let head = "Neurons: model = …

  own_neuron: Quadratic membrane with a recovery variable: regular spiking, bursting, fast spiking and more.

    Izhikevich's neuron (IEEE Transactions on Neural Networks 14, 1569, 2003), as a user writes a model of their own.

        dv/dt = 0.04 v² + 5 v + 140 − u + I        where v ≥ v_peak: v ← c, u ← u + d
";
    assert!(shown.starts_with(head), "{shown}");
    assert!(
        shown.contains("\n    parameters  a       1/ms    speed of recovery; default 0.02 1/ms; legal: > 0\n"),
        "{shown}"
    );
    for (name, heading) in [
        ("own_synapse", "Synapses of a port: synapse = …\n\n  own_synapse: Synapse that saturates"),
        ("own_output", "Outputs of a port: output = …\n\n  own_output: Conductance that lets currents out"),
        ("own_stimulus", "Stimuli\n\n  own_stimulus: Random telegraph noise"),
        ("own_graded", "Projections: model = …\n\n  own_graded: Gate of NMDA receptors, kept at the source"),
    ] {
        let path = format!("{}/examples/{name}.wgsl", env!("CARGO_MANIFEST_DIR"));
        let shown = Folder::new().run(&["models", &path]).done();
        assert!(shown.starts_with(heading), "{shown}");
    }
    let wrong = Folder::new().write("own_neuron.wgsl", own.replacen("[mV] v after", "[mVolt] v after", 1));
    wrong.run(&["models", "own_neuron.wgsl"]).failed(
        2,
        "own_neuron.wgsl:18:9: the unit of `c`: `mVolt` is not a unit; legal: s, V, A, ohm (Ω), S, F, Hz, mol, M \
         (molar), m, g, with a prefix f p n u (µ) m k M G or none; 1; and expressions of these with * / ^ and \
         parentheses; or steps, to count them\n      /// [mVolt] v after a spike; default -65; range < v_peak\n          ^^^^^^^",
    );
    #[cfg(unix)]
    wrong.run(&["models", "gone.wgsl"]).failed(2, "cannot read gone.wgsl: No such file or directory (os error 2)");
}

#[test]
fn the_help_of_rnn_names_every_cell() {
    let help = Folder::new().run(&["rnn", "--help"]).done();
    let names = neuropil::rnn::CellKind::ALL.map(|kind| kind.definition().name);
    assert_eq!(names, ["vanilla", "gru", "gru_after", "mgu", "lstm", "ur_lstm"]);
    assert!(help.contains("<CELL>  vanilla, gru, gru_after, mgu, lstm or ur_lstm\n"), "{help}");
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_plan_says_what_a_device_is_given() {
    let plan = Folder::new().run(&["plan", "n.toml", "--device", "0", "--batch", "3"]).done();
    for line in [
        "20 neurons in 1 population, 100 synapses",
        "  neuron state                        240 B",
        "  synapses                            200 B",
        "  row starts                           84 B",
        "  2.84 bytes a synapse, in 1 block of at most 1024 neurons",
        "read back, 2 times each",
    ] {
        assert!(plan.lines().any(|found| found == line), "{line:?} is not in\n{plan}");
    }
    assert!(plan.contains("\n  update lif"), "{plan}");
}
