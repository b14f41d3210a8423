"""A host in the loop: every 5 ms it looks at the population's rate and sets the drive, so that the rate becomes what is wanted.

It prints the rate in the last 100 ms, and the hash of all spikes.
"""

import argparse

import numpy as np

from neuropil import Network, mA, mV, ms, quantity

WANTED_HZ = 40.0


def network() -> Network:
    """A population with noise, and a drive that the host sets."""
    net = Network(dt=0.1 * ms, seed=7, name="closed loop")
    net.population("cells", 200, model="lif", init={"v": {"uniform": [0 * mV, 1 * mV]}})
    net.stimulus("current", "cells", value=0 * mA, name="drive")
    net.stimulus("poisson_input", "cells", sources=50, rate="100 Hz", weight=0.01 * mV)
    return net


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--duration", default="500 ms")
    arguments = parser.parse_args()
    simulation = network().simulation(device=arguments.device)
    drive, whole = 0.0, None
    for _ in range(round(quantity(arguments.duration).to("ms") / 5)):
        recording = simulation.run_steps(50)
        whole = recording if whole is None else whole + recording
        rate = recording.rate("cells")
        drive = float(np.clip(drive + 0.0005 * (WANTED_HZ - rate), 0, 5))
        simulation.set("stimulus[drive].value", drive * mA)
    last = max(whole.duration - 100, 0)
    print(f"{whole.rate('cells', start=last):.1f} Hz of {WANTED_HZ} Hz, with {drive:.2f} mA")
    print(whole.hash)
