"""Networks with many values and seeds, side by side."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any, Callable, Iterable, Mapping, NamedTuple, Sequence

import numpy as np

from . import _given, _interrupted, _neuropil
from ._progress import of_networks, shown
from ._words import inline
from .errors import InputError, refused
from .recording import Recording
from .simulation import Described, Simulation, described, how, warn
from .units import Quantity, quantity

if TYPE_CHECKING:
    import pandas


#: What ended an item that Ctrl-C did.
INTERRUPTED = "interrupted"


class Item(NamedTuple):
    """A network of a sweep."""

    #: The values that were put at paths.
    values: dict[str, Any]
    #: The seed of noise and initial values; None: the network's own.
    seed: int | None
    #: What it recorded.
    recording: Recording
    #: What ended it before its time: None, ``"interrupted"``, or the state that is not finite, as ``"v of neuron 0 of population `exc` is
    #: NaN"``. `Simulation.ended` has its parts for programs.
    ended: str | None = None

    @property
    def diverged(self) -> bool:
        """Whether its state became infinite or no number: then what it recorded ends before that."""
        return self.ended not in (None, INTERRUPTED)


class Sweep(Sequence[Item]):
    """The items of a sweep, in the order of the values and, for each of them, of the seeds."""

    def __init__(self, items: list[Item], interrupted: bool = False) -> None:
        """`sweep` makes it."""
        self._items, self._interrupted = items, interrupted

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, index: Any) -> Any:
        return self._items[index]

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C ended it before its time: then the items after the last are missing. Who reads it has seen that it did."""
        if self._interrupted:
            _interrupted.seen()
        return self._interrupted

    def __repr__(self) -> str:
        early = ", interrupted" if self._interrupted else ""
        return f"<Sweep of {len(self)} networks{early}>"

    def to_dataframe(self, start: Any = 0.0) -> pandas.DataFrame:
        """A pandas table with a line for each item: its values, its seed, and of each population the rate [Hz] and the CV from
        ``start`` [ms] on, NaN where there is none or the item diverged; and, if one of them ended before its time, what ``ended`` it.

        The values at a path are numbers in a column ``stimulus[drive].value [nA]`` where all are quantities of one dimension, in the
        unit of the first; texts otherwise.
        """
        import pandas

        paths = self._items[0].values if self._items else {}
        columns = dict(_column(path, [item.values[path] for item in self._items]) for path in paths)
        columns["seed"] = [item.seed for item in self._items]
        for name in self._items[0].recording.populations if self._items else []:
            columns[f"{name}.rate_hz"] = [_figure(item, item.recording.rate(name, start)) for item in self._items]
            columns[f"{name}.cv"] = [_figure(item, item.recording.cv(name, start)) for item in self._items]
        if any(item.ended for item in self._items):
            columns["ended"] = [item.ended for item in self._items]
        return pandas.DataFrame(columns)


def _figure(item: Item, found: float | None) -> float:
    return math.nan if found is None or item.diverged else found


def _column(path: str, values: list[Any]) -> tuple[str, list[Any]]:
    """The name of the column of values at a path, and what stands in it."""
    try:
        found = [quantity(value) for value in values]
        numbers = [one.to(found[0].unit) for one in found]
    except (InputError, TypeError):
        return path, [str(value) for value in values]
    if any(isinstance(number, np.ndarray) for number in numbers):
        return path, [str(value) for value in values]
    return path if found[0].unit == "1" else f"{path} [{found[0].unit}]", numbers


def sweep(
    network: Described,
    values: Mapping[str, Iterable[Any]] | None = None,
    *,
    seeds: Iterable[int] | None = None,
    zipped: bool = False,
    duration: Any = None,
    at_once: int = 64,
    progress: bool | None = None,
    **options: Any,
) -> Sweep:
    """Runs a network with all combinations of values (or, ``zipped``, with the first of each, the second of each …) and seeds.

    ``values`` has for each path what it is to be, one after the other, as ``{"stimulus[0].rate": [10 * Hz, 20 * Hz]}`` or an array times a
    unit. ``at_once`` networks run side by side, as the items of one batch; each computes, bit for bit, what it does alone. ``options`` are
    those of `Simulation`, but ``batch`` and ``seed``. Ctrl-C ends a sweep, which returns the items until then; those that ran are as long
    as they came. Where nobody looks at `Sweep.interrupted`, the next run raises KeyboardInterrupt, as `Simulation.run` says. An item whose
    state becomes infinite or no number ends alone, with a warning, and recorded nothing from there on: `Item.ended`.
    ``progress``: whether to show how far it is; None: on a terminal and in a notebook.
    """
    own = described(network)
    asked = combinations(values, seeds, zipped)
    said = how_of_items("a sweep", "`at_once`", options)
    step = _given.whole("at_once", at_once, 1, _given.U32)
    _interrupted.heed()
    items: list[Item] = []
    interrupted = False
    with shown(of_networks(len(asked)), progress) as told:
        for first in range(0, len(asked), step):
            part = asked[first : first + step]
            try:
                simulation = side_by_side(own, part, said)
                recorded = simulation._executed(duration, told and _part(told, first, len(part), len(asked)))
                if told is not None:
                    # Nothing is shown while it warns.
                    told.end()
                items += _ran(part, simulation, simulation._finished(recorded))
                interrupted = recorded.interrupted
            except KeyboardInterrupt:
                # Between two runs; there are the items of those before it.
                if not items:
                    raise
                interrupted = True
                _interrupted.note()
            if interrupted:
                break
    if interrupted and len(items) < len(asked):
        warn([f"the sweep was interrupted after {len(items)} of {len(asked)} networks"])
    return Sweep(items, interrupted)


def _part(told: Callable[[int, int], None], first: int, count: int, of: int) -> Callable[[int, int], None]:
    """Tells of the steps of some networks as of a part of the steps of all."""
    return lambda done, steps: told(first * steps + count * done, of * steps)


def _ran(part: list[tuple[dict[str, Any], int | None]], simulation: Simulation, recording: Recording) -> list[Item]:
    ended = {} if not recording._recorded.interrupted else dict.fromkeys(range(len(part)), INTERRUPTED)
    for item, population, neuron, variable, value in simulation.ended:
        ended[item] = f"{variable} of neuron {neuron} of population `{population}` is {_said(value)}"
    return [Item(point, seed, alone, ended.get(at)) for at, ((point, seed), alone) in enumerate(zip(part, recording.items()))]


def _said(value: float) -> str:
    return "NaN" if math.isnan(value) else str(value)


def _listed(what: Any, given: Any) -> list[Any]:
    """What is to be gone through, one by one."""
    if isinstance(given, Quantity) and isinstance(given.value, np.ndarray):
        return [given[index] for index in range(len(given))]
    if isinstance(given, (Quantity, str, bytes)) or not isinstance(given, Iterable):
        raise refused(str(what), f"found {given!r}", "several of them, as a list, a range or an array times a unit")
    return list(given)


def combinations(
    values: Mapping[str, Iterable[Any]] | None, seeds: Iterable[int] | None, zipped: bool
) -> list[tuple[dict[str, Any], int | None]]:
    """What each item is: the values that are put at paths, and its seed, in the order of the values and, for each, of the seeds."""
    if values is not None and not isinstance(values, Mapping):
        raise TypeError(f"values by their paths are needed, found {values!r}")
    listed = {str(path): _listed(path, of) for path, of in (values or {}).items()}
    if zipped and len({len(of) for of in listed.values()}) > 1:
        counts = ", ".join(str(len(of)) for of in listed.values())
        raise refused("zipped", f"values of different numbers: {counts}", "as many of each")
    combined = zip(*listed.values()) if zipped and listed else itertools.product(*listed.values())
    points = [dict(zip(listed, point)) for point in combined]
    listed_seeds = [None] if seeds is None else _listed("seeds", seeds)
    given = [None if seed is None else _given.whole("seeds", seed, 0, _given.U64) for seed in listed_seeds]
    return [(point, seed) for point in points for seed in given]


def how_of_items(what: str, instead_of_batch: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """How networks that are items are executed, as `how`: they have seeds of their own, and make the batch."""
    for name, instead in (("batch", instead_of_batch), ("seed", "`seeds`")):
        if name in options:
            raise refused(name, f"the items of {what} have their own", instead)
    return how(**options)


def side_by_side(
    own: _neuropil.Network, asked: Sequence[tuple[Mapping[str, Any], int | None]], said: Mapping[str, Any]
) -> Simulation:
    """A simulation whose items are a network with these values and seeds."""
    written = [([(path, inline(value)) for path, value in point.items()], seed) for point, seed in asked]
    return Simulation._of(_neuropil.Simulation.ensemble(own, written, said))
