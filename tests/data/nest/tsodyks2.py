"""Amplitudes of NEST's tsodyks2_synapse for trains of spikes: writes tsodyks2.json beside this file.

Each source is a parrot that a spike generator drives, with one synapse of its own parameters and weight 1; a weight recorder
notes what each spike carries, x·u. Run with NEST 3.10: python tsodyks2.py
"""

import json
import pathlib
import random

import nest

DT = 0.1
SOURCES = 8
STEPS = 12000

nest.verbosity = nest.VerbosityLevel.ERROR
nest.ResetKernel()
nest.resolution = DT
draw = random.Random(7)
params = [
    {
        "U": round(draw.uniform(0.05, 0.9), 6),
        "tau_rec": round(draw.uniform(20.0, 800.0), 6),
        "tau_fac": 0.0 if source == 0 else round(draw.uniform(5.0, 1000.0), 6),
    }
    for source in range(SOURCES)
]
# In whole steps, some in neighbouring ones, and with long pauses.
trains = []
for source in range(SOURCES):
    step, train = 20 + source, []
    while step < STEPS - 100:
        train.append(step)
        step += draw.choice([1, 2, 7, 30, 100, 450, 1500])
    trains.append(train)

generators = [nest.Create("spike_generator", params={"spike_times": [round(step * DT, 1) for step in train]}) for train in trains]
sources = nest.Create("parrot_neuron", SOURCES)
targets = nest.Create("parrot_neuron", SOURCES)
recorder = nest.Create("weight_recorder")
nest.CopyModel("tsodyks2_synapse", "recorded", {"weight_recorder": recorder})
for source in range(SOURCES):
    nest.Connect(generators[source], sources[source], syn_spec={"delay": DT})
    own = params[source]
    nest.Connect(
        sources[source],
        targets[source],
        syn_spec={"synapse_model": "recorded", "weight": 1.0, "delay": DT, "x": 1.0, "u": own["U"], **own},
    )
nest.Simulate(STEPS * DT)

events = recorder.events
amplitudes = []
for source in range(SOURCES):
    mine = [
        (time, weight)
        for time, weight, sender in zip(events["times"], events["weights"], events["senders"])
        if sender == sources[source].global_id
    ]
    mine.sort()
    # A parrot repeats a spike one step later.
    steps = [round(time / DT) - 1 for time, _ in mine]
    assert steps == trains[source], (steps[:5], trains[source][:5])
    amplitudes.append([weight for _, weight in mine])

case = {
    "source": f"NEST {nest.__version__}, tsodyks2_synapse",
    "dt": DT,
    "steps": STEPS,
    "params": {key: [own[key] for own in params] for key in ("U", "tau_rec", "tau_fac")},
    "spike_steps": trains,
    "amplitudes": amplitudes,
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(case) + "\n")
print(path, sum(map(len, trains)), "spikes")
