"""Networks that run, and are looked at and changed between runs."""

from __future__ import annotations

import os
import sys
import warnings
from typing import TYPE_CHECKING, Any, Mapping, NamedTuple, Sequence

import numpy as np
import numpy.typing as npt

from . import _neuropil
from ._progress import teller
from ._words import inline
from .errors import NeuropilWarning
from .recording import Recording
from .units import quantity

if TYPE_CHECKING:
    from .network import Network

Floats = npt.NDArray[np.float64]


class Synapses(NamedTuple):
    """The synapses of a projection, as they are executed: by source, then by target."""

    #: ``[n]`` the source of each: its number in the population.
    pre: npt.NDArray[np.uint32]
    #: ``[n]`` the target of each.
    post: npt.NDArray[np.uint32]
    #: ``[n]`` the weight of each, in the unit of the port (mS, mA or mV).
    weight: Floats
    #: ``[n]`` [ms] the delay of each.
    delay: Floats


class State:
    """All that a simulation carries from step to step, between two of them."""

    def __init__(self, state: Any) -> None:
        self._state = state

    @property
    def step(self) -> int:
        """The step that comes next."""
        return int(self._state.step)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes it to an ``.npz`` file."""
        slabs = {f"slab{index}": slab for index, slab in enumerate(self._state.slabs())}
        head = np.array([self._state.step, self._state.fingerprint], dtype=np.uint64)
        with open(path, "wb") as file:
            np.savez(file, head=head, ring=self._state.ring(), given=self._state.values(), **slabs)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> State:
        """Reads what `save` wrote."""
        with np.load(path) as found:
            step, fingerprint = (int(number) for number in found["head"])
            slabs = [found[f"slab{index}"] for index in range(len(found.files) - 3)]
            return cls(_neuropil.State(step, fingerprint, found["ring"], found["given"], slabs))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, State) and bool(self._state == other._state)

    __hash__ = None  # type: ignore[assignment]


def how(
    device: str | int = "auto",
    batch: int = 1,
    seed: int | None = None,
    threads: int | None = None,
    schedule: str | None = None,
    arithmetic: str = "portable",
    timeout: Any = "30 s",
    allow_nonfinite: bool = False,
    cache: str | os.PathLike[str] | None = None,
    learn: str | os.PathLike[str] | None = None,
) -> dict[str, Any]:
    """How a network is lowered and executed, as `Simulation` says."""
    limit = quantity(timeout).to("s")
    said = {"device": str(device), "batch": batch, "seed": seed, "threads": threads, "schedule": schedule}
    said.update(arithmetic=arithmetic, timeout=limit, allow_nonfinite=allow_nonfinite, cache=cache, learn=learn)
    return said


class Simulation:
    """A network that runs, and may be continued, looked at, changed, saved and restored between runs.

    A thread of its own may run each of several; while a device computes, others go on.
    """

    def __init__(self, network: Network, **options: Any) -> None:
        """Makes a network ready to run. What may be said of how:

        - ``device``: ``"auto"`` (the best GPU, else the CPU), ``"cpu"``, ``"cpu:f64"``, ``"reference"``, an adapter's index or a part
          of its name;
        - ``batch``: items that run side by side, with the seeds ``seed``, ``seed + 1`` …;
        - ``seed``: of noise and of initial values, instead of the network's; synapses stay those of the network's;
        - ``threads`` of the CPU engine; ``schedule`` (``"windowed"``, ``"direct"``, ``"resident"``) of a device, instead of what is found
          to be the fastest; ``arithmetic="fast"`` leaves last bits to the driver;
        - ``timeout`` [s] without progress, after which a device counts as hung; ``allow_nonfinite``: go on where a state variable
          becomes infinite or no number;
        - ``cache``: a folder for rows of synapses; ``learn``: a folder for what is learnt of schedules.
        """
        self._simulation = _neuropil.Simulation(network._net, how(**options))
        _warn(self.warnings)

    @classmethod
    def _of(cls, simulation: Any) -> Simulation:
        made = cls.__new__(cls)
        made._simulation = simulation
        _warn(made.warnings)
        return made

    def run(self, duration: Any = None, *, progress: bool | None = None) -> Recording:
        """Runs for a duration, rounded to whole steps (the network's own, if none is given); a later call continues.

        ``progress``: whether to show how far it is; None: on a terminal and in a notebook. Ctrl-C ends a run, which returns what it
        recorded until then: see `Recording.interrupted`.
        """
        said = None if duration is None else str(quantity(duration))
        recording = Recording(self._simulation.run(said, teller(self._simulation.dt_ms, progress)))
        _warn(recording.warnings[len(self.warnings) :])
        return recording

    def run_steps(self, steps: int) -> Recording:
        """Runs a number of steps, with the least to do around them: for closed loops."""
        return Recording(self._simulation.run_steps(steps))

    def read(self, population: str, variable: str, neurons: Any = None, items: Any = 0) -> Floats:
        """A state variable (``v``, ``ampa.g``), in its unit, of neurons (None: all): ``[n]``; of several ``items`` (None: all of the
        batch) ``[items, n]``. Only these come from a device."""
        of_items = _which(items)
        found: Floats = self._simulation.read(str(population), variable, of_items, _which(neurons))
        return found if isinstance(items, int) else found.reshape(len(of_items) if of_items else self.batch, -1)

    def write(self, population: str, variable: str, values: Any) -> None:
        """Sets a state variable of all neurons of a population, ``[n]`` in its unit, in every batch item."""
        self._simulation.write(str(population), variable, np.ascontiguousarray(values, dtype=np.float64))

    def set(self, path: str | Mapping[str, Any], value: Any = None, *, items: Any = None) -> None:
        """Puts a value at a path from the next step on, as ``set("stimulus[drive].value", 0.7 * mA)``; the state stays. Several paths
        at once, all or none: ``set({path: value, …})``. ``items``: of an ensemble these alone."""
        values = path.items() if isinstance(path, Mapping) else [(path, value)]
        self._simulation.set([(at, inline(it)) for at, it in values], _which(items))

    def set_rates(self, stimulus: int, rates: Any) -> None:
        """Sets the rates [Hz] of the stimulus of this number, a `poisson_encoder` that holds them: one for each neuron that it acts
        on. Faster than `set`."""
        self._simulation.set_rates(stimulus, np.ascontiguousarray(rates, dtype=np.float64))

    def get(self, path: str, item: int = 0) -> str:
        """The value at a path as it is now, as a network file says it."""
        return str(self._simulation.get(path, item))

    def state(self) -> State:
        """All that is carried from step to step."""
        return State(self._simulation.state())

    def restore(self, state: State) -> None:
        """Sets the whole state, of this simulation or of another of the same network."""
        self._simulation.restore(state._state)

    def reset(self) -> None:
        """Goes back to the initial state and step 0: the next run is the first one again, bit for bit."""
        self._simulation.reset()

    def synapses(self, projection: str | int, item: int = 0) -> Synapses:
        """The synapses of a projection, called by its name, as ``exc→inh.ampa``, or by its number."""
        return Synapses(*self._simulation.synapses(str(projection), item))

    def plan(self) -> str:
        """What it asks of a device and of the host."""
        return str(self._simulation.plan())

    @property
    def batch(self) -> int:
        """Items that run side by side."""
        return int(self._simulation.batch)

    @property
    def dt(self) -> float:
        """[ms] the time step."""
        return float(self._simulation.dt_ms)

    @property
    def device(self) -> str:
        """What computes it."""
        return str(self._simulation.device[0])

    @property
    def warnings(self) -> list[str]:
        """What is legal but suspicious in the network."""
        return list(self._simulation.warnings)

    @property
    def ended(self) -> list[tuple[int, str, int, str, float]]:
        """The items of an ensemble that ended alone: item, population, neuron, and the variable that became this value."""
        return list(self._simulation.ended())


def _warn(texts: Sequence[str]) -> None:
    for text in texts:
        # The line that is named is that of whoever called neuropil.
        warnings.warn(text, NeuropilWarning, stacklevel=_depth())


def _depth() -> int:
    depth, frame = 1, sys._getframe(2)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("neuropil."):
        depth, frame = depth + 1, frame.f_back
    return depth + 1


def _which(which: Any) -> list[int] | None:
    if which is None:
        return None
    if isinstance(which, (int, np.integer)):
        return [int(which)]
    return [int(number) for number in which]
