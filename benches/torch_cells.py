"""PyTorch's recurrent cells on this machine's CPU, in the sizes of the benches `cell_*`: median of five runs, in FLOP/s.

Usage: python torch_cells.py [THREADS]
"""
import statistics
import sys
import time

import torch

STEPS = 100
torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else torch.get_num_threads())
print(f"torch {torch.__version__}, {torch.get_num_threads()} threads")


def seconds(function):
    function()
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        function()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


with torch.no_grad():
    for name, module, gates in (("RNN", torch.nn.RNN, 1), ("GRU", torch.nn.GRU, 3), ("LSTM", torch.nn.LSTM, 4)):
        for n in (128, 512, 1024):
            cell = module(n, n)
            for batch in (1, 32, 128):
                x = torch.randn(STEPS, batch, n)
                operations = 2 * STEPS * batch * 2 * n * gates * n
                print(f"{name:5} n {n}, batch {batch}: {operations / seconds(lambda: cell(x)) / 1e9:.2f} GFLOP/s")
