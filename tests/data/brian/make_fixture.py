"""Runs the fly brain's model in Brian2 on a small graph with a drive that is given, and writes fly_brain.json.

cargo run --release --example fly_graph /tmp/fly_small 2000 60000 1
python make_fixture.py /tmp/fly_small          (Brian2 2.9.0, numpy below 2, a C++ compiler)
"""
import hashlib, json, pathlib, sys
import numpy as np
from brian2 import (NeuronGroup, SpikeGeneratorGroup, SpikeMonitor, Synapses, Network, defaultclock, device, ms, mV,
                    prefs, set_device)

STEPS = 1400
folder = pathlib.Path(sys.argv[1])
pairs, count, driven = (np.load(folder / f"{name}.npy") for name in ["pairs", "count", "driven"])
refractory = np.load(folder / "refractory.npy")
n = len(refractory)

# Kicks of 68.75 mV, as [step, neuron]. Driven neurons get one every 53, 54 ... steps, then some in three steps on end: the second
# and the third are lost in the step of a spike, and are not. Others are kicked while they are refractory, and just before and
# just after.
kicks = {(10 + 7 * i + (53 + i) * k, int(cell)) for i, cell in enumerate(driven) for k in range(STEPS // (53 + i))}
kicks |= {(step + i, int(cell)) for cell in driven[:5] for step in range(500, STEPS, 500) for i in range(3)}
others = [cell for cell in range(0, n, 97) if cell not in driven]
kicks |= {(100 + at + late, cell) for at, cell in enumerate(others) for late in [0, 5, 21 + at % 3, 300]}
kicks = sorted(kick for kick in kicks if kick[0] < STEPS)

set_device("cpp_standalone", directory=str(folder / "brian"), build_on_run=True)
prefs.devices.cpp_standalone.openmp_threads = 0
defaultclock.dt = .1 * ms
cells = NeuronGroup(n, """dv/dt = (-52*mV - v + g)/(20*ms) : volt (unless refractory)
dg/dt = -g/(5*ms) : volt (unless refractory)
t_ref : second""", method="linear", threshold="v > -45*mV", reset="v = -52*mV; g = 0*mV", refractory="t_ref")
cells.v = -52 * mV
cells.t_ref = refractory * ms
synapses = Synapses(cells, cells, "w : volt", on_pre="g += w", delay=1.8 * ms)
synapses.connect(i=pairs[:, 0].astype(int), j=pairs[:, 1].astype(int))
synapses.w = count * .275 * mV
source = SpikeGeneratorGroup(n, [cell for _, cell in kicks], [step for step, _ in kicks] * defaultclock.dt)
kick = Synapses(source, cells, on_pre="v += 68.75*mV")
kick.connect(j="i")
spikes = SpikeMonitor(cells)
Network(cells, synapses, source, kick, spikes).run(STEPS * defaultclock.dt)

found = sorted(zip(np.round(np.array(spikes.t / defaultclock.dt)).astype(int).tolist(), np.array(spikes.i).tolist()))
digest = hashlib.sha256(pairs.astype("<u4").tobytes() + count.astype("<i4").tobytes()).hexdigest()
target = pathlib.Path(__file__).with_name("fly_brain.json")
target.write_text(json.dumps({"steps": STEPS, "neurons": n, "draws": 60000, "seed": 1, "graph_sha256": digest, "kicks": kicks,
                              "spikes": found}, separators=(",", ":")).replace('],"', '],\n"').replace("[[", "[\n[") + "\n")
print(f"{len(kicks)} kicks, {len(found)} spikes of {len(set(cell for _, cell in found))} neurons, {target.stat().st_size} bytes")
