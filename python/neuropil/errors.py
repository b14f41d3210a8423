"""What calls raise. Each exception has the text that the program prints for the same mistake, and parts for programs."""

from __future__ import annotations


class NeuropilError(Exception):
    """Anything that neuropil refuses or fails at. Its parts are None where there are none."""

    #: The path of the value, as ``population[exc].size``.
    field: str | None = None
    #: What is wrong with it.
    problem: str | None = None
    #: What would be right.
    legal: str | None = None
    #: The file that says it.
    file: str | None = None
    #: Its line there, counted from 1.
    line: int | None = None
    #: Its column there, counted from 1.
    column: int | None = None


class NeuropilWarning(UserWarning):
    """What is legal but suspicious, in a network or a run: the text says why, and what may help."""


class InputError(NeuropilError, ValueError):
    """What was asked for cannot be: a value, a name, a dimension, a shape, a file (exit status 2 of the program)."""


class DeviceError(NeuropilError, RuntimeError):
    """There is no device that could be used (exit status 3 of the program)."""


class RunError(NeuropilError, RuntimeError):
    """A run failed: a device, a disk, a state that is not finite (exit status 1 of the program)."""


def refused(field: str, problem: str, legal: str | None = None) -> InputError:
    """The exception for what Python refuses by itself, in the words of those that the program refuses."""
    error = InputError(f"{field}: {problem}; legal: {legal}" if legal else f"{field}: {problem}")
    error.field, error.problem, error.legal = field, problem, legal
    return error
