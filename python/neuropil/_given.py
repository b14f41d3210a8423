"""What is given beside networks, held against what can be taken before the extension sees it."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import refused
from .units import is_quantity, numeric

#: The largest whole number of 32 bits, and of 64.
U32, U64 = 2**32 - 1, 2**64 - 1


def whole(field: str, given: Any, least: int, most: int) -> int:
    """A whole number in a range."""
    try:
        found = operator.index(given)
    except TypeError:
        found = None
    if found is None or isinstance(given, (bool, np.bool_)) or not least <= found <= most:
        raise refused(field, f"`{field}` must be a whole number from {least} to {most}, found {given!r}")
    return found


def which(field: str, given: Any) -> list[int] | None:
    """Numbers of neurons or items: one, several, or all of them (None)."""
    if given is None:
        return None
    array = np.asarray(given)
    legal = "a whole number from 0 on, several, or None for all"
    if array.dtype.kind == "b":
        raise refused(field, "truth values are no numbers", "numpy.flatnonzero(mask), the numbers of those that are true")
    if array.ndim > 1 or (array.dtype.kind not in "iu" and array.size > 0):
        raise refused(field, f"found {given!r}", legal)
    outside = [number for number in array.ravel().tolist() if not 0 <= number <= U32]
    if outside:
        raise refused(field, f"there is no number {outside[0]}", legal)
    return [int(number) for number in array.ravel()]


def array(field: str, given: Any, *shape: int | str) -> npt.NDArray[Any]:
    """Numbers of a shape; an axis that is called by a letter may have any length."""
    if is_quantity(given):
        raise refused(field, "found a quantity", "numbers in their unit, as `.to(\"mV\")` has them")
    found = numeric(given)
    if found.ndim != len(shape) or any(isinstance(want, int) and want != there for want, there in zip(shape, found.shape)):
        raise refused(field, f"its shape is {list(found.shape)}", f"[{', '.join(str(length) for length in shape)}]")
    return found


def floats(field: str, given: Any) -> npt.NDArray[np.float64]:
    """Numbers one behind the other."""
    return np.ascontiguousarray(array(field, given, "n"), dtype=np.float64)


def device(given: Any) -> str:
    """The name or the index of a device."""
    if isinstance(given, (bool, np.bool_)) or not isinstance(given, (str, int, np.integer)):
        legal = "auto, cpu, cpu:f64, reference, an adapter's index or a part of its name"
        raise refused("device", f"found {given!r}", legal)
    return str(given)


def flag(field: str, given: Any) -> bool:
    """True or False."""
    return bool(one_of(field, given, (bool, np.bool_), "True, False"))


def one_of(field: str, given: Any, kind: type | tuple[type, ...], legal: str) -> Any:
    """What is of a type."""
    if not isinstance(given, kind):
        raise refused(field, f"found {given!r}", legal)
    return given
