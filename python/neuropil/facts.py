"""What there is: devices, whether they compute rightly, models."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from . import _given, _neuropil
from ._words import Model


class Finding(NamedTuple):
    """A self-test of a driver or of the CPU engine."""

    #: Its name.
    test: str
    #: Whether the driver computes rightly there.
    passed: bool
    #: ``required``, or what runs do without where it fails.
    need: str
    #: What was found.
    detail: str


def devices() -> list[dict[str, Any]]:
    """The adapters, in the order in which ``"auto"`` prefers them, and the CPU: ``index``, ``name``, ``kind``, ``driver``, limits."""
    return list(_neuropil.devices())


def doctor(device: str | int = "auto") -> dict[str, list[Finding]]:
    """Tests whether a device's driver computes rightly, and the CPU engine: their names, each with its tests."""
    return {name: [Finding(*finding) for finding in found] for name, found in _neuropil.examine(_given.device(device))}


def models(name: str | os.PathLike[str] | Model | None = None) -> list[dict[str, Any]]:
    """The models of the catalogue, or those of one name, or that of a ``.wgsl`` file or a `Model`.

    Each has ``name``, ``kind``, ``summary``, ``equations``, and ``params`` and ``state`` with ``name``, ``unit`` and what is ``said`` of
    them: meaning, default and range.
    """
    if isinstance(name, Model):
        return list(_neuropil.models(f"{name.name}.wgsl", name.text))
    return list(_neuropil.models(None if name is None else os.fsdecode(name), None))


def schema() -> str:
    """The JSON schema of network files, by which editors complete and check them."""
    return str(_neuropil.schema())
