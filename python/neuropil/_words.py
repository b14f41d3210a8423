"""Values of Python in the words of a network file, with what is large beside them."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .errors import refused
from .units import Quantity, is_quantity, number, numbers, quantity


#: What is a list of few in a network file, in the place of which no file of numbers may stand.
FEW = frozenset(["grid", "extent", "normal", "uniform", "lognormal", "truncated_normal", "doughnut", "rectangular"])
MASK = "truth values are no numbers: numpy.flatnonzero(mask) has the numbers of those that are true"


class Model:
    """A model of one's own, from its WGSL: ``model=Model("own_neuron", text)``, wherever a model's name may stand.

    ``name`` is the prefix of its functions; a file is named by its path alone, ``model="own_neuron.wgsl"``.
    """

    def __init__(self, name: str, text: str) -> None:
        """``name`` [ASCII letters, digits and ``_``, a letter first], ``text`` [WGSL]."""
        if not isinstance(name, str) or not isinstance(text, str):
            raise TypeError(f"a model is two texts, a name and its WGSL, found {name!r} and {text!r}")
        #: The prefix of its functions.
        self.name = name
        #: Its WGSL.
        self.text = text

    def __repr__(self) -> str:
        return f"Model({self.name!r})"


@dataclass
class Words:
    """What was said, and the arrays and models that it names."""

    #: By the names that stand in the words.
    arrays: dict[str, Any] = field(default_factory=dict)
    #: Texts by the names of their files.
    models: dict[str, str] = field(default_factory=dict)

    def of(self, value: Any) -> str:
        """A value as a network file says it."""
        if isinstance(value, (bool, np.bool_)):
            return "true" if value else "false"
        if isinstance(value, (int, np.integer)) and not isinstance(value, np.timedelta64):
            return str(int(value))
        if isinstance(value, (float, np.floating)):
            return repr(number(value))
        if isinstance(value, Model):
            return _string(self._model(value))
        if isinstance(value, (str, os.PathLike)):
            return _string(os.fspath(value))
        if is_quantity(value):
            return self._quantity(quantity(value))
        if isinstance(value, range):
            return self._range(value)
        if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
            return self.of(value[()]) if value.ndim == 0 else self._array(value, None)
        if isinstance(value, dict):
            return self._table(value)
        if isinstance(value, (list, tuple, np.ndarray)):
            return "[" + ", ".join(self.of(inner) for inner in value) + "]"
        name = getattr(value, "_words_", None)
        if name is not None:
            return _string(name)
        raise TypeError(f"{value!r} is nothing that a network file can say")

    def _table(self, given: dict[Any, Any]) -> str:
        entries = {self._key(key): inner for key, inner in given.items() if inner is not None}
        values = _array_of(entries.get("values"))
        said = []
        if values is not None:
            # Where numbers may stand, those of a file may, for which the array stands.
            said.append(f"npy = {_string(self._handed(values.value))}")
            del entries["values"]
            if values.unit != "1" and entries.setdefault("unit", values.unit) != values.unit:
                raise refused("values", f"they are in {values.unit}, and `unit` says something else", "one of the two")
        for key, inner in entries.items():
            few = _array_of(inner) if key in FEW else None
            said.append(f"{_string(key)} = {self.of(inner) if few is None else self.of(_each(inner))}")
        return "{ " + ", ".join(said) + " }"

    def _key(self, key: Any) -> str:
        return self._model(key) if isinstance(key, Model) else str(key)

    def _model(self, model: Model) -> str:
        name = f"{model.name}.wgsl"
        if self.models.setdefault(name, model.text) != model.text:
            raise ValueError(f"two models of one element are called `{model.name}`")
        return name

    def _quantity(self, given: Quantity) -> str:
        if isinstance(given.value, np.ndarray):
            return self._array(given.value, given.unit)
        return repr(given.value) if given.unit == "1" else _string(f"{given.value!r} {given.unit}")

    def _array(self, values: Any, unit: str | None) -> str:
        if values.dtype.kind == "b":
            raise TypeError(MASK)
        of = "" if unit in (None, "1") else f", unit = {_string(unit or '')}"
        return f"{{ npy = {_string(self._handed(values))}{of} }}"

    def _handed(self, values: Any) -> str:
        name = f"<array {len(self.arrays)}>"
        self.arrays[name] = numbers(values)
        return name

    def _range(self, given: range) -> str:
        if given.step > 0 and len(given) > 0 and given.start >= 0:
            return _string(f"{given.start}..{given.stop} step {given.step}")
        return self.of(list(given))


def _array_of(value: Any) -> Quantity | None:
    """An array of numbers, or one times a unit; None of anything else."""
    if isinstance(value, np.ndarray) and value.ndim > 0 and value.dtype.kind in "biuf":
        if value.dtype.kind == "b":
            raise TypeError(MASK)
        return Quantity(value)
    found = quantity(value) if is_quantity(value) else None
    return found if found is not None and isinstance(found.value, np.ndarray) else None


def _each(value: Any) -> list[Any]:
    """What an array has, one by one: whole numbers stay so."""
    if isinstance(value, np.ndarray):
        return list(value)
    found = quantity(value)
    return [found[index] for index in range(len(found))]


def inline(value: Any) -> str:
    """A value as a network file says it, with its arrays in it."""
    words = Words()
    text = words.of(value)
    for name, array in words.arrays.items():
        values = json.dumps(array.tolist()).replace("NaN", "nan").replace("Infinity", "inf")
        text = text.replace(f"npy = {_string(name)}", f"values = {values}")
    if words.models:
        raise TypeError("a model of one's own is part of a network when it is described")
    return text


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
