"""Gated recurrent cells, with arrays in and out."""

from __future__ import annotations

import json
import os
import struct
import tempfile
from typing import Any, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from . import _given, _neuropil
from .errors import InputError
from .units import numeric

Floats = npt.NDArray[np.float32]


class Cell:
    """A recurrent cell with its weights: ``vanilla``, ``gru``, ``gru_after`` (PyTorch's GRU), ``mgu``, ``lstm`` or ``ur_lstm``."""

    def __init__(self, kind: str, n_in: int, n_out: int, *, seed: int = 0, activation: str | None = None) -> None:
        """A cell of ``n_in`` inputs and ``n_out`` units, whose weights are drawn; layers of a stack need a ``seed`` each."""
        inputs, units = _given.whole("n_in", n_in, 1, _given.U32), _given.whole("n_out", n_out, 1, _given.U32)
        self._cell = _neuropil.Cell.drawn(str(kind), inputs, units, _given.whole("seed", seed, 0, _given.U64), activation)

    @classmethod
    def _of(cls, cell: Any) -> Cell:
        made = cls.__new__(cls)
        made._cell = cell
        return made

    @classmethod
    def read(cls, path: str | os.PathLike[str], kind: str, *, activation: str | None = None) -> list[Cell]:
        """The cells that a ``.safetensors`` file holds, in neuropil's layout or in PyTorch's, the one that reads x first."""
        return [cls._of(cell) for cell in _neuropil.Cell.read(os.fsdecode(path), kind, activation)]

    @classmethod
    def from_state_dict(cls, state: Mapping[str, Any], kind: str, *, activation: str | None = None) -> list[Cell]:
        """The cells of a ``torch.nn.RNN`` (`vanilla`), ``GRU`` (`gru_after`) or ``LSTM`` (`lstm`), from its ``state_dict()``: tensors,
        or arrays, by their names."""
        if not isinstance(state, Mapping):
            raise TypeError(f"tensors by their names are needed, as `module.state_dict()`, found {state!r}")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "state_dict.safetensors")
            _write(path, {str(name): _array(tensor) for name, tensor in state.items()})
            try:
                return cls.read(path, kind, activation=activation)
            except InputError as error:
                # Nobody but us knows that there was a file.
                raise InputError(str(error).replace(path, "state_dict")) from None

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes it to a ``.safetensors`` file in neuropil's layout."""
        self._cell.write(os.fsdecode(path))

    @property
    def kind(self) -> str:
        """Its kind."""
        return self._cell.about()[0]

    @property
    def n_in(self) -> int:
        """Its inputs."""
        return self._cell.about()[1]

    @property
    def n_out(self) -> int:
        """Its units."""
        return self._cell.about()[2]

    @property
    def activation(self) -> str:
        """φ."""
        return self._cell.about()[3]

    def __repr__(self) -> str:
        return f"<Cell {self.kind} {self.n_in} → {self.n_out}>"


class Rnn:
    """A stack of recurrent cells with its state, for a batch of sequences that run side by side."""

    def __init__(
        self,
        cells: Cell | Sequence[Cell],
        *,
        batch: int = 1,
        device: str | int = "auto",
        f16: bool = False,
        arithmetic: str = "portable",
        every_c: bool = False,
    ) -> None:
        """The first cell takes the input, each of the others the h of the one before; h and c begin as 0.

        ``f16``: weights in 16 bits, on adapters that have them; ``every_c``: `run` returns c of all steps, too.
        """
        #: The cells, the one that takes the input first.
        self.cells = [cells] if isinstance(cells, Cell) else list(cells)
        for cell in self.cells:
            if not isinstance(cell, Cell):
                raise TypeError(f"a Cell is needed, found {cell!r}")
        #: How many sequences run side by side.
        self.batch = _given.whole("batch", batch, 1, _given.U32)
        own = [cell._cell for cell in self.cells]
        self._every_c = _given.flag("every_c", every_c)
        half = _given.flag("f16", f16)
        self._rnn = _neuropil.Rnn(own, _given.device(device), self.batch, half, str(arithmetic), self._every_c)

    def run(self, x: Any) -> Any:
        """h ``[T, batch, n_out]`` of all steps of x ``[T, batch, n_in]``, float32; with ``every_c`` h and c. A later call continues.

        Without the axis of the batch, ``[T, n_in]``, where that is 1, there is none in what comes back. Ctrl-C raises
        KeyboardInterrupt; then, as after any failure, the state must be set or reset.
        """
        alone = self.batch == 1 and np.ndim(x) == 2
        shape = ("T", self.cells[0].n_in) if alone else ("T", self.batch, self.cells[0].n_in)
        x = np.ascontiguousarray(_given.array("x", x, *shape), dtype=np.float32)
        if alone:
            x = x[:, np.newaxis, :]
        h, c = self._rnn.run(x)
        if alone:
            h, c = h[:, 0], None if c is None else c[:, 0]
        return (h, c) if self._every_c else h

    @property
    def state(self) -> list[tuple[npt.NDArray[np.float64], npt.NDArray[np.float64] | None]]:
        """h and c ``[batch, n_out]`` of each layer; c is None where a cell has none. It may be set."""
        shaped = [(self.batch, cell.n_out) for cell in self.cells]
        found = zip(shaped, self._rnn.state())
        return [(h.reshape(shape), c.reshape(shape) if c.size else None) for shape, (h, c) in found]

    @state.setter
    def state(self, state: Sequence[tuple[Any, Any]]) -> None:
        def flat(values: Any) -> npt.NDArray[np.float64]:
            return np.empty(0) if values is None else np.asarray(numeric(values), dtype=np.float64).ravel()

        self._rnn.set_state([(flat(h), flat(c)) for h, c in state])

    def reset(self) -> None:
        """Sets h and c of all layers to 0: the next run is the first one again, bit for bit."""
        self._rnn.reset()

    def __repr__(self) -> str:
        return f"<Rnn {' → '.join(str(size) for size in [self.cells[0].n_in, *(cell.n_out for cell in self.cells)])}>"


def _array(tensor: Any) -> Floats:
    # A tensor of torch may be on a device, and have a gradient.
    for step in ("detach", "cpu", "float", "numpy"):
        tensor = getattr(tensor, step)() if hasattr(tensor, step) else tensor
    return np.ascontiguousarray(numeric(tensor), dtype="<f4")


def _write(path: str, tensors: Mapping[str, Floats]) -> None:
    """Writes a .safetensors file: the length of the header, the header, and the numbers."""
    header, at = {}, 0
    for name, array in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [at, at + array.nbytes]}
        at += array.nbytes
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.writelines(array.tobytes() for array in tensors.values())
