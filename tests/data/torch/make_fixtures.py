#!/usr/bin/env python3
"""Writes the fixtures of this folder with PyTorch on the CPU: recurrent modules, their weights and what they compute.

Usage: make_fixtures.py [OUT_DIR]
"""
import json
import pathlib
import sys

import torch
from safetensors.torch import save_file

OUT = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent
STEPS, BATCH, N_IN, N_OUT = 11, 3, 5, 7


def flat(tensor):
    """The shortest decimals that give the float32 back."""
    return [float(str(value)) for value in tensor.detach().numpy().ravel()]


def save(name, module, layers, **more):
    """Weights to NAME.safetensors; x, initial state, outputs and final state to NAME.json, row-major."""
    with torch.no_grad():
        for weight in module.parameters():
            weight *= 2  # so that gates leave 1/2
    save_file(module.state_dict(), OUT / f"{name}.safetensors")
    (OUT / f"{name}.safetensors").chmod(0o644)
    has_c = isinstance(module, torch.nn.LSTM)
    x = torch.randn(STEPS, BATCH, N_IN)
    h0, c0 = torch.randn(2, layers, BATCH, N_OUT) * 0.5
    with torch.no_grad():
        output, state = module(x, (h0, c0) if has_c else h0)
    h, c = state if has_c else (state, None)
    case = dict(source=f"PyTorch {torch.__version__}", module=str(module), layers=layers, steps=STEPS, batch=BATCH,
                n_in=N_IN, n_out=N_OUT, **more, x=flat(x), h0=flat(h0), output=flat(output), h=flat(h))
    if has_c:
        case.update(c0=flat(c0), c=flat(c))
    (OUT / f"{name}.json").write_text(json.dumps(case, separators=(",", ":")) + "\n")


torch.manual_seed(4)
torch.set_num_threads(1)
save("lstm", torch.nn.LSTM(N_IN, N_OUT, num_layers=2), 2, cell="lstm", activation="tanh")
save("gru", torch.nn.GRU(N_IN, N_OUT), 1, cell="gru_after", activation="tanh")
save("rnn_tanh", torch.nn.RNN(N_IN, N_OUT, nonlinearity="tanh"), 1, cell="vanilla", activation="tanh")
save("rnn_relu", torch.nn.RNN(N_IN, N_OUT, nonlinearity="relu", bias=False), 1, cell="vanilla", activation="relu")
