"""The page "From Brian2, NEST and brainstate": neuropil's side of it. What the others compute is in python/peers."""

import pathlib
import re

import numpy as np
import pytest
from page import PAGE, PEERS, agrees, figures, sections, states


def test_each_model_is_written_for_all():
    assert [section.title[0] for section in sections()] == list("12345")
    for section in sections():
        assert set(section.blocks) - {"Figures"} == {"neuropil", *PEERS}
        for name, said in section.rows.items():
            assert list(said) == ["neuropil", *PEERS], (section, name)
        for peer in PEERS:
            assert any(said[peer] != "–" for said in section.rows.values()), (section, peer)


def test_the_versions_are_those_that_are_installed():
    needed = (pathlib.Path(__file__).parents[1] / "peers/requirements.txt").read_text()
    said = re.findall(r"(Brian2|NEST|brainstate|brainpy-state) (\d[\d.]*\d)", PAGE.read_text(encoding="utf-8"))
    assert [name for name, _ in said] == ["Brian2", "NEST", "brainstate", "brainpy-state"]
    for name, version in said:
        assert f"\n{name.replace('NEST', 'nest-simulator').lower()}=={version}\n" in needed


@pytest.mark.parametrize("section", sections(), ids=str)
def test_neuropil_gives_what_the_page_says(section):
    for name, found in section.results("neuropil", {}).items():
        said = section.rows[name]["neuropil"]
        assert states(said, found), f"{name}: the page says {said}, found {found if found.size < 20 else (found.min(), found.max())}"


def test_rates_and_cvs_are_counted_as_neuropil_counts_them():
    from neuropil import Hz, Network, mV, ms

    net = Network(dt=0.1 * ms, duration=500 * ms)
    cells = net.population("cells", 20, model="lif", params={"tau": 20 * ms, "v_th": 20 * mV})
    net.stimulus("poisson_input", cells, sources=1000, rate=2 * Hz, weight=0.5 * mV)
    recording = net.run(device="cpu")
    t, neuron = recording["cells"].t, recording["cells"].neuron
    found = figures()["rate_and_cv"](t, neuron, 20, 100, 500)
    assert found == pytest.approx((recording.rate("cells", start=100 * ms), recording.cv("cells", start=100 * ms)), rel=1e-9)


def test_what_is_off_is_noticed():
    ours = np.array([1.0, -2.0, 4.0])
    for cell, near, far in (("equal", 0.0, 1e-6), ("0.1 mV", 0.09, 0.11), ("3 %", 0.029, 0.031)):
        assert agrees(cell, ours, ours + near)
        assert agrees(cell, ours, ours - near)
        assert not agrees(cell, ours, ours + far)
        assert not agrees(cell, ours, ours - far)
        assert not agrees(cell, ours, ours[:2])
        assert not agrees(cell, ours, ours * np.nan)
    assert states("1.00, −2.00, 4.00 pA", ours) and states("−2.0 to 4.0 mV", ours)
    assert not states("1.00, −2.00, 4.01 pA", ours) and not states("−2.0 to 4.1 mV", ours) and not states("1.00, −2.00 pA", ours)
