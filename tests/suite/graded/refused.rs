//! What graded projections and gap junctions may not be told, and what of them is suspicious.

use neuropil::network::{Connect, Network, NetworkFile, Population, Port};
use neuropil::plan::{LowerOptions, Plan};
use neuropil::units::Literal;

const POPULATIONS: &str = "dt = \"0.1 ms\"\n[[population]]\nname = \"a\"\nsize = 4\nmodel = \"lif\"\n\
                           ports = { in = { output = \"delta\" }, slow = { synapse = \"expon\", output = { coba = \"0 mV\" } } }\n\
                           [[population]]\nname = \"r\"\nsize = 2\nmodel = \"leaky_rate_readout\"\n";
const PROJECTION: &str = "[[projection]]\nname = \"p\"\npre = \"a\"\npost = \"a\"\n";

/// What is said of a file with these lines in its projection.
fn said(more: &str) -> String {
    let connect = if more.contains("connect") { "" } else { "connect = \"all_to_all\"\n" };
    let text = format!("{POPULATIONS}{PROJECTION}{connect}{more}\n");
    let lowered =
        |file: NetworkFile| Plan::lower(&file.network, &LowerOptions::default()).map_err(|error| file.locate(error));
    let found = NetworkFile::parse(&text, "n.toml").and_then(lowered);
    let warned = |plan: Plan| -> Vec<String> {
        plan.warnings.iter().map(|warning| format!("{}: {}", warning.field, warning.problem)).collect()
    };
    let found = found.map_or_else(|error| error.to_string(), |plan| warned(plan).join("\n"));
    if found.is_empty() { "nothing".to_owned() } else { found }
}

#[track_caller]
fn check(more: &str, expected: &str) {
    assert_eq!(said(more), expected, "{more}");
}

const ONTO: &str = "port = \"in\"\ndelay = \"1 ms\"\nweight = \"1 mV\"\n";
const GAP: &str = "model = \"gap_junction\"\nweight = \"0.1 mS\"\n";

#[test]
fn graded_projections_are_kept_as_they_are() {
    check(&format!("{ONTO}model = \"ampa\""), "nothing");
    check(
        &format!("{ONTO}model = \"ampa\"\nweights = \"exact\""),
        "n.toml:20:11: projection[p].weights: graded projections keep their weights as numbers of 32 bits; legal: none",
    );
    check(
        &format!("{ONTO}model = \"bio_nmda\"\nconnect = {{ pairwise_bernoulli = 0.5 }}\nstorage = \"procedural\""),
        "n.toml:20:11: projection[p].storage: of graded projections each target looks for its sources, and rows are drawn by source; \
         legal: stored",
    );
    check(
        &format!("{ONTO}model = {{ ampa = {{ alpha = \"1 ms\" }} }}"),
        "n.toml:19:28: projection[p].model.ampa.alpha: 1 ms has dimension time, expected m^3·s^-1·mol^-1 (1/(ms*mM))",
    );
    check(
        &format!("{ONTO}model = {{ gabaa = {{ t_dur = \"0 ms\" }} }}"),
        "n.toml:19:29: projection[p].model.gabaa.t_dur: 0 ms; legal: > 0 ms",
    );
    check(
        "port = \"slow\"\ndelay = \"1 ms\"\nweight = \"1 mS\"\nmodel = \"ampa\"",
        "projection[p].port: port `slow` has the synapse expon, to which the values of a graded projection are arrivals, anew in each \
         step: it adds them up",
    );
    check(
        "port = \"in\"\ndelay = \"0 ms\"\nweight = \"1 mV\"\nmodel = \"ampa\"",
        "n.toml:17:9: projection[p].delay: a delay of 0 from `a` to `a` closes a loop of such delays; legal: 0.1 ms (one step) or more in a loop",
    );
}

#[test]
fn gap_junctions_have_a_weight_alone() {
    check(GAP, "nothing");
    check(
        &format!("{GAP}port = \"in\""),
        "n.toml:18:8: gap junctions have no `port`: they act on V, and see the V of their sources after the step before\n  port = \"in\"",
    );
    check(
        &format!("{GAP}delay = \"1 ms\""),
        "n.toml:18:9: gap junctions have no `delay`: they act on V, and see the V of their sources after the step before\n  delay = \"1 ms\"",
    );
    check(
        &format!("{GAP}weights = \"compact\""),
        "n.toml:18:11: projection[p].weights: gap junctions keep their weights as numbers of 32 bits; legal: none",
    );
    check(
        &format!("{GAP}storage = \"procedural\""),
        "n.toml:18:11: projection[p].storage: of gap junctions each target looks for its sources, and rows are drawn by source; legal: stored",
    );
    check(
        "model = { gap_junction = { u = 1 } }\nweight = \"0.1 mS\"",
        "n.toml:16:9: projection[p].model.u: gap junctions have no parameters; legal: a weight alone",
    );
    check(
        "model = \"gap_junction\"\nweight = \"0.1 mV\"",
        "n.toml:17:10: projection[p].weight: 0.1 mV has dimension voltage, expected conductance (mS)",
    );
    check(
        "model = \"gap_junction\"\nweight = \"-0.1 mS\"",
        "projection[p].weight: 12 of 12 weights are negative, the least -0.1 mS: they drive V of source and target apart",
    );
    check(
        &format!("{GAP}connect = \"one_to_one\""),
        "n.toml:17:11: projection[p].connect: one_to_one within a population makes only autapses, and no neuron has a gap junction with \
         itself; legal: another rule",
    );
    check(
        &format!("{GAP}connect = {{ list = [[0, 1], [2, 2]] }}"),
        "n.toml:17:11: projection[p].connect: pair 1 of the list joins neuron 2 to itself, and no neuron has a gap junction with itself; \
         legal: two neurons",
    );
    check(
        "model = \"gap_junction\"\nweight = \"1e33 mS\"",
        "n.toml:17:10: projection[p].weight: a target has up to 4 synapses, of up to 1e33 mS each; legal: |weights| onto a target that add \
         up to 1e30 mS at most, for sums in f32",
    );
    check(
        "model = \"ampa\"\nweight = \"0.1 mV\"\ndelay = \"1 ms\"",
        "n.toml:11:1: `projection` lacks the key `port`\n  [[projection]]",
    );
    check(
        "model = \"ampa\"\nweight = \"0.1 mV\"\nport = \"in\"",
        "n.toml:11:1: `projection` lacks the key `delay`\n  [[projection]]",
    );
    check(
        &format!("connect = \"all_to_all\"\n{GAP}[[record]]\nprojection = \"p\"\nwhat = [\"g\"]"),
        "n.toml:19:14: record[0].projection: `p` has gap junctions for a model, and so no variables; legal: a projection whose `model` has variables",
    );
    check(
        &format!(
            "connect = \"all_to_all\"\n{GAP}[[projection]]\npre = \"a\"\npost = \"r\"\nconnect = \"all_to_all\"\n{GAP}"
        ),
        "n.toml:20:8: projection[a→r.gap_junction].post: gap junctions act on v, which model leaky_rate_readout lacks; legal: a neuron \
         with a state variable v",
    );
}

/// What the builder can say, and a file cannot.
#[test]
fn gap_junctions_of_the_builder_are_checked() {
    let said = |change: &dyn Fn(&mut Network)| {
        let mut net = Network::new(0.1.ms());
        net.add(Population::new("a", 4, "lif").port("in", Port::delta()));
        net.couple("a", "a", Connect::all_to_all(), 0.1.millisiemens());
        change(&mut net);
        net.check().map_or_else(|error| error.to_string(), |()| "nothing".to_owned())
    };
    assert_eq!(said(&|_| ()), "nothing");
    assert_eq!(
        said(&|net| net.projections[0].port = "in".to_owned()),
        "projection[a→a.gap_junction].port: it is `in`, but gap junctions act on V itself; legal: none"
    );
    assert_eq!(
        said(&|net| net.projections[0].delay = 1.0.ms().into()),
        "projection[a→a.gap_junction].delay: gap junctions have none: they see the V of their sources after the step before; \
         legal: 0 ms, as Network::couple has it"
    );
}
