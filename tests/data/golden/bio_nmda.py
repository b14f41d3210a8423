"""brainpy's trace of BioNMDA: writes BioNMDA.json beside this file.

8 sources with parameters of their own and 600 steps of given spikes; T_dur lies half a step off the grid, so that no comparison of times
is a tie. Run with brainpy 2.8.2, brainstate 0.5.4 and jax[cpu] 0.10.2: python bio_nmda.py
"""

import json
import pathlib

import jax

jax.config.update("jax_enable_x64", True)
import brainpy
import brainpy.state
import brainstate
import brainunit as u
import jax.numpy as jnp
import numpy as np

DT, STEPS, SIZE = 0.1, 600, 8
UNITS = {"alpha1": 1 / u.ms, "beta1": 1 / u.ms, "alpha2": 1 / (u.ms * u.mM), "beta2": 1 / u.ms, "T": u.mM, "T_dur": u.ms}


def rounded(values):
    return [round(float(value), 12) for value in values]


brainstate.environ.set(precision=64, dt=DT * u.ms)
rng = np.random.default_rng(20261)
ranges = {"alpha1": (1, 3), "beta1": (0.005, 0.05), "alpha2": (0.5, 1.5), "beta2": (0.3, 0.8), "T": (0.4, 1.2)}
params = {name: np.round(rng.uniform(low, high, SIZE), 12) for name, (low, high) in ranges.items()}
params["T_dur"] = rng.integers(3, 12, SIZE) * DT + DT / 2
model = brainpy.state.BioNMDA(
    SIZE, **{name: values * UNITS[name] for name, values in params.items()}, g_initializer=lambda shape, *_: jnp.zeros(shape)
)
model.init_state()
spikes = rng.random((STEPS, SIZE)) < 0.04
output, x = [], []
for step in range(STEPS):
    with brainstate.environ.context(t=step * DT * u.ms, i=step):
        output.append(rounded(u.get_mantissa(model.update(jnp.asarray(spikes[step])))))
    x.append(rounded(model.x.value))

case = {
    "source": f"brainpy {brainpy.__version__} with brainstate {brainstate.__version__}, float64, CPU",
    "model": "BioNMDA",
    "dt": DT,
    "params": {name: rounded(values) for name, values in params.items()},
    "pre_spike": spikes.astype(int).tolist(),
    "weight": None,
    "output": output,
    "x": x,
}
pathlib.Path(__file__).with_name("BioNMDA.json").write_text(json.dumps(case))
