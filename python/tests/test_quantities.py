"""Quantities: written, computed with, taken from others."""

import sys
import types

import numpy as np
import pytest

import neuropil
from neuropil import InputError, Quantity, mV, ms, nS, pF, quantity
from neuropil.units import kHz, s


def test_products_are_what_is_written():
    assert str(20 * ms) == "20 ms"
    assert 20 * ms == quantity("20 ms") == quantity("0.02 s")
    assert (20 * ms).to("s") == 0.02
    assert str(250 * pF / (10 * ms)) == "25 nS"
    assert str(1 * s + 20 * ms) == "1.02 s"
    assert str(-(3 * mV)) == "-3 mV"
    assert float(20 * ms * kHz) == 20.0
    assert str((3 * ms) ** 2) == "9 ms*ms"
    assert 1 * s > 20 * ms and 20 * ms <= 20 * ms
    assert 20 * ms != 20 * mV
    assert str(0.07 * s) == "0.07 s" and (0.07 * s).to(ms) == 70.0


def test_arrays_have_units():
    drive = np.arange(3) * mV
    assert isinstance(drive, Quantity) and drive.unit == "mV" and len(drive) == 3
    np.testing.assert_array_equal(drive.to("uV"), [0.0, 1000.0, 2000.0])
    np.testing.assert_array_equal((drive + 1 * mV).value, [1.0, 2.0, 3.0])
    np.testing.assert_array_equal((nS * np.array([1.0, 2.0]) * mV).to("fA"), [1000.0, 2000.0])
    assert drive[1] == 1 * mV


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (lambda: (20 * ms).to("mV"), "quantity: 20 ms has dimension time, expected voltage (mV)"),
        (lambda: 20 * ms + 1 * mV, "quantity: 20 ms has dimension time, and 1 mV has dimension voltage"),
        (lambda: 20 * ms < 1, "quantity: 20 ms has dimension time, and 1 has no unit"),
        (lambda: quantity("20"  " lightyears").to("m"), None),
        (lambda: (np.arange(3) * ms).to("mV"), "quantity: expected voltage (mV), found time (ms)"),
        (lambda: quantity("many"), 'quantity: `many` is not a finite number with a unit, such as "20 ms"'),
    ],
)
def test_what_is_wrong_is_said_as_the_program_says_it(wrong, text):
    with pytest.raises(InputError) as caught:
        wrong()
    if text is not None:
        assert str(caught.value) == text


def test_what_is_no_number_is_refused():
    with pytest.raises(TypeError):
        Quantity("20", "ms")
    with pytest.raises(TypeError):
        quantity(None)
    with pytest.raises(TypeError):
        len(20 * ms)


def test_pint_is_taken():
    pint = pytest.importorskip("pint")
    units = pint.UnitRegistry()
    assert str(quantity(20 * units.ms)) == "0.02 s"
    assert quantity(6 * units.nS) == 6 * nS
    assert quantity(-70 * units.mV) == -70 * mV
    np.testing.assert_allclose(quantity(np.arange(3.0) * units.pF).to("pF"), [0.0, 1.0, 2.0])
    with pytest.raises(InputError):
        quantity(300 * units.kelvin)


def test_brian2_is_taken(monkeypatch):
    # Brian2's own class is a subclass of numpy.ndarray in SI units with `dim._dims`: m, kg, s, A, K, mol, cd.
    module = types.ModuleType("brian2.units.fundamentalunits")
    monkeypatch.setitem(sys.modules, module.__name__, module)

    class BrianQuantity(np.ndarray):
        __module__ = module.__name__

        @property
        def dim(self):
            return types.SimpleNamespace(_dims=self.dims)

    def brian(value, dims):
        made = np.asarray(value).view(BrianQuantity)
        made.dims = dims
        return made

    assert quantity(brian(20 * 0.001, (0, 0, 1, 0, 0, 0, 0))) == 20 * ms
    assert quantity(brian(7 * 1e-5, (0, 0, 1, 0, 0, 0, 0))) == 0.07 * ms
    assert quantity(brian(-0.07, (2, 1, -3, -1, 0, 0, 0))) == -70 * mV
    assert quantity(brian(6e-9, (-2, -1, 3, 2, 0, 0, 0))) == 6 * nS
    array = quantity(brian([0.001, 0.002], (2, 1, -3, -1, 0, 0, 0)))
    np.testing.assert_allclose(array.to("mV"), [1.0, 2.0])
    with pytest.raises(InputError, match="a dimension that neuropil does not know"):
        quantity(brian(300.0, (0, 0, 0, 0, 1, 0, 0)))


def test_units_are_exported():
    for name in neuropil.units.__all__:
        assert getattr(neuropil.units, name) is not None
