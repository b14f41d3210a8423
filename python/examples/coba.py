"""The network of Vogels and Abbott (benchmark 1 of Brette et al. 2007): 4,000 neurons, 320,000 synapses, one second.

It prints the hash of the spikes of ``neuropil run networks/coba.toml``.
"""

import argparse

from neuropil import Mohm, Network, mV, ms, nS, normal


def coba() -> Network:
    """The network of networks/coba.toml."""
    net = Network(dt=0.1 * ms, duration="1 s", seed=42, name="coba")
    cell = {
        "model": "lif_ref",
        "reset": "hard",
        "params": {
            "tau": 20 * ms, "r": 100 * Mohm, "v_th": -50 * mV, "v_reset": -60 * mV, "v_rest": -60 * mV, "tau_ref": 5 * ms
        },
        "init": {
            "v": normal(-65 * mV, 5 * mV),
            "ampa.g": normal(24 * nS, 9 * nS),
            "gaba.g": normal(134 * nS, 80.4 * nS),
        },
        "ports": {
            "ampa": {"synapse": "expon", "tau": 5 * ms, "output": {"coba": 0 * mV}},
            "gaba": {"synapse": "expon", "tau": 10 * ms, "output": {"coba": -80 * mV}},
        },
    }  # fmt: skip
    exc = net.population("exc", 3200, **cell)
    inh = net.population("inh", 800, **cell)
    connect = {"pairwise_bernoulli": 0.02}
    net.projection(exc, [exc, inh], "ampa", connect, weight=6 * nS, delay=0.1 * ms)
    net.projection(inh, [exc, inh], "gaba", connect, weight=67 * nS, delay=0.1 * ms)
    return net


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--duration", default="1 s")
    arguments = parser.parse_args()
    recording = coba().run(arguments.duration, device=arguments.device)
    print(recording)
    print(recording.hash)
