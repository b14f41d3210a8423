"""What the Python front door costs, each beside what it may: ``python python/benches/timings.py [PROGRAM]``. With the program's path
(``target/release/neuropil``), a run's time beside its own, too.

Numbers are of the machine and of how the extension was built (an optimised wheel: ``python/wheel``).
"""

import _thread
import gc
import pathlib
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time

import numpy as np

FIRST_SPIKE = """
import time
start = time.perf_counter()
from neuropil import Network, mA
net = Network(dt="0.1 ms")
net.population("cells", 100, "lif")
net.stimulus("current", "cells", value=2 * mA)
assert len(net.run("5 ms", device="cpu")["cells"]) > 0
print(time.perf_counter() - start)
"""


def said(what: str, found: float, limit: float, unit: str) -> None:
    verdict = "" if found < limit else "   too long"
    print(f"{what:<52} {found:10.3f} {unit:<3} (limit {limit:g} {unit}){verdict}")


def small(neurons: int = 10, value: str = "2 mA"):
    from neuropil import Network

    net = Network(dt="0.1 ms", seed=1)
    net.population("cells", neurons, "lif")
    net.stimulus("current", "cells", value=value)
    return net


def beside_program(program: str) -> None:
    """Ten seconds of COBA: what the program says that it ran, and how long `Simulation.run` took, in turns."""
    from neuropil import Network

    network = pathlib.Path(__file__).parents[2] / "networks/coba.toml"
    simulation = Network.read(network).simulation(device="cpu")
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(8):
            command = [program, "run", str(network), "--device", "cpu", "--duration", "10 s", "--out", folder]
            printed = subprocess.run(command, capture_output=True, check=True, text=True)
            found = re.search(r"ran in ([0-9.]+) s", printed.stdout + printed.stderr)
            assert found is not None
            simulation.reset()
            start = time.perf_counter()
            simulation.run("10 s")
            # The first turn warms up.
            ratios += [(time.perf_counter() - start) / float(found[1])] if turn > 0 else []
    said("a run, in those of the program (median)", float(np.median(ratios)), 1.02, "")
    print(f"{'':<52} {min(ratios):10.3f} to {max(ratios):.3f}")


def main() -> None:
    from_shell = [sys.executable, "-c", FIRST_SPIKE]
    found = [float(subprocess.run(from_shell, capture_output=True, check=True).stdout) for _ in range(3)]
    said("import to first spike", min(found), 0.5, "s")

    simulation = small().simulation(device="cpu")
    for call, name in [
        (lambda: simulation.run_steps(0), "run of no steps"),
        (lambda: simulation.read("cells", "v"), "read of 10 neurons"),
    ]:
        call()
        turns = 2000
        start = time.perf_counter()
        for _ in range(turns):
            call()
        said(name, 1e6 * (time.perf_counter() - start) / turns, 50, "us")

    recording = small(10_000, "20 mA").run("400 ms", device="cpu")
    start = time.perf_counter()
    spikes = recording["cells"]
    total = int(spikes.step[-1]) + len(spikes.neuron)
    said(f"{len(spikes):,} spikes to NumPy (of {total:,})", 1e3 * (time.perf_counter() - start), 1.0, "ms")

    simulation = small(2000).simulation(device="cpu")
    waits = []
    for _ in range(3):
        pressed: list[float] = []

        def press(pressed: list[float] = pressed) -> None:
            pressed.append(time.perf_counter())
            _thread.interrupt_main()

        threading.Timer(1.0, press).start()
        recording = simulation.run("100000 s")
        waits.append(time.perf_counter() - pressed[0])
        assert recording.interrupted and recording.steps > 0
    said("Ctrl-C to the results until then", max(waits), 0.2, "s")

    def grown() -> float:
        gc.collect()
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * resource.getpagesize() / 2**20

    def many(turns: int) -> None:
        for _ in range(turns):
            recording = small(100).run("5 ms", device="cpu")
            np.sum(recording["cells"].step)

    many(200)
    before = grown()
    many(1000)
    said("growth over 1,000 simulations", grown() - before, 4.0, "MiB")


if __name__ == "__main__":
    main()
    for path in sys.argv[1:]:
        beside_program(path)
