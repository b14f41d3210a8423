"""What calls raise. Each exception has the text that the program prints for the same mistake.

Beside their text they have parts for programs: ``field`` (the path of the value, as ``population[exc].size``), ``problem``, ``legal``,
and where they are of a file ``file``, ``line`` and ``column``; None where there is no such part.
"""

from __future__ import annotations


class NeuropilError(Exception):
    """Anything that neuropil refuses or fails at."""

    field: str | None = None
    problem: str | None = None
    legal: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None


class NeuropilWarning(UserWarning):
    """What is legal but suspicious, in a network or a run: the text says why, and what may help."""


class InputError(NeuropilError, ValueError):
    """What was asked for cannot be: a value, a name, a dimension, a shape, a file (exit status 2 of the program)."""


class DeviceError(NeuropilError, RuntimeError):
    """There is no device that could be used (exit status 3 of the program)."""


class RunError(NeuropilError, RuntimeError):
    """A run failed: a device, a disk, a state that is not finite (exit status 1 of the program)."""
