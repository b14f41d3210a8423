"""Networks, in the words of network files."""

from __future__ import annotations

import operator
import os
from dataclasses import dataclass
from typing import Any, Iterable, Mapping

from . import _interrupted, _neuropil
from ._words import Words, inline
from .errors import refused
from .plans import Plan
from .recording import Recording
from .simulation import Simulation, how, warn


class Part(str):
    """A part of a population, ``exc[0:400]``: as network files say it, ``"exc[0..400]"``."""

    #: Its name.
    population: str
    #: Its numbers in the population.
    neurons: range

    def __new__(cls, population: str, neurons: range) -> Part:
        """`Population` makes it."""
        made = super().__new__(cls, f"{population}[{neurons.start}..{neurons.stop}]")
        made.population, made.neurons = population, neurons
        return made

    def __getnewargs__(self) -> tuple[str, range]:  # type: ignore[override]
        return self.population, self.neurons


@dataclass(frozen=True, repr=False)
class Population:
    """A population of a network: its name, where one is asked for; ``exc[0:400]`` is a part of it."""

    #: Its name.
    name: str
    #: Its number of neurons.
    size: int

    @property
    def _words_(self) -> str:
        return self.name

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, part: slice) -> Part:
        """A part of it: neurons from ``start`` to before ``stop``, of which it has each."""
        if not isinstance(part, slice) or part.step not in (None, 1):
            raise TypeError("a part of a population is a slice without step, as exc[0:400]")
        given = [None if bound is None else operator.index(bound) for bound in (part.start, part.stop)]
        first, end = (at if at is None or at >= 0 else at + self.size for at in given)
        first, end = 0 if first is None else first, self.size if end is None else end
        if not 0 <= first < end <= self.size:
            said = ":".join("" if bound is None else str(bound) for bound in given)
            raise refused(f"{self.name}[{said}]", "it has no neurons, or not all of them", f"a part of {self.name}[0:{self.size}]")
        return Part(self.name, range(first, end))

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"Population({self.name!r}, {self.size})"


class Network:
    """A network: what is simulated, in the words of a network file (docs/network-file.md has every key).

    Values may be quantities (``20 * ms``), their texts (``"20 ms"``), NumPy arrays times a unit, distributions and other tables as
    dictionaries (``{"normal": [-55 * mV, 2 * mV]}``). What is wrong is an InputError with the text that the program has for it.

    >>> from neuropil import Network, ms, mV
    >>> net = Network(dt=0.1 * ms, duration="1 s", seed=42)
    >>> exc = net.population("exc", 100, model="lif", params={"tau": 20 * ms})
    """

    def __init__(
        self,
        dt: Any,
        duration: Any = None,
        *,
        seed: int | None = None,
        wiring_seed: int | None = None,
        wiring: str | None = None,
        name: str | None = None,
    ) -> None:
        """``dt`` [a time]: the step; ``duration`` [a time]: how long `run` takes unless it is told otherwise.

        ``seed`` [0 to 2⁶⁴ - 1, None: 0] is that of noise and initial values; ``wiring_seed`` [0 to 2⁶⁴ - 1, None: that of ``seed``] that
        of synapses and of parameters that are drawn. Items of a batch share those (``wiring="shared"``, as without), or item i has its
        own, of the wiring seed plus i (``"own"``). ``name`` stands in results and above pictures.
        """
        self._net = _neuropil.Network(inline(dt))
        head = {"duration": duration, "seed": seed, "wiring_seed": wiring_seed, "wiring": wiring}
        for key, value in head.items():
            if value is not None:
                self._net.set(key, inline(value))
        if name is not None:
            self.name = name

    @classmethod
    def _of(cls, net: Any) -> Network:
        made = cls.__new__(cls)
        made._net = net
        return made

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Network:
        """Reads a network file; what is wrong in it is an InputError with its line."""
        return cls._of(_neuropil.Network.read(os.fsdecode(path)))

    @classmethod
    def parse(cls, text: str, path: str | os.PathLike[str] = "network.toml") -> Network:
        """Reads the text of a network file that could be at ``path``: files that it names are beside that."""
        return cls._of(_neuropil.Network.parse(text, os.fsdecode(path)))

    @property
    def name(self) -> str:
        """What results call it."""
        return str(self._net.name)

    @name.setter
    def name(self, name: str) -> None:
        if not isinstance(name, str):
            raise TypeError(f"a network is called by a text, found {name!r}")
        self._net.name = name

    def _add(self, table: str, keys: Mapping[str, Any]) -> tuple[int, int]:
        words = Words()
        # Coordinates stand in place.
        said = [(key, inline(value) if key == "positions" else words.of(value)) for key, value in keys.items() if value is not None]
        first, end = self._net.add(table, said, words.arrays, words.models)
        return first, end

    def population(
        self,
        name: str,
        size: int,
        model: Any,
        *,
        params: Mapping[str, Any] | None = None,
        init: Mapping[str, Any] | None = None,
        ports: Mapping[str, Any] | None = None,
        positions: Any = None,
        reset: str | None = None,
    ) -> Population:
        """Adds a population of ``size`` neurons [1 to 2³² - 1] of a model: its name, the path of a ``.wgsl`` file, or a `Model`.

        - ``params``, ``init``: parameters and initial values by name, which `models` has with their units; arrays of them are ``[size]``,
          or in batches ``[batch, size]`` or ``[batch, 1]``;
        - ``ports``: where spikes arrive: ``{"ampa": {"synapse": "expon", "tau": 5 * ms, "output": {"coba": 0 * mV}}}``;
        - ``positions`` [lengths]: where its neurons are: coordinates ``[size, dimensions]`` times a unit, in 1 to 3 dimensions, or
          ``{"grid": [20, 20], "extent": [1, 1] * mm}``, ``{"random": True, "extent": [1, 1] * mm}``; with ``"periodic": True`` what
          leaves on one side is there on the opposite one;
        - ``reset``: short for ``params={"reset": …}``, a word of the model.
        """
        keys = {"name": name, "size": size, "model": model, "params": params, "init": init, "ports": ports}
        self._add("population", {**keys, "positions": positions, "reset": reset})
        return Population(str(name), int(size))

    def projection(
        self,
        pre: Any,
        post: Any,
        port: str | None,
        connect: Any,
        weight: Any,
        delay: Any = None,
        *,
        name: str | None = None,
        weights: str | None = None,
        storage: str | None = None,
        model: Any = None,
    ) -> range:
        """Adds synapses from ``pre`` to the port ``port`` of ``post``; where those are lists, of each to each. Returns their numbers.

        ``connect`` is a rule, as ``{"pairwise_bernoulli": 0.02}`` or ``{"list": pairs}`` with pairs ``[n, 2]`` of source and target;
        ``weight`` is in the port's unit (mS for `coba`, mA for `cuba`, mV for `delta`, none for `sum`), ``delay`` a time. Arrays of
        either have one value for each pair, or for all-to-all the shape ``[n_pre, n_post]``. With ``model="gap_junction"`` the weight is
        in mS, and there is neither ``port`` (None) nor ``delay``.

        - ``weights``: how precisely weights that differ are kept: ``"compact"``, rounded to 10 significant bits, or ``"exact"``, which
          takes 8 bytes of a synapse instead of 4; None: compact, unless they differ by more than that can say;
        - ``storage``: ``"stored"`` (None) holds synapses in memory; ``"procedural"`` draws them again whenever their source spikes, the
          same ones, of rules and values that can be;
        - ``model``: what becomes of its sources' spikes: ``"static"`` (None), ``"stp"``, ``{"stp": {"u": 0.2}}``, ``"gap_junction"``,
          another one of `models`, or a `Model`.
        """
        keys = {"name": name, "pre": pre, "post": post, "port": port, "connect": connect, "weight": weight, "delay": delay}
        return range(*self._add("projection", {**keys, "weights": weights, "storage": storage, "model": model}))

    def stimulus(self, kind: Any, target: Any, *, name: str | None = None, neurons: Any = None, **keys: Any) -> range:
        """Adds a stimulus of a kind (`current`, `poisson_input`, `spike_times` …, or a model) on ``target``, with the keys that its
        kind has; of several targets each gets one. ``neurons`` are numbers in the target, None: all; a part,
        ``exc[0:40]``, has its own. An array of a key has a value for each. Returns the numbers of the stimuli.

        All may have ``start`` and ``stop`` [times], from and before which they act (None: always), and ``port``, the port that they
        enter; without, a weight is in mV and is added to V. By their kind, with values that are quantities, arrays or distributions:

        - ``"current"``: ``value`` [mA], or ``trace`` [mA], ``[T]`` or ``[T, n]``, of each step;
        - ``"poisson_input"``: ``sources`` [whole number] of each neuron, ``rate`` [Hz] of each source, ``weight``, ``sampler``;
        - ``"poisson_encoder"``: ``rate`` [Hz], or ``rates`` [Hz], ``[T]`` or ``[T, n]``; ``weight``;
        - ``"spike_times"``: ``neurons`` and ``times`` [times] of spikes, ``[n]`` each, and ``weight``;
        - ``"dense"``: ``input`` ``[T, n_in]`` or ``[T, batch, n_in]``, ``weight`` ``[n_in, n]``;
        - a stimulus of `models`, with its parameters, or a `Model`.
        """
        if kind == "spike_times" and isinstance(target, Part):
            problem = f"`neurons` of `spike_times` are those of its spikes, found a part, `{target}`"
            raise refused("target", problem, f"`{target.population}`, and numbers in it as `neurons`")
        target, neurons = _of_part("target", target, neurons)
        return range(*self._add("stimulus", {"name": name, "kind": kind, "target": target, "neurons": neurons, **keys}))

    def record(
        self,
        population: Any = None,
        what: str | Iterable[str] = ("spikes",),
        *,
        projection: str | None = None,
        every: Any = None,
        start: Any = None,
        stop: Any = None,
        neurons: Any = None,
    ) -> range:
        """Records ``what``: ``spikes``, or state variables (``v``, ``ampa.g``) each step or ``every`` [a time], from ``start`` to before
        ``stop`` [times; None: all the time]. Returns the numbers of the records.

        ``population`` is one, or several, or a part, ``exc[0:40]``; ``neurons`` are numbers in it, None: all. In its place ``projection``
        [its name] has variables of the model of a projection, as ``u``, recorded of its sources. Where no record names `spikes`,
        the spikes of all populations are recorded.
        """
        population, neurons = _of_part("population", population, neurons)
        names = list(what) if isinstance(what, Iterable) and not isinstance(what, str) else what
        keys = {"population": population, "projection": projection, "what": [names] if isinstance(names, str) else names, "every": every}
        return range(*self._add("record", {**keys, "start": start, "stop": stop, "neurons": neurons}))

    def set(self, path: str, value: Any) -> None:
        """Puts a value at a path, as ``set("projection[exc->inh.ampa].weight", 3 * nS)``; of a file also at its variables, ``let.g``."""
        self._net.set(str(path), inline(value))

    def get(self, path: str) -> str:
        """The value at a path, as a network file says it."""
        return str(self._net.get(str(path)))

    def paths(self) -> list[str]:
        """The paths of all values that it has, and of those that it may have whatever its models are."""
        return list(self._net.paths())

    def save(self, path: str | os.PathLike[str]) -> list[str]:
        """Writes a network file that says the same, with what is large in a folder beside it; returns all files. The folder of ``path`` is
        made where there is none."""
        folder = os.path.dirname(os.fsdecode(path))
        if folder:
            os.makedirs(folder, exist_ok=True)
        return [os.fsdecode(file) for file in self._net.save(os.fsdecode(path))]

    def check(self) -> None:
        """Raises an InputError for the first contradiction that can be found without knowing any model."""
        self._net.check()

    def copy(self) -> Network:
        """The same network, which is changed by itself."""
        return self._of(self._net.copy())

    @property
    def populations(self) -> dict[str, Population]:
        """The populations by name."""
        return {name: Population(name, size) for name, size in self._net.populations()}

    @property
    def warnings(self) -> list[str]:
        """What is suspicious in its file, whatever runs: variables and templates that nothing uses."""
        return list(self._net.warnings())

    def simulation(self, **options: Any) -> Simulation:
        """Makes it ready to run: see `Simulation` for the ``options``."""
        return Simulation(self, **options)

    def run(self, duration: Any = None, *, progress: bool | None = None, **options: Any) -> Recording:
        """Runs for a duration [a time] (its own, if none is given) and returns what it recorded.

        Ctrl-C ends a run, which returns what it recorded until then; where nobody looks at its `Recording.interrupted`, the next run
        raises KeyboardInterrupt, as `Simulation.run` says. See `Simulation` for the ``options``.
        """
        _interrupted.heed()
        return Simulation(self, **options).run(duration, progress=progress)

    def plan(self, **options: Any) -> Plan:
        """What a run would take, with the ``options`` of `Simulation`. Nothing is allocated on a device."""
        plan = Plan._of(_neuropil.plan(self._net, how(**options)))
        warn(plan.warnings)
        return plan

    def __copy__(self) -> Network:
        return self.copy()

    def __deepcopy__(self, memo: Any) -> Network:
        return self.copy()

    def __reduce__(self) -> Any:
        raise TypeError("a network cannot be pickled: `save` writes a file that `Network.read` reads, or let each process build it")

    def __repr__(self) -> str:
        projections, stimuli, records = self._net.counts()
        named = ", ".join(f"{name} [{size}]" for name, size in self._net.populations()) or "no population"
        return f"<Network {self.name}: {named}; {projections} projections, {stimuli} stimuli, {records} records>"


def _of_part(key: str, given: Any, neurons: Any) -> tuple[Any, Any]:
    """A population and numbers in it; those of a part are its own."""
    if isinstance(given, (list, tuple)) and any(isinstance(one, Part) for one in given):
        raise refused(key, "a part of a population stands alone, found several populations", "one part, or whole populations")
    if not isinstance(given, Part):
        return given, neurons
    if neurons is not None:
        raise refused(key, f"`neurons` is given for `{given}`, which says them", f"`{given.population}` with `neurons`, or the part alone")
    return given.population, given.neurons
