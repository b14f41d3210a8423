"""Networks with many values and seeds, side by side."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Iterable, Mapping, NamedTuple, Sequence

from . import _neuropil
from ._words import inline
from .network import Network
from .recording import Recording
from .simulation import Simulation, how

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
        self._items = items

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, index: Any) -> Any:
        return self._items[index]

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
    network: Network,
    values: Mapping[str, Iterable[Any]] | None = None,
    *,
    seeds: Iterable[int] | None = None,
    zipped: bool = False,
    duration: Any = None,
    at_once: int = 64,
    **options: Any,
) -> Sweep:
    """Runs a network with all combinations of values (or, ``zipped``, with the first of each, the second of each …) and seeds.

    ``values`` has for each path what it is to be, as ``{"stimulus[0].rate": [10 * Hz, 20 * Hz]}``. ``at_once`` networks run side by
    side, as the items of one batch; each computes, bit for bit, what it does alone. ``options`` are those of `Simulation`. Ctrl-C ends a
    sweep, which returns the items until then; those that ran are as long as they came.
    """
    listed = {path: list(of) for path, of in (values or {}).items()}
    combined = zip(*listed.values(), strict=True) if zipped else itertools.product(*listed.values())
    points = [dict(zip(listed, point)) for point in combined]
    given: list[int | None] = [None] if seeds is None else list(seeds)
    asked = [(point, seed) for point in points for seed in given]
    said = how(**options)
    items = []
    for first in range(0, len(asked), at_once):
        part = asked[first : first + at_once]
        written = [([(path, inline(value)) for path, value in point.items()], seed) for point, seed in part]
        simulation = Simulation._of(_neuropil.Simulation.ensemble(network._net, written, said))
        recording = simulation.run(duration, progress=False)
        items += [Item(point, seed, own) for (point, seed), own in zip(part, recording.items())]
        if recording.interrupted:
            break
    return Sweep(items)
