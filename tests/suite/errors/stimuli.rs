//! Errors of stimuli and records.

use super::check;
use neuropil::network::{Array, Current, Network, PoissonInput, Record, SpikeTimes};
use neuropil::units::Literal;

#[test]
fn stimuli_and_records() {
    let stimulus = |stimulus: neuropil::network::Stimulus| {
        move |net: &mut Network| {
            net.stimulate(stimulus);
        }
    };
    check(
        stimulus(PoissonInput::new("exc", 10, 20.0.khz(), 1.0.mv()).into()),
        "stimulus[0].rate: 20000 Hz is 2 events in a step of 0.1 ms; legal: at most one event in a step: 0 to 10000 Hz, \
         or sampler = \"poisson\"",
    );
    check(
        stimulus(PoissonInput::new("exc", 10, 2.0.hz(), 1.0.mv()).port("ampa").name("noise").into()),
        "stimulus[noise].weight: 1 mV has dimension voltage, expected conductance (mS)",
    );
    check(
        stimulus(Current::new("exc", 1.0.ma()).neurons([3, 10]).into()),
        "stimulus[0].neurons: `exc` has 10 neurons, so there is no neuron 10; legal: 0 to 9",
    );
    let trace = Array::inline(vec![0.0; 18], &[6, 3], "mA").unwrap();
    check(
        stimulus(Current::trace("inh", trace).into()),
        "stimulus[0].trace: the trace has shape [6, 3]; legal: [T] or [T, 4]",
    );
    check(
        stimulus(SpikeTimes::new("inh", [(0, (-1.0).ms())], 1.0.mv()).into()),
        "stimulus[0].times: is -1 ms; legal: times of 0 or more",
    );
    check(
        |net| net.records.push(Record::new("exc", ["v", "gaba.g"])),
        "record[0].what: population `exc` has no variable `gaba.g`; legal: spikes, v, held, ampa.g",
    );
    check(
        |net| net.records.push(Record::new("exc", ["spikes", "spike"])),
        "record[0].what: population `exc` has no variable `spike` (did you mean `spikes`?); legal: spikes, v, held, ampa.g",
    );
    check(
        |net| net.records.push(Record::new("exc", ["spikes"]).neurons([9, 10])),
        "record[0].neurons: `exc` has 10 neurons, so there is no neuron 10; legal: 0 to 9",
    );
    check(
        |net| net.records.push(Record::new("exc", ["v"]).every(0.01.ms())),
        "record[0].every: 0.01 ms is less than half a step; legal: 0.1 ms (one step) or more",
    );
    check(
        |net| net.records.push(Record::new("exc", ["v"]).neurons([2, 1, 2])),
        "record[0].neurons: neuron 2 is listed twice; legal: each neuron once",
    );
}
