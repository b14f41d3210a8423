"""Sweeps over values and seeds."""

import pytest

from neuropil import InputError, Network, NeuropilWarning, mA, sweep


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
    for values, seed, recording in found:
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
    assert list(table.columns) == [*paths, "seed", "cells.rate_hz", "cells.cv"]
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
