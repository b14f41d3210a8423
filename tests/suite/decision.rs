//! The network that decides: whose stimulus is stronger wins, and the rates are those of a cortex.

use crate::device::rate_between;
use neuropil::network::NetworkFile;
use neuropil::recording::Recording;
use neuropil::units::Literal;
use neuropil::{Device, Simulation};
use std::path::Path;

/// `networks/decision.toml` with a quarter of the neurons, whose synapses are then four times as strong.
fn recorded(coherence: &str) -> Recording {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("networks/decision.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let text = text.replace("\nn = 2000\n", "\nn = 500\n");
    let text = text.replace("\ncoherence = 0.256\n", &format!("\ncoherence = {coherence}\n"));
    let network = NetworkFile::parse(&text, &path).unwrap().network;
    assert_eq!(network.populations.iter().map(|it| it.size).collect::<Vec<_>>(), [60, 60, 280, 100]);
    let mut simulation = Simulation::new(&network, &"cpu".parse::<Device>().unwrap()).unwrap();
    simulation.run(1.1.s()).unwrap()
}

#[test]
fn the_stronger_stimulus_wins() {
    for (coherence, winner, loser) in [("0.256", "left", "right"), ("-0.256", "right", "left")] {
        let recording = recorded(coherence);
        for name in ["left", "right", "other"] {
            let before = rate_between(&recording, name, [0.1, 0.5]);
            assert!((0.5..6.0).contains(&before), "{name} fires at {before} Hz before the stimuli");
        }
        let before = rate_between(&recording, "inh", [0.1, 0.5]);
        assert!((4.0..12.0).contains(&before), "interneurons fire at {before} Hz before the stimuli");
        let [won, lost] = [winner, loser].map(|name| rate_between(&recording, name, [0.8, 1.1]));
        assert!((8.0..40.0).contains(&won) && lost < 2.0, "{coherence}: {winner} has {won} Hz, {loser} {lost} Hz");
    }
}
