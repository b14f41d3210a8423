"""Sweeps over values and seeds."""

import re

import numpy as np
import pytest

from neuropil import InputError, Item, Network, NeuropilWarning, Sweep, mA, sweep
from neuropil._progress import of_networks
from neuropil.sweeps import _part


def driven() -> Network:
    net = Network(dt="0.1 ms", duration="50 ms", seed=1)
    net.population("cells", 10, "lif")
    net.stimulus("current", "cells", value=2 * mA)
    net.stimulus("poisson_input", "cells", sources=10, rate="1 kHz", weight="0.1 mV")
    return net


def test_each_item_is_the_network_alone(device):
    found = sweep(driven(), {"stimulus[0].value": [1.5 * mA, 3 * mA]}, seeds=range(2), at_once=3, device=device)
    assert [(str(item.values["stimulus[0].value"]), item.seed) for item in found] == [
        ("1.5 mA", 0), ("1.5 mA", 1), ("3 mA", 0), ("3 mA", 1)
    ]  # fmt: skip
    for values, seed, recording, ended in found:
        assert ended is None
        net = driven()
        net.set("stimulus[0].value", values["stimulus[0].value"])
        assert recording.hash == net.run(device=device, seed=seed).hash
    assert found[2].recording.rate("cells") > found[0].recording.rate("cells")


def test_values_may_go_together():
    paths = {"stimulus[0].value": ["1 mA", "2 mA"], "population[cells].params.tau": ["10 ms", "20 ms"]}
    found = sweep(driven(), paths, zipped=True, device="reference")
    assert len(found) == 2 and found[1].values["population[cells].params.tau"] == "20 ms"
    pytest.importorskip("pandas")
    table = found.to_dataframe()
    named = ["stimulus[0].value [mA]", "population[cells].params.tau [ms]"]
    assert list(table.columns) == [*named, "seed", "cells.rate_hz", "cells.cv"]
    assert table[named].values.tolist() == [[1.0, 10.0], [2.0, 20.0]]
    with pytest.raises(ValueError):
        sweep(driven(), {"dt": ["0.1 ms"], "seed": [1, 2]}, zipped=True, device="reference")


def test_what_items_cannot_differ_in_is_refused():
    with pytest.raises(InputError, match="dt"):
        sweep(driven(), {"dt": ["0.1 ms", "0.2 ms"]}, device="reference")


def test_an_item_that_is_not_finite_ends_alone():
    net = Network("0.1 ms", duration="20 ms")
    net.population("cells", 2, "izhikevich")
    net.stimulus("current", "cells", value="20 mA")
    values = {"population[cells].init.v": ["-65 mV", "-3e38 mV", "-60 mV"]}
    with pytest.warns(NeuropilWarning, match="item 1 ended: v of neuron 0 of population `cells` is NaN"):
        found = sweep(net, values, device="cpu")
    assert [item.recording.steps for item in found] == [200, 0, 200]
    assert found[1].recording.rate("cells") is None and found[0].recording.rate("cells") > 0
    ended = "v of neuron 0 of population `cells` is NaN"
    assert [item.ended for item in found] == [None, ended, None] and not found.interrupted


def test_tables_have_no_figures_of_what_diverged():
    pandas = pytest.importorskip("pandas")
    net = driven()
    net.population("others", 2, "izhikevich")
    values = {"population[others].init.v": ["-65 mV", "-3e41 uV", "-60 mV"]}
    with pytest.warns(NeuropilWarning, match="item 1 ended"):
        table = sweep(net, values, device="cpu", duration="20 ms").to_dataframe()
    assert table["ended"].notna().tolist() == [False, True, False]
    assert table["ended"][1] == "v of neuron 0 of population `others` is NaN"
    for column in ("cells.rate_hz", "others.rate_hz", "cells.cv", "others.cv"):
        assert table[column].dtype == float and pandas.isna(table[column][1])
    assert table["cells.rate_hz"].notna().tolist() == [True, False, True]
    np.testing.assert_allclose(table["population[others].init.v [mV]"], [-65.0, -3e38, -60.0])


def test_values_of_no_one_dimension_are_texts():
    table = Sweep([Item({"a": a, "b": b}, None, driven().run(device="cpu")) for a, b in [(1, "hard"), (2.5, 2 * mA)]]).to_dataframe()
    assert table["a"].tolist() == [1.0, 2.5] and table["b"].tolist() == ["hard", "2 mA"]
    assert Sweep([]).to_dataframe().empty


def test_progress_is_of_networks(capsys):
    sweep(driven(), seeds=range(5), at_once=2, device="cpu", progress=True)
    shown = [line for line in capsys.readouterr().err.split("\r\x1b[K") if line]
    assert all(re.search(r"[0-4] of 5 networks, [0-9]+ s left$", line) for line in shown)
    assert capsys.readouterr().err == ""
    told = []
    tell = _part(lambda done, of: told.append(of_networks(5)(done, of, 1.0)), 2, 2, 5)
    tell(0, 100), tell(50, 100), tell(100, 100)
    assert told == ["2 of 5 networks", "3 of 5 networks", "4 of 5 networks"]
