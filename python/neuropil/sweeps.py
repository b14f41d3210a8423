"""Networks with many values and seeds, side by side."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Iterable, Mapping, NamedTuple, Sequence

import numpy as np

from . import _given, _interrupted, _neuropil
from ._words import inline
from .errors import refused
from .recording import Recording
from .simulation import Described, Simulation, described, how
from .units import Quantity

if TYPE_CHECKING:
    import pandas


class Item(NamedTuple):
    """A network of a sweep."""

    #: The values that were put at paths.
    values: dict[str, Any]
    #: The seed of noise and initial values; None: the network's own.
    seed: int | None
    #: What it recorded.
    recording: Recording


class Sweep(Sequence[Item]):
    """The items of a sweep, in the order of the values and, for each of them, of the seeds."""

    def __init__(self, items: list[Item]) -> None:
        """`sweep` makes it."""
        self._items = items

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, index: Any) -> Any:
        return self._items[index]

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C ended it before its time: then the items after the last are missing."""
        return bool(self._items) and self._items[-1].recording.interrupted

    def __repr__(self) -> str:
        early = ", interrupted" if self._items and self._items[-1].recording._recorded.interrupted else ""
        return f"<Sweep of {len(self)} networks{early}>"

    def to_dataframe(self, start: Any = 0.0) -> pandas.DataFrame:
        """A pandas table with a line for each item: its values, its seed, and of each population the rate [Hz] and the CV from
        ``start`` [ms] on."""
        import pandas

        lines = []
        for values, seed, recording in self._items:
            line: dict[str, Any] = {**{path: str(value) for path, value in values.items()}, "seed": seed}
            for name in recording.populations:
                line[f"{name}.rate_hz"] = recording.rate(name, start)
                line[f"{name}.cv"] = recording.cv(name, start)
            lines.append(line)
        return pandas.DataFrame(lines)


def sweep(
    network: Described,
    values: Mapping[str, Iterable[Any]] | None = None,
    *,
    seeds: Iterable[int] | None = None,
    zipped: bool = False,
    duration: Any = None,
    at_once: int = 64,
    **options: Any,
) -> Sweep:
    """Runs a network with all combinations of values (or, ``zipped``, with the first of each, the second of each …) and seeds.

    ``values`` has for each path what it is to be, one after the other, as ``{"stimulus[0].rate": [10 * Hz, 20 * Hz]}`` or an array times a
    unit. ``at_once`` networks run side by side, as the items of one batch; each computes, bit for bit, what it does alone. ``options`` are
    those of `Simulation`, but ``batch`` and ``seed``. Ctrl-C ends a sweep, which returns the items until then; those that ran are as long
    as they came; where nobody looks at `Sweep.interrupted`, the next run raises KeyboardInterrupt, as `Simulation.run` says. An item whose state becomes infinite or no number ends alone, with a warning, and recorded nothing from there on.
    """
    own = described(network)
    if values is not None and not isinstance(values, Mapping):
        raise TypeError(f"values by their paths are needed, found {values!r}")
    listed = {str(path): _listed(path, of) for path, of in (values or {}).items()}
    if zipped and len({len(of) for of in listed.values()}) > 1:
        counts = ", ".join(str(len(of)) for of in listed.values())
        raise refused("sweep", f"zipped values of different numbers: {counts}", "as many of each")
    combined = zip(*listed.values()) if zipped and listed else itertools.product(*listed.values())
    points = [dict(zip(listed, point)) for point in combined]
    listed_seeds = [None] if seeds is None else _listed("seeds", seeds)
    given = [None if seed is None else _given.whole("seeds", seed, 0, _given.U64) for seed in listed_seeds]
    asked = [(point, seed) for point in points for seed in given]
    for name, instead in (("batch", "`at_once`"), ("seed", "`seeds`")):
        if name in options:
            raise refused(name, "the items of a sweep have their own", instead)
    said = how(**options)
    step = _given.whole("at_once", at_once, 1, _given.U32)
    _interrupted.heed()
    items = []
    for first in range(0, len(asked), step):
        part = asked[first : first + step]
        written = [([(path, inline(value)) for path, value in point.items()], seed) for point, seed in part]
        simulation = Simulation._of(_neuropil.Simulation.ensemble(own, written, said))
        recording = simulation._finished(simulation._executed(duration, None))
        items += [Item(point, seed, alone) for (point, seed), alone in zip(part, recording.items())]
        if recording._recorded.interrupted:
            break
    return Sweep(items)


def _listed(what: Any, given: Any) -> list[Any]:
    """What is to be gone through, one by one."""
    if isinstance(given, Quantity) and isinstance(given.value, np.ndarray):
        return [given[index] for index in range(len(given))]
    if isinstance(given, (Quantity, str, bytes)) or not isinstance(given, Iterable):
        raise refused(str(what), f"found {given!r}", "several of them, as a list, a range or an array times a unit")
    return list(given)
