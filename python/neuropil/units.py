"""Quantities: a number, or an array of numbers, with a unit: ``20 * ms``, ``numpy.arange(10) * mV``, ``quantity("20 ms")``.

Numbers stay in the units in which they were written, so ``20 * ms`` means what ``"20 ms"`` does in a network file, digit for digit.
``from neuropil.units import *`` brings all units.
"""

from __future__ import annotations

import math
import operator
from typing import Any, Union

import numpy as np
import numpy.typing as npt

from . import _neuropil
from .errors import InputError, refused

#: A number, or an array of numbers.
Numbers = Union[float, "np.ndarray[Any, np.dtype[np.float64]]"]


class Quantity:
    """A number, or an array of numbers, with a unit.

    Products, quotients and powers have the units that follow; sums, differences and comparisons need one dimension.
    """

    __slots__ = ("_unit", "_value")
    # NumPy leaves products of arrays and quantities to quantities.
    __array_ufunc__ = None

    def __init__(self, value: Any, unit: str = "1") -> None:
        """``value`` of ``unit``; a unit that there is not is an InputError, and so is a single number that is not finite."""
        _, self._unit = _neuropil.quantity_times((1.0, _text(unit)), (1.0, "1"))
        self._value: Numbers = numbers(value)
        if isinstance(self._value, float) and not math.isfinite(self._value):
            raise refused("quantity", f"{self._value} is not a finite number")

    @property
    def value(self) -> Numbers:
        """The number, or the numbers, as written."""
        return self._value

    @property
    def unit(self) -> str:
        """The unit as written, as ``"mV"``."""
        return self._unit

    def to(self, unit: Quantity | str) -> Numbers:
        """The number, or the numbers, in another unit of the same dimension; exactly what one would write by hand for a number."""
        unit = unit.unit if isinstance(unit, Quantity) else _text(unit)
        if isinstance(self.value, np.ndarray):
            return _neuropil.array_in(self.value, self.unit, unit)
        return _neuropil.quantity_in((self.value, self.unit), unit)

    def __mul__(self, other: Any) -> Quantity:
        return _product(self, other, _neuropil.quantity_times, np.multiply)

    def __rmul__(self, other: Any) -> Quantity:
        return _product(other, self, _neuropil.quantity_times, np.multiply)

    def __truediv__(self, other: Any) -> Quantity:
        return _product(self, other, _neuropil.quantity_over, np.divide)

    def __rtruediv__(self, other: Any) -> Quantity:
        return _product(other, self, _neuropil.quantity_over, np.divide)

    def __pow__(self, by: int) -> Quantity:
        by = operator.index(by)
        if not -128 <= by <= 127:
            raise refused("quantity", f"the power of {by}", "-128 to 127")
        factor, unit = _neuropil.quantity_power((1.0, self.unit), by)
        return Quantity(self.value**by * factor, unit)

    def __add__(self, other: Any) -> Quantity:
        other = quantity(other)
        if isinstance(self.value, np.ndarray) or isinstance(other.value, np.ndarray):
            return Quantity(self.value + other.to(self.unit), self.unit)
        return Quantity(*_neuropil.quantity_plus((self.value, self.unit), (other.value, other.unit)))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Quantity:
        return self + -quantity(other)

    def __rsub__(self, other: Any) -> Quantity:
        return quantity(other) + -self

    def __neg__(self) -> Quantity:
        return Quantity(-self.value, self.unit)

    def __abs__(self) -> Quantity:
        return Quantity(abs(self.value), self.unit)

    def __getitem__(self, index: Any) -> Quantity:
        if not isinstance(self.value, np.ndarray):
            raise TypeError(f"{self} is one number, which has no elements")
        return Quantity(self.value[index], self.unit)

    def __len__(self) -> int:
        if not isinstance(self.value, np.ndarray):
            raise TypeError(f"{self} is one number, which has no length")
        return len(self.value)

    def __eq__(self, other: object) -> Any:
        try:
            other = quantity(other)
            return self.value == other.to(self.unit)
        except (InputError, TypeError):
            return False

    def _compared(self, other: Any) -> int:
        other = quantity(other)
        if isinstance(self.value, np.ndarray) or isinstance(other.value, np.ndarray):
            raise TypeError("arrays are compared as numbers: `.to(unit)`")
        return _neuropil.quantity_compared((self.value, self.unit), (other.value, other.unit))

    def __lt__(self, other: Any) -> bool:
        return self._compared(other) < 0

    def __le__(self, other: Any) -> bool:
        return self._compared(other) <= 0

    def __gt__(self, other: Any) -> bool:
        return self._compared(other) > 0

    def __ge__(self, other: Any) -> bool:
        return self._compared(other) >= 0

    def __hash__(self) -> int:
        if isinstance(self.value, np.ndarray):
            raise TypeError("an array has no hash")
        # Equal ones may be written in other units.
        return hash(self.value) if self.unit == "1" else hash("quantity")

    def __bool__(self) -> bool:
        return bool(self.value)

    def __format__(self, spec: str) -> str:
        if not spec:
            return str(self)
        number = format(self.value, spec)
        return number if self.unit == "1" else f"{number} {self.unit}"

    def __float__(self) -> float:
        number = self.to("1")
        if isinstance(number, np.ndarray):
            raise TypeError("an array is no single number")
        return number

    def __str__(self) -> str:
        number = str(self.value) if isinstance(self.value, np.ndarray) else repr(self.value).removesuffix(".0")
        return number if self.unit == "1" else f"{number} {self.unit}"

    def __repr__(self) -> str:
        return f"Quantity({self.value!r}, {self.unit!r})"


def quantity(given: Any) -> Quantity:
    """Makes a quantity of what stands for one: ``"20 ms"``, a number without unit, a quantity of Brian2 or pint.

    Those of Brian2 and pint are kept in SI units in binary numbers; a single number is rounded to 15 digits, so that
    ``20 * brian2.ms`` is 20 ms again, digit for digit.
    """
    if isinstance(given, Quantity):
        return given
    if isinstance(given, str):
        return Quantity(*_neuropil.quantity_parse(given))
    foreign = _foreign(given)
    if foreign is not None:
        return foreign
    return Quantity(given)


def is_quantity(given: Any) -> bool:
    """Whether this is a quantity, ours, Brian2's or pint's."""
    return isinstance(given, Quantity) or _kind(given) is not None


def measured(given: Any, unit: str, field: str) -> float:
    """A single quantity in a unit; what is wrong with it is told of ``field``."""
    try:
        found = quantity(given).to(unit)
    except InputError as error:
        raise refused(field, error.problem or str(error), error.legal) from None
    if isinstance(found, np.ndarray):
        raise refused(field, f"one number of {unit} is needed, found an array of shape {list(found.shape)}")
    return found


def numbers(value: Any) -> Numbers:
    """A number, or an array of numbers, in 64 bits; what is no number is a TypeError."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            raise refused("quantity", f"a whole number of {len(str(value))} digits is out of range") from None
    array = numeric(value)
    return number(array[()]) if array.ndim == 0 else np.ascontiguousarray(array, dtype=np.float64)


def numeric(value: Any) -> npt.NDArray[Any]:
    """An array of numbers, of whatever kind they are; what is none is a TypeError."""
    if np.ma.is_masked(value):
        raise TypeError("an array is needed that has each of its numbers, as `.filled(number)` has, found one that is masked in part")
    array = None if isinstance(value, (str, bytes, Quantity)) else np.asarray(value)
    if array is None or array.dtype.kind not in "iuf":
        found = f"an array of {value.dtype}" if isinstance(value, np.ndarray) else repr(value)
        raise TypeError(f"a number or an array of numbers is needed, found {found}")
    return array


def number(scalar: Any) -> float:
    """A number of NumPy's, as one would write it: ``numpy.float32(0.1)`` is 0.1."""
    return float(str(scalar)) if isinstance(scalar, np.floating) and scalar.itemsize < 8 else float(scalar)


def _text(unit: Any) -> str:
    if not isinstance(unit, str):
        raise TypeError(f"a unit is needed, as \"mV\", found {unit!r}")
    return unit


def _product(one: Any, other: Any, units: Any, numbers: Any) -> Quantity:
    one, other = quantity(one), quantity(other)
    if isinstance(one.value, np.ndarray) or isinstance(other.value, np.ndarray):
        factor, unit = units((1.0, one.unit), (1.0, other.unit))
        return Quantity(numbers(one.value, other.value) * factor, unit)
    return Quantity(*units((one.value, one.unit), (other.value, other.unit)))


def _kind(given: Any) -> str | None:
    module = type(given).__module__.partition(".")[0]
    if module == "brian2" and hasattr(given, "dim"):
        return "brian2"
    if module == "pint" and hasattr(given, "dimensionality"):
        return "pint"
    return None


#: Brian2's exponents are of these, in this order.
_BRIAN = ("m", "kg", "s", "A", "K", "mol", "cd")
#: pint's names of dimensions.
_PINT = {"[length]": "m", "[mass]": "kg", "[time]": "s", "[current]": "A", "[substance]": "mol"}


def _foreign(given: Any) -> Quantity | None:
    kind = _kind(given)
    if kind == "brian2":
        powers = {unit: power for unit, power in zip(_BRIAN, given.dim._dims)}
        values = np.asarray(given)
    elif kind == "pint":
        base = given.to_base_units()
        powers = {_PINT.get(name, name): power for name, power in base.dimensionality.items()}
        values = np.asarray(base.magnitude)
    else:
        return None
    factors = []
    for unit, power in powers.items():
        if power == 0:
            continue
        if unit not in _PINT.values() or power != int(power):
            raise InputError(f"quantity: {given} has a dimension that neuropil does not know")
        factors.append(f"{unit}^{int(power)}")
    value = float(f"{float(values):.15g}") if values.ndim == 0 else values
    return Quantity(value, "*".join(factors) or "1")


s, ms, us, ns = (Quantity(1.0, unit) for unit in ("s", "ms", "us", "ns"))
V, mV, uV, nV = (Quantity(1.0, unit) for unit in ("V", "mV", "uV", "nV"))
A, mA, uA, nA, pA, fA = (Quantity(1.0, unit) for unit in ("A", "mA", "uA", "nA", "pA", "fA"))
ohm, kohm, Mohm, Gohm = (Quantity(1.0, unit) for unit in ("ohm", "kohm", "Mohm", "Gohm"))
S, mS, uS, nS, pS = (Quantity(1.0, unit) for unit in ("S", "mS", "uS", "nS", "pS"))
F, mF, uF, nF, pF = (Quantity(1.0, unit) for unit in ("F", "mF", "uF", "nF", "pF"))
Hz, kHz, MHz = (Quantity(1.0, unit) for unit in ("Hz", "kHz", "MHz"))
mol, M, mM, uM, nM = (Quantity(1.0, unit) for unit in ("mol", "M", "mM", "uM", "nM"))
m, mm, um, nm = (Quantity(1.0, unit) for unit in ("m", "mm", "um", "nm"))

__all__ = [
    "Quantity", "quantity",
    "s", "ms", "us", "ns", "V", "mV", "uV", "nV", "A", "mA", "uA", "nA", "pA", "fA", "ohm", "kohm", "Mohm", "Gohm",
    "S", "mS", "uS", "nS", "pS", "F", "mF", "uF", "nF", "pF", "Hz", "kHz", "MHz", "mol", "M", "mM", "uM", "nM",
    "m", "mm", "um", "nm",
]  # fmt: skip
