"""Each model of the page, run by neuropil and by another simulator: they agree as the page says.

Who is not installed is skipped; with NEUROPIL_REQUIRE_PEERS=1 that is a failure.
"""

import functools
import os

import pytest
from page import PEERS, agrees, figures, sections

# Before they are imported: NEST's threads do not spin, JAX looks for no GPU, NEST says nothing of itself.
os.environ.update(OMP_WAIT_POLICY="passive", JAX_PLATFORMS="cpu", PYNEST_QUIET="1")


# Theirs, of what they stand on.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


@functools.cache
def ours(title):
    """neuropil's results of a model."""
    return next(section for section in sections() if section.title == title).results("neuropil", {})


@pytest.mark.parametrize("section", sections(), ids=str)
@pytest.mark.parametrize("peer", PEERS)
def test_a_model_agrees(section, peer):
    if os.environ.get("NEUROPIL_REQUIRE_PEERS") != "1":
        pytest.importorskip(PEERS[peer], reason=f"{peer} is not installed", exc_type=ImportError)
    theirs = section.results(peer, figures())
    assert theirs
    for name, found in theirs.items():
        said = section.rows[name][peer]
        assert agrees(said, ours(section.title)[name], found), f"{name}: {said}; neuropil {ours(section.title)[name]}, {peer} {found}"
