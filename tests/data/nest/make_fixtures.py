#!/usr/bin/env python3
"""Writes the fixtures of this folder with NEST 3.10: single neurons, constant currents, given spikes.

Usage: make_fixtures.py [OUT_DIR]
"""
import json
import pathlib
import sys

import nest
import numpy as np

OUT = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent


def save(name, **case):
    case = dict(source=f"NEST {nest.__version__}", **case)
    (OUT / f"{name}.json").write_text(json.dumps(case, separators=(",", ":")) + "\n")


def simulate(model, params, dt, duration, variables=(), spikes=()):
    """Spike times and, after each step, the variables of one neuron. `spikes`: [time, weight, delay] each."""
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    nest.resolution = dt
    neuron = nest.Create(model, params=params)
    recorder = nest.Create("spike_recorder")
    nest.Connect(neuron, recorder)
    for time, weight, delay in spikes:
        generator = nest.Create("spike_generator", params=dict(spike_times=[time]))
        nest.Connect(generator, neuron, syn_spec=dict(weight=weight, delay=delay))
    meter = None
    if variables:
        meter = nest.Create("multimeter", params=dict(interval=dt, record_from=list(variables)))
        nest.Connect(meter, neuron)
    # The last step is reported only once a later one has been computed.
    nest.Simulate(duration + 2.0)
    times = recorder.get("events")["times"]
    times = [round(time, 6) for time in times.tolist() if time <= duration + dt / 2]
    if meter is None:
        return times
    events = meter.get("events")
    keep = events["times"] <= duration + dt / 2
    return times, {name: events[name][keep].tolist() for name in variables}


def iaf_psc_exp():
    cases = []
    plain = dict(I_e=400.0)
    times, traces = simulate("iaf_psc_exp", plain, 0.1, 120.0, ["V_m"])
    cases.append(dict(params=plain, spikes=[], spike_times_ms=times, V_mV=traces["V_m"]))
    rng = np.random.default_rng(11)
    cortical = dict(C_m=250.0, tau_m=10.0, E_L=-65.0, V_m=-65.0, V_reset=-65.0, V_th=-50.0, t_ref=2.0, I_e=150.0)
    for tau_ex, tau_in in ((0.5, 3.0), (10.0, 2.0)):
        params = dict(cortical, tau_syn_ex=tau_ex, tau_syn_in=tau_in)
        spikes = []
        for _ in range(60):
            weight = float(rng.choice([0.5, 1.0, 1.5]) * (1200.0 / tau_ex if rng.random() < 0.8 else -400.0))
            spikes.append([round(float(rng.integers(1, 550)) * 0.1, 1), weight, round(float(rng.integers(1, 16)) * 0.1, 1)])
        times, traces = simulate("iaf_psc_exp", params, 0.1, 60.0, ["V_m", "I_syn_ex", "I_syn_in"], spikes)
        cases.append(dict(params=params, spikes=spikes, spike_times_ms=times, V_mV=traces["V_m"],
                          I_ex_pA=traces["I_syn_ex"], I_in_pA=traces["I_syn_in"]))
    save("iaf_psc_exp", dt=0.1, cases=cases)


def hodgkin_huxley():
    dt = 0.01

    def times(current, duration=500.0):
        return simulate("hh_psc_alpha", dict(I_e=current), dt, duration)

    def lowest(fires, low, high):
        """To 0.5 pA, the lowest current that fires."""
        while high - low > 0.5:
            middle = (low + high) / 2
            low, high = (low, middle) if fires(middle) else (middle, high)
        return high

    _, rest = simulate("hh_psc_alpha", {}, dt, 500.0, ["V_m", "Act_n", "Act_m", "Inact_h"])
    save("hh_psc_alpha", dt=dt, rest={name: values[-1] for name, values in rest.items()},
         one_spike_pA=lowest(lambda i: len(times(i, 50.0)) > 0, 150.0, 400.0),
         many_spikes_pA=lowest(lambda i: len(times(i)) > 15, 400.0, 900.0),
         runs=[dict(current_pA=i, spike_times_ms=times(i, 200.0)) for i in (300.0, 700.0, 1000.0, 2000.0)])


def adex():
    paper = dict(C_m=281.0, g_L=30.0, E_L=-70.6, V_m=-70.6, V_th=-50.4, Delta_T=2.0, tau_w=144.0, a=4.0, b=80.5,
                 V_reset=-70.6, V_peak=20.0, t_ref=0.0, gsl_error_tol=1e-9)
    runs = []
    for current in (700.0, 800.0, 1000.0, 1500.0):
        runs.append(dict(current_pA=current, spike_times_ms=simulate("aeif_cond_exp", dict(paper, I_e=current), 0.01, 400.0)))
    save("aeif_cond_exp", dt=0.01, params=paper, runs=runs)


def izhikevich():
    kinds = dict(regular=(0.02, 0.2, -65.0, 8.0), bursting=(0.02, 0.2, -55.0, 4.0), chattering=(0.02, 0.2, -50.0, 2.0),
                 fast=(0.1, 0.2, -65.0, 2.0))
    runs = []
    for kind, (a, b, c, d) in kinds.items():
        params = dict(a=a, b=b, c=c, d=d, I_e=10.0, V_m=-65.0, U_m=b * -65.0, V_th=30.0, consistent_integration=False)
        times, traces = simulate("izhikevich", params, 1.0, 300.0, ["V_m", "U_m"])
        runs.append(dict(kind=kind, a=a, b=b, c=c, d=d, spike_times_ms=times, V_mV=traces["V_m"], U_mV=traces["U_m"]))
    save("izhikevich", dt=1.0, current_mV=10.0, runs=runs)


iaf_psc_exp()
hodgkin_huxley()
adex()
izhikevich()
