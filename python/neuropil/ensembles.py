"""Networks that differ in values and run side by side, as one simulation that goes on, is looked at and changed."""

from __future__ import annotations

from typing import Any, Iterable, Mapping

from . import _neuropil
from ._words import inline
from .errors import refused
from .simulation import Described, Simulation, described, how
from .sweeps import combinations


def ensemble(
    network: Described,
    values: Mapping[str, Iterable[Any]] | None = None,
    *,
    seeds: Iterable[int] | None = None,
    zipped: bool = False,
    **options: Any,
) -> Simulation:
    """Makes a network ready to run with all combinations of values (or, ``zipped``, with the first of each, the second of each …) and
    seeds: each is an item of the simulation, and computes, bit for bit, what it does alone.

    ``values`` and ``seeds`` are those of `sweep`, ``options`` those of `Simulation`, but ``batch`` and ``seed``. ``items`` of
    `Simulation.set` and `Simulation.read` are these networks; `Recording.items` has what each recorded. An item whose state becomes
    infinite or no number ends alone: `Simulation.ended`.
    """
    own = described(network)
    for name, instead in (("batch", "an item for each combination of `values` and `seeds`"), ("seed", "`seeds`")):
        if name in options:
            raise refused(name, "the items of an ensemble have their own", instead)
    asked = combinations(values, seeds, zipped)
    written = [([(path, inline(value)) for path, value in point.items()], seed) for point, seed in asked]
    return Simulation._of(_neuropil.Simulation.ensemble(own, written, how(**options)))
