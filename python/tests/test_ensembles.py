"""Networks that run side by side as one simulation, of which some items are set alone."""

import pytest

from neuropil import InputError, Network, NeuropilWarning, ensemble, mA

VALUE = "stimulus[d].value"


def driven(value="2 mA"):
    net = Network("0.1 ms", duration="20 ms", seed=1)
    net.population("cells", 5, "lif")
    net.stimulus("current", "cells", name="d", value=value)
    net.stimulus("poisson_input", "cells", sources=10, rate="1 kHz", weight="0.1 mV")
    return net


def test_items_are_set_alone(device):
    simulation = ensemble(driven(), {VALUE: [2 * mA, 3 * mA]}, seeds=[5, 6], device=device)
    assert simulation.batch == 4 and [simulation.get(VALUE, item) for item in range(4)] == ["2 mA"] * 2 + ["3 mA"] * 2
    before = simulation.run()
    simulation.set(VALUE, 4 * mA, items=[1, 2])
    assert [simulation.get(VALUE, item) for item in range(4)] == ["2 mA", "4 mA", "4 mA", "3 mA"]
    items = (before + simulation.run()).items()
    for item, (first, seed, later) in enumerate([(2, 5, 2), (2, 6, 4), (3, 5, 4), (3, 6, 3)]):
        alone = driven(first * mA).simulation(seed=seed, device=device)
        start = alone.run()
        alone.set(VALUE, later * mA)
        assert items[item].hash == (start + alone.run()).hash


def test_an_item_that_ends_is_told():
    net = Network("0.1 ms", duration="20 ms")
    net.population("cells", 2, "izhikevich")
    net.stimulus("current", "cells", value="20 mA")
    simulation = ensemble(net, {"population[cells].init.v": ["-65 mV", "-3e38 mV"]}, device="cpu")
    with pytest.warns(NeuropilWarning, match="item 1 ended"):
        simulation.run()
    assert [ended[:4] for ended in simulation.ended] == [(1, "cells", 0, "v")]


def test_what_cannot_be_is_refused():
    for options, text in [
        ({"batch": 2}, "batch: the items of an ensemble have their own; legal: an item for each combination of `values` and `seeds`"),
        ({"seed": 2}, "seed: the items of an ensemble have their own; legal: `seeds`"),
    ]:
        with pytest.raises(InputError) as caught:
            ensemble(driven(), {VALUE: ["1 mA"]}, device="cpu", **options)
        assert str(caught.value) == text
    with pytest.raises(InputError, match="ensemble"):
        ensemble(driven(), {VALUE: []}, device="cpu")
    with pytest.raises(InputError, match="dt"):
        ensemble(driven(), {"dt": ["0.1 ms", "0.2 ms"]}, device="cpu")
