"""Each model of the page, run by neuropil and by another simulator: they agree as the page says.

Who is not installed is skipped; with NEUROPIL_REQUIRE_PEERS=1 that is a failure.
"""

import importlib
import os

import pytest
from page import PEERS, agrees, figures, ours, sections

# Before they are imported: NEST's threads do not spin, JAX looks for no GPU, NEST says nothing of itself.
os.environ.update(OMP_WAIT_POLICY="passive", JAX_PLATFORMS="cpu", PYNEST_QUIET="1")

# Theirs, of what they stand on.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


def needs(peer):
    """What Python has of a simulator; skips the test where it is not installed, or fails it."""
    if os.environ.get("NEUROPIL_REQUIRE_PEERS") == "1":
        return importlib.import_module(PEERS[peer])
    return pytest.importorskip(PEERS[peer], reason=f"{peer} is not installed", exc_type=ImportError)


@pytest.mark.parametrize("number", range(1, 6))
@pytest.mark.parametrize("peer", PEERS)
def test_a_model_agrees(number, peer):
    needs(peer)
    section = sections()[number - 1]
    theirs = section.results(peer, figures())
    assert theirs
    for name, found in theirs.items():
        said = section.rows[name][peer]
        assert agrees(said, ours(number)[name], found), f"{name}: {said}; neuropil {ours(number)[name]}, {peer} {found}"


def test_brian2s_quantities_are_taken():
    brian2 = needs("Brian2")
    from neuropil import Network, ms, quantity

    net = Network(dt=0.1 * brian2.ms)
    net.population("cells", 2, model="lif", params={"tau": [10, 20] * brian2.ms, "v_th": 15 * brian2.mV})
    assert quantity(net.get("dt")) == 0.1 * ms
    assert net.run(1 * brian2.ms, device="cpu").duration == 1
