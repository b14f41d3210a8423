"""Recurrent cells."""

import numpy as np
import pytest

from neuropil import Cell, InputError, Rnn


def lstm_by_hand(state, x):
    """A PyTorch LSTM of one layer, for a batch `[T, batch, n_in]`."""
    w_ih, w_hh, bias = state["weight_ih_l0"], state["weight_hh_l0"], state["bias_ih_l0"] + state["bias_hh_l0"]
    h = c = np.zeros((x.shape[1], w_hh.shape[1]))
    out = []
    sigmoid = lambda a: 1 / (1 + np.exp(-a))  # noqa: E731
    for step in x:
        i, f, g, o = np.split(step @ w_ih.T + h @ w_hh.T + bias, 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        out.append(h)
    return np.array(out)


def state_dict(n_in=3, n_out=5):
    rng = np.random.default_rng(1)
    shapes = {"weight_ih_l0": (4 * n_out, n_in), "weight_hh_l0": (4 * n_out, n_out), "bias_ih_l0": (4 * n_out,)}
    shapes["bias_hh_l0"] = (4 * n_out,)
    return {name: rng.normal(0, 0.5, shape).astype(np.float32) for name, shape in shapes.items()}


def test_weights_of_a_state_dict(device):
    state = state_dict()
    x = np.random.default_rng(2).normal(size=(20, 2, 3)).astype(np.float32)
    (cell,) = Cell.from_state_dict(state, "lstm")
    assert (cell.kind, cell.n_in, cell.n_out, cell.activation) == ("lstm", 3, 5, "tanh")
    h = Rnn(cell, batch=2, device=device).run(x)
    assert h.shape == (20, 2, 5) and h.dtype == np.float32
    np.testing.assert_allclose(h, lstm_by_hand(state, x), rtol=0, atol=1e-6)


def test_a_module_of_torch():
    torch = pytest.importorskip("torch")
    module = torch.nn.GRU(3, 4, num_layers=2)
    x = torch.randn(10, 2, 3)
    h = Rnn(Cell.from_state_dict(module.state_dict(), "gru_after"), batch=2, device="cpu").run(x.numpy())
    np.testing.assert_allclose(h, module(x)[0].detach().numpy(), rtol=0, atol=1e-6)


def test_runs_continue(device, tmp_path):
    cells = [Cell("lstm", 3, 4, seed=1), Cell("gru", 4, 2, seed=2)]
    x = np.random.default_rng(3).normal(size=(12, 3))
    rnn = Rnn(cells, device=device)
    whole = rnn.run(x)
    assert whole.shape == (12, 2)
    rnn.reset()
    first = rnn.run(x[:5])
    (h, c), (top, none) = rnn.state
    assert h.shape == c.shape == (1, 4) and none is None
    np.testing.assert_allclose(top[0], first[-1], atol=1e-7)
    other = Rnn(cells, device=device)
    other.state = rnn.state
    np.testing.assert_array_equal(np.concatenate([first, other.run(x[5:])]), whole)
    cells[0].save(tmp_path / "cell.safetensors")
    (again,) = Cell.read(tmp_path / "cell.safetensors", "lstm")
    # A file has 32 bits of each weight.
    np.testing.assert_allclose(Rnn(again, device=device).run(x), Rnn(cells[0], device=device).run(x), atol=1e-6)


def test_what_does_not_fit_is_refused():
    with pytest.raises(InputError, match="there is none named `lstn`"):
        Cell("lstn", 3, 4)
    rnn = Rnn(Cell("lstm", 3, 4), device="reference")
    with pytest.raises(InputError):
        rnn.run(np.zeros((5, 2)))
    with pytest.raises(InputError):
        Rnn([Cell("lstm", 3, 4), Cell("lstm", 3, 4)], device="reference")
