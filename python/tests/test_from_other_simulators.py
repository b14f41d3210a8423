"""The page "From Brian2, NEST and brainstate": neuropil's side of it. What the others compute is in python/peers."""

import pathlib
import re

import numpy as np
import pytest
from page import PAGE, PEERS, agrees, figures, ours, sections, states


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


@pytest.mark.parametrize("number", range(1, 6))
def test_neuropil_gives_what_the_page_says(number):
    for name, found in ours(number).items():
        said = sections()[number - 1].rows[name]["neuropil"]
        assert states(said, found), f"{name}: the page says {said}, found {found if found.size < 20 else (found.min(), found.max())}"


@pytest.mark.parametrize(
    ("number", "said", "instead"),
    [
        (1, '"tau": 20 * ms', '"tau": 20.02 * ms'),
        (2, "weight=2 * nS", "weight=2.05 * nS"),
        (3, "300 * ms", "301 * ms"),
        (4, "weight=0.5 * mV", "weight=0.55 * mV"),
        (5, "weight=67 * nS", "weight=45 * nS"),
    ],
)
def test_another_model_would_be_noticed(number, said, instead):
    section = sections()[number - 1]
    assert said in section.blocks["neuropil"]
    section.blocks["neuropil"] = section.blocks["neuropil"].replace(said, instead)
    other = section.results("neuropil", {})
    for peer in PEERS:
        compared = [name for name in section.rows if section.rows[name][peer] != "–"]
        assert not all(agrees(section.rows[name][peer], ours(number)[name], other[name]) for name in compared), (peer, other)


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
    found = np.array([1.0, -2.0, 4.0])
    for cell, near, far in (("equal", 0.0, 1e-6), ("0.1 mV", 0.09, 0.11), ("3 %", 0.029, 0.031)):
        assert agrees(cell, found, found + near)
        assert agrees(cell, found, found - near)
        assert not agrees(cell, found, found + far)
        assert not agrees(cell, found, found - far)
        assert not agrees(cell, found, found[:2])
        assert not agrees(cell, found, found * np.nan)
    assert states("1.00, −2.00, 4.00 pA", found) and states("−2.0 to 4.0 mV", found)
    assert not states("1.00, −2.00, 4.01 pA", found) and not states("−2.0 to 4.1 mV", found) and not states("1.00, −2.00 pA", found)
