"""1,000 of Brunel's networks with 200 neurons, own weights and seeds. usage: sweep_nest.py [ITEMS] [PROCESSES]"""
import sys, time
from multiprocessing import Pool
ITEMS = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
PROCESSES = int(sys.argv[2]) if len(sys.argv) > 2 else 2
CE, CI, TH, TAU, ETA = 16, 4, 20., 20., 2.
P = dict(C_m=1., tau_m=TAU, t_ref=2., E_L=0., V_reset=0., V_m=0., V_th=TH)

def item(i):
    import nest
    g = 3. + 5. * (i // 100) / 9; J = .5 + 1.5 * (i // 10 % 10) / 9
    nest.set_verbosity("M_ERROR"); nest.ResetKernel(); nest.set(resolution=.1, local_num_threads=1, rng_seed=1 + i)
    E = nest.Create("iaf_psc_delta", 10 * CE, P); I = nest.Create("iaf_psc_delta", 10 * CI, P); A = E + I
    d = nest.Create("poisson_generator", params={"rate": ETA * TH / (J * TAU) * 1000.})
    nest.Connect(d, A, syn_spec={"weight": J, "delay": 1.5})
    nest.Connect(E, A, {"rule": "fixed_indegree", "indegree": CE}, {"weight": J, "delay": 1.5})
    nest.Connect(I, A, {"rule": "fixed_indegree", "indegree": CI}, {"weight": -g * J, "delay": 1.5})
    r = nest.Create("spike_recorder"); nest.Connect(A, r); nest.Simulate(1000.)
    return r.n_events / 200.

if __name__ == "__main__":
    t = time.perf_counter()
    with Pool(PROCESSES) as pool:
        rates = pool.map(item, range(ITEMS), chunksize=25)
    print(f"NEST: {ITEMS} items in {time.perf_counter() - t:.1f} s, mean rate {sum(rates) / len(rates):.2f} Hz")
