"""Networks that run, and are looked at and changed between runs."""

from __future__ import annotations

import difflib
import inspect
import math
import os
import sys
import warnings
import zipfile
from typing import Any, Callable, Mapping, NamedTuple, Protocol, Sequence

import numpy as np
import numpy.typing as npt

from . import _given, _interrupted, _neuropil
from ._progress import of_time, shown
from ._words import inline
from .errors import InputError, NeuropilWarning, refused
from .plans import Plan
from .recording import Recording
from .units import Quantity, is_quantity, measured, numbers, quantity

Floats = npt.NDArray[np.float64]


class Described(Protocol):
    """What can be made ready to run: a `Network`."""

    @property
    def _net(self) -> _neuropil.Network: ...


def described(network: Described) -> _neuropil.Network:
    """What the extension knows of a network."""
    own = getattr(network, "_net", None)
    if not isinstance(own, _neuropil.Network):
        raise TypeError(f"a Network is needed, found {network!r}")
    return own


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
        """`Simulation.state` makes it, and `State.load`."""
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
        try:
            with np.load(path) as found:
                step, fingerprint = (int(number) for number in found["head"])
                slabs = [found[f"slab{index}"] for index in range(len(found.files) - 3)]
                return cls._of(step, fingerprint, found["ring"], found["given"], slabs)
        except (KeyError, TypeError, ValueError, EOFError, zipfile.BadZipFile) as error:
            raise refused(os.fsdecode(path), f"it is no state: {error}", "a file that `State.save` wrote") from None

    @classmethod
    def _of(cls, step: int, fingerprint: int, ring: Any, given: Any, slabs: list[Any]) -> State:
        return cls(_neuropil.State(step, fingerprint, ring, given, slabs))

    def __reduce__(self) -> tuple[Any, ...]:
        own = self._state
        return State._of, (own.step, own.fingerprint, own.ring(), own.values(), own.slabs())

    def __repr__(self) -> str:
        return f"<State before step {self.step}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, State) and bool(self._state == other._state)

    __hash__ = None  # type: ignore[assignment]


def how(**options: Any) -> dict[str, Any]:
    """How a network is lowered and executed, as `Simulation` says."""
    legal = list(inspect.signature(_how).parameters)
    for name in options:
        if name not in legal:
            near = difflib.get_close_matches(name, legal, 1)
            meant = f" (did you mean `{near[0]}`?)" if near else ""
            raise refused(name, f"there is no option `{name}`{meant}", ", ".join(legal))
    return _how(**options)


def _how(
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
    said: dict[str, Any] = {"device": _given.device(device), "batch": _given.whole("batch", batch, 1, _given.U32)}
    said["seed"] = None if seed is None else _given.whole("seed", seed, 0, _given.U64)
    said["threads"] = None if threads is None else _given.whole("threads", threads, 1, _given.U32)
    said["schedule"] = _given.one_of("schedule", schedule, (str, type(None)), "windowed, direct, resident, or None")
    said["arithmetic"] = _given.one_of("arithmetic", arithmetic, str, "portable, fast")
    said["timeout"] = measured(timeout, "s", "timeout")
    said["allow_nonfinite"] = _given.flag("allow_nonfinite", allow_nonfinite)
    said["cache"], said["learn"] = (None if folder is None else os.fsdecode(folder) for folder in (cache, learn))
    return said


class Simulation:
    """A network that runs, and may be continued, looked at, changed, saved and restored between runs.

    A thread of its own may run each of several; while a device computes, others go on.
    """

    def __init__(self, network: Described, **options: Any) -> None:
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
        self._simulation = _neuropil.Simulation(described(network), how(**options))
        warn(self.warnings)

    @classmethod
    def _of(cls, simulation: Any) -> Simulation:
        made = cls.__new__(cls)
        made._simulation = simulation
        warn(made.warnings)
        return made

    def run(self, duration: Any = None, *, progress: bool | None = None) -> Recording:
        """Runs for a duration [a time], rounded to whole steps (the network's own, if none is given); a later call continues.

        ``progress``: whether to show how far it is; None: on a terminal and in a notebook. Ctrl-C ends a run, which returns what it
        recorded until then. Where nobody looks at its `Recording.interrupted`, the next run, of any simulation, raises KeyboardInterrupt
        in its place: so a loop of runs ends. A new prompt, or a new cell of a notebook, begins anew; threads other than the main one
        have nothing to do with it.
        """
        _interrupted.heed()
        with shown(of_time(self._simulation.dt_ms), progress) as told:
            recorded = self._executed(duration, told)
        return self._finished(recorded)

    def _executed(self, duration: Any, told: Callable[[int, int], None] | None) -> _neuropil.Recording:
        said = None if duration is None else quantity(duration)
        if said is not None:
            warn(_rounded(said, self.dt))
        return self._simulation.run(None if said is None else str(said), told)

    def _finished(self, recorded: _neuropil.Recording) -> Recording:
        """Warns of what a run came upon, and notes an interrupt: once nothing is shown any more of how far it is."""
        warn(recorded.warnings[len(self.warnings) :])
        if recorded.interrupted:
            _interrupted.note()
        return Recording(recorded)

    def run_steps(self, steps: int) -> Recording:
        """Runs a number of steps, with the least to do around them: for closed loops. Ctrl-C ends it, and the loop, as `run` says."""
        _interrupted.heed()
        recorded = self._simulation.run_steps(_given.whole("steps", steps, 0, _given.U32))
        if recorded.interrupted:
            warn([f"the run was interrupted at step {recorded.first_step + recorded.steps}"])
            _interrupted.note()
        return Recording(recorded)

    def read(self, population: str, variable: str, neurons: Any = None, items: Any = 0) -> Floats:
        """A state variable (``v``, ``ampa.g``), in its unit, of neurons (None: all): ``[n]``; of several ``items`` (None: all of the
        batch) ``[items, n]``. Only these come from a device."""
        of_items = _given.which("items", items)
        found: Floats = self._simulation.read(str(population), str(variable), of_items, _given.which("neurons", neurons))
        if of_items is not None and np.ndim(items) == 0:
            return found
        count = self.batch if of_items is None else len(of_items)
        return found.reshape(count, found.size // max(count, 1))

    def write(self, population: str, variable: str, values: Any) -> None:
        """Sets a state variable of all neurons of a population, in every batch item: numbers in its unit, or, of a variable of the neuron,
        a quantity; ``[n]``, or one for all."""
        field = f"values of {population}.{variable}"
        if is_quantity(values) or isinstance(values, str):
            values = self._in_its_unit(field, str(population), str(variable), quantity(values))
        if not isinstance(values, Sequence) and np.ndim(values) == 0:
            values = np.full(int(self.get(f"population[{population}].size")), numbers(values))
        self._simulation.write(str(population), str(variable), _given.floats(field, values))

    def _in_its_unit(self, field: str, population: str, variable: str, values: Quantity) -> Any:
        model = self.get(f"population[{population}].model")
        # A model of one's own may have no file by now; what ports have is in the unit of their outputs.
        found = [] if model.endswith(".wgsl") else _neuropil.models(model, None)
        units = [state["unit"] for one in found for state in one["state"] if state["name"] == variable]
        if not units:
            raise refused(field, "found a quantity", "numbers in their unit, as `.to(\"mV\")` has them")
        try:
            return values.to(units[0])
        except InputError as error:
            raise refused(field, error.problem or str(error), error.legal) from None

    def set(self, path: str | Mapping[str, Any], value: Any = None, *, items: Any = None) -> None:
        """Puts a value at a path from the next step on, as ``set("stimulus[drive].value", 0.7 * mA)``; the state stays. Several paths
        at once, all or none: ``set({path: value, …})``. ``items``: of an ensemble these alone."""
        if isinstance(path, Mapping) and value is not None:
            raise TypeError(f"values stand beside their paths in the mapping, found {value!r} behind it")
        values = path.items() if isinstance(path, Mapping) else [(path, value)]
        self._simulation.set([(str(at), inline(it)) for at, it in values], _given.which("items", items))

    def set_rates(self, stimulus: int, rates: Any) -> None:
        """Sets the rates [Hz] of the stimulus of this number, a `poisson_encoder` that holds them: one for each neuron that it acts
        on. Faster than `set`."""
        number = _given.whole("stimulus", stimulus, 0, _given.U32)
        self._simulation.set_rates(number, _given.floats("rates", rates))

    def get(self, path: str, item: int = 0) -> str:
        """The value at a path as it is now, as a network file says it."""
        return str(self._simulation.get(str(path), _given.whole("item", item, 0, self.batch - 1)))

    def state(self) -> State:
        """All that is carried from step to step."""
        return State(self._simulation.state())

    def restore(self, state: State) -> None:
        """Sets the whole state, of this simulation or of another of the same network. Values that were `set` stay as they are now. A fresh
        simulation refuses a state that was taken after values were `set`, until it has the same; this one takes its earlier ones."""
        if not isinstance(state, State):
            raise TypeError(f"a State is needed, found {state!r}")
        self._simulation.restore(state._state)

    def reset(self) -> None:
        """Goes back to the initial state and step 0: the next run is the first one again, bit for bit, with the values that it has now:
        those that were `set` stay."""
        self._simulation.reset()

    def synapses(self, projection: str | int, item: int = 0) -> Synapses:
        """The synapses of a projection, called by its name, as ``exc→inh.ampa``, or by its number."""
        return Synapses(*self._simulation.synapses(str(projection), _given.whole("item", item, 0, self.batch - 1)))

    def plan(self) -> Plan:
        """What it asks of a device and of the host, with the values that it has now."""
        return Plan._of(self._simulation.plan())

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

    def __reduce__(self) -> Any:
        raise TypeError("a simulation cannot be pickled: `state()` can, for another simulation of the same network")

    def __repr__(self) -> str:
        items = f" x {self.batch}" if self.batch > 1 else ""
        return f"<Simulation{items} on {self.device}>"


def warn(texts: Sequence[str]) -> None:
    """Warns at the line of whoever called neuropil."""
    for text in texts:
        warnings.warn(text, NeuropilWarning, stacklevel=_depth())


def _rounded(duration: Quantity, dt_ms: float) -> list[str]:
    """Says that a duration is no whole number of steps."""
    try:
        ms = duration.to("ms")
    except InputError:
        # What is no time is refused by who runs.
        return []
    if isinstance(ms, np.ndarray):
        return []
    steps = ms / dt_ms
    nearest = math.floor(steps + 0.5)
    if nearest < 1 or abs(steps - nearest) <= 1e-9 * nearest:
        return []
    said = f"{duration} is no whole number of steps of {repr(dt_ms).removesuffix('.0')} ms, and is rounded to {nearest}"
    return [f"duration: {said}; give a multiple of dt"]


def _depth() -> int:
    depth, frame = 1, sys._getframe(2)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("neuropil."):
        depth, frame = depth + 1, frame.f_back
    return depth + 1
