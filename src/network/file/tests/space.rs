//! Positions, kernels, delays by distance and mirrored synapses: what files say of them, and what is wrong.

use super::*;
use crate::network::{Connect, Kernel, Layout, Mask, Population, Port, Positions, Value, conduction};
use crate::units::{Literal, Quantity};

const TEXT: &str = r#"dt = "0.1 ms"
[[population]]
name = "sheet"
size = 12
model = "lif"
positions = { grid = [3, 4], extent = ["3 mm", "4 mm"] }
ports = { in = { output = "delta" } }
[[population]]
name = "line"
size = 3
model = "lif"
positions = { values = [0, 1.5, 3], unit = "mm" }
ports = { in = { output = "delta" } }
[[population]]
name = "nowhere"
size = 12
model = "lif"
[[projection]]
pre = "sheet"
post = "sheet"
port = "in"
connect = { pairwise_bernoulli = 0.5, kernel = { gaussian = "1 mm" }, mask = "2 mm" }
weight = "1 mV"
delay = { velocity = "0.5 m/s", offset = "1 ms" }
"#;

const GRID: &str = "positions = { grid = [3, 4], extent = [\"3 mm\", \"4 mm\"] }";
const LINE: &str = "positions = { values = [0, 1.5, 3], unit = \"mm\" }";
const CONNECT: &str = "connect = { pairwise_bernoulli = 0.5, kernel = { gaussian = \"1 mm\" }, mask = \"2 mm\" }";
const DELAY: &str = "delay = { velocity = \"0.5 m/s\", offset = \"1 ms\" }";

fn parsed(replaced: &[(&str, &str)]) -> Result<Network> {
    let text = replaced.iter().fold(TEXT.to_owned(), |text, (from, to)| {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        text.replace(from, to)
    });
    NetworkFile::parse(&text, "n.toml").map(|file| file.network)
}

/// What is said, up to the line's text.
#[track_caller]
fn refused(replaced: &[(&str, &str)], expected: &str) {
    let message = parsed(replaced).unwrap_err().to_string();
    assert_eq!(message.lines().next(), Some(format!("n.toml:{expected}").as_str()));
}

#[test]
fn files_and_builder_say_the_same_of_space() {
    let mut net = Network::new(0.1.ms());
    let in_port = |name: &str, size| Population::new(name, size, "lif").port("in", Port::delta());
    net.add(in_port("sheet", 12).positions(Positions::grid([3, 4], [3.0.mm(), 4.0.mm()])));
    let coordinates = Array::inline(vec![0.0, 1.5, 3.0], &[3], "mm").unwrap();
    net.add(in_port("line", 3).positions(Positions::given(coordinates)));
    net.add(Population::new("nowhere", 12, "lif"));
    let near = Connect::pairwise_bernoulli(0.5).kernel(Kernel::gaussian(1.0.mm())).mask(2.0.mm());
    net.connect("sheet", "sheet", "in", near, 1.0.mv(), conduction(0.5.m_per_s(), 1.0.ms()));
    assert_eq!(parsed(&[]).unwrap(), net);

    let positions = |text: &str| parsed(&[(LINE, text)]).unwrap().populations[1].positions.clone().unwrap();
    let random = Positions::random([100.0.um()]).periodic();
    assert_eq!(positions("positions = { random = true, extent = [\"100 um\"], periodic = true }"), random);
    let given =
        |unit: &str, values: Vec<f64>, shape: &[usize]| Positions::given(Array::inline(values, shape, unit).unwrap());
    let rows = positions("positions = [[\"0 mm\", \"1 mm\"], [\"1 mm\", \"2 mm\"], [\"2 mm\", \"0.5 mm\"]]");
    assert_eq!(rows, given("mm", vec![0.0, 1.0, 1.0, 2.0, 2.0, 0.5], &[3, 2]));
    let file = positions("positions = { npy = \"p.npy\", unit = \"um\", extent = [\"1 mm\"] }");
    assert_eq!(file, Positions::given(Array::npy("p.npy", "um").unwrap()).extent([1.0.mm()]));
    assert_eq!(positions("positions = { grid = [\"1 + 2\"], extent = [\"1 mm\"] }").layout, Layout::Grid(vec![3]));
    let connect = |text: &str| parsed(&[(CONNECT, text)]).unwrap().projections[0].connect.clone();
    let exponential = Connect::fixed_indegree(3).kernel(Kernel::exponential(1.0.mm()));
    assert_eq!(connect("connect = { fixed_indegree = 3, kernel = { exponential = \"1 mm\" } }"), exponential);
    let within = Connect::pairwise_bernoulli(0.5).kernel(Kernel::box_within(2.0.mm())).symmetric(true);
    assert_eq!(
        connect("connect = { pairwise_bernoulli = 0.5, kernel = { box = \"2 mm\" }, symmetric = true }"),
        within
    );
    let masked = |mask: Mask| Connect::pairwise_bernoulli(0.5).mask(mask);
    for (text, mask) in [
        ("{ circular = \"2 mm\" }", 2.0.mm().into()),
        ("{ doughnut = [\"1 mm\", \"2 mm\"] }", Mask::doughnut(1.0.mm(), 2.0.mm())),
        ("{ rectangular = [\"1 mm\", \"2 mm\"] }", Mask::rectangular([1.0.mm(), 2.0.mm()])),
    ] {
        let line = format!("connect = {{ pairwise_bernoulli = 0.5, mask = {text} }}");
        let mut net = parsed(&[(CONNECT, &line)]).unwrap();
        assert_eq!(net.projections[0].connect, masked(mask));
        let written = net.get("projection[0].connect").unwrap();
        net.projections[0].connect = Connect::pairwise_bernoulli(0.5);
        net.set("projection[0].connect", written).unwrap();
        assert_eq!(net, parsed(&[(CONNECT, &line)]).unwrap());
    }
    let delay = parsed(&[(DELAY, "delay = { velocity = \"0.5 m/s\" }")]).unwrap().projections[0].delay.clone();
    assert_eq!(delay, Value::from(conduction(0.5.m_per_s(), 0.0.ms())));
    // A velocity that is computed is written as one.
    let net = parsed(&[("dt = \"0.1 ms\"", "dt = \"0.1 ms\"\nlet = { v = \"1 m/s\" }"), ("\"0.5 m/s\"", "\"v / 2\"")])
        .unwrap();
    let velocity = net.get("projection[0].delay.velocity").unwrap().to_string();
    assert_eq!(Quantity::parse(&velocity).unwrap(), 0.5.m_per_s().into());
}

#[test]
fn wrong_positions() {
    for (line, expected) in [
        (
            "grid = [3, 5], extent = [\"3 mm\", \"4 mm\"]",
            "the grid [3, 5] has 15 places for 12 neurons; legal: a place for each neuron",
        ),
        (
            "grid = [3, 4], extent = [\"3 mm\"]",
            "the extent has 1 lengths in 2 dimensions; legal: a length for each dimension",
        ),
        ("grid = [1, 3, 2, 2], extent = [\"3 mm\"]", "the grid has 4 sides; legal: 1 to 3"),
        ("grid = [12]", "the grid has no extent; legal: extent, the length of each side"),
        ("random = true", "the extent has 0 lengths; legal: 1 to 3"),
        (
            "values = [[1, 2], [3, 4]], unit = \"mm\"",
            "the array has shape [2, 2]; legal: [12, 1], [12, 2] or [12, 3], the coordinates of each neuron",
        ),
        (
            "npy = \"p.npy\", unit = \"mm\", periodic = true",
            "they are periodic, but have no extent; legal: extent, the length of each side",
        ),
        ("npy = \"p.npy\", unit = \"ms\"", "expected length (mm), found time (ms); legal: lengths"),
    ] {
        refused(
            &[(GRID, &format!("positions = {{ {line} }}"))],
            &format!("6:13: population[sheet].positions: {expected}"),
        );
    }
    for (extent, expected) in [
        ("\"0 mm\"", "is 0 mm; legal: a length above 0"),
        ("\"-1 mm\"", "is -1 mm; legal: a length above 0"),
        ("\"1 ms\"", "1 ms has dimension time, expected length (mm); legal: a length above 0"),
    ] {
        let line = format!("positions = {{ random = true, extent = [{extent}] }}");
        refused(&[(GRID, &line)], &format!("6:39: population[sheet].positions.extent: {expected}"));
    }
    let one_of = "a table with one of grid, random, values, npy, or an array of lengths";
    let keys = "grid, random, values, npy, extent, periodic, unit";
    for (line, expected) in [
        ("3", format!("6:13: `positions` must be {one_of}, found 3")),
        ("{ extent = [\"1 mm\"] }", format!("6:13: `positions` must be {one_of}, found a table with extent")),
        (
            "{ grid = [12], random = true }",
            format!("6:13: `positions` must be {one_of}, found a table with grid, random"),
        ),
        ("{ gird = [12] }", format!("6:15: unknown key `gird` in `positions` (did you mean `grid`?); legal: {keys}")),
        ("{ grid = 12 }", "6:22: `grid` must be whole numbers such as [20, 20], found 12".to_owned()),
        ("{ grid = [0] }", "6:23: `grid` must be a whole number from 1 to 4294967295, found 0".to_owned()),
        ("{ random = 5 }", "6:24: `random` must be true, found 5".to_owned()),
        ("{ grid = [12], unit = \"mm\" }", "6:35: `unit` is of coordinates, and grid says none".to_owned()),
        (
            "{ grid = [12], extent = \"1 mm\" }",
            "6:37: `extent` must be lengths such as [\"1 mm\", \"1 mm\"], found the string \"1 mm\"".to_owned(),
        ),
        ("{ grid = [12], periodic = 1 }", "6:39: `periodic` must be true or false, found 1".to_owned()),
    ] {
        refused(&[(GRID, &format!("positions = {line}"))], &expected);
    }
}

#[test]
fn wrong_kernels_masks_and_delays() {
    let at = "22:11: projection[sheet→sheet.in].connect";
    let two_lines = [("pre = \"sheet\"", "pre = \"line\"")];
    refused(
        &two_lines,
        &format!(
            "{at}: `line` has positions in 1 dimensions, and `sheet` in 2; legal: positions in as many dimensions"
        )
        .replace("sheet→", "line→"),
    );
    for (who, connect, delay) in [
        ("a kernel", CONNECT, "delay = \"1 ms\""),
        ("a mask", "connect = { fixed_indegree = 2, mask = \"1 mm\" }", "delay = \"1 ms\""),
    ] {
        let replaced = [("pre = \"sheet\"", "pre = \"nowhere\""), (CONNECT, connect), (DELAY, delay)];
        let expected = format!(
            "{at}: {who} asks for distances, and `nowhere` has no positions; legal: positions of both populations"
        );
        refused(&replaced, &expected.replace("sheet→", "nowhere→"));
    }
    refused(
        &[("pre = \"sheet\"", "pre = \"nowhere\""), (CONNECT, "connect = \"one_to_one\"")],
        "24:9: projection[nowhere→sheet.in].delay: a velocity asks for distances, and `nowhere` has no positions; legal: positions of both populations",
    );
    let periodic = "positions = { grid = [3], extent = [\"3 mm\"], periodic = true }";
    let flat = "positions = { grid = [12], extent = [\"4 mm\"] }";
    refused(
        &[(LINE, periodic), (GRID, flat), ("pre = \"sheet\"", "pre = \"line\"")],
        &format!("{at}: `line` is periodic with an extent of [3 mm], and `sheet` not periodic with an extent of [4 mm]; legal: one periodic space for both, or none").replace("sheet→", "line→"),
    );
    for (rule, expected) in [
        ("all_to_all = true", "all_to_all connects every pair, whatever its distance"),
        ("one_to_one = true", "one_to_one connects neurons of the same number, whatever its distance"),
        ("fixed_total_number = 3", "fixed_total_number draws pairs, not partners of a neuron, whatever its distance"),
        ("list = [[0, 1]]", "a list says which pairs there are, whatever its distance"),
    ] {
        let legal = "legal: pairwise_bernoulli, fixed_indegree or fixed_outdegree with a kernel or mask";
        refused(
            &[(CONNECT, &format!("connect = {{ {rule}, mask = \"1 mm\" }}"))],
            &format!("{at}: {expected}; {legal}"),
        );
    }
    for (beside, expected) in [
        (
            "kernel = { box = \"0 mm\" }",
            "22:56: projection[sheet→sheet.in].connect.kernel.box: is 0 mm; legal: a length above 0",
        ),
        (
            "mask = \"3 ms\"",
            "22:46: projection[sheet→sheet.in].connect.mask: 3 ms has dimension time, expected length (mm); legal: a length above 0",
        ),
        (
            "mask = { doughnut = [\"3 mm\", \"2 mm\"] }",
            "22:59: projection[sheet→sheet.in].connect.mask.doughnut: the inner radius is 3 mm, and the outer one 2 mm; legal: an outer radius above the inner one",
        ),
        (
            "mask = { doughnut = [\"-1 mm\", \"2 mm\"] }",
            "22:59: projection[sheet→sheet.in].connect.mask.doughnut: is -1 mm; legal: an inner radius of 0 or more",
        ),
        (
            "mask = { rectangular = [\"1 mm\"] }",
            "22:62: projection[sheet→sheet.in].connect.mask.rectangular: the box has 1 sides in 2 dimensions; legal: a length for each dimension",
        ),
        (
            "mask = { rectangular = [\"1 mm\", \"0 mm\"] }",
            "22:62: projection[sheet→sheet.in].connect.mask.rectangular: is 0 mm; legal: a length above 0",
        ),
        (
            "mask = { doughnut = [\"3 mm\"] }",
            "22:59: `doughnut` must be two lengths such as [\"100 um\", \"300 um\"], found an array",
        ),
        (
            "mask = { circle = \"3 mm\" }",
            "22:48: unknown key `circle` in `mask`; legal: circular, doughnut, rectangular",
        ),
        (
            "mask = {}",
            "22:46: `mask` must be a length, or a table with one of circular, doughnut, rectangular, found an empty table",
        ),
        ("kernel = 3", "22:48: `kernel` must be a table with one of gaussian, exponential, box, found 3"),
        (
            "kernel = { gausian = 3 }",
            "22:50: unknown key `gausian` in `kernel` (did you mean `gaussian`?); legal: gaussian, exponential, box",
        ),
        ("kernel = {}", "22:48: `kernel` must be a table with one of gaussian, exponential, box, found an empty table"),
    ] {
        refused(&[(CONNECT, &format!("connect = {{ pairwise_bernoulli = 0.5, {beside} }}"))], expected);
    }
    for (delay, expected) in [
        ("velocity = \"0 m/s\"", "projection[sheet→sheet.in].delay.velocity: is 0 m/s; legal: a velocity above 0"),
        (
            "velocity = \"1 mm\"",
            "projection[sheet→sheet.in].delay.velocity: 1 mm has dimension length, expected velocity (m/s); legal: a velocity above 0",
        ),
        (
            "velocity = \"1 m/s\", offset = \"-1 ms\"",
            "projection[sheet→sheet.in].delay.offset: is -1 ms; legal: a time of 0 or more",
        ),
        (
            "velocity = \"1 m/s\", ofset = \"1 ms\"",
            "unknown key `ofset` in `delay` (did you mean `offset`?); legal: velocity, offset",
        ),
    ] {
        let message = parsed(&[(DELAY, &format!("delay = {{ {delay} }}"))]).unwrap_err().to_string();
        let message = message.lines().next().unwrap().splitn(4, ':').nth(3).unwrap().trim().to_owned();
        assert_eq!(message, expected);
    }
    refused(
        &[("weight = \"1 mV\"", "weight = { velocity = \"1 m/s\" }")],
        "23:10: projection[sheet→sheet.in].weight: a velocity makes delays of distances; legal: a value of another kind",
    );
}

#[test]
fn what_is_not_stored_knows_no_space() {
    let procedural = ("weight = \"1 mV\"", "weight = \"1 mV\"\nstorage = \"procedural\"");
    let legal = "legal: stored; or pairwise_bernoulli, fixed_outdegree or fixed_total_number with multapses, and weights and delays that are constants or distributions";
    let bernoulli = "connect = { pairwise_bernoulli = 0.5 }";
    for (connect, delay, expected) in [
        (CONNECT, "delay = \"1 ms\"", "who is near is looked for among the positions of neurons, on the host"),
        (bernoulli, DELAY, "delays follow from the positions of neurons, on the host"),
        (
            "connect = { pairwise_bernoulli = 0.5, symmetric = true }",
            "delay = \"1 ms\"",
            "rows of two neurons share what both draw, and a device draws each alone",
        ),
    ] {
        refused(
            &[procedural, (CONNECT, connect), (DELAY, delay)],
            &format!("24:11: projection[sheet→sheet.in].storage: {expected}; {legal}"),
        );
    }
}

#[test]
fn wrong_mirrored_synapses() {
    for (rule, expected) in [
        ("one_to_one = true", "one_to_one within a population connects each neuron to itself alone"),
        (
            "fixed_indegree = 2",
            "fixed_indegree says how many sources a target has, and mirrored synapses would be more",
        ),
        (
            "fixed_outdegree = 2",
            "fixed_outdegree says how many targets a source has, and mirrored synapses would be more",
        ),
        (
            "fixed_total_number = 2",
            "fixed_total_number says how many pairs there are, and mirrored synapses would be more",
        ),
        ("list = [[0, 1]]", "a list says which pairs there are"),
    ] {
        let connect = format!("connect = {{ {rule}, symmetric = true }}");
        let message = parsed(&[(CONNECT, &connect)]).unwrap_err().to_string();
        let (_, message) = message.split_once(".symmetric: ").unwrap();
        assert_eq!(message, format!("{expected}; legal: all_to_all or pairwise_bernoulli"));
    }
    let symmetric = (CONNECT, "connect = { pairwise_bernoulli = 0.5, symmetric = true }");
    refused(
        &[symmetric, ("post = \"sheet\"", "post = \"sheet[0..3]\""), (DELAY, "delay = \"1 ms\"")],
        "22:51: projection[sheet→sheet.in].connect.symmetric: `sheet` and `sheet[0..3]` are not the same neurons; legal: a projection from a population, or a part of one, to itself",
    );
    refused(
        &[symmetric, ("weight = \"1 mV\"", "weight = { values = [1, 2], unit = \"mV\" }")],
        "22:51: projection[sheet→sheet.in].connect.symmetric: values of single synapses are given as `weight`, each for one direction; legal: constants, distributions, and delays by distance",
    );
    refused(
        &[(CONNECT, "connect = { pairwise_bernoulli = 0.5, symmetric = 1 }")],
        "22:51: `symmetric` must be true or false, found 1",
    );
}

#[test]
fn positions_and_delays_that_are_set_are_checked_with_those_who_ask_for_them() {
    let mut net = parsed(&[]).unwrap();
    let before = net.clone();
    let error = net.set("population[sheet].positions", "{ values = [1, 2], unit = \"mm\" }").unwrap_err().to_string();
    assert_eq!(
        error,
        "population[sheet].positions: the array has shape [2]; legal: [12, 1], [12, 2] or [12, 3], the coordinates of each neuron"
    );
    net.projections[0].connect = Connect::one_to_one();
    net.projections[0].delay = 1.0.ms().into();
    net.set("projection[0].pre", "nowhere").unwrap();
    let error = net.set("projection[0].delay", "{ velocity = '1 m/s' }").unwrap_err().to_string();
    assert_eq!(
        error,
        "projection[nowhere→sheet.in].delay: a velocity asks for distances, and `nowhere` has no positions; legal: positions of both populations"
    );
    net = before;
    net.set("population[sheet].positions.periodic", "true").unwrap();
    net.set("projection[0].connect.mask", "1 mm").unwrap();
    net.set("projection[0].connect.symmetric", "true").unwrap();
    net.set("projection[0].delay.velocity", "2 m/s").unwrap();
    assert!(net.populations[0].positions.as_ref().unwrap().periodic && net.projections[0].connect.symmetric);
}
