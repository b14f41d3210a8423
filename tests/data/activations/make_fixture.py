#!/usr/bin/env python3
"""Writes activations.json: brainstate's activation functions in float64, and the same functions with 1000 digits.

Usage:  make_fixture.py      (brainstate==0.2.1, jax[cpu]==0.6.2, mpmath)

`brainstate` is what its own code gives. It loses digits where it subtracts near numbers; `exact` is the same function,
with the same parameters, evaluated by mpmath with 1000 digits and rounded to float64.
"""
import json
import pathlib

import brainstate as bst
import jax
import jax.numpy as jnp
import mpmath as mp

bst.environ.set(precision=64)
# 1 + e^-1000 takes 435 digits. No number is enough for gelu far below 0; its value is 0 in float64.
mp.mp.dps = 1000
ARGUMENTS = [-1e3, -30.0, -8.25, -3.125, -1.5, -0.5, -0.3, -1e-6, 0.0, 1e-6, 0.125, 0.5, 0.75, 2.5, 7.0, 30.0, 1e3]

sigmoid = lambda x: 1 / (1 + mp.exp(-x))
softplus = lambda x: mp.log(1 + mp.exp(x))
clip = lambda x, low, high: min(max(x, mp.mpf(low)), mp.mpf(high))
elu = lambda x: x if x > 0 else mp.exp(x) - 1
ALPHA, SCALE = mp.mpf("1.6732632423543772848170429916717"), mp.mpf("1.0507009873554804934193349852946")
EXACT = dict(
    tanh=mp.tanh,
    relu=lambda x: max(x, mp.mpf(0)),
    sigmoid=sigmoid,
    softplus=softplus,
    soft_sign=lambda x: x / (abs(x) + 1),
    silu=lambda x: x * sigmoid(x),
    elu=elu,
    leaky_relu=lambda x: x if x >= 0 else mp.mpf("0.01") * x,
    hard_tanh=lambda x: clip(x, -1, 1),
    celu=elu,
    selu=lambda x: SCALE * (x if x > 0 else ALPHA * elu(x)),
    gelu=lambda x: x / 2 * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (x + mp.mpf("0.044715") * x**3))),
    relu6=lambda x: clip(x, 0, 6),
    hard_sigmoid=lambda x: clip(x + 3, 0, 6) / 6,
    hard_silu=lambda x: x * clip(x + 3, 0, 6) / 6,
    mish=lambda x: x * mp.tanh(softplus(x)),
    log_sigmoid=lambda x: -softplus(-x),
    tanh_shrink=lambda x: x - mp.tanh(x),
    hard_shrink=lambda x: x if abs(x) > 0.5 else mp.mpf(0),
    soft_shrink=lambda x: x - clip(x, -0.5, 0.5),
    squareplus=lambda x: (x + mp.sqrt(x * x + 4)) / 2,
)


def main():
    functions = {}
    for name, function in EXACT.items():
        own = getattr(bst.nn, name)(jnp.asarray(ARGUMENTS, dtype=jnp.float64))
        values = [float(getattr(y, "mantissa", y)) for y in own]
        functions[name] = dict(brainstate=values, exact=[float(function(mp.mpf(x))) for x in ARGUMENTS])
    fixture = dict(source=f"brainstate {bst.__version__}, jax {jax.__version__}, float64, CPU; mpmath {mp.__version__}",
                   x=ARGUMENTS, functions=functions)
    path = pathlib.Path(__file__).with_name("activations.json")
    path.write_text(json.dumps(fixture, indent=1) + "\n")


main()
