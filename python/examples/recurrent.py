"""Recurrent cells with arrays in and out: two layers over a batch of sequences. It prints the SHA-256 of what they give."""

import argparse
import hashlib

import numpy as np

from neuropil import Cell, Rnn, quantity

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--duration", default="100 ms", help="of the sequences, a step for each millisecond")
    arguments = parser.parse_args()
    steps = round(quantity(arguments.duration).to("ms"))
    rnn = Rnn([Cell("lstm", 3, 20, seed=1), Cell("gru", 20, 5, seed=2)], batch=4, device=arguments.device)
    x = np.random.default_rng(0).normal(size=(steps, 4, 3))
    h = rnn.run(x)
    print(f"h of the last step, of {h.shape}:\n{h[-1]}")
    print(hashlib.sha256(h.tobytes()).hexdigest())
