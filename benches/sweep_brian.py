"""The same with Brian2's C++ standalone: built once, run for each item with other weights. usage: sweep_brian.py [ITEMS] [PROCESSES]"""
import sys, time, os, shutil, tempfile
from multiprocessing import Pool
ITEMS = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
PROCESSES = int(sys.argv[2]) if len(sys.argv) > 2 else 2
import numpy as np
from brian2 import *
DIR = tempfile.mkdtemp()
set_device("cpp_standalone", build_on_run=False)
defaultclock.dt = .1 * ms
CE, CI, th, tau, eta = 16, 4, 20 * mV, 20 * ms, 2.
N, NE = 200, 160
G = NeuronGroup(N, """dv/dt = -v / tau : volt (unless refractory)
                      J : volt (shared, constant)
                      g : 1 (shared, constant)
                      nu : Hz (shared, constant)""", threshold="v > th", reset="v = 0*mV", refractory=2 * ms, method="exact")
E, I = G[:NE], G[NE:]
def indegree(pre, k, first):
    rng = np.random.default_rng(1 + first)
    i = np.concatenate([rng.integers(0, pre, k) for _ in range(N)]); j = np.repeat(np.arange(N), k)
    return i, j
SE = Synapses(E, G, on_pre="v_post += J_post", delay=1.5 * ms); i, j = indegree(160, CE, 0); SE.connect(i=i, j=j)
SI = Synapses(I, G, on_pre="v_post -= g_post * J_post", delay=1.5 * ms); i, j = indegree(40, CI, 1); SI.connect(i=i, j=j)
# the Poisson drive: a count for each neuron and step
op = G.run_regularly("v += int(not_refractory) * J * poisson(nu * dt)", dt=.1 * ms, when="synapses")
M = SpikeMonitor(G, record=False)
run(1 * second)

def values(i):
    g = 3. + 5. * (i // 100) / 9; J = (.5 + 1.5 * (i // 10 % 10) / 9) * mV
    return g, J, eta * th / (J * tau)

def item(i):
    g_, J_, nu_ = values(i)
    out = os.path.join(DIR, f"results_{i}")
    device.run(directory=DIR, results_directory=f"results_{i}", with_output=False, run_args={G.g: g_, G.J: J_, G.nu: nu_})
    n = int(M.num_spikes); shutil.rmtree(out, ignore_errors=True)
    return n / N

if __name__ == "__main__":
    t = time.perf_counter()
    device.build(directory=DIR, compile=True, run=False, clean=True)
    built = time.perf_counter() - t
    t = time.perf_counter()
    with Pool(PROCESSES) as pool:
        rates = pool.map(item, range(ITEMS), chunksize=25)
    print(f"Brian2: built in {built:.1f} s, {ITEMS} items in {time.perf_counter() - t:.1f} s, mean rate {np.mean(rates):.2f} Hz")
