"""A thousand networks from eight lines, beside the same in Brian2, in one run: ``pip install brian2 "numpy<2" "setuptools<81"``, then
``python python/benches/thousand.py``.

Each has 400 neurons with conductances, 32,000 synapses and noise, and runs for 200 ms in 2,000 steps: 50 weights of the excitatory
synapses times 20 seeds of noise. Brian2 goes through them in a loop, in the way that is fast there: the network is built once, stored,
and restored for each run. It does some of the thousand (``--brian2``), spread over the weights; what all would take is extrapolated from
these, and said to be. Numbers are of the machine and of how the extension was built (an optimised wheel: ``python/wheel``).
"""

import argparse
import os
import time

import numpy

WEIGHTS, SEEDS = 50, 20


def in_neuropil(weights: int, seeds: int, device: str) -> list[float]:
    """Seconds, and the mean rate [Hz] at the smallest and the largest weight."""
    from neuropil import Hz, Mohm, Network, mV, ms, nS, normal, sweep

    start = time.perf_counter()
    net = Network(dt=0.1 * ms, duration=200 * ms, seed=1)
    lif = {"tau": 20 * ms, "r": 100 * Mohm, "v_th": -50 * mV, "v_reset": -60 * mV, "v_rest": -60 * mV, "tau_ref": 5 * ms}
    ports = {name: {"synapse": "expon", "tau": t * ms, "output": {"coba": e * mV}} for name, t, e in [("ampa", 5, 0), ("gaba", 10, -80)]}
    cells = net.population("cells", 400, "lif_ref", params=lif, init={"v": normal(-55 * mV, 5 * mV)}, ports=ports)
    net.projection(cells[0:320], cells, "ampa", {"pairwise_bernoulli": 0.2}, weight=2 * nS, delay=1 * ms)
    net.projection(cells[320:400], cells, "gaba", {"pairwise_bernoulli": 0.2}, weight=20 * nS, delay=1 * ms)
    net.stimulus("poisson_input", cells, sources=1000, rate=2 * Hz, weight=0.5 * mV)
    found = sweep(net, {"projection[0].weight": numpy.linspace(0, 4, weights) * nS}, seeds=range(seeds), device=device)
    took = time.perf_counter() - start
    rates = [item.recording.rate("cells") for item in found]
    return [took, float(numpy.mean(rates[:seeds])), float(numpy.mean(rates[-seeds:]))]


def in_brian2(runs: int, target: str) -> list[float]:
    """Seconds of building, seconds of a run, and the rate [Hz] at the smallest and the largest weight."""
    from brian2 import Hz, Mohm, Network, NeuronGroup, PoissonInput, SpikeMonitor, Synapses, defaultclock, mV, ms, nS, prefs, seed

    prefs.codegen.target = target
    defaultclock.dt = 0.1 * ms
    start = time.perf_counter()
    seed(1)
    equations = """
        dv/dt = (-60*mV - v + 100*Mohm * (ampa * (0*mV - v) + gaba * (-80*mV - v))) / (20*ms) : volt (unless refractory)
        dampa/dt = -ampa / (5*ms) : siemens
        dgaba/dt = -gaba / (10*ms) : siemens
    """
    cells = NeuronGroup(400, equations, threshold="v > -50*mV", reset="v = -60*mV", refractory=5 * ms, method="exponential_euler")
    exc = Synapses(cells[:320], cells, on_pre="ampa += weight", delay=1 * ms)
    inh = Synapses(cells[320:], cells, on_pre="gaba += 20*nS", delay=1 * ms)
    exc.connect(p=0.2)
    inh.connect(p=0.2)
    noise = PoissonInput(cells, "v", 1000, 2 * Hz, 0.5 * mV)
    spikes = SpikeMonitor(cells)
    net = Network(cells, exc, inh, noise, spikes)
    net.store()
    built = time.perf_counter() - start

    def run(weight: float, number: int) -> float:
        net.restore()
        seed(number)
        cells.v = "-55*mV + 5*mV*randn()"
        net.run(200 * ms, namespace={"weight": weight * nS, "mV": mV, "nS": nS, "ms": ms, "Mohm": Mohm})
        return spikes.num_spikes / 400 / 0.2

    # The first run compiles, or reads what was compiled.
    run(0.0, 0)
    start = time.perf_counter()
    rates = [run(weight, number) for number, weight in enumerate(numpy.linspace(0, 4, runs))]
    return [built, (time.perf_counter() - start) / runs, rates[0], rates[-1]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--brian2", type=int, default=20, help="runs in Brian2, 0 for none")
    parser.add_argument("--target", default="numpy", help="how Brian2 computes: numpy, or cython, for which a compiler is needed")
    parser.add_argument("--networks", type=int, default=WEIGHTS * SEEDS, help="networks in neuropil, a multiple of 50")
    arguments = parser.parse_args()
    seeds = max(arguments.networks // WEIGHTS, 1)
    took, low, high = in_neuropil(WEIGHTS, seeds, arguments.device)
    count = WEIGHTS * seeds
    each = f"{1e3 * took / count:.2f} ms each; {low:.1f} to {high:.1f} Hz"
    print(f"neuropil, {count} networks on {os.cpu_count()} cores ({arguments.device}): {took:.2f} s, {each}")
    if arguments.brian2 > 0:
        built, alone, low, high = in_brian2(arguments.brian2, arguments.target)
        whole = built + count * alone
        print(f"Brian2 ({arguments.target}), {arguments.brian2} of them: {1e3 * alone:.0f} ms each; {low:.1f} to {high:.1f} Hz")
        print(f"Brian2, extrapolated to {count}: {whole:.0f} s, {whole / took:.3g} times as long")


if __name__ == "__main__":
    main()
