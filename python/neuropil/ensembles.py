"""Networks that differ in values and run side by side, as one simulation that goes on, is looked at and changed."""

from __future__ import annotations

from typing import Any, Iterable, Mapping

from .simulation import Described, Simulation, described
from .sweeps import combinations, how_of_items, side_by_side


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
    said = how_of_items("an ensemble", "an item for each combination of `values` and `seeds`", options)
    return side_by_side(own, combinations(values, seeds, zipped), said)
